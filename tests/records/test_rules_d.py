"""Rules D01 to D36: the clean records break none, each planted fault gives exactly the result that the rule promises."""

import re
from collections.abc import Iterable
from functools import cache

import pytest
from pyoxigraph import Literal, Quad, RdfFormat, Triple, parse

from isgkg import files, names, shacl
from isgkg.store import EmbeddedStore
from tests.records import support
from tests.records.support import Fault

GB = "std:GB-T-99901.1-2024"
OLD = "std:GB-T-99901.1-2014"
JY = "std:JY-T-9902-2023"
DB = "std:DB42-T-9903-2025"
GROUP = "std:T-ISGX-3-2024"
ISO = "std:ISO-IEC-99901-1-2022"
PART = "https://w3id.org/isgkg/std/GB-T-99901.1-2024/"
ADOPTION = PART + "adoption/a1"
COMMITTEE = PART + "agent/c1"
PUBLISHER = PART + "agent/p1"
DRAFTER = PART + "agent/d1"


def _string(text: str) -> str:
    return f'"{text}"'


def _node(iri: str) -> str:
    """A full or compact IRI as Turtle writes it."""
    return f"<{iri}>" if iri.startswith("http") else iri


def _renumbered(record: str, number: str, rule: str, severity: str = "Violation", kind: str | None = None) -> Fault:
    """The record with another number."""
    more = f"{record} isg:numberKind isg:{kind} ." if kind else ""
    removed: list[tuple[str | None, str | None, str | None]] = [(record, "dct:identifier", None)]
    if kind:
        removed.append((record, "isg:numberKind", None))
    return Fault(
        rule=rule,
        focus=record,
        path="dct:identifier",
        severity=severity,
        value=number,
        remove=tuple(removed),
        add=f'{record} dct:identifier "{number}" . {more}',
    )


def _missing(rule: str, record: str, path: str, severity: str = "Violation", add: str = "") -> Fault:
    return Fault(rule=rule, focus=record, path=path, severity=severity, remove=((record, path, None),), add=add)


def _not_found(rule: str, record: str, path: str) -> Fault:
    """Left out, and listed among what was looked for and not found."""
    return _missing(rule, record, path, "Info", f"{record} isg:notFound {path} .")


def _instead(rule: str, record: str, path: str, value: str, severity: str = "Violation") -> Fault:
    return Fault(
        rule=rule, focus=record, path=path, severity=severity, remove=((record, path, None),), add=f"{_node(record)} {path} {value} ."
    )


def _also(rule: str, focus: str, path: str, add: str, severity: str = "Violation", value: str | None = None) -> Fault:
    return Fault(rule=rule, focus=focus, path=path, severity=severity, add=add, value=value)


def _date(text: str) -> str:
    return f'"{text}"^^xsd:date'


FAULTS = (
    _missing("D01", GB, "isg:numberKind"),
    _missing("D01", GB, "dct:identifier"),
    _not_found("D01", GB, "dct:identifier"),
    _also("D01", GB, "dct:identifier", f'{GB} dct:identifier "GB/T 99909-2024" .'),
    _renumbered(GB, "GB/T 99901.1—2024", "D01"),
    _renumbered(GB, "GB/T99901.1-2024", "D01"),
    _renumbered(GB, "GB/T 99901.1-24", "D01"),
    _renumbered(GB, "GB/T 99901.1-2024", "D01", kind="sector"),
    _renumbered(JY, "DB/T 9902-2023", "D01"),
    _renumbered(DB, "DB1/T 12-2020", "D01"),
    _renumbered(GROUP, "T/ 123-2024", "D01"),
    _renumbered(ISO, "ISO/IEC 99901-1-2022", "D01"),
    _instead("D01", GB, "isg:planNumber", _string("2022-1"), "Warning"),
    Fault(
        rule="D01",
        focus=GB,
        path="isg:planNumber",
        severity="Info",
        remove=((GB, "isg:planNumber", None), (GB, "dct:identifier", None), (GB, "adms:status", None)),
        add=f"{GB} adms:status isg:underDevelopment .",
    ),
    _also("D02", JY, "dct:identifier", 'std:other a isg:StandardDocument ; dct:identifier "JY/T 9902-2023" .'),
    _renumbered(JY, "JY/T 9999-2023", "D02"),
    _instead("D03", GB, "isg:nature", "isg:mandatory"),
    _instead("D03", DB, "isg:nature", "isg:guidanceDocument"),
    _also("D03", GROUP, "isg:nature", f"{GROUP} isg:nature isg:recommended ."),
    _also("D03", ISO, "isg:nature", f"{ISO} isg:nature isg:recommended ."),
    _renumbered(JY, "QQ/T 9902-2023", "D04", "Warning"),
    _renumbered(DB, "DB99/T 9903-2025", "D05", "Warning"),
    Fault(rule="D06", focus=DB, path="dct:title", remove=((DB, "dct:title", None),)),
    _not_found("D06", DB, "dct:title"),
    _also("D06", GB, "dct:title", f'{GB} dct:title "另一名称 第1部分"@zh-CN .'),
    _missing("D06", JY, "dct:title", "Warning", f'{JY} dct:title "智慧教育术语"@zh .'),
    _missing("D06", JY, "dct:title", "Info", f'{JY} dct:title "智慧教育术语"@zh ; isg:notFound dct:title .'),
    _missing("D06", ISO, "dct:title"),
    _not_found("D06", ISO, "dct:title"),
    _instead("D07", GB, "dct:title", '"智慧社区 智能服务 第十一部分：总则"@zh'),
    _instead("D07", DB, "dct:title", '"规程 第 十二 部分：总则"@zh'),
    _instead("D07", GB, "dct:title", '"智慧社区 智能服务 第2部分：总则"@zh , "Smart community"@en'),
    _instead("D07", DB, "dct:title", '"规程 第1部分：总则"@zh'),
    _missing("D08", GB, "adms:status"),
    _not_found("D08", GB, "adms:status"),
    _missing("D09", GB, "dct:issued"),
    Fault(
        rule="D09",
        focus=GB,
        path="dct:issued",
        remove=((GB, "adms:status", None),),
        add=f"{GB} adms:status isg:underDevelopment .",
        value="2024-03-15",
    ),
    _not_found("D09", GB, "dct:issued"),
    _missing("D09", GB, "isg:implementedOn"),
    _not_found("D09", GB, "isg:implementedOn"),
    _instead("D10", JY, "isg:implementedOn", _date("2023-01-31")),
    _instead("D10", GROUP, "isg:abolishedOn", _date("2024-01-31")),
    Fault(
        rule="D10",
        focus=GROUP,
        path="isg:abolishedOn",
        remove=((GROUP, "isg:abolishedOn", None), (GROUP, "isg:implementedOn", None)),
        add=f"{GROUP} isg:abolishedOn {_date('2024-01-04')} .",
    ),
    _instead("D11", JY, "dct:issued", _date("2022-12-30")),
    _instead("D11", ISO, "dct:issued", _date("2021-12-30")),
    _instead("D12", DB, "isg:implementedOn", _date("2025-02-01"), "Warning"),
    _instead("D12", GB, "isg:implementedOn", _date("2025-10-01"), "Warning"),
    _missing("D13", GROUP, "isg:abolishedOn"),
    _not_found("D13", GROUP, "isg:abolishedOn"),
    Fault(rule="D13", focus=OLD, path="dct:isReplacedBy", remove=((OLD, "dct:isReplacedBy", None), (GB, "dct:replaces", None))),
    _not_found("D13", OLD, "dct:isReplacedBy"),
    _also("D13", GB, "isg:abolishedOn", f"{GB} isg:abolishedOn {_date('2025-01-10')} ."),
    _missing("D14", OLD, "dct:isReplacedBy"),
    Fault(rule="D14", focus=GB, path="dct:replaces", value=OLD, remove=((OLD, "dct:isReplacedBy", None),)),
    Fault(rule="D14", focus=OLD, path="dct:isReplacedBy", value=GB, remove=((GB, "dct:replaces", None),)),
    _also("D14", GROUP, "dct:replaces", f"{GROUP} dct:replaces {GROUP} .", value=GROUP),
    _missing("D14", GB, "dct:replaces"),
    _also("D14", GB, "dct:replaces", f"{OLD} dct:replaces {GB} .", value=OLD),
    Fault(
        rule="D14",
        focus=GB,
        path="dct:replaces",
        value=OLD,
        remove=((OLD, "dct:issued", None),),
        add=f"{OLD} dct:issued {_date('2024-03-15')} .",
    ),
    _instead("D15", OLD, "adms:status", "isg:current", "Warning"),
    Fault(
        rule="D15",
        focus=GB,
        path="dct:replaces",
        severity="Warning",
        value=OLD,
        remove=((OLD, "adms:status", None),),
        add=f"{OLD} adms:status isg:current .",
    ),
    _missing("D16", GB, "isg:ics"),
    _not_found("D16", GB, "isg:ics"),
    _missing("D16", GROUP, "isg:ics", "Warning"),
    _not_found("D16", DB, "isg:ics"),
    _instead("D16", GB, "isg:ics", _string("35240")),
    _instead("D16", GROUP, "isg:ics", _string("35240"), "Warning"),
    _missing("D17", JY, "isg:ccs"),
    _not_found("D17", JY, "isg:ccs"),
    _missing("D17", DB, "isg:ccs", "Warning"),
    _not_found("D17", GROUP, "isg:ccs"),
    _instead("D17", JY, "isg:ccs", _string("l70")),
    _instead("D17", DB, "isg:ccs", _string("70"), "Warning"),
    _instead("D18", JY, "isg:ics", _string("35.240"), "Warning"),
    _also("D18", ISO, "isg:ics", f"{ISO} dct:subject c:S101 .", "Warning"),
    _missing("D19", GB, "isg:centralizedBy"),
    _not_found("D19", GB, "isg:centralizedBy"),
    Fault(rule="D19", focus=COMMITTEE, path="rdf:type", remove=((COMMITTEE, "rdf:type", None),)),
    _missing("D19", COMMITTEE, "rdfs:label"),
    _instead("D19", COMMITTEE, "rdfs:label", '"SAC-28"@zh'),
    _missing("D20", GB, "dct:publisher"),
    _not_found("D20", GB, "dct:publisher"),
    Fault(rule="D20", focus=PUBLISHER, path="rdf:type", remove=((PUBLISHER, "rdf:type", None),)),
    _missing("D20", PUBLISHER, "rdfs:label"),
    _missing("D21", GROUP, "isg:draftedBy"),
    _missing("D21", DRAFTER, "rdfs:label"),
    _not_found("D21", GROUP, "isg:draftedBy"),
    _instead("D21", JY, "isg:draftedBy", '[ a prov:Person ; rdfs:label "某人"@zh ]'),
    _also("D21", GB, "isg:draftedBy", f'{GB} isg:draftedBy [ a org:Organization ; rdfs:label "某大学"@zh ] .'),
    _also("D21", GB, "isg:draftedBy", f'{GB} isg:draftedBy [ rdfs:label "甲"@en ] , [ rdfs:label "甲"@en ] .'),
    _missing("D22", ADOPTION, "isg:adoptionDegree"),
    _missing("D22", ADOPTION, "isg:adoptedStandard"),
    _instead("D22", ADOPTION, "isg:adoptedStandard", _string("ISO 99901")),
    Fault(rule="D23", focus=JY, path="dct:subject", remove=((JY, "dct:subject", "c:S101"), (JY, "dct:subject", "c:S203"))),
    _instead("D24", GB, "isg:appliesToApplication", "c:T0201", "Warning"),
    Fault(rule="D24", focus=OLD, path="isg:appliesToApplication", severity="Warning", remove=((OLD, "isg:appliesToScenario", None),)),
    _missing("D25", JY, "isg:standardizesPrinciple", "Warning"),
    _instead("D26", GB, "isg:pursuesGoal", "c:G0201", "Warning"),
    _missing("D26", OLD, "isg:pursuesGoal", "Warning"),
    _missing("D27", DB, "isg:usesIndicator", "Warning"),
    _missing("D28", DB, "isg:standardizesStep", "Warning"),
    _missing("D29", GROUP, "isg:appliesToScenario", "Warning"),
    _missing("D29", GROUP, "isg:evaluatesActor", "Warning"),
    Fault(rule="D29", focus=GROUP, path="isg:evaluatesExperiment", severity="Warning", remove=((GROUP, "isg:evaluatedRisk", None),)),
    Fault(rule="D29", focus=GROUP, path="isg:usesCriterion", severity="Warning", remove=((GROUP, "isg:usesCriterion", "c:Q0201"),)),
    _missing("D30", JY, "isg:definesTerm", "Warning"),
    _also("D30", JY, "isg:definesTerm", f"{JY} isg:definesTerm c:K99 .", "Warning", "c:K99"),
    Fault(rule="D31", focus=DB, path="isg:definesScheme", severity="Warning", remove=((None, "xkos:notationPattern", "^E[0-9]{2}$"),)),
    _instead("D32", GB, "isg:scenarioEvaluatedBy", "c:S401", "Info"),
    _instead("D32", GB, "isg:scenarioEvaluatedBy", "c:S5", "Info"),
    _missing("D32", OLD, "isg:scenarioEvaluatedBy", "Info"),
    _missing("D33", ISO, "isg:followsPrinciple", "Info"),
    Fault(
        rule="D34",
        focus=GB,
        path="isg:derivedFromExperiment",
        severity="Warning",
        value="exp:ISGX-2020-0009",
        remove=(("exp:ISGX-2020-0009", "isg:experimentStatus", None),),
        add="exp:ISGX-2020-0009 isg:experimentStatus isg:ongoing .",
    ),
    Fault(
        rule="D34",
        focus=GB,
        path="isg:derivedFromExperiment",
        severity="Warning",
        remove=((None, "isg:outputType", None),),
        add="exp:ISGX-2020-0009 isg:output [ isg:outputType c:O03 ] .",
    ),
    _instead("D35", GB, "dct:requires", "std:GB-T-88888-2020", "Warning"),
    _instead("D35", GB, "dct:requires", OLD, "Warning"),
    _instead("D36", GB, "dcat:landingPage", "<https://example.org/gb>", "Info"),
    _instead("D36", GB, "dcat:landingPage", "<https://scjg.hubei.gov.cn/bz>", "Info"),
    *(
        _also(rule, record, path, f"{record} isg:notFound {path} .")
        for rule, record, path in (
            ("D01", GB, "dct:identifier"),
            ("D01", GB, "isg:numberKind"),
            ("D01", GB, "isg:planNumber"),
            ("D03", GB, "isg:nature"),
            ("D08", GB, "adms:status"),
            ("D09", GB, "dct:issued"),
            ("D09", GB, "isg:implementedOn"),
            ("D13", GROUP, "isg:abolishedOn"),
            ("D13", OLD, "dct:isReplacedBy"),
            ("D14", GB, "dct:replaces"),
            ("D16", GB, "isg:ics"),
            ("D17", GB, "isg:ccs"),
            ("D19", GB, "isg:centralizedBy"),
            ("D20", GB, "dct:publisher"),
            ("D21", GB, "isg:draftedBy"),
        )
    ),
    _also("D08", GB, "isg:notFound", f"{GB} isg:notFound isg:adopts .", value="isg:adopts"),
)

PASSING = {
    "nothing is asked of what is no record": "exp:x dct:identifier 'y' .",
    "a plan has no dates yet, and what was not found is no violation": """
        std:plan-1 a isg:StandardDocument ; isg:numberKind isg:national ; dct:title "某指南"@zh , "A guide"@en ;
            adms:status isg:underDevelopment ; isg:ics "35.240.01" ; isg:followsPrinciple c:P1 ;
            isg:notFound dct:identifier , isg:ccs , dct:publisher ;
            isg:centralizedBy [ a org:Organization ; rdfs:label "SWG35（某工作组）"@zh ] ;
            isg:draftedBy [ a org:Organization ; rdfs:label "某研究院"@zh ] .""",
    "a number of several levels names one of its parts": """
        std:T-AB-3.1.2-2020 a isg:StandardDocument ; dct:identifier "T/AB 3.1.2-2020" ; isg:numberKind isg:group ;
            dct:title "某标准 第 2 部分：某节"@zh ; isg:notFound dct:publisher , isg:draftedBy , isg:ics , isg:ccs , dct:issued ,
            isg:implementedOn , adms:status ; isg:followsPrinciple c:P1 .""",
    "a goal of S308 may be a problem, and a committee below a committee has a code": """
        std:T-AB-1-2020 a isg:StandardDocument ; dct:identifier "T/AB 1-2020" ; isg:numberKind isg:group ; dct:title "某标准"@zh ;
            adms:status isg:current ; isg:ics "35" ; isg:ccs "L70" ; dct:issued "2020-01-01"^^xsd:date ;
            isg:implementedOn "2020-01-01"^^xsd:date ; isg:followsPrinciple c:P1 ; isg:inFramework false ;
            isg:centralizedBy [ a org:Organization ; rdfs:label "SAC/TC28/SC42"@zh ] ;
            isg:draftedBy [ a org:Organization ; rdfs:label "某研究院"@zh ] ;
            dct:publisher [ a org:Organization ; rdfs:label "某学会"@zh ] ;
            isg:adopts [ isg:adoptedStandard "ISO/IEC Directives Part 2:2018" ; isg:adoptionDegree isg:notEquivalent ] ;
            dcat:landingPage <http://www.ttbz.org.cn/StandardManage/Detail/1/> .""",
    "a plan without a number and a publisher": """
        std:plan-2 a isg:StandardDocument ; isg:numberKind isg:group ; dct:title "某指南"@zh ; adms:status isg:underDevelopment ;
            isg:ics "35" ; isg:ccs "L70" ; isg:followsPrinciple c:P1 ; isg:draftedBy [ a org:Organization ; rdfs:label "某研究院"@zh ] .""",
    "a part may have its number in Chinese numerals": """
        std:GB-T-99905.21-2020 a isg:StandardDocument ; dct:identifier "GB/T 99905.21-2020" ; isg:numberKind isg:national ;
            dct:title "某标准 第二十一部分：某节"@zh , "Part 21"@en ; isg:notFound dct:publisher , isg:draftedBy , isg:ics , isg:ccs ,
            dct:issued , isg:implementedOn , adms:status , isg:centralizedBy ; isg:followsPrinciple c:P1 .
        std:GB-T-99905.10-2020 a isg:StandardDocument ; dct:identifier "GB/T 99905.10-2020" ; isg:numberKind isg:national ;
            dct:title "某标准 第十部分：某节"@zh , "Part 10"@en ; isg:notFound dct:publisher , isg:draftedBy , isg:ics , isg:ccs ,
            dct:issued , isg:implementedOn , adms:status , isg:centralizedBy ; isg:followsPrinciple c:P1 .""",
    "a standard of ISO has a title in any language, no dates of taking effect and no drafting units": """
        std:ISO-99902-2020 a isg:StandardDocument ; dct:identifier "ISO 99902:2020" ; isg:numberKind isg:iso ; dct:title "某标准"@zh ;
            adms:status isg:current ; dct:issued "2020-01-01"^^xsd:date ; isg:followsPrinciple c:P1 ;
            dct:publisher [ a org:Organization ; rdfs:label "ISO"@en ] .""",
    "rules for terminology standards, and standards that speak of terms, are no terminology standards": """
        std:T-AB-4-2020 a isg:StandardDocument ; dct:identifier "T/AB 4-2020" ; isg:numberKind isg:group ;
            dct:title "标准起草规则 术语"@zh , "Use of vocabulary"@en ; isg:ics "35" ;
            isg:notFound dct:publisher , isg:draftedBy , isg:ccs , dct:issued , isg:implementedOn , adms:status .
        std:T-AB-5-2020 a isg:StandardDocument ; dct:identifier "T/AB 5-2020" ; isg:numberKind isg:group ;
            dct:title "术语数据库的建立"@zh ; isg:ics "35" ;
            isg:notFound dct:publisher , isg:draftedBy , isg:ccs , dct:issued , isg:implementedOn , adms:status .""",
    "what is outside the framework owes it nothing": """
        std:T-AB-6-2020 a isg:StandardDocument ; dct:identifier "T/AB 6-2020" ; isg:numberKind isg:group ; dct:title "某标准"@zh ;
            isg:inFramework false ; dct:subject c:S203 , c:S301 , c:S401 , c:S404 , c:S501 , c:S502 , c:S503 ;
            isg:notFound dct:publisher , isg:draftedBy , isg:ics , isg:ccs , dct:issued , isg:implementedOn , adms:status .""",
    "a value of the wrong kind is the business of the shapes of the fields": """
        std:T-AB-7-2020 a isg:StandardDocument ; dct:identifier "T/AB 7-2020" ; isg:numberKind isg:group ; dct:title "某标准"@zh ;
            isg:nature "推荐" ; adms:status "现行" ; dct:issued "2020" ; isg:implementedOn "2020" ; isg:ics "35" ; isg:ccs "L70" ;
            dct:publisher "某学会" ; isg:draftedBy "某大学" ; isg:centralizedBy "某委员会" ; dct:requires "GB/T 1.1-2020" ;
            isg:definesTerm "术语" ; isg:derivedFromExperiment "某实验" ; dcat:landingPage "无" .""",
    "standards of scenarios may name the scenario by a new concept below a code": """
        std:T-AB-2-2020 a isg:StandardDocument ; dct:identifier "T/AB 2-2020" ; isg:numberKind isg:group ; dct:title "某标准"@zh ;
            adms:status isg:current ; isg:ics "35" ; isg:ccs "L70" ; dct:issued "2020-01-01"^^xsd:date ;
            isg:implementedOn "2020-01-01"^^xsd:date ; isg:followsPrinciple c:P1 ;
            dct:publisher [ a org:Organization ; rdfs:label "某学会"@zh ] ;
            isg:draftedBy [ a org:Organization ; rdfs:label "某研究院"@zh ] ; dct:subject c:S306 ; isg:scenarioEvaluatedBy c:S503 ;
            isg:appliesToScenario [ skos:prefLabel "某场景"@zh ; skos:broader c:T0601 ] ; isg:pursuesGoal c:G0601 .""",
}
"""Additions to the clean records that no rule objects to, beyond an info for what was not found."""


@cache
def _shapes() -> tuple[shacl.Shapes, dict[object, str], list[Triple]]:
    """The shapes of standard.ttl, the rule id of each, and their triples."""
    content = (files.root() / "shapes/standard.ttl").read_bytes()
    found = [quad.triple for quad in parse(content, format=RdfFormat.TURTLE, base_iri=names.BASE)]
    rules = {t.subject: t.object.value for t in found if t.predicate.value == names.DCT + "identifier" and isinstance(t.object, Literal)}
    return shacl.Shapes.of(found), rules, found


def results(records: Iterable[Triple]) -> list[tuple[str, shacl.Result]]:
    """(rule id, result) of everything that the shapes of standards find in these records."""
    base, _, _ = support.guideline()
    shapes, rules, _ = _shapes()
    records = list(records)
    store = EmbeddedStore.of([Quad(t.subject, t.predicate, t.object) for t in (*base, *records)])
    found = shacl.validate(store, shapes, lexical=shacl.Lexical.of(records))
    return [(rules.get(result.constraint) or rules.get(result.shape) or result.component, result) for result in found]


@cache
def _of_fault(index: int) -> list[tuple[str, shacl.Result]]:
    """The results of the clean records with the fault of this index in them."""
    return results(support.planted(support.clean("standard"), FAULTS[index]))


def _described(found: list[tuple[str, shacl.Result]]) -> list[str]:
    return [f"{rule} {r.severity.removeprefix(names.SH)} {r.focus_node} {r.path_text} {r.value}" for rule, r in found]


def test_clean_records_break_no_rule() -> None:
    found = [(rule, result) for rule, result in support.results(support.clean("standard")) if not rule.startswith("E")]
    assert _described(found) == []


@pytest.mark.parametrize("index", range(len(FAULTS)), ids=[f"{fault.rule}-{fault.severity}-{fault.path}" for fault in FAULTS])
def test_fault_is_reported(index: int) -> None:
    fault, found = FAULTS[index], _of_fault(index)
    assert [rule for rule, result in found if support.matches(fault, rule, result)] == [fault.rule], _described(found)


@pytest.mark.parametrize("added", PASSING.values(), ids=PASSING.keys())
def test_variant_passes(added: str) -> None:
    found = results([*support.clean("standard"), *support.turtle(added)])
    assert _described([(rule, result) for rule, result in found if not result.severity.endswith("Info")]) == []


def test_what_was_not_found_raises_infos_only() -> None:
    record = """
        std:GB-T-99900-2020 a isg:StandardDocument ; dct:identifier "GB/T 99900-2020" ; isg:numberKind isg:national ;
            dct:title "某标准"@zh ; isg:followsPrinciple c:P1 ;
            isg:notFound dct:title , adms:status , dct:issued , isg:implementedOn , isg:ics , isg:ccs , isg:centralizedBy ,
                dct:publisher , isg:draftedBy .
    """
    found = results(support.turtle(record))
    assert {result.severity for _, result in found} == {names.SH + "Info"}
    assert sorted(rule for rule, _ in found) == ["D06", "D08", "D09", "D09", "D16", "D17", "D19", "D20", "D21"]


def test_standard_that_replaces_itself_gives_one_finding() -> None:
    for path in ("dct:replaces", "dct:isReplacedBy"):
        found = results([*support.clean("standard"), *support.turtle(f"{GB} {path} {GB} .")])
        assert [rule for rule, _ in found] == ["D14"], _described(found)


@pytest.mark.parametrize("number", ["GB/T 9902-2023", "DB/T 9902-2023"])
def test_sector_code_is_not_asked_of_the_codes_of_other_kinds(number: str) -> None:
    fault = _renumbered(JY, number, "D01")
    assert "D04" not in {rule for rule, _ in results(support.planted(support.clean("standard"), fault))}


def test_messages_give_numbers_and_words() -> None:
    texts: dict[str, list[str]] = {rule: [] for rule in ("D03", "D14", "D15", "D30", "D34", "D35")}
    for index, fault in enumerate(FAULTS):
        if fault.rule in texts:
            texts[fault.rule] += [text.value for rule, result in _of_fault(index) if rule == fault.rule for text in result.messages]
    assert not [text for of_rule in texts.values() for text in of_rule if "https://" in text]
    assert any("推荐性标准（recommended）" in text for text in texts["D03"])
    assert any("GB/T 99901.1-2014 已不是现行标准（被代替）" in text for text in texts["D35"])
    assert any("GB-T-88888-2020 没有记录" in text for text in texts["D35"])


def test_every_rule_has_a_fault_of_each_severity() -> None:
    _, rules, triples = _shapes()
    assert {f"D{number:02}" for number in range(1, 37)} == set(rules.values())
    severity_of = {t.subject: t.object.value.removeprefix(names.SH) for t in triples if t.predicate.value == names.SH + "severity"}
    owner = {t.object: t.subject for t in triples if t.predicate.value == names.SH + "sparql"}
    declared = {(rule, severity_of.get(owner.get(node, node), "Violation")) for node, rule in rules.items()}
    assert declared == {(fault.rule, fault.severity) for fault in FAULTS}


def test_every_constraint_is_violated_by_a_fault() -> None:
    _, rules, _ = _shapes()
    seen = {node for index in range(len(FAULTS)) for _, result in _of_fault(index) for node in (result.constraint, result.shape)}
    assert [rule for node, rule in rules.items() if node not in seen] == []


def test_messages_are_two_sentences_in_both_languages() -> None:
    _, rules, triples = _shapes()
    for node, rule in rules.items():
        texts = {t.object.language: t.object.value for t in triples if t.subject == node and t.predicate.value == names.SH + "message"}
        assert texts.keys() == {"zh", "en"}, rule
        assert texts["zh"].count("。") == 2 and texts["zh"].endswith("。"), (rule, texts["zh"])
        assert texts["en"].endswith(".") and len(re.findall(r"\.(?=\s|$)", texts["en"])) == 2, (rule, texts["en"])


def test_messages_have_no_open_placeholder() -> None:
    for index in range(len(FAULTS)):
        for rule, result in _of_fault(index):
            assert not [text for text in result.messages if "{?" in text.value], rule


def test_messages_name_fields_by_their_labels() -> None:
    """What stands in quotation marks is the label of a field, or a value."""
    _, rules, triples = _shapes()
    fields = parse((files.root() / "shapes/fields.ttl").read_bytes(), format=RdfFormat.TURTLE)
    of_standards = re.compile("/shapes#(StandardDocument|Agent|Adoption|DefinedScheme)-")
    labels = {quad.object.value for quad in fields if quad.predicate.value == names.SH + "name" and of_standards.search(str(quad.subject))}
    known = labels | {"not found", "未查得的项目", "第{?part}部分"}
    for t in triples:
        if t.predicate.value == names.SH + "message" and t.subject in rules:
            quoted = set(re.findall(r"“([^”]*)”", t.object.value))
            assert {text for text in quoted if not text.startswith("{?")} <= known, t.object.value


def test_technology_applications_are_numbered_by_their_sub_category() -> None:
    """D24 reads the guideline's graph; the rule says it by digits."""
    base, _, _ = support.guideline()
    pairs = {(t.subject.value, t.object.value) for t in base if t.predicate.value == names.ONT + "standardizedIn"}
    codes = {(names.CONCEPT, subject.removeprefix(names.CONCEPT), object_.removeprefix(names.CONCEPT)) for subject, object_ in pairs}
    assert codes and all(application[1:3] == sub_category[2:] for _, application, sub_category in codes)
