"""Targets and paths: which nodes are looked at."""

import pytest

from tests.shacl.support import focus, local, results

WRONG = "sh:nodeKind sh:Literal"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("sh:targetNode e:a , e:nowhere", ["a", "nowhere"]),
        ("sh:targetClass e:C", ["a", "b"]),
        ("sh:targetClass e:C , e:D", ["a", "b"]),
        ("sh:targetSubjectsOf e:p", ["a", "b"]),
        ("sh:targetSubjectsOf e:p , e:q", ["a", "b", "c"]),
        ("sh:targetObjectsOf e:p", ["b", "c"]),
        ("sh:targetObjectsOf e:p ; sh:targetNode e:c ; sh:targetClass e:D", ["b", "c"]),
        ("sh:targetClass e:None", []),
    ],
)
def test_targets(target, expected):
    data = "e:D rdfs:subClassOf e:C . e:a a e:C ; e:p e:b . e:b a e:D , e:C ; e:p e:b , e:c . e:c e:q 1 ."
    assert focus(f"e:S {target} ; {WRONG} .", data) == expected


@pytest.mark.parametrize(
    "declaration",
    [
        f"e:C a rdfs:Class , sh:NodeShape ; {WRONG} .",
        f"e:C a rdfs:Class ; {WRONG} .",
        f"e:C a e:Meta ; {WRONG} . e:Meta rdfs:subClassOf rdfs:Class .",
    ],
)
def test_a_class_that_is_a_shape_is_its_own_target(declaration):
    assert focus(declaration, "e:D rdfs:subClassOf e:C . e:a a e:D . e:b a e:E .") == ["a"]


def test_a_class_is_no_shape_by_itself():
    assert focus("e:C a rdfs:Class ; rdfs:label 'C' .", "e:a a e:C .") == []


def test_a_class_is_a_shape_where_others_use_it():
    assert focus(f"e:C a rdfs:Class . e:S sh:or ( e:C ) . e:D a rdfs:Class ; {WRONG} .", "e:a a e:C .") == []


def test_blank_nodes_are_targets():
    assert focus("e:S sh:targetClass e:C ; sh:nodeKind sh:IRI .", "[] a e:C .") == ["[]"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("e:p", ["b"]),
        ("( e:p e:p )", ["c"]),
        ("( e:p e:p e:q )", ["1"]),
        ("[ sh:inversePath e:p ]", ["z"]),
        ("[ sh:inversePath ( e:p e:p ) ]", ["y"]),
        ("[ sh:alternativePath ( e:p e:q [ sh:inversePath e:p ] ) ]", ["b", "z"]),
        ("[ sh:zeroOrMorePath e:p ]", ["a", "b", "c"]),
        ("[ sh:oneOrMorePath e:p ]", ["b", "c"]),
        ("[ sh:zeroOrOnePath e:p ]", ["a", "b"]),
        ("( [ sh:zeroOrOnePath e:p ] [ sh:zeroOrMorePath e:q ] )", ["a", "b"]),
        ("[ sh:oneOrMorePath [ sh:zeroOrOnePath e:p ] ]", ["a", "b", "c"]),
    ],
)
def test_paths(path, expected):
    data = "e:y e:p e:z . e:z e:p e:a . e:a e:p e:b . e:b e:p e:c . e:c e:q 1 ."
    found = results(f"e:S sh:targetNode e:a ; sh:property [ sh:path {path} ; sh:nodeKind sh:BlankNode ] .", data)
    assert [local(result.value) for result in found] == expected


def test_a_path_of_length_zero_starts_outside_the_graph_too():
    shapes = 'e:S sh:targetNode e:nowhere , "x" ; sh:property [ sh:path [ sh:zeroOrMorePath e:p ] ; sh:nodeKind sh:BlankNode ] .'
    assert [(local(result.focus_node), local(result.value)) for result in results(shapes)] == [("x", "x"), ("nowhere", "nowhere")]
