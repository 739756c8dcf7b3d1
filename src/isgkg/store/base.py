"""The interface of a store, and what a public query and its answer are made of.

Flows in: SPARQL 1.1 text. Flows out: pyoxigraph's terms, which every store returns, embedded or remote.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import QuerySolutions, Triple

from isgkg.store.inspection import Limits, QueryForm


class Store(Protocol):
    """A queryable dataset. The default graph is the union of all named graphs but shapes. Any number of threads use it at once.

    Every method raises `QuerySyntaxError` for text that is not SPARQL 1.1 or not of its form, and another QueryError where the engine or
    the server behind it gives no answer.
    """

    def select(self, query: str) -> QuerySolutions:
        """Solutions of a SELECT query, in the order of the query."""

    def ask(self, query: str) -> bool:
        """The answer of an ASK query."""

    def construct(self, query: str) -> Sequence[Triple]:
        """The triples of a CONSTRUCT or DESCRIBE query, sorted."""


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """What a service answers from where a query names no graphs (SPARQL 1.1 Service Description, 2: sd:defaultDataset).

    `named` are the named graphs, IRI → number of triples. The default graph is the union of those in `union`; where that is empty, it is a
    graph of its own.
    """

    named: Mapping[str, int]
    union: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class QueryRequest:
    """A public query (SPARQL 1.1 Protocol, 2.1): its text, the representation wanted, and the dataset it names.

    `default_graphs` and `named_graphs` are IRIs; both empty means the store's own dataset.
    """

    query: str
    media_type: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The serialized answer of a public query. `seconds` is the time in the engine."""

    body: bytes
    media_type: str
    seconds: float


class QueryRunner(Protocol):
    """Answers public queries within limits; any number of threads use it at once."""

    @property
    def limits(self) -> Limits:
        """What `inspection.inspect` allows a query."""

    @property
    def is_crowded(self) -> bool:
        """Whether a query would be refused for want of a place, as far as that is known without asking."""

    def run(self, request: QueryRequest, form: QueryForm | None = None) -> Answer:
        """The answer to `request`. `form` is what `inspection.inspect` gave for its text, where the caller has inspected it already.

        Raises a QueryError by the deadline: its class says whether the query, the engine or the load is the reason.
        """

    def close(self) -> None:
        """End what runs; later queries raise Overloaded."""
