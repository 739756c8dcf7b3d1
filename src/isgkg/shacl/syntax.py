"""Well-formed shapes: what SHACL's syntax rules ask of the values of each parameter (SHACL, appendix A).

Flows in: a shape. Flows out: nothing, or a ShapesError that names the shape and the parameter. Only shapes that are used are checked:
a shapes graph may hold others that are not well-formed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from isgkg import names
from isgkg.errors import ShapesError
from isgkg.shacl.datatypes import is_lexical
from isgkg.shacl.shapes import Shapes
from isgkg.shacl.vocabulary import BOOLEAN, INTEGER, LANG_STRING, STRING, Node, is_string, sh

_NODE_KINDS: Final = frozenset(sh(kind) for kind in ("BlankNode", "IRI", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"))


@dataclass(frozen=True)
class Rule:
    """The syntax rule of a parameter: what each value is, how many there may be, and in which kind of shape it may stand."""

    accepts: Callable[[Node], bool]
    single: bool = True
    property_only: bool = False


def _is_iri(node: Node) -> bool:
    return isinstance(node, NamedNode)


def _is_literal(node: Node) -> bool:
    return isinstance(node, Literal)


def _is_iri_or_literal(node: Node) -> bool:
    return isinstance(node, NamedNode | Literal)


def _is_resource(node: Node) -> bool:
    return isinstance(node, NamedNode | BlankNode)


def _is_any(_: Node) -> bool:
    return True


def _is_integer(node: Node) -> bool:
    return isinstance(node, Literal) and node.datatype == INTEGER and is_lexical(node)


def _is_boolean(node: Node) -> bool:
    return isinstance(node, Literal) and node.datatype == BOOLEAN and is_lexical(node)


def _is_message(node: Node) -> bool:
    return isinstance(node, Literal) and node.datatype in {STRING, LANG_STRING}


def _is_node_kind(node: Node) -> bool:
    return node in _NODE_KINDS


PARAMETERS: Final[dict[NamedNode, Rule]] = {
    sh(local): rule
    for local, rule in {
        "class": Rule(_is_iri, single=False),
        "datatype": Rule(_is_iri),
        "nodeKind": Rule(_is_node_kind),
        "minCount": Rule(_is_integer, property_only=True),
        "maxCount": Rule(_is_integer, property_only=True),
        "minExclusive": Rule(_is_literal),
        "minInclusive": Rule(_is_literal),
        "maxExclusive": Rule(_is_literal),
        "maxInclusive": Rule(_is_literal),
        "minLength": Rule(_is_integer),
        "maxLength": Rule(_is_integer),
        "pattern": Rule(is_string),
        "flags": Rule(is_string),
        "languageIn": Rule(_is_resource),
        "uniqueLang": Rule(_is_boolean, property_only=True),
        "equals": Rule(_is_iri, single=False),
        "disjoint": Rule(_is_iri, single=False),
        "lessThan": Rule(_is_iri, single=False, property_only=True),
        "lessThanOrEquals": Rule(_is_iri, single=False, property_only=True),
        "not": Rule(_is_resource, single=False),
        "and": Rule(_is_resource, single=False),
        "or": Rule(_is_resource, single=False),
        "xone": Rule(_is_resource, single=False),
        "node": Rule(_is_resource, single=False),
        "property": Rule(_is_resource, single=False),
        "qualifiedValueShape": Rule(_is_resource),
        "qualifiedMinCount": Rule(_is_integer),
        "qualifiedMaxCount": Rule(_is_integer),
        "qualifiedValueShapesDisjoint": Rule(_is_boolean),
        "closed": Rule(_is_boolean),
        "ignoredProperties": Rule(_is_resource),
        "hasValue": Rule(_is_any, single=False),
        "in": Rule(_is_resource),
        "sparql": Rule(_is_resource, single=False),
    }.items()
}
"""The parameters of the constraint components of SHACL Core and SHACL-SPARQL."""

OTHERS: Final[dict[NamedNode, Rule]] = {
    sh("targetNode"): Rule(_is_iri_or_literal, single=False),
    sh("targetClass"): Rule(_is_iri, single=False),
    sh("targetSubjectsOf"): Rule(_is_iri, single=False),
    sh("targetObjectsOf"): Rule(_is_iri, single=False),
    sh("path"): Rule(_is_resource),
    sh("severity"): Rule(_is_iri),
    sh("message"): Rule(_is_message, single=False),
    sh("deactivated"): Rule(_is_boolean),
}
"""What else a shape may have whose values have a form."""


def check(shapes: Shapes, shape: Node) -> None:
    """Raise ShapesError where `shape` is not a shape, or a value of one of its parameters is not well-formed."""
    if not _is_resource(shape):
        raise ShapesError("shacl.not-a-shape", shape=shapes.label(shape))
    is_property_shape = bool(shapes.values(shape, sh("path")))
    for parameter in shapes.predicates(shape):
        rule = PARAMETERS.get(parameter) or OTHERS.get(parameter)
        if rule is None:
            continue
        values = shapes.values(shape, parameter)
        if rule.single and len(values) > 1:
            raise _error("shacl.too-many-values", shapes, shape, parameter)
        if rule.property_only and not is_property_shape:
            raise _error("shacl.needs-path", shapes, shape, parameter)
        for value in values:
            if not rule.accepts(value):
                raise _error("shacl.value", shapes, shape, parameter, value=shapes.label(value))


def _error(key: str, shapes: Shapes, shape: Node, parameter: NamedNode, **values: object) -> ShapesError:
    return ShapesError(key, shape=shapes.label(shape), parameter=names.compact(parameter.value), **values)
