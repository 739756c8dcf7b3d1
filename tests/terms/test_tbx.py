"""TBX: every style and version is read, and each fault against TBX-Basic is told with its line."""

import pytest

from isgkg.terms import files
from isgkg.terms.faults import TermFileError
from isgkg.terms.model import Status

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<tbx type="TBX-Basic" style="dca" xml:lang="zh" xmlns="urn:iso:std:iso:30042:ed-2">
<tbxHeader><fileDesc><sourceDesc><p>示例</p></sourceDesc></fileDesc></tbxHeader>
<text><body>
"""
TAIL = "</body></text></tbx>"
ENTRY = """<conceptEntry id="c1">
<langSec xml:lang="zh">
<termSec><term>甲</term></termSec>
</langSec>
</conceptEntry>
"""


def faults(body: str, head: str = HEAD, tail: str = TAIL) -> list[tuple[str, int | None]]:
    with pytest.raises(TermFileError) as caught:
        files.read(f"{head}{body}{tail}".encode(), "a.tbx")
    for lang in ("zh", "en"):
        assert caught.value.text(lang).startswith("a.tbx:")  # type: ignore[arg-type]
    return [(fault.key.removeprefix("terms."), fault.line) for fault in caught.value.faults]


def entry(inside: str = "", term: str = "<term>甲</term>", after: str = "") -> str:
    """An entry from line 5 on: `inside` begins on line 6, the language section follows it."""
    return f'<conceptEntry id="c1">\n{inside}<langSec xml:lang="zh">\n<termSec>{term}</termSec>\n{after}</langSec></conceptEntry>\n'


def test_style_dca() -> None:
    body = """<conceptEntry id="c1"><ref type="crossReference" target="c2">broader</ref>
<langSec xml:lang="zh-CN"><descripGrp><descrip type="definition">某种
社会</descrip><admin type="source">GB/T 1—2020，3.1</admin></descripGrp><note>一注</note>
<termSec><term>智能社会</term><termNote type="administrativeStatus">preferredTerm-admn-sts</termNote></termSec>
<termSec><term>智慧社会</term><termNoteGrp><termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote>
<note>不用</note></termNoteGrp></termSec></langSec>
<langSec xml:lang="en"><termSec><term>intelligent society</term></termSec><termSec><term>smart society</term></termSec></langSec>
</conceptEntry><conceptEntry id="c2"><langSec xml:lang="zh"><termSec><term>社会</term></termSec></langSec></conceptEntry>"""
    document = files.load(f"{HEAD}{body}{TAIL}".encode(), "a.tbx")
    concept = document.base.by_id["c1"]
    assert [(one.text, one.lang, one.status) for one in concept.designations] == [
        ("智能社会", "zh", Status.PREFERRED),
        ("智慧社会", "zh", Status.DEPRECATED),
        ("intelligent society", "en", Status.PREFERRED),
        ("smart society", "en", Status.ADMITTED),
    ]
    assert concept.designations[1].reason == {"zh": "不用"}
    assert [(one.text, one.source) for one in concept.definitions] == [("某种社会", "GB/T 1—2020，3.1")]
    assert (concept.notes, concept.broader) == ((("zh", "一注"),), ("c2",))
    assert document.lines == {"c1": 5, "c2": 12}


def test_style_dct() -> None:
    data = """<tbx type="TBX-Basic" style="dct" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed:3.0"
 xmlns:min="http://www.tbxinfo.net/ns/min" xmlns:basic="http://www.tbxinfo.net/ns/basic">
<tbxHeader><fileDesc><sourceDesc><p>x</p></sourceDesc></fileDesc></tbxHeader><text><body>
<conceptEntry id="c1"><basic:subjectField>General</basic:subjectField><langSec xml:lang="en"><descripGrp>
<basic:definition>group of stars</basic:definition><basic:source>Oxford2007</basic:source></descripGrp>
<termSec><term>open cluster</term><min:partOfSpeech>noun</min:partOfSpeech>
<min:administrativeStatus>supersededTerm-admn-sts</min:administrativeStatus></termSec></langSec></conceptEntry></body></text></tbx>"""
    concept = files.read(data.encode(), "a.tbx").by_id["c1"]
    assert [(one.text, one.status) for one in concept.designations] == [("open cluster", Status.SUPERSEDED)]
    assert [(one.text, one.source) for one in concept.definitions] == [("group of stars", "Oxford2007")]


def test_version_2_with_the_doctype_that_all_its_files_have() -> None:
    data = """<?xml version="1.0" encoding="GB18030"?>
<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd">
<martif type="TBX-Basic" xml:lang="zh"><martifHeader><fileDesc><sourceDesc><p>x</p></sourceDesc></fileDesc></martifHeader>
<text><body><termEntry id="c1"><descrip type="subjectField">社会</descrip><langSet xml:lang="zh"><tig><term>智能社会</term>
<termNote type="grammaticalGender">otherGender</termNote></tig>
<ntig><termGrp><term>智慧社会</term><termNote type="administrativeStatus">admittedTerm-admn-sts</termNote></termGrp></ntig></langSet>
</termEntry></body></text></martif>"""
    concept = files.read(data.encode("gb18030"), "old.xml").by_id["c1"]
    assert [(one.text, one.status) for one in concept.designations] == [("智能社会", Status.PREFERRED), ("智慧社会", Status.ADMITTED)]


def test_a_file_of_version_2_may_have_categories_of_its_own() -> None:
    data = """<martif type="TBX" xml:lang="zh"><martifHeader><fileDesc><sourceDesc><p>x</p></sourceDesc></fileDesc></martifHeader>
<text><body><termEntry id="c1"><admin type="entrySource">x</admin><langSet xml:lang="zh"><tig><term>甲</term></tig></langSet></termEntry>
</body></text></martif>"""
    assert files.read(data.encode(), "a.tbx").by_id["c1"].name == "甲"
    with pytest.raises(TermFileError):
        files.read(data.replace('type="TBX"', 'type="TBX-Basic"').encode(), "a.tbx")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", [("tbx.needed", 4)]),
        (ENTRY.replace(' id="c1"', ""), [("tbx.attribute", 5)]),
        (ENTRY.replace(' xml:lang="zh"', ""), [("tbx.attribute", 6)]),
        (ENTRY.replace('"zh"', '"中文"'), [("tbx.language", 6)]),
        (ENTRY.replace('"c1"', '"1"'), [("tbx.id-form", 5)]),
        (ENTRY + ENTRY, [("tbx.id-twice", 10)]),
        (entry('\n<ref type="crossReference" target="c9"/>\n'), [("tbx.target", 7)]),
        (ENTRY.replace("<termSec><term>甲</term></termSec>", ""), [("tbx.needed", 6)]),
        (entry(term=""), [("tbx.needed", 7)]),
        (entry(term="<term>甲</term>\n<term>乙</term>"), [("tbx.several", 7)]),
        (entry(term="<term> </term>"), [("tbx.empty", 7)]),
        (entry(term='<termNote type="partOfSpeech">noun</termNote><term>甲</term>'), [("tbx.first", 7)]),
        (entry(after="<note>注</note>\n"), [("tbx.after", 8)]),
        (entry('<descrip type="context">用例</descrip>\n'), [("tbx.level", 6)]),
        (entry('<descrip type="scope">x</descrip>\n'), [("tbx.category", 6)]),
        (entry('<admin type="definition">x</admin>\n'), [("tbx.category", 6)]),
        (entry("<descrip>x</descrip>\n"), [("tbx.attribute", 6)]),
        (entry('<termNote type="termType">acronym</termNote>\n'), [("tbx.element", 6)]),
        (entry("<definition>x</definition>\n"), [("tbx.element", 6)]),
        (entry("<descripGrp><note>x</note></descripGrp>\n"), [("tbx.needed", 6)]),
        (entry(term='<term>甲</term>\n<termNote type="administrativeStatus">preferred</termNote>'), [("tbx.value", 8)]),
        (entry(term='<term>甲</term>\n<termNote type="partOfSpeech">名词</termNote>'), [("tbx.value", 8)]),
        (entry(term='<term>甲</term>\n<termNote type="grammaticalGender">otherGender</termNote>'), [("tbx.value", 8)]),
        (entry(term='<term>甲</term>\n<termNote type="termType">synonym</termNote>'), [("tbx.value", 8)]),
        (entry('<x:descrip xmlns:x="urn:x" type="definition">x</x:descrip>\n'), [("tbx.element", 6)]),
        (entry('<b:subjectField xmlns:b="http://www.tbxinfo.net/ns/basic">x</b:subjectField>\n'), [("tbx.mixed-style", 6)]),
        (entry(term="<term>甲</term>").replace("</langSec>", "</langSet>"), [("xml.syntax", 8)]),
        (entry(term="<term>&nbsp;</term>"), [("xml.syntax", 7)]),
    ],
)
def test_each_fault_has_its_line(body: str, expected: list[tuple[str, int]]) -> None:
    assert faults(body) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (HEAD.replace("TBX-Basic", "TBX-Mine"), [("tbx.dialect", 2)]),
        (HEAD.replace("dca", "mine"), [("tbx.style", 2)]),
        (HEAD.replace(' xml:lang="zh"', ""), [("tbx.attribute", 2)]),
        (HEAD.replace("<sourceDesc><p>示例</p></sourceDesc>", ""), [("tbx.needed", 3)]),
        (HEAD.replace("<tbx ", '<!DOCTYPE tbx [<!ENTITY a "b">]><tbx '), [("xml.doctype", 2)]),
    ],
)
def test_each_fault_of_the_head_has_its_line(head: str, expected: list[tuple[str, int]]) -> None:
    assert faults(ENTRY, head) == expected


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    body = entry('<descrip type="scope">x</descrip>\n', term="<term>甲</term>\n<termNote type='termType'>x</termNote>")
    assert faults(body, HEAD.replace("dca", "x")) == [("tbx.style", 2), ("tbx.category", 6), ("tbx.value", 9)]


def test_nothing_is_expanded_and_nothing_nests_without_end() -> None:
    assert faults("<x>" * 100 + "</x>" * 100)[0][0] == "xml.depth"
