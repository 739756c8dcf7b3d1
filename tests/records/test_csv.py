"""Records in CSV files: the same when they come back, with lines and columns as places, whatever separator the file has."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isgkg import messages
from isgkg.errors import ContentError
from isgkg.records import reporting
from isgkg.records.tabular import csvs
from isgkg.records.tree import Mapping, Note, Scalar, Tree
from tests.records.tabular import plain, records_of, schema, some_records, tree_of

HEAD = "type,identifier,title,keyword\n"


def without_returns(value: object) -> bool:
    return "\\r" not in repr(value)


def value(tree: Tree | None, *keys: str) -> str:
    for key in keys:
        assert isinstance(tree, Mapping)
        tree = tree.get(key)
    assert isinstance(tree, Scalar)
    return tree.text


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(some_records().filter(without_returns), st.sampled_from(["", "\ufeff"]))
def test_records_come_back_from_csv(found: list[dict[str, object]], bom: str) -> None:
    records = [tree_of(record) for record in found]
    made = csvs.write(records, schema())
    assert all(text.startswith("\ufeff") for text in made.values())
    main = bom + made.pop("").removeprefix("\ufeff")
    assert [plain(tree) for tree in records_of(csvs.read(main, made, schema()))] == [plain(tree) for tree in records]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators(separator: str) -> None:
    text = HEAD.replace(",", separator) + separator.join(["Experiment", "ISGX-2025-0001", '"甲,乙;丙\t丁"', "戊"])
    (found,) = csvs.read(text, {}, schema())
    assert value(found, "title") == "甲,乙;丙\t丁"


def test_places_are_lines_and_columns() -> None:
    (first, second) = csvs.read(HEAD + 'Experiment,A,"第一行\n第二行",k\n\nExperiment,B,甲,"k1\nk2"\n', {}, schema())
    assert first.get("keyword").mark[:2] == (3, 6)
    assert second.mark[:2] == (5, 1)
    assert second.get("title").mark[:2] == (5, 14)
    assert [item.text for item in second.get("keyword").items] == ["k1", "k2"]


def test_labels_head_columns_too() -> None:
    (found,) = csvs.read(
        "实验编号,实验名称,实验名称（英文）,实验状态,联系人 · 电子邮箱\nISGX-2025-0001,甲,A,进行中,a@example.org\n", {}, schema()
    )
    assert value(found, "type") == "Experiment"
    assert value(found, "title", "en") == "A"
    assert value(found, "experimentStatus") == "ongoing"
    assert value(found, "contact", "email") == "a@example.org"


def test_unknown_columns_are_kept_for_the_reader_of_records_to_report() -> None:
    (found,) = csvs.read("identifier,titel\nISGX-2025-0001,甲\n", {}, schema())
    assert value(found, "titel") == "甲"


def test_a_part_belongs_to_the_only_record() -> None:
    (found,) = csvs.read(HEAD + "Experiment,A,甲,乙\n", {"treatmentGroup": "label,plannedSize\n组,30\n"}, schema())
    assert value(found, "treatmentGroup", "plannedSize") == "30"


def test_a_part_of_a_part_says_whose_it_is() -> None:
    companions = {
        "qualifiedAssociation": "parent,id,hadRole\nA,p1,R01\nB,p1,R02\n",
        "qualifiedAssociation.capabilityEvidence": "parent,evidenceText\nB › p1,经验\n",
    }
    first, second = csvs.read(HEAD + "Experiment,A,甲,\nExperiment,B,乙,\n", companions, schema())
    assert value(second, "qualifiedAssociation", "capabilityEvidence", "evidenceText") == "经验"
    assert first.get("qualifiedAssociation").get("capabilityEvidence") is None


@pytest.mark.parametrize(
    ("main", "companions", "key", "line"),
    [
        ("", {}, "csv.empty", None),
        ("\n , \n", {}, "csv.empty", None),
        ("甲,乙\n1,2\n", {}, "csv.no-keys", 1),
        (HEAD + "Experiment,A\n", {}, "csv.ragged", 2),
        (HEAD + "Experiment,A,甲,乙,丙\n", {}, "csv.ragged", 2),
        (HEAD + 'Experiment,A,"甲,乙\n', {}, "csv.quote", 2),
        (HEAD + 'Experiment,A,"甲"乙,丙\n', {}, "csv.quote", 2),
        (HEAD + "Experiment,A,甲,\nStandardDocument,B,乙,\n", {}, "csv.mixed", 3),
        (HEAD + "Experiment,A,甲,\n", {"groups": "label\n甲\n"}, "csv.unknown-table", None),
        (HEAD + "Experiment,A,甲,\n", {"treatmentGroup": "parent,label\nC,甲\n"}, "table.unknown-parent", 2),
        (HEAD + "Experiment,A,甲,\nExperiment,B,乙,\n", {"treatmentGroup": "label\n甲\n"}, "table.no-parent", 2),
        (HEAD + "Experiment,A,甲,\nExperiment,A,乙,\n", {"treatmentGroup": "parent,label\nA,甲\n"}, "table.same-parents", 2),
        (HEAD + "Experiment,A,甲,\n", {"NewConcept": "prefLabel,broader\n甲,C203\n"}, "table.no-field", 2),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(main: str, companions: dict[str, str], key: str, line: int | None) -> None:
    found: list[tuple[str, int | None]] = []
    try:
        for note in csvs.read(main, companions, schema()):
            if isinstance(note, Note):
                assert all(reporting.of_note(note, "a.csv", lang).message for lang in messages.LANGUAGES)
                found.append((note.key, note.mark.line))
    except ContentError as error:
        assert all(error.text(lang) for lang in messages.LANGUAGES)
        found.append((error.key, error.line))
    assert found == [(key, line)]


def test_columns_without_a_field_are_told_of_up_to_a_number() -> None:
    names = [f"own{number}" for number in range(150)]
    note, record = csvs.read(f"{HEAD.strip()},{','.join(names)}\nExperiment,A,甲,乙,{','.join(names)}\n", {}, schema())
    assert isinstance(note, Note)
    assert (note.key, note.values["count"], note.mark.line) == ("table.strange-columns", 50, 1)
    assert all("50" in reporting.of_note(note, "a.csv", lang).message for lang in messages.LANGUAGES)
    assert isinstance(record, Mapping)
    assert value(record, "own99") == "own99"
    assert record.get("own100") is None


def test_records_of_two_classes_do_not_fit_in_one_file() -> None:
    with pytest.raises(ContentError, match="StandardDocument"):
        csvs.write([tree_of({"type": "Experiment", "title": "甲"}), tree_of({"type": "StandardDocument", "title": "乙"})], schema())


def test_a_carriage_return_is_refused_since_readers_of_text_drop_it() -> None:
    with pytest.raises(ContentError, match="abstract"):
        csvs.write([tree_of({"type": "Experiment", "identifier": "A", "abstract": "甲\r\n乙"})], schema())
