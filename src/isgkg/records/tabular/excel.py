"""Records in Excel workbooks: a form with one column a record, and a sheet for each kind of part.

Flows in: the bytes of a workbook, or records. Flows out: trees whose places are sheets and cells, or the bytes of a workbook. Sheets are
known by their keys, since people rename sheets and move columns: the form by its column of keys, a sheet of parts by its row of keys.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Final

from openpyxl.utils.cell import get_column_letter

from isgkg import messages
from isgkg.errors import ContentError
from isgkg.findings import Severity
from isgkg.messages import Language
from isgkg.records.fields import Field, RecordClass, Schema
from isgkg.records.tabular import sheets, tables, workbook
from isgkg.records.tabular.cells import Codes, shown
from isgkg.records.tabular.layout import CONCEPTS, ID, PARENT, TYPE, Form, forms, homes
from isgkg.records.tabular.sheets import Cell, Row, Sheet
from isgkg.records.tabular.workbook import Cells, Place
from isgkg.records.tabular.worksheets import LISTS, Writer, digest
from isgkg.records.tree import Mapping, Mark, Note, Tree

_HEADS: Final = 12
"""How many rows or columns may stand before the keys."""
_ENOUGH: Final = 3
"""How many keys of a class make a column the keys of its form."""


def read(data: bytes, schema: Schema) -> Iterator[Mapping | Note]:
    """The records of a workbook, after notes on what of it cannot be read.

    Raises ContentError where nothing can be read, or nothing is filled in, with sheet and cell where there is one.
    """
    found = workbook.read(data)
    known = {record_class.name: (record_class, forms(record_class, schema)) for record_class in schema.records}
    reader = _Reader(examples=_examples(found))
    made: list[Sheet] = []
    rest: list[Cells] = []
    for cells in found:
        form = None if cells.texts.get((1, 1)) == LISTS else reader.form(cells, known.values())
        made += [form] if form else []
        rest += [] if form or cells.texts.get((1, 1)) == LISTS else [cells]
    if not made:
        raise ContentError("excel.no-records", rule=workbook.RULE)
    first = made[0]
    classes = {sheet.record_class.name for sheet in made}
    ordered = sorted(known.values(), key=lambda pair: pair[0].name not in classes)
    made += [part for cells in rest if (part := reader.part(cells, ordered))]
    yield from reader.notes
    if not any(sheet.rows for sheet in made if not sheet.path):
        raise ContentError("excel.not-filled", rule=tables.RULE, sheet=first.first.sheet, cell=first.first.cell)
    yield from sheets.trees(made, schema)


def write(
    trees: Sequence[Tree],
    schema: Schema,
    lang: Language,
    codes: Codes | None = None,
    *,
    classes: Sequence[RecordClass] = (),
    example: Mapping | None = None,
) -> bytes:
    """A workbook of the records: the same bytes for the same records. Raises ContentError naming what it cannot hold.

    `codes` are offered for choice and shown beside codes; `classes` get their sheets even without records; `example` fills the columns and
    rows of examples, which are not read.
    """
    labels = {code: label for listed in (codes or {}).values() for code, label in listed}

    def show(field: Field | None, value: str) -> str:
        return shown(field, value, lang, labels)

    by_class: dict[str, list[Tree]] = {record_class.name: [] for record_class in classes}
    for tree in trees:
        by_class.setdefault(tables.class_of(tree, schema).name, []).append(tree)
    writer = Writer(lang, codes or {}, schema.groups)
    for name, records in by_class.items():
        record_class = schema.classes[name]
        own = example if example is not None and tables.class_of(example, schema).name == name else None
        examples = {table.form.path: table for table in tables.of([own] if own else [], schema, record_class, show)}
        for table in tables.of(records, schema, record_class, show):
            filled = examples[table.form.path].rows
            writer.table(table, filled[0] if filled else {}, homes(schema, lang) if table.form.path == CONCEPTS else {})
    return writer.saved()


class _Reader:
    """Finds tables in sheets, and notes what stands beside them. `examples` are the digests of untouched examples, if they are known."""

    def __init__(self, examples: frozenset[str] | None) -> None:
        self._examples = examples
        self.notes: list[Note] = []

    def form(self, cells: Cells, known: Iterable[tuple[RecordClass, Sequence[Form]]]) -> Sheet | None:
        """The sheet as a form, if one of its first columns holds the keys of a class of records."""
        column, record_class = _keys(cells, known)
        if record_class is None:
            return None
        keys = {ID, TYPE, *(entry.key for _, found in known for entry in found[0].columns)}
        first = min(row for (row, place), text in cells.texts.items() if place == column and text.strip() in keys)
        marked = {row: text for (row, place), text in cells.texts.items() if place == column and row >= first}
        header = {row: Cell(text, _mark(cells, row, column)) for row, text in marked.items()}
        heads = {place: text.strip() for (row, place), text in sorted(cells.texts.items()) if row < first and place > column}
        aside = _aside("head.help", "head.example")
        skipped = {place for place, head in heads.items() if head in aside}
        shown = {place for place, head in heads.items() if head in _aside("head.example")}
        self._changed(cells, {(row, place): text for (row, place), text in cells.texts.items() if place in shown and row in header})
        inside = {(row, place): text for (row, place), text in sorted(cells.texts.items()) if place > column and row >= first}
        numbers = {row for row, cell in header.items() if cell.text.strip() in ("identifier", ID)}
        mine = {place for place, head in heads.items() if head and not _is_record(head)} - skipped
        mine -= {place for row, place in inside if row in numbers}
        for place in sorted(mine & {place for _, place in inside}):
            letter = get_column_letter(place)
            self._note("excel.own-column", _mark(cells, max(1, first - 1), place), Severity.WARNING, column=letter, head=heads[place])
        rows: dict[int, dict[int, Cell]] = {}
        unkeyed: dict[int, int] = {}
        for (row, place), text in inside.items():
            if place in skipped | mine:
                continue
            if row in header:
                rows.setdefault(place, {})[row] = Cell(text, _mark(cells, row, place))
            elif text.strip():
                unkeyed.setdefault(row, place)
        for row, place in unkeyed.items():
            self._note("excel.no-key", _mark(cells, row, place), Severity.WARNING, text=sheets.short(cells.texts[row, place]))
        self._faults(cells, lambda row, place: place > column and place not in skipped | mine and row in header)
        return Sheet(
            path="",
            record_class=record_class,
            title=cells.title,
            header=header,
            rows=tuple(Row(rows[place], partial(_in_column, cells, place)) for place in sorted(rows)),
            first=_mark(cells, first, max([column, *skipped]) + 1),
        )

    def part(self, cells: Cells, known: Iterable[tuple[RecordClass, Sequence[Form]]]) -> Sheet | None:
        """The sheet as one of parts, if one of its first rows holds the key PATH.parent. Any other sheet is the user's own."""
        ties = {f"{form.path}.{PARENT}": (record_class, form) for record_class, found in reversed([*known]) for form in found[1:]}
        places = sorted(place for place, text in cells.texts.items() if place[0] <= _HEADS and text.strip() in ties)
        if not places:
            titles = {title for _, form in ties.values() if form.field is not None for title in form.field.labels.values()}
            if cells.texts and cells.texts.get((1, 1)) not in _README:
                named = cells.title in titles
                key, severity = ("excel.no-keys", Severity.VIOLATION) if named else ("excel.own-sheet", Severity.INFO)
                self._note(key, Mark(sheet=cells.title), severity, title=cells.title)
            return None
        top, tie = places[0]
        record_class, form = ties[cells.texts[top, tie].strip()]
        below = {(row, place): text for (row, place), text in sorted(cells.texts.items()) if row > top}
        first = {row: text.strip() for (row, place), text in below.items() if place == tie}
        skipped = {row for row, text in first.items() if text in _aside("excel.row.help", "excel.row.example")}
        shown = {row for row in skipped if first[row] in _aside("excel.row.example")}
        self._changed(cells, {(row, place): text for (row, place), text in below.items() if row in shown and place != tie})
        header = {place: Cell(text, _mark(cells, row, place)) for (row, place), text in cells.texts.items() if row == top}
        rows: dict[int, dict[int, Cell]] = {}
        unkeyed: dict[int, int] = {}
        for (row, place), text in below.items():
            if row in skipped:
                continue
            if place in header:
                rows.setdefault(row, {})[place] = Cell(text, _mark(cells, row, place))
            elif text.strip():
                unkeyed.setdefault(place, row)
        for place, row in unkeyed.items():
            self._note("excel.no-key", _mark(cells, row, place), Severity.WARNING, text=sheets.short(cells.texts[row, place]))
        self._faults(cells, lambda row, place: row > top and row not in skipped and place in header)
        return Sheet(
            path=form.path,
            record_class=record_class,
            title=cells.title,
            header=header,
            rows=tuple(Row(rows[row], partial(_mark, cells, row)) for row in sorted(rows)),
            first=_mark(cells, max([top, *skipped]) + 1, tie),
        )

    def _changed(self, cells: Cells, shown: dict[Place, str]) -> None:
        """Notes that examples were changed: somebody may take them for data."""
        changed = sorted(place for place, text in shown.items() if text.strip() and digest(text) not in (self._examples or ()))
        if changed and self._examples is not None:
            self._note("excel.example", _mark(cells, *changed[0]), Severity.WARNING, count=len(changed))

    def _faults(self, cells: Cells, is_data: Callable[[int, int], bool]) -> None:
        for (row, place), key in sorted(cells.faults.items()):
            if is_data(row, place):
                self._note(key, _mark(cells, row, place))

    def _note(self, key: str, mark: Mark, severity: Severity = Severity.VIOLATION, **values: object) -> None:
        self.notes.append(Note(rule=tables.RULE, severity=severity, key=key, values=values, mark=mark))


def _keys(cells: Cells, known: Iterable[tuple[RecordClass, Sequence[Form]]]) -> tuple[int, RecordClass | None]:
    """The column that holds the most keys of a class of records, and the class."""
    column, record_class = 0, None
    best = _ENOUGH - 1
    for candidate, found in known:
        keys = {key for entry in found[0].columns for key in (entry.key, entry.key.partition(".")[0])}
        counts = Counter(place[1] for place, text in cells.texts.items() if place[1] <= _HEADS and text.strip() in keys)
        for place, count in sorted(counts.items()):
            if count > best:
                best, column, record_class = count, place, candidate
    return column, record_class


def _examples(found: Sequence[Cells]) -> frozenset[str] | None:
    """The digests of the examples that the workbook was written with."""
    lists = next((cells for cells in found if cells.texts.get((1, 1)) == LISTS), None)
    text = lists.texts.get((1, 2)) if lists is not None else None
    return None if text is None else frozenset(text.split())


def _is_record(head: str) -> bool:
    """Whether the head of a column is one that the template gives to records."""
    return head.rstrip("0123456789 ").casefold() in {messages.text("head.record", lang, number="").strip() for lang in messages.LANGUAGES}


_README: Final = frozenset(messages.text("excel.readme", lang, version="").partition("\n")[0] for lang in messages.LANGUAGES)
"""How the sheet begins that tells people how to fill in the others."""


def _aside(*keys: str) -> frozenset[str]:
    """The texts that mark a row or column as help or example, in either language."""
    return frozenset(messages.text(key, lang) for key in keys for lang in messages.LANGUAGES)


def _mark(cells: Cells, row: int, column: int) -> Mark:
    return Mark(sheet=cells.title, cell=f"{get_column_letter(column)}{row}")


def _in_column(cells: Cells, column: int, row: int) -> Mark:
    return _mark(cells, row, column)
