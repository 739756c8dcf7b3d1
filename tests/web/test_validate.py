"""/validate: what is sent is checked, reported, and not kept."""

import base64
import functools
import io
import json
import os
import pickle
import re
import tempfile
import threading
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from isgkg.errors import EngineFailure
from isgkg.findings import Authority, Finding, Fix, Place, Report, Severity
from isgkg.records import checking
from isgkg.web import checker
from isgkg.web import checks as checks_
from isgkg.web.state import State

HTML = {"Accept": "text/html"}
SECRET = "某基地的内部资料"


def finding(name: str, line: int = 3, **given: Any) -> Finding:
    made: dict[str, Any] = {
        "rule": "E14",
        "severity": Severity.VIOLATION,
        "message": "没有写明对照组。",
        "place": Place(file=name, line=line, column=1),
        "authority": Authority(iri="https://w3id.org/isgkg/src/isg2025/span/10-20", section="四（一）四是", quote="明确对照组"),
        "fix": Fix(text="请写明对照组。"),
    }
    return Finding(**{**made, **given})


class Checks:
    """Stands in for the check: keeps what it was given, and reports one finding a file, or what it is told to."""

    def __init__(self) -> None:
        self.given: dict[str, bytes] = {}
        self.lang = ""
        self.findings: tuple[Finding, ...] | None = None

    def check(self, job: checks_.Job) -> Report:
        self.given = dict(job.sent)
        self.lang = job.lang
        found = tuple(finding(name) for name in self.given) if self.findings is None else self.findings
        return Report(tool="isgkg validate", release=job.release, findings=found)


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Checks:
    stand_in = Checks()
    monkeypatch.setattr(checks_, "check", stand_in.check)
    return stand_in


def send(client: FlaskClient, *files: tuple[str, bytes], path: str = "/validate", **fields: str) -> TestResponse:
    """Send the form as a browser does; the client's own encoder would write large bodies to the disk."""
    parts = [(f'name="{name}"', value.encode()) for name, value in fields.items()]
    parts += [(f'name="file"; filename="{name}"', content) for name, content in files]
    body = b"".join(b"--limit\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (head.encode(), value) for head, value in parts)
    return client.post(path, data=body + b"--limit--\r\n", content_type="multipart/form-data; boundary=limit", headers=HTML)


@pytest.mark.parametrize(("path", "heading"), [("/validate", "检查记录"), ("/validate?lang=en", "Check records")])
def test_the_form_takes_files_or_text_without_a_script(client: FlaskClient, path: str, heading: str) -> None:
    text = client.get(path, headers=HTML).text
    assert f"<h1>{heading}</h1>" in text
    assert re.search(r'<form class="check" method="post" enctype="multipart/form-data"', text)
    assert '<input type="file" name="file" multiple' in text
    assert '<textarea name="text"' in text
    assert "<script" not in text
    assert " style=" not in text


def test_home_and_every_page_lead_to_it(client: FlaskClient) -> None:
    text = client.get("/?lang=en", headers=HTML).text
    assert text.count('href="/validate?lang=en"') == 2


def test_the_report_stands_in_the_page_and_leads_to_the_clause_here(client: FlaskClient, checks: Checks) -> None:
    answer = send(client, ("wuhan.yaml", b"type: Experiment"))
    assert answer.status_code == 200
    assert checks.given == {"wuhan.yaml": b"type: Experiment"}
    for part in ("wuhan.yaml:3:1", "没有写明对照组。", "四（一）四是「明确对照组」", 'href="/src/isg2025/span/10-20"'):
        assert part in answer.text
    assert " style=" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "style-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_report_speaks_the_language_of_the_page(client: FlaskClient, checks: Checks) -> None:
    answer = send(client, ("a.yaml", b"x: 1"), path="/validate?lang=en")
    assert checks.lang == "en"
    assert "violation" in answer.text
    assert 'href="/src/isg2025/span/10-20?lang=en"' in answer.text
    assert 'action="/validate?lang=en"' in answer.text


@pytest.mark.parametrize(
    ("form", "media_type", "start"),
    [
        ("html", "text/html", "<!doctype html>"),
        ("json", "application/json", "{"),
        ("sarif", "application/sarif+json", "{"),
        ("csv", "text/csv", "\ufeff"),
    ],
)
def test_a_button_downloads_the_report(client: FlaskClient, checks: Checks, form: str, media_type: str, start: str) -> None:
    answer = send(client, ("a.yaml", b"x: 1"), format=form)
    assert answer.mimetype == media_type
    assert answer.headers["Content-Disposition"] == f'attachment; filename="isgkg-report.{form}"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.startswith(start)


def test_a_program_gets_json_in_the_language_that_it_asks_for(client: FlaskClient, checks: Checks) -> None:
    answer = client.post("/validate", data={"text": "type: Experiment"}, headers={"Accept-Language": "en"})
    assert json.loads(answer.data)["findings"][0]["rule"] == "E14"
    assert checks.lang == "en"
    assert checks.given == {"pasted": b"type: Experiment"}


@pytest.mark.usefixtures("checks")
def test_the_page_holds_the_report_in_each_format_to_be_saved(client: FlaskClient) -> None:
    text = send(client, ("a.yaml", b"x: 1")).text
    links = dict(re.findall(r'href="data:([a-z/+]+);charset=utf-8;base64,([^"]+)"', text))
    assert set(links) == {"text/html", "text/csv", "application/json", "application/sarif+json"}
    assert json.loads(base64.b64decode(links["application/json"]))["findings"][0]["place"]["file"] == "a.yaml"


def test_a_long_report_is_downloaded_by_sending_again(client: FlaskClient, checks: Checks) -> None:
    checks.findings = tuple(finding("a.yaml", line) for line in range(1, 1000))
    text = send(client, ("a.yaml", b"x: 1")).text
    assert "data:" not in text
    assert "请在下方重新选择文件" in text


def test_pasted_text_is_checked_and_stays_in_the_form(client: FlaskClient, checks: Checks) -> None:
    answer = send(client, text="a <b>: \u202e", **{"as": "turtle"})
    assert checks.given == {"粘贴的文本.ttl": "a <b>: \u202e".encode()}
    assert "a &lt;b&gt;: " in answer.text
    assert '<option value="turtle" selected>' in answer.text


def test_files_of_one_name_are_told_apart(client: FlaskClient, checks: Checks) -> None:
    send(client, ("a.yaml", b"1"), ("c/a.yaml", b"2"), ("b/a.yaml", b"3"), ("a", b"4"), ("a", b"5"))
    assert checks.given == {"a.yaml": b"1", "a (2).yaml": b"2", "a (3).yaml": b"3", "a": b"4", "a (2)": b"5"}


def test_a_hostile_name_is_shown_as_text(client: FlaskClient, checks: Checks) -> None:
    text = send(client, ("'><script>alert(1)<x>.yaml", b"x: 1")).text
    assert checks.given
    assert "<script" not in text


@pytest.mark.parametrize("fields", [{}, {"text": " \n"}, {"format": "json"}])
def test_nothing_sent_is_said(client: FlaskClient, checks: Checks, fields: dict[str, str]) -> None:
    answer = send(client, **fields)
    assert answer.status_code == 400
    assert "没有可检查的内容。" in answer.text
    assert not checks.given


@pytest.mark.usefixtures("checks")
def test_a_format_that_is_not_offered_is_refused(client: FlaskClient) -> None:
    answer = client.post("/validate?lang=en", data={"text": "x: 1", "format": "<pdf>"})
    assert answer.status_code == 400
    assert "<pdf>" in answer.text
    assert answer.mimetype == "text/plain"


def test_too_many_files_are_refused(client: FlaskClient, checks: Checks) -> None:
    answer = send(client, *((f"{number}.yaml", b"x: 1") for number in range(51)), path="/validate?lang=en")
    assert answer.status_code == 400
    assert "These are 51 files" in answer.text
    assert not checks.given


def test_more_than_a_page_but_less_than_the_limit_is_read_in_memory(
    client: FlaskClient, checks: Checks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("nothing may be written to the disk")

    for name in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refused)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refused)
    content = b"x" * 5_000_000
    assert send(client, ("large.yaml", content)).status_code == 200
    assert checks.given == {"large.yaml": content}


@pytest.mark.parametrize("form", ["page", "json"])
def test_more_than_the_limit_is_refused_unread(client: FlaskClient, checks: Checks, form: str) -> None:
    answer = send(client, ("large.yaml", b"x" * 10_000_001), format=form)
    assert answer.status_code == 413
    assert "上传的内容超过 10 MB" in answer.text
    assert not checks.given


def test_elsewhere_the_limit_stays_as_it_was(client: FlaskClient) -> None:
    assert client.post("/sparql", data={"query": "x" * 2_000_000}).status_code == 413


@pytest.mark.parametrize("body", [b"", b"--x\r\n", b"\xff\xfe\x00"])
def test_a_broken_form_is_an_empty_one(client: FlaskClient, checks: Checks, body: bytes) -> None:
    answer = client.post("/validate", data=body, content_type="multipart/form-data; boundary=y", headers=HTML)
    assert answer.status_code == 400
    assert not checks.given


RECORD = """
type: Experiment
identifier: ISGX-2025-0001
title: 某实验
trialStart: 2025-13-01
"""


def limited(monkeypatch: pytest.MonkeyPatch, **limits: Any) -> None:
    """Give checks these limits."""
    monkeypatch.setattr(checks_.Job, "__init__", functools.partialmethod(checks_.Job.__init__, limits=checks_.CheckLimits(**limits)))


def test_a_record_is_checked(client: FlaskClient) -> None:
    answer = send(client, ("wuhan.yaml", RECORD.encode()), format="json")
    report = json.loads(answer.data)
    (found,) = [entry for entry in report["findings"] if entry["value"] == "2025-13-01"]
    assert (found["place"]["file"], found["place"]["line"]) == ("wuhan.yaml", 5)


def test_a_file_that_is_no_record_is_a_finding(client: FlaskClient) -> None:
    report = json.loads(send(client, ("x.xlsx", b"PK\x03\x04 no workbook"), format="json").data)
    assert [entry["place"]["file"] for entry in report["findings"]] == ["x.xlsx"]


@pytest.mark.parametrize(
    ("limits", "status", "sentence"),
    [
        ({"seconds": 0.01}, 504, "The check took more than 0.01 s"),
        ({"findings": 1}, 413, "The report has more than 1 findings"),
        ({"memory_bytes": 300_000_000}, 500, "The check could not be finished"),
    ],
)
def test_a_check_is_stopped_at_its_limits(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, limits: dict[str, Any], status: int, sentence: str
) -> None:
    limited(monkeypatch, **limits)
    answer = send(client, text=RECORD, path="/validate?lang=en")
    assert answer.status_code == status
    assert sentence in answer.text
    assert "trialStart: 2025-13-01" in answer.text  # the text is still in the form


def test_a_check_waits_for_a_place_and_then_says_so(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks_, "_PLACES", threading.BoundedSemaphore(1))
    limited(monkeypatch, patience=0.01)
    with checks_._place(checks_.CheckLimits(), checks_.Task.RECORDS):
        answer = send(client, ("a.yaml", b"x: 1"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")


def test_the_place_is_free_again_after_a_failure(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks_, "_PLACES", threading.BoundedSemaphore(1))
    limited(monkeypatch, seconds=0.01)
    assert [send(client, ("a.yaml", b"x: 1")).status_code for _ in range(3)] == [504] * 3


def test_a_failure_of_the_program_is_told_without_what_was_sent(
    app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr(checking, "run", fail)
    found: State = app.extensions["isgkg"]
    job = checks_.Job(nquads=found.nquads, release="1", sent=((SECRET, SECRET.encode()),), lang="zh")
    out = io.BytesIO()
    assert checker.answer(job, out) is checks_.Exit.FAILED
    assert out.getvalue() == b""
    told = capsys.readouterr().err
    assert told.startswith("ValueError ")
    assert SECRET not in told + repr(job)


def test_the_context_is_served_under_its_iri(client: FlaskClient) -> None:
    answer = client.get("/context/record.jsonld")
    assert answer.mimetype == "application/ld+json"
    assert "@context" in json.loads(answer.data)
    assert client.get("/context/record.jsonld", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("record", ["experiment", "standard"])
@pytest.mark.parametrize("form", ["xlsx", "yaml", "json"])
def test_a_template_can_be_downloaded(client: FlaskClient, record: str, form: str) -> None:
    answer = client.get(f"/template/{record}.{form}?lang=en")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{record}.{form}"'
    assert answer.data


@pytest.mark.parametrize("name", ["experiment.pdf", "nothing.xlsx"])
def test_there_is_no_other_template(client: FlaskClient, name: str) -> None:
    assert client.get(f"/template/{name}").status_code == 404


def test_a_report_that_would_fill_a_page_beyond_reason_is_refused(client: FlaskClient) -> None:
    sent = ("a.json", b'{"type": "Experiment", "id": ' + b"1" * 1_000_000 + b"}")
    answer = send(client, sent)
    assert (answer.status_code, len(answer.data) < 100_000) == (413, True)


@pytest.mark.parametrize("written", [pickle.dumps(os.system), b"cos\nsystem\n(S'true'\ntR.", b"", b"x", pickle.dumps(checks_.Job)])
def test_nothing_that_the_process_of_a_check_writes_is_executed(written: bytes) -> None:
    with pytest.raises(EngineFailure):
        checks_.read(written)
