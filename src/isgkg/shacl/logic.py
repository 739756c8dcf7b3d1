"""The constraint components that use other shapes (SHACL 4.6 and 4.7).

Flows in: a scope, and the shape or the list of shapes. Flows out: violations. The other shape is evaluated once, on the frame of all value
nodes; the nodes that fail come back as a set, and sets are combined here.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from isgkg.shacl.conditions import all_conforming, conforming
from isgkg.shacl.core import Constraint, integer
from isgkg.shacl.scope import Scope, Violation
from isgkg.shacl.vocabulary import Node, sh


def node(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:node (4.7.1)."""
    condition = conforming(scope.evaluation, value)
    if condition is not None:
        return scope.of_pairs("Node", scope.pairs(f"FILTER(!({condition}))"))
    failing = scope.evaluation.failing(value, scope.value_frame)
    return _where(scope, "Node", failing.__contains__) if failing else iter(())


def not_(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:not (4.6.1)."""
    condition = conforming(scope.evaluation, value)
    if condition is not None:
        return scope.of_pairs("Not", scope.pairs(f"FILTER({condition})"))
    failing = scope.evaluation.failing(value, scope.value_frame)
    return _where(scope, "Not", lambda found: found not in failing)


def and_(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:and (4.6.2)."""
    conditions = all_conforming(scope.evaluation, scope.shapes.members(value))
    if conditions:
        return scope.of_pairs("And", scope.pairs(f"FILTER(!({' && '.join(f'({each})' for each in conditions)}))"))
    failing = frozenset[Node]().union(*_failing_each(scope, value))
    return _where(scope, "And", failing.__contains__) if failing else iter(())


def or_(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:or (4.6.3). Nothing conforms to one shape of an empty list."""
    conditions = all_conforming(scope.evaluation, scope.shapes.members(value))
    if conditions:
        return scope.of_pairs("Or", scope.pairs(f"FILTER(!({' || '.join(f'({each})' for each in conditions)}))"))
    each = _failing_each(scope, value)
    if not each:
        return _where(scope, "Or", lambda _: True)
    failing = each[0].intersection(*each[1:])
    return _where(scope, "Or", failing.__contains__) if failing else iter(())


def xone(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:xone (4.6.4)."""
    each = _failing_each(scope, value)
    return _where(scope, "Xone", lambda found: sum(found not in failing for failing in each) != 1)


def property_(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:property (4.7.2): the results of the property shape itself, once for each way in which its focus node is reached."""
    if not scope.shapes.values(value, sh("path")):
        raise scope.error("shacl.property-without-path", property=scope.shapes.label(value))
    found = scope.evaluation.violations(value, scope.value_frame)
    if scope.path is None or not found:
        yield from found
        return
    reached_from: dict[Node, list[Node]] = {}
    for focus, reached in scope.pairs():
        reached_from.setdefault(reached, []).append(focus)
    for violation in found:
        for focus in reached_from[violation.origin]:
            yield Violation(focus, violation.result)


def qualified(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:qualifiedValueShape with its counts (4.7.3)."""
    shapes = scope.shapes
    least, most = (shapes.value(scope.shape, sh(f"qualified{bound}Count")) for bound in ("Min", "Max"))
    if least is None and most is None:
        return
    conditions = all_conforming(scope.evaluation, [value, *_siblings(scope, value)])
    if conditions and scope.path and scope.path.predicate:
        yield from _counted(scope, " && ".join([f"({conditions[0]})", *(f"!({each})" for each in conditions[1:])]), least, most)
        return
    failing = scope.evaluation.failing(value, scope.value_frame)
    siblings = [scope.evaluation.failing(sibling, scope.value_frame) for sibling in _siblings(scope, value)]
    counts = Counter(focus for focus, found in scope.pairs() if found not in failing and all(found in sibling for sibling in siblings))
    if least is not None and integer(least) > 0:
        nodes = scope.focus_nodes(f"SELECT DISTINCT ?this WHERE {{ {scope.frame} }}")
        yield from scope.of_focus_nodes("QualifiedMinCount", (focus for focus in nodes if counts[focus] < integer(least)))
    if most is not None:
        yield from scope.of_focus_nodes("QualifiedMaxCount", (focus for focus, count in counts.items() if count > integer(most)))


def _counted(scope: Scope, condition: str, least: Node | None, most: Node | None) -> Iterator[Violation]:
    """The focus nodes with too few or too many values of a predicate that fulfil a condition."""
    assert scope.path is not None
    fulfilling = f"?this {scope.path.text} ?value FILTER({condition})"
    if least is not None and integer(least) == 1:
        yield from scope.of_focus_nodes("QualifiedMinCount", scope.focus_nodes(scope.without(fulfilling)))
    elif least is not None and integer(least) > 1:
        around = "" if scope.scanned else f"{{ {scope.frame} }}"
        enough = f"SELECT ?this WHERE {{ {around} {fulfilling} }} GROUP BY ?this HAVING(COUNT(DISTINCT ?value) >= {integer(least)})"
        query = f"SELECT DISTINCT ?this WHERE {{ {{ {scope.frame} }} MINUS {{ {enough} }} }}"
        yield from scope.of_focus_nodes("QualifiedMinCount", scope.focus_nodes(query))
    if most is not None:
        rows = scope.solutions("?this", f"FILTER({condition})", f"GROUP BY ?this HAVING(COUNT(DISTINCT ?value) > {integer(most)})")
        yield from scope.of_focus_nodes("QualifiedMaxCount", (row["this"] for row in rows))


def _siblings(scope: Scope, value: Node) -> list[Node]:
    """The sibling shapes of a qualified value shape, where the values are to be disjoint."""
    shapes = scope.shapes
    if not shapes.is_true(scope.shape, sh("qualifiedValueShapesDisjoint")):
        return []
    parents = shapes.subjects(sh("property"), scope.shape)
    found = (
        sibling
        for parent in parents
        for property_shape in shapes.values(parent, sh("property"))
        for sibling in shapes.values(property_shape, sh("qualifiedValueShape"))
    )
    return [sibling for sibling in dict.fromkeys(found) if sibling != value]


def _failing_each(scope: Scope, head: Node) -> list[frozenset[Node]]:
    return [scope.evaluation.failing(shape, scope.value_frame) for shape in scope.shapes.members(head)]


def _where(scope: Scope, component: str, violates: Callable[[Node], bool]) -> Iterator[Violation]:
    return scope.of_pairs(component, (pair for pair in scope.pairs() if violates(pair[1])))


CONSTRAINTS: Final[dict[str, Constraint]] = {
    "node": node,
    "not": not_,
    "and": and_,
    "or": or_,
    "xone": xone,
    "property": property_,
    "qualifiedValueShape": qualified,
}
"""By the local name of the parameter that declares the constraint."""
