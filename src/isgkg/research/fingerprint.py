"""The fingerprint of an answer: the same for the same answer, whoever computed it, in whatever order the store gave it.

Flows in: a table, triples, or a truth value. Flows out: a SHA-256 in hexadecimal.

The rows of a table count as a bag unless their query orders them. A blank node has no name that outlives an answer: each counts as "some
node". (Canonical names, as RDFC-1.0 gives them, would tell more apart, but a small graph made for it takes them forever.)
"""

import hashlib
from collections.abc import Iterable
from typing import Final

from pyoxigraph import BlankNode, Triple

from isgkg.research.table import Table, Term

LENGTH: Final = 64
"""Hexadecimal digits of a fingerprint."""


def fingerprint(answer: "Table | Iterable[Triple] | bool", *, ordered: bool = False) -> str:
    """The SHA-256 of the answer in a canonical form; `ordered` says that the order of its rows is part of it."""
    if isinstance(answer, bool):
        return _sha256(["true" if answer else "false"])
    if isinstance(answer, Table):
        rows = ["\t".join(map(_cell, row)) for row in answer.terms]
        return _sha256(["\t".join(answer.columns), *(rows if ordered else sorted(rows))])
    return _sha256(sorted({" ".join(map(_cell, (triple.subject, triple.predicate, triple.object))) for triple in answer}))


def _cell(term: Term) -> str:
    """The term as in N-Triples, without tabs and line breaks; "" for what is unbound."""
    return "" if term is None else "_:" if isinstance(term, BlankNode) else str(term)


def _sha256(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
