"""PDF with a text layer → blocks.

Flows in: the bytes of a file. Flows out: one block a paragraph, with its page. Running heads and the numbers of pages are left out.
"""

import re
import threading
from collections import Counter
from typing import Final

import pypdfium2

from isgkg.drafts.joining import Line, joined
from isgkg.drafts.model import Block
from isgkg.drafts.sources import RULE
from isgkg.drafts.texts import joined_lines
from isgkg.errors import ContentError

_MOST_PAGES: Final = 3000
_MOST_TEXT: Final = 20_000_000
_REPEATED: Final = 3
_PASSWORD: Final = 4  # FPDF_ERR_PASSWORD
_PAGE_NUMBER: Final = re.compile(r"[-—\s]*(?:\d{1,4}|[IVXLC]{1,6})[-—\s]*")
_BETWEEN: Final = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f])[ \u00a0]+(?=[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f])")
"""A space between two Chinese characters, which the extraction makes of the distance between them."""
_LOCK: Final = threading.Lock()
"""PDFium runs in one thread at a time."""


def blocks(data: bytes) -> tuple[Block, ...]:
    """The paragraphs of the text layer. Raises ContentError (rule draft-file) for damaged and protected files, and for scans."""
    pages = [[line for line in (_BETWEEN.sub("", line.strip()) for line in text.splitlines()) if line] for text in _pages(data)]
    repeated = _repeated(pages)
    found: list[Block] = []
    for number, lines in enumerate(pages, 1):
        kept = [
            line for at, line in enumerate(lines) if not (at in {0, len(lines) - 1} and (line in repeated or _PAGE_NUMBER.fullmatch(line)))
        ]
        for paragraph in joined_lines([Line(line, 0, 0) for line in kept]):
            text, _ = joined(paragraph)
            found.append(Block(text=text, page=number))
    if not found:
        raise ContentError("drafts.pdf.scanned", rule=RULE)
    return tuple(found)


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
        texts.append(page.get_textpage().get_text_range().replace("\ufffe", ""))
        total += len(texts[-1])
        if total > _MOST_TEXT:
            break
    if len(texts) < len(document):
        raise ContentError("drafts.pdf.too-long", rule=RULE, limit=_MOST_PAGES)
    return texts


def _repeated(pages: list[list[str]]) -> frozenset[str]:
    """Lines at the top or the bottom of several pages."""
    ends = Counter(line for lines in pages if lines for line in {lines[0], lines[-1]})
    return frozenset(line for line, count in ends.items() if count >= _REPEATED)
