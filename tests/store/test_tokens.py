"""The tokenizer: what it finds, what it refuses, that it never fails otherwise, and that it agrees with the engine."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import QueryBoolean, QuerySolutions, Store

from isgkg.errors import QueryError, QueryRefused, QuerySyntaxError, QueryTooComplex
from isgkg.store.clauses import bind_values, dataset_clauses
from isgkg.store.inspection import Limits, inspect, is_repeatable
from isgkg.store.tokens import decode, tokenize

FRAGMENTS = [
    *("SELECT", "ASK", "WHERE", "PREFIX", "BASE", "a", "true", "VALUES", "UNION", "SERVICE", "service", "GRAPH", "FILTER", "_", "智能"),
    *("?x", "$y", "?", "$", "ex:a", "ex:a.b", ":", ":b", "a.b.", "ex:%41", "ex:a\\-b", "_:b", "_:b.c", "1", "1.", ".5", "1.e", "1.5E-3"),
    *("<http://e/a>", "<", ">", "<=", "<<", ">>", "<?b)", '"', "'", '"""', "'''", '"a"', "'b'", '"""c"d"""', '"\\"', "\\", "\\\\"),
    *("\\u0022", "\\u0041", "\\U0001F600", "\\uD800", "\\u00", "@en", "@en-GB", "@en--ltr", "@", "^^", "^", "#", "#>", "\n", "\r", "\t"),
    *(" ", "\u00a0", "{", "}", "(", ")", "[", "]", "{|", "|}", ";", ",", ".", "..", "&&", "||", "!", "!=", "=", "+", "-", "*", "/", "|"),
    *("\x00", "%", "\ufeff"),
]
soup = st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join) | st.text(max_size=60)


@given(soup)
@settings(max_examples=400, deadline=None)
def test_tokens_and_skipped_text_reproduce_the_input(text):
    end = 0
    for token in tokenize(text):
        skipped = decode(text[end : token.start])
        assert not skipped.strip(" \t\r\n") or skipped.lstrip(" \t\r\n").startswith("#")
        assert token.text == decode(text[token.start : token.end])
        end = token.end
    assert end <= len(text)


@given(soup)
@settings(max_examples=300, deadline=None)
def test_places_count_lines_and_columns_from_one(text):
    lines = text.split("\n")
    for token in tokenize(text):
        assert "\n".join([*lines[: token.line - 1], lines[token.line - 1][: token.column - 1]]) == text[: token.start]


@given(soup, st.sampled_from(["", "SELECT * {", "ASK{", "PREFIX a: <b> DESCRIBE ", "INSERT "]))
@settings(max_examples=400, deadline=None)
def test_inspection_raises_nothing_but_query_errors(text, start):
    try:
        assert inspect(start + text) in {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
    except QueryError as error:
        assert error.text("zh")
        assert error.text("en")


@pytest.mark.parametrize(
    "fragment",
    [
        *("a.", "a.b-", "ex:a.", "_:a.", "<a", "<<a", '"', '"""', '"""\\', "'\\", "\\u0022", "\\u0041", "#", "1.", "1e", "@a-", "?"),
        *(":%", "é.", "{(", "^^"),
    ],
)
def test_time_is_linear_in_the_length(fragment):
    text = fragment * 40_000
    start = time.perf_counter()
    tokenize(text)
    assert time.perf_counter() - start < 5.0  # it takes 0.1 s; quadratic time would be minutes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("?s<http://e/p>1.", [("variable", "?s"), ("iri", "<http://e/p>"), ("number", "1"), ("punctuation", ".")]),
        ("ex:a.b.", [("name", "ex:a.b"), ("punctuation", ".")]),
        ("true.:a", [("word", "true"), ("punctuation", "."), ("name", ":a")]),
        ("a.b.c", [("word", "a"), ("punctuation", "."), ("word", "b"), ("punctuation", "."), ("word", "c")]),
        ("ex:a\\-b%41:c", [("name", "ex:a\\-b%41:c")]),
        ("_:b.", [("blank", "_:b"), ("punctuation", ".")]),
        ("1.5e3 .5 1.", [("number", "1.5e3"), ("number", ".5"), ("number", "1"), ("punctuation", ".")]),
        ('"a\\"b"@en-GB', [("string", '"a\\"b"'), ("language", "@en-GB")]),
        ("''^^xsd:a", [("string", "''"), ("punctuation", "^^"), ("name", "xsd:a")]),
        ('"""a"b""\n"""', [("string", '"""a"b""\n"""')]),
        ("'a\n", [("open", "'a")]),
        ("?a<?b", [("variable", "?a"), ("punctuation", "<"), ("variable", "?b")]),
        ("1 # 2\r3", [("number", "1"), ("number", "3")]),
        ("S\\u0045LECT", [("word", "SELECT")]),
        ("?智能", [("variable", "?智能")]),
    ],
)
def test_kinds(text, expected):
    assert [(token.kind, token.text) for token in tokenize(text)] == expected


def test_offsets_are_those_of_the_text_given():
    text = "ASK {\n  ?\\u0061 \\U0001F600 ?b }"
    token = next(token for token in tokenize(text) if token.text == "?b")
    assert (token.start, token.line, token.column) == (text.index("?b"), 2, text.index("?b") - text.index("\n"))


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("\\u0041", "A"),
        ("\\U0001F600", "😀"),
        ('"\\\\u0041"', '"\\\\u0041"'),
        ("\\\\\\u0041", "\\\\A"),
        ("\\uD800", "\\uD800"),
        ("\\u00", "\\u00"),
    ],
)
def test_escapes(text, decoded):
    assert decode(text) == decoded


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", "SELECT"),
        ("# ASK\nselect * {}", "SELECT"),
        ("PREFIX select: <http://ask/> BASE <http://construct/> Ask {}", "ASK"),
        ("PREFIX : <a>PREFIX b:<c>DESCRIBE<d>", "DESCRIBE"),
        ("CONSTRUCT {?s ?p ?o} WHERE {?s ?p ?o}", "CONSTRUCT"),
        ("CONSTRUCT WHERE {?s ?p ?o}", "CONSTRUCT"),
        ("C\\u004fNSTRUCT {} {}", "CONSTRUCT"),
        ('VERSION "1.2" SELECT * {}', "SELECT"),
        ("SELECT * FROM <http://e/g> FROM NAMED <http://e/h> {}", "SELECT"),
    ],
)
def test_form(text, form):
    assert inspect(text) == form


@pytest.mark.parametrize("keyword", ["INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"])
@pytest.mark.parametrize("template", ["{} <http://e/g>", "PREFIX a: <b> {} DATA {{}}", "# SELECT\n{}"])
def test_updates_are_refused(keyword, template):
    for word in (keyword, keyword.lower(), f"\\u{ord(keyword[0]):04x}{keyword[1:]}"):
        with pytest.raises(QueryRefused) as caught:
            inspect(template.format(word))
        assert (caught.value.key, caught.value.values["keyword"]) == ("query.update", keyword)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        *(("", 0, 0), ("# SELECT", 0, 0), ("PREFIX a: <b>", 0, 0), ("\n FOO", 2, 2), ("PREFIX a: <b>\n{}", 2, 1)),
        *(('ASK {?s ?p\n "a}', 2, 2), ("'", 1, 1)),
    ],
)
def test_what_begins_no_query_is_a_syntax_error_with_its_place(text, line, column):
    with pytest.raises(QuerySyntaxError) as caught:
        inspect(text)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    "pattern",
    [
        "FILTER(?a<?b#>'''\n) SERVICE <http://e/> { ?s ?p ?o } #'''\n",
        "FILTER(?a<?b#>) SERVICE <http://e/> {}\n)",
        "FILTER(?a<<?b#>) SERVICE <http://e/> { ?s ?p ?o }\n",
        "?s ?p ?o FILTER(?s<?o)SERVICE#>\n<http://e/>{}",
        "FILTER(EXISTS{?s ?p ?o}<?b&&RAND()>0.5)",
        "FILTER(STR(?a)<?b&&?c>?d)",
        "FILTER(1<2,NOW()>?x)",
    ],
)
def test_a_less_than_that_may_begin_an_iri_is_refused(pattern):
    with pytest.raises(QuerySyntaxError) as caught:
        inspect(f"PREFIX ex: <http://e/> SELECT * {{ {pattern} }}")
    assert caught.value.values["reason"] == "query.reason.less"
    assert caught.value.line == 1


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("SELECT (TRIPLE(<a:b>, <a:c>, 1) AS ?x) {}", 9),
        ("SELECT (SUBJECT(?t) AS ?x) { FILTER(isTriple(?t)) }", 9),
        ("ASK { FILTERisTRIPLE (?t) }", 7),
        ("SELECT * { VALUES ?t { <<( <a:b> <a:c> 1 )>> } }", 24),
        ("SELECT * { <<?s ?p ?o>> ?q ?r }", 12),
    ],
)
def test_triples_are_no_terms(text, column):
    with pytest.raises(QuerySyntaxError) as caught:
        inspect(text)
    assert (caught.value.values["reason"], caught.value.column) == ("query.reason.triple-term", column)
    assert inspect("SELECT ?subject ?triple { ?subject ex:triple ?triple FILTER(?subject = ex:object) } # TRIPLE(")


@pytest.mark.parametrize("character", ["\ufeff", "\u200c", "\u3001", "\U000e0001"])
def test_a_character_that_the_engine_may_take_for_a_part_of_a_name_is_refused(character):
    with pytest.raises(QuerySyntaxError) as caught:
        inspect(f"SELECT * {{ ?s ?p ?o{character}VALUES {{ ?s ?p ?o }} }}")
    assert (caught.value.values["reason"], caught.value.column) == ("query.reason.character", 20)
    assert inspect(f"SELECT * {{ ?s ?p '{character}' }} # {character}")


@pytest.mark.parametrize(
    "pattern",
    [
        "FILTER(?a < ?b && ?c > ?d)",
        "FILTER(?a<?b) FILTER(?c>?d)",
        "VALUES (?a ?b) { (<http://e/a#b> <http://e/c#d>) (1 <http://e/(e)>) }",
        "(?a <http://e/a#b> ?c) ?p ?o",
        "?s <#a> ?o ; <?b#> <a&b>",
        "FILTER(?a = <http://e/a#b> || ?b IN (<#a>, <b>))",
        "VALUES (?a ?b) { (<x> <#y>) (<urn:x;y> <urn:a&b>) }",
        "?s (<#a>/<#b>|^<#c>)+ ?o",
    ],
)
def test_an_iri_that_can_be_nothing_else_is_allowed(pattern):
    assert inspect(f"SELECT * {{ {pattern} }}")


def test_bases_are_resolved_against_each_other():
    query = "BASE <https://w3id.org/isgkg/> BASE <graph/> ASK FROM <ontology> FROM graph:ontology {}"
    with pytest.raises(QueryError) as caught:
        inspect(query)
    assert caught.value.key == "query.repeated-graph"
    assert inspect("SELECT (COUNT(DISTINCT <urn:f#x>(?x)) AS ?n) { ?x ?p ?o }")


@pytest.mark.parametrize(
    "pattern",
    [
        "SERVICE <http://e/> {}",
        "service <http://e/> {}",
        "S\\u0045RVICE <http://e/> {}",
        "\\U00000053ervice <http://e/> {}",
        "SeRvIcE SILENT ?x {}",
        "SERVICESILENT<http://e/>{}",
        "SERVICE#c\n<http://e/> {}",
        "{ { OPTIONAL { SERVICE<http://e/>{} } } }",
        "?s ?p true SERVICE ex:a {}",
        "?s ?p trueSERVICE<http://e/>{}",
        "?s ?p 1SERVICE<http://e/>{}",
        '?s ?p "a"@enSERVICE<http://e/>{}',
        "SERVICEex:a {}",
        "SERVICE:a {}",
        '?s ?p "\\u0022 . SERVICE <http://e/> {}',
        "?s ?p '''a''' SERVICE <http://e/> {} # '''",
    ],
)
def test_service_is_refused(pattern):
    with pytest.raises(QueryRefused) as caught:
        inspect(f"PREFIX ex: <http://e/> SELECT * {{ {pattern} }}")
    assert caught.value.key == "query.service"


@pytest.mark.parametrize(
    "pattern",
    [
        "?service ?p $SERVICE",
        "?s <http://e/SERVICE> <SERVICE>",
        "?s ?p 'SERVICE <http://e/> {}'",
        '?s ?p """ SERVICE " SERVICE """',
        "?s ?p ?o # SERVICE <http://e/> {}",
        "?s ex:service service:x",
        "?s ex:a.SERVICE ?o",
        "GRAPH service:x { ?s ?p ?o }",
        "?s ?p _:service",
    ],
)
def test_service_inside_other_tokens_is_not_a_keyword(pattern):
    assert inspect(f"PREFIX service: <http://e/service#> SELECT * {{ {pattern} \n}}") == "SELECT"


def test_graphs_before_the_pattern_may_be_called_service():
    assert inspect("PREFIX service: <http://e/> SELECT * FROM service:x { ?s ?p ?o }") == "SELECT"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("SELECT * {" + " " * 100_000 + "}", "query.too-long"),
        ("SELECT * " + "{" * 65 + "}" * 65, "query.too-deep"),
        ("SELECT * {?s ?p " + "[?p " * 64 + "]" * 64 + "}", "query.too-deep"),
        ("SELECT (" + "(" * 64 + "1" + ")" * 64 + " AS ?x) {}", "query.too-deep"),
        ("ASK {?s ?p " + "1," * 128 + "1}", "query.too-many-patterns"),
        ("ASK {?s " + "; ".join("?p ?o" for _ in range(129)) + "}", "query.too-many-patterns"),
        ("ASK {?s ?p (" + "1 " * 129 + ")}", "query.too-many-patterns"),
        ("ASK {?s ?p (" + "(1) " * 129 + ")}", "query.too-many-patterns"),
        ("ASK {?s " + "/".join("<p>" for _ in range(129)) + " ?o}", "query.too-many-patterns"),
        ("ASK {" + "OPTIONAL {?s ?p ?o}" * 128 + "}", "query.too-many-patterns"),
        ("SELECT (1" + "+1" * 1_000 + " AS ?x) {}", "query.too-many-patterns"),
        ("ASK {FILTER(" + "!" * 1_000 + "1)}", "query.too-many-patterns"),
        ("ASK " + "\\u007b" * 65, "query.too-deep"),
    ],
)
def test_caps(text, key):
    with pytest.raises(QueryTooComplex) as caught:
        inspect(text)
    assert caught.value.key == key
    assert inspect(text, Limits(length=10**6, depth=10**4, patterns=10**4, operators=10**4)) in {"SELECT", "ASK"}


@pytest.mark.parametrize(
    "text",
    [
        "ASK { VALUES ?x {" + "<http://e/a> " * 2_000 + "} ?x ?p ?o }",
        "ASK { VALUES (?x ?y) {" + "(<http://e/a> 1) " * 2_000 + "} ?x ?p ?y }",
        "ASK { ?x ?p ?o FILTER(?x IN (" + ", ".join(["<http://e/a>"] * 2_000) + ")) }",
        "CONSTRUCT {" + "?s ?p ?o . " * 500 + "} WHERE {?s ?p ?o}",
        "ASK {" + "?s ?p ?o . " * 100 + "}",
        "ASK {?s ?p ?o FILTER(" + " || ".join(["?o = 1"] * 400) + ")}",
    ],
)
def test_what_costs_the_planner_nothing_is_allowed(text):
    assert inspect(text)


WORDS = [
    *("SELECT *", "select ?s", "SELECT DISTINCT ?s", "ASK", "CONSTRUCT {?s ?p ?o}", "CONSTRUCT", "DESCRIBE ?s", "DESCRIBE <http://e/a>"),
]
PROLOGUE = [
    *("", "BASE <http://ask/>", "PREFIX select: <http://e/>", "PREFIX ask: <ask#>", "PREFIX : <http://e/>", "# ASK\n", 'VERSION "1.2"'),
]
PATTERNS = [
    *("?s ?p ?o .", "?s<http://e/ASK>?o.", "?s a ?o .", "OPTIONAL {?s ?p 'ASK {'}", "FILTER(?s< ?o&&?o>?s)", "FILTER(1<2)"),
    *("{?s ?p ?o} UNION {}", "VALUES ?s {<http://e/a> 'SELECT'}", '?s ?p """ASK\n"""@en .', "BIND(1+1 AS ?b)", "?s ?p 1.5,true;?q [] ."),
    *("?s (^?p)", "?s ?p (1 2) .", "# }\n"),
]
ENDS = ["", "LIMIT 1", "ORDER BY ?s", "VALUES ?s {1}", "# ASK", "#"]
queries = st.builds(
    lambda prologue, word, where, patterns, end, gap: gap.join([*prologue, word, where, "{", *patterns, "}", end]),
    st.lists(st.sampled_from(PROLOGUE), max_size=3),
    st.sampled_from(WORDS),
    st.sampled_from(["", "WHERE", "FROM <http://e/g>", "FROM NAMED <http://e/g> WHERE"]),
    st.lists(st.sampled_from(PATTERNS), max_size=4),
    st.sampled_from(ENDS),
    st.sampled_from([" ", "\n", "\t#SELECT\n", "\r\n"]),
)


@given(queries)
@settings(max_examples=500, deadline=None)
def test_the_form_agrees_with_the_engine(text):
    try:
        answer = Store().query(decode(text))
    except SyntaxError:
        return
    kinds = {QuerySolutions: {"SELECT"}, QueryBoolean: {"ASK"}}
    assert inspect(text) in kinds.get(type(answer), {"CONSTRUCT", "DESCRIBE"})


BEFORE_SERVICE = [
    *(
        "VALUES ?v {true}",
        "BIND(1 AS ?b)",
        "FILTER(1<2)",
        "{}",
        "BIND('\\u0022' AS ?c)",
        '"',
        "'''",
        "# c\n",
        "FILTER(?v<?b)",
        "OPTIONAL {}",
        "<",
    ),
]
service_queries = st.builds(
    lambda before, gap, keyword, endpoint, after: (
        f"PREFIX ex: <http://127.0.0.1:1/> ASK {{{before}{gap}{keyword}{endpoint}{{?x ?y ?z}}{after}}}"
    ),
    st.lists(st.sampled_from(BEFORE_SERVICE), max_size=3).map("".join),
    st.sampled_from(["", " ", ".", "\n"]),
    st.sampled_from(["SERVICE", "service", "S\\u0045RVICE", "SERVICE ", "SERVICE#>\n", "SERVICE\n", "SERVICE#\"'''\n"]),
    st.sampled_from(["<http://127.0.0.1:1/>", "ex:a", "ex:a ", "\\u003chttp://127.0.0.1:1/>"]),
    st.sampled_from(["", '"""', "'", " # '''", ">"]),
)


hidden_services = st.builds(
    lambda compared, hiding, end: (
        f"ASK {{ BIND(1 AS ?a) BIND(2 AS ?b) FILTER(?a{compared}{hiding}\n) SERVICE <http://127.0.0.1:1/> {{?x ?y ?z}} {end}{hiding}\n}}"
    ),
    st.lists(st.sampled_from([*FRAGMENTS, "<?b#>", "<?b#>", "<<?b#>", "<#a>", "<1", "&&", "?b"]), min_size=1, max_size=4).map("".join),
    st.sampled_from(["'''", '"""', "'", '"', "#", ">", ""]),
    st.sampled_from(["", "#"]),
)


@given(service_queries | hidden_services)
@settings(max_examples=600, deadline=None)
def test_whatever_makes_the_engine_call_out_is_refused(text):
    try:
        bool(Store().query(decode(text), base_iri="http://e/", prefixes={"ex": "http://127.0.0.1:1/"}))
    except OSError:  # the engine knows that port 1 is no HTTP port
        with pytest.raises((QueryRefused, QuerySyntaxError)):
            inspect(text)
    except (SyntaxError, RuntimeError):
        pass


def test_values_are_bound_wherever_the_variable_has_a_block():
    text = "SELECT * { # VALUES ?s {}\n VALUES ?s { <http://e/a> 'x}' } ?s ?p ?o { values $s {UNDEF} } VALUES ?t {1} }"
    bound = bind_values(text, {"s": '<http://e/b> "c"@en'})
    assert bound == (
        'SELECT * { # VALUES ?s {}\n VALUES ?s { <http://e/b> "c"@en } ?s ?p ?o { values $s { <http://e/b> "c"@en } } VALUES ?t {1} }'
    )


def test_a_variable_without_a_block_cannot_be_bound():
    with pytest.raises(QueryError) as caught:
        bind_values("SELECT * { ?s ?p 'VALUES ?s {1}' VALUES (?s) {(1)} }", {"s": "1"})
    assert caught.value.key == "query.no-values"


@pytest.mark.parametrize("value", ["} ?s ?p ?o {", "<a> # ", "'a", "?x", "SELECT", "(1)", "<http://e/a b>", "\\u007d"])
def test_a_value_cannot_leave_its_block(value):
    with pytest.raises(QueryError) as caught:
        bind_values("SELECT * { VALUES ?s {1} }", {"s": value})
    assert caught.value.key == "query.not-terms"


@pytest.mark.parametrize("value", ["<http://e/a>", "'a'@en", '"1"^^xsd:integer', "1 -2 +3.5", "true UNDEF", "ex:a.b", '"# }"', ""])
def test_terms_are_values(value):
    assert bind_values("SELECT * { VALUES ?s {1} }", {"s": value}) == f"SELECT * {{ VALUES ?s {{ {value} }} }}"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (NOW() AS ?x) {}",
        "ASK { FILTER(1<rand()) }",
        "ASK { BIND(uuid() AS ?u) }",
        "ASK { BIND(STRUUID() AS ?u) }",
        "ASK { BIND(B\\u004eODE() AS ?u) }",
    ],
)
def test_what_changes_from_call_to_call(text):
    assert not is_repeatable(text)


@pytest.mark.parametrize("text", ["ASK {}", "ASK { ?now ?rand 'NOW() RAND()' } # UUID()", "ASK { <http://e/NOW> ex:RAND _:BNODE }"])
def test_what_stays_the_same(text):
    assert is_repeatable(text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ASK", "{ ?s ?p ?o }"),
        ("SELECT (EXISTS { ?s ?p ?o } AS ?x) ", "WHERE {}"),
        ("CONSTRUCT { ?s ?p ?o } ", "WHERE {}"),
        ("CONSTRUCT ", "WHERE { ?s ?p ?o }"),
        ("DESCRIBE a:b a:where ", "where {}"),
        ("DESCRIBE ?x ", "LIMIT 2"),
        ("DESCRIBE <urn:x> # {\n", ""),
    ],
)
def test_a_dataset_is_put_before_the_pattern(before: str, after: str) -> None:
    query = before.removesuffix("\n") + after
    assert dataset_clauses(query, "urn:base", {}) == ((), (), before, after)


def test_a_dataset_is_read_from_the_query() -> None:
    query = (
        "BASE <http://e/a/> PREFIX g: <b#> CONSTRUCT { ?s ?p ?o } from <x>FROM NAMED g:y\\-z fromnamed<urn:n> FROM p: WHERE { ?s ?p ?o }"
    )
    clauses = dataset_clauses(query, "http://e/", {"p": "urn:p"})
    assert clauses.default == ("http://e/a/x", "urn:p")
    assert clauses.named == ("http://e/a/b#y-z", "urn:n")
    assert clauses.before + clauses.after == "BASE <http://e/a/> PREFIX g: <b#> CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
