"""Files are found, told apart and bounded; what cannot be read is a source that says why."""

import os
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isgkg import names
from isgkg.content import encoding
from isgkg.errors import ContentError
from isgkg.records.sources import Format, ReadLimits, find, uploads
from tests.records.refusals import refusal

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


def workbook() -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return held.getvalue()


def write(folder: Path, **files: bytes | str) -> None:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def test_a_folder_is_searched_in_order_without_hidden_and_unknown_files(tmp_path: Path) -> None:
    write(tmp_path, b_yaml="a: 1", a_json="{}", c__d_TTL="#", notes_docx="x", _hidden_yaml="a: 1", _git__x_yaml="a: 1")
    found = list(find([tmp_path]))
    assert [(Path(source.name).relative_to(tmp_path).as_posix(), source.format) for source in found] == [
        ("a.json", Format.JSON),
        ("b.yaml", Format.YAML),
        ("c/d.TTL", Format.TURTLE),
    ]
    assert found[1].data == b"a: 1"


def test_a_file_reached_twice_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, a_yaml="a: 1")
    assert len(list(find([tmp_path, tmp_path / "a.yaml", str(tmp_path / "." / "a.yaml")]))) == 1


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.json", "{}", Format.JSON),
        ("a.json", f'{{"@context": "{names.CONTEXT}"}}', Format.JSON),
        ("a.json", f'{{"@context": ["{names.CONTEXT}", {{"@base": "http://b/"}}]}}', Format.JSON),
        ("a.json", '{"@context": {"a": "http://a/"}}', Format.JSONLD),
        ("a.json", '[{"@context": "http://elsewhere/"}]', Format.JSONLD),
        ("a.json", '{"\\u0040context": "http://elsewhere/"}', Format.JSONLD),
        ("a.json", '{"title": "\\"@context\\": 1"}', Format.JSON),
        ("a.JSONLD", "{}", Format.JSONLD),
        ("a.jsonl", "{}", Format.JSONL),
        ("a.yml", "a: 1", Format.YAML),
        ("a.nt", "#", Format.NTRIPLES),
        ("a.owl", "<a/>", Format.RDFXML),
        ("a.csv", "a,b", Format.CSV),
        ("a.xlsx", workbook(), Format.XLSX),
        ("record", workbook(), Format.XLSX),
        ("record.txt", "@prefix a: <http://a/> .", Format.TURTLE),
        ("record.txt", "# c\n<http://a> a <http://b> .", Format.TURTLE),
        ("record.txt", "<?xml version='1.0'?><a/>", Format.RDFXML),
        ("record.txt", "<rdf:RDF xmlns:rdf='x'/>", Format.RDFXML),
        ("record.txt", ' {"a": 1}', Format.JSON),
        ("record.txt", '{"@context": {}}', Format.JSONLD),
        ("record.txt", "id: exp:a\ntype: Experiment", Format.YAML),
    ],
)
def test_the_format_is_told_by_name_and_content(tmp_path: Path, name: str, content: str | bytes, expected: Format) -> None:
    data = content.encode() if isinstance(content, str) else content
    (tmp_path / name).write_bytes(data)
    assert [source.format for source in find([tmp_path / name])] == [expected]
    assert [source.format for source in uploads([("C:\\x\\" + name, data)])] == [expected]


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "record.file.password"),
        ("a.xlsx", OLE + "Workbook".encode("utf-16-le"), "record.file.old-excel"),
        ("a.xls", OLE, "record.file.old-excel"),
        ("a.xlsx", b"a,b\n1,2", "record.file.no-workbook"),
        ("a.xlsx", b"", "record.file.empty"),
        ("a.yaml", b" \n", "record.file.empty"),
        ("a.yaml", b"a: " + b"x" * 100, "record.file.too-large"),
        ("a.txt", b"Dear colleague", "record.file.unknown"),
        ("a.bin", b"\0\1\2", "encoding.nul"),
    ],
)
def test_what_is_no_record_says_why(tmp_path: Path, name: str, data: bytes, key: str) -> None:
    limits = ReadLimits(tree=64 if key == "record.file.too-large" else 10_000)
    (tmp_path / name).write_bytes(data)
    for source in [*find([tmp_path / name], limits), *uploads([(name, data)], limits)]:
        assert refusal(lambda source=source: (source.format, source.data)).key == key


def test_rdf_may_be_larger_than_what_becomes_a_tree() -> None:
    limits = ReadLimits()
    assert limits.of(Format.TURTLE) > limits.of(Format.JSONLD) > limits.of(Format.YAML) == limits.of(None)


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "a.yaml").open("wb") as file:
        file.truncate(100 * 1000**2)
    (source,) = find([tmp_path / "a.yaml"])
    assert refusal(lambda: source.data).key == "record.file.too-large"


def test_what_cannot_be_opened_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path, a_yaml="a: 1", folder__x_docx="x")
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    paths = [tmp_path / "none.yaml", tmp_path / "pipe.yaml", "/dev/zero", tmp_path / "folder", tmp_path / "loop.yaml", "a\0b.yaml"]
    *broken, last = find([*paths, tmp_path / "a.yaml"])
    keys = [refusal(lambda source=source: source.format and source.data).key for source in broken]
    expected = ["unreadable", "irregular", "irregular", "empty-folder", "unreadable", "name"]
    assert keys == [f"record.file.{key}" for key in expected]
    assert last.data == b"a: 1"


def test_a_folder_that_may_not_be_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def scandir(path: object) -> object:
        raise PermissionError(13, "no", str(path))

    monkeypatch.setattr(os, "scandir", scandir)
    (source,) = find([tmp_path])
    error = refusal(lambda: source.data)
    assert (source.name, error.key) == (str(tmp_path), "record.file.unreadable")
    assert "permission" in error.text("en")


def test_companions_belong_to_their_table(tmp_path: Path) -> None:
    write(tmp_path, a_csv="id", a_group_csv="id", a_参与方_csv="id", a_b_c_csv="id", b_x_csv="id")
    (tmp_path / "a.2025.csv").write_text("id")
    found = {Path(source.name).name: sorted(source.companions) for source in find([tmp_path])}
    assert found == {"a.csv": ["b.c", "group", "参与方"], "a.2025.csv": [], "b.x.csv": []}
    named = list(find([tmp_path / "a.group.csv", tmp_path / "a.csv"]))
    assert [Path(source.name).name for source in named] == ["a.csv"]
    assert Path(named[0].companions["group"].name).name == "a.group.csv"
    (uploaded,) = uploads([("a.group.csv", b"g"), ("a.csv", b"a")])
    assert (uploaded.name, uploaded.companions["group"].data) == ("a.csv", b"g")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("题名: a\r\nb\rc\n".encode(), "题名: a\nb\nc\n"),
        (b"\xef\xbb\xbfa: 1", "a: 1"),
        ("题: 名".encode("utf-16"), "题: 名"),
        ("\ufeff题: 名".encode("utf-16-be"), "题: 名"),
    ],
)
def test_unicode_is_read_without_a_word(data: bytes, expected: str) -> None:
    assert encoding.decode(data) == (expected, False)


def test_a_short_text_in_gb18030_with_its_byte_order_mark() -> None:
    assert encoding.decode(bytes.fromhex("84319533") + "编号,ü\n".encode("gb18030")) == encoding.Decoded("编号,ü\n", is_gb18030=True)


def test_gb18030_is_read_and_noted() -> None:
    text = "题名: 智能社会治理实验，居家养老𠀀\n"
    decoded = encoding.decode(text.encode("gb18030"))
    assert decoded.text == text
    assert decoded.is_gb18030
    assert encoding.utf8(text.encode("gb18030")) == (text.encode(), True)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a: 1\r\nb: \0", 2),
        (b"a\rb\xff\n", 2),
        ("a: 1\nb: café au lait".encode("latin-1"), 2),
        ("題名: 臺灣學術機構實驗".encode("big5"), 1),
        ("Привет, мир, это запись".encode("koi8-r"), 1),
        (b"\xff\xfea\0\n\0\0\xd8", 2),
        (b"\xff\xfea\0\n\0\0\0", 2),
    ],
)
def test_other_encodings_are_refused_with_the_line(data: bytes, line: int) -> None:
    error = refusal(lambda: encoding.decode(data))
    assert (error.rule, error.line) == ("encoding", line)


@given(st.binary())
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    try:
        decoded = encoding.decode(data)
    except ContentError:
        return
    assert "\r" not in decoded.text
    assert "\0" not in decoded.text
    assert encoding.utf8(data)[1] == decoded.is_gb18030


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\r")))
def test_utf8_is_kept_as_it_is(text: str) -> None:
    data = b"\xef\xbb\xbf" + text.encode()
    assert encoding.decode(data) == (text, False)
    assert encoding.utf8(data) == (text.encode(), False)
