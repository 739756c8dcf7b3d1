"""The question library over HTTP, permalinks, citations."""

import csv
import html
import io
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from isgkg import messages, names, questions
from isgkg.research import Table, fingerprint
from isgkg.store.embedded import GRAPH_FORMATS, TABLE_FORMATS
from isgkg.web import formats
from isgkg.web.state import State

JSON = {"Accept": "application/json"}
CSV = {"Accept": "text/csv"}
PAGE = {"Accept": "text/html"}


def test_the_library_is_a_page_and_a_list(client: FlaskClient, app: Flask) -> None:
    state: State = app.extensions["isgkg"]
    listed = client.get("/questions", headers=JSON).get_json()
    assert [entry["id"] for entry in listed] == list(state.library)
    page = client.get("/questions", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert all(f'href="/questions/{entry["id"]}"' in page for entry in listed)
    assert client.get(urlsplit(listed[0]["url"]).path, headers=CSV).status_code == 200


def test_every_question_answers_as_it_does_in_python(client: FlaskClient, app: Flask) -> None:
    state: State = app.extensions["isgkg"]
    for entry in state.library.values():
        expected = Table.of(questions.run(state.store, entry, {}))
        header, *rows = csv.reader(io.StringIO(client.get(f"/questions/{entry.id}", headers=CSV).get_data(as_text=True)))
        assert (tuple(header), len(rows)) == (expected.columns, len(expected)), entry.id


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("json", "application/sparql-results+json"),
        ("xml", "application/sparql-results+xml"),
        ("csv", "text/csv"),
        ("tsv", "text/tab-separated-values"),
    ],
)
def test_a_question_comes_in_every_format(client: FlaskClient, name: str, media: str) -> None:
    by_name = client.get(f"/questions/CQ01?scenario=S302&format={name}")
    by_accept = client.get("/questions/CQ01?scenario=S302", headers={"Accept": media})
    assert by_name.mimetype == by_accept.mimetype == media
    assert by_name.data == by_accept.data


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_every_column_of_every_question_has_a_heading(client: FlaskClient, app: Flask, lang: messages.Language) -> None:
    state: State = app.extensions["isgkg"]
    for entry in state.library.values():
        columns = Table.of(questions.run(state.store, entry, {})).columns
        assert [name for name in columns if not messages.known(f"column.{name}")] == [], entry.id
        page = client.get(f"/questions/{entry.id}?lang={lang}", headers=PAGE).get_data(as_text=True)
        shown = re.findall(r'<th scope="col">(.*?)</th>', page)
        assert shown == [messages.text(f"column.{name}", lang) for name in columns]
        assert len(set(shown)) == len(shown), entry.id


def test_codes_lead_to_their_pages_in_every_column(client: FlaskClient, app: Flask) -> None:
    state: State = app.extensions["isgkg"]
    for entry in state.library.values():
        page = client.get(f"/questions/{entry.id}", headers=PAGE).get_data(as_text=True)
        for row in re.findall("<tr>(.*?)</tr>", page, re.DOTALL):
            assert re.findall(r"<td>([A-Z][0-9]{1,5})</td>", row) == [], entry.id
    page = client.get("/questions/CQ09", headers=PAGE).get_data(as_text=True)
    assert '<td><a href="/c/P101"><code>P101</code></a></td>' in page
    page = client.get("/questions/CQ18", headers=PAGE).get_data(as_text=True)  # ?upper
    for code in sorted(set(re.findall(r'href="/c/(\w+)"', page))):
        assert client.get(f"/c/{code}", headers=PAGE).status_code in {200, 303}, code


def test_the_page_of_a_question_shows_its_query_and_what_was_chosen(client: FlaskClient) -> None:
    page = client.get("/questions/CQ01?scenario=S302&lang=en", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "VALUES ?scenario" in page
    assert '<option value="S302" selected>' in page
    assert "/questions/CQ01?format=csv&amp;scenario=S302" in page.replace("lang=en&amp;", "").replace("&amp;lang=en", "")


@pytest.mark.parametrize("path", ["/questions/cq17?level=l3", "/questions/Cq17?level=https://w3id.org/isgkg/c/L3"])
def test_letter_case_and_notation_of_ids_and_codes_do_not_matter(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers=CSV).data == client.get("/questions/CQ17?level=L3", headers=CSV).data
    page = client.get(path, headers=PAGE).get_data(as_text=True)
    assert '<option value="L3" selected>' in page
    assert "VALUES ?level { c:L3 }" in html.unescape(page)
    assert "question=CQ17" in page
    assert "p-level=L3" in page
    page = client.get("/sparql?question=cq17&p-level=l3", headers=PAGE).get_data(as_text=True)
    assert '<option value="L3" selected>' in page


def test_the_query_of_a_question_can_be_changed_without_the_lines_of_its_file(client: FlaskClient) -> None:
    page = client.get("/questions/CQ17?level=L3&lang=en", headers=PAGE).get_data(as_text=True)
    (link,) = (html.unescape(found) for found in re.findall(r'href="(/sparql\?[^"]*)">Change', page))
    page = client.get(link, headers=PAGE).get_data(as_text=True)
    (text,) = (html.unescape(found) for found in re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL))
    assert text.startswith("SELECT")
    assert "VALUES ?level { c:L3 }" in text
    assert "title-" not in text
    assert ">I301<" in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/questions/CQ999", 404),
        ("/questions/CQ01?scenario=X101", 404),
        ("/questions/CQ01?scenery=S302", 400),
        ("/questions/CQ01?scenario=S302%20}", 400),
        ("/questions/CQ01?format=turtle", 400),
        ("/answer", 400),
        ("/answer?query=ASK%20{}&release=1.0.0", 400),
        ("/answer?query=ASK%20{}&release=1.0.0&sha256=xyz", 400),
        ("/answer?query=ASK%20{", 400),
        ("/answer?query=SELECT%20(NOW()%20AS%20?now)%20{}", 400),
        ("/answer?query=ASK%20{}&default-graph-uri=http://e/none", 400),
        ("/answer?query=ASK%20{}&style=mla", 400),
        ("/answer?query=DROP%20ALL", 403),
        ("/cite/X999", 404),
        ("/cite?style=mla", 400),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(client: FlaskClient, path: str, status: int) -> None:
    for lang in ("zh", "en"):
        response = client.get(path, headers={"Accept": "text/plain", "Accept-Language": lang})
        assert response.status_code == status
        assert len(response.get_data(as_text=True).strip().splitlines()) == 1


QUERIES = [
    "SELECT ?l { c:X20354 skos:prefLabel ?l } ORDER BY ?l",
    "ASK { c:X20354 ?p ?o }",
    "CONSTRUCT { c:X20354 skos:prefLabel ?l } WHERE { c:X20354 skos:prefLabel ?l }",
]


@pytest.mark.parametrize("arguments", [*({"query": query} for query in QUERIES), {"question": "CQ01", "p-scenario": "S302"}])
def test_a_permalink_tells_that_the_answer_is_the_same(client: FlaskClient, arguments: dict[str, str]) -> None:
    first = client.get("/answer", query_string=arguments, headers=JSON).get_json()
    assert (first["cited"], first["unchanged"]) == (None, None)
    link = urlsplit(first["permalink"])
    again = client.get(f"{link.path}?{link.query}", headers=JSON).get_json()
    assert again["unchanged"] is True
    assert (again["sha256"], again["permalink"]) == (first["sha256"], first["permalink"])
    page = client.get(f"{link.path}?{link.query}&lang=en", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "The answer is the one that was cited" in page


def test_a_permalink_of_an_earlier_release_tells_that_the_answer_has_changed(client: FlaskClient) -> None:
    arguments = {"query": QUERIES[0], "release": "0.9.0", "sha256": fingerprint(True)}
    found = client.get("/answer", query_string=arguments, headers=JSON).get_json()
    assert found["unchanged"] is False
    assert found["cited"] == {"release": "0.9.0", "sha256": arguments["sha256"]}
    page = client.get("/answer", query_string={**arguments, "lang": "en"}, headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "that was of release 0.9.0" in page
    assert "控制组" in page


@pytest.mark.parametrize("path", ["/cite", "/cite/C203", "/answer?query=ASK%20{}"])
def test_citations_come_in_every_style(client: FlaskClient, app: Flask, path: str) -> None:
    version = app.extensions["isgkg"].manifest.version
    more = "&" if "?" in path else "?"
    bibtex = client.get(f"{path}{more}style=bibtex")
    assert (bibtex.mimetype, bibtex.get_data(as_text=True)[:6]) == ("application/x-bibtex", "@misc{")
    (item,) = json.loads(client.get(f"{path}{more}style=csl-json").data)
    assert item["version"] == version
    assert f"{version}[DB/OL]" in client.get(f"{path}{more}style=gbt7714").get_data(as_text=True)
    page = client.get(path, headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "GB/T 7714" in page


@pytest.mark.parametrize("path", ["/cite", "/cite/C203", "/cite/XL283", "/answer?query=ASK%20{}"])
@pytest.mark.parametrize(
    ("accept", "style"),
    [
        ("application/x-bibtex", "bibtex"),
        ("application/vnd.citationstyles.csl+json, text/html;q=0.5", "csl-json"),
        ("text/plain", "gbt7714"),
    ],
)
def test_the_style_of_a_citation_is_chosen_by_accept(client: FlaskClient, path: str, accept: str, style: str) -> None:
    by_accept = client.get(path, headers={"Accept": accept})
    by_name = client.get(f"{path}{'&' if '?' in path else '?'}style={style}", headers=PAGE)
    assert (by_accept.status_code, by_accept.mimetype, by_accept.data) == (200, by_name.mimetype, by_name.data)
    assert "Accept" in by_accept.headers["Vary"]
    assert client.get(path, headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize("code", ["XL283", "xl283", "T0101-S301"])
def test_a_link_can_be_cited(client: FlaskClient, code: str) -> None:
    (item,) = json.loads(client.get(f"/cite/{code}?style=csl-json&lang=en").data)
    assert item["URL"] == f"https://w3id.org/isgkg/link/{code.upper()}"
    assert item["title"].startswith(f"{code.upper()} ")
    assert item["title"].count(" → ") == 2
    page = client.get(f"/link/{code.upper()}", headers=PAGE).get_data(as_text=True)
    assert f'href="/cite/{code.upper()}"' in page


DOWNLOADS = [
    ("/answer", {"query": "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 1200"}),
    ("/answer", {"query": "ASK {}"}),
    ("/answer", {"query": QUERIES[2]}),
    ("/answer", {"query": QUERIES[0], "default-graph-uri": names.graph("editorial")}),
    ("/answer", {"question": "CQ17", "p-level": "L3"}),
    ("/questions/CQ17", {"level": "L3", "format": ""}),
]


@pytest.mark.parametrize(("path", "arguments"), DOWNLOADS)
def test_answers_can_be_downloaded_in_every_format(client: FlaskClient, path: str, arguments: dict[str, str]) -> None:
    page = client.get(path, query_string={**arguments, "lang": "en"}, headers=PAGE).get_data(as_text=True)
    links = {name: html.unescape(href) for href, name in re.findall(r'<a href="([^"]*format=[^"]*)">([a-z-]+)</a>', page)}
    offered = GRAPH_FORMATS if "CONSTRUCT" in arguments.get("query", "") else TABLE_FORMATS
    assert {formats.FORMATS[name] for name in links} == set(offered)
    for name, link in links.items():
        answer = client.get(link, headers=PAGE)
        assert (answer.status_code, answer.mimetype) == (200, formats.FORMATS[name])
        graphs = parse_qs(urlsplit(link).query).get("default-graph-uri", [])
        assert graphs == ([arguments["default-graph-uri"]] if "default-graph-uri" in arguments else [])
    if "LIMIT" in arguments.get("query", ""):
        assert len(client.get(links["tsv"]).get_data(as_text=True).splitlines()) == 1 + 1200
    if path == "/questions/CQ17" or "question" in arguments:
        assert "I301" in client.get(links["csv"]).get_data(as_text=True)


def test_the_citation_of_an_answer_leads_to_it(client: FlaskClient) -> None:
    (item,) = json.loads(client.get("/answer", query_string={"query": QUERIES[0], "style": "csl-json"}).data)
    link = urlsplit(item["URL"])
    assert client.get(f"{link.path}?{link.query}", headers=JSON).get_json()["unchanged"] is True


def test_the_answer_that_is_cited_is_the_one_of_the_graphs_that_were_asked(client: FlaskClient) -> None:
    """On the page of queries, "only the text" leaves out two graphs: the link to cite must not bring them back."""
    query = "SELECT (COUNT(*) AS ?n) { ?link a isg:Link }"
    page = client.get("/sparql", query_string={"query": query, "basis": "text"}, headers={"Accept": "text/html"}).get_data(as_text=True)
    (link,) = (html.unescape(found) for found in re.findall(r'href="(/answer[^"]*)"', page))
    graphs = parse_qs(urlsplit(link).query)["default-graph-uri"]
    narrow = client.get(link, headers=JSON).get_json()
    wide = client.get("/answer", query_string={"query": query}, headers=JSON).get_json()
    assert narrow["sha256"] != wide["sha256"]
    assert parse_qs(urlsplit(narrow["permalink"]).query)["default-graph-uri"] == graphs
    again = urlsplit(narrow["permalink"])
    assert client.get(f"{again.path}?{again.query}", headers=JSON).get_json()["unchanged"] is True


def test_a_link_to_an_answer_takes_a_questions_parameters_and_refuses_what_it_does_not_know(client: FlaskClient) -> None:
    json_ = {"Accept": "application/json"}
    one, same = (client.get(f"/answer?question=CQ17&{name}=L3", headers=json_).get_json() for name in ("level", "p-level"))
    assert one == same
    assert one["sha256"] != client.get("/answer?question=CQ17", headers=json_).get_json()["sha256"]
    assert client.get("/answer?question=CQ17&nothing=L3", headers=json_).status_code == 400
    assert client.get("/answer?question=CQ17&query=ASK{}", headers=json_).status_code == 400


def test_a_link_that_was_altered_is_told_from_one_of_another_release(client: FlaskClient) -> None:
    query = {"query": "SELECT ?code { ?x a isg:Level ; skos:notation ?code }", "lang": "en"}
    page = {"Accept": "text/html"}
    altered = client.get("/answer", query_string={**query, "release": "1.0.0", "sha256": "0" * 64}, headers=page).text
    other = client.get("/answer", query_string={**query, "release": "0.9.0", "sha256": "0" * 64}, headers=page).text
    assert ("the link was altered" in altered, "the link was altered" in other) == (True, False)
    assert "that was of release 0.9.0" in other


@pytest.mark.parametrize(
    ("query", "is_open"),
    [
        ("SELECT ?s { ?s a isg:Level } LIMIT 2", True),
        ("SELECT ?s { ?s a isg:Level } ORDER BY ?s LIMIT 2", False),
        ("SELECT ?s { { SELECT ?s { ?s a isg:Level } LIMIT 2 } } ORDER BY ?s", True),
        ("SELECT ?s { { SELECT ?s { ?s a isg:Level } ORDER BY ?s OFFSET 1 } ?s ?p ?o }", False),
        ("SELECT (SAMPLE(?s) AS ?x) { ?s a isg:Level }", True),
        ("SELECT ?s { ?s a isg:Level # LIMIT 1\n}", False),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s a isg:Level ; ?p ?o } LIMIT 3", True),
    ],
)
def test_who_cites_what_may_be_another_answer_is_warned(client: FlaskClient, query: str, is_open: bool) -> None:
    parameters = {"query": query, "lang": "en"}
    assert client.get("/answer", query_string=parameters, headers={"Accept": "application/json"}).get_json()["determined"] is not is_open
    page = client.get("/answer", query_string=parameters, headers={"Accept": "text/html"}).text
    assert ("Put an ORDER BY into it" in page) is is_open
