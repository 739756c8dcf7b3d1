"""Responses of WSGI applications, taken whole."""

from collections.abc import Iterable


def whole(parts: Iterable[bytes]) -> bytes:
    """The body of a response, which is closed (PEP 3333)."""
    try:
        return b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()
