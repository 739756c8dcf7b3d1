"""What HTTP adds to /sparql: the service description, HEAD, OPTIONS, CORS, content codings, tags, and one form of errors."""

import gzip
import json
import re
import sys
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from isgkg import names
from isgkg.errors import Overloaded
from isgkg.web import WebOptions, compression, negotiation
from isgkg.web.app import application
from isgkg.web.negotiation import error_type

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SELECT = "SELECT ?code WHERE { ?level a isg:Level ; skos:notation ?code } ORDER BY ?code"
LONG = "SELECT * { ?s skos:prefLabel ?label } ORDER BY ?s ?label LIMIT 200"
CONSTRUCTS = [
    ("ASK { c:S301 skos:broader+ ?top }", True),
    ("ASK { c:S301 ^skos:narrower|skos:broader ?x }", True),
    ("ASK { ?s a isg:SubCategory MINUS { ?s skos:notation ?n } }", False),
    ("ASK { ?s a isg:SubCategory FILTER NOT EXISTS { ?s skos:notation ?n } }", False),
    ("ASK { { SELECT (COUNT(*) AS ?n) { ?s a isg:Level } } FILTER ( ?n = 3 ) }", True),
    ("ASK { { SELECT ?x (SUM(?n) AS ?sum) { VALUES (?x ?n) { (1 2) (1 3) (2 9) } } GROUP BY ?x HAVING (SUM(?n) = 5) } }", True),
    ("ASK { VALUES (?a ?b) { (1 UNDEF) } BIND ( COALESCE(?b, ?a + 1) AS ?c ) FILTER ( ?c = 2 ) }", True),
    ("ASK { GRAPH graph:text { ?s ?p ?o } }", True),
    ("ASK FROM graph:shapes { c:S301 ?p ?o }", False),
    ("ASK { <c/S301> skos:notation ?code }", True),
    ('ASK { FILTER ( REGEX("智能社会", "社会$") && STRLEN("智能") = 2 ) }', True),
]


@pytest.mark.parametrize(("query", "truth"), CONSTRUCTS)
def test_each_construct(client: FlaskClient, query: str, truth: bool) -> None:
    assert json.loads(client.get("/sparql", query_string={"query": query}).text)["boolean"] is truth


def test_a_function_that_is_not_known_is_named(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": "ASK { FILTER <http://e/f>(1) }", "lang": "en"})
    assert answer.status_code == 400
    assert "The function <http://e/f> is not known here" in answer.text


@pytest.mark.parametrize("accept", [None, "*/*", "text/turtle"])
def test_without_a_query_the_service_describes_itself(client: FlaskClient, accept: str | None) -> None:
    answer = client.get("/sparql", headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.mimetype) == (200, "text/turtle")
    assert "http://localhost/sparql" in answer.text
    for graph in names.GRAPHS:
        assert f"graph:{graph}" in answer.text
    assert "UnionDefaultGraph" not in answer.text
    assert "describedby" in answer.headers["Link"]
    assert client.get("/sparql", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_browser_gets_the_page_and_a_forgotten_query_is_told(client: FlaskClient) -> None:
    assert client.get("/sparql", headers={"Accept": "text/html,*/*;q=0.8"}).mimetype == "text/html"
    answer = client.get("/sparql", headers={"Accept": "text/csv"})
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")


def test_head_is_get_without_the_body(client: FlaskClient) -> None:
    got, head = (client.open("/sparql", method=method, query_string={"query": SELECT}) for method in ("GET", "HEAD"))
    assert head.data == b""
    for name in ("Content-Type", "Content-Length", "ETag", "Vary"):
        assert head.headers[name] == got.headers[name]


def test_options_and_preflight(client: FlaskClient) -> None:
    asked = {"Origin": "http://e", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    answer = client.options("/sparql", headers=asked)
    assert answer.status_code == 200
    assert {"GET", "HEAD", "OPTIONS", "POST"} == set(answer.headers["Allow"].split(", "))
    assert answer.headers["Access-Control-Allow-Methods"] == answer.headers["Allow"]
    assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]
    assert int(answer.headers["Access-Control-Max-Age"]) > 0
    got = client.get("/sparql", query_string={"query": SELECT})
    assert got.headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in got.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(("coding", "decode"), [("gzip", gzip.decompress), ("zstd", zstd.decompress)])
@pytest.mark.parametrize("path", ["/sparql", "/c/S301", "/search"])
def test_long_answers_and_pages_are_compressed(client: FlaskClient, path: str, coding: str, decode) -> None:  # type: ignore[no-untyped-def]
    arguments = {"query": LONG, "q": "标准"}
    plain = client.get(path, query_string=arguments)
    coded = [client.get(path, query_string=arguments, headers={"Accept-Encoding": coding}) for _ in range(2)]
    assert coded[0].headers["Content-Encoding"] == coding
    assert decode(coded[0].data) == plain.data
    assert len(coded[0].data) == int(coded[0].headers["Content-Length"]) < len(plain.data)
    assert coded[0].data == coded[1].data
    for answer in (plain, coded[0]):
        assert "Accept-Encoding" in answer.headers["Vary"]
    assert "Content-Encoding" not in plain.headers


def test_short_answers_stay_as_they_are(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": "ASK {}"}, headers={"Accept-Encoding": "gzip, zstd"})
    assert "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("zstd;q=0.5, gzip", "gzip"),
        ("zstd;q=0, gzip;q=0", None),
        ("*", "gzip"),
        ("x-gzip", "gzip"),
        ("br", None),
        ("gzip;q=0.5, identity", None),
        ("", None),
    ],
)
def test_the_coding_that_is_chosen(header: str, coding: str | None) -> None:
    assert compression.choose(header) == coding


def test_an_answer_has_a_tag_and_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/sparql", query_string={"query": SELECT})
    tag = first.headers["ETag"]
    assert tag.startswith('W/"')
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get("/sparql", query_string={"query": SELECT}, headers={"If-None-Match": tag, "Accept-Encoding": "gzip"})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert {"Accept", "Accept-Encoding"} <= set(again.headers["Vary"].split(", "))
    others = [
        client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": "text/csv"}),
        client.get("/sparql", query_string={"query": SELECT + " "}),
        client.get("/sparql", query_string={"query": SELECT, "default-graph-uri": names.graph("text")}),
        client.get("/sparql", query_string={"query": SELECT, "named-graph-uri": names.graph("text")}),
    ]
    assert len({tag, *(other.headers["ETag"] for other in others)}) == 5


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()", "now()", "R\\u0041ND()"])
def test_what_changes_from_call_to_call_is_not_kept(client: FlaskClient, call: str) -> None:
    answer = client.get("/sparql", query_string={"query": f"SELECT ({call} AS ?x) {{}}"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_problem_details_name_line_and_column(client: FlaskClient) -> None:
    headers = {"Accept": "application/sparql-results+json", "Accept-Language": "en"}
    answer = client.get("/sparql", query_string={"query": "SELECT *\nWHERE { ?s ?p }"}, headers=headers)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    problem = json.loads(answer.text)
    assert problem["type"] == names.BASE + "problem/query-syntax-error"
    assert (problem["title"], problem["status"], problem["line"]) == ("The query is not SPARQL 1.1", 400, 2)
    assert problem["column"] > 0
    assert "line 2" in problem["detail"]
    assert answer.headers["Content-Language"] == "en"
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"Accept", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))


def test_problem_details_in_chinese(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"update": "CLEAR ALL"}, headers={"Accept": "application/json"})
    problem = json.loads(answer.text)
    assert (answer.status_code, problem["title"]) == (403, "查询被拒绝")
    assert "line" not in problem


@pytest.mark.parametrize(("path", "method", "status"), [("/nothing", "GET", 404), ("/c/S999999", "GET", 404), ("/sparql", "DELETE", 405)])
def test_every_error_has_the_same_form(client: FlaskClient, path: str, method: str, status: int) -> None:
    answer = client.open(path, method=method, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype, json.loads(answer.text)["status"]) == (status, "application/problem+json", status)


@pytest.mark.parametrize("accept", ["text/html", "application/json", "text/plain"])
def test_a_type_of_problems_says_what_it_is(client: FlaskClient, accept: str) -> None:
    answer = client.get("/problem/query-timeout", headers={"Accept": accept, "Accept-Language": "en"}, query_string={"lang": "en"})
    assert answer.status_code == 200
    assert "The time is up" in answer.text
    assert client.get("/problem/none", headers={"Accept": accept}).status_code == 404


def test_the_dump_in_both_compressions(client: FlaskClient) -> None:
    dumps = gzip.decompress(client.get("/isgkg.nq.gz").data), zstd.decompress(client.get("/isgkg.nq.zst").data)
    assert dumps[0] == dumps[1]


def test_an_answer_beyond_the_cap_is_refused_with_advice(client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = app.extensions["isgkg"].pool
    monkeypatch.setattr(pool, "_options", replace(pool._options, answer_bytes=1_000))
    headers = {"Accept": "application/json", "Accept-Language": "en"}
    answer = client.get("/sparql", query_string={"query": "SELECT * { ?s ?p ?o } LIMIT 300"}, headers=headers)
    problem = json.loads(answer.text)
    assert (answer.status_code, problem["type"]) == (413, names.BASE + "problem/answer-too-large")
    assert "Add LIMIT" in problem["detail"]


def test_who_is_turned_away_learns_when_to_come_back(client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise Overloaded(retry_after=7)

    monkeypatch.setattr(app.extensions["isgkg"].pool, "run", full)
    answer = client.get("/sparql", query_string={"query": "ASK { <urn:new> ?p ?o }"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["Retry-After"], json.loads(answer.text)["retryAfter"]) == (503, "7", 7)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "text/plain"),
        ("*/*", "text/plain"),
        ("text/csv", "text/plain"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/json, text/plain, */*", "application/problem+json"),
        ("application/sparql-results+json", "application/problem+json"),
        ("application/problem+json;q=0.1, text/turtle;q=0.2", "text/plain"),
        ("garbage", "text/plain"),
    ],
)
def test_the_form_of_an_error(accept: str | None, expected: str) -> None:
    assert error_type(accept) == expected


COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
TEXT_GRAPH = names.graph("text")


def count(client: FlaskClient, query: str = COUNT, **parameters: str | list[str]) -> str:
    return client.get("/sparql", query_string={"query": query, "format": "csv", **parameters}).text.split()[1]


def test_a_graph_counts_once_however_often_it_is_named(client: FlaskClient) -> None:
    once = count(client, **{"default-graph-uri": TEXT_GRAPH})
    assert count(client, **{"default-graph-uri": [TEXT_GRAPH, TEXT_GRAPH]}) == once
    assert count(client, "SELECT (COUNT(*) AS ?n) FROM graph:text { ?s ?p ?o }") == once
    named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert count(client, named, **{"named-graph-uri": [TEXT_GRAPH, TEXT_GRAPH]}) == once
    for query in ("ASK FROM graph:text FROM <graph/text> {}", "ASK FROM NAMED graph:text FROM NAMED graph:text {}"):
        answer = client.get("/sparql", query_string={"query": query})
        assert answer.status_code == 400
        assert TEXT_GRAPH in answer.text


def test_the_page_asks_the_graphs_that_the_url_names(client: FlaskClient) -> None:
    page = {"Accept": "text/html"}
    for name, query in (("default-graph-uri", COUNT), ("named-graph-uri", "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")):
        parameters = {"query": query, name: TEXT_GRAPH}
        text = client.get("/sparql", query_string=parameters, headers=page).text
        assert f"<td>{count(client, query, **{name: TEXT_GRAPH})}</td>" in text
        assert f'name="{name}" value="{TEXT_GRAPH}" checked' in text
        cited = re.search(r'href="(/answer[^"]*)"', text)
        assert cited
        assert f"<td>{count(client, query, **{name: TEXT_GRAPH})}</td>" in client.get(unescape(cited[1]), headers=page).text
    unknown = client.get("/sparql", query_string={"query": COUNT, "default-graph-uri": "urn:x"}, headers=page)
    assert (unknown.status_code, "urn:x" in unknown.text) == (400, True)
    assert client.get("/sparql?query=ASK{}&query=ASK{}", headers=page).status_code == 400


@pytest.mark.parametrize("path", ["/sparql", "/answer"])
@pytest.mark.parametrize("query", ["SELECT * { ?s ?p ?o } LIMIT 15000", "SELECT ?x { { ?s ?p ?o } UNION { ?s ?p ?o } UNION { ?s ?p ?o } }"])
def test_an_answer_that_is_too_large_for_a_page_says_how_to_get_it(client: FlaskClient, path: str, query: str) -> None:
    answer = client.get(path, query_string={"query": query, "lang": "en"}, headers={"Accept": "text/html"})
    assert answer.status_code == 413
    assert "format=csv" in answer.text


@pytest.mark.parametrize("path", ["/", "/sparql?query=ASK{}&format=json&lang=en", "/answer?query=ASK{}", "/c//S301"])
def test_a_host_that_is_none_is_refused(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Host": "a b"})
    assert answer.status_code == 400


def test_whether_there_is_an_answer_only_asking_tells(client: FlaskClient) -> None:
    every = {"If-None-Match": "*"}
    assert client.get("/sparql?query=SELECT", headers=every).status_code == 400
    assert client.get("/sparql?query=ASK{}", headers=every).status_code == 200


def test_long_headers_are_not_remembered(client: FlaskClient) -> None:
    before = negotiation._choose.cache_info().currsize, compression.choose.cache_info().currsize
    for number in range(5):
        accept = ", ".join(f"text/{number}-{other}" for other in range(200)) + ", */*"
        answer = client.get("/c/S301", headers={"Accept": accept, "Accept-Encoding": accept + ", gzip"})
        assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert (negotiation._choose.cache_info().currsize, compression.choose.cache_info().currsize) == before


def test_a_clients_own_name_for_this_host_is_not_believed(app: Flask) -> None:
    behind = application(app.extensions["isgkg"], WebOptions(proxies=1)).test_client()
    headers = {"X-Forwarded-Host": "elsewhere", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1", "Accept": "text/turtle"}
    text = behind.get("/sparql", headers=headers).text
    assert "https://localhost/sparql" in text
    assert "elsewhere" not in text


def test_an_encoded_body_is_refused_by_name(client: FlaskClient) -> None:
    headers = {
        "Content-Encoding": "gzip",
        "Content-Type": "application/sparql-query",
        "Accept": "application/json",
        "Accept-Language": "en",
    }
    answer = client.post("/sparql", data=gzip.compress(b"ASK {}"), headers=headers)
    assert (answer.status_code, "gzip" in answer.get_json()["detail"]) == (415, True)


def test_the_body_of_a_get_changes_nothing(client: FlaskClient) -> None:
    asked = {"query_string": {"query": SELECT, "x": "body"}, "headers": {"Accept": "application/sparql-results+json, */*;q=0.1"}}
    first = client.get("/sparql", data={"format": "csv"}, **asked)  # type: ignore[arg-type]  # a mapping of keywords
    again = client.get("/sparql", **asked)  # type: ignore[arg-type]  # as above
    assert first.mimetype == again.mimetype == "application/sparql-results+json"


@pytest.mark.parametrize(
    ("query", "media_type"),
    [
        ("SELECT ('a\\u0001b' AS ?x) {}", "application/sparql-results+xml"),
        ("SELECT ('\\uFFFE' AS ?x) {}", "application/sparql-results+xml"),
        ("CONSTRUCT { <http://a/x> <http://a/p> 'a\\u000Cb' } {}", "application/rdf+xml"),
        ("CONSTRUCT { <http://a/x> <http://a/p/> 1 } {}", "application/rdf+xml"),
        ("CONSTRUCT { <http://a/x> <http://a/2020> 2 } {}", "application/rdf+xml"),
    ],
)
def test_what_xml_cannot_hold_is_refused_in_xml_only(client: FlaskClient, query: str, media_type: str) -> None:
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": media_type, "Accept-Language": "en"})
    assert (answer.status_code, "another format" in answer.text) == (400, True)
    other = "application/sparql-results+json" if query.startswith("SELECT") else "text/turtle"
    assert client.get("/sparql", query_string={"query": query}, headers={"Accept": other}).status_code == 200
