"""Checking files of records: every format gives the same findings, every bad file one, and nothing else is touched."""

import io
import socket
import sys
import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from isgkg import findings, names, shacl
from isgkg.errors import InputError, ShapesError
from isgkg.findings import Finding, Report, Severity
from isgkg.records import checking, convert, reading, sources, template
from isgkg.records.base import Base
from isgkg.records.checking import ValidateOptions
from isgkg.records.sources import Format
from isgkg.release.output import NQUADS
from isgkg.store import EmbeddedStore

from . import support

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "data/examples/experiment.yaml").read_text(encoding="utf-8")


def check(base: Base, *paths: Path | str, **options: object) -> Report:
    return checking.run(sources.find(paths), base, ValidateOptions(**options)).report


def told(findings: Iterable[Finding]) -> list[tuple[str, str, str, str | None]]:
    """What the findings say, wherever it stands."""
    return sorted((f.rule, f.severity.value, f.message, f.fix.text if f.fix else None) for f in findings)


def faulty(base: Base, tmp_path: Path) -> list[Triple]:
    """The example with a code that does not exist, a date that is none, two fields missing, and a part that lacks one."""
    text = EXAMPLE
    for old, new in (("C103", "C999"), ("interventionStart: 2025-", "interventionStart: 2025-99-"), ("contingencyPlan:", "hypothesis:")):
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "faulty.yaml"
    path.write_text(text, encoding="utf-8")
    (source,) = sources.find([path])
    return reading.read(source, 0, base, "zh").triples


SUFFIXES = {
    Format.YAML: "yaml",
    Format.JSON: "json",
    Format.JSONL: "jsonl",
    Format.JSONLD: "jsonld",
    Format.TURTLE: "ttl",
    Format.NTRIPLES: "nt",
    Format.RDFXML: "rdf",
    Format.XLSX: "xlsx",
}


def written(triples: list[Triple], to: Format, base: Base, folder: Path) -> Path:
    path = folder / f"record.{SUFFIXES[to]}"
    content = convert.convert(triples, to, base.schema)
    assert isinstance(content, bytes)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_format_gives_the_same_findings(base: Base, tmp_path: Path, lang: str) -> None:
    triples = faulty(base, tmp_path)
    reports = {to: check(base, written(triples, to, base, tmp_path), lang=lang) for to in SUFFIXES}
    expected = told(reports[Format.YAML].findings)
    assert {"E24", "record-code", "record-type"} <= {rule for rule, *_ in expected}
    for to, report in reports.items():
        assert told(report.findings) == expected, to
        assert all(finding.place.line or finding.place.cell for finding in report.findings), to


def test_records_in_csv_files_give_the_same_findings(base: Base, tmp_path: Path) -> None:
    triples = faulty(base, tmp_path)
    texts = convert.convert(triples, Format.CSV, base.schema)
    assert isinstance(texts, dict)
    for table, text in texts.items():
        (tmp_path / (f"record.{table}.csv" if table else "record.csv")).write_text(text, encoding="utf-8", newline="")
    report = check(base, tmp_path / "record.csv")
    assert told(report.findings) == told(check(base, written(triples, Format.YAML, base, tmp_path)).findings)


def test_the_reference_engine_finds_the_same(base: Base, tmp_path: Path) -> None:
    path = tmp_path / "record.yaml"
    path.write_text(EXAMPLE.replace("C103", "C999").replace("contingencyPlan:", "hypothesis:"), encoding="utf-8")
    own, reference = check(base, path, bare=True), check(base, path, bare=True, reference=True)
    assert {(f.rule, f.place.node, f.place.path, f.value) for f in own.findings} == {
        (f.rule, f.place.node, f.place.path, f.value) for f in reference.findings
    }


def test_what_the_reference_engine_cannot_check_is_said(base: Base, tmp_path: Path) -> None:
    """pySHACL 0.40 raises TypeError where it compares a date that is none (by SHACL 4.5.3 it is a result)."""
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> ."
        "ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:from ; sh:lessThanOrEquals ex:to ] .",
        encoding="utf-8",
    )
    date = "^^<http://www.w3.org/2001/XMLSchema#date>"
    data = tmp_path / "data.ttl"
    data.write_text(
        f'@prefix ex: <http://example.org/> . ex:a a ex:Thing ; ex:from "x"{date} ; ex:to "2025-01-01"{date} .', encoding="utf-8"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ShapesError) as caught:
            check(base, data, shapes=(tmp_path / "shapes.ttl",), bare=True, reference=True)
    assert "pySHACL" in caught.value.text("zh")
    assert len(check(base, data, shapes=(tmp_path / "shapes.ttl",), bare=True).findings) == 1


def test_a_place_in_a_tree_is_that_of_the_value(base: Base, tmp_path: Path) -> None:
    path = tmp_path / "record.yaml"
    path.write_text(
        "type: Experiment\nidentifier: ISGX-2025-0007\nriskWarning:\n  - trigger: 警报\n    responsibleRole: R09\n", encoding="utf-8"
    )
    findings = {(f.rule, f.place.line, f.place.column, f.place.pointer) for f in check(base, path).findings}
    assert ("record-code", 5, 22, "/riskWarning/0/responsibleRole") in findings
    assert ("E23", 4, 5, "/riskWarning/0") in findings or ("E23", 4, 5, "/riskWarning/0/trigger") in findings


def test_a_finding_names_the_clause_and_quotes_it(base: Base) -> None:
    report = check(base, ROOT / "data/experiments", lang="zh")
    (finding,) = [finding for finding in report.findings if finding.rule == "E42" and finding.severity is Severity.VIOLATION]
    assert finding.place.file is not None and finding.place.file.endswith("wuhan-public-safety.ttl")
    assert finding.authority is not None
    assert (finding.authority.section, finding.authority.quote) == ("四（二）三是", "科学设置实验组和控制组")
    assert "控制组" in finding.message
    assert finding.fix is not None and "控制组" in (finding.fix.text or "")


@pytest.mark.parametrize("record", ["Experiment", "StandardDocument"])
@pytest.mark.parametrize("form", ["xlsx", "yaml", "json"])
def test_a_filled_in_template_is_clean(base: Base, tmp_path: Path, record: str, form: template.Format) -> None:
    codes = template.codes_of(base.vocabulary, base.quads, "zh")
    content = template.template(base.schema.classes[record], base.schema, codes, form, "zh", example=True)
    path = tmp_path / f"filled.{form}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert check(base, path).findings == ()


BAD = {
    "empty.yaml": b"",
    "tab.yaml": b"type: Experiment\n\tidentifier: x\n",
    "comma.json": b'{"type": "Experiment",}',
    "deep.json": b"[" * 100_000,
    "deep.yaml": b"[" * 100_000,
    "bomb.yaml": b"c0: &c0 [x]\n" + b"".join(b"c%d: &c%d [%s]\n" % (n, n, b", ".join([b"*c%d" % (n - 1)] * 9)) for n in range(1, 9)),
    "binary.ttl": bytes(range(256)),
    "syntax.ttl": b"<a> <b> .",
    "remote.jsonld": b'{"@context": "https://example.org/context", "type": "Experiment"}',
    "entity.rdf": b'<!DOCTYPE r [<!ENTITY a "a">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&a;</rdf:RDF>',
    "corrupt.xlsx": b"PK\x03\x04 this is no zip",
    "text.xlsx": b"identifier,title\n",
    "password.xlsx": bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le"),
    "ragged.csv": b'identifier,title\n"ISGX-2025-0001,x\n',
    "nothing.ttl": b"<urn:a> <urn:b> <urn:c> .",
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_bad_file_is_a_finding_and_stops_no_other(base: Base, tmp_path: Path, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("network access")

    monkeypatch.setattr(socket, "socket", refuse)
    for name, content in BAD.items():
        (tmp_path / name).write_bytes(content)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * 50_000_000)
    (tmp_path / "good.yaml").write_text(EXAMPLE, encoding="utf-8")
    report = check(base, tmp_path, lang=lang)
    by_file = {Path(finding.place.file or "").name: finding for finding in report.findings}
    assert set(by_file) == {*BAD, "bomb.xlsx"}
    for name, finding in by_file.items():
        assert finding.severity is Severity.VIOLATION, name
        assert finding.message, name
        assert finding.fix is not None and finding.fix.text, name


def test_gb18030_is_read_and_said(base: Base, tmp_path: Path) -> None:
    path = tmp_path / "record.yaml"
    path.write_bytes(EXAMPLE.encode("gb18030"))
    assert [(f.rule, f.severity) for f in check(base, path).findings] == [("encoding", Severity.INFO)]


def test_a_changed_copy_of_a_standard_of_the_release_is_checked_as_it_is(base: Base, tmp_path: Path) -> None:
    """The release's own record of the same standard must not fill the gaps of the copy."""
    path = tmp_path / "standard.ttl"
    path.write_text(support.PREFIXES + 'std:GB-T-10114-2003 a isg:StandardDocument ; dct:identifier "GB/T 10114-2003" .', encoding="utf-8")
    assert {"D08", "D20"} <= {finding.rule for finding in check(base, path).findings}


def test_unlike_codes_are_suggested(base: Base, tmp_path: Path) -> None:
    path = tmp_path / "record.yaml"
    path.write_text("type: Experiment\nidentifier: ISGX-2025-0007\nexperimentStatus: ongoin\nexperimentStaus: 1\n", encoding="utf-8")
    findings = check(base, path, lang="en").findings
    (status,) = [finding for finding in findings if finding.value == "ongoin"]
    assert status.fix is not None and status.fix.replacement == "ongoing"
    (key,) = [finding for finding in findings if finding.rule == "record-key"]
    assert key.fix is not None and key.fix.replacement == "experimentStatus"


SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> . @prefix dct: <http://purl.org/dc/terms/> .
ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:name ; sh:minCount 1 ] ,
    [ dct:identifier "MINE" ; sh:path ex:age ; sh:maxCount 1 ; sh:message "太多了。请删去一个。"@zh ] .
"""


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("missing.ttl", None, "missing.ttl: The file cannot be read: it is not there."),
        ("words.ttl", "x y", "words.ttl:1:1: This is not Turtle"),
        ("data.ttl", "<http://a> <http://b> <http://c> .", "data.ttl holds no SHACL shapes."),
        ("tree.yaml", "a: 1", "tree.yaml is no file of RDF"),
    ],
)
def test_shapes_that_are_none_are_one_sentence(base: Base, tmp_path: Path, name: str, content: str | None, said: str) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "record.yaml").write_text(EXAMPLE, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        check(base, tmp_path / "record.yaml", shapes=(tmp_path / name,))
    assert said in refused.value.text("en")


def test_a_text_where_a_part_belongs_is_said_once(base: Base, tmp_path: Path) -> None:
    (tmp_path / "record.ttl").write_text(
        f'{support.PREFIXES} exp:ISGX-2025-0042 a isg:Experiment ; isg:riskWarning "风险" ; isg:indicator "指标" .', encoding="utf-8"
    )
    findings = [finding for finding in check(base, tmp_path).findings if finding.place.node in {'"风险"', '"指标"'} or finding.value]
    assert [(finding.rule, finding.value) for finding in findings] == [("record-part", "指标"), ("record-part", "风险")]
    assert all(finding.place.line for finding in findings)


def test_a_record_comes_from_standard_input(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(EXAMPLE.replace("C103", "C999").encode())))
    findings = check(base, "-").findings
    assert "C999" in {finding.value for finding in findings}
    assert all(finding.place.file == "-" and finding.place.line for finding in findings)


def test_ones_own_shapes_on_files_alone_make_a_plain_validator(base: Base, tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(SHAPES, encoding="utf-8")
    data = tmp_path / "data.ttl"
    data.write_text("@prefix ex: <http://example.org/> . ex:a a ex:Thing ; ex:age 1, 2 . [] a ex:Thing .", encoding="utf-8")
    options = ValidateOptions(shapes=(tmp_path / "shapes.ttl",), bare=True)
    outcome = checking.run(sources.find([data]), base, options)
    found = {(f.rule, f.message, f.fix.text if f.fix else None) for f in outcome.report.findings}
    assert ("MINE", "太多了。", "请删去一个。") in found
    assert len(outcome.results) == 3
    triples = [quad.triple for quad in parse(outcome.turtle(), format=RdfFormat.TURTLE)]
    conforms = NamedNode(names.SH + "conforms")
    assert [t.object for t in triples if t.predicate == conforms] == [Literal("false", datatype=NamedNode(names.XSD + "boolean"))]
    assert sum(t.predicate == NamedNode(names.SH + "result") for t in triples) == 3
    assert any(isinstance(result.focus_node, BlankNode) for result in outcome.results)


def test_the_store_may_load_a_file_by_itself_with_the_same_results(base: Base, tmp_path: Path) -> None:
    path = written(faulty(base, tmp_path), Format.TURTLE, base, tmp_path)
    (source,) = sources.find([path])
    watched = reading.read(source, 0, base, "zh")
    direct = reading.read(source, 0, base, "zh", unwatched=True)
    assert watched.triples and direct.file and not direct.triples
    store = EmbeddedStore.of([*base.quads, *(Quad(t.subject, t.predicate, t.object) for t in watched.triples)])
    results = shacl.validate(store, base.shapes, lexical=shacl.Lexical.of(watched.triples))
    subjects = {quad.subject for quad in base.quads}
    expected = sorted((r.path_text or "", str(r.value)) for r in results if r.focus_node not in subjects)
    assert sorted((r.path_text or "", str(r.value)) for r in checking.run([source], base).results) == expected


def altered(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """The example with these texts replaced."""
    text = EXAMPLE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "altered.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("expectedImpact: I101、I102", {"I101", "I102"}),
        ("expectedImpact: I101，I102 ", {"I101", "I102"}),
        ("expectedImpact: 心理状态、行为模式", {"I101", "I102"}),
        ("observesLevel: 微观, 中观", {"L1", "L2"}),
    ],
)
def test_several_codes_or_labels_in_one_value_are_read_as_such(base: Base, tmp_path: Path, line: str, codes: set[str]) -> None:
    path = tmp_path / "few.yaml"
    path.write_text(f"type: Experiment\nidentifier: ISGX-2025-0001\n{line}\n", encoding="utf-8")
    (source,) = sources.find([path])
    triples = reading.read(source, 0, base, "zh").triples
    key = line.partition(":")[0]
    found = {triple.object.value for triple in triples if triple.predicate.value.endswith(key) and isinstance(triple.object, NamedNode)}
    assert {iri.rpartition("/")[2] for iri in found} == codes


def test_a_part_in_a_list_that_nobody_filled_in_is_no_part(base: Base, tmp_path: Path) -> None:
    path = altered(tmp_path, ("stepActivity:\n", "stepActivity:\n  - {correspondsToStep: null, startedOn: null}\n"))
    assert check(base, path).findings == ()


def test_of_several_quotes_that_of_the_code_is_shown(base: Base, tmp_path: Path) -> None:
    records = {
        code: f"type: StandardDocument\nidentifier: T/AB 1-2024\ntitle: 某标准\nsubject: {code}\n" for code in ("S301", "S306", "S309")
    }
    sections = {}
    for code, text in records.items():
        path = tmp_path / f"{code}.yaml"
        path.write_text(text, encoding="utf-8")
        (finding,) = (finding for finding in check(base, path).findings if finding.rule == "D24")
        sections[code] = finding.authority.section if finding.authority else None
    assert sections == {"S301": "五（三）1", "S306": "五（三）6", "S309": "五（三）9"}


def test_an_identifier_of_a_released_experiment_is_taken(base: Base, tmp_path: Path) -> None:
    released = next(iri for iri in base.records if "/exp/" in iri)
    number = released.rpartition("/")[2]
    path = altered(tmp_path, ("identifier: ISGX-2025-9001", f"id: exp:another\nidentifier: {number}"))
    assert "E01" in {finding.rule for finding in check(base, path).findings}


def test_what_is_not_listed_is_counted(base: Base, tmp_path: Path) -> None:
    path = altered(tmp_path, ("experimentStatus: completed", "experimentStatus: 已完成"))
    report = check(base, path).at_least(Severity.WARNING)
    assert (len(report.findings), report.hidden) == (0, 1)
    assert findings.as_text(report, "zh") == "错误 0 项，警告 0 项，提示 0 项。另有 1 项级别较低，未列出。"


def test_a_fault_behind_a_record_with_findings_and_an_endless_token_stop_no_other_file(base: Base, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("type: Experiment\n---\na: [", encoding="utf-8")
    (tmp_path / "b.json").write_text('{"type": "Experiment"} x', encoding="utf-8")
    (tmp_path / "c.ttl").write_text("#" + "x" * 17 * 2**20 + "\n<http://x/a> <http://x/b> 1 .", encoding="utf-8")
    findings = check(base, tmp_path).findings
    faults = {Path(f.place.file or "").name for f in findings if f.rule == "record-syntax"}
    assert faults == {"a.yaml", "b.json", "c.ttl"}
    assert {Path(f.place.file or "").name for f in findings if f.rule == "E01"} == {"a.yaml", "b.json"}


@pytest.mark.parametrize(
    ("replacement", "message", "fix"),
    [
        ("C203", "代码 C299 自 1.1.0 版起停用：并入校园。", "请改用 C203（智慧金融）。"),
        (None, "代码 C299 自 1.1.0 版起停用：并入校园。", "它没有替代代码，请按内容另选。"),
    ],
)
def test_a_retired_code_is_said_to_be_one(release_folder: Path, tmp_path: Path, replacement: str | None, message: str, fix: str) -> None:
    code, graph = names.concept("C299"), names.graph("guideline")
    written = [
        f'<{code}> <{names.OWL}deprecated> "true"^^<{names.XSD}boolean> <{graph}> .',
        f'<{code}> <{names.ONT}retiredIn> "1.1.0" <{graph}> .',
        f'<{code}> <{names.SKOS}notation> "C299"^^<{names.ONT}code> <{graph}> .',
        f'<{code}> <{names.SKOS}historyNote> "并入校园"@zh <{graph}> .',
        *([f"<{code}> <{names.DCT}isReplacedBy> <{names.concept(replacement)}> <{graph}> ."] if replacement else []),
    ]
    nquads = tmp_path / NQUADS
    nquads.write_text((release_folder / NQUADS).read_text(encoding="utf-8") + "\n".join(written) + "\n", encoding="utf-8")
    record = tmp_path / "a.yaml"
    record.write_text(EXAMPLE.replace("C103", "C299"), encoding="utf-8")
    found = [finding for finding in check(Base.of(nquads, "1.1.0"), record).findings if finding.value == "C299"]
    assert found
    assert {(finding.message, finding.fix and finding.fix.text, finding.fix and finding.fix.replacement) for finding in found} == {
        (message, fix, replacement)
    }
    assert all(finding.place.line for finding in found)


def test_a_file_beside_a_table_that_cannot_be_read_is_named_and_the_rest_is_checked(base: Base, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("type,identifier\nExperiment,ISGX-2025-0001\n", encoding="utf-8")
    (tmp_path / "a.funder.csv").write_bytes("parent,label\nISGX-2025-0001,甲".encode() + b"\n\xff\xff")
    found = check(base, tmp_path).findings
    assert [(f.place.file, f.place.line) for f in found if f.rule == "encoding"] == [(str(tmp_path / "a.funder.csv"), 3)]
    assert any(f.rule == "E02" and f.place.file == str(tmp_path / "a.csv") for f in found)


def test_a_file_of_nothing_but_mistakes_is_not_read_to_its_end(base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("isgkg.records.reading", "isgkg.records.values"):
        monkeypatch.setattr(f"{module}.MOST_NOTES", 10)
    (tmp_path / "list.json").write_text(f"[{','.join(['5'] * 1000)}]", encoding="utf-8")
    (tmp_path / "keys.yaml").write_text("type: Experiment\n" + "".join(f"key{n}: 1\n" for n in range(1000)), encoding="utf-8")
    found = [finding for finding in check(base, tmp_path).findings if finding.rule in {"record-type", "record-key", "record-file"}]
    assert [(Path(f.place.file or "").name, f.rule) for f in found].count(("list.json", "record-file")) == 1
    assert len(found) < 30


def test_a_committee_is_words_and_an_experiment_is_known_by_its_number(base: Base, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("type: StandardDocument\ncentralizedBy: SAC/TC28\nderivedFromExperiment: ISGX-2025-0001\n", encoding="utf-8")
    found = {(f.rule, f.value, f.place.line) for f in check(base, path).findings}
    assert {("record-part", "SAC/TC28", 2), ("D34", "exp:ISGX-2025-0001", 3)} <= found


def test_a_part_of_which_nothing_is_said_stands_where_it_is_named(base: Base, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("type: StandardDocument\nidentifier: T/AB 1-2020\ncentralizedBy: https://example.org/body\n", encoding="utf-8")
    found = [f for f in check(base, path).findings if f.place.node == "https://example.org/body"]
    assert found
    assert {(f.place.file, f.place.line) for f in found} == {(str(path), 3)}
