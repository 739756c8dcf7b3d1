"""PDF with a text layer → blocks.

Flows in: the bytes of a file. Flows out: one block a paragraph, with the page on which it begins. Running heads and the numbers of pages
are left out, so that a paragraph goes on over the end of its page.
"""

import re
import threading
from collections import Counter
from statistics import median
from typing import Final

import pypdfium2

from isgkg.columns import width
from isgkg.drafts.joining import Line, joined
from isgkg.drafts.model import Block
from isgkg.drafts.sources import RULE
from isgkg.drafts.texts import FULL, goes_on
from isgkg.errors import ContentError

_MOST_PAGES: Final = 3000
_MOST_TEXT: Final = 20_000_000
_REPEATED: Final = 3
"""Pages on which a line must stand to be one of their margin."""
_MARGIN: Final = 3
"""Lines of running heads, and of feet, that a page may have."""
_PASSWORD: Final = 4  # FPDF_ERR_PASSWORD
_PAGE_NUMBER: Final = re.compile(
    r"[-—\s]*(?:\d{1,4}|[IVXLC]{1,6}|[ivxlc]{1,6})[-—\s]*|第\s*\d{1,4}\s*页.{0,12}|page\s\d{1,4}(?:\sof\s\d{1,4})?|\d{1,4}\s?/\s?\d{1,4}",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef\u3001-\u303f])[ \u00a0]+(?=[\u2e80-\u9fff\uff00-\uffef\u3001-\u303f])")
"""A space between two Chinese characters, which the extraction makes of the distance between them."""
_HYPHEN: Final = re.compile("[\ufffe\x02](?:\r?\n)?")
"""How PDFium writes a hyphen at the end of a line that only divides a word."""
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_LOCK: Final = threading.Lock()
"""PDFium runs in one thread at a time."""


def blocks(data: bytes) -> tuple[Block, ...]:
    """The paragraphs of the text layer. Raises ContentError (rule draft-file) for damaged and protected files, and for scans."""
    pages = _without_margins([_lines(text) for text in _pages(data)])
    # A page is as wide as most pages are: some, such as the cover, have no full line.
    widest = median(max(map(width, lines)) for lines in pages if lines) if any(pages) else 0
    found: list[Block] = []
    open_: list[Line] = []
    began = 0
    for number, lines in enumerate(pages, 1):
        for line in lines:
            if open_ and not (width(open_[-1].text) >= FULL * widest and goes_on(open_[-1].text, line)):
                found.append(Block(text=joined(open_)[0], page=began))
                open_ = []
            began = began if open_ else number
            open_.append(Line(line, 0, 0))
    if open_:
        found.append(Block(text=joined(open_)[0], page=began))
    if not found:
        raise ContentError("drafts.pdf.scanned", rule=RULE)
    return tuple(found)


def _lines(text: str) -> list[str]:
    clean = _CONTROLS.sub("", _HYPHEN.sub("", text))
    return [line for line in (_BETWEEN.sub("", line.strip()) for line in clean.splitlines()) if line]


def _pages(data: bytes) -> list[str]:
    """The text of each page."""
    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            code = getattr(error, "err_code", None)
            raise ContentError("drafts.password" if code == _PASSWORD or "assword" in str(error) else "drafts.no-pdf", rule=RULE) from error
        try:
            return _texts(document)
        except (pypdfium2.PdfiumError, ValueError) as error:
            raise ContentError("drafts.no-pdf", rule=RULE) from error
        finally:
            document.close()


def _texts(document: pypdfium2.PdfDocument) -> list[str]:
    texts: list[str] = []
    total = 0
    for page in document if len(document) <= _MOST_PAGES else ():
        textpage = page.get_textpage()
        texts.append(textpage.get_text_range())
        textpage.close()
        page.close()  # else all pages stay in memory until the last is read
        total += len(texts[-1])
        if total > _MOST_TEXT:
            break
    if len(texts) < len(document):
        raise ContentError("drafts.pdf.too-long", rule=RULE, limit=_MOST_PAGES)
    return texts


def _without_margins(pages: list[list[str]]) -> list[list[str]]:
    """The pages without their running heads and feet: lines at an end that several pages have there, or that only number the page."""
    heads, feet = (_margin(pages, from_end=from_end) for from_end in (False, True))
    kept = []
    for lines in pages:
        start, end = 0, len(lines)
        while start < min(_MARGIN, end) and _told(lines[start]) in heads:
            start += 1
        while end > max(start, len(lines) - _MARGIN) and _told(lines[end - 1]) in feet:
            end -= 1
        kept.append(lines[start:end])
    return kept


def _margin(pages: list[list[str]], *, from_end: bool) -> frozenset[str]:
    """What stands at this end of several pages."""
    ends = (lines[-_MARGIN:] if from_end else lines[:_MARGIN] for lines in pages)
    counted = Counter(told for lines in ends for told in {_told(line) for line in lines})
    return frozenset(told for told, count in counted.items() if count >= _REPEATED)


def _told(line: str) -> str:
    """The line, or the same for all numbers of pages."""
    return "#" if _PAGE_NUMBER.fullmatch(line) else line
