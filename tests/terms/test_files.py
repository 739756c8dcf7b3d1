"""Files of terms: SKOS in its notations, tables in theirs, and what is none of them."""

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from isgkg.errors import InputError
from isgkg.terms import files
from isgkg.terms.faults import TermFileError
from isgkg.terms.model import Status

TURTLE = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix e: <https://example.org/> .
e:s a skos:ConceptScheme ; skos:prefLabel "词表"@zh .
e:a a skos:Concept ; skos:prefLabel "智能社会"@zh-CN , "intelligent society"@en ; skos:altLabel "智慧社会"@zh ; skos:hiddenLabel "旧词"@zh ;
  skos:definition [ rdf:value "某种社会"@zh ; dct:source "GB/T 1—2020，3.1" ] ; skos:broader e:b ; skos:note "一注"@zh .
e:b skosxl:prefLabel [ skosxl:literalForm "社会"@zh ] .
"""


def refused(data: bytes, name: str) -> tuple[str, int | None]:
    with pytest.raises(TermFileError) as caught:
        files.read(data, name)
    return caught.value.key.removeprefix("terms."), caught.value.line


def test_skos_and_skos_xl() -> None:
    base = files.read(TURTLE.encode(), "a.ttl")
    assert set(base.by_id) == {"a", "b"}
    concept = base.by_id["a"]
    assert [(one.text, one.lang, one.status) for one in concept.designations] == [
        ("智能社会", "zh", Status.PREFERRED),
        ("智慧社会", "zh", Status.ADMITTED),
        ("旧词", "zh", Status.DEPRECATED),
        ("intelligent society", "en", Status.PREFERRED),
    ]
    assert [(one.text, one.source) for one in concept.definitions] == [("某种社会", "GB/T 1—2020，3.1")]
    assert (concept.iri, concept.broader, concept.notes) == ("https://example.org/a", ("b",), (("zh", "一注"),))


def test_other_notations_of_rdf() -> None:
    xml = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#">
<skos:Concept rdf:about="https://example.org/a"><skos:prefLabel xml:lang="zh">甲</skos:prefLabel></skos:Concept></rdf:RDF>"""
    json = '{"@context":{"skos":"http://www.w3.org/2004/02/skos/core#"},"@id":"https://example.org/a","skos:prefLabel":{"@value":"甲","@language":"zh"}}'
    expected = files.read(b'<https://example.org/a> <http://www.w3.org/2004/02/skos/core#prefLabel> "\xe7\x94\xb2"@zh .', "a.nt")
    for data, name in ((xml, "a.rdf"), (xml, "a.xml"), (json, "a.jsonld"), (json, "a.json"), (xml, "a"), (json, "b")):
        assert files.read(data.encode(), name) == expected


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        ("@prefix a: <urn:a> .\na:b a ", "a.ttl", ("rdf.syntax", 2)),
        ("<urn:a> <urn:b> <urn:c> .", "a.ttl", ("rdf.no-concept", None)),
        ("<<" * 100, "a.ttl", ("rdf.nesting", None)),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "a.rdf", ("xml.doctype", 1)),
        ('{"@context":\n"https://example.org/x"}', "a.jsonld", ("rdf.context", None)),
        ('{"@context":\n', "a.jsonld", ("rdf.json", 2)),
        ("[" * 100 + "]" * 100, "a.jsonld", ("rdf.nesting", None)),
        ("[" * 100_000 + "]" * 100_000, "a.jsonld", ("rdf.nesting", None)),
        ('{"concepts": [{}]}', "a.json", ("json.shape", None)),
        ('{"concepts": [{"id": "a", "designations": [{"text": 1}]}]}', "a.json", ("json.shape", None)),
        ('{"concepts": [{"id": [], "designations": [{"text": "a"}]}]}', "a.json", ("json.shape", None)),
        ("", "a.ttl", ("file.empty", None)),
        ("hello", "a.doc", ("file.unknown", None)),
        ("<x/>", "a.xml", ("file.unknown", None)),
    ],
)
def test_what_cannot_be_read(data: str, name: str, expected: tuple[str, int | None]) -> None:
    assert refused(data.encode(), name) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv(encoding: str, delimiter: str) -> None:
    rows = [
        ["编号", "首选术语", "英文", "许用术语", "拒用术语", "理由", "定义", "来源", "注"],
        ["T1", "智能社会", "intelligent society", "甲；乙", "智慧社会", "不用", "某种社会", "GB/T 1—2020，3.1", '"注一\n注二"'],
        ["", "社会", "", "", "", "", "人的\u201c总和\u201d", "编者", ""],
    ]
    data = "\n".join(delimiter.join(row) for row in rows).encode(encoding)
    document = files.load(data, "a.csv")
    concept = document.base.by_id["T1"]
    assert [(one.text, one.status) for one in concept.designations if one.lang == "zh"] == [
        ("智能社会", Status.PREFERRED),
        ("甲", Status.ADMITTED),
        ("乙", Status.ADMITTED),
        ("智慧社会", Status.DEPRECATED),
    ]
    assert concept.designations[3].reason == {"zh": "不用"}
    assert concept.notes == (("zh", "注一"), ("zh", "注二"))
    assert document.lines == {"T1": 2, "row-4": 4}
    assert document.base.by_id["row-4"].definitions[0].is_editorial


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("a,b\n1,2", ("table.heads", 1)),
        ("编号,首选术语\nT1,甲\nT1,乙", ("table.twice", 3)),
        ("编号,首选术语\nT1,\n", ("table.no-term", 2)),
        ("编号,首选术语\n", ("table.empty", 1)),
        ("术语,中文\n甲,乙", ("table.column-twice", 1)),
        ('术语\n"甲', ("csv.quote", 2)),
    ],
)
def test_what_is_wrong_with_a_table(data: str, expected: tuple[str, int]) -> None:
    assert refused(data.encode(), "a.csv") == expected


def test_english_headings_and_headings_in_both_languages() -> None:
    for head in ("Code,Preferred term,English equivalent", "编号 code,首选术语（term）,英文/English"):
        assert files.read(f"{head}\nT1,甲,one".encode(), "a.csv").by_id["T1"].preferred("en") == "one"


def workbook(rows: list[list[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_excel() -> None:
    document = files.load(workbook([["编号", "首选术语"], [], [1, "甲"], [2.5, "乙"]]), "a.xlsx")
    assert list(document.base.by_id) == ["1", "2.5"]
    assert (document.sheet, document.place(document.base.by_id["1"], "a.xlsx").cell) == ("Sheet", "A3")


def test_faults_of_a_workbook_have_their_cells() -> None:
    with pytest.raises(TermFileError) as caught:
        files.read(workbook([["编号", "首选术语"], ["1", "甲"], ["1", "乙"]]), "a.xlsx")
    assert caught.value.text("en").startswith("a.xlsx Sheet!A3: ")


def test_workbooks_that_are_not_opened() -> None:
    whole = workbook([["首选术语"], ["甲"]])
    assert refused(whole[:-40], "a.xlsx")[0] == "excel.damaged"
    assert refused(b"PK\x03\x04", "a.xlsx")[0] == "excel.damaged"
    assert refused(b"text", "a.xlsx")[0] == "excel.damaged"
    assert refused(bytes.fromhex("d0cf11e0a1b11ae1"), "a.xlsx")[0] == "excel.old"
    assert refused(workbook([]), "a.xlsx")[0] == "table.empty"
    for name, content, key in (("xl/bomb.xml", b"0" * 50_000_000, "excel.swollen"), ("xl/dtd.xml", b"<!DOCTYPE a>", "excel.doctype")):
        out = io.BytesIO(whole)
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        assert refused(out.getvalue(), "a.xlsx")[0] == key


def test_files_that_are_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path, Path("a\0b")):
        with pytest.raises(InputError):
            files.read(path)
    path = tmp_path / "a.csv"
    path.write_text("术语\n甲", encoding="utf-8")
    assert files.read(str(path)).concepts[0].name == "甲"
