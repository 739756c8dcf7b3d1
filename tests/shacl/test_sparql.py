"""SHACL-SPARQL: constraints that are queries, and components that a shapes graph declares."""

import pyoxigraph
import pytest

from isgkg import names
from isgkg.errors import ShapesError
from isgkg.shacl import Shapes, validate
from isgkg.store import EmbeddedStore
from tests.shacl.support import focus, local, pairs, results, triples

DECLARED = 'e:ns sh:declare [ sh:prefix "e" ; sh:namespace "http://e/"^^xsd:anyURI ] . '
DATA = 'e:a a e:C ; e:p 1 , 2 ; e:q e:b . e:b a e:C ; e:p 1 ; e:q e:a . e:c a e:C ; e:p "x"@en .'


def constraint(query, more="", target="sh:targetClass e:C"):
    return f'{DECLARED} e:S {target} ; sh:sparql e:K . e:K sh:prefixes e:ns ; {more} sh:select """{query}""" .'


def of_property(query, path="e:p"):
    return (
        f'{DECLARED} e:S sh:targetClass e:C ; sh:property [ sh:path {path} ; sh:sparql [ sh:prefixes e:ns ; sh:select """{query}""" ] ] .'
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT $this WHERE { $this e:q ?x }", "a b"),
        ("SELECT * { $this e:q ?x }", "a b"),
        ("SELECT ?this { FILTER(?this = e:a) }", "a"),
        ("SELECT $this { { FILTER($this = e:a) } UNION { $this e:q e:a } }", "a b"),
        ("SELECT $this { { { FILTER($this = e:a) } FILTER bound($this) } FILTER(true) }", "a"),
        ("SELECT $this { BIND($this AS ?that) FILTER(?that = e:c) }", "c"),
        ("SELECT $this { { BIND($this AS ?that) } FILTER(?that = e:c) }", "c"),
        ("SELECT $this { FILTER NOT EXISTS { $this e:q ?x } }", "c"),
        ("SELECT $this { FILTER NOT EXISTS { ?x e:q ?y FILTER(?y = $this) } }", "c"),
        ("SELECT $this { FILTER EXISTS { { ?x e:q $this } UNION { FILTER($this = e:c) } } }", "a b c"),
        ("SELECT $this { OPTIONAL { ?x e:q $this } FILTER(!BOUND(?x)) }", "c"),
        ("SELECT $this { OPTIONAL { ?x e:q ?y FILTER(?y = $this) } FILTER(!BOUND(?x)) }", "c"),
        ("SELECT $this { { SELECT $this (COUNT(?x) AS ?n) { $this e:p ?x } GROUP BY $this } FILTER(?n > 1) }", "a"),
        ("SELECT $this { { SELECT $this { FILTER($this = e:b) } } }", "b"),
        ("SELECT $this { $this e:p ?x } GROUP BY $this HAVING(COUNT(?x) = 2)", "a"),
        ("SELECT $this { $this e:p ?x } ORDER BY ?x LIMIT 1", "a b c"),
        ("SELECT $this { $this e:p ?x } OFFSET 1", "a"),
        ("SELECT $this { ?x ?y $this . $this e:p ?z MINUSCULE:x }", None),
        ("SELECT $this { $this e:p 'MINUS { } VALUES' }", ""),
        ("SELECT $this { $this e:q ?x # } MINUS {\n }", "a b"),
    ],
)
def test_this_is_bound_everywhere(query, expected):
    if expected is None:
        with pytest.raises(ShapesError):
            focus(constraint(query), DATA)
    else:
        assert focus(constraint(query), DATA) == expected.split()


def test_values_and_paths_of_solutions():
    (found,) = results(constraint("SELECT $this ?path ?value { $this e:q ?value BIND(e:q AS ?path) FILTER($this = e:a) }"), DATA)
    assert (local(found.value), local(found.path), found.path_text) == ("b", "q", "<http://e/q>")
    (found,) = results(constraint("SELECT $this (1 AS ?path) { FILTER($this = e:a) }"), DATA)
    assert (local(found.value), found.path) == ("a", None)
    assert found.component == names.SH + "SPARQLConstraintComponent"
    assert local(found.constraint) == "K"


def test_path_is_replaced():
    assert pairs(of_property("SELECT $this ?value { $this $PATH ?value FILTER(LANG(?value) = 'en') }"), DATA) == [("c", "x")]
    query = "SELECT $this ?value { $this $PATH ?value FILTER($this != ?value) }"
    found = results(of_property(query, "( e:q [ sh:zeroOrOnePath e:q ] )"), DATA)
    assert [(local(result.focus_node), local(result.value)) for result in found] == [("a", "b"), ("b", "a")]
    assert {result.path_text for result in found} == {"(<http://e/q>/(<http://e/q>?))"}
    assert pairs(of_property("SELECT $this { $this e:q e:b }"), DATA) == [("a", None)]


def test_messages_name_their_variables():
    shapes = constraint(
        "SELECT $this ?value { $this e:p ?value FILTER(isNumeric(?value) && ?value > 1) }",
        more='sh:message "{$this} has {?value}, not {?none}"@en , "{?value} 过大"@zh ;',
    )
    (found,) = results(shapes, DATA)
    assert [str(message) for message in found.messages] == ['"http://e/a has 2, not {?none}"@en', '"2 过大"@zh']
    assert dict(found.bindings).keys() == {"this", "value"}
    (found,) = results(constraint('SELECT $this ("own" AS ?message) { FILTER($this = e:a) }', more='sh:message "other" ;'), DATA)
    assert [message.value for message in found.messages] == ["own"]
    (found,) = results(constraint("SELECT $this { FILTER($this = e:a) }") + ' e:S sh:message "of the shape" .', DATA)
    assert [message.value for message in found.messages] == ["of the shape"]


def test_the_shapes_graph_and_the_current_shape():
    query = "SELECT $this { FILTER(bound($shapesGraph) && $currentShape = e:S && $this = e:a) GRAPH $shapesGraph { $currentShape e:p 1 } }"
    shapes = triples(constraint(query) + " e:S e:p 1 .")
    store = pyoxigraph.Store()
    store.extend(pyoxigraph.Quad(*triple) for triple in triples(DATA))
    store.extend(pyoxigraph.Quad(*triple, pyoxigraph.NamedNode("urn:shapes")) for triple in shapes)
    assert len(validate(EmbeddedStore(store), Shapes.of(shapes), shapes_graph="urn:shapes")) == 1
    with pytest.raises(ShapesError):
        validate(EmbeddedStore(store), Shapes.of(shapes))


def test_a_deactivated_constraint_is_not_read():
    assert results(constraint("nonsense", more="sh:deactivated true ;"), DATA) == []


def test_prefixes_are_imported_and_may_agree():
    more = "sh:prefixes e:other ;"
    shapes = constraint("SELECT $this { $this e:q f:b }", more) + " e:other owl:imports e:third , e:ns . e:third owl:imports e:other ; "
    shapes += 'sh:declare [ sh:prefix "f" ; sh:namespace "http://e/"^^xsd:anyURI ] .'
    assert focus(shapes, DATA) == ["a"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this { $this ?p ?o MINUS { $this e:p ?o } }",
        "SELECT $this { VALUES ?x { 1 } }",
        "SELECT $this { $this ?p ?o } VALUES ?x { 1 }",
        "SELECT $this { SERVICE <http://e/> { ?s ?p ?o } }",
        "SELECT $this FROM <http://e/> { $this ?p ?o }",
        "SELECT $this { BIND(true AS $this) }",
        "SELECT (e:a AS ?this) { }",
        "SELECT $this { BIND(1 AS $currentShape) }",
        "SELECT $this { { SELECT ?x { ?x ?p ?o } } }",
        "SELECT $this { { SELECT * { $this ?p ?o } } }",
        "SELECT ?x { $this ?p ?x }",
        "SELECT $this { GRAPH ?g { FILTER($this = e:a) } }",
        "SELECT $this (true AS ?failure) { }",
        "SELECT $this { $this unknown:p ?x }",
        "SELECT $this { $this e:p ?x } }",
        "SELECT $this { { $this e:p ?x }",
        'SELECT $this { $this e:p "x }',
        "ASK { $this e:p ?x }",
        "CONSTRUCT { $this e:p ?x } WHERE { $this e:p ?x }",
        "DELETE WHERE { ?s ?p ?o }",
        "",
        "\\\\u0053ERVICE",
    ],
)
def test_what_cannot_be_prebound_is_refused(query):
    with pytest.raises(ShapesError):
        results(constraint(query), DATA)


@pytest.mark.parametrize(
    "shapes",
    [
        "e:S sh:targetClass e:C ; sh:sparql [] .",
        "e:S sh:targetClass e:C ; sh:sparql [ sh:select 1 ] .",
        'e:S sh:targetClass e:C ; sh:sparql [ sh:select "SELECT $this {}" , "SELECT $this { }" ] .',
        constraint("SELECT $this {}") + ' e:ns sh:declare [ sh:prefix "e" ; sh:namespace "http://other/"^^xsd:anyURI ] .',
        constraint("SELECT $this {}") + ' e:ns sh:declare [ sh:prefix "f" ; sh:namespace "http://e/> SELECT"^^xsd:anyURI ] .',
        constraint("SELECT $this {}") + ' e:ns sh:declare [ sh:prefix "f g" ; sh:namespace "http://e/"^^xsd:anyURI ] .',
        constraint("SELECT $this {}") + ' e:ns sh:declare [ sh:prefix "f" ; sh:namespace "http://e/" ] .',
        constraint("SELECT $this {} LIMIT 1") + " [] a e:C .",
        'e:S sh:targetClass e:C ; sh:node [ sh:sparql [ sh:select "SELECT $this { FILTER(BOUND($currentShape)) }" ] ] .',
    ],
)
def test_malformed_constraints_are_refused(shapes):
    with pytest.raises(ShapesError):
        results(shapes, DATA + " [] a e:C .")


COMPONENT = """
e:K a sh:ConstraintComponent ; sh:parameter [ sh:path e:least ] , [ sh:path e:most ; sh:optional true ] ;
    sh:validator [ sh:message "{?value} is not in {$least} to {$most}" ;
        sh:ask "ASK { FILTER(isNumeric($value) && $value >= $least && $value <= COALESCE($most, 99)) }" ] .
"""


@pytest.mark.parametrize(
    ("arguments", "expected"), [("e:least 2", ["1", "1", "x"]), ("e:least 1 ; e:most 1", ["2", "x"]), ("e:most 1", [])]
)
def test_ask_validators(arguments, expected):
    found = results(f"{COMPONENT} e:S sh:targetClass e:C ; sh:property [ sh:path e:p ; {arguments} ] .", DATA)
    assert sorted(local(result.value) for result in found) == expected
    assert {result.component for result in found} <= {"http://e/K"}


def test_ask_validators_in_node_shapes_and_their_messages():
    (found,) = results(f"{COMPONENT} e:S sh:targetNode 5 , 7 ; e:least 1 ; e:most 5 .")
    assert [message.value for message in found.messages] == ["7 is not in 1 to 5"]
    assert dict(found.bindings).keys() == {"this", "value", "least", "most"}


SELECTING = """
e:K a sh:ConstraintComponent ; sh:parameter [ sh:path e:lang ] ;
    sh:nodeValidator [ sh:prefixes e:ns ; sh:select "SELECT $this ?value { $this e:p ?value FILTER(LANG(?value) = $lang) }" ] ;
    sh:propertyValidator [ sh:message "no {$lang}" ;
        sh:select "SELECT $this ?value { $this $PATH ?value { SELECT $this $lang { $this $PATH ?x } } FILTER(LANG(?value) = $lang) }" ] .
"""


@pytest.mark.parametrize("use", ["e:lang 'en'", "sh:property [ sh:path e:p ; e:lang 'en' , 'de' ]"])
def test_select_validators(use):
    assert pairs(f"{DECLARED} {SELECTING} e:S sh:targetClass e:C ; {use} .", DATA) == [("c", "x")]


def test_the_validator_for_the_kind_of_shape_is_taken():
    shapes = f"{DECLARED} {SELECTING} e:K sh:validator [ sh:ask 'ASK {{ FILTER(false) }}' ] . e:S sh:targetNode e:c ; e:lang 'en' ."
    assert pairs(shapes, DATA) == [("c", "x")]
    without = "e:K a sh:ConstraintComponent ; sh:parameter [ sh:path e:lang ] ; sh:validator [ sh:jsFunctionName 'f' ] ."
    assert pairs(f"{without} e:S sh:targetNode e:c ; e:lang 'en' .", DATA) == []


def test_a_component_may_be_of_a_subclass_and_core_components_may_be_described():
    shapes = COMPONENT.replace("a sh:ConstraintComponent", "a e:Kind") + " e:Kind rdfs:subClassOf sh:ConstraintComponent . "
    shapes += "sh:MinCountConstraintComponent a sh:ConstraintComponent ; sh:parameter sh:MinCountConstraintComponent-minCount . "
    assert focus(f"{shapes} e:S sh:targetNode 1 ; e:least 2 .") == ["1"]


@pytest.mark.parametrize(
    "shapes",
    [
        "e:K a sh:ConstraintComponent .",
        "e:K a sh:ConstraintComponent ; sh:parameter [ sh:path e:k ; sh:optional true ] .",
        "[] a sh:ConstraintComponent ; sh:parameter [ sh:path e:k ] .",
        "e:K a sh:ConstraintComponent ; sh:parameter [ sh:path e:this ] .",
        "e:K a sh:ConstraintComponent ; sh:parameter [ sh:path e:a-b ] .",
        "e:K a sh:ConstraintComponent ; sh:parameter [ sh:path ( e:a e:b ) ] .",
        "e:K a sh:ConstraintComponent ; sh:parameter [ sh:path e:k ] , [ sh:path <http://other/k> ] .",
        f"{COMPONENT} e:S sh:targetNode 1 ; e:least 1 , 2 .",
        f"{COMPONENT} e:S sh:targetNode 1 ; e:least [] .",
        f"{COMPONENT} e:K sh:validator [ sh:ask 'ASK {{}}' ] . e:S sh:targetNode 1 ; e:least 1 .",
        f"{COMPONENT.replace('ASK {', 'SELECT {')} e:S sh:targetNode 1 ; e:least 1 .",
        f"{COMPONENT.replace('ASK {', 'ASK { BIND(1 AS ?most)')} e:S sh:targetNode 1 ; e:least 1 .",
    ],
)
def test_malformed_components_are_refused(shapes):
    with pytest.raises(ShapesError):
        results(shapes)
