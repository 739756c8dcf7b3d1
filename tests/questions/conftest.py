"""The question library of the checkout."""

from pathlib import Path

import pytest

from isgkg.questions import Question, load


@pytest.fixture(scope="session")
def library(root: Path) -> dict[str, Question]:
    return load(root)
