"""The term base that a release holds.

Flows in: a store. Flows out: a TermBase: the items of the guideline, in the order of their codes, with designations, definitions, places.
"""

from collections import defaultdict
from typing import Final

from isgkg import names
from isgkg.messages import Language
from isgkg.store import Store
from isgkg.terms.model import Concept, Definition, Designation, Status, TermBase

_CONCEPTS: Final = """
SELECT ?concept ?code ?class ?number ?span ?quote WHERE {
    GRAPH graph:guideline { ?concept skos:notation ?code ; a ?class FILTER ( ?class != skos:Concept ) }
    OPTIONAL {
        ?concept isg:anchor ?span . ?span oa:hasSelector/oa:exact ?quote .
        OPTIONAL { ?span isg:clause/isg:clauseNumber ?inner } OPTIONAL { ?span isg:clauseNumber ?own }
        BIND ( COALESCE(?own, ?inner) AS ?number )
    }
} ORDER BY ?code ?class ?span"""
_LABELS: Final = """
SELECT ?concept ?form ?status ?basis ?reason WHERE {
    ?concept skosxl:prefLabel|skosxl:altLabel|skosxl:hiddenLabel ?label .
    ?label skosxl:literalForm ?form ; isg:administrativeStatus ?status .
    OPTIONAL { ?label isg:basis ?basis }
    OPTIONAL { ?label isg:reason ?reason }
} ORDER BY ?concept ?label ?reason"""
_DEFINITIONS: Final = """
SELECT ?concept ?text ?basis WHERE {
    ?concept isg:definitionEntry ?entry . ?entry isg:definitionText ?text .
    OPTIONAL { ?entry isg:basis ?basis }
} ORDER BY ?concept ?text"""
_RELATED: Final = "SELECT ?concept ?to ?how WHERE { VALUES ?how { skos:broader skos:related } ?concept ?how ?to } ORDER BY ?concept ?to"
_NOTES: Final = "SELECT ?concept ?text WHERE { ?concept skos:scopeNote ?text ; skos:notation ?code } ORDER BY ?concept ?text"
_SOURCE: Final = "智能社会发展与治理标准化指引（2025版）"


def from_store(store: Store, release: str | None = None) -> TermBase:
    """The term base of the release in the store."""
    designations: dict[str, dict[tuple[str, str], Designation]] = defaultdict(dict)
    for row in store.select(_LABELS):
        form = row["form"]
        held = designations[row["concept"].value]
        before = held.get((form.value, form.language))
        reason: dict[Language, str] = dict(before.reason) if before else {}
        if row["reason"] is not None:
            reason["zh" if row["reason"].language == "zh" else "en"] = row["reason"].value
        held[form.value, form.language] = Designation(
            text=form.value,
            lang=form.language,
            status=Status(row["status"].value.rpartition("#")[2]),
            reason=reason,
            is_editorial=_is_editorial(row["basis"]),
        )
    return TermBase(concepts=tuple(_concepts(store, designations)), release=release)


def _concepts(store: Store, designations: dict[str, dict[tuple[str, str], Designation]]) -> list[Concept]:
    definitions: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    for row in store.select(_DEFINITIONS):
        definitions[row["concept"].value].append((row["text"].value, row["text"].language, _is_editorial(row["basis"])))
    links: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in store.select(_RELATED):
        links[row["concept"].value, row["how"].value.rpartition("#")[2]].append(row["to"].value.removeprefix(names.CONCEPT))
    notes: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in store.select(_NOTES):
        notes[row["concept"].value].append((row["text"].language, row["text"].value))
    found: dict[str, Concept] = {}
    for row in store.select(_CONCEPTS):
        iri = row["concept"].value
        if iri in found or iri not in designations:
            continue
        section = row["number"].value if row["number"] else None
        found[iri] = Concept(
            id=row["code"].value,
            iri=iri,
            designations=tuple(sorted(designations[iri].values(), key=lambda one: (one.lang != "zh", list(Status).index(one.status)))),
            definitions=tuple(
                # The text is in Chinese only: a quoted definition has its English from the editors.
                Definition(text=text, lang=lang, source=None if own else f"{_SOURCE}，{section}", is_editorial=own or lang != "zh")
                for text, lang, own in sorted(definitions[iri], key=lambda one: one[1] != "zh")
            ),
            notes=tuple(notes[iri]),
            broader=tuple(links[iri, "broader"]),
            related=tuple(links[iri, "related"]),
            kind=row["class"].value.removeprefix(names.ONT),
            section=section,
            quote=row["quote"].value if row["quote"] else None,
            span=row["span"].value if row["span"] else None,
        )
    return list(found.values())


def _is_editorial(basis: object) -> bool:
    return basis is not None and str(getattr(basis, "value", "")).endswith("#editorial")
