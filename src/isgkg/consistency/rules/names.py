"""Names and quotations of the guideline: parts, sub-categories, principles and steps are named exactly, its words quoted exactly (T40).

Flows in: a Reading. Flows out: faults.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from isgkg.consistency.faults import Fault, Reading
from isgkg.consistency.matching import level
from isgkg.consistency.outline import Role
from isgkg.consistency.rules.entries import diff
from isgkg.drafts.model import Spot
from isgkg.findings import Severity
from isgkg.terms.model import Concept

_LONG: Final = 16
_SHORTEST: Final = 6
"""Shorter names differ by one character from ordinary words."""
_CODED: Final = re.compile(r"(?<![A-Za-z0-9])([SPX]\d(?:\d{2})?)(?!\d)\s*[（(《“「]?\s*([\u4e00-\u9fff“”、，]{2,40})")
_KIND_OF: Final = re.compile(r"([\u4e00-\u9fff]{2,14})类标准")
_QUOTED: Final = re.compile("“([^“”]{8,400})”")
_ALIKE: Final = 85.0
_NAMED: Final = re.compile("智能社会发展与治理标准化指引|《指引》|本指引")


class _Name(NamedTuple):
    """A name to be looked for by likeness. `allowed` characters may differ."""

    text: str
    characters: frozenset[str]
    allowed: int
    concept: Concept


class Names:
    """The names, ready to be looked for by likeness: of a name with k differing characters one of k + 1 pieces is whole."""

    def __init__(self, concepts: Sequence[Concept]) -> None:
        self.exact: dict[str, Concept] = {}
        self._pieces: list[tuple[_Name, int]] = []  # of each piece: its name, its offset there
        pieces: list[str] = []
        for concept in concepts:
            for designation in concept.designations:
                if not designation.lang.startswith("zh"):
                    continue
                text = designation.text
                self.exact[text] = concept
                if len(text) < _SHORTEST:
                    continue
                name = _Name(text, frozenset(text), _allowed(text), concept)
                bounds = [len(text) * part // (name.allowed + 1) for part in range(name.allowed + 2)]
                for start, end in itertools.pairwise(bounds):
                    pieces.append(text[start:end])
                    self._pieces.append((name, start))
        self._automaton = AhoCorasick(pieces)
        self._whole = AhoCorasick(list(self.exact), matchkind=MatchKind.LeftmostLongest)

    def near(self, text: str) -> Iterator[tuple[int, int, str, Concept]]:
        """Places that differ from a name by a few characters, but are no name, the longest first: start, end, the name, its concept."""
        best: dict[str, tuple[int, int, int, _Name]] = {}
        for piece, start, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            name, offset = self._pieces[piece]
            begin = start - offset
            if text.startswith(name.text, max(begin, 0)):
                continue
            window = text[max(begin - name.allowed, 0) : begin + len(name.text) + name.allowed]
            if len(name.characters.difference(window)) > name.allowed:
                continue
            found = _likest(text, begin, name)
            if found and (name.text not in best or found[0] < best[name.text][0]):
                best[name.text] = (*found, name)
        if not best:
            return
        whole = [(start, end) for _, start, end in self._whole.find_matches_as_indexes(text)]
        for _, first, last, name in sorted(best.values(), key=lambda found: (found[1] - found[2], found[:2])):
            if not any(start < last and first < end for start, end in whole):  # a part of another name is no mistaken one
                yield first, last, name.text, name.concept

    @cached_property
    def by_code(self) -> Mapping[str, Concept]:
        """Each concept by its code."""
        return {concept.id: concept for concept in self.exact.values()}


def _likest(text: str, begin: int, name: _Name) -> tuple[int, int, int] | None:
    """The words at about this place that are likest to the name: in how many characters they differ, start, end."""
    best = None
    shifts = range(-name.allowed, name.allowed + 1)
    for first, length in itertools.product((begin + shift for shift in shifts), (len(name.text) + shift for shift in shifts)):
        last = first + length
        if first < 0 or last > len(text) or text[first] != name.text[0] or text[last - 1] != name.text[-1]:
            continue
        distance = Levenshtein.distance(text[first:last], name.text, score_cutoff=name.allowed)
        if distance <= name.allowed and (best is None or (distance, first, last) < best):
            best = (distance, first, last)
    return best


def _allowed(name: str) -> int:
    """How many characters may differ for a text to be meant as the name."""
    return 1 if len(name) < _LONG else 2


def named(reading: Reading) -> Iterator[Fault]:
    """T40: a name that is nearly one of the guideline's, a name that is another code's, and “…类标准” for a part."""
    names = Names(reading.knowledge.named)
    for number, block, role in reading.prose:
        if role in {Role.TERM, Role.NUMBER}:
            continue
        taken: list[tuple[int, int]] = []
        for found in _CODED.finditer(block.text):
            concept = names.by_code.get(found[1])
            if concept is None or any(found[2].startswith(one.text) for one in concept.designations):
                continue
            near = [end for start, end, _, other in names.near(found[2]) if start == 0 and other.id == concept.id]
            end = max([*near, *(len(text) for text in names.exact if found[2].startswith(text))], default=0)
            if end:
                spot = Spot(number, found.start(2), found.start(2) + end)
                taken.append((spot.start, spot.end))
                yield _name(spot, "name.coded", concept, found[2][:end], concept.name)
        for start, end, name, concept in names.near(block.text):
            if not any(first < end and start < last for first, last in taken):
                taken.append((start, end))
                yield _name(Spot(number, start, end), "name", concept, block.text[start:end], name, replacement=name)
        for found in _KIND_OF.finditer(block.text):
            head = found[1]
            whole = next((name for name in names.exact if len(name) > 3 and _is_tail(head, name)), None)
            if whole is not None and not any(first < found.end() and found.start() < last for first, last in taken):
                tail = next(
                    head[at:] for at in range(len(head)) if whole.endswith(head[at:]) or whole.removesuffix("标准").endswith(head[at:])
                )
                spot = Spot(number, found.start(1) + len(head) - len(tail), found.end())
                yield _name(spot, "name", names.exact[whole], reading.outline.text(spot), whole)


def _is_tail(head: str, name: str) -> bool:
    """Whether the words before 类标准 end in at least the last four characters of a name."""
    bare = name.removesuffix("标准")
    return len(bare) >= 4 and head.endswith(bare[-4:])


def _name(spot: Spot, key: str, concept: Concept, text: str, name: str, replacement: str | None = None) -> Fault:
    return Fault(
        rule="T40",
        severity=Severity.WARNING,
        spot=spot,
        key=key,
        values={"text": text, "name": name, "code": concept.id},
        replacement=replacement,
        concept=concept,
    )


def quotations(reading: Reading) -> Iterator[Fault]:
    """T40: words in quotation marks that are nearly, or are said to be, words of the guideline, are just those."""
    source = reading.knowledge.text.replace("\n", "")
    plain = level(source)
    for number, block, _ in reading.prose:
        for found in _QUOTED.finditer(block.text):
            words = found[1].rstrip("。，；")
            if level(words) in plain:
                continue
            best = fuzz.partial_ratio_alignment(words, source, score_cutoff=_ALIKE)
            attributed = bool(_NAMED.search(block.text[: found.start()][-60:]))
            if best is not None:
                original = source[best.dest_start : best.dest_end]
                values = {"diff": diff(words, original), "original": original}
                yield Fault(rule="T40", severity=Severity.WARNING, spot=Spot(number, *found.span(1)), key="quotation", values=values)
            elif attributed:
                yield Fault(
                    rule="T40", severity=Severity.WARNING, spot=Spot(number, *found.span(1)), key="quotation.none", values={"text": words}
                )
