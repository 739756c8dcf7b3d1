"""A record moved to another format and read again says the same."""

import json
from collections.abc import Iterable
from random import Random

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, RdfFormat, Triple, parse

from isgkg import names
from isgkg.errors import ContentError
from isgkg.records import jsons, writers, yamls
from isgkg.records.convert import convert, write
from isgkg.records.sources import Format
from isgkg.records.tabular import csvs, excel
from isgkg.records.tree import Entry, Mapping, Scalar, Tree
from isgkg.records.tree import records as records_of
from isgkg.records.trees import trees
from tests.records import strategies as records
from tests.records.support import turtle
from tests.records.test_context import SLOW, canonical

TREES = {Format.YAML: yamls.read, Format.JSON: jsons.read, Format.JSONL: jsons.read_lines}
RDF = {
    Format.TURTLE: RdfFormat.TURTLE,
    Format.NTRIPLES: RdfFormat.N_TRIPLES,
    Format.RDFXML: RdfFormat.RDF_XML,
    Format.JSONLD: RdfFormat.JSON_LD,
}


def moved(triples: Iterable[Triple], to: Format) -> list[Triple]:
    """The triples after they went through a format."""
    content = convert(triples, to, records.schema())
    assert isinstance(content, bytes)
    if to in RDF:
        return [quad.triple for quad in parse(content, format=RDF[to])]
    return records.triples_of(*(record for document in TREES[to](content.decode()) for record, _ in records_of(document)))


@pytest.mark.parametrize("to", TREES)
@SLOW
@given(records.collections())
def test_formats_of_trees_keep_every_record(to: Format, found: list[Mapping]) -> None:
    triples = records.triples_of(*found)
    assert canonical(moved(triples, to)) == canonical(triples)


@pytest.mark.parametrize("to", [Format.TURTLE, Format.NTRIPLES, Format.JSONLD])
@SLOW
@given(records.collections())
def test_formats_of_rdf_keep_every_record(to: Format, found: list[Mapping]) -> None:
    triples = records.triples_of(*found)
    assert canonical(moved(triples, to)) == canonical(triples)


@SLOW
@given(records.collections(controls=False))
def test_xml_keeps_every_record_without_control_characters(found: list[Mapping]) -> None:
    triples = records.triples_of(*found)
    assert canonical(moved(triples, Format.RDFXML)) == canonical(triples)


@SLOW
@given(records.collections())
def test_trees_are_written_the_same_way_again(found: list[Mapping]) -> None:
    once = trees(records.triples_of(*found), records.schema())
    assert trees(records.triples_of(*once), records.schema()) == once


@settings(SLOW, max_examples=300)
@given(records.texts())
@example("a: b")
@example("It's so, (a); b? c! & d:e")
def test_other_readers_of_yaml_see_the_same_text(text: str) -> None:
    record = Mapping((Entry("id", Scalar("exp:E1")), Entry("title", Mapping((Entry("no", Scalar(text)),)))))
    assert yaml.safe_load(writers.yaml_text([record])) == {"@context": names.CONTEXT, "id": "exp:E1", "title": {"no": text}}


@pytest.mark.parametrize("text", ["It's so, (a); b? c! & d:e", "部署 324 个节点；“L6”级", "https://example.org/a?b=c&d"])
def test_plain_text_needs_no_quotes(text: str) -> None:
    assert f"title: {text}\n" in writers.yaml_text([one(("title", Scalar(text)))])


def one(*entries: tuple[str, Tree]) -> Mapping:
    return Mapping((Entry("id", Scalar("exp:E1")), Entry("type", Scalar("Experiment")), *(Entry(key, value) for key, value in entries)))


def test_yaml_reads_well() -> None:
    found = turtle("""exp:E1 a isg:Experiment ; dct:title "某实验：一"@zh , "An experiment"@en ; isg:trialStart "2025-03-01"^^xsd:date ;
        isg:plannedSampleSize 12 ; isg:randomAssignment true ; dct:abstract "第一行\\n第二行"@zh ; isg:appliesToScenario c:C203 , c:C201 ;
        prov:qualifiedAssociation [ prov:agent <https://w3id.org/isgkg/exp/E1/agent/a1> ; prov:hadRole c:R01 ] .
        <https://w3id.org/isgkg/exp/E1/agent/a1> a org:Organization ; rdfs:label "某单位"@zh .""")
    text = convert(found, Format.YAML, records.schema())
    assert isinstance(text, bytes)
    assert (
        text.decode()
        == """\
"@context": https://w3id.org/isgkg/context/record.jsonld
id: exp:E1
type: Experiment
title:
  zh: 某实验：一
  en: An experiment
abstract: |-
  第一行
  第二行
appliesToScenario:
  - C203
  - C201
qualifiedAssociation:
  agent:
    id: agent/a1
    type: Organization
    label: 某单位
  hadRole: R01
plannedSampleSize: 12
randomAssignment: true
trialStart: 2025-03-01
"""
    )


def test_json_says_under_which_iri_its_ids_are() -> None:
    record = json.loads(
        writers.json_text([one(("plannedSampleSize", Scalar("12", quoted=False)), ("randomAssignment", Scalar("true", quoted=False)))])
    )
    assert record == {
        "@context": [names.CONTEXT, {"@base": names.EXPERIMENT + "E1/"}],
        "id": "exp:E1",
        "type": "Experiment",
        "plannedSampleSize": 12,
        "randomAssignment": True,
    }


@SLOW
@given(records.collections(), st.randoms(use_true_random=False))
def test_the_order_of_triples_does_not_show(found: list[Mapping], random: Random) -> None:
    triples = records.triples_of(*found)
    shuffled = random.sample(triples, len(triples))
    assert writers.rdf(shuffled, Format.TURTLE) == writers.rdf(triples, Format.TURTLE)


def test_parts_that_are_alike_stay_with_their_records() -> None:
    parts = ", ".join(["[ isg:stage c:Z1 ]"] * 12)
    found = turtle(f"[] a isg:Experiment ; isg:riskControl {parts} . [] a isg:Experiment ; isg:riskControl {parts} .")
    written = writers.rdf(found, Format.TURTLE)
    assert written == writers.rdf([*found[::2], *found[1::2]], Format.TURTLE)
    assert len(trees((quad.triple for quad in parse(written, format=RdfFormat.TURTLE)), records.schema())) == 2


def test_a_part_that_is_referred_to_twice_is_written_once() -> None:
    found = turtle("exp:E1 a isg:Experiment ; isg:base _:a ; isg:funder _:a . _:a rdfs:label '甲'@zh .")
    (record,) = trees(found, records.schema())
    assert record == one(("base", Mapping((Entry("id", Scalar("_:b1")), Entry("label", Scalar("甲"))))), ("funder", Scalar("_:b1")))


@pytest.mark.parametrize(
    ("text", "key", "named"),
    [
        ("exp:E1 a isg:Experiment . exp:E2 dct:title 'x'@zh .", "convert.unheld", "exp:E2"),
        ("exp:E1 a isg:Experiment ; skos:note 'x'@zh .", "convert.undescribed", "skos:note"),
        ("exp:E1 a isg:Experiment ; dct:title 'x' .", "convert.unfit", "“title”"),
        ("exp:E1 a isg:Experiment ; dct:identifier 'x'@en .", "convert.unfit", '"x"@en'),
        ("exp:E1 a isg:Experiment ; isg:trialStart '2025' .", "convert.unfit", '"2025"'),
        ("exp:E1 a isg:Experiment ; isg:contact 'x' .", "convert.unfit", '"x"'),
        ("exp:E1 a isg:Experiment ; dct:source <exp:E2> .", "convert.no-id", "<exp:E2>"),
        ("exp:E1 a isg:Experiment , 'x' .", "convert.no-id", '"x"'),
        ("exp:E1 a isg:Experiment ; isg:contact [ a isg:Consent ; isg:consentForm 'x'@zh ] .", "convert.unheld", "_:"),
    ],
)
def test_what_a_record_cannot_hold_is_refused_by_name(text: str, key: str, named: str) -> None:
    with pytest.raises(ContentError, match=r"\w") as caught:
        convert(turtle(text), Format.YAML, records.schema())
    assert caught.value.key == key
    assert named in caught.value.text("en")
    assert named.strip("“”") in caught.value.text("zh") or key == "convert.unfit"


@pytest.mark.parametrize("char", ["\x00", "\x0b", "\x1f", "\uffff"])
def test_xml_refuses_control_characters_by_name(char: str) -> None:
    found = [*turtle("exp:E1 a isg:Experiment .")]
    found.append(Triple(found[0].subject, turtle("exp:E1 dct:title 'x' .")[0].predicate, Literal(f"a{char}b", language="zh")))
    with pytest.raises(ContentError, match="dct:title"):
        convert(found, Format.RDFXML, records.schema())


def test_tables_keep_a_record() -> None:
    found = turtle("exp:E1 a isg:Experiment ; dct:title '甲'@zh ; isg:riskControl [ isg:measure '乙'@zh ] , [ isg:measure '丙'@zh ] .")
    workbook, files = (convert(found, to, records.schema()) for to in (Format.XLSX, Format.CSV))
    assert isinstance(workbook, bytes)
    assert isinstance(files, dict)
    main, *others = files
    read = csvs.read(files[main], {name: files[name] for name in others}, records.schema())
    assert canonical(records.triples_of(*excel.read(workbook, records.schema()))) == canonical(found)
    assert canonical(records.triples_of(*read)) == canonical(found)


@pytest.mark.parametrize("to", TREES)
def test_half_a_character_is_refused(to: Format) -> None:
    with pytest.raises(ContentError, match="ud800"):
        write([one(("identifier", Scalar("a\ud800")))], to, records.schema())
