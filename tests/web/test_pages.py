"""Pages for people: home, search, the matrix and its cells."""

import re

import pytest
from flask.testing import FlaskClient

HTML = {"Accept": "text/html"}


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200
    return answer.text


def test_home_shows_the_framework_and_counts(client: FlaskClient) -> None:
    text = page(client, "/")
    assert len(re.findall(r'<a class="ref" href="/c/S\d{3}"', text)) == 25
    assert len(re.findall(r'<h2><a href="/c/S\d"', text)) == 5


def test_an_item_shows_its_words_in_context_and_its_links_with_basis(client: FlaskClient) -> None:
    text = page(client, "/c/G0103")
    assert "<mark>规范基层治理中智慧社区建设" in text
    assert "1. 基层应用标准。" in text
    assert '<span class="basis lexical"' in text
    assert 'href="/c/P301"' in text


def test_editorial_content_is_marked_as_such(client: FlaskClient) -> None:
    text = page(client, "/c/K03?lang=en")
    assert re.search(r'<h2>Definition <span class="basis editorial"', text)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("智能社會", "K03"),
        ("primary-level", "S301"),
        ("对照组", "X20354"),
        ("老年群体", "H05"),
        ("“数字码”治理", "T0104"),
        ("x1010", "X10101"),
    ],
)
def test_search_finds(client: FlaskClient, typed: str, code: str) -> None:
    assert f'href="/c/{code}"' in client.get("/search", query_string={"q": typed}, headers=HTML).text


def test_search_for_a_code_leads_to_it(client: FlaskClient) -> None:
    answer = client.get("/search?q=s301", headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/c/S301")


def test_search_tells_items_of_one_name_apart_by_their_kind(client: FlaskClient) -> None:
    text = page(client, "/search?q=智慧医疗")
    assert "应用场景</span>" in text
    assert "技术应用</span>" in text


@pytest.mark.parametrize(("typed", "code"), [("智慧医疗标准", "S302"), ("伦理风险审查", "K25")])
def test_search_for_no_name_offers_similar_ones(client: FlaskClient, typed: str, code: str) -> None:
    assert f'href="/c/{code}"' in client.get("/search", query_string={"q": typed}, headers=HTML).text


def test_search_takes_several_words(client: FlaskClient) -> None:
    assert 'href="/c/T0203"' in client.get("/search", query_string={"q": "医学影像 诊断"}, headers=HTML).text


def test_search_finds_words_of_the_text(client: FlaskClient) -> None:
    text = page(client, "/search?q=科研伦理")
    assert text.count("<mark>科研伦理</mark>") == 2


def test_search_for_a_link_leads_to_it(client: FlaskClient) -> None:
    assert client.get("/search?q=xl283", headers=HTML).headers["Location"] == "/link/XL283"


def test_a_scenario_standard_shows_what_bears_on_it_and_its_gaps(client: FlaskClient) -> None:
    text = page(client, "/c/S302")
    assert 'href="/matrix/S302/P103"' in text
    assert 'href="/matrix/S302/P102"' in text
    assert "由总的规定约束" in text


@pytest.mark.parametrize("typed", ["", "   ", "“”", "zzzzzz", "<script>", '" } UNION { ?s ?p ?o', "\\u0022", "x" * 5000])
def test_any_search_gives_a_page(client: FlaskClient, typed: str) -> None:
    answer = client.get("/search", query_string={"q": typed}, headers=HTML)
    assert answer.status_code == 200
    assert "<script>" not in answer.text


def test_the_matrix_has_its_rows_columns_and_gaps(client: FlaskClient) -> None:
    text = page(client, "/matrix")
    rows = re.findall(r'<th scope="row"><a href="/c/([A-Z]\d{3})"', text)
    assert [row for row in rows if row.startswith("S")] == [f"S30{n}" for n in range(1, 10)]
    assert {row for row in rows if row.startswith("C")} == {"C201", "C202", "C203", "C302", "C303"}
    columns = re.findall(r'<th scope="col"[^>]*><a href="/c/(\w+)"', text)
    assert columns[:4] == ["P1", "P101", "P102", "P103"]
    assert columns[-3:] == ["S501", "S502", "S503"]


def test_every_filled_cell_opens_the_links_behind_it(client: FlaskClient) -> None:
    table = page(client, "/matrix").split('<table class="gaps">')[0]
    cells = set(re.findall(r'href="(/matrix/[^"]+)"', table))
    assert len(cells) > 20
    for cell in cells:
        text = page(client, cell)
        assert '<article class="link"' in text
        assert "<blockquote" in text


def test_a_gap_is_a_pair_without_any_link(client: FlaskClient) -> None:
    text = page(client, "/matrix/S301/P101?lang=en")
    assert "A gap: neither the text nor the editors connect the two" in text
    assert '<article class="link"' not in text


def test_the_weakest_link_of_a_scenario_to_its_standard_is_shown(client: FlaskClient) -> None:
    text = page(client, "/matrix/C202/P103")
    assert 'id="XL133"' in text
    assert 'id="XL283"' in text
