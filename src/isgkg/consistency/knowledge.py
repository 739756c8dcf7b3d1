"""What a draft is checked against: the term base, the names and the words of the guideline, the standards that are known.

Flows in: a store, and term bases of the user's own. Flows out: a `Knowledge`.
"""

from collections import defaultdict
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
SELECT ?number ?status WHERE {
    ?standard a isg:StandardDocument ; dct:identifier ?number .
    OPTIONAL { ?standard adms:status ?status }
} ORDER BY ?number"""
_REPLACEMENTS: Final = """
SELECT DISTINCT ?old ?number WHERE {
    { ?new dct:replaces ?old } UNION { ?old dct:isReplacedBy ?new }
    ?new a isg:StandardDocument ; dct:identifier ?number .
    FILTER NOT EXISTS { ?new adms:status ?status . FILTER ( ?status IN ( isg:underDevelopment, isg:forthcoming ) ) }
} ORDER BY ?old ?number"""
"""What is replaced, which need not be on record itself, and by what: a standard that is not yet in force replaces nothing."""
_GONE: Final = frozenset({"replaced", "withdrawn"})
_COMING: Final = frozenset({"underDevelopment", "forthcoming"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A standard that is on record: its number in normal form, whether it holds no longer, and whether it does not hold yet."""

    number: str
    is_gone: bool = False
    is_coming: bool = False


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """`standards` are those on record, by number in normal form; `replacements` the numbers of what replaces a standard, by its IRI.
    `own` are the ids of concepts that the user brought: their definitions bind whoever brought them.
    """

    base: TermBase
    text: str
    standards: Mapping[str, Standard] = field(default_factory=dict)
    replacements: Mapping[str, Sequence[str]] = field(default_factory=dict)
    own: frozenset[str] = frozenset()

    @cached_property
    def named(self) -> Sequence[Concept]:
        """The concepts whose names are quoted exactly."""
        return [concept for concept in self.base.concepts if concept.kind in NAMED]

    def knows(self, number: str) -> bool:
        """Whether a standard, given by its number in normal form, is on record, or named there as replaced."""
        return number in self.standards or numbers.iri(number) in self.replacements

    def replacing(self, number: str) -> Sequence[str]:
        """The numbers of what holds in place of a standard, given by its number in normal form: what replaces it, and so on to the last."""
        last: list[str] = []
        seen, open_ = {number}, list(self.replacements.get(numbers.iri(number), ()))
        while open_:
            newer = open_.pop(0)
            if newer not in seen:
                seen.add(newer)
                further = self.replacements.get(numbers.iri(newer), ())
                open_ += further
                last += [] if further else [newer]
        return last

    @cached_property
    def latest(self) -> Mapping[str, str]:
        """By number without year, the number of the latest edition on record that holds."""
        held = [standard.number for standard in self.standards.values() if not standard.is_gone and not standard.is_coming]
        return {numbers.edition(number)[0]: number for number in sorted(held)}

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
        status = row["status"].value.removeprefix(names.ONT) if row["status"] else None
        standards[number] = Standard(number=number, is_gone=status in _GONE, is_coming=status in _COMING)
    replacements: dict[str, list[str]] = defaultdict(list)
    for row in store.select(_REPLACEMENTS):
        replacements[row["old"].value].append(numbers.normalized(row["number"].value))
    text = (files.root() / "data" / "guideline" / "text.txt").read_text(encoding="utf-8")
    return Knowledge(
        base=base + own if own else base,
        text=text,
        standards=standards,
        replacements=replacements,
        own=frozenset(own.by_id) if own else frozenset(),
    )
