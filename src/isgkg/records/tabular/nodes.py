"""Records in the making: what the cells of a row say, until the rows of all tables are together.

Flows in: values with their columns and places (records.sheets). Flows out: mappings, in which empty cells are entries without a value, so
that what is missing has a place.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from isgkg.records import tree
from isgkg.records.fields import Field
from isgkg.records.tabular.layout import ID, Column, Form
from isgkg.records.tabular.tables import INVENTED
from isgkg.records.tree import Entry, Mapping, Mark, Scalar, Tree

_NICKNAMES = ("label", "title", "prefLabel")


@dataclass(eq=False, slots=True)
class Slot:
    """The values of one key; none where its cell is empty."""

    mark: Mark
    plain: list[Tree] = field(default_factory=list)
    languages: dict[str, list[Tree]] = field(default_factory=dict)
    inner: "Making | None" = None
    parts: list["Node"] = field(default_factory=list)

    def finished(self) -> Tree | None:
        if self.languages:
            texts = {"zh": self.plain, **self.languages} if self.plain else self.languages
            return Mapping(tuple(Entry(language, _joined(found), self.mark) for language, found in texts.items()), self.mark)
        inner = [self.inner.finished()] if self.inner else []
        return _joined([*self.plain, *inner, *(part.finished() for part in self.parts)])


@dataclass(eq=False, slots=True)
class Making:
    """A mapping in the making."""

    mark: Mark
    slots: dict[str, Slot] = field(default_factory=dict)

    def slot(self, key: str, mark: Mark) -> Slot:
        return self.slots.setdefault(key, Slot(mark))

    def within(self, owners: Sequence[Field], mark: Mark) -> "Making":
        """The part of this part that the owners lead to."""
        part = self
        for owner in owners:
            slot = part.slot(owner.key, mark)
            slot.inner = slot.inner or Making(mark)
            part = slot.inner
        return part

    def leave_empty(self, column: Column, place: Callable[[], Mark]) -> None:
        """Give the field a place if it has no value: within its part where that has values, else the part as a whole."""
        part = self
        for owner in column.owners:
            found = part.slots.get(owner.key)
            if found is None:
                part.slot(owner.key, place())
            if found is None or found.inner is None:
                return
            part = found.inner
        if column.name not in part.slots:
            part.slot(column.name, place())

    def text(self, key: str) -> str:
        found = self.slots[key].plain if key in self.slots else []
        return found[0].text.strip() if found and isinstance(found[0], Scalar) else ""

    def nicknames(self) -> Iterator[str]:
        """By what else people may call it: its label or title, and the names of its agent."""
        yield from filter(None, map(self.text, _NICKNAMES))
        agent = self.slots.get("agent")
        if agent is not None and agent.inner is not None:
            yield from filter(None, (agent.inner.text(ID), *agent.inner.nicknames()))

    def finished(self) -> Mapping:
        return Mapping(tuple(Entry(key, slot.finished(), slot.mark) for key, slot in self.slots.items()), self.mark)


@dataclass(eq=False, slots=True)
class Node(Making):
    """A row: a record, or a part. `names` are those by which other rows may call it.

    `fields` are the columns of its table, and `place` leads from the position of one to the place of its cell; `sheets` are the fields that
    have tables of their own, with the places where rows of these begin.
    """

    form: Form | None = None
    names: tuple[str, ...] = ()
    owner: "Node | None" = None
    fields: Sequence[tuple[int, Column]] = ()
    place: Callable[[int], Mark] | None = None
    sheets: Sequence[tuple[Column, Mark]] = ()

    def root(self) -> "Node":
        """The record that it is a part of."""
        found = self
        while found.owner is not None:
            found = found.owner
        return found

    def finished(self) -> Mapping:
        if self.text(ID).startswith(INVENTED):
            del self.slots[ID]
        for position, column in self.fields:
            if self.place is not None:
                self.leave_empty(column, partial(self.place, position))
        for column, mark in self.sheets:
            self.leave_empty(column, partial(_same, mark))
        return Making.finished(self)


def _same(mark: Mark) -> Mark:
    return mark


def _joined(found: Sequence[Tree]) -> Tree | None:
    if not found:
        return None
    return found[0] if len(found) == 1 else tree.Sequence(tuple(found), found[0].mark)
