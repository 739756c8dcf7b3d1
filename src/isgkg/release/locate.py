"""Where the commands find a release.

Flows in: the environment, the user's cache. Flows out: the folder of a verified release, built first where there is none.
"""

import hashlib
import importlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from isgkg import files, messages
from isgkg.errors import ReleaseError
from isgkg.release.output import digest, source_hash, verify

ENVIRONMENT = "ISGKG_RELEASE"


def locate(on_build: Callable[[], object] = lambda: None) -> Path:
    """The folder of the release to use: $ISGKG_RELEASE, else the user's cache, built once for each state of the sources.

    `on_build` is called before a build, so that a person who waits is told why. Raises ReleaseError for a damaged $ISGKG_RELEASE, and
    for a cache that cannot be written.
    """
    named = os.environ.get(ENVIRONMENT)
    if named:
        verify(Path(named))
        return Path(named)
    root = files.root()
    try:
        cache = files.cache()
    except RuntimeError as error:  # pathlib knows no home for this user
        raise ReleaseError("release.unwritable", file="~/.cache", reason=messages.both("cause.no-home")) from error
    folder = cache / _cache_key(root)
    try:
        verify(folder)
    except ReleaseError:
        on_build()
        # Building needs the reasoner and the shapes engine; finding a release must not wait for their import.
        importlib.import_module("isgkg.release.build").build(root).write(folder)
    return folder


def _cache_key(root: Path) -> str:
    """The state of the sources and of the code that turns them into a release."""
    return hashlib.sha256(f"{source_hash(root)}{digest(_code())}".encode()).hexdigest()[:24]


def _code() -> Iterator[tuple[str, Path]]:
    package = Path(__file__).resolve().parent
    return ((path.name, path) for path in package.glob("*.py"))
