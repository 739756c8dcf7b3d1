"""Validation results (SHACL 3.6.2).

Flows in: what a constraint found. Flows out: `Result`, which has a total order as far as blank nodes have one.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, Literal

from isgkg.shacl.shapes import Shapes
from isgkg.shacl.vocabulary import Node

_PLACEHOLDER: Final = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True, kw_only=True)
class Result:
    """One validation result. IRIs of components and severities are strings; nodes are pyoxigraph's terms.

    `path` is the path node of the shapes graph, or a predicate of the data (sh:closed, SHACL-SPARQL's ?path); `path_text` is the same as a
    SPARQL property path. `messages` have their placeholders filled in. `constraint` is the node of sh:sparql. `bindings` are the
    variables of a SHACL-SPARQL solution, by name.
    """

    focus_node: Node
    path: Node | None
    path_text: str | None
    value: Node | None
    component: str
    shape: Node
    severity: str
    messages: tuple[Literal, ...] = ()
    constraint: Node | None = None
    bindings: tuple[tuple[str, Node], ...] = ()


def ordered(results: Iterable[Result], shapes: Shapes) -> list[Result]:
    """Results by focus node, path, component and value; blank nodes of the shapes graph by their place in it."""
    texts: dict[Node | None, tuple[bool, str]] = {None: (False, "")}

    def text(node: Node | None) -> tuple[bool, str]:
        found = texts.get(node)
        if found is None:
            found = texts[node] = isinstance(node, BlankNode), str(node)
        return found

    def key(result: Result) -> tuple[object, ...]:
        return (
            text(result.focus_node),
            result.path_text or "",
            result.component,
            text(result.value),
            shapes.position(result.shape),
            -1 if result.constraint is None else shapes.position(result.constraint),
            _Rest(result),
        )

    return sorted(results, key=key)


class _Rest:
    """What decides between results of one constraint on one value; few have a rival, so it is looked at only then."""

    __slots__ = ("_result",)

    def __init__(self, result: Result) -> None:
        self._result = result

    def __lt__(self, other: "_Rest") -> bool:
        return self._key < other._key

    @property
    def _key(self) -> tuple[list[str], list[tuple[str, str]]]:
        return [str(message) for message in self._result.messages], [(name, str(value)) for name, value in self._result.bindings]


def filled(message: Literal, bindings: Mapping[str, Node]) -> Literal:
    """The message with {?var} and {$var} replaced (SHACL 5.3.2); a variable without a value stays as it is written."""
    if "{" not in message.value:
        return message

    def value(match: re.Match[str]) -> str:
        found = bindings.get(match[1])
        return match[0] if found is None else getattr(found, "value", str(found))

    text = _PLACEHOLDER.sub(value, message.value)
    return Literal(text, language=message.language) if message.language else Literal(text)
