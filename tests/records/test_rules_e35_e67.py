"""Rules E35 to E67: a clean record passes, and each fault planted in it is found where it is, with the gravity of its rule."""

import re
from dataclasses import dataclass
from functools import cache

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from isgkg import names
from isgkg.records.fields import Field, Kind
from tests.records import strategies, support
from tests.records.support import EXP, Fault

RULES = tuple(f"E{number}" for number in range(35, 68))
EVERY = tuple(f"E{number:02}" for number in range(1, 68))
PART = EXP + "/"
DATES = ("trialStart", "interventionStart", "interventionEnd", "trialEnd")


def missing(rule: str, path: str, severity: str = "Violation", focus: str = EXP) -> Fault:
    """A field that is left out."""
    return Fault(rule=rule, focus=focus, path=path, severity=severity, remove=((focus, path, None),))


def emptied(rule: str, severity: str, first: str, second: str, whose: str | None = None) -> Fault:
    """A field of the record's parts that is left out in all of them, or in `whose`; the path leads through the parts."""
    return Fault(rule=rule, focus=EXP, path=sequence(first, second), severity=severity, remove=((whose, f"isg:{second}", None),))


def changed(rule: str, path: str, value: str, severity: str = "Violation", focus: str = EXP) -> Fault:
    """A field with another value, a Turtle term; the result is to name it."""
    written = re.match(r'"(.*)"', value)
    remove = ((focus, path, None),)
    add = f"<{focus}> {path} {value} ."
    return Fault(rule=rule, focus=focus, path=path, severity=severity, remove=remove, add=add, value=written[1] if written else value)


def sequence(*keys: str) -> str:
    """A path through properties of isg:."""
    return "(" + "/".join(f"<{names.ONT}{key}>" for key in keys) + ")"


def either(*keys: str) -> str:
    """A path that is one of two properties of isg:."""
    return "(" + "|".join(f"<{names.ONT}{key}>" for key in keys) + ")"


def date(value: str) -> str:
    """An xsd:date in Turtle."""
    return f'"{value}"^^xsd:date'


def without_groups(*numbers: str) -> tuple[tuple[str, str, str], ...]:
    """Patterns of the considerations of these groups."""
    return tuple((EXP, "isg:vulnerableGroupConsideration", f"{PART}group/{number}") for number in numbers)


FAULTS = (
    # E35 to E39: measurement
    missing("E35", "isg:measurementFactor"),
    missing("E36", "isg:level", focus=PART + "factor/f1"),
    Fault(rule="E36", focus=None, path="isg:level", add=f'<{EXP}> isg:measurementFactor [ rdfs:label "要素"@zh ] .'),
    Fault(
        rule="E36",
        focus=EXP,
        path="isg:measurementFactor",
        severity="Warning",
        remove=((PART + "factor/f3", "isg:level", None),),
        add=f"<{PART}factor/f3> isg:level c:L1 .",
        value="c:L3",
    ),
    missing("E37", "isg:indicator"),
    Fault(
        rule="E37",
        focus=PART + "factor/f1",
        path=f"(^<{names.ONT}operationalizes>)",
        remove=((PART + "indicator/v1", "isg:operationalizes", None),),
    ),
    missing("E37", "skos:definition", focus=PART + "indicator/v1"),
    Fault(
        rule="E37",
        focus=PART + "indicator/v1",
        path=either("unit", "scale"),
        remove=((PART + "indicator/v1", "isg:unit", None), (PART + "indicator/v1", "isg:scale", None)),
    ),
    missing("E37", "isg:valueDatatype", focus=PART + "indicator/v1"),
    Fault(
        rule="E38",
        focus=PART + "indicator/v1",
        path=either("mCode", "customIndicator"),
        severity="Info",
        remove=((PART + "indicator/v1", "isg:mCode", None),),
    ),
    Fault(
        rule="E38",
        focus=PART + "indicator/v2",
        path=either("mCode", "customIndicator"),
        severity="Info",
        remove=((PART + "indicator/v2", "isg:customIndicator", None),),
        add=f"<{PART}indicator/v2> isg:customIndicator false .",
    ),
    Fault(rule="E39", focus=EXP, path="isg:indicator", severity="Info", remove=((None, "isg:outcomeRole", "isg:primaryOutcome"),)),
    missing("E39", "isg:declaredOn", "Info", PART + "indicator/v1"),
    changed("E39", "isg:declaredOn", date("2025-04-01"), "Info", PART + "indicator/v1"),
    # E40 to E44: type of experiment, sampling, groups
    missing("E40", "isg:experimentType"),
    Fault(
        rule="E40",
        focus=EXP,
        path="isg:experimentTypeText",
        remove=((EXP, "isg:experimentType", None),),
        add=f"<{EXP}> isg:experimentType isg:otherExperimentType .",
    ),
    missing("E41", "isg:samplingMethod", "Warning"),
    missing("E41", "isg:samplingFrame", "Info"),
    missing("E42", "isg:treatmentGroup"),
    missing("E42", "isg:controlGroup"),
    Fault(
        rule="E42",
        focus=EXP,
        path="isg:controlGroup",
        remove=((EXP, "isg:controlGroup", None),),
        add=f'<{EXP}> isg:noControlReason "经费不足。"@zh .',
    ),
    Fault(
        rule="E42",
        focus=EXP,
        path="isg:controlGroup",
        remove=((EXP, "isg:controlGroup", None), (EXP, "isg:experimentType", None)),
        add=f"<{EXP}> isg:experimentType isg:naturalExperiment .",
    ),
    Fault(rule="E42", focus=EXP, path="isg:treatmentGroup", add=f"<{EXP}> isg:controlGroup <{PART}arm/a1> .", value=PART + "arm/a1"),
    missing("E43", "isg:plannedSampleSize"),
    changed("E43", "isg:plannedSampleSize", "500"),
    Fault(
        rule="E37",
        focus=PART + "indicator/v1",
        path="isg:operationalizes",
        add=f"<{PART}indicator/v1> isg:operationalizes <{PART}factor/f9> .",
        value=PART + "factor/f9",
    ),
    Fault(
        rule="E37",
        focus=PART + "indicator/v1",
        path="isg:operationalizes",
        add=f"""<{PART}indicator/v1> isg:operationalizes exp:ISGX-2025-0002\\/factor\\/f1 .
        exp:ISGX-2025-0002 a isg:Experiment ; isg:measurementFactor exp:ISGX-2025-0002\\/factor\\/f1 .
        exp:ISGX-2025-0002\\/factor\\/f1 rdfs:label "要素"@zh .""",
        value=names.EXPERIMENT + "ISGX-2025-0002/factor/f1",
    ),
    *(
        changed("E43", path, value, focus=focus)
        for path, focus in (("isg:plannedSampleSize", EXP), ("isg:plannedSize", PART + "arm/a1"), ("isg:actualSize", PART + "arm/a1"))
        for value in ("-5", "10000000000", "99999999999999999999")
    ),
    changed("E43", "isg:plannedSampleSize", "0"),
    changed("E43", "isg:plannedSampleSize", "99999999999999999999999999"),
    missing("E43", "isg:plannedSize", focus=PART + "arm/a1"),
    changed("E43", "isg:plannedSize", "0", focus=PART + "arm/a1"),
    changed("E43", "isg:actualSize", "-1", focus=PART + "arm/a2"),
    changed("E43", "isg:actualSize", "331", "Info", PART + "arm/a2"),
    missing("E44", "isg:assignmentMethod", "Info"),
    missing("E44", "isg:assignmentUnit", "Info"),
    # E45 to E47: vulnerable groups
    missing("E45", "isg:vulnerableGroupConsideration"),
    missing("E45", "isg:concernsGroup", focus=PART + "group/h1"),
    missing("E45", "isg:measure", focus=PART + "group/h1"),
    missing("E45", "isg:reason", focus=PART + "group/h3"),
    Fault(rule="E46", focus=EXP, path="isg:vulnerableGroupConsideration", severity="Warning", remove=without_groups("h1", "h3", "h4")),
    Fault(rule="E46", focus=EXP, path="isg:vulnerableGroupConsideration", severity="Warning", remove=without_groups("h2")),
    Fault(rule="E47", focus=EXP, path="isg:vulnerableGroupConsideration", severity="Info", remove=without_groups("h5")),
    *(
        Fault(
            rule="E47",
            focus=EXP,
            path="isg:vulnerableGroupConsideration",
            severity="Info",
            remove=without_groups("h3", "h4"),
            add=scenario,
        )
        for scenario in (
            f"<{EXP}> isg:appliesToScenario c:T0501 .",
            f"<{EXP}> isg:appliesToScenario c:C201 .",
            f"<{PART}scenario/s1> isg:appliesToScenario c:T0504 .",
            f'<{EXP}> isg:appliesToScenario [ skos:prefLabel "智慧课堂"@zh ; skos:broader c:T0501 ] .',
            f'<{EXP}> isg:appliesToScenario [ skos:prefLabel "智慧课堂"@zh ; skos:broader c:C201 ] .',
            f'<{EXP}> isg:appliesToScenario [ skos:prefLabel "智慧课堂"@zh ; skos:broader c:S305 ] .',
        )
    ),
    # E48 to E52: data
    missing("E48", "isg:sampleSizeRationale", "Warning"),
    missing("E48", "isg:dataRepresentativeness", "Warning"),
    missing("E49", "isg:inclusionCriterion", "Info"),
    missing("E49", "isg:exclusionCriterion", "Info"),
    missing("E50", "isg:collectionMethod", focus=PART + "indicator/v1"),
    Fault(
        rule="E51",
        focus=EXP,
        path=sequence("indicator", "collectionMethod"),
        severity="Info",
        remove=((None, "isg:collectionMethod", None),),
        add="".join(f"<{PART}indicator/v{number}> isg:collectionMethod c:D02 ." for number in (1, 2, 3)),
        value="c:D02",
    ),
    *(
        missing("E52", f"isg:{key}", "Warning", PART + "dataset/d1")
        for key in ("timeCovered", "dataSource", "accessConditions", "processing")
    ),
    # E53 to E60: analysis and feedback
    missing("E53", "isg:analysis", "Warning"),
    Fault(rule="E53", focus=EXP, path="isg:analysis", severity="Warning", remove=((None, "isg:technique", None),)),
    Fault(rule="E53", focus=EXP, path="isg:analysis", severity="Warning", remove=((None, "isg:analysisMethod", None),)),
    emptied("E54", "Info", "analysis", "planDate"),
    Fault(
        rule="E54",
        focus=EXP,
        path=sequence("analysis", "planDate"),
        severity="Info",
        remove=((EXP, "isg:analysis", None), (EXP, "isg:experimentStatus", None)),
        add=f"<{EXP}> isg:experimentStatus isg:planned .",
    ),
    changed("E54", "isg:planDate", date("2025-10-31"), "Info", PART + "analysis/y1"),
    missing("E55", "isg:synthesis", "Warning"),
    *(
        Fault(rule="E55", focus=EXP, path="isg:synthesis", severity="Warning", remove=((PART + "synthesis/g1", f"isg:{key}", None),))
        for key in ("synthesisFactor", "statement")
    ),
    missing("E56", "isg:output", "Warning"),
    Fault(rule="E56", focus=EXP, path="isg:output", severity="Warning", remove=((None, "isg:outputType", None),)),
    missing("E56", "isg:standardRecord", "Info", PART + "output/o1"),
    missing("E56", "isg:standardRecord", "Info", PART + "output/o2"),
    missing("E57", "isg:evaluation", "Warning"),
    missing("E57", "isg:evaluator", "Warning", PART + "evaluation/b1"),
    missing("E57", "dct:date", "Warning", PART + "evaluation/b1"),
    *(
        Fault(rule="E58", focus=EXP, path="isg:evaluation", severity="Warning", remove=((PART + "evaluation/b1", f"isg:{key}", None),))
        for key in ("evaluationContent", "result")
    ),
    missing("E59", "isg:feedbackEvent", "Warning"),
    *(
        Fault(rule="E59", focus=EXP, path="isg:feedbackEvent", severity="Warning", remove=((PART + "feedback/q1", key, None),))
        for key in ("isg:recipient", "dct:date")
    ),
    Fault(
        rule="E60",
        focus=EXP,
        path=sequence("feedbackEvent", "feedbackContent"),
        severity="Info",
        remove=((PART + "feedback/q1", "isg:feedbackContent", None),),
    ),
    # E61 to E63: dates, steps, changes
    changed("E61", "isg:interventionStart", date("2025-02-28")),
    changed("E61", "isg:interventionEnd", date("2025-03-31")),
    changed("E61", "isg:trialEnd", date("2025-10-30")),
    Fault(
        rule="E61",
        focus=EXP,
        path="isg:interventionEnd",
        remove=((EXP, "isg:interventionStart", None), (EXP, "isg:interventionEnd", None)),
        add=f"<{EXP}> isg:interventionEnd {date('2025-02-01')} .",
        value="2025-02-01",
    ),
    Fault(
        rule="E61",
        focus=EXP,
        path="isg:trialEnd",
        remove=tuple((EXP, f"isg:{key}", None) for key in DATES[1:]),
        add=f"<{EXP}> isg:trialEnd {date('2024-12-31')} .",
        value="2024-12-31",
    ),
    *(missing("E61", f"isg:{key}", "Info") for key in DATES),
    missing("E62", "isg:stepActivity", "Warning"),
    Fault(
        rule="E62",
        focus=EXP,
        path="isg:stepActivity",
        severity="Warning",
        remove=tuple((EXP, "isg:stepActivity", f"{PART}step/{step}") for step in ("x301", "x302", "x303")),
    ),
    Fault(rule="E62", focus=EXP, path="isg:stepActivity", severity="Info", remove=((EXP, "isg:stepActivity", PART + "step/x102"),)),
    missing("E62", "pplan:correspondsToStep", "Warning", PART + "step/x204"),
    Fault(
        rule="E62",
        focus=PART + "step/x201",
        path="isg:startedOn",
        severity="Info",
        remove=((PART + "plan/l1", "dct:issued", None),),
        add=f"<{PART}plan/l1> dct:issued {date('2025-03-02')} .",
        value="2025-03-01",
    ),
    Fault(
        rule="E62",
        focus=PART + "step/x202",
        path="isg:startedOn",
        severity="Info",
        remove=((PART + "review/e1", "isg:decisionDate", None),),
        add=f"<{PART}review/e1> isg:decisionDate {date('2025-03-12')} .",
        value="2025-03-11",
    ),
    Fault(
        rule="E63",
        focus=EXP,
        path="isg:amendment",
        severity="Info",
        remove=((EXP, "isg:amendment", None), (PART + "plan/l1", "dct:issued", None)),
        add=f"<{PART}plan/l1> dct:issued {date('2025-06-01')} .",
    ),
    Fault(
        rule="E63",
        focus=EXP,
        path="isg:amendment",
        severity="Info",
        remove=((EXP, "isg:amendment", None), (PART + "indicator/v3", "isg:declaredOn", None)),
        add=f"<{PART}indicator/v3> isg:declaredOn {date('2025-06-01')} .",
    ),
    Fault(
        rule="E63",
        focus=EXP,
        path="isg:amendment",
        severity="Info",
        remove=((PART + "amendment/z1", "dct:date", None), (PART + "plan/l1", "dct:issued", None)),
        add=f"<{PART}plan/l1> dct:issued {date('2025-06-01')} . <{PART}amendment/z1> dct:date {date('2025-03-15')} .",
    ),
    missing("E63", "isg:amendment", "Info"),
    Fault(
        rule="E63",
        focus=EXP,
        path="isg:amendment",
        severity="Info",
        remove=((EXP, "dct:modified", None), (PART + "amendment/z1", "dct:date", None)),
        add=f"<{EXP}> dct:modified {date('2025-04-02')} . <{PART}amendment/z1> dct:date {date('2025-03-31')} .",
    ),
    missing("E63", "dct:date", "Info", PART + "amendment/z1"),
    missing("E63", "isg:reason", "Info", PART + "amendment/z1"),
    # E64 to E67: accountability, notice, alternatives, impact
    *(missing("E64", key, "Warning", PART + "incident/i1") for key in ("isg:incidentSeverity", "isg:actionTaken", "prov:agent")),
    *(emptied("E65", "Violation", "userNotice", key, PART + "notice/u1") for key in ("technologyUseNotice", "limitsNotice")),
    Fault(rule="E65", focus=EXP, path=sequence("userNotice", "limitsNotice"), remove=((EXP, "isg:userNotice", None),)),
    Fault(rule="E66", focus=EXP, path="isg:alternativeRoute", severity="Warning", remove=((EXP, None, PART + "group/h7"),)),
    Fault(
        rule="E66",
        focus=EXP,
        path="isg:alternativeRoute",
        severity="Warning",
        remove=((PART + "group/h7", "isg:measure", None),),
        add=f"<{PART}group/h7> isg:notApplicable true .",
    ),
    Fault(
        rule="E67",
        focus=EXP,
        path=either("expectedImpact", "expectedImpactStatement"),
        severity="Warning",
        remove=((EXP, "isg:expectedImpact", None), (EXP, "isg:expectedImpactStatement", None)),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Variant:
    """A change of the clean record that breaks none of the named rules."""

    rules: tuple[str, ...]
    remove: tuple[tuple[str | None, str | None, str | None], ...] = ()
    add: str = ""


def no_control(kind: str) -> Variant:
    """An experiment of a type that needs no control group, if it says why."""
    remove = tuple((EXP, f"isg:{key}", None) for key in ("controlGroup", "experimentType", "plannedSampleSize"))
    add = f'<{EXP}> isg:experimentType isg:{kind} ; isg:noControlReason "政策在全市同时施行。"@zh ; isg:plannedSampleSize 300 .'
    return Variant(rules=("E42", "E43"), remove=remove, add=add)


VARIANTS = {
    "ongoing, nothing fed back": Variant(
        rules=("E53", "E55", "E56", "E57", "E58", "E59", "E60", "E61", "E62"),
        remove=tuple(
            (EXP, f"isg:{key}", None)
            for key in (
                "experimentStatus",
                "analysis",
                "synthesis",
                "output",
                "evaluation",
                "feedbackEvent",
                "stepActivity",
                "interventionEnd",
                "trialEnd",
            )
        ),
        add=f"<{EXP}> isg:experimentStatus isg:ongoing .",
    ),
    "ongoing, evaluation not signed yet": Variant(
        rules=("E57", "E58"),
        remove=((EXP, "isg:experimentStatus", None), (PART + "evaluation/b1", None, None)),
        add=f"<{EXP}> isg:experimentStatus isg:ongoing .",
    ),
    "unit without scale, scale without unit": Variant(
        rules=("E37",), remove=((PART + "indicator/v1", "isg:scale", None), (PART + "indicator/v3", "isg:unit", None))
    ),
    "secondary outcome declared late": Variant(
        rules=("E39",),
        remove=((PART + "indicator/v2", "isg:declaredOn", None), (PART + "indicator/v3", "isg:declaredOn", None)),
        add=f"<{PART}indicator/v2> isg:declaredOn {date('2025-08-01')} .",
    ),
    "other type, in words": Variant(
        rules=("E40",),
        remove=((EXP, "isg:experimentType", None),),
        add=f'<{EXP}> isg:experimentType isg:otherExperimentType ; isg:experimentTypeText "混合实验"@zh .',
    ),
    "natural experiment without control group": no_control("naturalExperiment"),
    "computational experiment without control group": no_control("computationalExperiment"),
    "actual size at the threshold": Variant(
        rules=("E43",), remove=((PART + "arm/a1", "isg:actualSize", None),), add=f"<{PART}arm/a1> isg:actualSize 330 ."
    ),
    "numbers that are not whole": Variant(
        rules=("E43",),
        remove=((EXP, "isg:plannedSampleSize", None), (PART + "arm/a1", "isg:actualSize", None)),
        add=f"<{EXP}> isg:plannedSampleSize 600.5 . <{PART}arm/a1> isg:actualSize 400.5 .",
    ),
    "not assigned at random": Variant(
        rules=("E44",),
        remove=tuple((EXP, f"isg:{key}", None) for key in ("randomAssignment", "assignmentMethod", "assignmentUnit")),
        add=f"<{EXP}> isg:randomAssignment false .",
    ),
    "no group concerned, with a reason": Variant(
        rules=("E45", "E46", "E47", "E66"),
        remove=((EXP, "isg:vulnerableGroupConsideration", None), (EXP, "isg:alternativeRoute", None)),
        add=f'<{EXP}> isg:vulnerableGroupConsideration [ isg:notApplicable true ; isg:reason "只用公开的统计数据。"@zh ] .',
    ),
    "children are a vulnerable group": Variant(rules=("E46",), remove=without_groups("h1")),
    "education, adolescents answered": Variant(
        rules=("E47",), remove=without_groups("h3"), add=f"<{EXP}> isg:appliesToScenario c:T0502 , c:C201 ."
    ),
    "neither education nor eldercare": Variant(
        rules=("E47",),
        remove=((None, "isg:appliesToScenario", "c:T0601"), *without_groups("h3", "h4", "h5")),
        add=f'<{EXP}> isg:appliesToScenario c:C203 , [ skos:prefLabel "智慧园区"@zh ; skos:broader c:C302 ] .',
    ),
    "no human subjects": Variant(
        rules=("E49",),
        remove=tuple((EXP, f"isg:{key}", None) for key in ("involvesHumanSubjects", "inclusionCriterion", "exclusionCriterion")),
        add=f"<{EXP}> isg:involvesHumanSubjects false .",
    ),
    "no method at all is no single method": Variant(rules=("E51",), remove=((None, "isg:collectionMethod", None),)),
    "one analysis described": Variant(rules=("E53",), remove=((PART + "analysis/y2", None, None),)),
    "one plan dated": Variant(rules=("E54",), remove=((PART + "analysis/y2", "isg:planDate", None),)),
    "one evaluation for all contents": Variant(
        rules=("E57", "E58"),
        remove=tuple((EXP, "isg:evaluation", f"{PART}evaluation/b{number}") for number in (2, 3, 4, 5)),
        add=f"<{PART}evaluation/b1> isg:evaluationContent c:V02 , c:V03 , c:V04 , c:V05 .",
    ),
    "policy advice without a standard": Variant(rules=("E56",), remove=((PART + "output/o3", "isg:standardRecord", None),)),
    "a second feedback without a date": Variant(rules=("E59",), add=f'<{EXP}> isg:feedbackEvent [ isg:recipient "居民"@zh ] .'),
    "experience only": Variant(rules=("E60",), remove=((PART + "feedback/q1", "isg:feedbackContent", "c:O03"),)),
    "advice only": Variant(rules=("E60",), remove=((PART + "feedback/q1", "isg:feedbackContent", "c:O04"),)),
    "all on one day": Variant(
        rules=("E61",),
        remove=tuple((EXP, f"isg:{key}", None) for key in DATES),
        add="".join(f"<{EXP}> isg:{key} {date('2025-05-05')} ." for key in DATES),
    ),
    "dates that are none": Variant(
        rules=("E39", "E54", "E61", "E63"),
        remove=tuple((EXP, f"isg:{key}", None) for key in DATES),
        add=f"""<{EXP}> isg:trialStart "2025-02-30"^^xsd:date ; isg:interventionStart "2024" ; isg:interventionEnd "autumn"^^xsd:date ;
            isg:trialEnd "2020-01-01T00:00:00"^^xsd:dateTime .""",
    ),
    "a later review of a changed plan": Variant(
        rules=("E62",),
        add=f"<{EXP}> isg:ethicsReview <{PART}review/e4> . <{PART}review/e4> isg:decisionDate {date('2025-07-01')} .",
    ),
    "exempt from review": Variant(rules=("E62",), remove=((EXP, "isg:ethicsReview", None),)),
    "a preparing step before the plan": Variant(
        rules=("E62",),
        remove=((PART + "step/x104", "isg:startedOn", None),),
        add=f"<{PART}step/x104> isg:startedOn {date('2024-12-01')} .",
    ),
    "nothing changed, no amendment": Variant(rules=("E63",), remove=((EXP, "isg:amendment", None), (EXP, "dct:modified", None))),
    "changed before the intervention, no amendment": Variant(
        rules=("E63",),
        remove=((EXP, "isg:amendment", None), (EXP, "dct:modified", None), (PART + "plan/l1", "dct:issued", None)),
        add=f"<{EXP}> dct:modified {date('2025-04-01')} . <{PART}plan/l1> dct:issued {date('2025-03-20')} .",
    ),
    "amended on the day on which the intervention starts": Variant(
        rules=("E63",),
        remove=((PART + "amendment/z1", "dct:date", None),),
        add=f"<{PART}amendment/z1> dct:date {date('2025-04-01')} .",
    ),
    "the largest sample": Variant(
        rules=("E43",),
        remove=((EXP, "isg:plannedSampleSize", None), (None, "isg:plannedSize", None)),
        add=f"<{EXP}> isg:plannedSampleSize 9999999999 . <{PART}arm/a1> isg:plannedSize 9999999699 . <{PART}arm/a2> isg:plannedSize 300 .",
    ),
    "no indicator is no primary one": Variant(rules=("E38", "E39", "E50", "E51"), remove=((EXP, "isg:indicator", None),)),
    "completed without analysis, said by E53": Variant(rules=("E54",), remove=((EXP, "isg:analysis", None),)),
    "changed, with an amendment": Variant(
        rules=("E63",),
        remove=((PART + "plan/l1", "dct:issued", None),),
        add=f"<{PART}plan/l1> dct:issued {date('2025-06-20')} .",
    ),
    "no incident": Variant(rules=("E64",), remove=((EXP, "isg:incident", None),)),
    "no users, no notice": Variant(
        rules=("E65",),
        remove=((EXP, "isg:userNotice", None), (EXP, "isg:involvesUsers", None)),
        add=f"<{EXP}> isg:involvesUsers false .",
    ),
    "notice in two parts": Variant(
        rules=("E65",),
        remove=((PART + "notice/u1", "isg:limitsNotice", None),),
        add=f'<{EXP}> isg:userNotice [ isg:limitsNotice "答复仅供参考。"@zh ] .',
    ),
    "alternative route alone": Variant(rules=("E66",), remove=without_groups("h7")),
    "consideration alone": Variant(rules=("E66",), remove=((EXP, "isg:alternativeRoute", None),)),
    "alternative not applicable": Variant(
        rules=("E66",),
        remove=((PART + "group/h7", "isg:measure", None),),
        add=f'<{PART}group/h7> isg:notApplicable true ; isg:reason "不面向个人。"@zh .',
    ),
    "impact by code only": Variant(rules=("E67",), remove=((EXP, "isg:expectedImpactStatement", None),)),
    "impact in words only": Variant(rules=("E67",), remove=((EXP, "isg:expectedImpact", None),)),
}


def found(triples: list[Triple]) -> set[str]:
    return {rule for rule, _ in support.results(triples)}.intersection(RULES)


def planted(variant: Variant) -> list[Triple]:
    fault = Fault(rule=variant.rules[0], focus=EXP, path=None, remove=variant.remove, add=variant.add)
    return support.planted(support.clean("experiment"), fault)


def test_clean_record_breaks_no_rule() -> None:
    assert found(support.clean("experiment")) == set()


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_what_a_rule_allows(variant: Variant) -> None:
    assert found(planted(variant)).isdisjoint(variant.rules)


@pytest.mark.parametrize("fault", FAULTS, ids=[f"{fault.rule}-{number}" for number, fault in enumerate(FAULTS)])
def test_fault_is_found(fault: Fault) -> None:
    support.assert_found(fault)


@pytest.mark.parametrize(
    ("rule", "parts", "codes"),
    [
        ("E55", ("synthesis/g1", "synthesis/g3"), ("X30151", "X30153")),
        ("E58", ("evaluation/b2", "evaluation/b4"), ("V02", "V04")),
        ("E62", ("step/x104", "step/x303"), ("X104", "X303")),
    ],
)
def test_each_code_that_is_lacking_is_named_once(rule: str, parts: tuple[str, ...], codes: tuple[str, ...]) -> None:
    fault = Fault(rule=rule, focus=EXP, path=None, remove=tuple((PART + part, None, None) for part in parts))
    results = support.results(support.planted(support.clean("experiment"), fault))
    zh = [
        m.value
        for name, result in results
        if name == rule and result.focus_node == NamedNode(EXP)
        for m in result.messages
        if m.language == "zh"
    ]
    assert len(zh) == len(codes)
    assert all(any(code in text for text in zh) for code in codes)


@pytest.mark.parametrize(("rule", "field"), [("E55", "synthesis"), ("E57", "evaluation"), ("E62", "stepActivity")])
def test_an_empty_field_is_reported_once(rule: str, field: str) -> None:
    results = support.results(support.planted(support.clean("experiment"), missing(rule, f"isg:{field}")))
    assert [name for name, result in results if result.path_text == f"<{names.ONT}{field}>"] == [rule]


def fields_of_experiments() -> list[Field]:
    """The fields of a record of an experiment, but not of its parts."""
    found = strategies.schema().of_type(names.ONT + "Experiment")
    return list(found.fields) if found else []


@pytest.mark.parametrize("field", fields_of_experiments(), ids=lambda field: field.key)
def test_what_is_of_the_wrong_kind_is_said_once(field: Field) -> None:
    clean = support.clean("experiment")
    there = any(triple.predicate.value == field.property and triple.subject == NamedNode(EXP) for triple in clean)
    wrong = "5" if field.kind is Kind.TEXT or field.kind is Kind.STRING else '"某"@zh'
    add = f"<{EXP}> <{field.property}> {wrong} ."
    change = Fault(rule="", focus=EXP, path=None, remove=((EXP, field.property, None),) if there else (), add=add)
    results = support.results(support.planted(clean, change))
    # What is asked of the fields of a part is asked of the text, too; the report leaves that out.
    rules = [rule for rule, result in results if not isinstance(result.focus_node, Literal)]
    # A text without a language has no form of its own to be told from that of a number: E01 looks at what is written.
    assert [rule for rule in rules if (rule, field.key) != ("E01", "identifier")] in (["record-type"], ["record-code"], ["record-part"])


@pytest.mark.parametrize("kind", ["scenarioUse", "riskControl", "complianceStatement", "synthesis", "measurementFactor", "stepActivity"])
def test_an_empty_part_satisfies_nothing_and_is_said_once(kind: str) -> None:
    change = Fault(rule="", focus=EXP, path=None, remove=((EXP, f"isg:{kind}", None),), add=f"<{EXP}> isg:{kind} [] .")
    results = [(rule, result) for rule, result in support.results(support.planted(support.clean("experiment"), change)) if rule in EVERY]
    assert len([rule for rule, _ in results if rule != "E37"]) == 1


def quoted(text: str) -> list[str]:
    """What a message puts in quotation marks, but for what it fills in."""
    return [name for name in re.findall("“([^”]*)”", text) if not name.startswith("{?")]


@cache
def labels(language: str) -> frozenset[str]:
    """How the fields of experiments and their choices are called; and what a truth value or an empty list is written as."""
    schema = strategies.schema()
    classes, todo = set(), ["Experiment"]
    while todo:
        name = todo.pop()
        if name not in classes:
            classes.add(name)
            todo += [field.part for field in schema.classes[name].fields if field.part]
    fields = [field for name in classes for field in schema.classes[name].fields]
    choices = [choice for field in fields for choice in field.choices]
    said = {"zh": {"是", "否", "无"}, "en": {"none"}}[language]
    return frozenset(said | {thing.labels[language] for thing in (*fields, *choices)})


def messages(language: str) -> list[str]:
    """The messages of the shapes of experiments."""
    triples = support.of_rules(EVERY)
    return sorted({t.object.value for t in triples if t.predicate.value == names.SH + "message" and t.object.language == language})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_messages_call_fields_by_their_names(language: str) -> None:
    assert {name for text in messages(language) for name in quoted(text)} <= labels(language)


def test_messages_show_choices_as_they_are_called() -> None:
    assert not [text for text in messages("zh") if re.search(r"(?<!”（)\b(true|false)\b", text)]
    keys = strategies.schema().choices()
    for text in messages("zh"):
        for label, key in re.findall(r"“([^”]*)”（([a-zA-Z]+)）", text):
            assert (label, key) in {("是", "true"), ("否", "false")} or keys[key].labels["zh"] == label
        assert not [key for key in re.findall(r"(?<!\?)\b[a-zA-Z]{4,}", text) if key in keys and f"”（{key}）" not in text]


def test_each_rule_has_shapes_and_faults_of_each_severity() -> None:
    declared = support.declared(RULES)
    assert {rule for rule, _ in declared} == set(RULES)
    assert {(fault.rule, fault.severity) for fault in FAULTS} == declared


def test_each_shape_says_what_is_wrong_and_what_to_do() -> None:
    assert support.ill_spoken(RULES) == []
