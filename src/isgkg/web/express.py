"""The way for what programs send most: a query in the URL, for results in the format that Accept names.

Flows in: WSGI requests. Flows out: the answer, byte for byte and header for header what the application answers, or the application's.

A framework's part of a request (contexts, routes, request and response objects, hooks) takes three times as long as all that is particular
to a query, and the engine answers a look-up in a tenth of a millisecond. Whatever is out of the ordinary is the application's, and it
composes what an error says.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

from isgkg.errors import IsgkgError, NotAcceptable
from isgkg.store import Answer, QueryRequest, inspect
from isgkg.store.embedded import GRAPH_FORMATS, TABLE_FORMATS
from isgkg.web import caching, compression, cors, errors, negotiation, running
from isgkg.web.state import State

_PATH: Final = "/sparql"
_HTML: Final = "text/html"
_TABLES: Final = tuple(TABLE_FORMATS)
_GRAPHS: Final = tuple(GRAPH_FORMATS)
_OFFERED: Final = (*_TABLES, *_GRAPHS, _HTML)
_UNCOMMON: Final = frozenset({"HTTP_IF_NONE_MATCH", "HTTP_CONTENT_ENCODING"})
"""Headers with which a request is the application's."""
_HOST: Final = re.compile(r"[A-Za-z0-9.:_\[\]-]+")
_EVERY: Final = (*errors.HEADERS.items(), *cors.HEADERS.items(), ("Vary", "Accept, Accept-Encoding"))


class Express:
    """WSGI middleware of `app`, which answers what this does not."""

    def __init__(self, application: WSGIApplication, app: Flask, state: State) -> None:
        self._application = application
        self._app = app
        self._state = state

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        query = _query(environ)
        if query is None:
            return self._application(environ, start_response)
        try:
            with running.charged_to(self._state, environ.get("REMOTE_ADDR")) as run:
                form = inspect(query, self._state.pool.limits)
                media = negotiation.choose(environ.get("HTTP_ACCEPT"), _TABLES if form in {"SELECT", "ASK"} else _GRAPHS)
                request = QueryRequest(query=query, media_type=media)
                tag = running.tag_of(self._state, request)
                answer = run(request, form)
                body, coding = compression.encoded(answer.body, environ.get("HTTP_ACCEPT_ENCODING"))
        except IsgkgError as error:
            return errors.composed(self._app, error, environ, start_response)
        start_response("200 OK", [*_headers(request, answer, tag, len(body), coding)])
        return [body]


def _query(environ: Mapping[str, str]) -> str | None:
    """The query, where the request is of the common kind; it has not been looked at."""
    if environ.get("PATH_INFO") != _PATH or environ["REQUEST_METHOD"] != "GET" or not environ.keys().isdisjoint(_UNCOMMON):
        return None
    accept, text = environ.get("HTTP_ACCEPT"), environ.get("QUERY_STRING", "")
    if not text.isascii() or not _HOST.fullmatch(environ.get("HTTP_HOST", "")):
        return None
    match parse_qsl(text, keep_blank_values=True, errors="werkzeug.url_quote"):
        case [("query", query)] if query.strip():
            pass
        case _:
            return None
    try:
        is_page = negotiation.choose(accept, _OFFERED) == _HTML
    except NotAcceptable:
        return None
    return None if is_page else query


def _headers(request: QueryRequest, answer: Answer, tag: str | None, length: int, coding: str | None) -> Iterable[tuple[str, str]]:
    yield "Content-Type", running.content_type(request)
    yield "Content-Length", str(length)
    yield "Server-Timing", running.timing(answer)
    if tag is None:
        yield "Cache-Control", "no-store"
    else:
        yield "ETag", f'W/"{tag}"'
        yield "Cache-Control", caching.CACHE_CONTROL
    yield from _EVERY
    if coding is not None:
        yield "Content-Encoding", coding
