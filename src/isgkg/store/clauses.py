"""What a query names: prefixes, the base, the graphs of FROM, functions, VALUES.

Flows in: query text. Flows out: what it takes from around it; the text with VALUES blocks bound, or a QueryError.
"""

import functools
import re
from collections.abc import Container, Mapping
from itertools import pairwise
from typing import Final, NamedTuple
from urllib.parse import urljoin

from isgkg.errors import QueryError, QuerySyntaxError
from isgkg.store.tokens import CLOSING, OPENING, Piece, Token, decode, excerpt, pieces_of, tokenize

_LOCAL_ESCAPE: Final = re.compile(r"\\(.)")


def undeclared_prefix(text: str, predeclared: Container[str]) -> Token | None:
    """The first prefixed name of a query whose prefix neither the query nor `predeclared` declares; None where there is none."""
    tokens = tokenize(text)
    declared = {
        after.text.removesuffix(":") for before, after in pairwise(tokens) if before.kind == "word" and before.text.upper() == "PREFIX"
    }
    prefixed = (token for token in tokens if token.kind == "name")
    return next((name for name in prefixed if (prefix := name.text.split(":")[0]) not in declared and prefix not in predeclared), None)


def prefix_error(text: str, predeclared: Container[str]) -> QuerySyntaxError | None:
    """What is wrong with a query that uses a prefix which nobody declares, at its place; None where it uses none."""
    unknown = undeclared_prefix(text, predeclared)
    if unknown is None:
        return None
    return QuerySyntaxError(f"query.reason.prefix {unknown.text.split(':')[0]}", unknown.line, unknown.column)


class Prologue(NamedTuple):
    """What a query takes from around it: `prefixes` that it uses and does not declare.

    `iris` are those that it writes out or declares prefixes for, and those of its prefixed names with a prefix of its own; `base` is that
    which it declares, "" where it declares none, and `start` the offset after that, in decoded text, where the query begins with it.
    """

    prefixes: frozenset[str]
    iris: frozenset[str]
    base: str
    start: int


def prologue(text: str) -> Prologue:
    """What the query `text` needs and names."""
    pieces = list(pieces_of(decode(text)))
    declared = declared_prefixes(pieces)
    prefixed = [piece.text.partition(":") for piece in pieces if piece.kind == "name"]
    written = {piece.text[1:-1] for piece in pieces if piece.kind == "iri"}
    return Prologue(
        prefixes=frozenset(prefix for prefix, _, _ in prefixed if prefix not in declared),
        iris=frozenset(written | {declared[prefix] + local for prefix, _, local in prefixed if prefix in declared}),
        base=base_of(pieces),
        start=pieces[1].end if base_of(pieces[:2]) else 0,
    )


class Clauses(NamedTuple):
    """The dataset that a query names by FROM: IRIs of the default graph, IRIs of named graphs, and the query before and after that, or
    before and after where it would stand.
    """

    default: tuple[str, ...]
    named: tuple[str, ...]
    before: str
    after: str


def dataset_clauses(text: str, base: str, prefixes: Mapping[str, str]) -> Clauses:
    """The dataset that the query `text`, which has no escapes any more, names.

    IRIs are resolved against `base`, names with a prefix that the query does not declare by `prefixes`. Raises QuerySyntaxError for FROM
    where SPARQL 1.1 has none, as in a subquery: a server that reads it all the same would read graphs that nobody has looked at.
    """
    pieces = list(pieces_of(text))
    place = _dataset_place(pieces)
    graphs, rest = _clauses(pieces[place:], text, urljoin(base, base_of(pieces[:place])), {**prefixes, **declared_prefixes(pieces)})
    # After its dataset a query has its pattern, which only DESCRIBE can do without.
    has_end = any(piece.kind == "word" and piece.text.upper().startswith("DESCRIBE") for piece in pieces[:place])
    if graphs and not has_end and not (rest and _is_pattern(rest[0])):
        raise _unexpected(pieces[place], text)
    if wrong := next((piece for piece in (*pieces[:place], *rest) if is_from(piece)), None):
        raise _unexpected(wrong, text)
    return Clauses(
        default=tuple(iri for iri, is_named in graphs if not is_named),
        named=tuple(iri for iri, is_named in graphs if is_named),
        before=text[: pieces[place].start] if place < len(pieces) else text + "\n",  # it may end in a comment
        after=text[rest[0].start :] if rest else "",
    )


def called(text: str, base: str, prefixes: Mapping[str, str]) -> frozenset[str]:
    """The IRIs that the query `text` calls as functions, by names that are declared; perhaps some more, of a list in a list.

    `base` and `prefixes` are those of `dataset_clauses`.
    """
    pieces = list(pieces_of(decode(text)))
    base, prefixes = urljoin(base, base_of(pieces)), {**prefixes, **declared_prefixes(pieces)}
    brackets: list[str] = []
    found = set[str]()
    for before, piece, after in zip([None, *pieces], pieces, pieces[1:], strict=False):
        is_expression = brackets[-1:] in ([], ["("]) or (before is not None and before.kind == "word" and before.text.upper() != "A")
        if after.text == "(" and is_expression and piece.kind in {"iri", "name"}:
            found.update(iri for iri in [iri_of(piece, base, prefixes)] if iri is not None)
        if piece.text in OPENING:
            brackets.append(piece.text)
        elif piece.text in CLOSING and brackets:
            brackets.pop()
    return frozenset(found)


def bind_values(text: str, values: Mapping[str, str]) -> str:
    """`text` with the data of each `VALUES ?name { … }` replaced by serialized terms, for the names in `values`.

    Raises QueryError for a name without such a block, and for a value that is not a list of RDF terms in SPARQL's notation.
    """
    tokens = tokenize(text)
    parts: list[str] = []
    missing = dict(values)
    end = 0
    for index in range(len(tokens) - 3):
        keyword, variable, opening = tokens[index : index + 3]
        if not (keyword.kind == "word" and keyword.text.upper() == "VALUES" and variable.kind == "variable" and opening.text == "{"):
            continue
        value = values.get(variable.text[1:])
        closing = next((token for token in tokens[index + 3 :] if token.text == "}"), None)
        if value is None or closing is None:
            continue
        if not _is_data(value):
            raise QueryError("query.not-terms", variable=variable.text[1:], value=value)
        missing.pop(variable.text[1:], None)
        parts += [text[end : opening.end], f" {value} "]
        end = closing.start
    if missing:
        raise QueryError("query.no-values", variable=min(missing))
    return "".join(parts) + text[end:]


def base_of(pieces: list[Piece]) -> str:
    """The base that a query declares, "" for none; of several, each is resolved against the one before (SPARQL 1.1, 4.1.1.1)."""
    declared = [iri.text[1:-1] for word, iri in pairwise(pieces) if word.text.upper() == "BASE" and iri.kind == "iri"]
    return functools.reduce(urljoin, declared, "")


def declared_prefixes(pieces: list[Piece]) -> dict[str, str]:
    """The prefixes that a query declares."""
    return {
        name.text.removesuffix(":"): iri.text[1:-1]
        for keyword, name, iri in zip(pieces, pieces[1:], pieces[2:], strict=False)
        if keyword.kind == "word" and keyword.text.upper() == "PREFIX" and name.kind == "name" and iri.kind == "iri"
    }


def _dataset_place(pieces: list[Piece]) -> int:
    """The index of the piece before which a query names its dataset, or that it is named by: before its pattern, else its modifiers."""
    depth = 0
    for index, piece in enumerate(pieces):
        is_template = piece.text == "{" and pieces[index - 1].text.upper() == "CONSTRUCT"
        if not depth and not is_template and (is_from(piece) or _is_pattern(piece) or piece.text.upper() in _MODIFIERS):
            return index
        depth += (piece.text in OPENING) - (piece.text in CLOSING)
    return len(pieces)


def _is_pattern(piece: Piece) -> bool:
    """Whether a query's pattern begins here."""
    return piece.text == "{" or (piece.kind == "word" and piece.text.upper().startswith("WHERE"))


def is_from(piece: Piece) -> bool:
    """Whether this is FROM, by the grammar or by a parser that knows no word boundaries."""
    return piece.kind == "word" and "FROM" in piece.text.upper()


def iri_of(piece: Piece, base: str, prefixes: Mapping[str, str]) -> str | None:
    """The IRI that this stands for; None where it is none."""
    if piece.kind == "iri":
        return urljoin(base, piece.text[1:-1])
    prefix, _, local = piece.text.partition(":")
    if piece.kind == "name" and prefix in prefixes:
        return urljoin(base, prefixes[prefix] + _LOCAL_ESCAPE.sub(r"\1", local))
    return None


def _clauses(pieces: list[Piece], text: str, base: str, prefixes: Mapping[str, str]) -> tuple[list[tuple[str, bool]], list[Piece]]:
    """The dataset clauses that these pieces begin with, each an IRI and whether it is a named graph's; and the rest of the pieces."""
    graphs: list[tuple[str, bool]] = []
    while pieces and (keyword := pieces[0].text.upper()) in {"FROM", "FROMNAMED"}:
        is_split = keyword == "FROM" and [piece.text.upper() for piece in pieces[1:2]] == ["NAMED"]
        place = 2 if is_split else 1
        iri = iri_of(pieces[place], base, prefixes) if place < len(pieces) else None
        if iri is None:
            raise _unexpected(pieces[min(place, len(pieces) - 1)], text)
        graphs.append((iri, is_split or keyword == "FROMNAMED"))
        pieces = pieces[place + 1 :]
    return graphs, pieces


def _unexpected(piece: Piece, text: str) -> QuerySyntaxError:
    token = Token(piece.kind, piece.text, piece.start, piece.end, text)
    return QuerySyntaxError(excerpt(text, token.line, token.column), token.line, token.column)


_MODIFIERS: Final = frozenset({"ORDER", "LIMIT", "OFFSET", "GROUP", "HAVING", "VALUES"})


def _is_data(value: str) -> bool:
    """Whether `value` is RDF terms and UNDEF alone, without a comment, so that it cannot end the block that it is put into."""
    end = 0
    for token in tokenize(value):
        is_term = token.kind in {"iri", "string", "language", "number", "name"}
        is_constant = token.kind == "word" and token.text.upper() in {"TRUE", "FALSE", "UNDEF"}
        if value[end : token.start].strip() or not (is_term or is_constant or token.text in {"^^", "+", "-"}):
            return False
        end = token.end
    return not value[end:].strip()
