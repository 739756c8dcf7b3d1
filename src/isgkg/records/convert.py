"""Records from one format to another.

Flows in: the statements of records (records.graph for trees, the RDF reader for graphs). Flows out: the files that hold the same records.
"""

from collections.abc import Iterable, Sequence

from pyoxigraph import Triple

from isgkg.messages import Language
from isgkg.records import writers
from isgkg.records.fields import Schema
from isgkg.records.sources import Format
from isgkg.records.tabular import csvs, excel
from isgkg.records.tabular.cells import Codes
from isgkg.records.tree import Mapping, Statement
from isgkg.records.trees import trees


def convert(
    triples: Iterable[Triple | Statement], to: Format, schema: Schema, *, lang: Language = "zh", codes: Codes | None = None
) -> bytes | dict[str, str]:
    """The records of a graph in another format: the content of a file, or for CSV the texts of files by suffix.

    `lang` and `codes`, what there is to choose from, are for workbooks.

    Nothing is lost: raises ContentError by name for what no record holds, no field describes, or the format cannot hold.
    """
    if to in writers.RDF_FORMATS:
        return writers.rdf((Triple(triple.subject, triple.predicate, triple.object) for triple in triples), to)
    return write(trees(triples, schema), to, schema, lang=lang, codes=codes)


def write(
    records: Sequence[Mapping], to: Format, schema: Schema, *, lang: Language = "zh", codes: Codes | None = None
) -> bytes | dict[str, str]:
    """Records as trees in a format of trees or tables. Raises ContentError for what the format cannot hold."""
    if to is Format.XLSX:
        return excel.write(records, schema, lang, codes)
    if to is Format.CSV:
        return csvs.write(records, schema)
    texts = {Format.YAML: writers.yaml_text, Format.JSON: writers.json_text, Format.JSONL: writers.json_lines}
    return texts[to](records).encode()
