"""Bodies of requests, received within limits before the application sees the request.

Flows in: WSGI requests. Flows out: the application's responses to the same requests, their bodies in memory; 408 or 503 where a body does
not come.

A server's threads are few, and one that reads a body waits for whoever sends it. Here as many as are reserved for it wait, each for a
limited time: clients that send a byte now and then are in the way of other uploads, not of everybody's queries.
"""

import io
import queue
import threading
from collections.abc import Callable, Iterable
from typing import IO, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from isgkg.errors import InputError, IsgkgError, Overloaded

PLACES: Final = 8
"""Bodies waited for at once by a server process, which has as many threads more than the pool has places."""
SECONDS: Final = 10.0
"""How long a body may take, besides what it takes at the slowest rate."""
_SLOWEST: Final = 100_000
"""Bytes a second; the largest upload may take a minute and a half."""
_READERS: Final = 128
"""Bodies that are read at once, those that nobody waits for any more among them."""
_METHODS: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})

Refuse = Callable[[IsgkgError, WSGIEnvironment, StartResponse], Iterable[bytes]]


class BodyTooSlow(InputError):
    """A body that was announced and did not come."""

    status = 408


class Receiver:
    """WSGI middleware. Bodies of more than `largest` bytes are left to the application, which refuses them unread. `refuse` answers with an
    error.
    """

    def __init__(self, application: WSGIApplication, refuse: Refuse, *, largest: int, seconds: float = SECONDS) -> None:
        self._application = application
        self._refuse = refuse
        self._largest = largest
        self._seconds = seconds
        self._waiting = threading.BoundedSemaphore(PLACES)
        self._reading = threading.BoundedSemaphore(_READERS)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length = _length(environ)
        if environ["REQUEST_METHOD"] not in _METHODS or length == 0 or (length or 0) > self._largest:
            return self._application(environ, start_response)
        try:
            body = self._received(environ["wsgi.input"], self._largest + 1 if length is None else length)
        except IsgkgError as error:
            return self._refuse(error, environ, start_response)
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))
        return self._application(environ, start_response)

    def _received(self, source: IO[bytes], length: int) -> bytes:
        """The body, of at most `length` bytes. Raises Overloaded where too many are waited for, BodyTooSlow."""
        if not self._waiting.acquire(blocking=False):
            raise Overloaded("web.bodies")
        try:
            seconds = self._seconds + length / _SLOWEST
            body = self._read(source, length).get(timeout=seconds)
        except queue.Empty:
            raise BodyTooSlow("web.slow-body", seconds=f"{seconds:.0f}") from None
        finally:
            self._waiting.release()
        return body

    def _read(self, source: IO[bytes], length: int) -> "queue.SimpleQueue[bytes]":
        """Begin to read the body. Nothing interrupts a read, so a thread of its own does it, which ends when the connection does."""
        if not self._reading.acquire(blocking=False):
            raise Overloaded("web.bodies")
        found: queue.SimpleQueue[bytes] = queue.SimpleQueue()

        def read() -> None:
            parts = bytearray()
            try:
                while len(parts) < length and (part := source.read(length - len(parts))):
                    parts += part
            finally:
                self._reading.release()
                found.put(bytes(parts))

        threading.Thread(target=read, daemon=True).start()
        return found


def _length(environ: WSGIEnvironment) -> int | None:
    """What the header Content-Length says; 0 where there is no body, None where its length is not told beforehand."""
    text = environ.get("CONTENT_LENGTH", "")
    if text.isascii() and text.isdigit():
        return int(text)
    return None if environ.get("HTTP_TRANSFER_ENCODING") else 0
