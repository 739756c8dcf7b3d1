"""The command line: output, exit codes 0, 1, 2, and one sentence for whatever goes wrong."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from isgkg import cli, names
from isgkg.release.locate import ENVIRONMENT
from isgkg.release.output import Release


@pytest.fixture(autouse=True)
def _release(release_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(release_folder))
    monkeypatch.delenv("ISGKG_LANG", raising=False)


@pytest.mark.parametrize(
    ("form", "part"),
    [
        ("table", "(rows: 3)"),
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
        (["query", "--file", "/nonexistent.rq"], "“/nonexistent.rq”: it is not there"),
        (["query", "--file", "/"], "“/”: it is a folder"),
        (["query", "--file", "q.rq", "ASK {}"], "given twice"),
        (["query", "ASK {\udcff}"], "not UTF-8"),
        (["nonsense"], "no command"),
        (["show", "S301", "S302"], "“S302” is more than the command takes"),
        (["show", "--nonsense", "S301"], "no option --nonsense"),
        (["show", "\udcff"], "nothing is near it"),
        (["show", "智慧医疗"], "C202 smart healthcare"),
        (["show", "没有这样的词"], "a shorter part of a label"),
        (["serve", "--port", "many"], "--port cannot be “many”: it takes a whole number from 0 to 65535"),
        (["serve", "--port=99999"], "--port cannot be “99999”: it takes a whole number from 0 to 65535"),
        (["serve", "--processes", "0"], "--processes cannot be “0”: it takes a whole number from 1 to 64"),
        (["serve", "--host", "192.0.2.1"], "“192.0.2.1” is no address of this machine"),
        (["serve", "--host", "x..y"], "“x..y” is no address of this machine"),
        (["build", "--no-reason=1"], "--no-reason lacks its value, or was given one"),
        (["lint", "--format", "x"], "--format cannot be “x”: it takes one of text, json"),
        (["build", "--out", __file__], "it takes a folder"),
        (["build", "--out", ""], "the folder “”: it has no name"),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_exit_code_2(capsys: pytest.CaptureFixture[str], arguments: list[str], part: str) -> None:
    assert cli.run([*arguments, "--lang", "en"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert part in captured.err
    assert "Traceback" not in captured.err


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["serve", "--port", "99999"], "--port 不能取“99999”，应为 0 至 65535 的整数"),
        (["lint", "--format", "x"], "--format 不能取“x”，应为下列之一：text, json"),
        (["build", "--out", __file__], "应为文件夹"),
        (["query", "--file", "/nonexistent.rq"], "“/nonexistent.rq”读取查询：不存在"),
        (["show", "智慧医疗"], "C202 智慧医疗、T0201 智慧医疗"),
        (["show", "S301", "S302"], "“S302”是多余的参数"),
    ],
)
def test_what_goes_wrong_is_said_in_chinese(capsys: pytest.CaptureFixture[str], arguments: list[str], part: str) -> None:
    assert cli.run([*arguments, "--lang", "zh"]) == 2
    assert part in capsys.readouterr().err


def test_a_language_that_there_is_not_is_refused_in_the_usual_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISGKG_LANG", "en")
    assert cli.run(["show", "S301", "--lang", "fr"]) == 2
    assert "--lang cannot be “fr”: it takes one of zh, en. See isgkg show --help." in capsys.readouterr().err


def test_a_query_file_that_is_not_utf8_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_bytes("ASK { ?s ?p '乱码' }".encode("gb18030"))
    assert cli.run(["query", "--lang", "en", "-f", str(path)]) == 2
    assert f"“{path}”: it is not UTF-8" in capsys.readouterr().err


@pytest.mark.parametrize("out", ["/proc/x", "/dev/null/x"])
def test_a_folder_that_takes_no_release_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, release: Release, out: str
) -> None:
    monkeypatch.setattr("isgkg.release.build.build", lambda *_: release)
    for lang, part in (("en", f"Nothing can be written to the folder “{out}”"), ("zh", f"无法写入文件夹“{out}”")):
        assert cli.run(["build", "--out", out, "--lang", lang]) == 2
        err = capsys.readouterr().err
        assert part in err
        assert "ISGKG_RELEASE" in err
        assert len(err.splitlines()) == 1


@pytest.mark.parametrize("out", ["/proc/x", "/dev/null/x"])
def test_a_folder_that_takes_no_store_is_one_sentence_about_stores(capsys: pytest.CaptureFixture[str], out: str) -> None:
    assert cli.run(["store", out, "--lang", "en"]) == 2
    err = capsys.readouterr().err
    assert f"The store cannot be written to “{out}”" in err
    assert "isgkg build" not in err


@pytest.mark.parametrize("place", ["memory", "http://127.0.0.1:8890/sparql", "ftp://x/", ""])
def test_a_store_is_written_only_where_store_can_open_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.run(["store", place, "--lang", "en"]) == 2
    assert f"“{place}” is not a folder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_empty_query_is_said_to_be_empty(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text("\n \n", encoding="utf-8")
    for arguments in (["query", ""], ["query", "-f", str(tmp_path / "q.rq")], ["query", "-f", "/dev/null"]):
        assert cli.run([*arguments, "--lang", "en"]) == 2
        assert "The query is empty" in capsys.readouterr().err


def test_a_parameter_of_a_question_is_given_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["query", "--question", "CQ17", "--param", "level=L3", "--param", "level=L1", "--lang", "en"]) == 2
    assert "The parameter level is given more than once" in capsys.readouterr().err


def test_records_that_are_checked_by_shapes_alone_need_no_store(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    arguments = ["validate", str(root / "data/experiments"), "--bare", "--format", "json", "--lang", "en"]
    results = [
        (cli.run([*arguments, "--store", place]), capsys.readouterr().out) for place in ("memory", "http://127.0.0.1:1/sparql", "nowhere")
    ]
    assert results[0] == results[1] == results[2]


def test_a_cache_that_takes_no_release_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, release: Release, tmp_path: Path
) -> None:
    monkeypatch.delenv(ENVIRONMENT)
    monkeypatch.setattr("isgkg.release.build.build", lambda *_: release)
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert cli.run(["show", "S301", "--lang", "en"]) == 2
    assert f"Nothing can be written to the folder “{tmp_path}/file/isgkg/" in capsys.readouterr().err


def test_a_user_without_a_home_is_told_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError

    for name in (ENVIRONMENT, "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pathlib.Path.home", nowhere)
    assert cli.run(["show", "S301", "--lang", "en"]) == 2
    assert "there is no home folder" in capsys.readouterr().err


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


def test_show_takes_full_width_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["show", "ｓ３０１"]) == 0
    assert capsys.readouterr().out.startswith("S301  ")


def test_show_has_the_whole_clause_and_links_that_read_one_way(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["show", "X104", "--lang", "zh"]) == 0
    out = capsys.readouterr().out
    assert "充分考虑弱势群体的公平性" in out.split("指引原文")[1].split("\n\n")[0]
    assert "  X10401 方案要明确伦理风险预警机制 → 是…的要求 → 本项 [结构]\n" in out
    assert "←" not in out


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
    assert report["release"] == "1.0.0"
    assert not [finding for finding in report["findings"] if names.BASE in finding["message"]]
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


@pytest.mark.parametrize(
    ("redirection", "code", "said"),
    [("> /dev/full", 2, "The output could not be written: the disk is full."), (">&-", 0, ""), ("2>&-", 0, ""), ("| head -c 1", 0, "")],
)
def test_output_that_cannot_be_written_is_one_sentence(redirection: str, code: int, said: str) -> None:
    """As a shell starts it: the streams are those of a process."""
    command = f"'{sys.executable}' -m isgkg query --lang en 'SELECT * {{ ?s ?p ?o }} LIMIT 5000' {redirection}"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stderr.strip()) == (
        code,
        f"{said} Check the space on the disk, or where it goes to, and try again." if said else "",
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_conversion_that_a_fault_stops_tells_which_fault(capsys: pytest.CaptureFixture[str], tmp_path: Path, lang: str) -> None:
    (tmp_path / "a.yaml").write_text("type: Experiment\nidentifier: ISGX-2025-0007\nnonsense: 1\n", encoding="utf-8")
    assert cli.run(["convert", str(tmp_path / "a.yaml"), "--lang", lang, "-o", str(tmp_path / "a.ttl")]) == 2
    assert "a.yaml:3:1" in capsys.readouterr().err
    assert not (tmp_path / "a.ttl").exists()


def test_a_summary_has_one_format(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["validate", "data/experiments", "--summary", "--format", "json", "--lang", "en"]) == 2
    assert "--format json" in capsys.readouterr().err


def test_files_that_exist_are_replaced_only_when_asked_for(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "experiment.yaml"
    path.write_text("mine", encoding="utf-8")
    assert cli.run(["template", "experiment", "-o", str(path)]) == 2
    assert path.read_text(encoding="utf-8") == "mine"
    assert cli.run(["template", "experiment", "-o", str(path), "--force"]) == 0
    assert "Experiment" in path.read_text(encoding="utf-8")
    capsys.readouterr()


def test_stopping_it_while_it_starts_is_no_error() -> None:
    code = "import builtins, os, signal, sys\nreal = builtins.__import__\ndef fake(name, *rest):\n"
    code += "    if name == 'click': os.kill(os.getpid(), signal.SIGINT)\n    return real(name, *rest)\n"
    code += "builtins.__import__ = fake\nfrom isgkg.__main__ import main\nmain()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
