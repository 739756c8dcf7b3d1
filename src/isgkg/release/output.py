"""A release on disk: one canonical N-Quads file and its manifest.

Flows in: canonical quads. Flows out: isgkg.nq and manifest.json, byte-identical for identical sources.
"""

import hashlib
import json
import shlex
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, serialize

from isgkg import messages, names
from isgkg.errors import ReleaseError, SourceError, refusal

NQUADS = "isgkg.nq"
MANIFEST = "manifest.json"
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
        """Write both files; an earlier release stays whole until both are complete. Raises ReleaseError where the folder takes none."""
        try:
            out.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=out, prefix=".build-") as folder:
                for name, content in ((NQUADS, self.nquads), (MANIFEST, self.manifest.json().encode())):
                    (Path(folder) / name).write_bytes(content)
                for name in (NQUADS, MANIFEST):
                    (Path(folder) / name).replace(out / name)
        except OSError as error:
            reason = messages.both("cause.unmakable") if isinstance(error, FileNotFoundError) else refusal(error)
            raise ReleaseError("release.unwritable", file=out, reason=reason) from error


def source_hash(root: Path) -> str:
    """SHA-256 over the names and contents of all files of ontology/, shapes/ and data/."""
    return digest((path.relative_to(root).as_posix(), path) for folder in _FOLDERS for path in (root / folder).rglob("*"))


def digest(named: Iterable[tuple[str, Path]]) -> str:
    """SHA-256 over names and contents of files; what is no file is passed over. Raises SourceError for a file that cannot be read."""
    digest = hashlib.sha256()
    for name, path in sorted(named):
        if path.is_file():
            try:
                content = path.read_bytes()
            except OSError as error:
                raise SourceError("source.missing", file=name, line=1, reason=refusal(error), rule="source") from error
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a release. Raises ReleaseError where it is missing or no manifest."""
    try:
        return Manifest(**json.loads(_content(folder, MANIFEST)))
    except (ValueError, TypeError) as error:
        raise _damaged(folder) from error


def verify(folder: Path) -> Manifest:
    """The manifest of a release whose content is the one that it names. Raises ReleaseError where it is missing, short or altered."""
    manifest = read_manifest(folder)
    if hashlib.sha256(_content(folder, NQUADS)).hexdigest() != manifest.sha256:
        raise _damaged(folder)
    return manifest


def _content(folder: Path, name: str) -> bytes:
    out = shlex.quote(str(folder))
    try:
        return (folder / name).read_bytes()
    except NotADirectoryError as error:
        raise ReleaseError("release.no-folder", file=folder) from error
    except FileNotFoundError as error:
        raise ReleaseError("release.missing", file=folder, out=out) from error
    except OSError as error:
        raise ReleaseError("release.unreadable", file=folder / name, out=out, reason=refusal(error)) from error


def _damaged(folder: Path) -> ReleaseError:
    return ReleaseError("release.damaged", file=folder, out=shlex.quote(str(folder)))
