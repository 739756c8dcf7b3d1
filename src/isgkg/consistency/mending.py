"""Copies of a draft: with the findings as comments in Word, and with what has one safe replacement replaced.

Flows in: the bytes of a draft and its faults. Flows out: the bytes of the copy, and what was done.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from isgkg import messages
from isgkg.consistency import checking
from isgkg.consistency.checking import Checked
from isgkg.consistency.faults import Fault
from isgkg.content import encoding
from isgkg.drafts.model import MARGINS, Spot
from isgkg.drafts.sources import Format
from isgkg.errors import InputError
from isgkg.messages import Language

AUTHOR: Final = "isgkg"
_SAFE: Final = frozenset({"T28", "T29", "T37", "T40"})
"""Rules whose replacement changes the wording only. That of a definition (T33) or a lead-in (T30) may change more."""
_MODALS: Final = re.compile("(?<![无非是并所取求舍由怪免值务莫])(?:必须|不得)(?![的不当法人])")
"""Modals of T35 that are replaced where no word such as 非必须 or 不得当 is meant; 须, 不可 and the like begin too many words."""
_IN_LINES: Final = frozenset({Format.TEXT, Format.MARKDOWN, Format.HTML})


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A copy of a draft: its content, the faults that it shows or mends, and the others."""

    content: bytes
    done: tuple[Fault, ...]
    left: tuple[Fault, ...]


def annotated(data: bytes, checked: Checked, lang: Language) -> Copy:
    """The Word document with each fault as a comment at its words. Raises InputError for a draft in another format."""
    from isgkg.drafts.word import annotate  # noqa: PLC0415  # only this needs it

    draft = checked.reading.outline.draft
    if draft.format != Format.DOCX:
        raise InputError("check.annotate.no-word", file=draft.name)
    remarks = [(fault.spot, _remark(checked, fault, lang)) for fault in checked.faults]
    return Copy(content=annotate.annotate(data, remarks, author=AUTHOR, initials=AUTHOR, when=None), done=checked.faults, left=())


def _remark(checked: Checked, fault: Fault, lang: Language) -> str:
    finding = checking.of_fault(checked.reading, fault, lang)
    advice = finding.fix.text if finding.fix and finding.fix.text else ""
    message = finding.message
    if checked.reading.blocks[fault.spot.block].kind in MARGINS:  # the comment cannot stand there
        message = messages.text("check.remark.elsewhere", lang, place=finding.place.clause, message=message)
    return f"[{finding.rule}] {message}\n{advice}".strip()


def mended(data: bytes, checked: Checked) -> Copy:
    """The draft with its safe replacements made, in Word as tracked changes. Raises InputError for a format that cannot be written."""
    draft = checked.reading.outline.draft
    chosen = _chosen(checked)
    if draft.format == Format.DOCX:
        from isgkg.drafts.word import fix  # noqa: PLC0415  # as above

        try:
            content = fix.fix(data, _replacements(chosen), author=AUTHOR, when=None)
        except ValueError:  # two of them lie within words that Word changes as one, such as a ruby: one a paragraph is always possible
            chosen = list({fault.spot.block: fault for fault in reversed(chosen)}.values())[::-1]
            content = fix.fix(data, _replacements(chosen), author=AUTHOR, when=None)
    elif draft.format in _IN_LINES:
        chosen = [fault for fault in chosen if _in_one_line(checked, fault)]
        content = _in_text(data, checked, chosen)
    else:
        raise InputError("check.fix.format", file=draft.name)
    return Copy(content=content, done=tuple(chosen), left=tuple(fault for fault in checked.faults if fault not in chosen))


def _replacements(chosen: Sequence[Fault]) -> list[tuple[Spot, str]]:
    return [(fault.spot, fault.replacement or "") for fault in chosen]


def _is_safe(checked: Checked, fault: Fault) -> bool:
    if fault.replacement is None:
        return False
    spot = fault.spot
    modal = fault.rule == "T35" and _MODALS.match(checked.reading.blocks[spot.block].text, spot.start)
    return fault.rule in _SAFE or bool(modal)


def _chosen(checked: Checked) -> list[Fault]:
    """The faults that have a safe replacement; of two that overlap the first in the text, and of these the longer."""
    chosen: list[Fault] = []
    safe = (fault for fault in checked.faults if _is_safe(checked, fault))
    for fault in sorted(safe, key=lambda fault: (fault.spot.block, fault.spot.start, -fault.spot.end)):
        last = chosen[-1].spot if chosen else None
        if last is None or last.block != fault.spot.block or last.end <= fault.spot.start:
            chosen.append(fault)
    return chosen


def _in_one_line(checked: Checked, fault: Fault) -> bool:
    """Whether the words stand in the file as they stand in the text of their block."""
    block = checked.reading.blocks[fault.spot.block]
    start, end = block.line_column(fault.spot.start), block.line_column(fault.spot.end - 1)
    return start is not None and end is not None and start[0] == end[0] and end[1] - start[1] == fault.spot.end - 1 - fault.spot.start


def _in_text(data: bytes, checked: Checked, chosen: Sequence[Fault]) -> bytes:
    """The text with the replacements made from the end on; its encoding is UTF-8 afterwards, its ends of lines as they were."""
    crlf = b"\r\n" in data
    lines = encoding.decode(data).text.split("\n")
    for fault in reversed(chosen):
        place = checked.reading.blocks[fault.spot.block].line_column(fault.spot.start)
        assert place is not None
        line, column = place
        words = checked.reading.outline.text(fault.spot)
        text = lines[line - 1]
        if text[column - 1 : column - 1 + len(words)] == words:
            lines[line - 1] = text[: column - 1] + (fault.replacement or "") + text[column - 1 + len(words) :]
    return ("\r\n" if crlf else "\n").join(lines).encode()
