"""T38: numbers of standards, editions that are replaced, list and text."""

import pytest

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
        ("4 总则\nIT 2020年和5G 2024。\n", []),
    ],
)
def test_standards(text: str, found: list[tuple[str, str]]) -> None:
    assert [(key, words) for key, words, _ in support.words(support.check(text), "T38")] == found
