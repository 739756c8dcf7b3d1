"""The graph from Python: queries and questions, answered as tables, graphs and truth values.

Flows in: SPARQL 1.1 text, or the id of a question with its parameters. Flows out: `Table`s, rdflib graphs, bools.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final

from isgkg import files, questions
from isgkg.errors import InputError, NotFound, QuerySyntaxError
from isgkg.questions import Question
from isgkg.research.fingerprint import fingerprint
from isgkg.research.table import Table
from isgkg.store import QueryForm, Store
from isgkg.store.inspection import inspect, is_repeatable
from isgkg.store.tokens import decode, tokenize

if TYPE_CHECKING:
    import rdflib


class Connection:
    """A store, and the questions that can be put to it. `release` is the version of the graph, None where the store does not say.

    What is asked is looked at before any store sees it, as on the web: an update or SERVICE is QueryRefused, what is too large for the
    engine QueryTooComplex, a query of another form than the method's QuerySyntaxError, whichever store answers.
    """

    def __init__(self, store: Store, release: str | None) -> None:
        self._store = store
        self.release = release

    def select(self, query: str) -> Table:
        """The solutions of a SELECT query. The project's prefixes (isg:, c:, skos: …) need not be declared.

        Raises QuerySyntaxError for what is no SELECT query, QueryRefused, QueryTooComplex, and what the store raises.
        """
        return Table.of(self._store.select(_inspected(query, "SELECT")))

    def ask(self, query: str) -> bool:
        """The answer of an ASK query; raises as `select` does."""
        return self._store.ask(_inspected(query, "ASK"))

    def construct(self, query: str) -> "rdflib.Graph":
        """The graph of a CONSTRUCT or DESCRIBE query; raises as `select` does."""
        from isgkg.store.exchange import to_rdflib  # noqa: PLC0415  # rdflib takes longer to import than most queries to run

        return to_rdflib(self._store.construct(_inspected(query, "CONSTRUCT", "DESCRIBE")))

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """The question library by id."""
        return questions.load(files.root())

    def question(self, id_: str, **parameters: object) -> Table:
        """The answer of a question of the library; a parameter takes a code or an IRI, and has its default where it is not given.

        Whatever is given is taken as its text, so that a number or None is refused as what it is not. Raises NotFound for an id that is
        none, and for a value that the parameter cannot take; InputError for an unknown parameter, and a value that is no code and no IRI.
        """
        if str(id_) not in self.questions:
            raise NotFound("research.no-question", id=id_, known=", ".join(self.questions))
        values = {name: str(value) for name, value in parameters.items()}
        return Table.of(questions.run(self._store, self.questions[str(id_)], values))

    def fingerprint(self, query: str) -> str:
        """The fingerprint of the answer to any query, as permalinks hold it. Raises InputError for a query whose answer is another each
        time: its fingerprint would tell nothing.
        """
        if not is_repeatable(query):
            raise InputError("answer.changing")
        match inspect(query):
            case "SELECT":
                return fingerprint(self.select(query), ordered=is_ordered(query))
            case "ASK":
                return fingerprint(self.ask(query))
            case _:
                return fingerprint(self._store.construct(decode(query)))


_EXPECTED: Final[Mapping[QueryForm, str]] = {
    "SELECT": "query.reason.select",
    "ASK": "query.reason.ask",
    "CONSTRUCT": "query.reason.construct",
}


def _inspected(query: str, *forms: QueryForm) -> str:
    """The query as it may reach an engine, of one of these forms. Raises what `inspect` raises, QuerySyntaxError for another form."""
    if inspect(query) not in forms:
        raise QuerySyntaxError(_EXPECTED[forms[0]])
    return decode(query)


def is_ordered(query: str) -> bool:
    """Whether the query says in which order its rows come: ORDER BY outside of all braces."""
    depth = 0
    for token in tokenize(query):
        depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "punctuation" else 0
        if depth == 0 and token.kind == "word" and token.text.upper() == "ORDER":
            return True
    return False


def leaves_open(query: str) -> bool:
    """Whether the query leaves it to the engine which rows or values to take: LIMIT or OFFSET without an ORDER BY in the same braces,
    SAMPLE, GROUP_CONCAT. Asked again, of the same release, such a query may have another answer.
    """
    ordered = [False]
    for token in tokenize(query):
        word = token.text.upper() if token.kind == "word" else ""
        if token.kind == "punctuation" and token.text == "{":
            ordered.append(False)
        elif token.kind == "punctuation" and token.text == "}" and len(ordered) > 1:
            ordered.pop()
        elif word == "ORDER":
            ordered[-1] = True
        elif word in {"SAMPLE", "GROUP_CONCAT"} or (word in {"LIMIT", "OFFSET"} and not ordered[-1]):
            return True
    return False
