"""Search in a term base: by designation and code, and by pinyin.

Flows in: a term base and what a person typed. Flows out: hits, best first. Width, case, spaces, quote marks and script variant do not
count; a character with several readings is found by each of them; zhinengshehui, zhineng shehui and znsh all find 智能社会.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from isgkg.folding import fold
from isgkg.terms.model import Concept, Designation, Status, TermBase

LIMIT: Final = 50
MAX_LENGTH: Final = 100
_FEWEST: Final = 2
"""Letters that a query by pinyin has: a single one would find nearly all."""
_HAN: Final = re.compile("[\u3400-\u9fff]")
_TONE: Final = re.compile(r"(?<=[a-zü])[1-5]")


class Rank(IntEnum):
    """How a designation was found, the best first."""

    EXACT = 0
    PREFIX = 1
    CONTAINED = 2
    PINYIN = 3
    INITIALS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A concept found, the designation by which it was found, or None where it was its code, and how."""

    concept: Concept
    designation: Designation | None
    rank: Rank


def search(base: TermBase, text: str, limit: int = LIMIT) -> list[Hit]:
    """The concepts that one of whose designations, or whose code, is like the text; the query is cut at 100 code points.

    Of one rank, preferred terms come before others, and shorter ones before longer ones.
    """
    query = text[:MAX_LENGTH]
    words, letters = [folded for word in query.split() if (folded := fold(word))], _letters(query)
    found = []
    for position, concept in enumerate(base.concepts):
        ranked = list(_found(concept, "".join(words), words, letters))
        if ranked:
            rank, place, length, one = min(ranked, key=lambda entry: entry[:3])
            found.append(((rank, place, length, position), Hit(concept=concept, designation=one, rank=rank)))
    return [hit for _, hit in sorted(found, key=lambda entry: entry[0])[:limit]]


def _found(concept: Concept, whole: str, words: list[str], letters: str) -> Iterator[tuple[Rank, int, int, Designation | None]]:
    """Each way in which the concept is found: rank, place of the status, length of the designation, the designation."""
    if not whole:
        return
    code = fold(concept.id)
    if code.startswith(whole):
        yield Rank.EXACT if code == whole else Rank.PREFIX, 0, len(code), None
    order = list(Status)
    for one in concept.designations:
        rank = _rank(fold(one.text), whole, words, letters)
        if rank is not None:
            yield rank, order.index(one.status), len(one.text), one


def _rank(label: str, whole: str, words: list[str], letters: str) -> Rank | None:
    if label == whole:
        return Rank.EXACT
    if label.startswith(whole):
        return Rank.PREFIX
    if whole in label or all(word in label for word in words):
        return Rank.CONTAINED
    if len(letters) < _FEWEST or not _HAN.search(label):
        return None
    if _by_pinyin(label, letters):
        return Rank.PINYIN
    return Rank.INITIALS if _by_initials(label, letters) else None


def _letters(query: str) -> str:
    """The query as letters of pinyin, without tones, spaces and apostrophes; "" where it holds anything but letters and Chinese."""
    plain = unicodedata.normalize("NFKC", query).casefold().replace("u:", "ü")
    plain = unicodedata.normalize(
        "NFC", "".join(char for char in unicodedata.normalize("NFD", plain) if char not in "\u0300\u0301\u0304\u030c")
    )
    plain = _TONE.sub("", plain).replace("ü", "v")
    plain = re.sub(r"[\s'’·-]", "", plain)
    return fold(plain) if re.fullmatch("[a-z\u3400-\u9fff]+", plain) and re.search("[a-z]", plain) else ""


@functools.lru_cache(maxsize=8192)
def _readings(char: str) -> frozenset[str]:
    """The syllables that a character is read as, and the character itself; ü as v, and as u where people write it so."""
    if not _HAN.fullmatch(char):
        return frozenset({char})
    from pypinyin import Style, pinyin  # noqa: PLC0415  # a quarter of a second, which only this search needs

    read = {syllable.replace("ü", "v") for syllable in pinyin(char, style=Style.NORMAL, heteronym=True, v_to_u=False)[0]}
    return frozenset({char} | read | {syllable.replace("v", "u") for syllable in read})


def _by_pinyin(label: str, letters: str) -> bool:
    """Whether the letters spell characters of the label that stand together; the last syllable need not be complete."""
    ends: set[int] = set()  # how many of the letters are spelt by characters that end here
    for char in label:
        reached: set[int] = set()
        for at in ends | {0}:
            for syllable in _readings(char):
                if letters.startswith(syllable, at):
                    reached.add(at + len(syllable))
                elif at and syllable.startswith(letters[at:]):
                    return True
        if len(letters) in reached:
            return True
        ends = reached
    return False


def _by_initials(label: str, letters: str) -> bool:
    """Whether the letters are the first ones of characters that stand together."""
    initials = [{syllable[0] for syllable in _readings(char)} for char in label]
    return any(
        all(letter in initials[start + place] for place, letter in enumerate(letters)) for start in range(len(label) - len(letters) + 1)
    )
