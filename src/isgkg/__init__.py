"""isgkg: 智能社会发展与治理标准化指引（2025版）as a knowledge graph in which every statement is anchored to the words that carry it.

Flows in: nothing. Flows out: `connect`, which answers SPARQL from a release, and `validate`, which checks records. The command
line is `isgkg --help`.
"""

from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from isgkg.findings import Report
    from isgkg.research import Connection

__all__ = ["__version__", "connect", "validate"]
__version__ = version("isgkg")


def connect(store: str | Path | None = None) -> "Connection":
    """A connection to the graph, for SPARQL and for the question library.

    `store` is the folder of a release, a store on disk (`isgkg store`), or the address of a SPARQL endpoint that holds the release in use;
    without it the release in use: $ISGKG_RELEASE, else the one built once into the user's cache folder. Raises ReleaseError for a release
    or a copy of it that is missing, damaged or another, SourceError where the packaged files are, QueryError for an endpoint that does not
    answer.
    """
    from isgkg.release import copies
    from isgkg.release.locate import locate
    from isgkg.release.output import MANIFEST, verify
    from isgkg.research import Connection

    place = copies.MEMORY if store is None else str(store)
    is_release = copies.is_on_disk(place) and (Path(place) / MANIFEST).exists()
    folder = Path(place) if is_release else locate()
    manifest = verify(folder)
    return Connection(copies.opened(copies.MEMORY if is_release else place, folder, manifest), manifest.version)


def validate(
    records: str | Path | Iterable[str | Path],
    *,
    lang: Literal["zh", "en"] = "zh",
    shapes: Iterable[str | Path] = (),
    bare: bool = False,
) -> "Report":
    """Check the records in files or folders, in any format, against the guideline; the report's texts are in `lang`.

    `shapes` are files of SHACL shapes to use instead of the project's own; `bare` leaves the guideline's graph out. A file that cannot be
    read is a finding. Raises what `connect` raises, InputError and ShapesError for shapes that cannot be used.
    """
    from isgkg.records import checking, sources
    from isgkg.records.base import Base
    from isgkg.release.locate import locate
    from isgkg.release.output import NQUADS, read_manifest

    folder = locate()
    base = Base.of(folder / NQUADS, read_manifest(folder).version)
    paths = [records] if isinstance(records, str | Path) else records
    options = checking.ValidateOptions(lang=lang, shapes=tuple(map(Path, shapes)), bare=bare)
    return checking.run(sources.find(paths), base, options).report
