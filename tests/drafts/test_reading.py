"""Drafts in any format: which reader reads them, and what cannot be read."""

import os
import socket
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isgkg.drafts import sources
from isgkg.errors import ContentError

from .support import SLOW, pdf, plain, read, refused
from .test_sts_reader import STS
from .word_documents import document as word
from .word_documents import paragraph


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
