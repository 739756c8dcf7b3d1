"""What stands in one cell: the values of a field as text, and back.

Flows in: values, or the text of a cell. Flows out: the text of a cell, or values. Several values stand one a line. Beside the bare value a
cell may show its label, for people: "C203 医疗健康", 筹备 for planned, 是 for true.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from isgkg.messages import Language
from isgkg.records.fields import Field, Kind

Codes = Mapping[str, Sequence[tuple[str, str]]]
"""Codes with their labels, by the IRI of the class that they belong to."""

TRUTH: Final[Mapping[str, Mapping[Language, str]]] = {"true": {"zh": "是", "en": "true"}, "false": {"zh": "否", "en": "false"}}
_TRUTH: Final = {"是": "true", "否": "false", "yes": "true", "no": "false", "true": "true", "false": "false"}


def is_whole(field: Field | None) -> bool:
    """Whether a cell of this field holds one value, line breaks and all."""
    if field is None:
        return False
    return (field.kind is Kind.TEXT and field.per_language) or (field.kind is Kind.STRING and field.single)


def values(field: Field | None, text: str) -> list[str]:
    """The values that the text of a cell stands for; none if it is blank. Only texts and strings keep spaces at their ends.

    A code keeps what stands beside it, so that records.values sees whether both mean the same.
    """
    if not text.strip():
        return []
    if is_whole(field):
        return [text]
    lines = [line.removesuffix("\r") for line in text.split("\n") if line.strip()]
    if field is not None and field.kind in (Kind.TEXT, Kind.STRING):
        return lines
    return [_bare(field, line.strip()) for line in lines]


def _bare(field: Field | None, text: str) -> str:
    """The value without what is shown beside it."""
    if field is None:
        return text
    if field.kind is Kind.BOOLEAN:
        return _TRUTH.get(text.casefold(), text)
    if field.kind is Kind.CHOICE:
        return _choice(field, text)
    return text


def shown(field: Field | None, value: str, lang: Language, labels: Mapping[str, str]) -> str:
    """The value as people read it; `labels` are those of codes. Reading it gives the value again, a code with its label."""
    if field is None:
        return value
    if field.kind is Kind.CODE and labels.get(value):
        return f"{value} {' '.join(labels[value].split())}"
    if field.kind is Kind.BOOLEAN and value in TRUTH:
        return TRUTH[value][lang]
    if field.kind is Kind.CHOICE:
        label = next((choice.labels.get(lang) for choice in field.choices if choice.key == value), None)
        return label if label and _choice(field, label) == value else value
    return value


def options(field: Field, lang: Language, codes: Codes) -> list[str]:
    """What a cell of this field may hold, as people read it, in order; empty if anything may."""
    if field.kind is Kind.CHOICE:
        return [shown(field, choice.key, lang, {}) for choice in field.choices]
    if field.kind is Kind.BOOLEAN:
        return [shown(field, value, lang, {}) for value in TRUTH]
    labels = {code: label for iri in field.classes for code, label in codes.get(iri, ())}
    return [shown(field, code, lang, labels) for code in labels]


def _choice(field: Field, text: str) -> str:
    """The key of the choice that is meant by a key, or by a label that only one has; else the text."""
    if any(choice.key == text for choice in field.choices):
        return text
    keys = [choice.key for choice in field.choices if text in choice.labels.values()]
    return keys[0] if len(keys) == 1 else text
