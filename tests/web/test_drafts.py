"""/check: a draft is checked, shown with its findings beside the text, and not kept."""

import base64
import dataclasses
import io
import re

import docx
import pytest
from flask.testing import FlaskClient

from isgkg.web import checks
from tests.drafts.word_documents import document, rezipped

from .test_validate import send

TEXT = "4 总则\n4.1 分组\n设置对照组，<b>单位</b>必须登记。\n"


def page(client: FlaskClient, *files: tuple[str, bytes], **fields: str) -> str:
    return send(client, *files, path="/check", **fields).text


@pytest.mark.parametrize(("path", "heading"), [("/check", "检查标准草案"), ("/check?lang=en", "Check a draft standard")])
def test_the_form_needs_no_script(client: FlaskClient, path: str, heading: str) -> None:
    text = client.get(path, headers={"Accept": "text/html"}).text
    assert f"<h1>{heading}</h1>" in text
    assert "<script" not in text
    assert '<a href="/check' in client.get("/", headers={"Accept": "text/html"}).text


def test_a_pasted_draft_is_shown_with_its_findings_beside_it(client: FlaskClient) -> None:
    text = page(client, text=TEXT, **{"as": "txt"})
    assert re.search(r'<a class="mark violation" href="#f1">对照组</a>', text)
    assert re.search(r'<a class="mark warning" href="#f2">必须</a>', text)
    assert "请改用“控制组”" in text
    assert "&lt;b&gt;单位&lt;/b&gt;" in text
    assert 'id="f1"' in text


def test_an_annotated_copy_of_a_word_document_can_be_saved(client: FlaskClient) -> None:
    document = docx.Document()
    document.add_paragraph("设置对照组。")
    out = io.BytesIO()
    document.save(out)
    text = page(client, ("草案.docx", out.getvalue()))
    found = re.search(r'href="data:application/vnd[^,]*;base64,([^"]*)" download="草案-isgkg.docx"', text)
    assert found
    comments = docx.Document(io.BytesIO(base64.b64decode(found[1]))).comments
    assert ["T28" in comment.text for comment in comments] == [True]


def test_a_word_document_that_cannot_be_annotated_is_checked_all_the_same(client: FlaskClient) -> None:
    damaged = rezipped(document("<w:p><w:r><w:t>设置对照组。</w:t></w:r></w:p>"), lambda name, part: b"" if name[0] == "[" else part)
    text = page(client, ("草案.docx", damaged))
    assert "请改用“控制组”" in text
    assert "Word 文档已损坏" in text
    assert "-isgkg.docx" not in text


def test_nothing_is_kept_and_a_program_gets_json(client: FlaskClient) -> None:
    response = client.post("/check", data={"text": TEXT}, headers={"Accept": "application/json"})
    assert response.headers["Cache-Control"] == "no-store"
    assert [finding["rule"] for finding in response.json["findings"]] == ["T28", "T35"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("files", "fields", "status", "words"),
    [
        ([], {}, 400, "没有可检查的内容"),
        ([("a.doc", b"x")], {}, 200, "另存为 .docx"),
        ([("a.docx", b"PK\x03\x04")], {}, 200, "已损坏"),
        ([("a.txt", b"\0")], {}, 200, "NUL"),
    ],
)
def test_what_cannot_be_checked_is_said(
    client: FlaskClient, files: list[tuple[str, bytes]], fields: dict[str, str], status: int, words: str
) -> None:
    response = send(client, *files, path="/check", **fields)
    assert response.status_code == status
    assert words in response.text


def test_a_draft_that_is_too_large_is_refused(client: FlaskClient) -> None:
    response = send(client, ("a.txt", b"x" * 20_000_001), path="/check")
    assert response.status_code == 413
    assert "isgkg check" in response.text


def test_the_check_is_a_process_of_its_own(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[checks.Job] = []
    monkeypatch.setattr(checks, "check_draft", lambda job: seen.append(job) or pytest.fail("stop"))
    with pytest.raises(pytest.fail.Exception):
        page(client, text=TEXT)
    assert seen[0].sent == (("draft.txt", TEXT.encode()),)


def test_limits_are_told_in_the_words_of_drafts(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    check = checks.check_draft
    few = checks.CheckLimits(findings=1)
    monkeypatch.setattr(checks, "check_draft", lambda job: check(dataclasses.replace(job, limits=few)))
    response = send(client, path="/check", text=TEXT)
    assert response.status_code == 413
    assert "isgkg check --summary" in response.text
