"""Records become tables and come back the same; what a table cannot hold is refused by name."""

from collections.abc import Sequence
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, Triple

from isgkg import messages
from isgkg.errors import ContentError
from isgkg.records.fields import Kind, RecordClass
from isgkg.records.tabular import cells, sheets, tables
from isgkg.records.tabular.layout import CONCEPTS, forms
from isgkg.records.tabular.sheets import Cell, Row, Sheet
from isgkg.records.tabular.tables import Table
from isgkg.records.tree import Mapping, Mark, Tree
from tests.records import strategies
from tests.records.tabular import plain, records_of, schema, some_records, tree_of

EXPERIMENT = schema().classes["Experiment"]


def as_sheets(found: Sequence[Table], record_class: RecordClass) -> list[Sheet]:
    """The tables as a reader would find them."""
    made = []
    for table in found:
        places = {column.key: position for position, column in enumerate(table.columns)}
        header = {position: Cell(key, Mark(1, position)) for key, position in places.items()}
        rows = tuple(
            Row({places[key]: Cell(text, Mark(number, places[key])) for key, text in row.items()}, partial(Mark, number))
            for number, row in enumerate(table.rows, 2)
        )
        path = table.form.path
        made.append(Sheet(path=path, record_class=record_class, title=path, header=header, rows=rows, first=Mark(2, 0)))
    return made


def table(path: str, *records: object) -> Table:
    """The table at this path of some experiments."""
    return next(found for found in tables.of([tree_of(record) for record in records], schema(), EXPERIMENT) if found.form.path == path)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(some_records())
def test_records_come_back_from_tables(found: list[dict[str, object]]) -> None:
    records = [tree_of(record) for record in found]
    record_class = tables.class_of(records[0], schema())
    made = as_sheets(tables.of(records, schema(), record_class), record_class)
    assert [plain(tree) for tree in records_of(sheets.trees(made, schema()))] == [plain(tree) for tree in records]


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None, max_examples=40)
@given(strategies.records(controls=False))
def test_any_record_is_refused_or_says_the_same_in_tables(record: Mapping) -> None:
    record_class = tables.class_of(record, schema())
    try:
        made = tables.of([record], schema(), record_class)
    except ContentError as error:
        assert error.key.startswith("table.")
        return
    (found,) = records_of(sheets.trees(as_sheets(made, record_class), schema()))
    assert canonical(strategies.triples_of(found)) == canonical(strategies.triples_of(record))


def canonical(triples: list[Triple]) -> set[Quad]:
    dataset = Dataset(Quad(*triple) for triple in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def test_a_part_of_which_there_is_one_is_flattened_into_its_owner() -> None:
    (row,) = table("", {"identifier": "A", "experimentPlan": {"version": "1.0"}, "base": {"id": "agent/a1", "label": "甲"}}).rows
    assert row == {"identifier": "A", "experimentPlan.version": "1.0", "base.id": "agent/a1", "base.label": "甲"}


def test_other_parts_have_tables_in_which_rows_say_what_they_belong_to() -> None:
    party = {"id": "p1", "agent": {"label": "甲"}, "capabilityEvidence": [{"evidenceText": "一"}, {"evidenceText": "二"}]}
    records = [{"identifier": "A", "qualifiedAssociation": [party]}, {"identifier": "B", "qualifiedAssociation": party}]
    assert [row["parent"] for row in table("qualifiedAssociation", *records).rows] == ["A", "B"]
    found = table("qualifiedAssociation.capabilityEvidence", *records).rows
    assert [row["parent"] for row in found] == ["A › p1", "A › p1", "B › p1", "B › p1"]


def test_new_concepts_share_a_table_and_name_their_field() -> None:
    concept = {"prefLabel": "甲", "broader": "C203"}
    record = {"identifier": "A", "appliesToScenario": ["C203", concept], "scenarioUse": {"id": "u1", "appliesToScenario": concept}}
    found = table(CONCEPTS, record)
    assert [(row["parent"], row["field"]) for row in found.rows] == [("A", "appliesToScenario"), ("u1", "scenarioUse.appliesToScenario")]
    assert table("", record).rows[0]["appliesToScenario"] == "C203"


def test_further_languages_have_columns_beside_the_field() -> None:
    found = table("", {"identifier": "A", "title": {"zh": "甲", "en": "a", "de": "b"}, "keyword": {"en": ["k1", "k2"]}})
    keys = [column.key for column in found.columns]
    assert keys[1:4] == ["title", "title@de", "title@en"]
    assert keys[keys.index("keyword") + 1] == "keyword@en"
    assert found.rows[0]["keyword@en"] == "k1\nk2"


def test_rows_tied_only_by_the_tables_have_no_ids_when_they_come_back() -> None:
    record = tree_of({"title": "甲", "qualifiedAssociation": {"capabilityEvidence": {"evidenceText": "一"}}})
    (found,) = records_of(sheets.trees(as_sheets(tables.of([record], schema(), EXPERIMENT), EXPERIMENT), schema()))
    assert "_:" not in repr(found)


@pytest.mark.parametrize(
    ("record", "key", "named"),
    [
        ({"titel": "甲"}, "table.unknown-key", "titel"),
        ({"contact": {"telephone": "1"}}, "table.unknown-key", "contact.telephone"),
        ({"keyword": ["甲\n乙"]}, "table.reads-differently", "keyword"),
        ({"keyword": ["甲", ""]}, "table.reads-differently", "keyword"),
        ({"abstract": " "}, "table.reads-differently", "abstract"),
        ({"trialStart": " 2025-01-01"}, "table.reads-differently", "trialStart"),
        ({"involvesUsers": "是"}, "table.reads-differently", "involvesUsers"),
        ({"abstract": ["甲", "乙"]}, "table.several", "abstract"),
        ({"contact": [{"label": "甲"}, {"label": "乙"}]}, "table.several", "contact"),
        ({"id": ["a", "b"]}, "table.several", "id"),
        ({"id": "_:row1"}, "table.row-id", "id"),
        ({"title": {"@value": "甲"}}, "table.language", "title"),
        ({"title": [{"zh": {"zh": "甲"}}]}, "table.nested", "title"),
        ({"keyword": [["甲"]]}, "table.nested", "keyword"),
        ({"contact": {}}, "table.empty-part", "contact"),
        ({"funder": [{}]}, "table.empty-part", "funder"),
    ],
)
def test_what_a_table_cannot_hold_is_refused_by_name(record: dict[str, object], key: str, named: str) -> None:
    with pytest.raises(ContentError) as caught:
        tables.of([tree_of({"identifier": "A", **record})], schema(), EXPERIMENT)
    assert caught.value.key == key
    for lang in messages.LANGUAGES:
        assert named in caught.value.text(lang)


def test_parts_of_two_things_of_one_name_cannot_be_told_apart() -> None:
    party = {"id": "p1", "capabilityEvidence": {"evidenceText": "一"}}
    with pytest.raises(ContentError, match="A › p1"):
        table("", {"identifier": "A", "qualifiedAssociation": [party, party]})


def test_null_is_not_there() -> None:
    record = {"identifier": "A", "title": None, "contact": {"label": None}, "funder": [{"label": None}]}
    assert table("", record).rows == ({"identifier": "A"},)


@pytest.mark.parametrize("record", ["甲", {"title": "甲"}, {"type": "Person"}])
def test_only_records_of_a_known_class_are_written(record: object) -> None:
    tree: Tree = tree_of(record)
    with pytest.raises(ContentError, match="Experiment"):
        tables.class_of(tree, schema())


def test_codes_and_choices_are_read_with_what_is_shown_beside_them() -> None:
    by_key = EXPERIMENT.by_key()
    labels = {"C203": "智慧 金融"}
    for key, value, shown in [
        ("appliesToScenario", "C203", "C203 智慧 金融"),
        ("appliesToScenario", "C999", "C999"),
        ("experimentStatus", "ongoing", "进行中"),
        ("involvesUsers", "true", "是"),
        ("involvesUsers", "1", "1"),
    ]:
        assert cells.shown(by_key[key], value, "zh", labels) == shown
        assert cells.values(by_key[key], shown) == [shown if key == "appliesToScenario" else value]


def test_every_field_has_one_place() -> None:
    for record_class in schema().records:
        for form in forms(record_class, schema()):
            keys = [column.key for column in form.columns]
            assert len(keys) == len(set(keys))
        main = forms(record_class, schema())[0]
        placed = {column.key.partition(".")[0] for column in main.columns} | {part.field.key for part in main.parts}
        assert placed == {field.key for field in record_class.fields}
        assert all(part.field.kind in (Kind.PART, Kind.CODE) for part in main.parts)
