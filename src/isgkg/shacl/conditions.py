"""Shapes as SPARQL conditions: what can be asked of a node within the query that finds it.

Flows in: a shape, and the variable of a node. Flows out: a condition that holds of exactly the nodes that conform, or None where only an
evaluation of the shape can tell. A condition spares the nodes the way up into a set and down again; results come from evaluation alone.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Final, Protocol

from pyoxigraph import Literal, NamedNode

from isgkg import names
from isgkg.shacl.classes import Classes
from isgkg.shacl.datatypes import has_lexical_space
from isgkg.shacl.lexical import Lexical, may_be_rewritten
from isgkg.shacl.shapes import Shapes
from isgkg.shacl.vocabulary import Node, sh

_MAX_DEPTH: Final = 6
_MAX_LENGTH: Final = 20_000
"""Deeper and longer conditions are left to evaluation: an engine plans them slowly."""
_NODE_KIND_TESTS: Final = {"BlankNode": "isBlank", "IRI": "isIRI", "Literal": "isLiteral"}
_TRUE: Final = "true"
_HAS_VALUE: Final = sh("hasValue")
_COUNTS: Final = {sh("minCount"): ("1", "EXISTS"), sh("maxCount"): ("0", "!EXISTS")}
"""The counts that a condition can tell, and how."""
_OF_PROPERTY: Final = (_HAS_VALUE, *_COUNTS)
"""The parameters that speak of all values of a property together."""


class Context(Protocol):
    """The part of `isgkg.shacl.scope.Evaluation` that conditions need."""

    @property
    def shapes(self) -> Shapes: ...

    @property
    def lexical(self) -> Lexical: ...

    @property
    def classes(self) -> Classes: ...

    def constrains(self, parameter: NamedNode) -> bool:
        """Whether a property of a shape declares a constraint."""

    def check(self, shape: Node) -> None:
        """Raise ShapesError for a shape that is not well-formed."""


def needs_forms(context: Context, node: Node) -> bool:
    """Whether equality with this node depends on how the data write it."""
    return bool(context.lexical) and isinstance(node, Literal) and may_be_rewritten(node)


def node_kind(value: Node, variable: str) -> str:
    """The condition that a node is of a kind (sh:nodeKind)."""
    assert isinstance(value, NamedNode)
    return " || ".join(f"{_NODE_KIND_TESTS[kind]}(?{variable})" for kind in value.value.removeprefix(names.SH).split("Or"))


def conforming(context: Context, shape: Node, variable: str = "value") -> str | None:
    """The condition that ?`variable` conforms to `shape`. Raises ShapesError for a shape that is not well-formed."""
    found = _conforming(context, shape, variable, ())
    return None if found is None or len(found) > _MAX_LENGTH else found


def all_conforming(context: Context, shapes: Sequence[Node]) -> list[str] | None:
    """The conditions of several shapes on ?value, None where one has none."""
    found = [condition for shape in shapes if (condition := conforming(context, shape)) is not None]
    return found if len(found) == len(shapes) and sum(map(len, found)) <= _MAX_LENGTH else None


def _conforming(context: Context, shape: Node, variable: str, above: tuple[Node, ...]) -> str | None:
    if context.shapes.is_true(shape, sh("deactivated")):
        return _TRUE
    context.check(shape)
    if shape in above or len(above) >= _MAX_DEPTH:
        return None  # evaluation says what is wrong
    above = (*above, shape)
    if context.shapes.values(shape, sh("path")):
        return _of_property_shape(context, shape, variable, above)
    return _joint(_of_values(context, shape, variable, above))


def _of_values(
    context: Context, shape: Node, variable: str, above: tuple[Node, ...], besides: Collection[NamedNode] = ()
) -> list[str] | None:
    """What the constraints of a shape ask of one value node, but for the parameters `besides`."""
    parts: list[str] = []
    for parameter in context.shapes.predicates(shape):
        if parameter in besides or not context.constrains(parameter):
            continue
        condition = _CONDITIONS.get(parameter)
        for value in context.shapes.values(shape, parameter):
            found = None if condition is None else condition(context, value, variable, above)
            if found is None:
                return None
            parts.append(found)
    return [part for part in parts if part != _TRUE]


def _of_property_shape(context: Context, shape: Node, variable: str, above: tuple[Node, ...]) -> str | None:
    """The condition that the values of a property fit. Only of predicates: engines look along longer paths for each node anew."""
    path = context.shapes.value(shape, sh("path"))
    of_property = _of_property(context, shape, f"?{variable} {path}") if isinstance(path, NamedNode) else None
    inner = f"{variable}_"
    of_values = _of_values(context, shape, inner, above, _OF_PROPERTY)
    if of_property is None or of_values is None:
        return None
    each = [f"!EXISTS {{ ?{variable} {path} ?{inner} FILTER(!({_joint(of_values)})) }}"] if of_values else []
    return _joint([*of_property, *each])


def _of_property(context: Context, shape: Node, step: str) -> list[str] | None:
    """What a property shape asks of its values together; `step` leads to them."""
    parts: list[str] = []
    for parameter, condition in _COUNTS.items():
        value = context.shapes.value(shape, parameter)
        if value is not None:
            if not isinstance(value, Literal) or value.value != condition[0]:
                return None
            parts.append(f"{condition[1]} {{ {step} ?any }}")
    for value in context.shapes.values(shape, _HAS_VALUE):
        if not isinstance(value, NamedNode | Literal) or needs_forms(context, value):
            return None
        parts.append(f"EXISTS {{ {step} {value} }}")
    return parts


def _joint(parts: Sequence[str] | None) -> str | None:
    if parts is None or len(parts) == 1:
        return parts[0] if parts else None
    return " && ".join(f"({part})" for part in parts) or _TRUE


def _class(context: Context, value: Node, variable: str, _: tuple[Node, ...]) -> str | None:
    assert isinstance(value, NamedNode)
    return f"EXISTS {{ {context.classes.membership(value, variable)} }}"


def _datatype(_context: Context, value: Node, variable: str, _: tuple[Node, ...]) -> str | None:
    assert isinstance(value, NamedNode)
    # Whether a form belongs to its datatype is looked at elsewhere.
    return (
        None
        if has_lexical_space(value.value) and value.value != names.XSD + "string"
        else f"isLiteral(?{variable}) && DATATYPE(?{variable}) = {value}"
    )


def _node_kind(_context: Context, value: Node, variable: str, _: tuple[Node, ...]) -> str | None:
    return node_kind(value, variable)


def _has_value(context: Context, value: Node, variable: str, _: tuple[Node, ...]) -> str | None:
    if not isinstance(value, NamedNode | Literal) or needs_forms(context, value):
        return None
    return f"sameTerm(?{variable}, {value})"


def _in(context: Context, value: Node, variable: str, _: tuple[Node, ...]) -> str | None:
    members = context.shapes.members(value)
    if not all(isinstance(member, NamedNode) for member in members):
        return None
    return f"?{variable} IN ({', '.join(sorted(map(str, members)))})"


def _node(context: Context, value: Node, variable: str, above: tuple[Node, ...]) -> str | None:
    return _conforming(context, value, variable, above)


def _not(context: Context, value: Node, variable: str, above: tuple[Node, ...]) -> str | None:
    found = _conforming(context, value, variable, above)
    return None if found is None else f"!({found})"


def _joined(operator: str, empty: str) -> "_Condition":
    def condition(context: Context, value: Node, variable: str, above: tuple[Node, ...]) -> str | None:
        parts = [_conforming(context, member, variable, above) for member in context.shapes.members(value)]
        return None if None in parts else operator.join(f"({part})" for part in parts) or empty

    return condition


def _property(context: Context, value: Node, variable: str, above: tuple[Node, ...]) -> str | None:
    return _conforming(context, value, variable, above) if context.shapes.values(value, sh("path")) else None


_Condition = Callable[[Context, Node, str, tuple[Node, ...]], str | None]
_CONDITIONS: Final[dict[NamedNode, _Condition]] = {
    sh(parameter): condition
    for parameter, condition in {
        "class": _class,
        "datatype": _datatype,
        "nodeKind": _node_kind,
        "hasValue": _has_value,
        "in": _in,
        "node": _node,
        "not": _not,
        "and": _joined(" && ", _TRUE),
        "or": _joined(" || ", "false"),
        "property": _property,
    }.items()
}
