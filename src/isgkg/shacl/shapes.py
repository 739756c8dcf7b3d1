"""A shapes graph as an index.

Flows in: triples or quads as a parser gives them; a store would have rewritten some of their literals. Flows out: the values of a
property, the members of a list, and types.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from isgkg import names
from isgkg.errors import ShapesError
from isgkg.shacl.vocabulary import FIRST, NIL, REST, SUBCLASS_OF, TRUE, TYPE, Node


class Shapes:
    """The triples of a shapes graph, each once, in the order given. Graph names are ignored."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples: Final = tuple(dict.fromkeys(triples))
        self._objects: dict[Node, dict[NamedNode, list[Node]]] = defaultdict(lambda: defaultdict(list))
        self._subjects: dict[NamedNode, dict[Node, list[Node]]] = defaultdict(lambda: defaultdict(list))
        self._referrers: dict[Node, Node] = {}
        self._positions: dict[Node, int] = {}
        for triple in self.triples:
            self._objects[triple.subject][triple.predicate].append(triple.object)
            self._subjects[triple.predicate][triple.object].append(triple.subject)
            self._referrers.setdefault(triple.object, triple.subject)
            self._positions.setdefault(triple.subject, len(self._positions))

    @classmethod
    def of(cls, quads: Iterable[Quad | Triple]) -> "Shapes":
        """The shapes graph of these quads or triples."""
        return cls(q.triple if isinstance(q, Quad) else q for q in quads)

    def values(self, subject: Node, predicate: NamedNode) -> tuple[Node, ...]:
        """The objects of `subject` and `predicate`."""
        return tuple(self._objects[subject][predicate]) if subject in self._objects else ()

    def value(self, subject: Node, predicate: NamedNode) -> Node | None:
        """The only object, or None. Raises ShapesError where there are several."""
        found = self.values(subject, predicate)
        if len(found) > 1:
            raise ShapesError("shacl.too-many-values", shape=self.label(subject), parameter=names.compact(predicate.value))
        return found[0] if found else None

    def subjects(self, predicate: NamedNode, value: Node) -> tuple[Node, ...]:
        """The subjects of `predicate` and `value`."""
        return tuple(self._subjects[predicate][value]) if predicate in self._subjects else ()

    def predicates(self, subject: Node) -> tuple[NamedNode, ...]:
        """The predicates of `subject`."""
        return tuple(self._objects[subject]) if subject in self._objects else ()

    def is_true(self, subject: Node, predicate: NamedNode) -> bool:
        """Whether a boolean parameter is true."""
        return TRUE in self.values(subject, predicate)

    def members(self, head: Node) -> tuple[Node, ...]:
        """The members of a SHACL list (2, "SHACL list"). Raises ShapesError for one that is broken, branches or comes back to itself."""
        found: list[Node] = []
        seen: set[Node] = set()
        node = head
        while node != NIL:
            first, rest = self.values(node, FIRST), self.values(node, REST)
            if len(first) != 1 or len(rest) != 1 or node in seen:
                raise ShapesError("shacl.list", shape=self.label(head))
            seen.add(node)
            found.append(first[0])
            node = rest[0]
        return tuple(found)

    def types(self, node: Node) -> frozenset[Node]:
        """The SHACL types of a node in the shapes graph: its types and their superclasses."""
        return self._closure(self.values(node, TYPE), lambda found: self.values(found, SUBCLASS_OF))

    def instances(self, class_: NamedNode) -> tuple[Node, ...]:
        """The SHACL instances of a class in the shapes graph, in the order in which the graph describes them."""
        classes = self._closure((class_,), lambda found: self.subjects(SUBCLASS_OF, found))
        found = {node for each in classes for node in self.subjects(TYPE, each)}
        return tuple(sorted(found, key=self.position))

    def position(self, node: Node) -> int:
        """The rank of a subject in the order in which the graph describes them: an order for blank nodes, too."""
        return self._positions.get(node, len(self._positions))

    def label(self, node: Node) -> str:
        """A node for people to find: its IRI or literal, and for a blank node the nearest named node that leads to it."""
        seen: set[Node] = set()
        found = node
        while isinstance(found, BlankNode) and found not in seen and found in self._referrers:
            seen.add(found)
            found = self._referrers[found]
        text = names.compact(found.value) if isinstance(found, NamedNode) else str(found)
        return text if found == node else f"{text} › [ ]"

    @staticmethod
    def _closure(start: Iterable[Node], step: Callable[[Node], Iterable[Node]]) -> frozenset[Node]:
        seen = set(start)
        pending = list(seen)
        while pending:
            found = set(step(pending.pop())) - seen
            seen |= found
            pending += found
        return frozenset(seen)
