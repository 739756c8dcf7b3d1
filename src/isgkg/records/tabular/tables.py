"""Records as tables: one row a record, one table for each field whose values are parts with fields of their own.

Flows in: trees of records. Flows out: `Table`s, which excel and csvs write, and sheets reads back. What a table cannot hold is refused by
name.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from isgkg import names
from isgkg.errors import ContentError
from isgkg.records import tree
from isgkg.records.fields import Field, Kind, RecordClass, Schema, key_of
from isgkg.records.tabular import cells
from isgkg.records.tabular.layout import CONCEPTS, FIELD, ID, PARENT, TYPE, Column, Form, Part, forms, is_table
from isgkg.records.tree import Mapping, Scalar, Tree

RULE: Final = "record-table"
"""The id under which it is reported that tables do not fit together, or cannot hold a record."""

CHAIN: Final = " › "
"""Stands between the name of a record and the identifier of a part in it, where the identifier alone would not do."""

INVENTED: Final = "_:row"
"""How an identifier begins that only ties rows of tables together, and is no part of the record."""

_NAMES: Final = {"@id": ID, "@type": TYPE}

Show = Callable[[Field | None, str], str]
"""The form in which a value is shown in a cell; reading it gives the value again."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table with its columns in order; each row maps keys of columns to the texts of cells, without those that are empty."""

    form: Form
    columns: tuple[Column, ...]
    rows: tuple[dict[str, str], ...]


def of(trees: Sequence[Tree], schema: Schema, record_class: RecordClass, show: Show = lambda _, value: value) -> tuple[Table, ...]:
    """The tables of records of one class, all that the class may have, in order. Raises ContentError naming what they cannot hold."""
    writer = _Writer(record_class, schema, show)
    for record in trees:
        writer.record(record)
    return writer.tables()


def class_of(record: Tree, schema: Schema) -> RecordClass:
    """The class of a record, by its type. Raises ContentError where that is none of the schema's."""
    types = _values(record.get(TYPE)) if isinstance(record, Mapping) else []
    for found in types:
        if isinstance(found, Scalar) and (known := of_type(found.text, schema)):
            return known
    raise ContentError("table.no-type", rule=RULE, types="、".join(key_of(known.type or "") for known in schema.records))


def of_type(text: str, schema: Schema) -> RecordClass | None:
    """The class of records that this type names: by its IRI, compact IRI or local name."""
    return next((known for known in schema.records if known.type and key_of(known.type) == key_of(text).rsplit(":", 1)[-1]), None)


@dataclass(eq=False, slots=True)
class _Row:
    cells: dict[str, str]
    owner: "_Row | None"
    path: str
    has_parts: bool = False
    name: str = ""


class _Writer:
    """Collects the rows of each table, then names the rows that other rows refer to."""

    def __init__(self, record_class: RecordClass, schema: Schema, show: Show) -> None:
        self._class = record_class
        self._schema = schema
        self._show = show
        self._forms = {form.path: form for form in forms(record_class, schema)}
        self._rows: dict[str, list[_Row]] = {path: [] for path in self._forms}
        self._record = ""

    def record(self, record: Tree) -> None:
        if not isinstance(record, Mapping):
            raise ContentError("table.no-record", rule=RULE, line=record.mark.line, column=record.mark.column)
        name = record.get("identifier") or record.get(ID)
        self._record = name.text if isinstance(name, Scalar) else f"#{len(self._rows['']) + 1}"
        row = self._add("", None)
        self._fill(row, record, self._class, ())
        if not row.cells and not row.has_parts:
            raise ContentError("table.empty-record", rule=RULE, number=len(self._rows[""]))

    def tables(self) -> tuple[Table, ...]:
        self._name_owners()
        for rows in self._rows.values():
            for row in rows:
                if row.owner is not None:
                    row.cells[PARENT] = row.owner.name
        return tuple(
            Table(form=form, columns=_columns(form, self._rows[path]), rows=tuple(row.cells for row in self._rows[path]))
            for path, form in self._forms.items()
        )

    def _add(self, path: str, owner: _Row | None) -> _Row:
        row = _Row({}, owner, path)
        self._rows[path].append(row)
        if owner is not None:
            owner.has_parts = True
        return row

    def _fill(self, row: _Row, part: Mapping, record_class: RecordClass, owners: tuple[Field, ...]) -> None:
        fields = record_class.by_key()
        by_key: dict[str, list[Tree]] = {}
        for entry in part.entries:
            by_key.setdefault(_NAMES.get(entry.key, entry.key), []).extend(_values(entry.value))
        for key, found in by_key.items():
            known = fields.get(key)
            if not found or self._is_context(key, found):
                continue
            if known is None and key in (ID, TYPE):
                self._own(row, key, found, owners)
            elif known is None:
                raise self._refused("table.unknown-key", key, owners)
            elif known.kind is Kind.TEXT:
                self._texts(row, known, found, owners)
            elif known.kind is Kind.PART and not is_table(known):
                self._single(row, known, found, owners)
            elif is_table(known):
                self._parts(row, known, found, owners)
            else:
                self._put(row, Column(name=key, owners=owners, field=known), found)

    @staticmethod
    def _is_context(key: str, found: list[Tree]) -> bool:
        return key == "@context" and all(isinstance(value, Scalar) and value.text == names.CONTEXT for value in found)

    def _own(self, row: _Row, key: str, found: list[Tree], owners: tuple[Field, ...]) -> None:
        """The identifier or the type; the type of a record is that of its table, and is written only if there is more to say."""
        if key == TYPE and row.owner is None and not owners and len(found) == 1:
            only = found[0]
            if isinstance(only, Scalar) and of_type(only.text, self._schema) is self._class:
                return
        if key == ID and any(isinstance(value, Scalar) and value.text.startswith(INVENTED) for value in found):
            raise self._refused("table.row-id", key, owners)
        if key == ID and len(found) > 1:
            raise self._refused("table.several", key, owners)
        self._put(row, Column(name=key, owners=owners), found)

    def _texts(self, row: _Row, known: Field, found: list[Tree], owners: tuple[Field, ...]) -> None:
        by_language: dict[str, list[Tree]] = {}
        for value in found:
            if isinstance(value, Mapping):
                for entry in value.entries:
                    by_language.setdefault(entry.key, []).extend(_values(entry.value))
            else:
                by_language.setdefault("zh", []).append(value)
        for language, texts in by_language.items():
            if not all(part.isalnum() and part.isascii() for part in language.split("-")):
                raise self._refused("table.language", known.key, owners, language=language)
            if texts:
                self._put(row, Column(name=known.key, owners=owners, field=known, language=None if language == "zh" else language), texts)

    def _single(self, row: _Row, known: Field, found: list[Tree], owners: tuple[Field, ...]) -> None:
        if len(found) > 1:
            raise self._refused("table.several", known.key, owners)
        if known in owners or known.part is None:
            raise self._refused("table.nested", known.key, owners)
        inner, before = found[0], len(row.cells) + sum(map(len, self._rows.values()))
        if isinstance(inner, Mapping):
            self._fill(row, inner, self._schema.classes[known.part], (*owners, known))
        else:
            self._put(row, Column(name=ID, owners=(*owners, known)), [inner])
        if len(row.cells) + sum(map(len, self._rows.values())) == before:
            raise self._refused("table.empty-part", known.key, owners)

    def _parts(self, row: _Row, known: Field, found: list[Tree], owners: tuple[Field, ...]) -> None:
        part = self._part(row, known, owners)
        plain = [value for value in found if not isinstance(value, Mapping)]
        if known.kind is Kind.CODE and plain:
            self._put(row, Column(name=known.key, owners=owners, field=known), plain)
        for value in found:
            if part is None or known.part is None or part.path not in self._forms:
                raise self._refused("table.nested", known.key, owners)
            if isinstance(value, Mapping):
                inner = self._add(part.path, row)
                self._fill(inner, value, self._schema.classes[known.part], ())
                if not inner.cells and not inner.has_parts:
                    raise self._refused("table.empty-part", known.key, owners)
            elif known.kind is not Kind.CODE:
                inner = self._add(part.path, row)
                self._put(inner, Column(name=ID), [value])
            else:
                continue
            if part.path == CONCEPTS:
                inner.cells[FIELD] = part.at

    def _part(self, row: _Row, known: Field, owners: tuple[Field, ...]) -> Part | None:
        return next((part for part in self._forms[row.path].parts if part.field == known and part.owners == owners), None)

    def _put(self, row: _Row, column: Column, found: Sequence[Tree]) -> None:
        """The values in one cell, if reading it would give the same values."""
        texts = [value.text for value in found if isinstance(value, Scalar)]
        if len(texts) < len(found):
            raise self._refused("table.nested", column.key, ())
        if len(texts) > 1 and cells.is_whole(column.field):
            raise self._refused("table.several", column.key, ())
        text = "\n".join(self._show(column.field, value) for value in texts)
        is_code = column.field is not None and column.field.kind is Kind.CODE
        bare = [self._show(column.field, value) for value in texts] if is_code else texts
        meant = [value for single in bare for value in (cells.values(column.field, single) if _is_choice(column.field) else [single])]
        if cells.values(column.field, text) != meant:
            raise self._refused("table.reads-differently", column.key, (), value=text.encode("unicode_escape").decode("ascii")[:60])
        row.cells[column.key] = text

    def _name_owners(self) -> None:
        """Gives each row with parts a name by which they refer to it: its identifier, with its owner's where that is not enough."""
        invented = 0
        for path, rows in self._rows.items():
            for row in rows:
                if row.has_parts and not _own_name(row):
                    invented += 1
                    row.cells[ID] = f"{INVENTED}{invented}"
            owns = Counter(map(_own_name, rows))
            for row in rows:
                own = _own_name(row)
                row.name = f"{row.owner.name}{CHAIN}{own}" if row.owner is not None and owns[own] > 1 else own
            chains = Counter(row.name for row in rows)
            twice = next((row.name for row in rows if row.has_parts and chains[row.name] > 1), None)
            if twice is not None:
                raise ContentError("table.same-name", rule=RULE, name=twice, table=path or self._class.name)

    def _refused(self, key: str, field_key: str, owners: tuple[Field, ...], **values: str) -> ContentError:
        path = ".".join([*(owner.key for owner in owners), field_key])
        named: dict[str, Any] = {"record": self._record, "field": path, **values}
        return ContentError(key, rule=RULE, **named)


def _own_name(row: _Row) -> str:
    """What a row is called in its table: a record by its number, else by its identifier."""
    return ((row.cells.get("identifier") if row.owner is None else None) or row.cells.get(ID) or "").strip()


def _is_choice(known: Field | None) -> bool:
    return known is not None and known.kind is Kind.CHOICE


def _values(value: Tree | None) -> list[Tree]:
    """The values under a key. What holds nothing but null is not there."""
    if value is None or _is_null(value):
        return []
    return [item for item in value.items if not _is_null(item)] if isinstance(value, tree.Sequence) else [value]


def _is_null(value: Tree | None) -> bool:
    return value is None or (isinstance(value, Mapping) and bool(value.entries) and all(_is_null(entry.value) for entry in value.entries))


def _columns(form: Form, rows: Sequence[_Row]) -> tuple[Column, ...]:
    """The columns of the form, and those that the rows need besides: identifiers, types, further languages, each beside its like."""
    used = {key: None for row in rows for key in row.cells}
    found = [] if form.path == "" else [Column(name=PARENT), Column(name=ID)]
    if form.path == CONCEPTS:
        found.insert(1, Column(name=FIELD))
    found += form.columns
    for key in sorted(used.keys() - {column.key for column in found}):
        path, _, language = key.partition("@")
        *above, name = path.split(".")
        like = [position for position, column in enumerate(found) if _is_like(column, above, name if language else None)]
        model = found[like[0]]
        depth = len(above)
        if language:
            found.insert(like[-1] + 1, replace(model, language=language))
        else:
            found.insert(like[0], Column(name=name, owners=model.owners[:depth]))
    return tuple(found)


def _is_like(column: Column, above: Sequence[str], name: str | None) -> bool:
    """Whether the column lies in the part at `above`, and is the field `name` of it if one is given."""
    owners = [owner.key for owner in column.owners]
    if name is not None:
        return owners == list(above) and column.name == name
    return owners[: len(above)] == list(above) and column.name not in (PARENT, FIELD)
