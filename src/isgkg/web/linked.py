"""Linked data: every IRI of the dataset answers with a page or with RDF, by Accept.

Flows in: paths that mirror the canonical IRIs. Flows out: pages with site-relative links, or RDF that carries the canonical IRIs.
"""

import re
from collections.abc import Callable, Iterable

from flask import Blueprint, Response, redirect, render_template, request
from pyoxigraph import Triple, serialize
from werkzeug.wrappers import Response as WerkzeugResponse

from isgkg import names
from isgkg.browse import describe, items, overview
from isgkg.errors import InputError, NotFound
from isgkg.store.embedded import GRAPH_FORMATS
from isgkg.web import i18n, negotiation
from isgkg.web.sparql import FORMATS, HTML
from isgkg.web.state import state

blueprint = Blueprint("linked", __name__)
_SPAN = re.compile(r"(\d{1,5})-(\d{1,5})")

Page = Callable[[], str]


@blueprint.get("/c/<code>")
def concept(code: str) -> Response | WerkzeugResponse | str:
    """An item. The code of a variant designation leads to its concept."""
    variant = items.concept_of_variant(state().store, code)
    if variant:
        return redirect(i18n.link("linked.concept", code=variant), 303)
    view = items.get(state().store, code)
    return _represent(
        lambda: render_template("concept.html", item=view, formats=GRAPH_FORMATS),
        lambda: describe.item(state().store, view.iri),
    )


@blueprint.get("/scheme/<letter>")
def scheme(letter: str) -> Response | str:
    """A classification scheme with its levels and items."""
    view = overview.scheme(state().store, letter) if re.fullmatch("[A-Z]", letter) else None
    if view is None:
        raise NotFound("web.no-scheme", letter=letter[:20])
    return _represent(
        lambda: render_template("scheme.html", scheme=view),
        lambda: describe.scheme(state().store, names.SCHEME + letter),
    )


@blueprint.get("/ont")
def ontology() -> Response | str:
    """The ontology: a page of its classes and properties, or the graph."""
    return _represent(
        lambda: render_template("ontology.html", terms=overview.ontology(state().store)),
        lambda: describe.graph(state().store, "ontology"),
    )


@blueprint.get("/shapes")
def shapes() -> Response | str:
    """The shapes: a page of their rules, or the graph."""
    return _represent(
        lambda: render_template("shapes.html", rules=overview.rules(state().store)),
        lambda: describe.graph(state().store, "shapes"),
    )


@blueprint.get("/src/isg2025")
def source() -> Response | str:
    """The guideline: a page of its text with every clause, or its description."""
    return _represent(
        lambda: render_template("text.html", clauses=_clauses()),
        lambda: describe.resource(state().store, names.SOURCE),
    )


@blueprint.get("/src/isg2025/span/<offsets>")
def span(offsets: str) -> Response | str:
    """A text span in its clause, with the items that are anchored in it."""
    match = _SPAN.fullmatch(offsets)
    quote = overview.text(state().store, int(match[1]), int(match[2])) if match else None
    if quote is None:
        raise NotFound("web.no-span", offsets=offsets[:20])
    found = overview.anchored(state().store, quote.start, quote.end)
    return _represent(
        lambda: render_template("span.html", quote=quote, items=found),
        lambda: describe.resource(state().store, names.span(quote.start, quote.end)),
    )


@blueprint.get("/<any(l, d, link, graph, dataset):kind>/<path:rest>")
def resource(kind: str, rest: str) -> Response | str:
    """Any other IRI of the dataset: designations, definitions, links, named graphs, the dataset."""
    if not re.fullmatch(r"[A-Za-z0-9/-]{1,60}", rest):
        raise NotFound("web.not-found", path=request.path[:200])
    iri = f"{names.BASE}{kind}/{rest}"
    triples = describe.resource(state().store, iri)
    if not triples:
        raise NotFound("web.not-found", path=request.path[:200])
    return _represent(lambda: render_template("resource.html", iri=iri, triples=triples), lambda: triples)


def _clauses() -> list[tuple[overview.Clause, str, str]]:
    """Every clause with its heading line ("" where the text has none) and the words that are its own: up to its first sub-clause."""
    entries = overview.clauses(state().store)
    whole = []
    for position, entry in enumerate(entries):
        following = entries[position + 1] if position + 1 < len(entries) else None
        end = following.start if following and following.start < entry.end else entry.end
        own = entry.text[: end - entry.start].strip()
        has_heading = entry.depth < _DEEPEST and entry.title != entry.number
        heading, _, body = own.partition("\n") if has_heading else ("", "", own)
        whole.append((entry, heading, body))
    return whole


_DEEPEST = 3
"""Clauses of this depth (一是, 1.) start in the middle of a paragraph and have no heading line."""


def _represent(page: Page, triples: Callable[[], Iterable[Triple]]) -> Response | str:
    """The page or the RDF, as ?format= or Accept asks; a client that accepts anything gets the page."""
    wanted = request.args.get("format")
    if wanted is None:
        media = negotiation.choose(request.headers.get("Accept"), (HTML, *GRAPH_FORMATS))
    elif FORMATS.get(wanted) in GRAPH_FORMATS:
        media = FORMATS[wanted]
    else:
        offered = ", ".join(name for name, media in FORMATS.items() if media in GRAPH_FORMATS)
        raise InputError("web.sparql.format", format=wanted[:40], offered=offered)
    if media == HTML:
        return page()
    body = serialize(triples(), format=GRAPH_FORMATS[media], prefixes=None if media == "application/n-triples" else names.PREFIXES)
    return Response(body, content_type=f"{media}; charset=utf-8")
