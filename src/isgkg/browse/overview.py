"""The dataset at a glance: the framework, the schemes, counts, the clauses of the text, the ontology's terms, the rules of the shapes.

Flows in: a store. Flows out: frozen values in a fixed order.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import QuerySolution

from isgkg.browse.model import BASES, Quote, Ref, Texts, local, texts, value
from isgkg.store import Store

_LABELS = 'FILTER ( LANG(?labelZh) = "zh" && LANG(?labelEn) = "en" )'


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the standards framework with its sub-categories."""

    item: Ref
    sub_categories: tuple[Ref, ...]


@dataclass(frozen=True, kw_only=True)
class Level:
    """A level of a scheme with its items."""

    label: Texts
    pattern: str
    items: tuple[Ref, ...]


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """A classification scheme: letter, label, how many items, its levels (empty in a list of schemes)."""

    letter: str
    label: Texts
    count: int
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Clause:
    """A clause of the guideline: number, title, offsets, depth from 1, its words."""

    number: str
    title: str
    start: int
    end: int
    depth: int
    text: str


@dataclass(frozen=True, kw_only=True)
class OntologyTerm:
    """A class or property of the ontology."""

    iri: str
    kind: str
    label: Texts
    definition: Texts
    domain: str
    range: str
    broader: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of the shapes: id, severity (local name), message by language."""

    id: str
    severity: str
    message: Texts


def framework(store: Store) -> tuple[Part, ...]:
    """The five parts of the standards framework with their 25 sub-categories."""
    children: dict[str, list[Ref]] = {}
    for row in store.select(f"""
        SELECT ?part ?code ?labelZh ?labelEn WHERE {{
          ?item a isg:SubCategory ; isothes:broaderPartitive/skos:notation ?part ; skos:notation ?code .
          ?item skos:prefLabel ?labelZh , ?labelEn . {_LABELS} }} ORDER BY ?code"""):
        children.setdefault(value(row, "part"), []).append(_ref(row))
    rows = store.select(f"""
        SELECT ?code ?labelZh ?labelEn WHERE {{
          ?item a isg:FrameworkPart ; skos:notation ?code ; skos:prefLabel ?labelZh , ?labelEn . {_LABELS} }} ORDER BY ?code""")
    return tuple(Part(item=(item := _ref(row)), sub_categories=tuple(children.get(item.code, ()))) for row in rows)


def schemes(store: Store) -> tuple[Scheme, ...]:
    """All classification schemes with the number of their items."""
    rows = store.select(f"""
        SELECT ?letter ?labelZh ?labelEn (COUNT(?item) AS ?count) WHERE {{
          ?scheme a isg:ClassificationScheme ; skos:notation ?letter ; skos:prefLabel ?labelZh , ?labelEn . {_LABELS}
          ?item skos:inScheme ?scheme ; isg:textLabel ?text
        }} GROUP BY ?letter ?labelZh ?labelEn ORDER BY ?letter""")
    return tuple(Scheme(letter=value(row, "letter"), label=texts(row, "label"), count=int(value(row, "count"))) for row in rows)


def scheme(store: Store, letter: str) -> Scheme | None:
    """One scheme with its levels and items; None where there is none with this letter."""
    head = next((entry for entry in schemes(store) if entry.letter == letter), None)
    if head is None:
        return None
    members: dict[str, list[Ref]] = {}
    for row in store.select(f"""
        SELECT ?level ?code ?labelZh ?labelEn WHERE {{
          ?level isg:levelOf scheme:{letter} ; skos:member ?item . ?item skos:notation ?code ; skos:prefLabel ?labelZh , ?labelEn .
          {_LABELS} }} ORDER BY ?code"""):
        members.setdefault(value(row, "level"), []).append(_ref(row))
    levels = tuple(
        Level(label=texts(row, "label"), pattern=value(row, "pattern"), items=tuple(members.get(value(row, "level"), ())))
        for row in store.select(f"""
            SELECT ?level ?labelZh ?labelEn ?pattern WHERE {{
              ?level isg:levelOf scheme:{letter} ; xkos:depth ?depth ; xkos:notationPattern ?pattern ; skos:prefLabel ?labelZh , ?labelEn .
              {_LABELS} }} ORDER BY ?depth""")
    )
    return Scheme(letter=letter, label=head.label, count=head.count, levels=levels)


def bases(store: Store) -> Mapping[str, int]:
    """How many links are held on each basis, from the strongest to the weakest."""
    rows = store.select("SELECT ?basis (COUNT(?link) AS ?count) WHERE { ?link a isg:Link ; isg:basis ?basis } GROUP BY ?basis")
    found = {local(value(row, "basis")): int(value(row, "count")) for row in rows}
    return {basis: found.get(basis, 0) for basis in BASES}


def clauses(store: Store) -> tuple[Clause, ...]:
    """The clauses of the guideline in the order of its text."""
    rows = store.select("""
        SELECT ?number ?title ?start ?end ?words (COUNT(?above) AS ?depth) WHERE {
          ?clause a isg:Clause ; isg:clauseNumber ?number ; dct:title ?title .
          ?clause oa:hasSelector/oa:start ?start ; oa:hasSelector/oa:end ?end ; oa:hasSelector/oa:exact ?words .
          ?clause isg:parentClause* ?above .
        } GROUP BY ?number ?title ?start ?end ?words ORDER BY ?start DESC(?end)""")
    return tuple(
        Clause(
            number=value(row, "number"),
            title=value(row, "title"),
            start=int(value(row, "start")),
            end=int(value(row, "end")),
            depth=int(value(row, "depth")),
            text=value(row, "words"),
        )
        for row in rows
    )


def innermost(entries: tuple[Clause, ...], start: int, end: int) -> Clause | None:
    """The smallest clause that holds [start, end)."""
    around = [entry for entry in entries if entry.start <= start and end <= entry.end]
    return min(around, key=lambda entry: entry.end - entry.start, default=None)


def anchored(store: Store, start: int, end: int) -> tuple[Ref, ...]:
    """Items whose sentence is the span [start, end), or lies within it."""
    rows = store.select(f"""
        SELECT DISTINCT ?code ?labelZh ?labelEn WHERE {{
          ?item isg:anchor ?span ; skos:notation ?code ; skos:prefLabel ?labelZh , ?labelEn . {_LABELS}
          ?span oa:hasSelector/oa:start ?from ; oa:hasSelector/oa:end ?to . FILTER ( ?from >= {int(start)} && ?to <= {int(end)} )
        }} ORDER BY ?code""")
    return tuple(_ref(row) for row in rows)


def text(store: Store, start: int, end: int) -> Quote | None:
    """The words of [start, end) with their clause; None where they lie in no clause."""
    entry = innermost(clauses(store), start, end)
    if entry is None or start >= end:
        return None
    return Quote(
        text=entry.text[start - entry.start : end - entry.start],
        start=start,
        end=end,
        clause=entry.number,
        before=entry.text[: start - entry.start],
        after=entry.text[end - entry.start :],
    )


def ontology(store: Store) -> tuple[OntologyTerm, ...]:
    """The classes and properties of the ontology, classes first, by label."""
    rows = store.select("""
        SELECT ?term ?kind ?labelZh ?labelEn ?definitionZh ?definitionEn
               (SAMPLE(?d) AS ?domain) (SAMPLE(?r) AS ?range) (SAMPLE(?b) AS ?broader) WHERE {
          GRAPH graph:ontology {
            ?term a ?kind ; rdfs:isDefinedBy <https://w3id.org/isgkg/ont> ; rdfs:label ?labelZh , ?labelEn .
            FILTER ( ?kind IN (owl:Class, owl:ObjectProperty, owl:DatatypeProperty, owl:AnnotationProperty) )
            FILTER ( LANG(?labelZh) = "zh" && LANG(?labelEn) = "en" )
            ?term skos:definition ?definitionZh , ?definitionEn . FILTER ( LANG(?definitionZh) = "zh" && LANG(?definitionEn) = "en" )
            OPTIONAL { ?term rdfs:domain ?d FILTER ( isIRI(?d) ) }
            OPTIONAL { ?term rdfs:range ?r FILTER ( isIRI(?r) ) }
            OPTIONAL { ?term rdfs:subClassOf|rdfs:subPropertyOf ?b FILTER ( isIRI(?b) ) }
          }
        } GROUP BY ?term ?kind ?labelZh ?labelEn ?definitionZh ?definitionEn ORDER BY ?kind ?term""")
    return tuple(
        OntologyTerm(
            iri=value(row, "term"),
            kind=local(value(row, "kind")),
            label=texts(row, "label"),
            definition=texts(row, "definition"),
            domain=value(row, "domain"),
            range=value(row, "range"),
            broader=value(row, "broader"),
        )
        for row in rows
    )


def labels(store: Store) -> dict[str, Texts]:
    """Labels of the terms of the ontology, and of the terms of other vocabularies that links use, by IRI."""
    rows = store.select(f"""
        SELECT ?term ?labelZh ?labelEn WHERE {{ GRAPH graph:ontology {{ ?term rdfs:label ?labelZh , ?labelEn . {_LABELS} }} }}""")
    return {value(row, "term"): texts(row, "label") for row in rows}


def rules(store: Store) -> tuple[Rule, ...]:
    """The rules of the shapes, by id."""
    rows = store.select("""
        SELECT DISTINCT ?id ?severity ?messageZh ?messageEn WHERE {
          GRAPH graph:shapes {
            ?shape dct:identifier ?id ; sh:message ?messageZh , ?messageEn . FILTER ( LANG(?messageZh) = "zh" && LANG(?messageEn) = "en" )
            OPTIONAL { ?shape sh:severity ?own }
            OPTIONAL { ?parent sh:sparql|sh:property ?shape ; sh:severity ?above }
            BIND ( COALESCE(?own, ?above, sh:Violation) AS ?severity )
          }
        }""")
    found = (Rule(id=value(row, "id"), severity=local(value(row, "severity")).lower(), message=texts(row, "message")) for row in rows)
    # Sorted here, because not every store sorts long texts by their characters.
    return tuple(sorted(found, key=lambda rule: (rule.id, rule.message["en"], rule.message["zh"], rule.severity)))


def _ref(row: QuerySolution) -> Ref:
    return Ref(code=value(row, "code"), label=texts(row, "label"))
