"""Public queries, run for a client within its budget.

Flows in: a query, and who asks. Flows out: its serialized answer, or the response that carries it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from flask import Response, request

from isgkg.errors import AnswerTooLarge, InputError
from isgkg.store import Answer, QueryForm, QueryRequest
from isgkg.store.inspection import is_repeatable
from isgkg.web import caching
from isgkg.web.state import State, state

Run = Callable[[QueryRequest, QueryForm], Answer]
"""Runs a query for one client, and charges it."""

SHOWN_ROWS: Final = 1000
"""Rows that a page shows; the downloads have all."""
_SHOWN_BYTES: Final = 2 * 2**20
_SHOWN_TERMS: Final = 100_000
"""How much of an answer the front may turn into a page or a permalink by itself: a tenth or two of a second of computing."""


def known_graphs(iris: Sequence[str]) -> tuple[str, ...]:
    """Graphs that a request names (SPARQL 1.1 Protocol, 2.1.4), each once: the engine would count twice what is named twice.

    Raises InputError for one that the service does not have.
    """
    known = state().dataset.named
    for iri in iris:
        if iri not in known:
            raise InputError("web.sparql.graph", iri=iri[:200], known=", ".join(sorted(known)))
    return tuple(dict.fromkeys(iris))


@contextmanager
def charged() -> Iterator[Run]:
    """Read, run and answer a query of the current request inside, at its client's cost.

    Raises OverBudget where the client has used up its minute. What is yielded raises what `QueryRunner.run` raises.
    """
    with charged_to(state(), request.remote_addr) as run:
        yield run


@contextmanager
def charged_to(state: State, client: str | None) -> Iterator[Run]:
    """The same, for the client of this address."""
    with state.budgets.charged(client) as charge:

        def run(query: QueryRequest, form: QueryForm) -> Answer:
            answer = state.pool.run(query, form)
            charge(answer.seconds)
            return answer

        yield run


def respond(run: Run, query: QueryRequest, form: QueryForm) -> Response:
    """The answer as it was asked for by the current request; 304 where the client has it already."""
    tag = tag_of(state(), query)
    known = caching.not_modified(tag) if tag else None
    if known:
        return known
    answer = run(query, form)
    response = Response(answer.body, content_type=content_type(query))
    response.headers["Server-Timing"] = timing(answer)
    if tag is None:
        response.headers["Cache-Control"] = "no-store"
    elif request.method != "POST":
        caching.tagged(response, tag)
    return response


def shown(run: Run, query: QueryRequest, form: QueryForm) -> Answer:
    """An answer for a page or a permalink. Raises AnswerTooLarge for one that would keep the front busy for long."""
    answer = run(query, form)
    # In JSON, each row and each term in it begins with a brace.
    if len(answer.body) > _SHOWN_BYTES or answer.body.count(b"{") > _SHOWN_TERMS:
        raise AnswerTooLarge("web.answer.too-large", limit=_SHOWN_BYTES // 2**20, terms=_SHOWN_TERMS)
    return answer


def tag_of(state: State, query: QueryRequest) -> str | None:
    """What names the answer: query, graphs and media type, of this release. None where asking again may give another answer."""
    if not is_repeatable(query.query):
        return None
    return caching.tag_of(state.manifest, "sparql", query.media_type, query.query, *query.default_graphs, "", *query.named_graphs)


def content_type(query: QueryRequest) -> str:
    """The Content-Type of its answer."""
    return f"{query.media_type}; charset=utf-8"


def timing(answer: Answer) -> str:
    """The header Server-Timing: milliseconds in the engine."""
    return f"query;dur={answer.seconds * 1000:.1f}"
