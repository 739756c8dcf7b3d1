"""Empty records to fill in, and a record filled in as an example.

Flows in: the schema, the codes of the guideline, data/examples/. Flows out: a workbook, YAML or JSON.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Final, Literal

from pyoxigraph import Literal as RdfLiteral
from pyoxigraph import NamedNode, Quad, Triple

from isgkg import files, messages, names
from isgkg.messages import Language
from isgkg.records import writers, yamls
from isgkg.records.fields import Field, Kind, RecordClass, Schema
from isgkg.records.tabular import cells, excel
from isgkg.records.tabular.cells import Codes
from isgkg.records.tabular.worksheets import MARKS
from isgkg.records.tree import Mapping
from isgkg.records.vocabulary import Vocabulary

Format = Literal["xlsx", "yaml", "json"]
FORMATS: Final[tuple[Format, ...]] = ("xlsx", "yaml", "json")

NAMES: Final = {"Experiment": "experiment", "StandardDocument": "standard"}
"""What users call the classes of records; so are their examples called."""

_FEW: Final = 12
"""So many codes or fewer are listed with a field."""


def template(
    record_class: RecordClass, schema: Schema, codes: Codes, form: Format, lang: Language, *, example: bool = False
) -> bytes | str:
    """An empty record of this class, or the example: bytes for xlsx, else text."""
    filled = read_example(record_class)
    if form == "xlsx":
        if example:
            return excel.write([filled], schema, lang, codes, example=filled)
        return excel.write([], schema, lang, codes, classes=[record_class], example=filled)
    if form == "yaml":
        return _example_text(record_class) if example else "\n".join(_yaml(record_class, schema, codes, lang)) + "\n"
    if example:
        return writers.json_text([Mapping(tuple(entry for entry in filled.entries if entry.key != "@context"))])
    empty = {"@context": names.CONTEXT, "type": record_class.name, **_empty(record_class, schema, ())}
    return json.dumps(empty, ensure_ascii=False, indent=2) + "\n"


def read_example(record_class: RecordClass) -> Mapping:
    """The example of a record of this class: one that keeps all rules. Raises SourceError where its file is missing."""
    (found,) = yamls.read(_example_text(record_class))
    assert isinstance(found, Mapping)
    return found


def codes_of(vocabulary: Vocabulary, statements: Iterable[Quad | Triple], lang: Language) -> Codes:
    """The codes of each class in order, with the preferred labels in `lang` that the guideline's statements give them."""
    labels = {
        found.subject.value: found.object.value
        for found in statements
        if found.predicate.value == names.SKOS + "prefLabel"
        and isinstance(found.subject, NamedNode)
        and isinstance(found.object, RdfLiteral)
        and found.object.language == lang
    }
    code_of = {iri: code for code, iri in vocabulary.items.items()}
    return {
        kind: sorted(((code_of[iri], labels.get(iri, "")) for iri in members if iri in code_of), key=lambda pair: pair[0])
        for kind, members in sorted(vocabulary.members.items())
    }


def _example_text(record_class: RecordClass) -> str:
    name = f"data/examples/{NAMES[record_class.name]}.yaml"
    return files.read_text(files.root() / name, name)


def _yaml(record_class: RecordClass, schema: Schema, codes: Codes, lang: Language) -> Iterator[str]:
    """The lines of the template. Fields of parts are commented out, since a part with nothing in it would be a part nevertheless."""
    yield from (f"## {line}" for line in messages.text("template.yaml", lang, label=record_class.labels[lang]).split("\n"))
    yield f'"@context": {names.CONTEXT}'
    yield f"type: {record_class.name}"
    group = None
    for field in record_class.fields:
        if field.group is not None and field.group != group:
            group = field.group
            yield ""
            yield f"## ==== {schema.groups[group].labels[lang]} ===="
        yield ""
        yield from (f"## {line}" for line in _about(field, codes, lang))
        yield f"{field.key}:"
        if field.kind is Kind.PART:
            yield from (f"# {line}" for line in _part(field, schema, codes, lang, "  ", ()))


def _part(field: Field, schema: Schema, codes: Codes, lang: Language, indent: str, above: tuple[str, ...]) -> Iterator[str]:
    """The fields of a part below its key, each with its help behind it."""
    if field.part is None or field.part in above:
        return
    inner = indent if field.single else f"{indent}  "
    lines: list[str] = [f"{inner}id:  # {messages.text('excel.help.id', lang)}"]
    for found in schema.classes[field.part].fields:
        lines.append(f"{inner}{found.key}:  # {' '.join(_about(found, codes, lang))}")
        if found.kind is Kind.PART:
            lines += _part(found, schema, codes, lang, f"{inner}  ", (*above, field.part))
    if not field.single:
        lines[0] = f"{indent}- {lines[0].lstrip()}"
    yield from lines


def _about(field: Field, codes: Codes, lang: Language) -> list[str]:
    """What a field is, what goes in, and whether it must."""
    need = MARKS.get(field.need, "") if field.need is not None else ""
    amount = "" if field.single else messages.text("template.language" if field.per_language else "template.several", lang)
    found = [messages.text("template.field", lang, label=field.labels[lang] + need, help=field.help.get(lang, ""), amount=amount)]
    if field.kind is Kind.CHOICE:
        listed = [" ".join(dict.fromkeys([choice.key, choice.labels[lang]])) for choice in field.choices]
    elif field.kind is Kind.BOOLEAN:
        listed = [*cells.TRUTH]
    else:
        listed = cells.options(field, lang, codes)
    if 0 < len(listed) <= _FEW or field.kind is Kind.CHOICE:
        found.append(messages.text("template.options", lang, options=messages.text("template.comma", lang).join(listed)))
    return found


def _empty(record_class: RecordClass, schema: Schema, above: tuple[str, ...]) -> dict[str, object]:
    """Each key with null, and one empty part for each kind of part."""
    found: dict[str, object] = {}
    for field in record_class.fields:
        if field.kind is Kind.PART and field.part is not None and field.part not in above:
            part = {"id": None, **_empty(schema.classes[field.part], schema, (*above, field.part))}
            found[field.key] = part if field.single else [part]
        else:
            found[field.key] = None
    return found
