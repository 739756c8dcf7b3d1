"""The names of things: namespaces, prefixes, named graphs.

Flows in: nothing. Flows out: constants, and functions from a code or an offset to an IRI (conventions: docs/modelling.md).
"""

BASE = "https://w3id.org/isgkg/"
ONT = BASE + "ont#"
CONCEPT = BASE + "c/"
SCHEME = BASE + "scheme/"
LABEL = BASE + "l/"
DEFINITION = BASE + "d/"
LINK = BASE + "link/"
SOURCE = BASE + "src/isg2025"
SPAN = SOURCE + "/span/"
SHAPES = BASE + "shapes#"
DATASET = BASE + "dataset/isg2025"
GRAPH = BASE + "graph/"
STANDARD = BASE + "std/"
EXPERIMENT = BASE + "exp/"
RULE = BASE + "rule/"
CONTEXT = BASE + "context/record.jsonld"
SERVICE = BASE + "sparql"
"""The SPARQL service: relative IRIs of a query are resolved against it, wherever it runs (RFC 3986, 5.1.3)."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SKOSXL = "http://www.w3.org/2008/05/skos-xl#"
XKOS = "http://rdf-vocabulary.ddialliance.org/xkos#"
ISOTHES = "http://purl.org/iso25964/skos-thes#"
DCT = "http://purl.org/dc/terms/"
OA = "http://www.w3.org/ns/oa#"
PROV = "http://www.w3.org/ns/prov#"
SH = "http://www.w3.org/ns/shacl#"
VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
ADMS = "http://www.w3.org/ns/adms#"
DPV = "https://w3id.org/dpv#"
ORG = "http://www.w3.org/ns/org#"
PPLAN = "http://purl.org/net/p-plan#"
SD = "http://www.w3.org/ns/sparql-service-description#"
FORMAT = "http://www.w3.org/ns/formats/"

PREFIXES: dict[str, str] = {
    "isg": ONT,
    "c": CONCEPT,
    "std": STANDARD,
    "exp": EXPERIMENT,
    "scheme": SCHEME,
    "link": LINK,
    "graph": GRAPH,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "skosxl": SKOSXL,
    "xkos": XKOS,
    "isothes": ISOTHES,
    "dct": DCT,
    "oa": OA,
    "prov": PROV,
    "sh": SH,
    "void": VOID,
    "dcat": DCAT,
    "adms": ADMS,
    "dpv": DPV,
    "org": ORG,
    "pplan": PPLAN,
}
"""Prefixes of every query and serialization. A query may use them without declaring them."""

GRAPHS: tuple[str, ...] = ("ontology", "shapes", "guideline", "text", "editorial", "standards", "experiments", "inferred", "meta")
"""Local names of the named graphs, in the order in which they build on each other."""

DEFAULT_GRAPHS: tuple[str, ...] = tuple(name for name in GRAPHS if name != "shapes")
"""The graphs whose union is the default graph of a query."""


def graph(name: str) -> str:
    """IRI of the named graph with this local name."""
    return GRAPH + name


def concept(code: str) -> str:
    """IRI of the item with this code, such as S301."""
    return CONCEPT + code


def span(start: int, end: int) -> str:
    """IRI of the text span [start, end), in code points of the guideline's text."""
    return f"{SPAN}{start}-{end}"


def compact(iri: str) -> str:
    """The IRI as prefix:local where a prefix of this project fits, else in angle brackets; for people to read."""
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and local and "/" not in local and "#" not in local:
            return f"{prefix}:{local}"
    return f"<{iri}>"
