"""The JSON-LD context of records, made from the schema; shapes/record.jsonld holds it for those who read records without this code.

Flows in: the schema. Flows out: a JSON-LD 1.1 context under which the JSON form of a record is the RDF that records.graph makes of it.
"""

import json
from collections import Counter
from typing import Final

from isgkg import names
from isgkg.records.fields import Field, Kind, Schema

Json = dict[str, object]

_DATATYPES: Final = {Kind.DATE: "xsd:date", Kind.INTEGER: "xsd:integer", Kind.BOOLEAN: "xsd:boolean"}


def document(schema: Schema) -> str:
    """The text of the context document, names.CONTEXT."""
    return json.dumps({"@context": context(schema)}, ensure_ascii=False, indent=2) + "\n"


def context(schema: Schema) -> Json:
    """The context. A code stands for itself (@vocab), a text without a language is zh, keys are the terms of the fields.

    Where a choice has the key of a field of another IRI ("date"), it is a term only within the fields that take it.
    """
    everything = [field for described in schema.classes.values() for field in described.fields]
    fields = {field.key: field for field in everything}
    choices = {choice.key: choice.iri for field in everything for choice in field.choices}
    result: Json = {"@version": 1.1, "@vocab": names.CONCEPT, **names.PREFIXES, "id": "@id", "type": "@type"}
    result |= {found.name: _short(found.type) for found in schema.records if found.type is not None}
    for key, field in sorted(fields.items()):
        if key != "type":
            own = (choice for other in everything if other.key == key for choice in other.choices)
            result[key] = _term(field, {choice.key: choice.iri for choice in own if _taken(choice.key, choice.iri, fields)})
    result |= {key: _short(iri) for key, iri in sorted(choices.items()) if key not in fields}
    return result


def clashes(schema: Schema) -> list[str]:
    """Keys that would stand for two IRIs in the context, other than choices with the key of a field; a sound schema has none."""
    meanings = {(field.key, field.property, field.kind) for found in schema.classes.values() for field in found.fields}
    choices = {(choice.key, choice.iri) for found in schema.classes.values() for field in found.fields for choice in field.choices}
    terms = Counter([*(key for key, _, _ in meanings), *names.PREFIXES, "id", *(found.name for found in schema.records)])
    terms += Counter(key for key, _ in choices if key not in terms)
    return sorted(key for key, count in terms.items() if count > 1)


def _taken(key: str, iri: str, fields: dict[str, Field]) -> bool:
    return key in fields and fields[key].property != iri


def _term(field: Field, own: dict[str, str]) -> Json:
    """The term definition of a field, with the terms that hold within it only."""
    term: Json = {"@id": _short(field.property)}
    if field.kind is Kind.TEXT:
        term |= {"@container": "@language", "@language": "zh"}
    elif field.kind is Kind.STRING:
        term |= {"@language": None}
    elif field.kind in _DATATYPES:
        term |= {"@type": _DATATYPES[field.kind]}
    else:
        term |= {"@type": "@vocab" if field.kind in {Kind.CODE, Kind.CHOICE} else "@id"}
    return term | ({"@context": {key: _short(iri) for key, iri in sorted(own.items())}} if own else {})


def _short(iri: str) -> str:
    return names.compact(iri).strip("<>")
