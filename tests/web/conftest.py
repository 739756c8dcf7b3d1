"""The application and its client, for the session's release."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from isgkg.store.pool import PoolOptions
from isgkg.web import WebOptions, create_app
from isgkg.web.state import State


@pytest.fixture(scope="session")
def app(release_folder: Path) -> Iterator[Flask]:
    app = create_app(release_folder, WebOptions(pool=PoolOptions(workers=2, deadline=10.0)))
    app.testing = True
    yield app
    state: State = app.extensions["isgkg"]
    state.pool.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
