"""Bytes → text, as people's files come: UTF-8, UTF-16 with a byte order mark, GB18030.

Flows in: the bytes of a file. Flows out: its text with "\\n" at the end of every line, and whether the file was in GB18030.
"""

import codecs
import re
from typing import Final, NamedTuple

from isgkg.errors import ContentError

RULE: Final = "encoding"
_BREAK: Final = re.compile(rb"\r\n?|\n")
_COMMON: Final = 0.9  # of the characters beyond ASCII, those that GB 2312 holds: text in Chinese has nearly all, misread text few

_BOM_GB18030: Final = bytes.fromhex("84319533")
_CHUNK: Final = 1024**2


class Decoded(NamedTuple):
    """The text of a file, and whether it was in GB18030, which its reader should say."""

    text: str
    is_gb18030: bool = False


def decode(data: bytes) -> Decoded:
    """The text of `data`. Raises ContentError (rule "encoding") for NUL bytes, and for what is neither Unicode nor GB18030."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Decoded(_lines(_utf16(data)))
    nul = data.find(b"\0")
    if nul >= 0:
        raise ContentError("encoding.nul", rule=RULE, line=line_at(data, nul))
    try:
        return Decoded(_lines(data.removeprefix(codecs.BOM_UTF8).decode("utf-8")))
    except UnicodeDecodeError as error:
        text = _gb18030(data)
        if text is None:
            raise ContentError("encoding.unknown", rule=RULE, line=line_at(data, error.start)) from error
        return Decoded(_lines(text), is_gb18030=True)


def utf8(data: bytes) -> tuple[bytes, bool]:
    """The same file as UTF-8 without a byte order mark, and whether it was in GB18030; it is copied only where it must change.

    Raises what `decode` raises.
    """
    if data.startswith(codecs.BOM_UTF8):
        data = data.removeprefix(codecs.BOM_UTF8)
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(view[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        text, is_gb18030 = decode(data)
        return text.encode(), is_gb18030
    if b"\0" in data:
        decode(data)
    return data, False


def line_at(data: bytes, offset: int) -> int:
    """The line, from 1, of a byte of a file whose lines end in any of the three ways."""
    return sum(1 for _ in _BREAK.finditer(data, 0, offset)) + 1


def _utf16(data: bytes) -> str:
    try:
        text = data.decode("utf-16")
    except UnicodeDecodeError as error:
        line = data[: error.start].decode("utf-16", errors="replace").count("\n") + 1
        raise ContentError("encoding.utf16", rule=RULE, line=line) from error
    nul = text.find("\0")
    if nul >= 0:
        raise ContentError("encoding.nul", rule=RULE, line=_lines(text[:nul]).count("\n") + 1)
    return text


def _gb18030(data: bytes) -> str | None:
    """The text in GB18030, if it is that: bytes in another encoding decode, if at all, to characters that nobody writes."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    ascii_only = len(text.encode("ascii", errors="ignore"))
    if data.startswith(_BOM_GB18030):
        return text.removeprefix("\ufeff")
    common = (len(text.encode("gb2312", errors="ignore")) - ascii_only) // 2
    return text if common >= _COMMON * (len(text) - ascii_only) else None


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
