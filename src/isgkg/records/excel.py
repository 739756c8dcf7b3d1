"""Records in Excel workbooks: a form with one column a record, and a sheet for each kind of part.

Flows in: the bytes of a workbook, or records. Flows out: trees whose places are sheets and cells, or the bytes of a workbook. Sheets are
known by their keys, since people rename sheets and move columns: the form by its column of keys, a sheet of parts by its row of keys.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from openpyxl.utils.cell import get_column_letter

from isgkg import messages
from isgkg.errors import RecordError
from isgkg.messages import Language
from isgkg.records import sheets, tables, workbook
from isgkg.records.cells import Codes, shown
from isgkg.records.fields import Field, RecordClass, Schema
from isgkg.records.layout import ID, PARENT, TYPE, Form, forms
from isgkg.records.sheets import Cell, Sheet
from isgkg.records.tree import Mapping, Mark, Tree
from isgkg.records.workbook import Cells
from isgkg.records.worksheets import LISTS, Writer

_HEADS: Final = 12
"""How many rows or columns may stand before the keys."""
_ENOUGH: Final = 3
"""How many keys of a class make a column the keys of its form."""


def read(data: bytes, schema: Schema) -> list[Mapping]:
    """The records of a workbook. Raises RecordError where it cannot be read, with sheet and cell where there is one."""
    found = workbook.read(data)
    known = {record_class.name: (record_class, forms(record_class, schema)) for record_class in schema.records}
    made: list[Sheet] = []
    rest: list[Cells] = []
    for cells in found:
        form = None if cells.texts.get((1, 1)) == LISTS else _form(cells, known.values())
        made += [form] if form else []
        rest += [] if form or cells.texts.get((1, 1)) == LISTS else [cells]
    if not made:
        raise RecordError("excel.no-records", rule=workbook.RULE)
    classes = {sheet.record_class.name for sheet in made}
    ordered = sorted(known.values(), key=lambda pair: pair[0].name not in classes)
    made += [part for cells in rest if (part := _part(cells, ordered))]
    return sheets.trees(made, schema)


def write(
    trees: Sequence[Tree],
    schema: Schema,
    lang: Language,
    codes: Codes | None = None,
    *,
    classes: Sequence[RecordClass] = (),
    example: Mapping | None = None,
) -> bytes:
    """A workbook of the records: the same bytes for the same records. Raises RecordError naming what it cannot hold.

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
            writer.table(table, filled[0] if filled else {})
    return writer.saved()


def _form(cells: Cells, known: Iterable[tuple[RecordClass, Sequence[Form]]]) -> Sheet | None:
    """The sheet as a form, if one of its first columns holds the keys of a class of records."""
    column, record_class = 0, None
    best = _ENOUGH - 1
    for candidate, found in known:
        keys = {key for entry in found[0].columns for key in (entry.key, entry.key.partition(".")[0])}
        counts = Counter(place[1] for place, text in cells.texts.items() if place[1] <= _HEADS and text.strip() in keys)
        for place, count in sorted(counts.items()):
            if count > best:
                best, column, record_class = count, place, candidate
    if record_class is None:
        return None
    keys = {ID, TYPE, *(entry.key for _, found in known for entry in found[0].columns)}
    first = min(row for (row, place), text in cells.texts.items() if place == column and text.strip() in keys)
    aside = _aside("head.help", "head.example")
    skipped = {place for (row, place), text in cells.texts.items() if row < first and text.strip() in aside}
    header = {row: Cell(text, _mark(cells, row, place)) for (row, place), text in cells.texts.items() if place == column and row >= first}
    rows: dict[int, dict[int, Cell]] = {}
    for (row, place), text in sorted(cells.texts.items()):
        if place > column and place not in skipped and row in header:
            rows.setdefault(place, {})[row] = Cell(text, _mark(cells, row, place))
    for row, place in cells.faults:
        if place > column and place not in skipped and row in header:
            raise _fault(cells, row, place)
    return Sheet(path="", record_class=record_class, header=header, rows=tuple(rows[place] for place in sorted(rows)))


def _part(cells: Cells, known: Iterable[tuple[RecordClass, Sequence[Form]]]) -> Sheet | None:
    """The sheet as one of parts, if one of its first rows holds the key PATH.parent. Any other sheet is the user's own."""
    ties = {f"{form.path}.{PARENT}": (record_class, form) for record_class, found in reversed([*known]) for form in found[1:]}
    places = sorted(place for place, text in cells.texts.items() if place[0] <= _HEADS and text.strip() in ties)
    if not places:
        titles = {title for _, form in ties.values() if form.field is not None for title in form.field.labels.values()}
        if cells.title in titles and cells.texts:
            raise RecordError("excel.no-keys", rule=workbook.RULE, sheet=cells.title, title=cells.title)
        return None
    top, tie = places[0]
    record_class, form = ties[cells.texts[top, tie].strip()]
    aside = _aside("excel.row.help", "excel.row.example")
    skipped = {row for (row, place), text in cells.texts.items() if row > top and place == tie and text.strip() in aside}
    header = {place: Cell(text, _mark(cells, row, place)) for (row, place), text in cells.texts.items() if row == top}
    rows: dict[int, dict[int, Cell]] = {}
    for (row, place), text in sorted(cells.texts.items()):
        if row > top and row not in skipped and place in header:
            rows.setdefault(row, {})[place] = Cell(text, _mark(cells, row, place))
    for row, place in cells.faults:
        if row > top and row not in skipped and place in header:
            raise _fault(cells, row, place)
    return Sheet(path=form.path, record_class=record_class, header=header, rows=tuple(rows[row] for row in sorted(rows)))


def _aside(*keys: str) -> frozenset[str]:
    """The texts that mark a row or column as help or example, in either language."""
    return frozenset(messages.text(key, lang) for key in keys for lang in messages.LANGUAGES)


def _mark(cells: Cells, row: int, column: int) -> Mark:
    return Mark(sheet=cells.title, cell=f"{get_column_letter(column)}{row}")


def _fault(cells: Cells, row: int, column: int) -> RecordError:
    return RecordError(cells.faults[row, column], rule=workbook.RULE, sheet=cells.title, cell=f"{get_column_letter(column)}{row}")
