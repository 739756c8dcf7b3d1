"""SPARQL-based constraint components (SHACL 6): what a shapes graph declares.

Flows in: a shapes graph. Flows out: its components, their parameters and their validators.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from pyoxigraph import NamedNode

from isgkg import names
from isgkg.errors import ShapesError
from isgkg.shacl.shapes import Shapes
from isgkg.shacl.vocabulary import Node, sh

_VARIABLE: Final = re.compile(r"[^\W\d]\w*")
_RESERVED: Final = frozenset({"this", "shapesGraph", "currentShape", "path", "PATH", "value"})


@dataclass(frozen=True)
class Parameter:
    """A parameter of a component: its predicate, the variable that carries its value, and whether it may be absent."""

    predicate: NamedNode
    variable: str
    is_optional: bool


@dataclass(frozen=True)
class Component:
    """A constraint component with its parameters, sorted by variable."""

    iri: NamedNode
    parameters: tuple[Parameter, ...]

    def declared(self, shapes: Shapes, shape: Node) -> Iterator[dict[str, Node]]:
        """The constraints of this kind that a shape declares (2.1.2): parameter values by variable.

        Raises ShapesError where a parameter of a component with several has more than one value.
        """
        values = {parameter.variable: shapes.values(shape, parameter.predicate) for parameter in self.parameters}
        if any(not values[parameter.variable] and not parameter.is_optional for parameter in self.parameters):
            return
        if len(self.parameters) > 1:
            for parameter in self.parameters:
                shapes.value(shape, parameter.predicate)
        present = {variable: found for variable, found in values.items() if found}
        for combination in product(*present.values()):
            yield dict(zip(present, combination, strict=True))

    def validator(self, shapes: Shapes, *, of_property_shape: bool) -> Node | None:
        """The validator for a kind of shape (6.2.3), None where the component has none in SPARQL.

        Raises ShapesError where several fit.
        """
        own = sh("propertyValidator") if of_property_shape else sh("nodeValidator")
        for predicate in (own, sh("validator")):
            found = [
                node for node in shapes.values(self.iri, predicate) if shapes.values(node, sh("select")) or shapes.values(node, sh("ask"))
            ]
            if len(found) > 1:
                raise ShapesError("shacl.too-many-values", shape=shapes.label(self.iri), parameter=names.compact(predicate.value))
            if found:
                return found[0]
        return None


def custom_components(shapes: Shapes) -> tuple[Component, ...]:
    """The components that the shapes graph declares; those of SHACL itself are not among them, even if it describes them.

    Raises ShapesError for a component without a name or without a mandatory parameter (6.1), and for a parameter without a usable name.
    """
    nodes = shapes.instances(sh("ConstraintComponent"))
    return tuple(_component(shapes, node) for node in nodes if not str(node).startswith(f"<{names.SH}"))


def _component(shapes: Shapes, node: Node) -> Component:
    parameters = []
    for declaration in shapes.values(node, sh("parameter")):
        predicate = shapes.value(declaration, sh("path"))
        variable = re.split("[#/:]", predicate.value)[-1] if isinstance(predicate, NamedNode) else ""
        if not isinstance(predicate, NamedNode) or variable in _RESERVED or not _VARIABLE.fullmatch(variable):
            raise ShapesError("shacl.parameter", shape=shapes.label(node), parameter=shapes.label(predicate or declaration))
        parameters.append(Parameter(predicate, variable, shapes.is_true(declaration, sh("optional"))))
    is_distinct = len({parameter.variable for parameter in parameters}) == len(parameters)
    if not isinstance(node, NamedNode) or not is_distinct or all(parameter.is_optional for parameter in parameters):
        raise ShapesError("shacl.component", shape=shapes.label(node))
    return Component(node, tuple(sorted(parameters, key=lambda parameter: parameter.variable)))
