"""Rules E01 to E34: a clean record passes, and each fault planted in it is found where it is, with the gravity of its rule."""

import re

import pytest
from pyoxigraph import Triple

from tests.records import support
from tests.records.support import EXP, Fault

RULES = tuple(f"E{number:02}" for number in range(1, 35))
PART = EXP + "/"
REVIEWS = tuple((EXP, f"isg:{key}", None) for key in ("ethicsReview", "trackingReview", "ethicsListedActivity", "expertRecheck"))


def missing(rule: str, path: str, severity: str = "Violation", focus: str = EXP) -> Fault:
    """A field that is left out."""
    return Fault(rule=rule, focus=focus, path=path, severity=severity, remove=((focus, path, None),))


FAULTS = (
    # E01, E02: identification
    missing("E01", "dct:identifier"),
    Fault(
        rule="E01",
        focus=EXP,
        path="dct:identifier",
        remove=((EXP, "dct:identifier", None),),
        add=f'<{EXP}> dct:identifier "ISGX-25-1" .',
        value="ISGX-25-1",
    ),
    Fault(
        rule="E01",
        focus="exp:ISGX-2025-0002",
        path="dct:identifier",
        add='exp:ISGX-2025-0002 a isg:Experiment ; dct:identifier "ISGX-2025-0001" .',
        value="ISGX-2025-0001",
    ),
    missing("E01", "dct:title"),
    Fault(rule="E01", focus=EXP, path="dct:title", remove=((EXP, "dct:title", None),), add=f'<{EXP}> dct:title "an experiment"@en .'),
    missing("E02", "isg:experimentStatus"),
    missing("E02", "dct:abstract", "Info"),
    missing("E02", "dcat:keyword", "Info"),
    # E03 to E05: purpose
    missing("E03", "isg:followsPrinciple"),
    *(
        Fault(rule="E03", focus=EXP, path="isg:followsPrinciple", remove=((EXP, "isg:followsPrinciple", code),))
        for code in ("c:P10304", "c:P202", "c:P30201")
    ),
    missing("E03", "isg:principleStatement", "Warning"),
    missing("E04", "isg:problemStatement", "Info"),
    Fault(
        rule="E05",
        focus=EXP,
        path="isg:targetGoal",
        severity="Warning",
        remove=((EXP, "isg:problemStatement", None), (EXP, "isg:targetGoal", None)),
    ),
    # E06 to E10: technology and scenario
    missing("E06", "isg:usesTechnology"),
    missing("E06", "isg:appliesToScenario"),
    missing("E07", "isg:scenarioRepresentativeness", "Warning"),
    missing("E08", "isg:observesLevel"),
    missing("E09", "isg:scenarioUse"),
    Fault(rule="E09", focus=EXP, path="isg:scenarioUse", add=f"<{EXP}> isg:appliesToScenario c:C101 ."),
    missing("E09", "isg:scenarioType", focus=PART + "scenario/s1"),
    Fault(
        rule="E09",
        focus=PART + "scenario/s1",
        path="isg:scenarioType",
        add=f"<{PART}scenario/s1> isg:scenarioType c:X10152 .",
    ),
    missing("E10", "isg:scenarioAssessment", focus=PART + "scenario/s2"),
    missing("E10", "isg:duplicationFinding", focus=PART + "assessment/s2"),
    # E11 to E17: parties
    missing("E11", "prov:qualifiedAssociation"),
    *(
        Fault(
            rule="E11",
            focus=EXP,
            path="prov:qualifiedAssociation",
            remove=((EXP, "prov:qualifiedAssociation", f"{PART}party/p{number}"),),
        )
        for number in (1, 2, 3)
    ),
    missing("E11", "prov:agent", focus=PART + "party/p2"),
    Fault(
        rule="E11",
        focus=PART + "party/p2",
        path="prov:agent",
        remove=((PART + "agent/a2", "rdf:type", None),),
        add=f"<{PART}agent/a2> a prov:Person .",
        value=PART + "agent/a2",
    ),
    missing("E12", "isg:responsibility", focus=PART + "party/p3"),
    missing("E13", "isg:capabilityEvidence", "Warning", PART + "party/p1"),
    *(
        Fault(
            rule=rule,
            focus=f"{PART}party/{party}",
            path="isg:capabilityEvidence",
            severity="Warning",
            remove=((f"{PART}evidence/{evidence}", "isg:capabilityKind", None),),
        )
        for rule, party, evidence in (("E13", "p1", "c1"), ("E14", "p2", "c2"), ("E14", "p2", "c3"), ("E15", "p3", "c4"))
    ),
    Fault(
        rule="E16",
        focus=EXP,
        path="prov:qualifiedAssociation",
        severity="Info",
        remove=((PART + "party/p2", "prov:agent", None), (PART + "party/p3", "prov:agent", None)),
        add=f"<{PART}party/p2> prov:agent <{PART}agent/a1> . <{PART}party/p3> prov:agent <{PART}agent/a1> .",
        value=PART + "agent/a1",
    ),
    missing("E17", "isg:contact", "Info"),
    missing("E17", "isg:organizationName", "Info", PART + "contact/k1"),
    missing("E17", "isg:email", "Info", PART + "contact/k1"),
    # E18 to E22: organization
    missing("E18", "isg:implementationMechanism"),
    missing("E19", "isg:communicationProcedure"),
    missing("E20", "isg:experimentPlan"),
    missing("E20", "dct:issued", focus=PART + "plan/l1"),
    missing("E20", "prov:wasAttributedTo", focus=PART + "plan/l1"),
    *(
        Fault(
            rule="E20",
            focus=PART + "plan/l1",
            path="prov:wasAttributedTo",
            remove=((PART + "plan/l1", "prov:wasAttributedTo", f"{PART}agent/a{number}"),),
        )
        for number in (1, 2, 3)
    ),
    missing("E21", "isg:siteGuarantee"),
    missing("E21", "isg:fundingGuarantee"),
    missing("E21", "isg:dataGuarantee"),
    missing("E22", "isg:issueLog"),
    Fault(
        rule="E22",
        focus=EXP,
        path="isg:issueLog",
        remove=((EXP, "isg:issueLog", None), (EXP, "isg:experimentStatus", None)),
        add=f"<{EXP}> isg:experimentStatus isg:ongoing .",
    ),
    # E23 to E31: prevention of ethical risk
    missing("E23", "isg:riskWarning"),
    missing("E23", "isg:trigger", focus=PART + "warning/w1"),
    missing("E23", "isg:responsibleRole", focus=PART + "warning/w1"),
    missing("E23", "isg:action", focus=PART + "warning/w1"),
    missing("E24", "isg:contingencyPlan"),
    missing("E25", "isg:riskControl"),
    *(
        Fault(rule="E25", focus=EXP, path="isg:riskControl", remove=((f"{PART}control/r{number}", "isg:stage", None),))
        for number in (1, 2, 3)
    ),
    missing("E26", "isg:ethicsReview"),
    Fault(
        rule="E26",
        focus=PART + "exemption",
        path="isg:reason",
        remove=((EXP, "isg:ethicsReview", None),),
        add=f"<{EXP}> isg:ethicsExemption <{PART}exemption> .",
    ),
    missing("E27", "isg:decision", focus=PART + "review/e1"),
    missing("E27", "isg:decisionDate", focus=PART + "review/e1"),
    missing("E27", "isg:committee", "Info", PART + "review/e1"),
    missing("E27", "isg:reviewNumber", "Info", PART + "review/e1"),
    *(
        Fault(
            rule="E28",
            focus=PART + "review/e1",
            path="isg:decision",
            remove=((PART + "review/e1", "isg:decision", None),),
            add=f"<{PART}review/e1> isg:decision {decision} .",
            value=decision,
        )
        for decision in ("isg:rejected", "isg:resubmission")
    ),
    Fault(
        rule="E28",
        focus=PART + "review/e1",
        path="isg:decisionDate",
        remove=((PART + "review/e1", "isg:decisionDate", None),),
        add=f'<{PART}review/e1> isg:decisionDate "2025-04-02"^^xsd:date .',
        value="2025-04-02",
    ),
    Fault(
        rule="E29",
        focus=EXP,
        path="isg:trackingReview",
        severity="Warning",
        remove=((EXP, "isg:trackingReview", None), (EXP, "isg:trialEnd", None)),
        add=f'<{EXP}> isg:trialEnd "2026-02-21"^^xsd:date .',
    ),
    Fault(
        rule="E29",
        focus=EXP,
        path="isg:trackingReview",
        severity="Warning",
        remove=((EXP, "dct:modified", None), (EXP, "isg:experimentStatus", None)),
        add=f'<{EXP}> dct:modified "2026-08-21"^^xsd:date ; isg:experimentStatus isg:ongoing .',
    ),
    missing("E30", "isg:expertRecheck", "Warning"),
    missing("E31", "isg:complianceStatement"),
    *(
        Fault(rule="E31", focus=EXP, path="isg:complianceStatement", remove=((f"{PART}compliance/m{number}", "isg:complianceBasis", None),))
        for number in (1, 2, 3)
    ),
    missing("E25", "isg:measure", focus=PART + "control/r1"),
    missing("E31", "isg:statement", focus=PART + "compliance/m1"),
    Fault(
        rule="E13",
        focus=PART + "party/p1",
        path="isg:capabilityEvidence",
        severity="Warning",
        remove=((PART + "evidence/c1", "isg:evidenceText", None),),
    ),
    missing("E11", "prov:hadRole", focus=PART + "party/p1"),
    Fault(
        rule="E11", focus=PART + "party/p1", path="prov:agent", remove=((PART + "agent/a1", "rdfs:label", None),), value=PART + "agent/a1"
    ),
    Fault(
        rule="E09",
        focus=EXP,
        path="isg:scenarioUse",
        add=f"<{EXP}> isg:scenarioUse <{PART}scenario/s3> . <{PART}scenario/s3> isg:appliesToScenario c:C302 ; isg:scenarioType c:X10151 .",
    ),
    Fault(
        rule="E28",
        focus=PART + "review/e9",
        path="isg:decision",
        add=f"""<{EXP}> isg:ethicsReview <{PART}review/e9> .
        <{PART}review/e9> isg:decision isg:rejected ; isg:decisionDate "2025-03-20"^^xsd:date .""",
        value="isg:rejected",
    ),
    *(
        Fault(
            rule=rule,
            focus=f"{PART}party/{party}",
            path="isg:capabilityEvidence",
            severity="Warning",
            remove=((f"{PART}evidence/{evidence}", "isg:evidenceText", None),),
        )
        for rule, party, evidence in (("E14", "p2", "c2"), ("E14", "p2", "c3"), ("E15", "p3", "c4"))
    ),
    *(
        Fault(
            rule="E30",
            focus=EXP,
            path="isg:ethicsListedActivity",
            severity="Warning",
            add=f"<{EXP}> isg:ethicsListedActivity {number} .",
            value=str(number),
        )
        for number in (0, -1, 99999999999999999999)
    ),
    Fault(
        rule="E29",
        focus=EXP,
        path="isg:trackingReview",
        severity="Warning",
        remove=((EXP, "isg:trialEnd", None), (PART + "review/e2", "isg:decisionDate", None)),
        add=f"""<{EXP}> isg:trialEnd "2026-12-31"^^xsd:date .
        <{PART}review/e2> isg:decisionDate "2025-12-30"^^xsd:date .""",
    ),
    missing("E30", "isg:decision", "Warning", PART + "review/e3"),
    missing("E30", "isg:decisionDate", "Warning", PART + "review/e3"),
    Fault(
        rule="E30", focus=EXP, path="isg:ethicsListedActivity", severity="Warning", add=f"<{EXP}> isg:ethicsListedActivity 8 .", value="8"
    ),
    # E32 to E34: people and their data
    missing("E32", "isg:involvesUsers"),
    missing("E32", "isg:involvesHumanSubjects"),
    missing("E32", "isg:consent"),
    Fault(
        rule="E32", focus=EXP, path="isg:consent", remove=((EXP, "isg:consent", None), (EXP, "isg:involvesHumanSubjects", None), *REVIEWS)
    ),
    Fault(rule="E32", focus=EXP, path="isg:consent", remove=((EXP, "isg:consent", None), (EXP, "isg:involvesUsers", None), *REVIEWS[1:])),
    Fault(
        rule="E32",
        focus=EXP,
        path="isg:consent",
        severity="Warning",
        remove=((EXP, "isg:consent", None), (EXP, "isg:involvesUsers", None), *REVIEWS),
    ),
    *(missing("E32", path, focus=PART + "consent/n1") for path in ("isg:consentForm", "isg:withdrawalRoute")),
    *(
        Fault(
            rule="E32",
            focus=PART + "consent/n1",
            path=path,
            severity="Warning",
            remove=((PART + "consent/n1", path, None), (EXP, "isg:involvesUsers", None), *REVIEWS),
        )
        for path in ("isg:consentForm", "isg:withdrawalRoute")
    ),
    missing("E33", "isg:exitRoute", "Warning", PART + "consent/n1"),
    missing("E34", "isg:dataProtectionMeasure"),
    Fault(
        rule="E34",
        focus=EXP,
        path="isg:dataProtectionMeasure",
        severity="Warning",
        remove=((EXP, "isg:dataProtectionMeasure", None), *REVIEWS),
    ),
)

PASSING = {
    "planned, without an issue log": Fault(
        rule="E22",
        focus=EXP,
        path=None,
        remove=((EXP, "isg:issueLog", None), (EXP, "isg:experimentStatus", None)),
        add=f"<{EXP}> isg:experimentStatus isg:planned .",
    ),
    "terminated, without an issue log": Fault(
        rule="E22",
        focus=EXP,
        path=None,
        remove=((EXP, "isg:issueLog", None), (EXP, "isg:experimentStatus", None)),
        add=f"<{EXP}> isg:experimentStatus isg:terminated .",
    ),
    "over on the day twelve months after its last review": Fault(
        rule="E29",
        focus=EXP,
        path=None,
        remove=((EXP, "isg:trialEnd", None),),
        add=f'<{EXP}> isg:trialEnd "2026-08-20"^^xsd:date .',
    ),
    "tracked late, and over soon after": Fault(
        rule="E29",
        focus=EXP,
        path=None,
        remove=((EXP, "isg:trialEnd", None), (PART + "review/e2", "isg:decisionDate", None)),
        add=f"""<{EXP}> isg:trialEnd "2026-12-31"^^xsd:date .
        <{PART}review/e2> isg:decisionDate "2026-06-30"^^xsd:date .""",
    ),
    "reviewed anew": Fault(
        rule="E29",
        focus=EXP,
        path=None,
        remove=((EXP, "isg:trialEnd", None), (EXP, "isg:trackingReview", None)),
        add=f"""<{EXP}> isg:trialEnd "2026-03-31"^^xsd:date ; isg:ethicsReview <{PART}review/e2> .""",
    ),
    "a number on the list that is none": Fault(
        rule="E30",
        focus=EXP,
        path=None,
        remove=((EXP, "isg:ethicsListedActivity", None), (EXP, "isg:expertRecheck", None)),
        add=f'<{EXP}> isg:ethicsListedActivity "six" , 6.5 .',
    ),
    "neither problem nor goal, said once": Fault(
        rule="E04", focus=EXP, path=None, remove=((EXP, "isg:problemStatement", None), (EXP, "isg:targetGoal", None))
    ),
    "a title without a language": Fault(
        rule="E01", focus=EXP, path=None, remove=((EXP, "dct:title", None),), add=f'<{EXP}> dct:title "实验" .'
    ),
    "nobody involved, nobody told how to leave": Fault(
        rule="E33",
        focus=EXP,
        path=None,
        remove=((EXP, "isg:consent", None), (EXP, "isg:involvesUsers", None), (EXP, "isg:involvesHumanSubjects", None)),
        add=f"<{EXP}> isg:involvesUsers false ; isg:involvesHumanSubjects false .",
    ),
    "planned to run long, without a tracking review": Fault(
        rule="E29",
        focus=EXP,
        path=None,
        remove=((EXP, "isg:trackingReview", None), (EXP, "isg:trialEnd", None), (EXP, "isg:experimentStatus", None)),
        add=f'<{EXP}> isg:trialEnd "2027-12-31"^^xsd:date ; isg:experimentStatus isg:planned .',
    ),
    "ongoing, with a long way to go": Fault(
        rule="E29",
        focus=EXP,
        path=None,
        remove=((EXP, "isg:trialEnd", None), (EXP, "isg:experimentStatus", None)),
        add=f'<{EXP}> isg:trialEnd "2027-12-31"^^xsd:date ; isg:experimentStatus isg:ongoing .',
    ),
    "a date that is none": Fault(
        rule="E28",
        focus=EXP,
        path=None,
        remove=((EXP, "isg:interventionStart", None),),
        add=f'<{EXP}> isg:interventionStart "2025-02-30"^^xsd:date .',
    ),
    "approved on the day on which the intervention starts": Fault(
        rule="E28",
        focus=EXP,
        path=None,
        remove=((PART + "review/e1", "isg:decisionDate", None),),
        add=f'<{PART}review/e1> isg:decisionDate "2025-04-01"^^xsd:date .',
    ),
    "approved at the second review": Fault(
        rule="E28",
        focus=EXP,
        path=None,
        add=f"""<{EXP}> isg:ethicsReview <{PART}review/e0> .
        <{PART}review/e0> isg:committee "某委员会"@zh ; isg:reviewNumber "0" ; isg:decision isg:resubmission ;
            isg:decisionDate "2025-01-20"^^xsd:date .""",
    ),
    "exempt from review, with a reason": Fault(
        rule="E26",
        focus=EXP,
        path=None,
        remove=((EXP, "isg:ethicsReview", None),),
        add=f'<{EXP}> isg:ethicsExemption <{PART}exemption> . <{PART}exemption> isg:reason "只用公开的统计数据。"@zh .',
    ),
    "consent waived, with a reason": Fault(
        rule="E32",
        focus=EXP,
        path=None,
        remove=((PART + "consent/n1", "isg:consentForm", None), (PART + "consent/n1", "isg:withdrawalRoute", None)),
        add=f'<{PART}consent/n1> isg:waiverReason "只在公共场所计数。"@zh .',
    ),
    "nobody involved, no consent": Fault(
        rule="E32",
        focus=EXP,
        path=None,
        remove=((EXP, "isg:consent", None), (EXP, "isg:involvesUsers", None), (EXP, "isg:involvesHumanSubjects", None)),
        add=f"<{EXP}> isg:involvesUsers false ; isg:involvesHumanSubjects false .",
    ),
    "no sensitive personal data, no measures": Fault(
        rule="E34",
        focus=EXP,
        path=None,
        remove=((EXP, "dpv:hasPersonalData", "dpv:SensitivePersonalData"), (EXP, "isg:dataProtectionMeasure", None)),
    ),
    "a rejection that an approval follows": Fault(
        rule="E28",
        focus=EXP,
        path=None,
        add=f"""<{EXP}> isg:ethicsReview <{PART}review/e8> , <{PART}review/e9> .
        <{PART}review/e8> isg:decision isg:rejected ; isg:decisionDate "2025-03-20"^^xsd:date .
        <{PART}review/e9> isg:decision isg:approved ; isg:decisionDate "2025-03-25"^^xsd:date .""",
    ),
    "a new concept without a name and an id": Fault(
        rule="E06", focus=EXP, path=None, add=f"<{EXP}> isg:appliesToScenario [ a skos:Concept ] ."
    ),
    "a person in a role that an organization has, too": Fault(
        rule="E11",
        focus=EXP,
        path=None,
        add=f"""<{EXP}> prov:qualifiedAssociation <{PART}party/p4> . <{PART}agent/a4> a prov:Person ; rdfs:label "张某"@zh .
        <{PART}party/p4> prov:agent <{PART}agent/a4> ; prov:hadRole c:R01 ; isg:responsibility "协助"@zh ;
            isg:capabilityEvidence <{PART}evidence/c1> .""",
    ),
    "a goal, but no problem": Fault(rule="E05", focus=EXP, path=None, remove=((EXP, "isg:problemStatement", None),)),
}
"""Changes that break the named rule no more than the clean record does."""


def found(triples: list[Triple]) -> set[str]:
    return {rule for rule, _ in support.results(triples)}.intersection(RULES)


def test_clean_record_breaks_no_rule() -> None:
    assert found(support.clean("experiment")) == set()


@pytest.mark.parametrize("change", PASSING.values(), ids=PASSING)
def test_what_a_rule_allows(change: Fault) -> None:
    assert change.rule not in found(support.planted(support.clean("experiment"), change))


@pytest.mark.parametrize("fault", FAULTS, ids=[f"{fault.rule}-{number}" for number, fault in enumerate(FAULTS)])
def test_fault_is_found(fault: Fault) -> None:
    support.assert_found(fault)


def codeless() -> list[tuple[str, str]]:
    """Fields of codes and choices, and a value that is none of theirs."""
    concept = f"<{PART}new>"
    values = [("isg:experimentStatus", "isg:withdrawn"), ("isg:observesLevel", "c:X1"), ("isg:observesLevel", '"L4"')]
    return values + [(f"isg:{key}", value) for key in ("usesTechnology", "appliesToScenario") for value in (concept, "[]", '"x"', "c:X1")]


@pytest.mark.parametrize(("path", "value"), codeless())
def test_a_value_that_is_no_code_is_said_by_its_field_alone(path: str, value: str) -> None:
    remove = ((EXP, path, None), *((f"{PART}scenario/{use}", "isg:appliesToScenario", None) for use in ("s1", "s2")))
    add = f'<{EXP}> {path} {value} . <{PART}new> skos:prefLabel "新"@zh .'
    change = Fault(rule="E06", focus=EXP, path=path, remove=remove if path == "isg:appliesToScenario" else remove[:1], add=add)
    rules = [rule for rule, result in support.results(support.planted(support.clean("experiment"), change))]
    assert rules == ["record-code"]


@pytest.mark.parametrize(
    ("add", "rule"),
    [
        ('<{exp}> isg:usesTechnology [ skos:prefLabel "新"@zh ] .', "record-code"),
        ("<{exp}> isg:scenarioUse [ isg:appliesToScenario _:s ] , [ isg:appliesToScenario _:s ] . _:s skos:broader c:C302 .", "E09"),
        (
            "<{exp}> prov:qualifiedAssociation " + " , ".join(f"[ prov:agent _:a ; prov:hadRole c:R0{n} ]" for n in (1, 2, 3)) + " .",
            "E16",
        ),
        ('[] a isg:Experiment ; dct:identifier "ISGX-2025-0001" .', "E01"),
    ],
)
def test_no_message_shows_a_node_without_a_name(add: str, rule: str) -> None:
    change = Fault(rule=rule, focus=EXP, path=None, add=add.replace("{exp}", EXP))
    results = support.results(support.planted(support.clean("experiment"), change))
    assert rule in {name for name, _ in results}
    texts = [message.value for _, result in results for message in result.messages]
    assert not [text for text in texts if re.search(r"_:|\b[0-9a-f]{20,}\b|\{\?", text)]


def test_each_missing_code_is_reported_once() -> None:
    fault = Fault(rule="E25", focus=EXP, path="isg:riskControl", remove=((PART + "control/r1", "isg:stage", None),))
    results = support.results(support.planted(support.clean("experiment"), fault))
    texts = [message.value for rule, result in results if rule == "E25" for message in result.messages]
    assert len(texts) == 2
    assert all("X1" in text for text in texts)


def test_each_rule_has_shapes_and_faults_of_each_severity() -> None:
    declared = support.declared(RULES)
    assert {rule for rule, _ in declared} == set(RULES)
    assert {(fault.rule, fault.severity) for fault in FAULTS} == declared


def test_each_shape_says_what_is_wrong_and_what_to_do() -> None:
    assert support.ill_spoken(RULES) == []
