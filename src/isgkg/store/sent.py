"""A query as it is sent to a remote server.

Flows in: queries. Flows out: their text, with what the server is not asked to know or to have of its own, and the parameters that name the
dataset; or a QueryError for what the store in memory would not answer either.
"""

import re
from collections.abc import Sequence
from typing import Final

from isgkg import names
from isgkg.errors import QueryError, QueryRefused, QuerySyntaxError
from isgkg.store import clauses, tokens
from isgkg.store.base import QueryRequest

_NOWHERE: Final = "urn:isgkg:none"
"""A graph that no store has. Virtuoso takes "no graphs" for "all graphs", so none are named by naming this one."""
_ALL: Final = tuple(names.graph(name) for name in names.GRAPHS)
_UNION: Final = tuple(names.graph(name) for name in names.DEFAULT_GRAPHS)
_OWN_FUNCTION: Final = re.compile(r"(?:^|:)\s*(?:bif|sql):", re.IGNORECASE)
"""Virtuoso's names of functions of its own, some of which reach out of the store; LONG::bif:… is one, too."""
_DETAIL: Final = 200
"""Code points of a name that are shown."""


def sent(request: QueryRequest) -> tuple[str, Sequence[tuple[str, str]]]:
    """The query as it is sent, with the declarations that it needs; and the parameters that name the dataset (SPARQL 1.1 Protocol, 2.1.4),
    so that no server's own idea of it counts.

    A dataset that query or request name stands in the text, and then there are no parameters: Virtuoso would add one to the other, and a
    service such as this one refuses parameters with a graph that it does not have. Raises QuerySyntaxError.
    """
    text = tokens.decode(request.query)
    found = clauses.prologue(text)
    if found.prefixes - names.PREFIXES.keys():
        raise clauses.prefix_error(request.query, names.PREFIXES) or QuerySyntaxError("query.reason.engine")
    start = found.start if _ABSOLUTE.match(found.base) else 0
    text = text[:start] + _declared(found) + text[start:]
    parts = clauses.dataset_clauses(text, names.SERVICE, names.PREFIXES)
    default, named = request.default_graphs, request.named_graphs
    if not (default or named):
        default, named = parts.default, parts.named
    if default or named:
        written = [*(f"FROM <{iri}>" for iri in _known(default)), *(f"FROM NAMED <{iri}>" for iri in _known(named))]
        return f"{parts.before} {' '.join(written)} {parts.after}", ()
    return text, [*(("default-graph-uri", iri) for iri in _UNION), *(("named-graph-uri", iri) for iri in _ALL)]


def _known(iris: Sequence[str]) -> Sequence[str]:
    """Those of these graphs that the release has. One that is not there is empty in memory; the server may have one of that name."""
    return tuple(iri for iri in iris if iri in _ALL) or (_NOWHERE,)


def _declared(found: clauses.Prologue) -> str:
    """What a query takes for declared: its prefixes, and the base of relative IRIs, where it writes any. It stands after the query's own
    base: Virtuoso wants that first.

    Without a base Virtuoso calls its own procedures by relative IRIs; with two it refuses the query.
    """
    is_needed = any(not _ABSOLUTE.match(iri) for iri in found.iris) and not _ABSOLUTE.match(found.base)
    base = f"BASE <{names.SERVICE}> " if is_needed else ""
    return base + "".join(f"PREFIX {prefix}: <{names.PREFIXES[prefix]}> " for prefix in sorted(found.prefixes))


_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")


def refuse_functions(query: str) -> None:
    """Raises QueryRefused for a query of the public that names a function of the server's own, QueryError for one that calls any but the
    casts that SPARQL 1.1 has (17.5), as the store in memory does.
    """
    for iri in clauses.prologue(query).iris:
        if _OWN_FUNCTION.search(iri.strip()):
            raise QueryRefused("store.own-function", iri=iri[:_DETAIL])
    for iri in sorted(clauses.called(query, names.SERVICE, names.PREFIXES)):
        if not iri.startswith(names.XSD):
            raise QueryError("query.function", iri=iri[:_DETAIL])
