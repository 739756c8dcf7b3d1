"""The embedded store: pyoxigraph, in memory or on disk (`isgkg.store.disk`).

Flows in: the N-Quads of a release. Flows out: solutions, triples, truth values, or a serialized answer. Foreign errors end here.
"""

import hashlib
import io
import re
import shlex
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from isgkg import messages, names
from isgkg.errors import AnswerTooLarge, QueryError, QuerySyntaxError, ReleaseError, refusal
from isgkg.store import clauses, tokens
from isgkg.store.base import QueryRequest

TABLE_FORMATS: Final[dict[str, QueryResultsFormat]] = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
GRAPH_FORMATS: Final[dict[str, RdfFormat]] = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}
"""Media types in the order in which they are offered: the first is sent to a client that accepts anything."""

_PLACE = re.compile(r"error at (\d+):(\d+):")
_NO_XML: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|<oxprefix: ")
"""Characters outside those of XML 1.0 (2.2), and a predicate of which no name can be made (RDF/XML, 2.2)."""
_FUNCTION = re.compile(r"custom function <([^>]*)> is not supported")


class Capped(io.BytesIO):
    """A buffer that refuses to grow past `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def write(self, data: "bytes | bytearray | memoryview", /) -> int:  # type: ignore[override]  # pyoxigraph passes bytes
        if self.tell() + memoryview(data).nbytes > self._limit:
            raise AnswerTooLarge("query.too-large", limit=self._limit)
        return super().write(data)


class EmbeddedStore:
    """A dataset in memory, a release or any other (see `isgkg.store.base.Store`).

    Its default graph is that of the data, which a release leaves empty, and the graphs of `names.DEFAULT_GRAPHS` copied into it.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @classmethod
    def load(cls, nquads: Path, sha256: str | None = None) -> "EmbeddedStore":
        """The store of the N-Quads file of a release. Raises ReleaseError where the file cannot be read as N-Quads, and where it is not the
        one with this hash.
        """
        store = Store()
        try:
            content = nquads.read_bytes()
            if sha256 not in {None, hashlib.sha256(content).hexdigest()}:
                raise ReleaseError("release.store.replaced")
            store.bulk_load(input=content, format=RdfFormat.N_QUADS)
        except (OSError, SyntaxError) as error:
            if sha256:
                raise ReleaseError("release.store.replaced") from error
            reason = refusal(error) if isinstance(error, OSError) else messages.both("cause.syntax")
            raise ReleaseError("release.unreadable", file=nquads, out=shlex.quote(str(nquads.parent)), reason=reason) from error
        return cls._with_union(store)

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> "EmbeddedStore":
        """The store of these quads."""
        store = Store()
        store.bulk_extend(quads)
        return cls._with_union(store)

    @classmethod
    def _with_union(cls, store: Store) -> "EmbeddedStore":
        # The default graph is a copy of the union: asking several graphs at once costs a lookup in each, at every step of every join.
        for name in names.DEFAULT_GRAPHS:
            graph = NamedNode(names.graph(name))
            store.bulk_extend([Quad(q.subject, q.predicate, q.object) for q in store.quads_for_pattern(None, None, None, graph)])
        return cls(store)

    def add(self, quads: Iterable[Quad]) -> None:
        """Add quads to a store that is still being filled."""
        self._store.bulk_extend(quads)

    def count(self, subject: NamedNode) -> int:
        """How many statements of the default graph have this subject."""
        return sum(1 for _ in self._store.quads_for_pattern(subject, None, None, DefaultGraph()))

    def size(self) -> int:
        """How many statements there are, those of the default graph counted again."""
        return len(self._store)

    def select(self, query: str) -> QuerySolutions:
        answer = self._query(query)
        if not isinstance(answer, QuerySolutions):
            raise QuerySyntaxError("query.reason.select")
        return answer

    def ask(self, query: str) -> bool:
        answer = self._query(query)
        if not isinstance(answer, QueryBoolean):
            raise QuerySyntaxError("query.reason.ask")
        return bool(answer)

    def construct(self, query: str) -> list[Triple]:
        answer = self._query(query)
        if not isinstance(answer, QueryTriples):
            raise QuerySyntaxError("query.reason.construct")
        with _translating(query):
            return sorted(set(answer), key=str)

    def evaluate(self, request: QueryRequest, *, byte_limit: int) -> bytes:
        """The answer to a public query, serialized. Raises QuerySyntaxError, AnswerTooLarge past `byte_limit` bytes, QueryError, also for
        what XML cannot hold: the engine writes it all the same.
        """
        out = Capped(byte_limit)
        with _translating(request.query):
            answer = self._query(request.query, _dataset(request))
            if isinstance(answer, QueryTriples):
                format_ = GRAPH_FORMATS[request.media_type]
                serialize(answer, out, format_, prefixes=prefixes_of(format_))
            else:
                answer.serialize(out, TABLE_FORMATS[request.media_type])
        body = out.getvalue()
        if request.media_type.endswith("xml") and _NO_XML.search(body):
            raise QueryError("query.xml")
        return body

    def dump(self, output: IO[bytes], graph: str | None = None) -> None:
        """Write the named graphs as N-Quads, or one named graph (its IRI) as N-Triples."""
        if graph is None:
            serialize((q for q in self._store if q.graph_name != DefaultGraph()), output, RdfFormat.N_QUADS)
        else:
            self._store.dump(output, RdfFormat.N_TRIPLES, from_graph=NamedNode(graph))

    def _query(self, query: str, dataset: "dict[str, list[NamedNode]] | None" = None) -> QuerySolutions | QueryBoolean | QueryTriples:
        # The engine's parser reads every prefix that it is given, which takes a tenth of the time of a short query.
        prefixes = {prefix: iri for prefix, iri in names.PREFIXES.items() if f"{prefix}:" in query}
        with _translating(query):
            return self._store.query(query, base_iri=names.SERVICE, prefixes=prefixes, **(dataset or {}))  # type: ignore[arg-type]  # a dict of keywords


def _dataset(request: QueryRequest) -> dict[str, list[NamedNode]]:
    """The protocol's dataset as keywords of pyoxigraph (SPARQL 1.1 Protocol, 2.1.4: naming any graph replaces the whole dataset)."""
    if not (request.default_graphs or request.named_graphs):
        return {}
    return {
        "default_graph": [NamedNode(iri) for iri in request.default_graphs],
        "named_graphs": [NamedNode(iri) for iri in request.named_graphs],
    }


def prefixes_of(format_: RdfFormat) -> dict[str, str] | None:
    """The prefixes of a graph in this format; None where it has none."""
    return names.PREFIXES if format_ in {RdfFormat.TURTLE, RdfFormat.RDF_XML, RdfFormat.JSON_LD} else None


@contextmanager
def _translating(query: str) -> Iterator[None]:
    """Run what asks the engine, lazily or at once, with this project's errors."""
    try:
        yield
    except QueryError:
        raise
    except SyntaxError as error:
        raise _syntax_error(error, query) from error
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        # An error raised by the buffer comes back wrapped: the cap is what it was about.
        cause = error.__cause__ or error.__context__
        if isinstance(cause, QueryError):
            raise cause from None
        unknown = _FUNCTION.search(str(error))
        raise (QueryError("query.function", iri=unknown[1]) if unknown else QueryError("query.failed", reason=str(error))) from error


def _syntax_error(error: SyntaxError, query: str) -> QuerySyntaxError:
    """pyoxigraph's error: it begins "error at LINE:COLUMN:", which helps, and lists all that its grammar would take, which does not."""
    match = _PLACE.search(str(error))
    if match is None:
        return QuerySyntaxError("query.reason.engine")
    unknown = clauses.prefix_error(query, names.PREFIXES)
    if unknown is not None:
        return unknown
    line, column = int(match[1]), int(match[2])
    return QuerySyntaxError(tokens.excerpt(query, line, column), line, column)
