"""isgkg terms: list, search, export, lint; exit codes 0, 1, 2."""

import json
from pathlib import Path

import pytest

from isgkg import cli
from isgkg.release.locate import ENVIRONMENT
from isgkg.terms import files, table
from isgkg.terms.model import TermBase

OWN = "编号,首选术语,英文,定义,来源\nX9,测试术语,test term,仅供测试的词语,编者\n"
BROKEN = """<tbx type="TBX-Basic" style="dca" xml:lang="zh">
<tbxHeader><fileDesc><sourceDesc/></fileDesc></tbxHeader>
<text><body/></text></tbx>"""


@pytest.fixture(autouse=True)
def _release(release_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(release_folder))
    monkeypatch.delenv("ISGKG_LANG", raising=False)


@pytest.fixture
def own(tmp_path: Path) -> str:
    path = tmp_path / "own.csv"
    path.write_text(OWN, encoding="utf-8")
    return str(path)


def test_list(capsys: pytest.CaptureFixture[str], own: str) -> None:
    assert cli.run(["terms", "list", "--kind", "SubCategory", "--lang", "en"]) == 0
    shown = capsys.readouterr()
    assert len(shown.out.splitlines()) == 25
    assert shown.err == "Concepts: 25.\n"
    assert cli.run(["terms", "list", "--terms", own]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split() == ["X9", "测试术语", "test", "term"]


@pytest.mark.parametrize("command", [["list"], ["search", "cssy"], ["lint"]])
def test_columns_that_are_not_read_are_named(capsys: pytest.CaptureFixture[str], tmp_path: Path, command: list[str]) -> None:
    path = tmp_path / "own.csv"
    path.write_text("首选术语,英文,负责人,定义,来源\n测试术语,test term,甲,仅供测试的词语,编者\n", encoding="utf-8")
    assert cli.run(["terms", *command, "--terms", str(path), "--lang", "en"]) == 0
    told = capsys.readouterr().err
    assert "not read: 负责人." in told
    assert "首选术语" in told


def test_the_documents_name_the_headings_of_tables(root: Path) -> None:
    for lang, document in (("zh", "check-a-draft.zh.md"), ("en", "check-a-draft.md")):
        text = " ".join((root / "docs" / document).read_text(encoding="utf-8").split())
        (heads,) = table.write(TermBase(concepts=()), lang)  # type: ignore[arg-type]
        assert [head for head in heads if head not in text] == []


@pytest.mark.parametrize("query", ["znsh", "zhinengshehui", "zhineng shehui", "智能社會", "k03"])
def test_search(capsys: pytest.CaptureFixture[str], query: str) -> None:
    assert cli.run(["terms", "search", query]) == 0
    assert capsys.readouterr().out.startswith("K03")


def test_a_search_that_finds_nothing_exits_1(capsys: pytest.CaptureFixture[str], own: str) -> None:
    assert cli.run(["terms", "search", "没有这样的词"]) == 1
    assert capsys.readouterr().out == ""
    assert cli.run(["terms", "search", "cssy", "--terms", own]) == 0
    assert capsys.readouterr().out.startswith("X9")


@pytest.mark.parametrize(("form", "suffix"), [("skos", "ttl"), ("tbx", "tbx"), ("csv", "csv"), ("xlsx", "xlsx"), ("json", "json")])
def test_what_is_exported_can_be_read_again(capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str, suffix: str) -> None:
    out = tmp_path / "made" / f"a.{suffix}"
    command = ["terms", "export", "--as", form, "--codes", "K02，K01", "-o", str(out), "--lang", "en"]
    assert cli.run(command) == 0
    assert f"Wrote 2 concepts to {out}" in capsys.readouterr().out
    read = files.read(out)
    assert {concept.name for concept in read.concepts} == {"人工智能社会实验", "智能社会发展与治理的标准化"}
    assert cli.run(command) == 2
    assert "--force" in capsys.readouterr().err
    assert cli.run([*command, "--force"]) == 0
    assert cli.run(["terms", "lint", "--terms", str(out), "--lang", "zh"]) == 0


def test_a_chapter(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert cli.run(["terms", "export", "--as", "chapter", "--codes", "K01", "--number", "4"]) == 0
    assert "# 4 术语和定义\n" in capsys.readouterr().out
    out = tmp_path / "a.docx"
    assert cli.run(["terms", "export", "--as", "chapter", "--codes", "K01", "-o", str(out)]) == 0
    assert out.read_bytes().startswith(b"PK")


def test_lint_of_the_graph_and_of_files(capsys: pytest.CaptureFixture[str], own: str, tmp_path: Path) -> None:
    assert cli.run(["terms", "lint"]) == 0
    capsys.readouterr()
    assert cli.run(["terms", "lint", "--severity", "info", "--format", "json"]) == 1
    assert {finding["rule"][0] for finding in json.loads(capsys.readouterr().out)["findings"]} == {"T"}
    assert cli.run(["terms", "lint", "--terms", own]) == 0
    bad = tmp_path / "bad.csv"
    bad.write_text("编号,首选术语\n\nX1,坏词\n", encoding="utf-8")
    capsys.readouterr()
    assert cli.run(["terms", "lint", "--terms", own, "--terms", str(bad), "--lang", "en"]) == 1
    assert f"{bad}:3: violation T10" in capsys.readouterr().out


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("command", [["list"], ["search", "x"], ["export", "--as", "json"], ["lint"]])
def test_a_broken_file_is_a_sentence_with_its_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: list[str], lang: str
) -> None:
    path = tmp_path / "bad.tbx"
    path.write_text(BROKEN, encoding="utf-8")
    assert cli.run(["terms", *command, "--terms", str(path), "--lang", lang]) == 2
    err = capsys.readouterr().err
    assert f"{path}:3: " in err
    assert "conceptEntry" in err


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["export", "--as", "json", "--codes", "Z99"], "Z99"),
        (["list", "--kind", "Nonsense"], "SubCategory"),
        (["export", "--as", "xlsx"], "-o"),
        (["export", "--as", "pdf"], "skos, tbx, csv, xlsx, json, chapter"),
        (["export"], "--as"),
        (["list", "--terms", "/none.csv"], "/none.csv"),
    ],
)
def test_what_goes_wrong_is_one_sentence(capsys: pytest.CaptureFixture[str], arguments: list[str], part: str) -> None:
    assert cli.run(["terms", *arguments, "--lang", "en"]) == 2
    err = capsys.readouterr().err
    assert part in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("command", [[], ["list"], ["search"], ["export"], ["lint"]])
def test_help_in_chinese_has_no_english_headings(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    assert cli.run(["terms", *command, "--help", "--lang", "zh"]) == 0
    out = capsys.readouterr().out
    assert "用法" in out
    assert "Usage" not in out
    assert "Options:" not in out
