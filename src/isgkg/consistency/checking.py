"""The check of drafts: read, look, report.

Flows in: drafts and knowledge. Flows out: by draft its faults, and the report of all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from isgkg import messages
from isgkg.consistency.faults import Fault, Reading, Word
from isgkg.consistency.knowledge import Knowledge
from isgkg.consistency.matching import Matcher
from isgkg.consistency.outline import outline
from isgkg.consistency.rules import RULES
from isgkg.consistency.suppressing import Suppressions
from isgkg.drafts.model import MARGINS, Draft, Remark
from isgkg.errors import ContentError
from isgkg.findings import Authority, Finding, Fix, Place, Report, Severity
from isgkg.messages import Language

TOOL: Final = "isgkg check"
_AROUND: Final = 16
"""Code points of context on each side of an excerpt."""
_DEFINITION: Final = 300


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A draft that was checked: what was read, and its faults in the order of the text."""

    reading: Reading
    faults: tuple[Fault, ...]


class Checker:
    """Knowledge made ready: the words are looked for in any number of drafts."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._matcher: Matcher[Word] = Matcher(_words(knowledge))

    def check(self, draft: Draft) -> Checked:
        """The faults of a draft by all rules."""
        reading = Reading(outline(draft), self.knowledge, self._matcher)
        faults = {(*fault.spot, fault.rule, fault.key): fault for rule in RULES for fault in rule(reading)}
        return Checked(reading=reading, faults=tuple(fault for _, fault in sorted(faults.items())))


def _words(knowledge: Knowledge) -> Iterable[tuple[str, Word]]:
    """The designations to look for: a preferred one before any other of the same form, the user's concepts before the guideline's."""
    words = [
        (designation, concept)
        for concept in knowledge.base.concepts
        for designation in concept.designations
        if designation.lang.startswith("zh") or designation.status.is_rejected
    ]
    words.sort(key=lambda word: (word[1].id not in knowledge.own, word[0].status.is_rejected, word[0].status != "preferred"))
    return ((designation.text, Word(concept, designation)) for designation, concept in words)


def report(
    checked: Sequence[Checked],
    unread: Sequence[tuple[str, ContentError]],
    lang: Language,
    suppressions: Suppressions | None = None,
    release: str | None = None,
) -> Report:
    """The report on drafts that were read and on files that were not. What is suppressed is listed as information, with its reason."""
    findings = [of_error(error, name, lang) for name, error in unread]
    for one in checked:
        draft = one.reading.outline.draft
        findings += [_of_remark(remark, draft.name, lang) for remark in draft.remarks]
        for fault in one.faults:
            finding = of_fault(one.reading, fault, lang)
            findings.append(suppressions.applied(finding, lang) if suppressions else finding)
    if suppressions:
        findings += suppressions.unused(lang)
    return Report(tool=TOOL, release=release, findings=tuple(sorted(findings, key=_order)))


def _order(finding: Finding) -> tuple[object, ...]:
    place = finding.place
    return (place.file or "", place.paragraph or 0, place.page or 0, *finding.order[1:])


def of_fault(reading: Reading, fault: Fault, lang: Language) -> Finding:
    """The finding of a fault, its texts in `lang`."""
    draft = reading.outline.draft
    block = draft.blocks[fault.spot.block]
    clause = reading.outline.clauses[fault.spot.block]
    values = {name: _shown(value, lang) for name, value in fault.values.items()}
    start = block.line_column(fault.spot.start)
    end = block.line_column(max(fault.spot.start, fault.spot.end - 1))
    one_line = start is not None and end is not None and start[0] == end[0]
    text = block.text[fault.spot.start : fault.spot.end]
    return Finding(
        rule=fault.rule,
        severity=fault.severity,
        message=messages.text(f"check.{fault.key}", lang, **values),
        place=Place(
            file=draft.name,
            line=start[0] if start else None,
            column=start[1] if start else None,
            end_column=end[1] + 1 if one_line and end else None,
            clause=messages.text(f"check.place.{block.kind}", lang) if block.kind in MARGINS else clause.label,
            page=block.page,
            paragraph=block.paragraph,
        ),
        excerpt=_excerpt(block.text, fault.spot.start, fault.spot.end),
        value=text if len(text) <= _DEFINITION else text[:_DEFINITION] + "…",
        authority=_authority(fault),
        fix=Fix(replacement=fault.replacement, text=messages.text(f"check.{fault.key}.fix", lang, **values)),
    )


def _shown(value: object, lang: Language) -> object:
    """A value in `lang`: a mapping holds it by language, or names a message by its key."""
    if isinstance(value, Mapping):
        return messages.text(f"check.{value['key']}", lang) if "key" in value else value[lang]
    return value


def _excerpt(text: str, start: int, end: int) -> str:
    left, right = max(0, start - _AROUND), min(len(text), end + _AROUND)
    return ("…" if left else "") + text[left:right] + ("…" if right < len(text) else "")


def _authority(fault: Fault) -> Authority | None:
    concept = fault.concept
    if concept is None:
        return Authority(section=_GROUNDS[fault.rule])
    return Authority(iri=concept.span or concept.iri, section=concept.section, quote=concept.quote)


_GROUNDS: Final = {
    **dict.fromkeys(("T28", "T29"), "GB/T 10112—2019"),
    "T30": "GB/T 1.1—2020",
    "T31": "GB/T 20001.1",
    "T32": "GB/T 20000.1—2014，5.2",
    "T33": "GB/T 10112—2019",
    "T34": "GB/T 1.1—2020",
    "T35": "GB/T 1.1—2020",
    "T36": "GB/T 1.1—2020",
    "T37": "GB/T 1.1—2020",
    "T38": "GB/T 1.1—2020",
    "T39": "智能社会发展与治理标准化指引（2025版）",
    "T40": "智能社会发展与治理标准化指引（2025版）",
}
"""What a rule rests on where no concept of the guideline is concerned (docs/rules.md)."""


def of_error(error: ContentError, name: str, lang: Language) -> Finding:
    """The finding of a file that cannot be read: its first sentence says what is wrong, the others what to do."""
    problem, remedy = messages.sentences(error.text(lang), lang)
    place = Place(file=name, line=error.line, column=error.column)
    return Finding(rule=error.rule, severity=Severity.VIOLATION, message=problem, place=place, fix=Fix(text=remedy) if remedy else None)


def _of_remark(remark: Remark, name: str, lang: Language) -> Finding:
    problem, remedy = messages.sentences(messages.text(remark.key, lang), lang)
    fix = Fix(text=remedy) if remedy else None
    return Finding(rule=remark.rule, severity=Severity.INFO, message=problem, place=Place(file=name), fix=fix)
