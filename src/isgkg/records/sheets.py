"""Tables as records: puts the rows of all tables of a file together again.

Flows in: `Sheet`s, as excel and csvs find them, each cell with its place. Flows out: trees of records in the form that YAML has.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from isgkg import messages
from isgkg.errors import RecordError
from isgkg.records import cells, tree
from isgkg.records.fields import Field, Kind, RecordClass, Schema
from isgkg.records.layout import CONCEPTS, FIELD, ID, PARENT, TYPE, Column, Form, Part, forms
from isgkg.records.tables import CHAIN, INVENTED, RULE
from isgkg.records.tree import NOWHERE, Entry, Mapping, Mark, Scalar, Tree


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell and its place."""

    text: str
    mark: Mark


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table as it stands in a file. `path` is that of its Form; `header` holds a key or a label by column, rows their cells by column."""

    path: str
    record_class: RecordClass
    header: dict[int, Cell]
    rows: tuple[dict[int, Cell], ...]


def trees(sheets: Sequence[Sheet], schema: Schema) -> list[Mapping]:
    """The records of the sheets, in order. Raises RecordError where a row belongs to no row of another table, or to several."""
    reader = _Reader(schema)
    for sheet in sorted(sheets, key=lambda sheet: (sheet.path == CONCEPTS, sheet.path.count(".") + (sheet.path != ""))):
        reader.sheet(sheet)
    return [node.finished() for node in reader.nodes[""]]


def knows(form: Form, schema: Schema) -> Callable[[str], bool]:
    """Whether a text heads a column of a field of the form, as key or label."""
    return lambda text: _column(text, form, schema).field is not None


@dataclass(eq=False, slots=True)
class _Slot:
    """The values of one key."""

    mark: Mark
    plain: list[Tree] = field(default_factory=list)
    languages: dict[str, list[Tree]] = field(default_factory=dict)
    inner: "_Making | None" = None
    parts: list["_Node"] = field(default_factory=list)

    def finished(self) -> Tree:
        if self.languages:
            texts = {"zh": self.plain, **self.languages} if self.plain else self.languages
            return Mapping(tuple(Entry(language, _joined(found), self.mark) for language, found in texts.items()), self.mark)
        inner = [self.inner.finished()] if self.inner else []
        return _joined([*self.plain, *inner, *(part.finished() for part in self.parts)])


@dataclass(eq=False, slots=True)
class _Making:
    """A mapping in the making."""

    mark: Mark
    slots: dict[str, _Slot] = field(default_factory=dict)

    def slot(self, key: str, mark: Mark) -> _Slot:
        return self.slots.setdefault(key, _Slot(mark))

    def within(self, owners: Sequence[Field], mark: Mark) -> "_Making":
        """The part of this part that the owners lead to."""
        part = self
        for owner in owners:
            slot = part.slot(owner.key, mark)
            slot.inner = slot.inner or _Making(mark)
            part = slot.inner
        return part

    def text(self, key: str) -> str:
        found = self.slots[key].plain if key in self.slots else []
        return found[0].text.strip() if found and isinstance(found[0], Scalar) else ""

    def finished(self) -> Mapping:
        return Mapping(tuple(Entry(key, slot.finished(), slot.mark) for key, slot in self.slots.items()), self.mark)


@dataclass(eq=False, slots=True)
class _Node(_Making):
    """A row: a record, or a part with the names by which other rows may call it."""

    form: Form | None = None
    names: tuple[str, ...] = ()

    def finished(self) -> Mapping:
        if self.text(ID).startswith(INVENTED):
            del self.slots[ID]
        return _Making.finished(self)


class _Reader:
    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._forms = {known.name: {form.path: form for form in forms(known, schema)} for known in schema.records}
        self.nodes: dict[str, list[_Node]] = defaultdict(list)
        self._known_places: dict[str, list[tuple[str, Part]]] = {}
        self._called: dict[str, dict[str, list[_Node]]] = defaultdict(lambda: defaultdict(list))

    def sheet(self, sheet: Sheet) -> None:
        form = self._forms[sheet.record_class.name][sheet.path]
        columns = {position: _column(cell.text, form, self._schema) for position, cell in sheet.header.items()}
        for row in sheet.rows:
            self._row(row, sheet, form, columns)

    def _row(self, row: dict[int, Cell], sheet: Sheet, form: Form, columns: dict[int, Column]) -> None:
        filled = {position: cell for position, cell in row.items() if position in columns and cell.text.strip()}
        special = {columns[position].name: cell for position, cell in filled.items() if _is_tie(columns[position], form)}
        if len(filled) == len(special):
            return
        node = _Node(next(iter(filled.values())).mark, form=form)
        if form.path == "" and not any(columns[position].key == TYPE for position in filled):
            node.slot(TYPE, node.mark).plain.append(Scalar(sheet.record_class.name, node.mark))
        for position, cell in filled.items():
            if not _is_tie(columns[position], form):
                _put(node, columns[position], cell, sheet.header[position].mark)
        owner = None if form.path == "" else self._owner(node, form, special)
        own = node.text("identifier") if owner is None else ""
        node.names = tuple(dict.fromkeys(name for name in (own, node.text(ID)) if name))
        self.nodes[form.path].append(node)
        for name in node.names:
            self._called[form.path][name].append(node)
            for above in owner.names if owner else ():
                self._called[form.path][above + CHAIN + name].append(node)

    def _owner(self, node: _Node, form: Form, special: dict[str, Cell]) -> _Node:
        """Hangs the row on the row that it is a part of."""
        places = self._places(form.path)
        if form.path == CONCEPTS:
            cell = special.get(FIELD, Cell("", node.mark))
            found = [place for place in places if place[1].at == cell.text.strip()]
            if not found:
                raise _error("table.no-field", cell.mark, fields="、".join(sorted({part.at for _, part in places})))
            places = found
        path, part = places[0]
        owner = self._called_by(special.get(PARENT), path, node.mark)
        owner.within(part.owners, node.mark).slot(part.field.key, node.mark).parts.append(node)
        return owner

    def _places(self, path: str) -> list[tuple[str, Part]]:
        """The tables whose rows may have parts in the table at this path, with the fields that these are values of."""
        if path not in self._known_places:
            known = [form for by_path in self._forms.values() for form in by_path.values()]
            self._known_places[path] = [(form.path, part) for form in known for part in form.parts if part.path == path]
        return self._known_places[path]

    def _called_by(self, cell: Cell | None, path: str, mark: Mark) -> _Node:
        candidates = self.nodes[path]
        if cell is None:
            if len(candidates) != 1:
                raise _error("table.no-parent", mark, count=len(candidates))
            return candidates[0]
        name = cell.text.strip()
        found = self._called[path].get(name, [])
        first = [node for node in found if node.names[0] == name]
        found = first or found
        if len(found) != 1:
            raise _error("table.unknown-parent" if not found else "table.several-parents", cell.mark, name=name, count=len(found))
        return found[0]


def _is_tie(column: Column, form: Form) -> bool:
    """Whether the column only says whose part the row is."""
    return form.path != "" and not column.owners and column.field is None and column.name in (PARENT, FIELD)


def _column(text: str, form: Form, schema: Schema) -> Column:
    """The column with this key or label; one that the form does not know keeps the text as its name."""
    text = text.strip()
    if form.path and text == f"{form.path}.{PARENT}":
        return Column(name=PARENT)
    path, _, language = text.partition("@")
    for name in (PARENT, FIELD) if form.path else ():
        if text == name:
            return Column(name=name)
    *above, name = path.split(".")
    owners: list[Field] = []
    record_class: RecordClass | None = form.record_class
    for key in above:
        owner = record_class.by_key().get(key) if record_class else None
        if owner is None or owner.kind is not Kind.PART or not owner.single or owner.part is None:
            return _labelled(text, form)
        owners.append(owner)
        record_class = schema.classes[owner.part]
    found = record_class.by_key().get(name) if record_class else None
    if found is not None and (not language or found.kind is Kind.TEXT):
        return Column(name=name, owners=tuple(owners), field=found, language=language if language and language != "zh" else None)
    if name in (ID, TYPE) and not language:
        return Column(name=name, owners=tuple(owners))
    return Column(name=name, owners=tuple(owners)) if owners and not language else _labelled(text, form)


def _labelled(text: str, form: Form) -> Column:
    """The one column of the form that is labelled so, in zh or en."""
    ties = [Column(name=name) for name in (PARENT, FIELD, ID, TYPE)] if form.path else [Column(name=ID), Column(name=TYPE)]
    english = [
        Column(name=column.name, owners=column.owners, field=column.field, language="en")
        for column in form.columns
        if column.field is not None and column.field.kind is Kind.TEXT
    ]
    bare = text.rstrip("*○ ")
    found = {column.key: column for column in [*ties, *form.columns, *english] for lang in messages.LANGUAGES if column.label(lang) == bare}
    return next(iter(found.values())) if len(found) == 1 else Column(name=text)


def _put(node: _Node, column: Column, cell: Cell, header: Mark) -> None:
    part = node.within(column.owners, cell.mark)
    slot = part.slot(column.name, header)
    found = [Scalar(text, cell.mark) for text in cells.values(column.field, cell.text)]
    if column.language:
        slot.languages.setdefault(column.language, []).extend(found)
    else:
        slot.plain.extend(found)


def _joined(found: Sequence[Tree]) -> Tree:
    return found[0] if len(found) == 1 else tree.Sequence(tuple(found), found[0].mark if found else NOWHERE)


def _error(key: str, mark: Mark, **values: object) -> RecordError:
    return RecordError(key, rule=RULE, line=mark.line, column=mark.column, sheet=mark.sheet, cell=mark.cell, **values)
