"""Bodies of requests: received whole and in time, or refused; who sends slowly is in nobody's way but that of other senders."""

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
from werkzeug.test import create_environ, run_wsgi_app

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
    return [environ["CONTENT_LENGTH"].encode() + b" " + environ["wsgi.input"].read()]


def refuse(error: IsgkgError, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response(f"{error.status} Refused", [])
    return [error.key.encode()]


def post(application: WSGIApplication, body: IO[bytes], length: int | None = None, **headers: str) -> tuple[int, bytes]:
    """Status and content of the answer to a POST of this body; without a length, a chunked one."""
    environ = create_environ("/sparql", method="POST", headers=headers)
    environ["wsgi.input"], environ["wsgi.input_terminated"] = body, True
    environ |= {"HTTP_TRANSFER_ENCODING": "chunked"} if length is None else {"CONTENT_LENGTH": str(length)}
    parts, status, _ = run_wsgi_app(application, environ)
    return int(status.split()[0]), b"".join(parts)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver(echo, refuse, largest=1000, seconds=0.2)


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


def test_a_body_that_does_not_come_is_408_and_its_sender_in_nobodys_way(receiver: Receiver) -> None:
    gate = threading.Event()
    start = time.monotonic()
    with ThreadPoolExecutor(PLACES + 3) as threads:
        answers = list(threads.map(lambda _: post(receiver, Slow(gate), 10), range(PLACES + 3)))
    assert time.monotonic() - start < 5
    assert sorted(answers) == [(408, b"web.slow-body")] * PLACES + [(503, b"web.bodies")] * 3
    assert post(receiver, io.BytesIO(b"x"), 1) == (200, b"1 x")
    gate.set()


def test_it_is_said_in_the_form_that_the_client_reads(app: Flask) -> None:
    other = application(app.extensions["isgkg"], WebOptions(body_seconds=0.1))
    gate = threading.Event()
    status, content = post(other.wsgi_app, Slow(gate), 10, **{"Accept": "application/json", "Accept-Language": "en"})
    gate.set()
    assert (status, json.loads(content)["title"]) == (408, "The body of the request came too slowly")
