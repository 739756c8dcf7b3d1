"""The chapter 术语和定义 of a standard, in the layout of GB/T 1.1—2020 (8.7) and GB/T 20001.1.

Flows in: the concepts chosen, in their order. Flows out: a `Chapter`, and its Markdown; `chapter_word` makes the Word file of it.

A source is given only where there is one to cite: a standard, or the guideline; what the editors have worded has none. A term that is an
entry of the same chapter gets its number behind it where it first stands in a definition.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from isgkg import numbers
from isgkg.errors import InputError
from isgkg.terms.model import Concept, Definition, Status

HEADING: Final = "术语和定义"
LEAD: Final = "下列术语和定义适用于本文件。"
_GUIDELINE: Final = re.compile(r"智能社会发展与治理标准化指引（2025版），\S+")
_MARKUP: Final = re.compile(r"([\\`*_<>\[\]#|~])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry as it is printed. `notes` have their labels in front; `source` is what stands behind 来源：."""

    number: str
    term: str
    english: str = ""
    admitted: tuple[str, ...] = ()
    definition: str
    notes: tuple[str, ...] = ()
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """The chapter: its number, and its entries in order."""

    number: int
    entries: tuple[Entry, ...]

    @property
    def heading(self) -> str:
        """The number and the title."""
        return f"{self.number} {HEADING}"


def chapter(concepts: Sequence[Concept], number: int = 3) -> Chapter:
    """The chapter of these concepts. Raises InputError where there are none, or where some have no term or definition in Chinese."""
    if not concepts:
        raise InputError("terms.chapter.none")
    lacking = [concept.id for concept in concepts if concept.preferred("zh") is None or concept.definition("zh") is None]
    if lacking:
        raise InputError("terms.chapter.lacking", ids=", ".join(lacking))
    places = {concept.id: f"{number}.{place}" for place, concept in enumerate(concepts, start=1)}
    references: dict[str, str] = {}
    for concept in concepts:
        for text in _terms(concept):
            references.setdefault(text, places[concept.id])
    return Chapter(number=number, entries=tuple(_entry(concept, places[concept.id], references) for concept in concepts))


def _terms(concept: Concept) -> list[str]:
    """What the concept is called in Chinese, but for what is rejected."""
    return [one.text for one in concept.designations if one.lang.startswith("zh") and not one.status.is_rejected and one.text]


def _entry(concept: Concept, number: str, references: Mapping[str, str]) -> Entry:
    definition = concept.definition("zh")
    term = concept.preferred("zh")
    assert definition is not None
    assert term is not None
    notes = [note for lang, note in concept.notes if lang.startswith("zh")]
    english = [
        one.text
        for status in (Status.PREFERRED, Status.ADMITTED)
        for one in concept.designations
        if one.status is status and one.lang.split("-")[0] == "en"
    ]
    text = definition.text.strip().rstrip("。.")
    return Entry(
        number=number,
        term=term,
        english="; ".join(english),
        admitted=tuple(text for text in _terms(concept) if text != term),
        definition=_referring(text, {word: place for word, place in references.items() if place != number}, _terms(concept)) + "。",
        notes=tuple(f"注{place if len(notes) > 1 else ''}：{note}" for place, note in enumerate(notes, start=1)),
        source=_citable(definition),
    )


def _referring(text: str, references: Mapping[str, str], own: Sequence[str]) -> str:
    """The text with （3.2） behind the first mention of each other entry; of terms that overlap the longest counts."""
    words = sorted({*references, *own}, key=lambda word: (-len(word), word))
    seen: set[str] = set()

    def referring(found: re.Match[str]) -> str:
        place = references.get(found[0])
        if place is None or place in seen:
            return found[0]
        seen.add(place)
        return f"{found[0]}（{place}）"

    return re.sub("|".join(map(re.escape, words)), referring, text)


def _citable(definition: Definition) -> str | None:
    """The source, where it is a standard by its number, or the guideline."""
    source = definition.source
    if definition.is_editorial or source is None:
        return None
    first = re.split("[，,]", source)[0]
    return source if numbers.kind(numbers.normalized(first)) or _GUIDELINE.fullmatch(source) else None


def markdown(made: Chapter) -> str:
    """The chapter as Markdown, each line of the layout a paragraph."""
    lines = [f"# {made.heading}", LEAD]
    for entry in made.entries:
        lines += [entry.number, f"**{_plain(entry.term)}**" + (f"  {_plain(entry.english)}" if entry.english else "")]
        lines += [*map(_plain, entry.admitted), _plain(entry.definition), *map(_plain, entry.notes)]
        lines += [f"[来源：{_plain(entry.source)}]"] if entry.source else []
    return "\n\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """The text on one line, without what Markdown takes for markup."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
