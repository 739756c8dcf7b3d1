"""Which line of the tables a statement of an explanation comes from.

Flows in: a ReasoningError, and the tables. Flows out: the same error, the statements of the tables in it named with file, line and id.
"""

from isgkg.errors import ReasoningError
from isgkg.release import triples
from isgkg.release.reason import axiom
from isgkg.release.sources import Sources


def placed(error: ReasoningError, tables: Sources) -> ReasoningError:
    """The error, each axiom that a line of the tables says as "file:line: id: axiom"; the others, of the ontology, as they are."""
    if "axioms" not in error.values:
        return error
    places = {axiom(triple): f"{row.file}:{row.line}: {name}: " for triple, row, name in triples.stated(tables)}
    lines = str(error.values["axioms"]).split("\n")
    return ReasoningError(error.key, **{**error.values, "axioms": "\n".join(places.get(line, "") + line for line in lines)})
