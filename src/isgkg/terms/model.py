"""The term base: concepts with their designations and definitions, whatever file or graph they came from.

Flows in: nothing. Flows out: frozen values that compare. Terms of ISO 1087: a concept is designated by terms; ISO 30042 and
GB/T 20001.1 give a designation one of four statuses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from isgkg.messages import Language


class Status(StrEnum):
    """The administrative status of a designation (GB/T 20001.1: 首选, 许用, 拒用, 被取代; ISO 30042: administrativeStatus)."""

    PREFERRED = "preferred"
    ADMITTED = "admitted"
    DEPRECATED = "deprecated"
    SUPERSEDED = "superseded"

    @property
    def is_rejected(self) -> bool:
        """Whether a draft must not use it."""
        return self in {Status.DEPRECATED, Status.SUPERSEDED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Designation:
    """A word for a concept. `lang` is a BCP 47 tag; `reason` says by language why it has its status; `is_editorial` marks one that no
    source holds but the editors of the term base."""

    text: str
    lang: str = "zh"
    status: Status = Status.PREFERRED
    reason: Mapping[Language, str] = field(default_factory=dict, hash=False)
    is_editorial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a concept is. `source` cites where it is from, such as “GB/T 41867—2022，3.1.2”; `is_editorial` as for a designation."""

    text: str
    lang: str = "zh"
    source: str | None = None
    is_editorial: bool = False


@dataclass(frozen=True, kw_only=True)
class Concept:
    """One entry. `id` is a code of the guideline such as K02, or that of the file it came from; `kind` the local name of its class in
    the ontology, `section` and `quote` where and in which words the guideline has it. `broader` and `related` are ids."""

    id: str
    iri: str | None = None
    designations: tuple[Designation, ...]
    definitions: tuple[Definition, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    """Pairs of language and text."""
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    kind: str | None = None
    section: str | None = None
    quote: str | None = None
    span: str | None = None
    """The IRI of the words quoted."""

    def preferred(self, lang: str) -> str | None:
        """The preferred term of this language; where none is tagged so, that of one of its variants: for en that of en-GB."""
        found = [one for one in self.designations if one.status is Status.PREFERRED and _is_of(one.lang, lang)]
        return next((one.text for one in found if one.lang == lang), found[0].text if found else None)

    def definition(self, lang: str) -> Definition | None:
        """The definition in this language, else in one of its variants."""
        found = [one for one in self.definitions if _is_of(one.lang, lang)]
        return next((one for one in found if one.lang == lang), found[0] if found else None)

    @property
    def name(self) -> str:
        """A word for the concept that a person knows it by: the preferred Chinese term, else the first designation."""
        return self.preferred("zh") or self.designations[0].text


@dataclass(frozen=True, kw_only=True)
class TermBase:
    """Concepts in the order of their files; ids are unique. `release` names the release of the graph that they came from, if any."""

    concepts: tuple[Concept, ...]
    release: str | None = None

    @cached_property
    def by_id(self) -> Mapping[str, Concept]:
        """Each concept by its id."""
        return {concept.id: concept for concept in self.concepts}

    def __add__(self, other: "TermBase") -> "TermBase":
        """Both; a concept of `other` stands in for one of the same id."""
        kept = tuple(concept for concept in self.concepts if concept.id not in other.by_id)
        return TermBase(concepts=(*kept, *other.concepts), release=self.release or other.release)


def _is_of(tag: str, lang: str) -> bool:
    """Whether the tag is of this language or of a variant of it."""
    return tag == lang or tag.startswith(f"{lang}-")
