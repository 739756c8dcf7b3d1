"""Bodies of requests: received whole, or refused; who sends slowly is in nobody's way but that of other senders."""

import io
import json
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import IO
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from flask import Flask
from werkzeug.test import Client, create_environ, run_wsgi_app

from isgkg.errors import IsgkgError
from isgkg.web.app import WebOptions, application
from isgkg.web.bodies import PLACES, Receiver


class Slow(io.RawIOBase):
    """A body of which nothing comes until `gate` opens."""

    def __init__(self, gate: threading.Event) -> None:
        self._gate = gate

    def read(self, size: int = -1, /) -> bytes:
        self._gate.wait(20)
        return b""


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ.get("CONTENT_LENGTH", "").encode() + b" " + environ["wsgi.input"].read()]


def refuse(error: IsgkgError, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response(f"{error.status} Refused", [])
    return [error.key.encode()]


def post(application: WSGIApplication, body: IO[bytes], length: int | None = None, **environment: str) -> tuple[int, bytes]:
    """Status and content of the answer to a POST of this body; without a length, a chunked one."""
    environ = {**create_environ("/sparql", method="POST"), "REMOTE_ADDR": "127.0.0.1", **environment}
    environ["wsgi.input"], environ["wsgi.input_terminated"] = body, True
    environ |= {"HTTP_TRANSFER_ENCODING": "chunked"} if length is None else {"CONTENT_LENGTH": str(length)}
    parts, status, _ = run_wsgi_app(application, environ)
    return int(status.split()[0]), b"".join(parts)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver(echo, refuse, largest=lambda _: 1000)


@pytest.mark.parametrize("content", [b"x" * 1000, b"x"])
def test_a_body_reaches_the_application_whole(receiver: Receiver, content: bytes) -> None:
    expected = f"{len(content)} ".encode() + content
    assert post(receiver, io.BytesIO(content), len(content)) == (200, expected)
    assert post(receiver, io.BytesIO(content)) == (200, expected)


def test_a_body_is_read_as_far_as_it_may_go(receiver: Receiver) -> None:
    assert post(receiver, io.BytesIO(b"x" * 100_000))[1].startswith(b"1001 ")  # one more than is allowed, for the application to refuse
    body = io.BytesIO(b"x" * 100_000)
    post(receiver, body, 100_000)
    assert body.tell() == 100_000  # by the application, which sees how long it is


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("length", [10, None])
def test_a_body_where_there_is_none_is_not_waited_for(receiver: Receiver, method: str, length: int | None) -> None:
    gate = threading.Event()  # which nobody opens
    assert post(receiver, Slow(gate), length, REQUEST_METHOD=method) == (200, b"0 ")


def test_a_form_of_more_fields_than_any_has_is_refused_before_it_is_taken_apart() -> None:
    receiver = Receiver(echo, refuse, largest=lambda _: 10_000)
    for content, status in ((b"a&" * 5000, 400), (b"a=1&" * 100, 200)):
        for form in ("application/x-www-form-urlencoded", " Application/X-WWW-form-urlencoded; charset=utf-8"):
            assert post(receiver, io.BytesIO(content), len(content), CONTENT_TYPE=form)[0] == status
    assert post(receiver, io.BytesIO(b"a&" * 5000), 10_000, CONTENT_TYPE="application/sparql-query")[0] == 200


def test_a_body_that_breaks_off_is_refused(receiver: Receiver) -> None:
    assert post(receiver, io.BytesIO(b"half"), 8) == (400, b"web.body-short")


def test_however_an_address_is_written_it_is_one_client(receiver: Receiver) -> None:
    gate = threading.Event()
    addresses = [f"[2001:db8::{number}]:{number}" for number in range(1, 2 + PLACES // 4)]
    with ThreadPoolExecutor(len(addresses)) as threads:
        slow = [threads.submit(post, receiver, Slow(gate), 10, REMOTE_ADDR=address) for address in addresses]
        while not any(one.done() for one in slow):
            time.sleep(0.01)
        gate.set()
        assert sorted(one.result()[0] for one in slow) == [400] * (PLACES // 4) + [503]


@pytest.mark.parametrize(("client", "most"), [("127.0.0.1", PLACES), ("192.0.2.1", PLACES // 4)])
def test_who_sends_slowly_is_in_the_way_of_senders_only(receiver: Receiver, client: str, most: int) -> None:
    gate = threading.Event()
    with ThreadPoolExecutor(most) as threads:
        slow = [threads.submit(post, receiver, Slow(gate), 10, REMOTE_ADDR=client) for _ in range(most)]
        while (answer := post(receiver, io.BytesIO(b"x"), 1, REMOTE_ADDR=client)) == (200, b"1 x"):
            time.sleep(0.01)  # until all slow ones have begun
        assert answer == (503, b"web.bodies")
        other = post(receiver, io.BytesIO(b"x"), 1, REMOTE_ADDR="192.0.2.2")
        assert other == ((503, b"web.bodies") if most == PLACES else (200, b"1 x"))
        assert Client(receiver).get("/").status_code == 200
        gate.set()
        assert [one.result() for one in slow] == [(400, b"web.body-short")] * most
    assert post(receiver, io.BytesIO(b"x"), 1, REMOTE_ADDR=client) == (200, b"1 x")


def test_it_is_said_in_the_form_that_the_client_reads(app: Flask) -> None:
    application_ = application(app.extensions["isgkg"], WebOptions()).wsgi_app
    gate = threading.Event()
    with ThreadPoolExecutor(PLACES) as threads:
        slow = [threads.submit(post, application_, Slow(gate), 10) for _ in range(PLACES)]
        headers = {"HTTP_ACCEPT": "application/json", "HTTP_ACCEPT_LANGUAGE": "en"}
        while (answer := post(application_, io.BytesIO(b"x"), 1, **headers))[0] != 503:
            time.sleep(0.01)
        gate.set()
        assert {one.result()[0] for one in slow} == {400}
    assert json.loads(answer[1])["detail"].startswith("Too many requests are being received")
