"""The short way for queries: whoever takes it sees nothing of it."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import Client, EnvironBuilder, TestResponse

from isgkg.web.express import Express

TIMING = "Server-Timing"
QUERIES = [
    "SELECT ?code ?label { ?x a isg:Level ; skos:notation ?code ; skos:prefLabel ?label } ORDER BY ?code ?label",
    "SELECT ?p ?o { c:C203 ?p ?o } ORDER BY ?p ?o",
    "ASK { c:S301 ?p ?o }",
    "CONSTRUCT { c:S301 skos:notation ?o } WHERE { c:S301 skos:notation ?o }",
    "SELECT (IF(NOW() > NOW(), 1, 2) AS ?x) {}",
    "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "SELECT ?s { ?s ?p }",
    "SELECT (ex:nothing(1) AS ?x) { ?s a isg:Level }",
    "CLEAR ALL",
    "{" * 70,
    " ",
    "",
]
ACCEPTED = [
    None,
    "*/*",
    "application/sparql-results+json",
    "application/json",
    "text/csv;q=0.5, application/sparql-results+xml",
    "text/turtle",
    "text/turtle, text/tab-separated-values;q=0.1",
    "text/html,application/xhtml+xml,*/*;q=0.8",
    "image/png",
    "",
]
CODINGS = [None, "gzip", "zstd, gzip;q=0.5", "identity", "br", "*;q=0.1"]
LANGUAGES = [None, "en", "zh-CN,zh;q=0.9"]
FURTHER = [{}, {"format": "csv"}, {"lang": "en"}, {"default-graph-uri": "https://w3id.org/isgkg/graph/text"}, {"unknown": "1"}]


@pytest.fixture(scope="module")
def application(app: Flask) -> Client:
    """The application itself, with nothing before it."""
    return Client(lambda environ, start: Flask.wsgi_app(app, environ, start))


@pytest.fixture(scope="module")
def express(app: Flask) -> Client:
    """The application with the short way, and nothing before that."""
    return Client(Express(lambda environ, start: Flask.wsgi_app(app, environ, start), app, app.extensions["isgkg"]))


def seen(response: TestResponse) -> tuple[Any, ...]:
    """What a client sees, but for how long it took, which pages say, too."""
    is_page = response.mimetype == "text/html"
    unlike = {TIMING, "Content-Length"} if is_page else {TIMING}
    headers = sorted((name, value) for name, value in response.headers if name not in unlike)
    return response.status, headers, TIMING in response.headers, b"" if is_page else response.data


@settings(max_examples=150, deadline=None)
@given(
    query=st.sampled_from(QUERIES),
    accept=st.sampled_from(ACCEPTED),
    coding=st.sampled_from(CODINGS),
    language=st.sampled_from(LANGUAGES),
    further=st.sampled_from(FURTHER),
    method=st.sampled_from(["GET", "GET", "GET", "HEAD", "POST"]),
    again=st.booleans(),
)
def test_the_short_way_answers_as_the_application_does(
    application: Client,
    express: Client,
    query: str,
    accept: str | None,
    coding: str | None,
    language: str | None,
    further: dict[str, str],
    method: str,
    again: bool,
) -> None:
    given_headers = {"Accept": accept, "Accept-Encoding": coding, "Accept-Language": language}
    headers = {name: value for name, value in given_headers.items() if value is not None}
    parameters = {"query": query, **further}

    def ask(client: Client) -> TestResponse:
        asked = {"data" if method == "POST" else "query_string": parameters}
        return client.open(EnvironBuilder("/sparql", method=method, headers=headers, **asked).get_request())  # type: ignore[arg-type]  # either

    first = ask(application)
    if again and "ETag" in first.headers:
        headers["If-None-Match"] = first.headers["ETag"]
        first = ask(application)
        assert first.status_code == 304
    assert seen(ask(express)) == seen(first)


@pytest.mark.parametrize("headers", [{"Host": "a b"}, {"Content-Encoding": "gzip"}, {"Host": "[::1]:80"}])
def test_strange_headers_are_seen_either_way(application: Client, express: Client, headers: dict[str, str]) -> None:
    assert seen(express.get("/sparql?query=ASK+{}", headers=headers)) == seen(application.get("/sparql?query=ASK+{}", headers=headers))


@pytest.mark.parametrize("path", ["/sparql?query=ASK+{}&query=ASK+{}", "/sparql?query=%FF", "/sparql?query=ASK+{}%00", "/sparql/"])
def test_what_is_out_of_the_ordinary_is_the_applications(application: Client, express: Client, path: str) -> None:
    assert seen(express.get(path)) == seen(application.get(path))


def test_what_it_takes_does_not_reach_the_application(app: Flask) -> None:
    def application(environ: object, start: object) -> list[bytes]:
        raise AssertionError("asked")

    response = Client(Express(application, app, app.extensions["isgkg"])).get("/sparql?query=ASK+{}")
    assert response.text == '{"head":{},"boolean":true}'
