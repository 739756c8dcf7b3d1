"""The rules of a term base on terms that somebody brings: those of T01 to T20 that need no graph.

Flows in: a Document. Flows out: findings. What each rule asks and how gravely is the same as in shapes/terms.ttl, which checks the graph of
this project; where it comes from: docs/rules.md.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from isgkg import messages, names
from isgkg.findings import Finding, Fix, Report, Severity
from isgkg.folding import fold
from isgkg.messages import Language
from isgkg.terms import languages
from isgkg.terms.document import Document
from isgkg.terms.modals import modals
from isgkg.terms.model import Concept, Definition, Status

TOOL: Final = "isgkg terms lint"
_LABEL: Final = {Status.PREFERRED: "preferred", Status.ADMITTED: "admitted", Status.DEPRECATED: "rejected", Status.SUPERSEDED: "rejected"}
_REQUIRING: Final = frozenset({"应", "应当", "不应", "宜", "不宜", "可", "不可", "必须", "须"})
_NO_STATEMENT: Final = re.compile(r"^(?:是|指|即|用于描述|一种.*术语)|[。.]$")
_MORE: Final = re.compile("。.|；|注：|示例：")
_NEGATIVE: Final = re.compile("^[不非无未]")
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    """`key` names the message terms.<key>, which `values` fill, and the advice terms.<key>.fix."""

    rule: str
    severity: Severity
    concept: Concept
    key: str
    value: str | None = None
    values: Mapping[str, object] | None = None


class _Terms:
    """The term base with what several rules ask of it."""

    def __init__(self, concepts: tuple[Concept, ...]) -> None:
        self.concepts = concepts
        self.by_id = {concept.id: concept for concept in concepts}

    @cached_property
    def names(self) -> Mapping[str, list[Concept]]:
        """Concepts by their preferred terms in Chinese."""
        found: dict[str, list[Concept]] = defaultdict(list)
        for concept in self.concepts:
            for text in _preferred(concept):
                found[text].append(concept)
        return found

    @cached_property
    def lengths(self) -> list[int]:
        return sorted({len(name) for name in self.names if name})

    def within(self, text: str) -> set[str]:
        """The preferred terms that stand in the text."""
        return {
            text[start : start + length]
            for start in range(len(text))
            for length in self.lengths
            if text[start : start + length] in self.names
        }


def lint(document: Document, lang: Language, file: str | None = None) -> Report:
    """All findings on the terms of a file, in the order of the file."""
    terms = _Terms(document.base.concepts)
    found = [
        Finding(
            rule=fault.rule,
            severity=fault.severity,
            message=messages.text(f"terms.{fault.key}", lang, id=fault.concept.id, name=_name(fault.concept), **(fault.values or {})),
            place=document.place(fault.concept, file),
            value=fault.value,
            fix=Fix(text=messages.text(f"terms.{fault.key}.fix", lang)),
        )
        for rule in _RULES
        for fault in rule(terms)
    ]
    order = {concept.id: number for number, concept in enumerate(terms.concepts)}
    places = {document.place(concept, file): order[concept.id] for concept in reversed(terms.concepts)}
    found.sort(key=lambda finding: (places[finding.place], finding.severity.rank, finding.rule, finding.message))
    return Report(tool=TOOL, release=document.base.release, findings=tuple(dict.fromkeys(found)))


def _name(concept: Concept) -> str:
    return concept.name if concept.designations else concept.id


def _is_chinese(lang: str) -> bool:
    return lang == "zh" or lang.startswith("zh-")


def _preferred(concept: Concept) -> list[str]:
    return [one.text for one in concept.designations if one.status is Status.PREFERRED and _is_chinese(one.lang)]


def _chinese(concept: Concept) -> Iterator[Definition]:
    return (definition for definition in concept.definitions if _is_chinese(definition.lang))


def _violation(rule: str, concept: Concept, key: str, value: str | None = None, **values: object) -> _Fault:
    return _Fault(rule=rule, severity=Severity.VIOLATION, concept=concept, key=key, value=value, values=values)


def _warning(rule: str, concept: Concept, key: str, value: str | None = None, **values: object) -> _Fault:
    return _Fault(rule=rule, severity=Severity.WARNING, concept=concept, key=key, value=value, values=values)


def _labels(terms: _Terms) -> Iterator[_Fault]:
    """T01, T02, T07, T09: the designations of a concept by themselves."""
    for concept in terms.concepts:
        preferred = Counter(one.lang for one in concept.designations if one.status is Status.PREFERRED)
        if not any(map(_is_chinese, preferred)):
            yield _violation("T01", concept, "lint.no-preferred")
        for lang, count in preferred.items():
            if count > 1:
                shown = "、".join(one.text for one in concept.designations if one.lang == lang and one.status is Status.PREFERRED)
                yield _violation("T01", concept, "lint.preferred-twice", shown, lang=lang or "—", terms=shown)
        kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
        for one in concept.designations:
            kinds[one.text, one.lang].add(_LABEL[one.status])
            if languages.canonical(one.lang) is None:
                yield _violation("T07", concept, "lint.language", one.text, term=one.text, lang=one.lang or "—")
            if not one.text.strip() or one.text != one.text.strip() or any(unicodedata.category(char) in _INVISIBLE for char in one.text):
                yield _violation("T09", concept, "lint.unclean", one.text, term=one.text)
        for (text, _), found in kinds.items():
            if len(found) > 1:
                yield _violation("T02", concept, "lint.two-kinds", text, term=text)


def _same(terms: _Terms) -> Iterator[_Fault]:
    """T03, T04: designations of several concepts that are one word."""
    for text, concepts in terms.names.items():
        for concept in concepts:
            own = [other.id for other in concepts if other.id != concept.id and _scheme(other) == _scheme(concept)]
            others = [other.id for other in concepts if _scheme(other) != _scheme(concept)]
            if own:
                yield _violation("T03", concept, "lint.same-name", text, term=text, other="、".join(own))
            if others and not concept.notes:
                yield _warning("T03", concept, "lint.same-name", text, term=text, other="、".join(others))
    folded: dict[tuple[str, str], dict[str, Concept]] = defaultdict(dict)
    for concept in terms.concepts:
        for one in concept.designations:
            if one.text.strip():
                folded[fold(one.text), one.lang].setdefault(one.text, concept)
    for spellings in folded.values():
        for text, concept in spellings.items():
            for other, holder in spellings.items():
                if other != text:
                    yield _violation("T04", concept, "lint.same-folded", text, term=text, other=other, holder=holder.id)


def _scheme(concept: Concept) -> str:
    """The scheme: of the guideline's concepts the letter of the code; what somebody brings is one scheme."""
    return concept.id[:1] if (concept.iri or "").startswith(names.CONCEPT) else ""


def _statuses(terms: _Terms) -> Iterator[_Fault]:
    """T06, T08: what a rejected designation names, and the English equivalent."""
    for concept in terms.concepts:
        for one in concept.designations:
            if not one.status.is_rejected:
                continue
            if concept.preferred(one.lang) is None:
                yield _violation("T06", concept, "lint.rejected-for-none", one.text, term=one.text)
            if not one.reason:
                yield _violation("T06", concept, "lint.no-reason", one.text, term=one.text)
        if concept.preferred("en") is None:
            yield _warning("T08", concept, "lint.no-english")


def _sources(terms: _Terms) -> Iterator[_Fault]:
    """T10, T11: a definition, and where it is from."""
    for concept in terms.concepts:
        if not concept.definitions:
            yield _violation("T10", concept, "lint.no-definition")
        for definition in concept.definitions:
            if not definition.source and not definition.is_editorial:
                yield _violation("T11", concept, "lint.no-source", definition.text)


def _circles(terms: _Terms) -> Iterator[_Fault]:
    """T12: a definition with its own name in it, with both words that the name is made of, or with one that is defined by it."""
    used = {concept.id: {name for definition in _chinese(concept) for name in terms.within(definition.text)} for concept in terms.concepts}
    for concept in terms.concepts:
        texts = [definition.text for definition in _chinese(concept)]
        for name in filter(None, _preferred(concept)):
            for text in texts:
                if name in text:
                    yield _violation("T12", concept, "lint.circle", text, term=name)
                for cut in range(1, len(name)):
                    first, second = name[:cut], name[cut:]
                    if first in terms.names and second in terms.names and first in text and second in text:
                        yield _violation("T12", concept, "lint.circle-parts", text, first=first, second=second)
            for other_name in used[concept.id] - {name}:
                for other in terms.names[other_name]:
                    if other.id != concept.id and name in used[other.id]:
                        yield _violation("T12", concept, "lint.circle-two", other=other_name, holder=other.id)


def _wordings(terms: _Terms) -> Iterator[_Fault]:
    """T13 to T16: how a definition is worded."""
    for concept in terms.concepts:
        for definition in _chinese(concept):
            text = definition.text
            if _NO_STATEMENT.search(text):
                yield _warning("T13", concept, "lint.not-replacing", text)
            if _MORE.search(text):
                yield _warning("T14", concept, "lint.several-statements", text)
            if _NEGATIVE.search(text):
                yield _warning("T15", concept, "lint.negative", text)
            words = list(dict.fromkeys(word for _, _, word in modals(text) if word in _REQUIRING))
            if words:
                yield _violation("T16", concept, "lint.modal", text, modals="、".join(words))


def _rejected_in_use(terms: _Terms) -> Iterator[_Fault]:
    """T19: a rejected designation in a definition, a label or a note of any concept."""
    rejected: dict[str, Concept] = {}
    for concept in terms.concepts:
        for one in concept.designations:
            if one.status is Status.DEPRECATED and one.text:
                rejected.setdefault(one.text, concept)
    if not rejected:
        return
    pattern = re.compile("|".join(sorted(map(re.escape, rejected), key=len, reverse=True)))
    for concept in terms.concepts:
        labels = [one.text for one in concept.designations if not one.status.is_rejected]
        for text in (*labels, *(one.text for one in concept.definitions), *(note for _, note in concept.notes)):
            for word in dict.fromkeys(pattern.findall(text)):
                yield _violation("T19", concept, "lint.rejected-in-use", text, term=word, instead=_name(rejected[word]))


def _hierarchy(terms: _Terms) -> Iterator[_Fault]:
    """T20: no circle of broader concepts, no relation to itself."""
    for concept in terms.concepts:
        if concept.id in concept.related or concept.id in concept.broader:
            yield _violation("T20", concept, "lint.self")
        seen: set[str] = set()
        pending = [id_ for id_ in concept.broader if id_ != concept.id]
        while pending:
            id_ = pending.pop()
            if id_ not in seen and id_ in terms.by_id:
                seen.add(id_)
                pending += terms.by_id[id_].broader
        if concept.id in seen:
            yield _violation("T20", concept, "lint.broader-circle")


_RULES: Final[tuple[Callable[[_Terms], Iterator[_Fault]], ...]] = (
    *(_labels, _same, _statuses, _sources, _circles, _wordings, _rejected_in_use, _hierarchy),
)
