"""Requests and files at random: what strangers may send, and what must not come of it.

Flows in: nothing, or examples to spoil. Flows out: strategies, and checks of one request or file.
"""

import io
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from flask.testing import FlaskClient
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
from isgkg.release.output import NQUADS, read_manifest
from isgkg.store import EmbeddedStore
from isgkg.web import create_app
from tests.drafts.support import pdf
from tests.drafts.test_sts_reader import STS
from tests.drafts.word_documents import document

METHODS = st.sampled_from(["GET", "GET", "GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"])
SEGMENTS = st.one_of(
    st.sampled_from(["c", "C203", "sparql", "questions", "CQ01", "answer", "cite", "matrix", "S301", "P1", "scheme", "S", "std", "exp"]),
    st.sampled_from(["text", "src", "isg2025", "span", "0-10", "validate", "check", "ont", "shapes", "link", "XL001", "static", "..", ""]),
    st.text(max_size=12),
)
PARAMETERS = st.dictionaries(
    st.one_of(
        st.sampled_from(["_anchor", "_scheme", "_external", "_method", "endpoint", "default-graph-uri", "named-graph-uri"]),
        st.sampled_from(["query", "q", "lang", "format", "question", "p-scenario", "style", "release", "sha256", "basis"]),
        st.text(max_size=6),
    ),
    st.one_of(
        st.text(max_size=60),
        st.sampled_from(
            [
                "ASK {}",
                "SELECT * { ?s ?p ?o } LIMIT 3",
                "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3",
                "zh",
                "en",
                "csv",
                "CQ01",
                "S301",
            ]
        ),
        st.text(alphabet="SELECT*{}?sp o.<>:\"'\\^@()[]_-FILTER", max_size=80),
    ),
    max_size=4,
)
HEADERS = st.dictionaries(
    st.sampled_from(["Accept", "Accept-Language", "Accept-Encoding", "Content-Type", "If-None-Match", "Origin", "Range", "Cookie"]),
    st.one_of(
        st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=40),
        st.sampled_from(
            ["*/*", "text/html", "application/json", "text/turtle;q=0.5", "q=;;,", "application/sparql-query", "gzip", "zstd", "*"]
        ),
        st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/sparql-update"]),
    ),
    max_size=4,
)
ANY_REQUEST = (METHODS, st.lists(SEGMENTS, max_size=4), PARAMETERS, HEADERS, st.binary(max_size=200))


def no_request_is_an_internal_error(
    client: FlaskClient, method: str, segments: list[str], parameters: dict[str, str], headers: dict[str, str], body: bytes
) -> int:
    """Send the request; the status of the answer."""
    path = "/".join(quote(segment, safe="", errors="replace") for segment in segments)
    path = f"/{path.lstrip('/')}"  # the test's client takes what stands behind two strokes for a host
    answer = client.open(path, method=method, query_string=parameters, headers=headers, data=body)
    assert answer.status_code != 500 or b"engine" in answer.data, (path, parameters)
    assert answer.status_code < 505
    return answer.status_code


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


INPUTS = (st.floats(0, 1, exclude_max=True), SPOILINGS, st.one_of(st.none(), st.floats(0, 1)))


def chosen(samples: Sequence[Sample], which: float, spoilings: Sequence[Spoiling], inside: float | None) -> Sample:
    name, content = samples[int(which * len(samples))]
    return name, spoilt(content, spoilings, inside)


def checker(store: EmbeddedStore, release: Path) -> Checker:
    """What drafts are checked with."""
    return Checker(knowledge.load(store, read_manifest(release).version))


def examples(number: int) -> settings:
    """So many of them, whatever they take."""
    return settings(deadline=None, max_examples=number, suppress_health_check=list(HealthCheck))


def requests(release: Path, number: int) -> Counter[int]:
    """Answers to so many requests at random, by status."""
    app = create_app(release)
    client, found = app.test_client(), Counter[int]()

    @examples(number)
    @given(*ANY_REQUEST)
    def send(method: str, segments: list[str], parameters: dict[str, str], headers: dict[str, str], body: bytes) -> None:
        found[no_request_is_an_internal_error(client, method, segments, parameters, headers, body)] += 1

    send()
    app.extensions["isgkg"].pool.close()
    return found


def inputs(release: Path, number: int) -> dict[str, int]:
    """How many spoilt records and drafts were checked or refused; `number` of each are made."""
    base = Base.of(release / NQUADS, read_manifest(release).version)
    check = checker(EmbeddedStore.load(release / NQUADS), release)
    found = Counter[str]()

    @examples(number)
    @given(*INPUTS)
    def record(which: float, spoilings: list[Spoiling], inside: float | None) -> None:
        record_is_checked_or_refused(base, chosen(records_, which, spoilings, inside))
        found["records"] += 1

    @examples(number)
    @given(*INPUTS)
    def draft(which: float, spoilings: list[Spoiling], inside: float | None) -> None:
        draft_is_checked_or_refused(check, chosen(drafts_, which, spoilings, inside))
        found["drafts"] += 1

    records_, drafts_ = records(base), drafts()
    record()
    draft()
    return dict(found)
