"""Numbers as Word writes them in lists.

Flows in: a number and a format of ST_NumberFormat (ECMA-376 part 1, 17.18.59). Flows out: text.
"""

from collections.abc import Callable
from typing import Final

_DIGITS: Final = "〇一二三四五六七八九"
_FORMAL: Final = "零壹贰叁肆伍陆柒捌玖"
_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES: Final = "子丑寅卯辰巳午未申酉戌亥"
_UNITS: Final = "千百十"
_FORMAL_UNITS: Final = "仟佰拾"
_ROMAN: Final = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_CIRCLED: Final = "".join(map(chr, range(0x2460, 0x2474)))
_PARENTHESIZED: Final = "".join(map(chr, range(0x2474, 0x2488)))
_STOPPED: Final = "".join(map(chr, range(0x2488, 0x249C)))
"""①, ⑴ and ⒈, up to 20."""


def formatted(number: int, form: str) -> str:
    """The number in this format; a decimal where the format is unknown or does not go so far."""
    return _FORMS.get(form, str)(number)


def _decimal(number: int, first: str) -> str:
    """Digit by digit, beginning with this sign for 0."""
    return "".join(chr(ord(first) + int(digit)) for digit in str(number))


def _digits(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _sign(number: int, signs: str) -> str:
    return signs[number - 1] if 0 < number <= len(signs) else str(number)


def _letters(number: int) -> str:
    """a to z, then aa to zz, as Word goes on."""
    if not 0 < number <= 26 * 30:
        return str(number)
    times, place = divmod(number - 1, 26)
    return chr(ord("a") + place) * (times + 1)


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    text = ""
    for value, sign in _ROMAN:
        text += sign * (number // value)
        number %= value
    return text


def _chinese(number: int) -> str:
    """As numbers are said up to 99, then digit by digit."""
    return _counted(number) if number < 100 else _digits(number)


def _counted(number: int, digits: str = _DIGITS, units: str = _UNITS) -> str:
    """十, 十一, 二十, 一百零一: as numbers are said."""
    if not 0 < number < 10_000:
        return str(number)
    text, is_gap = "", False
    for digit, unit in zip(f"{number:04}", (*units, ""), strict=True):
        if digit == "0":
            is_gap = bool(text)
            continue
        text += ("零" if is_gap else "") + digits[int(digit)] + unit
        is_gap = False
    # 10 to 19 are said without the first digit.
    return text[1:] if 10 <= number < 20 and digits is _DIGITS else text


_FORMS: Final[dict[str, Callable[[int], str]]] = {
    "none": lambda _: "",
    "bullet": lambda _: "",
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": lambda number: _decimal(number, "０"),
    "decimalFullWidth2": lambda number: _decimal(number, "０"),
    "decimalEnclosedCircle": lambda number: _sign(number, _CIRCLED),
    "decimalEnclosedCircleChinese": lambda number: _sign(number, _CIRCLED),
    "decimalEnclosedParen": lambda number: _sign(number, _PARENTHESIZED),
    "decimalEnclosedFullstop": lambda number: _sign(number, _STOPPED),
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "ideographDigital": _digits,
    "japaneseDigitalTenThousand": _digits,
    "taiwaneseDigital": _digits,
    "chineseCounting": _chinese,
    "taiwaneseCounting": _chinese,
    "chineseCountingThousand": _counted,
    "taiwaneseCountingThousand": _counted,
    "japaneseCounting": _counted,
    "chineseLegalSimplified": lambda number: _counted(number, _FORMAL, _FORMAL_UNITS),
    "ideographLegalTraditional": lambda number: _counted(number, _FORMAL, _FORMAL_UNITS),
    "ideographTraditional": lambda number: _sign(number, _STEMS),
    "ideographZodiac": lambda number: _sign(number, _BRANCHES),
}
