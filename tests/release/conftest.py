"""A copy of the source folders that a test may damage."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

Edit = Callable[[str, str, str], None]


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    """ontology/, shapes/ and data/ in a folder of the test's own."""
    for folder in ("ontology", "shapes", "data"):
        shutil.copytree(root / folder, tmp_path / folder)
    return tmp_path


@pytest.fixture
def edit(copy: Path) -> Edit:
    """Replace the first occurrence of a text in a file of the copy, which must hold it."""

    def replace(file: str, old: str, new: str) -> None:
        path = copy / file
        content = path.read_text(encoding="utf-8")
        assert old in content
        path.write_text(content.replace(old, new, 1), encoding="utf-8")

    return replace
