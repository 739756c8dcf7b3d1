"""The pipeline: targets make frames, frames go down through the shapes, results come up.

Flows in: a store, a shapes graph, and how the data write their literals. Flows out: the validation results, in a fixed order. Each
constraint is one violations-only query (or a few) over all focus nodes at once; what a nested shape finds on the value nodes comes back
as a set of nodes.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from functools import cached_property, partial
from typing import Final, Protocol

from pyoxigraph import Literal, NamedNode, QuerySolutions

from isgkg.errors import ShapesError
from isgkg.shacl import core, logic, sparql, syntax, targets
from isgkg.shacl.classes import SUBCLASSES_QUERY, Classes
from isgkg.shacl.components import Component, custom_components
from isgkg.shacl.lexical import NOTHING_REWRITTEN, Lexical
from isgkg.shacl.paths import read
from isgkg.shacl.results import Result, ordered
from isgkg.shacl.scope import Scope, Violation
from isgkg.shacl.shapes import Shapes
from isgkg.shacl.vocabulary import Node, sh

CONSTRAINTS: Final[dict[NamedNode, core.Constraint]] = {
    sh(parameter): constraint for parameter, constraint in {**core.CONSTRAINTS, **logic.CONSTRAINTS, "sparql": sparql.constraint}.items()
}
"""What evaluates the constraints that a parameter of SHACL declares."""

Evaluate = Callable[[Scope], Iterator[Violation]]
Task = Callable[[], Sequence[Violation]]

_MAX_THREADS: Final = 4
WIDE: Final = 500
"""A frame with so many nodes is wide (see `isgkg.shacl.scope.Scope.scanned`)."""
_MAX_DEPTH: Final = 64
"""Shapes nested deeper are refused: each level is a subquery."""


class Queryable(Protocol):
    """The part of `isgkg.store.Store` that validation needs."""

    def select(self, query: str) -> QuerySolutions:
        """Solutions of a SELECT query. Several threads call this at once."""


def validate(
    store: Queryable,
    shapes: Shapes,
    shapes_graph: str | None = None,
    lexical: Lexical | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> list[Result]:
    """The results of all shapes with targets on the default graph of the store (SHACL 3.4), in a fixed order.

    `shapes_graph` names the shapes graph within the store, for $shapesGraph (5.3.1). `lexical` is needed where the store rewrites
    literals, as the embedded one does: without it, data are taken as the store gives them. `progress` is called with the number of
    constraints that are checked and their count. Raises ShapesError for a shape that is malformed, recursive or beyond the limits, and
    whatever the store raises.
    """
    validation = Validation(store, shapes, shapes_graph, lexical)
    found: list[Violation] = []
    for done, count, violations in validation.all():
        found += violations
        if progress:
            progress(done, count)
    return ordered((violation.result for violation in found), shapes)


class Validation:
    """One validation in progress (see `isgkg.shacl.scope.Evaluation`)."""

    def __init__(self, store: Queryable, shapes: Shapes, shapes_graph: str | None, lexical: Lexical | None) -> None:
        self.shapes = shapes
        self.shapes_graph = None if shapes_graph is None else NamedNode(shapes_graph)
        self.lexical = NOTHING_REWRITTEN if lexical is None else lexical
        self._of_data = lexical
        self._store = store
        self._custom: tuple[Component, ...] = custom_components(shapes)
        self._open: list[Node] = []
        self._checked: set[Node] = set()
        self._wide: dict[str, bool] = {}
        self._parameters = frozenset(parameter.predicate for component in self._custom for parameter in component.parameters)
        self._failing: dict[tuple[Node, str], frozenset[Node]] = {}

    @cached_property
    def classes(self) -> Classes:
        """The class hierarchy of the data."""
        return Classes((row["class"], row["superclass"]) for row in self.rows(SUBCLASSES_QUERY))

    def all(self) -> Iterator[tuple[int, int, Sequence[Violation]]]:
        """What each constraint of all shapes finds on their targets, with its number, from 1, and the count of constraints."""
        tasks = [task for shape in targets.shapes_with_targets(self.shapes) for task in self._tasks(shape)]
        # Where there is little to look at, handing the lock of Python over takes longer than looking.
        threads = min(_MAX_THREADS, os.cpu_count() or 1) if any(self._wide.values()) else 1
        if threads < 2:
            for number, task in enumerate(tasks, 1):
                yield number, len(tasks), task()
            return
        with ThreadPoolExecutor(threads) as pool:
            pending = [pool.submit(task) for task in tasks]
            try:
                for number, each in enumerate(pending, 1):
                    yield number, len(tasks), each.result()
            finally:
                pool.shutdown(cancel_futures=True)

    def _tasks(self, shape: Node) -> Iterator[Task]:
        """The constraints of a shape with targets, each by itself."""
        if self.shapes.is_true(shape, sh("deactivated")):
            return
        self.check(shape)
        lexical = self.lexical
        if self._of_data is not None:
            # Focus nodes that are literals stand in the shapes graph, as that writes them, and need not stand in the data.
            nodes = self.shapes.values(shape, sh("targetNode"))
            lexical = self._of_data.with_terms(node for node in nodes if isinstance(node, Literal))
        frame = targets.frame_of(self.shapes, shape, self.classes)
        self.is_wide(frame)
        self._scope(shape, frame)
        for constraint in self._constraints(shape):
            own = copy(self)  # shares what has been found out
            own.lexical, own._open = lexical, [shape]
            yield partial(_all, constraint, own._scope(shape, frame))

    def rows(self, query: str) -> QuerySolutions:
        return self._store.select(query)

    def is_wide(self, frame: str) -> bool:
        if frame not in self._wide:
            self._wide[frame] = any(self.rows(f"SELECT ?this WHERE {{ {{ {frame} }} }} OFFSET {WIDE - 1} LIMIT 1"))
        return self._wide[frame]

    def constrains(self, parameter: NamedNode) -> bool:
        return parameter in CONSTRAINTS or parameter in self._parameters

    def violations(self, shape: Node, frame: str) -> Sequence[Violation]:
        if self.shapes.is_true(shape, sh("deactivated")):
            return ()
        self.check(shape)
        if shape in self._open:
            raise ShapesError("shacl.recursive", shape=self.shapes.label(shape))
        if len(self._open) >= _MAX_DEPTH:
            raise ShapesError("shacl.too-deep", shape=self.shapes.label(self._open[0]), depth=_MAX_DEPTH)
        self._open.append(shape)
        try:
            scope = self._scope(shape, frame)
            return [violation for constraint in self._constraints(shape) for violation in constraint(scope)]
        finally:
            self._open.pop()

    def failing(self, shape: Node, frame: str) -> frozenset[Node]:
        if (shape, frame) not in self._failing:
            self._failing[shape, frame] = frozenset(violation.origin for violation in self.violations(shape, frame))
        return self._failing[shape, frame]

    def _scope(self, shape: Node, frame: str) -> Scope:
        path = self.shapes.value(shape, sh("path"))
        return Scope(self, shape, frame, None if path is None else read(self.shapes, path))

    def _constraints(self, shape: Node) -> Iterator[Evaluate]:
        for parameter in self.shapes.predicates(shape):
            constraint = CONSTRAINTS.get(parameter)
            if constraint is not None:
                yield from (_of(constraint, value) for value in self.shapes.values(shape, parameter))
        yield from (partial(sparql.custom, component=component) for component in self._custom)

    def check(self, shape: Node) -> None:
        if shape not in self._checked:
            syntax.check(self.shapes, shape)
            self._checked.add(shape)


def _of(constraint: core.Constraint, value: Node) -> Evaluate:
    return lambda scope: constraint(scope, value)


def _all(constraint: Evaluate, scope: Scope) -> list[Violation]:
    return list(constraint(scope))
