"""The chapter 术语和定义: its layout in Markdown and in Word."""

import io

import docx
import pytest

from isgkg.errors import InputError
from isgkg.store import EmbeddedStore
from isgkg.terms import chapter, chapter_word, export, graph
from isgkg.terms.model import Concept, Definition, Designation, Status

CONCEPTS = (
    Concept(
        id="A",
        designations=(
            Designation(text="智能社会"),
            Designation(text="intelligent society", lang="en"),
            Designation(text="数智社会", status=Status.ADMITTED),
            Designation(text="智慧社会", status=Status.DEPRECATED),
        ),
        definitions=(Definition(text="以智能技术为支撑的社会", source="GB/T 41867—2022，3.1.2，有修改"),),
        notes=(("zh", "一"), ("zh", "二"), ("en", "three")),
    ),
    Concept(
        id="B",
        designations=(Designation(text="智能技术"),),
        definitions=(Definition(text="模拟人的社会*活动*的技术，智能社会的技术，数智社会", is_editorial=True),),
        notes=(("zh", "仅一条"),),
    ),
    Concept(id="C", designations=(Designation(text="社会"),), definitions=(Definition(text="人的总和。", source="某手册"),)),
)
MARKDOWN = r"""# 5 术语和定义

下列术语和定义适用于本文件。

5.1

**智能社会**  intelligent society

数智社会

以智能技术（5.2）为支撑的社会（5.3）。

注1：一

注2：二

[来源：GB/T 41867—2022，3.1.2，有修改]

5.2

**智能技术**

模拟人的社会（5.3）\*活动\*的技术，智能社会（5.1）的技术，数智社会。

注：仅一条

5.3

**社会**

人的总和。
"""


def test_markdown() -> None:
    assert chapter.markdown(chapter.chapter(CONCEPTS, 5)) == MARKDOWN


def test_word_has_the_same_words_and_the_same_bytes() -> None:
    made = chapter.chapter(CONCEPTS, 5)
    data = chapter_word.word(made)
    paragraphs = docx.Document(io.BytesIO(data)).paragraphs
    plain = [line.replace("**", "").replace("\\", "").removeprefix("# ") for line in MARKDOWN.strip().split("\n\n")]
    assert [paragraph.text for paragraph in paragraphs] == plain
    assert paragraphs[0].style is not None
    assert paragraphs[0].style.name == "Heading 1"
    assert "黑体" in paragraphs[3].runs[0]._element.xml
    assert paragraphs[3].runs[0].bold
    assert data == chapter_word.word(made)


def test_what_the_guideline_defines_is_cited_and_what_the_editors_wrote_is_not(release_store: EmbeddedStore) -> None:
    base = graph.from_store(release_store)
    entries = chapter.chapter([base.by_id["K01"], base.by_id["K02"]]).entries
    assert [entry.source for entry in entries] == ["智能社会发展与治理标准化指引（2025版），一（一）", None]
    assert "人工智能社会实验（3.2）等科学循证方法" in entries[0].definition
    assert chapter.chapter(base.concepts).entries


@pytest.mark.parametrize("concepts", [(), (Concept(id="D", designations=(Designation(text="x", lang="en"),)),)])
def test_what_makes_no_chapter(concepts: tuple[Concept, ...]) -> None:
    with pytest.raises(InputError):
        chapter.chapter(concepts)


def test_choosing(release_store: EmbeddedStore) -> None:
    base = graph.from_store(release_store)
    assert [concept.id for concept in export.choose(base, ["k02", "S101", "K02"]).concepts] == ["K02", "S101"]
    assert len(export.choose(base, kind="subcategory").concepts) == 25
    assert {concept.id[0] for concept in export.choose(base, kind="K").concepts} == {"K"}
    assert export.choose(base) == base
    for asked in ({"codes": ["K02", "Z9"]}, {"kind": "Nonsense"}, {"kind": "K99"}):
        with pytest.raises(InputError):
            export.choose(base, **asked)  # type: ignore[arg-type]
