"""Every rendering of a report: what it shows, and that nothing which a finding holds can break it."""

import csv
import io
import json
import re
import unicodedata
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isgkg import columns, findings, messages
from isgkg.findings import Authority, Finding, Fix, Place, Report, Severity, as_csv, as_html, as_json, as_sarif, as_text, summary

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\x1b[31mred\x1b[0m",
    "\x9b2J",
    "\u202egnp.exe",
    "\u2066\u2069",
    "a\r\nb\u2028c",
    "=HYPERLINK(1)",
    "'=1+1",
    "-->]]>",
    "{{ 7*7 }}{% raw %}",
    "[text](javascript:alert(1))",
    "{0}",
    "\x00",
    "\ud800",
    "javascript:alert(1)",
    "，”“、",
)
words = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(), max_size=12), st.text(max_size=4).map(lambda t: f"字{t}<b>"))
optional = st.none() | words
numbers = st.none() | st.integers(1, 10**6)
places = st.builds(
    Place,
    file=optional,
    line=numbers,
    column=numbers,
    end_column=numbers,
    clause=optional,
    page=numbers,
    sheet=optional,
    cell=optional,
    pointer=optional,
    node=optional,
    path=optional,
)
entries = st.builds(
    Finding,
    rule=words,
    severity=st.sampled_from(Severity),
    message=words,
    place=places,
    excerpt=optional,
    value=optional,
    authority=st.none() | st.builds(Authority, iri=optional, section=optional, quote=optional),
    fix=st.none() | st.builds(Fix, replacement=optional, text=optional),
)
reports = st.builds(Report, tool=words, release=optional, findings=st.lists(entries, max_size=4).map(tuple))
languages = st.sampled_from(messages.LANGUAGES)
thorough = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def finding(**given: Any) -> Finding:
    made: dict[str, Any] = {
        "rule": "E14",
        "severity": Severity.VIOLATION,
        "message": "没有写明对照组。",
        "place": Place(file="wuhan.yaml", line=12, column=5),
        "authority": Authority(iri="https://w3id.org/isgkg/src/isg2025/span/10-20", section="四（一）四是", quote="明确对照组"),
        "fix": Fix(text="请写明对照组。"),
    }
    return Finding(**{**made, **given})


def report(*found: Finding) -> Report:
    return Report(tool="isgkg validate", release="1.0.0", findings=found)


def unjoined(text: str) -> str:
    """The text as JSON gives it back: two halves of a surrogate pair that stand side by side are one character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


# text


def test_a_block_says_place_rule_and_message_then_value_clause_and_advice() -> None:
    shown = as_text(report(finding(value="某组")), "zh")
    assert shown.splitlines() == [
        "wuhan.yaml:12:5: 错误 E14: 没有写明对照组。",
        "    值：某组",
        "    四（一）四是「明确对照组」 <https://w3id.org/isgkg/src/isg2025/span/10-20>",
        "    → 请写明对照组。",
        "错误 1 项，警告 0 项，提示 0 项。",
    ]


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (Place(file="base.xlsx", sheet="实验记录", cell="F12"), "base.xlsx 实验记录!F12"),
        (Place(file="a.json", line=3, column=7, pointer="/title"), "a.json:3:7"),
        (Place(file="a.json", pointer="/title"), "a.json /title"),
        (Place(file="draft.docx", clause="5.2", page=3), "draft.docx 5.2 p. 3"),
        (Place(node="https://w3id.org/isgkg/exp/A"), "https://w3id.org/isgkg/exp/A"),
    ],
)
def test_a_place_is_shown_as_its_file_has_it(place: Place, shown: str) -> None:
    assert as_text(report(finding(place=place)), "en").startswith(f"{shown}: violation E14")


@pytest.mark.parametrize("place", [Place(), Place(node="_:b0")])
def test_without_a_place_the_severity_comes_first(place: Place) -> None:
    assert as_text(report(finding(place=place)), "en").startswith("violation E14: ")


@pytest.mark.parametrize(
    ("value", "message"),
    [("2025-13-01", "“2025-13-01” is no date."), ("https://w3id.org/isgkg/c/C203", "c:C203 is retired."), ("", "The title is empty.")],
)
def test_a_value_that_the_message_shows_is_not_repeated(value: str, message: str) -> None:
    assert "value:" not in as_text(report(finding(value=value, message=message)), "en")


def test_a_long_value_is_cut_to_eighty_columns() -> None:
    (line,) = [line for line in as_text(report(finding(value="长" * 500)), "zh").splitlines() if "值：" in line]
    value = line.removeprefix("    值：")
    assert value.endswith("…")
    assert 78 <= columns.width(value) <= 80


@thorough
@given(reports, languages)
def test_text_has_no_characters_that_cannot_be_seen(made: Report, lang: messages.Language) -> None:
    for shown in (as_text(made, lang), summary(made, lang)):
        assert not [char for char in shown if char != "\n" and unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
        shown.encode()


@thorough
@given(reports, languages)
def test_text_has_no_more_lines_than_its_findings_need(made: Report, lang: messages.Language) -> None:
    assert len(as_text(made, lang).split("\n")) <= 5 * len(made.findings) + 1


# summary


def test_the_summary_counts_by_rule_the_gravest_first() -> None:
    made = report(
        finding(rule="E60", severity=Severity.INFO, place=Place(file="a.yaml", line=1)),
        finding(rule="E14", place=Place(file="a.yaml", line=2, column=3)),
        finding(rule="E14", place=Place(file="a.yaml", line=5)),
        finding(rule="E14", place=Place(file="b.yaml", line=1)),
        finding(rule="E02", severity=Severity.WARNING, place=Place(file="b.yaml", line=9), fix=None),
    )
    header, rule, *rows, last = summary(made, "zh").splitlines()
    assert header.split() == ["规则", "严重程度", "次数", "文件数", "首处", "处理办法"]
    assert set(rule) == {"─"}
    assert [row.split() for row in rows] == [
        ["E14", "错误", "3", "2", "a.yaml:2:3", "请写明对照组。"],
        ["E02", "警告", "1", "1", "b.yaml:9", "没有写明对照组。"],
        ["E60", "提示", "1", "1", "a.yaml:1", "请写明对照组。"],
    ]
    assert last == "错误 3 项，警告 1 项，提示 1 项。"


def test_the_columns_of_the_summary_are_aligned_by_width() -> None:
    made = report(finding(place=Place(file="长名字的文件.yaml", line=1)), finding(rule="E15", place=Place(file="b.yaml", line=1)))
    lines = summary(made, "zh").splitlines()
    assert {columns.width(line[: line.index("请写")]) for line in lines if "请写" in line} == {
        columns.width(lines[0][: lines[0].index("处理")])
    }


def test_a_summary_of_nothing_is_the_line_of_counts() -> None:
    assert summary(report(), "en") == "Violations: 0, warnings: 0, notes: 0."


# JSON


def test_json_has_the_documented_form() -> None:
    document = json.loads(as_json(report(finding())))
    assert list(document) == ["tool", "release", "findings", "summary"]
    assert list(document["findings"][0]) == ["rule", "severity", "message", "place", "excerpt", "value", "authority", "fix"]
    assert list(document["findings"][0]["place"]) == [
        *("file", "line", "column", "end_column", "clause", "page", "paragraph", "sheet", "cell", "pointer", "node", "path")
    ]
    assert document["findings"][0]["fix"] == {"replacement": None, "text": "请写明对照组。"}
    assert document["summary"] == {"violation": 1, "warning": 0, "info": 0}


@thorough
@given(reports)
def test_json_gives_the_same_findings_back(made: Report) -> None:
    text = as_json(made)
    text.encode()
    assert not [char for char in text if char != "\n" and unicodedata.category(char) in {"Cc", "Cf", "Cs"}]
    for read, written in zip(json.loads(text)["findings"], made.findings, strict=True):
        assert read["message"] == unjoined(written.message)
        assert read["value"] == (None if written.value is None else unjoined(written.value))
        assert read["severity"] == written.severity


# SARIF


RULE_KEYS = {"id", "shortDescription", "fullDescription", "help", "helpUri", "defaultConfiguration"}
RESULT_KEYS = {"ruleId", "ruleIndex", "level", "message", "locations", "fixes", "partialFingerprints", "properties"}


def test_sarif_names_rule_region_and_fix() -> None:
    place = Place(file="基地 1/a:b.yaml", line=3, column=2, end_column=6, node="https://w3id.org/isgkg/exp/A")
    document = json.loads(as_sarif(report(finding(place=place, fix=Fix(replacement="C203", text="请改为 C203。"))), "zh"))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    assert (run["columnKind"], run["language"]) == ("unicodeCodePoints", "zh-CN")
    (rule,) = run["tool"]["driver"]["rules"]
    assert (rule["id"], rule["defaultConfiguration"]) == ("E14", {"level": "error"})
    assert rule["help"]["text"] == "四（一）四是「明确对照组」 https://w3id.org/isgkg/src/isg2025/span/10-20"
    (result,) = run["results"]
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("E14", 0, "error")
    assert result["message"]["text"] == "没有写明对照组。请改为 C203。"
    region = {"startLine": 3, "startColumn": 2, "endColumn": 6}
    uri = "%E5%9F%BA%E5%9C%B0%201/a%3Ab.yaml"
    (location,) = result["locations"]
    assert location["physicalLocation"] == {"artifactLocation": {"uri": uri}, "region": region}
    assert location["logicalLocations"] == [{"fullyQualifiedName": "https://w3id.org/isgkg/exp/A", "kind": "resource"}]
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change == {"artifactLocation": {"uri": uri}, "replacements": [{"deletedRegion": region, "insertedContent": {"text": "C203"}}]}


def test_sarif_names_the_cell_of_a_workbook() -> None:
    result = json.loads(as_sarif(report(finding(place=Place(file="b.xlsx", sheet="实验记录", cell="F12"))), "en"))["runs"][0]["results"][0]
    assert result["locations"][0] == {
        "physicalLocation": {"artifactLocation": {"uri": "b.xlsx"}},
        "logicalLocations": [{"fullyQualifiedName": "实验记录!F12", "kind": "cell"}],
    }


@pytest.mark.parametrize(
    "place", [Place(file="a.yaml", line=3, column=2), Place(file="a.yaml", line=3), Place(line=3, column=2, end_column=6), Place()]
)
def test_sarif_offers_a_fix_only_where_it_knows_what_to_replace(place: Place) -> None:
    result = json.loads(as_sarif(report(finding(place=place, fix=Fix(replacement="C203"))), "en"))["runs"][0]["results"][0]
    assert "fixes" not in result


def fingerprints(made: Report, lang: messages.Language = "zh") -> list[str]:
    return [result["partialFingerprints"]["isgkgFinding/v1"] for result in json.loads(as_sarif(made, lang))["runs"][0]["results"]]


def test_a_fingerprint_outlives_a_move_and_a_change_of_language() -> None:
    before = report(finding(), finding(rule="E15"))
    after = report(finding(place=Place(file="wuhan.yaml", line=40, column=1), message="No control group."), finding(rule="E15"))
    assert fingerprints(before) == fingerprints(after, "en")


def test_fingerprints_of_like_findings_differ() -> None:
    assert len(set(fingerprints(report(finding(), finding(), finding())))) == 3


def test_sarif_messages_hold_neither_placeholders_nor_links() -> None:
    made = report(finding(message="{0} [text](1) [kept]", fix=None))
    message = json.loads(as_sarif(made, "en"))["runs"][0]["results"][0]["message"]["text"]
    assert message == "{{0}} \\[text](1) [kept]"


@thorough
@given(reports, languages)
def test_sarif_keeps_to_the_standard(made: Report, lang: messages.Language) -> None:
    text = as_sarif(made, lang)
    text.encode()
    (run,) = json.loads(text)["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert all(rule.keys() <= RULE_KEYS and isinstance(rule["shortDescription"]["text"], str) for rule in rules)
    assert all(re.match(r"https?://[!-~]*$", rule.get("helpUri", "http://")) for rule in rules)
    for result, written in zip(run["results"], made.findings, strict=True):
        assert result.keys() <= RESULT_KEYS
        assert result["ruleId"] == unjoined(written.rule) == rules[result["ruleIndex"]]["id"]
        assert result["level"] in {"error", "warning", "note"}
        assert isinstance(result["message"]["text"], str)
        for location in result.get("locations", []):
            uri = location.get("physicalLocation", {}).get("artifactLocation", {}).get("uri", "")
            assert re.fullmatch(r"[A-Za-z0-9_.~%/-]*|file:///[A-Za-z0-9_.~%/-]*", uri)
            assert all(number >= 1 for number in location.get("physicalLocation", {}).get("region", {}).values())
            assert all(name["fullyQualifiedName"] for name in location.get("logicalLocations", []))


# CSV


def cells(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def test_csv_has_one_row_a_finding_and_a_header_in_the_language() -> None:
    (row,) = cells(as_csv(report(finding(value="某组")), "zh"))
    assert (row["文件"], row["行"], row["列"], row["严重程度"], row["规则"]) == ("wuhan.yaml", "12", "5", "错误", "E14")
    assert (row["问题"], row["处理办法"], row["值"]) == ("没有写明对照组。", "请写明对照组。", "某组")
    assert (row["依据条款"], row["依据原文"]) == ("四（一）四是", "明确对照组")
    assert list(cells(as_csv(report(finding()), "en"))[0])[:3] == ["File", "Line", "Column"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "'=", "''@"])
def test_no_cell_begins_like_a_formula(start: str) -> None:
    (row,) = cells(as_csv(report(finding(value=f"{start}1")), "en"))
    assert row["Value"] == f"'{start}1"


def restored(cell: str) -> str:
    return cell[1:] if re.match(r"'+[=+\-@＝＋－＠\t\r\n]", cell) else cell


def without_halves(text: str | None) -> str:
    return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", text or "")


@thorough
@given(reports)
def test_csv_gives_the_same_texts_back(made: Report) -> None:
    text = as_csv(made, "en")
    text.encode()
    for row, written in zip(cells(text), made.findings, strict=True):
        assert not re.match("[=+@\t\r\n-]", row["Value"])
        assert restored(row["What is wrong"]) == without_halves(written.message)
        assert restored(row["Value"]) == without_halves(written.value)
        assert restored(row["File"]) == without_halves(written.place.file)


# HTML

TAGS = {
    *("html", "head", "meta", "title", "style", "body", "h1", "p", "b", "code", "span", "bdi", "a", "article", "blockquote"),
    *("details", "summary", "div", "table", "thead", "tbody", "tr", "th", "td"),
}


class Reader(HTMLParser):
    """The tags, the attributes and the text of a page, and whether every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


def test_html_is_one_page_in_its_language_without_anything_from_elsewhere() -> None:
    text = as_html(report(finding(value="某组")), "zh")
    assert '<html lang="zh-Hans">' in text
    assert '<html lang="en">' in as_html(report(), "en")
    page = read(text)
    assert [value for name, value in page.attributes if name in {"src", "href"} and not str(value).startswith("#")] == [
        "https://w3id.org/isgkg/src/isg2025/span/10-20"
    ]
    for part in ("wuhan.yaml:12:5", "没有写明对照组。", "请写明对照组。", "四（一）四是「明确对照组」", "某组"):
        assert part in page.text


def test_html_groups_by_file_and_leads_from_a_rule_to_its_first_finding() -> None:
    made = report(finding(), finding(rule="E15"), finding(place=Place(file="b.yaml", line=1)))
    page = read(as_html(made, "en"))
    assert page.attributes.count(("class", "file")) == 2
    anchors = {value for name, value in page.attributes if name == "id"}
    links = {str(value).removeprefix("#") for name, value in page.attributes if name == "href" and str(value).startswith("#")}
    assert anchors == {"f1", "f2", "f3"}
    assert links == {"f1", "f2"}


def test_a_long_report_is_folded_and_a_short_one_is_not() -> None:
    def opened(count: int) -> int:
        found = [finding(place=Place(file=f"{number % 2}.yaml", line=number + 1)) for number in range(count)]
        return as_html(report(*found), "en").count('class="file" open')

    assert (opened(10), opened(1000)) == (2, 0)


def test_html_of_nothing_says_so() -> None:
    assert "没有发现问题。" in as_html(report(), "zh")


@pytest.mark.parametrize("iri", ["javascript:alert(1)", "data:text/html,x", "java\nscript:x", "https://a\n.example/"])
def test_html_links_only_to_the_web(iri: str) -> None:
    page = read(as_html(report(finding(authority=Authority(iri=iri))), "en"))
    assert [value for name, value in page.attributes if name == "href"] == ["#f1"]


@thorough
@given(reports, languages)
def test_html_holds_no_tag_that_a_finding_brought(made: Report, lang: messages.Language) -> None:
    text = as_html(made, lang)
    text.encode()
    page = read(text)
    assert set(page.tags) <= TAGS
    assert page.tags.count("article") == len(made.findings)
    assert {name for name, _ in page.attributes} <= {
        "lang",
        "charset",
        "name",
        "content",
        "http-equiv",
        "class",
        "open",
        "id",
        "href",
        "scope",
    }
    assert all(str(value).startswith(("#f", "http://", "https://")) for name, value in page.attributes if name == "href")
    assert not [char for char in text if char != "\n" and unicodedata.category(char) in {"Cc", "Cf", "Cs"}]
    for written in made.findings:
        assert columns.visible(written.message) in page.text


# the model


def test_every_rendering_has_a_name() -> None:
    made = report(finding())
    assert set(findings.RENDERINGS) == {"text", "summary", "json", "sarif", "html", "csv"}
    assert all(render(made, lang) for render in findings.RENDERINGS.values() for lang in messages.LANGUAGES)


def test_a_report_can_be_narrowed_to_the_gravest() -> None:
    made = report(finding(), finding(severity=Severity.WARNING), finding(severity=Severity.INFO))
    assert [made.at_least(severity).findings for severity in Severity] == [made.findings[:1], made.findings[:2], made.findings]


@thorough
@given(reports, languages)
def test_a_report_renders_to_the_same_bytes_each_time(made: Report, lang: messages.Language) -> None:
    assert all(render(made, lang) == render(made, lang) for render in findings.RENDERINGS.values())
