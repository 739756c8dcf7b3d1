"""Pages, made a few at a time.

Flows in: WSGI requests. Flows out: the application's responses; 503 where too many ask for pages at once.

A page takes the front tens of milliseconds of computing that nobody else has meanwhile: sixty that are made together would hold everybody's
queries up for a second. What is kept does not come this far, and what runs in other processes has places of its own.
"""

import threading
from collections.abc import Iterable
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from isgkg.errors import Overloaded
from isgkg.web.bodies import Refuse
from isgkg.web.places import Places

PLACES: Final = 2
"""Pages made at once by a server process."""
WAITING: Final = 8
"""Requests that wait for such a place; it has threads for them."""
_EACH: Final = 6
"""Of all these, those of one client, but for those of this machine, which may be a proxy. Browsers open six connections."""
_KEY: Final = "web.pages"
_SECONDS: Final = 2.0
"""How long one waits."""
_ELSEWHERE: Final = frozenset({"sparql", "answer", "questions", "validate", "check"})
"""First segments of paths whose work is done in other processes."""


class Crowd:
    """WSGI middleware. `refuse` answers with an error. `local` says that clients of this machine are clients like any other."""

    def __init__(self, application: WSGIApplication, refuse: Refuse, *, local: bool = False) -> None:
        self._application = application
        self._refuse = refuse
        self._asking = Places(PLACES + WAITING, each=_EACH, key=_KEY, local=local)
        self._free = threading.BoundedSemaphore(PLACES)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "")[1:].partition("/")[0] in _ELSEWHERE:
            return self._application(environ, start_response)
        try:
            with self._asking.taken(environ.get("REMOTE_ADDR")):
                return self._when_free(environ, start_response)
        except Overloaded as error:
            return self._refuse(error, environ, start_response)

    def _when_free(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._free.acquire(timeout=_SECONDS):
            raise Overloaded(_KEY)
        try:
            return self._application(environ, start_response)
        finally:
            self._free.release()
