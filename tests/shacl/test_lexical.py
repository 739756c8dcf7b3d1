"""Literals as the data write them, though the store keeps another form."""

import pytest
from pyoxigraph import Literal, NamedNode

from isgkg import names
from isgkg.shacl import Lexical, Shapes, validate
from isgkg.shacl.datatypes import is_lexical
from tests.shacl.support import local, pairs, results, store_of, triples


@pytest.mark.parametrize(
    ("datatype", "good", "bad"),
    [
        ("boolean", "true false 1 0", "TRUE 2"),
        ("decimal", "1 -1.5 +.5 1.", "1e0 . 1,5"),
        ("double", "1 -1.5e3 INF -INF NaN .5E-2", "inf e3 1e"),
        ("float", "1.0 NaN", "nan"),
        ("integer", "0 -7 +007 99999999999999999999999", "1.0 ١ 1_0"),
        ("byte", "127 -128", "128 -129 x"),
        ("short", "32767", "32768"),
        ("int", "-2147483648", "2147483648"),
        ("long", "9223372036854775807", "9223372036854775808"),
        ("unsignedByte", "255 +0 -0", "256 -1"),
        ("unsignedShort", "65535", "65536"),
        ("unsignedInt", "4294967295", "4294967296"),
        ("unsignedLong", "18446744073709551615", "18446744073709551616"),
        ("nonNegativeInteger", "0 5", "-1"),
        ("positiveInteger", "1", "0"),
        ("nonPositiveInteger", "0 -1", "1"),
        ("negativeInteger", "-1", "0"),
        ("date", "2020-02-29 -0044-03-15 12020-01-01Z 2020-01-01+14:00", "2021-02-29 2020-13-01 20-01-01 2020-01-01+15:00"),
        ("dateTime", "2020-01-01T00:00:00 2020-01-01T24:00:00Z 2020-01-01T00:00:00.5-05:00", "2020-01-01 2020-01-01T25:00:00"),
        ("dateTimeStamp", "2020-01-01T00:00:00Z", "2020-01-01T00:00:00"),
        ("time", "23:59:59.999 24:00:00", "24:00:01 1:00:00"),
        ("gYear", "2020 -0001 12020Z", "20 02020"),
        ("gYearMonth", "2020-12", "2020-13"),
        ("gMonth", "--12", "12 --13"),
        ("gMonthDay", "--02-29", "--02-30"),
        ("gDay", "---31Z", "---32"),
        ("duration", "P1Y2M3DT4H5M6.7S -PT1S P1Y", "P PT P1S 1Y"),
        ("yearMonthDuration", "P1Y2M", "P1D"),
        ("dayTimeDuration", "P1DT2H", "P1Y"),
        ("hexBinary", "0aFF", "0a0 0g"),
        ("base64Binary", "AA== AAA= AAAA", "A AA= AB=="),
        ("anyURI", "http://e/智 rel", "<x>"),
        ("language", "zh-Hans-CN", "zh_CN toolongtag"),
        ("Name", "a:b _x 名", "1a -a"),
        ("NCName", "a 名-1", "a:b"),
        ("NMTOKEN", "-1:a", "a,b"),
        ("token", "a", ""),
        ("normalizedString", "a", ""),
        ("string", "anything", ""),
    ],
)
def test_lexical_spaces(datatype, good, bad):
    def is_good(text):
        return is_lexical(Literal(text, datatype=NamedNode(names.XSD + datatype)))

    assert [text for text in good.split() if not is_good(text)] == []
    assert [text for text in bad.split() if is_good(text)] == []


@pytest.mark.parametrize(
    ("datatype", "text"), [("token", " a"), ("token", "a  b"), ("normalizedString", "a\tb"), ("base64Binary", "AA ==\n")]
)
def test_white_space_is_part_of_the_form(datatype, text):
    assert not is_lexical(Literal(text, datatype=NamedNode(names.XSD + datatype)))


@pytest.mark.parametrize(
    ("datatype", "values", "expected"),
    [
        ("xsd:byte", '"1"^^xsd:byte , "300"^^xsd:byte , 1 , "c"^^xsd:byte , e:x', ["300", "c", "1", "x"]),
        ("xsd:integer", '007 , "1"^^xsd:byte , 1.0 , "x"^^xsd:integer', ["1", "x", "1.0"]),
        ("xsd:dateTimeStamp", '"2020-01-01T00:00:00Z"^^xsd:dateTimeStamp , "2020-01-01T00:00:00Z"^^xsd:dateTime', ["2020-01-01T00:00:00Z"]),
        ("xsd:date", '"2020-02-30"^^xsd:date , "2020-02-29"^^xsd:date', ["2020-02-30"]),
        ("xsd:string", '"a" , "a"@en , 1', ["a", "1"]),
        ("rdf:langString", '"a" , "a"@en', ["a"]),
        ("e:custom", '"a"^^e:custom , "a"', ["a"]),
    ],
)
def test_datatype(datatype, values, expected):
    shapes = f"e:S sh:targetNode e:a ; sh:property [ sh:path e:p ; sh:datatype {datatype} ] ."
    assert sorted(local(result.value) for result in results(shapes, f"e:a e:p {values} .")) == sorted(expected)


def test_a_number_written_in_two_ways_is_two_values():
    data = 'e:a e:p "1"^^xsd:byte . e:b e:p 1 , 01 .'
    shapes = "e:S sh:targetSubjectsOf e:p ; sh:property [ sh:path e:p ; {} ] ."
    assert pairs(shapes.format("sh:datatype xsd:byte"), data) == [("b", "01"), ("b", "1")]
    assert pairs(shapes.format("sh:in ( 1 )"), data) == [("a", "1"), ("b", "01")]
    assert pairs(shapes.format("sh:hasValue 1"), data) == [("a", None)]
    assert pairs(shapes.format("sh:minLength 2"), data) == [("a", "1"), ("b", "1")]
    assert pairs(shapes.format("sh:maxLength 1"), data) == [("b", "01")]
    assert pairs(shapes.format('sh:pattern "^0"'), data) == [("a", "1"), ("b", "1")]
    assert pairs(shapes.format("sh:nodeKind sh:IRI"), data) == [("a", "1"), ("b", "01"), ("b", "1")]


def test_equality_between_properties_is_of_the_written_forms():
    data = 'e:a e:p "1"^^xsd:byte , 2 ; e:q 1 , 2 .'
    shapes = "e:S sh:targetNode e:a ; sh:property [ sh:path e:p ; {} ] ."
    assert pairs(shapes.format("sh:equals e:q"), data) == [("a", "1"), ("a", "1")]
    assert pairs(shapes.format("sh:disjoint e:q"), data) == [("a", "2")]


def test_literals_that_are_targets_stand_as_the_shapes_write_them():
    shapes = 'e:S sh:targetNode "1"^^xsd:byte , "2"^^xsd:integer ; sh:datatype xsd:byte .'
    assert pairs(shapes, 'e:a e:p 1 , "2"^^xsd:byte .') == [("2", "2")]


def test_without_a_table_the_store_is_believed():
    found = triples('e:a e:p "1"^^xsd:byte .')
    shapes = Shapes.of(triples("e:S sh:targetNode e:a ; sh:property [ sh:path e:p ; sh:datatype xsd:byte ] ."))
    assert len(validate(store_of(found), shapes)) == 1
    assert validate(store_of(found), shapes, lexical=Lexical.of(found)) == []


def test_the_table_holds_only_what_differs():
    assert not Lexical.of(triples('e:a e:p 1 , 1.5 , true , "x" , "x"@en , "y"^^xsd:integer .'))
    assert Lexical.of(triples("e:a e:p 1.0 ."))
