"""Where the subjects of RDF stand in its text, found by searching it, without a second parse.

Flows in: a text of RDF, IRIs. Flows out: for each IRI, the line and column where it stands as a subject, or else where it first occurs.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import urljoin

from pyoxigraph import BlankNode, NamedNode

from isgkg import names
from isgkg.records.sources import Format
from isgkg.records.tree import Mark

_Spelled = tuple[int, str, bool]  # offset, the IRI, whether it stands where a subject stands


def place(text: str, subject: NamedNode | BlankNode, kind: Format, base: str = "") -> Mark | None:
    """The place of one subject; None for a blank node, and for what is not found as it is usually written."""
    return places(text, [subject], kind, base).get(subject)


def places(text: str, subjects: Iterable[NamedNode | BlankNode], kind: Format, base: str = "") -> dict[NamedNode | BlankNode, Mark]:
    """The places of the subjects that are found, in one pass over the text; `base` resolves its relative IRIs."""
    wanted = {subject.value: subject for subject in subjects if isinstance(subject, NamedNode)}
    as_subject: dict[str, int] = {}
    anywhere: dict[str, int] = {}
    for offset, iri, is_subject in _SPELLINGS[kind](text, base, wanted.keys()) if wanted else ():
        (as_subject if is_subject else anywhere).setdefault(iri, offset)
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    return {wanted[iri]: _mark(starts, offset) for iri, offset in {**anywhere, **as_subject}.items()}


def _mark(starts: list[int], offset: int) -> Mark:
    line = bisect_right(starts, offset)
    return Mark(line, offset - starts[line - 1] + 1)


class _Resolver:
    """What spellings stand for, each worked out once; None for what is not wanted."""

    def __init__(self, wanted: Iterable[str], resolve: Callable[[str], str | None]) -> None:
        self._wanted = frozenset(wanted)
        self._resolve = resolve
        self._known: dict[str, str | None] = {}

    def __call__(self, spelling: str) -> str | None:
        """The wanted IRI that is spelled so."""
        if spelling not in self._known:
            iri = self._resolve(spelling)
            self._known[spelling] = iri if iri in self._wanted else None
        return self._known[spelling]


_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _character(found[1] or found[2]) if found[1] or found[2] else found[3], text)


def _character(digits: str) -> str:
    code = int(digits, 16)
    return chr(code) if code <= 0x10FFFF else ""


def _joined(base: str, reference: str) -> str | None:
    """The reference, resolved; what is no IRI is nothing."""
    if not base or _ABSOLUTE.match(reference):
        return reference
    try:
        return urljoin(base, reference)
    except ValueError:
        return None


# Strings and comments are passed over whole; then IRIs and prefixed names. A blank node's label is taken so that it is no prefixed name.
_TURTLE: Final = re.compile(
    r'"""[^"\\]*(?:(?:\\.|""?(?!"))[^"\\]*)*(?:""")?'
    r"|'''[^'\\]*(?:(?:\\.|''?(?!'))[^'\\]*)*(?:''')?"
    r'|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?'
    r"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'?"
    r"|\#[^\n]*|_:\w[\w.-]*"
    r"|(<[^<>\s]*>|[\w.-]{0,64}:(?:[\w:.%-]|\\.)*)",
    re.DOTALL,
)
_PREFIX: Final = re.compile(r"(?<![^\s.>])@?prefix\s+([^\s:]*):\s*<([^<>\s]*)>", re.IGNORECASE)
_BASE: Final = re.compile(r"(?<![^\s.>])@?base\s*<([^<>\s]*)>", re.IGNORECASE)


def _in_turtle(text: str, base: str, wanted: Iterable[str]) -> Iterator[_Spelled]:
    declared = _BASE.search(text)
    base = (_joined(base, declared[1]) or base) if declared else base
    prefixes = {found[1]: _joined(base, _unescaped(found[2])) or "" for found in _PREFIX.finditer(text)}

    def resolve(spelling: str) -> str | None:
        if spelling.startswith("<"):
            return _joined(base, _unescaped(spelling[1:-1]))
        prefix, _, local = spelling.rstrip(".").partition(":")
        return prefixes[prefix] + _unescaped(local) if prefix in prefixes else None

    resolved = _Resolver(wanted, resolve)
    for found in _TURTLE.finditer(text):
        spelling = found[1]
        if spelling is not None:
            iri = resolved(spelling)
            if iri is not None:
                offset = found.start()
                yield offset, iri, offset == 0 or text[offset - 1] == "\n"


_ATTRIBUTE: Final = re.compile(r"""\s(?:[\w.-]+:)?(about|ID|resource)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_XML_BASE: Final = re.compile(r"""\sxml:base\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def _in_xml(text: str, base: str, wanted: Iterable[str]) -> Iterator[_Spelled]:
    declared = _XML_BASE.search(text)
    base = (_joined(base, html.unescape(declared[1] or declared[2] or "")) or base) if declared else base
    resolved = _Resolver(wanted, lambda spelling: _joined(base, html.unescape(spelling)))
    for found in _ATTRIBUTE.finditer(text):
        spelling = found[2] if found[2] is not None else found[3]
        iri = resolved(f"#{spelling}" if found[1] == "ID" else spelling)
        if iri is not None:
            yield found.start() + 1, iri, found[1] != "resource"


_ID: Final = re.compile(r'"(?:@id|id)"\s*:\s*"((?:[^"\\]|\\.)*)"')
_CLOSING: Final = re.compile(r"\s*\}")
_TERM: Final = re.compile(r'"([^"\\:]*)"\s*:\s*"([^"\\]*[#/:])"')


def _in_jsonld(text: str, base: str, wanted: Iterable[str]) -> Iterator[_Spelled]:
    """An "@id" beside nothing else is a reference; one that has more beside it is a subject."""
    declared = re.search(r'"@base"\s*:\s*"([^"\\]*)"', text)
    base = (_joined(base, declared[1]) or base) if declared else base
    prefixes: Mapping[str, str] = {**names.PREFIXES, **{found[1]: found[2] for found in _TERM.finditer(text)}}

    def resolve(spelling: str) -> str | None:
        spelling = _unescaped(spelling)
        prefix, colon, local = spelling.partition(":")
        return prefixes[prefix] + local if colon and prefix in prefixes else _joined(base, spelling)

    resolved = _Resolver(wanted, resolve)
    for found in _ID.finditer(text):
        iri = resolved(found[1])
        if iri is not None:
            alone = text[max(found.start() - 20, 0) : found.start()].rstrip().endswith("{") and _CLOSING.match(text, found.end())
            yield found.start(), iri, not alone


_SPELLINGS: Final[Mapping[Format, Callable[[str, str, Iterable[str]], Iterator[_Spelled]]]] = {
    Format.TURTLE: _in_turtle,
    Format.NTRIPLES: _in_turtle,
    Format.RDFXML: _in_xml,
    Format.JSONLD: _in_jsonld,
}
