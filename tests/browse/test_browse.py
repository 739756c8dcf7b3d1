"""The reading views, against the tables."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from isgkg import names, terminal
from isgkg.browse import items, matrix, overview, records
from isgkg.errors import NotFound
from isgkg.messages import LANGUAGES
from isgkg.release import sources
from isgkg.release.output import Release
from isgkg.release.sources import Sources
from isgkg.store import EmbeddedStore


@pytest.fixture(scope="module")
def tables(root: Path) -> Sources:
    return sources.read(root)


def test_every_item_can_be_read_and_quotes_its_own_sentence(release_store: EmbeddedStore, tables: Sources) -> None:
    for entry in tables.items:
        if entry.kind == "variant-designation":
            with pytest.raises(NotFound):
                items.get(release_store, entry.code)
            continue
        view = items.get(release_store, entry.code)
        assert view.quote.text == entry.quote
        assert view.quote.clause == entry.clause
        assert view.text_label == entry.zh
        assert view.label["en"] == entry.en
        around = view.quote.before + view.quote.text + view.quote.after
        assert around in tables.text


@pytest.mark.parametrize("missing", [("definition",), ("prefLabel",), ("definition", "definitionEntry")])
def test_an_item_that_lacks_a_text_can_be_read_and_shown(release: Release, missing: tuple[str, ...]) -> None:
    quads = [
        quad
        for quad in parse(input=release.nquads, format=RdfFormat.N_QUADS)
        if not (
            str(quad.subject) == f"<{names.concept('S301')}>"
            and re.split("[/#]", quad.predicate.value)[-1] in missing
            and getattr(quad.object, "language", "zh") in {"zh", None}
        )
    ]
    view = items.get(EmbeddedStore.of(quads), "S301")
    for lang in LANGUAGES:
        assert "【1. 基层应用标准。】" in terminal.item(view, lang)


def test_an_item_without_any_text_is_shown_with_dashes(release_store: EmbeddedStore) -> None:
    view = replace(items.get(release_store, "X104"), label={}, kind={}, scheme_label={}, definition={}, definition_basis="")
    shown = terminal.item(view, "en")
    assert shown.startswith("X104  —\n")
    assert "Definition" not in shown


def test_a_code_may_be_full_width(release_store: EmbeddedStore) -> None:
    assert items.get(release_store, " ｓ３０１ ").code == "S301"


@pytest.mark.parametrize(
    ("code", "key", "part"),
    [
        ("智慧医疗", "item.unknown", "C202 智慧医疗、T0201 智慧医疗"),
        ("S30", "item.unknown", "S301 "),
        ("S3O1", "item.unknown", "S301 "),
        ("没有这样的词", "item.nothing-near", "S301"),
        ("Ｈ０６", "item.variant", "H05"),
    ],
)
def test_what_is_no_code_leads_to_what_is_near(release_store: EmbeddedStore, code: str, key: str, part: str) -> None:
    with pytest.raises(NotFound) as caught:
        items.get(release_store, code)
    assert caught.value.key == key
    assert part in caught.value.text("zh")
    assert caught.value.text("zh").count("、") <= 2


def test_the_links_of_all_items_are_the_links_of_the_tables(release_store: EmbeddedStore, tables: Sources) -> None:
    outward = {
        link.id for entry in tables.items if entry.kind != "variant-designation" for link in items.get(release_store, entry.code).links_out
    }
    expected = {link.id for link in tables.links if link.predicate != "alternativeNameOf"}
    assert expected <= outward


def test_ancestors_run_from_the_top(release_store: EmbeddedStore) -> None:
    assert [ref.code for ref in items.get(release_store, "P10101").ancestors] == ["P1", "P101"]


def test_the_framework_is_whole(release_store: EmbeddedStore) -> None:
    parts = overview.framework(release_store)
    assert [len(part.sub_categories) for part in parts] == [3, 4, 9, 6, 3]


def test_schemes_count_all_items(release_store: EmbeddedStore, tables: Sources) -> None:
    expected = Counter(entry.code[0] for entry in tables.items if entry.kind != "variant-designation")
    assert {scheme.letter: scheme.count for scheme in overview.schemes(release_store)} == dict(expected)


def test_the_clauses_cover_the_text_without_overlap(release_store: EmbeddedStore, tables: Sources) -> None:
    top = [clause for clause in overview.clauses(release_store) if clause.depth == 1]
    assert [clause.number for clause in top] == ["前言", "一", "二", "三", "四", "五"]
    joined = "\n".join(tables.text[clause.start : clause.end] for clause in top)
    assert joined.strip() == tables.text.strip()


def test_cells_and_gaps_share_out_the_matrix(release_store: EmbeddedStore, tables: Sources) -> None:
    built = matrix.build(release_store)
    gaps = {(row.item.code, column.item.code) for row, column in built.gaps}
    filled = {key for key in built.cells if len(key[1]) == 4}
    assert len(gaps) + len(filled) == 9 * (9 + 3)
    assert not gaps & filled


def test_the_cells_are_those_that_the_tables_give(release_store: EmbeddedStore, tables: Sources) -> None:
    home = {entry.code: entry.parent for entry in tables.items if entry.code[0] in "TG"}
    expected = {(home[link.subject], link.object): set[str]() for link in tables.links if link.subject in home and link.object[0] == "P"}
    for link in tables.links:
        if link.subject in home and link.object[0] == "P":
            expected[home[link.subject], link.object].add(link.id)
        if link.predicate == "evaluatesScenarioOf":
            expected.setdefault((link.object, link.subject), set()).add(link.id)
    assert {key: {link.id for link in cell.links} for key, cell in matrix.build(release_store).cells.items()} == expected


def test_a_field_has_the_name_that_it_has_for_records_of_its_class(release_store: EmbeddedStore) -> None:
    for iri, name in ((names.EXPERIMENT + "ISGX-2025-1001", "实验编号"), (_first(release_store, "StandardDocument"), "标准编号")):
        record = records.get(release_store, iri)
        assert record is not None
        assert next(filled.label["zh"] for filled in record.fields if filled.property == names.DCT + "identifier") == name


def _first(store: EmbeddedStore, class_: str) -> str:
    query = f"SELECT ?record WHERE {{ ?record a isg:{class_} ; dct:identifier ?identifier }} ORDER BY ?record LIMIT 1"
    return str(next(iter(store.select(query)))["record"].value)
