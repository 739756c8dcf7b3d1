"""The records of real standards and experiments: what they rest on, and what the rules find in them."""

from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from isgkg import files, names, numbers, shacl
from tests.records import support

FILES = sorted(path for folder in ("standards", "experiments") for path in (files.root() / "data" / folder).glob("*.ttl"))
WUHAN = names.EXPERIMENT + "ISGX-2025-1001"
RECORDS = {names.ONT + "StandardDocument", names.ONT + "Experiment"}

WARNINGS = {
    # What is inside the standards was not read, so nothing is said of it: the S-codes alone come from the editors.
    ("D27", "ISO-IEC-42005-2025"),
    ("D28", "plan-16BA8E769302D4FDE06397BE0A0A4CAA"),
    ("D29", "ISO-IEC-42005-2025"),
    ("D30", "GB-T-41867-2022"),
    ("D30", "ISO-IEC-22989-2022"),
}


def _triples(path: Path) -> list[Triple]:
    return [quad.triple for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE)]


@cache
def _all() -> dict[str, dict[str, list[str]]]:
    """The values of each record by property, as text."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in FILES:
        for triple in _triples(path):
            if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
                found[triple.subject.value][triple.predicate.value].append(triple.object.value)
    return {subject: values for subject, values in found.items() if RECORDS & set(values[names.RDF + "type"])}


@cache
def _results() -> list[tuple[str, shacl.Result]]:
    return support.results([triple for path in FILES for triple in _triples(path)])


def _local(result: shacl.Result) -> str:
    return str(getattr(result.focus_node, "value", "")).rsplit("/", 1)[-1]


def test_there_are_records_of_both_kinds() -> None:
    assert sum(iri.startswith(names.STANDARD) for iri in _all()) >= 20
    assert WUHAN in _all()


@pytest.mark.parametrize("iri", sorted(_all()))
def test_record_says_what_it_rests_on(iri: str) -> None:
    record = _all()[iri]
    assert record[names.DCT + "source"]
    assert all(source.startswith("http") for source in record[names.DCT + "source"])
    assert record[names.SKOS + "editorialNote"]


@pytest.mark.parametrize("iri", sorted(iri for iri in _all() if iri.startswith(names.STANDARD)))
def test_standard_has_the_iri_of_its_number_or_says_that_it_has_none(iri: str) -> None:
    record = _all()[iri]
    for number in record.get(names.DCT + "identifier", []):
        assert (numbers.normalized(number), numbers.iri(number)) == (number, iri)
    assert (names.DCT + "identifier" in record) != (names.DCT + "identifier" in record.get(names.ONT + "notFound", []))


@pytest.mark.parametrize("iri", sorted(iri for iri in _all() if iri.startswith(names.STANDARD)))
def test_slots_are_said_to_be_editorial(iri: str) -> None:
    record = _all()[iri]
    notes = " ".join(record[names.SKOS + "editorialNote"])
    for slot in record.get(names.DCT + "subject", []):
        assert slot.removeprefix(names.CONCEPT) in notes and "编者的归类" in notes


@pytest.mark.parametrize("iri", sorted(_all()))
def test_what_was_not_found_is_not_there(iri: str) -> None:
    record = _all()[iri]
    # A title in one language may be known and the other not found.
    assert not [left_out for left_out in record.get(names.ONT + "notFound", []) if left_out in record and left_out != names.DCT + "title"]


def test_standards_raise_no_violation_and_only_the_expected_warnings() -> None:
    found = [(rule, result) for rule, result in _results() if str(result.focus_node).startswith(f"<{names.STANDARD}")]
    assert [(rule, _local(result)) for rule, result in found if result.severity.endswith("Violation")] == []
    assert {(rule, _local(result)) for rule, result in found if result.severity.endswith("Warning")} == WARNINGS


def test_no_value_is_of_the_wrong_form() -> None:
    assert [(rule, _local(result), result.path_text) for rule, result in _results() if rule.startswith("record-")] == []


def test_wuhan_record_has_no_control_group() -> None:
    found = [result for rule, result in _results() if rule == "E42"]
    assert [(result.focus_node.value, result.path_text) for result in found] == [(WUHAN, f"<{names.ONT}controlGroup>")]
