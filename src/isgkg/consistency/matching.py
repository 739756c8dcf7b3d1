"""Finding words in text: leftmost-longest over all words at once (Aho–Corasick), never by word segmentation.

Flows in: words, and text. Flows out: spans in code points. Text and words are compared in a form in which width, case and script variant
do not count and which has as many code points as the text, so that offsets hold in both. Characters without width, and a space between two
Chinese characters, as layout puts it there, are passed over: a word goes on behind them.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final, Generic, NamedTuple, TypeVar

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from isgkg.folding import simplified

Meaning = TypeVar("Meaning")
_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")
_MAY_PASS: Final = re.compile("[ \u00a0\u00ad\u200b-\u200d\u2060\ufeff]")
_HIDDEN: Final = "[\u00ad\u200b-\u200d\u2060\ufeff]"
_PASSED: Final = re.compile(f"(?<=[\u3400-\u9fff]){_HIDDEN}*[ \u00a0]{_HIDDEN}*(?=[\u3400-\u9fff])|{_HIDDEN}+")
"""Several spaces, and one of full width, divide words."""
_LAST: Final = 0x10000
"""Folded are characters of the basic plane; no designation is written with others that have a plain form."""


class Match(NamedTuple, Generic[Meaning]):
    """A word of the text, [start, end), and what it means."""

    start: int
    end: int
    meaning: Meaning


class Matcher(Generic[Meaning]):
    """Words that are looked for together. Of two words that begin at one place the longer is found, and none within another."""

    def __init__(self, words: Iterable[tuple[str, Meaning]]) -> None:
        """Pairs of a word and what it means; of several meanings of one word (folded), the first counts."""
        meanings: dict[str, Meaning] = {}
        for word, meaning in words:
            folded = bare(word)
            if folded.strip():
                meanings.setdefault(folded, meaning)
        self._meanings: Sequence[Meaning] = list(meanings.values())
        self._spelled = [word[0] in _LETTERS or word[-1] in _LETTERS for word in meanings]
        # The automaton without failure transitions is larger and faster; five thousand designations take some 10 MB.
        self._automaton = AhoCorasick(list(meanings), matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA)

    def find(self, text: str, leveled: str | None = None) -> Iterator[Match[Meaning]]:
        """The words in the text, from left to right. `leveled` is the text in its leveled form, where the caller has it."""
        folded = level(text) if leveled is None else leveled
        return self._past(folded) if _MAY_PASS.search(folded) else self._in(folded)

    def _in(self, folded: str) -> Iterator[Match[Meaning]]:
        for word, start, end in self._automaton.find_matches_as_indexes(folded):
            if not self._spelled[word] or _stands_alone(folded, start, end):
                yield Match(start, end, self._meanings[word])

    def _past(self, folded: str) -> Iterator[Match[Meaning]]:
        """The words of a text that may hold what is passed over."""
        gaps, lengths, total = list[int](), [0], 0
        for gap in _PASSED.finditer(folded):
            gaps.append(gap.start() - total)
            total += gap.end() - gap.start()
            lengths.append(total)
        for start, end, meaning in self._in(_PASSED.sub("", folded)):
            yield Match(start + lengths[bisect_right(gaps, start)], end + lengths[bisect_left(gaps, end)], meaning)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether Latin letters at the ends of a word are not those of a longer one."""
    before = start > 0 and text[start] in _LETTERS and text[start - 1] in _LETTERS
    after = end < len(text) and text[end - 1] in _LETTERS and text[end] in _LETTERS
    return not (before or after)


def bare(word: str) -> str:
    """The form in which words are the same word to a Matcher."""
    return _PASSED.sub("", level(word))


def level(text: str) -> str:
    """The text with each character in its plain form: half width, lower case, simplified. As many code points as before."""
    return text.translate(_plain())


@cache
def _plain() -> dict[int, int]:
    """Each character that has another plain form of one code point."""
    found: dict[int, int] = {}
    for code in range(0x80, _LAST):
        char = chr(code)
        plain = unicodedata.normalize("NFKC", char) if not 0xD800 <= code < 0xE000 else char
        plain = plain.casefold()
        if len(plain) == 1 and plain not in (char, " "):
            found[code] = ord(plain)
    found |= {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
    traditional = [chr(code) for code in range(0x4E00, 0xA000)]
    for char, plain in zip(traditional, simplified("\n".join(traditional)).split("\n"), strict=True):
        if plain != char and len(plain) == 1:
            found[ord(char)] = ord(plain)
    return found
