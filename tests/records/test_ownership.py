"""A file speaks of its own records: what it says of the guideline or of another file's record is told, and changes nothing."""

from pathlib import Path

import pytest

from isgkg.findings import Finding
from isgkg.records import checking, convert, reading, sources
from isgkg.records.base import Base
from isgkg.records.checking import ValidateOptions

from . import support

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "data/examples/experiment.yaml").read_text(encoding="utf-8")
RECORD = "exp:ISGX-2025-9001"
CONTRADICTING = f"{support.PREFIXES} {RECORD} isg:experimentStatus isg:planned ; isg:plannedSampleSize 1 ."
HOLDING_ANOTHER = f'{support.PREFIXES} exp:ISGX-2025-0042 a isg:Experiment ; dct:identifier "ISGX-2025-0042" .'


def check(base: Base, folder: Path, **files: str) -> dict[str, list[Finding]]:
    """The findings by file; the files are given in order, `a_yaml` for a.yaml."""
    paths = [folder / name.replace("_", ".") for name in files]
    for path, text in zip(paths, files.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    report = checking.run(sources.find(paths), base, ValidateOptions()).report
    return {path.name: [finding for finding in report.findings if finding.place.file == str(path)] for path in paths}


def told(findings: list[Finding]) -> list[tuple[str, int | None]]:
    return [(finding.rule, finding.place.line) for finding in findings]


def test_a_record_in_two_files_is_that_of_the_first(base: Base, tmp_path: Path) -> None:
    found = check(base, tmp_path, b_yaml=EXAMPLE, a_yaml=EXAMPLE.replace("status: completed", "status: planned"))
    assert found["b.yaml"] == []
    (finding,) = found["a.yaml"]
    assert finding.rule == "record-repeated"
    assert finding.place.line
    assert "b.yaml" in finding.message


@pytest.mark.parametrize("copy", [f"{support.PREFIXES} {RECORD} a isg:Experiment .", f"{HOLDING_ANOTHER} {RECORD} a isg:Experiment ."])
def test_a_record_in_a_tree_and_in_a_graph_is_reported_in_the_graph(base: Base, tmp_path: Path, copy: str) -> None:
    found = check(base, tmp_path, a_yaml=EXAMPLE, b_ttl=copy)
    assert found["a.yaml"] == []
    assert "record-repeated" in {finding.rule for finding in found["b.ttl"]}


def test_a_record_that_stands_twice_in_one_file_is_read_once(base: Base, tmp_path: Path) -> None:
    found = check(base, tmp_path, a_yaml=f"{EXAMPLE}\n---\n{EXAMPLE.replace('status: completed', 'status: planned')}")
    (finding,) = found["a.yaml"]
    assert finding.rule == "record-repeated"
    assert finding.place.line is not None
    assert finding.place.line > EXAMPLE.count("\n")


@pytest.mark.parametrize("second", ["b_ttl", "b_nt"])
def test_a_file_without_a_record_changes_nothing(base: Base, tmp_path: Path, second: str) -> None:
    text = CONTRADICTING if second == "b_ttl" else f'<https://w3id.org/isgkg/{RECORD.replace(":", "/")}> <http://example.org/p> "x" .'
    found = check(base, tmp_path, a_yaml=EXAMPLE, **{second: text})
    assert found["a.yaml"] == []
    assert [finding.rule for finding in found[second.replace("_", ".")]] == ["record-file"]


@pytest.mark.parametrize("first", ["a_yaml", "a_ttl"])
def test_a_file_cannot_change_the_record_of_another(base: Base, tmp_path: Path, first: str) -> None:
    found = check(
        base,
        tmp_path,
        **{first: EXAMPLE if first == "a_yaml" else _turtle(base, tmp_path)},
        b_ttl=f"{HOLDING_ANOTHER}\n{RECORD} isg:blinding 'x' .",
    )
    assert found[first.replace("_", ".")] == []
    foreign = [finding for finding in found["b.ttl"] if finding.rule == "record-foreign"]
    assert told(foreign) == [("record-foreign", 1 + HOLDING_ANOTHER.count("\n") + 1)]


def _turtle(base: Base, folder: Path) -> str:
    path = folder / "original.yaml"
    path.write_text(EXAMPLE, encoding="utf-8")
    (source,) = sources.find([path])
    content = convert.convert(reading.read(source, 0, base, "zh").triples, sources.Format.TURTLE, base.schema)
    assert isinstance(content, bytes)
    return content.decode()


@pytest.mark.parametrize(
    "statement",
    ["c:C203 a isg:Experiment .", "c:C203 skos:prefLabel '别的'@zh .", "isg:Experiment rdfs:subClassOf isg:StandardDocument ."],
)
def test_a_file_cannot_change_the_guideline(base: Base, tmp_path: Path, statement: str) -> None:
    found = check(base, tmp_path, b_ttl=f"{HOLDING_ANOTHER}\n{statement}")["b.ttl"]
    assert told([finding for finding in found if finding.rule == "record-foreign"]) == [("record-foreign", HOLDING_ANOTHER.count("\n") + 2)]
    same = check(base, tmp_path, b_ttl=HOLDING_ANOTHER)["b.ttl"]
    assert [finding for finding in found if finding.rule != "record-foreign"] == same


def test_a_tree_cannot_change_the_guideline(base: Base, tmp_path: Path) -> None:
    (finding,) = check(base, tmp_path, a_yaml=f"id: c:C203\n{EXAMPLE}")["a.yaml"]
    assert (finding.rule, finding.value) == ("record-foreign", "C203")
    assert finding.place.line
