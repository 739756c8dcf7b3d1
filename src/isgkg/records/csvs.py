"""Records in CSV files (RFC 4180): one row a record, and a file beside it for each field whose values are parts.

Flows in: the texts of the files, or records. Flows out: trees whose places are lines and columns, or the texts of files by suffix: "" for
NAME.csv, "qualifiedAssociation" for NAME.qualifiedAssociation.csv.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from isgkg.errors import RecordError
from isgkg.records import sheets, tables, tree
from isgkg.records.fields import RecordClass, Schema
from isgkg.records.layout import TYPE, forms
from isgkg.records.sheets import Cell, Sheet
from isgkg.records.tree import Mark, Tree

RULE: Final = "record-csv"
_BOM: Final = "\ufeff"  # by which Excel knows that a CSV file is UTF-8
_DELIMITERS: Final = ",;\t"


def read(main: str, companions: Mapping[str, str], schema: Schema) -> list[tree.Mapping]:
    """The records of a CSV file and of the files beside it, which are named by their tables.

    Raises RecordError with the line where a file cannot be read; `sheet` then names the table, if it is not the main one.
    """
    lines = list(_lines(main, ""))
    if not lines:
        raise RecordError("csv.empty", rule=RULE)
    record_class = _class(lines, schema)
    known = {form.path: form for form in forms(record_class, schema)}
    found = [_sheet(lines, record_class, "")]
    for name, text in companions.items():
        if name not in known or not name:
            raise RecordError("csv.unknown-table", rule=RULE, sheet=name, name=name, known="、".join(path for path in known if path))
        if rows := list(_lines(text, name)):
            found.append(_sheet(rows, record_class, name))
    return sheets.trees(found, schema)


def write(trees: Sequence[Tree], schema: Schema) -> dict[str, str]:
    """The CSV files of records of one class, by suffix; only tables with rows, beside the main one.

    Raises RecordError naming what they cannot hold, also where the records are of several classes.
    """
    classes = {found.name: found for found in (tables.class_of(record, schema) for record in trees)} or {
        schema.records[0].name: schema.records[0]
    }
    record_class, *others = classes.values()
    if others:
        raise RecordError("csv.mixed", rule=RULE, type=others[0].name)
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
                raise RecordError("table.reads-differently", rule=tables.RULE, record=name, field=key, value=shown)
        texts = [row.get(key, "") for key in keys]
        writer.writerow([record_class.name, *texts] if is_main and not has_type else texts)
    return _BOM + target.getvalue()


def _sheet(lines: Sequence[Sequence[Cell]], record_class: RecordClass, path: str) -> Sheet:
    header, *rows = lines
    return Sheet(
        path=path,
        record_class=record_class,
        header={place: cell for place, cell in enumerate(header) if cell.text.strip()},
        rows=tuple(dict(enumerate(row)) for row in rows),
    )


def _class(lines: Sequence[Sequence[Cell]], schema: Schema) -> RecordClass:
    """The class of the records: what the column "type" says, else the class that has most of the columns."""
    header = [cell.text.strip() for cell in lines[0]]
    if TYPE in header:
        place = header.index(TYPE)
        types = [(row[place], tables.of_type(row[place].text.strip(), schema)) for row in lines[1:] if len(row) > place]
        named = [(cell, found) for cell, found in types if found is not None]
        for cell, found in named:
            if found is not named[0][1]:
                raise RecordError("csv.mixed", rule=RULE, line=cell.mark.line, column=cell.mark.column, type=cell.text.strip())
        if named and named[0][1] is not None:
            return named[0][1]
    counts = {found.name: sum(map(sheets.knows(forms(found, schema)[0], schema), header)) for found in schema.records}
    best = max(counts, key=lambda name: counts[name])
    if not counts[best]:
        raise RecordError("csv.no-keys", rule=RULE, line=lines[0][0].mark.line if lines[0] else 1)
    return schema.classes[best]


def _lines(text: str, table: str) -> Iterator[list[Cell]]:
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
            mark = row[0].mark
            raise RecordError("csv.ragged", rule=RULE, line=mark.line, sheet=table or None, found=len(row), expected=expected)
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
            raise RecordError("csv.quote", rule=RULE, line=line, column=mark.column, sheet=table or None)
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
