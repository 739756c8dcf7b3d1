"""Answers: each question against its expected answer, what parameters can take, and values that are refused."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

from isgkg import files, names
from isgkg.errors import InputError, NotFound
from isgkg.questions import Question, bind, choices, codes, run
from isgkg.release.output import Release
from isgkg.store import EmbeddedStore

FOLDER = files.root() / "data" / "questions"
IDS = sorted(path.stem for path in FOLDER.glob("*.rq"))
EXPECTED = sorted(path.stem for path in FOLDER.glob("*.tsv"))
COUNTS_THE_RELEASE = "CQ54"
"""Its answer changes with every file of ontology/, shapes/ and data/: it is compared with the manifest instead."""

Table = tuple[list[str], list[tuple[object, ...]]]


def table(solutions: QuerySolutions) -> Table:
    header = [variable.value for variable in solutions.variables]
    return header, [tuple(solution[name] for name in header) for solution in solutions]


def expected(id_: str) -> Table:
    parsed = parse_query_results((FOLDER / f"{id_}.tsv").read_bytes(), QueryResultsFormat.TSV)
    assert isinstance(parsed, QuerySolutions)
    return table(parsed)


def test_every_question_has_an_expected_answer() -> None:
    assert set(IDS) - set(EXPECTED) == {COUNTS_THE_RELEASE}
    assert set(EXPECTED) <= set(IDS)
    assert len(EXPECTED) >= 30


@pytest.mark.parametrize("id_", EXPECTED)
def test_the_answer_is_the_expected_one(library: dict[str, Question], release_store: EmbeddedStore, id_: str) -> None:
    header, rows = table(run(release_store, library[id_], {}))
    expected_header, expected_rows = expected(id_)
    assert header == expected_header
    assert rows == expected_rows
    assert len(set(rows)) == len(rows) > 0


def test_the_release_counts_are_those_of_the_manifest(library: dict[str, Question], release: Release, release_store: EmbeddedStore) -> None:
    rows = list(run(release_store, library[COUNTS_THE_RELEASE], {}))
    described = {name: count for name, count in release.manifest.graphs.items() if name != "meta"}
    assert {row["name"].value: int(row["triples"].value) for row in rows} == described
    assert [row["graph"].value for row in rows] == [names.graph(name) for name in sorted(described)]
    assert {row["version"].value for row in rows} == {release.manifest.version}


@pytest.mark.parametrize("id_", EXPECTED)
def test_every_quote_stands_in_the_text(root: Path, id_: str) -> None:
    text = (root / "data" / "guideline" / "text.txt").read_text(encoding="utf-8")
    header, rows = expected(id_)
    for index in (index for index, name in enumerate(header) if name.endswith("quote")):
        for row in rows:
            assert row[index] is None or row[index].value in text


@pytest.mark.parametrize("id_", EXPECTED)
def test_every_label_is_the_one_of_its_table(root: Path, id_: str) -> None:
    with (root / "data" / "guideline" / "items.tsv").open(encoding="utf-8", newline="") as lines:
        items = {row["code"]: row for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}
    header, rows = expected(id_)
    if {"code", "zh", "en"} <= set(header):
        for row in rows:
            cells = {name: term.value for name, term in zip(header, row, strict=True) if term is not None}
            item = items[cells["code"]]
            assert cells["en"] == item["en"]
            # An item that shares its name with another carries a qualifier.
            assert cells["zh"].split("（")[0] == item["zh"].split("（")[0]


def about_links(path: Path) -> bool:
    """Whether the question is about links that there are; what it takes away with MINUS are those that there are not."""
    text = path.read_text(encoding="utf-8")
    return "isg:linkSubject" in text and "MINUS" not in text


@pytest.mark.parametrize("id_", [id_ for id_ in IDS if about_links(FOLDER / f"{id_}.rq")])
def test_an_answer_about_links_shows_their_basis(library: dict[str, Question], release_store: EmbeddedStore, id_: str) -> None:
    header, rows = table(run(release_store, library[id_], {}))
    assert "basis" in header
    bases = {names.ONT + local for local in ("explicit", "structural", "lexical", "editorial")}
    linked = [row for row in rows if any(row[header.index(name)] for name in header if name in {"link", "link1"})]
    assert linked
    for row in linked:
        assert row[header.index("basis")].value in bases


def test_most_questions_are_about_links() -> None:
    assert sum(about_links(path) for path in FOLDER.glob("*.rq")) >= 30


def test_a_path_is_held_on_the_weakest_basis_of_its_links(library: dict[str, Question], release_store: EmbeddedStore) -> None:
    strength = ["explicit", "structural", "lexical", "editorial"]
    path = next(question for question in library.values() if {"from", "to"} == {parameter.name for parameter in question.parameters})
    for start, end in (("S301", "P301"), ("S308", "P103"), ("C202", "S302"), ("X104", "S405"), ("K38", "L1")):
        rows = list(run(release_store, path, {"from": start, "to": end}))
        assert rows
        for row in rows:
            bases = [row[f"basis{hop}"] for hop in (1, 2, 3) if row[f"basis{hop}"] is not None]
            assert len(bases) == int(row["steps"].value)
            weakest = max((basis.value.removeprefix(names.ONT) for basis in bases), key=strength.index)
            assert row["basis"].value == names.ONT + weakest
            assert row["path"].value.startswith(f"{start} ")
            assert row["path"].value.endswith(f" {end}")


@pytest.mark.parametrize("id_", IDS)
def test_a_default_is_one_of_the_choices(library: dict[str, Question], release_store: EmbeddedStore, id_: str) -> None:
    for parameter in library[id_].parameters:
        offered = choices(release_store, parameter)
        codes = [code for code, _, _ in offered]
        assert parameter.default in codes
        assert len(set(codes)) == len(codes) > 1
        assert all(zh and en for _, zh, en in offered)


@pytest.mark.parametrize("id_", IDS)
def test_another_value_changes_the_answer(library: dict[str, Question], release_store: EmbeddedStore, id_: str) -> None:
    question = library[id_]
    for parameter in question.parameters:
        by_default = table(run(release_store, question, {}))
        others = [code for code, _, _ in choices(release_store, parameter) if code != parameter.default]
        assert any(table(run(release_store, question, {parameter.name: code})) != by_default for code in others)
        assert table(run(release_store, question, {parameter.name: parameter.default})) == by_default


def test_choices_are_items_in_the_order_of_their_codes(library: dict[str, Question], release_store: EmbeddedStore) -> None:
    (parameter,) = library["CQ01"].parameters
    offered = choices(release_store, parameter)
    assert [code for code, _, _ in offered] == [f"S30{number}" for number in range(1, 10)]
    assert offered[0] == ("S301", "基层应用标准", "Primary-level (community-level) application standards")


def test_choices_of_clauses_stand_in_the_order_of_the_text(library: dict[str, Question], release_store: EmbeddedStore) -> None:
    parameter = next(p for question in library.values() for p in question.parameters if p.class_iri == names.ONT + "Clause")
    offered = choices(release_store, parameter)
    assert offered[:3] == [
        (names.span(0, 231), "前言", "前言"),
        (names.span(232, 710), "一 总体要求", "一 总体要求"),
        (names.span(239, 366), "一（一） 基本内涵", "一（一） 基本内涵"),
    ]
    starts = [int(iri.removeprefix(names.SPAN).split("-")[0]) for iri, _, _ in offered]
    assert starts == sorted(starts)


def test_codes_and_iris_are_the_same_value(library: dict[str, Question]) -> None:
    question = library["CQ01"]
    by_code = bind(question, {"scenario": "S305"})
    assert by_code == bind(question, {"scenario": names.concept("S305")}) == bind(question, {"scenario": "s305"})
    assert "VALUES ?scenario { c:S305 }" in by_code
    assert "c:S301" not in by_code
    assert codes(question, {"scenario": names.concept("S305")}) == codes(question, {"scenario": "s305"}) == {"scenario": "S305"}


@pytest.mark.parametrize("id_", IDS)
def test_a_value_is_written_as_the_file_writes_its_default(library: dict[str, Question], id_: str) -> None:
    """So a text with values runs in any SPARQL tool, as the file does."""
    question = library[id_]
    for parameter in question.parameters:
        bound = bind(question, {parameter.name: parameter.default})
        assert " ".join(bound.split()) == " ".join(question.text.split())


def test_a_value_is_an_iri_in_full_where_the_prefix_is_not_declared(library: dict[str, Question]) -> None:
    question = replace(library["CQ01"], text="SELECT * { VALUES ?scenario { <https://w3id.org/isgkg/c/S301> } }")
    assert "{ <https://w3id.org/isgkg/c/S305> }" in bind(question, {"scenario": "S305"})


def test_an_id_is_found_in_either_letter_case(library: dict[str, Question]) -> None:
    assert library["cq01"] is library["CQ01"]
    assert "cQ01" in library
    assert "CQ999" not in library
    assert list(library) == IDS
    assert len(library) == len(IDS)


def test_without_values_the_text_is_the_file(library: dict[str, Question]) -> None:
    assert all(bind(question, {}) == question.text for question in library.values())


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "S301 c:S302",
        "S３０１",
        "S301\n",
        "S301 } ?s ?p ?o . {",
        "<https://w3id.org/isgkg/c/S301>",
        "https://w3id.org/isgkg/c/S301> } ?s ?p ?o . VALUES ?x { <http://e/x",
        "https://w3id.org/isgkg/c/S301 ",
        "http://e/\\u003E } ?s ?p ?o",
        'http://e/"',
        "http://e/{}",
        "http://e/\x00",
        "//e/no-scheme",
        "UNDEF",
        "?scenario",
    ],
)
def test_a_hostile_value_is_refused(library: dict[str, Question], value: str) -> None:
    with pytest.raises(InputError) as caught:
        bind(library["CQ01"], {"scenario": value})
    assert caught.value.key == "question.bad-value"
    for lang in ("zh", "en"):
        assert "CQ01" in caught.value.text(lang)
        assert "scenario" in caught.value.text(lang)


def test_an_unknown_parameter_is_refused(library: dict[str, Question]) -> None:
    with pytest.raises(InputError) as caught:
        bind(library["CQ01"], {"level": "L1"})
    assert caught.value.key == "question.unknown-parameter"
    assert "scenario" in caught.value.text("zh")


@pytest.mark.parametrize("value", ["S999", "S401", "C202", "H06", "c:S301", "http://e/nothing"])
def test_a_value_that_makes_no_sense_is_not_an_empty_answer(library: dict[str, Question], release_store: EmbeddedStore, value: str) -> None:
    with pytest.raises(NotFound) as caught:
        run(release_store, library["CQ01"], {"scenario": value})
    assert caught.value.key == "question.no-item"
    for lang in ("zh", "en"):
        assert value in caught.value.text(lang)
