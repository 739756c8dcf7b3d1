"""The way for what programs send most: a query in the URL, for results in the format that Accept names.

Flows in: WSGI requests. Flows out: the answer, byte for byte and header for header what the application answers, or the application's.

A framework's part of a request (contexts, routes, request and response objects, hooks) takes three times as long as all that is particular
to a query, and the engine answers a look-up in a tenth of a millisecond. Whatever is out of the ordinary, errors among it, is the
application's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

from isgkg.errors import IsgkgError
from isgkg.store import Answer, QueryForm, QueryRequest, inspect
from isgkg.store.embedded import GRAPH_FORMATS, TABLE_FORMATS
from isgkg.web import caching, compression, cors, errors, negotiation, running
from isgkg.web.state import State

_PATH: Final = "/sparql"
_HTML: Final = "text/html"
_TABLES: Final = tuple(TABLE_FORMATS)
_GRAPHS: Final = tuple(GRAPH_FORMATS)
_OFFERED: Final = (*_TABLES, *_GRAPHS, _HTML)
_EVERY: Final = (*errors.HEADERS.items(), *cors.HEADERS.items(), ("Vary", "Accept, Accept-Encoding"))


@dataclass(frozen=True)
class _Asked:
    """A query of the common kind, its form, and the tag of its answer."""

    request: QueryRequest
    form: QueryForm
    tag: str


class Express:
    """WSGI middleware of `app`, which answers what this does not."""

    def __init__(self, application: WSGIApplication, app: Flask, state: State) -> None:
        self._application = application
        self._app = app
        self._state = state

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            asked = _asked(environ, self._state)
        except IsgkgError:  # the application finds it, too, and says it
            asked = None
        if asked is None:
            return self._application(environ, start_response)
        try:
            with running.charged_to(self._state, environ.get("REMOTE_ADDR")) as run:
                answer = run(asked.request, asked.form)
        except IsgkgError as error:
            return errors.composed(self._app, error, environ, start_response)
        body, coding = compression.encoded(answer.body, environ.get("HTTP_ACCEPT_ENCODING"))
        start_response("200 OK", [*_headers(asked, answer, len(body), coding)])
        return [body]


def _asked(environ: Mapping[str, str], state: State) -> _Asked | None:
    """What is asked; None where it is not of the common kind. Raises IsgkgError for a query that cannot be run."""
    if environ.get("PATH_INFO") != _PATH or environ["REQUEST_METHOD"] != "GET" or "HTTP_IF_NONE_MATCH" in environ:
        return None
    accept, text = environ.get("HTTP_ACCEPT"), environ.get("QUERY_STRING", "")
    if not text.isascii():
        return None
    match parse_qsl(text, keep_blank_values=True, errors="werkzeug.url_quote"):
        case [("query", query)] if query.strip():
            pass
        case _:
            return None
    if negotiation.choose(accept, _OFFERED) == _HTML:
        return None
    form = inspect(query, state.pool.limits)
    media = negotiation.choose(accept, _TABLES if form in {"SELECT", "ASK"} else _GRAPHS)
    request = QueryRequest(query=query, media_type=media)
    tag = running.tag_of(state, request)
    return None if tag is None else _Asked(request, form, tag)


def _headers(asked: _Asked, answer: Answer, length: int, coding: str | None) -> Iterable[tuple[str, str]]:
    yield "Content-Type", running.content_type(asked.request)
    yield "Content-Length", str(length)
    yield "Server-Timing", running.timing(answer)
    yield "ETag", f'W/"{asked.tag}"'
    yield "Cache-Control", caching.CACHE_CONTROL
    yield from _EVERY
    if coding is not None:
        yield "Content-Encoding", coding
