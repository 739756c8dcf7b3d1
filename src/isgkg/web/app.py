"""The application factory.

Flows in: the folder of a release, and options. Flows out: a Flask application with one blueprint a concern.
"""

from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from isgkg import files, questions
from isgkg.release import copies
from isgkg.release.output import NQUADS, verify
from isgkg.store.base import QueryRunner
from isgkg.store.pool import PoolOptions, QueryPool
from isgkg.store.remote import RemoteQueries, RemoteStore
from isgkg.web import drafts, dumps, errors, i18n, linked, pages, sparql, validate
from isgkg.web.state import State


@dataclass(frozen=True, kw_only=True)
class WebOptions:
    """`body_bytes` is the largest request body; `pool` bounds public queries; `store` is where the release
    is asked (see `isgkg.release.copies.opened`).
    """

    body_bytes: int = 1_000_000
    pool: PoolOptions = field(default_factory=PoolOptions)
    store: str = copies.MEMORY


def create_app(release: Path, options: WebOptions | None = None) -> Flask:
    """The application for a release. Raises ReleaseError where it, or the copy of it in the store, is missing or damaged, and
    the QueryError of a remote store that does not answer.
    """
    options = options or WebOptions()
    manifest, nquads = verify(release), release / NQUADS
    store = copies.opened(options.store, release, manifest)
    if isinstance(store, RemoteStore):
        pool: QueryRunner = RemoteQueries(store)
    else:
        pool = QueryPool(Path(options.store) if copies.is_on_disk(options.store) else nquads, options.pool)
    app = Flask(__name__)
    app.request_class = validate.MemoryRequest
    app.config.update(MAX_CONTENT_LENGTH=options.body_bytes, MAX_FORM_MEMORY_SIZE=options.body_bytes)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # of the default provider
    app.extensions["isgkg"] = State(
        manifest=manifest,
        nquads=nquads,
        store=store,
        pool=pool,
        library=questions.load(files.root()),
    )
    for concern in (i18n, errors):
        concern.init_app(app)
    for blueprint in (pages.blueprint, sparql.blueprint, linked.blueprint, dumps.blueprint, validate.blueprint, drafts.blueprint):
        app.register_blueprint(blueprint)
    return app
