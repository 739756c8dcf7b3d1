"""The reading views, against the tables."""

from collections import Counter
from pathlib import Path

import pytest

from isgkg.browse import items, matrix, overview
from isgkg.errors import NotFound
from isgkg.release import sources
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
