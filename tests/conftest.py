"""What the tests share: the release, built once a session from the checkout, and its store."""

from pathlib import Path

import pytest

from isgkg import files
from isgkg.records.base import Base
from isgkg.release.build import build
from isgkg.release.output import NQUADS, Release, read_manifest
from isgkg.store import EmbeddedStore


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder that holds ontology/, shapes/ and data/."""
    return files.root()


@pytest.fixture(scope="session")
def release(root: Path) -> Release:
    return build(root)


@pytest.fixture(scope="session")
def release_folder(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    release.write(folder)
    return folder


@pytest.fixture(scope="session")
def release_store(release_folder: Path) -> EmbeddedStore:
    return EmbeddedStore.load(release_folder / NQUADS)


@pytest.fixture(scope="session")
def base(release_folder: Path) -> Base:
    """What records are checked against."""
    return Base.of(release_folder / NQUADS, read_manifest(release_folder).version)
