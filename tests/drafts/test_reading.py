"""Drafts in text, Markdown, HTML, PDF and STS: what is read, where it stands, and what cannot be read."""

import os
import socket
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isgkg.drafts import html, markdown, reading, sources, sts, texts
from isgkg.drafts.model import Block, Draft, Kind
from isgkg.errors import ContentError

from .word_documents import document as word
from .word_documents import paragraph

SLOW = settings(deadline=None, max_examples=80)


def read(name: str, data: bytes | str) -> Draft:
    (source,) = sources.uploads([(name, data.encode() if isinstance(data, str) else data)])
    return reading.read(source)


def refused(name: str, data: bytes | str) -> ContentError:
    with pytest.raises(ContentError) as raised:
        read(name, data)
    error = raised.value
    assert error.rule in {"draft-file", "encoding"}
    for lang in ("zh", "en"):
        assert "\n" not in error.text(lang)
    assert error.text("zh").count("。") >= 2
    return error


def plain(draft: Draft | list[Block]) -> list[str]:
    return [block.text for block in (draft.blocks if isinstance(draft, Draft) else draft)]


# Text


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


# Markdown


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


# HTML


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


# PDF, STS


def pdf(*pages: str) -> bytes:
    """A PDF whose pages hold these Latin texts, a line each."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for page in pages:
        shown = " ".join(f"({line}) Tj T*" for line in page.split("\n"))
        stream = f"BT /F1 12 Tf 14 TL 50 700 Td {shown} ET".encode()
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>" % len(objects))
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), b" ".join(kids))
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%sendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)


def test_the_text_layer_of_a_pdf_with_its_pages() -> None:
    draft = read("a.pdf", pdf(*(f"GB/T 1\nText of page {number}.\n{number}" for number in range(1, 4))))
    assert [(block.text, block.page) for block in draft.blocks] == [(f"Text of page {number}.", number) for number in range(1, 4)]


def test_a_scan_and_a_damaged_pdf() -> None:
    assert refused("a.pdf", pdf("")).key == "drafts.pdf.scanned"
    assert refused("a.pdf", b"%PDF-1.4 cut").key == "drafts.no-pdf"
    assert refused("a.pdf", b"\x00\xff").key == "drafts.no-pdf"


def test_a_paragraph_goes_on_over_the_end_of_a_page_past_its_margins() -> None:
    lines = ["word " * 15 + str(number) for number in range(3)]
    draft = read("a.pdf", pdf(*(f"GB/T 1.1\nDraft\n{line}\nPage {number}\n- {number} -" for number, line in enumerate(lines, 1))))
    assert [(block.text, block.page) for block in draft.blocks] == [(" ".join(lines), 1)]


STS = """<?xml version="1.0"?>
<!DOCTYPE standard PUBLIC "-//NISO//DTD" "http://127.0.0.1:9/x.dtd">
<standard xmlns:tbx="urn:iso:std:iso:30042:ed-1" xml:lang="zh"><front><std-meta><std-ident>1</std-ident></std-meta></front><body>
<sec><label>4</label><title>总则</title><p>设置<bold>对照</bold>组<fn><p>脚注</p></fn>。</p>
<non-normative-note><label>注 1</label><p>内容</p></non-normative-note></sec>
<sec><label>3</label><title>术语和定义</title><term-sec><label>3.1</label><tbx:termEntry>
<tbx:langSet xml:lang="zh"><tbx:definition>甲乙</tbx:definition><tbx:tig><tbx:term>术语</tbx:term></tbx:tig></tbx:langSet>
<tbx:langSet xml:lang="en"><tbx:tig><tbx:term>term</tbx:term></tbx:tig></tbx:langSet></tbx:termEntry></term-sec></sec>
</body></standard>"""


def test_sts_as_a_person_sees_it() -> None:
    blocks = sts.blocks(STS.encode())
    assert [(block.number, block.text) for block in blocks] == [
        ("4", "总则"),
        (None, "设置对照组。"),
        (None, "脚注"),
        (None, "注 1：内容"),
        ("3", "术语和定义"),
        (None, "3.1"),
        (None, "术语  term"),
        (None, "甲乙"),
    ]
    assert blocks[1].line_column(0) == (4, 1)


def within(body: str) -> list[tuple[Kind, str | None, str]]:
    page = f'<!DOCTYPE standard SYSTEM "[x]>"><standard xmlns:tbx="x" xml:lang="zh"><body>{body}</body></standard>'
    return [(block.kind, block.number, block.text) for block in sts.blocks(page.encode())]


def test_lists_tables_and_references_within_paragraphs_of_sts() -> None:
    items = "<list><list-item><label>a)</label><p>甲&nbsp;乙</p></list-item></list>"
    assert within(f"<p>应\n：{items}后</p>") == [(Kind.TEXT, None, "应："), (Kind.TEXT, "a)", "甲 乙"), (Kind.TEXT, None, "后")]
    reference = "<ref><label>[1]</label><std><std-ref>GB/T 1.1&mdash;2020</std-ref>，<title>导则</title></std></ref>"
    assert within(f"<ref-list>{reference}</ref-list>") == [(Kind.TEXT, "[1]", "GB/T 1.1—2020，导则")]
    cell = "<table><tr><td>格<fn><p>注</p></fn></td></tr></table>"
    table = f"<table-wrap><label>表 1</label><caption><title>名</title></caption>{cell}</table-wrap>"
    assert within(table) == [(Kind.TEXT, None, "表 1 名"), (Kind.CELL, None, "格"), (Kind.FOOTNOTE, None, "注")]
    assert within("<app><label>附录 A</label><title>法</title><p>文</p></app>")[0] == (Kind.HEADING, "A", "法")


def test_terms_of_an_entry_in_order_of_their_status() -> None:
    def tig(term: str, status: str) -> str:
        return f'<tbx:tig><tbx:term>{term}</tbx:term><tbx:normativeAuthorization value="{status}"/></tbx:tig>'

    terms = tig("许", "admittedTerm") + tig("首", "preferredTerm") + tig("拒", "deprecatedTerm")
    notes = "<tbx:note>一</tbx:note><tbx:note>二</tbx:note><tbx:source>GB/T 1</tbx:source>"
    chinese = f'<tbx:langSet xml:lang="zh"><tbx:definition>义</tbx:definition>{notes}{terms}</tbx:langSet>'
    english = f'<tbx:langSet xml:lang="en">{tig("term", "preferredTerm")}<tbx:note>one</tbx:note></tbx:langSet>'
    shown = within(f"<tbx:termEntry>{english}{chinese}</tbx:termEntry>")
    assert [text for _, _, text in shown] == ["首  term", "许", "义", "注 1：一", "注 2：二", "[来源：GB/T 1]"]
    assert [text for _, _, text in within(f"<tbx:termEntry>{english}</tbx:termEntry>")] == ["term", "NOTE: one"]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ("<standard><p>" + "<fn>" * 120 + "文" + "</fn>" * 120 + "</p></standard>", "drafts.xml.nested"),
        ("<standard>" + "<a>" * 400 + "</a>" * 400 + "</standard>", "drafts.xml.nested"),
        ('<standard a="&x;"/>', "drafts.xml.damaged"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><standard>&x;</standard>', "drafts.xml.entities"),
        ("<standard><p>文", "drafts.xml.damaged"),
        ("<html><p>文</p></html>", "drafts.xml.other"),
        ("<standard/>", "drafts.empty"),
        ("<standard>" + "<a>" * 250 + "</a>" * 250 + "</standard>", "drafts.xml.nested"),
    ],
)
def test_other_xml_is_refused(data: str, key: str) -> None:
    assert refused("a.xml", data).key == key


# Sources


def archive() -> bytes:
    """A ZIP file that is no Word document."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as opened:
        opened.writestr("xl/workbook.xml", "<workbook/>")
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("a.doc", bytes.fromhex("d0cf11e0a1b11ae1"), "drafts.foreign"),
        ("a.rtf", b"{\\rtf", "drafts.foreign"),
        ("a.docx", "文字", "drafts.mislabelled"),
        ("a.docx", b"\x00\xff", "drafts.word.no-document"),
        ("a.pdf", "文字", "drafts.mislabelled"),
        ("a.txt", b"PK\x05\x06" + bytes(18), "encoding.nul"),
        ("a.txt", archive(), "drafts.mislabelled"),
        ("a", archive(), "drafts.word.no-document"),
        ("a.txt", b"{\\rtf1", "drafts.foreign"),
        ("a.wps", "文", "drafts.foreign"),
        ("a", "<?xml version='1.0'?><a/>", "drafts.xml.other"),
        ("a.txt", bytes.fromhex("d0cf11e0a1b11ae1"), "drafts.old-word"),
        ("a.txt", word(paragraph("文")), "drafts.mislabelled"),
        ("a.txt", pdf("x"), "drafts.mislabelled"),
        ("a", bytes.fromhex("d0cf11e0a1b11ae1"), "drafts.old-word"),
        ("a.txt", "", "drafts.empty"),
        ("a.md", "---\n", "drafts.empty"),
        ("a.txt", b"\0\1", "encoding.nul"),
        ("a.txt", "Привет, мир, это черновик".encode("koi8-r"), "encoding.unknown"),
    ],
)
def test_what_is_no_draft_says_so(name: str, data: bytes | str, key: str) -> None:
    assert refused(name, data).key == key


def test_gb18030_is_read_and_said_and_ends_of_lines_may_be_mixed() -> None:
    draft = read("a.txt", "设置对照组。\r\n实验组。\r其余。\n".encode("gb18030"))
    assert plain(draft) == ["设置对照组。", "实验组。", "其余。"]
    assert [remark.key for remark in draft.remarks] == ["encoding.gb18030"]


def test_content_tells_where_the_name_does_not() -> None:
    assert read("a", word(paragraph("文"))).format == sources.Format.DOCX
    assert read("a", "<html><p>文").format == sources.Format.HTML
    assert read("a", "文").format == sources.Format.TEXT
    assert read("-", "# 范围\n").format == sources.Format.MARKDOWN
    assert read("-", STS).format == sources.Format.STS
    assert read("a", "<?xml version='1.0'?><!-- -->\n<html><p>文").format == sources.Format.HTML


def test_a_folder_is_searched_and_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("b/二.txt", "一.md", ".hidden.txt", "~$一.docx", "x.png"):
        (tmp_path / name).write_text("文", encoding="utf-8")
    os.mkfifo(tmp_path / "管.txt")
    found = list(sources.find([tmp_path, tmp_path / "一.md"]))
    assert [Path(source.name).name for source in found] == ["一.md", "管.txt", "二.txt"]
    with pytest.raises(ContentError) as raised:
        _ = found[1].data
    assert raised.value.key == "drafts.irregular"
    (tmp_path / "leer").mkdir()
    for path, key in ((tmp_path / "leer", "drafts.empty-folder"), (tmp_path / "none.txt", "drafts.unreadable"), ("", "drafts.name")):
        (source,) = sources.find([path])
        with pytest.raises(ContentError) as raised:
            _ = source.data
        assert raised.value.key == key


def test_a_folder_shows_drafts_in_other_formats_and_folders_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.wps").write_text("文")
    (source,) = sources.find([tmp_path])
    assert source.name.endswith("a.wps")

    def scandir(path: object) -> object:
        raise PermissionError(13, "no", str(path))

    monkeypatch.setattr(os, "scandir", scandir)
    (source,) = sources.find([tmp_path])
    with pytest.raises(ContentError) as raised:
        _ = source.data
    assert raised.value.key == "drafts.unreadable"


def test_limits_are_those_that_are_given() -> None:
    (source,) = sources.uploads([("a.txt", b"12345")], sources.ReadLimits(text=4))
    with pytest.raises(ContentError) as raised:
        _ = source.data
    assert raised.value.key == "drafts.too-large"


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    large = tmp_path / "a.txt"
    with large.open("wb") as file:
        file.truncate(200 * 1024**2)
    (source,) = sources.find([large])
    with pytest.raises(ContentError) as raised:
        _ = source.data
    assert raised.value.key == "drafts.too-large"


@SLOW
@given(st.sampled_from(["a.txt", "a.md", "a.html", "a.pdf", "a.xml", "a.docx", "a"]), st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(name: str, data: bytes) -> None:
    try:
        read(name, data)
    except ContentError as error:
        assert error.text("zh")


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", connect)
    read("a.xml", STS)
    read("a.html", '<html><link rel=stylesheet href="http://127.0.0.1:9/"><img src="http://127.0.0.1:9/"><p>文')
    read("a.md", "![x](http://127.0.0.1:9/) 文")
