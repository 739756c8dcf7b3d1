"""Drafts in NISO and ISO STS: as a person sees them."""

import pytest

from isgkg.drafts import sts
from isgkg.drafts.model import Kind

from .support import refused

STS = """<?xml version="1.0"?>
<!DOCTYPE standard PUBLIC "-//NISO//DTD" "http://127.0.0.1:9/x.dtd">
<standard xmlns:tbx="urn:iso:std:iso:30042:ed-1" xml:lang="zh"><front><std-meta><std-ident>1</std-ident></std-meta></front><body>
<sec><label>4</label><title>总则</title><p>设置<bold>对照</bold>组<fn><p>脚注</p></fn>。</p>
<non-normative-note><label>注 1</label><p>内容</p></non-normative-note></sec>
<sec><label>3</label><title>术语和定义</title><term-sec><label>3.1</label><tbx:termEntry>
<tbx:langSet xml:lang="zh"><tbx:definition>甲乙</tbx:definition><tbx:tig><tbx:term>术语</tbx:term></tbx:tig></tbx:langSet>
<tbx:langSet xml:lang="en"><tbx:tig><tbx:term>term</tbx:term></tbx:tig></tbx:langSet></tbx:termEntry></term-sec></sec>
</body></standard>"""


def test_sts_as_a_person_sees_it() -> None:
    blocks = sts.blocks(STS.encode())
    assert [(block.number, block.text) for block in blocks] == [
        ("4", "总则"),
        (None, "设置对照组。"),
        (None, "脚注"),
        (None, "注 1：内容"),
        ("3", "术语和定义"),
        (None, "3.1"),
        (None, "术语  term"),
        (None, "甲乙"),
    ]
    assert blocks[1].line_column(0) == (4, 1)


def within(body: str) -> list[tuple[Kind, str | None, str]]:
    page = f'<!DOCTYPE standard SYSTEM "[x]>"><standard xmlns:tbx="x" xml:lang="zh"><body>{body}</body></standard>'
    return [(block.kind, block.number, block.text) for block in sts.blocks(page.encode())]


def test_lists_tables_and_references_within_paragraphs_of_sts() -> None:
    items = "<list><list-item><label>a)</label><p>甲&nbsp;乙</p></list-item></list>"
    assert within(f"<p>应\n：{items}后</p>") == [(Kind.TEXT, None, "应："), (Kind.TEXT, "a)", "甲 乙"), (Kind.TEXT, None, "后")]
    reference = "<ref><label>[1]</label><std><std-ref>GB/T 1.1&mdash;2020</std-ref>，<title>导则</title></std></ref>"
    assert within(f"<ref-list>{reference}</ref-list>") == [(Kind.TEXT, "[1]", "GB/T 1.1—2020，导则")]
    cell = "<table><tr><td>格<fn><p>注</p></fn></td></tr></table>"
    table = f"<table-wrap><label>表 1</label><caption><title>名</title></caption>{cell}</table-wrap>"
    assert within(table) == [(Kind.TEXT, None, "表 1 名"), (Kind.CELL, None, "格"), (Kind.FOOTNOTE, None, "注")]
    assert within("<app><label>附录 A</label><title>法</title><p>文</p></app>")[0] == (Kind.HEADING, "A", "法")


def test_terms_of_an_entry_in_order_of_their_status() -> None:
    def tig(term: str, status: str) -> str:
        return f'<tbx:tig><tbx:term>{term}</tbx:term><tbx:normativeAuthorization value="{status}"/></tbx:tig>'

    terms = tig("许", "admittedTerm") + tig("首", "preferredTerm") + tig("拒", "deprecatedTerm")
    notes = "<tbx:note>一</tbx:note><tbx:note>二</tbx:note><tbx:source>GB/T 1</tbx:source>"
    chinese = f'<tbx:langSet xml:lang="zh"><tbx:definition>义</tbx:definition>{notes}{terms}</tbx:langSet>'
    english = f'<tbx:langSet xml:lang="en">{tig("term", "preferredTerm")}<tbx:note>one</tbx:note></tbx:langSet>'
    shown = within(f"<tbx:termEntry>{english}{chinese}</tbx:termEntry>")
    assert [text for _, _, text in shown] == ["首  term", "许", "义", "注 1：一", "注 2：二", "[来源：GB/T 1]"]
    assert [text for _, _, text in within(f"<tbx:termEntry>{english}</tbx:termEntry>")] == ["term", "NOTE: one"]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ("<standard><p>" + "<fn>" * 120 + "文" + "</fn>" * 120 + "</p></standard>", "drafts.xml.nested"),
        ("<standard>" + "<a>" * 400 + "</a>" * 400 + "</standard>", "drafts.xml.nested"),
        ('<standard a="&x;"/>', "drafts.xml.damaged"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><standard>&x;</standard>', "drafts.xml.entities"),
        ("<standard><p>文", "drafts.xml.damaged"),
        ("<html><p>文</p></html>", "drafts.xml.other"),
        ("<standard/>", "drafts.empty"),
        ("<standard>" + "<a>" * 250 + "</a>" * 250 + "</standard>", "drafts.xml.nested"),
    ],
)
def test_other_xml_is_refused(data: str, key: str) -> None:
    assert refused("a.xml", data).key == key
