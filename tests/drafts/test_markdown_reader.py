"""Drafts in Markdown: the words without their markup, and where they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isgkg.drafts import markdown
from isgkg.drafts.model import Kind

from .support import SLOW


def test_markdown_without_its_markup() -> None:
    head = "---\nx: y\n---\n# 范围\n\n设置**对照**\n组[^1]。\n\n1. 甲\n2. 乙\n\n"
    source = head + "| 头 | 二 |\n|---|---|\n| 格 | 对照组 |\n\n```\n代码\n```\n\n[^1]: 脚注\n"
    blocks = list(markdown.blocks(source))
    assert [(block.text, block.kind, block.number) for block in blocks] == [
        ("范围", Kind.HEADING, None),
        ("设置对照组。", Kind.TEXT, None),
        ("甲", Kind.TEXT, "1."),
        ("乙", Kind.TEXT, "2."),
        ("头", Kind.CELL, None),
        ("二", Kind.CELL, None),
        ("格", Kind.CELL, None),
        ("对照组", Kind.CELL, None),
        ("代码", Kind.CODE, None),
        ("脚注", Kind.FOOTNOTE, None),
    ]
    lines = source.split("\n")
    for block in blocks:
        line, column = block.line_column(0) or (0, 0)
        assert lines[line - 1][column - 1 :].startswith(block.text[0])


def test_words_behind_escapes_and_entities_are_found() -> None:
    (block,) = markdown.blocks("甲\\*乙&amp;丙对照组")
    assert block.text == "甲*乙&丙对照组"
    assert block.line_column(block.text.index("对")) == (1, 11)


@pytest.mark.parametrize(
    "source",
    [
        "[甲](乙)乙",
        '<b title="乙">乙</b>',
        "![图**乙**a\nb](乙.png)乙",
        "`` ` 乙\n 乙 `` 乙",
        "| 甲\\|乙\\| | 甲 |\n|--|--|\n| `丙\\|x` | 丙 |",
        "> 甲\n> 乙\n丙",
        "## # 甲 ##",
        "[乙]: http://x\n\n[甲][乙] 乙 <http://x.y> *甲*乙 **a*b\\*",
        "-\t甲\n\t乙\n\n      码\n      码",
        "1. ```\n   x\n   y\n   ```\n",
        "甲[^1]\n\n[^1]: 脚注\n    二",
    ],
)
def test_markup_with_the_same_words_is_passed_over(source: str) -> None:
    lines = source.split("\n")
    blocks = list(markdown.blocks(source))
    assert blocks
    for block in blocks:
        for offset, character in enumerate(block.text):
            line, column = block.line_column(offset) or (0, 0)
            assert character.isspace() or lines[line - 1][column - 1] == character


def test_a_number_stays_in_its_item() -> None:
    assert [(block.text, block.number) for block in markdown.blocks("1. ```\n   x\n   ```\n\n甲")] == [("x", None), ("甲", None)]


@SLOW
@given(st.text(alphabet="甲乙a1。*_`[]()!<>|\\#&; \t\n-", max_size=80))
def test_each_character_of_markdown_stands_where_its_place_says(text: str) -> None:
    lines = text.split("\n")
    for block in markdown.blocks(text):
        for offset, character in enumerate(block.text):
            line, column = block.line_column(offset) or (0, 0)
            assert character.isspace() or lines[line - 1][column - 1] == character
