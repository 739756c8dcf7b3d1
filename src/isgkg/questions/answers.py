"""Asking a question: values into its text, its text into a store.

Flows in: a Question, and a value for each parameter that is not to have its default. Flows out: SPARQL text, solutions, or the items that a
parameter can take. A value reaches a query only as one IRI of a checked form.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from pyoxigraph import QuerySolutions

from isgkg import names
from isgkg.errors import InputError, NotFound
from isgkg.questions.library import Parameter, Question, code_of
from isgkg.store import Store, bind_values

_CODE: Final = re.compile(r"[A-Za-z][0-9]{1,5}")
_PLAIN: Final = re.compile(r"[A-Za-z0-9]+")
# An absolute IRI in the characters that SPARQL's IRIREF allows (SPARQL 1.1, 19.8 [139]).
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|\\^`]+")


def bind(question: Question, values: Mapping[str, str]) -> str:
    """The question's SPARQL text with these values by parameter, codes (in either letter case) or full IRIs; the others keep defaults.

    A value is written as the file writes its default: c:L3 where the file declares the prefix.

    Raises InputError for a parameter that the question does not have, and for a value that is neither a code nor an absolute IRI.
    """
    return bind_values(question.text, {parameter.name: _written(iri, question) for parameter, iri in _chosen(question, values)})


def codes(question: Question, values: Mapping[str, str]) -> dict[str, str]:
    """The values as `choices` lists them: the code of an item, the IRI of what has none. Raises as `bind` does."""
    return {parameter.name: code_of(iri) for parameter, iri in _chosen(question, values)}


def checked(store: Store, question: Question, values: Mapping[str, str]) -> str:
    """The question's SPARQL text with these values (see `bind`).

    Raises NotFound for a value that the parameter cannot take, because an empty answer would read as if there were no such link.
    """
    text = bind(question, values)
    for parameter, iri in _chosen(question, values):
        if not store.ask(f"ASK {{ {_members(parameter, f'<{iri}>')} }}"):
            raise NotFound("question.no-item", value=code_of(iri), question=question.id, name=parameter.name)
    return text


def run(store: Store, question: Question, values: Mapping[str, str]) -> QuerySolutions:
    """The answer of the question with these values; raises as `checked` does."""
    return store.select(checked(store, question, values))


def choices(store: Store, parameter: Parameter) -> list[tuple[str, str, str]]:
    """What the parameter can take: (code, zh label, en label) in the order of the codes; for a clause its IRI and number, in text order."""
    solutions = store.select(_CHOICES.format(members=_members(parameter, "?item")))
    return [(code_of(row["item"].value), row["zh"].value, row["en"].value) for row in solutions]


_CHOICES: Final = """
SELECT ?item ?zh ?en WHERE {{
  {members}
  {{
    ?item skos:notation ?code ; skos:prefLabel ?zh , ?en .
    FILTER(LANG(?zh) = "zh" && LANG(?en) = "en")
  }} UNION {{
    ?item isg:clauseNumber ?number ; dct:title ?title ; oa:hasSelector/oa:start ?start .
    BIND(IF(?number = STR(?title), ?number, CONCAT(?number, " ", STR(?title))) AS ?zh)
    BIND(?zh AS ?en)
  }}
}}
ORDER BY ?start ?code
"""


def _members(parameter: Parameter, subject: str) -> str:
    """The pattern that holds for what the parameter can take."""
    below = f" ; (skos:broader|skos:inScheme) <{parameter.within}>" if parameter.within else ""
    return f"{subject} a <{parameter.class_iri}>{below} ."


def _written(iri: str, question: Question) -> str:
    """The IRI in SPARQL's notation: with a prefix where the question declares it, and the rest is letters and digits alone."""
    prefix, _, rest = names.compact(iri).partition(":")
    is_short = prefix in names.PREFIXES and f"PREFIX {prefix}: <{names.PREFIXES[prefix]}>" in question.text
    return f"{prefix}:{rest}" if is_short and _PLAIN.fullmatch(rest) else f"<{iri}>"


def _chosen(question: Question, values: Mapping[str, str]) -> Iterator[tuple[Parameter, str]]:
    """The parameters that are given, each with the IRI that its value stands for."""
    parameters = {parameter.name: parameter for parameter in question.parameters}
    for name, value in values.items():
        if name not in parameters:
            raise InputError("question.unknown-parameter", question=question.id, name=name, known=", ".join(parameters) or "–")
        if _CODE.fullmatch(value):
            yield parameters[name], names.concept(value.upper())
        elif _IRI.fullmatch(value):
            yield parameters[name], value
        else:
            raise InputError("question.bad-value", question=question.id, name=name, value=value)
