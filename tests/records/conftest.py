"""What records are checked against, made once for all tests."""

from pathlib import Path

import pytest

from isgkg.records.base import Base
from isgkg.release.output import NQUADS, read_manifest


@pytest.fixture(scope="session")
def base(release_folder: Path) -> Base:
    return Base.of(release_folder / NQUADS, read_manifest(release_folder).version)
