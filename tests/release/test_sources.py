"""The tables: every fault is named with file, line, code and rule, and all of them at once."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isgkg.errors import SourceError, SourceErrors
from isgkg.messages import LANGUAGES
from isgkg.release import check, sources, tables, turtle
from isgkg.release.check import Declared

from .conftest import Edit

ITEMS = "data/guideline/items.tsv"
LINKS = "data/guideline/links.tsv"


def declared(root: Path) -> Declared:
    return turtle.declared(turtle.read(root, "ontology", required=True))


def faults(root: Path) -> list[tuple[str, str, int, str]]:
    """(key, file, line, rule) of every fault that the checks find in this copy."""
    with pytest.raises(SourceError) as caught:
        check.check(sources.read(root), declared(root))
    found = caught.value.faults if isinstance(caught.value, SourceErrors) else (caught.value,)
    return [(fault.key, str(fault.values["file"]), int(str(fault.values["line"])), str(fault.values["rule"])) for fault in found]


def line_of(root: Path, file: str, beginning: str) -> int:
    lines = (root / file).read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, start=1) if line.startswith(beginning))


def test_the_tables_as_they_are_have_no_fault(root: Path) -> None:
    check.check(sources.read(root), declared(root))


def test_items_links_and_kinds_are_as_many_as_in_the_inventory(root: Path) -> None:
    tables_ = sources.read(root)
    assert len(tables_.items) == 597
    assert len(tables_.kinds) == 71
    assert Counter(item.kind for item in tables_.items)["standard-subcategory"] == 25
    assert sum(not link.id.startswith("XL6") for link in tables_.links) == 477


def test_every_quote_stands_at_its_offsets(root: Path) -> None:
    tables_ = sources.read(root)
    for item in tables_.items:
        assert tables_.text[slice(*item.span)] == item.quote
        assert tables_.text[slice(*item.label)] == item.zh
    for link in tables_.links:
        if link.span:
            assert tables_.text[slice(*link.span)] == link.quote


def test_a_missing_text_is_named(copy: Path) -> None:
    (copy / sources.TEXT).unlink()
    assert faults(copy) == [("source.missing", sources.TEXT, 1, "source")]


def test_an_altered_text_is_named(edit: Edit, copy: Path) -> None:
    edit(sources.TEXT, "人类社会", "人类 社会")
    assert faults(copy) == [("source.altered", sources.TEXT, 1, "source")]


def test_windows_line_ends_are_no_alteration(copy: Path) -> None:
    path = copy / sources.TEXT
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    check.check(sources.read(copy), declared(copy))


def test_text_that_is_not_utf8_is_named_with_its_line(copy: Path) -> None:
    path = copy / ITEMS
    path.write_bytes(path.read_bytes() + "乱码".encode("gb18030"))
    assert faults(copy) == [("source.encoding", ITEMS, 599, "source")]


def test_a_quote_that_moved_is_found_again(edit: Edit, copy: Path) -> None:
    edit(ITEMS, "一（一）\t247\t260\t247\t366", "一（一）\t248\t261\t247\t366")
    with pytest.raises(SourceErrors) as caught:
        check.check(sources.read(copy), declared(copy))
    (fault,) = caught.value.faults
    assert (fault.key, fault.values["code"], fault.values["found"]) == ("source.moved", "K01", 247)
    assert "247–260" in fault.text("zh")


def test_all_faults_are_reported_in_one_pass(edit: Edit, copy: Path) -> None:
    edit(ITEMS, "K03\tterm-undefined\t\t智能社会", "K04\tterm-undefined\t\t智能社会")
    edit(LINKS, "XL001\tC101\tatLevel\tL1\texplicit", "XL001\tC999\tatLevle\tL1\tcertain")
    found = {key for key, *_ in faults(copy)}
    assert found >= {"source.duplicate", "source.unknown-code", "source.unknown-value"}


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "beginning", "rule"),
    [
        (ITEMS, "\nS301\t", "\nS302\t", "source.duplicate", "S302\tstandard-subcategory\tS3\t医疗", "T25"),
        (ITEMS, "\nS309\t", "\nS30X\t", "source.pattern", "S30X", "T25"),
        (ITEMS, "\nP101\tsub-principle\tP1\t", "\nP101\tsub-principle\tP9\t", "source.unknown-code", "P101\t", "reference"),
        (ITEMS, "\nP101\tsub-principle\t", "\nP101\tsub-priciple\t", "source.unknown-value", "P101\t", "vocabulary"),
        (LINKS, "\nXL002\tC102\tatLevel\tL1\texplicit\t", "\nXL002\tC102\tatLevel\tL1\teditorial\t", "source.reason", "XL002", "basis"),
        (
            LINKS,
            "\nXL249\tM101\tindicatesImpact\tI102\teditorial",
            "\nXL249\tM101\tindicatesImpact\tI102\texplicit",
            "source.no-quote",
            "XL249",
            "basis",
        ),
        (LINKS, "\nXL002\t", "\nXL001\t", "source.duplicate", "XL001\tC102", "T25"),
        ("data/guideline/definitions.tsv", "\nA01\t", "\nA99\t", "source.unknown-code", "A99", "reference"),
        ("data/guideline/designations.tsv", "\tdeprecated\t", "\tdeprecatde\t", "source.unknown-value", "X20354", "vocabulary"),
        ("data/guideline/kinds.tsv", "\tSubCategory\t", "\tSubcategory\t", "source.unknown-value", "standard-subcategory", "vocabulary"),
        ("data/guideline/clauses.tsv", "\t基本内涵\t", "\t基本内容\t", "source.not-there", "一（一）", "anchor"),
    ],
)
def test_a_fault_is_named_with_file_line_and_rule(
    edit: Edit, copy: Path, file: str, old: str, new: str, key: str, beginning: str, rule: str
) -> None:
    edit(file, old, new)
    assert (key, file, line_of(copy, file, beginning), rule) in faults(copy)


@pytest.mark.parametrize("blank", ["", " ", "\u3000", "\u200b"])
@pytest.mark.parametrize(
    ("table", "beginning", "column"),
    [
        ("definitions", "K03\t", "zh"),
        ("definitions", "K03\t", "en"),
        ("items", "S301\t", "zh"),
        ("items", "S301\t", "en"),
        ("notes", "K46\t", "zh"),
        ("notes", "K46\t", "en"),
        ("designations", "S1\t", "label"),
        ("kinds", "term-defined\t", "zh"),
        ("kinds", "term-defined\t", "en"),
        ("schemes", "P\t1\t", "zh"),
        ("schemes", "P\t1\t", "en"),
        ("schemes", "P\t2\t", "level_zh"),
        ("schemes", "P\t2\t", "level_en"),
    ],
)
def test_a_blank_cell_is_named(copy: Path, table: str, beginning: str, column: str, blank: str) -> None:
    file = f"data/guideline/{table}.tsv"
    number = line_of(copy, file, beginning)
    lines = (copy / file).read_text(encoding="utf-8").split("\n")
    cells = lines[number - 1].split("\t")
    cells[lines[0].split("\t").index(column)] = blank
    lines[number - 1] = "\t".join(cells)
    (copy / file).write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(SourceErrors) as caught:
        check.check(sources.read(copy), declared(copy))
    (fault,) = [fault for fault in caught.value.faults if fault.key == "source.blank"]
    found = {name: fault.values[name] for name in ("file", "line", "code", "column", "rule")}
    assert found == {"file": file, "line": number, "code": cells[0], "column": column, "rule": "blank"}


@pytest.mark.parametrize(
    ("content", "key", "line"),
    [("code\tzh\n", "source.header", 1), ("code\tproperty\tzh\ten\nK01\tscopeNote\n", "source.columns", 2)],
)
def test_a_table_that_is_no_table_is_named(copy: Path, content: str, key: str, line: int) -> None:
    (copy / "data/guideline/notes.tsv").write_text(content, encoding="utf-8")
    assert faults(copy) == [(key, "data/guideline/notes.tsv", line, "table")]


def test_an_offset_that_is_no_number_is_named(edit: Edit, copy: Path) -> None:
    edit(ITEMS, "\t247\t260\t", "\t247\tx\t")
    assert faults(copy) == [("source.number", ITEMS, line_of(copy, ITEMS, "K01\t"), "table")]


def test_a_retired_code_is_not_used_again(copy: Path) -> None:
    (copy / "data/retired.tsv").write_text(
        "code\tkind\tzh\tretired_in\treplaced_by\treason_zh\treason_en\nS301\tstandard-subcategory\t基层\t1.1.0\t\t并入\tmerged\n",
        encoding="utf-8",
    )
    assert ("source.retired", ITEMS, line_of(copy, ITEMS, "S301\t"), "T27") in faults(copy)


def test_a_released_code_does_not_disappear(edit: Edit, copy: Path) -> None:
    edit(ITEMS, "\nH02\tpopulation-group", "\nH08\tpopulation-group")
    assert ("source.disappeared", "data/released.tsv", line_of(copy, "data/released.tsv", "H02"), "T27") in faults(copy)


def test_a_released_code_does_not_move_to_another_concept(edit: Edit, copy: Path) -> None:
    edit(ITEMS, "\nH02\tpopulation-group\t\t特殊群体", "\nH02\tpopulation-group\t\t群体")
    assert ("source.changed", ITEMS, line_of(copy, ITEMS, "H02"), "T27") in faults(copy)


def test_every_code_of_this_version_is_in_the_list_of_released_ones(root: Path) -> None:
    tables_ = sources.read(root)
    assert {entry.code for entry in tables_.released} == {item.code for item in tables_.items} | {entry.code for entry in tables_.retired}


def test_a_turtle_error_is_named_with_its_line(edit: Edit, copy: Path) -> None:
    edit("ontology/principles.ttl", "isg:Principle a owl:Class ;", "isg:Principle a owl:Class ; ; .. ")
    with pytest.raises(SourceError) as caught:
        turtle.read(copy, "ontology", required=True)
    line = line_of(copy, "ontology/principles.ttl", "isg:Principle a")
    assert (caught.value.key, caught.value.values["file"]) == ("source.turtle", "ontology/principles.ttl")
    assert abs(int(str(caught.value.values["line"])) - line) <= 1


def test_every_fault_has_a_sentence_in_each_language(edit: Edit, copy: Path) -> None:
    edit(ITEMS, "\nS309\t", "\nS30X\t")
    with pytest.raises(SourceErrors) as caught:
        check.check(sources.read(copy), declared(copy))
    for lang in LANGUAGES:
        assert "S30X" in caught.value.text(lang)


@given(st.text(alphabet="\t\nabc0123 ⏎", max_size=200))
def test_any_text_is_a_table_or_a_named_fault(tmp_path_factory: pytest.TempPathFactory, content: str) -> None:
    path = tmp_path_factory.mktemp("table") / "t.tsv"
    path.write_text(content, encoding="utf-8", newline="")
    try:
        rows = list(tables.read(path, "t.tsv", ("a", "b")))
    except SourceError as error:
        assert error.values["file"] == "t.tsv"
    else:
        assert all(row.cells.keys() == {"a", "b"} for row in rows)
