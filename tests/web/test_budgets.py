"""Budgets: a burst is free, a steady stream is held to the rate, and one client's mistakes are not another's."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from isgkg.errors import EngineFailure, OverBudget, Overloaded, QueryError, QuerySyntaxError, QueryTimeout
from isgkg.store.pool import PoolOptions
from isgkg.web import WebOptions, create_app
from isgkg.web.budgets import BudgetOptions, Budgets

OPTIONS = BudgetOptions(seconds=30.0, errors=6)
FAR = "192.0.2.7"


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def budgets(clock: Clock) -> Budgets:
    return Budgets(OPTIONS, clock)


def ask(budgets: Budgets, seconds: float = 0.0, address: str | None = FAR) -> None:
    with budgets.charged(address) as charge:
        charge(seconds)


def fail(budgets: Budgets, error: QueryError, address: str = FAR) -> None:
    with pytest.raises(type(error)), budgets.charged(address):
        raise error


def test_a_burst_of_a_minutes_worth_is_free_and_then_one_waits(budgets: Budgets, clock: Clock) -> None:
    for _ in range(10):
        ask(budgets, 3.125)
    with pytest.raises(OverBudget) as caught:
        ask(budgets)
    assert caught.value.retry_after == 3  # 1.25 seconds too many, at half a second each second
    clock.now += caught.value.retry_after + 0.1
    ask(budgets)


def test_another_client_has_an_account_of_its_own(budgets: Budgets) -> None:
    ask(budgets, 31.0)
    ask(budgets, address="192.0.2.8")
    with pytest.raises(OverBudget):
        ask(budgets, address="::ffff:192.0.2.7")  # the same client, by IPv6


def test_addresses_of_one_network_of_ipv6_are_one_client(budgets: Budgets) -> None:
    ask(budgets, 31.0, "2001:db8::1")
    ask(budgets, address="2001:db8:0:100::1")
    with pytest.raises(OverBudget):
        ask(budgets, address="2001:db8::ffff%eth0")
    with pytest.raises(OverBudget):
        ask(budgets, address="[2001:db8:0:ff::1]:4711")


@pytest.mark.parametrize("addresses", [("192.0.2.7", "192.0.2.7:4711"), ("unknown", "_hidden", "x" * 90)])
def test_however_a_proxy_writes_an_address_it_has_an_account(budgets: Budgets, addresses: tuple[str, ...]) -> None:
    ask(budgets, 31.0, addresses[0])
    for address in addresses:
        with pytest.raises(OverBudget):
            ask(budgets, address=address)


def test_what_is_computed_around_a_query_is_charged_too(clock: Clock) -> None:
    worked = Clock()
    budgets = Budgets(OPTIONS, clock, worked)
    with budgets.charged(FAR) as charge:
        charge(1.0)
        worked.now += 30.0
    with pytest.raises(OverBudget):
        ask(budgets)


@pytest.mark.parametrize("address", [None, "", "127.0.0.1", "::1"])
def test_clients_of_this_machine_have_no_limit_unless_they_shall(address: str | None, clock: Clock) -> None:
    budgets = Budgets(OPTIONS, clock)
    for _ in range(3):
        ask(budgets, 31.0, address)
    if address:
        held = Budgets(BudgetOptions(local=True, seconds=1), clock)
        ask(held, 2.0, address)
        with pytest.raises(OverBudget):
            ask(held, address=address)


def test_mistakes_are_counted_and_forgiven(budgets: Budgets, clock: Clock) -> None:
    for _ in range(6):
        fail(budgets, QuerySyntaxError("x", 1, 1))
    with pytest.raises(OverBudget) as caught:
        ask(budgets)
    assert caught.value.retry_after == 10
    clock.now += 10.1
    ask(budgets)


def test_what_was_stopped_or_crashed_costs_its_time(budgets: Budgets, clock: Clock) -> None:
    for error in (QueryTimeout("query.timeout", seconds=16), EngineFailure("query.engine")):
        with pytest.raises(QueryError), budgets.charged(FAR):
            clock.now += 0.0
            budgets.clock = Clock(clock.now + 16)
            raise error
        budgets.clock = clock
    with pytest.raises(OverBudget):
        ask(budgets)


def test_a_query_that_found_no_place_costs_nothing(budgets: Budgets) -> None:
    for _ in range(20):
        fail(budgets, Overloaded())
    ask(budgets)


def test_no_more_accounts_are_kept_than_allowed(clock: Clock) -> None:
    budgets = Budgets(BudgetOptions(seconds=1, clients=3), clock)
    for number in range(10):
        ask(budgets, 2.0, f"192.0.2.{number}")
    ask(budgets, address="192.0.2.0")  # forgotten
    with pytest.raises(OverBudget):
        ask(budgets, address="192.0.2.9")


@given(st.lists(st.tuples(st.floats(0, 20), st.floats(0, 30)), max_size=60))
def test_over_any_time_a_client_gets_the_rate_a_burst_and_one_query(steps: list[tuple[float, float]]) -> None:
    clock = Clock()
    budgets = Budgets(OPTIONS, clock)
    used, largest = 0.0, 0.0
    for seconds, pause in steps:
        clock.now += pause
        try:
            ask(budgets, seconds)
        except OverBudget:
            continue
        used, largest = used + seconds, max(largest, seconds)
    assert used <= OPTIONS.seconds + clock.now * OPTIONS.seconds / 60 + largest + 1e-6


def test_a_client_that_has_used_up_its_minute_is_told_when_to_come_back(release_folder: Path) -> None:
    options = WebOptions(pool=PoolOptions(workers=1), budget=BudgetOptions(errors=2), proxies=1)
    app = create_app(release_folder, options)
    try:
        client = app.test_client()
        for _ in range(2):
            assert client.get("/sparql?query=SELECT", headers={"X-Forwarded-For": "192.0.2.1", "Accept": "text/csv"}).status_code == 400
        refused = client.get("/sparql?query=ASK{}", headers={"X-Forwarded-For": "192.0.2.1", "Accept": "text/csv"})
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "30")
        assert client.get("/sparql?query=ASK{}", headers={"X-Forwarded-For": "192.0.2.2"}).status_code == 200
        assert client.get("/c/C203", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 200
        refused = [
            client.open("/sparql", method=method, headers={"X-Forwarded-For": "192.0.2.3"}, **asked).status_code  # type: ignore[arg-type]
            for method, asked in (
                ("GET", {"query_string": {"query": "SELECT * { SERVICE <http://e/> {} }"}}),
                ("POST", {"data": {"update": "CLEAR ALL"}}),
                ("GET", {"query_string": {"query": "ASK {}"}}),
            )
        ]
        assert refused == [403, 403, 429]
    finally:
        app.extensions["isgkg"].pool.close()


@given(st.lists(st.tuples(st.integers(0, 40), st.floats(0, 30)), max_size=40))
def test_over_any_time_a_client_is_sent_the_rate_a_burst_and_one_answer(steps: list[tuple[int, float]]) -> None:
    clock = Clock()
    budgets = Budgets(BudgetOptions(bytes=60), clock)
    sent, largest = 0, 0
    for size, pause in steps:
        clock.now += pause
        try:
            budgets.allow(FAR)
        except OverBudget:
            continue
        budgets.sent(FAR, size)
        sent, largest = sent + size, max(largest, size)
    assert sent <= 60 + clock.now + largest + 1e-6


@pytest.mark.parametrize("path", ["/isgkg.nq.gz", "/c/C203", "/sparql?query=SELECT * { ?s ?p ?o } LIMIT 2000"])
def test_what_a_client_is_sent_is_counted_even_if_it_was_kept(release_folder: Path, path: str) -> None:
    def ask(address: str, method: str = "GET") -> TestResponse:
        return client.open(path, method=method, headers={"X-Forwarded-For": address, "Accept": "application/json"})

    app = create_app(release_folder, WebOptions(pool=PoolOptions(workers=1), proxies=1))
    client = app.test_client()
    size = len(ask("192.0.2.1").data)
    app.extensions["isgkg"].pool.close()
    app = create_app(release_folder, WebOptions(pool=PoolOptions(workers=1), budget=BudgetOptions(bytes=size * 3 // 2), proxies=1))
    client = app.test_client()
    try:
        assert [ask("192.0.2.1", "HEAD").status_code for _ in range(4)] == [200] * 4
        assert [ask("192.0.2.1").status_code for _ in range(3)] == [200, 200, 429]
        refused = ask("192.0.2.1")
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert refused.json is not None
        assert refused.json["type"].endswith("/over-budget")
        assert ask("192.0.2.2").status_code == 200
    finally:
        app.extensions["isgkg"].pool.close()
