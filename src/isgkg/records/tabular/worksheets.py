"""The look of a workbook of records: sheets, headings, help, drop-down lists, and bytes that depend on nothing but the content.

Flows in: tables. Flows out: the bytes of a workbook.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from openpyxl import Workbook
from openpyxl.utils.cell import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from isgkg import __version__, messages
from isgkg.errors import ContentError
from isgkg.findings import Severity
from isgkg.messages import Language
from isgkg.records.fields import Field, Group, Kind
from isgkg.records.tabular import cells, looks, workbook
from isgkg.records.tabular.cells import Codes
from isgkg.records.tabular.layout import FIELD, ID, PARENT, TYPE, Column
from isgkg.records.tabular.tables import Table

LISTS: Final = "#lists"
"""What the first cell of the sheet of drop-down lists says, by which readers pass it over."""

MARKS: Final = {Severity.VIOLATION: " *", Severity.WARNING: " ○"}
"""What follows the label of a field that must, or should, be filled in."""

_ROWS, _COLUMNS, _CHARACTERS = 1_048_576, 16_384, 32_767  # Excel specifications and limits, Microsoft
_FIRST_RECORD: Final = 6
_FIRST_ROW: Final = 5
_SPARE: Final = 200
"""For how many further rows or columns drop-down lists are offered."""
_BOXED: Final = 20
"""Up to how many records or parts the empty cells of a sheet have frames."""
_BLANK: Final = 10
"""How many rows an empty sheet shows ready for data, as text."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")
_TIES: Final = {PARENT: "excel.row.help", ID: "excel.help.id", TYPE: "excel.help.type", FIELD: "excel.help.field"}


class Writer:
    """A workbook in the making."""

    def __init__(self, lang: Language, codes: Codes, groups: Mapping[str, Group]) -> None:
        self._lang = lang
        self._codes = codes
        self._groups = groups
        self._book = Workbook()
        self._titles: set[str] = {"lists"}
        readme = self._book.active
        assert isinstance(readme, Worksheet)
        self._looks = looks.of(readme)
        self._heights: dict[tuple[str, int], float] = {}
        self._widths: dict[tuple[str, int], float] = {}
        self._readme(readme)
        self._lists: dict[tuple[str, ...], str] = {}
        self._examples: set[str] = set()
        self._options = self._book.create_sheet("lists")
        self._options.sheet_state = "hidden"
        self._put(self._options, 1, 1, LISTS, "key")

    def table(self, table: Table, example: Mapping[str, str], homes: Mapping[str, str]) -> None:
        """Add a table, as a form if it is that of records.

        `example` holds texts by key; `homes` are the fields that new concepts may be values of, by path with their labels.
        """
        columns = _with_english(table.columns)
        if table.form.path == "":
            self._form(table, _with_parts(table, columns), example)
        else:
            self._part(table, columns, example, homes)

    def saved(self) -> bytes:
        """The workbook. Raises nothing; openpyxl's clock and the archive's are set to a fixed day."""
        self._book.move_sheet(self._options, len(self._book.sheetnames))
        self._put(self._options, 1, 2, " ".join(sorted(self._examples)), "key")
        for (title, row), height in self._heights.items():
            self._book[title].row_dimensions[row].height = height
        raw, fixed = io.BytesIO(), io.BytesIO()
        self._book.properties.creator = "isgkg"
        self._book.properties.created = datetime(*_EPOCH, tzinfo=UTC).replace(tzinfo=None)
        self._book.save(raw)
        with zipfile.ZipFile(raw) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                content = source.read(name)
                # A height that is not "custom" grows with what people write.
                content = content.replace(b' customHeight="1"', b"")
                if name == "docProps/core.xml":
                    content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", content)
                target.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
        return fixed.getvalue()

    def _text(self, key: str, **values: object) -> str:
        return messages.text(key, self._lang, **values)

    def _readme(self, sheet: Worksheet) -> None:
        sheet.title = self._title(self._text("excel.title.readme"))
        looks.fit(sheet)
        self._wide(sheet, 1, 100)
        for row, line in enumerate(self._text("excel.readme", version=__version__).split("\n"), 1):
            self._put(sheet, row, 1, line, "title" if row == 1 else "help")

    def _form(self, table: Table, columns: Sequence[Column], example: Mapping[str, str]) -> None:
        sheet = self._sheet(table.form.record_class.labels[self._lang], _FIRST_RECORD - 1 + len(table.rows), _COLUMNS)
        heads = [self._text(f"head.{name}") for name in ("group", "label", "key", "help", "example")]
        heads += [self._text("head.record", number=number) for number in range(1, max(1, len(table.rows)) + 1)]
        for place, head in enumerate(heads, 1):
            self._wide(sheet, place, dict(enumerate((15, 26, 22), 1)).get(place, 40))
            if place >= _FIRST_RECORD:
                self._text_column(sheet, place)
            self._put(sheet, 1, place, head, "head")
        sheet.freeze_panes = "C2"
        sheet.print_title_rows, sheet.print_title_cols = "1:1", "A:B"
        groups: list[str] = []
        for row, column in enumerate(columns, 2):
            field = column.owners[0] if column.owners else column.field
            name = (field.group if field is not None else None) or (groups[-1] if groups else "")
            is_first = not groups or groups[-1] != name
            groups.append(name)
            look = f"group{list(dict.fromkeys(groups)).index(name) % len(looks.FILLS)}"
            self._put(sheet, row, 1, self._groups[name].labels[self._lang] if is_first and name in self._groups else "", look)
            self._put(sheet, row, 2, self._label(column), "english" if column.language else look)
            self._put(sheet, row, 3, column.key, "key")
            self._put(sheet, row, 4, self._help(column), "help")
            self._put(sheet, row, 5, example.get(column.key, ""), "example")
            for place, record in enumerate(table.rows, _FIRST_RECORD):
                self._data(sheet, row, place, record.get(column.key), column, len(table.rows) <= _BOXED)
            if not table.rows:
                self._put(sheet, row, _FIRST_RECORD, "", self._look(column))
            last = min(_COLUMNS, len(heads) + _SPARE)
            self._offer(sheet, column, f"{get_column_letter(_FIRST_RECORD)}{row}:{get_column_letter(last)}{row}")

    def _part(self, table: Table, columns: Sequence[Column], example: Mapping[str, str], homes: Mapping[str, str]) -> None:
        form = table.form
        label = form.field.labels if form.field is not None and form.field.kind is Kind.PART else form.record_class.labels
        sheet = self._sheet(label[self._lang], _FIRST_ROW - 1 + len(table.rows), _ROWS)
        sheet.freeze_panes = f"B{_FIRST_ROW}"
        sheet.print_title_rows = "1:1"
        for place, column in enumerate(columns, 1):
            key = f"{form.path}.{PARENT}" if place == 1 else column.key
            shown = self._text("excel.row.example") if place == 1 else example.get(column.key, "")
            if column.name == ID and not column.owners and shown.startswith("_:"):
                shown = ""
            if column.name == FIELD:
                shown = homes.get(shown, shown)
            self._wide(sheet, place, 22 if column.field is None else 30)
            self._text_column(sheet, place)
            self._put(sheet, 1, place, self._label(column), "english" if column.language else "head")
            self._put(sheet, 2, place, key, "key")
            self._put(sheet, 3, place, self._help(column), "help")
            self._put(sheet, 4, place, shown, "example")
            for row, part in enumerate(table.rows, _FIRST_ROW):
                text = part.get(column.key)
                text = homes.get(text or "", text) if column.name == FIELD else text
                self._data(sheet, row, place, text, column, len(table.rows) <= _BOXED)
            letter = get_column_letter(place)
            self._offer(sheet, column, f"{letter}{_FIRST_ROW}:{letter}{min(_ROWS, _FIRST_ROW + len(table.rows) + _SPARE)}", homes)
            if not table.rows:
                for row in range(_FIRST_ROW, _FIRST_ROW + _BLANK):
                    self._put(sheet, row, place, "", self._look(column))

    def _sheet(self, title: str, count: int, limit: int) -> Worksheet:
        if count > limit:
            raise ContentError("excel.too-many", rule=workbook.RULE, title=title, count=count, limit=limit)
        sheet = self._book.create_sheet(self._title(title))
        assert isinstance(sheet, Worksheet)
        looks.fit(sheet)
        return sheet

    def _title(self, label: str) -> str:
        """A title that Excel takes and no other sheet has."""
        plain = _FORBIDDEN.sub(" ", label)[:31]
        title, number = plain, 1
        while title.casefold() in self._titles:
            number += 1
            title = f"{plain[:27]} {number}"
        self._titles.add(title.casefold())
        return title

    def _label(self, column: Column) -> str:
        need = _need(column)
        return column.label(self._lang) + (MARKS.get(need, "") if need is not None else "")

    def _look(self, column: Column) -> str:
        """How an empty cell for data looks: tinted where it must be filled in, grey where it must not."""
        if column.field is not None and column.field.kind is Kind.PART:
            return "closed"
        return "needed" if _need(column) is Severity.VIOLATION else "data"

    def _help(self, column: Column) -> str:
        if column.field is not None:
            help_ = "" if column.language else column.field.help.get(self._lang, "")
            if column.field.kind is Kind.PART:
                return self._text("excel.help.sheet", help=help_, title=_FORBIDDEN.sub(" ", column.field.labels[self._lang]))
            return help_
        return self._text(_TIES[column.name]) if column.name in _TIES else ""

    def _text_column(self, sheet: Worksheet, place: int) -> None:
        """What people write in an empty cell of the column stays as they write it."""
        sheet.column_dimensions[get_column_letter(place)]._style = self._looks["blank"]._style  # type: ignore[attr-defined]  # see _put

    def _data(self, sheet: Worksheet, row: int, place: int, text: str | None, column: Column, is_boxed: bool) -> None:
        """A cell of data; an empty one has a frame, if wanted, and costs as much as another."""
        if text is None:
            if is_boxed:
                self._put(sheet, row, place, "", self._look(column))
            return
        if len(text) > _CHARACTERS:
            raise ContentError("excel.too-long", rule=workbook.RULE, field=column.key, length=len(text), limit=_CHARACTERS)
        self._put(sheet, row, place, text, "data")

    def _put(self, sheet: Worksheet, row: int, place: int, text: str, look: str) -> None:
        cell = sheet.cell(row, place)
        cell._style = self._looks[look]._style  # type: ignore[union-attr, attr-defined]  # how openpyxl itself shares styles; no stub
        if text:
            if look == "example":
                self._examples.add(digest(text))
            cell.value = workbook.escaped(text)
            cell.data_type = "s"  # whatever it looks like: no formula, number or error
            height = looks.height(text, self._widths.get((sheet.title, place), looks.WIDTH), look)
            self._heights[sheet.title, row] = max(self._heights.get((sheet.title, row), 0), height)

    def _wide(self, sheet: Worksheet, place: int, width: float) -> None:
        """Sets the width of a column and keeps it: openpyxl takes long to give widths and heights back."""
        sheet.column_dimensions[get_column_letter(place)].width = width
        self._widths[sheet.title, place] = width

    def _offer(self, sheet: Worksheet, column: Column, cells_: str, homes: Mapping[str, str] | None = None) -> None:
        """A drop-down list, which only proposes: a field may take several values, or a code without its label."""
        if column.field is not None:
            listed = tuple(cells.options(column.field, self._lang, self._codes))
        else:
            listed = tuple(homes.values()) if homes and column.name == FIELD else ()
        if not listed:
            return
        if listed not in self._lists:
            place = len(self._lists) + 1
            for row, text in enumerate(listed, 2):
                self._put(self._options, row, place, text, "key")
            letter = get_column_letter(place)
            self._lists[listed] = f"lists!${letter}$2:${letter}${len(listed) + 1}"
        validation = DataValidation(type="list", formula1=self._lists[listed], allow_blank=True, showErrorMessage=False)
        is_one = column.field is None or column.field.single
        validation.showInputMessage = True
        validation.prompt = self._text("excel.prompt" if is_one else "excel.prompt.several")
        validation.add(cells_)
        sheet.add_data_validation(validation)


def digest(text: str) -> str:
    """By which a reader sees whether an example is still the one that was written."""
    return f"{zlib.crc32(''.join(text.split()).encode('utf-8', 'replace')):08x}"


def _need(column: Column) -> Severity | None:
    """How grave it is to leave the column empty; a field of a part is asked for only where the part is."""
    if any(owner.need is not Severity.VIOLATION for owner in column.owners):
        return None
    return column.field.need if column.field is not None and not column.language else None


def _with_english(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns, with one for English beside each text that is given once a language."""
    found: list[Column] = []
    known = {column.key for column in columns}
    for column in columns:
        found.append(column)
        english = replace(column, language="en")
        if _is_text(column.field) and not column.language and english.key not in known:
            found.append(english)
    return tuple(found)


def _with_parts(table: Table, columns: Sequence[Column]) -> list[Column]:
    """The columns, and where they belong among them the fields that have sheets of their own, so that the form names them all."""
    parts = [Column(name=part.field.key, field=part.field) for part in table.form.parts if not part.owners and part.field.kind is Kind.PART]

    def order(column: Column) -> int:
        field = column.owners[0] if column.owners else column.field
        return field.order if field is not None else 0

    return sorted([*columns, *parts], key=order)


def _is_text(field: Field | None) -> bool:
    return field is not None and field.kind is Kind.TEXT and field.per_language
