"""A store on disk, for more than memory should hold: written once, then only read.

Flows in: the N-Quads of a release. Flows out: a folder with the engine's files and store.json beside them, which holds what the store was
made of, its counts, and size and SHA-256 of each file. Opening compares all of it: a store that is short or damaged is refused, because
the engine itself opens some of them and answers with less.
"""

import hashlib
import json
import shlex
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store

from isgkg import messages, names
from isgkg.errors import ReleaseError, refusal
from isgkg.store.embedded import EmbeddedStore

DESCRIPTION: Final = "store.json"
ENGINE: Final = "oxigraph"
"""The folder of the engine's files."""

_UNREAD: Final = ("LOCK", "LOG")
"""Files that the engine keeps for itself and that no answer depends on."""


@dataclass(frozen=True, kw_only=True)
class Description:
    """What a store on disk holds: the SHA-256 of the N-Quads that it was made of, counts of statements, size and SHA-256 of each file."""

    nquads: str
    quads: int
    default_graph: int
    files: Mapping[str, tuple[int, str]]


@dataclass(frozen=True)
class Sealed:
    """A store on disk as it was found: `seal` is the SHA-256 of its store.json, which holds those of all other files."""

    folder: Path
    seal: str

    @classmethod
    def of(cls, folder: Path) -> "Sealed":
        """The store that is now in this folder. Raises ReleaseError where there is none."""
        try:
            return cls(folder, hashlib.sha256((folder / DESCRIPTION).read_bytes()).hexdigest())
        except OSError as error:
            raise _absent(folder, error) from error


def write(nquads: Path, folder: Path) -> Description:
    """Write the store of the N-Quads file of a release to a new folder, or in the place of an older store.

    Raises ReleaseError where the file cannot be read, and where the folder holds something else or cannot be written.
    """
    if folder.exists() and not (folder.is_dir() and ((folder / DESCRIPTION).is_file() or not any(folder.iterdir()))):
        raise ReleaseError("release.store.taken", file=folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".store-") as made:
            content, old = Path(made) / "new", Path(made) / "old"
            content.mkdir()
            description = _filled(nquads, content / ENGINE)
            (content / DESCRIPTION).write_text(json.dumps(asdict(description), indent=2) + "\n", encoding="utf-8")
            if folder.exists():
                folder.rename(old)
            content.rename(folder)
    except OSError as error:
        raise ReleaseError("release.store.unwritable", file=folder, reason=refusal(error)) from error
    return description


def verify(folder: Path) -> Description:
    """What the store in this folder holds. Raises ReleaseError where there is none, and where a file is missing, short or altered."""
    try:
        fields = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        description = Description(**{**fields, "files": {name: tuple(entry) for name, entry in fields["files"].items()}})
        whole = _files(folder / ENGINE) == description.files
    except OSError as error:
        raise _absent(folder, error) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _damaged(folder) from error
    if not whole:
        raise _damaged(folder)
    return description


def open_verified(folder: Path, description: Description) -> EmbeddedStore:
    """The store in this folder, which `verify` has found whole, if it holds as many statements as it says. Raises ReleaseError."""
    store = open_(folder)
    if store.size() != description.quads + description.default_graph:
        raise _damaged(folder)
    return store


def open_(folder: Path) -> EmbeddedStore:
    """The store in this folder, unchecked. Raises ReleaseError where the engine cannot open it."""
    try:
        return EmbeddedStore(Store.read_only(str(folder / ENGINE)))
    except (OSError, ValueError, RuntimeError) as error:
        raise _damaged(folder) from error


def open_sealed(sealed: Sealed) -> EmbeddedStore:
    """The very store that was sealed. Raises ReleaseError where another one has taken its place, and where the engine cannot open it."""
    store: EmbeddedStore | None = None
    try:
        if Sealed.of(sealed.folder) == sealed:
            store = open_(sealed.folder)
        # A folder that is replaced is replaced at once: what was there before and is there after was opened.
        if store is not None and Sealed.of(sealed.folder) == sealed:
            return store
    except ReleaseError as error:
        raise ReleaseError("release.store.replaced") from error
    raise ReleaseError("release.store.replaced")


def _filled(nquads: Path, engine: Path) -> Description:
    """Load a store and describe it."""
    store = Store(str(engine))
    try:
        store.bulk_load(path=str(nquads), format=RdfFormat.N_QUADS)
    except SyntaxError as error:
        reason = messages.both("cause.syntax")
        raise ReleaseError("release.unreadable", file=nquads, out=shlex.quote(str(nquads.parent)), reason=reason) from error
    quads = len(store)
    for name in names.DEFAULT_GRAPHS:
        graph = NamedNode(names.graph(name))
        store.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in store.quads_for_pattern(None, None, None, graph))
    default_graph = sum(1 for _ in store.quads_for_pattern(None, None, None, DefaultGraph()))
    store.flush()
    store.optimize()
    del store  # closes the files
    with nquads.open("rb") as content:
        return Description(
            nquads=hashlib.file_digest(content, "sha256").hexdigest(), quads=quads, default_graph=default_graph, files=_files(engine)
        )


def _files(engine: Path) -> dict[str, tuple[int, str]]:
    """Size and SHA-256 of each file that answers depend on."""
    found = {}
    for path in sorted(engine.iterdir()):
        if not path.name.startswith(_UNREAD):
            with path.open("rb") as content:
                found[path.name] = (path.stat().st_size, hashlib.file_digest(content, "sha256").hexdigest())
    return found


def _absent(folder: Path, error: OSError) -> ReleaseError:
    """What it means that store.json, or a file that it names, cannot be read."""
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        return ReleaseError("release.store.unreadable", file=folder, reason=refusal(error))
    if folder.is_file() or (folder.is_dir() and not (folder / DESCRIPTION).exists() and any(folder.iterdir())):
        return ReleaseError("release.store.none", file=folder)  # "isgkg store" would refuse to write there
    return ReleaseError("release.store.missing", file=folder, out=shlex.quote(str(folder)))


def _damaged(folder: Path) -> ReleaseError:
    return ReleaseError("release.store.damaged", file=folder, out=shlex.quote(str(folder)))
