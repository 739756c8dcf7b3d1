"""Reading Word documents: every word that a reader of the printed page sees, once, in order, and what kind of paragraph it stands in."""

import io
import time

import docx
import pytest
from docx.enum.text import WD_BREAK

from isgkg.drafts.model import Kind
from isgkg.drafts.word import reader
from tests.drafts.word_documents import (
    blocks,
    box,
    deleted,
    document,
    field,
    footnote,
    gone,
    inserted,
    margin,
    note,
    paragraph,
    ruby,
    run,
    strict,
    table,
    texts,
)

HEADINGS = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="章标题"/><w:basedOn w:val="1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="c"><w:name w:val="条标题"/><w:basedOn w:val="b"/>'
    '<w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="d"><w:name w:val="无标题条"/><w:basedOn w:val="c"/>'
    '<w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="h"><w:name w:val="隐藏"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="e"><w:name w:val="环"/><w:basedOn w:val="f"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="f"><w:name w:val="环二"/><w:basedOn w:val="e"/></w:style>'
)


def styled(style: str, *content: str, properties: str = "") -> str:
    return paragraph(*content, properties=f'<w:pStyle w:val="{style}"/>{properties}')


def saved(book: "docx.document.Document") -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_terms_are_whole_however_their_runs_are_cut() -> None:
    made = docx.Document()
    words = made.add_paragraph("设置对")
    words.add_run("照").bold = True
    words.add_run("组").add_break()
    words.add_run("和实验组\t甲")
    assert texts(saved(made)) == ["设置对照组和实验组\t甲"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<w:t>对照</w:t><w:br/><w:t>组</w:t>", "对照组"),
        ("<w:t>control</w:t><w:cr/><w:t>group</w:t>", "control group"),
        ("<w:t>a</w:t><w:br/><w:br/><w:t>b</w:t>", "a b"),
        ("<w:br/><w:t>　　甲 </w:t><w:br/>", "甲"),
        ("<w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t>", "a-b"),
        ("<w:t>对照</w:t><w:softHyphen/><w:t>组</w:t>", "对照组"),
        ('<w:t>甲</w:t><w:sym w:font="Wingdings" w:char="F04A"/><w:t>乙</w:t>', "甲乙"),
        ("<w:t> 甲 </w:t><w:t>乙</w:t>", "甲乙"),
        ('<w:t xml:space="preserve">a </w:t><w:t>b</w:t>', "a b"),
        ("<w:t>a\nb</w:t>", "a b"),
        ("<w:t>甲<!-- 注 -->乙</w:t>", "甲乙"),
        ("<w:t>甲</w:t><w:ptab/><w:t>乙</w:t>", "甲\t乙"),
    ],
)
def test_signs_within_runs(content: str, text: str) -> None:
    assert texts(document(f"<w:p><w:r>{content}</w:r></w:p>")) == [text]


@pytest.mark.parametrize(
    ("content", "accepted", "original"),
    [
        (run("设置") + inserted(run("控制")) + deleted(gone("对照")) + run("组"), "设置控制组", "设置对照组"),
        (run("甲") + inserted(run("乙") + deleted(gone("丙"))), "甲乙", "甲"),
        (f"{run('甲')}<w:moveFrom>{run('乙')}</w:moveFrom>", "甲", "甲乙"),
        (f"{run('甲')}<w:moveTo>{run('乙')}</w:moveTo>", "甲乙", "甲"),
        (deleted(run("丙")) + run("甲"), "甲", "丙甲"),
        (f"<w:hyperlink>{inserted(run('甲'))}</w:hyperlink>{run('乙')}", "甲乙", "乙"),
    ],
)
def test_tracked_changes_are_accepted_or_undone(content: str, accepted: str, original: str) -> None:
    data = document(paragraph(content))
    assert (texts(data), texts(data, original=True)) == ([accepted], [original])


def marked(change: str, *content: str) -> str:
    return paragraph(*content, properties=f"<w:rPr><w:{change}/></w:rPr>")


def test_paragraphs_are_joined_where_the_mark_between_them_is_deleted() -> None:
    data = document(marked("del", "对照") + paragraph("组") + paragraph("丙"))
    assert texts(data) == ["对照组", "丙"]
    assert texts(data, original=True) == ["对照", "组", "丙"]
    assert [block.paragraph for block in blocks(data)] == [1, 2]


def test_paragraphs_are_joined_in_the_original_where_the_mark_was_inserted() -> None:
    data = document(marked("ins", "对照") + paragraph("组"))
    assert texts(data) == ["对照", "组"]
    assert texts(data, original=True) == ["对照组"]


def test_a_deleted_paragraph_leaves_nothing_and_the_next_one_its_style() -> None:
    whole = f'<w:p><w:pPr><w:pStyle w:val="1"/><w:rPr><w:del/></w:rPr></w:pPr>{deleted(gone("旧标题"))}</w:p>'
    data = document(whole + paragraph("正文"), styles=HEADINGS)
    assert [(block.text, block.kind) for block in blocks(data)] == [("正文", Kind.TEXT)]
    assert [(block.text, block.kind) for block in blocks(data, original=True)] == [("旧标题", Kind.HEADING), ("正文", Kind.TEXT)]


def test_a_deleted_mark_before_a_table_ends_its_paragraph() -> None:
    assert texts(document(marked("del", "甲") + table((paragraph("乙"),)))) == ["甲", "乙"]


def test_deleted_rows_and_changed_styles() -> None:
    rows = (
        "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>" + paragraph("旧") + "</w:tc></w:tr><w:tr><w:tc>" + paragraph("新") + "</w:tc></w:tr>"
    )
    change = '<w:pPrChange><w:pPr><w:pStyle w:val="1"/></w:pPr></w:pPrChange>'
    data = document(f"{rows}</w:tbl>{styled('a', '甲', properties=change)}", styles=HEADINGS)
    assert texts(data) == ["新", "甲"]
    assert texts(data, original=True) == ["旧", "新", "甲"]
    assert [blocks(data, original=original)[-1].kind for original in (False, True)] == [Kind.TEXT, Kind.HEADING]


def test_notes_stand_behind_the_paragraph_that_refers_to_them() -> None:
    separator = f'<w:footnote w:type="separator" w:id="-1">{paragraph("——")}</w:footnote>'
    body = paragraph("甲", footnote(2), "乙", footnote(1)) + paragraph("丙", deleted(footnote(3)))
    data = document(body, footnotes=separator + note(1, paragraph("一")) + note(2, paragraph("二")) + note(3, paragraph("三")))
    assert [(block.text, block.kind, block.paragraph) for block in blocks(data)] == [
        ("甲乙", Kind.TEXT, 1),
        ("二", Kind.FOOTNOTE, 1),
        ("一", Kind.FOOTNOTE, 1),
        ("丙", Kind.TEXT, 2),
    ]
    assert texts(data, original=True)[-1] == "三"


def test_text_boxes_come_before_notes() -> None:
    data = document(paragraph("甲", footnote(1), box(paragraph("盒"))), footnotes=note(1, paragraph("注")))
    assert texts(data) == ["甲", "盒", "注"]


def test_endnotes_and_notes_that_refer_to_themselves() -> None:
    own = '<w:r><w:endnoteReference w:id="1"/></w:r>'
    data = document(paragraph("甲", own, own), endnotes=f'<w:endnote w:id="1">{paragraph("注", own)}</w:endnote>')
    assert texts(data) == ["甲", "注"]


def test_text_boxes_are_read_once() -> None:
    data = document(paragraph("甲", box(paragraph("盒中", box(paragraph("盒中盒"))) + table((paragraph("格"),))), "乙") + paragraph("丙"))
    assert [(block.text, block.kind, block.paragraph) for block in blocks(data)] == [
        ("甲乙", Kind.TEXT, 1),
        ("盒中", Kind.BOX, 1),
        ("盒中盒", Kind.BOX, 1),
        ("格", Kind.BOX, 1),
        ("丙", Kind.TEXT, 2),
    ]


def test_tables_with_tables_and_merged_cells() -> None:
    made = docx.Document()
    rows = made.add_table(2, 2)
    rows.cell(0, 0).merge(rows.cell(0, 1)).text = "合并"
    rows.cell(1, 0).text = "甲"
    rows.cell(1, 1).add_table(1, 1).cell(0, 0).text = "内"
    made.add_paragraph("后")
    assert [(block.text, block.kind) for block in blocks(saved(made))] == [
        ("合并", Kind.CELL),
        ("甲", Kind.CELL),
        ("内", Kind.CELL),
        ("后", Kind.TEXT),
    ]


def test_headings_are_known_by_the_styles_they_descend_from() -> None:
    own = '<w:outlineLvl w:val="2"/>'
    body = (
        styled("1", "一")
        + styled("b", "二")
        + styled("c", "三")
        + styled("d", "四")
        + styled("e", "五")
        + styled("a", "六", properties=own)
    )
    found = [(block.kind, block.level) for block in blocks(document(body, styles=HEADINGS))]
    heading, plain = Kind.HEADING, (Kind.TEXT, 0)
    assert found == [(heading, 1), (heading, 1), (heading, 2), plain, plain, (heading, 3)]


def test_headings_of_python_docx() -> None:
    made = docx.Document()
    made.add_heading("标题", 0)
    made.add_heading("范围", 1)
    made.add_heading("总则", 2)
    assert [(block.kind, block.level) for block in blocks(saved(made))] == [(Kind.TEXT, 0), (Kind.HEADING, 1), (Kind.HEADING, 2)]


def test_headings_of_documents_without_styles() -> None:
    assert blocks(document(styled("Heading2", "甲")))[0].level == 2


def test_contents_by_style_field_and_control() -> None:
    control = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{paragraph('目次')}</w:sdtContent></w:sdt>"
    )
    begun = field(r'TOC \o "1-3"', "").replace('<w:r><w:fldChar w:fldCharType="end"/></w:r>', "")
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    listed = paragraph(begun, "1 范围", field("PAGEREF a", run("1"))) + paragraph("2 术语") + paragraph(end, "范围")
    body = control + styled("TOC1", "前言") + listed + paragraph(field("REF a", run("正文")))
    data = document(body, styles=HEADINGS)
    assert [(block.text, block.kind) for block in blocks(data)] == [
        ("目次", Kind.CONTENTS),
        ("前言", Kind.CONTENTS),
        ("1 范围1", Kind.CONTENTS),
        ("2 术语", Kind.CONTENTS),
        ("范围", Kind.TEXT),
        ("正文", Kind.TEXT),
    ]


def test_instructions_of_fields_are_no_text_and_results_are() -> None:
    nested = field(f"IF {field('MERGEFIELD a', run('不读'))}", run("读"))
    simple = f'<w:fldSimple w:instr="PAGE">{run("3")}</w:fldSimple>'
    unended = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    assert texts(document(paragraph(nested, simple, unended, "后"))) == ["读3后"]


def test_hidden_text_is_not_read() -> None:
    body = paragraph("甲", run("不读", "<w:vanish/>"), run("乙", '<w:vanish w:val="0"/>'))
    body += styled("h", "不读", run("丙", '<w:vanish w:val="false"/>'))
    assert texts(document(body, styles=HEADINGS)) == ["甲乙", "丙"]


def test_content_within_other_elements_is_read() -> None:
    body = paragraph(
        f"<w:smartTag>{run('甲')}</w:smartTag><w:hyperlink>{run('乙')}</w:hyperlink>",
        f"<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>{run('丙')}</w:sdtContent></w:sdt>",
        ruby("丁"),
        f"<m:oMath><m:r>{run('不读')}<m:t>x</m:t></m:r></m:oMath>",
        "戊",
    )
    assert texts(document(f"<w:customXml>{body}</w:customXml>")) == ["甲乙丙丁戊"]


def test_comments_are_not_read() -> None:
    made = docx.Document()
    made.add_comment(made.add_paragraph("正文").runs, "批注", author="甲")
    assert texts(saved(made)) == ["正文"]


def test_headers_and_footers_are_read_behind_the_body() -> None:
    made = docx.Document()
    made.add_paragraph("正文")
    first, second = made.sections[0], made.add_section()
    first.header.paragraphs[0].text = "页眉"
    first.footer.paragraphs[0].text = "页脚"
    first.footer.add_paragraph("第 1 页")
    second.header.is_linked_to_previous = False
    second.header.paragraphs[0].text = "另一页眉"
    found = [(block.text, block.kind, block.paragraph, block.page) for block in blocks(saved(made))]
    assert found[0][:2] == ("正文", Kind.TEXT)
    assert found[1:] == [
        ("页眉", Kind.HEADER, None, None),
        ("另一页眉", Kind.HEADER, None, None),
        ("页脚", Kind.FOOTER, None, None),
        ("第 1 页", Kind.FOOTER, None, None),
    ]


def test_a_header_that_no_section_refers_to_is_not_read() -> None:
    held = paragraph("页眉", box(paragraph("框")), properties='<w:outlineLvl w:val="0"/>')
    assert texts(document(paragraph("正文"), header=held)) == ["正文"]
    data = document(paragraph("正文") + margin("header", "header"), header=held)
    assert [(block.text, block.kind) for block in blocks(data)[1:]] == [("页眉", Kind.HEADER), ("框", Kind.HEADER)]
    assert texts(strict(data)) == ["正文", "页眉", "框"]
    assert texts(document(paragraph("正文") + margin("header", "none"), header=held)) == ["正文"]


def test_paragraphs_are_counted_as_a_person_counts_them() -> None:
    data = document(paragraph("一") + paragraph() + table((paragraph("三"), paragraph("四"))) + paragraph("五"))
    assert [(block.text, block.paragraph) for block in blocks(data)] == [("一", 1), ("三", 3), ("四", 4), ("五", 5)]


def test_pages_where_word_has_laid_the_document_out() -> None:
    turned = "<w:r><w:lastRenderedPageBreak/></w:r>"
    broken = '<w:r><w:br w:type="page"/></w:r>'
    body = paragraph("一", broken) + paragraph(turned, "二") + paragraph("二", turned, "三") + paragraph("三") + paragraph(turned, "四")
    assert [(block.text, block.page) for block in blocks(document(body))] == [("一", 1), ("二", 2), ("二三", 2), ("三", 3), ("四", 4)]
    made = docx.Document()
    made.add_paragraph("甲").add_run().add_break(WD_BREAK.PAGE)
    made.add_paragraph("乙")
    assert {block.page for block in blocks(saved(made))} == {None}


def test_the_strict_form_is_read_in_the_same_way() -> None:
    data = document(styled("c", "甲", inserted(run("乙")), footnote(1)), styles=HEADINGS, footnotes=note(1, paragraph("注")))
    assert blocks(strict(data)) == blocks(data)


def test_a_hundred_pages_are_read_at_once() -> None:
    words = [run("智能社会发展与治理标准化", "<w:b/>"), run("设置对照组。")] * 3
    data = document(paragraph(*words, properties="<w:jc/>") * 3000)
    begun = time.perf_counter()
    assert len(reader.read(data, "a.docx").blocks) == 3000
    assert time.perf_counter() - begun < 2  # it takes a tenth of this; a busy machine may take longer
