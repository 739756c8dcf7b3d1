"""One item with all that the graph says of it.

Flows in: a store and a code. Flows out: an Item, or NotFound with the nearest codes.
"""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from isgkg import messages
from isgkg.browse import links
from isgkg.browse.model import LinkView, Quote, Ref, Texts, concept, local, texts, value
from isgkg.browse.search import search
from isgkg.errors import NotFound
from isgkg.messages import LANGUAGES, Language
from isgkg.store import Store

_CODE = re.compile(r"[A-Z][0-9]{1,5}")
_NEAREST = 3
_LONGEST_SHOWN = 40


@dataclass(frozen=True, kw_only=True)
class Designation:
    """A label with its language, status, basis, and why it has that status."""

    text: str
    lang: str
    status: str
    basis: str
    reason: Texts


@dataclass(frozen=True, kw_only=True)
class Note:
    """A note: the local name of its SKOS property, and its text by language."""

    property: str
    text: Texts


@dataclass(frozen=True, kw_only=True)
class Item:
    """Everything about one item. `ancestors` run from the top down; `children` are listed under the item.

    A text that the graph lacks in a language is not among its texts; `definition_basis` is "" where there is no definition.
    """

    code: str
    iri: str
    kind: Texts
    kind_iri: str
    scheme: str
    scheme_label: Texts
    label: Texts
    text_label: str
    designations: tuple[Designation, ...]
    definition: Texts
    definition_basis: str
    notes: tuple[Note, ...]
    quote: Quote
    ancestors: tuple[Ref, ...]
    children: tuple[Ref, ...]
    links_out: tuple[LinkView, ...]
    links_in: tuple[LinkView, ...]


def get(store: Store, code: str) -> Item:
    """The item with this code (upper or lower case, full or half width).

    Raises NotFound naming the nearest items, by code or by label; for a variant's code, its concept.
    """
    # An argument of the command line that is not UTF-8 holds lone surrogates, which no store takes.
    code = unicodedata.normalize("NFKC", code.encode(errors="replace").decode()).strip().upper()
    if not _CODE.fullmatch(code) or not store.ask(f"ASK {{ {concept(code)} isg:textLabel ?label }}"):
        raise _unknown(store, code)
    head = next(iter(store.select(_HEAD.format(item=concept(code)))))
    return Item(
        code=code,
        iri=value(head, "item"),
        kind=texts(head, "kind"),
        kind_iri=value(head, "class"),
        scheme=local(value(head, "scheme")),
        scheme_label=texts(head, "scheme"),
        label=texts(head, "label"),
        text_label=value(head, "textLabel"),
        designations=_designations(store, code),
        definition=texts(head, "definition"),
        definition_basis=local(value(head, "definitionBasis")),
        notes=_notes(store, code),
        quote=_quote(store, code),
        ancestors=_ancestors(store, code),
        children=_children(store, code),
        links_out=links.matching(store, f"?link isg:linkSubject {concept(code)}"),
        links_in=links.matching(store, f"{{ ?link isg:linkObject {concept(code)} }}"),
    )


def concept_of_variant(store: Store, code: str) -> str | None:
    """The code of the concept that a variant designation such as H06 names; None for any other code."""
    if not _CODE.fullmatch(code):
        return None
    query = f"""SELECT ?code WHERE {{
        ?label a isg:VariantDesignation ; skos:notation ?own ; ^skosxl:altLabel/skos:notation ?code FILTER ( STR(?own) = "{code}" ) }}"""
    return next((value(row, "code") for row in store.select(query)), None)


def _unknown(store: Store, code: str) -> NotFound:
    target = concept_of_variant(store, code)
    if target:
        return NotFound("item.variant", code=code, target=target)
    nearest = [hit.item for hit in search(store, code, limit=_NEAREST)] or _near_codes(store, code)
    shown = code[:_LONGEST_SHOWN]
    if not nearest:
        return NotFound("item.nothing-near", code=shown)
    return NotFound("item.unknown", code=shown, nearest={lang: _list(nearest, lang) for lang in LANGUAGES})


def _near_codes(store: Store, code: str) -> list[Ref]:
    """The items whose codes differ least from `code`."""
    rows = store.select("""
        SELECT ?code ?labelZh ?labelEn WHERE {
          ?item isg:textLabel ?any ; skos:notation ?code ; skos:prefLabel ?labelZh , ?labelEn
          FILTER ( LANG(?labelZh) = "zh" && LANG(?labelEn) = "en" )
        } ORDER BY ?code""")
    items = {value(row, "code"): Ref(code=value(row, "code"), label=texts(row, "label")) for row in rows}
    return [items[near] for near in difflib.get_close_matches(code, list(items), n=_NEAREST, cutoff=0.5)]


def _list(refs: Sequence[Ref], lang: Language) -> str:
    return messages.text("item.separator", lang).join(f"{ref.code} {ref.label[lang]}" for ref in refs)


_HEAD = """
SELECT ?item ?class ?kindZh ?kindEn ?scheme ?schemeZh ?schemeEn ?labelZh ?labelEn ?textLabel ?definitionZh ?definitionEn ?definitionBasis
WHERE {{
  BIND ( {item} AS ?item )
  GRAPH graph:guideline {{ ?item a ?class ; skos:inScheme ?scheme ; isg:textLabel ?textLabel FILTER ( ?class != skos:Concept ) }}
  ?class rdfs:label ?kindZh , ?kindEn FILTER ( LANG(?kindZh) = "zh" && LANG(?kindEn) = "en" )
  ?scheme skos:prefLabel ?schemeZh , ?schemeEn FILTER ( LANG(?schemeZh) = "zh" && LANG(?schemeEn) = "en" )
  OPTIONAL {{ ?item skos:prefLabel ?labelZh FILTER ( LANG(?labelZh) = "zh" ) }}
  OPTIONAL {{ ?item skos:prefLabel ?labelEn FILTER ( LANG(?labelEn) = "en" ) }}
  OPTIONAL {{ ?item skos:definition ?definitionZh FILTER ( LANG(?definitionZh) = "zh" ) }}
  OPTIONAL {{ ?item skos:definition ?definitionEn FILTER ( LANG(?definitionEn) = "en" ) }}
  OPTIONAL {{ ?item isg:definitionEntry/isg:basis ?definitionBasis }}
}}
"""


def _designations(store: Store, code: str) -> tuple[Designation, ...]:
    rows = store.select(f"""
        SELECT ?form ?status ?basis ?reasonZh ?reasonEn WHERE {{
          {concept(code)} skosxl:prefLabel|skosxl:altLabel|skosxl:hiddenLabel ?label .
          ?label skosxl:literalForm ?form ; isg:administrativeStatus ?status ; isg:basis ?basis .
          OPTIONAL {{ ?label isg:reason ?reasonZh FILTER ( LANG(?reasonZh) = "zh" ) }}
          OPTIONAL {{ ?label isg:reason ?reasonEn FILTER ( LANG(?reasonEn) = "en" ) }}
        }} ORDER BY DESC(LANG(?form)) ?label""")
    return tuple(
        Designation(
            text=value(row, "form"),
            lang=str(getattr(row["form"], "language", "")),
            status=local(value(row, "status")),
            basis=local(value(row, "basis")),
            reason=texts(row, "reason"),
        )
        for row in rows
    )


def _notes(store: Store, code: str) -> tuple[Note, ...]:
    rows = store.select(f"""
        SELECT ?property ?textZh ?textEn WHERE {{
          {concept(code)} ?property ?textZh , ?textEn FILTER ( LANG(?textZh) = "zh" && LANG(?textEn) = "en" )
          FILTER ( ?property IN (skos:scopeNote, skos:editorialNote, skos:historyNote, skos:example) )
        }} ORDER BY ?property ?textZh""")
    return tuple(Note(property=local(value(row, "property")), text=texts(row, "text")) for row in rows)


def _quote(store: Store, code: str) -> Quote:
    """The sentence of the item, with what stands around it in its clause."""
    row = next(
        iter(
            store.select(f"""
        SELECT ?exact ?start ?end ?number ?whole ?from WHERE {{
          {concept(code)} isg:anchor ?span .
          ?span oa:hasSelector/oa:exact ?exact ; oa:hasSelector/oa:start ?start ; oa:hasSelector/oa:end ?end .
          OPTIONAL {{ ?span isg:clause ?inner }}
          BIND ( COALESCE(?inner, ?span) AS ?clause )
          ?clause isg:clauseNumber ?number ; oa:hasSelector/oa:exact ?whole ; oa:hasSelector/oa:start ?from .
        }} ORDER BY ?start LIMIT 1""")
        )
    )
    start, end, base, whole = int(value(row, "start")), int(value(row, "end")), int(value(row, "from")), value(row, "whole")
    return Quote(
        text=value(row, "exact"),
        start=start,
        end=end,
        clause=value(row, "number"),
        before=whole[: start - base],
        after=whole[end - base :],
    )


def _ancestors(store: Store, code: str) -> tuple[Ref, ...]:
    """Concepts above the item, from the top down. Ties are broken by code, so that the path is the same each time."""
    path: list[Ref] = []
    current = code
    while True:
        rows = list(
            store.select(f"""
            SELECT ?code ?labelZh ?labelEn WHERE {{
              GRAPH ?graph {{ {concept(current)} isothes:broaderPartitive|isothes:broaderGeneric ?above }}
              {_REF}
            }} ORDER BY ?code LIMIT 1""")
        )
        if not rows or value(rows[0], "code") in {code, *(ref.code for ref in path)}:
            return tuple(reversed(path))
        path.append(Ref(code=value(rows[0], "code"), label=texts(rows[0], "label")))
        current = path[-1].code


_REF = """?above skos:notation ?code ; skos:prefLabel ?labelZh , ?labelEn .
              FILTER ( LANG(?labelZh) = "zh" && LANG(?labelEn) = "en" )"""


def _children(store: Store, code: str) -> tuple[Ref, ...]:
    rows = store.select(f"""
        SELECT DISTINCT ?code ?labelZh ?labelEn WHERE {{
          ?above skos:broader {concept(code)} .
          {_REF}
        }} ORDER BY ?code""")
    return tuple(Ref(code=value(row, "code"), label=texts(row, "label")) for row in rows)
