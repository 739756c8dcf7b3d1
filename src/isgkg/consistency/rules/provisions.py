"""Provisions: modal verbs by GB/T 1.1 (T35), and where no provision may stand (T36).

Flows in: a Reading. Flows out: faults.
"""

import re
from collections.abc import Iterator
from typing import Final

from isgkg.consistency.faults import Fault, Reading, quoted, spans, within
from isgkg.consistency.outline import Part, Role
from isgkg.drafts.model import Kind, Spot
from isgkg.findings import Severity
from isgkg.terms.modals import modals

_WRONG: Final = {"必须": "应", "须": "应", "不得": "不应", "不可": "不应", "严禁": "不应", "禁止": "不应", "要": None, "得": None}
"""Words of requirement that GB/T 1.1 does not use, and what to write; 要 may be no requirement, so that no text is safe."""
_KINDS: Final = {
    **dict.fromkeys(("应", "应当", "不应", "必须", "须", "不得", "不可", "严禁", "禁止"), "requirement"),
    **dict.fromkeys(("宜", "不宜"), "recommendation"),
    **dict.fromkeys(("可", "不必"), "permission"),
}
"""What a modal makes of its sentence (GB/T 1.1—2020, annex C); 能 and 可能 state, and may stand anywhere."""
_DRAFTERS: Final = re.compile("(?:起草|编写|编制|参编|参与|归口|提出|审查|审定)(?:单位|人员?)[：:][^。]*")
_ASIDE: Final = frozenset({Role.NOTE, Role.EXAMPLE, Role.DEFINITION})


def verbs(reading: Reading) -> Iterator[Fault]:
    """T35: 必须, 须, 要, 不得, 不可, 严禁 and 禁止 where GB/T 1.1 has 应 and 不应."""
    for number, block, role in reading.prose:
        part = reading.outline.clauses[number].part
        if role in _ASIDE or role in {Role.HEADING, Role.TERM} or part in {Part.FOREWORD, Part.INTRODUCTION}:
            continue  # T36 speaks of notes, examples, definitions and the foreword
        for start, end, modal in _own(block.text):
            if modal in _WRONG:
                replacement = _WRONG[modal]
                key = "modal" if replacement else "modal.perhaps"
                values = {"modal": modal, "instead": replacement or "应"}
                yield Fault(
                    rule="T35", severity=Severity.WARNING, spot=Spot(number, start, end), key=key, values=values, replacement=replacement
                )


def misplaced(reading: Reading) -> Iterator[Fault]:
    """T36: a requirement, recommendation or permission in the foreword, a note, an example or a definition."""
    for number, block, role in reading.prose:
        part = reading.outline.clauses[number].part
        if role is Role.HEADING or not (role in _ASIDE or part is Part.FOREWORD):
            continue
        where = "footnote" if block.kind is Kind.FOOTNOTE else role.value if role in _ASIDE else "foreword"
        for start, end, modal in _own(block.text, attributive=role is Role.DEFINITION):
            if modal in _KINDS:
                yield Fault(
                    rule="T36",
                    severity=Severity.VIOLATION,
                    spot=Spot(number, start, end),
                    key=f"misplaced.{where}",
                    values={"modal": modal, "kind": {"key": f"provision.{_KINDS[modal]}"}},
                )


def _own(text: str, *, attributive: bool = False) -> Iterator[tuple[int, int, str]]:
    """The modals of the draft's own words: what stands in quotation marks are another's, and names of drafters say nothing."""
    marked = None
    for start, end, modal in modals(text, attributive=attributive):
        if marked is None:
            marked = [*quoted(text), *spans(_DRAFTERS, text)]
        if not within(marked, start, end):
            yield start, end, modal
