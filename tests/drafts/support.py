"""Drafts for the tests of their readers: read or refused, and PDFs to be read."""

import pytest
from hypothesis import settings

from isgkg.drafts import reading, sources
from isgkg.drafts.model import Block, Draft
from isgkg.errors import ContentError

SLOW = settings(deadline=None, max_examples=80)


def read(name: str, data: bytes | str) -> Draft:
    (source,) = sources.uploads([(name, data.encode() if isinstance(data, str) else data)])
    return reading.read(source)


def refused(name: str, data: bytes | str) -> ContentError:
    with pytest.raises(ContentError) as raised:
        read(name, data)
    error = raised.value
    assert error.rule in {"draft-file", "encoding"}
    for lang in ("zh", "en"):
        assert "\n" not in error.text(lang)
    assert error.text("zh").count("。") >= 2
    return error


def plain(draft: Draft | list[Block]) -> list[str]:
    return [block.text for block in (draft.blocks if isinstance(draft, Draft) else draft)]


def pdf(*pages: str) -> bytes:
    """A PDF whose pages hold these Latin texts, a line each."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for page in pages:
        shown = " ".join(f"({line}) Tj T*" for line in page.split("\n"))
        stream = f"BT /F1 12 Tf 14 TL 50 700 Td {shown} ET".encode()
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>" % len(objects))
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), b" ".join(kids))
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%sendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
