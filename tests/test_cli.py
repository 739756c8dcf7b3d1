"""The command line: output, exit codes 0, 1, 2, and one sentence for whatever goes wrong."""

import io
import json
import sys
from pathlib import Path

import pytest

from isgkg import cli
from isgkg.release.locate import ENVIRONMENT


@pytest.fixture(autouse=True)
def _release(release_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(release_folder))
    monkeypatch.delenv("ISGKG_LANG", raising=False)


@pytest.mark.parametrize(
    ("form", "part"),
    [
        ("table", "(3 rows)"),
        ("csv", "code\r\n"),
        ("tsv", "?code\n"),
        ("json", '"bindings"'),
        ("xml", "<sparql"),
    ],
)
def test_tables(capsys: pytest.CaptureFixture[str], form: str, part: str) -> None:
    query = "SELECT ?code { ?l a isg:Level ; skos:notation ?code } ORDER BY ?code"
    assert cli.run(["query", "--lang", "en", "--format", form, query]) == 0
    out = capsys.readouterr().out
    assert part in out
    assert "L2" in out


@pytest.mark.parametrize(
    ("form", "part"), [("turtle", "isg:Level"), ("n-triples", "ont#Level>"), ("rdf-xml", "<rdf:RDF"), ("json-ld", '"@id"')]
)
def test_graphs(capsys: pytest.CaptureFixture[str], form: str, part: str) -> None:
    assert cli.run(["query", "--format", form, "CONSTRUCT { ?l a isg:Level } WHERE { ?l a isg:Level }"]) == 0
    assert part in capsys.readouterr().out


def test_a_query_from_a_file_and_from_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "q.rq"
    path.write_text("ASK { c:S301 isg:textLabel ?label }", encoding="utf-8")
    assert cli.run(["query", "--lang", "en", "--file", str(path)]) == 0
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(path.read_bytes()), encoding="utf-8"))
    assert cli.run(["query", "--lang", "en", "-"]) == 0
    assert capsys.readouterr().out == "yes\nyes\n"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["show", "Z99"], "Z99"),
        (["show", "H06"], "H05"),
        (["show"], "CODE is missing"),
        (["query", "SELECT * {"], "line 1, column 11"),
        (["query", "CLEAR ALL"], "read-only"),
        (["query", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"], "SERVICE is refused"),
        (["query", "--format", "turtle", "ASK {}"], "Choose one of"),
        (["query", "--file", "/nonexistent.rq"], "cannot be used"),
        (["nonsense"], "no command"),
        (["show", "--nonsense", "S301"], "no option --nonsense"),
        (["serve", "--port", "many"], "port"),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_exit_code_2(capsys: pytest.CaptureFixture[str], arguments: list[str], part: str) -> None:
    assert cli.run([*arguments, "--lang", "en"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert part in captured.err
    assert "Traceback" not in captured.err


def test_a_damaged_release_is_one_sentence(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path))
    assert cli.run(["show", "S301", "--lang", "zh"]) == 2
    assert str(tmp_path) in capsys.readouterr().err


@pytest.mark.parametrize(("lang", "part"), [("zh", "指引原文"), ("en", "Guideline")])
def test_show_in_both_languages(capsys: pytest.CaptureFixture[str], lang: str, part: str) -> None:
    assert cli.run(["show", "s301", "--lang", lang]) == 0
    out = capsys.readouterr().out
    assert part in out
    assert "【1. 基层应用标准。】" in out


@pytest.mark.parametrize("command", [[], ["build"], ["lint"], ["query"], ["show"], ["serve"]])
def test_help_in_chinese_has_no_english_headings(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    assert cli.run([*command, "--help", "--lang", "zh"]) == 0
    out = capsys.readouterr().out
    assert "用法" in out
    assert "Usage" not in out
    assert "Options:" not in out


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"ISGKG_LANG": "en"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "zh"),
        ({"LC_ALL": "C.UTF-8"}, "zh"),
    ],
)
def test_the_language_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str) -> None:
    for name in ("ISGKG_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert cli._language([]) == expected


def test_lint_finds_nothing_grave_and_reports_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["lint", "--lang", "en"]) == 0
    capsys.readouterr()
    assert cli.run(["lint", "--severity", "info", "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["summary"]["info"] == len(report["findings"]) > 0
    finding = report["findings"][0]
    assert set(finding) == {"rule", "severity", "message", "place", "excerpt", "value", "authority", "fix"}
    assert finding["place"]["file"] == "data/guideline/items.tsv"


def test_build_writes_a_release_and_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert cli.run(["build", "--out", str(tmp_path), "--lang", "en"]) == 0
    assert "HermiT: consistent" in capsys.readouterr().out
    assert {path.name for path in tmp_path.iterdir()} == {"isgkg.nq", "manifest.json"}


def test_a_failed_build_names_every_fault_and_exits_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("isgkg.files.root", lambda: tmp_path)
    assert cli.run(["build", "--out", str(tmp_path / "out"), "--lang", "en"]) == 2
    assert "data/guideline/text.txt:1" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
