"""Responses kept in memory: the same as before, to the same request, and to no other."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import Client

from isgkg.web.kept import Keeper, Kept, Memory

SELECT = "SELECT ?code { ?x a isg:Level ; skos:notation ?code } ORDER BY ?code"


class Counting:
    """An application that counts how often it is asked, and says it."""

    def __init__(self, *headers: tuple[str, str], status: str = "200 OK") -> None:
        self.asked = 0
        self.closed = 0
        self._status = status
        self._headers = list(headers)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> "Iterable[bytes]":
        self.asked += 1
        body = f"{self.asked} {environ['REQUEST_METHOD']}".encode()
        start_response(self._status, [("Content-Length", str(len(body))), *self._headers])
        return Parts(self, body)


class Parts(list[bytes]):
    """A body that tells when it is closed."""

    def __init__(self, application: Counting, body: bytes) -> None:
        super().__init__([body[:1], body[1:]])
        self._application = application

    def close(self) -> None:
        self._application.closed += 1


TAGGED = ("ETag", 'W/"1"'), ("Vary", "Accept, Accept-Encoding")


def test_the_same_request_is_answered_once() -> None:
    application = Counting(*TAGGED, ("Server-Timing", "query;dur=3.0"))
    client = Client(Keeper(application, 10**6))
    first, again = client.get("/a?b=1"), client.get("/a?b=1")
    assert (first.data, again.data, application.asked, application.closed) == (b"1 GET", b"1 GET", 1, 1)
    assert (first.headers["Server-Timing"], again.headers["Server-Timing"]) == ("query;dur=3.0", "query;dur=0.0")
    head = client.head("/a?b=1")
    assert (head.data, head.headers["Content-Length"], application.asked) == (b"", "5", 1)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/a?b=2", {}),
        ("/b?b=1", {}),
        ("/a", {}),
        ("/a?b=1", {"Accept": "text/html"}),
        ("/a?b=1", {"Accept-Encoding": "gzip"}),
        ("/a?b=1", {"Accept-Language": "en"}),
        ("/a?b=1", {"Host": "elsewhere"}),
        ("/a?b=1", {"If-None-Match": "x"}),
        ("/a?b=1", {"Range": "bytes=0-1"}),
    ],
)
def test_another_request_is_another(path: str, headers: dict[str, str]) -> None:
    client = Client(Keeper(Counting(*TAGGED), 10**6))
    assert client.get("/a?b=1").data == b"1 GET"
    assert client.get(path, headers=headers).data == b"2 GET"


@pytest.mark.parametrize(
    "application",
    [
        Counting(("Vary", "Accept")),
        Counting(*TAGGED, ("Cache-Control", "no-store")),
        Counting(*TAGGED, status="404 NOT FOUND"),
        Counting(("ETag", "x"), ("Vary", "Cookie")),
        Counting(("ETag", "x"), ("Vary", "*")),
    ],
)
def test_what_may_be_another_each_time_is_not_kept(application: Counting) -> None:
    client = Client(Keeper(application, 10**6))
    assert [client.get("/").data for _ in range(2)] == [b"1 GET", b"2 GET"]


def test_only_reading_is_answered_from_memory() -> None:
    client = Client(Keeper(Counting(*TAGGED), 10**6))
    client.get("/")
    assert client.post("/").data == b"2 POST"
    assert client.options("/").data == b"3 OPTIONS"


def test_memory_is_bounded() -> None:
    memory = Memory(byte_limit=320_000)
    for number in range(100):
        memory.put((str(number),), Kept("200 OK", [], bytes(3_400)))
        assert memory.get(("0",)) is not None
    memory.put(("large",), Kept("200 OK", [], bytes(5_000)))
    assert [number for number in range(100) if memory.get((str(number),)) is not None] == [0, *range(36, 100)]
    assert memory.get(("large",)) is None


@pytest.mark.parametrize("path", [f"/sparql?query={SELECT}", "/c/S301", "/c/S301?lang=en", "/matrix", "/.well-known/void"])
def test_pages_data_and_answers_are_kept(client: FlaskClient, app: Flask, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get(path)
    assert first.status_code == 200
    monkeypatch.setattr(app.extensions["isgkg"].pool, "run", None)
    monkeypatch.setitem(app.extensions, "isgkg", None)
    again = client.get(path)
    assert again.data == first.data
    assert {**again.headers, "Server-Timing": ""} == {**first.headers, "Server-Timing": ""}
