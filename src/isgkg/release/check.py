"""What must hold of the tables before a graph can be made of them: codes, references, anchors.

Flows in: Sources, and the names that the ontology declares. Flows out: nothing, or SourceErrors with every fault's file, line, code
and rule. Rules with a T number are those of docs/rules.md; the others are named in the message.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from isgkg.errors import SourceError, SourceErrors
from isgkg.release.sources import TEXT, Designation, Item, Link, Offsets, Sources
from isgkg.release.tables import Row

BASES = ("explicit", "structural", "lexical", "editorial")
STATUSES = ("preferred", "admitted", "deprecated", "superseded")
SEVERITIES = ("violation", "warning", "info")
NOTES = ("scopeNote", "editorialNote", "historyNote", "example")
SPECIAL_PREDICATES = ("broader", "relatedTo", "differentFrom")
"""Predicates of the tables that are published as terms of other vocabularies (see `triples.PREDICATES`)."""

VARIANT = "variant-designation"
_EXCERPT = 30


@dataclass(frozen=True, kw_only=True)
class Declared:
    """Local names of the ontology's classes and object properties."""

    classes: frozenset[str]
    properties: frozenset[str]


def check(sources: Sources, declared: Declared) -> None:
    """Raise SourceErrors holding all faults of the tables, in the order of files and lines."""
    checks: tuple[Callable[[Sources, Declared], Iterator[SourceError]], ...] = (
        _blanks,
        _codes,
        _released,
        _references,
        _vocabulary,
        _reasons,
        _anchors,
        _rules,
    )
    faults = [fault for one in checks for fault in one(sources, declared)]
    if faults:
        raise SourceErrors(sorted(faults, key=lambda fault: (str(fault.values["file"]), int(str(fault.values["line"])))))


def _fault(key: str, row: Row, code: str, rule: str, **values: object) -> SourceError:
    return SourceError(key, file=row.file, line=row.line, code=code, rule=rule, **values)


def _blanks(sources: Sources, _: Declared) -> Iterator[SourceError]:
    """A cell that a sentence or a label comes from holds something to read."""
    required: list[tuple[Row, str, tuple[str, ...]]] = []
    required += [(kind.row, kind.name, ("zh", "en")) for kind in sources.kinds.values()]
    for level in sources.levels:
        required.append((level.row, level.letter, ("level_zh", "level_en")))
        if level.depth == 1:  # the scheme is named in the line of its first level
            required.append((level.row, level.letter, ("zh", "en")))
    required += [(item.row, item.code, ("zh", "en")) for item in sources.items]
    required += [(definition.row, definition.code, ("zh", "en")) for definition in sources.definitions]
    required += [(note.row, note.code, ("zh", "en")) for note in sources.notes]
    required += [(entry.row, entry.code, ("label",)) for entry in sources.designations]
    required += [(rule.row, rule.id, ("rule", "severity", "zh", "en")) for rule in sources.rules]
    for row, code, columns in required:
        for column in columns:
            if not any(char.isprintable() and not char.isspace() for char in row[column]):
                yield _fault("source.blank", row, code, "blank", column=column)


def _codes(sources: Sources, _: Declared) -> Iterator[SourceError]:
    """T25 and T27: a code is unique, matches the pattern of its scheme, and is not a retired one."""
    first: dict[str, int] = {}
    retired = {entry.code for entry in sources.retired}
    patterns = [(level.letter, re.compile(level.pattern)) for level in sources.levels]
    for item in sources.items:
        if item.code in first:
            yield _fault("source.duplicate", item.row, item.code, "T25", first=first[item.code])
        first.setdefault(item.code, item.row.line)
        if item.code in retired:
            yield _fault("source.retired", item.row, item.code, "T27")
        if not any(item.code.startswith(letter) and pattern.fullmatch(item.code) for letter, pattern in patterns):
            yield _fault("source.pattern", item.row, item.code, "T25")
    ids: dict[str, int] = {}
    for link in sources.links:
        if link.id in ids:
            yield _fault("source.duplicate", link.row, link.id, "T25", first=ids[link.id])
        ids.setdefault(link.id, link.row.line)


def _released(sources: Sources, _: Declared) -> Iterator[SourceError]:
    """T27: a released code does not disappear, and does not move to another concept."""
    items, retired = by_code(sources), {entry.code for entry in sources.retired}
    for entry in sources.released:
        item = items.get(entry.code)
        if item is None and entry.code not in retired:
            yield _fault("source.disappeared", entry.row, entry.code, "T27", text=entry.zh)
        elif item and (item.kind, item.zh) != (entry.kind, entry.zh):
            yield _fault("source.changed", item.row, entry.code, "T27", text=entry.zh, kind=entry.kind)


def _references(sources: Sources, _: Declared) -> Iterator[SourceError]:
    """Every code that is named exists."""
    codes = {item.code for item in sources.items}
    named = [(item.row, item.code, item.parent) for item in sources.items if item.parent]
    named += [(link.row, link.id, code) for link in sources.links for code in (link.subject, link.object)]
    named += [(entry.row, entry.code, entry.code) for entry in sources.designations]
    named += [(entry.row, entry.code, entry.code) for entry in sources.definitions]
    named += [(entry.row, entry.code, entry.code) for entry in sources.notes]
    named += [(entry.row, entry.code, entry.replaced_by) for entry in sources.retired if entry.replaced_by]
    for row, code, target in named:
        if target not in codes:
            yield _fault("source.unknown-code", row, code, "reference", target=target)
    numbers = {clause.number for clause in sources.clauses}
    for item in sources.items:
        if item.clause not in numbers:
            yield _fault("source.unknown-value", item.row, item.code, "reference", column="clause", value=item.clause)
    variants = {entry.notation for entry in sources.designations if entry.notation}
    for item in sources.items:
        if item.kind == VARIANT and item.code not in variants:
            yield _fault("source.variant", item.row, item.code, "T06")


def _vocabulary(sources: Sources, declared: Declared) -> Iterator[SourceError]:
    """Kinds, predicates, bases, statuses and notes are ones that the ontology and the schemes know."""
    relations = declared.properties | {"altLabel", "broaderPartitive", "broaderGeneric", ""}
    checks: list[tuple[Row, str, str, str, bool]] = []
    for kind in sources.kinds.values():
        checks.append((kind.row, kind.name, "class", kind.class_, kind.class_ in declared.classes))
        checks.append((kind.row, kind.name, "relation", kind.relation, kind.relation in relations))
        checks.append((kind.row, kind.name, "basis", kind.basis, kind.basis in (BASES if kind.relation else ("",))))
    checks += [(item.row, item.code, "kind", item.kind, item.kind in sources.kinds) for item in sources.items]
    for link in sources.links:
        known = link.predicate in declared.properties or link.predicate in SPECIAL_PREDICATES
        checks.append((link.row, link.id, "predicate", link.predicate, known))
        checks.append((link.row, link.id, "basis", link.basis, link.basis in BASES))
    for entry in sources.designations:
        checks.append((entry.row, entry.code, "status", entry.status, entry.status in STATUSES))
        checks.append((entry.row, entry.code, "basis", entry.basis, entry.basis in BASES))
        checks.append((entry.row, entry.code, "lang", entry.lang, entry.lang in {"zh", "en"}))
    checks += [(entry.row, entry.code, "basis", entry.basis, entry.basis in BASES) for entry in sources.definitions]
    checks += [(entry.row, entry.code, "property", entry.property, entry.property in NOTES) for entry in sources.notes]
    checks += [(rule.row, rule.id, "severity", severity, severity in SEVERITIES) for rule in sources.rules for severity in rule.severities]
    for row, code, column, value, known in checks:
        if not known:
            yield _fault("source.unknown-value", row, code, "vocabulary", column=column, value=value)


def _reasons(sources: Sources, _: Declared) -> Iterator[SourceError]:
    """A lexical or editorial statement has a reason in both languages; an explicit or structural one has the words that carry it."""
    statements: list[tuple[str, Link | Designation]] = [(link.id, link) for link in sources.links]
    statements += [(entry.code, entry) for entry in sources.designations]
    for code, entry in statements:
        if entry.basis in {"lexical", "editorial"} and len(entry.reason) < 2:
            yield _fault("source.reason", entry.row, code, "basis", basis=entry.basis)
        if entry.basis in {"explicit", "structural"} and entry.span is None:
            yield _fault("source.no-quote", entry.row, code, "basis", basis=entry.basis)


def _anchors(sources: Sources, _: Declared) -> Iterator[SourceError]:
    """Every quote stands at its offsets in the text, and within the clause that is named."""
    clauses = {clause.number: clause.span for clause in sources.clauses}
    for item in sources.items:
        yield from _at(sources.text, item.row, item.code, item.span, item.quote)
        yield from _at(sources.text, item.row, item.code, item.label, item.zh)
        clause = clauses.get(item.clause)
        if clause and not _within(item.span, clause):
            yield _fault("source.outside-clause", item.row, item.code, "anchor", clause=item.clause)
        if not _within(item.label, item.span):
            yield _fault("source.label-outside", item.row, item.code, "anchor")
    for link in sources.links:
        if link.span:
            yield from _at(sources.text, link.row, link.id, link.span, link.quote)
    for entry in sources.designations:
        if entry.span:
            yield from _at(sources.text, entry.row, entry.code, entry.span, entry.label)
    for definition in sources.definitions:
        if definition.span:
            yield from _at(sources.text, definition.row, definition.code, definition.span, definition.zh)
    for part in sources.clauses:
        if part.title != part.number and part.title not in sources.text[slice(*part.span)]:
            yield _fault(
                "source.not-there", part.row, part.number, "anchor", text=part.title, start=part.span[0], end=part.span[1], file_text=TEXT
            )


def _rules(sources: Sources, _: Declared) -> Iterator[SourceError]:
    """A rule for records rests on words of a clause of the guideline, or names the document that it is taken from."""
    clauses = {clause.number: clause.span for clause in sources.clauses}
    for rule in sources.rules:
        if rule.span:
            yield from _at(sources.text, rule.row, rule.id, rule.span, rule.quote)
            if rule.clause not in clauses:
                yield _fault("source.unknown-value", rule.row, rule.id, "reference", column="clause", value=rule.clause)
            elif not _within(rule.span, clauses[rule.clause]):
                yield _fault("source.outside-clause", rule.row, rule.id, "anchor", clause=rule.clause)
        elif not rule.source:
            yield _fault("source.blank", rule.row, rule.id, "blank", column="source")


def _at(text: str, row: Row, code: str, span: Offsets, quote: str) -> Iterator[SourceError]:
    start, end = span
    if text[start:end] == quote:
        return
    moved = text.find(quote)
    shown = quote if len(quote) <= _EXCERPT else quote[:_EXCERPT] + "…"
    values = {"text": shown, "start": start, "end": end, "file_text": TEXT}
    if quote and moved >= 0:
        yield _fault("source.moved", row, code, "anchor", **values, found=moved, found_end=moved + len(quote))
    else:
        yield _fault("source.not-there", row, code, "anchor", **values)


def _within(inner: Offsets, outer: Offsets) -> bool:
    return outer[0] <= inner[0] <= inner[1] <= outer[1]


def by_code(sources: Sources) -> dict[str, Item]:
    """Items by code."""
    return {item.code: item for item in sources.items}
