"""Drafts in HTML: what a browser shows, where it stands, in time by its length."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isgkg.drafts import html
from isgkg.drafts.model import Kind

from .support import SLOW, plain, read, refused


@SLOW
@given(
    st.lists(
        st.sampled_from(["甲", "乙 ", "a", "1", "\n", "<b>", "</b>", "<p>", "<td>", "<br>", "<a title='甲'>", "<!--甲-->", "<table>"]),
        max_size=30,
    )
)
def test_each_character_of_html_stands_where_its_place_says(parts: list[str]) -> None:
    lines = "".join(parts).split("\n")
    for block in html.blocks("".join(parts)):
        for offset, character in enumerate(block.text):
            line, column = block.line_column(offset) or (0, 0)
            assert character.isspace() or lines[line - 1][column - 1] == character


@SLOW
@given(st.text(alphabet="<>!-/[]a='\"&;#p 甲\n", max_size=60))
def test_any_html_is_read(text: str) -> None:
    list(html.blocks(text))


def test_html_without_its_markup() -> None:
    page = (
        "<html><head><title>题</title><script>对照组</script></head><body><h2>范围</h2><p>设置<b>对照</b>\n组&#12290;</p><table><tr><td>格"
    )
    blocks = list(html.blocks(page))
    assert [(block.text, block.kind) for block in blocks] == [("范围", Kind.HEADING), ("设置对照组。", Kind.TEXT), ("格", Kind.CELL)]
    assert blocks[1].line_column(2) == (1, page.index("对照</b>") + 1)
    assert blocks[1].line_column(4) == (2, 1)


def test_what_html_of_people_holds() -> None:
    assert plain(list(html.blocks("对照组 control<br>group&nbsp; 乙\n丙"))) == ["对照组 control group 乙丙"]
    assert plain(list(html.blocks("<head><title>题</title><p>文"))) == ["文"]
    assert plain(list(html.blocks("甲 &#1;<![abc[x]>乙<![if !a]>丙<!-->丁&#99999999999999999999;"))) == ["甲 乙丙丁\ufffd" + "9" * 13 + ";"]
    kinds = [
        (block.text, block.kind) for block in html.blocks("<table><td>甲</table>乙<div class=footnotes><p>丙</p></div>丁<aside>戊</aside>")
    ]
    assert kinds == [("甲", Kind.CELL), ("乙", Kind.TEXT), ("丙", Kind.FOOTNOTE), ("丁", Kind.TEXT), ("戊", Kind.FOOTNOTE)]


@pytest.mark.parametrize("part", ["<!--", "<a ", "</a", "<![CDATA[", "<p a='", "<a <", "word ", "<table>", "<table><td>", "&", "<script>"])
def test_reading_html_takes_time_by_its_length_only(part: str) -> None:
    start = time.monotonic()
    list(html.blocks(part * 50_000))
    assert time.monotonic() - start < 5  # what is quadratic takes minutes


def test_a_page_says_its_encoding() -> None:
    assert plain(read("a.html", "<meta charset=gb2312><p>设置对照组")) == ["设置对照组"]
    assert refused("a.html", "<meta charset=gb2312><p>设置\0".encode("gb18030")).key == "encoding.nul"
    page = "<html><meta charset=gb2312><body><p>对照组</p>".encode("gb18030")
    assert plain(read("a.html", page)) == ["对照组"]


def test_nesting_costs_nothing() -> None:
    assert plain(list(html.blocks("<div>" * 100_000 + "文"))) == ["文"]
