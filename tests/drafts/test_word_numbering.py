"""Automatic numbers: what Word shows before a paragraph, which stands nowhere in its text."""

import pytest

from isgkg.drafts.word.numerals import formatted
from tests.drafts.word_documents import blocks, document, inserted, paragraph, run

STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{level}"><w:name w:val="heading {level}"/>'
    '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    for level in (1, 2, 3)
)


def level(depth: int, text: str, form: str = "decimal", more: str = "", start: int = 1) -> str:
    return f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def abstract(id_: int, *levels: str, more: str = "") -> str:
    return f'<w:abstractNum w:abstractNumId="{id_}">{more}{"".join(levels)}</w:abstractNum>'


def num(id_: int, of: int, more: str = "") -> str:
    return f'<w:num w:numId="{id_}"><w:abstractNumId w:val="{of}"/>{more}</w:num>'


def item(id_: int, depth: int = 0, text: str = "甲", more: str = "") -> str:
    return paragraph(text, properties=f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{id_}"/></w:numPr>{more}')


def numbers(body: str, numbering: str, styles: str = "") -> list[str | None]:
    return [block.number for block in blocks(document(body, numbering=numbering, styles=styles))]


CLAUSES = abstract(0, level(0, "%1"), level(1, "%1.%2"), level(2, "%1.%2.%3")) + num(1, 0)


def test_clauses_are_counted_by_level() -> None:
    body = item(1) + item(1, 1) + item(1, 1) + item(1, 2) + item(1) + paragraph("无") + item(1, 1)
    assert numbers(body, CLAUSES) == ["1", "1.1", "1.2", "1.2.1", "2", None, "2.1"]


def test_styles_stand_for_levels() -> None:
    linked = abstract(
        0, *(level(depth, text, more=f'<w:pStyle w:val="{depth + 1}"/>') for depth, text in enumerate(("%1", "%1.%2")))
    ) + num(1, 0)
    body = "".join(paragraph("甲", properties=f'<w:pStyle w:val="{style}"/>') for style in (1, 2, 2, 1))
    assert numbers(body, linked, STYLES) == ["1", "1.1", "1.2", "2"]


def test_a_style_is_numbered_as_the_one_it_is_based_on() -> None:
    child = '<w:style w:type="paragraph" w:styleId="x"><w:name w:val="条"/><w:basedOn w:val="1"/>'
    child += '<w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>'
    body = paragraph("甲", properties='<w:pStyle w:val="1"/>') + paragraph("乙", properties='<w:pStyle w:val="x"/>')
    assert numbers(body, CLAUSES, STYLES + child) == ["1", "1.1"]


def test_a_paragraph_may_leave_the_list_of_its_style() -> None:
    body = paragraph("甲", properties='<w:pStyle w:val="1"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    assert numbers(body, CLAUSES, STYLES) == [None]


def test_lists_of_one_kind_count_on_and_start_anew_where_they_say_so() -> None:
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbering = abstract(0, level(0, "%1)", "lowerLetter")) + num(1, 0) + num(2, 0) + num(3, 0, anew)
    body = item(1) + item(1) + item(2) + item(3) + item(3) + item(1)
    assert numbers(body, numbering) == ["a)", "b)", "c)", "a)", "b)", "c)"]


def test_a_list_may_describe_a_level_itself() -> None:
    own = f'<w:lvlOverride w:ilvl="0">{level(0, "（%1）", "chineseCounting", start=3)}</w:lvlOverride>'
    assert numbers(item(2) + item(2), abstract(0, level(0, "%1")) + num(2, 0, own)) == ["（三）", "（四）"]


def test_levels_that_begin_again_late_or_never() -> None:
    never = abstract(0, level(0, "%1"), level(1, "%2)", more='<w:lvlRestart w:val="0"/>')) + num(1, 0)
    assert numbers(item(1) + item(1, 1) + item(1) + item(1, 1), never) == ["1", "1)", "2", "2)"]
    late = abstract(0, level(0, "%1"), level(1, "%1.%2"), level(2, "%3)", more='<w:lvlRestart w:val="1"/>')) + num(1, 0)
    body = item(1) + item(1, 1) + item(1, 2) + item(1, 1) + item(1, 2) + item(1) + item(1, 2)
    assert numbers(body, late) == ["1", "1.1", "1)", "1.2", "2)", "2", "1)"]


def test_chinese_chapters_and_legal_clauses() -> None:
    numbering = abstract(0, level(0, "第%1章", "chineseCountingThousand"), level(1, "%1.%2", more="<w:isLgl/>")) + num(1, 0)
    assert numbers(item(1) * 11 + item(1, 1), numbering)[-2:] == ["第十一章", "11.1"]


def test_annexes_and_their_clauses() -> None:
    numbering = abstract(0, level(0, "附录　%1", "upperLetter"), level(1, "%1.%2")) + num(1, 0)
    assert numbers(item(1) + item(1) + item(1, 1), numbering) == ["附录　A", "附录　B", "B.1"]


def test_bullets_and_empty_numbers_are_none() -> None:
    numbering = abstract(0, level(0, "•", "bullet"), level(1, "", "none")) + num(1, 0)
    assert numbers(item(1) + item(1, 1) + item(1, 5) + item(7), numbering) == [None] * 4


def test_words_in_place_of_a_bullet_are_a_label() -> None:
    numbering = abstract(0, level(0, "注：", "bullet"), level(1, "示例%2：", "decimal"), level(2, "l", "bullet")) + num(1, 0)
    assert numbers(item(1) + item(1, 1) + item(1, 1) + item(1, 2), numbering) == ["注：", "示例1：", "示例2：", None]


def test_a_list_that_a_style_of_lists_describes() -> None:
    numbering = (
        abstract(0, level(0, "%1."), more='<w:styleLink w:val="s"/>')
        + abstract(1, more='<w:numStyleLink w:val="s"/>')
        + num(1, 0)
        + num(2, 1)
    )
    assert numbers(item(2) + item(2), numbering) == ["1.", "2."]


def test_a_format_of_newer_versions_has_one_for_all() -> None:
    form = (
        '<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="001, 002, ..."/></mc:Choice>'
        '<mc:Fallback><w:numFmt w:val="decimalZero"/></mc:Fallback></mc:AlternateContent>'
    )
    assert numbers(item(1), abstract(0, f'<w:lvl w:ilvl="0"><w:start w:val="1"/>{form}<w:lvlText w:val="%1"/></w:lvl>') + num(1, 0)) == [
        "01"
    ]


def test_empty_paragraphs_are_counted_and_hidden_ones_are_not() -> None:
    body = item(1, text="") + item(1, text="", more="<w:rPr><w:vanish/></w:rPr>") + item(1)
    found = blocks(document(body, numbering=CLAUSES))
    assert [(block.text, block.number) for block in found] == [("", "1"), ("甲", "2")]


def test_inserted_paragraphs_are_not_counted_in_the_original() -> None:
    added = paragraph(
        inserted(run("新")), properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:ins w:id="1"/></w:rPr>'
    )
    data = document(item(1) + added + item(1, text="乙"), numbering=CLAUSES)
    assert [(block.text, block.number) for block in blocks(data)] == [("甲", "1"), ("新", "2"), ("乙", "3")]
    assert [(block.text, block.number) for block in blocks(data, original=True)] == [("甲", "1"), ("乙", "2")]


def test_senseless_numbers_are_passed_over() -> None:
    wild = (
        item(1).replace('w:ilvl w:val="0"', 'w:ilvl w:val="-1"')
        + item(1, 99999)
        + item(1).replace('w:numId w:val="1"', 'w:numId w:val="x"')
    )
    assert numbers(wild, abstract(0, level(0, "%1", start=999999999)) + num(1, 0)) == ["999999999", None, None]
    assert numbers(item(1), abstract(0, level(0, "%1" * 1000)) + num(1, 0)) == [None]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("decimal", "1 10 11 20 21 99 101 110"),
        ("lowerLetter", "a j k t u uuuu wwww fffff"),
        ("upperRoman", "I X XI XX XXI XCIX CI CX"),
        ("chineseCounting", "一 十 十一 二十 二十一 九十九 一〇一 一一〇"),
        ("chineseCountingThousand", "一 十 十一 二十 二十一 九十九 一百零一 一百一十"),
        ("ideographDigital", "一 一〇 一一 二〇 二一 九九 一〇一 一一〇"),
        ("chineseLegalSimplified", "壹 壹拾 壹拾壹 贰拾 贰拾壹 玖拾玖 壹佰零壹 壹佰壹拾"),
        ("decimalFullWidth", "１ １０ １１ ２０ ２１ ９９ １０１ １１０"),
        ("decimalEnclosedCircleChinese", "① ⑩ ⑪ ⑳ 21 99 101 110"),
        ("decimalEnclosedParen", "⑴ ⑽ ⑾ ⒇ 21 99 101 110"),
        ("ideographTraditional", "甲 癸 11 20 21 99 101 110"),
        ("decimalZero", "01 10 11 20 21 99 101 110"),
        ("none", " " * 7),
        ("unheardOf", "1 10 11 20 21 99 101 110"),
    ],
)
def test_numerals(form: str, expected: str) -> None:
    assert " ".join(formatted(number, form) for number in (1, 10, 11, 20, 21, 99, 101, 110)) == expected


@pytest.mark.parametrize("form", ["lowerLetter", "lowerRoman", "chineseCountingThousand", "ideographZodiac", "decimalEnclosedCircle"])
@pytest.mark.parametrize("number", [0, 999_999_999])
def test_numerals_go_only_so_far(form: str, number: int) -> None:
    assert formatted(number, form) == str(number)


def test_thousands() -> None:
    assert [formatted(number, "chineseCountingThousand") for number in (1000, 1001, 1010, 2345)] == [
        "一千",
        "一千零一",
        "一千零一十",
        "二千三百四十五",
    ]
