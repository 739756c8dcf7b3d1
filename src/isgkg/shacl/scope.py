"""What a constraint sees: one shape on one frame.

Flows in: a shape, a frame, and the evaluation that they belong to. Flows out: the query patterns of focus nodes and value nodes, and
results made from rows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

from pyoxigraph import Literal, NamedNode, QuerySolution, QuerySolutions

from isgkg import names
from isgkg.errors import ShapesError
from isgkg.shacl import frames
from isgkg.shacl.classes import Classes
from isgkg.shacl.lexical import Lexical
from isgkg.shacl.paths import Path
from isgkg.shacl.results import Result
from isgkg.shacl.shapes import Shapes
from isgkg.shacl.vocabulary import Node, sh

Pair = tuple[Node, Node]
"""A focus node and one of its value nodes, as the store holds them."""


class Violation(NamedTuple):
    """A result, and the node of the frame from which it was reached: through sh:property, its focus node may lie further down."""

    origin: Node
    result: Result


class Evaluation(Protocol):
    """The validation in progress (`isgkg.shacl.engine`)."""

    @property
    def shapes(self) -> Shapes: ...

    @property
    def lexical(self) -> Lexical: ...

    @property
    def shapes_graph(self) -> NamedNode | None: ...

    @property
    def classes(self) -> Classes: ...

    def rows(self, query: str) -> QuerySolutions:
        """Solutions of a SELECT query."""

    def is_wide(self, frame: str) -> bool:
        """Whether a frame has many nodes."""

    def constrains(self, parameter: NamedNode) -> bool:
        """Whether a property of a shape declares a constraint."""

    def check(self, shape: Node) -> None:
        """Raise ShapesError for a shape that is not well-formed."""

    def violations(self, shape: Node, frame: str) -> Sequence[Violation]:
        """What `shape` finds on the nodes of `frame`."""

    def failing(self, shape: Node, frame: str) -> frozenset[Node]:
        """The nodes of `frame` that do not conform to `shape`."""


@dataclass(frozen=True)
class Scope:
    """One shape on one frame. `path` is None for a node shape."""

    evaluation: Evaluation
    shape: Node
    frame: str
    path: Path | None

    @property
    def shapes(self) -> Shapes:
        """The shapes graph."""
        return self.evaluation.shapes

    @cached_property
    def values(self) -> str:
        """The pattern that binds ?this and ?value to focus nodes and their value nodes."""
        return frames.value_nodes(self.frame, self.path)

    @cached_property
    def value_frame(self) -> str:
        """The frame of the value nodes."""
        return frames.of_value_nodes(self.frame, self.path)

    def focus_nodes(self, query: str) -> list[Node]:
        """?this of each solution of a query."""
        return [_bound(row, "this") for row in self.evaluation.rows(query)]

    @cached_property
    def scanned(self) -> NamedNode | None:
        """The predicate whose statements are looked through first, and for their subjects' being in the frame only then.

        That is much faster where the frame is wide and little of it violates; a narrow one is looked through node by node.
        """
        predicate = self.path.predicate if self.path else None
        return predicate if predicate and self.evaluation.is_wide(self.frame) else None

    @property
    def candidates(self) -> str:
        """A pattern that binds ?value to the value nodes, and perhaps to others."""
        return f"?this {self.scanned} ?value" if self.scanned else self.values

    def solutions(self, variables: str, pattern: str, modifiers: str = "") -> Iterable[QuerySolution]:
        """The solutions of `pattern`, a pattern on ?this and ?value, for the focus nodes and their value nodes; ?this is a variable."""
        query = f"SELECT {variables} WHERE {{ {self.candidates} {pattern} }} {modifiers}"
        if self.scanned is None:
            return self.evaluation.rows(query)
        # Mostly there is nothing, and then the frame need not be looked at.
        if not any(True for _ in self.evaluation.rows(f"{query} LIMIT 1")):
            return ()
        return self.evaluation.rows(f"SELECT {variables} WHERE {{ {{ {query} }} {{ {self.frame} }} }}")

    def without(self, pattern: str) -> str:
        """The focus nodes for which there is no solution of `pattern`, which binds ?this."""
        # As a subquery, the pattern is looked for by itself, from its constants, and not from each node of the frame.
        alone = f"MINUS {{ SELECT ?this WHERE {{ {pattern} }} }}"
        clause = alone if self.evaluation.is_wide(self.frame) else f"FILTER NOT EXISTS {{ {pattern} }}"
        return f"SELECT DISTINCT ?this WHERE {{ {{ {self.frame} }} {clause} }}"

    def pairs(self, condition: str = "") -> list[Pair]:
        """Focus nodes with those of their value nodes that fulfil `condition`, a FILTER or MINUS clause."""
        rows = self.solutions("DISTINCT ?this ?value", condition)
        return [(_bound(row, "this"), _bound(row, "value")) for row in rows]

    def pairs_of(self, pattern: str) -> list[Pair]:
        """The distinct ?this and ?value of a pattern."""
        rows = self.evaluation.rows(frames.of_pairs(pattern))
        return [(_bound(row, "this"), _bound(row, "value")) for row in rows]

    def written(self, pair: Pair, predicate: NamedNode | None = None) -> tuple[Node, ...]:
        """How the data write the value of a pair; `predicate` leads to it, where that is not the path of this shape."""
        focus, value = pair
        predicate = predicate or (self.path.predicate if self.path else None)
        lexical = self.evaluation.lexical
        return lexical.forms(value) if predicate is None else lexical.forms_at(focus, predicate, value)

    def of_pairs(self, component: str, pairs: Iterable[Pair]) -> Iterator[Violation]:
        """One result for each value, as often as the data write it differently."""
        for pair in pairs:
            for value in self.written(pair):
                yield self.violation(component, pair[0], value)

    def of_focus_nodes(self, component: str, nodes: Iterable[Node]) -> Iterator[Violation]:
        """One result without a value for each focus node, as often as the data write it differently."""
        for node in nodes:
            for form in self.evaluation.lexical.forms(node):
                yield self.violation(component, node, focus_form=form)

    def violation(
        self,
        component: str,
        focus: Node,
        value: Node | None = None,
        *,
        focus_form: Node | None = None,
        path: NamedNode | None = None,
        messages: Sequence[Literal] | None = None,
        constraint: Node | None = None,
        bindings: Mapping[str, Node] | None = None,
    ) -> Violation:
        """A result of this shape. `component` is an IRI, or the local name of a component of SHACL without its common ending.

        `focus_form` is how the data write the focus node; in a node shape, the value is the focus node. `path` replaces the path of the
        shape; `messages` replace the messages of the shape.
        """
        if focus_form is None:
            forms = self.evaluation.lexical.forms(focus)
            focus_form = value if self.path is None and value is not None and value in forms else forms[0]
        return Violation(
            focus,
            Result(
                focus_node=focus_form,
                path=path or (self.path.node if self.path else None),
                path_text=str(path) if path else self.path.text if self.path else None,
                value=value,
                component=component if ":" in component else f"{names.SH}{component}ConstraintComponent",
                shape=self.shape,
                severity=self._severity,
                messages=self._messages if messages is None else tuple(messages),
                constraint=constraint,
                bindings=tuple(sorted((bindings or {}).items())),
            ),
        )

    @cached_property
    def _severity(self) -> str:
        severity = self.shapes.value(self.shape, sh("severity"))
        return severity.value if isinstance(severity, NamedNode) else names.SH + "Violation"

    @cached_property
    def _messages(self) -> tuple[Literal, ...]:
        return tuple(self.messages(self.shape))

    def messages(self, subject: Node) -> list[Literal]:
        """The sh:message values of a shape, a constraint or a validator, sorted."""
        return sorted((found for found in self.shapes.values(subject, sh("message")) if isinstance(found, Literal)), key=str)

    def error(self, key: str, **values: object) -> ShapesError:
        """A ShapesError about this shape."""
        return ShapesError(key, shape=self.shapes.label(self.shape), **values)


def _bound(row: QuerySolution, variable: str) -> Node:
    """A variable that the query's form binds in every solution."""
    value: Node | None = row[variable]
    if value is None:
        raise LookupError(variable)
    return value
