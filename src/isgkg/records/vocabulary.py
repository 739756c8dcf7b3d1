"""The codes and labels of the guideline, as a record may name them.

Flows in: a store whose default graph holds the guideline and the ontology. Flows out: a `Vocabulary`, which finds the item that a code or
a label means, and the code that is nearest to a mistaken one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final

from pyoxigraph import Literal
from rapidfuzz import fuzz, process

from isgkg import names
from isgkg.folding import fold
from isgkg.messages import Language
from isgkg.store import Store

_ITEMS: Final = "SELECT ?item ?code ?type WHERE { ?item skos:notation ?code ; a ?type }"
_CLASSES: Final = "SELECT ?class ?super WHERE { ?class rdfs:subClassOf ?super FILTER(isIRI(?super)) }"
_LABELS: Final = "SELECT ?item ?label WHERE { VALUES ?p { skos:prefLabel skos:altLabel } ?item skos:notation ?code ; ?p ?label }"
_RETIRED: Final = """
SELECT ?old ?new ?since ?why WHERE {
    ?old owl:deprecated true .
    OPTIONAL { ?old dct:isReplacedBy ?new } OPTIONAL { ?old isg:retiredIn ?since } OPTIONAL { ?old skos:historyNote ?why }
}
"""
_NEAR: Final = 75
"""Likeness (0–100) from which a text is worth suggesting; below, suggestions are guesses."""


class How(StrEnum):
    """How a text named an item."""

    CODE = "code"
    LABEL = "label"


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """The item that a text means. `code` is what to write for it."""

    iri: str
    code: str
    how: How


@dataclass(frozen=True, kw_only=True)
class Ambiguous:
    """The codes of several items that a label fits, sorted."""

    codes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Retired:
    """What became of a code that is no longer used: the code to write for it, if there is one; the release from which it is not used;
    and why, by language.
    """

    replacement: str | None = None
    since: str = ""
    reasons: Mapping[Language, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class Vocabulary:
    """`items` are IRIs by code, `members` the IRIs of each class with those of its subclasses, `labels` pairs of a label and an IRI,
    `retired` the codes that are no longer used.
    """

    items: Mapping[str, str]
    members: Mapping[str, frozenset[str]]
    labels: Sequence[tuple[str, str]]
    retired: Mapping[str, Retired]

    @classmethod
    def of(cls, store: Store) -> "Vocabulary":
        """The vocabulary of the guideline in this store. Only items that have a code of their own count: their IRI ends in it."""
        items: dict[str, str] = {}
        direct: dict[str, set[str]] = defaultdict(set)
        for row in store.select(_ITEMS):
            iri, code = row["item"].value, row["code"].value
            if iri == names.concept(code):
                items[code] = iri
                direct[row["type"].value].add(iri)
        above: dict[str, set[str]] = defaultdict(set)
        for row in store.select(_CLASSES):
            above[row["class"].value].add(row["super"].value)
        members: dict[str, set[str]] = defaultdict(set)
        for kind, found in direct.items():
            for superior in _closure(kind, above):
                members[superior] |= found
        known = frozenset(items.values())
        labels = ((row["label"].value, row["item"].value) for row in store.select(_LABELS))
        return cls(
            items=items,
            members={kind: frozenset(found) for kind, found in members.items()},
            labels=sorted((label, iri) for label, iri in labels if iri in known),
            retired=_retired(store),
        )

    def resolve(self, text: str, classes: Iterable[str]) -> Resolved | Ambiguous | None:
        """The item that a code, or a label of an item of these classes, means; None where there is none. Labels are compared folded."""
        text = text.strip()
        iri = self.items.get(text)
        if iri is not None:
            return Resolved(iri=iri, code=text, how=How.CODE)
        fitting = self._members(classes)
        found = sorted(_code(iri) for iri in self._by_label.get(fold(text), ()) if iri in fitting)
        if len(found) > 1:
            return Ambiguous(codes=tuple(found))
        return Resolved(iri=names.concept(found[0]), code=found[0], how=How.LABEL) if found else None

    def is_called(self, code: str, text: str) -> bool:
        """Whether this is a label of the item."""
        return self.items.get(code) in self._by_label.get(fold(text), ())

    def label(self, code: str, lang: Language) -> str:
        """A label of the item in this language, else the code; labels in Chinese are those with Chinese characters."""
        found = (label for label, iri in self.labels if iri == self.items.get(code))
        return next((label for label in found if any(char > "\u2e7f" for char in label) == (lang == "zh")), code)

    def nearest(self, text: str, classes: Iterable[str]) -> str | None:
        """The code to write instead of a mistaken code or label: that of the likeliest item of these classes; None if none is like it."""
        fitting = self._members(classes)
        if looks_like_code(text.strip().upper()):
            codes = [code for code, iri in self.items.items() if iri in fitting]
            return _best(text.strip().upper(), dict(zip(codes, codes, strict=True)))
        labels = {label: _code(iri) for label, found in self._by_label.items() for iri in found if iri in fitting}
        return _best(fold(text), labels)

    def _members(self, classes: Iterable[str]) -> frozenset[str]:
        return frozenset().union(*(self.members.get(kind, frozenset()) for kind in classes))

    @cached_property
    def _by_label(self) -> Mapping[str, frozenset[str]]:
        """Items by folded label. Made at the first label, since folding a thousand takes longer than most records."""
        found: dict[str, set[str]] = defaultdict(set)
        for label, iri in self.labels:
            found[fold(label)].add(iri)
        return {label: frozenset(iris) for label, iris in found.items()}


def looks_like_code(text: str) -> bool:
    """Whether this has the form of a code: a capital letter and digits (docs/modelling.md)."""
    return text.isascii() and len(text) > 1 and "A" <= text[0] <= "Z" and text[1:].isdigit()


def _best(text: str, codes: Mapping[str, str]) -> str | None:
    """The code of the likeliest key; of equally likely ones the first in order."""
    found = process.extract(text, sorted(codes), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=None)
    ranked = sorted((-score, key) for key, score, _ in found)
    return codes[ranked[0][1]] if ranked else None


def _retired(store: Store) -> dict[str, Retired]:
    replaced: dict[str, str] = {}
    since: dict[str, str] = {}
    reasons: dict[str, dict[Language, str]] = {}
    for row in store.select(_RETIRED):
        code = _code(row["old"].value)
        reasons.setdefault(code, {})
        if row["new"] is not None:
            replaced[code] = _code(row["new"].value)
        if row["since"] is not None:
            since[code] = row["since"].value
        if isinstance(row["why"], Literal):
            reasons[code]["zh" if row["why"].language == "zh" else "en"] = row["why"].value
    final = _final(replaced)
    return {code: Retired(replacement=final.get(code), since=since.get(code, ""), reasons=why) for code, why in reasons.items()}


def _final(replaced: Mapping[str, str]) -> dict[str, str]:
    """The last replacement of each code: a replacement may have been retired in turn."""
    found = dict(replaced)
    for old in replaced:
        seen = {old}
        while found[old] in replaced and found[old] not in seen:
            seen.add(found[old])
            found[old] = replaced[found[old]]
    return found


def _closure(kind: str, above: Mapping[str, set[str]]) -> set[str]:
    seen, open_ = {kind}, [kind]
    while open_:
        fresh = above.get(open_.pop(), set()) - seen
        seen |= fresh
        open_ += fresh
    return seen


def _code(iri: str) -> str:
    return iri.removeprefix(names.CONCEPT)
