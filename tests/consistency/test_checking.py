"""The check as a whole: reports, suppressions, copies, statistics, terms of one's own."""

import io
from pathlib import Path

import docx
import pytest

from isgkg.consistency import checking, knowledge, mending, statistics, suppressing, viewing
from isgkg.drafts import reading, sources
from isgkg.errors import ContentError, InputError
from isgkg.findings import Severity
from isgkg.store import EmbeddedStore
from isgkg.terms import export
from isgkg.terms.model import Concept, Definition, Designation, Status, TermBase
from tests.drafts import word_documents

from . import support

TEXT = "4 总则\n4.1 分组\n设置对照组，单位必须登记。\n"


def read(name: str, data: bytes) -> tuple[sources.Source, checking.Checked]:
    (source,) = sources.uploads([(name, data)])
    return source, support.checker().check(reading.read(source))


def word(*lines: str) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_finding_says_what_where_on_what_grounds_and_what_to_do(lang: str) -> None:
    checked = support.check(TEXT)
    report = checking.report([checked], [], lang)  # type: ignore[arg-type]
    first, second = report.findings
    assert (first.rule, first.severity, first.place.line, first.place.column, first.place.end_column) == (
        "T28",
        Severity.VIOLATION,
        3,
        3,
        6,
    )
    assert (first.place.clause, first.value) == ("4.1 分组", "对照组")
    assert first.authority is not None
    assert first.authority.section == "四（二）三是"
    assert first.fix is not None
    assert first.fix.replacement == "控制组"
    assert "控制组" in (first.fix.text or "")
    assert second.rule == "T35"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_fault_of_the_seeded_draft_can_be_told(lang: str) -> None:
    text, _ = support.unmarked((support.DRAFTS / "seeded.txt").read_text(encoding="utf-8"))
    report = checking.report([support.check(text)], [], lang)  # type: ignore[arg-type]
    for finding in report.findings:
        assert "{" not in finding.message
        assert finding.fix is not None
        assert finding.fix.text
        assert finding.authority is not None


def test_the_same_faults_are_found_in_word_markdown_and_html() -> None:
    text, seeds = support.unmarked((support.DRAFTS / "seeded.txt").read_text(encoding="utf-8"))
    lines = text.split("\n")
    expected = sorted((key.partition(".")[0], lines[block][start:end]) for key, block, start, end in seeds)
    page = "".join(f"<p>{line}</p>" for line in lines).replace("  ", "&nbsp;&nbsp;")
    for name, data in (("a.docx", word(*lines)), ("a.md", "\n\n".join(lines).encode()), ("a.html", page.encode())):
        _, checked = read(name, data)
        found = sorted((fault.rule, checked.reading.outline.text(fault.spot)) for fault in checked.faults)
        assert [entry for entry in found if entry[0] != "T31"] == [entry for entry in expected if entry[0] != "T31"], name


def test_a_file_that_cannot_be_read_is_a_finding_of_the_report() -> None:
    report = checking.report([], [("a.doc", ContentError("drafts.old-word", rule="draft-file"))], "zh")
    (finding,) = report.findings
    assert (finding.rule, finding.place.file, finding.severity) == ("draft-file", "a.doc", Severity.VIOLATION)


# Suppressions


def settings(tmp_path: Path, text: str) -> Path:
    path = tmp_path / suppressing.NAME
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("chosen", ['text = "对照组"', 'clause = "4.1"', 'clause = "4"', 'file = "*.txt"'])
def test_a_suppressed_finding_is_information_with_its_reason(tmp_path: Path, chosen: str) -> None:
    path = settings(tmp_path, f'[[suppress]]\nrule = "T28"\n{chosen}\nreason = "引自旧版"\n')
    report = checking.report([support.check(TEXT)], [], "zh", suppressing.read(path))
    (finding,) = (finding for finding in report.findings if finding.rule == "T28")
    assert finding.severity is Severity.INFO
    assert "引自旧版" in finding.message
    assert [finding.rule for finding in report.findings if finding.severity is Severity.WARNING] == ["T35"]


def test_a_suppression_that_fits_nothing_is_told(tmp_path: Path) -> None:
    path = settings(tmp_path, '[[suppress]]\nrule = "T28"\ntext = "别的"\nreason = "无"\n')
    report = checking.report([support.check(TEXT)], [], "en", suppressing.read(path))
    assert [finding.severity for finding in report.findings if finding.rule == "suppression"] == [Severity.INFO]


@pytest.mark.parametrize("clause", ["4.11", "4.1.1", "1", "41"])
def test_a_suppression_fits_no_clause_beside_its_own(tmp_path: Path, clause: str) -> None:
    path = settings(tmp_path, f'[[suppress]]\nrule = "T28"\nclause = "{clause}"\nreason = "无"\n')
    report = checking.report([support.check(TEXT)], [], "en", suppressing.read(path))
    assert [finding.severity for finding in report.findings if finding.rule == "T28"] == [Severity.VIOLATION]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[[suppress]]\nrule = 1", "check.config.entry"),
        ('[[suppress]]\nrule = "T28"\nreason = "r"', "check.config.entry"),
        ('[[suppress]]\nrule = "T28"\ntext = "t"', "check.config.entry"),
        ('[[suppress]]\nrule = "T28"\ntekst = "t"\nreason = "r"', "check.config.key"),
        ("[other]", "check.config.key"),
        ("not toml", "check.config.syntax"),
        ("[" * 100_000, "check.config.syntax"),
    ],
)
def test_settings_that_say_something_else_are_refused(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(InputError) as raised:
        suppressing.read(settings(tmp_path, text))
    assert raised.value.key == key


# Copies


def test_the_annotated_document_has_a_comment_for_each_fault() -> None:
    source, checked = read("a.docx", word(*TEXT.split("\n")))
    copy = mending.annotated(source.data, checked, "zh")
    comments = [comment.text for comment in docx.Document(io.BytesIO(copy.content)).comments]
    assert len(comments) == len(checked.faults) == 2
    assert comments[0].startswith("[T28] “对照组”是拒用的说法")
    _, again = read("a.docx", copy.content)
    assert again.faults == checked.faults


@pytest.mark.parametrize(("lang", "place"), [("zh", "页眉"), ("en", "header")])
def test_a_fault_in_a_header_is_told_with_its_place(lang: str, place: str) -> None:
    body = word_documents.paragraph("设置实验组。") + word_documents.margin("header", "header")
    source, checked = read("a.docx", word_documents.document(body, header=word_documents.paragraph("对照组")))
    (finding,) = checking.report([checked], [], lang).findings  # type: ignore[arg-type]
    assert (finding.rule, finding.place.clause, finding.place.paragraph) == ("T28", place, None)
    copy = mending.annotated(source.data, checked, lang)  # type: ignore[arg-type]
    (comment,) = docx.Document(io.BytesIO(copy.content)).comments
    assert place in comment.text
    assert finding.message in comment.text


@pytest.mark.parametrize("name", ["a.docx", "a.txt", "a.md", "a.html"])
def test_the_mended_draft_is_clean_and_nothing_else_differs(name: str) -> None:
    lines = TEXT.rstrip("\n").split("\n")
    joined = {"a.txt": "\r\n", "a.md": "\n\n", "a.html": "<br>\n<p>"}
    data = word(*lines) if name == "a.docx" else joined[name].join(lines).encode()
    source, checked = read(name, data)
    copy = mending.mended(source.data, checked)
    assert (len(copy.done), len(copy.left)) == (2, 0)
    _, again = read(name, copy.content)
    assert again.faults == ()
    if name != "a.docx":
        assert copy.content.decode() == data.decode().replace("对照组", "控制组").replace("必须", "应")


def test_a_definition_is_not_replaced_without_a_person() -> None:
    text, _ = support.unmarked((support.DRAFTS / "seeded.txt").read_text(encoding="utf-8"))
    _, checked = read("a.txt", text.encode())
    copy = mending.mended(text.encode(), checked)
    assert "T33" in {fault.rule for fault in copy.left}
    assert "T33" not in {fault.rule for fault in copy.done}


def test_other_formats_cannot_be_annotated() -> None:
    source, checked = read("a.txt", TEXT.encode())
    with pytest.raises(InputError):
        mending.annotated(source.data, checked, "zh")


# Statistics, the view, terms of one's own


def test_statistics_count_the_wordings_of_each_concept() -> None:
    checked = support.check("4 总则\n4.1 分组\n控制组、对照组、控制组。\n")
    rows = [(row.concept, row.designation, row.status, row.count, row.first.line) for row in statistics.usage(checked)]
    assert rows == [("X20354", "控制组", "preferred", 2, 3), ("X20354", "对照组", "deprecated", 1, 3)]
    assert "控制组" in statistics.as_text([checked], "zh")


def test_the_view_marks_the_words_of_each_finding() -> None:
    checked = support.check(TEXT)
    report = checking.report([checked], [], "zh")
    view = viewing.paragraphs(checked, report, "zh")
    assert "\n".join("".join(piece.text for piece in paragraph.pieces) for paragraph in view) + "\n" == TEXT
    marked = [(piece.text, piece.numbers) for paragraph in view for piece in paragraph.pieces if piece.numbers]
    assert marked == [("对照组", (1,)), ("必须", (2,))]


def test_terms_of_ones_own_come_before_the_guidelines(release_store: EmbeddedStore) -> None:
    own = Concept(
        id="own1",
        designations=(
            Designation(text="对照组"),
            Designation(text="比较组", status=Status.SUPERSEDED, reason={"zh": "旧称"}),
        ),
        definitions=(Definition(text="比较用的一组对象", source="GB/T 1—2000，3"),),
    )
    known = knowledge.load(release_store, None, TermBase(concepts=(own,)))
    checker = checking.Checker(known)
    text = "3 术语和定义\n下列术语和定义适用于本文件。\n3.1\n对照组  control group\n别的定义之一\n4 总则\n设置对照组，比较组不用。\n"
    faults = [(fault.rule, fault.key, fault.replacement) for fault in checker.check(support.draft(text)).faults]
    assert ("T28", "rejected.superseded", "对照组") in faults
    assert ("T33", "definition", "比较用的一组对象") in faults
    assert not [fault for fault in faults if fault[0] == "T28" and fault[2] == "控制组"]


@pytest.mark.parametrize("as_word", [False, True])
def test_the_exported_chapter_is_clean(as_word: bool) -> None:
    chosen = export.choose(support.known().base, codes=("K01", "K02", "S101", "X20353", "X20354"))
    content = export.export(chosen, "chapter", "zh", number=3, as_word=as_word)
    _, checked = read("chapter.docx" if as_word else "chapter.md", content)
    assert len(checked.reading.outline.entries) == 5
    assert [(fault.rule, fault.key) for fault in checked.faults] == []


def test_of_two_faults_within_one_ruby_one_is_mended() -> None:
    ruby = "<w:r><w:ruby><w:rubyBase><w:r><w:t>对照组与弱势人群</w:t></w:r></w:rubyBase><w:rt><w:r><w:t>x</w:t></w:r></w:rt></w:ruby></w:r>"
    source, checked = read("a.docx", word_documents.document(word_documents.paragraph(ruby)))
    assert len(checked.faults) == 2
    copy = mending.mended(source.data, checked)
    assert (len(copy.done), len(copy.left)) == (1, 1)
    assert read("a.docx", copy.content)[1].reading.blocks[0].text == "控制组与弱势人群"


@pytest.mark.parametrize("text", ["签字不是必须的。", "到场并非必须。", "不可燃材料。", "无须到场。", "处理不得当。", "禁止标志。"])
def test_a_modal_that_may_be_part_of_a_word_is_left_to_a_person(text: str) -> None:
    data = f"4 总则\n4.1 要求\n{text}\n".encode()
    assert mending.mended(data, read("a.txt", data)[1]).content == data
