"""The doorkeeper: while the pool is crowded, queries are turned away before anything is spent on them.

Flows in: WSGI requests. Flows out: 503 with Retry-After, or whatever the application answers.

What a refusal says depends on its Accept headers only, so the application composes it once for each, and it is handed out again. Composing
every one would take as long as answering some queries, and a crowd would be made slower by those who are sent away.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from isgkg.web.negotiation import LONGEST, error_type
from isgkg.web.parts import whole

_PATH: Final = "/sparql"
_METHODS: Final = frozenset({"GET", "POST"})
_LANGUAGE: Final = re.compile(r"lang=|(?:^|&)[^=&]*%")
"""A query string that may name a language; in an encoded name, it may be written in many ways."""
_KEPT: Final = 64
"""Refusals kept: one for each pair of headers that clients send, and few send any but their library's own."""

Refusal = tuple[str, list[tuple[str, str]], bytes]


class Doorkeeper:
    """WSGI middleware. `is_crowded` tells whether a query would find no place, at no cost."""

    def __init__(self, application: WSGIApplication, is_crowded: Callable[[], bool]) -> None:
        self._application = application
        self._is_crowded = is_crowded
        self._refusals: OrderedDict[tuple[str | None, str | None], Refusal] = OrderedDict()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != _PATH or environ.get("REQUEST_METHOD") not in _METHODS or not self._is_crowded():
            return self._application(environ, start_response)
        accept = environ.get("HTTP_ACCEPT")
        if _LANGUAGE.search(environ.get("QUERY_STRING", "")):
            return self._application(environ, start_response)
        key = accept, environ.get("HTTP_ACCEPT_LANGUAGE")
        if sum(len(header or "") for header in key) > LONGEST:
            return self._application(environ, start_response)
        known = self._refusals.get(key)
        if known is None and error_type(accept) == "text/html":
            return self._application(environ, start_response)  # a page says more than that: it leads to this very query
        if known is None:
            return self._remembering(environ, start_response, key)
        status, headers, body = known
        start_response(status, headers)
        return [body]

    def _remembering(self, environ: WSGIEnvironment, start_response: StartResponse, key: tuple[str | None, str | None]) -> Iterable[bytes]:
        """The application's answer; kept if it is a refusal."""
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None, /) -> Callable[[bytes], object]:
            said[:] = [(status, headers)]
            return lambda _: None

        body = whole(self._application(environ, start))
        status, headers = said[0]
        if status.startswith("503 "):
            self._refusals[key] = (status, headers, body)
            while len(self._refusals) > _KEPT:
                self._refusals.popitem(last=False)
        start_response(status, headers)
        return [body]
