"""Who may import whom, and where each third-party engine lives (docs/architecture.md), from the code's own imports."""

import ast
from collections.abc import Iterator
from pathlib import Path

import isgkg

PACKAGE = Path(isgkg.__file__).parent
LAYERS = [
    {"cli"},
    {"web"},
    {"consistency", "research"},
    {"terms", "drafts", "records", "release", "questions", "browse", "terminal"},
    {"shacl", "store", "findings"},
    {"names", "files", "messages", "errors", "folding", "columns", "content", "numbers"},
]
"""From the top down. A module imports only from layers below its own; exceptions below."""

ALLOWED = {
    ("terminal", "browse"),  # renders what browse reads
    ("errors", "messages"),
    ("files", "errors"),
    ("content", "errors"),
    ("numbers", "names"),
    ("shacl", "store"),  # the interface that it runs on, and the tokenizer
}
ENGINES = {
    "SPARQLWrapper": {"store"},
    "pandas": {"research"},
    "polars": {"research"},
    "owlready2": {"release"},
    "reasonable": {"release"},
    "flask": {"web"},
    "backports": {"web"},
    "granian": {"web"},
    "pyshacl": {"shacl"},
    "opencc": {"folding"},
    "ahocorasick_rs": {"consistency", "terms"},
    "lxml": {"drafts", "terms"},
    "markdown_it": {"drafts"},
    "pypdfium2": {"drafts"},
    "docx": {"terms"},
    "pypinyin": {"terms"},
}


def imports() -> Iterator[tuple[str, str, Path]]:
    """(importing module, imported module, file): top-level names within the package, and names of other packages."""
    for path in PACKAGE.rglob("*.py"):
        relative = path.relative_to(PACKAGE)
        source = relative.parts[0].removesuffix(".py")
        if source in {"__init__", "_files"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                parts = node.module.split(".")
                if parts == ["isgkg"]:
                    yield from ((source, alias.name, relative) for alias in node.names)
                else:
                    yield source, parts[1] if parts[0] == "isgkg" else parts[0], relative
            elif isinstance(node, ast.Import):
                yield from ((source, alias.name.split(".")[0], relative) for alias in node.names)


def layer(name: str) -> int | None:
    return next((number for number, members in enumerate(LAYERS) if name in members), None)


def test_every_module_has_a_layer() -> None:
    known = set().union(*LAYERS)
    modules = {path.name.removesuffix(".py") for path in PACKAGE.iterdir() if not path.name.startswith("_")}
    assert modules - known == set()


def test_layers_point_one_way() -> None:
    wrong = []
    for source, target, path in imports():
        above, below = layer(source), layer(target)
        if above is None or below is None or source == target or (source, target) in ALLOWED:
            continue
        if below <= above:
            wrong.append(f"{path}: {source} imports {target}")
    assert wrong == []


def test_each_engine_has_one_home() -> None:
    wrong = [f"{path}: {target}" for source, target, path in imports() if target in ENGINES and source not in ENGINES[target]]
    assert wrong == []


def test_the_top_does_not_reach_past_its_home_for_sparql() -> None:
    """No SPARQL in a view: views call browse, questions and store."""
    wrong = [
        str(path.relative_to(PACKAGE))
        for path in (PACKAGE / "web").glob("*.py")
        if path.name not in {"sparql.py", "dumps.py"} and "SELECT ?" in path.read_text(encoding="utf-8")
    ]
    assert wrong == []
