"""Pre-binding of variables in SPARQL-based constraints, for all focus nodes at once (SHACL 5.3.1 and appendix A).

SHACL evaluates a constraint's query once for each focus node, with $this and others replaced by values. Here the query runs once: the
frame, which binds $this to every focus node, and a VALUES row of the constants are put into the groups that need them. A join with a
frame is the substitution of each of its nodes, so the solutions are those of all single runs together.

Flows in: the text of a query, and what is to be bound. Flows out: the text of one SELECT query, or a ShapesError for what appendix A
excludes.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

from isgkg.errors import ShapesError
from isgkg.shacl.vocabulary import Node
from isgkg.store.tokens import Token, decode, tokenize

_EXCLUDED: Final = frozenset({"MINUS", "VALUES", "SERVICE", "FROM"})
_NEED_NOT_BE_PROJECTED: Final = frozenset({"currentShape", "shapesGraph"})
_SLICE: Final = re.compile(r"(?:LIMIT|OFFSET)\d*", re.IGNORECASE)


@lru_cache(maxsize=512)
def _tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a query, which is looked at from several sides, at each validation with the same shapes."""
    return tuple(tokenize(text))


Kind = Literal["query", "body", "plain", "optional", "exists", "graph"]
"""`query` is a SELECT or ASK with its clauses, `body` its WHERE clause."""


@dataclass
class _Group:
    """A group graph pattern, and where it mentions which variables itself: groups within it are groups of their own."""

    kind: Kind
    within: frozenset[Kind]
    in_patterns: set[str] = field(default_factory=set)
    in_expressions: set[str] = field(default_factory=set)
    in_binds: set[str] = field(default_factory=set)
    parentheses: list[bool] = field(default_factory=list)
    """For each open parenthesis, whether it belongs to a BIND."""
    has_body: bool = False

    def mention(self, variable: str) -> None:
        """Note a variable at the current place."""
        place = self.in_patterns if not self.parentheses else self.in_binds if any(self.parentheses) else self.in_expressions
        place.add(variable)

    @property
    def is_correlated(self) -> bool:
        """Whether the engine evaluates the group with the bindings of the solution around it."""
        return "exists" in self.within or self.kind == "exists"

    def needs(self, variables: frozenset[str]) -> bool:
        """Whether an expression reads one of the variables where no pattern of the same group binds it.

        A FILTER of an OPTIONAL group sees the bindings of the pattern before it.
        """
        unbound = set() if self.kind == "optional" else self.in_expressions - self.in_patterns
        return not variables.isdisjoint(self.in_binds | unbound)


@dataclass(frozen=True, kw_only=True)
class Prebinding:
    """What to bind. `frame` binds `variables`; `constants` have one value; `optional` may be bound in another shape, but not in this one.

    `path` is the SPARQL text for $PATH. `error` makes a ShapesError from a message key and its values.
    """

    frame: str
    variables: frozenset[str]
    constants: Mapping[str, Node]
    optional: frozenset[str]
    path: str | None
    error: Callable[..., ShapesError]

    def select(self, text: str) -> str:
        """A SELECT query with the variables bound."""
        text = decode(text)
        tokens = _tokens(text)
        start = self._keyword(tokens, "SELECT")
        variables = _projected(tokens, start)
        if "this" not in variables and "*" not in variables:
            raise self.error("shacl.sparql.projection", variable="this")
        return self._bound(text, tokens, start)

    def ask(self, text: str) -> str:
        """An ASK query as a SELECT query for the bindings of `variables` for which it is true."""
        text = decode(text)
        tokens = _tokens(text)
        start = tokens[self._keyword(tokens, "ASK")]
        projection = " ".join(f"?{variable}" for variable in sorted(self.variables))
        text = f"{text[: start.start]}SELECT DISTINCT {projection} {text[start.end :]}"
        tokens = _tokens(text)
        return self._bound(text, tokens, self._keyword(tokens, "SELECT"))

    def _keyword(self, tokens: Sequence[Token], keyword: str) -> int:
        """The index of the first word of the query after its prologue."""
        for index, token in enumerate(tokens):
            if token.kind == "word" and token.text.upper() not in {"PREFIX", "BASE"}:
                if token.text.upper() == keyword:
                    return index
                break
        raise self.error("shacl.sparql.form", keyword=keyword)

    def _bound(self, text: str, tokens: Sequence[Token], start: int) -> str:
        self._check(tokens, start)
        groups = _groups(tokens)
        if groups is None:
            raise self.error("shacl.sparql.braces")
        parts = []
        end = 0
        for index, token in enumerate(tokens):
            parts.append(text[end : token.start])
            end = token.end
            if token.kind == "variable" and token.text[1:] == "PATH" and self.path:
                parts.append(self.path)
            else:
                parts.append(token.text)
            if index in groups:
                parts.append(self._inserted(groups[index]))
        return "".join([*parts, text[end:]])

    def _check(self, tokens: Sequence[Token], start: int) -> None:
        """Raise ShapesError for what appendix A excludes."""
        prebound = self.variables | self.constants.keys() | self.optional
        for index, token in enumerate(tokens):
            word = token.text.upper() if token.kind == "word" else ""
            if word in _EXCLUDED:
                raise self.error("shacl.sparql.excluded", keyword=word)
            following = tokens[index + 1] if index + 1 < len(tokens) else None
            if word == "AS" and following and following.kind == "variable" and following.text[1:] in prebound:
                raise self.error("shacl.sparql.reassigned", variable=following.text[1:])
            if word == "SELECT" and index != start:
                variables = _projected(tokens, index)
                missing = prebound - _NEED_NOT_BE_PROJECTED - {"PATH"} - variables
                if missing:
                    raise self.error("shacl.sparql.projection", variable=min(missing))

    def _inserted(self, group: _Group) -> str:
        """What binds the variables at the start of a group."""
        if group.kind == "query":
            return ""
        parts = []
        is_needed = group.needs(self.variables)
        if "graph" in group.within or group.kind == "graph":
            if is_needed and not group.is_correlated:
                raise self.error("shacl.sparql.graph")
        elif group.kind == "body" or (is_needed and not group.is_correlated):
            parts.append(f" {{ {self.frame} }}")
        mentioned = group.in_patterns | group.in_expressions | group.in_binds
        if self.constants and (group.kind == "body" or not mentioned.isdisjoint(self.constants)):
            variables = " ".join(f"?{variable}" for variable in self.constants)
            parts.append(f" VALUES ({variables}) {{ ({' '.join(map(str, self.constants.values()))}) }}")
        return "".join([*parts, " "]) if parts else ""


def is_sliced(text: str) -> bool:
    """Whether a query has LIMIT or OFFSET, which count the solutions of one focus node."""
    return any(token.kind == "word" and _SLICE.fullmatch(token.text) for token in _tokens(text))


def mentions(text: str, variable: str) -> bool:
    """Whether a query mentions a variable."""
    return any(token.kind == "variable" and token.text[1:] == variable for token in _tokens(text))


def _projected(tokens: Sequence[Token], select: int) -> set[str]:
    """The variables of a SELECT clause, "*" included, without those that it assigns."""
    found: set[str] = set()
    depth = 0
    for token in tokens[select + 1 :]:
        if token.text == "{" or token.text.upper() == "WHERE":
            break
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0 and (token.kind == "variable" or token.text == "*"):
            found.add(token.text.lstrip("?$"))
    return found


def _groups(tokens: Sequence[Token]) -> dict[int, _Group] | None:
    """The groups by the index of their opening brace; None where braces do not match."""
    found: dict[int, _Group] = {}
    stack = [_Group("query", frozenset())]
    for index, token in enumerate(tokens):
        group = stack[-1]
        if token.text == "{":
            stack.append(_Group(_kind(tokens, index, group), group.within | {group.kind}))
            group.has_body = group.has_body or stack[-1].kind == "body"
            found[index] = stack[-1]
        elif token.text == "}":
            stack.pop()
            if not stack:
                return None
        elif token.text == "(":
            group.parentheses.append(index > 0 and tokens[index - 1].text.upper() == "BIND")
        elif token.text == ")" and group.parentheses:
            group.parentheses.pop()
        elif token.kind == "variable":
            group.mention(token.text[1:])
    return found if len(stack) == 1 else None


def _kind(tokens: Sequence[Token], index: int, around: _Group) -> Kind:
    """What kind of group the brace at `index` opens."""
    before = [token.text.upper() for token in tokens[max(index - 2, 0) : index]]
    following = tokens[index + 1].text.upper() if index + 1 < len(tokens) else ""
    if before[-1:] == ["EXISTS"]:
        return "exists"
    if around.kind == "query" and not around.has_body:
        return "body"
    if following == "SELECT":
        return "query"
    if before[-1:] == ["OPTIONAL"]:
        return "optional"
    return "graph" if before[:1] == ["GRAPH"] and len(before) == 2 else "plain"
