"""isgkg check as a process sees it: exit codes, files that cannot be read, copies, languages."""

import io
from pathlib import Path

import docx
import pytest

from isgkg import cli, files
from isgkg.release.locate import ENVIRONMENT


@pytest.fixture(autouse=True)
def released(release_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(release_folder))


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "草案.docx"
    document = docx.Document()
    document.add_paragraph("设置对照组，单位必须登记。")
    document.save(str(path))
    return path


def run(*args: str | Path, lang: str = "zh") -> int:
    return cli.run([*map(str, args), "--lang", lang])


def test_findings_end_with_1_and_a_clean_draft_with_0(draft: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", draft) == 1
    assert "错误 T28" in capsys.readouterr().out
    assert run("check", draft, "--severity", "violation", lang="en") == 1
    assert "violation T28" in capsys.readouterr().out
    clean = tmp_path / "clean.txt"
    clean.write_text("设置控制组。\n", encoding="utf-8")
    assert run("check", clean, "--fail-on", "info") == 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_cannot_be_read_ends_with_2_and_stops_no_other(
    draft: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    bad = {"a.doc": b"\xd0\xcf", "b.docx": draft.read_bytes()[:900], "c.pdf": b"%PDF-1.4", "d.txt": b"\0", "e.xml": b"<a/>", "f.txt": b""}
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
    assert run("check", tmp_path, "--format", "csv", lang=lang) == 2
    out = capsys.readouterr().out
    for name in (*bad, "草案.docx"):
        assert name in out
    assert "Traceback" not in out


def test_copies_are_written_once_and_changes_are_told(draft: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    annotated, fixed = tmp_path / "批注.docx", tmp_path / "修订.docx"
    assert run("check", draft, "--annotate", annotated, "--fix", fixed) == 1
    told = capsys.readouterr().err
    assert "“对照组” → “控制组”（T28）" in told
    assert len(list(docx.Document(io.BytesIO(annotated.read_bytes())).comments)) == 2
    assert run("check", fixed, "--fail-on", "info") == 0
    assert run("check", fixed, "--original") == 1
    assert run("check", draft, "--annotate", annotated) == 2
    assert "--force" in capsys.readouterr().err
    assert run("check", draft, tmp_path / "批注.docx", "--fix", tmp_path / "x.docx") == 2


def test_settings_and_terms_of_ones_own(draft: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "isgkg.toml").write_text('[[suppress]]\nrule = "T28"\ntext = "对照组"\nreason = "引文"\n', encoding="utf-8")
    assert run("check", draft) == 0
    assert "引文" in capsys.readouterr().out
    terms = tmp_path / "terms.csv"
    terms.write_text("编号,首选术语,拒用术语\nt1,主管部门,单位\n", encoding="utf-8")
    assert run("check", draft, "--terms", terms) == 1
    assert "“单位”是拒用的说法" in capsys.readouterr().out
    broken = tmp_path / "broken.tbx"
    broken.write_text("<tbx>", encoding="utf-8")
    assert run("check", draft, "--terms", broken) == 2
    assert "broken.tbx" in capsys.readouterr().err


@pytest.mark.parametrize(("option", "words"), [("--stats", "控制组"), ("--summary", "T28")])
def test_other_views(option: str, words: str, draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("check", draft, option)
    assert words in capsys.readouterr().out
    assert run("check", draft, option, "--format", "json") == 2


def test_the_guideline_itself_has_only_the_findings_that_the_documentation_explains(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", files.root() / "data" / "guideline" / "text.txt", "--format", "csv") == 0
    rules = [line.split(",")[8] for line in capsys.readouterr().out.splitlines() if ",警告," in line]
    assert sorted(rules) == ["T29"] * 5 + ["T35"] * 6
