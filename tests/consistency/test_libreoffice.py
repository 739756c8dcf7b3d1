"""Annotated and mended Word documents, opened by an office program that is not ours."""

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from isgkg.consistency import mending
from isgkg.drafts import reading, sources
from tests.drafts import word_documents
from tests.drafts.word_documents import document, footnote, note, paragraph, table

from . import support

pytestmark = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed: no document was opened in it")


def converted(data: bytes, folder: Path) -> str:
    """The text of the document with its comments and changes, as LibreOffice writes it in OpenDocument (flat XML parts)."""
    (folder / "draft.docx").write_bytes(data)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "odt", "--outdir", str(folder), str(folder / "draft.docx")],
        check=True,
        capture_output=True,
        timeout=120,
    )
    with zipfile.ZipFile(folder / "draft.odt") as archive:
        return archive.read("content.xml").decode("utf-8")


def test_comments_and_changes_are_there_at_their_words(tmp_path: Path) -> None:
    body = paragraph("4 总则") + paragraph("4.1 要求") + paragraph("设置对照组，必须登记", footnote(1), "。") + table(("弱势人群", "其他"))
    data = document(body, footnotes=note(1, paragraph("对照组见附录。")))
    source = sources.Source(name="a.docx", declared=sources.Format.DOCX, fetch=lambda: data)
    checked = support.checker().check(reading.read(source))
    assert checked.faults
    told = converted(mending.annotated(data, checked, "zh").content, tmp_path)
    spoken = [re.sub("<[^>]*>", "", found) for found in re.findall(r"<office:annotation .*?</office:annotation>", told, re.DOTALL)]
    assert len(spoken) == len(checked.faults)
    assert sum("控制组" in one for one in spoken) == 2
    assert re.search(r"<office:annotation .*?</office:annotation>(?:<[^>]*>)*对照组(?:<[^>]*>)*<office:annotation-end", told, re.DOTALL)
    changed = converted(mending.mended(data, checked).content, tmp_path)
    assert "text:tracked-changes" in changed
    assert "text:insertion" in changed
    assert "控制组" in changed
    assert word_documents.texts(data)[2].startswith("设置对照组")
