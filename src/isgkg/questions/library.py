"""Questions as files: one SPARQL query a file, with what people need to know of it in its first lines.

Flows in: the folder data/questions/. Flows out: `Question`s by id, or SourceErrors that name every malformed file and line.

    # title-zh: 哪些评价标准适用于某一应用场景标准小类？
    # title-en: Which evaluation standards apply to a scenario sub-category?
    # user: drafter
    # param: scenario | isg:SubCategory | 场景应用标准小类 | scenario sub-category | c:S3

A parameter has a name, the class of its values, a label in zh and en, and where only some items of the class make sense, the item that
they lie below or the scheme that they belong to. Its default is the value in the query's `VALUES ?scenario { c:S301 }`, so that a file
runs as it is in any SPARQL tool.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from isgkg import files, names
from isgkg.errors import SourceError, SourceErrors
from isgkg.messages import Language
from isgkg.store.tokens import Token, tokenize

USERS: Final = ("drafter", "base", "researcher", "consumer")
"""Who asks: drafters of standards, experiment bases, researchers, consumers."""

_FOLDER = "data/questions"
_TITLES: Final[dict[str, Language]] = {"title-zh": "zh", "title-en": "en"}
_REQUIRED: Final = (*_TITLES, "user")
_LINE = re.compile(r"# (title-zh|title-en|user|param): (\S.*)")
_NAME = re.compile(r"[a-z][a-z_]*")


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A variable of a question that its user chooses.

    `class_iri` is the class of its values, `within` the item that they lie below or the scheme that they belong to (None: the whole class),
    `default` a code, or an IRI for what has no code.
    """

    name: str
    class_iri: str
    within: str | None
    labels: Mapping[Language, str]
    default: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """A competency question: its id such as CQ01, its title by language, who asks it, its parameters, its SPARQL text with the defaults."""

    id: str
    titles: Mapping[Language, str]
    user: str
    parameters: tuple[Parameter, ...]
    text: str


class Library(Mapping[str, Question]):
    """Questions by id, in the order of their ids; an id is found in either letter case."""

    def __init__(self, questions: Mapping[str, Question]) -> None:
        self._questions = questions

    def __getitem__(self, id_: str) -> Question:
        return self._questions[id_.upper()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._questions)

    def __len__(self) -> int:
        return len(self._questions)


@dataclass(frozen=True)
class _Entry:
    """A line of a header: key and content, and where it stands."""

    key: str
    content: str
    file: str
    line: int

    def fault(self, message: str, /, **values: object) -> SourceError:
        return SourceError(message, file=self.file, line=self.line, **values)


def load(root: Path) -> Library:
    """The questions of `root`/data/questions by id, in the order of their ids. Raises SourceErrors with every fault."""
    library, faults = {}, []
    for path in sorted((root / _FOLDER).glob("*.rq")):
        try:
            library[path.stem] = _question(path.stem, files.read_text(path, file := f"{_FOLDER}/{path.name}"), file)
        except SourceError as fault:
            faults.append(fault)
    if faults:
        raise SourceErrors(faults)
    return Library(library)


def code_of(iri: str) -> str:
    """The code of an item's IRI; the IRI itself for what has no code."""
    return iri.removeprefix(names.CONCEPT)


def _question(id_: str, text: str, file: str) -> Question:
    entries = _header(text, file)
    once = {entry.key: entry for entry in entries if entry.key != "param"}
    for key in _REQUIRED:
        if key not in once:
            raise SourceError("question.missing", file=file, line=1, key=key)
    if once["user"].content not in USERS:
        raise once["user"].fault("question.user", value=once["user"].content, users=", ".join(USERS))
    tokens = tokenize(text)
    return Question(
        id=id_,
        titles={lang: once[key].content for key, lang in _TITLES.items()},
        user=once["user"].content,
        parameters=tuple(_parameter(entry, tokens) for entry in entries if entry.key == "param"),
        text=text,
    )


def _header(text: str, file: str) -> list[_Entry]:
    """The comment lines that begin the file. Only `param` may come more than once."""
    entries: list[_Entry] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.startswith("#"):
            break
        match = _LINE.fullmatch(line.rstrip())
        if match is None:
            raise SourceError("question.header", file=file, line=number, found=line)
        entry = _Entry(match[1], match[2], file, number)
        if entry.key != "param" and any(other.key == entry.key for other in entries):
            raise entry.fault("question.twice", key=entry.key)
        entries.append(entry)
    return entries


def _parameter(entry: _Entry, tokens: Sequence[Token]) -> Parameter:
    fields = [field.strip() for field in entry.content.split("|")]
    if len(fields) not in {4, 5} or not all(fields) or not _NAME.fullmatch(fields[0]):
        raise entry.fault("question.param", found=entry.content)
    name, class_, zh, en, *within = fields
    return Parameter(
        name=name,
        class_iri=_expand(class_, entry),
        within=_expand(within[0], entry) if within else None,
        labels={"zh": zh, "en": en},
        default=code_of(_default(name, tokens, entry)),
    )


def _expand(prefixed: str, entry: _Entry) -> str:
    """The IRI of a name with one of this project's prefixes."""
    prefix, colon, local = prefixed.partition(":")
    if not colon or prefix not in names.PREFIXES or not local:
        raise entry.fault("question.prefix", found=prefixed)
    return names.PREFIXES[prefix] + local


def _default(name: str, tokens: Sequence[Token], entry: _Entry) -> str:
    """The IRI in `VALUES ?name { … }`; where the query has several such blocks, they agree."""
    found = set()
    for index in range(len(tokens) - 4):
        keyword, variable, opening, value, closing = tokens[index : index + 5]
        if (keyword.text.upper(), variable.text, opening.text) != ("VALUES", f"?{name}", "{"):
            continue
        if closing.text != "}" or value.kind not in {"iri", "name"}:
            raise entry.fault("question.default", name=name)
        found.add(value.text[1:-1] if value.kind == "iri" else _expand(value.text, entry))
    if len(found) != 1:
        raise entry.fault("question.default", name=name)
    return found.pop()
