"""T38: numbers of standards, editions that are replaced, list and text."""

import pytest

from isgkg import numbers
from isgkg.consistency.knowledge import Knowledge, Standard
from isgkg.terms.model import TermBase

from . import support

LIST = "2 规范性引用文件\nGB/T 7027—2002 信息分类和编码的基本原则与方法\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (LIST + "4 总则\n按照GB/T 7027—2002编码。\n", []),
        (LIST + "4 总则\n按照GB/T 7027编码。\n", []),
        (LIST + "4 总则\n编码。\n", [("standard.uncited", "GB/T 7027—2002")]),
        (LIST + "4 总则\n按照GB/T 7027—2002和GB/T 1.1—2020编写。\n", [("standard.unlisted", "GB/T 1.1—2020")]),
        (LIST + "4 总则\n按照GB/T 7027—2002编码。\n注：参见GB/T 1.1—2020。\n", []),
        ("4 总则\n按照GB/T 10112—1999编写。\n", [("standard.replaced", "GB/T 10112—1999")]),
        ("4 总则\n按照GB/T 1.1—20编写。\n", [("standard.malformed", "GB/T 1.1—20")]),
        ("4 总则\n按照GBT 1.1-2020编写。\n", [("standard.malformed", "GBT 1.1-2020")]),
        ("4 总则\n按照GB/T 1.1-2020、T/CESA 1234—2021、DB11/T 1587—2018、ISO/IEC 22989:2022编写。\n", []),
        ("4 总则\n按照GB／T 10112—1999和ＧＢ／Ｔ 1.1—2020编写。\n", [("standard.replaced", "GB／T 10112—1999")]),
        ("4 总则\n按照ISO 704-2009编写。\n", [("standard.malformed", "ISO 704-2009")]),
        ("4 总则\n按照GB／T 1.1—20编写。\n", [("standard.malformed", "GB／T 1.1—20")]),
        ("4 总则\nIT 2020年和5G 2024。\n", []),
    ],
)
def test_standards(text: str, found: list[tuple[str, str]]) -> None:
    assert [(key, words) for key, words, _ in support.words(support.check(text), "T38")] == found


@pytest.mark.parametrize(
    ("cited", "key", "by"),
    [
        ("GB/T 7027—1986", "standard.replaced", "GB/T 7027-2002"),
        ("GB/T 10114—1988", "standard.replaced", "GB/T 10114-2003"),
        ("ISO 704:2009", "standard.replaced", "ISO 704:2022"),
        ("ISO 30042:2008", "standard.replaced", "ISO 30042:2019"),
        ("GB/T 1.1—2000", "standard.replaced", "GB/T 1.1-2020"),
        ("GB/T 10112—1988", "standard.replaced", "GB/T 10112-2019"),
        ("GB/T 20001.1—2001", "standard.newer", "GB/T 20001.1-2024"),
    ],
)
def test_an_edition_that_no_longer_holds_is_told_with_the_one_that_does(cited: str, key: str, by: str) -> None:
    (fault,) = (fault for fault in support.check(f"4 总则\n按照{cited}编写。\n").faults if fault.rule == "T38")
    assert (fault.key, fault.values["by"]) == (key, by)


@pytest.mark.parametrize("cited", ["GB/T 20001.1—2024", "GB/T 20001.1", "ISO 10241-1", "ISO 1087:2019", "GB/T 41867—2022"])
def test_the_latest_edition_and_any_edition_are_not_outdated(cited: str) -> None:
    assert support.words(support.check(f"4 总则\n按照{cited}编写。\n"), "T38") == []


def test_replacements_in_a_circle_end() -> None:
    iris = [numbers.iri(f"GB/T 1-200{year}") for year in (1, 2)]
    circle = Knowledge(base=TermBase(concepts=()), text="", replacements={iris[0]: ["GB/T 1-2002"], iris[1]: ["GB/T 1-2001"]})
    assert circle.replacing("GB/T 1-2001") == []


def test_an_edition_that_is_yet_to_come_is_not_the_latest() -> None:
    held, coming = Standard(number="GB/T 1-2001"), Standard(number="GB/T 1-2002", is_coming=True)
    known = Knowledge(base=TermBase(concepts=()), text="", standards={one.number: one for one in (held, coming)})
    assert known.latest == {"GB/T 1": "GB/T 1-2001"}
