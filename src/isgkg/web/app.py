"""The application factory.

Flows in: the folder of a release, and options. Flows out: a Flask application with one blueprint a concern.
"""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from wsgiref.types import WSGIApplication

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from isgkg import files, names, questions
from isgkg.release import copies
from isgkg.release.output import NQUADS, verify
from isgkg.store import Dataset
from isgkg.store.base import QueryRunner
from isgkg.store.pool import PoolOptions, QueryPool
from isgkg.store.remote import RemoteQueries, RemoteStore
from isgkg.web import compression, cors, drafts, dumps, errors, i18n, linked, pages, research, sparql, validate
from isgkg.web.bodies import Receiver
from isgkg.web.budgets import BudgetOptions, Budgets
from isgkg.web.crowd import Crowd
from isgkg.web.doorkeeper import Doorkeeper
from isgkg.web.express import Express
from isgkg.web.kept import Keeper
from isgkg.web.meter import Meter
from isgkg.web.state import State


@dataclass(frozen=True, kw_only=True)
class WebOptions:
    """`body_bytes` is the largest request body, but for uploads; `pool` bounds public queries, `budget` what one client may ask for.
    `proxies` is the number of proxies before this server whose X-Forwarded-For and -Proto are to be believed; `store` is where the
    release is asked (see `isgkg.release.copies.opened`); `kept_bytes` bounds the responses kept in memory.
    """

    body_bytes: int = 1_000_000
    pool: PoolOptions = field(default_factory=PoolOptions)
    budget: BudgetOptions = field(default_factory=BudgetOptions)
    proxies: int = 0
    store: str = copies.MEMORY
    kept_bytes: int = 32 * 2**20


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
    state = State(
        manifest=manifest,
        nquads=nquads,
        dataset=Dataset(
            named={names.graph(name): count for name, count in manifest.graphs.items()},
            union=tuple(names.graph(name) for name in names.DEFAULT_GRAPHS),
        ),
        store=store,
        pool=pool,
        library=questions.load(files.root()),
        budgets=Budgets(options.budget),
    )
    return application(state, options)


def application(state: State, options: WebOptions) -> Flask:
    """The application for what the state holds, a release or any other dataset."""
    app = Flask(__name__)
    app.request_class = validate.MemoryRequest
    app.config.update(MAX_CONTENT_LENGTH=options.body_bytes, MAX_FORM_MEMORY_SIZE=options.body_bytes)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # of the default provider
    app.extensions["isgkg"] = state
    app.wsgi_app = _guarded(app, state, options)  # type: ignore[method-assign,assignment]  # as Flask documents it
    # What is done to a response is done in the reverse order: its headers are complete before it is compressed.
    for concern in (i18n, compression, cors, errors):
        concern.init_app(app)
    for blueprint in (
        pages.blueprint,
        sparql.blueprint,
        research.blueprint,
        linked.blueprint,
        dumps.blueprint,
        validate.blueprint,
        drafts.blueprint,
    ):
        app.register_blueprint(blueprint)
    return app


def _guarded(app: Flask, state: State, options: WebOptions) -> WSGIApplication:
    """What stands before the application, from within: pages a few at a time, the short way for queries, who is turned away, what is kept,
    what is sent, what is received, whom proxies name.
    """
    refuse = partial(errors.composed, app)
    pages = Crowd(app.wsgi_app, refuse, local=options.budget.local)
    inner = Doorkeeper(Express(pages, app, state), lambda: state.pool.is_crowded)
    kept = Keeper(inner, options.kept_bytes) if options.kept_bytes else inner

    def largest(path: str) -> int:
        return validate.MOST_BYTES if path in {"/validate", "/check"} else options.body_bytes

    received = Receiver(Meter(kept, state.budgets, refuse), refuse, largest=largest, local=options.budget.local)
    # Not the host: a client's own X-Forwarded-Host passes through any proxy that does not set it.
    return ProxyFix(received, x_for=options.proxies, x_proto=options.proxies, x_host=0) if options.proxies else received
