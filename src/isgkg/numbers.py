"""Numbers of standards: their normal form, their kind, and the IRI of a record.

Flows in: a number as people write it. Flows out: one spelling of each number. The patterns are those of shapes/standard.ttl (D01).
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from isgkg import names

_DASHES: Final = re.compile(r"\s*(?:[\u2010-\u2015\u2212\u2e3a\u2e3b-]\s*)+")
_SPACES: Final = re.compile(r"\s+")
_STROKES: Final = re.compile(r"\s*/\s*")
_COLONS: Final = re.compile(r"\s*:\s*")
_GLUED: Final = re.compile(r"^((?!DB)[A-Z]{2}(?:/[TZ])?|DB\d{2}(?:\d{2})?/[TZ]|ISO(?:/IEC)?|IEC)(?=\d)")
_YEAR: Final = r"-(?:19|20)\d{2}"
_ITS_YEAR: Final = re.compile(r"[-:]((?:19|20)\d{2})$", re.ASCII)
_PATTERNS: Final[Mapping[str, re.Pattern[str]]] = {
    "national": re.compile(rf"GB(?:/T|/Z)? \d{{1,6}}(?:\.\d{{1,3}})*{_YEAR}", re.ASCII),
    "sector": re.compile(rf"(?!GB|DB)[A-Z]{{2}}(?:/T|/Z)? \d{{1,6}}(?:\.\d{{1,3}})*{_YEAR}", re.ASCII),
    "local": re.compile(rf"DB\d{{2}}(?:\d{{2}})?(?:/T|/Z)? \d{{1,5}}(?:\.\d{{1,3}})*{_YEAR}", re.ASCII),
    "group": re.compile(rf"T/[A-Z][A-Z0-9]{{1,11}} \d{{1,6}}(?:\.\d{{1,3}})*{_YEAR}", re.ASCII),
    "iso": re.compile(
        r"(?:ISO|IEC)(?:/(?:IEC|IEEE|CIE|ASTM)){0,2}(?:/?(?: ?(?:TR|TS|PAS|Guide)))? \d{1,5}(?:-\d{1,3}){0,2}:(?:19|20)\d{2}"
        r"(?:/(?:Amd|Cor) \d{1,2}:(?:19|20)\d{2})?",
        re.ASCII,
    ),
}


def normalized(number: str) -> str:
    """The number in normal form: NFKC, any dash as “-”, no spaces around “-”, “/” and “:”, one space before the digits.

    What is no number of a standard comes out as some other text; `kind` tells. Normalizing twice changes nothing.
    """
    text = unicodedata.normalize("NFKC", number)
    text = _SPACES.sub(" ", _DASHES.sub("-", text)).strip()
    text = _COLONS.sub(":", _STROKES.sub("/", text))
    return _GLUED.sub(r"\1 ", text)


def edition(number: str) -> tuple[str, str]:
    """A normalized number without its year, and the year; "" where it has none."""
    found = _ITS_YEAR.search(number)
    return (number[: found.start()], found[1]) if found else (number, "")


def kind(number: str) -> str | None:
    """The kind of a normalized number: national, sector, local, group or iso; None where it is no number of a standard."""
    return next((name for name, pattern in _PATTERNS.items() if pattern.fullmatch(number)), None)


def iri(number: str) -> str:
    """The IRI of the record of the standard with this number: “/”, “ ” and “:” of the normal form become “-”."""
    return names.STANDARD + re.sub(r"[/ :]", "-", normalized(number))
