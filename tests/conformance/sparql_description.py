"""The three tests of the service description, whose manifest says what is tested in words only."""

from collections import defaultdict

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SD = "http://www.w3.org/ns/sparql-service-description#"
ENDPOINT = "http://localhost/sparql"
TYPES = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}
SCHEMA = {
    "endpoint": ("Service", None),
    "feature": ("Service", None),
    "defaultEntailmentRegime": ("Service", None),
    "supportedLanguage": ("Service", None),
    "resultFormat": ("Service", None),
    "defaultDataset": ("Service", "Dataset"),
    "availableGraphs": ("Service", "GraphCollection"),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("Dataset", "NamedGraph"),
    "name": ("NamedGraph", None),
    "graph": ("NamedGraph", "Graph"),
}
"""The properties that may occur, with the classes of their subjects and objects (Service Description, 3.4)."""
ONCE = {"endpoint", "defaultDataset", "defaultEntailmentRegime", "defaultGraph", "name", "graph"}
KNOWN = {
    "supportedLanguage": {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"},
    "feature": {"DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery"},
}


def description(client, accept):
    answer = client.get("/sparql", headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200, answer.text
    return [quad.triple for quad in parse(answer.data, format=TYPES[answer.mimetype], base_iri=ENDPOINT)]


def returns_rdf(client):
    sets = [description(client, accept) for accept in (None, "*/*", *TYPES)]
    assert all(len(triples) == len(sets[0]) > 0 for triples in sets)


def has_endpoint_triple(client):
    endpoints = [t.object for t in description(client, "*/*") if t.predicate.value == SD + "endpoint"]
    assert endpoints == [NamedNode(ENDPOINT)]


def conforms_to_schema(client):
    triples = description(client, "*/*")
    classes = defaultdict(set)
    for t in triples:
        if t.predicate.value == RDF_TYPE:
            classes[t.object.value.removeprefix(SD)].add(t.subject)
    assert len(classes["Service"]) == 1
    used = defaultdict(list)
    for t in triples:
        if t.predicate.value.startswith(SD):
            local = t.predicate.value.removeprefix(SD)
            subject_class, object_class = SCHEMA[local]
            assert t.subject in classes[subject_class], t
            assert not isinstance(t.object, Literal), t
            assert object_class is None or t.object in classes[object_class], t
            assert local not in KNOWN or t.object.value.removeprefix(SD) in KNOWN[local], t
            used[local, t.subject].append(t.object)
    assert all(len(objects) == 1 for (local, _), objects in used.items() if local in ONCE)
    assert all(used["name", graph] for graph in classes["NamedGraph"])
    names = [name for (local, _), objects in used.items() if local == "name" for name in objects]
    assert len(names) == len(set(names))
    assert used["defaultGraph", used["defaultDataset", NamedNode(ENDPOINT)][0]]


CHECKS = {"returns-rdf": returns_rdf, "has-endpoint-triple": has_endpoint_triple, "conforms-to-schema": conforms_to_schema}
