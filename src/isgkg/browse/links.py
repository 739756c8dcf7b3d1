"""Links with their basis and the words that carry them.

Flows in: a store, and a pattern that binds ?link. Flows out: LinkViews in a fixed order.
"""

import re
from typing import Final

from pyoxigraph import NamedNode

from isgkg import names
from isgkg.browse.model import BASES, LinkView, Quote, Ref, local, texts, value
from isgkg.store import Store

_NAME: Final = re.compile(r"[A-Za-z0-9-]{1,60}")

_QUERY = """
SELECT ?link ?subject ?subjectZh ?subjectEn ?subjectCode ?predicate ?predicateZh ?predicateEn ?object ?objectZh ?objectEn ?objectCode
       ?basis ?reasonZh ?reasonEn
WHERE {{
  {{ SELECT DISTINCT ?link WHERE {{ {pattern} }} }}
  ?link isg:linkSubject ?subject ; isg:linkPredicate ?predicate ; isg:linkObject ?object ; isg:basis ?basis .
  ?subject skos:notation ?subjectCode .
  ?subject skos:prefLabel|skosxl:literalForm ?subjectZh FILTER ( LANG(?subjectZh) = "zh" )
  OPTIONAL {{ ?subject skos:prefLabel ?subjectEn FILTER ( LANG(?subjectEn) = "en" ) }}
  ?object skos:notation ?objectCode ; skos:prefLabel ?objectZh FILTER ( LANG(?objectZh) = "zh" )
  OPTIONAL {{ ?object skos:prefLabel ?objectEn FILTER ( LANG(?objectEn) = "en" ) }}
  OPTIONAL {{ ?predicate rdfs:label ?predicateZh FILTER ( LANG(?predicateZh) = "zh" ) }}
  OPTIONAL {{ ?predicate rdfs:label ?predicateEn FILTER ( LANG(?predicateEn) = "en" ) }}
  OPTIONAL {{ ?link isg:reason ?reasonZh FILTER ( LANG(?reasonZh) = "zh" ) }}
  OPTIONAL {{ ?link isg:reason ?reasonEn FILTER ( LANG(?reasonEn) = "en" ) }}
}}
"""

_QUOTES = """
SELECT ?link ?exact ?start ?end ?clause ?carries
WHERE {{
  {{ SELECT DISTINCT ?link WHERE {{ {pattern} }} }}
  {{ ?link isg:anchor ?span BIND ( true AS ?carries ) }} UNION {{ ?link isg:comparedSpan ?span BIND ( false AS ?carries ) }}
  ?span oa:hasSelector/oa:exact ?exact ; oa:hasSelector/oa:start ?start ; oa:hasSelector/oa:end ?end .
  OPTIONAL {{ ?span isg:clause/isg:clauseNumber ?number }}
  OPTIONAL {{ ?span isg:clauseNumber ?own }}
  BIND ( COALESCE(?own, ?number, "") AS ?clause )
}}
ORDER BY ?link DESC(?carries) ?start ?end
"""


def get(store: Store, name: str) -> LinkView | None:
    """The link of this name, such as XL283 or T0101-S301; None where there is none."""
    if not _NAME.fullmatch(name):
        return None
    return next(iter(matching(store, f"BIND ( {NamedNode(names.LINK + name)} AS ?link )")), None)


def matching(store: Store, pattern: str) -> tuple[LinkView, ...]:
    """The links that `pattern` (trusted SPARQL that binds ?link) finds, by predicate, then basis, then codes.

    A link held by the words of the text has one quote; a lexical or editorial one also those of the places compared.
    """
    quotes: dict[str, list[Quote]] = {}
    for row in store.select(_QUOTES.format(pattern=pattern)):
        quote = Quote(text=value(row, "exact"), start=int(value(row, "start")), end=int(value(row, "end")), clause=value(row, "clause"))
        found = quotes.setdefault(value(row, "link"), [])
        if quote not in found:
            found.append(quote)
    views = (
        LinkView(
            id=local(value(row, "link")),
            subject=Ref(code=value(row, "subjectCode"), label=texts(row, "subject")),
            predicate=value(row, "predicate"),
            predicate_label=texts(row, "predicate") or {"zh": local(value(row, "predicate")), "en": local(value(row, "predicate"))},
            object=Ref(code=value(row, "objectCode"), label=texts(row, "object")),
            basis=local(value(row, "basis")),
            quotes=tuple(quotes.get(value(row, "link"), ())),
            reason=texts(row, "reason"),
        )
        for row in store.select(_QUERY.format(pattern=pattern))
    )
    return tuple(sorted(views, key=_order))


def _order(view: LinkView) -> tuple[object, ...]:
    return (local(view.predicate), BASES.index(view.basis), view.subject.code, view.object.code, view.id)
