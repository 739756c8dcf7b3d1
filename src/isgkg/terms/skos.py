"""SKOS and SKOS-XL → term base.

Flows in: Turtle, N-Triples, RDF/XML or JSON-LD. Flows out: a Document. pyoxigraph reads; nothing is fetched. Labels of SKOS-XL say more
than plain ones (status, reason), so that a plain label that also stands there is passed over.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from isgkg import messages, names
from isgkg.content import encoding
from isgkg.errors import ContentError
from isgkg.messages import Language
from isgkg.terms import languages, xmls
from isgkg.terms.document import Document
from isgkg.terms.model import Concept, Definition, Designation, Status, TermBase

RULE: Final = "terms-rdf"
PRIVATE: Final = "urn:isgkg:term:"
"""Begins the IRI that a concept gets in RDF when it has none of its own."""
_BASE: Final = "file:///"
_MAX_DEPTH: Final = 64
_MAX_CONTEXT: Final = 2_000
"""Terms that the contexts of a JSON-LD file may define: a chain of some ten thousand ends the process."""
FORMATS: Final[Mapping[str, RdfFormat]] = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "owl": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
_PLACE: Final = re.compile(r"^Parser error at line \d+ (?:column \d+|between columns? .*?): ")
_TYPE: Final = NamedNode(names.RDF + "type")
_EDITORIAL: Final = NamedNode(names.ONT + "editorial")
_LABELS: Final = (("prefLabel", Status.PREFERRED), ("altLabel", Status.ADMITTED), ("hiddenLabel", Status.DEPRECATED))
_NOTES: Final = ("scopeNote", "note", "example")
_KINDLESS: Final = frozenset({"Concept", "TermEntry"})
Node = NamedNode | BlankNode
Index = Mapping[tuple[object, str], Sequence[Node | Literal]]
"""Objects by subject and the IRI of the predicate, in the order of their N-Triples."""


def read(data: bytes, kind: RdfFormat) -> Document:
    """The concepts of a SKOS file. Raises ContentError (rules terms-rdf, terms-xml, encoding) with the line where one is known."""
    index, concepts = _index(_triples(data, kind))
    if not concepts:
        raise ContentError("terms.rdf.no-concept", rule=RULE)
    ids = _ids(index, concepts)
    made = sorted((_concept(index, node, ids) for node in concepts), key=lambda concept: concept.id)
    return Document(base=TermBase(concepts=tuple(concept for concept in made if concept.designations)))


def _triples(data: bytes, kind: RdfFormat) -> Iterator[Triple]:
    content, _ = encoding.utf8(data)
    if kind is RdfFormat.RDF_XML:
        content = xmls.checked(data)
    elif kind is RdfFormat.JSON_LD:
        _inspect(content)
    elif content.count(b"<<") > _MAX_DEPTH:  # triple terms in triple terms; IRIs and texts hold fewer
        raise ContentError("terms.rdf.nesting", rule=RULE)
    try:
        for quad in parse(content, format=kind, base_iri=_BASE):
            if not isinstance(quad.object, Triple) and not isinstance(quad.subject, Triple):
                yield quad.triple
    except SyntaxError as error:
        reason = messages.both("terms.rdf.engine")
        said = _PLACE.sub("", error.msg or "").rstrip(".")
        raise ContentError(
            "terms.rdf.syntax", rule=RULE, line=error.lineno, column=error.offset, reason={**reason, "en": said or reason["en"]}
        ) from error


def _inspect(content: bytes) -> None:
    """Raises ContentError for JSON that is none, nests deeply, names a context elsewhere, or defines too many terms."""
    try:
        document = json.loads(content)
    except ValueError as error:
        raise ContentError(
            "terms.rdf.json", rule=RULE, line=getattr(error, "lineno", None), column=getattr(error, "colno", None)
        ) from error
    except RecursionError as error:
        raise ContentError("terms.rdf.nesting", rule=RULE) from error
    terms = 0
    pending: list[tuple[object, int]] = [(document, 0)]
    while pending:
        value, depth = pending.pop()
        if depth > _MAX_DEPTH or terms > _MAX_CONTEXT:
            raise ContentError("terms.rdf.nesting", rule=RULE)
        if isinstance(value, list):
            pending += [(item, depth + 1) for item in value]
        elif isinstance(value, dict):
            context = value.get("@context", [])
            for part in context if isinstance(context, list) else [context]:
                if isinstance(part, str) or (isinstance(part, dict) and "@import" in part):
                    raise ContentError("terms.rdf.context", rule=RULE, iri=part if isinstance(part, str) else part["@import"])
                terms += len(part) if isinstance(part, dict) else 0
            pending += [(item, depth + 1) for item in value.values()]


def _index(triples: Iterator[Triple]) -> tuple[Index, list[Node]]:
    """The statements by subject and predicate, and the subjects that are concepts."""
    index: dict[tuple[object, str], list[Node | Literal]] = defaultdict(list)
    found: dict[Node, None] = {}
    concept, label, xl = NamedNode(names.SKOS + "Concept"), names.SKOS + "prefLabel", names.SKOSXL + "prefLabel"
    schemes = set()
    for triple in triples:
        subject, predicate, target = triple.subject, triple.predicate.value, triple.object
        if isinstance(target, Triple) or isinstance(subject, Triple):
            continue
        index[subject, predicate].append(target)
        if (triple.predicate == _TYPE and target == concept) or predicate in {label, xl}:
            found[subject] = None
        if triple.predicate == _TYPE and target in {NamedNode(names.SKOS + "ConceptScheme"), NamedNode(names.SKOS + "Collection")}:
            schemes.add(subject)
    return {key: sorted(values, key=str) for key, values in index.items()}, [node for node in found if node not in schemes]


def _ids(index: Index, concepts: Sequence[Node]) -> dict[Node, str]:
    """An id for each concept: its notation, else the end of its IRI; where that is another's, the whole IRI."""
    ids: dict[Node, str] = {}
    taken: set[str] = set()
    for node in sorted(concepts, key=str):
        whole = node.value.removeprefix(PRIVATE) if isinstance(node, NamedNode) else f"_:{node.value}"
        notations = [one.value for one in index.get((node, names.SKOS + "notation"), ()) if isinstance(one, Literal)]
        short = re.split("[/#]", whole.rstrip("/#"))[-1] if isinstance(node, NamedNode) else ""
        ids[node] = next(id_ for id_ in (*notations, short, whole, node.value) if id_ and id_ not in taken)
        taken.add(ids[node])
    return ids


def _concept(index: Index, node: Node, ids: Mapping[Node, str]) -> Concept:
    def all_(local: str, namespace: str = names.SKOS) -> Sequence[Node | Literal]:
        return index.get((node, namespace + local), ())

    def linked(local: str) -> tuple[str, ...]:
        return tuple(sorted(ids[target] for target in all_(local) if not isinstance(target, Literal) and target in ids))

    kinds = (kind.value.removeprefix(names.ONT) for kind in all_("type", names.RDF) if kind.value.startswith(names.ONT))
    span = next(iter(all_("anchor", names.ONT)), None)
    return Concept(
        id=ids[node],
        iri=node.value if isinstance(node, NamedNode) and not node.value.startswith(PRIVATE) else None,
        designations=tuple(_designations(index, node)),
        definitions=tuple(_definitions(index, node)),
        notes=tuple((_lang(note), note.value) for local in _NOTES for note in all_(local) if isinstance(note, Literal)),
        broader=linked("broader"),
        related=linked("related"),
        kind=next((kind for kind in kinds if kind not in _KINDLESS), None),
        section=_text(index, span, names.ONT + "clauseNumber"),
        quote=_quote(index, span),
        span=span.value if isinstance(span, NamedNode) else None,
    )


def _lang(literal: Literal) -> str:
    """The language of a text; a tag that is none is kept for the rules to find (T07)."""
    tag = literal.language or ""
    return languages.canonical(tag) or tag


def _text(index: Index, node: object, predicate: str) -> str | None:
    return next((one.value for one in index.get((node, predicate), ()) if isinstance(one, Literal)), None)


def _quote(index: Index, span: object) -> str | None:
    selectors = index.get((span, names.OA + "hasSelector"), ())
    return next((text for selector in selectors if (text := _text(index, selector, names.OA + "exact")) is not None), None)


def _designations(index: Index, node: Node) -> list[Designation]:
    """Chinese first, then by language and status; a text has one status in a language, that of its SKOS-XL label before others."""
    found: dict[tuple[str, str, Status], Designation] = {}
    labelled: set[tuple[str, str]] = set()
    for local, usual in _LABELS:
        for label in index.get((node, names.SKOSXL + local), ()):
            for form in index.get((label, names.SKOSXL + "literalForm"), ()):
                if isinstance(form, Literal):
                    one = _of_label(index, label, form, usual)
                    found[one.text, one.lang, one.status] = one
                    labelled.add((one.text, one.lang))
    for local, usual in _LABELS:
        for form in index.get((node, names.SKOS + local), ()):
            if isinstance(form, Literal) and (form.value, _lang(form)) not in labelled:
                found[form.value, _lang(form), usual] = Designation(text=form.value, lang=_lang(form), status=usual)
    order = list(Status)
    return sorted(found.values(), key=lambda one: (one.lang != "zh", one.lang, order.index(one.status), one.text))


def _of_label(index: Index, label: object, form: Literal, usual: Status) -> Designation:
    given = [status.value.removeprefix(names.ONT) for status in index.get((label, names.ONT + "administrativeStatus"), ())]
    reason: dict[Language, str] = {}
    for text in index.get((label, names.ONT + "reason"), ()):
        if isinstance(text, Literal):
            reason.setdefault("zh" if (text.language or "zh").startswith("zh") else "en", text.value)
    return Designation(
        text=form.value,
        lang=_lang(form),
        status=next((Status(status) for status in given if status in set(Status)), usual),
        reason=reason,
        is_editorial=_EDITORIAL in index.get((label, names.ONT + "basis"), ()),
    )


def _definitions(index: Index, node: Node) -> list[Definition]:
    """The definitions: texts, and nodes that hold a text with its source (SKOS Primer, 4.2; isg:DefinitionEntry)."""
    found: dict[tuple[str, str], Definition] = {}
    described = (*index.get((node, names.ONT + "definitionEntry"), ()), *index.get((node, names.SKOS + "definition"), ()))
    for entry in described:
        if isinstance(entry, Literal):
            found.setdefault((entry.value, _lang(entry)), Definition(text=entry.value, lang=_lang(entry)))
            continue
        source = next((one.value for one in index.get((entry, names.DCT + "source"), ())), None)
        is_editorial = _EDITORIAL in index.get((entry, names.ONT + "basis"), ())
        for predicate in (names.ONT + "definitionText", names.RDF + "value"):
            for text in index.get((entry, predicate), ()):
                if isinstance(text, Literal):
                    one = Definition(text=text.value, lang=_lang(text), source=source, is_editorial=is_editorial)
                    found[one.text, one.lang] = one
    return sorted(found.values(), key=lambda one: (one.lang != "zh", one.lang, one.text))
