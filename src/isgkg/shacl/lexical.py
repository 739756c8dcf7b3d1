"""Literals as the data write them, where the store keeps another form.

Oxigraph rewrites literals when it stores them ("4.0"^^xsd:decimal becomes "4", "1"^^xsd:byte becomes an xsd:integer). SHACL speaks about
what the data say: sh:datatype, sh:pattern, sh:in and reported values look here.

Flows in: the triples or quads of the data as a parser gives them. Flows out: the written forms of a stored literal. A number that the
data write in two ways keeps both, told apart by subject and predicate where they are known: for the values of a predicate. Along longer
paths, and in shapes nested below, each written form of such a number anywhere in the data counts. sh:minCount, sh:maxCount and queries
of the shapes see what is stored, where "1"^^xsd:byte and 1 are one value.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

from isgkg.shacl.datatypes import has_lexical_space
from isgkg.shacl.vocabulary import Node
from isgkg.store import loading

Statement = tuple[Node, NamedNode, Literal]


class Lexical:
    """The written forms of the stored literals that differ from them."""

    def __init__(self, statements: Iterable[Statement], stored: Mapping[Literal, Literal]) -> None:
        """`statements` as written; `stored` maps a written literal to the stored one, as far as a store might rewrite it."""
        self._of_statement: dict[Statement, list[Literal]] = defaultdict(list)
        self._of_term: dict[Literal, list[Literal]] = defaultdict(list)
        for subject, predicate, written in dict.fromkeys(statements):
            self._of_statement[subject, predicate, stored[written]].append(written)
        for statement, forms in [*self._of_statement.items()]:
            if forms == [statement[2]]:
                del self._of_statement[statement]
        for written, literal in stored.items():
            self._of_term[literal].append(written)
        for literal, forms in [*self._of_term.items()]:
            if forms == [literal]:
                del self._of_term[literal]
        self._anywhere: Mapping[Literal, Sequence[Literal]] = self._of_term

    @classmethod
    def of(cls, quads: Iterable[Quad | Triple]) -> "Lexical":
        """The literals among these objects whose stored form differs."""
        statements: list[Statement] = [
            (q.subject, q.predicate, q.object) for q in quads if isinstance(q.object, Literal) and may_be_rewritten(q.object)
        ]
        return cls(statements, loading.stored(dict.fromkeys(statement[2] for statement in statements)))

    def __bool__(self) -> bool:
        return bool(self._of_term)

    def forms(self, term: Node) -> tuple[Node, ...]:
        """The written forms of a stored term, wherever it stands; the term itself where nothing else is known."""
        return tuple(self._of_term.get(term, (term,))) if isinstance(term, Literal) else (term,)

    def all_forms(self, literal: Literal) -> tuple[Literal, ...]:
        """The stored literal, and whatever written form it may have anywhere."""
        return (literal, *self._anywhere.get(literal, ()), *self._of_term.get(literal, ()))

    def forms_at(self, subject: Node, predicate: NamedNode, term: Node) -> tuple[Node, ...]:
        """The written forms of a stored term as object of `subject` and `predicate`."""
        return tuple(self._of_statement.get((subject, predicate, term), (term,))) if isinstance(term, Literal) else (term,)

    def with_terms(self, literals: Iterable[Literal]) -> "Lexical":
        """This table, but the given literals are the only written forms of what the store makes of them, wherever that is no object."""
        found = Lexical((), {})
        found._of_statement = self._of_statement
        found._anywhere = self._anywhere
        found._of_term = self._of_term.copy()
        of_stored: dict[Literal, list[Literal]] = {}
        for written, stored in loading.stored(dict.fromkeys(filter(may_be_rewritten, literals))).items():
            of_stored.setdefault(stored, []).append(written)
        found._of_term.update(of_stored)
        return found


NOTHING_REWRITTEN: Final = Lexical((), {})


def may_be_rewritten(literal: Literal) -> bool:
    """Whether a store might keep another form: numbers, times and truth values."""
    return has_lexical_space(literal.datatype.value)
