"""Where ontology/, shapes/ and data/ are, and their text.

Flows in: nothing. Flows out: paths; text, or SourceError.
A wheel carries the three folders under isgkg/_files/; a checkout has them beside src/.
"""

import os
from pathlib import Path

from isgkg.errors import SourceError, refusal

_PACKAGE = Path(__file__).resolve().parent


def root() -> Path:
    """The folder that holds ontology/, shapes/ and data/: inside the installed package, else the checkout."""
    packaged = _PACKAGE / "_files"
    return packaged if packaged.is_dir() else _PACKAGE.parent.parent


def cache() -> Path:
    """The user's cache folder for built releases ($XDG_CACHE_HOME, else ~/.cache); it need not exist yet."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "isgkg"


def read_text(path: Path, shown_as: str) -> str:
    """The text of a source file, UTF-8 with LF or CRLF line ends. Raises SourceError where it is missing or not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except OSError as error:
        raise SourceError("source.missing", file=shown_as, line=1, reason=refusal(error), rule="source") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SourceError("source.encoding", file=shown_as, line=line, rule="source") from error
