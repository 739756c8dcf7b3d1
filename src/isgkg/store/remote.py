"""The remote store: any SPARQL 1.1 endpoint that holds a copy of the release's named graphs.

Flows in: the URL of the endpoint, queries. Flows out: pyoxigraph's terms, or serialized answers; a QueryError by the deadline, whatever
the server does. SPARQLWrapper makes the requests; isgkg.store.transport sends them. Nothing is ever written to the server.
"""

import os
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from pyoxigraph import QuerySolutions, Triple
from SPARQLWrapper import POST, SPARQLWrapper

from isgkg import __version__, messages, names
from isgkg.errors import (
    AnswerTooLarge,
    InputError,
    Overloaded,
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    StoreFailure,
    StoreUnavailable,
)
from isgkg.store import answers, tokens
from isgkg.store.base import Answer, QueryRequest
from isgkg.store.breaker import Breaker, Failures
from isgkg.store.tokens import QueryForm
from isgkg.store.transport import Endpoint, Reply, Transport, TransportOptions

USER: Final = "ISGKG_STORE_USER"
PASSWORD: Final = "ISGKG_STORE_PASSWORD"  # noqa: S105  # the name of a variable
"""Environment variables with what the server asks for (HTTP Basic): what stands on a command line or in a URL is seen by others."""

_NOWHERE: Final = "urn:isgkg:none"
"""A graph that no store has. Virtuoso takes "no graphs" for "all graphs", so none are named by naming this one."""
_ALL: Final = tuple(names.graph(name) for name in names.GRAPHS)
_UNION: Final = tuple(names.graph(name) for name in names.DEFAULT_GRAPHS)
_UNBOUNDED: Final = tokens.Limits(length=2**31, depth=2**31, patterns=2**31, operators=2**31)
_OWN_SCHEMES: Final = ("bif:", "sql:")
"""Virtuoso's names of functions of its own, some of which reach out of the store."""
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
    limits: tokens.Limits = tokens.DEFAULT_LIMITS
    transport: TransportOptions = field(default_factory=TransportOptions)


class RemoteStore:
    """A copy of the release behind an endpoint (see `isgkg.store.base.Store`); thread-safe.

    Raises InputError for a URL that cannot be used, and for a user without a password. Its methods raise QuerySyntaxError for what the
    server cannot read, StoreUnavailable, StoreFailure, QueryTimeout, and AnswerTooLarge.
    """

    def __init__(self, url: str, options: RemoteOptions | None = None) -> None:
        self.options = options or RemoteOptions()
        self.url = url
        self._credentials = _credentials()
        self._transport = Transport(Endpoint.of(url), self.options.transport)
        self._breaker = Breaker(most=self.options.failures, rest=self.options.rest_seconds)

    def select(self, query: str) -> QuerySolutions:
        return answers.solutions(self._trusted(query, {"SELECT"}, "query.reason.select"))

    def ask(self, query: str) -> bool:
        return answers.truth(self._trusted(query, {"ASK"}, "query.reason.ask"))

    def construct(self, query: str) -> Sequence[Triple]:
        return answers.triples(self._trusted(query, {"CONSTRUCT", "DESCRIBE"}, "query.reason.construct"))

    def evaluate(self, request: QueryRequest, *, byte_limit: int, form: QueryForm | None = None) -> bytes:
        """The answer to a query, serialized, within `trusted_seconds`. Raises as the other methods."""
        form = form or tokens.inspect(request.query, _UNBOUNDED)
        body = self.body(request, form, seconds=self.options.trusted_seconds, byte_limit=self.options.trusted_bytes, failures=_ANY)
        return answers.rewrite(body, form, request.media_type, byte_limit=byte_limit)

    def body(self, request: QueryRequest, form: QueryForm, *, seconds: float, byte_limit: int, failures: Failures) -> bytes:
        """What the server answers, in JSON or N-Triples. `failures` are the exceptions that speak against the server."""

        def send() -> bytes:
            return _checked(self._send(request, form, seconds, byte_limit), form, seconds)

        return self._breaker.run(send, failures)

    def close(self) -> None:
        """Close the connections that are kept."""
        self._transport.close()

    def _trusted(self, query: str, forms: set[QueryForm], reason: str) -> bytes:
        form = tokens.inspect(query, _UNBOUNDED)
        if form not in forms:
            raise QuerySyntaxError(reason)
        request = QueryRequest(query=query, media_type="")
        try:
            return self.body(request, form, seconds=self.options.trusted_seconds, byte_limit=self.options.trusted_bytes, failures=_ANY)
        except AnswerTooLarge as error:
            raise StoreFailure("store.broken") from error

    def _send(self, request: QueryRequest, form: QueryForm, seconds: float, byte_limit: int) -> Reply:
        def send(made: urllib.request.Request) -> Reply:
            return self._transport.send(made, seconds=seconds, byte_limit=byte_limit)

        text = tokens.decode(request.query)
        found = tokens.prologue(text)
        wrapper = _Request(self.url, form, send)
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", answers.TABLE if form in {"SELECT", "ASK"} else answers.GRAPH)
        if self._credentials:
            wrapper.setCredentials(*self._credentials)
        for name, iri in _dataset(request, found.names_dataset):
            wrapper.addParameter(name, iri)
        wrapper.setQuery(_declared(found.prefixes) + text)
        return cast(Reply, wrapper.query().response)


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
    def limits(self) -> tokens.Limits:
        """What `tokens.inspect` allows a query."""
        return self._store.options.limits

    def run(self, request: QueryRequest, form: QueryForm | None = None) -> Answer:
        """The answer to `request` (see `isgkg.store.base.QueryRunner.run`)."""
        options = self._store.options
        form = form or tokens.inspect(request.query, options.limits)
        _refuse_own_functions(request.query)
        start = time.monotonic()
        if not self._places.acquire(timeout=options.wait_seconds):
            raise Overloaded
        try:
            asked = time.monotonic()
            body = self._store.body(
                request, form, seconds=options.deadline - (asked - start), byte_limit=options.answer_bytes, failures=_OUTAGES
            )
            seconds = time.monotonic() - asked
            written = answers.rewrite(body, form, request.media_type, byte_limit=options.answer_bytes)
        finally:
            self._places.release()
        return Answer(body=written, media_type=request.media_type, seconds=seconds)

    def close(self) -> None:
        """Close the connections to the store."""
        self._store.close()


_ANY: Final[Failures] = (StoreUnavailable, StoreFailure, QueryTimeout)
_OUTAGES: Final[Failures] = (StoreUnavailable,)
"""Of public queries only what is no query's fault speaks against the server: nobody can switch it off for all by asking too much."""


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


def _dataset(request: QueryRequest, in_query: bool) -> Sequence[tuple[str, str]]:
    """The parameters that name the dataset (SPARQL 1.1 Protocol, 2.1.4), so that no server's own idea of it counts."""
    default, named = request.default_graphs, request.named_graphs
    if not (default or named):
        if in_query:
            return ()
        default, named = _UNION, _ALL
    return [
        *(("default-graph-uri", iri) for iri in default or (_NOWHERE,)),
        *(("named-graph-uri", iri) for iri in named or (_NOWHERE,)),
    ]


def _declared(prefixes: frozenset[str]) -> str:
    """Declarations of the predeclared prefixes among these, on the query's first line, so that places in it stay right."""
    return "".join(f"PREFIX {prefix}: <{names.PREFIXES[prefix]}> " for prefix in sorted(prefixes) if prefix in names.PREFIXES)


def _refuse_own_functions(query: str) -> None:
    """Raises QueryRefused for a query of the public that names a function of the server's own."""
    for iri in tokens.prologue(query).iris:
        if iri.strip().lower().startswith(_OWN_SCHEMES):
            raise QueryRefused("store.own-function", iri=iri[:_DETAIL])


def _checked(reply: Reply, form: QueryForm, seconds: float) -> bytes:
    """The body of an answer. Raises the QueryError that a reply of another kind is."""
    status = reply.status
    if status != _OK:
        raise _refusal(reply, seconds)
    if any(header in reply.headers for header in _CUT):
        raise StoreFailure("store.cut")
    if reply.media_type not in _MEDIA_TYPES[form in {"SELECT", "ASK"}]:
        raise StoreFailure("store.media-type", found=reply.media_type[:_DETAIL] or "–")
    return reply.body


_OK: Final = 200
_MEDIA_TYPES: Final = {True: {answers.TABLE, "application/json"}, False: {answers.GRAPH, "text/plain"}}


def _refusal(reply: Reply, seconds: float) -> QueryError:
    """What a reply means that is no answer."""
    match reply.status:
        case 400:
            return QuerySyntaxError(_reason(reply))
        case 401 | 403:
            return StoreFailure("store.denied", user=USER, password=PASSWORD)
        case 408 | 504:
            return QueryTimeout("store.timeout", seconds=f"{seconds:g}")
        case 429 | 503:
            return StoreUnavailable(messages.both("store.cause.busy"))
        case status if 300 <= status < 400:
            return StoreFailure("store.redirect")
        case status:
            return StoreFailure("store.status", status=status)


def _reason(reply: Reply) -> str:
    """The first line of what the server says of a query that it cannot read, as a reason of QuerySyntaxError."""
    line = reply.body.decode("utf-8", "replace").strip().partition("\n")[0][:_DETAIL]
    if reply.media_type != "text/plain" or not line.strip().isprintable() or not line.strip():
        return "query.reason.engine"
    return f"query.reason.server {line.strip()}"
