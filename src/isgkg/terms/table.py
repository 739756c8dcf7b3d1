"""Terms as a table: one row a concept, columns in Chinese or in English.

Flows in: rows of cells, or a term base. Flows out: a Document, or rows of cells. A cell holds several terms on lines of their own, or
divided by semicolons; a note or a definition may hold semicolons, so that only lines divide those.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from isgkg.errors import ContentError
from isgkg.findings import Place
from isgkg.messages import Language
from isgkg.terms.document import Document
from isgkg.terms.faults import fault
from isgkg.terms.model import Concept, Definition, Designation, Status, TermBase

RULE: Final = "terms-table"
Row = tuple[int, Sequence[str]]
"""A row of a file: its number, from 1, and its cells."""

_HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("编号", "代码", "code", "id", "notation", "no", "number"),
    "term": ("首选术语", "术语", "中文", "中文术语", "term", "preferred", "preferred term", "chinese", "zh"),
    "english": ("英文", "英文对应词", "英文术语", "对应英文", "english", "english equivalent", "en"),
    "admitted": ("许用术语", "同义词", "admitted", "admitted term", "synonym", "synonyms"),
    "deprecated": ("拒用术语", "deprecated", "deprecated term", "forbidden"),
    "superseded": ("被取代术语", "superseded", "superseded term", "obsolete"),
    "reason": ("理由", "拒用理由", "reason"),
    "definition": ("定义", "definition", "中文定义"),
    "english definition": ("英文定义", "english definition", "definition in english"),
    "source": ("来源", "出处", "source"),
    "note": ("注", "备注", "说明", "note", "notes"),
    "broader": ("上位概念", "broader", "parent"),
    "related": ("相关概念", "related"),
}
"""The columns and what people call them; the first name in each language is the one that is written."""
KNOWN: Final = "、".join(names[0] for names in _HEADS.values())
"""The headings, for messages."""
_COLUMNS: Final = {name.casefold(): column for column, heads in _HEADS.items() for name in heads}
_ENGLISH: Final = {column: column.capitalize() for column in _HEADS}
_EDITORIAL: Final = frozenset({"编者", "editorial"})
"""As a source: the words are those of the editors of the term base (rule T11)."""
_SEMICOLONS: Final = re.compile("[；;]")
_STATUSES: Final = (("admitted", Status.ADMITTED), ("deprecated", Status.DEPRECATED), ("superseded", Status.SUPERSEDED))


def read(rows: Iterator[Row], *, sheet: str | None = None) -> Document:
    """The concepts of a table whose first row that is not empty names its columns.

    Raises ContentError (rule terms-table) with the row: no such columns, a column twice, a row without a term, a code twice.
    """
    columns, unread, line = _columns(rows, sheet)
    concepts: dict[str, Concept] = {}
    lines: dict[str, int] = {}
    for number, cells in rows:
        # Line ends are kept: one behind a single term says that its semicolons are its own.
        values = {
            column: cells[place].strip(" \t\u3000") for column, place in columns.items() if place < len(cells) and cells[place].strip()
        }
        if not values:
            continue
        if "term" not in values and "english" not in values:
            raise _fault("no-term", number, sheet)
        concept = _concept(values, number)
        if concept.id in concepts:
            raise _fault("twice", number, sheet, id=concept.id, first=lines[concept.id])
        concepts[concept.id] = concept
        lines[concept.id] = number
    if not concepts:
        raise _fault("empty", line, sheet)
    return Document(base=TermBase(concepts=tuple(concepts.values())), lines=lines, sheet=sheet, unread=unread)


def _fault(key: str, number: int, sheet: str | None, **values: object) -> ContentError:
    place = Place(line=number) if sheet is None else Place(sheet=sheet, cell=f"A{number}")
    return fault(f"terms.table.{key}", RULE, place, **values)


def _columns(rows: Iterator[Row], sheet: str | None) -> tuple[dict[str, int], tuple[str, ...], int]:
    """The places of the columns by name, the headings that name none, and the row that they are in."""
    for number, cells in rows:
        heads = [" ".join(cell.strip().casefold().split()) for cell in cells]
        if not any(heads):
            continue
        columns: dict[str, int] = {}
        unread = []
        for place, head in enumerate(heads):
            column = _column(head)
            if column in columns:
                raise _fault("column-twice", number, sheet, head=cells[place].strip())
            if column is not None:
                columns[column] = place
            elif head:
                unread.append(cells[place].strip())
        if "term" not in columns and "english" not in columns:
            raise _fault("heads", number, sheet, known=KNOWN)
        return columns, tuple(unread), number
    raise _fault("empty", 1, sheet)


def _column(head: str) -> str | None:
    """The column of a heading, which may be in both languages: 编号 code, 首选术语（term）."""
    plain = re.sub(r"[（(].*[）)]$", "", head).strip()
    for name in (head, plain, *plain.split(" ", 1)[:1], *re.split(r"[/／|]", plain)):
        if name.strip() in _COLUMNS:
            return _COLUMNS[name.strip()]
    return None


def _concept(values: Mapping[str, str], number: int) -> Concept:
    terms = _terms(values.get("term", ""))
    designations = [Designation(text=text, status=Status.ADMITTED if place else Status.PREFERRED) for place, text in enumerate(terms)]
    rejected = sum(len(_terms(values.get(column, ""))) for column in ("deprecated", "superseded"))
    reasons = _lines(values.get("reason", ""))
    # One reason stands for all the rejected terms, as many as there are terms for each; other numbers tell of none (T06 asks then).
    each = iter(reasons if len(reasons) == rejected else reasons * rejected if len(reasons) == 1 else [])
    for column, status in _STATUSES:
        for text in _terms(values.get(column, "")):
            reason = next(each, "") if status.is_rejected else ""
            designations.append(Designation(text=text, status=status, reason=_tagged(reason) if reason else {}))
    for place, text in enumerate(_terms(values.get("english", ""))):
        designations.append(Designation(text=text, lang="en", status=Status.ADMITTED if place else Status.PREFERRED))
    source = values.get("source", "").strip() or None
    is_editorial = source is not None and source.casefold() in _EDITORIAL
    return Concept(
        id=values.get("code", "").strip() or f"row-{number}",
        designations=tuple(designations),
        definitions=tuple(
            Definition(text=values[column].strip(), lang=lang, source=None if is_editorial else source, is_editorial=is_editorial)
            for column, lang in (("definition", "zh"), ("english definition", "en"))
            if column in values
        ),
        notes=tuple(("zh", note) for note in _lines(values.get("note", ""))),
        broader=tuple(_terms(values.get("broader", ""))),
        related=tuple(_terms(values.get("related", ""))),
    )


def _tagged(reason: str) -> dict[Language, str]:
    return {"zh" if re.search("[\u4e00-\u9fff]", reason) else "en": reason}


def _lines(cell: str) -> list[str]:
    return [line.strip() for line in cell.splitlines() if line.strip()]


def _terms(cell: str) -> list[str]:
    """The terms of a cell: its lines, or where it has one line, what semicolons divide."""
    lines = _lines(cell)
    return [part.strip() for part in _SEMICOLONS.split(lines[0]) if part.strip()] if len(lines) == 1 and "\n" not in cell else lines


def write(base: TermBase, lang: Language) -> list[list[str]]:
    """The rows of a table, with headings in `lang`. A table holds terms in Chinese and in English, and no more than one definition each.

    English terms that are rejected, the language of notes, and what a concept is in the guideline are left out.
    """
    heads = [names[0] if lang == "zh" else _ENGLISH[column] for column, names in _HEADS.items()]
    return [heads, *([_cells(concept)[column] for column in _HEADS] for concept in base.concepts)]


def _cells(concept: Concept) -> dict[str, str]:
    by: dict[tuple[str, Status], list[str]] = {}
    for one in concept.designations:
        by.setdefault((one.lang.split("-")[0], one.status), []).append(one.text)
    chinese, english = concept.definition("zh"), concept.definition("en")
    shown = chinese or english
    rejected = [
        one
        for status in (Status.DEPRECATED, Status.SUPERSEDED)
        for one in concept.designations
        if one.status is status and one.lang.startswith("zh")
    ]
    reasons = [one.reason.get("zh") or one.reason.get("en") or "" for one in rejected]
    return {
        "code": concept.id,
        "term": _cell(by.get(("zh", Status.PREFERRED), [])),
        "english": _cell([*by.get(("en", Status.PREFERRED), []), *by.get(("en", Status.ADMITTED), [])]),
        **{column: _cell(by.get(("zh", status), [])) for column, status in _STATUSES},
        "reason": "\n".join(reasons) if all(reasons) else "",
        "definition": chinese.text if chinese else "",
        "english definition": english.text if english else "",
        "source": "" if shown is None else "编者" if shown.is_editorial and not shown.source else shown.source or "",
        "note": "\n".join(note for _, note in concept.notes),
        "broader": _cell(concept.broader),
        "related": _cell(concept.related),
    }


def _cell(terms: Sequence[str]) -> str:
    """Terms on lines; a single one with a semicolon in it gets a line end behind it, by which it is read as one."""
    text = "\n".join(terms)
    return f"{text}\n" if len(terms) == 1 and _SEMICOLONS.search(text) else text
