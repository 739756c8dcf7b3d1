"""The documentation says what the commands print."""

import json
import re
import shutil
import subprocess
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import nbformat
import pytest
from nbclient import NotebookClient

from isgkg.release.locate import ENVIRONMENT

from . import documents


@pytest.fixture(scope="module")
def address(release_folder: Path) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ENVIRONMENT, str(release_folder))
        with documents.service() as address:
            yield address


@pytest.mark.parametrize("document", documents.DOCUMENTS)
def test_every_console_block_is_what_its_commands_print(document: str, address: str) -> None:
    blocks = documents.blocks(document)
    assert blocks
    for block in blocks:
        assert block == documents.rendered(block, address)


def test_the_rules_for_records_are_those_of_the_table() -> None:
    assert (documents.ROOT / documents.RULES).read_text(encoding="utf-8") == documents.record_rules()


@pytest.mark.parametrize("document", ["README.md", "README.zh.md"])
def test_the_python_example_runs(
    document: str, release_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(release_folder))
    exec(code_of(document, "python"), {})
    assert capsys.readouterr().out.split() == ["C101", "C102", "C103", "C301", "C304"]


@pytest.mark.parametrize("document", ["docs/research.md", "docs/research.zh.md"])
def test_the_python_of_the_page_for_researchers_runs(
    document: str, release_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(release_folder))
    exec(code_of(document, "python"), {})
    assert "I101" in capsys.readouterr().out.split()


@pytest.mark.parametrize("document", ["README.md", "README.zh.md", "docs/research.md", "docs/research.zh.md"])
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed: the example in R was not run")
def test_the_example_in_r_runs(document: str, address: str) -> None:
    script = code_of(document, "r").replace(documents.SHOWN, address)
    done = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["basis", "links"]
    assert len(lines) == 5


def test_the_notebook_runs_and_says_what_it_shows(release_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each cell's text, though not its plots, which differ by a pixel between machines."""
    monkeypatch.setenv(ENVIRONMENT, str(release_folder))
    path = documents.ROOT / "docs/research.ipynb"
    shown, found = nbformat.read(path, as_version=4), nbformat.read(path, as_version=4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Jupyter's own
        NotebookClient(found, timeout=120, kernel_name="python3").execute()
    for before, after in zip(shown.cells, found.cells, strict=True):
        if before.cell_type == "code":
            assert printed(after) == printed(before)
            assert ("image/png" in str(after.outputs)) == ("image/png" in str(before.outputs))


def printed(cell: nbformat.NotebookNode) -> list[str]:
    return [output["text"] for output in cell.outputs if output.output_type == "stream"]


def test_the_pages_on_stores_give_the_same_commands_in_both_languages() -> None:
    pages = [(documents.ROOT / name).read_text(encoding="utf-8") for name in ("docs/stores.md", "docs/stores.zh.md")]
    commands, others = (re.findall(r"```sh\n(.*?)```", page, re.DOTALL) for page in pages)
    assert commands == others
    assert any("ResultSetMaxRows" in block for block in commands)


def test_the_pages_on_sparql_name_the_same_parameters_headers_and_errors_in_both_languages() -> None:
    english, chinese = ((documents.ROOT / name).read_text(encoding="utf-8") for name in ("docs/sparql.md", "docs/sparql.zh.md"))
    until_the_figures = english[: english.index("```sh")]
    named, others = (set(re.findall(r"`([^`\n]+)`", page)) for page in (until_the_figures, chinese))
    assert named == others


@pytest.mark.parametrize(("document", "lang"), [("docs/sparql.md", "en"), ("docs/sparql.zh.md", "zh")])
def test_the_error_that_is_shown_is_what_the_service_says(document: str, lang: str, address: str) -> None:
    query = quote("SELECT ?s\nWHERE { ?s ?p }")
    request = urllib.request.Request(f"{address}/sparql?lang={lang}&query={query}", headers={"Accept": "application/json"})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    with caught.value as answer:
        assert json.load(answer) == json.loads(code_of(document, "json"))


def code_of(document: str, language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", (documents.ROOT / document).read_text(encoding="utf-8"), re.DOTALL)
    return found


@pytest.mark.parametrize(
    "document", ["README.md", "README.zh.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in (documents.ROOT / "docs").glob("*.md"))]
)
def test_every_link_to_a_file_leads_to_one(document: str) -> None:
    path = documents.ROOT / document
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target
