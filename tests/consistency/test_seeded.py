"""The draft with seeded faults of all kinds, and the one without: what must be found, and what must not."""

from isgkg.consistency.outline import Part

from . import support


def test_every_seeded_fault_is_found_and_nothing_else() -> None:
    text, seeds = support.unmarked((support.DRAFTS / "seeded.txt").read_text(encoding="utf-8"))
    assert len(seeds) >= 60
    assert {key.partition(".")[0] for key, *_ in seeds} == {f"T{number}" for number in range(28, 41)}
    checked = support.check(text)
    numbered = {clause.number for clause in checked.reading.outline.clauses if clause.number and clause.part is Part.BODY}
    assert len(numbered) >= 20
    assert support.found(checked) == seeds


def test_nothing_is_found_in_the_clean_draft() -> None:
    checked = support.check((support.DRAFTS / "clean.txt").read_text(encoding="utf-8"))
    assert [(fault.rule, fault.key, checked.reading.outline.text(fault.spot)) for fault in checked.faults] == []
