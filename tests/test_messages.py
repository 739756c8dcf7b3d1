"""Every sentence exists in Chinese and in English, with the same placeholders, and every key that the code names exists."""

import re
import string
from pathlib import Path

import pytest

import isgkg
from isgkg import messages
from isgkg.messages import en, zh

PACKAGE = Path(isgkg.__file__).parent
KEY = re.compile(r"""["']([a-z]+(?:\.[a-z0-9-]+)+)["']""")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_hold_the_same_keys() -> None:
    assert zh.TEXTS.keys() == en.TEXTS.keys()


@pytest.mark.parametrize("key", sorted(en.TEXTS))
def test_both_languages_hold_the_same_placeholders(key: str) -> None:
    assert placeholders(zh.TEXTS[key]) == placeholders(en.TEXTS[key])


@pytest.mark.parametrize("key", sorted(zh.TEXTS))
def test_chinese_sentences_are_chinese(key: str) -> None:
    assert re.search(r"[\u4e00-\u9fff]", zh.TEXTS[key]) or not re.search("[A-Za-z]", re.sub(r"\{.*?\}", "", zh.TEXTS[key]))


def test_every_message_is_used() -> None:
    """A key is named in the code or a template, whole or by its family (basis.*, status.*, …)."""
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*") if path.suffix in {".py", ".html"} and "messages" not in path.parts
    )
    unused = [
        key
        for key in en.TEXTS
        if f'"{key}"' not in code
        and f'"{key} ' not in code  # with its detail
        and f"'{key}'" not in code
        and f'"{key.removeprefix("cli.")}"' not in code
        and not re.search(rf"""["']{re.escape(key.split(".")[0])}\.(["'{{])""", code)
    ]
    assert unused == []


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("web.budget", {"seconds": 1.0, "errors": 1, "retry_after": 1}),
        ("cli.query.bad-param", {"params": "level"}),
        ("search.found", {"count": 1, "text": "a"}),
        ("concept.evidence", {"count": 1}),
    ],
)
def test_a_sentence_holds_for_one_as_for_many(key: str, values: dict[str, object]) -> None:
    assert not re.search(r"\b1 [a-z]+s\b|parameters level", messages.text(key, "en", **values))


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("zh_CN.UTF-8", "zh"), ("en-GB", "en"), ("EN", "en"), ("de_DE", "zh"), (None, "zh"), ("", "zh"), ("zh-Hant", "zh")],
)
def test_language_of_a_tag(tag: str | None, expected: str) -> None:
    assert messages.language(tag) == expected
