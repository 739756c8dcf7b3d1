"""Content negotiation (RFC 9110, 12.5.1) as a pure function.

Flows in: an Accept header and what can be offered. Flows out: the media type to send, or NotAcceptable.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from isgkg.errors import NotAcceptable

ALIASES = {
    "application/json": ("application/sparql-results+json", "application/ld+json"),
    "application/xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "text/xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "text/n3": ("text/turtle",),
    "text/rdf+n3": ("text/turtle",),
    "application/turtle": ("text/turtle",),
    "application/x-turtle": ("text/turtle",),
    "text/plain": ("application/n-triples",),
    "application/xhtml+xml": ("text/html",),
}
"""What clients ask for when they mean a type that is offered; tried after the types themselves."""


LONGEST = 1_000
"""Characters of a header for which what follows from it is remembered; programs send shorter ones, and strangers may send anything."""


@dataclass(frozen=True)
class _Range:
    """One media range of an Accept header with its quality, 0 to 1."""

    type: str
    quality: float

    def specificity(self, offered: str) -> int:
        """How closely the range names `offered`: 3 exactly, 2 by an alias, 1 for type/*, 0 for */*, -1 not at all."""
        if self.type == offered:
            return 3
        if offered in ALIASES.get(self.type, ()):
            return 2
        if self.type.endswith("/*") and offered.startswith(self.type.removesuffix("*")):
            return 1
        return 0 if self.type == "*/*" else -1


def choose(accept: str | None, offered: Sequence[str]) -> str:
    """The offered media type that the client likes best; of equals the first offered. No header means anything.

    Raises NotAcceptable, which lists what is offered.
    """
    of = _choose if len(accept or "") <= LONGEST else _choose.__wrapped__
    return of(accept, tuple(offered))


@functools.lru_cache(maxsize=1024)  # clients send few headers, and all of them with every request
def _choose(accept: str | None, offered: tuple[str, ...]) -> str:
    ranges = _parse(accept) if accept and accept.strip() else [_Range("*/*", 1.0)]
    best, quality = "", 0.0
    for candidate in offered:
        fitting = [one for one in ranges if one.specificity(candidate) >= 0]
        # The most specific range decides, even if a wider one would give a higher quality.
        rank = max(fitting, key=lambda one: one.specificity(candidate)).quality if fitting else 0.0
        if rank > quality:
            best, quality = candidate, rank
    if not best:
        raise NotAcceptable("web.not-acceptable", offered=", ".join(offered))
    return best


ErrorType = Literal["text/html", "application/problem+json", "text/plain"]


def error_type(accept: str | None) -> ErrorType:
    """The form of an error for a client with this Accept header: a page for who prefers pages, problem details (RFC 9457) for who prefers
    JSON of any kind, else text. Errors are never refused; of equals, what the header names first.
    """
    ranges = _parse(accept or "")
    return _error_type(max(ranges, key=lambda one: one.quality).type) if ranges else "text/plain"


def _error_type(preferred: str) -> ErrorType:
    if preferred in {"text/html", "application/xhtml+xml"}:
        return "text/html"
    return "application/problem+json" if preferred == "application/json" or preferred.endswith("+json") else "text/plain"


def _parse(accept: str) -> list[_Range]:
    """The media ranges of the header; one that cannot be read is passed over."""
    ranges = []
    for part in accept.split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            name, _, number = parameter.partition("=")
            if name.strip().lower() == "q":
                quality = _quality(number)
        if "/" in media:
            ranges.append(_Range(media.lower(), quality))
    return ranges


def _quality(number: str) -> float:
    try:
        quality = float(number)
    except ValueError:
        return 0.0
    return quality if 0.0 <= quality <= 1.0 else 0.0
