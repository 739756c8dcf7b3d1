"""Term bases for the tests of properties: texts of any script, every status, every relation."""

from dataclasses import replace

from hypothesis import strategies as st

from isgkg.terms.model import Concept, Definition, Designation, Status, TermBase

_LETTERS = st.characters(categories=("L", "N", "P", "S", "M"))
TEXTS = (
    st.text(st.one_of(_LETTERS, st.sampled_from("智能社会实验；;（）,'\"=+@-&<>_x0041_ ")), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
)
IDS = st.from_regex(r"[A-Za-z0-9智_.\-]{1,8}", fullmatch=True)
LANGS = st.sampled_from(["zh", "en", "zh-Hant", "de"])


@st.composite
def concepts(draw: st.DrawFn, id_: str, ids: list[str]) -> Concept:
    chosen = draw(st.lists(st.tuples(TEXTS, LANGS), min_size=1, max_size=5, unique=True))
    others = [other for other in ids if other != id_]
    related = st.lists(st.sampled_from(others), unique=True, max_size=2) if others else st.just([])
    return Concept(
        id=id_,
        iri=draw(st.none() | st.just(f"https://example.org/{ids.index(id_)}")),
        designations=tuple(draw(designations(text, lang)) for text, lang in chosen),
        definitions=tuple(draw(st.lists(definitions(), max_size=2, unique_by=lambda one: (one.text, one.lang)))),
        notes=tuple(draw(st.lists(st.tuples(LANGS, TEXTS), max_size=2, unique=True))),
        broader=tuple(sorted(draw(related))),
        related=tuple(sorted(draw(related))),
    )


@st.composite
def designations(draw: st.DrawFn, text: str, lang: str) -> Designation:
    reason = draw(st.dictionaries(st.sampled_from(["zh", "en"]), TEXTS, max_size=2))
    return Designation(text=text, lang=lang, status=draw(st.sampled_from(list(Status))), reason=reason, is_editorial=draw(st.booleans()))


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    source = draw(st.none() | st.just("GB/T 41867—2022，3.1.2"))
    return Definition(text=draw(TEXTS), lang=draw(LANGS), source=source, is_editorial=draw(st.booleans()))


@st.composite
def term_bases(draw: st.DrawFn) -> TermBase:
    ids = draw(st.lists(IDS, min_size=1, max_size=3, unique=True))
    return TermBase(concepts=tuple(draw(concepts(id_, ids)) for id_ in ids))


def sorted_(base: TermBase) -> list[Concept]:
    """The concepts with nothing left of an order that a set has not."""
    return sorted((_sorted(concept) for concept in base.concepts), key=lambda concept: concept.id)


def _sorted(concept: Concept) -> Concept:
    return replace(
        concept,
        designations=tuple(sorted(concept.designations, key=lambda one: (one.lang, one.status, one.text))),
        definitions=tuple(sorted(concept.definitions, key=lambda one: (one.lang, one.text))),
        notes=tuple(sorted(concept.notes)),
        broader=tuple(sorted(concept.broader)),
        related=tuple(sorted(concept.related)),
    )
