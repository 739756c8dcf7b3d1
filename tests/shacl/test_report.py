"""Results as a sh:ValidationReport, which SHACL itself can check."""

import io

from pyoxigraph import RdfFormat, parse, serialize

from isgkg.shacl import Shapes, report, validate
from tests.shacl.support import focus, store_of, triples

SHAPES = """e:S sh:targetNode e:a ; sh:nodeKind sh:Literal ; sh:message "no"@en ;
    sh:property [ sh:path ( e:p [ sh:inversePath e:q ] ) ; sh:minCount 1 ; rdfs:comment "not part of the path" ] ;
    sh:sparql [ sh:select "SELECT $this ?value { BIND(1 AS ?value) }" ] ."""
OF_A_REPORT = """e:R sh:targetClass sh:ValidationResult ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:property
    [ sh:path sh:focusNode ; sh:minCount 1 ; sh:maxCount 1 ] , [ sh:path sh:resultPath ; sh:maxCount 1 ] ,
    [ sh:path sh:value ; sh:maxCount 1 ] , [ sh:path sh:sourceShape ; sh:minCount 1 ; sh:maxCount 1 ] ,
    [ sh:path sh:sourceConstraintComponent ; sh:minCount 1 ; sh:maxCount 1 ] , [ sh:path sh:sourceConstraint ; sh:maxCount 1 ] ,
    [ sh:path sh:resultSeverity ; sh:minCount 1 ; sh:maxCount 1 ] , [ sh:path sh:resultMessage ] .
    e:Path sh:targetObjectsOf sh:resultPath ; sh:property [ sh:path ( rdf:rest rdf:first sh:inversePath ) ; sh:hasValue e:q ] ,
        [ sh:path rdfs:comment ; sh:maxCount 0 ] ."""


def turtle(found):
    out = io.BytesIO()
    serialize(found, out, RdfFormat.N_TRIPLES)
    return out.getvalue().decode()


def test_a_report_describes_each_result():
    shapes = Shapes.of(triples(SHAPES))
    text = turtle(report(validate(store_of([]), shapes), shapes))
    assert text.count("ValidationResult>") == 3
    assert '"false"^^' in text
    assert text.count("resultMessage") == 2
    assert focus(OF_A_REPORT, text) == []


def test_no_results_conform():
    text = turtle(report([], Shapes.of([])))
    assert len(list(parse(text, RdfFormat.N_TRIPLES))) == 2
    assert '"true"^^' in text


def test_equal_results_give_equal_reports():
    shapes = Shapes.of(triples(SHAPES))
    first, second = (turtle(report(validate(store_of([]), shapes), shapes)) for _ in range(2))
    assert first == second
