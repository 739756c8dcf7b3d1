"""Bodies of requests, received before the application sees the request, a few at a time.

Flows in: WSGI requests. Flows out: the application's responses to the same requests, their bodies in memory; 503 where too many come at
once.

A server's threads are few, and one that reads a body waits for whoever sends it, as long as that takes: nothing interrupts such a read.
Here no more threads wait than are reserved for it, so that slow senders are in the way of other senders, not of everybody's queries.
"""

import io
from collections.abc import Callable, Iterable
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from isgkg.errors import InputError, IsgkgError, Overloaded
from isgkg.web.places import Places

PLACES: Final = 16
"""Bodies received at once by a server process, which has as many threads more than the pool has places."""
_EACH: Final = PLACES // 4
"""Of one client, but for those of this machine, which may be a proxy."""
_FIELDS: Final = 1_000
"""Of a form; each takes hundreds of bytes of memory when it is read, and 10 MB hold millions."""
_FORM: Final = "application/x-www-form-urlencoded"
_METHODS: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})

Refuse = Callable[[IsgkgError, WSGIEnvironment, StartResponse], Iterable[bytes]]


class Receiver:
    """WSGI middleware. Of methods that have no use for a body, none is read. `largest` tells for a path how many bytes a body may have;
    larger ones are left to the application, which refuses them unread. `refuse` answers with an error. `local` says that clients of this
    machine are clients like any other, and no proxy.
    """

    def __init__(self, application: WSGIApplication, refuse: Refuse, *, largest: Callable[[str], int], local: bool = False) -> None:
        self._application = application
        self._refuse = refuse
        self._largest = largest
        self._places = Places(PLACES, each=_EACH, key="web.bodies", local=local)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length, largest = _length(environ), self._largest(environ.get("PATH_INFO", ""))
        if environ["REQUEST_METHOD"] not in _METHODS:
            return self._application(_with_body(environ, b""), start_response)
        if length == 0 or (length or 0) > largest:
            return self._application(environ, start_response)
        try:
            with self._places.taken(environ.get("REMOTE_ADDR")):
                body = environ["wsgi.input"].read(largest + 1 if length is None else length)
        except Overloaded as error:
            return self._refuse(error, environ, start_response)
        if len(body) < (length or 0):
            return self._refuse(InputError("web.body-short", length=length, found=len(body)), environ, start_response)
        if environ.get("CONTENT_TYPE", "").strip().lower().startswith(_FORM) and body.count(b"&") >= _FIELDS:
            return self._refuse(InputError("web.form-fields", limit=_FIELDS), environ, start_response)
        return self._application(_with_body(environ, body), start_response)


def _with_body(environ: WSGIEnvironment, body: bytes) -> WSGIEnvironment:
    """The request with this body."""
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return environ


def _length(environ: WSGIEnvironment) -> int | None:
    """What the header Content-Length says; 0 where there is no body, None where its length is not told beforehand."""
    text = environ.get("CONTENT_LENGTH", "")
    if text.isascii() and text.isdigit():
        return int(text)
    return None if environ.get("HTTP_TRANSFER_ENCODING") else 0
