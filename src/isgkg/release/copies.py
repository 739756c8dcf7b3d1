"""Where the statements of a release are asked: in memory, in a store on disk, or in a remote store.

Flows in: what --store names, and the release in use. Flows out: a store that holds this release and all of it, else a ReleaseError.
"""

from pathlib import Path
from typing import Final

from isgkg.errors import InputError, ReleaseError, StoreFailure
from isgkg.release.output import NQUADS, Manifest
from isgkg.store import EmbeddedStore, disk
from isgkg.store.base import Store
from isgkg.store.remote import RemoteOptions, RemoteStore

ENVIRONMENT: Final = "ISGKG_STORE"
MEMORY: Final = "memory"

_VERSION: Final = "SELECT ?version WHERE { GRAPH graph:meta { ?dataset a dcat:Dataset ; dcat:version ?version } }"
_COUNTS: Final = "SELECT ?graph (COUNT(*) AS ?count) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"
_ALL: Final = "SELECT (1 AS ?one) WHERE { GRAPH ?graph { ?s ?p ?o } }"


def is_remote(place: str) -> bool:
    """Whether `place` is a URL."""
    return "://" in place


def is_on_disk(place: str) -> bool:
    """Whether `place` is a folder."""
    return place != MEMORY and not is_remote(place)


def opened(place: str, folder: Path, manifest: Manifest, options: RemoteOptions | None = None) -> EmbeddedStore | RemoteStore:
    """The store at `place` ("memory", a folder, a URL) of the release in `folder`, whose manifest is given.

    Raises InputError for a place that can be none, ReleaseError for a store of another release or of a part of it, and the QueryError of a
    remote store that does not answer.
    """
    if not place:
        raise InputError("store.url", url=place)
    if is_remote(place):
        remote = RemoteStore(place, options)
        try:
            compare(remote, manifest, place)
        except BaseException:
            remote.close()
            raise
        return remote
    if not is_on_disk(place):
        return EmbeddedStore.load(folder / NQUADS)
    description = disk.verify(Path(place))
    if description.nquads != manifest.sha256:
        raise ReleaseError("release.store.other", file=place, version=manifest.version, sha256=manifest.sha256[:12])
    return disk.open_verified(Path(place), description)


def compare(store: Store, manifest: Manifest, place: str) -> None:
    """Raise ReleaseError unless the store says that it holds this version and each of its graphs has the right number of statements.

    Also, unless the server gives as many rows as the release has statements: a server that cuts longer answers would cut some page, too.
    Statements that were altered and not lost go unnoticed: a server rewrites literals in its own way, so there is no hash to compare.
    """
    versions = {row["version"].value for row in store.select(_VERSION)}
    if not versions:
        raise ReleaseError("release.copy.none", place=place)
    if versions != {manifest.version}:
        raise ReleaseError("release.copy.other", place=place, found=", ".join(sorted(versions)), version=manifest.version)
    counts = {row["graph"].value.rpartition("/")[2]: int(row["count"].value) for row in store.select(_COUNTS)}
    for name, count in manifest.graphs.items():
        if counts.get(name, 0) != count:
            raise ReleaseError("release.copy.short", place=place, graph=name, found=counts.get(name, 0), count=count)
    try:
        rows = sum(1 for _ in store.select(_ALL))
    except StoreFailure as error:
        if error.key != "store.cut":
            raise
        raise ReleaseError("release.copy.capped", place=place, count=manifest.quads) from error
    if rows != manifest.quads:
        raise ReleaseError("release.copy.cut", place=place, found=rows, count=manifest.quads)
