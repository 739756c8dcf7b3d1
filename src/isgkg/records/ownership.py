"""Who may say what: a file speaks of its own records, not of the guideline, and not of a record that another file holds.

Flows in: what the files say. Flows out: the same without what is not theirs to say, and a finding on each thing that was left out. Without
this, one file of ten thousand could change what is found in the others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from isgkg import messages
from isgkg.findings import Finding, Fix, Place, Severity
from isgkg.messages import Language
from isgkg.records import reporting
from isgkg.records.base import Base
from isgkg.records.reading import Input, Places
from isgkg.store import EmbeddedStore


@dataclass(frozen=True)
class _Claims:
    """The number of the first input that holds each record, by the IRI of the record."""

    first: dict[str, int]

    @classmethod
    def of(cls, inputs: Iterable[Input]) -> "_Claims":
        first: dict[str, int] = {}
        for input_ in inputs:
            for record in input_.records:
                if isinstance(record, NamedNode):
                    first.setdefault(record.value, input_.number)
        return cls(first)

    def other(self, node: object, number: int) -> int | None:
        """The other input that holds this record, or the record below whose IRI this node is."""
        if not isinstance(node, NamedNode):
            return None
        iri, slash = node.value, "/"
        while slash and iri not in self.first:
            iri, slash, _ = iri.rpartition("/")
        holder = self.first.get(iri)
        return None if holder == number else holder


def is_apart(input_: Input, store: EmbeddedStore, inputs: Iterable[Input], base: Base) -> bool:
    """Whether a file that only the store has read speaks of nothing that is not its own; `store` holds it and the base, and no more."""
    if not input_.records or any(store.count(node) != count for node, count in base.about.items()):
        return False
    others = {node for other in inputs if other is not input_ for node in (*other.records, *(triple.subject for triple in other.triples))}
    return not any(isinstance(node, NamedNode) and store.count(node) for node in others)


def settle(inputs: Sequence[Input], base: Base, lang: Language) -> list[Finding]:
    """Leave out what is not the inputs' to say. A record that stands in two files is that of the first."""
    claims = _Claims.of(inputs)
    found: list[Finding] = []
    for input_ in inputs:
        records: set[object] = set(input_.records)
        subjects: dict[object, None] = dict.fromkeys([*input_.records, *(triple.subject for triple in input_.triples)])
        guideline = [node for node in subjects if node in base.about]
        others = {node: other for node in subjects if (other := claims.other(node, input_.number)) is not None}
        if not (guideline or others):
            continue
        places = Places([input_], base, {})
        places.read([*guideline, *others])
        for node in guideline:
            found.append(_finding("record.of-guideline", node, places, lang))
        for node, other in others.items():
            if node in records:
                found.append(_finding("record.repeated", node, places, lang, other=inputs[other].source.name))
            elif not any(_is_below(node, record) for record in records & others.keys()):
                found.append(_finding("record.of-other", node, places, lang, other=inputs[other].source.name))
        input_.leave_out({*guideline, *others})
    return found


def _is_below(node: object, record: object) -> bool:
    """Whether the node is a part of a record that is reported already."""
    return isinstance(node, NamedNode) and isinstance(record, NamedNode) and node.value.startswith(record.value + "/")


_RULES: Final = {"record.repeated": "record-repeated", "record.of-guideline": "record-foreign", "record.of-other": "record-foreign"}


def _finding(key: str, node: object, places: Places, lang: Language, **values: str) -> Finding:
    problem, remedy = messages.sentences(messages.text(key, lang, record=reporting.shown(node), **values), lang)
    file, mark, pointer = places.of(node, None, None)
    return Finding(
        rule=_RULES[key],
        severity=Severity.VIOLATION,
        message=problem,
        place=Place(
            file=file, line=mark.line, column=mark.column, sheet=mark.sheet, cell=mark.cell, pointer=pointer, node=reporting.shown(node)
        ),
        value=reporting.shown(node),
        fix=Fix(text=remedy),
    )
