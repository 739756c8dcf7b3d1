"""The cross-link matrix: scenario standards against principles and evaluation standards.

Flows in: a store. Flows out: rows, columns, cells with the links behind them, and the gaps. A cell says by which way its links come: a
governance goal, a governance problem or a technology application of the row's sub-category that has a link to the principle; or the
evaluation standard that looks at the row.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from isgkg.browse import links
from isgkg.browse.model import BASES, LinkView, Ref, texts, value
from isgkg.store import Store

_VIA = "standardizedIn|isg:goalOf|isg:problemAddressedBy"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A scenario sub-category, or below it a scenario that it applies to (then `through` are the links that say so)."""

    item: Ref
    sub_category: str
    through: tuple[LinkView, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Column:
    """A principle, a sub-principle or an evaluation sub-category. `whole` marks a principle as a whole, which is no place for a gap."""

    item: Ref
    whole: bool = False


@dataclass(frozen=True, kw_only=True)
class Cell:
    """The links behind one cell; `basis` is the strongest among them."""

    links: tuple[LinkView, ...]

    @property
    def basis(self) -> str:
        """The strongest basis of the links."""
        return min((link.basis for link in self.links), key=BASES.index)


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """Cells by (code of the sub-category, code of the column); a pair without links is not in `cells`."""

    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    cells: Mapping[tuple[str, str], Cell]
    general: Mapping[str, LinkView]
    """By the code of a principle as a whole: the link by which it governs all scenario standards."""

    unstandardized: tuple[Ref, ...]
    """Scenarios that no sub-category applies to."""

    @property
    def gaps(self) -> tuple[tuple[Row, Column], ...]:
        """Sub-categories and columns with no link of any basis between them."""
        rows = [row for row in self.rows if not row.through]
        columns = [column for column in self.columns if not column.whole]
        return tuple((row, column) for row in rows for column in columns if (row.item.code, column.item.code) not in self.cells)


def build(store: Store) -> Matrix:
    """The whole matrix: S301 to S309 with their scenarios, P1 to P303, S501 to S503."""
    applies = links.matching(store, "?link isg:linkPredicate isg:appliesToScenario")
    sub_categories = _items(store, "isg:SubCategory", "S3")
    scenarios = _items(store, "isg:Scenario", "C")
    applied = {link.object.code for link in applies}
    return Matrix(
        rows=tuple(_rows(sub_categories, applies)),
        columns=tuple(_columns(store)),
        cells=_cells(store),
        general={link.subject.code: link for link in links.matching(store, "?link isg:linkPredicate isg:governs ; isg:linkObject c:S3")},
        unstandardized=tuple(item for item in scenarios if item.code not in applied),
    )


@dataclass(frozen=True, kw_only=True)
class Bearing:
    """What bears on one item of the matrix's rows: its filled columns with their cells, and its gaps."""

    cells: tuple[tuple[Column, Cell], ...]
    gaps: tuple[Column, ...]
    general: tuple[LinkView, ...]


def bearing(store: Store, code: str) -> Bearing | None:
    """The matrix's rows for one item: a scenario sub-category, or a scenario that one applies to; None for any other item."""
    if not code.startswith(("S3", "C")):
        return None
    built = build(store)
    homes = [row.sub_category for row in built.rows if row.item.code == code]
    if not homes:
        return None
    cells = [
        (column, built.cells[home, column.item.code])
        for home in homes
        for column in built.columns
        if (home, column.item.code) in built.cells
    ]
    filled = {column.item.code for column, _ in cells}
    return Bearing(
        cells=tuple(cells),
        gaps=tuple(column for column in built.columns if not column.whole and column.item.code not in filled),
        general=tuple(built.general[code] for code in sorted(built.general)),
    )


def _rows(sub_categories: Iterable[Ref], applies: Iterable[LinkView]) -> Iterable[Row]:
    for item in sub_categories:
        yield Row(item=item, sub_category=item.code)
        for link in applies:
            if link.subject.code == item.code:
                yield Row(item=link.object, sub_category=item.code, through=(link,))


def _columns(store: Store) -> Iterable[Column]:
    sub_principles = _items(store, "isg:SubPrinciple", "P")
    for principle in _items(store, "isg:Principle", "P"):
        yield Column(item=principle, whole=True)
        yield from (Column(item=item) for item in sub_principles if item.code.startswith(principle.code))
    yield from (Column(item=item) for item in _items(store, "isg:SubCategory", "S5"))


def _cells(store: Store) -> dict[tuple[str, str], Cell]:
    """Links of goals, problems and applications to principles, under their sub-category; of evaluation standards, to the row itself."""
    found: dict[tuple[str, str], list[LinkView]] = {}
    homes = {
        value(row, "code"): value(row, "home")
        for row in store.select(
            f"SELECT ?code ?home WHERE {{ ?item isg:{_VIA} ?sub . ?item skos:notation ?code . ?sub skos:notation ?home }}"
        )
    }
    to_principle = f"?link isg:linkSubject ?via ; isg:linkObject ?principle . ?via isg:{_VIA} ?sub . ?principle a isg:PrincipleElement"
    for link in links.matching(store, to_principle):
        found.setdefault((homes[link.subject.code], link.object.code), []).append(link)
    for link in links.matching(store, "?link isg:linkPredicate isg:evaluatesScenarioOf"):
        found.setdefault((link.object.code, link.subject.code), []).append(link)
    return {key: Cell(links=tuple(entries)) for key, entries in found.items()}


def _items(store: Store, class_: str, prefix: str) -> tuple[Ref, ...]:
    rows = store.select(f"""
        SELECT ?code ?labelZh ?labelEn WHERE {{
          ?item a {class_} ; skos:notation ?code ; skos:prefLabel ?labelZh , ?labelEn .
          FILTER ( STRSTARTS(STR(?code), "{prefix}") && LANG(?labelZh) = "zh" && LANG(?labelEn) = "en" )
        }} ORDER BY ?code""")
    return tuple(Ref(code=value(row, "code"), label=texts(row, "label")) for row in rows)
