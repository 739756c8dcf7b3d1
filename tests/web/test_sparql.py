"""/sparql: the protocol for programs, the page for people."""

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import rdflib
from flask import Flask
from flask.testing import FlaskClient

from isgkg import names

SELECT = "SELECT ?code WHERE { ?level a isg:Level ; skos:notation ?code } ORDER BY ?code"
CONSTRUCT = "CONSTRUCT { ?s skos:prefLabel ?o } WHERE { ?s a isg:Level ; skos:prefLabel ?o }"
FORM = "application/x-www-form-urlencoded"


def codes(document: str) -> list[str]:
    return [row["code"]["value"] for row in json.loads(document)["results"]["bindings"]]


def test_get_form_and_direct_post_give_the_same(client: FlaskClient) -> None:
    answers = [
        client.get("/sparql", query_string={"query": SELECT}),
        client.post("/sparql", data={"query": SELECT}),
        client.post("/sparql", data=SELECT.encode(), content_type="application/sparql-query"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [codes(answer.text) for answer in answers] == [["L1", "L2", "L3"]] * 3


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("*/*", "application/sparql-results+json"),
    ],
)
def test_tables_in_every_format(client: FlaskClient, accept: str, media: str) -> None:
    answer = client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, media)
    assert "L2" in answer.text


@pytest.mark.parametrize(
    ("accept", "parser"),
    [("text/turtle", "turtle"), ("application/n-triples", "nt"), ("application/rdf+xml", "xml"), ("application/ld+json", "json-ld")],
)
def test_graphs_in_every_format_are_read_by_rdflib(client: FlaskClient, accept: str, parser: str) -> None:
    answer = client.get("/sparql", query_string={"query": CONSTRUCT}, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, accept)
    assert len(rdflib.Graph().parse(data=answer.data, format=parser)) == 6


def test_csv_is_csv(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": SELECT, "format": "csv"})
    assert list(csv.reader(io.StringIO(answer.text))) == [["code"], ["L1"], ["L2"], ["L3"]]


def test_an_iri_with_percent_signs_survives(client: FlaskClient) -> None:
    query = "SELECT (<http://example.org/a%2Fb%20c> AS ?iri) {}"
    answer = client.post("/sparql", data={"query": query})
    assert json.loads(answer.text)["results"]["bindings"][0]["iri"]["value"] == "http://example.org/a%2Fb%20c"


def test_named_graphs_narrow_the_dataset(client: FlaskClient) -> None:
    query = "SELECT (COUNT(*) AS ?n) WHERE { ?link a isg:Link ; isg:basis isg:editorial }"

    def count(**more: object) -> int:
        answer = client.get("/sparql", query_string={"query": query, **more})
        return int(json.loads(answer.text)["results"]["bindings"][0]["n"]["value"])

    assert count() == count(**{"default-graph-uri": names.graph("editorial")}) > 0
    assert count(**{"default-graph-uri": names.graph("text")}) == 0


@pytest.mark.parametrize(
    ("query", "status", "part"),
    [
        ("SELECT * {", 400, "line 1, column 11"),
        ("SELECT *\nWHERE { ?s ?p }", 400, "line 2"),
        ("SELECT * {\n ?s foaf:name ?o }", 400, "the prefix foaf: is not declared"),
        ("", 400, "no query"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", 403, "INSERT"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 403, "SERVICE"),
        ("SELECT * { S\\u0045RVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 403, "SERVICE"),
        ("SELECT * " + "{" * 300 + "}" * 300, 400, "levels"),
    ],
)
def test_what_is_refused_has_one_sentence(client: FlaskClient, query: str, status: int, part: str) -> None:
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept-Language": "en"})
    assert answer.status_code == status
    assert answer.mimetype == "text/plain"
    assert part in answer.text
    assert answer.text.count("\n") == 1
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ({"query_string": {"query": [SELECT, SELECT]}}, 400),
        ({"query_string": {"query": SELECT, "default-graph-uri": "http://example.org/none"}}, 400),
        ({"query_string": {"query": SELECT, "format": "turtle"}}, 400),
        ({"query_string": {"query": SELECT}, "headers": {"Accept": "text/turtle"}}, 406),
        ({"query_string": {"query": CONSTRUCT}, "headers": {"Accept": "text/csv"}}, 406),
        ({"query_string": {"update": "CLEAR ALL"}}, 403),
    ],
)
def test_requests_that_cannot_be_met(client: FlaskClient, arguments: dict[str, object], status: int) -> None:
    assert client.get("/sparql", **arguments).status_code == status


@pytest.mark.parametrize(
    ("data", "media", "status"),
    [
        (SELECT.encode(), "text/plain", 400),
        (b"\xff\xfe", "application/sparql-query", 400),
        (b"CLEAR ALL", "application/sparql-update", 403),
        (b"update=CLEAR+ALL", FORM, 403),
        (b"query=" + b"x" * 2_000_000, FORM, 413),
    ],
)
def test_bodies_that_cannot_be_read(client: FlaskClient, data: bytes, media: str, status: int) -> None:
    assert client.post("/sparql", data=data, content_type=media).status_code == status


def test_other_methods_are_not_allowed(client: FlaskClient) -> None:
    answer = client.delete("/sparql")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_query_that_hangs_is_stopped_and_nobody_else_notices(app: Flask) -> None:
    hang = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"

    def ask(query: str) -> int:
        return app.test_client().get("/sparql", query_string={"query": query}).status_code

    with ThreadPoolExecutor(4) as threads:
        stuck = threads.submit(ask, hang)
        others = [threads.submit(ask, SELECT) for _ in range(20)]
        assert [other.result() for other in others] == [200] * 20
        assert stuck.result() == 504
    assert ask(SELECT) == 200


def test_the_page_offers_the_questions_and_a_switch_for_basis(client: FlaskClient) -> None:
    page = client.get("/sparql", headers={"Accept": "text/html"}).text
    assert page.count('<option value="CQ') >= 30
    assert 'name="basis" value="text"' in page
    assert "<script" not in page


def test_the_page_answers_with_a_table_and_the_time(client: FlaskClient) -> None:
    page = client.get("/sparql", query_string={"query": SELECT, "lang": "en"}, headers={"Accept": "text/html"}).text
    assert "Rows: 3, in" in page
    assert '<a href="/c/L1?lang=en"><code>L1</code></a>' in page


def test_a_chosen_question_is_bound_and_answered(client: FlaskClient) -> None:
    page = client.get("/sparql", query_string={"question": "CQ01", "p-scenario": "S306"}, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "c:S306" in page.text or "/c/S306&gt;" in page.text


@pytest.mark.parametrize(
    "arguments", [{"question": "CQ999"}, {"question": "CQ01", "p-category": "S302"}, {"question": "CQ01", "p-scenario": "<script>"}]
)
def test_a_question_that_is_none_or_is_asked_wrongly_is_not_answered(client: FlaskClient, arguments: dict[str, str]) -> None:
    answer = client.get("/sparql", query_string=arguments, headers={"Accept": "text/html"})
    assert answer.status_code in {400, 404}
    assert '<table class="result">' not in answer.text
    assert '<select name="question">' in answer.text
    assert "<script>" not in answer.text


def test_a_prepared_question_is_answered_to_programs_too(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"question": "CQ01", "p-scenario": "S302"}, headers={"Accept": "text/csv"})
    assert answer.status_code == 200
    assert "S501" in answer.text


@pytest.mark.parametrize(
    ("query", "name", "media"),
    [
        (CONSTRUCT, "rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "json-ld", "application/ld+json"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "json", "application/ld+json"),
        (CONSTRUCT, "xml", "application/rdf+xml"),
        (CONSTRUCT, "n3", "text/turtle"),
        (SELECT, "text/csv", "text/csv"),
        (SELECT, "application/sparql-results+json", "application/sparql-results+json"),
    ],
)
def test_formats_as_client_libraries_spell_them(client: FlaskClient, query: str, name: str, media: str) -> None:
    assert client.get("/sparql", query_string={"query": query, "format": name}).mimetype == media


def test_an_unknown_format_leaves_the_choice_to_accept(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": SELECT, "format": "cxml"}, headers={"Accept": "text/csv"})
    assert answer.mimetype == "text/csv"


def test_a_malformed_query_on_the_page_is_400_and_keeps_the_text(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": "SELECT * { <b>&"}, headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert "SELECT * { &lt;b&gt;&amp;" in answer.text


def test_markup_in_a_result_is_text(client: FlaskClient) -> None:
    query = 'SELECT ("<script>alert(1)</script>" AS ?x) (IRI("javascript:alert(1)") AS ?y) {}'
    page = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/html"}).text
    assert "<script>" not in page
    assert 'href="javascript' not in page
