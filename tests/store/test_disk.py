"""Stores on disk: whole or refused."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Store

from isgkg.errors import QueryTimeout, ReleaseError
from isgkg.release import copies
from isgkg.release.output import NQUADS, read_manifest
from isgkg.store import EmbeddedStore, disk
from isgkg.store.base import QueryRequest
from isgkg.store.pool import PoolOptions, QueryPool

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


@pytest.fixture(scope="module")
def written(release_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("disk") / "store"
    disk.write(release_folder / NQUADS, folder)
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    shutil.copytree(written, tmp_path / "store")
    return tmp_path / "store"


def opened(folder: Path, release_folder: Path) -> object:
    return copies.opened(str(folder), release_folder, read_manifest(release_folder))


def test_it_answers_as_the_release_in_memory_does(folder: Path, release_folder: Path, release_store: EmbeddedStore) -> None:
    store = opened(folder, release_folder)
    assert isinstance(store, EmbeddedStore)
    assert [row["n"] for row in store.select(COUNT)] == [row["n"] for row in release_store.select(COUNT)]
    opened(folder, release_folder)  # opening it has changed nothing


def test_public_queries_run_in_workers_that_open_nothing_else(folder: Path, release_store: EmbeddedStore) -> None:
    table = "application/sparql-results+json"
    with QueryPool(folder, PoolOptions(workers=2, deadline=5.0)) as pool:
        for _ in range(4):
            answer = pool.run(QueryRequest(query=COUNT, media_type=table))
            assert answer.body == release_store.evaluate(QueryRequest(query=COUNT, media_type=table), byte_limit=10_000)
        with pytest.raises(QueryTimeout):
            pool.run(QueryRequest(query="SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", media_type=table))
        everything = "SELECT ?p (COUNT(*) AS ?n) (SAMPLE(?o) AS ?x) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?p"
        assert len(pool.run(QueryRequest(query=everything, media_type="text/csv")).body) > 10_000


def test_a_store_that_is_replaced_meanwhile_is_never_mixed_with_the_one_before(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.nq"
    other.write_text("<urn:a> <urn:b> <urn:c> <https://w3id.org/isgkg/graph/text> .\n")
    request = QueryRequest(query=COUNT, media_type="text/csv")
    with QueryPool(folder, PoolOptions(workers=1, deadline=5.0)) as pool:
        before = pool.run(request).body
        disk.write(other, folder)
        with pytest.raises(QueryTimeout):  # its worker is killed, and another one started
            pool.run(QueryRequest(query="SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", media_type="text/csv"))
        for _ in range(3):
            with pytest.raises(ReleaseError, match="no longer the one"):
                pool.run(request)
    with QueryPool(folder, PoolOptions(workers=1)) as pool:  # a service that is started again
        assert pool.run(request).body != before


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def largest(folder: Path) -> Path:
    return max((folder / disk.ENGINE).glob("*.sst"), key=lambda path: path.stat().st_size)


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: cut(largest(folder)),
        lambda folder: flip(largest(folder)),
        lambda folder: largest(folder).unlink(),
        lambda folder: next((folder / disk.ENGINE).glob("MANIFEST-*")).write_bytes(b""),
        lambda folder: (folder / disk.ENGINE / "999999.sst").write_bytes(b"x"),
        lambda folder: (folder / disk.DESCRIPTION).write_text("{}"),
        lambda folder: (folder / disk.DESCRIPTION).write_text("["),
    ],
)
def test_what_is_short_or_altered_is_refused(folder: Path, release_folder: Path, harm: Callable[[Path], object]) -> None:
    harm(folder)
    with pytest.raises(ReleaseError, match="isgkg store"):
        opened(folder, release_folder)


def test_a_folder_that_holds_something_else_is_no_place_to_write_a_store(folder: Path, release_folder: Path, tmp_path: Path) -> None:
    (folder / disk.DESCRIPTION).unlink()
    (tmp_path / "file").write_text("x")
    for place in (folder, tmp_path / "file"):
        with pytest.raises(ReleaseError, match=r"holds something else.* new folder") as caught:
            opened(place, release_folder)
        assert f"isgkg store {place}" not in caught.value.text("en")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReleaseError, match=f"isgkg store {tmp_path}/empty"):
        opened(tmp_path / "empty", release_folder)


def test_counts_are_compared_too(folder: Path, release_folder: Path) -> None:
    store = Store(str(folder / disk.ENGINE))
    store.remove(next(iter(store)))
    store.flush()
    del store
    fields = json.loads((folder / disk.DESCRIPTION).read_text())
    fields["files"] = disk._files(folder / disk.ENGINE)  # as if whoever shortened it had described it
    (folder / disk.DESCRIPTION).write_text(json.dumps(fields))
    with pytest.raises(ReleaseError, match="damaged or short"):
        opened(folder, release_folder)


def test_the_store_of_another_release_is_refused(release_folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.nq"
    other.write_text("<urn:a> <urn:b> <urn:c> <https://w3id.org/isgkg/graph/text> .\n")
    disk.write(other, tmp_path / "store")
    with pytest.raises(ReleaseError, match="not that of the release"):
        opened(tmp_path / "store", release_folder)


def test_it_takes_the_place_of_an_older_store_and_of_nothing_else(release_folder: Path, folder: Path, tmp_path: Path) -> None:
    disk.write(release_folder / NQUADS, folder)
    opened(folder, release_folder)
    assert [path.name for path in tmp_path.iterdir()] == ["store"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    with pytest.raises(ReleaseError, match="something else"):
        disk.write(release_folder / NQUADS, tmp_path / "mine")
    with pytest.raises(ReleaseError):
        opened(tmp_path / "nowhere", release_folder)
