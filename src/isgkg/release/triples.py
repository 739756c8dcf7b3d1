"""Tables into triples.

Flows in: checked Sources. Flows out: quads of the graphs guideline, text and editorial. One function a kind of thing; what each predicate
means is in ontology/, how IRIs are made in `names`.
"""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad, Triple

from isgkg import names
from isgkg.folding import fold
from isgkg.release.check import VARIANT, by_code
from isgkg.release.sources import Definition, Designation, Item, Link, Rule, Sources
from isgkg.release.spans import clause_quads, span_quads
from isgkg.release.statements import TYPE, about, code, isg, number, skos, text
from isgkg.release.tables import Row

PREDICATES: dict[str, str] = {
    "broader": names.ISOTHES + "broaderGeneric",
    "broaderGeneric": names.ISOTHES + "broaderGeneric",
    "broaderPartitive": names.ISOTHES + "broaderPartitive",
    "relatedTo": names.SKOS + "related",
    "differentFrom": names.OWL + "differentFrom",
}
"""Predicates of the tables that are terms of other vocabularies; every other one is isg:."""

_INVERSES = {"roleIn": "hasRole", "contentOf": "hasEvaluationContent"}
_HIERARCHICAL = {"broaderPartitive", "broaderGeneric"}
_STATUS_LABELS = {"preferred": "prefLabel", "admitted": "altLabel", "deprecated": "hiddenLabel", "superseded": "hiddenLabel"}


def quads(sources: Sources) -> Iterator[Quad]:
    """All statements of the tables, each in its named graph; a statement may come more than once."""
    yield from _document(sources)
    yield from _schemes(sources)
    for clause in sources.clauses:
        yield from clause_quads(sources, clause)
    for item in sources.items:
        if item.kind != VARIANT:
            yield from _item(sources, item)
    nodes = labels(sources)
    for node, entry in nodes:
        yield from _designation(sources, entry, node)
    for definition in sources.definitions:
        yield from _definition(sources, definition)
    yield from _notes(sources)
    yield from _retired(sources)
    for rule in sources.rules:
        yield from _rule(rule, sources)
    ends, items = _ends(sources, nodes), by_code(sources)
    for link in (*_parent_links(sources), *sources.links):
        yield from _link(sources, link, ends, items)


def stated(sources: Sources) -> Iterator[tuple[Triple, Row, str]]:
    """The kinds and the relations of the items as plain triples, each with the line that says it and the code or id that this line has."""
    for item in sources.items:
        if item.kind != VARIANT:
            yield Triple(NamedNode(names.concept(item.code)), TYPE, isg(sources.kinds[item.kind].class_)), item.row, item.code
    ends = _ends(sources, labels(sources))
    for link in (*_parent_links(sources), *sources.links):
        yield _plain(link, ends), link.row, link.id


def graph_of(basis: str) -> str:
    """Local name of the graph for statements on this basis: `text` for what the text carries, `editorial` for what is ours."""
    return "text" if basis in {"explicit", "structural"} else "editorial"


def _document(sources: Sources) -> Iterator[Quad]:
    title = by_code(sources)["N00"]
    yield from about(
        "guideline",
        names.SOURCE,
        (TYPE, isg("SourceDocument")),
        (NamedNode(names.DCT + "title"), text(title.zh, "zh")),
        (NamedNode(names.DCT + "title"), text(title.en, "en")),
    )


def _schemes(sources: Sources) -> Iterator[Quad]:
    """One concept scheme a letter, with its levels as an RDF list of xkos:ClassificationLevel (XKOS, 4.1)."""
    letters: dict[str, list[int]] = {}
    for level in sources.levels:
        letters.setdefault(level.letter, []).append(level.depth)
    for level in sources.levels:
        scheme, node = names.SCHEME + level.letter, f"{names.SCHEME}{level.letter}/{level.depth}"
        row = level.row
        if level.depth == 1:
            label = [
                (predicate, text(row[lang], lang))
                for lang in ("zh", "en")
                for predicate in (skos("prefLabel"), NamedNode(names.DCT + "title"))
            ]
            yield from about("guideline", scheme, (TYPE, isg("ClassificationScheme")), (TYPE, skos("ConceptScheme")), *label)
            yield from about(
                "guideline",
                scheme,
                (skos("notation"), Literal(level.letter)),
                (NamedNode(names.DCT + "source"), NamedNode(names.SOURCE)),
                (NamedNode(names.XKOS + "numberOfLevels"), number(len(letters[level.letter]))),
                (NamedNode(names.XKOS + "levels"), NamedNode(f"{node}/list")),
            )
        rest = f"{names.SCHEME}{level.letter}/{level.depth + 1}/list" if level.depth < len(letters[level.letter]) else names.RDF + "nil"
        yield from about(
            "guideline", f"{node}/list", (NamedNode(names.RDF + "first"), NamedNode(node)), (NamedNode(names.RDF + "rest"), NamedNode(rest))
        )
        yield from about(
            "guideline",
            node,
            (TYPE, NamedNode(names.XKOS + "ClassificationLevel")),
            (skos("prefLabel"), text(row["level_zh"], "zh")),
            (skos("prefLabel"), text(row["level_en"], "en")),
            (NamedNode(names.XKOS + "depth"), number(level.depth)),
            (NamedNode(names.XKOS + "notationPattern"), Literal(level.pattern)),
            (isg("levelOf"), NamedNode(scheme)),
        )


def _item(sources: Sources, item: Item) -> Iterator[Quad]:
    node, scheme = names.concept(item.code), names.SCHEME + item.code[0]
    kind = sources.kinds[item.kind]
    depth = next(level.depth for level in sources.levels if level.letter == item.code[0] and len(_sample(level.pattern)) == len(item.code))
    yield from span_quads(sources, item.span)
    yield from span_quads(sources, item.label)
    yield from about(
        "guideline",
        node,
        (TYPE, skos("Concept")),
        (TYPE, isg(kind.class_)),
        (skos("notation"), code(item.code)),
        (skos("inScheme"), NamedNode(scheme)),
        (isg("textLabel"), Literal(item.zh)),
        (isg("anchor"), NamedNode(names.span(*item.span))),
        (isg("labelSpan"), NamedNode(names.span(*item.label))),
        (NamedNode(names.DCT + "source"), NamedNode(names.SOURCE)),
    )
    yield from about("guideline", f"{scheme}/{depth}", (skos("member"), NamedNode(node)))
    broader = {link.subject for link in sources.links if link.predicate == "broader" and link.object[0] == link.subject[0]}
    if item.code not in broader and not (item.parent and item.parent[0] == item.code[0] and kind.relation in _HIERARCHICAL):
        yield from about("guideline", node, (skos("topConceptOf"), NamedNode(scheme)))
        yield from about("guideline", scheme, (skos("hasTopConcept"), NamedNode(node)))


def _sample(pattern: str) -> str:
    r"""A string as long as the codes of a pattern such as ^S\d{3}$."""
    body = pattern.strip("^$")
    digits = body[1:].removeprefix(r"\d").strip("{}") or "1"
    return body[0] + "0" * int(digits)


def labels(sources: Sources) -> list[tuple[str, Designation]]:
    """Every designation with the IRI of its node: per item and language numbered from 1, the preferred one first."""
    listed: dict[str, list[Designation]] = {}
    for entry in sources.designations:
        listed.setdefault(entry.code, []).append(entry)
    nodes = []
    for item in sources.items:
        if item.kind == VARIANT:
            continue
        entries = listed.get(item.code, [])
        replaced = {entry.lang for entry in entries if entry.status == "preferred"}
        own = [entry for entry in _own_designations(item) if entry.lang not in replaced]
        counts: dict[str, int] = {}
        for entry in sorted((*own, *entries), key=lambda entry: entry.status != "preferred"):
            counts[entry.lang] = counts.get(entry.lang, 0) + 1
            nodes.append((f"{names.LABEL}{item.code}-{entry.lang}-{counts[entry.lang]}", entry))
    return nodes


def _own_designations(item: Item) -> tuple[Designation, Designation]:
    """The two labels of the item's own line: the words of the text, and their translation."""
    return (
        Designation(item.code, "zh", item.zh, "preferred", "", "explicit", item.label, {}, item.row),
        Designation(item.code, "en", item.en, "preferred", "", "editorial", None, _TRANSLATED, item.row),
    )


_TRANSLATED = {"zh": "译名由编者给出，原文只有中文", "en": "translated by the editors; the text is in Chinese only"}


def _designation(sources: Sources, entry: Designation, node: str) -> Iterator[Quad]:
    concept = names.concept(entry.code)
    label = text(entry.label, entry.lang)
    local = _STATUS_LABELS[entry.status]
    yield from about("guideline", concept, (skos(local), label), (NamedNode(names.SKOSXL + local), NamedNode(node)))
    yield from about(
        "guideline",
        node,
        (TYPE, isg("VariantDesignation" if entry.notation else "Designation")),
        (TYPE, NamedNode(names.SKOSXL + "Label")),
        (NamedNode(names.SKOSXL + "literalForm"), label),
        (isg("administrativeStatus"), isg(entry.status)),
        (isg("basis"), isg(entry.basis)),
        (isg("foldedForm"), Literal(fold(entry.label))),
        *((isg("reason"), text(reason, lang)) for lang, reason in entry.reason.items()),
    )
    if entry.notation:
        yield from about("guideline", node, (skos("notation"), code(entry.notation)))
    if entry.span:
        yield from span_quads(sources, entry.span)
        yield from about("guideline", node, (isg("anchor"), NamedNode(names.span(*entry.span))))
    if entry.status in {"deprecated", "superseded"}:
        yield from about("guideline", node, (isg("preferredDesignation"), NamedNode(f"{names.LABEL}{entry.code}-{entry.lang}-1")))


def _definition(sources: Sources, definition: Definition) -> Iterator[Quad]:
    """The definition as a literal, and as an entry with its basis; editorial ones lie in the graph editorial."""
    node, concept = names.DEFINITION + definition.code, names.concept(definition.code)
    graph = "guideline" if definition.span else "editorial"
    for lang, words in (("zh", definition.zh), ("en", definition.en)):
        yield from about(graph, concept, (skos("definition"), text(words, lang)))
        yield from about(graph, node, (isg("definitionText"), text(words, lang)))
    yield from about(graph, concept, (isg("definitionEntry"), NamedNode(node)))
    yield from about(graph, node, (TYPE, isg("DefinitionEntry")), (isg("basis"), isg(definition.basis)))
    if definition.span:
        yield from span_quads(sources, definition.span)
        yield from about(graph, node, (isg("anchor"), NamedNode(names.span(*definition.span))))


def _notes(sources: Sources) -> Iterator[Quad]:
    for note in sources.notes:
        for lang, words in (("zh", note.zh), ("en", note.en)):
            yield from about("editorial", names.concept(note.code), (skos(note.property), text(words, lang)))


def _retired(sources: Sources) -> Iterator[Quad]:
    """A retired code keeps its IRI: owl:deprecated, since when, what replaces it, and why (rule T27)."""
    for entry in sources.retired:
        yield from about(
            "guideline",
            names.concept(entry.code),
            (NamedNode(names.OWL + "deprecated"), Literal("true", datatype=NamedNode(names.XSD + "boolean"))),
            (skos("notation"), code(entry.code)),
            (isg("retiredIn"), Literal(entry.release)),
            *((skos("historyNote"), text(reason, lang)) for lang, reason in entry.reason.items()),
            *([(NamedNode(names.DCT + "isReplacedBy"), NamedNode(names.concept(entry.replaced_by)))] if entry.replaced_by else []),
        )


def _rule(rule: Rule, sources: Sources) -> Iterator[Quad]:
    """A rule for records: what it asks, how gravely, and the words or the document that it rests on."""
    node = names.RULE + rule.id
    yield from about(
        "editorial",
        node,
        (TYPE, isg("Rule")),
        (NamedNode(names.DCT + "identifier"), Literal(rule.id)),
        (skos("definition"), text(rule.zh, "zh")),
        (skos("definition"), text(rule.en, "en")),
        *((isg("ruleSeverity"), NamedNode(names.SH + severity.capitalize())) for severity in rule.severities),
    )
    if rule.source:
        yield from about("editorial", node, (NamedNode(names.DCT + "source"), Literal(rule.source)))
    if rule.span:
        yield from span_quads(sources, rule.span)
        yield from about("editorial", node, (isg("anchor"), NamedNode(names.span(*rule.span))))


def _parent_links(sources: Sources) -> Iterator[Link]:
    """The relation of an item to the parent of its line, as a link, unless links.tsv says the same."""
    said = {(link.subject, PREDICATES.get(link.predicate, link.predicate), link.object) for link in sources.links}
    for item in sources.items:
        kind = sources.kinds[item.kind]
        if not item.parent or item.kind == VARIANT:
            continue
        same = (item.code, PREDICATES.get(kind.relation, kind.relation), item.parent)
        inverse = (item.parent, _INVERSES.get(kind.relation, ""), item.code)
        if same not in said and inverse not in said:
            yield Link(f"{item.code}-{item.parent}", item.code, kind.relation, item.parent, kind.basis, item.span, item.quote, {}, item.row)


def _ends(sources: Sources, nodes: list[tuple[str, Designation]]) -> dict[str, str]:
    """IRI by code, for the ends of links: the concept, or for a variant designation its label node."""
    concepts = {item.code: names.concept(item.code) for item in sources.items}
    return concepts | {entry.notation: node for node, entry in nodes if entry.notation}


def _plain(link: Link, ends: dict[str, str]) -> Triple:
    predicate = NamedNode(PREDICATES.get(link.predicate, names.ONT + link.predicate))
    return Triple(NamedNode(ends[link.subject]), predicate, NamedNode(ends[link.object]))


def _link(sources: Sources, link: Link, ends: dict[str, str], items: dict[str, Item]) -> Iterator[Quad]:
    """The plain triple, and the isg:Link that says on what basis it is held and which words carry it."""
    graph, node = graph_of(link.basis), names.LINK + link.id
    subject, target = ends[link.subject], ends[link.object]
    plain = _plain(link, ends)
    yield from about(graph, subject, (plain.predicate, NamedNode(target)))
    yield from about(
        graph,
        node,
        (TYPE, isg("Link")),
        (isg("linkSubject"), NamedNode(subject)),
        (isg("linkPredicate"), plain.predicate),
        (isg("linkObject"), NamedNode(target)),
        (isg("basis"), isg(link.basis)),
        *((isg("reason"), text(reason, lang)) for lang, reason in link.reason.items()),
    )
    if link.span:
        yield from span_quads(sources, link.span)
        yield from about(graph, node, (isg("anchor"), NamedNode(names.span(*link.span))))
    if graph == "editorial":
        # What is held for its wording, or by the editors, shows the two places that were compared.
        for code_ in (link.subject, link.object):
            yield from about(graph, node, (isg("comparedSpan"), NamedNode(names.span(*items[code_].span))))
