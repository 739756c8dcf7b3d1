"""Replacements as tracked changes.

Flows in: the bytes of a .docx and what to write for the words at spots. Flows out: the bytes of a copy, in which the old words are struck
out and the new ones inserted, each as a change that a person accepts or rejects.
"""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import datetime
from itertools import count, pairwise

from isgkg.drafts.model import Spot
from isgkg.drafts.word import runs
from isgkg.drafts.word.package import Element, Package, attribute, local
from isgkg.drafts.word.paragraphs import Walk, writable


def fix(data: bytes, replacements: Sequence[tuple[Spot, str]], *, author: str, when: datetime | None = None) -> bytes:
    """The document with each replacement as a tracked change by `author`.

    Spots are those of the draft that `reader.read` makes of the same bytes. Raises ValueError for spots that overlap.
    """
    ordered = sorted(replacements)
    for (one, _), (other, _) in pairwise(ordered):
        if one.block == other.block and other.start < one.end:
            raise ValueError(f"{one} and {other} overlap")
    package = Package(data)
    walk = Walk(package)
    paragraphs = list(walk.paragraphs())
    ids = _ids([package.document, *walk.parts.values()])
    given = {"author": author} if when is None else {"author": author, "date": when.strftime("%Y-%m-%dT%H:%M:%SZ")}
    for spot, text in reversed(ordered):
        pieces = walk.words(list(paragraphs[spot.block].elements)).pieces
        found = runs.isolated(pieces, spot.start, spot.end)
        if found:
            _replace(found, writable(text), given, ids)
    notes = {package.name_of(kind) or "": part for kind, part in walk.parts.items()}
    return package.copy({package.main: package.document, **{name: part for name, part in notes.items() if name}})


def _ids(trees: Sequence[Element]) -> Iterator[int]:
    """Numbers that no change has yet."""
    used = (
        attribute(element, "id") or ""
        for tree in trees
        for element in tree.iter()
        if local(element) in {"ins", "del", "moveFrom", "moveTo"}
    )
    return count(max((int(id_) for id_ in used if id_.isdecimal()), default=0) + 1)


def _replace(found: Sequence[Element], text: str, given: dict[str, str], ids: Iterator[int]) -> None:
    """Strikes out the runs and inserts the text behind them in the look of the first.

    Words that are an insertion themselves are struck out within it, and the new ones are part of it: an insertion holds no other.
    """
    new = _written(found[0], text)
    for run in found:
        parent = run.getparent()
        assert parent is not None
        deletion = _change(run, "del", given, ids)
        parent.replace(run, deletion)
        deletion.append(run)
        for words in run:
            if local(words) == "t":
                words.tag = f"{runs.namespace(words)}delText"
        last, around = deletion, parent
    if not text:
        return
    if any(local(outer) == "ins" for outer in (around, *around.iterancestors())):
        last.addnext(new)
    else:
        insertion = _change(new, "ins", given, ids)
        insertion.append(new)
        last.addnext(insertion)


def _change(near: Element, name: str, given: dict[str, str], ids: Iterator[int]) -> Element:
    prefix = runs.namespace(near)
    return near.makeelement(f"{prefix}{name}", {f"{prefix}{key}": value for key, value in {"id": str(next(ids)), **given}.items()})


def _written(run: Element, text: str) -> Element:
    new = run.makeelement(run.tag)
    for inner in run:
        if local(inner) == "rPr":
            new.append(deepcopy(inner))
    words = next(inner for inner in run if local(inner) == "t")
    new.append(runs.deepcopy_text(words, text))
    return new
