"""Records in Excel workbooks: the same when they come back, with sheets and cells as places, and no trust in the file."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from isgkg import messages
from isgkg.errors import ContentError
from isgkg.findings import Severity
from isgkg.records import reporting
from isgkg.records.tabular import excel, workbook
from isgkg.records.tree import Mapping, Note, Scalar, Sequence, Tree
from tests.records.tabular import plain, records_of, schema, some_records, tree_of

RECORD = {
    "type": "Experiment",
    "identifier": "ISGX-2025-0001",
    "title": {"zh": "甲", "en": "A"},
    "appliesToScenario": ["C203", "T0101"],
    "experimentStatus": "ongoing",
    "treatmentGroup": [{"label": "一", "plannedSize": "30"}, {"label": "二", "plannedSize": "40"}],
}
FORM = "实验记录"
SLOW = settings(
    suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=15, phases=[Phase.explicit, Phase.reuse, Phase.generate]
)


def written(*records: object) -> bytes:
    return excel.write([tree_of(record) for record in records or [RECORD]], schema(), "zh")


def changed(change: Callable[[openpyxl.Workbook], None], *records: object) -> bytes:
    """A workbook of records that somebody has opened, changed and saved."""
    book = openpyxl.load_workbook(io.BytesIO(written(*records)))
    change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def row_of(sheet: Worksheet, key: str) -> int:
    return next(cell.row for cell in sheet["C"] if cell.value == key)


def one(data: bytes) -> Mapping:
    (found,) = records_of(excel.read(data, schema()))
    return found


def text(tree: Tree | None, *keys: str) -> str:
    for key in keys:
        assert isinstance(tree, Mapping)
        tree = tree.get(key)
    assert isinstance(tree, Scalar)
    return tree.text


def fault(data: bytes) -> ContentError:
    with pytest.raises(ContentError) as caught:
        list(excel.read(data, schema()))
    assert caught.value.rule
    assert all(caught.value.text(lang) for lang in messages.LANGUAGES)
    return caught.value


def notes(data: bytes) -> list[Note]:
    """What is said of a workbook whose records can be read."""
    found = [item for item in excel.read(data, schema()) if isinstance(item, Note)]
    for note in found:
        for lang in messages.LANGUAGES:
            assert reporting.of_note(note, "a.xlsx", lang).message
    return found


def said(data: bytes) -> list[tuple[str, str | None, str | None]]:
    """The keys of the notes on a workbook, with their sheets and cells."""
    return [(note.key, note.mark.sheet, note.mark.cell) for note in notes(data)]


def rezipped(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The workbook with its parts changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            made.writestr(name, change(name, source.read(name)))
    return target.getvalue()


@SLOW
@given(some_records(), st.sampled_from(messages.LANGUAGES))
def test_records_come_back_from_workbooks(found: list[dict[str, object]], lang: messages.Language) -> None:
    records = [tree_of(record) for record in found]
    assert [plain(tree) for tree in records_of(excel.read(excel.write(records, schema(), lang), schema()))] == [
        plain(tree) for tree in records
    ]


@pytest.mark.parametrize(
    "value", ["=1+1", "'a", "007", "1e5", "2025-03-01", " a ", "_x0041_", "a\rb", "\x01", "#N/A", "TRUE", "\ufffe", "1\t"]
)
def test_texts_that_excel_would_take_for_something_else_survive(value: str) -> None:
    found = one(
        written({"type": "Experiment", "identifier": "A", "abstract": f"{value}乙", "location": f"甲{value}", "secondaryIdentifier": value})
    )
    assert text(found, "abstract") == f"{value}乙"
    assert text(found, "location") == f"甲{value}"
    assert text(found, "secondaryIdentifier") == value


def test_the_same_records_give_the_same_bytes() -> None:
    assert written() == written()


def test_two_classes_share_a_workbook() -> None:
    standard = {"type": "StandardDocument", "identifier": "GB/T 1-2020", "appliesToScenario": {"prefLabel": "乙"}}
    experiment = {**RECORD, "appliesToScenario": {"prefLabel": "甲"}}
    found = records_of(excel.read(written(experiment, standard), schema()))
    assert [text(tree, "appliesToScenario", "prefLabel") for tree in found] == ["甲", "乙"]


def test_places_are_sheets_and_cells() -> None:
    found = one(written())
    groups = found.get("treatmentGroup")
    assert isinstance(groups, Sequence)
    status = found.get("experimentStatus")
    assert status is not None
    assert (status.mark.sheet, status.mark.cell) == (FORM, "F7")
    assert (groups.items[1].mark.sheet, groups.items[1].mark.cell) == ("实验组", "A6")


def test_people_may_rename_move_insert_and_remove() -> None:
    def change(book: openpyxl.Workbook) -> None:
        book[FORM].title = "我的实验"
        book["实验组"].title = "分组"
        book.move_sheet("分组", -len(book.sheetnames))
        book["我的实验"].insert_rows(1, 2)
        book["我的实验"].insert_cols(1)
        book["分组"].insert_rows(1)
        book["分组"].insert_cols(1)
        book.remove(book["控制组"])
        book.create_sheet("草稿")["A1"] = "随手记"

    note, record = excel.read(changed(change), schema())
    assert isinstance(record, Mapping)
    assert plain(record) == plain(tree_of(RECORD))
    assert isinstance(note, Note)
    assert (note.key, note.severity, note.mark.sheet) == ("excel.own-sheet", Severity.INFO, "草稿")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2025, 3, 1), "2025-03-01"),
        (datetime.fromisoformat("2025-03-01"), "2025-03-01"),
        (datetime.fromisoformat("2025-03-01T08:30"), "2025-03-01T08:30:00"),
        (120, "120"),
        (120.0, "120"),
        (0.5, "0.5"),
        (True, "true"),
        ("进行中", "进行中"),
    ],
)
def test_values_typed_in_excel_are_read_as_they_are_meant(value: object, expected: str) -> None:
    def change(book: openpyxl.Workbook) -> None:
        cell = book[FORM].cell(row_of(book[FORM], "location"), 6)
        cell.number_format = "General"
        cell.value = value

    assert text(one(changed(change)), "location") == expected


def test_codes_with_labels_and_labels_of_choices_are_read() -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book[FORM]
        sheet.cell(row_of(sheet, "appliesToScenario"), 6).value = "C203 智慧金融\nT0101 智慧社区建设\n"
        sheet.cell(row_of(sheet, "experimentStatus"), 6).value = "已完成"
        sheet.cell(row_of(sheet, "involvesUsers"), 6).value = "是"

    found = one(changed(change))
    assert plain(found.get("appliesToScenario")) == ["C203 智慧金融", "T0101 智慧社区建设"]
    assert (text(found, "experimentStatus"), text(found, "involvesUsers")) == ("completed", "true")


def test_merged_cells_hold_for_all_that_they_cover() -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["实验组"]
        sheet["A5"], sheet["A6"] = "ISGX-2025-0001", None
        sheet.merge_cells("A5:A6")

    both = changed(change, RECORD, {**RECORD, "identifier": "ISGX-2025-0002", "treatmentGroup": []})
    first, second = records_of(excel.read(both, schema()))
    assert isinstance(first.get("treatmentGroup"), Sequence)
    assert second.get("treatmentGroup") is None


def with_sheet(old: bytes, new: bytes) -> bytes:
    return rezipped(written(), lambda name, content: content.replace(old, new, 1) if name.endswith("sheet2.xml") else content)


def test_merged_cells_that_cover_too_much_are_refused_and_a_huge_one_holds_for_its_first_cell() -> None:
    many = b'<mergeCell ref="A1:CV99"/>' * 200
    assert fault(with_sheet(b"</sheetData>", b"</sheetData><mergeCells>" + many + b"</mergeCells>")).key == "excel.merged"
    huge = b'<mergeCell ref="A1:XFD1048576"/>' * 200
    assert one(with_sheet(b"</sheetData>", b"</sheetData><mergeCells>" + huge + b"</mergeCells>")) == one(written())


def test_an_element_of_many_attributes_is_read() -> None:
    attributes = b" ".join(b'a%d="%d"' % (number, number) for number in range(20_000))
    assert one(with_sheet(b"<sheetData>", b"<sheetData " + attributes + b">")) == one(written())


def test_unknown_keys_are_kept_for_the_reader_of_records_to_report() -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book[FORM]
        sheet.cell(row_of(sheet, "location"), 3).value = "place"
        sheet.cell(row_of(sheet, "place"), 6).value = "某地"

    found = one(changed(change))
    entry = next(entry for entry in found.entries if entry.key == "place")
    assert (text(entry.value), entry.mark.cell) == ("某地", "C9")


def test_a_formula_is_read_by_its_saved_result_only() -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["实验组"]["G5"] = "=15+15"

    assert said(changed(change)) == [("excel.formula", "实验组", "G5")]
    saved = rezipped(changed(change), lambda _, part: re.sub(rb"(<f>15\+15</f>)<v ?/?>(</v>)?", rb"\1<v>30</v>", part))
    assert plain(one(saved)) == plain(tree_of(RECORD))


def test_a_sheet_of_parts_without_its_keys_is_not_passed_over() -> None:
    assert said(changed(lambda book: book["实验组"].delete_rows(2))) == [("excel.no-keys", "实验组", None)]


def empty(_: str = "") -> bytes:
    target = io.BytesIO()
    openpyxl.Workbook().save(target)
    return target.getvalue()


def bomb() -> bytes:
    return rezipped(written(), lambda name, part: b" " * (64 * 1024**2) if name.endswith("styles.xml") else part)


def with_entities() -> bytes:
    declared = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16")
    return rezipped(written(), lambda name, part: declared if name.endswith("sheet2.xml") else part)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (lambda: b"", "excel.damaged"),
        (lambda: b"PK\x03\x04 and so on", "excel.damaged"),
        (lambda: written()[:2000], "excel.damaged"),
        (lambda: rezipped(written(), lambda name, part: part[:-40] if name.endswith("sheet2.xml") else part), "excel.damaged"),
        (lambda: rezipped(written(), lambda name, part: part.replace(b'r="F3"', b'r="3F"')), "excel.damaged"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "record.file.password"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1Workbook", "record.file.old-excel"),
        (bomb, "excel.swollen"),
        (with_entities, "excel.doctype"),
        (empty, "excel.no-records"),
    ],
)
def test_files_that_cannot_be_trusted_are_refused(data: Callable[[], bytes], key: str) -> None:
    assert fault(data()).key == key


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_damage_anywhere_gives_a_record_error_or_records(data: st.DataObject) -> None:
    content = bytearray(written())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        list(excel.read(bytes(content), schema()))
    except ContentError as error:
        assert error.text("zh")


def test_more_than_a_cell_holds_is_refused() -> None:
    with pytest.raises(ContentError, match="abstract"):
        written({"type": "Experiment", "identifier": "A", "abstract": "长" * 40_000})


def test_dates_of_chinese_excel_and_of_1904_are_dates() -> None:
    def change(name: str, part: bytes) -> bytes:
        if name.endswith("styles.xml"):
            return re.sub(rb'numFmtId="49"', b'numFmtId="57"', part)
        if name.endswith("workbook.xml"):
            return part.replace(b"<workbookPr", b'<workbookPr date1904="1"', 1)
        return part

    def number(book: openpyxl.Workbook) -> None:
        book[FORM]["F8"].number_format = "@"
        book[FORM]["F8"].value = 44255

    found = workbook.read(rezipped(changed(number), change))
    assert next(sheet for sheet in found if sheet.title == FORM).texts[8, 6] == "2025-03-01"


PARTY = {"id": "p1", "hadRole": "R01", "agent": {"id": "agent/a1", "label": "甲公司"}, "capabilityEvidence": {"evidenceText": "一"}}
OTHER = {"id": "p2", "hadRole": "R02", "agent": {"id": "agent/a2", "label": "乙大学"}}
EVIDENCE = "能力证明"


def with_parties(change: Callable[[openpyxl.Workbook], None]) -> bytes:
    return changed(change, {**RECORD, "qualifiedAssociation": [PARTY, OTHER]})


def test_all_that_cannot_be_read_is_said_at_once() -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["实验组"]["A5"] = "某记录"
        book["实验组"]["G6"] = "=1+1"
        book["控制组"].delete_rows(2)
        book[FORM].cell(row_of(book[FORM], "qualifiedAssociation"), 6).value = "某公司"

    assert sorted(said(changed(change))) == [
        ("excel.formula", "实验组", "G6"),
        ("excel.no-keys", "控制组", None),
        ("table.elsewhere", FORM, "F33"),
        ("table.unknown-parent", "实验组", "A5"),
    ]
    found = next(item for item in excel.read(changed(change), schema()) if isinstance(item, Mapping))
    assert plain(found.get("treatmentGroup")) == [("label", "二")]
    assert found.get("qualifiedAssociation") is None


def test_empty_cells_are_the_places_of_what_is_missing() -> None:
    found = one(written({**RECORD, "experimentPlan": {"version": "1.0"}}))
    places = {entry.key: entry.mark[2:] for entry in found.entries if entry.value is None}
    assert places["abstract"] == (FORM, f"F{row_of(book_of(written())[FORM], 'abstract')}")
    assert places["controlGroup"] == ("控制组", "A5")
    assert "title" not in places
    assert "treatmentGroup" not in places
    plan = found.get("experimentPlan")
    assert isinstance(plan, Mapping)
    assert ("issued", None) in [(entry.key, entry.value) for entry in plan.entries]
    whole = next(entry for entry in one(written()).entries if entry.key == "experimentPlan")
    assert whole.value is None
    assert whole.mark.cell is not None


def book_of(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_remarks_beside_the_data_are_named_and_not_read() -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book[FORM]
        sheet["G1"], sheet["G4"], sheet["F200"] = "备注", "待核对", "完"
        book["实验组"]["A9"] = "以上为初稿"
        book["实验组"]["A10"] = "ISGX-2025-0001"

    found = changed(change)
    assert said(found) == [("excel.own-column", FORM, "G1"), ("excel.no-key", FORM, "F200"), ("table.remark", "实验组", "A9")]
    assert [plain(item) for item in excel.read(found, schema()) if isinstance(item, Mapping)] == [plain(tree_of(RECORD))]


def test_a_changed_example_is_not_taken_for_data_in_silence() -> None:
    example = tree_of(RECORD)
    assert isinstance(example, Mapping)
    book = book_of(excel.write([example], schema(), "zh", example=example))
    target = io.BytesIO()
    book.save(target)
    assert said(target.getvalue()) == []
    book[FORM]["E2"] = "ISGX-2025-0002"
    book["实验组"]["C4"] = "我的组"
    target = io.BytesIO()
    book.save(target)
    assert said(target.getvalue()) == [("excel.example", FORM, "E2"), ("excel.example", "实验组", "C4")]


@pytest.mark.parametrize("name", ["p1", "甲公司", "agent/a1", "ISGX-2025-0001 › p1"])
def test_a_row_may_call_its_owner_by_id_or_agent(name: str) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book[EVIDENCE]["A5"] = name

    parties = one(with_parties(change)).get("qualifiedAssociation")
    assert isinstance(parties, Sequence)
    assert text(parties.items[0], "capabilityEvidence", "evidenceText") == "一"


def test_the_number_of_the_record_will_do_where_only_one_row_can_be_meant() -> None:
    def change(book: openpyxl.Workbook) -> None:
        book[EVIDENCE]["A5"] = "ISGX-2025-0001"

    assert said(with_parties(change)) == [("table.several-parents", EVIDENCE, "A5")]
    found = one(changed(change, {**RECORD, "qualifiedAssociation": PARTY}))
    assert text(found, "qualifiedAssociation", "capabilityEvidence", "evidenceText") == "一"


def test_an_unknown_owner_is_answered_with_those_there_are() -> None:
    def change(book: openpyxl.Workbook) -> None:
        book[EVIDENCE]["A5"] = "丙"

    (note,) = notes(with_parties(change))
    finding = reporting.of_note(note, "a.xlsx", "zh")
    assert "参与主体" in finding.message
    assert finding.fix is not None
    assert "p1、p2" in str(finding.fix.text)


def test_two_rows_of_one_id_are_told_apart() -> None:
    (note,) = notes(written({**RECORD, "qualifiedAssociation": [PARTY | {"capabilityEvidence": None}, OTHER | {"id": "p1"}]}))
    assert (note.key, note.values["first"], note.values["second"]) == ("table.same-id", "B5", "B6")


@pytest.mark.parametrize(
    ("field", "keys"), [("应用场景", []), ("appliesToScenario", []), ("甲", ["table.unknown-field"]), (None, ["table.no-field"])]
)
def test_the_field_of_a_new_concept_is_named_by_key_or_label(field: str | None, keys: list[str]) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["新概念"]["B5"] = field

    found = changed(change, {**RECORD, "appliesToScenario": ["concept/1", {"id": "concept/1", "prefLabel": "甲"}]})
    assert [key for key, _, _ in said(found)] == keys


def test_the_look_says_what_to_fill_in() -> None:
    plain_class = schema().classes["Experiment"]
    fields = tuple(replace(field, need=Severity.VIOLATION) if field.key == "title" else field for field in plain_class.fields)
    asking = replace(plain_class, fields=fields)
    book = book_of(excel.write([], replace(schema(), classes={**schema().classes, "Experiment": asking}), "zh", classes=[asking]))
    sheet = book[FORM]
    tints = {key: sheet.cell(row_of(sheet, key), 6).fill.fgColor.rgb for key in ("title", "qualifiedAssociation")}
    assert tints == {"title": "00FFFBE6", "qualifiedAssociation": "00D9D9D9"}
    assert sheet.print_title_rows == "$1:$1"
    assert all(book[title].sheet_properties.pageSetUpPr.fitToPage for title in book.sheetnames if title != "lists")
    offered = [found for found in book["新概念"].data_validations.dataValidation if "B5" in found.sqref]
    assert len(offered) == 1
    assert offered[0].prompt
