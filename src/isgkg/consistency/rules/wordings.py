"""Wordings: rejected designations (T28), several designations of one concept (T29), modifiers that drift (T39).

Flows in: a Reading. Flows out: faults.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from isgkg.consistency.faults import Fault, Reading, quoted, within
from isgkg.consistency.matching import bare
from isgkg.consistency.outline import Role
from isgkg.drafts.model import Spot
from isgkg.findings import Severity
from isgkg.terms.model import Concept, Designation, Status

_FREE: Final = frozenset({"FrameworkPart", "SubCategory", "Stage", "Guideline"})
"""Kinds whose short names are accepted beside the long ones, since the guideline names them both ways: parts of the framework (T40) and the
stages of an experiment; and what a document calls itself."""


def rejected(reading: Reading) -> Iterator[Fault]:
    """T28: a deprecated or superseded designation; the preferred one is what to write."""
    for number, block, role in reading.prose:
        if role is Role.TERM:
            continue
        for match in reading.found[number]:
            word = match.meaning
            if not word.designation.status.is_rejected:
                continue
            if (match.start - 1, match.end + 1) in quoted(block.text):  # the word itself is spoken of
                continue
            preferred = word.concept.preferred(word.designation.lang)
            yield Fault(
                rule="T28",
                severity=Severity.VIOLATION,
                spot=Spot(number, match.start, match.end),
                key=f"rejected.{word.designation.status}" if preferred else "rejected.no-preferred",
                values=_values(block.text[match.start : match.end], word.concept, word.designation),
                replacement=preferred,
                concept=word.concept,
            )


def _values(text: str, concept: Concept, designation: Designation) -> Mapping[str, object]:
    reason = {lang: f"（{text}）" if lang == "zh" else f" ({text})" for lang, text in designation.reason.items()}
    return {
        "text": text,
        "preferred": concept.preferred(designation.lang) or concept.name,
        "code": concept.id,
        "reason": {"zh": reason.get("zh", ""), "en": reason.get("en", "")},
    }


def mixed(reading: Reading) -> Iterator[Fault]:
    """T29: an admitted designation where there is a preferred one; said of each place, and whether both are used in the draft."""
    for id_, used in sorted(reading.uses.items()):
        concept = reading.knowledge.base.by_id[id_]
        if concept.kind in _FREE:
            continue
        names = _distinct(used, concept)
        for designation, spots in names.items():
            if designation.status is not Status.ADMITTED:
                continue
            preferred = concept.preferred(designation.lang)
            both = any(other.status is Status.PREFERRED and other.lang == designation.lang for other in names)
            for spot in spots:
                if reading.outline.roles[spot.block] is Role.TERM or preferred is None:
                    continue
                yield Fault(
                    rule="T29",
                    severity=Severity.WARNING,
                    spot=spot,
                    key="mixed" if both else "admitted",
                    values=_values(reading.outline.text(spot), concept, designation),
                    replacement=preferred,
                    concept=concept,
                )
    yield from _mixed_by_the_draft(reading)


def _distinct(used: Mapping[str, Sequence[Spot]], concept: Concept) -> dict[Designation, list[Spot]]:
    """The designations of the concept that the draft uses, each with its places."""
    found: dict[Designation, list[Spot]] = defaultdict(list)
    by_text = {bare(one.text): one for one in reversed(concept.designations)}
    for text, spots in used.items():
        designation = by_text.get(bare(text))
        if designation is not None:
            found[designation] += spots
    return found


def _mixed_by_the_draft(reading: Reading) -> Iterator[Fault]:
    """T29: a further designation of an entry of the draft's own, used in the text beside its term."""
    others = [(other, entry.term) for entry in reading.outline.entries for other, _ in entry.others if entry.term]
    for number, block, role in reading.prose:
        if role is Role.TERM:
            continue
        for other, term in others:
            for found in re.finditer(re.escape(other), block.text):
                start, end = found.span()
                known = any(match.start <= start and end <= match.end for match in reading.found[number])
                if not known and term not in block.text[max(0, start - len(term)) : end + len(term)]:
                    yield Fault(
                        rule="T29",
                        severity=Severity.WARNING,
                        spot=Spot(number, start, end),
                        key="mixed.own",
                        values={"text": other, "preferred": term},
                        replacement=term,
                    )


_MODIFIED: Final = re.compile("(智能化|智能|智慧|数字化|数字)([\u4e00-\u9fff]{2})")
_LEAST: Final = 2


def drifting(reading: Reading) -> Iterator[Fault]:
    """T39: one object with several of 智能, 智慧 and 数字 before it; the object is what follows, as long as it is the same."""
    places: dict[str, dict[str, list[Spot]]] = defaultdict(lambda: defaultdict(list))
    for number, block, _ in reading.prose:
        if "智" not in block.text and "数字" not in block.text:
            continue
        marked = quoted(block.text)
        for found in _MODIFIED.finditer(block.text):
            if within(marked, *found.span()):
                continue
            spot = Spot(number, found.start(), found.end())
            places[found[2]][found[1].removesuffix("化")].append(spot)
    known = _known_objects(reading)
    for object_, by_modifier in sorted(places.items()):
        usual = known.get(object_, frozenset())
        if len(by_modifier) < _LEAST or len(usual & by_modifier.keys()) >= _LEAST:
            continue  # the guideline itself tells both apart, as 智能社会 and 数字社会
        ranked = sorted(by_modifier, key=lambda modifier: (modifier not in usual, -len(by_modifier[modifier]), modifier))
        kept = ranked[0] + object_
        for modifier in ranked[1:]:
            for spot in by_modifier[modifier]:
                values = {"text": reading.outline.text(spot), "kept": kept, "count": len(by_modifier[ranked[0]])}
                yield Fault(rule="T39", severity=Severity.INFO, spot=spot, key="drift", values=values)


def _known_objects(reading: Reading) -> Mapping[str, frozenset[str]]:
    """The modifiers that designations of the term base put before an object."""
    found: dict[str, set[str]] = defaultdict(set)
    for concept in reading.knowledge.base.concepts:
        for designation in concept.designations:
            for match in _MODIFIED.finditer(designation.text):
                found[match[2]].add(match[1].removesuffix("化"))
    return {object_: frozenset(modifiers) for object_, modifiers in found.items()}
