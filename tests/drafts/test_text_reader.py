"""Drafts in plain text: paragraphs, joined lines, places."""

from hypothesis import given
from hypothesis import strategies as st

from isgkg.drafts import texts

from .support import SLOW, plain


def test_a_line_is_a_paragraph() -> None:
    assert plain(list(texts.blocks("1 范围\n本文件规定了实验。\n\n  2 引用\n"))) == ["1 范围", "本文件规定了实验。", "2 引用"]


def test_text_that_is_wrapped_is_joined_and_terms_over_its_lines_are_whole() -> None:
    line = "本文件规定了人工智能社会实验的场景建设和评价的要求并给出了对"
    wrapped = f"{line}\n照组的设置方法，适用于国家智能社会治理实验基地和其他有关单位\n在实验中使用。\n"
    (block,) = texts.blocks(wrapped)
    assert "对照组" in block.text
    assert [block.line_column(block.text.index(word)) for word in ("本", "照组", "在实验")] == [(1, 1), (2, 1), (3, 1)]


def test_headings_items_and_notes_begin_a_paragraph_of_their_own() -> None:
    wide = "本" * 30
    assert len(list(texts.blocks("\n".join([wide, "4.1 原则" + "则" * 26, "注：" + "注" * 28, "a) " + "项" * 28])))) == 4


@SLOW
@given(st.text(alphabet="甲乙丙a1。 \t\n", max_size=200))
def test_each_character_of_text_stands_where_its_place_says(text: str) -> None:
    lines = text.split("\n")
    for block in texts.blocks(text):
        for offset, character in enumerate(block.text):
            line, column = block.line_column(offset) or (0, 0)
            if not character.isspace():
                assert lines[line - 1][column - 1] == character
