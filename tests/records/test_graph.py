"""Trees become statements: ids, types, codes, labels, mistakes, places."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from isgkg import messages, names
from isgkg.findings import Severity
from isgkg.records import graph, jsons, yamls
from isgkg.records.graph import Reading, base_of, suggestion
from isgkg.records.tree import Entry, Mapping, Mark, Note, Scalar, Sequence, Tree
from isgkg.records.vocabulary import Ambiguous, How, Resolved, Retired, Vocabulary
from isgkg.store import EmbeddedStore
from tests.records import strategies as records
from tests.records.support import turtle
from tests.records.test_context import SLOW, canonical

E1 = "id: exp:E1\ntype: Experiment\n"


def read(text: str) -> Reading:
    (tree,) = yamls.read(text)
    return graph.statements(tree, records.schema(), records.vocabulary())


def says(text: str, expected: str) -> list[Note]:
    """The notes on YAML that says the same as this Turtle."""
    reading = read(text)
    assert canonical([Triple(s.subject, s.predicate, s.object) for s in reading.statements]) == canonical(turtle(expected))
    return reading.notes


def only(notes: list[Note]) -> Note:
    (note,) = notes
    for lang in messages.LANGUAGES:
        values = {name: value[lang] if isinstance(value, dict) else value for name, value in note.values.items()}
        assert messages.text(note.key, lang, **values).encode()
    assert f"{note.value}{note.pointer}".encode() is not None
    return note


def test_a_record_in_full() -> None:
    notes = says(
        """
        "@context": https://w3id.org/isgkg/context/record.jsonld
        id: exp:ISGX-2025-0001
        type: Experiment
        identifier: ISGX-2025-0001
        title: {zh: 某实验, en: An experiment}
        keyword: [甲, 乙]
        experimentStatus: ongoing
        appliesToScenario: [C203, {prefLabel: 新场景, broader: C2}]
        trialStart: 2025-03-01
        plannedSampleSize: 012
        source: [https://example.org/a]
        qualifiedAssociation:
          - agent: {id: agent/a1, type: Organization, label: 某单位}
            hadRole: R01
        funder: agent/a1
        contact: null
        """,
        """exp:ISGX-2025-0001 a isg:Experiment ; dct:identifier "ISGX-2025-0001" ; dct:title "某实验"@zh , "An experiment"@en ;
        dcat:keyword "甲"@zh , "乙"@zh ; isg:experimentStatus isg:ongoing ; isg:trialStart "2025-03-01"^^xsd:date ;
        isg:appliesToScenario c:C203 , [ skos:prefLabel "新场景"@zh ; skos:broader c:C2 ] ; isg:plannedSampleSize "012"^^xsd:integer ;
        dct:source <https://example.org/a> ; isg:funder <https://w3id.org/isgkg/exp/ISGX-2025-0001/agent/a1> ;
        prov:qualifiedAssociation [ prov:agent <https://w3id.org/isgkg/exp/ISGX-2025-0001/agent/a1> ; prov:hadRole c:R01 ] .
        <https://w3id.org/isgkg/exp/ISGX-2025-0001/agent/a1> a org:Organization ; rdfs:label "某单位"@zh .""",
    )
    assert notes == []


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("type: Experiment\nidentifier: ISGX-2025-0001", "exp/ISGX-2025-0001"),
        ("type: Experiment\nidentifier: ISGX 1", "exp/ISGX%201"),
        ("type: StandardDocument\nidentifier: GB/T 12345-2020", "std/GB-T-12345-2020"),
        ("type: Experiment\nid: exp:E1\nidentifier: E2", "exp/E1"),
        ("type: isg:Experiment\n'@id': https://w3id.org/isgkg/exp/E1", "exp/E1"),
        ("'@type': https://w3id.org/isgkg/ont#Experiment\nid: exp:E1", "exp/E1"),
        ("'@context': [{'@base': 'https://w3id.org/isgkg/x/'}]\ntype: Experiment\nid: E1", "x/E1"),
    ],
)
def test_the_name_of_a_record(text: str, subject: str) -> None:
    reading = read(text)
    assert reading.notes == []
    assert reading.subject == NamedNode(names.BASE + subject)


def test_records_without_a_name_do_not_share_their_parts() -> None:
    one, two = (read(f"type: Experiment\ntitle: {title}\nfunder: {{id: agent/a1, label: 甲}}") for title in "甲乙")
    assert isinstance(one.subject, BlankNode)
    assert {s.object for s in one.statements if isinstance(s.object, NamedNode)} & {s.object for s in two.statements} == {
        NamedNode(names.ONT + "Experiment")
    }


def test_blank_nodes_have_the_same_labels_throughout_a_file() -> None:
    blanks: dict[str, BlankNode] = {}
    trees = yamls.read(f"{E1}base: {{id: _:a, label: 甲}}\n---\nid: exp:E2\ntype: Experiment\nbase: _:a")
    one, two = (graph.statements(tree, records.schema(), records.vocabulary(), blanks=blanks) for tree in trees)
    assert two.statements[-1].object in {statement.subject for statement in one.statements}


def test_the_base_around_a_record() -> None:
    (tree,) = jsons.read('{"@context": ["x", {"@base": "https://example.org/"}], "@graph": [{"type": "Experiment", "id": "E1"}]}')
    assert base_of(tree) == "https://example.org/"
    (record,) = tree.get("@graph").items
    reading = graph.statements(record, records.schema(), records.vocabulary(), "/@graph/0", base_of(tree))
    assert reading.subject == NamedNode("https://example.org/E1")
    assert {statement.pointer for statement in reading.statements} == {"/@graph/0/type"}


def test_places() -> None:
    reading = read(f"{E1}title:\n  zh: [甲, 乙]\n  en: a\nriskControl:\n  - measure: 丙\n")
    assert [(s.pointer, s.mark[:2]) for s in reading.statements] == [
        ("/type", (2, 7)),
        ("/title/zh/0", (4, 8)),
        ("/title/zh/1", (4, 11)),
        ("/title/en", (5, 7)),
        ("/riskControl/0", (7, 5)),
        ("/riskControl/0/measure", (7, 14)),
    ]


def test_pointers_escape_keys() -> None:
    note = only(read(f"{E1}'a/b~c': 1\n").notes)
    assert (note.pointer, note.mark) == ("/a~1b~0c", Mark(3, 1))


@pytest.mark.parametrize(
    ("line", "key", "replacement"),
    [
        ("titel: x", "record.misspelt-key", "title"),
        ("实验名称: x", "record.misspelt-key", "title"),
        ("planned sample size: 1", "record.misspelt-key", "plannedSampleSize"),
        ("foo: x", "record.unknown-key", None),
        ("'@reverse': {}", "record.keyword", None),
        ("title: x\ntitle: y", "record.duplicate-key", None),
        ("'@context': https://example.org/other", "record.context", None),
    ],
)
def test_mistaken_keys(line: str, key: str, replacement: str | None) -> None:
    note = only(read(E1 + line).notes)
    assert (note.rule, note.severity, note.key, note.replacement) == ("record-key", Severity.WARNING, key, replacement)


@pytest.mark.parametrize(
    ("line", "key", "turtle_"),
    [
        ("title: {en: a, titel: b}", "record.language", "dct:title 'a'@en"),
        ("title: [a, [b]]", "record.nested-list", "dct:title 'a'@zh"),
        ("title: {en: {zh: a}, zh: b}", "record.not-text", "dct:title 'b'@zh"),
        ("identifier: {zh: a}", "record.not-text", ""),
        ("trialStart: {zh: a}", "record.not-text", ""),
        ("source: {a: b}", "record.not-text", ""),
        ("experimentStatus: {a: b}", "record.not-text", ""),
        ("experimentPlan: {id: 'a b', version: '1'}", "record.id", "isg:experimentPlan [ dcat:version '1' ]"),
        ("experimentPlan: {type: Plan, version: '1'}", "record.type-of-part", "isg:experimentPlan [ dcat:version '1' ]"),
    ],
)
def test_wrong_shapes_keep_what_can_be_kept(line: str, key: str, turtle_: str) -> None:
    note = only(says(E1 + line, f"exp:E1 a isg:Experiment ; {turtle_} ."))
    assert (note.rule, note.key) == ("record-type", key)


@pytest.mark.parametrize(
    ("text", "key", "type_"),
    [
        ("id: exp:E1\ntitle: x\nhypothesis: y", "record.type-missing", "Experiment"),
        ("id: exp:E1\ntitle: x\nccs: y", "record.type-missing", "StandardDocument"),
        ("id: exp:E1\ntype: Experimnt\nhypothesis: y", "record.type-unknown", "Experiment"),
    ],
)
def test_the_keys_tell_the_type(text: str, key: str, type_: str) -> None:
    reading = read(text)
    note = only(reading.notes)
    assert (note.rule, note.key, note.replacement) == ("record-type", key, type_)
    assert reading.statements[0].object == NamedNode(names.ONT + type_)


def test_what_is_no_mapping_is_no_record() -> None:
    reading = graph.statements(Scalar("x"), records.schema(), records.vocabulary())
    assert (reading.statements, only(reading.notes).key) == ([], "record.no-mapping")


@pytest.mark.parametrize(
    ("line", "object_", "replacement"),
    [
        ("randomAssignment: 是", Literal("true", datatype=NamedNode(names.XSD + "boolean")), "true"),
        ("randomAssignment: No", Literal("false", datatype=NamedNode(names.XSD + "boolean")), "false"),
        ("experimentStatus: 进行中", NamedNode(names.ONT + "ongoing"), "ongoing"),
        ("usesTechnology: ' c:T1101 '", NamedNode(names.CONCEPT + "T1101"), None),
        ("experimentStatus: isg:ongoing", NamedNode(names.ONT + "ongoing"), None),
        ("experimentStatus: 乱写", Literal("乱写"), None),
        ("usesTechnology: 乱写的", Literal("乱写的"), None),
        ("usesTechnology: Z9999", NamedNode(names.CONCEPT + "Z9999"), None),
        ("usesTechnology: {id: c:T1101}", NamedNode(names.CONCEPT + "T1101"), None),
        ("contact: 张三", Literal("张三"), None),
        ("contact: contact/c1", NamedNode(names.EXPERIMENT + "E1/contact/c1"), None),
        ("source: 某报告", Literal("某报告"), None),
        ("source: ../E2", NamedNode(names.EXPERIMENT + "E2"), None),
        ("source: GB/T 12345-2020", NamedNode(names.STANDARD + "GB-T-12345-2020"), None),
        ("source: std:GB-T-1-2020", NamedNode(names.STANDARD + "GB-T-1-2020"), None),
        ("source: https://example.org/1", NamedNode("https://example.org/1"), None),
    ],
)
def test_values(line: str, object_: object, replacement: str | None) -> None:
    reading = read(E1 + line)
    assert reading.statements[-1].object == object_
    notes = [(note.rule, note.severity, note.replacement) for note in reading.notes]
    assert notes == ([("record-label", Severity.INFO, replacement)] if replacement else [])


def test_a_reference_to_a_part_by_a_plain_name() -> None:
    assert says(
        f"{E1}funder: a1\nbase: {{id: a1, label: 甲}}",
        "exp:E1 a isg:Experiment ; isg:funder <https://w3id.org/isgkg/exp/E1/a1> ; isg:base <https://w3id.org/isgkg/exp/E1/a1> . "
        "<https://w3id.org/isgkg/exp/E1/a1> rdfs:label '甲'@zh .",
    ) == []  # fmt: skip


def small() -> Vocabulary:
    return Vocabulary(
        items={code: names.concept(code) for code in ("C1", "C2", "C3", "T1")},
        members={"place": frozenset(map(names.concept, ("C1", "C2", "C3"))), "tool": frozenset([names.concept("T1")])},
        labels=[
            ("智能社会", names.concept("C1")),
            ("公园", names.concept("C2")),
            ("公园", names.concept("C3")),
            ("公园", names.concept("T1")),
        ],
        retired={"C9": Retired(replacement="C2")},
    )


def test_a_label_means_an_item_of_the_classes_of_the_field() -> None:
    assert small().resolve("智 能 社會", ["place"]) == Resolved(iri=names.concept("C1"), code="C1", how=How.LABEL)
    assert small().resolve("公园", ["tool"]) == Resolved(iri=names.concept("T1"), code="T1", how=How.LABEL)
    assert small().resolve("公园", ["place"]) == Ambiguous(codes=("C2", "C3"))
    assert small().resolve("C1", ["tool"]) == Resolved(iri=names.concept("C1"), code="C1", how=How.CODE)
    assert small().resolve("C7", ["place"]) is None


def test_the_vocabulary_of_a_store() -> None:
    store = EmbeddedStore.of(
        Quad(*triple)
        for triple in turtle("""
        isg:Tool rdfs:subClassOf isg:Thing . c:T1 a isg:Tool ; skos:notation "T1" ; skos:prefLabel "工具"@zh , "tool"@en .
        scheme:T a skos:ConceptScheme ; skos:notation "T" . c:T8 owl:deprecated true ; isg:retiredIn "1.1.0" ;
        skos:historyNote "并入"@zh , "merged"@en ; dct:isReplacedBy c:T9 . c:T9 owl:deprecated true ;
        dct:isReplacedBy c:T1 . c:T7 owl:deprecated true .""")
    )
    found = Vocabulary.of(store)
    assert found.items == {"T1": names.concept("T1")}
    assert found.members == {names.ONT + "Tool": {names.concept("T1")}, names.ONT + "Thing": {names.concept("T1")}}
    assert found.labels == [("tool", names.concept("T1")), ("工具", names.concept("T1"))]
    assert found.retired == {
        "T8": Retired(replacement="T1", since="1.1.0", reasons={"zh": "并入", "en": "merged"}),
        "T9": Retired(replacement="T1"),
        "T7": Retired(),
    }


def test_suggestions() -> None:
    schema, vocabulary = records.schema(), records.vocabulary()
    fields = schema.classes["Experiment"].by_key()
    scenario, status = fields["appliesToScenario"], fields["experimentStatus"]
    assert suggestion("c203", scenario, vocabulary) == "C203"
    assert suggestion("ongoin", status, vocabulary) == "ongoing"
    assert suggestion("进行", status, vocabulary) == "ongoing"
    assert suggestion("完全无关的文字", scenario, vocabulary) is None
    retired = Vocabulary(
        items=vocabulary.items, members=vocabulary.members, labels=vocabulary.labels, retired={"C299": Retired(replacement="C203")}
    )
    assert suggestion("C299", scenario, retired) == "C203"


def test_an_ambiguous_label_names_the_codes() -> None:
    field = records.schema().classes["Experiment"].by_key()["appliesToScenario"]
    items = records.vocabulary().items
    vocabulary = Vocabulary(
        items=items,
        members={kind: frozenset(items.values()) for kind in field.classes},
        labels=[("公园", items["C201"]), ("公园", items["C203"])],
        retired={},
    )
    (tree,) = yamls.read(f"{E1}appliesToScenario: 公园")
    reading = graph.statements(tree, records.schema(), vocabulary)
    assert reading.statements[-1].object == Literal("公园")
    assert only(reading.notes).values["codes"] == {"zh": "C201、C203", "en": "C201, C203"}


def test_half_a_character_is_named_and_left_out() -> None:
    whole = (Entry("id", Scalar("exp:E1")), Entry("type", Scalar("Experiment")))
    for key in ("title", "identifier", "usesTechnology", "source", "experimentStatus", "contact"):
        tree = Mapping((*whole, Entry(key, Scalar("\ud800"))))
        reading = graph.statements(tree, records.schema(), records.vocabulary())
        assert len(reading.statements) == 1
        assert only(reading.notes).value == "\\ud800"


@SLOW
@given(records.records())
def test_canonical_records_need_no_notes(tree: Mapping) -> None:
    reading = graph.statements(tree, records.schema(), records.vocabulary())
    assert reading.notes == []


KEYS = st.sampled_from(
    ["id", "@id", "type", "title", "zh", "identifier", "base", "source", "appliesToScenario", "@context", "experimentStatus", "trialStart"]
)
ANYTHING = st.recursive(
    st.text(st.characters(exclude_categories=()), max_size=5).map(Scalar),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: Sequence(tuple(items)))
        | st.lists(st.builds(Entry, KEYS | st.text(st.characters(exclude_categories=()), max_size=5), st.none() | inner), max_size=4).map(
            lambda entries: Mapping(tuple(entries))
        )
    ),
)


@settings(SLOW, max_examples=300)
@given(ANYTHING)
def test_any_tree_is_read_without_a_fault(tree: Tree) -> None:
    for note in graph.statements(tree, records.schema(), records.vocabulary()).notes:
        only([note])


def test_a_number_in_full_width_digits_is_read() -> None:
    reading = read(E1 + "plannedSampleSize: ２００")
    assert reading.statements[-1].object == Literal("200", datatype=NamedNode(names.XSD + "integer"))
    assert [(note.rule, note.severity, note.replacement) for note in reading.notes] == [("record-number", Severity.INFO, "200")]
    assert read(E1 + "plannedSampleSize: 两百").notes == []
