"""Word documents as drafts.

Flows in: the bytes of a .docx. Flows out: a Draft.
"""

from isgkg.drafts.model import Draft
from isgkg.drafts.sources import Format
from isgkg.drafts.word.package import RULE, Package
from isgkg.drafts.word.paragraphs import Walk
from isgkg.errors import ContentError


def read(data: bytes, name: str, *, original: bool = False) -> Draft:
    """The document as a draft. Tracked changes are read as accepted, or, with `original`, as they were before.

    Raises ContentError (rule draft-file) for what is no Word document, is damaged, protected or not to be opened, or holds no text.
    """
    blocks = tuple(found.block for found in Walk(Package(data), original=original).found)
    if not any(block.text for block in blocks):
        raise ContentError("drafts.empty", rule=RULE)
    return Draft(name=name, format=Format.DOCX, blocks=blocks)
