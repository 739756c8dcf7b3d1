"""Fonts, fills, heights and pages of a workbook of records.

Flows in: nothing but a sheet to hang styles on. Flows out: styles by name, which cells share.
"""

from copy import copy
from functools import partial
from typing import Final

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

FILLS: Final = ("DDEBF7", "E2EFDA", "FFF2CC", "FCE4D6", "EDEDED", "E4DFEC")
"""The colours of the sections of a form."""
WIDTH: Final = 8.43
"""The width of a column for which none is set, in characters of the size _SIZE."""
_SIZE: Final = 11
_SIZES: Final = {"title": 14, "key": 8, "help": 9, "english": 9, "example": 9}
"""The sizes of fonts by look, where they differ from _SIZE."""
_LINE: Final = 1.5
"""The height of a line by the size of its font: fonts for Chinese are taller than those for Latin."""
_TALLEST: Final = 400
"""Heights in points: Excel allows 409."""


def fit(sheet: Worksheet) -> None:
    """Print as many pages of A4 as it takes, each as wide as the sheet, with its title and number."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6, header=0.3, footer=0.3)
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = "&A  &P/&N"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def height(text: str, width: float, look: str) -> float:
    """The height in points of the lines that a text takes in a column of this width; Chinese characters are two wide."""
    size = _SIZES.get(look, _SIZE)
    room = width * _SIZE / size
    lines = sum(1 + int((len(line) + len(line.encode("utf-8", "replace"))) / 2 / room) for line in text.split("\n"))
    return float(min(_TALLEST, _LINE * size * lines))


def of(sheet: Worksheet) -> dict[str, Cell]:
    """Cells whose styles others share: making a style anew for each cell would take most of the time."""
    thin = Side(style="thin", color="D0D0D0")
    wrapped = Alignment(wrap_text=True, vertical="top")
    font = partial(Font, name="Calibri", family=2)  # 2: sans serif, where Calibri is missing
    fonts = {
        "title": font(size=_SIZES["title"], bold=True),
        "head": font(size=_SIZE, bold=True),
        "key": font(size=_SIZES["key"], color="808080"),
        "help": font(size=_SIZES["help"], color="595959"),
        "english": font(size=_SIZES["english"], color="595959"),
        "example": font(size=_SIZES["example"], italic=True, color="808080"),
        "data": font(size=_SIZE),
        "blank": font(size=_SIZE),
        "needed": font(size=_SIZE),
        "closed": font(size=_SIZE),
        **{f"group{number}": font(size=_SIZE, bold=True) for number in range(len(FILLS))},
    }
    fills = {f"group{number}": fill for number, fill in enumerate(FILLS)}
    fills |= {"head": "BDD7EE", "example": "F7F7F7", "english": "F2F2F2", "needed": "FFFBE6", "closed": "D9D9D9"}
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
