"""Records in CSV files (RFC 4180): one row a record, and a file beside it for each field whose values are parts.

Flows in: the texts of the files, or records. Flows out: trees whose places are lines and columns, or the texts of files by suffix: "" for
NAME.csv, "qualifiedAssociation" for NAME.qualifiedAssociation.csv.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from isgkg.errors import ContentError
from isgkg.findings import Severity
from isgkg.records import tree
from isgkg.records.fields import RecordClass, Schema
from isgkg.records.tabular import sheets, tables
from isgkg.records.tabular.layout import TYPE, forms
from isgkg.records.tabular.sheets import Cell, Row, Sheet
from isgkg.records.tree import Mark, Note, Tree

RULE: Final = "record-csv"
_BOM: Final = "\ufeff"  # by which Excel knows that a CSV file is UTF-8
_DELIMITERS: Final = ",;\t"


def read(main: str, companions: Mapping[str, str], schema: Schema) -> Iterator[tree.Mapping | Note]:
    """The records of a CSV file and of the files beside it, which are named by their tables, after notes on what cannot be read.

    Raises ContentError with the line where nothing can be read. The `sheet` of a place names the table, if it is not the main one.
    """
    notes: list[Note] = []
    lines = list(_lines(main, "", notes))
    if not lines:
        raise ContentError("csv.empty", rule=RULE)
    record_class = _class(lines, schema)
    known = {form.path: form for form in forms(record_class, schema)}
    found = [_sheet([lines[0], *_of_class(lines, record_class, schema, notes)], record_class, "")]
    for name, text in companions.items():
        if name not in known or not name:
            named = "、".join(path for path in known if path)
            notes.append(_note("csv.unknown-table", Mark(sheet=name), name=name, known=named))
        else:
            found += [_sheet(rows, record_class, name)] if (rows := _companion(text, name, notes)) else []
    if not found[0].rows and notes:
        raise _error(notes.pop(0))
    yield from notes
    yield from sheets.trees(found, schema)


def write(trees: Sequence[Tree], schema: Schema) -> dict[str, str]:
    """The CSV files of records of one class, by suffix; only tables with rows, beside the main one.

    Raises ContentError naming what they cannot hold, also where the records are of several classes.
    """
    classes = {found.name: found for found in (tables.class_of(record, schema) for record in trees)} or {
        schema.records[0].name: schema.records[0]
    }
    record_class, *others = classes.values()
    if others:
        raise ContentError("csv.mixed", rule=RULE, type=others[0].name)
    made = tables.of(trees, schema, record_class)
    return {table.form.path: _text(table, record_class) for table in made if table.rows or not table.form.path}


def _text(table: tables.Table, record_class: RecordClass) -> str:
    """The file of one table, with the columns that have a value or that every record should have."""
    used = {key for row in table.rows for key in row}
    is_main = table.form.path == ""
    keys = [column.key for column in table.columns if column.key in used or not used]
    has_type = TYPE in keys
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([TYPE, *keys] if is_main and not has_type else keys)
    for row in table.rows:
        for key, text in row.items():
            if "\r" in text:
                shown = text.encode("unicode_escape").decode("ascii")[:60]
                name = row.get("identifier") or row.get("id") or row.get("parent") or ""
                raise ContentError("table.reads-differently", rule=tables.RULE, record=name, field=key, value=shown)
        texts = [row.get(key, "") for key in keys]
        writer.writerow([record_class.name, *texts] if is_main and not has_type else texts)
    return _BOM + target.getvalue()


def _sheet(lines: Sequence[Sequence[Cell]], record_class: RecordClass, path: str) -> Sheet:
    header, *rows = lines
    return Sheet(
        path=path,
        record_class=record_class,
        title=path or record_class.labels,
        header={place: cell for place, cell in enumerate(header) if cell.text.strip()},
        rows=tuple(Row(dict(enumerate(row)), partial(_place, row)) for row in rows),
        first=Mark(rows[0][0].mark.line if rows else 2, 1, path or None),
    )


def _place(row: Sequence[Cell], column: int) -> Mark:
    return row[column].mark


def _companion(text: str, name: str, notes: list[Note]) -> list[list[Cell]]:
    """The rows of a file beside the main one, as far as it can be read."""
    rows: list[list[Cell]] = []
    try:
        rows.extend(_lines(text, name, notes))
    except ContentError as error:
        notes.append(_note(error.key, Mark(error.line, error.column, name)))
    return rows


def _class(lines: Sequence[Sequence[Cell]], schema: Schema) -> RecordClass:
    """The class of the records: what the column "type" says first, else the class that has most of the columns."""
    header = [cell.text.strip() for cell in lines[0]]
    if TYPE in header:
        place = header.index(TYPE)
        named = filter(None, (tables.of_type(row[place].text.strip(), schema) for row in lines[1:]))
        if (first := next(named, None)) is not None:
            return first
    counts = {found.name: sum(map(sheets.knows(forms(found, schema)[0], schema), header)) for found in schema.records}
    best = max(counts, key=lambda name: counts[name])
    if not counts[best]:
        raise ContentError("csv.no-keys", rule=RULE, line=lines[0][0].mark.line if lines[0] else 1)
    return schema.classes[best]


def _of_class(lines: Sequence[list[Cell]], record_class: RecordClass, schema: Schema, notes: list[Note]) -> list[list[Cell]]:
    """The rows below the first that are of the class, or say nothing of it."""
    header = [cell.text.strip() for cell in lines[0]]
    if TYPE not in header:
        return [*lines[1:]]
    rows = []
    for row in lines[1:]:
        cell = row[header.index(TYPE)]
        if tables.of_type(cell.text.strip(), schema) in (None, record_class):
            rows.append(row)
        else:
            notes.append(_note("csv.mixed", cell.mark, type=cell.text.strip()))
    return rows


def _note(key: str, mark: Mark, **values: object) -> Note:
    return Note(rule=RULE, severity=Severity.VIOLATION, key=key, values=values, mark=mark)


def _error(note: Note) -> ContentError:
    """The note as the reason why nothing can be read."""
    values: dict[str, Any] = note.values
    return ContentError(note.key, rule=note.rule, line=note.mark.line, column=note.mark.column, sheet=note.mark.sheet, **values)


def _lines(text: str, table: str, notes: list[Note]) -> Iterator[list[Cell]]:
    """The rows of a CSV text, each as long as the first, without those that are blank; each cell with the line and column of its value."""
    text = text.removeprefix(_BOM)
    delimiter = _delimiter(text)
    expected = 0
    for row in _rows(text, delimiter, table):
        if all(not cell.text.strip() for cell in row):
            continue
        expected = expected or len(row)
        rest = row[expected:]
        if len(row) < expected or any(cell.text.strip() for cell in rest):
            notes.append(_note("csv.ragged", Mark(row[0].mark.line, None, table or None), found=len(row), expected=expected))
        else:
            yield row[:expected]


def _delimiter(text: str) -> str:
    """The separator that stands in the first line most often outside of quotes; the comma if none does."""
    first = re.sub('"[^"]*"', "", text.lstrip().split("\n", 1)[0])
    return max(_DELIMITERS, key=first.count)


def _rows(text: str, delimiter: str, table: str) -> Iterator[list[Cell]]:
    """The rows of a CSV text. The csv module gives no columns, and takes the rest of a file for one value where a quote is missing."""
    stop = re.escape(delimiter)
    quoted_or_bare = re.compile(rf'"([^"]*(?:""[^"]*)*)"(?={stop}|\r|\n|\Z)|((?!")[^{stop}\r\n]*)')
    position, line, start = 0, 1, 0
    row: list[Cell] = []
    while position < len(text):
        match = quoted_or_bare.match(text, position)
        mark = Mark(line, position - start + 1, table or None)
        if match is None:
            raise ContentError("csv.quote", rule=RULE, line=line, column=mark.column, sheet=table or None)
        quoted = match.group(1)
        row.append(Cell(match.group(2) if quoted is None else quoted.replace('""', '"'), mark))
        if quoted is not None and "\n" in quoted:
            line += quoted.count("\n")
            start = match.start(1) + quoted.rindex("\n") + 1
        position = match.end()
        if text.startswith(delimiter, position):
            position += 1
            if position < len(text):
                continue
            row.append(Cell("", Mark(line, position - start + 1, table or None)))
        elif position < len(text):
            position += 2 if text.startswith("\r\n", position) else 1
            line, start = line + 1, position
        yield row
        row = []
