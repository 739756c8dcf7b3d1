"""The service with other stores than the release in memory."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from isgkg import cli
from isgkg.release.locate import ENVIRONMENT
from isgkg.release.output import NQUADS
from isgkg.store import disk
from isgkg.store.remote import RemoteQueries, RemoteStore
from isgkg.web import WebOptions, create_app
from isgkg.web.app import application
from isgkg.web.state import State

DOWN = "http://127.0.0.1:1/sparql"


def test_a_remote_store_that_goes_down_is_503_with_retry_after(app: Flask) -> None:
    store = RemoteStore(DOWN)
    client = application(replace(app.extensions["isgkg"], store=store, pool=RemoteQueries(store)), WebOptions()).test_client()
    for path in ("/c/S301", "/sparql?query=ASK+{}", "/matrix", "/"):
        start = time.monotonic()
        response = client.get(path, headers={"Accept": "*/*" if "query=" in path else "text/html"})
        assert time.monotonic() - start < 2
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) >= 1


def test_a_store_on_disk_serves_pages_and_public_queries(app: Flask, release_folder: Path, tmp_path: Path) -> None:
    disk.write(release_folder / NQUADS, tmp_path / "store")
    other = create_app(release_folder, WebOptions(store=str(tmp_path / "store")))
    for path in ("/c/S301", "/matrix", "/sparql?query=SELECT+(COUNT(*)+AS+?n)+{?s+?p+?o}&format=csv"):
        assert other.test_client().get(path).data == app.test_client().get(path).data
    state: State = other.extensions["isgkg"]
    state.pool.close()


@pytest.mark.parametrize(
    ("command", "place", "said"),
    [
        (["serve", "--port", "0"], DOWN, "refuses connections"),
        (["query", "ASK {}"], DOWN, "refuses connections"),
        (["validate", "data/experiments"], DOWN, "refuses connections"),
        (["serve", "--port", "0"], "http://me:secret@127.0.0.1/", "do not belong into the address"),
        (["serve", "--port", "0"], "nowhere", "isgkg store nowhere"),
        (["query", "ASK {}"], "ftp://x/", "is no address of a store"),
        (["query", "ASK {}"], "", "is no address of a store"),
    ],
)
def test_a_store_that_cannot_be_used_is_one_sentence(
    command: list[str], place: str, said: str, release_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(release_folder))
    assert cli.run([*command, "--store", place, "--lang", "en"]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""
    assert "secret" not in printed.err
