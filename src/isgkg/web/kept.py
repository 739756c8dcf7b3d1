"""What was answered is answered again from memory, without asking anybody: of one release, the same request always has the same answer.

Flows in: WSGI requests. Flows out: the application's responses, or the same as before.

Kept is what has a tag (`isgkg.web.caching`), which says that it depends on the request and the release alone; that is true of pages, of
linked data and of the answers to queries. It is kept as it was sent, encoded and with its headers, so that handing it out again costs
next to nothing.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from isgkg.web.parts import whole

Headers = list[tuple[str, str]]

_VARYING: Final = {"accept": "HTTP_ACCEPT", "accept-encoding": "HTTP_ACCEPT_ENCODING", "accept-language": "HTTP_ACCEPT_LANGUAGE"}
"""The headers of a request that a response may depend on; one that names another in its Vary is not kept."""
_KEY: Final = ("wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", *_VARYING.values())
_BY_CONDITION: Final = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")
"""Requests with one of these are the application's: its response is 304, or of some other kind."""
_OVERHEAD: Final = 1_500
"""Bytes that an entry takes besides its content and its key."""
_LARGEST: Final = 64
"""An entry takes at most this fraction: what is large is asked again, at the cost of whoever asks."""


@dataclass(frozen=True)
class Kept:
    """A response as it was sent."""

    status: str
    headers: Headers
    body: bytes


class Memory:
    """The responses used last, up to `byte_limit` bytes in all; thread-safe."""

    def __init__(self, byte_limit: int) -> None:
        self.largest = byte_limit // _LARGEST
        self._byte_limit = byte_limit
        self._lock = threading.Lock()
        self._entries: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self._bytes = 0

    def get(self, key: tuple[str, ...]) -> Kept | None:
        """What was kept under `key`; None where it is not known, or no longer."""
        with self._lock:
            found = self._entries.get(key)
            if found is not None:
                self._entries.move_to_end(key)
            return found

    def put(self, key: tuple[str, ...], kept: Kept) -> None:
        """Keep a response; what was used longest ago makes place for it."""
        size = _size(key, kept)
        if size > self.largest:
            return
        with self._lock:
            if key in self._entries:
                return
            self._entries[key] = kept
            self._bytes += size
            while self._bytes > self._byte_limit:
                self._bytes -= _size(*self._entries.popitem(last=False))


def _size(key: tuple[str, ...], kept: Kept) -> int:
    return len(kept.body) + sum(map(len, key)) + _OVERHEAD


class Keeper:
    """WSGI middleware. Keeps up to `byte_limit` bytes."""

    def __init__(self, application: WSGIApplication, byte_limit: int) -> None:
        self._application = application
        self._memory = Memory(byte_limit)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method not in {"GET", "HEAD"} or any(name in environ for name in _BY_CONDITION):
            return self._application(environ, start_response)
        key = tuple([environ.get(name, "") for name in _KEY])
        kept = self._memory.get(key)
        if kept is not None:
            start_response(kept.status, kept.headers)
            return [kept.body] if method == "GET" else []
        if method == "HEAD":
            return self._application(environ, start_response)
        return self._asked(environ, start_response, key)

    def _asked(self, environ: WSGIEnvironment, start_response: StartResponse, key: tuple[str, ...]) -> Iterable[bytes]:
        """The application's response; kept if it can be."""
        said: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, exc_info: object = None, /) -> Callable[[bytes], object]:
            said[:] = [(status, headers)]
            return start_response(status, headers)

        parts = self._application(environ, start)
        status, headers = said[0]
        if not _is_lasting(status, headers, self._memory.largest):
            return parts
        body = whole(parts)
        self._memory.put(key, Kept(status, [*_timeless(headers)], body))
        return [body]


def _is_lasting(status: str, headers: Headers, largest: int) -> bool:
    """Whether the response depends on nothing but the release and what the key holds, and is small enough."""
    by_name = {name.lower(): value for name, value in headers}
    return (
        status.startswith("200 ")
        and "etag" in by_name
        and "no-store" not in by_name.get("cache-control", "")
        and int(by_name.get("content-length", largest + 1)) <= largest
        and all(name.strip().lower() in _VARYING for name in by_name.get("vary", "Accept").split(","))
    )


def _timeless(headers: Headers) -> Iterable[tuple[str, str]]:
    """The headers as of an answer that took the engine no time."""
    for name, value in headers:
        yield (name, "query;dur=0.0") if name == "Server-Timing" else (name, value)
