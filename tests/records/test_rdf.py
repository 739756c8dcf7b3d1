"""RDF is read without fetching, expanding or dying, and its subjects are found again in its text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, NamedNode, Triple

from isgkg import names
from isgkg.errors import ContentError
from isgkg.records import rdf
from isgkg.records.places import place, places
from isgkg.records.sources import Format
from isgkg.records.tree import Mark
from tests.records.refusals import refusal, shortened

BASE = "http://b/r/"
CONTEXT = {"@vocab": names.ONT, "exp": names.EXPERIMENT, "id": "@id", "title": {"@id": names.DCT + "title", "@container": "@language"}}
RDFXML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">\n'
KINDS = [kind for kind in Format if kind.is_rdf]


def read(data: str | bytes, kind: Format) -> list[Triple]:
    return list(rdf.read(data.encode() if isinstance(data, str) else data, kind, base=BASE, context=CONTEXT))


def exp(local: str) -> NamedNode:
    return NamedNode(names.EXPERIMENT + local)


ONE = {
    Format.TURTLE: '<a> <http://e/p> "文" .',
    Format.NTRIPLES: '<http://b/r/a> <http://e/p> "文" .',
    Format.RDFXML: RDFXML + '<rdf:Description rdf:about="a"><e:p>文</e:p></rdf:Description></rdf:RDF>',
    Format.JSONLD: '{"@id": "a", "http://e/p": "文"}',
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_every_format_is_read_in_every_encoding(kind: Format, codec: str) -> None:
    assert [str(triple) for triple in read(ONE[kind].encode(codec), kind)] == ['<http://b/r/a> <http://e/p> "文"']


@pytest.mark.parametrize("declared", ["UTF-8", "gb2312", "UTF-16"])
def test_the_encoding_that_xml_declares_does_not_mislead(declared: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}" standalone="yes"?>\n' + ONE[Format.RDFXML]
    for codec in ("utf-8", "gb18030", "utf-16"):
        assert len(read(text.encode(codec), Format.RDFXML)) == 1


def test_blank_nodes_of_two_files_stay_apart() -> None:
    text = "_:b <http://e/p> _:b ."
    first, second = read(text, Format.TURTLE)[0], read(text, Format.TURTLE)[0]
    assert first.subject == first.object
    assert first.subject != second.subject


@pytest.mark.parametrize(
    "document",
    [
        {"@context": names.CONTEXT, "id": "exp:a", "title": {"zh": "题", "en": "T"}},
        {"@context": names.CONTEXT, "@graph": [{"id": "exp:a", "title": {"zh": "题", "en": "T"}}]},
        {"@context": [names.CONTEXT, {"@base": names.EXPERIMENT}], "id": "a", "title": {"zh": "题", "en": "T"}},
        [
            {"@context": names.CONTEXT, "id": "exp:a", "title": {"zh": "题"}},
            {"@context": [names.CONTEXT], "id": "exp:a", "title": {"en": "T"}},
        ],
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_our_context_is_at_hand(document: object, indent: int | None) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=False)
    expected = set(read(f'<{names.EXPERIMENT}a> <{names.DCT}title> "题"@zh, "T"@en .', Format.TURTLE))
    assert set(read(text, Format.JSONLD)) == expected
    assert set(read(text.replace('"@context"', '"\\u0040context"').replace("https:", "https\\u003a"), Format.JSONLD)) == expected


def test_our_context_may_be_that_of_a_term() -> None:
    context = {"part": {"@id": "http://e/part", "@context": names.CONTEXT}}
    text = json.dumps({"@context": context, "@id": "a", "part": {"id": "exp:b", "status": "x"}})
    assert {str(triple.predicate) for triple in read(text, Format.JSONLD)} == {"<http://e/part>", f"<{names.ONT}status>"}


def chain(length: int) -> str:
    return json.dumps({"@context": {f"t{n}": f"t{n + 1}:x" for n in range(length)}, "t0:a": 1})


def remote(context: object) -> str:
    return json.dumps({"a": [{"@context": context, "@id": "a"}]}, indent=1)


STAR = "<<( <http://e/s> <http://e/p> " * 100_000
NESTED_XML = RDFXML + "<rdf:Description><e:p>" * 100_000


@pytest.mark.parametrize(
    ("text", "kind", "rule", "line", "column"),
    [
        ('<a> <p> "文文𠀀" x .', Format.TURTLE, "record-syntax", 1, 15),
        ("<a> <p> 1 .\r\n<a> <p> .\r\n", Format.TURTLE, "record-syntax", 2, 9),
        ("<a> <p> foo:x .", Format.TURTLE, "record-syntax", 1, 9),
        ('<a> <p> "x', Format.TURTLE, "record-syntax", 1, 9),
        ("<a> <p> <http://e/ x> .", Format.TURTLE, "record-syntax", 1, None),
        ("<http://a/文> <http://e/p> 1 .", Format.NTRIPLES, "record-syntax", 1, None),
        ('<http://a> <http://b> "a" <http://g> .', Format.NTRIPLES, "record-syntax", 1, None),
        ("<s> <p> 1 {| <q> 2 |} .", Format.TURTLE, "record-syntax", None, None),
        ("<s> <p> 1 ~ <r> .", Format.TURTLE, "record-syntax", None, None),
        ("<s> <p> <<( <s> <p> 1 )>> .", Format.TURTLE, "record-syntax", None, None),
        ('<a> <p> "<<" .\n<s> <p> ' + STAR, Format.TURTLE, "record-syntax", 2, None),
        ("<http://s> <http://p> " + STAR, Format.NTRIPLES, "record-syntax", 1, None),
        (RDFXML + "<e:a>\n文<b></rdf:RDF>", Format.RDFXML, "record-syntax", 3, 7),
        (RDFXML + '<x:a rdf:about="a"/></rdf:RDF>', Format.RDFXML, "record-syntax", None, None),
        (RDFXML, Format.RDFXML, "record-syntax", 2, 1),
        ('<!DOCTYPE a [<!ENTITY x "y">]>\n' + ONE[Format.RDFXML], Format.RDFXML, "record-entity", 1, None),
        ('<?xml version="1.0"?>\n<!doctype a>' + ONE[Format.RDFXML], Format.RDFXML, "record-syntax", 2, None),
        ('\n<!DOCTYPE a SYSTEM "file:///etc/passwd">' + ONE[Format.RDFXML], Format.RDFXML, "record-entity", 2, None),
        (RDFXML + "<e:a " + " ".join(f'e:a{n}="x"' for n in range(1000)) + "/></rdf:RDF>", Format.RDFXML, "record-nesting", 2, 1),
        (NESTED_XML, Format.RDFXML, "record-nesting", 2, None),
        ('{"@id": "a",\n"http://e/p": }', Format.JSONLD, "record-syntax", 2, 15),
        ('{"@id": "a",}', Format.JSONLD, "record-syntax", 1, 13),
        ('{"@context": }', Format.JSONLD, "record-syntax", 1, 14),
        ("", Format.JSONLD, "record-syntax", 1, 1),
        ('{"@context": {"@version": 1.0}}', Format.JSONLD, "record-syntax", None, None),
        ('{"@context": 1}', Format.JSONLD, "record-context", 1, 14),
        (remote("http://elsewhere/context"), Format.JSONLD, "record-context", 4, 16),
        (remote([names.CONTEXT, "https://schema.org"]), Format.JSONLD, "record-context", 6, 5),
        (remote({"@import": "http://elsewhere/context"}), Format.JSONLD, "record-context", 4, 16),
        (remote({"a": {"@id": "http://e/a", "@context": "http://elsewhere/"}}), Format.JSONLD, "record-context", 7, 18),
        ('{"\\u0040\\u0063ontext": "http://elsewhere/"}', Format.JSONLD, "record-context", 1, 24),
        ('{"@import": "http://elsewhere/"}', Format.JSONLD, "record-context", 1, 2),
        (chain(100_000), Format.JSONLD, "record-context", 1, 14),
        (json.dumps([{"@context": {}}] * 10_001), Format.JSONLD, "record-context", 1, None),
        (json.dumps([{"@context": names.CONTEXT}] * 10_001), Format.JSONLD, "record-context", 1, None),
        ('{"http://e/p":' * 10_000 + "1" + "}" * 10_000, Format.JSONLD, "record-nesting", 1, 897),
        ('{"@context":' + "[" * 100_000, Format.JSONLD, "record-nesting", 1, None),
        ('{"@id": "g", "@graph": [{"@id": "a", "http://e/p": 1}]}', Format.JSONLD, "record-graph", None, None),
        ("<a> <p> 1 .\n\0", Format.TURTLE, "encoding", 2, None),
    ],
    ids=shortened,
)
def test_faults_are_refused_with_their_place(text: str, kind: Format, rule: str, line: int | None, column: int | None) -> None:
    error = refusal(lambda: read(text, kind))
    assert (error.rule, error.line) == (rule, line)
    if column is not None:
        assert error.column == column


def test_entities_are_refused_in_every_encoding() -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY x "y">]>' + ONE[Format.RDFXML]
    for codec in ("utf-16", "utf-8-sig", "gb18030"):
        assert refusal(lambda codec=codec: read(text.encode(codec), Format.RDFXML)).rule == "record-entity"
    for codec in ("utf-16-le", "utf-32"):
        assert refusal(lambda codec=codec: read(text.encode(codec), Format.RDFXML)).rule == "encoding"


def test_angle_brackets_within_texts_are_no_triple_terms() -> None:
    text = "".join(f'<a{n}> <p> "<<标准>>", """x " <<""", \'<<\' . # <<\n' for n in range(100))
    assert len(read(text, Format.TURTLE)) == 300


def test_turtle_may_nest() -> None:
    assert len(read("<s> <p> " + "[ <p> " * 10_000 + "1" + "]" * 10_000 + " .", Format.TURTLE)) == 10_001


@given(st.binary() | st.text().map(str.encode), st.sampled_from(KINDS))
def test_any_bytes_are_read_or_refused(data: bytes, kind: Format) -> None:
    try:
        read(data, kind)
    except ContentError as error:
        assert error.text("zh").endswith("。")


@given(st.data(), st.sampled_from(KINDS))
def test_damaged_files_are_read_or_refused(data: st.DataObject, kind: Format) -> None:
    text = ONE[kind]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    try:
        read(text[:start] + data.draw(st.text(alphabet="<>\"'{}[]:@#\\.;文\n", max_size=3)) + text[end:], kind)
    except ContentError as error:
        assert error.text("en").endswith(".")


TURTLE = """# <https://w3id.org/isgkg/exp/a> is no subject here
@prefix ex: <https://w3id.org/isgkg/exp/> .
PREFIX r: <>
@base <https://w3id.org/isgkg/exp/> .
ex:first <http://e/p> ex:a, "ex:b", _:x .
ex:a <http://e/p> <b> .
  <c> <http://e/p> ex:d\\-1 .
<https://w3id.org/isgkg/exp/\\u6587> <http://e/p> ex:x.y.
"""


@pytest.mark.parametrize(
    ("local", "expected"),
    [("first", (5, 1)), ("a", (6, 1)), ("b", (6, 19)), ("c", (7, 3)), ("d-1", (7, 20)), ("文", (8, 1)), ("x.y", (8, 50)), ("none", None)],
)
def test_subjects_are_found_in_turtle(local: str, expected: tuple[int, int] | None) -> None:
    assert place(TURTLE, exp(local), Format.TURTLE) == (expected and Mark(*expected))


def test_prefixes_on_one_line_are_all_known() -> None:
    text = f"@prefix a: <http://e/> . @prefix exp: <{names.EXPERIMENT}> . PREFIX b: <http://f/> exp:a a:p b:o ."
    assert place(text, exp("a"), Format.TURTLE) == Mark(1, text.index("exp:a") + 1)


def test_relative_iris_are_found_with_the_base_of_the_reader() -> None:
    assert place("<a> <p> 1 .", NamedNode(BASE + "a"), Format.TURTLE, BASE) == Mark(1, 1)
    assert place("<a> <p> 1 .", NamedNode(BASE + "a"), Format.TURTLE) is None


def test_subjects_are_found_in_ntriples() -> None:
    text = f'<http://x> <http://p> <{names.EXPERIMENT}a> .\r\n<{names.EXPERIMENT}a> <http://p> "" .\r\n'
    assert place(text, exp("a"), Format.NTRIPLES) == Mark(2, 1)


def test_subjects_are_found_in_rdfxml() -> None:
    text = (
        RDFXML.replace(">\n", f' xml:base="{names.EXPERIMENT}">\n')
        + f'<rdf:Description rdf:about="x"><e:p rdf:resource="a"/></rdf:Description>\n<e:A\n rdf:about=\'{names.EXPERIMENT}a\'/>\n'
        + '<e:A rdf:ID="i"/><e:A rdf:about="q?x&amp;y"/></rdf:RDF>'
    )
    found = places(text, [exp("a"), exp("x"), exp("#i"), exp("q?x&y"), exp("none")], Format.RDFXML, BASE)
    assert found == {exp("x"): Mark(2, 18), exp("a"): Mark(4, 2), exp("#i"): Mark(5, 6), exp("q?x&y"): Mark(5, 23)}


def test_subjects_are_found_in_jsonld() -> None:
    document = {
        "@context": {"ex": names.EXPERIMENT},
        "@graph": [{"@id": "ex:x", "http://e/p": {"@id": "exp:a"}}, {"@id": "ex:a", "http://e/p": 1}],
    }
    found = places(json.dumps(document, indent=1), [exp("a"), exp("x")], Format.JSONLD)
    assert found == {exp("x"): Mark(7, 4), exp("a"): Mark(13, 4)}


@pytest.mark.parametrize("kind", KINDS)
def test_blank_nodes_have_no_place(kind: Format) -> None:
    assert place(ONE[kind], BlankNode("b"), kind) is None


def test_many_subjects_are_found_at_once() -> None:
    subjects = [exp(f"n{n}") for n in range(500)]
    text = f"@prefix x: <{names.EXPERIMENT}> .\n" + "".join(f'x:n{n} <http://p> "文" .\n' for n in range(500))
    assert places(text, subjects, Format.TURTLE) == {subject: Mark(n + 2, 1) for n, subject in enumerate(subjects)}


@given(st.text(), st.sampled_from(KINDS))
def test_any_text_can_be_searched(text: str, kind: Format) -> None:
    assert place(text, exp("none"), kind, BASE) is None
