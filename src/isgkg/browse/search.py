"""Search by label and by code.

Flows in: a store and what a person typed. Flows out: hits, best first.
"""

from dataclasses import dataclass

from pyoxigraph import Literal

from isgkg.browse.model import Ref, texts, value
from isgkg.folding import fold
from isgkg.store import Store

LIMIT = 50
MAX_LENGTH = 100


@dataclass(frozen=True, kw_only=True)
class Hit:
    """An item found, and the designation by which it was found."""

    item: Ref
    found_by: str


def search(store: Store, text: str, limit: int = LIMIT) -> tuple[Hit, ...]:
    """Items one of whose designations, or whose code, holds `text` once width, case, spaces, quote marks and script variant are set aside.

    Exact ones come first, then beginnings, then the rest; within these shorter designations first. Input is cut at 100 code points.
    """
    needle = fold(text[:MAX_LENGTH])
    if not needle:
        return ()
    literal = str(Literal(needle))
    rows = store.select(f"""
        SELECT ?code ?labelZh ?labelEn (SAMPLE(?form) AS ?by) (MIN(?rank) AS ?best) (MIN(?length) AS ?shortest) WHERE {{
          {{ SELECT ?item ?folded ?form WHERE {{
               {{ SELECT ?label ?folded ?form WHERE {{
                    ?label isg:foldedForm ?folded FILTER ( CONTAINS(?folded, {literal}) )
                    ?label skosxl:literalForm ?literal BIND ( STR(?literal) AS ?form ) }} }}
               ?item skosxl:prefLabel|skosxl:altLabel|skosxl:hiddenLabel ?label }} }}
          UNION
          {{ ?item isg:textLabel ?any ; skos:notation ?notation . BIND ( LCASE(STR(?notation)) AS ?folded ) BIND ( STR(?notation) AS ?form )
             FILTER ( STRSTARTS(?folded, {literal}) ) }}
          ?item skos:notation ?code ; skos:prefLabel ?labelZh , ?labelEn . FILTER ( LANG(?labelZh) = "zh" && LANG(?labelEn) = "en" )
          BIND ( STRLEN(?folded) AS ?length )
          BIND ( IF(?folded = {literal}, 0, IF(STRSTARTS(?folded, {literal}), 1, 2)) AS ?rank )
        }} GROUP BY ?code ?labelZh ?labelEn ORDER BY ?best ?shortest ?code LIMIT {int(limit)}""")
    return tuple(Hit(item=Ref(code=value(row, "code"), label=texts(row, "label")), found_by=value(row, "by")) for row in rows)
