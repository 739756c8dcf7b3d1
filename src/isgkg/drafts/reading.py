"""Drafts, each by the reader of its format.

Flows in: a source. Flows out: a Draft.
"""

from typing import Final

from isgkg.content import encoding
from isgkg.drafts import html, markdown, texts
from isgkg.drafts.model import Draft, Remark
from isgkg.drafts.sources import RULE, Format, Source
from isgkg.errors import ContentError

_GB18030: Final = Remark(key="encoding.gb18030", rule=encoding.RULE)


def read(source: Source, *, original: bool = False) -> Draft:
    """The draft. `original` reads the tracked changes of a Word document as before the change.

    Raises ContentError where the file cannot be read, is no draft, or holds no text.
    """
    data = source.data
    form = source.format(data)
    match form:
        case Format.DOCX:
            from isgkg.drafts.word import reader  # noqa: PLC0415  # lxml takes as long to import as a text to check

            return reader.read(data, source.name, original=original)
        case Format.PDF:
            from isgkg.drafts import pdf  # noqa: PLC0415  # as above

            return Draft(name=source.name, format=form, blocks=pdf.blocks(data))
        case Format.STS:
            from isgkg.drafts import sts  # noqa: PLC0415  # as above

            return Draft(name=source.name, format=form, blocks=sts.blocks(data))
    decoded = html.decoded(data) if form is Format.HTML else encoding.decode(data)
    reader_of = {Format.HTML: html.blocks, Format.MARKDOWN: markdown.blocks}
    blocks = tuple(reader_of.get(form, texts.blocks)(decoded.text))
    if not any(block.text.strip() for block in blocks):
        raise ContentError("drafts.empty", rule=RULE)
    return Draft(name=source.name, format=form, blocks=blocks, remarks=(_GB18030,) if decoded.is_gb18030 else ())
