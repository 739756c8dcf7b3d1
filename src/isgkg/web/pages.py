"""Pages for people: home, search, the cross-link matrix.

Flows in: GET requests. Flows out: HTML.
"""

import re

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from isgkg.browse import matrix, overview
from isgkg.browse import search as searching
from isgkg.errors import NotFound
from isgkg.web import i18n
from isgkg.web.caching import page
from isgkg.web.state import state

blueprint = Blueprint("pages", __name__)
_LINK = re.compile(r"xl[0-9]{3}", re.IGNORECASE)


@blueprint.get("/")
def home() -> Response:
    """The framework figure, the schemes with their counts, the links by basis, the search box."""
    store = state().store
    return page(
        "home.html",
        parts=overview.framework(store),
        schemes=overview.schemes(store),
        bases=overview.bases(store),
        manifest=state().manifest,
    )


@blueprint.get("/search")
def search() -> AnyResponse:
    """Items by label or code, else similar ones; places in the text. What is typed in full as a code or a link leads to it."""
    text = request.args.get("q", "").strip()
    store = state().store
    hits = searching.search(store, text)
    if len(hits) == 1 and hits[0].item.code == text.upper():
        return redirect(i18n.link("linked.concept", code=hits[0].item.code), 303)
    if _LINK.fullmatch(text):
        return redirect(i18n.link("linked.statement", name=text.upper()), 303)
    return page(
        "search.html",
        text=text,
        hits=hits,
        limit=searching.LIMIT,
        similar=() if hits else searching.similar(store, text),
        places=searching.in_text(store, text),
    )


@blueprint.get("/matrix")
def cross_links() -> Response:
    """Scenario standards against principles and evaluation standards, and the gaps between them."""
    return page("matrix.html", matrix=matrix.build(state().store))


@blueprint.get("/matrix/<row>/<column>")
def cell(row: str, column: str) -> Response:
    """The links behind one cell."""
    built = matrix.build(state().store)
    rows = [entry for entry in built.rows if entry.item.code == row]
    columns = [entry for entry in built.columns if entry.item.code == column]
    if not rows or not columns:
        raise NotFound("web.not-found", path=request.path[:200])
    return page("cell.html", rows=rows, column=columns[0], cells=built.cells)
