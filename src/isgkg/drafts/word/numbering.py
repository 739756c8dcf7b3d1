"""The numbers that Word counts by itself, and what styles say of paragraphs.

Flows in: the parts numbering and styles. Flows out: for each paragraph, in the order of the document, its style and its number.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from isgkg.drafts.word.package import Element, attribute, local

_DIGITS: Final = "〇一二三四五六七八九"
_HEADING: Final = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_CONTENTS: Final = re.compile(r"(?:toc|目录)\s*[0-9]", re.IGNORECASE)
_PLACE: Final = re.compile("%([1-9])")
_LEVELS: Final = 9


@dataclass(slots=True, kw_only=True)
class Style:
    """What a paragraph style says, with what it inherits."""

    level: int = 0
    is_contents: bool = False
    numbered: tuple[str | None, int | None] = (None, None)
    """The id of its numbering and its level there."""


@dataclass(slots=True, kw_only=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""
    legal: bool = False


@dataclass(slots=True, kw_only=True)
class _List:
    """A numbering: its levels, and what has been counted."""

    levels: dict[int, _Level]
    key: str
    counted: dict[int, int] = field(default_factory=dict)


def child(element: Element | None, *names: str) -> Element | None:
    """The element at the end of this path of local names."""
    for name in names:
        element = None if element is None else next((inner for inner in element if local(inner) == name), None)
    return element


def _value(element: Element | None, *names: str) -> str | None:
    found = child(element, *names)
    return None if found is None else attribute(found, "val")


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


class Styles:
    """The paragraph styles of a document by id."""

    def __init__(self, part: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._read: dict[str, Style] = {}
        self.default: str | None = None
        for style in part if part is not None else ():
            if local(style) == "style" and attribute(style, "type") in {None, "paragraph"}:
                id_ = attribute(style, "styleId") or ""
                self._styles[id_] = style
                if attribute(style, "default") in {"1", "true", "on"}:
                    self.default = id_

    def of(self, id_: str | None) -> Style:
        """The style of this id; a plain one where there is none."""
        if id_ is None or id_ not in self._styles:
            return Style()
        if id_ not in self._read:
            self._read[id_] = Style()  # a style that is based on itself ends here
            self._read[id_] = self._of(self._styles[id_])
        return self._read[id_]

    def _of(self, style: Element) -> Style:
        base = self.of(_value(style, "basedOn"))
        name = _value(style, "name") or ""
        heading, outline = _HEADING.fullmatch(name.strip()), _number(_value(style, "pPr", "outlineLvl"))
        level = int(heading[1]) if heading else base.level if outline is None else outline + 1 if outline < _LEVELS else 0
        numbered = child(style, "pPr", "numPr")
        own = (_value(numbered, "numId"), _number(_value(numbered, "ilvl")))
        return Style(
            level=level,
            is_contents=base.is_contents or bool(_CONTENTS.fullmatch(name.strip())),
            numbered=(own[0] or base.numbered[0], base.numbered[1] if own[1] is None else own[1]),
        )


class Numbering:
    """The numberings of a document; it is asked for each paragraph in order."""

    def __init__(self, part: Element | None) -> None:
        abstract: dict[str, Element] = {}
        self._lists: dict[str, _List] = {}
        counted: dict[str, dict[int, int]] = defaultdict(dict)
        for entry in part if part is not None else ():
            if local(entry) == "abstractNum":
                abstract[attribute(entry, "abstractNumId") or ""] = entry
        for entry in part if part is not None else ():
            if local(entry) != "num":
                continue
            key = _value(entry, "abstractNumId") or ""
            levels = dict(_levels(abstract.get(key)))
            own = dict(_overrides(entry))
            for number, start in own.items():
                levels[number] = (
                    _Level(start=start, format=levels[number].format, text=levels[number].text) if number in levels else _Level()
                )
            id_ = attribute(entry, "numId") or ""
            # Lists of one abstract numbering count on from each other, unless one of them says where to start.
            self._lists[id_] = _List(levels=levels, key=key, counted={} if own else counted[key])

    def next(self, id_: str | None, level: int | None) -> str | None:
        """The number of the next paragraph of this numbering and level; None where it has none, or a bullet."""
        found = self._lists.get(id_ or "0")
        level = level or 0
        if found is None or level not in found.levels:
            return None
        counted = found.counted
        for above in range(level):
            counted.setdefault(above, found.levels[above].start if above in found.levels else 1)
        counted[level] = counted[level] + 1 if level in counted else found.levels[level].start
        for below in [key for key in counted if key > level]:
            del counted[below]
        described = found.levels[level]
        if described.format in {"bullet", "none"} or not described.text:
            return None

        def shown(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            form = "decimal" if described.legal else found.levels[at].format if at in found.levels else "decimal"
            return formatted(counted.get(at, 1), form)

        return _PLACE.sub(shown, described.text).strip() or None


def _levels(abstract: Element | None) -> Iterator[tuple[int, _Level]]:
    for level in abstract if abstract is not None else ():
        number = _number(attribute(level, "ilvl")) if local(level) == "lvl" else None
        if number is not None and number < _LEVELS:
            start = _number(_value(level, "start"))
            yield (
                number,
                _Level(
                    start=1 if start is None else start,
                    format=_value(level, "numFmt") or "decimal",
                    text=_value(level, "lvlText") or "",
                    legal=child(level, "isLgl") is not None,
                ),
            )


def _overrides(entry: Element) -> Iterator[tuple[int, int]]:
    for override in entry:
        if local(override) == "lvlOverride":
            level, start = _number(attribute(override, "ilvl")), _number(_value(override, "startOverride"))
            if level is not None and start is not None:
                yield level, start


def formatted(number: int, form: str) -> str:  # noqa: PLR0911  # one for each form
    """The number as this format of ST_NumberFormat (ECMA-376 part 1, 17.18.59) writes it; an unknown one as decimal."""
    match form:
        case "lowerLetter" | "upperLetter":
            letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number <= 26 * 9 else str(number)
            return letter if form == "lowerLetter" else letter.upper()
        case "lowerRoman" | "upperRoman":
            return _roman(number) if form == "upperRoman" else _roman(number).lower()
        case "chineseCounting" | "chineseCountingThousand" | "japaneseCounting" | "taiwaneseCounting" | "taiwaneseCountingThousand":
            return _counted(number)
        case "ideographDigital" | "taiwaneseDigital" | "japaneseDigitalTenThousand":
            return "".join(_DIGITS[int(digit)] for digit in str(number))
        case "decimalFullWidth" | "decimalFullWidth2":
            return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
        case "decimalZero":
            return f"{number:02}"
        case "decimalEnclosedCircle" | "decimalEnclosedCircleChinese":
            return chr(0x2460 + number - 1) if 0 < number <= 20 else str(number)
        case _:
            return str(number)


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    signs = zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ["M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"],
        strict=True,
    )
    text = ""
    for value, sign in signs:
        text += sign * (number // value)
        number %= value
    return text


def _counted(number: int) -> str:
    """一, 十, 十一, 二十, 一百零一: numbers as they are counted."""
    if not 0 < number < 1000:
        return str(number)
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")
