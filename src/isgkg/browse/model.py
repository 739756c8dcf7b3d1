"""Values of the reading views.

Flows in: query solutions. Flows out: references to items, quotes with their place, links with their basis.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolution, Triple

from isgkg import names

Texts = Mapping[str, str]
"""A text by language: zh, en."""

BASES = ("explicit", "structural", "lexical", "editorial")
"""From the strongest basis to the weakest."""


@dataclass(frozen=True, kw_only=True)
class Ref:
    """An item as it is mentioned: code, and label by language."""

    code: str
    label: Texts


@dataclass(frozen=True, kw_only=True)
class Quote:
    """Words of the guideline: the text, its offsets in code points, the clause that it lies in, and what stands before and after it."""

    text: str
    start: int
    end: int
    clause: str
    before: str = ""
    after: str = ""

    def cut(self, most: int) -> "Quote":
        """The quote with at most `most` code points of its surroundings on each side, an ellipsis where something was left out."""
        before = self.before if len(self.before) <= most else "…" + self.before[-most:]
        after = self.after if len(self.after) <= most else self.after[:most] + "…"
        return replace(self, before=before, after=after)


@dataclass(frozen=True, kw_only=True)
class LinkView:
    """A link: its two ends, its predicate with label by language, its basis, the words that carry it, the reason for it."""

    id: str
    subject: Ref
    predicate: str
    predicate_label: Texts
    object: Ref
    basis: str
    quotes: tuple[Quote, ...]
    reason: Texts


def value(solution: QuerySolution, variable: str) -> str:
    """The bound term as a plain string; "" where the variable is unbound."""
    term: NamedNode | BlankNode | Literal | Triple | None = solution[variable]
    return "" if term is None or isinstance(term, Triple) else term.value


def texts(solution: QuerySolution, stem: str) -> dict[str, str]:
    """The variables {stem}Zh and {stem}En as texts by language; languages without a text are left out."""
    found = {"zh": value(solution, f"{stem}Zh"), "en": value(solution, f"{stem}En")}
    return {lang: text for lang, text in found.items() if text}


def local(iri: str) -> str:
    """What follows the last / or # of an IRI."""
    return iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def concept(code: str) -> str:
    """The IRI of an item as a SPARQL term."""
    return str(NamedNode(names.concept(code)))
