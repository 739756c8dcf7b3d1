"""Files of RDF into a store: what it holds, what it does not, and which literals it has rewritten."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from isgkg.shacl import Lexical, Shapes, validate
from isgkg.store import EmbeddedStore
from isgkg.store.loading import RdfFile, load, stored

XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = f"@prefix e: <http://e/> . @prefix xsd: <{XSD}> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"


def turtle(text):
    return RdfFile(content=(PREFIXES + text).encode(), format=RdfFormat.TURTLE, base_iri="http://base/")


def statements(store):
    return sorted(f"{row['s']} {row['p']} {row['o']}" for row in store.select("SELECT ?s ?p ?o { ?s ?p ?o }"))


def test_all_files_and_quads_are_in_the_default_graph(tmp_path):
    path = tmp_path / "a.nt"
    path.write_text('<http://e/c> <http://e/p> "x"@en .', encoding="utf-8")
    quads = [Quad(NamedNode("http://e/a"), NamedNode("http://e/p"), NamedNode("http://e/b"))]
    loaded = load([turtle("<rel> e:p e:b ."), RdfFile(content=path, format=RdfFormat.N_TRIPLES, base_iri="http://base/")], quads)
    assert statements(loaded.store) == [
        "<http://base/rel> <http://e/p> <http://e/b>",
        "<http://e/a> <http://e/p> <http://e/b>",
        '<http://e/c> <http://e/p> "x"@en',
    ]
    assert (loaded.literals, loaded.faults) == ((), {})


@pytest.mark.parametrize("number", ["1", "1.0"])
def test_blank_nodes_of_different_files_are_different(number):
    quads = [Quad(BlankNode("b"), NamedNode("http://e/p"), Literal("own"))]
    loaded = load([turtle(f"_:b e:p {number} ."), turtle("_:b e:p 2 .")], quads)
    assert len(list(loaded.store.select("SELECT DISTINCT ?s { ?s ?p ?o }"))) == 3


def test_a_file_that_cannot_be_read_is_left_out_as_a_whole(tmp_path):
    absent = RdfFile(content=tmp_path / "absent.ttl", format=RdfFormat.TURTLE, base_iri="http://base/")
    loaded = load([turtle("e:a e:p 01 .\ne:b e:p"), turtle("e:c e:p e:d ."), absent])
    assert statements(loaded.store) == ["<http://e/c> <http://e/p> <http://e/d>"]
    assert {position: type(fault) for position, fault in loaded.faults.items()} == {0: SyntaxError, 2: FileNotFoundError}
    assert loaded.faults[0].lineno == 3


def test_only_literals_that_share_a_form_with_a_rewritten_one_are_told():
    loaded = load([turtle('e:a e:p 1 , 2 , "x" , "1"@en , true . e:b e:p "1"^^xsd:byte , 3 .')])
    assert {(local(t.subject), t.object.value, t.object.datatype.value) for t in loaded.literals} == {
        ("a", "1", XSD + "integer"),
        ("b", "1", XSD + "byte"),
    }


def local(node):
    return node.value.rsplit("/", 1)[-1]


def test_the_subjects_of_rewritten_literals_are_those_of_the_store():
    loaded = load([turtle("e:a e:q [ e:p 1.0 ] ."), turtle("[ e:p 2.50 ] .")])
    subjects = {row["s"] for row in loaded.store.select("SELECT ?s { ?s <http://e/p> ?o }")}
    assert {statement.subject for statement in loaded.literals} == subjects


LITERALS = st.sampled_from(['"a"', "1", "1.0", "01", '"1"^^xsd:byte', "true", '"1"^^xsd:boolean', '"x"^^xsd:integer', "2.50", "1e0"])
SUBJECTS = st.sampled_from(["e:a", "e:b"])
SHAPES = [
    "sh:datatype xsd:integer",
    "sh:datatype xsd:byte",
    'sh:in ( 1 "1"^^xsd:byte )',
    "sh:maxLength 1",
    "sh:hasValue 1.0",
    "sh:nodeKind sh:IRI",
]


@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.lists(st.lists(st.tuples(SUBJECTS, LITERALS), max_size=4), max_size=3), st.sampled_from(SHAPES))
def test_validation_is_that_of_the_parsed_statements(files, constraint):
    texts = ["".join(f"{subject} e:p {literal} . " for subject, literal in file) for file in files]
    shapes = Shapes.of(
        parse(f"{PREFIXES} e:S sh:targetNode e:a , e:b ; sh:property [ sh:path e:p ; {constraint} ] .", format=RdfFormat.TURTLE)
    )
    parsed = [quad for text in texts for quad in turtle(text).parse()]
    loaded = load([turtle(text) for text in texts])
    assert validate(loaded.store, shapes, lexical=Lexical.of(loaded.literals)) == validate(
        EmbeddedStore.of(parsed), shapes, lexical=Lexical.of(parsed)
    )


def test_literals_of_the_quads_count_where_they_are_named():
    written = Literal("01", datatype=NamedNode(XSD + "integer"))
    quads = [Quad(NamedNode("http://e/b"), NamedNode("http://e/p"), written)]
    files = [turtle("e:a e:p 1 , 2 .")]
    assert load(files, quads).literals == ()
    assert [statement.object.value for statement in load(files, quads, [written]).literals] == ["1"]


def test_what_the_store_makes_of_literals():
    written = [Literal("01", datatype=NamedNode(XSD + "integer")), Literal("x"), Literal("300", datatype=NamedNode(XSD + "byte"))]
    made = stored(written)
    assert [made[literal].value for literal in written] == ["1", "x", "300"]
