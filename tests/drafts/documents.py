"""Word documents for the tests, made of raw XML: what python-docx does not write."""

import io
import zipfile

import docx

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(body: str, **parts: str) -> bytes:
    """A document with this content of w:body; `parts` are those beside it, such as footnotes and numbering, by name."""
    document = docx.Document()
    given = io.BytesIO()
    document.save(given)
    xml = f'<w:document xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>{body}</w:body></w:document>'
    kinds = "".join(
        f'<Relationship Id="rIdT{name}" Type="{RELATIONS}{name}" Target="{name}.xml"/>'
        for name in parts
        if name not in {"numbering", "styles"}
    )
    out = io.BytesIO()
    with zipfile.ZipFile(given) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            stem = entry.filename.removeprefix("word/").removesuffix(".xml")
            if entry.filename == "word/document.xml":
                content = xml.encode()
            elif entry.filename.startswith("word/") and stem in parts:
                content = parts[stem].encode()
            elif entry.filename == "word/_rels/document.xml.rels":
                content = content.replace(b"</Relationships>", kinds.encode() + b"</Relationships>")
            new.writestr(entry, content)
        for name, content_ in parts.items():
            if f"word/{name}.xml" not in old.namelist():
                new.writestr(f"word/{name}.xml", content_)
    return out.getvalue()


def paragraph(*runs: str, properties: str = "") -> str:
    """A w:p of runs; a text that is no XML is a run of its own."""
    content = "".join(run if run.startswith("<") else f'<w:r><w:t xml:space="preserve">{run}</w:t></w:r>' for run in runs)
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{content}</w:p>"


def deleted(text: str) -> str:
    return f'<w:del w:id="1" w:author="a"><w:r><w:delText>{text}</w:delText></w:r></w:del>'


def inserted(text: str) -> str:
    return f'<w:ins w:id="2" w:author="a"><w:r><w:t>{text}</w:t></w:r></w:ins>'
