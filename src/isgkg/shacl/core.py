"""The constraint components of SHACL Core that look at values only (SHACL 4.1 to 4.5 and 4.8).

Flows in: a scope, and the value of the component's parameter. Flows out: violations, from queries whose solutions are the violations.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode

from isgkg.shacl.conditions import needs_forms
from isgkg.shacl.conditions import node_kind as node_kind_test
from isgkg.shacl.datatypes import REWRITTEN, has_lexical_space, is_lexical, stored_as
from isgkg.shacl.scope import Scope, Violation
from isgkg.shacl.vocabulary import TRUE, Node, is_string, sh

Constraint = Callable[[Scope, Node], Iterator[Violation]]
"""Evaluates one constraint: a scope, and the value of the parameter that declares it."""

_LANGUAGE_RANGE: Final = re.compile(r"[A-Za-z0-9-]+")
_MAY_BE_REWRITTEN: Final = f"(isLiteral(?value) && DATATYPE(?value) IN ({', '.join(f'<{datatype}>' for datatype in REWRITTEN)}))"
_MOST: Final = 10**9
"""Larger counts and lengths are taken as this one: no set and no string here is larger, and engines know no larger integers."""


def class_(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:class (4.1.1)."""
    assert isinstance(value, NamedNode)
    membership = scope.evaluation.classes.membership(value)
    return scope.of_pairs("Class", scope.pairs(f"{'MINUS' if scope.scanned else 'FILTER NOT EXISTS'} {{ {membership} }}"))


def datatype(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:datatype (4.1.2): the datatype, and that the literal is well-formed. What the store may have rewritten is looked at here."""
    assert isinstance(value, NamedNode)

    def is_wrong(form: Node) -> bool:
        return not isinstance(form, Literal) or form.datatype != value or not is_lexical(form)

    wanted = f"DATATYPE(?value) IN ({value}, <{stored_as(value.value)}>)"
    yield from scope.of_pairs("Datatype", scope.pairs(f"FILTER(!isLiteral(?value) || !({wanted}))"))
    if has_lexical_space(value.value):
        query = f"SELECT DISTINCT ?value WHERE {{ {scope.candidates} FILTER(isLiteral(?value) && {wanted}) }}"
        found = (row["value"] for row in scope.evaluation.rows(query))
        suspects = sorted(str(stored) for stored in found if any(is_wrong(form) for form in scope.evaluation.lexical.all_forms(stored)))
        for pair in scope.pairs(f"VALUES ?value {{ {' '.join(suspects)} }}") if suspects else ():
            for form in filter(is_wrong, scope.written(pair)):
                yield scope.violation("Datatype", pair[0], form)


def node_kind(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:nodeKind (4.1.3)."""
    assert isinstance(value, NamedNode)
    return scope.of_pairs("NodeKind", scope.pairs(f"FILTER(!({node_kind_test(value, 'value')}))"))


def min_count(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:minCount (4.2.1)."""
    least, path = integer(value), scope.path
    assert path is not None
    if least <= 0:
        return iter(())
    if path.nullable:
        query = f"SELECT ?this WHERE {{ {scope.values} }} GROUP BY ?this HAVING(COUNT(DISTINCT ?value) < {least})"
    elif least == 1 and path.predicate:
        query = scope.without(f"?this {path.text} ?value")
    elif scope.scanned:
        query = scope.without(f"SELECT ?this WHERE {{ ?this {path.text} ?value }} GROUP BY ?this HAVING(COUNT(DISTINCT ?value) >= {least})")
    elif least == 1:
        query = f"SELECT DISTINCT ?this WHERE {{ {{ {scope.frame} }} MINUS {{ {scope.values} }} }}"
    else:
        pattern = f"{{ {scope.frame} }} OPTIONAL {{ ?this {path.text} ?value }}"
        query = f"SELECT ?this WHERE {{ {pattern} }} GROUP BY ?this HAVING(COUNT(DISTINCT ?value) < {least})"
    return scope.of_focus_nodes("MinCount", scope.focus_nodes(query))


def max_count(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:maxCount (4.2.2)."""
    rows = scope.solutions("?this", "", f"GROUP BY ?this HAVING(COUNT(DISTINCT ?value) > {integer(value)})")
    return scope.of_focus_nodes("MaxCount", (row["this"] for row in rows))


def _range(operator: str, component: str) -> Constraint:
    def constraint(scope: Scope, value: Node) -> Iterator[Violation]:
        """sh:minExclusive and the like (4.3): a value that cannot be compared violates, too."""
        return scope.of_pairs(component, scope.pairs(f"FILTER(!COALESCE(?value {operator} {value}, false))"))

    return constraint


def min_length(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:minLength (4.4.1)."""
    return _texts(scope, "MinLength", f"STRLEN(?text) < {integer(value)}")


def max_length(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:maxLength (4.4.2)."""
    return _texts(scope, "MaxLength", f"STRLEN(?text) > {integer(value)}")


def pattern(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:pattern with sh:flags (4.4.3). Raises ShapesError for a pattern that the store's engine cannot read."""
    flags = scope.shapes.value(scope.shape, sh("flags"))
    arguments = f"{value}, {flags}" if flags is not None else str(value)
    readable = next(scope.evaluation.rows(f'SELECT ?readable WHERE {{ BIND(REGEX("", {arguments}) AS ?readable) }}'))["readable"]
    if readable is None:
        raise scope.error("shacl.pattern", pattern=arguments)
    return _texts(scope, "Pattern", f"!REGEX(?text, {arguments})")


def language_in(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:languageIn (4.4.4): basic language ranges, as langMatches takes them."""
    members = scope.shapes.members(value)
    ranges = [member.value for member in members if isinstance(member, Literal) and is_string(member)]
    if len(ranges) < len(members):
        raise scope.error("shacl.members", parameter="sh:languageIn")
    if "*" in ranges:
        matches = 'LANG(?value) != ""'
    else:
        tags = "|".join(sorted(tag for tag in ranges if _LANGUAGE_RANGE.fullmatch(tag)))
        matches = f'REGEX(LANG(?value), "^({tags})(-.*)?$", "i")' if tags else "false"
    return scope.of_pairs("LanguageIn", scope.pairs(f"FILTER(!isLiteral(?value) || !({matches}))"))


def unique_lang(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:uniqueLang (4.4.5): one result for each language that more than one value has."""
    if value != TRUE:
        return iter(())
    tagged = f'SELECT DISTINCT ?this ?value WHERE {{ {scope.candidates} FILTER(isLiteral(?value) && LANG(?value) != "") }}'
    counted = (
        f"SELECT ?this ?language WHERE {{ {{ {tagged} }} }} GROUP BY ?this (LCASE(LANG(?value)) AS ?language) HAVING(COUNT(?value) > 1)"
    )
    if scope.scanned:
        counted = f"SELECT ?this ?language WHERE {{ {{ {counted} }} {{ {scope.frame} }} }}"
    return scope.of_focus_nodes("UniqueLang", scope.focus_nodes(counted))


def equals(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:equals (4.5.1)."""
    assert isinstance(value, NamedNode)
    yield from scope.of_pairs("Equals", scope.pairs(f"FILTER NOT EXISTS {{ ?this {value} ?value }}"))
    for pair in scope.pairs_of(f"{{ {scope.frame} }} ?this {value} ?value MINUS {{ {scope.values} }}"):
        for form in scope.written(pair, value):
            yield scope.violation("Equals", pair[0], form)
    if scope.evaluation.lexical:
        for pair in scope.pairs(f"FILTER({_MAY_BE_REWRITTEN} && EXISTS {{ ?this {value} ?value }})"):
            for form in {*scope.written(pair)} ^ {*scope.written(pair, value)}:
                yield scope.violation("Equals", pair[0], form)


def disjoint(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:disjoint (4.5.2)."""
    assert isinstance(value, NamedNode)
    for pair in scope.pairs(f"FILTER EXISTS {{ ?this {value} ?value }}"):
        for form in {*scope.written(pair)} & {*scope.written(pair, value)}:
            yield scope.violation("Disjoint", pair[0], form)


def _less_than(operator: str, component: str) -> Constraint:
    def constraint(scope: Scope, value: Node) -> Iterator[Violation]:
        """sh:lessThan and sh:lessThanOrEquals (4.5.3, 4.5.4): one result for each two values out of order."""
        comparison = f"?this {value} ?other FILTER(!COALESCE(?value {operator} ?other, false))"
        rows = scope.solutions("DISTINCT ?this ?value ?other", f". {comparison}")
        return scope.of_pairs(component, ((row["this"], row["value"]) for row in rows))

    return constraint


def closed(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:closed with sh:ignoredProperties (4.8.1): no properties of the value nodes but those of the property shapes."""
    if value != TRUE:
        return
    shapes = scope.shapes
    allowed = {shapes.value(shape, sh("path")) for shape in shapes.values(scope.shape, sh("property"))}
    ignored = shapes.value(scope.shape, sh("ignoredProperties"))
    if ignored is not None:
        members = shapes.members(ignored)
        if not all(isinstance(member, NamedNode) for member in members):
            raise scope.error("shacl.members", parameter="sh:ignoredProperties")
        allowed.update(members)
    known = ", ".join(sorted(str(path) for path in allowed if isinstance(path, NamedNode)))
    pattern_ = f"{{ {scope.values} }} ?value ?predicate ?object" + (f" FILTER(?predicate NOT IN ({known}))" if known else "")
    for row in scope.evaluation.rows(f"SELECT DISTINCT ?this ?value ?predicate ?object WHERE {{ {pattern_} }}"):
        predicate: NamedNode = row["predicate"]
        for form in scope.evaluation.lexical.forms_at(row["value"], predicate, row["object"]):
            yield scope.violation("Closed", row["this"], form, path=predicate)


def has_value(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:hasValue (4.8.2). A blank node has no name in a query; it is compared here."""
    path = scope.path
    in_query = isinstance(value, NamedNode | Literal)
    if path and not path.nullable and in_query and not needs_forms(scope.evaluation, value):
        query = scope.without(f"?this {path.text} {value}")
        return scope.of_focus_nodes("HasValue", scope.focus_nodes(query))
    pairs = scope.pairs(f"FILTER(sameTerm(?value, {value}))" if in_query else "")
    found = {pair[0] for pair in pairs if value in scope.written(pair)}
    nodes = scope.focus_nodes(f"SELECT DISTINCT ?this WHERE {{ {scope.frame} }}")
    return scope.of_focus_nodes("HasValue", (node for node in nodes if node not in found))


def in_(scope: Scope, value: Node) -> Iterator[Violation]:
    """sh:in (4.8.3). Blank nodes have no names in a query; they are compared here."""
    members = dict.fromkeys(scope.shapes.members(value))
    in_query = [str(member) for member in members if isinstance(member, NamedNode | Literal)]
    without = f"MINUS {{ VALUES ?value {{ {' '.join(in_query)} }} }}" if in_query else ""
    yield from scope.of_pairs("In", (pair for pair in scope.pairs(without) if pair[1] not in members))
    numbers = [str(member) for member in members if needs_forms(scope.evaluation, member)]
    if numbers:
        for pair in scope.pairs_of(f"{{ {scope.values} }} VALUES ?value {{ {' '.join(numbers)} }}"):
            for form in scope.written(pair):
                if form not in members:
                    yield scope.violation("In", pair[0], form)


CONSTRAINTS: Final[dict[str, Constraint]] = {
    "class": class_,
    "datatype": datatype,
    "nodeKind": node_kind,
    "minCount": min_count,
    "maxCount": max_count,
    "minExclusive": _range(">", "MinExclusive"),
    "minInclusive": _range(">=", "MinInclusive"),
    "maxExclusive": _range("<", "MaxExclusive"),
    "maxInclusive": _range("<=", "MaxInclusive"),
    "minLength": min_length,
    "maxLength": max_length,
    "pattern": pattern,
    "languageIn": language_in,
    "uniqueLang": unique_lang,
    "equals": equals,
    "disjoint": disjoint,
    "lessThan": _less_than("<", "LessThan"),
    "lessThanOrEquals": _less_than("<=", "LessThanOrEquals"),
    "closed": closed,
    "hasValue": has_value,
    "in": in_,
}
"""By the local name of the parameter that declares the constraint."""


def _texts(scope: Scope, component: str, violates: str) -> Iterator[Violation]:
    """The values whose text fulfils `violates`, a condition on ?text, and blank nodes. Of numbers and times, the written text counts."""
    condition = f"isBlank(?value) || {violates.replace('?text', 'STR(?value)', 1)}"
    if not scope.evaluation.lexical:
        yield from scope.of_pairs(component, scope.pairs(f"FILTER({condition})"))
        return
    yield from scope.of_pairs(component, scope.pairs(f"FILTER(!{_MAY_BE_REWRITTEN} && ({condition}))"))
    written = [(pair[0], form) for pair in scope.pairs(f"FILTER({_MAY_BE_REWRITTEN})") for form in scope.written(pair)]
    texts = {form.value for _, form in written if isinstance(form, Literal)}
    if texts:
        values = " ".join(sorted(str(Literal(text)) for text in texts))
        rows = scope.evaluation.rows(f"SELECT ?text WHERE {{ VALUES ?text {{ {values} }} FILTER({violates}) }}")
        failing = {row["text"].value for row in rows}
        for focus, form in written:
            if isinstance(form, Literal) and form.value in failing:
                yield scope.violation(component, focus, form)


def integer(node: Node) -> int:
    """The value of an xsd:integer, at most `_MOST` in size."""
    assert isinstance(node, Literal)
    text = node.value
    digits = text.lstrip("+-").lstrip("0")
    size = _MOST if len(digits) > 9 else int(digits or "0")
    return -size if text.startswith("-") else size
