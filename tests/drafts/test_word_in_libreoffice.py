"""Annotated and mended documents as another program opens them: LibreOffice shows the comments at their words, and the changes as such."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from isgkg.consistency import mending
from isgkg.drafts import reading, sources
from tests.consistency import support
from tests.drafts.word_documents import document, footnote, margin, note, paragraph, run, table

SOFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed; apt: libreoffice-writer-nogui")
SECONDS = 120
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
DRAFT = document(
    paragraph("4 分组")
    + paragraph(run("设置对"), run("照组", "<w:b/>"), run("，单位必须登记"), footnote(1), "。")
    + table((paragraph("对照组"), paragraph("实验组")))
    + paragraph("注：结果应公示。")
    + margin("header", "header"),
    footnotes=note(1, paragraph("处理组不登记。")),
    header=paragraph("干预组的登记"),
)


def opened(data: bytes, folder: Path) -> etree._Element:
    """The content of the document as LibreOffice reads it."""
    (folder / "a.docx").write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(SOFFICE), profile, "--headless", "--convert-to", "odt", "--outdir", str(folder / "out"), str(folder / "a.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    with zipfile.ZipFile(folder / "out" / "a.odt") as archive:
        return etree.parse(io.BytesIO(archive.read("content.xml"))).getroot()


def words(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def test_comments_are_opened_with_their_words(tmp_path: Path) -> None:
    (source,) = sources.uploads([("a.docx", DRAFT)])
    checked = support.checker().check(reading.read(source))
    content = opened(mending.annotated(source.data, checked, "zh").content, tmp_path)
    shown = [words(paragraph) for comment in content.iter(f"{OFFICE}annotation") for paragraph in comment.iter(f"{TEXT}p")]
    rules = [fault.rule for fault in checked.faults]
    assert sorted(rules) == ["T28", "T28", "T28", "T28", "T35", "T36"]
    assert sorted(text[1:4] for text in shown if text.startswith("[T")) == sorted(rules)
    assert len(shown) == 2 * len(rules)
    assert sum("“对照组”是拒用的说法" in text for text in shown) == 2
    assert sum(text.startswith("[T28] 页眉") and "干预组" in text for text in shown) == 1
    assert len(list(content.iter(f"{OFFICE}annotation-end"))) >= len(rules) - 1  # one on a note stands at a mark


def test_changes_are_opened_as_changes(tmp_path: Path) -> None:
    (source,) = sources.uploads([("a.docx", DRAFT)])
    checked = support.checker().check(reading.read(source))
    content = opened(mending.mended(source.data, checked).content, tmp_path)
    deleted = [words(element) for element in content.iter(f"{TEXT}deletion")]
    assert sum("对照组" in text or "照组" in text for text in deleted) >= 2
    assert "设置控制组，单位应登记" in words(content)
