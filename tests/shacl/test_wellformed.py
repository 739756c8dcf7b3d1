"""Malformed and hostile shapes: a ShapesError that says where, or correct results, and no other exception."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from isgkg import names
from isgkg.errors import ShapesError
from isgkg.messages import LANGUAGES
from isgkg.shacl import Shapes, reference, validate
from isgkg.shacl.syntax import PARAMETERS
from isgkg.shacl.vocabulary import sh
from tests.shacl.support import focus, pairs, results, store_of, triples

DATA = 'e:a a e:C ; e:p "x" , 1 . e:b a e:C ; e:p e:a .'
SHAPE = "e:S sh:targetClass e:C ; "
OF_PROPERTY = SHAPE + "sh:property [ sh:path e:p ; {} ] ."


def nested(opening, inner, closing, depth):
    return opening * depth + inner + closing * depth


@pytest.mark.parametrize(
    "shapes",
    [
        "e:S sh:targetClass 'x' .",
        "e:S sh:targetClass [] .",
        "e:S sh:targetNode [] ; sh:nodeKind sh:IRI .",
        "e:S sh:targetSubjectsOf 1 .",
        "[] a rdfs:Class , sh:NodeShape .",
        SHAPE + "sh:node e:S .",
        SHAPE + "sh:property [ sh:path e:p ; sh:node e:S ] .",
        SHAPE + "sh:not [ sh:or ( [ sh:nodeKind sh:IRI ] [ sh:and ( e:S ) ] ) ] .",
        SHAPE + "sh:node e:T . e:T sh:node e:U . e:U sh:node e:T .",
        SHAPE + "sh:node 'x' .",
        SHAPE + "sh:or ( 1 2 ) .",
        SHAPE + "sh:property e:T .",
        SHAPE + "sh:in 'x' .",
        SHAPE + "sh:in e:list . e:list rdf:first 1 .",
        SHAPE + "sh:in e:list . e:list rdf:first 1 , 2 ; rdf:rest () .",
        SHAPE + "sh:in e:list . e:list rdf:first 1 ; rdf:rest e:list .",
        SHAPE + "sh:nodeKind e:Other .",
        SHAPE + "sh:datatype 'x' .",
        SHAPE + "sh:datatype xsd:string , xsd:integer .",
        SHAPE + "sh:minCount 1 .",
        SHAPE + "sh:severity 'x' .",
        SHAPE + "sh:message 5 .",
        SHAPE + "sh:deactivated 'true' .",
        SHAPE + "sh:closed true ; sh:ignoredProperties ( 'x' ) .",
        SHAPE + "sh:minInclusive e:x .",
        SHAPE + "sh:minLength '1' .",
        SHAPE + "sh:pattern '(' .",
        SHAPE + "sh:pattern 'a' ; sh:flags 'zz' .",
        SHAPE + "sh:pattern 'a'@en .",
        SHAPE + "sh:languageIn ( 'en' 5 ) .",
        SHAPE + 'sh:pattern ")} #" .',
        OF_PROPERTY.format("sh:minCount '1'"),
        OF_PROPERTY.format('sh:minCount "x"^^xsd:integer'),
        OF_PROPERTY.format("sh:minCount 1 , 2"),
        OF_PROPERTY.format("sh:uniqueLang 'yes'"),
        *(
            OF_PROPERTY.replace("sh:path e:p", f"sh:path {path}").format("sh:minCount 1")
            for path in (
                "'x'",
                "()",
                "( e:p )",
                "[ sh:alternativePath ( e:p ) ]",
                "[ sh:inversePath 'x' ]",
                "[ sh:inversePath e:p , e:q ]",
                "[ sh:somePath e:p ]",
                "e:p , e:q",
                nested("[ sh:inversePath ", "e:p", " ]", 1_000),
                f"( {' '.join(f'e:p{number}' for number in range(1_000))} )",
            )
        ),
        OF_PROPERTY.replace("sh:path e:p", "sh:path _:x").format("sh:minCount 1") + " _:x sh:inversePath _:x .",
        SHAPE + "sh:node " + nested("[ sh:node ", "[ sh:nodeKind sh:IRI ]", " ]", 500) + " .",
    ],
)
def test_malformed_shapes_are_refused(shapes):
    with pytest.raises(ShapesError) as caught:
        results(shapes, DATA)
    assert all(caught.value.text(lang) for lang in LANGUAGES)


def test_the_error_names_the_shape():
    with pytest.raises(ShapesError, match=r"<http://e/S>: .*recursive"):
        results(SHAPE + "sh:property [ sh:path e:p ; sh:node e:S ] .", DATA)
    with pytest.raises(ShapesError, match=r"<http://e/S> › \[ \]: .*sh:minCount"):
        results(OF_PROPERTY.format("sh:minCount 'x'"), DATA)


@pytest.mark.parametrize(
    "shapes",
    [
        "e:S sh:nodeKind e:Other ; sh:path 'x' ; sh:in 5 .",
        SHAPE + "sh:deactivated true ; sh:in 5 .",
        SHAPE + "sh:property [ sh:deactivated true ; sh:path 'x' ] .",
    ],
)
def test_what_is_not_used_may_be_malformed(shapes):
    assert results(shapes, DATA) == []


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ('sh:hasValue "\\") } # \\n\\\\"', ["a", "b"]),
        ('sh:in ( "\\"" "x" 1 e:a )', []),
        ('sh:pattern "\\"\\\\\\\\"', ["a", "a", "b"]),
        ('sh:pattern "^[x1h]" ; sh:flags "i"', []),
        ('sh:languageIn ( "en\\")" "(en|" )', ["a", "a", "b"]),
        ('sh:minInclusive "\\"}"', ["a", "b"]),
        ("sh:minCount 99999999999999999999999999", ["a", "b"]),
        ("sh:maxCount 99999999999999999999999999", []),
        ("sh:minCount -99999999999999999999999999", []),
        ("sh:maxCount -1", ["a", "b"]),
        ("sh:maxLength 99999999999999999999999999", []),
        ("sh:minCount +1", []),
    ],
)
def test_strings_and_numbers_stay_what_they_are(constraint, expected):
    assert focus(OF_PROPERTY.format(constraint), DATA) == expected


def test_triple_terms_are_just_other_terms():
    assert pairs(SHAPE + "sh:hasValue <<( e:a e:b e:c )>> ; sh:in ( <<( e:a e:b [] )>> e:a ) .", DATA) == [
        ("a", None),
        ("b", None),
        ("b", "b"),
    ]


def test_large_shapes_are_answered():
    members = " ".join(map(str, range(20_000)))
    assert focus(SHAPE + f"sh:in ( {members} ) .", DATA) == ["a", "b"]
    alternatives = " ".join(f"[ sh:hasValue {number} ]" for number in range(300))
    assert focus(SHAPE + f"sh:or ( {alternatives} ) .", DATA) == ["a", "b"]
    deep = nested("[ sh:property [ sh:path e:p ; sh:node ", "[ sh:nodeKind sh:IRI ]", "]]", 30)
    assert focus(SHAPE + f"sh:node {deep} .", DATA) == []


TERMS = st.one_of(
    st.sampled_from([NamedNode("http://e/S"), NamedNode("http://e/T"), NamedNode("http://e/p"), NamedNode(names.RDF + "nil"), sh("IRI")]),
    st.text(max_size=6).map(Literal),
    st.integers(-3, 3).map(Literal),
    st.booleans().map(Literal),
)
STATEMENTS = st.lists(
    st.builds(
        Triple,
        st.sampled_from([NamedNode("http://e/S"), NamedNode("http://e/T")]),
        st.sampled_from(
            [*PARAMETERS, sh("path"), sh("select"), sh("message"), NamedNode(names.RDF + "first"), NamedNode(names.RDF + "rest")]
        ),
        TERMS,
    ),
    max_size=5,
)


@settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(STATEMENTS)
def test_any_graph_gives_results_or_a_shapes_error(statements):
    target = Triple(NamedNode("http://e/S"), sh("targetClass"), NamedNode("http://e/C"))
    try:
        found = validate(store_of(triples(DATA)), Shapes.of([target, *statements]))
    except ShapesError as error:
        assert str(error)
    else:
        assert {result.focus_node for result in found} <= {NamedNode("http://e/a"), NamedNode("http://e/b"), Literal("x"), Literal(1)}


def test_the_reference_refuses_in_the_same_way():
    with pytest.raises(ShapesError):
        reference.validate(triples(DATA), Shapes.of(triples(OF_PROPERTY.format("sh:minCount 'x'"))))
