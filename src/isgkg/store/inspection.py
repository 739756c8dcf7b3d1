"""Whether a query may reach an engine's parser, and what form it has.

Flows in: query text. Flows out: the query form, or a QueryError.

An engine's parser reads keywords without word boundaries and prefers whatever parses ("SERVICESILENT", "SERVICEex:a {"), so SERVICE is
looked for more widely than the grammar's tokens ask for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal
from urllib.parse import urljoin

from isgkg import names
from isgkg.errors import QueryError, QueryRefused, QuerySyntaxError, QueryTooComplex
from isgkg.store.clauses import base_of, declared_prefixes, iri_of, is_from
from isgkg.store.tokens import CLOSING, OPENING, Piece, decode_with_places, misplaced, pieces_of, tokenize

QueryForm = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]


_FORMS: Final[tuple[QueryForm, ...]] = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


_UPDATES: Final = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"})


_CHANGING: Final = ("NOW", "RAND", "UUID", "BNODE")


_PERHAPS_CHANGING: Final = re.compile(r"\\[uU]|" + "|".join(_CHANGING), re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How large a query may be, so that neither the parser nor the planner suffers (measured with pyoxigraph 0.5.13, 8 MiB of stack).

    `length`, in characters: 10,000 terms in a VALUES block (160,000 characters) take 15 ms, so this one is for the transport's sake.
    `depth`, of brackets: 256 nested calls are parsed in 2 ms, 1,000 end the process.
    `patterns`, each separator of triples, path step, group, bracketed node and list item: planning takes 0.1 s for 64, 1.4 s for 128 and
    20 s for 256 patterns around one variable. VALUES data and a CONSTRUCT template cost nothing and are not counted.
    `operators`, each remaining operator and call: 1,000 take 30 ms, 8,000 end the process. Items of IN lists are not counted.
    """

    length: int = 65_536
    depth: int = 64
    patterns: int = 128
    operators: int = 1_000


DEFAULT_LIMITS: Final = Limits()


def inspect(text: str, limits: Limits = DEFAULT_LIMITS) -> QueryForm:
    """The form of a query that may be handed to the parser, which has the last word on its syntax.

    Raises QueryTooComplex beyond `limits`, QueryRefused for an update or SERVICE, QueryError for a graph that is named twice,
    QuerySyntaxError where no query form begins the query, a string has no end, a character has no place, a “<” may be read in two ways, or
    a triple is a term.
    """
    if len(text) > limits.length:
        raise QueryTooComplex("query.too-long", length=len(text), limit=limits.length)
    decoded, places = decode_with_places(text)
    pieces = list(pieces_of(decoded))
    form, first = _form(pieces, text, places)
    for piece in pieces:
        if piece.kind == "other" and not piece.text.isascii():  # the engine may take it for a part of a name
            raise misplaced("query.reason.character", piece, text, places)
    for piece in _two_readings(pieces, decoded):
        raise misplaced("query.reason.less", piece, text, places)
    _check_depth(pieces, limits)
    _check_size(pieces[first:], limits)
    if _PERHAPS_OF_TRIPLES.search(decoded):  # as hardly ever
        for piece in _triple_terms(pieces):
            raise misplaced("query.reason.triple-term", piece, text, places)
    lowered = decoded.lower()
    if "service" in lowered:  # as hardly ever: then there is no need to look closer
        _refuse_service(pieces)
    if lowered.count("from") > 1:
        _refuse_repeated_graphs(pieces)
    for piece in pieces:
        if piece.kind == "open":
            raise misplaced("query.reason.string", piece, text, places)
    return form


def is_repeatable(text: str) -> bool:
    """Whether asking again gives the same answer: no function is called whose value depends on the moment or on chance.

    Told by the end of words, as the engine's parser sees keywords without word boundaries; a word that only looks so is a "no" too many.
    """
    if not _PERHAPS_CHANGING.search(text):  # as nearly always: then there is no need to look closer
        return True
    return not any(token.kind == "word" and token.text.upper().endswith(_CHANGING) for token in tokenize(text))


def _form(pieces: list[Piece], text: str, places: tuple[list[int], list[int]]) -> tuple[QueryForm, int]:
    """The query form, and the index of its keyword: the first one after the prologue (BASE, PREFIX, VERSION declarations)."""
    index = 0
    while index < len(pieces) and pieces[index].kind == "word":
        keyword = pieces[index].text.upper()
        if keyword in {"BASE", "VERSION"}:
            index += 2
        elif keyword == "PREFIX":
            index += 3
        elif keyword in _UPDATES:
            raise QueryRefused("query.update", keyword=keyword)
        else:
            form = next((form for form in _FORMS if keyword.startswith(form)), None)
            if form is not None:
                return form, index
            break
    reason = "query.reason.form"
    if index < len(pieces):
        raise misplaced(reason, pieces[index], text, places)
    raise QuerySyntaxError(reason)


_STRUCTURE: Final = frozenset({".", ";", "/", "{", "[", "<<"})


_IRI: Final = re.compile(r"""<[^\x00-\x20<>"{}|^`\\]*+>""")


_WITH_AUTHORITY: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*+://")


_DIVIDING: Final = frozenset("()&,;#")


_OF_TRIPLES: Final = ("TRIPLE", "SUBJECT", "PREDICATE", "OBJECT")
"""The ends of function names, as the engine's parser knows no word boundaries."""
_PERHAPS_OF_TRIPLES: Final = re.compile("<<|" + "|".join(_OF_TRIPLES), re.IGNORECASE)


_TERMS: Final = frozenset({"iri", "string", "number", "variable", "name", "blank"})


def _two_readings(pieces: list[Piece], decoded: str) -> Iterator[Piece]:
    """The pieces that begin with a “<” which the engine may read otherwise than the grammar, and with it all that follows.

    By the grammar the longest token counts, and “<?b#>” in “(?a<?b#>” is an IRI. The engine takes what parses: less-than, ?b, and a
    comment; or, of “<<?b#>”, less-than and an IRI. For the first reading to be possible, the IRI must hold a mark that ends or divides an
    expression, or begins a comment, and may not begin as absolute IRIs do (“//” is never an expression).
    """
    brackets: list[str] = []
    ends_operand = False
    before = ""
    for piece in _counted(pieces):
        kind, text, start, _ = piece
        if text == "<<" and _IRI.match(decoded, start + 1):
            yield piece
        if kind == "iri" and ends_operand and brackets[-1:] == ["("] and not _WITH_AUTHORITY.match(text) and not _DIVIDING.isdisjoint(text):
            yield piece
        if text in OPENING:
            brackets.append(text)
        elif text in CLOSING and brackets:
            brackets.pop()
        is_distinct = text.upper() == "DISTINCT" and before == "("
        ends_operand = (kind != "punctuation" and not is_distinct) or text in CLOSING
        before = text


def _triple_terms(pieces: list[Piece]) -> Iterator[Piece]:
    """The pieces by which SPARQL 1.2, which the engine reads, too, makes triples terms or takes them apart: no other part expects them."""
    for piece, after in pairwise(pieces):
        if piece.text == "<<" or (after.text == "(" and piece.kind == "word" and piece.text.upper().endswith(_OF_TRIPLES)):
            yield piece


def _check_depth(pieces: list[Piece], limits: Limits) -> None:
    """Raise QueryTooComplex for brackets nested too deep."""
    depth = deepest = 0
    for piece in pieces:
        if piece.text in OPENING:
            depth += 1
            deepest = max(depth, deepest)
        elif piece.text in CLOSING:
            depth = max(depth - 1, 0)
    if deepest > limits.depth:
        raise QueryTooComplex("query.too-deep", depth=deepest, limit=limits.depth)


def _check_size(pieces: list[Piece], limits: Limits) -> None:
    """Raise QueryTooComplex for too many patterns or operators."""
    brackets: list[str] = []
    patterns = operators = 0
    ends_item = False  # whether the piece before ends what may be an item of a list
    for kind, text, _, _ in _counted(pieces):
        in_parentheses = brackets[-1:] == ["("]
        begins_item = kind in _TERMS or text in OPENING
        if text in _STRUCTURE or (text == "," and not in_parentheses) or (begins_item and ends_item and in_parentheses):
            patterns += 1
        elif kind == "punctuation" and text != "," and text not in CLOSING:
            operators += 1
        if text in OPENING:
            brackets.append(text)
        elif text in CLOSING and brackets:
            brackets.pop()
        ends_item = kind in _TERMS or text in CLOSING
    for count, limit in ((patterns, limits.patterns), (operators, limits.operators)):
        if count > limit:
            raise QueryTooComplex("query.too-many-patterns", count=count, limit=limit)


def _counted(pieces: list[Piece]) -> Iterator[Piece]:
    """The pieces outside VALUES data and CONSTRUCT templates, which cost the planner nothing."""
    keyword = ""
    depth = 0
    for piece in pieces:
        if depth:
            depth += (piece.text == "{") - (piece.text == "}")
        elif piece.text == "{" and keyword in {"VALUES", "CONSTRUCT"}:
            depth = 1
            keyword = ""
        else:
            if piece.kind == "word":
                keyword = piece.text.upper()
            yield piece


def _refuse_service(pieces: list[Piece]) -> None:
    """Raise QueryRefused where SERVICE stands as a keyword, by the grammar or by a parser that knows no word boundaries."""
    depth = 0
    for index, (kind, text, _, _) in enumerate(pieces):
        if text == "{":
            depth += 1
        if kind not in {"word", "name", "language"} or "service" not in text.lower():
            continue
        if kind in {"word", "language"}:
            raise QueryRefused("query.service")
        # "SERVICEex:a {" may be read as SERVICE ex:a; a name before a group is otherwise the graph's, or stands before the pattern.
        group_follows = index + 1 < len(pieces) and pieces[index + 1].text == "{"
        is_graph = pieces[index - 1].text.upper() == "GRAPH"
        if kind == "name" and "service" in text.partition(":")[0].lower() and depth and group_follows and not is_graph:
            raise QueryRefused("query.service")


def _refuse_repeated_graphs(pieces: list[Piece]) -> None:
    """Raise QueryError where FROM or FROM NAMED names a graph twice: the engine would count each of its statements twice."""
    base, prefixes = urljoin(names.SERVICE, base_of(pieces)), {**names.PREFIXES, **declared_prefixes(pieces)}
    seen = set[tuple[bool, str]]()
    for index, piece in enumerate(pieces):
        if not is_from(piece):
            continue
        after = pieces[index + 1 : index + 3]
        is_named = piece.text.upper().endswith("NAMED") or [one.text.upper() for one in after[:1]] == ["NAMED"]
        found = [iri for one in after if (iri := iri_of(one, base, prefixes)) is not None][:1]
        for iri in found:
            if (is_named, iri) in seen:
                raise QueryError("query.repeated-graph", iri=iri)
            seen.add((is_named, iri))
