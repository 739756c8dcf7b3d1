"""What a format can hold comes back as it was: TermBase → file → TermBase."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from isgkg.store import EmbeddedStore
from isgkg.terms import files, graph, jsons, sheets, skos_writer, table, tbx
from isgkg.terms.model import Concept, Definition, Designation, Status, TermBase
from tests.terms.strategies import sorted_, term_bases

_EACH = settings(max_examples=80, deadline=None)


@given(term_bases())
@_EACH
def test_json_holds_everything(base: TermBase) -> None:
    assert files.read(jsons.write(base), "a.json") == base


@given(term_bases())
@_EACH
def test_skos_holds_everything_but_the_order(base: TermBase) -> None:
    data = skos_writer.write(base)
    assert sorted_(files.read(data, "a.ttl")) == sorted_(base)
    assert skos_writer.write(base) == data


@given(term_bases())
@_EACH
def test_tbx_holds_everything_but_the_order(base: TermBase) -> None:
    assert sorted_(files.read(tbx.write(base, "术语"), "a.tbx")) == sorted_(base)


@given(term_bases())
@_EACH
def test_csv_holds_what_a_table_can(base: TermBase) -> None:
    held = _tabular(base)
    assert files.read(sheets.to_csv(table.write(held, "zh")), "a.csv") == held


@given(term_bases())
@settings(max_examples=25, deadline=None)
def test_excel_holds_what_a_table_can(base: TermBase) -> None:
    held = _tabular(base)
    data = sheets.to_excel(table.write(held, "en"), "Terms")
    assert files.read(data, "a.xlsx") == held
    assert sheets.to_excel(table.write(held, "en"), "Terms") == data


def _tabular(base: TermBase) -> TermBase:
    return TermBase(concepts=tuple(_row(concept, number) for number, concept in enumerate(base.concepts)))


def _row(concept: Concept, number: int) -> Concept:
    """The concept without what a table does not hold, in the order of its columns."""
    own = [one for one in concept.designations if one.lang == "zh"]
    kept: dict[tuple[str, Status], Designation] = {("zh", Status.PREFERRED): Designation(text=f"词{number}")}
    for one in own:
        if one.status is not Status.PREFERRED:
            reason = {"zh": "因为"} if one.status.is_rejected else {}
            kept[one.text, one.status] = replace(one, reason=reason, is_editorial=False)
    order = list(Status)
    english = [Designation(text=f"term {number}", lang="en"), Designation(text="other", lang="en", status=Status.ADMITTED)]
    text = next((one.text for one in concept.definitions), None)
    is_editorial = any(one.is_editorial for one in concept.definitions)
    source = None if is_editorial else next((one.source for one in concept.definitions), None)
    definitions = (Definition(text=text, source=source, is_editorial=is_editorial),) if text else ()
    return replace(
        concept,
        iri=None,
        designations=(*sorted(kept.values(), key=lambda one: order.index(one.status)), *english),
        definitions=definitions,
        notes=tuple(("zh", note) for _, note in concept.notes),
    )


def test_the_guidelines_own_terms_come_back(release_store: EmbeddedStore) -> None:
    base = graph.from_store(release_store)
    assert sorted_(files.read(skos_writer.write(base), "a.ttl")) == sorted_(base)
    read = files.read(tbx.write(base, "术语"), "a.tbx")
    bare = [replace(concept, kind=None, section=None, quote=None, span=None) for concept in base.concepts]
    assert sorted_(read) == sorted_(TermBase(concepts=tuple(bare)))


@pytest.mark.parametrize("text", ["a\x01", "\ud800"])
def test_what_no_file_holds_is_refused(text: str) -> None:
    from isgkg.errors import InputError

    base = TermBase(concepts=(Concept(id="a", designations=(Designation(text=text),)),))
    for write in (
        lambda: tbx.write(base, ""),
        lambda: sheets.to_csv(table.write(base, "zh")),
        lambda: sheets.to_excel(table.write(base, "zh"), "a"),
    ):
        with pytest.raises(InputError):
            write()
