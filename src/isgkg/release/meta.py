"""What the dataset says of itself: VoID and DCAT.

Flows in: the triples of every other graph. Flows out: the triples of the graph meta. Nothing here depends on where the dataset is served;
the web layer adds the addresses of its endpoint and dump.
"""

from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Triple

from isgkg import names
from isgkg.release.statements import TYPE, number, text

_LICENSE = "https://creativecommons.org/licenses/by/4.0/"
_TITLE = {
    "zh": "《智能社会发展与治理标准化指引（2025版）》知识图谱",
    "en": "Knowledge graph of the Guidelines for Standardization of Intelligent-Society Development and Governance (2025 edition)",
}
_DESCRIPTION = {
    "zh": "指引的原则、应用场景、影响、指标、实验规程与标准体系框架；每条陈述都锚定到承载它的原文，并标明依据（明示、结构、词面、编者）",
    "en": (
        "Principles, application scenarios, impacts, indicators, experiment protocol and standards framework of the guideline; every "
        "statement is anchored to the words that carry it and says on what basis it is held (explicit, structural, lexical, editorial)"
    ),
}
_EXAMPLES = ("S301", "P203", "X104", "C202")
_VOCABULARIES = (names.SKOS, names.SKOSXL, names.XKOS, names.ISOTHES, names.OA, names.PROV, names.DCT, names.ONT)


def describe(graphs: Mapping[str, Sequence[Triple]], version: str) -> Iterator[Triple]:
    """Statements about the dataset (VoID; DCAT 3), one void:subset for each named graph, counts included."""
    void, dcat, dct = names.VOID, names.DCAT, names.DCT
    dataset = NamedNode(names.DATASET)

    def say(subject: NamedNode, predicate: str, value: NamedNode | Literal) -> Triple:
        return Triple(subject, NamedNode(predicate), value)

    yield Triple(dataset, TYPE, NamedNode(void + "Dataset"))
    yield Triple(dataset, TYPE, NamedNode(dcat + "Dataset"))
    for lang in ("zh", "en"):
        yield say(dataset, dct + "title", text(_TITLE[lang], lang))
        yield say(dataset, dct + "description", text(_DESCRIPTION[lang], lang))
    yield say(dataset, dct + "license", NamedNode(_LICENSE))
    yield say(dataset, dcat + "version", Literal(version))
    yield say(dataset, names.PROV + "hadPrimarySource", NamedNode(names.SOURCE))
    yield say(dataset, void + "uriSpace", Literal(names.BASE))
    for vocabulary in _VOCABULARIES:
        yield say(dataset, void + "vocabulary", NamedNode(vocabulary))
    for code in _EXAMPLES:
        yield say(dataset, void + "exampleResource", NamedNode(names.concept(code)))
    for name in names.GRAPHS:
        subset = NamedNode(names.graph(name))
        yield say(dataset, void + "subset", subset)
        yield Triple(subset, TYPE, NamedNode(void + "Dataset"))
        yield say(subset, dct + "identifier", Literal(name))
        if name in graphs:  # this graph cannot count itself
            yield say(subset, void + "triples", number(len(graphs[name])))
