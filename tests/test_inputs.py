"""Files of strangers, spoilt at random: each is checked or refused, and none is an error of the program.

What takes long runs with `make soak`; the same, for a shorter time, with every test run.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isgkg import files
from isgkg.consistency import checking, knowledge, mending, viewing
from isgkg.consistency.checking import Checker
from isgkg.drafts import reading, sources
from isgkg.errors import ContentError
from isgkg.records import checking as records_checking
from isgkg.records import reading as records_reading
from isgkg.records import sources as records_sources
from isgkg.records.base import Base
from isgkg.records.convert import convert
from isgkg.records.sources import Format
from isgkg.release.output import read_manifest
from isgkg.store import EmbeddedStore

from .drafts.support import pdf
from .drafts.test_sts_reader import STS
from .drafts.word_documents import document

Sample = tuple[str, bytes]


class Samples(list[Sample]):
    """Files to be spoilt, told by their names where a test fails."""

    def __repr__(self) -> str:
        return repr([name for name, _ in self])


EXAMPLES = ("experiment.yaml", "standard.yaml")
FORMATS = {
    "a.yaml": Format.YAML,
    "a.json": Format.JSON,
    "a.jsonl": Format.JSONL,
    "a.jsonld": Format.JSONLD,
    "a.ttl": Format.TURTLE,
    "a.nt": Format.NTRIPLES,
    "a.rdf": Format.RDFXML,
    "a.xlsx": Format.XLSX,
    "a.csv": Format.CSV,
}
PIECES = [
    *(b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"\r", b"\n\n", b"\t", b" ", b"'", b'"', b"\\", b"\\u0000", b"&#0;", b"&amp;", b"&x;", b"<!--"),
    *(b"]]>", b"<a>", b"</", b"{", b"}", b"[", b"]", b":", b"- ", b"? ", b"*a", b"&a", b"<<: *a", b"!!python/object:x", b"---\n", b"#"),
    *(b"|", b">", b",", b";", b"=1+1", b"@", b"^^", b"_:b", b"<http://[", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"\xf0\x9f\x98\x80", b"1e999"),
    *(b"-0", b"NaN", b"0" * 400, b"null", b"true", b"2025-02-30", b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"PK\x05\x06", b"\xc2\x85"),
]
"""What readers of text, YAML, JSON, XML, RDF, CSV and archives may stumble over."""


@dataclass(frozen=True)
class Spoiling:
    """A change of bytes: at this place of 0 to 1, so many bytes are cut, and these put in `times` times."""

    place: float
    cut: int
    put: bytes
    times: int = 1

    def of(self, data: bytes) -> bytes:
        start = int(self.place * len(data))
        return data[:start] + self.put * self.times + data[start + self.cut :]


SPOILINGS = st.lists(
    st.builds(
        Spoiling,
        st.floats(0, 1),
        st.one_of(st.just(0), st.integers(0, 20), st.integers(0, 100_000)),
        st.one_of(st.sampled_from(PIECES), st.binary(max_size=8), st.text(max_size=4).map(lambda text: text.encode("utf-8", "replace"))),
        st.sampled_from([1, 1, 1, 2, 300]),
    ),
    min_size=1,
    max_size=4,
)


def spoilt(data: bytes, spoilings: Sequence[Spoiling], inside: float | None) -> bytes:
    """The file with the changes made; of an archive in one of its parts, which `inside` chooses, or where that is None in its own bytes."""
    if inside is None or not zipfile.is_zipfile(io.BytesIO(data)):
        for spoiling in spoilings:
            data = spoiling.of(data)
        return data
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as read, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        names = read.namelist()
        chosen = names[min(int(inside * len(names)), len(names) - 1)]
        for name in names:
            content = read.read(name)
            written.writestr(name, spoilt(content, spoilings, None) if name == chosen else content)
    return made.getvalue()


@pytest.fixture(scope="module")
def records(base: Base) -> Samples:
    """The records of the examples in every format."""
    found = Samples()
    for example in EXAMPLES:
        content = (files.root() / "data" / "examples" / example).read_bytes()
        (source,) = records_sources.uploads([(example, content)])
        triples = list(records_reading.read(source, 0, base, "zh").triples)
        for name, form in FORMATS.items():
            held = convert(triples, form, base.schema)
            found += [(name, held)] if isinstance(held, bytes) else [("a.csv", next(iter(held.values())).encode())]
    return found


@pytest.fixture(scope="module")
def drafts() -> Samples:
    """The example draft in every format."""
    text = (files.root() / "data" / "examples" / "draft.md").read_text(encoding="utf-8")
    lines = [line.lstrip("# ") for line in text.splitlines() if line.strip()]
    word = document("".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines))
    html = "".join(f"<p>{line}</p>" for line in lines)
    return Samples(
        [
            ("a.md", text.encode()),
            ("a.txt", text.encode("gb18030")),
            ("a.docx", word),
            ("a.html", f"<html><body><table><tr><td>{html}</td></tr></table>{html}".encode()),
            ("a.xml", STS.encode()),
            ("a.pdf", pdf("Scope\nThe control group", "Terms")),
            ("a", text.encode()),
        ]
    )


@pytest.fixture(scope="module")
def checker(release_store: EmbeddedStore, release_folder: Path) -> Checker:
    return Checker(knowledge.load(release_store, read_manifest(release_folder).version))


def record_is_checked_or_refused(base: Base, sample: Sample) -> None:
    report = records_checking.run(records_sources.uploads([sample]), base).report
    for finding in report.findings:
        assert finding.message


def draft_is_checked_or_refused(checker: Checker, sample: Sample) -> None:
    (source,) = sources.uploads([sample])
    try:
        draft = reading.read(source)
        checked = checker.check(draft)
        report = checking.report([checked], [], "zh", release="1")
        viewing.paragraphs(checked, report, "zh")
        if draft.format == sources.Format.DOCX:
            mending.annotated(source.data, checked, "zh")
    except ContentError as error:
        assert error.text("zh")
        assert error.text("en")


QUICK = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
LONG = settings(deadline=None, max_examples=10_000, suppress_health_check=list(HealthCheck))
INPUTS = (st.floats(0, 1, exclude_max=True), SPOILINGS, st.one_of(st.none(), st.floats(0, 1)))


def chosen(samples: Sequence[Sample], which: float, spoilings: Sequence[Spoiling], inside: float | None) -> Sample:
    name, content = samples[int(which * len(samples))]
    return name, spoilt(content, spoilings, inside)


@QUICK
@given(*INPUTS)
def test_a_spoilt_record_is_checked_or_refused(
    records: Samples, base: Base, which: float, spoilings: list[Spoiling], inside: float | None
) -> None:
    record_is_checked_or_refused(base, chosen(records, which, spoilings, inside))


@QUICK
@given(*INPUTS)
def test_a_spoilt_draft_is_checked_or_refused(
    drafts: Samples, checker: Checker, which: float, spoilings: list[Spoiling], inside: float | None
) -> None:
    draft_is_checked_or_refused(checker, chosen(drafts, which, spoilings, inside))


@pytest.mark.soak
@LONG
@given(*INPUTS)
def test_ten_thousand_spoilt_records_are_checked_or_refused(
    records: Samples, base: Base, which: float, spoilings: list[Spoiling], inside: float | None
) -> None:
    record_is_checked_or_refused(base, chosen(records, which, spoilings, inside))


@pytest.mark.soak
@LONG
@given(*INPUTS)
def test_ten_thousand_spoilt_drafts_are_checked_or_refused(
    drafts: Samples, checker: Checker, which: float, spoilings: list[Spoiling], inside: float | None
) -> None:
    draft_is_checked_or_refused(checker, chosen(drafts, which, spoilings, inside))
