"""Conditional requests: who has an answer of this release already is told so.

Flows in: a response, and what it depends on. Flows out: the response with its ETag, or 304.

The tags are weak (RFC 9110, 8.8.1): one tag stands for an answer in every content coding, and the order of solutions that no ORDER BY
gives may differ from one process to another.
"""

import hashlib

import pyoxigraph
from flask import Response, make_response, render_template, request

from isgkg import __version__
from isgkg.release.output import Manifest
from isgkg.web.state import state

CACHE_CONTROL = "no-cache"
"""An answer may be kept, and is asked for again with its tag: a new release shows at once."""


def tag(*parts: str) -> str:
    """The opaque tag of what depends on `parts`, the release, and the versions of the code and of the engine alone."""
    return tag_of(state().manifest, *parts)


def tag_of(manifest: Manifest, *parts: str) -> str:
    """The same, of the release with this manifest."""
    key = "\0".join((manifest.sha256, __version__, pyoxigraph.__version__, *(f"{len(part)} {part}" for part in parts)))
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def tagged(response: Response, opaque: str) -> Response:
    """Set the ETag (RFC 9110, 8.8.3) and how the response may be kept."""
    response.set_etag(opaque, weak=True)
    response.headers.setdefault("Cache-Control", CACHE_CONTROL)
    return response


def not_modified(opaque: str) -> Response | None:
    """304 where the client has what this tag stands for (RFC 9110, 13.1.2), and reads; else None."""
    given = request.if_none_match
    if request.method not in {"GET", "HEAD"} or given.star_tag or not given.contains_weak(opaque):
        return None  # of "*", too: whether there is an answer, only asking tells
    return tagged(Response(status=304), opaque)


def cached(response: Response, variant: str = "") -> Response:
    """The response with the tag of this path and variant, or 304."""
    opaque = tag(request.full_path, variant)
    return not_modified(opaque) or tagged(response, opaque)


def page(template: str, **values: object) -> Response:
    """A page made of the release and the URL alone."""
    return cached(make_response(render_template(template, **values)))


def varies(response: Response, header: str) -> None:
    """Say that the response depends on this header of the request, too (RFC 9110, 12.5.5)."""
    known = response.headers.get("Vary")
    response.headers["Vary"] = f"{known}, {header}" if known else header
