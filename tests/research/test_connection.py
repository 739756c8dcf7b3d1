"""The graph from Python, and citations."""

import json
from datetime import date
from pathlib import Path
from typing import NoReturn

import pytest
import rdflib

import isgkg
from isgkg.errors import InputError, NotFound, QueryRefused, QuerySyntaxError, QueryTooComplex, ReleaseError
from isgkg.release.output import read_manifest
from isgkg.research import Connection, Style, Work, cite


@pytest.fixture(scope="module")
def graph(release_folder: Path) -> Connection:
    return isgkg.connect(release_folder)


def test_a_connection_answers_every_form_of_query(graph: Connection, release_folder: Path) -> None:
    assert graph.release == read_manifest(release_folder).version
    (row,) = graph.select("SELECT ?label { c:X20354 skos:prefLabel ?label FILTER ( LANG(?label) = 'zh' ) }")
    assert row == {"label": "控制组"}
    assert graph.ask("ASK { c:X20354 ?p ?o }") is True
    described = graph.construct("CONSTRUCT { c:X20354 skos:prefLabel ?l } WHERE { c:X20354 skos:prefLabel ?l }")
    assert isinstance(described, rdflib.Graph)
    assert {str(label) for label in described.objects()} == {"控制组", "control group"}


def test_questions_take_parameters(graph: Connection) -> None:
    default, other = graph.question("CQ01"), graph.question("CQ01", scenario="S302")
    assert "code" in other.columns
    assert list(default) != list(other)
    with pytest.raises(NotFound):
        graph.question("CQ01", scenario="X101")
    with pytest.raises(NotFound):
        graph.question("CQ999")
    with pytest.raises(InputError):
        graph.question("CQ01", scenery="S302")


@pytest.mark.parametrize(("name", "value"), [("level", 3), ("level", None), ("level", ["L3"]), ("level", 1.5)])
def test_a_value_of_another_type_is_refused_by_its_text(graph: Connection, name: str, value: object) -> None:
    with pytest.raises(InputError) as caught:
        graph.question("CQ17", **{name: value})
    assert f"“{value}”" in caught.value.text("zh")
    with pytest.raises(NotFound):
        graph.question(17)


class Unreached:
    """A store that no query may reach."""

    def select(self, query: str) -> NoReturn:
        raise AssertionError(query)

    ask = construct = select


SERVICE = "{ SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"


@pytest.mark.parametrize(
    ("ask", "query", "error"),
    [
        ("select", f"SELECT * {SERVICE}", QueryRefused),
        ("select", "SELECT * { \\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", QueryRefused),
        ("ask", f"ASK {SERVICE}", QueryRefused),
        ("construct", f"CONSTRUCT {{ ?s ?p ?o }} WHERE {SERVICE}", QueryRefused),
        ("fingerprint", f"SELECT * {SERVICE}", QueryRefused),
        ("fingerprint", f"DESCRIBE ?s {SERVICE}", QueryRefused),
        ("select", "DROP ALL", QueryRefused),
        ("construct", "INSERT DATA { <a:a> <a:a> <a:a> }", QueryRefused),
        ("select", "SELECT * " + "{" * 100 + "}" * 100, QueryTooComplex),
        ("select", "ASK {", QuerySyntaxError),
        ("ask", "SELECT * {", QuerySyntaxError),
        ("construct", "ASK {", QuerySyntaxError),
        ("fingerprint", "", QuerySyntaxError),
        ("fingerprint", "SELECT (NOW() AS ?n) {}", InputError),
        ("fingerprint", "ASK { FILTER ( RAND() > 0.5 ) }", InputError),
    ],
)
def test_a_query_is_looked_at_before_any_store_sees_it(graph: Connection, ask: str, query: str, error: type[Exception]) -> None:
    with pytest.raises(error) as here:
        getattr(graph, ask)(query)
    with pytest.raises(error) as anywhere:
        getattr(Connection(Unreached(), None), ask)(query)
    assert str(here.value) == str(anywhere.value)


def test_escapes_are_answered_as_what_they_stand_for(graph: Connection) -> None:
    (row,) = graph.select("\\u0053ELECT ('\\u63A7' AS ?a) ('\\\\u0041' AS ?b) {}")
    assert row == {"a": "控", "b": "\\u0041"}


def test_what_is_wrong_is_one_of_the_projects_errors(graph: Connection, tmp_path: Path) -> None:
    with pytest.raises(QuerySyntaxError):
        graph.select("ASK {}")
    with pytest.raises(ReleaseError):
        isgkg.connect(tmp_path)


@pytest.mark.parametrize("query", ["SELECT * { ?s skos:notation ?o }", "ASK { ?s ?p ?o }", "DESCRIBE c:C203"])
def test_the_fingerprint_of_an_answer_is_always_the_same(graph: Connection, release_folder: Path, query: str) -> None:
    assert graph.fingerprint(query) == isgkg.connect(release_folder).fingerprint(query)


WORK = Work(
    key="isgkg-1.0.0",
    title="50% of {all} terms_ & \\more",
    version="1.0.0",
    url="https://w3id.org/isgkg/",
    accessed=date(2026, 11, 28),
)


def test_a_citation_in_bibtex_is_one_entry_whose_braces_match() -> None:
    text = cite(WORK, Style.BIBTEX)
    assert text.startswith("@misc{isgkg-1.0.0,\n  author = {{isgkg}},\n")
    assert r"title = {{50\% of \{all\} terms\_ \& more}}" in text
    assert text.replace("\\{", "").count("{") == text.replace("\\}", "").count("}")


def test_a_citation_in_csl_json_is_a_dataset() -> None:
    (item,) = json.loads(cite(WORK, Style.CSL))
    assert (item["type"], item["title"], item["version"]) == ("dataset", WORK.title, "1.0.0")
    assert item["accessed"] == {"date-parts": [[2026, 11, 28]]}


def test_a_citation_by_gbt7714_is_that_of_an_online_database() -> None:
    assert cite(WORK, Style.GBT7714) == f"isgkg. {WORK.title}: 1.0.0[DB/OL]. [2026-11-28]. https://w3id.org/isgkg/.\n"
