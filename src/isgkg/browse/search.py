"""Search: by label and by code, by likeness, and in the words of the guideline.

Flows in: a store and what a person typed. Flows out: hits, best first; places in the text.
"""

from dataclasses import dataclass

from pyoxigraph import Literal, QuerySolution

from isgkg.browse.model import Quote, Ref, Texts, texts, value
from isgkg.folding import fold
from isgkg.store import Store

LIMIT = 50
MAX_LENGTH = 100
_SIMILAR = 8
_LEAST_LIKENESS = 0.25
_CONTEXT = 30


@dataclass(frozen=True, kw_only=True)
class Hit:
    """An item found, its kind, and the designation by which it was found."""

    item: Ref
    kind: Texts
    found_by: str


_DESCRIBED = """
          GRAPH graph:guideline {{ ?item a ?class FILTER ( ?class != skos:Concept ) }}
          ?class rdfs:label ?kindZh , ?kindEn FILTER ( LANG(?kindZh) = "zh" && LANG(?kindEn) = "en" )
          ?item skos:notation ?code ; skos:prefLabel ?labelZh , ?labelEn . FILTER ( LANG(?labelZh) = "zh" && LANG(?labelEn) = "en" )
"""


def search(store: Store, text: str, limit: int = LIMIT) -> tuple[Hit, ...]:
    """Items one of whose designations, or whose code, holds every word of `text`, but for width, case, quote marks and script variant.

    Exact ones come first, then beginnings, then the rest; within these shorter designations first. Input is cut at 100 code points.
    """
    words = [folded for word in text[:MAX_LENGTH].split() if (folded := fold(word))]
    if not words:
        return ()
    whole = str(Literal("".join(words)))
    holds = " && ".join(f"CONTAINS(?folded, {Literal(word)})" for word in words)
    rows = store.select(f"""
        SELECT ?code ?labelZh ?labelEn ?kindZh ?kindEn (SAMPLE(?form) AS ?by) (MIN(?rank) AS ?best) (MIN(?length) AS ?shortest) WHERE {{
          {{ SELECT ?item ?folded ?form WHERE {{
               {{ SELECT ?label ?folded ?form WHERE {{
                    ?label isg:foldedForm ?folded FILTER ( {holds} )
                    ?label skosxl:literalForm ?literal BIND ( STR(?literal) AS ?form ) }} }}
               ?item skosxl:prefLabel|skosxl:altLabel|skosxl:hiddenLabel ?label }} }}
          UNION
          {{ ?item isg:textLabel ?any ; skos:notation ?notation . BIND ( LCASE(STR(?notation)) AS ?folded ) BIND ( STR(?notation) AS ?form )
             FILTER ( STRSTARTS(?folded, {whole}) ) }}
          {_DESCRIBED.format()}
          BIND ( STRLEN(?folded) AS ?length )
          BIND ( IF(?folded = {whole}, 0, IF(STRSTARTS(?folded, {whole}), 1, 2)) AS ?rank )
        }} GROUP BY ?code ?labelZh ?labelEn ?kindZh ?kindEn ORDER BY ?best ?shortest ?code LIMIT {int(limit)}""")
    return tuple(_hit(row, value(row, "by")) for row in rows)


def similar(store: Store, text: str, limit: int = _SIMILAR) -> tuple[Hit, ...]:
    """Items whose designations are like `text`: by the share of pairs of neighbouring characters that they have in common (Dice)."""
    wanted = _pairs(fold(text[:MAX_LENGTH]))
    if not wanted:
        return ()
    rows = store.select(f"""
        SELECT ?code ?labelZh ?labelEn ?kindZh ?kindEn ?folded ?form WHERE {{
          ?item skosxl:prefLabel|skosxl:altLabel|skosxl:hiddenLabel ?label . ?label isg:foldedForm ?folded ; skosxl:literalForm ?form .
          {_DESCRIBED.format()}
        }}""")
    best: dict[str, tuple[float, Hit]] = {}
    for row in rows:
        pairs = _pairs(value(row, "folded"))
        likeness = 2 * len(wanted & pairs) / (len(wanted) + len(pairs)) if pairs else 0.0
        code = value(row, "code")
        if likeness >= _LEAST_LIKENESS and likeness > best.get(code, (0.0,))[0]:
            best[code] = (likeness, _hit(row, value(row, "form")))
    ranked = sorted(best.values(), key=lambda entry: (-entry[0], entry[1].item.code))
    return tuple(hit for _, hit in ranked[:limit])


def in_text(store: Store, text: str, limit: int = LIMIT) -> tuple[Quote, ...]:
    """Places where the guideline has `text` word for word, in the order of the text, each in its innermost clause."""
    needle = text.strip()[:MAX_LENGTH]
    if len(needle) < 2:
        return ()
    rows = store.select("""
        SELECT ?number ?whole ?from WHERE {
          ?clause a isg:Clause ; isg:clauseNumber ?number ; oa:hasSelector/oa:exact ?whole ; oa:hasSelector/oa:start ?from .
        } ORDER BY ?from DESC(STRLEN(?whole))""")
    found: dict[int, Quote] = {}
    for row in rows:  # an inner clause comes after the one around it, and takes its place
        whole, base = value(row, "whole"), int(value(row, "from"))
        at = whole.find(needle)
        while at >= 0:
            end = at + len(needle)
            quote = Quote(text=needle, start=base + at, end=base + end, clause=value(row, "number"), before=whole[:at], after=whole[end:])
            found[base + at] = quote.cut(_CONTEXT)
            at = whole.find(needle, end)
    return tuple(found[start] for start in sorted(found)[:limit])


def _pairs(folded: str) -> set[str]:
    return {folded[at : at + 2] for at in range(len(folded) - 1)}


def _hit(row: QuerySolution, found_by: str) -> Hit:
    return Hit(item=Ref(code=value(row, "code"), label=texts(row, "label")), kind=texts(row, "kind"), found_by=found_by)
