"""Drafts in text, Markdown, HTML, PDF and STS: what is read, where it stands, and what cannot be read."""

import os
import socket
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


# HTML


def test_html_without_its_markup() -> None:
    page = (
        "<html><head><title>题</title><script>对照组</script></head><body><h2>范围</h2><p>设置<b>对照</b>\n组&#12290;</p><table><tr><td>格"
    )
    blocks = list(html.blocks(page))
    assert [(block.text, block.kind) for block in blocks] == [("范围", Kind.HEADING), ("设置对照组。", Kind.TEXT), ("格", Kind.CELL)]
    assert blocks[1].line_column(2) == (1, page.index("对照</b>") + 1)
    assert blocks[1].line_column(4) == (2, 1)


def test_a_page_says_its_encoding() -> None:
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
    assert refused("a.pdf", "文字").key == "drafts.no-pdf"


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
        (None, "注 1：内容"),
        ("3", "术语和定义"),
        (None, "3.1"),
        (None, "术语  term"),
        (None, "甲乙"),
    ]
    assert blocks[1].line_column(0) == (4, 1)


@pytest.mark.parametrize(
    ("data", "key"),
    [
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


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("a.doc", bytes.fromhex("d0cf11e0a1b11ae1"), "drafts.foreign"),
        ("a.rtf", b"{\\rtf", "drafts.foreign"),
        ("a.docx", "文字", "drafts.word.no-document"),
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
