"""What TBX-Basic allows: elements in elements, data categories with their levels, and picklists.

Flows in: nothing. Flows out: tables. Source: the public dialect TBX-Basic of ISO 30042:2019, in the schemas that LTAC publishes for it
(TBX-Basic_DCA.sch, TBXcoreStructV03_TBX-Basic_integrated.rng). `nodes` makes names of version 2 into those of version 3.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

CONCEPT: Final = "conceptEntry"
LANGUAGE: Final = "langSec"
TERM: Final = "termSec"
LEVELS: Final = (CONCEPT, LANGUAGE, TERM)

NAMESPACES: Final = frozenset({"", "urn:iso:std:iso:30042:ed-2", "urn:iso:std:iso:30042:ed:3.0"})
"""The namespace of the standard, that of schemas before its publication, and none, as in version 2."""
MODULES: Final = frozenset({"http://www.tbxinfo.net/ns/core", "http://www.tbxinfo.net/ns/min", "http://www.tbxinfo.net/ns/basic"})
"""Namespaces of data categories as tags (style DCT)."""
DIALECTS: Final = frozenset({"TBX-Core", "TBX-Min", "TBX-Basic"})
"""Each is a part of the next."""


@dataclass(frozen=True, kw_only=True)
class Category:
    """A data category: the element that has it as its type, the levels that it may stand at, and its values where they are listed."""

    element: str
    levels: tuple[str, ...]
    values: tuple[str, ...] = ()


STATUSES: Final = {
    "preferredTerm-admn-sts": "preferred",
    "admittedTerm-admn-sts": "admitted",
    "deprecatedTerm-admn-sts": "deprecated",
    "supersededTerm-admn-sts": "superseded",
}
"""The picklist of administrativeStatus, and the statuses of GB/T 20001.1 that its values stand for."""
_LOCATIONS: Final = (
    *("checkBox", "comboBox", "comboBoxElement", "dialogBox", "groupBox", "informativeMessage", "interactiveMessage", "menuItem"),
    *("progressBar", "pushButton", "radioButton", "slider", "spinBox", "tab", "tableText", "textBox", "toolTip", "user-definedType"),
)
CATEGORIES: Final[Mapping[str, Category]] = {
    "customerSubset": Category(element="admin", levels=(CONCEPT, TERM)),
    "projectSubset": Category(element="admin", levels=(CONCEPT, TERM)),
    "source": Category(element="admin", levels=LEVELS),
    "subjectField": Category(element="descrip", levels=(CONCEPT,)),
    "context": Category(element="descrip", levels=(TERM,)),
    "definition": Category(element="descrip", levels=(CONCEPT, LANGUAGE)),
    "crossReference": Category(element="ref", levels=(CONCEPT, TERM)),
    "externalCrossReference": Category(element="xref", levels=LEVELS),
    "xGraphic": Category(element="xref", levels=(CONCEPT, LANGUAGE)),
    "administrativeStatus": Category(element="termNote", levels=(TERM,), values=tuple(STATUSES)),
    "partOfSpeech": Category(element="termNote", levels=(TERM,), values=("adjective", "noun", "other", "verb", "adverb")),
    "geographicalUsage": Category(element="termNote", levels=(TERM,)),
    "grammaticalGender": Category(element="termNote", levels=(TERM,), values=("masculine", "feminine", "neuter", "other")),
    "termLocation": Category(element="termNote", levels=(TERM,), values=_LOCATIONS),
    "termType": Category(
        element="termNote", levels=(TERM,), values=("fullForm", "acronym", "abbreviation", "shortForm", "variant", "phrase")
    ),
    "transactionType": Category(element="transac", levels=LEVELS, values=("origination", "modification")),
    "responsibility": Category(element="transacNote", levels=LEVELS),
}
OLD_VALUES: Final[Mapping[str, tuple[str, ...]]] = {"grammaticalGender": ("otherGender",), "partOfSpeech": ("properNoun",)}
"""Values that TBX-Basic had in version 2 only."""

_INFO: Final = ("descrip", "descripGrp", "admin", "adminGrp", "transacGrp", "note", "ref", "xref")
_LINKS: Final = ("note", "ref", "xref")
INLINE: Final = ("hi", "foreign", "sc", "ec", "ph")
TEXT: Final = frozenset(
    {"term", "descrip", "admin", "termNote", "note", "ref", "xref", "transac", "transacNote", "descripNote", "adminNote", "date"}
)
"""Elements that hold text, with marks in it."""
CHILDREN: Final[Mapping[str, tuple[str, ...]]] = {
    "body": (CONCEPT,),
    CONCEPT: (*_INFO, LANGUAGE),
    LANGUAGE: (*_INFO, TERM),
    TERM: ("term", "termNote", "termNoteGrp", *_INFO),
    "descripGrp": ("descrip", "descripNote", "admin", "adminGrp", "transacGrp", *_LINKS),
    "adminGrp": ("admin", "adminNote", *_LINKS),
    "termNoteGrp": ("termNote", "admin", "adminGrp", "transacGrp", *_LINKS),
    "transacGrp": ("transac", "transacNote", "date", *_LINKS),
    **dict.fromkeys(TEXT, INLINE),
    **dict.fromkeys(INLINE, INLINE),
}
"""What may stand in an element; what is not named here, such as the header, is not looked into."""
FIRST: Final[Mapping[str, tuple[str, ...]]] = {
    TERM: ("term",),
    "descripGrp": ("descrip",),
    "adminGrp": ("admin",),
    "termNoteGrp": ("termNote",),
    "transacGrp": ("transac",),
}
"""What an element must begin with."""
NEEDED: Final[Mapping[str, str]] = {"body": CONCEPT, CONCEPT: LANGUAGE, LANGUAGE: TERM, TERM: "term"}
"""What an element must hold at least once."""
