"""The JSON of a record under the shipped context is the RDF that the reader makes of the record."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, Triple, parse

from isgkg import files, names
from isgkg.records import context, writers
from isgkg.records.tree import Mapping
from tests.records import strategies as records

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def canonical(triples: list[Triple]) -> set[str]:
    """The graph with canonical names for its blank nodes: equal for isomorphic graphs."""
    dataset = Dataset(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def inlined(trees: list[Mapping]) -> str:
    """The JSON of records with the context in place of its address."""
    return writers.json_text(trees).replace(f'"{names.CONTEXT}"', json.dumps(context.context(records.schema())))


@contextmanager
def as_written() -> Iterator[None]:
    """rdflib keeps literals as they are written, and does not log what it thinks of them."""
    logging.disable(logging.CRITICAL)
    rdflib.NORMALIZE_LITERALS = False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = True
        logging.disable(logging.NOTSET)


def test_the_shipped_context_is_the_one_of_the_schema() -> None:
    assert (files.root() / "shapes/record.jsonld").read_text(encoding="utf-8") == context.document(records.schema())


def test_no_term_has_two_meanings() -> None:
    assert context.clashes(records.schema()) == []


def test_no_term_looks_like_a_code() -> None:
    terms = context.context(records.schema())
    assert [term for term in terms if term in records.vocabulary().items] == []


@SLOW
@given(records.collections())
def test_pyoxigraph_reads_the_same_graph(trees: list[Mapping]) -> None:
    read = [quad.triple for quad in parse(inlined(trees), format=RdfFormat.JSON_LD)]
    assert canonical(read) == canonical(records.triples_of(*trees))


@pytest.mark.filterwarnings("ignore:Parsing weird boolean")
@settings(SLOW, max_examples=40)
@given(records.records())
def test_rdflib_reads_the_same_graph(tree: Mapping) -> None:
    with as_written():
        text = rdflib.Graph().parse(data=inlined([tree]), format="json-ld").serialize(format="nt")
    assert canonical([quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES)]) == canonical(records.triples_of(tree))
