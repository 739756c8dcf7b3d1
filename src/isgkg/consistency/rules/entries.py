"""The chapter on terms and definitions: lead-in (T30), entries (T31), sources (T32), definitions (T33), use (T34), cross-references (T37).

Flows in: a Reading. Flows out: faults.
"""

import difflib
import re
from collections.abc import Iterator
from typing import Final

from isgkg import numbers
from isgkg.consistency.faults import Fault, Reading, quoted, within
from isgkg.consistency.matching import level
from isgkg.consistency.outline import Entry, Part, Role
from isgkg.drafts.model import Kind, Spot
from isgkg.findings import Severity

_LEAD_INS: Final = (
    (re.compile("下列术语和定义适用于本文件。"), True),
    (re.compile(".+界定的术语和定义适用于本文件。"), False),
    (re.compile(".+界定的以及下列术语和定义适用于本文件。"), True),
    (re.compile("本文件没有需要界定的术语和定义。"), False),
)
"""The four sentences, and whether entries follow."""
_STANDARD: Final = r"[A-Z]+\d{0,4}(?:/[A-Z]+)* ?\d[\d.]*(?:-\d+)?[—:-]\d{4}"
_SOURCE: Final = re.compile(rf"\[来源：({_STANDARD})，\d[\d.]*(，有修改)?\]")
_GUIDELINE: Final = re.compile(r"\[来源：[^，\]]*智能社会发展与治理标准化指引[^\]]*\]")
_CITED: Final = re.compile(_STANDARD)


def lead_in(reading: Reading) -> Iterator[Fault]:
    """T30: the chapter opens with one of the four sentences, and the one that fits."""
    parts = reading.outline.parts
    if Part.TERMS not in parts:
        if Part.SCOPE in parts:
            scope = next(number for number, _, _ in reading.outline.blocks(Part.SCOPE))
            yield _at(reading, scope, "T30", "no-terms-chapter")
        return
    blocks = list(reading.outline.blocks(Part.TERMS))
    heading = blocks[0][0]
    first = next(((number, block) for number, block, role in blocks if role is Role.TEXT), None)
    entries = reading.outline.entries
    if first is None or (entries and first[0] > entries[0].first):
        yield _at(reading, heading, "T30", "no-lead-in")
        return
    text = re.sub(r"\s+", "", first[1].text)
    form = next((with_entries for pattern, with_entries in _LEAD_INS if pattern.fullmatch(text)), None)
    if form is None:
        yield _at(reading, first[0], "T30", "lead-in", replacement="下列术语和定义适用于本文件。" if entries else None)
    elif form != bool(entries):
        yield _at(reading, first[0], "T30", "lead-in.no-entries" if form else "lead-in.entries")


def _at(
    reading: Reading,
    block: int,
    rule: str,
    key: str,
    severity: Severity = Severity.VIOLATION,
    replacement: str | None = None,
    **values: object,
) -> Fault:
    text = reading.blocks[block].text
    spot = Spot(block, 0, len(text))
    return Fault(rule=rule, severity=severity, spot=spot, key=key, values=values, replacement=replacement)


def layout(reading: Reading) -> Iterator[Fault]:
    """T31: number, term with its equivalent, definition, each on a line of its own; no line of the contents for an entry."""
    for entry in reading.outline.entries:
        if entry.glued:
            yield _at(reading, entry.first, "T31", "entry.glued", number=entry.number)
        if not entry.term:
            yield _at(reading, entry.first, "T31", "entry.no-term", number=entry.number)
            continue
        if not entry.equivalent and entry.term_spot:
            yield Fault(
                rule="T31", severity=Severity.VIOLATION, spot=entry.term_spot, key="entry.no-equivalent", values={"term": entry.term}
            )
        if entry.definition is None and entry.term_spot:
            yield Fault(
                rule="T31", severity=Severity.VIOLATION, spot=entry.term_spot, key="entry.no-definition", values={"term": entry.term}
            )
        for further in entry.definitions[1:]:
            yield _at(reading, further, "T31", "entry.second-definition", term=entry.term)
    numbers_of_entries = {entry.number: entry for entry in reading.outline.entries}
    for index, block in enumerate(reading.blocks):
        if block.kind is Kind.CONTENTS or (
            reading.outline.clauses[index].part is Part.CONTENTS and reading.outline.roles[index] is Role.QUIET
        ):
            found = re.match(r"\s*(\d+(?:\.\d+)+)(?=\s|$)", f"{block.number or ''} {block.text}")
            if found and found[1] in numbers_of_entries:
                yield _at(reading, index, "T31", "entry.in-contents", number=found[1])


def sources(reading: Reading) -> Iterator[Fault]:
    """T32: [来源：GB/T 20000.1—2014，5.2], and the standard is one that is known."""
    for number, block, role in reading.outline.blocks(Part.TERMS):
        if role is not Role.SOURCE:
            continue
        text = block.text.strip()
        found = _SOURCE.fullmatch(text)
        if found:
            cited = numbers.normalized(found[1])
            if reading.knowledge.standards and not reading.knowledge.knows(cited):
                yield _at(reading, number, "T32", "source.unknown", Severity.WARNING, number=found[1])
        elif not _GUIDELINE.fullmatch(text):
            yield _at(reading, number, "T32", "source.form", Severity.WARNING, text=text)


_NUMBER: Final = r"\d{1,3}(?:\.\d{1,3})+"
_IN_BRACKETS: Final = rf"[（(\[［]\s*(?P<see>见\s*)?(?P<behind>{_NUMBER})\s*[）)\]］]"
_REFERENCE: Final = re.compile(rf"\s*{_IN_BRACKETS}")


def _bare(definition: str) -> str:
    """A definition without what does not count: references to entries, the full stop, space, width."""
    return re.sub(r"\s+", "", level(_REFERENCE.sub("", definition))).rstrip("。.;；")


def definitions(reading: Reading) -> Iterator[Fault]:
    """T33: a definition is the agreed one; the fault shows what differs.

    A definition of the guideline, or of the user's own term base, binds; one that the editors of this term base wrote is a proposal.
    """
    for entry in reading.outline.entries:
        concept = reading.knowledge.by_term.get(entry.term)
        agreed = concept.definition("zh") if concept else None
        if concept is None or agreed is None or entry.definition is None:
            continue
        written = reading.outline.text(entry.definition)
        if _bare(written) == _bare(agreed.text):
            continue
        bare = written.strip()
        stop = "。" if bare.endswith("。") and not agreed.text.endswith("。") else ""
        bare = bare.removesuffix(stop)
        binds = not agreed.is_editorial or concept.id in reading.knowledge.own
        yield Fault(
            rule="T33",
            severity=Severity.VIOLATION if binds else Severity.WARNING,
            spot=entry.definition,
            key="definition" if binds else "definition.editorial",
            values={"term": entry.term, "agreed": agreed.text, "diff": diff(bare, agreed.text), "code": concept.id},
            replacement=agreed.text + stop if binds else None,
            concept=concept,
        )


def diff(old: str, new: str) -> str:
    """What to strike out of the old text in ［-…-］, and what to put in in ｛+…+｝."""
    parts = []
    for tag, i, j, k, l in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():  # noqa: E741  # the names of difflib
        if tag == "equal":
            parts.append(old[i:j])
            continue
        parts += [f"［-{old[i:j]}-］"] if j > i else []
        parts += [f"｛+{new[k:l]}+｝"] if l > k else []
    return "".join(parts)


_OFTEN: Final = 3
_WORDY: Final = 4
"""Shorter terms of the guideline, such as 标准, are words that every reader of standards knows."""


def used(reading: Reading) -> Iterator[Fault]:
    """T34: what is defined is used, and what is used often is defined. A chapter without the rest of its document is not asked."""
    entries = [entry for entry in reading.outline.entries if entry.term_spot]
    if not {Part.TERMS, Part.BODY} <= reading.outline.parts:
        return
    bodies = [(number, block.text) for number, block, role in reading.outline.blocks() if role is not Role.TERM]
    for entry in entries:
        own = {*entry.definitions, entry.first}
        forms = [entry.term, *(other for other, _ in entry.others)]
        if not any(form in text for number, text in bodies if number not in own for form in forms) and entry.term_spot:
            yield Fault(rule="T34", severity=Severity.WARNING, spot=entry.term_spot, key="unused", values={"term": entry.term})
    defined = {entry.term for entry in entries} | {other for entry in entries for other, _ in entry.others}
    lead = "".join(block.text for _, block, role in reading.outline.blocks(Part.TERMS) if role is Role.TEXT)
    elsewhere = "界定的" in lead
    for concept in () if elsewhere else reading.knowledge.base.concepts:
        term = concept.preferred("zh")
        if not concept.id.startswith("K") or term is None or len(term) < _WORDY or term in defined:
            continue
        spots = [spot for spot in reading.uses.get(concept.id, {}).get(term, ()) if reading.outline.clauses[spot.block].part in _COUNTED]
        if len(spots) >= _OFTEN:
            values = {"term": term, "count": len(spots), "code": concept.id}
            yield Fault(rule="T34", severity=Severity.INFO, spot=spots[0], key="undefined", values=values, concept=concept)


_COUNTED: Final = frozenset({Part.SCOPE, Part.TERMS, Part.BODY})
_CROSS: Final = re.compile(rf"{_IN_BRACKETS}|见\s*(?P<plain>{_NUMBER})(?!\.?\d)")
"""（3.1）, [3.1] and （见3.1） behind a term, and 见3.1 anywhere."""
_SIGNS: Final = re.compile("[（(\\[［见]")


def cross_references(reading: Reading) -> Iterator[Fault]:
    """T37: a number in brackets behind a term is that of its entry, and so is one behind 见 in the chapter on terms."""
    entries = {entry.number: entry for entry in reading.outline.entries}
    chapters = {number.split(".", maxsplit=1)[0] for number in entries}
    if not entries:
        return
    headed = {clause.number for clause in reading.outline.clauses}
    for index, block, role in reading.prose:
        if role in {Role.TERM, Role.NUMBER} or not _SIGNS.search(block.text):
            continue
        marked = quoted(block.text)
        for found in _CROSS.finditer(block.text):
            group = "plain" if found["plain"] else "behind"
            number = found[group]
            if number.split(".", maxsplit=1)[0] not in chapters or within(marked, *found.span()):
                continue
            is_behind = not (found["plain"] or found["see"])
            entry = entries.get(number)
            spot = Spot(index, *found.span(group))
            before = block.text[: found.start()].rstrip()
            meant = _meant(entries, before)
            if entry is None:
                if is_behind or number not in headed:
                    yield Fault(rule="T37", severity=Severity.VIOLATION, spot=spot, key="reference.missing", values={"number": number})
            elif not _names(entry, before) and (is_behind or (found["see"] and meant)):  # 见 may speak of any entry, but for that of a term
                yield Fault(
                    rule="T37",
                    severity=Severity.VIOLATION,
                    spot=spot,
                    key="reference.other",
                    values={"number": number, "term": entry.term},
                    replacement=meant,
                )


def _names(entry: Entry, before: str) -> bool:
    return any(before.endswith(form) for form in (entry.term, *(other for other, _ in entry.others)) if form)


def _meant(entries: dict[str, Entry], before: str) -> str | None:
    """The number of the entry whose term stands there, the longest."""
    found = [(len(entry.term), number) for number, entry in entries.items() if entry.term and before.endswith(entry.term)]
    return max(found)[1] if found else None
