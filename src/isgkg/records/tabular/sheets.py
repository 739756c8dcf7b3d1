"""Tables as records: puts the rows of all tables of a file together again.

Flows in: `Sheet`s, as excel and csvs find them, each cell with its place. Flows out: trees of records in the form that YAML has.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from isgkg import messages
from isgkg.findings import Severity
from isgkg.records.fields import Field, Kind, RecordClass, Schema, Texts
from isgkg.records.tabular import cells
from isgkg.records.tabular.layout import CONCEPTS, FIELD, ID, PARENT, TYPE, Column, Form, Part, forms, homes, is_table
from isgkg.records.tabular.nodes import Node
from isgkg.records.tabular.tables import CHAIN, RULE
from isgkg.records.tree import Mapping, Mark, Note, Scalar

_ANSWERS: Final = 5
_QUOTED: Final = 40
_STRANGE: Final = 100
"""How many columns without a field are told of one by one."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell and its place."""

    text: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row by column; `place` gives the place of any, also of one that is not there."""

    cells: dict[int, Cell]
    place: Callable[[int], Mark]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table as it stands in a file. `path` is that of its Form; `header` holds a key or a label by column.

    `title` is what people call it, `first` the place where its rows begin.
    """

    path: str
    record_class: RecordClass
    title: str | Texts
    header: dict[int, Cell]
    rows: tuple[Row, ...]
    first: Mark


def trees(sheets: Sequence[Sheet], schema: Schema) -> Iterator[Mapping | Note]:
    """Notes on rows and cells that cannot be read, which are left out, then the records of the sheets, in order."""
    reader = _Reader(schema, sheets)
    for sheet in sorted(sheets, key=lambda sheet: (sheet.path == CONCEPTS, sheet.path.count(".") + (sheet.path != ""))):
        reader.sheet(sheet)
    yield from reader.notes
    yield from (node.finished() for node in reader.nodes[""])


def knows(form: Form, schema: Schema) -> Callable[[str], bool]:
    """Whether a text heads a column of a field of the form, as key or label."""
    labelled = _labels(form)
    return lambda text: column_of(text, form, schema, labelled).field is not None


class _Reader:
    def __init__(self, schema: Schema, sheets: Sequence[Sheet]) -> None:
        self._schema = schema
        self._forms = {known.name: {form.path: form for form in forms(known, schema)} for known in schema.records}
        self._sheets = {sheet.path: sheet for sheet in reversed(sheets)}
        self.nodes: dict[str, list[Node]] = defaultdict(list)
        self.notes: list[Note] = []
        self._known_places: dict[str, list[tuple[str, Part]]] = {}
        self._called: dict[str, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        self._nicknamed: dict[str, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        self._within: dict[str, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        self._siblings: dict[tuple[int, str, str], Node] = {}

    @cached_property
    def _homes(self) -> dict[messages.Language, dict[str, str]]:
        return {lang: homes(self._schema, lang) for lang in messages.LANGUAGES}

    def sheet(self, sheet: Sheet) -> None:
        form = self._forms[sheet.record_class.name][sheet.path]
        labelled = _labels(form)
        columns = {position: column_of(cell.text, form, self._schema, labelled) for position, cell in sheet.header.items()}
        self._few(sheet, columns)
        fields = [(at, column) for at, column in columns.items() if column.field is not None and not _is_elsewhere(column)]
        parts = [
            (Column(name=part.field.key, owners=part.owners, field=part.field), self._sheets[part.path].first)
            for part in form.parts
            if part.field.kind is Kind.PART and part.path in self._sheets
        ]
        for row in sheet.rows:
            node = self._row(row, sheet, form, columns)
            if node is not None:
                node.fields, node.place, node.sheets = fields, row.place, parts

    def _few(self, sheet: Sheet, columns: dict[int, Column]) -> None:
        """Leaves out columns without a field beyond the first of them, with one note: to tell of each would take long and help nobody."""
        strange = [at for at, column in columns.items() if column.field is None and column.name not in (ID, TYPE, PARENT, FIELD)]
        rest = strange[_STRANGE:]
        for at in rest:
            del columns[at]
        if rest:
            self._note("table.strange-columns", sheet.header[rest[0]].mark, Severity.WARNING, count=len(rest), known=_STRANGE)

    def _row(self, row: Row, sheet: Sheet, form: Form, columns: dict[int, Column]) -> Node | None:
        """The record or part that the row says, hung on what it is a part of; None if it says none."""
        filled = {position: cell for position, cell in row.cells.items() if position in columns and cell.text.strip()}
        ties = {columns[position].name: cell for position, cell in filled.items() if _is_tie(columns[position], form)}
        if form.path and self._is_remark(filled, ties, columns, form):
            return None
        node = Node(next(iter(filled.values())).mark, form=form) if filled else None
        if node is None:
            return None
        if form.path == "" and not any(columns[position].key == TYPE for position in filled):
            node.slot(TYPE, node.mark).plain.append(Scalar(sheet.record_class.name, node.mark))
        for position, cell in filled.items():
            if _is_elsewhere(columns[position]):
                self._elsewhere(columns[position], cell)
            elif not _is_tie(columns[position], form):
                _put(node, columns[position], cell, sheet.header[position].mark)
        if form.path:
            self._hang(node, form, ties)
        own = "" if form.path else node.text("identifier")
        node.names = tuple(dict.fromkeys(name for name in (own, node.text(ID)) if name))
        self.nodes[form.path].append(node)
        self._call(node, form.path)
        return node

    def _call(self, node: Node, path: str) -> None:
        """Keeps the names by which other rows may call this one."""
        for name in node.names:
            self._called[path][name].append(node)
            for above in node.owner.names if node.owner else ():
                self._called[path][above + CHAIN + name].append(node)
        for name in dict.fromkeys(node.nicknames()):
            self._nicknamed[path][name].append(node)
        for name in node.root().names:
            self._within[path][name].append(node)

    def _is_remark(self, filled: dict[int, Cell], ties: dict[str, Cell], columns: dict[int, Column], form: Form) -> bool:
        """Whether a row of a table of parts holds no part, but a remark, which is noted, or nothing yet beside its ties."""
        texts = {cell.text.strip() for cell in filled.values()}
        first = next(iter(filled.values()), None)
        is_only_id = len(filled) == 1 and all(columns[position].key == ID for position in filled)
        is_across = len(filled) > 1 and len(texts) == 1 and PARENT in ties
        if first is None or not (len(filled) == len(ties) or is_only_id or is_across):
            return first is None
        owner = self._find(ties[PARENT].text.strip(), [path for path, _ in self._places(form.path)]) if PARENT in ties else []
        if is_across or len(owner) != 1:
            self._note("table.remark", first.mark, Severity.WARNING, text=short(first.text))
        return True

    def _elsewhere(self, column: Column, cell: Cell) -> None:
        path = ".".join([*(owner.key for owner in column.owners), column.name])
        sheet = self._sheets.get(path)
        title = sheet.title if sheet is not None else column.field.labels if column.field is not None else column.name
        self._note("table.elsewhere", cell.mark, text=short(cell.text), title=title)

    def _hang(self, node: Node, form: Form, ties: dict[str, Cell]) -> None:
        """Hangs the row on the row that it is a part of, or notes why it cannot."""
        places = self._places(form.path)
        if form.path == CONCEPTS:
            cell = ties.get(FIELD)
            found = [place for place in places if cell is not None and place[1].at in self._meant(cell.text.strip())]
            if not found:
                fields = {lang: self._comma(lang).join(found.values()) for lang, found in self._homes.items()}
                key, text = ("table.no-field", "") if cell is None else ("table.unknown-field", short(cell.text))
                self._note(key, node.mark if cell is None else cell.mark, text=text, fields=fields)
                return
            places = found
        path, part = places[0]
        node.owner = owner = self._called_by(ties.get(PARENT), path, node.mark)
        if owner is None:
            return
        owner.within(part.owners, node.mark).slot(part.field.key, node.mark).parts.append(node)
        same = self._siblings.setdefault((id(owner), part.at, node.text(ID)), node) if node.text(ID) else node
        if same is not node:
            first, second = (found.slots[ID].plain[0].mark for found in (same, node))
            self._note("table.same-id", second, text=node.text(ID), first=_where(first), second=_where(second))

    def _meant(self, text: str) -> set[str]:
        """The paths of the fields that the text may mean, as path, label, or both."""
        known = {part.at for _, part in self._places(CONCEPTS)}
        labelled = {at for found in self._homes.values() for at, label in found.items() if label == text}
        given = {text, text.split(maxsplit=1)[0]} & known
        return given or (labelled if len(labelled) == 1 else set())

    def _places(self, path: str) -> list[tuple[str, Part]]:
        """The tables whose rows may have parts in the table at this path, with the fields that these are values of."""
        if path not in self._known_places:
            known = [form for by_path in self._forms.values() for form in by_path.values()]
            self._known_places[path] = [(form.path, part) for form in known for part in form.parts if part.path == path]
        return self._known_places[path]

    def _called_by(self, cell: Cell | None, path: str, mark: Mark) -> Node | None:
        """The one row at the path that the cell names; None, with a note, where there is none or several."""
        candidates = self.nodes[path]
        found = candidates if cell is None else self._find(cell.text.strip(), [path])
        if len(found) == 1:
            return found[0]
        sheet = self._sheets.get(path)
        title = sheet.title if sheet is not None else messages.both("table.none")
        answers = list(dict.fromkeys(islice(filter(None, map(self._name, candidates)), _ANSWERS)))
        values: dict[str, object] = {
            "title": title,
            "count": len(found),
            "name": "" if cell is None else short(cell.text),
            "answers": {lang: self._comma(lang).join(answers) for lang in messages.LANGUAGES},
        }
        if not candidates:
            key = "table.no-owners"
        elif not answers:
            key = "table.unnamed-owners"
        elif cell is None:
            key = "table.no-parent"
        elif len(found) > 1 and cell.text.strip() in answers:
            key = "table.same-parents"
        else:
            key = "table.unknown-parent" if not found else "table.several-parents"
        self._note(key, mark if cell is None else cell.mark, Severity.VIOLATION, **values)
        return None

    def _find(self, name: str, paths: Sequence[str]) -> list[Node]:
        """The rows that may be called so: by identifier, else by label or agent, else those of the record of this name."""
        named, nicknamed, within = (
            [node for path in paths for node in known[path].get(name, [])] for known in (self._called, self._nicknamed, self._within)
        )
        return [node for node in named if node.names[0] == name] or named or nicknamed or within

    def _name(self, node: Node) -> str:
        """How a row that other rows belong to is best called."""
        own = next(iter(node.names), "")
        path = node.form.path if node.form else ""
        if own and len(self._called[path][own]) > 1 and node.owner and node.owner.names:
            return node.owner.names[0] + CHAIN + own
        return own or next(node.nicknames(), "")

    def _comma(self, lang: messages.Language) -> str:
        return messages.text("table.comma", lang)

    def _note(self, key: str, mark: Mark, severity: Severity = Severity.VIOLATION, **values: object) -> None:
        self.notes.append(Note(rule=RULE, severity=severity, key=key, values=values, mark=mark))


def _where(mark: Mark) -> str:
    return mark.cell or f"{mark.line}:{mark.column}"


def short(text: str) -> str:
    """The text on one line, as a message quotes it."""
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED else line[:_QUOTED] + "…"


def _is_elsewhere(column: Column) -> bool:
    """Whether the values of the column have a table of their own, and none in this one."""
    return column.field is not None and column.field.kind is Kind.PART and is_table(column.field)


def _is_tie(column: Column, form: Form) -> bool:
    """Whether the column only says whose part the row is."""
    return form.path != "" and not column.owners and column.field is None and column.name in (PARENT, FIELD)


def column_of(text: str, form: Form, schema: Schema, labelled: dict[str, Column]) -> Column:
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
            return _labelled(text, labelled)
        owners.append(owner)
        record_class = schema.classes[owner.part]
    found = record_class.by_key().get(name) if record_class else None
    if found is not None and (not language or found.kind is Kind.TEXT):
        return Column(name=name, owners=tuple(owners), field=found, language=language if language and language != "zh" else None)
    if name in (ID, TYPE) and not language:
        return Column(name=name, owners=tuple(owners))
    return Column(name=name, owners=tuple(owners)) if owners and not language else _labelled(text, labelled)


def _labelled(text: str, labelled: dict[str, Column]) -> Column:
    return labelled.get(text.rstrip("*○ ")) or Column(name=text)


def _labels(form: Form) -> dict[str, Column]:
    """The columns of the form by those labels, in zh or en, that only one has."""
    ties = [Column(name=name) for name in (PARENT, FIELD, ID, TYPE)] if form.path else [Column(name=ID), Column(name=TYPE)]
    english = [
        Column(name=column.name, owners=column.owners, field=column.field, language="en")
        for column in form.columns
        if column.field is not None and column.field.kind is Kind.TEXT
    ]
    found: dict[str, dict[str, Column]] = defaultdict(dict)
    for column in (*ties, *form.columns, *english):
        for lang in messages.LANGUAGES:
            found[column.label(lang)][column.key] = column
    return {label: next(iter(same.values())) for label, same in found.items() if len(same) == 1}


def _put(node: Node, column: Column, cell: Cell, header: Mark) -> None:
    part = node.within(column.owners, cell.mark)
    slot = part.slot(column.name, header)
    found = [Scalar(text, cell.mark) for text in cells.values(column.field, cell.text)]
    if column.language:
        slot.languages.setdefault(column.language, []).extend(found)
    else:
        slot.plain.extend(found)
