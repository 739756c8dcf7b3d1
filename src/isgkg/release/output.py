"""A release on disk: one canonical N-Quads file and its manifest; and where the commands find one.

Flows in: canonical quads. Flows out: isgkg.nq and manifest.json, byte-identical for identical sources; or a verified path to them.
"""

import hashlib
import importlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, serialize

from isgkg import files, names
from isgkg.errors import ReleaseError

NQUADS = "isgkg.nq"
MANIFEST = "manifest.json"
ENVIRONMENT = "ISGKG_RELEASE"
_FOLDERS = ("ontology", "shapes", "data")


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a release is: its version, its size, the SHA-256 of isgkg.nq, and of the source files that it was built from."""

    name: str
    version: str
    quads: int
    graphs: dict[str, int]
    sha256: str
    sources: str

    def json(self) -> str:
        """As the content of manifest.json."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"


@dataclass(frozen=True)
class Release:
    """A built release, not yet written."""

    nquads: bytes
    manifest: Manifest

    @classmethod
    def of(cls, quads: Iterable[Quad], *, version: str, source_hash: str) -> "Release":
        """Freeze canonical quads: sorted lines of canonical N-Quads."""
        lines = sorted((serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True))
        content = b"".join(lines)
        counts = Counter(line.rsplit(b"<", 1)[1].split(b">")[0].decode().removeprefix(names.GRAPH) for line in lines)
        manifest = Manifest(
            name="isgkg",
            version=version,
            quads=len(lines),
            graphs={name: counts[name] for name in names.GRAPHS},
            sha256=hashlib.sha256(content).hexdigest(),
            sources=source_hash,
        )
        return cls(content, manifest)

    def write(self, out: Path) -> None:
        """Write both files; an earlier release stays whole until both are complete."""
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix=".build-") as folder:
            for name, content in ((NQUADS, self.nquads), (MANIFEST, self.manifest.json().encode())):
                (Path(folder) / name).write_bytes(content)
            for name in (NQUADS, MANIFEST):
                (Path(folder) / name).replace(out / name)


def source_hash(root: Path) -> str:
    """SHA-256 over the names and contents of all files of ontology/, shapes/ and data/."""
    return _digest((path.relative_to(root).as_posix(), path) for folder in _FOLDERS for path in (root / folder).rglob("*"))


def _digest(named: Iterable[tuple[str, Path]]) -> str:
    digest = hashlib.sha256()
    for name, path in sorted(named):
        if path.is_file():
            content = path.read_bytes()
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a release. Raises ReleaseError where it is missing or no manifest."""
    try:
        return Manifest(**json.loads((folder / MANIFEST).read_bytes()))
    except OSError as error:
        raise ReleaseError("release.missing", file=folder) from error
    except (ValueError, TypeError) as error:
        raise ReleaseError("release.damaged", file=folder) from error


def verify(folder: Path) -> Manifest:
    """The manifest of a release whose content is the one that it names. Raises ReleaseError where it is missing, short or altered."""
    manifest = read_manifest(folder)
    try:
        content = (folder / NQUADS).read_bytes()
    except OSError as error:
        raise ReleaseError("release.missing", file=folder) from error
    if hashlib.sha256(content).hexdigest() != manifest.sha256:
        raise ReleaseError("release.damaged", file=folder)
    return manifest


def locate(on_build: Callable[[], object] = lambda: None) -> Path:
    """The folder of the release to use: $ISGKG_RELEASE, else the user's cache, built once for each state of the sources.

    `on_build` is called before a build, so that a person who waits is told why. Raises ReleaseError for a damaged $ISGKG_RELEASE.
    """
    named = os.environ.get(ENVIRONMENT)
    if named:
        verify(Path(named))
        return Path(named)
    root = files.root()
    folder = files.cache() / _cache_key(root)
    try:
        verify(folder)
    except ReleaseError:
        on_build()
        # Building needs the reasoner and the shapes engine; finding a release must not wait for their import.
        importlib.import_module("isgkg.release.build").build(root).write(folder)
    return folder


def _cache_key(root: Path) -> str:
    """The state of the sources and of the code that turns them into a release."""
    return hashlib.sha256(f"{source_hash(root)}{_digest(_code())}".encode()).hexdigest()[:24]


def _code() -> Iterator[tuple[str, Path]]:
    package = Path(__file__).resolve().parent
    return ((path.name, path) for path in package.glob("*.py"))
