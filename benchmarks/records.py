"""Made-up records of experiments, for yardsticks: the same for the same number, in Turtle and in YAML.

Flows in: how many. Flows out: text. A record has some 75 statements, in the fields that real records fill first; one in ten has a planted
fault, of one kind after the other.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from isgkg import names

FAULTY_EVERY: Final = 10
CONTEXT: Final = names.CONTEXT
_PREFIXED: Final = ("isg", "c", "exp", "dct", "dcat", "prov", "rdfs", "skos", "org", "xsd")
RELATIVE: Final = "<>"
"""Stands for the Turtle of an IRI that depends on the record."""
_ELSEWHERE: Final = {
    "identifier": "dct:identifier",
    "title": "dct:title",
    "issued": "dct:issued",
    "version": "dcat:version",
    "wasAttributedTo": "prov:wasAttributedTo",
    "qualifiedAssociation": "prov:qualifiedAssociation",
    "agent": "prov:agent",
    "hadRole": "prov:hadRole",
    "label": "rdfs:label",
    "definition": "skos:definition",
}
"""The properties that are not of this project's ontology."""


class Value(NamedTuple):
    """A value as YAML and as Turtle."""

    yaml: str
    turtle: str


class Part(NamedTuple):
    """A resource with fields of its own: its identifier within the record, its type, its fields."""

    id: str | None
    type: Value | None
    fields: "Fields"


Fields = dict[str, list[Value | Part]]


def text(words: str) -> Value:
    """A Chinese text."""
    quoted = json.dumps(words, ensure_ascii=False)
    return Value(quoted, f"{quoted}@zh")


def string(words: str) -> Value:
    """A string without a language."""
    return Value(json.dumps(words), json.dumps(words))


def date(written: str) -> Value:
    """A date, as written."""
    return Value(written, f'"{written}"^^xsd:date')


def integer(written: str) -> Value:
    """An integer, as written."""
    return Value(written, f'"{written}"^^xsd:integer')


def code(item: str) -> Value:
    """An item of the guideline."""
    return Value(item, f"c:{item}")


def relative(local: str) -> Value:
    """A part of the record, by its name within it."""
    return Value(local, RELATIVE)


def choice(key: str) -> Value:
    """One of the choices of a field."""
    return Value(key, f"isg:{key}")


def identifier(number: int) -> str:
    """The identifier of a record: ten thousand a year."""
    return f"ISGX-{2016 + number // 10_000}-{number % 10_000:04}"


def turtle(count: int) -> Iterator[str]:
    """The records as Turtle, in pieces."""
    yield "".join(f"@prefix {prefix}: <{names.PREFIXES[prefix]}> .\n" for prefix in _PREFIXED)
    for number in range(count):
        base = identifier(number)
        yield from _turtle_block(f"\nexp:{base}", Value("Experiment", "isg:Experiment"), record(number), base)


def yaml(count: int) -> Iterator[str]:
    """The records as one YAML document, in pieces."""
    yield f'"@context": {CONTEXT}\n"@graph":\n'
    for number in range(count):
        yield f"  - id: exp:{identifier(number)}\n    type: Experiment\n"
        yield from _yaml_fields(record(number), "    ")


def yaml_files(count: int) -> Iterator[str]:
    """The records as YAML documents of their own."""
    for number in range(count):
        yield "".join([f"id: exp:{identifier(number)}\ntype: Experiment\n", *_yaml_fields(record(number), "")])


def write(path: Path, pieces: Iterable[str]) -> None:
    """The pieces as a file."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(pieces)


def record(number: int) -> Fields:
    """The fields of a record, with a fault in each tenth."""
    fields = {**_about(number), **_parties(number), **_ethics(number), **_measurement(number), **_dates(number)}
    if number % FAULTY_EVERY == FAULTY_EVERY - 1:
        FAULTS[number // FAULTY_EVERY % len(FAULTS)](fields)
    return fields


def _about(number: int) -> Fields:
    scenario = code(f"C{number % 3 + 1}0{number % 3 + 1}")
    return {
        "identifier": [string(identifier(number))],
        "title": [text(f"第{number}号社区智能治理社会实验")],
        "experimentStatus": [choice(("planned", "ongoing", "completed")[number % 3])],
        "problemStatement": [text(f"第{number}号社区独居老人突发情况发现不及时，人工巡查难以覆盖。")],
        "followsPrinciple": [code(f"P10{number % 3 + 1}"), code(f"P20{number % 3 + 1}"), code(f"P30{number % 3 + 1}")],
        "usesTechnology": [code("F08"), code("F10")],
        "appliesToScenario": [scenario],
        "scenarioUse": [Part(None, None, {"appliesToScenario": [scenario], "scenarioType": [code("X10151")]})],
        "observesLevel": [code("L1"), code("L2")],
    }


def _parties(number: int) -> Fields:
    roles = {"R01": f"第{number}街道办事处", "R02": f"第{number % 97}大学社会治理研究院", "R03": f"第{number % 211}智能科技公司"}
    return {
        "qualifiedAssociation": [
            Part(
                None,
                None,
                {
                    "agent": [Part(f"agent/{role}", Value("Organization", "org:Organization"), {"label": [text(name)]})],
                    "hadRole": [code(role)],
                    "responsibility": [text(f"{name}按分工承担实验任务")],
                },
            )
            for role, name in roles.items()
        ],
        "experimentPlan": [
            Part(
                "plan",
                None,
                {
                    "issued": [date(f"2024-0{number % 9 + 1}-15")],
                    "version": [string(f"1.{number % 4}")],
                    "wasAttributedTo": [relative(f"agent/{role}") for role in roles],
                },
            )
        ],
        "siteGuarantee": [text("街道提供活动中心两处")],
        "fundingGuarantee": [text(f"财政拨款{number % 90 + 10}万元")],
        "dataGuarantee": [text("街道与研究机构签订数据共享协议")],
    }


def _ethics(number: int) -> Fields:
    warning: Fields = {"trigger": [text("误报率连续三日超过百分之五")], "responsibleRole": [code("R01")], "action": [text("暂停采集")]}
    review: Fields = {"decision": [choice("approved")], "decisionDate": [date(f"2024-10-{number % 28 + 1:02}")]}
    statement: Fields = {"complianceBasis": [code("X10451")], "statement": [text("符合个人信息保护法")]}
    return {
        "riskWarning": [Part(None, None, warning)],
        "riskControl": [Part(None, None, {"stage": [code("X1")], "measure": [text("布点前公示并征求居民意见")]})],
        "ethicsReview": [Part(None, None, review)],
        "complianceStatement": [Part(None, None, statement)],
    }


def _measurement(number: int) -> Fields:
    size = number % 400 + 100
    return {
        "measurementFactor": [Part("factor/f1", None, {"label": [text("居民安全感")], "level": [code("L1")]})],
        "indicator": [
            Part(
                "indicator/i1",
                None,
                {
                    "label": [text("安全感得分")],
                    "operationalizes": [relative("factor/f1")],
                    "definition": [text("七题量表的均值")],
                    "unit": [text("分")],
                    "collectionMethod": [code("D02")],
                },
            )
        ],
        "experimentType": [choice("fieldExperiment")],
        "plannedSampleSize": [integer(str(2 * size))],
        "treatmentGroup": [Part("group/t", None, {"label": [text("实验组")], "plannedSize": [integer(str(size))]})],
        "controlGroup": [Part("group/c", None, {"label": [text("对照组")], "plannedSize": [integer(str(size))]})],
    }


def _dates(number: int) -> Fields:
    day = f"{number % 28 + 1:02}"
    return {
        "trialStart": [date(f"2025-01-{day}")],
        "interventionStart": [date(f"2025-03-{day}")],
        "interventionEnd": [date(f"2025-09-{day}")],
        "trialEnd": [date(f"2025-12-{day}")],
    }


def _without(key: str) -> Callable[[Fields], object]:
    return lambda fields: fields.pop(key)


def _with(key: str, *values: Value) -> Callable[[Fields], object]:
    return lambda fields: fields.update({key: list(values)})


def _in_part(key: str, inner: str, *values: Value) -> Callable[[Fields], object]:
    """Sets or, without values, removes a field of the last part."""

    def plant(fields: Fields) -> None:
        part = fields[key][-1]
        assert isinstance(part, Part)
        part.fields[inner] = list(values)

    return plant


FAULTS: Final[tuple[Callable[[Fields], object], ...]] = (
    _without("title"),
    _with("identifier", string("ISGX-25-1")),
    _with("experimentStatus", choice("approved")),
    _in_part("experimentPlan", "issued", date("2024-13-15")),
    _with("interventionEnd", date("2024-12-31")),
    _with("appliesToScenario", code("P101")),
    _with("plannedSampleSize", integer("-5")),
    _with("followsPrinciple", code("P101"), code("P102")),
    _with("controlGroup", relative("group/t")),
    _with("siteGuarantee", text("有"), text("另有")),
    _without("ethicsReview"),
    _in_part("qualifiedAssociation", "hadRole", code("R01")),
    _in_part("qualifiedAssociation", "responsibility"),
    _in_part("riskWarning", "trigger"),
    _in_part("ethicsReview", "decisionDate", string("去年十月")),
    _in_part("indicator", "collectionMethod", code("L1")),
)


def _turtle_block(subject: str, type_: Value | None, fields: Fields, base: str) -> Iterator[str]:
    """The statements of a node with a name, and after them those of its parts that have names."""
    named: list[Part] = []
    types = [f"a {type_.turtle}"] if type_ else []
    statements = " ;\n    ".join([*types, *_turtle_fields(fields, base, named)])
    yield f"{subject} {statements} .\n"
    for part in named:
        if part.fields:
            yield from _turtle_block(_iri(base, part.id), part.type, part.fields, base)


def _turtle_fields(fields: Fields, base: str, named: list[Part]) -> Iterator[str]:
    for key, values in fields.items():
        if values:
            yield f"{_ELSEWHERE.get(key, f'isg:{key}')} {' , '.join(_turtle_object(value, base, named) for value in values)}"


def _turtle_object(value: Value | Part, base: str, named: list[Part]) -> str:
    if isinstance(value, Value):
        return _iri(base, value.yaml) if value.turtle == RELATIVE else value.turtle
    if value.id:
        named.append(value)
        return _iri(base, value.id)
    return f"[ {' ; '.join(_turtle_fields(value.fields, base, named))} ]"


def _iri(base: str, local: str | None) -> str:
    return f"<{names.EXPERIMENT}{base}/{local}>"


def _yaml_fields(fields: Fields, indent: str) -> Iterator[str]:
    for key, values in fields.items():
        match values:
            case []:
                pass
            case [Value() as value]:
                yield f"{indent}{key}: {value.yaml}\n"
            case [Part() as part]:
                yield f"{indent}{key}:\n"
                yield from _yaml_part(part, f"{indent}  ")
            case _:
                yield f"{indent}{key}:\n"
                for value in values:
                    lines = [f"{value.yaml}\n"] if isinstance(value, Value) else list(_yaml_part(value, f"{indent}    "))
                    yield f"{indent}  - {lines[0].lstrip()}"
                    yield from lines[1:]


def _yaml_part(part: Part, indent: str) -> Iterator[str]:
    if part.id:
        yield f"{indent}id: {part.id}\n"
    if part.type:
        yield f"{indent}type: {part.type.yaml}\n"
    yield from _yaml_fields(part.fields, indent)
