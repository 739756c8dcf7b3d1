"""SHACL-SPARQL: constraints that are queries (SHACL 5), and components that a shapes graph declares (SHACL 6).

Flows in: a scope, and a constraint or a component. Flows out: violations, from one query for all focus nodes.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from isgkg import names
from isgkg.errors import QueryRefused, QuerySyntaxError, QueryTooComplex
from isgkg.shacl.components import Component
from isgkg.shacl.frames import of_pairs
from isgkg.shacl.prebinding import Prebinding, is_sliced, mentions
from isgkg.shacl.results import filled
from isgkg.shacl.scope import Scope, Violation
from isgkg.shacl.vocabulary import IMPORTS, TRUE, Node, is_string, sh
from isgkg.store.inspection import inspect

_PREFIX: Final = re.compile(r"(?:[^\W\d_](?:[\w.-]*[\w-])?)?")


def constraint(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:sparql (5.1): each solution of its query is a violation."""
    shapes = scope.shapes
    if shapes.is_true(value, sh("deactivated")):
        return
    text = _text(scope, value, "select")
    messages = scope.messages(value) or scope.messages(scope.shape)
    for bindings in _solutions(scope, value, text, {}, frozenset()):
        yield _violation(scope, "SPARQL", bindings, messages, value)


def custom(scope: Scope, component: Component) -> Iterator[Violation]:
    """The constraints of a component that the shapes graph declares (6.3)."""
    shapes = scope.shapes
    for arguments in component.declared(shapes, scope.shape):
        validator = component.validator(shapes, of_property_shape=scope.path is not None)
        if validator is None:
            return
        messages = scope.messages(scope.shape) or scope.messages(validator) or scope.messages(component.iri)
        others = frozenset(parameter.variable for parameter in component.parameters) - arguments.keys()
        if shapes.values(validator, sh("ask")):
            yield from _asked(scope, component, validator, arguments, others, messages)
        else:
            text = _text(scope, validator, "select")
            for bindings in _solutions(scope, validator, text, arguments, others):
                yield _violation(scope, component.iri.value, arguments | bindings, messages, None)


def _asked(
    scope: Scope, component: Component, validator: Node, arguments: dict[str, Node], others: frozenset[str], messages: Sequence[Literal]
) -> Iterator[Violation]:
    """The value nodes for which an ASK query is not true (6.3, "ASK-based")."""
    text = _text(scope, validator, "ask")
    prebinding = Prebinding(
        frame=of_pairs(scope.values),
        variables=frozenset({"this", "value"}),
        constants={**arguments, **_context(scope, text)},
        optional=others | {"PATH", "shapesGraph", "currentShape"},
        path=None,
        error=scope.error,
    )
    _check_constants(scope, prebinding)
    conforming = {(row["this"], row["value"]) for row in _run(scope, validator, text, prebinding.ask(text))}
    for pair in scope.pairs():
        if pair not in conforming:
            bindings = {**arguments, "this": pair[0], "value": pair[1]}
            texts = [filled(message, bindings) for message in messages]
            for form in scope.written(pair):
                yield scope.violation(component.iri.value, pair[0], form, messages=texts, bindings=bindings)


def _violation(scope: Scope, component: str, bindings: dict[str, Node], messages: Sequence[Literal], constraint_: Node | None) -> Violation:
    """The result that a solution describes (5.3.2)."""
    if bindings.get("failure") == TRUE:
        raise scope.error("shacl.sparql.failure")
    focus, path = bindings["this"], bindings.get("path")
    value = bindings.get("value")
    if value is not None:
        value = scope.written((focus, value))[0]
    elif scope.path is None:
        value = focus
    message = bindings.get("message")
    texts = [message] if isinstance(message, Literal) else [filled(each, bindings) for each in messages]
    own_path = path if isinstance(path, NamedNode) else None
    return scope.violation(component, focus, value, path=own_path, messages=texts, constraint=constraint_, bindings=bindings)


def _solutions(scope: Scope, query_node: Node, text: str, arguments: dict[str, Node], others: frozenset[str]) -> Iterator[dict[str, Node]]:
    """The bindings of each solution of a SELECT query on all focus nodes."""
    frames = [scope.frame]
    if is_sliced(text):
        nodes = scope.focus_nodes(f"SELECT DISTINCT ?this WHERE {{ {scope.frame} }}")
        if any(isinstance(node, BlankNode) for node in nodes):
            raise scope.error("shacl.sparql.slice")
        frames = [f"VALUES ?this {{ {node} }}" for node in nodes]
    for frame in frames:
        prebinding = Prebinding(
            frame=frame,
            variables=frozenset({"this"}),
            constants={**arguments, **_context(scope, text)},
            optional=others | {"PATH", "shapesGraph", "currentShape"},
            path=scope.path.text if scope.path else None,
            error=scope.error,
        )
        _check_constants(scope, prebinding)
        yield from _run(scope, query_node, text, prebinding.select(text))


def _context(scope: Scope, text: str) -> dict[str, Node]:
    """The values of $currentShape and $shapesGraph, where a query mentions them. Raises ShapesError where the graph is not known."""
    known: dict[str, Node] = {}
    if mentions(text, "currentShape"):
        known["currentShape"] = scope.shape
    if mentions(text, "shapesGraph"):
        if scope.evaluation.shapes_graph is None:
            raise scope.error("shacl.sparql.no-shapes-graph")
        known["shapesGraph"] = scope.evaluation.shapes_graph
    return known


def _check_constants(scope: Scope, prebinding: Prebinding) -> None:
    for variable, node in prebinding.constants.items():
        if not isinstance(node, NamedNode | Literal):
            raise scope.error("shacl.sparql.blank-node", variable=variable)


def _run(scope: Scope, query_node: Node, text: str, bound: str) -> list[dict[str, Node]]:
    """The bindings of each solution of `bound`. Raises ShapesError where `text`, from which it was made, is no query that may run."""
    prologue = _prologue(scope, query_node)
    try:
        inspect(prologue + text)
        solutions = scope.evaluation.rows(prologue + bound)
    except (QuerySyntaxError, QueryRefused, QueryTooComplex) as error:
        raise scope.error("shacl.sparql", reason=error) from error
    variables = [variable.value for variable in solutions.variables]
    return [{name: row[name] for name in variables if row[name] is not None} for row in solutions]


def _prologue(scope: Scope, node: Node) -> str:
    """PREFIX declarations (5.2.1). Raises ShapesError for one that is not well-formed, or says two things of one prefix."""
    shapes = scope.shapes
    found: dict[str, str] = {}
    pending = list(shapes.values(node, sh("prefixes")))
    seen = set(pending)
    while pending:
        source = pending.pop()
        new = set(shapes.values(source, IMPORTS)) - seen
        seen |= new
        pending += new
        for declaration in shapes.values(source, sh("declare")):
            prefix, namespace = shapes.value(declaration, sh("prefix")), shapes.value(declaration, sh("namespace"))
            if not isinstance(prefix, Literal) or not isinstance(namespace, Literal) or not _is_declaration(prefix, namespace):
                raise scope.error("shacl.prefix", prefix=shapes.label(prefix or declaration))
            if found.setdefault(prefix.value, namespace.value) != namespace.value:
                raise scope.error("shacl.prefix", prefix=prefix.value)
    return "".join(f"PREFIX {prefix}: <{found[prefix]}>\n" for prefix in sorted(found))


def _is_declaration(prefix: Literal, namespace: Literal) -> bool:
    try:
        NamedNode(namespace.value)
    except ValueError:
        return False
    return namespace.datatype.value == names.XSD + "anyURI" and is_string(prefix) and _PREFIX.fullmatch(prefix.value) is not None


def _text(scope: Scope, node: Node, form: str) -> str:
    """The only query of a constraint or a validator."""
    found = scope.shapes.value(node, sh(form))
    if not isinstance(found, Literal) or not is_string(found):
        raise scope.error("shacl.sparql.no-query", form=form)
    return found.value
