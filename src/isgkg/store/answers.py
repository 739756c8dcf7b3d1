"""The answers of remote stores as pyoxigraph's terms.

Flows in: SPARQL 1.1 Query Results in JSON, and N-Triples. Flows out: solutions, a truth value, triples; StoreFailure for what is no whole
answer. What Virtuoso writes in its own way is put right here, and docs/stores.md names it.
"""

import json
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
    serialize,
)

from isgkg import names
from isgkg.errors import AnswerTooLarge, QueryError, StoreFailure
from isgkg.store.embedded import GRAPH_FORMATS, TABLE_FORMATS, Capped, prefixes_of
from isgkg.store.inspection import QueryForm

TABLE: Final = "application/sparql-results+json"
GRAPH: Final = "application/n-triples"

_OWN_WAYS: Final = (b"typed-literal", b"nodeID:", b"__ASK_RETVAL", b"__ask_retval", b"Integer", b"XMLSchema#boolean")
"""What a document holds that may have something to put right; strings that hold it cost time, nothing else."""
_BOOLEAN: Final = names.XSD + "boolean"
_INTEGER: Final = names.XSD + "integer"
_TRUTH: Final = {"1": "true", "0": "false"}
_INTEGERS: Final = frozenset(
    names.XSD + name for name in ("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger")
)
"""The embedded store keeps these as xsd:integer, and truth values as true and false: other stores' answers say the same."""
_NO_LABEL: Final = re.compile(r"[^A-Za-z0-9]")


def solutions(body: bytes) -> QuerySolutions:
    """The answer to a SELECT query. Raises StoreFailure for anything else than such a document, whole."""
    with _refusing():
        body = _put_right(body, "SELECT")
        # Read to its end before any of it is used: a document that breaks off must not be a short answer.
        deque(_solutions(body), maxlen=0)
        return _solutions(body)


def truth(body: bytes) -> bool:
    """The answer to an ASK query. Raises StoreFailure for anything else than such a document."""
    with _refusing():
        return bool(_truth(_put_right(body, "ASK")))


def triples(body: bytes) -> list[Triple]:
    """The statements of a graph, sorted and each once. Raises StoreFailure for what is no N-Triples."""
    with _refusing():
        return sorted(set(_statements(body)), key=str)


def rewrite(body: bytes, form: QueryForm, media_type: str, *, byte_limit: int) -> bytes:
    """The answer to a query of this form in the format that is wanted. Raises StoreFailure, and AnswerTooLarge beyond `byte_limit`."""
    out = Capped(byte_limit)
    with _refusing():
        if form in {"CONSTRUCT", "DESCRIBE"}:
            format_ = GRAPH_FORMATS[media_type]
            serialize(_statements(body), out, format_, prefixes=prefixes_of(format_))
        else:
            body = _put_right(body, form)
            (_solutions(body) if form == "SELECT" else _truth(body)).serialize(out, TABLE_FORMATS[media_type])
    return out.getvalue()


@contextmanager
def _refusing() -> Iterator[None]:
    """Read what a stranger sent, with this project's errors."""
    try:
        yield
    except QueryError:
        raise
    except (SyntaxError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OSError, RuntimeError) as error:
        cause = error.__cause__ or error.__context__
        if isinstance(cause, AnswerTooLarge):
            raise cause from None
        raise StoreFailure("store.malformed") from error


# No frame of a traceback may hold solutions: another thread might collect it, and they cannot be dropped in another thread.
def _solutions(body: bytes) -> QuerySolutions:
    answer = parse_query_results(body, QueryResultsFormat.JSON)
    if not isinstance(answer, QuerySolutions):
        raise StoreFailure("store.malformed")
    return answer


def _truth(body: bytes) -> QueryBoolean:
    answer = parse_query_results(body, QueryResultsFormat.JSON)
    if isinstance(answer, QueryBoolean):
        return answer
    del answer
    raise StoreFailure("store.malformed")


def _statements(body: bytes) -> Iterator[Triple]:
    for quad in parse(body, format=RdfFormat.N_TRIPLES, rename_blank_nodes=True):
        found = quad.object
        if isinstance(found, Literal) and (form := _form(found.value, found.datatype.value)) != (found.value, found.datatype.value):
            yield Triple(quad.subject, quad.predicate, Literal(form[0], datatype=NamedNode(form[1])))
        else:
            yield quad.triple


def _form(value: str, datatype: str) -> tuple[str, str]:
    """The written form and the datatype under which the embedded store keeps a literal."""
    if datatype == _BOOLEAN:
        return _TRUTH.get(value, value), datatype
    if datatype in _INTEGERS:
        return value, _INTEGER
    return value, datatype


def _put_right(body: bytes, form: QueryForm) -> bytes:
    """The document as the recommendation has it."""
    if not any(sign in body for sign in _OWN_WAYS):
        return body
    document = json.loads(body)
    rows = document.get("results", {}).get("bindings", ())
    if form == "ASK" and "boolean" not in document:
        document = {"head": {}, "boolean": any(value["value"] == "1" for row in rows for value in row.values())}
    for row in rows:
        for term in row.values():
            _put_term_right(term)
    return json.dumps(document).encode("ascii")


def _put_term_right(term: dict[str, str]) -> None:
    if term["type"] == "typed-literal":
        term["type"] = "literal"
    if term["type"] == "bnode":
        term["value"] = "b" + _NO_LABEL.sub("x", term["value"])
    if "datatype" in term:
        term["value"], term["datatype"] = _form(term["value"], term["datatype"])
