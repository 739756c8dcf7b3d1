"""The look of a workbook of records: sheets, headings, help, drop-down lists, and bytes that depend on nothing but the content.

Flows in: tables. Flows out: the bytes of a workbook.
"""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils.cell import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from isgkg import __version__, messages
from isgkg.errors import RecordError
from isgkg.findings import Severity
from isgkg.messages import Language
from isgkg.records import cells, workbook
from isgkg.records.cells import Codes
from isgkg.records.fields import Field, Group, Kind
from isgkg.records.layout import FIELD, ID, PARENT, TYPE, Column
from isgkg.records.tables import Table

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
_TALLEST: Final = 400
"""Heights in points: Excel allows 409."""
_BLANK: Final = 10
"""How many rows an empty sheet shows ready for data, as text."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")
_FILLS: Final = ("DDEBF7", "E2EFDA", "FFF2CC", "FCE4D6", "EDEDED", "E4DFEC")
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
        self._looks = _looks(readme)
        self._readme(readme)
        self._lists: dict[tuple[str, ...], str] = {}
        self._options = self._book.create_sheet("lists")
        self._options.sheet_state = "hidden"
        self._put(self._options, 1, 1, LISTS, "key")

    def table(self, table: Table, example: Mapping[str, str]) -> None:
        """Add a table, as a form if it is that of records. `example` holds texts by key."""
        columns = _with_english(table.columns)
        if table.form.path == "":
            self._form(table, _with_parts(table, columns), example)
        else:
            self._part(table, columns, example)

    def saved(self) -> bytes:
        """The workbook. Raises nothing; openpyxl's clock and the archive's are set to a fixed day."""
        self._book.move_sheet(self._options, len(self._book.sheetnames))
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
        sheet.column_dimensions["A"].width = 100
        for row, line in enumerate(self._text("excel.readme", version=__version__).split("\n"), 1):
            self._put(sheet, row, 1, line, "title" if row == 1 else "help")

    def _form(self, table: Table, columns: Sequence[Column], example: Mapping[str, str]) -> None:
        sheet = self._sheet(table.form.record_class.labels[self._lang], _FIRST_RECORD - 1 + len(table.rows), _COLUMNS)
        heads = [self._text(f"head.{name}") for name in ("group", "label", "key", "help", "example")]
        heads += [self._text("head.record", number=number) for number in range(1, max(1, len(table.rows)) + 1)]
        for place, head in enumerate(heads, 1):
            sheet.column_dimensions[get_column_letter(place)].width = dict(enumerate((15, 26, 18), 1)).get(place, 40)
            if place >= _FIRST_RECORD:
                self._text_column(sheet, place)
            self._put(sheet, 1, place, head, "head")
        sheet.freeze_panes = "C2"
        groups: list[str] = []
        for row, column in enumerate(columns, 2):
            field = column.owners[0] if column.owners else column.field
            name = (field.group if field is not None else None) or (groups[-1] if groups else "")
            is_first = not groups or groups[-1] != name
            groups.append(name)
            look = f"group{list(dict.fromkeys(groups)).index(name) % len(_FILLS)}"
            self._put(sheet, row, 1, self._groups[name].labels[self._lang] if is_first and name in self._groups else "", look)
            self._put(sheet, row, 2, self._label(column), "english" if column.language else look)
            self._put(sheet, row, 3, column.key, "key")
            self._put(sheet, row, 4, self._help(column), "help")
            self._put(sheet, row, 5, example.get(column.key, ""), "example")
            for place, record in enumerate(table.rows, _FIRST_RECORD):
                self._data(sheet, row, place, record.get(column.key), column, len(table.rows) <= _BOXED)
            if not table.rows:
                self._put(sheet, row, _FIRST_RECORD, "", "data")
            last = min(_COLUMNS, len(heads) + _SPARE)
            self._offer(sheet, column, f"{get_column_letter(_FIRST_RECORD)}{row}:{get_column_letter(last)}{row}")

    def _part(self, table: Table, columns: Sequence[Column], example: Mapping[str, str]) -> None:
        form = table.form
        label = form.field.labels if form.field is not None and form.field.kind is Kind.PART else form.record_class.labels
        sheet = self._sheet(label[self._lang], _FIRST_ROW - 1 + len(table.rows), _ROWS)
        sheet.freeze_panes = f"B{_FIRST_ROW}"
        for place, column in enumerate(columns, 1):
            key = f"{form.path}.{PARENT}" if place == 1 else column.key
            shown = self._text("excel.row.example") if place == 1 else example.get(column.key, "")
            if column.name == ID and not column.owners and shown.startswith("_:"):
                shown = ""
            sheet.column_dimensions[get_column_letter(place)].width = 22 if column.field is None else 30
            self._text_column(sheet, place)
            self._put(sheet, 1, place, self._label(column), "english" if column.language else "head")
            self._put(sheet, 2, place, key, "key")
            self._put(sheet, 3, place, self._help(column), "help")
            self._put(sheet, 4, place, shown, "example")
            for row, part in enumerate(table.rows, _FIRST_ROW):
                self._data(sheet, row, place, part.get(column.key), column, len(table.rows) <= _BOXED)
            letter = get_column_letter(place)
            self._offer(sheet, column, f"{letter}{_FIRST_ROW}:{letter}{min(_ROWS, _FIRST_ROW + len(table.rows) + _SPARE)}")
            if not table.rows:
                for row in range(_FIRST_ROW, _FIRST_ROW + _BLANK):
                    self._put(sheet, row, place, "", "data")

    def _sheet(self, title: str, count: int, limit: int) -> Worksheet:
        if count > limit:
            raise RecordError("excel.too-many", rule=workbook.RULE, title=title, count=count, limit=limit)
        sheet = self._book.create_sheet(self._title(title))
        assert isinstance(sheet, Worksheet)
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToHeight = 0  # as many pages as it takes, each as wide as the sheet
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
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
        need = column.field.need if column.field is not None and not column.language else None
        if any(owner.need is not Severity.VIOLATION for owner in column.owners):
            need = None  # a field of a part is asked for only where the part is
        return column.label(self._lang) + (MARKS.get(need, "") if need is not None else "")

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
                self._put(sheet, row, place, "", "data")
            return
        if len(text) > _CHARACTERS:
            raise RecordError("excel.too-long", rule=workbook.RULE, field=column.key, length=len(text), limit=_CHARACTERS)
        self._put(sheet, row, place, text, "data")

    def _put(self, sheet: Worksheet, row: int, place: int, text: str, look: str) -> None:
        cell = sheet.cell(row, place)
        cell._style = self._looks[look]._style  # type: ignore[union-attr, attr-defined]  # how openpyxl itself shares styles; no stub
        if text:
            cell.value = workbook.escaped(text)
            cell.data_type = "s"  # whatever it looks like: no formula, number or error
            dimension = sheet.row_dimensions[row]
            dimension.height = max(dimension.height or 0, _height(text, sheet.column_dimensions[get_column_letter(place)].width))

    def _offer(self, sheet: Worksheet, column: Column, cells_: str) -> None:
        """A drop-down list, which only proposes: a field may take several values, or a code without its label."""
        if column.field is None:
            return
        listed = tuple(cells.options(column.field, self._lang, self._codes))
        if not listed:
            return
        if listed not in self._lists:
            place = len(self._lists) + 1
            for row, text in enumerate(listed, 2):
                self._put(self._options, row, place, text, "key")
            letter = get_column_letter(place)
            self._lists[listed] = f"lists!${letter}$2:${letter}${len(listed) + 1}"
        validation = DataValidation(type="list", formula1=self._lists[listed], allow_blank=True, showErrorMessage=False)
        validation.add(cells_)
        sheet.add_data_validation(validation)


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


def _height(text: str, width: float) -> float:
    """The height in points of the lines that a text takes in a column of this width; Chinese characters are two wide."""
    lines = sum(1 + int((len(line) + len(line.encode("utf-8", "replace"))) / 2 / (width + 1)) for line in text.split("\n"))
    return float(min(_TALLEST, 15 * lines))


def _looks(sheet: Worksheet) -> dict[str, Cell]:
    """Cells whose styles others share: making a style anew for each cell would take most of the time."""
    thin = Side(style="thin", color="D0D0D0")
    wrapped = Alignment(wrap_text=True, vertical="top")
    font = partial(Font, name="Calibri", family=2)  # 2: sans serif, where Calibri is missing
    fonts = {
        "title": font(size=14, bold=True),
        "head": font(size=11, bold=True),
        "key": font(size=8, color="808080"),
        "help": font(size=9, color="595959"),
        "english": font(size=9, color="595959"),
        "example": font(size=9, italic=True, color="808080"),
        "data": font(size=11),
        "blank": font(size=11),
        **{f"group{number}": font(size=11, bold=True) for number in range(len(_FILLS))},
    }
    fills = {"head": "BDD7EE", "example": "F7F7F7", "english": "F2F2F2", **{f"group{number}": fill for number, fill in enumerate(_FILLS)}}
    found: dict[str, Cell] = {}
    for place, (name, chosen) in enumerate(fonts.items(), 1):
        model = Cell(sheet, 1, place)
        model.font, model.alignment, model.number_format = chosen, copy(wrapped), "@"
        if name not in ("title", "blank"):
            model.border = Border(left=thin, right=thin, top=thin, bottom=thin)
        if name in fills:
            model.fill = PatternFill("solid", fgColor=fills[name])
        found[name] = model
    return found
