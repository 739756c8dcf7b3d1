"""Property paths (SHACL 2.3.1).

Flows in: a path node of a shapes graph. Flows out: a SPARQL property path, and what the queries need to know about it.
"""

from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, NamedNode

from isgkg.errors import ShapesError
from isgkg.shacl.shapes import Shapes
from isgkg.shacl.vocabulary import FIRST, NIL, Node, sh

_SUFFIXES: Final = {sh("zeroOrMorePath"): "*", sh("oneOrMorePath"): "+", sh("zeroOrOnePath"): "?"}
_INVERSE: Final = sh("inversePath")
_ALTERNATIVE: Final = sh("alternativePath")
_MAX_DEPTH: Final = 64
"""Deeper paths are refused: they would exhaust the stack, here or in the engine."""
_MAX_STEPS: Final = 128
"""Longer paths are refused: planning a query takes an engine time that grows faster than the number of patterns."""


@dataclass(frozen=True)
class Path:
    """A property path: the node that describes it, its SPARQL text, and whether it may have length zero."""

    node: Node
    text: str
    nullable: bool

    @property
    def predicate(self) -> NamedNode | None:
        """The predicate, where the path is just that."""
        return self.node if isinstance(self.node, NamedNode) else None


def read(shapes: Shapes, node: Node) -> Path:
    """The path that `node` describes. Raises ShapesError where it is not well-formed, comes back to itself, or is too large."""
    reader = _Reader(shapes, node)
    text, nullable = reader.read(node, ())
    return Path(node, text, nullable)


class _Reader:
    """One path: counts its steps, and remembers the nodes on the way down."""

    def __init__(self, shapes: Shapes, root: Node) -> None:
        self._shapes = shapes
        self._root = root
        self._steps = 0

    def read(self, node: Node, above: tuple[Node, ...]) -> tuple[str, bool]:
        """SPARQL text, and whether the path may have length zero."""
        self._steps += 1
        if node in above or len(above) > _MAX_DEPTH or self._steps > _MAX_STEPS:
            raise ShapesError("shacl.path-too-large", path=self._shapes.label(self._root), depth=_MAX_DEPTH, steps=_MAX_STEPS)
        if isinstance(node, NamedNode) and node != NIL:
            return str(node), False
        if not isinstance(node, BlankNode):
            raise self._malformed()
        above = (*above, node)
        if self._shapes.values(node, FIRST):
            texts, nullable = self._parts(node, above)
            return f"({'/'.join(texts)})", all(nullable)
        if self._shapes.values(node, _ALTERNATIVE):
            texts, nullable = self._parts(self._only(node, _ALTERNATIVE), above)
            return f"({'|'.join(texts)})", any(nullable)
        if self._shapes.values(node, _INVERSE):
            text, is_nullable = self.read(self._only(node, _INVERSE), above)
            return f"(^{text})", is_nullable
        for parameter, suffix in _SUFFIXES.items():
            if self._shapes.values(node, parameter):
                text, is_nullable = self.read(self._only(node, parameter), above)
                return f"({text}{suffix})", is_nullable or suffix != "+"
        raise self._malformed()

    def _parts(self, head: Node, above: tuple[Node, ...]) -> tuple[list[str], list[bool]]:
        parts = [self.read(member, above) for member in self._shapes.members(head)]
        if len(parts) < 2:
            raise self._malformed()
        return [text for text, _ in parts], [nullable for _, nullable in parts]

    def _only(self, node: Node, parameter: NamedNode) -> Node:
        found = self._shapes.value(node, parameter)
        if found is None:
            raise self._malformed()
        return found

    def _malformed(self) -> ShapesError:
        return ShapesError("shacl.path", path=self._shapes.label(self._root))
