"""Content codings: gzip and zstd, by Accept-Encoding (RFC 9110, 12.5.3; RFC 8878).

Flows in: whole responses. Flows out: the same, encoded where the client can read it and it is worth it; equal content gives equal bytes.
"""

import gzip
import sys
from collections.abc import Callable, Mapping
from typing import Final

from flask import Flask, Response, request
from werkzeug.datastructures import Accept

from isgkg.web import caching
from isgkg.web.state import state

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SMALLEST: Final = 1_000
"""Bytes below which a response fits a packet or two as it is."""

_GZIP_LEVEL: Final = 6
_ZSTD_LEVEL: Final = 3


def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, _GZIP_LEVEL, mtime=0)  # no time stamp: the same content gives the same bytes


def zstandard(content: bytes, level: int = _ZSTD_LEVEL) -> bytes:
    """The content as one zstd frame (RFC 8878)."""
    return zstd.compress(content, level)


CODINGS: Final[Mapping[str, Callable[[bytes], bytes]]] = {"zstd": zstandard, "gzip": _gzip}
"""In the order of preference: zstd takes a quarter of the time of gzip for the same size."""

_TYPES: Final = {"application/n-triples", "application/n-quads", "application/yaml", "application/json", "application/xml"}


def init_app(app: Flask) -> None:
    """Encode every response that is worth it."""
    app.after_request(_encode)


def choose(accepted: Accept) -> str | None:
    """The coding of the best quality, and of equals the first of CODINGS; None for none. "*" stands for gzip, which everyone reads."""
    qualities = {name.lower(): quality for name, quality in accepted}
    qualities.setdefault("gzip", qualities.get("x-gzip", qualities.get("*", 0.0)))
    best = max(CODINGS, key=lambda coding: qualities.get(coding, 0.0))
    quality = qualities.get(best, 0.0)
    return best if quality > 0 and quality >= qualities.get("identity", 0.0) else None


def _encode(response: Response) -> Response:
    media = response.mimetype or ""
    is_text = media.startswith("text/") or media in _TYPES or media.endswith(("+json", "+xml"))
    if not is_text or response.direct_passthrough or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    caching.varies(response, "Accept-Encoding")
    coding = choose(request.accept_encodings)
    content = response.get_data()
    if coding is None or len(content) < SMALLEST:
        return response
    response.set_data(_encoded(content, coding, response.get_etag()[0]))
    response.headers["Content-Encoding"] = coding
    return response


def _encoded(content: bytes, coding: str, tag: str | None) -> bytes:
    """The content in this coding; of what has a tag it is kept."""
    if tag is None:
        return CODINGS[coding](content)
    key = f"{coding} {tag}"
    kept = state().answers.get(key)
    if kept is None:
        kept = CODINGS[coding](content)
        state().answers.put(key, kept)
    return kept
