"""Questions as files: what the library holds, and what a malformed file is told."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Store as Oxigraph
from rdflib.plugins.sparql import prepareQuery

from isgkg import files, names
from isgkg.errors import SourceErrors
from isgkg.questions import USERS, Question, load
from isgkg.store import inspect

Library = dict[str, Question]
LibraryOf = Callable[..., Library]
IDS = sorted(path.stem for path in (files.root() / "data" / "questions").glob("*.rq"))
HEADER = """# title-zh: 有哪些层面？
# title-en: Which levels are there?
# user: drafter
"""
PARAMETER = "# param: level | isg:Level | 层面 | level\n"
QUERY = "PREFIX c: <https://w3id.org/isgkg/c/>\nSELECT ?p WHERE { VALUES ?level { c:L1 } ?level ?p ?o }\n"


def test_ids_are_numbered_without_gaps() -> None:
    assert [f"CQ{number:02}" for number in range(1, len(IDS) + 1)] == IDS
    assert len(IDS) >= 36


def test_every_kind_of_user_asks(library: Library) -> None:
    assert {question.user for question in library.values()} == set(USERS)


def test_titles_are_present_in_both_languages_and_distinct(library: Library) -> None:
    for question in library.values():
        assert re.search(r"[\u4e00-\u9fff].*？$", question.titles["zh"]), question.id
        assert not re.search(r"[\u4e00-\u9fff]", question.titles["en"]), question.id
        assert question.titles["en"].endswith("?"), question.id
    for lang in ("zh", "en"):
        assert len({question.titles[lang] for question in library.values()}) == len(library)


@pytest.mark.parametrize("id_", IDS)
def test_the_file_runs_as_it_is_in_other_tools(library: Library, id_: str) -> None:
    """rdflib parses it, and Oxigraph does without this project's prefixes, so every prefix is declared."""
    text = library[id_].text
    prepareQuery(text)
    Oxigraph().query(text)


@pytest.mark.parametrize("id_", IDS)
def test_a_public_service_would_run_it(library: Library, id_: str) -> None:
    assert inspect(library[id_].text) == "SELECT"


@pytest.mark.parametrize("id_", IDS)
def test_a_prefix_is_declared_as_everywhere_else_and_used(library: Library, id_: str) -> None:
    head, body = library[id_].text.split("\nSELECT", 1)
    declared = dict(re.findall(r"^PREFIX (\w+): <(.+)>$", head, re.MULTILINE))
    assert declared.items() <= names.PREFIXES.items()
    assert [prefix for prefix in declared if not re.search(rf"\b{prefix}:", body)] == []


@pytest.fixture
def library_of(tmp_path: Path) -> LibraryOf:
    """The library of a folder that holds these files."""

    def of(**contents: str | bytes) -> Library:
        folder = tmp_path / "data" / "questions"
        folder.mkdir(parents=True)
        for name, content in contents.items():
            (folder / f"{name}.rq").write_bytes(content if isinstance(content, bytes) else content.encode())
        return load(tmp_path)

    return of


def test_a_question_says_what_it_is(library_of: LibraryOf) -> None:
    question = library_of(CQ01=HEADER + PARAMETER + QUERY)["CQ01"]
    assert question.id == "CQ01"
    assert question.titles == {"zh": "有哪些层面？", "en": "Which levels are there?"}
    assert question.user == "drafter"
    (parameter,) = question.parameters
    assert (parameter.name, parameter.class_iri, parameter.within, parameter.default) == ("level", names.ONT + "Level", None, "L1")
    assert parameter.labels == {"zh": "层面", "en": "level"}


def test_the_header_ends_where_the_query_begins(library_of: LibraryOf) -> None:
    text = (HEADER + PARAMETER + QUERY + "# not a header line\n").replace("\n", "\r\n")
    assert "\r" not in library_of(CQ01=text)["CQ01"].text


def test_a_default_without_a_code_is_an_iri(library_of: LibraryOf) -> None:
    question = library_of(CQ01=HEADER + PARAMETER + QUERY.replace("c:L1", "<http://e/L1>"))["CQ01"]
    assert question.parameters[0].default == "http://e/L1"


def test_several_values_blocks_agree(library_of: LibraryOf) -> None:
    two = "SELECT * WHERE { { VALUES ?level { c:L1 } } UNION { VALUES ?level { <https://w3id.org/isgkg/c/L1> } } }"
    assert library_of(CQ01=HEADER + PARAMETER + two)["CQ01"].parameters[0].default == "L1"


@pytest.mark.parametrize(
    ("content", "key", "line"),
    [
        (HEADER.replace("# user", "# asker") + QUERY, "question.header", 3),
        ("# a remark\n" + HEADER + QUERY, "question.header", 1),
        (HEADER.replace("# title-zh: 有哪些层面？", "# title-zh:") + QUERY, "question.header", 1),
        (HEADER.replace("# title-en: Which levels are there?\n", "") + QUERY, "question.missing", 1),
        (QUERY, "question.missing", 1),
        (HEADER + "# user: base\n" + QUERY, "question.twice", 4),
        (HEADER.replace("drafter", "visitor") + QUERY, "question.user", 3),
        (HEADER + "# param: level | isg:Level | 层面\n" + QUERY, "question.param", 4),
        (HEADER + "# param: level | isg:Level |  | level\n" + QUERY, "question.param", 4),
        (HEADER + "# param: Level 1 | isg:Level | 层面 | level\n" + QUERY, "question.param", 4),
        (HEADER + PARAMETER.replace("isg:Level", "Level") + QUERY, "question.prefix", 4),
        (HEADER + PARAMETER.replace("isg:Level", "foaf:Agent") + QUERY, "question.prefix", 4),
        (HEADER + PARAMETER.replace("\n", " | x:S3\n") + QUERY, "question.prefix", 4),
        (HEADER + PARAMETER + QUERY.replace("?level", "?other"), "question.default", 4),
        (HEADER + PARAMETER + QUERY.replace("c:L1", "c:L1 c:L2"), "question.default", 4),
        (HEADER + PARAMETER + QUERY.replace("c:L1", '"L1"'), "question.default", 4),
        (HEADER + PARAMETER + QUERY + "# VALUES ?level\nVALUES ?level { c:L2 }", "question.default", 4),
        (HEADER.encode() + b"SELECT *\n\xff", "source.encoding", 5),
    ],
)
def test_a_malformed_file_is_named_with_its_line(library_of: LibraryOf, content: str | bytes, key: str, line: int) -> None:
    with pytest.raises(SourceErrors) as caught:
        library_of(CQ07=content)
    (fault,) = caught.value.faults
    assert (fault.key, fault.values["line"]) == (key, line)
    for lang in ("zh", "en"):
        assert f"data/questions/CQ07.rq:{line}" in fault.text(lang)


def test_every_fault_of_one_pass_is_told(library_of: LibraryOf) -> None:
    with pytest.raises(SourceErrors) as caught:
        library_of(CQ01=QUERY, CQ02=HEADER + QUERY, CQ03=HEADER.replace("drafter", "visitor") + QUERY)
    assert [fault.values["file"] for fault in caught.value.faults] == ["data/questions/CQ01.rq", "data/questions/CQ03.rq"]


def test_a_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "data" / "questions" / "CQ01.rq").mkdir(parents=True)
    with pytest.raises(SourceErrors) as caught:
        load(tmp_path)
    assert caught.value.faults[0].key == "source.missing"


def test_no_questions_is_an_empty_library(tmp_path: Path) -> None:
    assert load(tmp_path) == {}
