"""Templates are empty records with help; the examples keep every rule, in each format."""

import io
import json
import re
from functools import cache

import openpyxl
import pytest
from pyoxigraph import Triple

from isgkg import files, messages
from isgkg.errors import ContentError
from isgkg.messages import Language
from isgkg.records import graph, jsons, yamls
from isgkg.records import template as templates
from isgkg.records.fields import Kind, RecordClass, Schema
from isgkg.records.tabular import excel
from isgkg.records.tabular.cells import Codes
from isgkg.records.tree import Entry, Mapping, Scalar, Sequence, Tree
from isgkg.release import sources
from isgkg.release.build import assemble
from tests.records import strategies, support
from tests.records.tabular import plain, records_of

SCHEMA: Schema = strategies.schema()
CLASSES = pytest.mark.parametrize("record_class", SCHEMA.records, ids=lambda found: found.name)


@cache
def codes(lang: Language) -> Codes:
    graphs = assemble(files.root(), sources.read(files.root()))
    return templates.codes_of(strategies.vocabulary(), [*graphs["guideline"], *graphs["ontology"]], lang)


def triples(tree: Tree) -> list[Triple]:
    reading = graph.statements(tree, SCHEMA, strategies.vocabulary())
    assert reading.notes == []
    return [Triple(found.subject, found.predicate, found.object) for found in reading.statements]


def said(tree: Tree) -> object:
    """What a record says, without the context and what is null."""
    assert isinstance(tree, Mapping)
    return plain(without_null(Mapping(tuple(entry for entry in tree.entries if entry.key != "@context"))))


def without_null(tree: Tree) -> Tree:
    """The tree without parts that hold nothing but null."""
    if isinstance(tree, Sequence):
        return Sequence(tuple(found for item in tree.items if not is_null(found := without_null(item))))
    if isinstance(tree, Mapping):
        inner = [(entry, without_null(entry.value)) for entry in tree.entries if entry.value is not None]
        return Mapping(tuple(Entry(entry.key, found) for entry, found in inner if not is_null(found)))
    return tree


def bare(tree: Tree) -> Tree:
    """The tree with codes without the labels that a workbook shows beside them."""
    if isinstance(tree, Sequence):
        return Sequence(tuple(map(bare, tree.items)))
    if isinstance(tree, Mapping):
        return Mapping(tuple(Entry(entry.key, None if entry.value is None else bare(entry.value)) for entry in tree.entries))
    code = re.match(r"[A-Z]{1,2}\d+(?= )", tree.text)
    return Scalar(code.group()) if code else tree


def is_null(tree: Tree) -> bool:
    return (isinstance(tree, Mapping) and not tree.entries) or (isinstance(tree, Sequence) and not tree.items)


@CLASSES
def test_the_example_keeps_every_rule(record_class: RecordClass) -> None:
    found = support.results(triples(templates.read_example(record_class)))
    assert [(rule, result.path_text, result.value) for rule, result in found] == []


@CLASSES
@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_the_example_is_the_same_in_every_format(record_class: RecordClass, lang: Language) -> None:
    def made(form: templates.Format) -> bytes:
        content = templates.template(record_class, SCHEMA, codes(lang), form, lang, example=True)
        return content.encode() if isinstance(content, str) else content

    expected = said(templates.read_example(record_class))
    (from_yaml,) = yamls.read(made("yaml").decode())
    (from_json,) = jsons.read(made("json").decode())
    (from_excel,) = (bare(found) for found in records_of(excel.read(made("xlsx"), SCHEMA)))
    assert said(from_yaml) == said(from_json) == said(from_excel) == expected


@CLASSES
@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_the_yaml_template_is_an_empty_record_with_all_fields(record_class: RecordClass, lang: Language) -> None:
    text = templates.template(record_class, SCHEMA, codes(lang), "yaml", lang)
    assert isinstance(text, str)
    (found,) = yamls.read(text)
    assert isinstance(found, Mapping)
    assert [entry.key for entry in found.entries] == ["@context", "type", *(field.key for field in record_class.fields)]
    assert [entry.key for entry in found.entries if entry.value is not None] == ["@context", "type"]


@CLASSES
def test_the_yaml_template_is_yaml_with_its_parts_uncommented(record_class: RecordClass) -> None:
    text = templates.template(record_class, SCHEMA, codes("zh"), "yaml", "zh")
    assert isinstance(text, str)
    (found,) = yamls.read("\n".join(line.removeprefix("# ") for line in text.split("\n")))
    assert isinstance(found, Mapping)
    for field in record_class.fields:
        if field.kind is Kind.PART and field.part:
            value = found.get(field.key)
            part = value.items[0] if isinstance(value, Sequence) else value
            assert isinstance(part, Mapping)
            assert [entry.key for entry in part.entries] == ["id", *(inner.key for inner in SCHEMA.classes[field.part].fields)]


@CLASSES
def test_the_json_template_has_all_keys(record_class: RecordClass) -> None:
    found = json.loads(templates.template(record_class, SCHEMA, {}, "json", "zh"))
    assert list(found) == ["@context", "type", *(field.key for field in record_class.fields)]
    assert said(next(iter(jsons.read(json.dumps(found))))) == [("type", record_class.name)]


@CLASSES
@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_the_excel_template_has_no_records_but_an_example(record_class: RecordClass, lang: Language) -> None:
    content = templates.template(record_class, SCHEMA, codes(lang), "xlsx", lang)
    assert isinstance(content, bytes)
    with pytest.raises(ContentError) as caught:
        list(excel.read(content, SCHEMA))
    assert (caught.value.key, caught.value.cell) == ("excel.not-filled", "F2")
    form = openpyxl.load_workbook(io.BytesIO(content)).worksheets[1]
    assert form.title == record_class.labels[lang]
    rows = {row[2].value: row for row in form.iter_rows()}
    assert rows["identifier"][1].value == record_class.by_key()["identifier"].labels[lang]
    assert rows["identifier"][4].value


def test_lists_offer_codes_with_labels() -> None:
    content = templates.template(SCHEMA.classes["Experiment"], SCHEMA, codes("zh"), "xlsx", "zh")
    assert isinstance(content, bytes)
    book = openpyxl.load_workbook(io.BytesIO(content))
    listed = {cell.value for row in book["lists"].iter_rows() for cell in row}
    assert book["lists"].sheet_state == "hidden"
    assert {"C203 智慧金融", "R01 应用主体", "进行中", "是", "否"} <= listed
    offered = {str(found.sqref).partition(":")[0] for found in book.worksheets[1].data_validations.dataValidation}
    keys = {cell.value: cell.row for cell in book.worksheets[1]["C"]}
    assert {f"F{keys[key]}" for key in ("experimentStatus", "appliesToScenario", "involvesUsers")} <= offered
