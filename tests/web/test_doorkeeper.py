"""The doorkeeper: refusals that cost nothing, for queries only, and only while the pool is crowded."""

from collections.abc import Iterator

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from isgkg.web.doorkeeper import Doorkeeper


class House:
    """An application that counts its calls and refuses queries, or answers them."""

    def __init__(self) -> None:
        self.calls = 0
        self.crowded = True
        self.refuses = True

    def __call__(self, environ: dict[str, object], start_response: object) -> Iterator[bytes]:
        self.calls += 1
        request = Request(environ)  # type: ignore[arg-type]
        text = f"{request.headers.get('Accept')} {request.headers.get('Accept-Language')} {self.calls}"
        return Response(text, 503 if self.refuses else 200, {"Retry-After": "1"})(environ, start_response)  # type: ignore[arg-type,return-value]


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def client(house: House) -> Client:
    return Client(Doorkeeper(house, lambda: house.crowded))  # type: ignore[arg-type]


def test_a_refusal_is_composed_once_for_each_pair_of_headers(client: Client, house: House) -> None:
    said = {client.get(f"/sparql?query={n}", headers={"Accept": "text/csv"}).get_data(as_text=True) for n in range(5)}
    assert said == {"text/csv None 1"}
    answer = client.post("/sparql", headers={"Accept": "application/json", "Accept-Language": "en"}, data={"query": "ASK {}"})
    assert (answer.status_code, answer.headers["Retry-After"], answer.get_data(as_text=True)) == (503, "1", "application/json en 2")
    assert client.get("/sparql?query=1", headers={"Accept": "text/csv"}).get_data(as_text=True) == "text/csv None 1"
    assert house.calls == 2


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/c/C203", {"Accept": "text/csv"}),
        ("/sparql?query=1", {"Accept": "text/html"}),
        ("/sparql?query=1", {"Accept": "Text/HTML"}),
        ("/sparql?query=1", {"Accept": "application/xhtml+xml"}),
        ("/sparql?query=1&lang=en", {"Accept": "text/csv"}),
    ],
)
def test_whatever_else_is_asked_goes_through(client: Client, house: House, path: str, headers: dict[str, str]) -> None:
    for _ in range(3):
        client.get(path, headers=headers)
    assert house.calls == 3


def test_only_refusals_are_kept_and_only_while_it_is_crowded(client: Client, house: House) -> None:
    house.refuses = False
    assert client.get("/sparql?query=1").status_code == client.get("/sparql?query=2").status_code == 200
    assert house.calls == 2  # there was a place after all
    house.refuses = True
    client.get("/sparql?query=3")
    house.crowded, house.refuses = False, False
    assert client.get("/sparql?query=4").status_code == 200


def test_no_more_refusals_are_kept_than_a_few(client: Client, house: House) -> None:
    for number in range(200):
        client.get("/sparql?query=1", headers={"Accept": f"text/{number}"})
    client.get("/sparql?query=1", headers={"Accept": "text/0"})
    assert house.calls == 201
