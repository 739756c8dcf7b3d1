"""Public queries, run for a client: from memory where the same was asked before, else within the client's budget, in the pool.

Flows in: a query of the current request. Flows out: its serialized answer.
"""

from collections.abc import Sequence

from flask import request

from isgkg.errors import InputError
from isgkg.store import Answer, QueryForm, QueryRequest
from isgkg.store.tokens import is_repeatable
from isgkg.web import caching
from isgkg.web.state import state


def known_graphs(iris: Sequence[str]) -> tuple[str, ...]:
    """Graphs that a request names (SPARQL 1.1 Protocol, 2.1.4). Raises InputError for one that the service does not have."""
    known = state().dataset.named
    for iri in iris:
        if iri not in known:
            raise InputError("web.sparql.graph", iri=iri[:200], known=", ".join(sorted(known)))
    return tuple(iris)


def tag(query: QueryRequest) -> str | None:
    """What names the answer: query, graphs and media type, of this release. None where asking again may give another answer."""
    if not is_repeatable(query.query):
        return None
    return caching.tag("sparql", query.media_type, query.query, *query.default_graphs, "", *query.named_graphs)


def run(query: QueryRequest, form: QueryForm, tag: str | None) -> Answer:
    """The answer. One from memory took the engine no time.

    Raises what `QueryPool.run` raises, and OverBudget where the client has used up its minute.
    """
    kept = state().answers.get(tag) if tag else None
    if kept is not None:
        return Answer(body=kept, media_type=query.media_type, seconds=0.0)
    with state().budgets.charged(request.remote_addr) as charge:
        answer = state().pool.run(query, form)
        charge(answer.seconds)
    if tag:
        state().answers.put(tag, answer.body)
    return answer
