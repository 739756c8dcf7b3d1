"""Files of strangers, spoilt at random: each is checked or refused, and none is an error of the program.

What takes long runs with `make soak`; the same, for a shorter time, with every test run.
"""

from pathlib import Path

import pytest
from hypothesis import given

from isgkg.consistency.checking import Checker
from isgkg.records.base import Base
from isgkg.store import EmbeddedStore
from tests import fuzz
from tests.fuzz import INPUTS, Samples, Spoiling, chosen, draft_is_checked_or_refused, examples, record_is_checked_or_refused


@pytest.fixture(scope="module")
def records(base: Base) -> Samples:
    return fuzz.records(base)


@pytest.fixture(scope="module")
def drafts() -> Samples:
    return fuzz.drafts()


@pytest.fixture(scope="module")
def checker(release_store: EmbeddedStore, release_folder: Path) -> Checker:
    return fuzz.checker(release_store, release_folder)


@examples(60)
@given(*INPUTS)
def test_a_spoilt_record_is_checked_or_refused(
    records: Samples, base: Base, which: float, spoilings: list[Spoiling], inside: float | None
) -> None:
    record_is_checked_or_refused(base, chosen(records, which, spoilings, inside))


@examples(60)
@given(*INPUTS)
def test_a_spoilt_draft_is_checked_or_refused(
    drafts: Samples, checker: Checker, which: float, spoilings: list[Spoiling], inside: float | None
) -> None:
    draft_is_checked_or_refused(checker, chosen(drafts, which, spoilings, inside))


@pytest.mark.soak
@examples(2_000)
@given(*INPUTS)
def test_thousands_of_spoilt_records_are_checked_or_refused(
    records: Samples, base: Base, which: float, spoilings: list[Spoiling], inside: float | None
) -> None:
    record_is_checked_or_refused(base, chosen(records, which, spoilings, inside))


@pytest.mark.soak
@examples(5_000)
@given(*INPUTS)
def test_thousands_of_spoilt_drafts_are_checked_or_refused(
    drafts: Samples, checker: Checker, which: float, spoilings: list[Spoiling], inside: float | None
) -> None:
    draft_is_checked_or_refused(checker, chosen(drafts, which, spoilings, inside))
