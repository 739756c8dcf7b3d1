"""Text spans: the places of the guideline that statements are anchored to.

Flows in: offsets in code points. Flows out: quads of Web Annotation selectors, and the clause that each span lies in.
"""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad

from isgkg import names
from isgkg.release.sources import Clause, Offsets, Sources
from isgkg.release.statements import TYPE, about, isg, number, text

_CONTEXT = 20
"""Code points of prefix and suffix in a quote selector."""


def clause_quads(sources: Sources, clause: Clause) -> Iterator[Quad]:
    """A clause as a text span with its number, its title and the clause around it."""
    node = names.span(*clause.span)
    yield from _selectors(sources.text, clause.span)
    yield from about(
        "guideline",
        node,
        (TYPE, isg("Clause")),
        (isg("clauseNumber"), Literal(clause.number)),
        (NamedNode(names.DCT + "title"), text(clause.title, "zh")),
    )
    parents = [other for other in sources.clauses if other.number == clause.parent]
    for parent in parents:
        yield from about("guideline", node, (isg("parentClause"), NamedNode(names.span(*parent.span))))


def span_quads(sources: Sources, span: Offsets) -> Iterator[Quad]:
    """A text span, with the innermost clause that holds it."""
    yield from _selectors(sources.text, span)
    around = [clause for clause in sources.clauses if clause.span[0] <= span[0] and span[1] <= clause.span[1]]
    inner = min(around, key=lambda clause: clause.span[1] - clause.span[0], default=None)
    if inner and inner.span != span:
        yield from about("guideline", names.span(*span), (isg("clause"), NamedNode(names.span(*inner.span))))


def _selectors(whole: str, span: Offsets) -> Iterator[Quad]:
    """The span as oa:SpecificResource with its quote and its position (Web Annotation Data Model, 4.2.4 and 4.2.5)."""
    start, end = span
    node = names.span(start, end)
    quote, position = f"{node}/quote", f"{node}/position"
    oa = names.OA
    yield from about(
        "guideline",
        node,
        (TYPE, isg("TextSpan")),
        (TYPE, NamedNode(oa + "SpecificResource")),
        (NamedNode(oa + "hasSource"), NamedNode(names.SOURCE)),
        (NamedNode(oa + "hasSelector"), NamedNode(quote)),
        (NamedNode(oa + "hasSelector"), NamedNode(position)),
    )
    yield from about(
        "guideline",
        quote,
        (TYPE, NamedNode(oa + "TextQuoteSelector")),
        (NamedNode(oa + "exact"), Literal(whole[start:end])),
        (NamedNode(oa + "prefix"), Literal(whole[max(0, start - _CONTEXT) : start])),
        (NamedNode(oa + "suffix"), Literal(whole[end : end + _CONTEXT])),
    )
    yield from about(
        "guideline",
        position,
        (TYPE, NamedNode(oa + "TextPositionSelector")),
        (NamedNode(oa + "start"), number(start)),
        (NamedNode(oa + "end"), number(end)),
    )
