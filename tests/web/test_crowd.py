"""Pages are made a few at a time: many that are asked for at once are in the way of other pages only, and of one client's first."""

import threading
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask
from werkzeug.test import Client

from isgkg.errors import IsgkgError
from isgkg.web.app import WebOptions, application
from isgkg.web.crowd import PLACES, WAITING, Crowd

FAR = "192.0.2.7"


class House:
    """An application whose pages take until `gate` opens; it knows how many were made at once."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.lock = threading.Lock()
        self.now = self.most = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.gate.wait(20)
        with self.lock:
            self.now -= 1
        start_response("200 OK", [])
        return []


def refuse(error: IsgkgError, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response(f"{error.status} Refused", [])
    return [error.key.encode()]


@pytest.fixture
def house() -> House:
    return House()


def get(house: House, crowd: Crowd, path: str, addresses: list[str], places: int) -> Counter[int]:
    """The statuses of answers to requests from these addresses, all at once, where so many find a place."""

    def ask(address: str) -> int:
        return Client(crowd).get(path, environ_overrides={"REMOTE_ADDR": address}).status_code

    with ThreadPoolExecutor(len(addresses)) as threads:
        asked = [threads.submit(ask, address) for address in addresses]
        deadline = time.monotonic() + 1  # those for whom there is no place are told at once
        while sum(each.done() for each in asked) < len(asked) - places and time.monotonic() < deadline:
            time.sleep(0.01)
        house.gate.set()
        return Counter(each.result() for each in asked)


def test_few_pages_are_made_at_once_and_few_wait(house: House) -> None:
    addresses = [f"192.0.2.{number}" for number in range(40)]
    found = get(house, Crowd(house, refuse), "/search", addresses, PLACES + WAITING)
    assert found == {200: PLACES + WAITING, 503: 40 - PLACES - WAITING}
    assert house.most == PLACES


def test_one_client_leaves_places_for_others(house: House) -> None:
    found = get(house, Crowd(house, refuse), "/search", [*[FAR] * 20, "192.0.2.8"], 7)
    assert found == {200: 7, 503: 14}


def test_what_runs_in_other_processes_needs_no_place(house: House) -> None:
    house.gate.set()
    assert get(house, Crowd(house, refuse), "/sparql", [FAR] * 30, 30) == {200: 30}


def test_a_place_is_free_again_after_a_page_and_after_a_failure() -> None:
    def fails(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise RuntimeError

    crowd = Crowd(fails, refuse)
    for _ in range(2 * (PLACES + WAITING)):
        with pytest.raises(RuntimeError):
            Client(crowd).get("/search", environ_overrides={"REMOTE_ADDR": FAR})


def test_it_is_said_in_the_form_that_the_client_reads(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isgkg.web.crowd.PLACES", 0)
    monkeypatch.setattr("isgkg.web.crowd.WAITING", 0)
    crowded = application(app.extensions["isgkg"], WebOptions())
    answer = crowded.test_client().get("/search?q=a", headers={"Accept": "application/json", "Accept-Language": "en"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json is not None
    assert "Too many pages" in answer.json["detail"]
