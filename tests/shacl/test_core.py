"""SHACL Core: what each constraint component finds."""

import pytest

from isgkg import names
from isgkg.shacl import Shapes, validate
from tests.shacl.support import focus, local, pairs, results, store_of, triples

TARGET = "e:S sh:targetNode e:a ; sh:property [ sh:path e:p ; "


def values(constraint, data):
    """The values that break a constraint on e:p of e:a."""
    return sorted(local(result.value) for result in results(f"{TARGET}{constraint} ] .", f"e:a e:p {data} ."))


@pytest.mark.parametrize(
    ("constraint", "data", "expected"),
    [
        ("sh:nodeKind sh:IRI", 'e:b , [] , "x"', ["[]", "x"]),
        ("sh:nodeKind sh:BlankNode", 'e:b , [] , "x"', ["b", "x"]),
        ("sh:nodeKind sh:Literal", 'e:b , [] , "x"', ["[]", "b"]),
        ("sh:nodeKind sh:BlankNodeOrIRI", 'e:b , [] , "x"', ["x"]),
        ("sh:nodeKind sh:BlankNodeOrLiteral", 'e:b , [] , "x"', ["b"]),
        ("sh:nodeKind sh:IRIOrLiteral", 'e:b , [] , "x"', ["[]"]),
        ("sh:minInclusive 2", "1 , 2 , 2.5 , true , e:b", ["1", "b", "true"]),
        ("sh:minExclusive 2", "1 , 2 , 2.5", ["1", "2"]),
        ("sh:maxInclusive 2", "1 , 2 , 2.5", ["2.5"]),
        ("sh:maxExclusive 2", "1 , 2 , 2.5", ["2", "2.5"]),
        ('sh:minInclusive "2020-01-02"^^xsd:date', '"2020-01-01"^^xsd:date , "2020-01-02"^^xsd:date', ["2020-01-01"]),
        ("sh:minLength 3", '"ab" , "智能社会" , <http://e/> , []', ["[]", "ab"]),
        ("sh:minLength 0", '"" , []', ["[]"]),
        ("sh:maxLength 3", '"ab" , "智能社会" , []', ["[]", "智能社会"]),
        ('sh:pattern "^A"', '"Ab" , "ab" , "bA" , []', ["[]", "ab", "bA"]),
        ('sh:pattern "^A" ; sh:flags "i"', '"Ab" , "ab" , "bA"', ["bA"]),
        ('sh:languageIn ( "en" "zh-Hans" )', '"a"@en , "b"@en-GB , "c"@zh , "d"@zh-Hans-CN , "e" , e:f', ["c", "e", "f"]),
        ('sh:languageIn ( "EN" )', '"a"@en , "b"@eng', ["b"]),
        ('sh:languageIn ( "*" )', '"a"@en , "b"', ["b"]),
        ("sh:languageIn ()", '"a"@en', ["a"]),
        ("sh:in ( e:b 1 'x'@en )", "e:b , e:c , 1 , 2 , 'x'@en , 'x'", ["2", "c", "x"]),
        ("sh:in ()", "e:b", ["b"]),
        ("sh:not [ sh:in ( e:b ) ]", "e:b , e:c", ["b"]),
        ("sh:and ( [ sh:nodeKind sh:IRI ] [ sh:in ( e:b 1 ) ] )", "e:b , e:c , 1", ["1", "c"]),
        ("sh:or ( [ sh:nodeKind sh:IRI ] [ sh:in ( e:b 1 ) ] )", "e:b , e:c , 1 , 2", ["2"]),
        ("sh:xone ( [ sh:nodeKind sh:IRI ] [ sh:in ( e:b 1 ) ] )", "e:b , e:c , 1 , 2", ["2", "b"]),
        ("sh:and ()", "e:b", []),
        ("sh:or ()", "e:b", ["b"]),
        ("sh:xone ()", "e:b", ["b"]),
        ("sh:node [ sh:property [ sh:path e:q ; sh:minCount 1 ] ]", "e:b , [ e:q 1 ] , []", ["[]", "b"]),
    ],
)
def test_values(constraint, data, expected):
    assert values(constraint, data) == expected


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ("sh:minCount 2", ["a", "b"]),
        ("sh:minCount 1", ["a"]),
        ("sh:maxCount 1", ["c"]),
        ("sh:maxCount 0", ["b", "c"]),
        ("sh:minCount 0", []),
    ],
)
@pytest.mark.parametrize("path", ["e:p", "( e:p [ sh:zeroOrOnePath e:none ] )"])
def test_counts(constraint, expected, path):
    shapes = f"e:S sh:targetNode e:a , e:b , e:c ; sh:property [ sh:path {path} ; {constraint} ] ."
    found = results(shapes, "e:b e:p 1 . e:c e:p 1 , 2 .")
    assert [local(result.focus_node) for result in found] == expected
    assert {result.value for result in found} <= {None}


def test_counts_are_of_distinct_values():
    shapes = "e:S sh:targetNode e:a ; sh:property [ sh:path ( e:p e:q ) ; sh:minCount 2 ; sh:maxCount 0 ] ."
    found = results(shapes, "e:a e:p e:b , e:c . e:b e:q e:d . e:c e:q e:d .")
    assert [names.compact(result.component) for result in found] == [
        "sh:MaxCountConstraintComponent",
        "sh:MinCountConstraintComponent",
    ]


def test_class_knows_the_subclasses_in_the_data_even_without_names():
    shapes = "e:S sh:targetSubjectsOf e:p ; sh:class e:C ."
    data = "e:D rdfs:subClassOf [ rdfs:subClassOf e:C ] . e:a e:p 1 ; a e:D . e:b e:p 1 ; a e:E . e:c e:p 1 ; a [ rdfs:subClassOf e:C ] ."
    assert focus(shapes, data) == ["b"]
    assert focus("e:S sh:targetSubjectsOf e:p ; sh:class e:C .", "e:a e:p 1 ; a e:C . e:b e:p 1 ; a e:D .") == ["b"]


def test_a_class_hierarchy_may_be_a_cycle():
    data = "e:C rdfs:subClassOf e:D . e:D rdfs:subClassOf e:C . e:a a e:D ."
    assert pairs("e:S sh:targetClass e:C ; sh:nodeKind sh:Literal .", data) == [("a", "a")]


def test_unique_lang_reports_each_language_once():
    shapes = f"{TARGET} sh:uniqueLang true ] ."
    found = results(shapes, 'e:a e:p "a"@en , "b"@en , "c"@en , "d"@de , "e"@de , "f"@fr , "g" , "h" .')
    assert [local(result.focus_node) for result in found] == ["a", "a"]
    assert results(shapes.replace("true", "false"), 'e:a e:p "a"@en , "b"@en .') == []
    assert results(shapes.replace("true", '"1"^^xsd:boolean'), 'e:a e:p "a"@en , "b"@en .') == []


def test_equals_and_disjoint():
    data = "e:a e:p 1 , 2 ; e:q 2 , 3 ."
    assert pairs(f"{TARGET} sh:equals e:q ] .", data) == [("a", "1"), ("a", "3")]
    assert pairs(f"{TARGET} sh:disjoint e:q ] .", data) == [("a", "2")]
    assert pairs("e:S sh:targetNode e:a ; sh:equals e:p .", "e:a e:p e:a , e:b .") == [("a", "b")]
    assert pairs("e:S sh:targetNode e:a ; sh:disjoint e:p .", "e:a e:p e:a , e:b .") == [("a", "a")]


def test_less_than_reports_each_two_values_out_of_order():
    data = 'e:a e:p 1 , 5 , "x" ; e:q 3 , 5 .'
    assert pairs(f"{TARGET} sh:lessThan e:q ] .", data) == [("a", "5"), ("a", "5"), ("a", "x"), ("a", "x")]
    assert pairs(f"{TARGET} sh:lessThanOrEquals e:q ] .", data) == [("a", "5"), ("a", "x"), ("a", "x")]


def test_closed_reports_path_and_value():
    shapes = """e:S sh:targetNode e:a ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ;
        sh:property [ sh:path e:p ] , [ sh:path [ sh:inversePath e:r ] ] ."""
    found = results(shapes, "e:a a e:C ; e:p 1 ; e:q 2 ; e:r 3 .")
    assert [(local(result.path), result.path_text, local(result.value)) for result in found] == [
        ("q", "<http://e/q>", "2"),
        ("r", "<http://e/r>", "3"),
    ]
    assert results(shapes.replace("closed true", "closed false"), "e:a e:q 2 .") == []


def test_closed_in_a_property_shape_looks_at_the_value_nodes():
    shapes = "e:S sh:targetNode e:a ; sh:property [ sh:path e:p ; sh:closed true ] ."
    assert pairs(shapes, "e:a e:p e:b . e:b e:q e:c .") == [("a", "c")]


@pytest.mark.parametrize("path", ["e:p", "[ sh:inversePath [ sh:inversePath e:p ] ]"])
def test_has_value(path):
    shapes = f"e:S sh:targetNode e:a , e:b , e:c ; sh:property [ sh:path {path} ; sh:hasValue e:x , 1 ] ."
    found = results(shapes, "e:a e:p e:x , 1 . e:b e:p 1 .")
    assert [local(result.focus_node) for result in found] == ["b", "c", "c"]
    assert {result.value for result in found} == {None}


def test_has_value_in_a_node_shape():
    assert focus("e:S sh:targetNode e:a , e:b ; sh:hasValue e:a .") == ["b"]


def test_blank_nodes_of_one_document_are_compared():
    document = triples("""e:S sh:targetNode e:a , e:b ; sh:property [ sh:path e:p ; sh:hasValue _:x ; sh:in ( _:x e:y ) ] .
        e:a e:p _:x . e:b e:p _:z , e:y .""")
    found = validate(store_of(document), Shapes.of(document))
    assert [(local(result.focus_node), local(result.value)) for result in found] == [("b", None), ("b", "[]")]


def test_qualified_counts():
    shapes = """e:S sh:targetNode e:a , e:b , e:c ; sh:property [ sh:path e:p ;
        sh:qualifiedValueShape [ sh:class e:C ] ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1 ] ."""
    data = "e:x a e:C . e:y a e:C . e:a e:p e:x , e:z . e:b e:p e:z . e:c e:p e:x , e:y ."
    found = [(local(result.focus_node), names.compact(result.component)) for result in results(shapes, data)]
    assert found == [("b", "sh:QualifiedMinCountConstraintComponent"), ("c", "sh:QualifiedMaxCountConstraintComponent")]


def test_qualified_values_may_have_to_be_disjoint():
    shapes = """e:S sh:targetNode e:a ; sh:property
        [ sh:path e:p ; sh:qualifiedValueShape [ sh:class e:C ] ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint {0} ] ,
        [ sh:path e:p ; sh:qualifiedValueShape [ sh:class e:D ] ; sh:qualifiedMinCount 1 ] ."""
    data = "e:x a e:C , e:D . e:a e:p e:x ."
    assert focus(shapes.replace("{0}", "true"), data) == ["a"]
    assert focus(shapes.replace("{0}", "false"), data) == []


def test_a_property_shape_reports_once_for_each_way_to_its_focus_node():
    shapes = """e:S sh:targetNode e:a , e:b ; sh:property [ sh:path e:p ; sh:property [ sh:path e:q ; sh:property [
        sh:path e:r ; sh:minCount 1 ] ] ] ."""
    data = "e:a e:p e:m , e:n . e:b e:p e:n . e:m e:q e:x . e:n e:q e:x , e:y . e:y e:r 1 ."
    assert focus(shapes, data) == ["x", "x", "x"]


def test_a_node_fails_for_what_lies_below_it():
    shapes = """e:S sh:targetNode e:a , e:x ; sh:node [ sh:property [ sh:path e:p ; sh:property [ sh:path e:q ; sh:minCount 1 ] ] ] ."""
    assert pairs(shapes, "e:a e:p e:x .") == [("a", "a")]


def test_severity_message_and_deactivation():
    shapes = """e:S sh:targetNode e:a ; sh:nodeKind sh:Literal ; sh:severity e:Note ; sh:message "no"@en , "否"@zh ;
        sh:property [ sh:path e:p ; sh:minCount 1 ; sh:deactivated true ; sh:severity "ill-formed" ] ,
            [ sh:path e:p ; sh:minCount 1 ; sh:severity sh:Warning ] ."""
    note, warning = results(shapes)
    assert (note.severity, [(message.value, message.language) for message in note.messages]) == (
        "http://e/Note",
        [("no", "en"), ("否", "zh")],
    )
    assert (warning.severity, warning.messages) == (names.SH + "Warning", ())


def test_results_are_sorted_and_repeatable():
    shapes = "e:S sh:targetNode e:c , e:a , e:b ; sh:nodeKind sh:Literal ; sh:class e:C ."
    assert focus(shapes) == ["a", "a", "b", "b", "c", "c"]
    assert results(shapes) == results(shapes)
