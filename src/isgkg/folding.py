"""The folded form of a designation: what remains when width, case, spaces, quote marks and script variant are set aside.

Flows in: a designation. Flows out: the string by which duplicates are found (rule T04) and labels are searched.
"""

import functools
import re
import unicodedata

import opencc

_SURROGATES = re.compile("([\ud800-\udfff]+)")
"""What no encoding of Unicode holds, and so no converter takes."""
_DROPPED = frozenset("\"'“”‘’「」『』《》〈〉`´\u200b\u200c\u200d\ufeff")


def fold(label: str) -> str:
    """NFKC, casefold, no spaces and no quote marks, traditional characters as simplified ones. Idempotent."""
    folded = _once(label)
    # Dropping a space can let a combining mark reach the letter before it, so one pass need not be the last.
    while (again := _once(folded)) != folded:
        folded = again
    return folded


def _once(label: str) -> str:
    plain = unicodedata.normalize("NFKC", simplified(unicodedata.normalize("NFKC", label)))
    kept = (char for char in plain.casefold() if char not in _DROPPED and not char.isspace())
    return unicodedata.normalize("NFKC", "".join(kept))


def simplified(text: str) -> str:
    """The text with traditional characters as simplified ones."""
    if not _SURROGATES.search(text):
        return str(_converter().convert(text))
    return "".join(piece if _SURROGATES.match(piece) else simplified(piece) for piece in _SURROGATES.split(text))


@functools.cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
