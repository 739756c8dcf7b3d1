"""The lexical spaces of the XSD datatypes (XML Schema 1.1 part 2; RDF 1.1 Concepts, 5.1).

Flows in: a literal. Flows out: whether its lexical form is one of its datatype. Oxigraph cannot be asked: it stores "300"^^xsd:byte as an
xsd:integer and compares no xsd:gYear.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from pyoxigraph import Literal

from isgkg import names

Check = Callable[[str], bool]

_ZONE = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))"
_YEAR = r"(?P<year>-?(?:[1-9]\d{3,}|0\d{3}))"
_MONTH = r"(?P<month>0[1-9]|1[0-2])"
_DAY = r"(?P<day>0[1-9]|[12]\d|3[01])"
_TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_YEAR_MONTHS = r"(?:\d+Y(?:\d+M)?|\d+M)"
_SECONDS = r"\d+(?:\.\d+)?S"
_HOURS = rf"T(?:\d+H(?:\d+M)?(?:{_SECONDS})?|\d+M(?:{_SECONDS})?|{_SECONDS})"
_DAY_TIME = rf"(?:\d+D(?:{_HOURS})?|{_HOURS})"
_NAME_START = (
    r"A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    r"\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = rf"{_NAME_START}.\-0-9\u00b7\u0300-\u036f\u203f\u2040"


def _like(pattern: str) -> Check:
    compiled = re.compile(pattern, re.ASCII)
    return lambda text: compiled.fullmatch(text) is not None


def _dated(pattern: str) -> Check:
    """Like `pattern`, which names year, month and day as far as it has them, and such a day exists."""
    compiled = re.compile(pattern, re.ASCII)

    def check(text: str) -> bool:
        match = compiled.fullmatch(text)
        if match is None:
            return False
        parts = match.groupdict()
        # The Gregorian calendar repeats after 400 years; without a year, February has its leap day.
        year = int(parts["year"][-4:].lstrip("-") or 0) % 400 + 400 if "year" in parts else 400
        return int(parts["day"]) <= monthrange(year, int(parts["month"]))[1]

    return check


def _integer(least: int | None = None, most: int | None = None) -> Check:
    is_integer = _like(r"[+-]?\d+")

    def check(text: str) -> bool:
        if not is_integer(text):
            return False
        value = Decimal(text)
        return (least is None or value >= least) and (most is None or value <= most)

    return check


_CHECKS: Final[dict[str, Check]] = {
    "boolean": _like("true|false|1|0"),
    "decimal": _like(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"),
    "double": _like(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN"),
    "float": _like(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN"),
    "date": _dated(rf"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}?"),
    "dateTime": _dated(rf"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}?"),
    "dateTimeStamp": _dated(rf"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}"),
    "time": _like(rf"{_TIME}{_ZONE}?"),
    "gYear": _like(rf"{_YEAR}{_ZONE}?"),
    "gYearMonth": _like(rf"{_YEAR}-{_MONTH}{_ZONE}?"),
    "gMonth": _like(rf"--{_MONTH}{_ZONE}?"),
    "gMonthDay": _dated(rf"--{_MONTH}-{_DAY}{_ZONE}?"),
    "gDay": _like(rf"---{_DAY}{_ZONE}?"),
    "duration": _like(rf"-?P(?:{_YEAR_MONTHS}(?:{_DAY_TIME})?|{_DAY_TIME})"),
    "yearMonthDuration": _like(rf"-?P{_YEAR_MONTHS}"),
    "dayTimeDuration": _like(rf"-?P{_DAY_TIME}"),
    "integer": _integer(),
    "long": _integer(-(2**63), 2**63 - 1),
    "int": _integer(-(2**31), 2**31 - 1),
    "short": _integer(-(2**15), 2**15 - 1),
    "byte": _integer(-(2**7), 2**7 - 1),
    "nonNegativeInteger": _integer(0),
    "positiveInteger": _integer(1),
    "nonPositiveInteger": _integer(None, 0),
    "negativeInteger": _integer(None, -1),
    "unsignedLong": _integer(0, 2**64 - 1),
    "unsignedInt": _integer(0, 2**32 - 1),
    "unsignedShort": _integer(0, 2**16 - 1),
    "unsignedByte": _integer(0, 2**8 - 1),
    "hexBinary": _like(r"(?:[0-9A-Fa-f]{2})*"),
    "base64Binary": _like(
        r"(?:[A-Za-z0-9+/] ?(?:[A-Za-z0-9+/] ?){3})*(?:(?:[A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?=|[A-Za-z0-9+/] ?[AQgw] ?= ?=)?"
    ),
    "anyURI": _like(r"[^\x00-\x20<>\"{}|\\^`]*"),
    "normalizedString": _like(r"[^\r\n\t]*"),
    "token": _like(r"(?:[^\r\n\t ]+(?: [^\r\n\t ]+)*)?"),
    "language": _like(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*"),
    "Name": _like(rf"[:{_NAME_START}][:{_NAME}]*"),
    "NCName": _like(rf"[{_NAME_START}][{_NAME}]*"),
    "NMTOKEN": _like(rf"[:{_NAME}]+"),
}

_STORED_AS: Final = {
    names.XSD + local: names.XSD + stored
    for stored, derived in {
        "integer": (
            *("long", "int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
            *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        ),
        "dateTime": ("dateTimeStamp",),
    }.items()
    for local in derived
}

REWRITTEN: Final = tuple(
    names.XSD + local
    for local in (
        *("boolean", "integer", "decimal", "double", "float", "dateTime", "date", "time"),
        *("gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay", "duration", "yearMonthDuration", "dayTimeDuration"),
    )
)
"""The datatypes that a rewritten literal has in the store."""


def has_lexical_space(datatype: str) -> bool:
    """Whether some strings are no lexical forms of this datatype (an IRI) that is known here."""
    return datatype.startswith(names.XSD) and datatype.removeprefix(names.XSD) in _CHECKS


def is_lexical(literal: Literal) -> bool:
    """Whether the lexical form of a literal belongs to its datatype. True for datatypes that are not known here."""
    datatype = literal.datatype.value
    return not has_lexical_space(datatype) or _CHECKS[datatype.removeprefix(names.XSD)](literal.value)


def stored_as(datatype: str) -> str:
    """The datatype (an IRI) under which Oxigraph stores a well-formed literal of `datatype`."""
    return _STORED_AS.get(datatype, datatype)
