"""Validation reports as RDF (SHACL 3.6).

Flows in: results, and the shapes graph, which describes their paths. Flows out: triples, the same for the same results.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from isgkg import names
from isgkg.shacl.results import Result
from isgkg.shacl.shapes import Shapes
from isgkg.shacl.vocabulary import BOOLEAN, TYPE, Node, sh

_PATH_NAMESPACES: Final = (names.RDF, names.SH)


def report(results: Sequence[Result], shapes: Shapes) -> list[Triple]:
    """A sh:ValidationReport. Blank nodes are numbered by result; paths are copied from the shapes graph."""
    node = BlankNode("report")
    conforms = Literal("false" if results else "true", datatype=BOOLEAN)
    triples = [Triple(node, TYPE, sh("ValidationReport")), Triple(node, sh("conforms"), conforms)]
    for number, result in enumerate(results, 1):
        result_node = BlankNode(f"result{number}")
        triples.append(Triple(node, sh("result"), result_node))
        triples += _result(result_node, result, shapes)
    return triples


def _result(node: BlankNode, result: Result, shapes: Shapes) -> Iterator[Triple]:
    yield Triple(node, TYPE, sh("ValidationResult"))
    yield Triple(node, sh("focusNode"), result.focus_node)
    if result.path is not None:
        copies = _Copies(shapes, f"{node.value}path")
        yield Triple(node, sh("resultPath"), copies.of(result.path))
        yield from copies.triples()
    if result.value is not None:
        yield Triple(node, sh("value"), result.value)
    yield Triple(node, sh("sourceConstraintComponent"), NamedNode(result.component))
    yield Triple(node, sh("sourceShape"), result.shape)
    yield Triple(node, sh("resultSeverity"), NamedNode(result.severity))
    if result.constraint is not None:
        yield Triple(node, sh("sourceConstraint"), result.constraint)
    for message in result.messages:
        yield Triple(node, sh("resultMessage"), message)


class _Copies:
    """Copies of the blank nodes that describe a path, and of what hangs on them."""

    def __init__(self, shapes: Shapes, label: str) -> None:
        self._shapes = shapes
        self._label = label
        self._copies: dict[Node, BlankNode] = {}

    def of(self, node: Node) -> Node:
        """The copy of a blank node; any other node itself."""
        if not isinstance(node, BlankNode):
            return node
        return self._copies.setdefault(node, BlankNode(f"{self._label}{len(self._copies) + 1}"))

    def triples(self) -> Iterable[Triple]:
        """The triples of all copies; making them finds more nodes to copy."""
        done = 0
        while done < len(self._copies):
            node, copy = list(self._copies.items())[done]
            done += 1
            for predicate in self._shapes.predicates(node):
                if predicate.value.startswith(_PATH_NAMESPACES):
                    for value in self._shapes.values(node, predicate):
                        yield Triple(copy, predicate, self.of(value))
