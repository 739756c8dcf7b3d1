"""The one look inside a query: SPARQL's tokens, what form a query has, and whether it may reach the parser.

Flows in: query text. Flows out: tokens, the query form, the text with a VALUES block bound, or a QueryError.

Escapes such as \\u0041 are decoded first (SPARQL 1.1, 19.2), so that no keyword can hide in them; whoever hands a checked text to an engine
sends `decode(text)`, which is what was checked. The engine's parser reads keywords without word boundaries and prefers whatever parses
("SERVICESILENT", "SERVICEex:a {"), so SERVICE is looked for more widely than the grammar's tokens ask for.
"""

import re
from bisect import bisect_right
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, NamedTuple, get_args
from urllib.parse import urljoin

from isgkg import names
from isgkg.errors import QueryError, QueryRefused, QuerySyntaxError, QueryTooComplex

Kind = Literal["iri", "string", "language", "number", "variable", "name", "blank", "word", "punctuation", "open", "other"]
"""`name` is a prefixed name, `word` a keyword, `open` a string without its end, `other` a character that no SPARQL token begins with."""
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


class Token:
    """A token: its kind, its decoded text, and where it stands in the text given, as code points [start, end)."""

    __slots__ = ("_source", "end", "kind", "start", "text")

    def __init__(self, kind: Kind, text: str, start: int, end: int, source: str) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end
        self._source = source

    @property
    def line(self) -> int:
        """Line, from 1."""
        return self._source.count("\n", 0, self.start) + 1

    @property
    def column(self) -> int:
        """Column, from 1, in code points."""
        return self.start - self._source.rfind("\n", 0, self.start)

    def __repr__(self) -> str:
        return f"Token({self.kind!r}, {self.text!r}, {self.start}, {self.end})"


class _Piece(NamedTuple):
    """A token of decoded text, before its place in the text given is known."""

    kind: Kind
    text: str
    start: int
    end: int


# Linear time on any input: repeated characters are possessive, no two alternatives of a repeated group begin alike, and every alternative
# that can fail gives its characters to a token that cannot. Groups are not possessive: before 3.11.5 Python matches such groups wrongly.
_NAME = r"\w\-·\u0300-\u036f\u203f\u2040"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*,;=/?#@%]"
_PREFIX = rf"[^\W\d](?:[{_NAME}]++|\.++(?=[{_NAME}]))*"
_LOCAL = rf"(?:[\w:]|{_ESCAPED})(?:[{_NAME}:]++|{_ESCAPED}|\.++(?=[{_NAME}:%\\]))*"
_BEFORE = rf"""
  (?:[\ \t\r\n]++|\#[^\r\n]*+)*
  (?: (?P<variable>[?$][\w·\u0300-\u036f\u203f\u2040]++)
  | (?P<blank>_:\w(?:[{_NAME}]++|\.++(?=[{_NAME}]))*)
"""
_AFTER = r"""
  | (?P<word>[^\W\d]\w*+)
  | (?P<iri><[^\x00-\x20<>"{}|^`\\]*+>)
  | (?P<string>"{3}(?:[^"\\]++|\\.|"(?!""))*"{3}|'{3}(?:[^'\\]++|\\.|'(?!''))*'{3}
      |"(?!"")(?:[^"\\\r\n]++|\\[^\r\n])*"|'(?!'')(?:[^'\\\r\n]++|\\[^\r\n])*')
  | (?P<open>(?:"{3}|'{3}).*+|["'][^\r\n]*+)
  | (?P<number>(?:[0-9]++(?:\.[0-9]*+(?=[eE][+-]?[0-9])|\.[0-9]++)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)
  | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*(?:--[A-Za-z]++)?)
  | (?P<punctuation>\^\^|&&|\|\||!=|<=|>=|<<|>>|[{}()\[\];,.=<>!+\-*/|^?])
  | (?P<other>.)
  | (?P<end>\Z))
"""
_TOKEN: Final = re.compile(rf"{_BEFORE} | (?P<name>(?:{_PREFIX})?:(?:{_LOCAL})?) | (?P<run>{_PREFIX}) {_AFTER}", re.VERBOSE | re.DOTALL)
# Inside a run of name characters and dots that no colon follows: looking for that colon again at each dot would take quadratic time.
_TOKEN_IN_RUN: Final = re.compile(_BEFORE + _AFTER, re.VERBOSE | re.DOTALL)
_KINDS: Final[dict[str, Kind]] = {kind: kind for kind in get_args(Kind)} | {"run": "word"}
_LOCAL_ESCAPE: Final = re.compile(r"\\(.)")
_ESCAPE: Final = re.compile(r"\\\\|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}")


def tokenize(text: str) -> list[Token]:
    """The tokens of `text` without white space and comments. Never fails: what is not SPARQL becomes `open` and `other` tokens."""
    decoded, places = _decode(text)
    return [Token(piece.kind, piece.text, _place(places, piece.start), _place(places, piece.end), text) for piece in _pieces(decoded)]


def decode(text: str) -> str:
    """`text` with its code point escapes decoded (SPARQL 1.1, 19.2). A backslash that is itself escaped begins none."""
    return _decode(text)[0]


def inspect(text: str, limits: Limits = DEFAULT_LIMITS) -> QueryForm:
    """The form of a query that may be handed to the parser, which has the last word on its syntax.

    Raises QueryTooComplex beyond `limits`, QueryRefused for an update or SERVICE, QueryError for a graph that is named twice,
    QuerySyntaxError where no query form begins the query, a string has no end, or a “<” may be read in two ways.
    """
    if len(text) > limits.length:
        raise QueryTooComplex("query.too-long", length=len(text), limit=limits.length)
    decoded, places = _decode(text)
    pieces = list(_pieces(decoded))
    form, first = _form(pieces, text, places)
    for piece in _two_readings(pieces, decoded):
        raise _misplaced("query.reason.less", piece, text, places)
    _check_depth(pieces, limits)
    _check_size(pieces[first:], limits)
    lowered = decoded.lower()
    if "service" in lowered:  # as hardly ever: then there is no need to look closer
        _refuse_service(pieces)
    if lowered.count("from") > 1:
        _refuse_repeated_graphs(pieces)
    for piece in pieces:
        if piece.kind == "open":
            raise _misplaced("query.reason.string", piece, text, places)
    return form


def is_repeatable(text: str) -> bool:
    """Whether asking again gives the same answer: no function is called whose value depends on the moment or on chance.

    Told by the end of words, as the engine's parser sees keywords without word boundaries; a word that only looks so is a "no" too many.
    """
    if not _PERHAPS_CHANGING.search(text):  # as nearly always: then there is no need to look closer
        return True
    return not any(token.kind == "word" and token.text.upper().endswith(_CHANGING) for token in tokenize(text))


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
    pieces = list(_pieces(decode(text)))
    declared = _declared(pieces)
    prefixed = [piece.text.partition(":") for piece in pieces if piece.kind == "name"]
    written = {piece.text[1:-1] for piece in pieces if piece.kind == "iri"}
    return Prologue(
        prefixes=frozenset(prefix for prefix, _, _ in prefixed if prefix not in declared),
        iris=frozenset(written | {declared[prefix] + local for prefix, _, local in prefixed if prefix in declared}),
        base=_base(pieces),
        start=pieces[1].end if _base(pieces[:2]) else 0,
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
    pieces = list(_pieces(text))
    place = _dataset_place(pieces)
    graphs, rest = _clauses(pieces[place:], text, urljoin(base, _base(pieces[:place])), {**prefixes, **_declared(pieces)})
    # After its dataset a query has its pattern, which only DESCRIBE can do without.
    has_end = any(piece.kind == "word" and piece.text.upper().startswith("DESCRIBE") for piece in pieces[:place])
    if graphs and not has_end and not (rest and _is_pattern(rest[0])):
        raise _unexpected(pieces[place], text)
    if wrong := next((piece for piece in (*pieces[:place], *rest) if _is_from(piece)), None):
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
    pieces = list(_pieces(decode(text)))
    base, prefixes = urljoin(base, _base(pieces)), {**prefixes, **_declared(pieces)}
    brackets: list[str] = []
    found = set[str]()
    for before, piece, after in zip([None, *pieces], pieces, pieces[1:], strict=False):
        is_expression = brackets[-1:] in ([], ["("]) or (before is not None and before.kind == "word" and before.text.upper() != "A")
        if after.text == "(" and is_expression and piece.kind in {"iri", "name"}:
            found.update(iri for iri in [_iri(piece, base, prefixes)] if iri is not None)
        if piece.text in _OPENING:
            brackets.append(piece.text)
        elif piece.text in _CLOSING and brackets:
            brackets.pop()
    return frozenset(found)


def excerpt(text: str, line: int, column: int) -> str:
    """What stands around a place of a query, both from 1, with ▸ there."""
    shown = [*text.split("\n"), ""][line - 1]
    return f"“{shown[: column - 1][-_EXCERPT:]}▸{shown[column - 1 :][:_EXCERPT]}”"


_EXCERPT = 20
"""Code points of the query shown on each side of the place."""


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


def _base(pieces: list[_Piece]) -> str:
    """The first base that a query declares, "" for none."""
    return next((iri.text[1:-1] for word, iri in pairwise(pieces) if word.text.upper() == "BASE" and iri.kind == "iri"), "")


def _declared(pieces: list[_Piece]) -> dict[str, str]:
    """The prefixes that a query declares."""
    return {
        name.text.removesuffix(":"): iri.text[1:-1]
        for keyword, name, iri in zip(pieces, pieces[1:], pieces[2:], strict=False)
        if keyword.kind == "word" and keyword.text.upper() == "PREFIX" and name.kind == "name" and iri.kind == "iri"
    }


def _dataset_place(pieces: list[_Piece]) -> int:
    """The index of the piece before which a query names its dataset, or that it is named by: before its pattern, else its modifiers."""
    depth = 0
    for index, piece in enumerate(pieces):
        is_template = piece.text == "{" and pieces[index - 1].text.upper() == "CONSTRUCT"
        if not depth and not is_template and (_is_from(piece) or _is_pattern(piece) or piece.text.upper() in _MODIFIERS):
            return index
        depth += (piece.text in _OPENING) - (piece.text in _CLOSING)
    return len(pieces)


def _is_pattern(piece: _Piece) -> bool:
    """Whether a query's pattern begins here."""
    return piece.text == "{" or (piece.kind == "word" and piece.text.upper().startswith("WHERE"))


def _is_from(piece: _Piece) -> bool:
    """Whether this is FROM, by the grammar or by a parser that knows no word boundaries."""
    return piece.kind == "word" and "FROM" in piece.text.upper()


def _iri(piece: _Piece, base: str, prefixes: Mapping[str, str]) -> str | None:
    """The IRI that this stands for; None where it is none."""
    if piece.kind == "iri":
        return urljoin(base, piece.text[1:-1])
    prefix, _, local = piece.text.partition(":")
    if piece.kind == "name" and prefix in prefixes:
        return urljoin(base, prefixes[prefix] + _LOCAL_ESCAPE.sub(r"\1", local))
    return None


def _clauses(pieces: list[_Piece], text: str, base: str, prefixes: Mapping[str, str]) -> tuple[list[tuple[str, bool]], list[_Piece]]:
    """The dataset clauses that these pieces begin with, each an IRI and whether it is a named graph's; and the rest of the pieces."""
    graphs: list[tuple[str, bool]] = []
    while pieces and (keyword := pieces[0].text.upper()) in {"FROM", "FROMNAMED"}:
        is_split = keyword == "FROM" and [piece.text.upper() for piece in pieces[1:2]] == ["NAMED"]
        place = 2 if is_split else 1
        iri = _iri(pieces[place], base, prefixes) if place < len(pieces) else None
        if iri is None:
            raise _unexpected(pieces[min(place, len(pieces) - 1)], text)
        graphs.append((iri, is_split or keyword == "FROMNAMED"))
        pieces = pieces[place + 1 :]
    return graphs, pieces


def _unexpected(piece: _Piece, text: str) -> QuerySyntaxError:
    token = Token(piece.kind, piece.text, piece.start, piece.end, text)
    return QuerySyntaxError(excerpt(text, token.line, token.column), token.line, token.column)


def _decode(text: str) -> tuple[str, tuple[list[int], list[int]]]:
    """The decoded text, and its places: from which decoded offset on the distance to the offset in `text` is how large."""
    starts, shifts = [0], [0]
    if "\\" not in text:
        return text, (starts, shifts)
    parts: list[str] = []
    end = length = 0
    for match in _ESCAPE.finditer(text):
        escape = match[0]
        code = int(escape[2:], 16) if len(escape) > 2 else 0xD800
        if 0xD800 <= code < 0xE000 or code > 0x10FFFF:  # an escaped backslash, or no character: stays as it is
            continue
        parts += [text[end : match.start()], chr(code)]
        length += match.start() - end + 1
        end = match.end()
        starts.append(length)
        shifts.append(end - length)
    return "".join(parts) + text[end:], (starts, shifts)


def _place(places: tuple[list[int], list[int]], offset: int) -> int:
    starts, shifts = places
    return offset + shifts[bisect_right(starts, offset) - 1]


def _pieces(decoded: str) -> Iterator[_Piece]:
    # Every query passes here, and its tokens are most of what is done before a worker has it: no call more than it needs.
    for match in _TOKEN.finditer(decoded):
        group = match.lastgroup or ""
        text, end = match[group], match.end()
        if group == "run" and not text.isidentifier():
            for inner in _TOKEN_IN_RUN.finditer(decoded, end - len(text), end):
                kind = inner.lastgroup or ""
                if kind != "end":
                    yield _Piece(_KINDS[kind], inner[kind], *inner.span(kind))
        elif group != "end":
            yield _Piece(_KINDS[group], text, end - len(text), end)


def _misplaced(reason: str, piece: _Piece, text: str, places: tuple[list[int], list[int]]) -> QuerySyntaxError:
    token = Token(piece.kind, piece.text, _place(places, piece.start), 0, text)
    return QuerySyntaxError(reason, token.line, token.column)


def _form(pieces: list[_Piece], text: str, places: tuple[list[int], list[int]]) -> tuple[QueryForm, int]:
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
        raise _misplaced(reason, pieces[index], text, places)
    raise QuerySyntaxError(reason)


_MODIFIERS: Final = frozenset({"ORDER", "LIMIT", "OFFSET", "GROUP", "HAVING", "VALUES"})
_OPENING: Final = frozenset({"{", "(", "[", "<<"})
_CLOSING: Final = frozenset({"}", ")", "]", ">>"})
_STRUCTURE: Final = frozenset({".", ";", "/", "{", "[", "<<"})
_IRI: Final = re.compile(r"""<[^\x00-\x20<>"{}|^`\\]*+>""")
_WITH_AUTHORITY: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*+://")
_DIVIDING: Final = frozenset("()&,;#")
_TERMS: Final = frozenset({"iri", "string", "number", "variable", "name", "blank"})


def _two_readings(pieces: list[_Piece], decoded: str) -> Iterator[_Piece]:
    """The pieces that begin with a “<” which the engine may read otherwise than the grammar, and with it all that follows.

    By the grammar the longest token counts, and “<?b#>” in “(?a<?b#>” is an IRI. The engine takes what parses: less-than, ?b, and a
    comment; or, of “<<?b#>”, less-than and an IRI. For the first reading to be possible, the IRI must hold a mark that ends or divides an
    expression, or begins a comment, and may not begin as absolute IRIs do (“//” is never an expression).
    """
    brackets: list[str] = []
    ends_operand = False
    for piece in pieces:
        kind, text, start, _ = piece
        if text == "<<" and _IRI.match(decoded, start + 1):
            yield piece
        if kind == "iri" and ends_operand and brackets[-1:] == ["("] and not _WITH_AUTHORITY.match(text) and not _DIVIDING.isdisjoint(text):
            yield piece
        if text in _OPENING:
            brackets.append(text)
        elif text in _CLOSING and brackets:
            brackets.pop()
        ends_operand = kind != "punctuation" or text in _CLOSING  # of whatever kind: names may go on with what is "other" here


def _check_depth(pieces: list[_Piece], limits: Limits) -> None:
    """Raise QueryTooComplex for brackets nested too deep."""
    depth = deepest = 0
    for piece in pieces:
        if piece.text in _OPENING:
            depth += 1
            deepest = max(depth, deepest)
        elif piece.text in _CLOSING:
            depth = max(depth - 1, 0)
    if deepest > limits.depth:
        raise QueryTooComplex("query.too-deep", depth=deepest, limit=limits.depth)


def _check_size(pieces: list[_Piece], limits: Limits) -> None:
    """Raise QueryTooComplex for too many patterns or operators."""
    brackets: list[str] = []
    patterns = operators = 0
    ends_item = False  # whether the piece before ends what may be an item of a list
    for kind, text, _, _ in _counted(pieces):
        in_parentheses = brackets[-1:] == ["("]
        begins_item = kind in _TERMS or text in _OPENING
        if text in _STRUCTURE or (text == "," and not in_parentheses) or (begins_item and ends_item and in_parentheses):
            patterns += 1
        elif kind == "punctuation" and text != "," and text not in _CLOSING:
            operators += 1
        if text in _OPENING:
            brackets.append(text)
        elif text in _CLOSING and brackets:
            brackets.pop()
        ends_item = kind in _TERMS or text in _CLOSING
    for count, limit in ((patterns, limits.patterns), (operators, limits.operators)):
        if count > limit:
            raise QueryTooComplex("query.too-many-patterns", count=count, limit=limit)


def _counted(pieces: list[_Piece]) -> Iterator[_Piece]:
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


def _refuse_service(pieces: list[_Piece]) -> None:
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


def _refuse_repeated_graphs(pieces: list[_Piece]) -> None:
    """Raise QueryError where FROM or FROM NAMED names a graph twice: the engine would count each of its statements twice."""
    base, prefixes = urljoin(names.SERVICE, _base(pieces)), {**names.PREFIXES, **_declared(pieces)}
    seen = set[tuple[bool, str]]()
    for index, piece in enumerate(pieces):
        if not _is_from(piece):
            continue
        after = pieces[index + 1 : index + 3]
        is_named = piece.text.upper().endswith("NAMED") or [one.text.upper() for one in after[:1]] == ["NAMED"]
        found = [iri for one in after if (iri := _iri(one, base, prefixes)) is not None][:1]
        for iri in found:
            if (is_named, iri) in seen:
                raise QueryError("query.repeated-graph", iri=iri)
            seen.add((is_named, iri))


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
