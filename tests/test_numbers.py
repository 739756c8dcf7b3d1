"""Numbers of standards: one spelling of each, its kind, and the IRI that is derived from it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isgkg import names, numbers

NUMBERS = {
    "GB/T 45288.1-2025": ("national", "GB/T 45288.1-2025"),
    "GB/T 41867—2022": ("national", "GB/T 41867-2022"),
    "GB/T10112-2019": ("national", "GB/T 10112-2019"),
    "GB/T 1.1—2020": ("national", "GB/T 1.1-2020"),
    "GB 18030-2022": ("national", "GB 18030-2022"),
    "GB/Z 12345-2024": ("national", "GB/Z 12345-2024"),
    "GB/T  7027 - 2002": ("national", "GB/T 7027-2002"),
    "DB11/T 1587-2018": ("local", "DB11/T 1587-2018"),
    "DB3301/T 0123-2023": ("local", "DB3301/T 0123-2023"),
    "T/XZYC 0055-2024": ("group", "T/XZYC 0055-2024"),
    "JY/T 0633-2022": ("sector", "JY/T 0633-2022"),
    "MZ/T 001-2020": ("sector", "MZ/T 001-2020"),
    "ISO/IEC 22989:2022": ("iso", "ISO/IEC 22989:2022"),
    "ISO 10241-1:2011": ("iso", "ISO 10241-1:2011"),
    "ISO/IEC TR 24028:2020": ("iso", "ISO/IEC TR 24028:2020"),
    "GB/T 45288-25": (None, "GB/T 45288-25"),
    "GBT 1.1-2020": (None, "GBT 1.1-2020"),
    "T/ 123-2024": (None, "T/123-2024"),
    "DB1/T 12-2020": (None, "DB1/T 12-2020"),
    "GB/T 45288.1": (None, "GB/T 45288.1"),
}
YEARS = st.integers(1900, 2099).map(str)
PARTS = st.lists(st.integers(1, 999).map(str), max_size=2).map(lambda parts: "".join(f".{part}" for part in parts))
CODES = {
    "national": st.sampled_from(("GB", "GB/T", "GB/Z")),
    "sector": st.sampled_from(("JY/T", "MZ", "YY/Z", "ZY/T")),
    "local": st.sampled_from(("DB11/T", "DB3301", "DB42/Z")),
    "group": st.sampled_from(("T/XZYC", "T/AB", "T/C1A2")),
}
DASHES = "-‐‑‒–—―−－"


@st.composite
def chinese(draw: st.DrawFn) -> tuple[str, str, str, str]:
    """Kind, code, sequence number and year of a number that is well-formed."""
    kind = draw(st.sampled_from(sorted(CODES)))
    return kind, draw(CODES[kind]), f"{draw(st.integers(1, 99999))}{draw(PARTS)}", draw(YEARS)


@pytest.mark.parametrize("written", NUMBERS)
def test_known_numbers(written: str) -> None:
    normalized = numbers.normalized(written)
    assert (numbers.kind(normalized), normalized) == NUMBERS[written]


@given(chinese(), st.sampled_from(DASHES), st.sampled_from((" ", "  ", "\u3000", "\u00a0")), st.sampled_from(("", " ")))
def test_spellings_of_a_number_have_one_normal_form(number: tuple[str, str, str, str], dash: str, space: str, around: str) -> None:
    kind, code, sequence, year = number
    written = f" {code}{space}{sequence}{around}{dash}{around}{year}"
    assert numbers.normalized(written) == f"{code} {sequence}-{year}"
    assert numbers.kind(numbers.normalized(written)) == kind


@given(chinese())
def test_full_width_is_folded(number: tuple[str, str, str, str]) -> None:
    _, code, sequence, year = number
    written = f"{code} {sequence}-{year}"
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in written)
    assert numbers.normalized(wide) == written


@given(st.text() | st.text(alphabet="GBTZDISOEC/ -—:.0129", max_size=24))
def test_normalizing_twice_changes_nothing(text: str) -> None:
    assert numbers.normalized(numbers.normalized(text)) == numbers.normalized(text)


@pytest.mark.parametrize("written", [written for written, (kind, _) in NUMBERS.items() if kind])
def test_iris_hold_no_character_of_a_path(written: str) -> None:
    local = numbers.iri(written).removeprefix(names.STANDARD)
    assert re.fullmatch(r"[A-Z0-9][A-Za-z0-9.-]+", local)
    assert local.split("-") == re.split(r"[/ :-]", numbers.normalized(written))


def test_iris_are_those_of_the_conventions() -> None:
    assert numbers.iri("GB/T 45288.1—2025") == names.STANDARD + "GB-T-45288.1-2025"
    assert numbers.iri("ISO/IEC 22989:2022") == names.STANDARD + "ISO-IEC-22989-2022"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("GB/T 1.1-2020", ("GB/T 1.1", "2020")),
        ("GB/T 1.1", ("GB/T 1.1", "")),
        ("ISO 10241-1:2011", ("ISO 10241-1", "2011")),
        ("ISO 10241-1", ("ISO 10241-1", "")),
    ],
)
def test_an_edition_is_a_number_and_a_year(number: str, expected: tuple[str, str]) -> None:
    assert numbers.edition(number) == expected
