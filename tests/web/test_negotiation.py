"""Content negotiation, one case a line (RFC 9110, 12.5.1)."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isgkg.errors import NotAcceptable
from isgkg.web.negotiation import choose

HTML, TURTLE, NT, XML = "text/html", "text/turtle", "application/n-triples", "application/rdf+xml"
OFFERED = (HTML, TURTLE, NT, XML)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, HTML),
        ("", HTML),
        ("*/*", HTML),
        ("text/turtle", TURTLE),
        ("TEXT/Turtle", TURTLE),
        ("text/*", HTML),
        ("application/*", NT),
        ("text/html;q=0.5, text/turtle", TURTLE),
        ("text/turtle;q=0.5, application/n-triples;q=0.9", NT),
        ("text/turtle, application/n-triples", TURTLE),
        ("*/*;q=0.1, application/rdf+xml", XML),
        ("text/*;q=0.9, text/html;q=0.1", TURTLE),
        ("text/html;q=0, */*", TURTLE),
        ("application/xhtml+xml", HTML),
        ("text/turtle;charset=utf-8;q=0.8, application/rdf+xml;q=0.7", TURTLE),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", HTML),
        ("text/turtle;q=nonsense, application/n-triples", NT),
        ("garbage, text/turtle", TURTLE),
    ],
)
def test_what_is_chosen(accept: str | None, expected: str) -> None:
    assert choose(accept, OFFERED) == expected


@pytest.mark.parametrize("accept", ["image/png", "text/turtle;q=0", "audio/*", "garbage"])
def test_nothing_fits(accept: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        choose(accept, OFFERED)
    assert "text/turtle" in caught.value.text("en")


@given(st.text(max_size=80))
def test_any_header_gives_an_offered_type_or_not_acceptable(accept: str) -> None:
    with contextlib.suppress(NotAcceptable):
        assert choose(accept, OFFERED) in OFFERED
