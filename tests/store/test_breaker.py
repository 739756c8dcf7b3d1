"""The circuit breaker, by a clock that the test sets."""

from collections.abc import Callable

import pytest

from isgkg.errors import QueryTimeout, StoreUnavailable
from isgkg.store.breaker import Breaker


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def fails(error: type[Exception]) -> Callable[[], object]:
    def call() -> object:
        raise error("x")

    return call


def attempt(breaker: Breaker, error: type[Exception] | None) -> None:
    if error is None:
        assert breaker.run(lambda: 1, (OSError,)) == 1
    else:
        with pytest.raises(error):
            breaker.run(fails(error), (OSError,))


def test_it_opens_after_failures_in_a_row_and_only_for_those_that_count() -> None:
    breaker = Breaker(most=2, rest=5.0, clock=Clock())
    for error in (OSError, None, OSError, ValueError, None, ValueError, ValueError, OSError):
        attempt(breaker, error)
    attempt(breaker, OSError)
    with pytest.raises(StoreUnavailable) as caught:
        breaker.run(lambda: 1, (OSError,))
    assert caught.value.retry_after == 5


def test_one_trial_closes_it_or_opens_it_again() -> None:
    clock = Clock()
    breaker = Breaker(most=1, rest=5.0, clock=clock)
    attempt(breaker, OSError)
    clock.now += 5
    attempt(breaker, OSError)
    with pytest.raises(StoreUnavailable):
        breaker.run(lambda: 1, (OSError,))
    clock.now += 5

    def trial() -> int:
        with pytest.raises(StoreUnavailable):
            breaker.run(lambda: 2, (OSError,))  # while the trial is under way, others are refused
        return 1

    assert breaker.run(trial, (OSError,)) == 1
    attempt(breaker, None)


def test_a_trial_that_the_server_answers_closes_it_whatever_the_answer() -> None:
    clock = Clock()
    breaker = Breaker(most=1, rest=5.0, clock=clock)
    attempt(breaker, OSError)
    clock.now += 5
    attempt(breaker, ValueError)
    assert breaker.run(lambda: 1, (OSError,)) == 1


def test_a_call_that_began_before_it_opened_does_not_close_it() -> None:
    clock = Clock()
    breaker = Breaker(most=1, rest=5.0, clock=clock)

    def slow() -> int:
        attempt(breaker, OSError)
        return 1

    assert breaker.run(slow, (OSError, QueryTimeout)) == 1
    with pytest.raises(StoreUnavailable):
        breaker.run(lambda: 1, (OSError,))


def test_it_gives_notice_when_it_opens_and_when_it_closes_and_not_in_between() -> None:
    clock = Clock()
    told: list[object] = []
    breaker = Breaker(most=2, rest=5.0, clock=clock, notice=told.append)
    for error in (None, OSError, OSError, OSError, ValueError, None, None):
        attempt(breaker, error)
        clock.now += 5
    assert [type(error) for error in told] == [OSError, type(None)]
