"""Records as text: YAML and JSON from trees, RDF formats from triples.

Flows in: trees of records, or the triples of a graph. Flows out: text that reads back as the same records; equal graphs give equal bytes.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Final

from pyoxigraph import Literal, RdfFormat, Triple, serialize

from isgkg import names
from isgkg.errors import ContentError
from isgkg.records import blanks, iris, tree
from isgkg.records.sources import Format
from isgkg.records.tree import Entry, Mapping, Scalar, Tree

RULE: Final = "record-unheld"
RDF_FORMATS: Final = {
    Format.JSONLD: RdfFormat.JSON_LD,
    Format.TURTLE: RdfFormat.TURTLE,
    Format.NTRIPLES: RdfFormat.N_TRIPLES,
    Format.RDFXML: RdfFormat.RDF_XML,
}
_STEP: Final = "  "
_WORDS: Final = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null"})
"""What YAML 1.1 takes for something else than text, in any case (types bool and null)."""
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML 1.0 cannot hold (2.2, Char), of what a literal can."""
_HALVES: Final = re.compile("[\ud800-\udfff]")
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What YAML cannot hold unescaped, or takes for a line break (YAML 1.1, 5.1 and 5.4)."""
_PLAIN: Final = re.compile(r"[A-Za-z\u3400-\u9fff](?:[ ]?[\w“”‘’（）《》，。、；：？！·—…',;()&!?.@/%+=-]|:(?=[^\s]))*")
_JSON_LITERAL: Final = re.compile(r"true|false|0|-?[1-9][0-9]{0,14}")
_VALUE: Final = re.compile(rf"{_JSON_LITERAL.pattern}|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}")
"""Values that JSON, and YAML, hold unquoted."""
_CONTEXT: Final = '"@context"'


def yaml_text(trees: Iterable[Mapping]) -> str:
    """The records as YAML documents. Raises ContentError for text that no file can hold (lone surrogates)."""
    return "---\n".join(f"{_CONTEXT}: {names.CONTEXT}\n" + "".join(_yaml_entries(record, "")) for record in trees)


def _yaml_entries(mapping: Mapping, indent: str) -> Iterable[str]:
    """The lines of a mapping, the first without its indent."""
    for position, entry in enumerate(mapping.entries):
        if entry.value is not None:
            yield f"{indent if position else ''}{_yaml_scalar(Scalar(entry.key), indent)}:{_yaml_value(entry.value, indent)}"


def _yaml_value(value: Tree, indent: str) -> str:
    """What follows a key."""
    inner = indent + _STEP
    if isinstance(value, Scalar):
        return f" {_yaml_scalar(value, inner)}\n"
    if isinstance(value, Mapping):
        return f"\n{inner}{''.join(_yaml_entries(value, inner))}" if value.entries else " {}\n"
    return "\n" + "".join(f"{inner}- {_yaml_item(item, inner + _STEP)}" for item in value.items) if value.items else " []\n"


def _yaml_item(item: Tree, indent: str) -> str:
    """What follows the dash of an item."""
    if isinstance(item, Mapping):
        return "".join(_yaml_entries(item, indent)) if item.entries else "{}\n"
    return f"{_yaml_scalar(item, indent)}\n" if isinstance(item, Scalar) else f"{json.dumps(_json(item), ensure_ascii=False)}\n"


def _yaml_scalar(scalar: Scalar, indent: str) -> str:
    """Plain where every reader of YAML takes it for the same text, or value; a block where it keeps the lines exactly; else in quotes."""
    text = _checked(scalar)
    if (not scalar.quoted and _VALUE.fullmatch(text)) or (_PLAIN.fullmatch(text) and text.casefold() not in _WORDS):
        return text
    if "\n" in text and not _UNPRINTABLE.search(text) and text[0] not in " \t\n" and not text.endswith("\n\n"):
        lines = text.removesuffix("\n").split("\n")
        return ("|" if text.endswith("\n") else "|-") + "".join(f"\n{indent}{line}" if line else "\n" for line in lines)
    return _UNPRINTABLE.sub(lambda found: _escape(found[0]), json.dumps(text, ensure_ascii=False))


def _escape(char: str) -> str:
    return f"\\u{ord(char):04x}"


def json_text(trees: Sequence[Mapping]) -> str:
    """The records as JSON: one as an object, several as a list. Raises ContentError for text that no file can hold (lone surrogates)."""
    found = [_json(_with_context(record)) for record in trees]
    return json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False, indent=2) + "\n"


def json_lines(trees: Sequence[Mapping]) -> str:
    """The records as JSON, one a line."""
    return "".join(json.dumps(_json(_with_context(record)), ensure_ascii=False) + "\n" for record in trees)


def _with_context(record: Mapping) -> Mapping:
    """The record as JSON-LD: relative ids are under its own IRI."""
    id_ = record.get("id")
    context: Tree = Scalar(names.CONTEXT)
    if isinstance(id_, Scalar) and not id_.text.startswith("_:"):
        base = Mapping((Entry("@base", Scalar(f"{_full(id_.text)}/")),))
        context = tree.Sequence((context, base))
    return Mapping((Entry("@context", context), *record.entries))


def _full(text: str) -> str:
    return iris.expand(text, names.BASE) or text


def _json(value: Tree | None) -> object:
    if isinstance(value, Mapping):
        return {_checked(Scalar(entry.key)): _json(entry.value) for entry in value.entries}
    if isinstance(value, tree.Sequence):
        return [_json(item) for item in value.items]
    if value is None:
        return None
    text = _checked(value)
    if value.quoted or not _JSON_LITERAL.fullmatch(text):
        return text
    return text == "true" if text in {"true", "false"} else int(text)


def _checked(scalar: Tree) -> str:
    """The text of a scalar, if a file can hold it."""
    text = scalar.text if isinstance(scalar, Scalar) else ""
    if _HALVES.search(text):
        raise ContentError("convert.surrogate", rule=RULE, value=text.encode("utf-8", "backslashreplace").decode())
    return text


def rdf(triples: Iterable[Triple], to: Format) -> bytes:
    """The graph in a format of RDF, sorted, with blank nodes named by what is said of them.

    Raises ContentError where the format cannot hold a text: XML has no control characters.
    """
    found = blanks.renamed(triples)
    if to is Format.RDFXML:
        for triple in found:
            if isinstance(triple.object, Literal) and _NOT_XML.search(triple.object.value):
                shown = json.dumps(triple.object.value)
                raise ContentError("convert.not-xml", rule=RULE, value=shown, property=names.compact(triple.predicate.value))
    prefixes = {} if to is Format.NTRIPLES else names.PREFIXES
    return serialize(found, format=RDF_FORMATS[to], prefixes=prefixes) or b""
