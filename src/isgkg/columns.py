"""Text in the columns of a terminal: its width, where to cut it, how to align it, and how to show what cannot be seen.

Flows in: text and rows of text. Flows out: text. A Chinese character is two columns wide.
"""

import unicodedata
from collections.abc import Iterable, Sequence

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories that are not seen or change what is seen: controls, format characters (bidi among them), surrogates, separators of lines."""


def width(text: str) -> int:
    """Columns that a terminal gives to the text (Unicode UAX #11: wide and full-width characters take two)."""
    return sum(2 if unicodedata.east_asian_width(char) in {"W", "F"} else 0 if unicodedata.combining(char) else 1 for char in text)


def cut(text: str, limit: int) -> str:
    """The text if it is at most `limit` columns wide, else what fits with an ellipsis at its end."""
    taken, fitting = 0, 0
    for position, char in enumerate(text, start=1):
        taken += width(char)
        if taken < limit:
            fitting = position
        if taken > limit:
            return text[:fitting] + "…"
    return text


def aligned(rows: Sequence[Sequence[str]], widest: int) -> list[str]:
    """Rows as lines with aligned columns, none wider than `widest`; what is cut ends in an ellipsis."""
    shown = [[cut(cell, widest) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*shown, strict=True)]
    return ["  ".join(_padded(row, widths)).rstrip() for row in shown]


def visible(text: str) -> str:
    """The text on one line with every character that cannot be seen made visible: ␛ for an escape, ⟨U+202E⟩ for a change of direction."""
    if text.isprintable():
        return text
    return text.translate({ord(char): _picture(char) for char in unseen(text)})


def unseen(text: str) -> set[str]:
    """The characters of the text that cannot be seen, line breaks and tabs among them."""
    return {char for char in set(text) if not char.isprintable() and unicodedata.category(char) in _UNSEEN}


def _padded(row: Iterable[str], widths: Iterable[int]) -> Iterable[str]:
    return (cell + " " * max(0, column - width(cell)) for cell, column in zip(row, widths, strict=True))


def _picture(char: str) -> str:
    """A control character's picture (Unicode block Control Pictures), of any other its number."""
    number = ord(char)
    if number < 0x20:
        return chr(0x2400 + number)
    return "␡" if number == 0x7F else f"⟨U+{number:04X}⟩"
