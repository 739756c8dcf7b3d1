"""How a class of records is laid out in tables: which tables, and which columns each has.

Flows in: the schema. Flows out: `Form`s, one a table. A part of which there is one only has no table: its fields are columns of its owner,
with dotted keys (experimentPlan.issued). Every other part has a table, whose name is the dotted path to it
(qualifiedAssociation.capabilityEvidence); in it the column "parent" says whose part a row is. New concepts share one table.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from isgkg import messages
from isgkg.messages import Language
from isgkg.records.fields import Field, Kind, RecordClass, Schema

PARENT: Final = "parent"
ID: Final = "id"
TYPE: Final = "type"
FIELD: Final = "field"
"""Keys that are no fields: whose part a row is, its identifier, its type; and for a new concept, the field that it is a value of."""

CONCEPTS: Final = "NewConcept"
"""Name of the table that the new concepts of all fields share."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table. `owners` are the single parts on the way to `field`; `field` is None for a key that is no field.

    `language` is the tag of a text's language where it is not zh.
    """

    name: str
    owners: tuple[Field, ...] = ()
    field: Field | None = None
    language: str | None = None

    @property
    def key(self) -> str:
        """The key of the column: experimentPlan.issued, title@en."""
        path = ".".join([*(owner.key for owner in self.owners), self.name])
        return f"{path}@{self.language}" if self.language else path

    def label(self, lang: Language) -> str:
        """The heading of the column for people."""
        own = self.field.labels[lang] if self.field is not None else messages.text(f"tie.{self.name}", lang)
        label = " · ".join([*(owner.labels[lang] for owner in self.owners), own])
        known = f"language.{self.language}"
        shown = messages.text(known, lang) if messages.known(known) else self.language
        return messages.text("table.in-language", lang, label=label, language=shown) if self.language else label


@dataclass(frozen=True, kw_only=True)
class Form:
    """A table: that of the records if `path` is empty, else that of the parts at `path`, the values of `field`.

    `parts` are the fields whose values have tables of their own, each with its path from the record and the owners on the way to it.
    """

    path: str
    record_class: RecordClass
    columns: tuple[Column, ...]
    parts: tuple["Part", ...]
    field: Field | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """A field whose values are rows of the table `path`; `owners` as in Column, `at` is the path of the field itself."""

    path: str
    at: str
    owners: tuple[Field, ...]
    field: Field


def forms(record_class: RecordClass, schema: Schema) -> tuple[Form, ...]:
    """The tables of a class of records, its own first, then those of its parts in the order of the fields."""
    found = {form.path: form for form in _forms(record_class, schema, "", None, ())}
    shared = [path for path in found if path == CONCEPTS]
    return tuple(found[path] for path in [*(path for path in found if path not in shared), *shared])


def homes(schema: Schema, lang: Language) -> dict[str, str]:
    """The fields that a new concept may be a value of: by path the label for people, or the path where two are labelled alike."""
    found: dict[str, str] = {}
    for record_class in schema.records:
        for form in forms(record_class, schema):
            above = [form.field] if form.field is not None else []
            for part in form.parts:
                if part.path == CONCEPTS:
                    found.setdefault(part.at, " · ".join(field.labels[lang] for field in (*above, *part.owners, part.field)))
    counts = Counter(found.values())
    return {at: label if counts[label] == 1 else at for at, label in found.items()}


def is_table(field: Field) -> bool:
    """Whether the values of this field may be rows of a table of their own."""
    return field.part is not None and not (field.kind is Kind.PART and field.single)


def _forms(record_class: RecordClass, schema: Schema, path: str, field: Field | None, above: tuple[str, ...]) -> Iterator[Form]:
    parts = tuple(_parts(record_class, schema, path, ()))
    yield Form(path=path, record_class=record_class, columns=tuple(_columns(record_class, schema, ())), parts=parts, field=field)
    for part in parts:
        # A class that holds itself would have tables without end; its inner values are refused when they are written.
        if part.field.part is not None and part.field.part not in above:
            yield from _forms(schema.classes[part.field.part], schema, part.path, part.field, (*above, record_class.name))


def _columns(record_class: RecordClass, schema: Schema, owners: Sequence[Field]) -> Iterator[Column]:
    for field in record_class.fields:
        if field.kind is not Kind.PART:
            yield Column(name=field.key, owners=tuple(owners), field=field)
        elif not is_table(field) and field.part is not None and field not in owners:
            inner = schema.classes[field.part]
            if TYPE in inner.by_key():  # what has a type of its own is referred to by others
                yield Column(name=ID, owners=(*owners, field))
            yield from _columns(inner, schema, (*owners, field))


def _parts(record_class: RecordClass, schema: Schema, path: str, owners: tuple[Field, ...]) -> Iterator[Part]:
    for field in record_class.fields:
        at = ".".join([*([path] if path else []), *(owner.key for owner in owners), field.key])
        if is_table(field):
            yield Part(path=CONCEPTS if field.kind is Kind.CODE else at, at=at, owners=owners, field=field)
        elif field.part is not None and field not in owners:
            yield from _parts(schema.classes[field.part], schema, path, (*owners, field))
