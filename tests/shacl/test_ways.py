"""The ways in which the engine may find a result: all give the same."""

import os
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from isgkg.errors import ShapesError
from isgkg.shacl import Lexical, Shapes, engine, logic, validate
from isgkg.shacl.conditions import conforming
from isgkg.shacl.engine import Validation
from tests.shacl.support import results, store_of, triples
from tests.shacl.test_differential import GRAPHS, PREDICATES, shape_bodies

SETTINGS = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), max_examples=300)
USES = [
    "sh:node {}",
    "sh:not {}",
    "sh:and ( {} [ sh:nodeKind sh:IRI ] )",
    "sh:or ( [ sh:nodeKind sh:Literal ] {} )",
    "sh:qualifiedValueShape {} ; sh:qualifiedMinCount 1",
    "sh:qualifiedValueShape {} ; sh:qualifiedMinCount 2 ; sh:qualifiedMaxCount 2",
]


def found(shapes, data):
    statements = triples(data)
    return validate(store_of(statements), Shapes.of(triples(shapes)), lexical=Lexical.of(statements))


@SETTINGS
@given(st.sampled_from(USES), st.sampled_from(PREDICATES), shape_bodies(1).map("[ {} ]".format), GRAPHS, st.sampled_from([1, 500]))
def test_a_condition_holds_of_what_conforms(use, path, inner, data, wide):
    shapes = f"e:S sh:targetSubjectsOf {path} ; sh:property e:P . e:P sh:path {path} ; {use.format(inner)} ."
    with patch.object(engine, "WIDE", wide):
        asked = found(shapes, data)
        with patch.object(logic, "conforming", lambda *_: None), patch.object(logic, "all_conforming", lambda *_: None):
            evaluated = found(shapes, data)
    assert asked == evaluated


@pytest.mark.parametrize(
    "shape",
    [
        "sh:class e:C",
        "sh:nodeKind sh:IRI",
        "sh:in ( e:a e:b )",
        "sh:hasValue 'a'",
        "sh:datatype rdf:langString",
        "sh:property [ sh:path e:p ; sh:minCount 1 ]",
        "sh:property [ sh:path e:p ; sh:maxCount 0 ]",
        "sh:property [ sh:path e:p ; sh:hasValue e:b ; sh:class e:C ]",
        "sh:or ( [ sh:class e:C ] [ sh:not [ sh:nodeKind sh:Literal ] ] ) ; sh:message 'm'",
        "sh:node [ sh:deactivated true ; sh:minLength 3 ]",
    ],
)
def test_what_has_a_condition(shape):
    graph = Shapes.of(triples(f"e:S {shape} ."))
    assert conforming(Validation(store_of([]), graph, None, None), NamedNode("http://e/S")) is not None


@pytest.mark.parametrize(
    "shape", ["sh:minLength 1", "sh:property [ sh:path ( e:p e:q ) ; sh:minCount 1 ]", "sh:datatype xsd:date", "sh:node e:S"]
)
def test_what_has_none(shape):
    graph = Shapes.of(triples(f"e:S {shape} ."))
    assert conforming(Validation(store_of([]), graph, None, None), NamedNode("http://e/S")) is None


SHAPES = """e:S sh:targetClass e:C ; sh:nodeKind sh:BlankNode ; sh:property e:P . e:P sh:path e:p ; sh:maxCount 0 ; sh:nodeKind sh:IRI .
    e:T sh:targetObjectsOf e:p ; sh:nodeKind sh:IRI ; sh:minLength 9 ."""
DATA = "".join(f"e:a{number} a e:C ; e:p {number} , e:b{number} . " for number in range(600))


def test_threads_change_nothing():
    many = []
    for count in (1, 4):
        with patch.object(os, "cpu_count", lambda count=count: count):
            many.append(results(SHAPES, DATA))
    assert many[0] == many[1]
    assert len(many[0]) == 3_000


def test_an_error_in_a_thread_is_raised():
    with pytest.raises(ShapesError, match="recursive"), patch.object(os, "cpu_count", lambda: 4):
        results(f"{SHAPES} e:U sh:targetClass e:C ; sh:property [ sh:path e:p ; sh:node e:U ] .", DATA)


def test_many_focus_nodes_are_no_others():
    shapes = "e:S sh:targetClass {} ; sh:property e:P . e:P sh:path e:p ; sh:maxCount 1 ; sh:class e:D ; sh:in ( e:b1 1 ) ."
    some = [result for result in results(shapes.format("e:C"), DATA) if str(result.focus_node) == "<http://e/a7>"]
    alone = results(shapes.format("e:One"), DATA + " e:a7 a e:One .")
    assert some == alone
    assert len(alone) == 5
