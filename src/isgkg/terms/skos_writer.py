"""Term base → SKOS with the labels of SKOS-XL, in Turtle.

Flows in: a TermBase. Flows out: bytes, the same for the same term base. Plain labels are for any tool that reads SKOS, labels of SKOS-XL
hold the status, the reason and the basis; the terms beyond SKOS are those of this project's ontology.
"""

from collections.abc import Iterator
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from isgkg import names
from isgkg.errors import InputError
from isgkg.terms.model import Concept, Definition, Designation, Status, TermBase
from isgkg.terms.skos import PRIVATE

_LOCAL = {Status.PREFERRED: "prefLabel", Status.ADMITTED: "altLabel", Status.DEPRECATED: "hiddenLabel", Status.SUPERSEDED: "hiddenLabel"}
_PREFIXES = {prefix: names.PREFIXES[prefix] for prefix in ("isg", "c", "rdf", "skos", "skosxl", "dct", "oa")}


def write(base: TermBase) -> bytes:
    """The Turtle. Raises InputError for a text with half a surrogate pair, which UTF-8 does not hold, or an IRI that is none."""
    try:
        triples = [triple for number, concept in enumerate(base.concepts) for triple in _concept(concept, number, base)]
    except ValueError as error:
        raise InputError("terms.export.iri", reason=str(error)) from error
    except UnicodeEncodeError as error:
        raise InputError("terms.export.control", text=error.object.encode("utf-8", "replace").decode()) from error
    order: dict[object, int] = {}
    for triple in triples:
        order.setdefault(triple.subject, len(order))
    grouped = sorted(dict.fromkeys(triples), key=lambda triple: order[triple.subject])
    return serialize(grouped, format=RdfFormat.TURTLE, prefixes=_PREFIXES) or b""


def iri(concept: Concept) -> NamedNode:
    """The IRI of the concept: its own, else one made of its id."""
    return NamedNode(concept.iri or f"{PRIVATE}{quote(concept.id, safe='')}")


def _named(namespace: str, local: str) -> NamedNode:
    return NamedNode(namespace + local)


def _literal(text: str, lang: str) -> Literal:
    return Literal(text, language=lang) if lang else Literal(text)


def _concept(concept: Concept, number: int, base: TermBase) -> Iterator[Triple]:
    node = iri(concept)
    yield Triple(node, _named(names.RDF, "type"), _named(names.SKOS, "Concept"))
    if concept.kind:
        yield Triple(node, _named(names.RDF, "type"), _named(names.ONT, concept.kind))
    yield Triple(node, _named(names.SKOS, "notation"), Literal(concept.id))
    for place, one in enumerate(concept.designations):
        yield from _designation(node, one, BlankNode(f"l{number}x{place}"))
    for place, definition in enumerate(concept.definitions):
        yield from _definition(node, definition, BlankNode(f"d{number}x{place}"))
    for lang, note in concept.notes:
        yield Triple(node, _named(names.SKOS, "scopeNote"), _literal(note, lang))
    for local, ids in (("broader", concept.broader), ("related", concept.related)):
        for id_ in ids:
            if id_ in base.by_id:
                yield Triple(node, _named(names.SKOS, local), iri(base.by_id[id_]))
    if concept.span:
        yield from _span(node, NamedNode(concept.span), concept, BlankNode(f"s{number}"))


def _designation(node: NamedNode, one: Designation, label: BlankNode) -> Iterator[Triple]:
    local, form = _LOCAL[one.status], _literal(one.text, one.lang)
    yield Triple(node, _named(names.SKOS, local), form)
    yield Triple(node, _named(names.SKOSXL, local), label)
    yield Triple(label, _named(names.RDF, "type"), _named(names.SKOSXL, "Label"))
    yield Triple(label, _named(names.SKOSXL, "literalForm"), form)
    yield Triple(label, _named(names.ONT, "administrativeStatus"), _named(names.ONT, one.status))
    for lang, reason in sorted(one.reason.items()):
        yield Triple(label, _named(names.ONT, "reason"), _literal(reason, lang))
    if one.is_editorial:
        yield Triple(label, _named(names.ONT, "basis"), _named(names.ONT, "editorial"))


def _definition(node: NamedNode, definition: Definition, entry: BlankNode) -> Iterator[Triple]:
    text = _literal(definition.text, definition.lang)
    yield Triple(node, _named(names.SKOS, "definition"), text)
    yield Triple(node, _named(names.ONT, "definitionEntry"), entry)
    yield Triple(entry, _named(names.RDF, "type"), _named(names.ONT, "DefinitionEntry"))
    yield Triple(entry, _named(names.ONT, "definitionText"), text)
    if definition.source:
        yield Triple(entry, _named(names.DCT, "source"), Literal(definition.source))
    if definition.is_editorial:
        yield Triple(entry, _named(names.ONT, "basis"), _named(names.ONT, "editorial"))


def _span(node: NamedNode, span: NamedNode, concept: Concept, selector: BlankNode) -> Iterator[Triple]:
    yield Triple(node, _named(names.ONT, "anchor"), span)
    if concept.section:
        yield Triple(span, _named(names.ONT, "clauseNumber"), Literal(concept.section))
    if concept.quote:
        yield Triple(span, _named(names.OA, "hasSelector"), selector)
        yield Triple(selector, _named(names.OA, "exact"), Literal(concept.quote))
