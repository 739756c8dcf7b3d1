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

from isgkg.consistency.faults import Fault, Reading, within
from isgkg.consistency.matching import level
from isgkg.consistency.outline import Role
from isgkg.consistency.rules.entries import diff
from isgkg.drafts.model import Spot
from isgkg.findings import Severity
from isgkg.terms.model import Concept

_LONG: Final = 16
_PLAIN: Final = 10
"""A name that says 标准 is no ordinary phrase from here on."""
_SHORTEST: Final = 6
"""Shorter names differ by one character from ordinary words."""
_APART: Final = 2
"""Characters by which words that stand for a name as a whole may differ from it."""
_MOST: Final = 40
_PAIRS: Final = re.compile("(?=([\u4e00-\u9fff]{2})([与和、]?)([\u4e00-\u9fff]{2}))")
_CODED: Final = re.compile(r"(?<![A-Za-z0-9])([SPX]\d(?:\d{2})?)(?!\d)\s*[（(《“「]?\s*([\u4e00-\u9fff“”、，]{2,40})")
_KIND_OF: Final = re.compile(r"([\u4e00-\u9fff]{2,14})类标准")
_SHORT_QUOTED: Final = re.compile("“([^“”]{4,40})”")
_EDITED: Final = r"[(（][^()（）]{1,10}[)）]"
_EDITION: Final = re.compile(rf"{_EDITED}$")
_TITLE_APART: Final = 4
"""Characters by which the title of the guideline may be miswritten: 社会治理 for 社会发展与治理 lacks three."""
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
        swapped = {
            variant: text for text in self.exact if len(text) >= _SHORTEST for variant in _swapped(text) if variant not in self.exact
        }
        self._swapped: Sequence[tuple[str, str]] = list(swapped.items())
        self._swaps = AhoCorasick(list(swapped), matchkind=MatchKind.LeftmostLongest)
        self._automaton = AhoCorasick(pieces)
        self._whole = AhoCorasick(list(self.exact), matchkind=MatchKind.LeftmostLongest)

    def near(self, text: str) -> Iterator[tuple[int, int, str, Concept]]:
        """Places that are nearly a name, but none, the longest first: start, end, the name, its concept.

        They differ from it by a few characters, or two of its words stand in the other order.
        """
        yield from self._swaps_in(text)
        yield from self._few_differ(text)

    def _swaps_in(self, text: str) -> Iterator[tuple[int, int, str, Concept]]:
        for variant, start, end in self._swaps.find_matches_as_indexes(text):
            name = self._swapped[variant][1]
            yield start, end, name, self.exact[name]

    def _few_differ(self, text: str) -> Iterator[tuple[int, int, str, Concept]]:
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

    def meant(self, words: str) -> tuple[str, Concept] | None:
        """The name that words which stand for one as a whole, as in quotation marks, are meant as; None where they are one, or no name."""
        if not _SHORTEST - _APART <= len(words) <= _MOST or words in self.exact:
            return None
        near = ((Levenshtein.distance(words, name, score_cutoff=_APART), name) for name in self.exact if len(name) >= _SHORTEST)
        distance, name = min(near, default=(_APART + 1, ""))
        return (name, self.exact[name]) if distance <= _APART else None

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


def _swapped(name: str) -> Iterator[str]:
    """The name with two of its words in the other order: two characters each, with or without 与, 和 or 、 between them."""
    for found in _PAIRS.finditer(name):
        first, between, second = found.groups()
        if first != second:
            yield name[: found.start()] + second + between + first + name[found.end(3) :]


def _allowed(name: str) -> int:
    """How many characters may differ for a text to be meant as the name."""
    return 2 if len(name) >= (_PLAIN if name.endswith("标准") else _LONG) else 1


def exact(reading: Reading) -> Iterator[Fault]:
    """T40: names, quotations and titles of the guideline are just those; of two faults at the same words, one is told."""
    names = Names(reading.knowledge.named)
    source = reading.knowledge.text.replace("\n", "")
    plain = level(source)
    for number, block, role in reading.prose:
        named = [] if role in {Role.TERM, Role.NUMBER} else list(_named(names, number, block.text))
        quoted = list(_quotations(source, plain, number, block.text))
        told = [fault.spot for fault in named]
        quoted = [fault for fault in quoted if fault.spot not in told]
        yield from quoted
        yield from (fault for fault in named if not within([fault.spot[1:] for fault in quoted], *fault.spot[1:]))
    yield from _titles(reading)


def _named(names: Names, number: int, text: str) -> Iterator[Fault]:
    """A name that is nearly one of the guideline's, a name that is another code's, and “…类标准” for a part."""
    taken: list[tuple[int, int]] = []

    def is_free(start: int, end: int) -> bool:
        return not any(first < end and start < last for first, last in taken)

    for found in _CODED.finditer(text):
        concept = names.by_code.get(found[1])
        if concept is None or any(found[2].startswith(one.text) for one in concept.designations):
            continue
        near = [end for start, end, _, other in names.near(found[2]) if start == 0 and other.id == concept.id]
        end = max([*near, *(len(name) for name in names.exact if found[2].startswith(name)), _meant_by_code(concept, found[2])], default=0)
        if end:
            spot = Spot(number, found.start(2), found.start(2) + end)
            taken.append((spot.start, spot.end))
            yield _name(spot, "name.coded", concept, found[2][:end], concept.name)
    for found in _SHORT_QUOTED.finditer(text):
        meant = names.meant(found[1])
        if meant and is_free(*found.span(1)):
            taken.append(found.span(1))
            yield _name(Spot(number, *found.span(1)), "name", meant[1], found[1], meant[0], replacement=meant[0])
    for start, end, name, concept in names.near(text):
        if is_free(start, end):
            taken.append((start, end))
            yield _name(Spot(number, start, end), "name", concept, text[start:end], name, replacement=name)
    for found in _KIND_OF.finditer(text) if "类标准" in text else ():
        head = found[1]
        whole = next((name for name in names.exact if len(name) > 3 and _is_tail(head, name)), None)
        if whole is not None and is_free(*found.span()):
            tail = next(head[at:] for at in range(len(head)) if whole.endswith(head[at:]) or whole.removesuffix("标准").endswith(head[at:]))
            spot = Spot(number, found.start(1) + len(head) - len(tail), found.end())
            yield _name(spot, "name", names.exact[whole], text[spot.start : spot.end], whole)


def _meant_by_code(concept: Concept, words: str) -> int:
    """How many of the words behind a code are a name that differs a little from those of its concept; 0 where none is."""
    best = (_APART + 1, 0)
    for one in concept.designations:
        if one.lang.startswith("zh") and len(one.text) >= _SHORTEST:
            for end in range(len(one.text) - _APART, min(len(one.text) + _APART, len(words)) + 1):
                if words[end - 1] == one.text[-1]:
                    best = min(best, (Levenshtein.distance(words[:end], one.text, score_cutoff=_APART), end))
    return best[1]


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


def _quotations(source: str, plain: str, number: int, text: str) -> Iterator[Fault]:
    """Words in quotation marks that are nearly, or are said to be, words of the guideline, but are none of them."""
    for found in _QUOTED.finditer(text):
        words = found[1].rstrip("。，；")
        if level(words) in plain:
            continue
        best = fuzz.partial_ratio_alignment(words, source, score_cutoff=_ALIKE)
        spot = Spot(number, *found.span(1))
        if best is not None:
            original = source[best.dest_start : best.dest_end]
            values = {"diff": diff(words, original), "original": original}
            yield Fault(rule="T40", severity=Severity.WARNING, spot=spot, key="quotation", values=values)
        elif _NAMED.search(text[: found.start()][-60:]):
            yield Fault(rule="T40", severity=Severity.WARNING, spot=spot, key="quotation.none", values={"text": words})


def _titles(reading: Reading) -> Iterator[Fault]:
    """The title of the guideline, with or without its edition, where it is meant but not written."""
    for guideline in (concept for concept in reading.knowledge.base.concepts if concept.kind == "Guideline"):
        title = level(guideline.name)
        name = _EDITION.sub("", title)
        cited = re.compile(rf"《([^《》]{{8,60}})》|({re.escape(name)}{_EDITED})")
        for number, block, _ in reading.outline.blocks():
            if "《" not in block.text and name[:_SHORTEST] not in block.text:
                continue
            for found in cited.finditer(level(block.text)):
                written = found[found.lastindex or 0]
                against = title if _EDITION.search(written) else name
                if written != against and Levenshtein.distance(written, against, score_cutoff=_TITLE_APART) <= _TITLE_APART:
                    spot = Spot(number, *found.span(found.lastindex or 0))
                    yield _name(spot, "title", guideline, reading.outline.text(spot), guideline.name)
