"""W3C's SPARQL 1.1 test suites, each case a request to the application (see sparql_suite)."""

from collections import Counter

import pytest

from tests.conformance import sparql_suite
from tests.conformance.sparql_suite import ABSENT, MISSES, SUITE

CASES = {
    sparql_suite.SYNTAX: 103,
    sparql_suite.EVALUATION: 225,
    sparql_suite.CSV_TSV: 6,
    sparql_suite.JSON: 4,
    sparql_suite.PROTOCOL: 20,
    sparql_suite.UPDATE: 14,
    sparql_suite.DESCRIPTION: 3,
}
FOUND = list(sparql_suite.cases()) if SUITE.exists() else []


def parameters():
    if not FOUND:
        return [pytest.param(None, id="absent", marks=pytest.mark.skip(reason=ABSENT))]
    return [
        pytest.param(
            case, id=case.name, marks=[pytest.mark.xfail(reason=MISSES[case.iri], raises=AssertionError)] if case.iri in MISSES else []
        )
        for case in FOUND
    ]


@pytest.fixture(scope="module")
def services():
    services = sparql_suite.Services()
    yield services
    services.close()


@pytest.mark.skipif(not SUITE.exists(), reason=ABSENT)
def test_the_suites_are_whole():
    assert Counter(case.suite for case in FOUND) == CASES
    assert set(MISSES) <= {case.iri for case in FOUND}


@pytest.mark.parametrize("case", parameters())
def test_case(case, services):
    sparql_suite.run(case, services)
