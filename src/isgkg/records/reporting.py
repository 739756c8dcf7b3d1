"""Validation results and readers' notes as findings, in the words of the record and of the guideline.

Flows in: results of shapes, notes, where things stand in the files. Flows out: findings with rule, place, value, clause and what to do.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from pyoxigraph import Literal, NamedNode

from isgkg import messages, names, shacl
from isgkg.errors import ContentError
from isgkg.findings import Finding, Fix, Place, Severity
from isgkg.messages import Language
from isgkg.records.base import Base
from isgkg.records.fields import SEVERITIES, Field
from isgkg.records.graph import suggestion
from isgkg.records.tree import Mark, Note
from isgkg.records.vocabulary import Retired

_FIRST_STEP: Final = re.compile(r"\(*<([^<>]*)>")
_FORM: Final = "record-"
"""How the ids of what the fields themselves ask for begin."""


class Places(Protocol):
    """Where nodes and their values stand in the files."""

    def of(self, node: object, predicate: str | None, value: object) -> tuple[str | None, Mark, str | None]:
        """File, mark and JSON pointer of a value of a node, else of the node, else of the record that it belongs to."""


@dataclass(frozen=True, kw_only=True)
class Reporter:
    """Makes the findings of one run."""

    base: Base
    shapes: shacl.Shapes
    places: Places
    lang: Language

    def findings(self, results: Iterable[shacl.Result]) -> list[Finding]:
        """One finding a result; what a rule says of a value is not said again by the form of the field, whose guess the rule takes over.

        A text where a part belongs lacks all fields of the part; that it is one is said once.
        """
        told = [(self._rule(result), result) for result in results]
        texts = {result.value for rule, result in told if rule == "record-part"}
        known = [(rule, result) for rule, result in told if not (isinstance(result.focus_node, Literal) and result.focus_node in texts)]
        uncoded = {_subject(result) for rule, result in known if rule == "record-code" and result.value is not None}
        ruled = {_subject(result) for rule, result in known if not rule.startswith(_FORM) and result.value is not None}
        findings = (
            self._finding(rule, result, _subject(result) in uncoded)
            for rule, result in known
            if not rule.startswith(_FORM) or _subject(result) not in ruled
        )
        return list(dict.fromkeys(findings))  # a field may say one thing in several constraints, with one message

    def _finding(self, rule: str, result: shacl.Result, is_uncoded: bool) -> Finding:
        """The finding; with a guess at the code that is meant, if the value is no code where one belongs."""
        predicate = _predicate(result.path_text)
        file, mark, pointer = self.places.of(result.focus_node, predicate, result.value)
        value = None if result.value is None else shown(result.value)
        retired = self.base.vocabulary.retired.get(value or "") if is_uncoded else None
        problem, remedy = messages.sentences(self._message(result) if retired is None else self._retirement(value, retired), self.lang)
        fix = self._fix(self._field(predicate) if is_uncoded else None, result.value, remedy)
        return Finding(
            rule=rule,
            severity=severity(result),
            message=problem,
            place=replace(_place(file, mark, pointer), node=_node(result.focus_node), path=result.path_text),
            value=value,
            authority=self.base.authority(rule, problem),
            fix=fix if retired is None else Fix(replacement=retired.replacement, text=remedy),
        )

    def _message(self, result: shacl.Result) -> str:
        """The message in the language of the report, else the first one, else one that names shape and component."""
        chosen = [message.value for message in result.messages if (message.language or "").startswith(self.lang)]
        other = [message.value for message in result.messages]
        if chosen or other:
            return next(iter([*chosen, *other]))
        shape, component = (names.compact(text).strip("<>") for text in (_node(result.shape), result.component))
        return messages.text("record.no-message", self.lang, shape=shape, component=component)

    def _retirement(self, code: str | None, retired: Retired) -> str:
        """What is to be said of a code that was in use once: since when it is not, why, and what to write instead."""
        values = {"code": code, "since": retired.since, "reason": retired.reasons.get(self.lang, "")}
        if retired.replacement is None:
            return messages.text("record.retired.for-nothing", self.lang, **values)
        label = self.base.vocabulary.label(retired.replacement, self.lang)
        return messages.text("record.retired", self.lang, **values, replacement=retired.replacement, label=label)

    def _rule(self, result: shacl.Result) -> str:
        for node in (result.constraint, result.shape):
            for identifier in () if node is None else self.shapes.values(node, _IDENTIFIER):
                if isinstance(identifier, Literal):
                    return identifier.value
        return names.compact(result.component)

    def _fix(self, field: Field | None, value: object, remedy: str) -> Fix | None:
        replacement = suggestion(shown(value), field, self.base.vocabulary) if field is not None and value is not None else None
        text = remedy
        if replacement and field is not None:
            shown_as = {choice.key: choice.labels for choice in field.choices}.get(replacement)
            label = shown_as[self.lang] if shown_as else self.base.vocabulary.label(replacement, self.lang)
            guess = messages.text("record.did-you-mean", self.lang, replacement=replacement, label=label)
            text = guess if not remedy else f"{remedy}{guess}" if self.lang == "zh" else f"{remedy} {guess}"
        return Fix(replacement=replacement, text=text) if text or replacement else None

    def _field(self, predicate: str | None) -> Field | None:
        fields = (field for found in self.base.schema.classes.values() for field in found.fields)
        return next((field for field in fields if field.property == predicate), None)


def _subject(result: shacl.Result) -> tuple[object, str | None, object]:
    return result.focus_node, result.path_text, result.value


_IDENTIFIER: Final = NamedNode(names.DCT + "identifier")


def severity(result: shacl.Result) -> Severity:
    """How grave a result is; one's own shapes may have severities that SHACL does not know."""
    return SEVERITIES.get(result.severity, Severity.VIOLATION)


def of_note(note: Note, file: str, lang: Language) -> Finding:
    """What a reader had to say, as a finding."""
    problem, remedy = messages.sentences(messages.text(note.key, lang, **localized(note.values, lang)), lang)
    return Finding(
        rule=note.rule,
        severity=note.severity,
        message=problem,
        place=_place(file, note.mark, note.pointer),
        value=note.value,
        fix=Fix(replacement=note.replacement, text=remedy or None) if remedy or note.replacement else None,
    )


def of_error(error: ContentError, file: str, lang: Language) -> Finding:
    """A file that cannot be read, or not on from a place, as a finding."""
    problem, remedy = messages.sentences(error.text(lang), lang)
    mark = Mark(error.line, error.column, error.sheet, error.cell)
    return Finding(
        rule=error.rule,
        severity=Severity.VIOLATION,
        message=problem,
        place=_place(file, mark, None),
        fix=Fix(text=remedy) if remedy else None,
    )


def localized(values: Mapping[str, object], lang: Language) -> dict[str, object]:
    """The values of a message in one language: a value that depends on it is a mapping (see isgkg.errors)."""
    return {name: value[lang] if isinstance(value, Mapping) else value for name, value in values.items()}


def shown(node: object) -> str:
    """A value for people: a code of the guideline as the code, another IRI with its prefix, a literal as its text."""
    if isinstance(node, NamedNode):
        return node.value.removeprefix(names.CONCEPT) if node.value.startswith(names.CONCEPT) else names.compact(node.value).strip("<>")
    return node.value if isinstance(node, Literal) else str(node)


def _predicate(path: str | None) -> str | None:
    """The first predicate of a path that leads away from the node: of a sequence the first, of alternatives one that can be filled in."""
    match = _FIRST_STEP.match(path or "")
    return match[1] if match else None


def _node(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)


def _place(file: str | None, mark: Mark, pointer: str | None) -> Place:
    """The place as people know it: the tables of a set of CSV files are files of their own."""
    sheet = mark.sheet
    if sheet and file is not None and file.lower().endswith(".csv"):
        file, sheet = f"{file[:-4]}.{sheet}{file[-4:]}", None
    return Place(file=file, line=mark.line, column=mark.column, sheet=sheet, cell=mark.cell, pointer=pointer)
