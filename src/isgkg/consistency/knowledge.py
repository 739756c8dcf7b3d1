"""What a draft is checked against: the term base, the names and the words of the guideline, the standards that are known.

Flows in: a store, and term bases of the user's own. Flows out: a `Knowledge`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from isgkg import files, names, numbers
from isgkg.store import Store
from isgkg.terms import graph
from isgkg.terms.model import Concept, Status, TermBase

NAMED: Final = ("FrameworkPart", "SubCategory", "SubPrinciple", "Step")
"""The kinds whose names a draft quotes exactly (T40): 5 parts, 25 sub-categories, 9 sub-principles, 11 steps."""
_STANDARDS: Final = """
SELECT ?number ?status ?by ?title WHERE {
    ?standard a isg:StandardDocument ; dct:identifier ?number .
    OPTIONAL { ?standard adms:status ?status }
    OPTIONAL { ?standard dct:isReplacedBy/dct:identifier ?by }
    OPTIONAL { ?standard dct:title ?title FILTER ( LANG(?title) = "zh" ) }
} ORDER BY ?number ?by"""
_GONE: Final = frozenset({"replaced", "withdrawn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A standard that is on record: its number in normal form, whether it holds no longer, and the numbers that replace it."""

    number: str
    title: str | None = None
    is_gone: bool = False
    replaced_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """`own` are the ids of concepts that the user brought: their definitions bind whoever brought them."""

    base: TermBase
    text: str
    standards: Mapping[str, Standard] = field(default_factory=dict)
    own: frozenset[str] = frozenset()

    @cached_property
    def named(self) -> Sequence[Concept]:
        """The concepts whose names are quoted exactly."""
        return [concept for concept in self.base.concepts if concept.kind in NAMED]

    @cached_property
    def by_term(self) -> Mapping[str, Concept]:
        """Concepts by their preferred Chinese term; of several, those of the user first, then terms of the guideline before its lists."""
        found: dict[str, Concept] = {}
        ranked = sorted(self.base.concepts, key=lambda concept: (concept.id not in self.own, not concept.id.startswith("K")))
        for concept in ranked:
            for one in concept.designations:
                if one.lang.startswith("zh") and one.status is Status.PREFERRED:
                    found.setdefault(one.text, concept)
        return found


def load(store: Store, release: str | None, own: TermBase | None = None) -> Knowledge:
    """The knowledge of a release, with a term base of the user's own before the guideline's."""
    base = graph.from_store(store, release)
    standards: dict[str, Standard] = {}
    for row in store.select(_STANDARDS):
        number = numbers.normalized(row["number"].value)
        earlier = standards.get(number)
        status, by = row["status"], row["by"]
        standards[number] = Standard(
            number=number,
            title=row["title"].value if row["title"] else None,
            is_gone=status is not None and status.value.removeprefix(names.ONT) in _GONE,
            replaced_by=(*(earlier.replaced_by if earlier else ()), *([numbers.normalized(by.value)] if by else [])),
        )
    text = (files.root() / "data" / "guideline" / "text.txt").read_text(encoding="utf-8")
    return Knowledge(base=base + own if own else base, text=text, standards=standards, own=frozenset(own.by_id) if own else frozenset())
