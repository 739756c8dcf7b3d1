"""Linked data: every IRI of the dataset answers with a page or with RDF, by Accept.

Flows in: paths that mirror the canonical IRIs. Flows out: pages with site-relative links, or RDF that carries the canonical IRIs.
"""

import re
from collections.abc import Callable, Iterable

from flask import Blueprint, Response, make_response, redirect, render_template, request
from pyoxigraph import Triple
from werkzeug.wrappers import Response as WerkzeugResponse

from isgkg import names
from isgkg.browse import describe, items, links, matrix, overview, records
from isgkg.errors import NotFound
from isgkg.store.embedded import GRAPH_FORMATS
from isgkg.web import formats, i18n, negotiation
from isgkg.web.caching import cached
from isgkg.web.rdf import rdf
from isgkg.web.state import state

blueprint = Blueprint("linked", __name__)
HTML = "text/html"
_SPAN = re.compile(r"([0-9]{1,5})-([0-9]{1,5})")
_RECORD = re.compile(r"[A-Za-z0-9.:-]{1,80}")
_PART = re.compile(r"[A-Za-z0-9._/-]{1,200}")
_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")

Page = Callable[[], str]


@blueprint.get("/c/<code>")
def concept(code: str) -> Response | WerkzeugResponse:
    """An item. The code of a variant designation leads to its concept."""
    variant = items.concept_of_variant(state().store, code)
    if variant:
        return redirect(i18n.link("linked.concept", code=variant), 303)
    view = items.get(state().store, code)
    if view.code != code:
        return redirect(i18n.link("linked.concept", code=view.code), 303)
    return _represent(
        lambda: render_template("concept.html", item=view, formats=GRAPH_FORMATS, **_surroundings(view.code)),
        lambda: describe.item(state().store, view.iri),
    )


def _surroundings(code: str) -> dict[str, object]:
    """What the page of an item shows beside it."""
    return {"bearing": matrix.bearing(state().store, code), "records": records.about(state().store, code)}


@blueprint.get("/scheme/<letter>")
def scheme(letter: str) -> Response:
    """A classification scheme with its levels and items."""
    view = overview.scheme(state().store, letter) if re.fullmatch("[A-Z]", letter) else None
    if view is None:
        raise NotFound("web.no-scheme", letter=letter[:20])
    return _represent(
        lambda: render_template("scheme.html", scheme=view),
        lambda: describe.scheme(state().store, names.SCHEME + letter),
    )


@blueprint.get("/ont")
def ontology() -> Response:
    """The ontology: a page of its classes and properties, or the graph."""
    return _represent(
        lambda: render_template("ontology.html", terms=overview.ontology(state().store)),
        lambda: describe.graph(state().store, "ontology"),
    )


@blueprint.get("/scheme/<letter>/<int:depth>")
@blueprint.get("/scheme/<letter>/<int:depth>/list")
def level(letter: str, depth: int) -> WerkzeugResponse:
    """A level of a scheme, and its node in the list of levels, are described with the scheme."""
    view = overview.scheme(state().store, letter) if re.fullmatch("[A-Z]", letter) else None
    if view is None or not 1 <= depth <= len(view.levels):
        raise NotFound("web.not-found", path=request.path[:200])
    return redirect(i18n.link("linked.scheme", letter=letter), 303)


@blueprint.get("/ont/<version>")
def ontology_version(version: str) -> WerkzeugResponse:
    """The version IRI of the ontology that is served; another version is not here."""
    if version != state().manifest.version:
        raise NotFound("web.not-found", path=request.path[:200])
    return redirect(i18n.link("linked.ontology"), 303)


@blueprint.get("/shapes/<any(terms, fields, experiment, standard):_part>")
def part_of_shapes(_part: str) -> WerkzeugResponse:
    """The files of shapes are described together."""
    return redirect(i18n.link("linked.shapes"), 303)


@blueprint.get("/shapes")
def shapes() -> Response:
    """The shapes: a page of their rules, or the graph."""
    return _represent(
        lambda: render_template("shapes.html", rules=overview.rules(state().store)),
        lambda: describe.graph(state().store, "shapes"),
    )


@blueprint.get("/src/isg2025")
def source() -> Response:
    """The guideline: a page of its text with every clause, or its description."""
    return _represent(
        lambda: render_template("text.html", clauses=_clauses()),
        lambda: describe.resource(state().store, names.SOURCE),
    )


@blueprint.get("/src/isg2025/span/<offsets>")
def span(offsets: str) -> Response:
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


@blueprint.get("/src/isg2025/span/<offsets>/<any(quote, position):selector>")
def selector(offsets: str, selector: str) -> WerkzeugResponse:
    """A selector of a span is described with its span."""
    return redirect(i18n.link("linked.span", offsets=offsets), 303)


@blueprint.get("/link/<name>")
def statement(name: str) -> Response:
    """A link with its ends, its basis, the words that carry it and the reason for it."""
    iri = names.LINK + name
    entry = links.get(state().store, name)
    if entry is None:
        raise NotFound("web.not-found", path=request.path[:200])
    return _represent(lambda: render_template("link.html", entry=entry, iri=iri), lambda: describe.resource(state().store, iri))


@blueprint.get("/<any(std, exp):kind>/<name>")
def record(kind: str, name: str) -> Response:
    """The record of a standard or an experiment; of one that other records name only, what they say."""
    iri = f"{names.BASE}{kind}/{name}"
    if not _RECORD.fullmatch(name):
        raise NotFound("web.not-found", path=request.path[:200])
    found = records.get(state().store, iri)
    if found is None:
        mentions = describe.mentions(state().store, iri)
        if not mentions:
            raise NotFound("web.not-found", path=request.path[:200])
        return _represent(lambda: render_template("mention.html", iri=iri, triples=mentions), lambda: mentions)
    return _represent(lambda: render_template("record.html", record=found), lambda: describe.record(state().store, iri))


@blueprint.get("/<any(std, exp):kind>/<name>/<path:part>")
def record_part(kind: str, name: str, part: str) -> WerkzeugResponse:
    """A part of a record is described with its record."""
    iri = f"{names.BASE}{kind}/{name}/{part}"
    if not (_RECORD.fullmatch(name) and _PART.fullmatch(part) and describe.resource(state().store, iri)):
        raise NotFound("web.not-found", path=request.path[:200])
    return redirect(i18n.link("linked.record", kind=kind, name=name), 303)


@blueprint.get("/<any(l, d, graph, dataset, rule):kind>/<rest>")
def resource(kind: str, rest: str) -> Response:
    """Any other IRI of the dataset: designations, definitions, named graphs, the dataset, rules for records."""
    if not _NAME.fullmatch(rest):
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


def _represent(page: Page, triples: Callable[[], Iterable[Triple]]) -> Response:
    """The page or the RDF, as ?format= or Accept asks; a client that accepts anything gets the page."""
    offered = tuple(GRAPH_FORMATS)
    wanted = request.args.get("format")
    media = (
        formats.media_type(wanted, offered, strict=True) if wanted else negotiation.choose(request.headers.get("Accept"), (HTML, *offered))
    )
    if media is None or media == HTML:
        return cached(make_response(page()), i18n.lang())
    return cached(rdf(triples(), media), media)
