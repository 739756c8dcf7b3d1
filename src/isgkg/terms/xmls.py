"""XML that people send, without trust in it: nothing declared is expanded, nothing named is fetched, nothing nests without end.

Flows in: bytes. Flows out: lxml's tree, whose elements know their lines; or the place where the XML is broken.
"""

import re
from collections.abc import Mapping
from typing import Final
from xml.parsers import expat

from lxml import etree

from isgkg import messages
from isgkg.content import encoding
from isgkg.errors import ContentError
from isgkg.findings import Place
from isgkg.messages import Language
from isgkg.terms.faults import fault

RULE: Final = "terms-xml"
MAX_DEPTH: Final = 64
MAX_ATTRIBUTES: Final = 256
"""Attributes of one element: RDF engines compare each with all others."""
LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_DECLARED: Final = re.compile(rb"""\A(\s*<\?xml\s[^>]{0,200}?)\sencoding\s*=\s*(?:"[^"]*"|'[^']*')""")
_KNOWN: Final[Mapping[str, str]] = {
    "mismatched tag": "xml.mismatch",
    "no element found": "xml.end",
    "undefined entity": "xml.entity",
    "not well-formed (invalid token)": "xml.token",
}
"""Frequent complaints of expat, and the messages that say them in both languages."""


def checked(data: bytes, *, doctype: bool = False) -> bytes:
    """The same XML in UTF-8, well-formed and harmless. Raises ContentError (rules terms-xml, encoding) with its line and column.

    With `doctype` a DOCTYPE that only names a DTD is let pass, as every TBX of version 2 has one; it is not read.
    """
    content, _ = encoding.utf8(data)
    parser = expat.ParserCreate("utf-8")
    depth = 0

    def refusal(key: str, **values: object) -> ContentError:
        return fault(key, RULE, Place(line=parser.CurrentLineNumber, column=parser.CurrentColumnNumber + 1), **values)

    def declared(_name: str, _system: str | None, _public: str | None, has_subset: bool) -> None:
        if has_subset or not doctype:
            raise refusal("terms.xml.doctype")

    def start(_: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH or len(attributes) > MAX_ATTRIBUTES:
            raise refusal("terms.xml.depth", limit=MAX_DEPTH, attributes=MAX_ATTRIBUTES)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ContentError("terms.xml.syntax", rule=RULE, line=error.lineno, column=error.offset + 1, reason=_reason(error)) from error
    return _DECLARED.sub(rb"\1", content, count=1)


def parse(data: bytes) -> etree._Element:
    """The root of the tree of an XML file, which may name a DTD. Raises what `checked` raises."""
    content = checked(data, doctype=True)
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:  # what expat lets pass and libxml2 does not, such as a text of more than 10 MB
        raise ContentError("terms.xml.syntax", rule=RULE, line=error.lineno, reason=messages.both("terms.xml.token")) from error


def _reason(error: expat.ExpatError) -> Mapping[Language, str]:
    said = expat.ErrorString(error.code)
    return messages.both(f"terms.{_KNOWN.get(said or '', 'xml.other')}")
