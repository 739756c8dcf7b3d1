"""Public queries, run for a client within its budget.

Flows in: a query, and who asks. Flows out: its serialized answer, or the response that carries it.
"""

from collections.abc import Sequence

from flask import Response, request

from isgkg.errors import InputError
from isgkg.store import Answer, QueryForm, QueryRequest
from isgkg.store.tokens import is_repeatable
from isgkg.web import caching
from isgkg.web.state import State, state


def known_graphs(iris: Sequence[str]) -> tuple[str, ...]:
    """Graphs that a request names (SPARQL 1.1 Protocol, 2.1.4). Raises InputError for one that the service does not have."""
    known = state().dataset.named
    for iri in iris:
        if iri not in known:
            raise InputError("web.sparql.graph", iri=iri[:200], known=", ".join(sorted(known)))
    return tuple(iris)


def respond(query: QueryRequest, form: QueryForm) -> Response:
    """The answer as it was asked for by the current request; 304 where the client has it already. Raises as `charged` does."""
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


def run(query: QueryRequest, form: QueryForm) -> Answer:
    """The answer, for the client of the current request. Raises as `charged` does."""
    return charged(state(), request.remote_addr, query, form)


def charged(state: State, client: str | None, query: QueryRequest, form: QueryForm) -> Answer:
    """The answer, for the client of this address. Raises what `QueryRunner.run` raises, and OverBudget where it has used up its minute."""
    with state.budgets.charged(client) as charge:
        answer = state.pool.run(query, form)
        charge(answer.seconds)
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
