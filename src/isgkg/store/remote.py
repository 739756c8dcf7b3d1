"""The remote store: any SPARQL 1.1 endpoint that holds a copy of the release's named graphs.

Flows in: the URL of the endpoint, queries. Flows out: pyoxigraph's terms, or serialized answers; a QueryError by the deadline, whatever
the server does. SPARQLWrapper makes the requests; isgkg.store.transport sends them. Nothing is ever written to the server.
"""

import logging
import os
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from pyoxigraph import QuerySolutions, Triple
from SPARQLWrapper import POST, SPARQLWrapper

from isgkg import __version__, messages
from isgkg.errors import (
    AnswerTooLarge,
    InputError,
    IsgkgError,
    Overloaded,
    QueryError,
    QuerySyntaxError,
    QueryTimeout,
    StoreBusy,
    StoreFailure,
    StoreUnavailable,
)
from isgkg.store import answers, inspection, sent
from isgkg.store.base import Answer, QueryRequest
from isgkg.store.breaker import Breaker, Failures
from isgkg.store.inspection import QueryForm
from isgkg.store.judge import Judge
from isgkg.store.transport import Endpoint, Reply, Transport, TransportOptions, spoken

USER: Final = "ISGKG_STORE_USER"
PASSWORD: Final = "ISGKG_STORE_PASSWORD"  # noqa: S105  # the name of a variable
"""Environment variables with what the server asks for (HTTP Basic): what stands on a command line or in a URL is seen by others."""

_UNBOUNDED: Final = inspection.Limits(length=2**31, depth=2**31, patterns=2**31, operators=2**31)
_CUT: Final = ("x-sparql-maxrows", "x-sql-state")
"""Headers by which Virtuoso says that its answer holds only as many rows as it was configured to give, or as it found in time."""
_DETAIL: Final = 200
"""Code points of a server's own error message that are passed on."""


@dataclass(frozen=True, kw_only=True)
class RemoteOptions:
    """What a remote store may take. Times in seconds of the clock on the wall, over all of a query.

    `trusted_seconds` and `trusted_bytes` bound the queries of this project, `deadline` and `answer_bytes` those of the public, of which
    `places` run at once and others wait for `wait_seconds`. After `failures` in a row the store is left alone for `rest_seconds`.
    """

    trusted_seconds: float = 10.0
    trusted_bytes: int = 256 * 2**20
    deadline: float = 5.0
    answer_bytes: int = 16 * 2**20
    places: int = 8
    wait_seconds: float = 2.0
    failures: int = 3
    rest_seconds: float = 5.0
    limits: inspection.Limits = inspection.DEFAULT_LIMITS
    transport: TransportOptions = field(default_factory=TransportOptions)


class RemoteStore:
    """A copy of the release behind an endpoint (see `isgkg.store.base.Store`); thread-safe.

    Raises InputError for a URL that cannot be used, and for a user without a password. Its methods raise QuerySyntaxError and QueryError
    for what the store in memory cannot answer either, StoreUnavailable, StoreFailure, QueryTimeout, and AnswerTooLarge.
    """

    def __init__(self, url: str, options: RemoteOptions | None = None) -> None:
        self.options = options or RemoteOptions()
        self.url = url
        self._credentials = _credentials()
        endpoint = Endpoint.of(url)
        self._transport = Transport(endpoint, self.options.transport)
        self._breaker = Breaker(most=self.options.failures, rest=self.options.rest_seconds, notice=_Log(endpoint, self.options))
        self._judge = Judge()

    def select(self, query: str) -> QuerySolutions:
        return answers.solutions(self._trusted(query, {"SELECT"}, "query.reason.select"))

    def ask(self, query: str) -> bool:
        return answers.truth(self._trusted(query, {"ASK"}, "query.reason.ask"))

    def construct(self, query: str) -> Sequence[Triple]:
        return answers.triples(self._trusted(query, {"CONSTRUCT", "DESCRIBE"}, "query.reason.construct"))

    def evaluate(self, request: QueryRequest, *, byte_limit: int, form: QueryForm | None = None) -> bytes:
        """The answer to a query, serialized, within `trusted_seconds`. Raises as the other methods."""
        form = form or inspection.inspect(request.query, _UNBOUNDED)
        return answers.rewrite(self.body(request, form, self._trust()), form, request.media_type, byte_limit=byte_limit)

    def body(self, request: QueryRequest, form: QueryForm, bounds: "Bounds") -> bytes:
        """What the server answers, in JSON or N-Triples.

        Raises QuerySyntaxError without asking where the query uses a prefix that nobody declares, or has FROM where there is none: servers
        predeclare prefixes of their own, and read graphs of theirs.
        """
        text, dataset = sent.sent(request)

        def send() -> bytes:
            reply = self._send(text, dataset, form, bounds)
            if _is_perhaps_no_query(reply.status) and (fault := self._judge.fault(request, form)):
                raise fault
            return _checked(reply, form, bounds)

        try:
            return self._breaker.run(send, bounds.failures)
        except QueryTimeout as error:
            raise QueryTimeout(bounds.key("store.timeout", "store.timeout.query"), seconds=spoken(bounds.seconds)) from error

    def close(self) -> None:
        """Close the connections that are kept, and end the processes that were started."""
        self._transport.close()
        self._judge.close()

    def _trusted(self, query: str, forms: set[QueryForm], reason: str) -> bytes:
        form = inspection.inspect(query, _UNBOUNDED)
        if form not in forms:
            raise QuerySyntaxError(reason)
        try:
            return self.body(QueryRequest(query=query, media_type=""), form, self._trust())
        except AnswerTooLarge as error:
            raise StoreFailure("store.broken") from error

    def _trust(self) -> "Bounds":
        options = self.options
        return Bounds(seconds=options.trusted_seconds, byte_limit=options.trusted_bytes, failures=_ANY, is_public=False)

    def _send(self, text: str, dataset: Sequence[tuple[str, str]], form: QueryForm, bounds: "Bounds") -> Reply:
        def send(made: urllib.request.Request) -> Reply:
            return self._transport.send(made, seconds=bounds.left, byte_limit=bounds.byte_limit)

        wrapper = _Request(self.url, form, send)
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", answers.TABLE if form in {"SELECT", "ASK"} else answers.GRAPH)
        if self._credentials:
            wrapper.setCredentials(*self._credentials)
        for name, iri in dataset:
            wrapper.addParameter(name, iri)
        wrapper.setQuery(text)
        return cast(Reply, wrapper.query().response)


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What an answer may take: `seconds`, as people are told, of which `spent` are over; `byte_limit` of its body.

    `failures` are the exceptions that speak against the server. Of a public query it is said how to ask for less; those who read a page
    have not asked anything.
    """

    seconds: float
    byte_limit: int
    failures: Failures
    is_public: bool
    spent: float = 0.0

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self.seconds - self.spent

    def key(self, usual: str, of_query: str) -> str:
        """The sentence for whoever is waiting."""
        return of_query if self.is_public else usual


class RemoteQueries:
    """Public queries to a remote store (see `isgkg.store.base.QueryRunner`).

    The server goes on with a query that was given up here, as long as its own limits let it.
    """

    def __init__(self, store: RemoteStore) -> None:
        self._store = store
        self._places = threading.BoundedSemaphore(store.options.places)

    @property
    def is_crowded(self) -> bool:
        """Never known beforehand: who finds no place waits a moment, then is told."""
        return False

    @property
    def limits(self) -> inspection.Limits:
        """What `inspection.inspect` allows a query."""
        return self._store.options.limits

    def run(self, request: QueryRequest, form: QueryForm | None = None) -> Answer:
        """The answer to `request` (see `isgkg.store.base.QueryRunner.run`)."""
        options = self._store.options
        form = form or inspection.inspect(request.query, options.limits)
        sent.refuse_functions(request.query)
        start = time.monotonic()
        if not self._places.acquire(timeout=options.wait_seconds):
            raise Overloaded
        try:
            asked = time.monotonic()
            bounds = Bounds(
                seconds=options.deadline, spent=asked - start, byte_limit=options.answer_bytes, failures=_OUTAGES, is_public=True
            )
            body = self._store.body(request, form, bounds)
            seconds = time.monotonic() - asked
            written = answers.rewrite(body, form, request.media_type, byte_limit=options.answer_bytes)
        finally:
            self._places.release()
        return Answer(body=written, media_type=request.media_type, seconds=seconds)

    def close(self) -> None:
        """Close the connections to the store."""
        self._store.close()


_ANY: Final[Failures] = (StoreUnavailable, StoreBusy, StoreFailure, QueryTimeout)
_OUTAGES: Final[Failures] = (StoreUnavailable,)
"""Of public queries only a connection that does not come about speaks against the server: nobody can switch it off for all by asking too
much."""


class _Request(SPARQLWrapper):
    """SPARQLWrapper's request for one query, sent with a clock over all of it."""

    def __init__(self, url: str, form: QueryForm, send: Callable[[urllib.request.Request], Reply]) -> None:
        self._form = form
        self._send = send
        super().__init__(url, agent=f"isgkg/{__version__}")

    def _parseQueryType(self, _query: str) -> str:  # noqa: N802  # SPARQLWrapper's name
        # The form is known. SPARQLWrapper would look for it with expressions that backtrack without bound.
        return self._form

    def _query(self) -> tuple[Reply, str]:  # type: ignore[override]  # instead of urllib's response
        return self._send(self._createRequest()), self.returnFormat


def _credentials() -> tuple[str, str] | None:
    """User and password from the environment. Raises InputError for one without the other."""
    user, password = os.environ.get(USER, ""), os.environ.get(PASSWORD, "")
    if bool(user) != bool(password):
        raise InputError("store.credentials", user=USER, password=PASSWORD)
    return (user, password) if user else None


def _is_perhaps_no_query(status: int) -> bool:
    """Whether a reply may mean that the query is wrong: makes say so with 400 or 500, and not with what has a meaning of its own."""
    return status >= 400 and status not in _OF_THE_SERVER


def _checked(reply: Reply, form: QueryForm, bounds: Bounds) -> bytes:
    """The body of an answer. Raises the QueryError that a reply of another kind is."""
    if reply.status != _OK:
        raise _refusal(reply, bounds)
    if any(header in reply.headers for header in _CUT):
        raise StoreFailure(bounds.key("store.cut", "store.cut.query"))
    if reply.media_type not in _MEDIA_TYPES[form in {"SELECT", "ASK"}]:
        raise StoreFailure("store.media-type", found=reply.media_type[:_DETAIL] or "–")
    return reply.body


_OK: Final = 200
_OF_THE_SERVER: Final = frozenset({401, 403, 404, 405, 408, 429, 503, 504})
_MEDIA_TYPES: Final = {True: {answers.TABLE, "application/json"}, False: {answers.GRAPH, "text/plain"}}


def _refusal(reply: Reply, bounds: Bounds) -> QueryError:
    """What a reply means that is no answer, to a query with which nothing is wrong."""
    status = reply.status
    if status == 401 or (status == 403 and "www-authenticate" in reply.headers):
        return StoreFailure("store.denied", user=USER, password=PASSWORD)
    if status in {408, 504}:
        return QueryTimeout("store.timeout")
    if status in {429, 503}:
        return StoreBusy("store.busy", retry_after=2)
    key = "store.redirect" if 300 <= status < 400 else _REFUSALS.get(status) or bounds.key("store.status", "store.status.query")
    return StoreFailure(key, status=status)


_REFUSALS: Final = {400: "store.misread", 403: "store.forbidden", 404: "store.no-endpoint", 405: "store.no-endpoint"}


class _Log:
    """Tells whoever runs this process, once each, that the store is left alone and that it answers again."""

    def __init__(self, endpoint: Endpoint, options: RemoteOptions) -> None:
        # Host and port only: what follows them in an address may be a secret.
        self._values = {"host": endpoint.host, "port": endpoint.port, "failures": options.failures, "seconds": spoken(options.rest_seconds)}

    def __call__(self, error: BaseException | None) -> None:
        lang = messages.language(os.environ.get("ISGKG_LANG"))
        if error is None:
            _LOGGER.warning("%s", messages.text("store.log.back", lang, **self._values))
        else:
            reason = error.text(lang) if isinstance(error, IsgkgError) else type(error).__name__
            _LOGGER.warning("%s", messages.text("store.log.down", lang, reason=reason, **self._values))


_LOGGER: Final = logging.getLogger(__name__)
