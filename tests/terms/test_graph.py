"""The term base of a release."""

import time

from isgkg.store import EmbeddedStore
from isgkg.terms import graph
from isgkg.terms.model import Status


def test_concepts_have_what_the_graph_says(release_store: EmbeddedStore) -> None:
    base = graph.from_store(release_store, "1.0.0")
    assert base.release == "1.0.0"
    assert len(base.by_id) == len(base.concepts) > 500
    concept = base.by_id["K01"]
    assert (concept.kind, concept.section, concept.preferred("zh")) == ("DefinedTerm", "一（一）", "智能社会发展与治理的标准化")
    definition = concept.definition("zh")
    assert definition is not None
    assert definition.source == "智能社会发展与治理标准化指引（2025版），一（一）"
    assert not definition.is_editorial
    assert concept.quote is not None
    assert definition.text in concept.quote
    assert concept.span is not None
    assert base.by_id["K02"].broader == ("K08",)


def test_designations_have_status_reason_and_basis(release_store: EmbeddedStore) -> None:
    rejected = next(one for one in graph.from_store(release_store).by_id["X20354"].designations if one.status is Status.DEPRECATED)
    assert (rejected.text, rejected.lang, rejected.is_editorial) == ("对照组", "zh", True)
    assert set(rejected.reason) == {"zh", "en"}


def test_what_the_editors_wrote_is_marked(release_store: EmbeddedStore) -> None:
    concept = graph.from_store(release_store).by_id["K02"]
    assert [(one.lang, one.is_editorial, one.source) for one in concept.definitions] == [("zh", True, None), ("en", True, None)]


def test_it_is_read_in_a_moment(release_store: EmbeddedStore) -> None:
    started = time.process_time()
    graph.from_store(release_store)
    assert time.process_time() - started < 1  # 0.07 s on a machine with nothing else to do
