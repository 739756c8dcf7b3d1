"""Targets (SHACL 2.1.3): which shapes have them, and the frame of the focus nodes.

Flows in: a shapes graph, and the classes of the data. Flows out: shapes, and for each a frame.
"""

from typing import Final

from pyoxigraph import NamedNode

from isgkg.errors import ShapesError
from isgkg.shacl.classes import Classes
from isgkg.shacl.shapes import Shapes
from isgkg.shacl.syntax import PARAMETERS
from isgkg.shacl.vocabulary import CLASS, Node, sh

_NODE, _CLASS, _SUBJECTS, _OBJECTS = _TARGETS = (sh("targetNode"), sh("targetClass"), sh("targetSubjectsOf"), sh("targetObjectsOf"))
_SHAPE_CLASSES: Final = {sh("NodeShape"), sh("PropertyShape")}
_SHAPE_VALUED: Final = {sh("node"), sh("property"), sh("not"), sh("qualifiedValueShape")}
_SHAPE_LISTS: Final = {sh("and"), sh("or"), sh("xone")}


def shapes_with_targets(shapes: Shapes) -> tuple[Node, ...]:
    """The shapes that have a target, in the order in which the graph describes them."""
    declared = {triple.subject for triple in shapes.triples if triple.predicate in _TARGETS}
    classes = shapes.instances(CLASS)
    implicit = _shapes_among(shapes, classes) if classes else set()
    return tuple(sorted(declared | implicit, key=shapes.position))


def frame_of(shapes: Shapes, shape: Node, classes: Classes) -> str:
    """The frame of the focus nodes of a shape: the union of its targets.

    Raises ShapesError for a blank node that is a class and a shape at once (appendix A, "implicit-targetClass-nodeKind").
    """
    targets = [target for target in shapes.values(shape, _CLASS) if isinstance(target, NamedNode)]
    if CLASS in shapes.types(shape):
        if not isinstance(shape, NamedNode):
            raise ShapesError("shacl.unnamed-class", shape=shapes.label(shape))
        targets.append(shape)
    nodes = shapes.values(shape, _NODE)
    alternatives = [f"VALUES ?this {{ {' '.join(map(str, nodes))} }}"] if nodes else []
    if targets:
        alternatives.append(classes.instances(targets))
    for target, pattern in ((_SUBJECTS, "?this {} ?other"), (_OBJECTS, "?other {} ?this")):
        predicates = sorted(map(str, shapes.values(shape, target)))
        if len(predicates) == 1:
            alternatives.append(pattern.format(predicates[0]))
        elif predicates:
            alternatives.append(f"VALUES ?predicate {{ {' '.join(predicates)} }} {pattern.format('?predicate')}")
    # One pattern that binds ?this alone, and to each node once, stays as it is: an engine joins it better than a subquery.
    if len(alternatives) == 1 and (nodes or (targets and "?class" not in alternatives[0])):
        return alternatives[0]
    return f"SELECT DISTINCT ?this WHERE {{ {' UNION '.join(f'{{ {each} }}' for each in alternatives)} }}"


def _shapes_among(shapes: Shapes, classes: tuple[Node, ...]) -> set[Node]:
    """The classes that are shapes, too (2.1, "shape"): by type, by a parameter, or because another shape refers to them."""
    referred = {triple.object for triple in shapes.triples if triple.predicate in _SHAPE_VALUED}
    for triple in shapes.triples:
        if triple.predicate in _SHAPE_LISTS:
            referred.update(shapes.members(triple.object))
    return {
        class_
        for class_ in classes
        if class_ in referred
        or not _SHAPE_CLASSES.isdisjoint(shapes.types(class_))
        or any(predicate in PARAMETERS for predicate in shapes.predicates(class_))
    }
