"""IRIs as a record writes them: full, compact (exp:…), relative to the record, or a blank node's label.

Flows in: texts and the base of a record. Flows out: IRIs; and the shortest text that reads back as a given IRI.
"""

import re
from typing import Final
from urllib.parse import quote, urljoin

from pyoxigraph import NamedNode

from isgkg import names, numbers

_SPECIAL: Final = frozenset(":?#@[]\\")
_SCHEME: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.")
_CAPITALS: Final = re.compile(r"[A-Z]+(?:/[A-Z]+[0-9]*)+")
"""SAC/TC28, N/A, AI/ML: words with a stroke between them, not paths."""
STANDARD_DOCUMENT: Final = names.ONT + "StandardDocument"


def of_record(type_: str, identifier: str) -> str | None:
    """The IRI of a record of this type: exp: and its identifier, or that of its number (records.numbers). None if empty."""
    identifier = identifier.strip()
    if not identifier:
        return None
    if type_ == STANDARD_DOCUMENT:
        return names.STANDARD + _valid(numbers.iri(identifier).removeprefix(names.STANDARD))
    return names.EXPERIMENT + _valid(identifier)


def _valid(local: str) -> str:
    """The local name, with what an IRI cannot hold percent-encoded."""
    return local if is_iri(names.BASE + local) else quote(local, safe="/", errors="replace")


def is_iri(text: str) -> bool:
    """Whether this is an absolute IRI (RFC 3987)."""
    try:
        NamedNode(text)
    except ValueError:  # UnicodeEncodeError, for a lone surrogate, is one too
        return False
    return True


def is_absolute(text: str) -> bool:
    """Whether this is written as a full or compact IRI: a scheme or prefix, a colon, and something after it (JSON-LD 1.1 API, 5.2)."""
    scheme, colon, rest = text.partition(":")
    return bool(colon and rest and scheme and scheme[0].isascii() and scheme[0].isalpha() and _SCHEME.issuperset(scheme))


def expand(text: str, base: str) -> str | None:
    """The IRI that a text means in a record with this base; None where it is none."""
    if is_absolute(text):
        prefix, _, local = text.partition(":")
        namespace = None if local.startswith("//") else names.PREFIXES.get(prefix)
        iri = text if namespace is None else namespace + local
    elif _is_simple(text):
        iri = base + text
    else:
        iri = urljoin(base, text)
    return iri if is_iri(iri) else None


def is_reference(text: str) -> bool:
    """Whether this can only be meant as an IRI, not as words: full, compact, or a relative path with a slash."""
    return is_absolute(text) or ("/" in text and text.isascii() and " " not in text and not _CAPITALS.fullmatch(text))


def compact(iri: str) -> str:
    """The shortest text that reads as this IRI wherever it stands: prefix:local where a prefix fits, else the IRI itself."""
    for prefix, namespace in names.PREFIXES.items():
        local = iri[len(namespace) :]
        if local and iri.startswith(namespace) and not local.startswith("//"):
            return f"{prefix}:{local}"
    return iri


def relative(iri: str, base: str) -> str:
    """The IRI relative to the base where it lies under it and reads back so, else as `compact` writes it."""
    local = iri[len(base) :]
    reads_back = _is_simple(local) and not _CAPITALS.fullmatch(local)
    return local if base and iri.startswith(base) and reads_back else compact(iri)


def _is_simple(path: str) -> bool:
    """Whether this is a relative path that can be put after the base as it is, with no dots to resolve and nothing to take for a scheme."""
    return bool(path) and _SPECIAL.isdisjoint(path) and all(step not in {"", ".", ".."} for step in path.split("/"))
