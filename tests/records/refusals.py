"""What every refusal of a file must be: a ContentError with a rule, and two sentences in each language."""

from collections.abc import Callable

import pytest

from isgkg.errors import ContentError


def refusal(call: Callable[[], object]) -> ContentError:
    """The error that the call raises, checked for its form."""
    with pytest.raises(ContentError) as raised:
        call()
    error = raised.value
    assert error.rule.startswith(("record-", "encoding"))
    assert error.text("zh").endswith("。")
    assert error.text("zh").count("。") >= 2
    assert error.text("en").endswith(".")
    assert ". " in error.text("en")
    assert "\n" not in error.text("en") + error.text("zh")
    return error


def shortened(value: object) -> str | None:
    """A short name for a test whose parameter is a long text."""
    return value[:30] if isinstance(value, str) else None
