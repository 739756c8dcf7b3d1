"""The documentation says what the commands print."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

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
    (example,) = re.findall(r"```python\n(.*?)```", (documents.ROOT / document).read_text(encoding="utf-8"), re.DOTALL)
    exec(example, {})
    assert capsys.readouterr().out.split() == ["C101", "C102", "C103", "C301", "C304"]


@pytest.mark.parametrize(
    "document", ["README.md", "README.zh.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in (documents.ROOT / "docs").glob("*.md"))]
)
def test_every_link_to_a_file_leads_to_one(document: str) -> None:
    path = documents.ROOT / document
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target
