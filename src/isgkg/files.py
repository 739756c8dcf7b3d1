"""Where ontology/, shapes/ and data/ are.

Flows in: nothing. Flows out: paths. A wheel carries the three folders under isgkg/_files/; a checkout has them beside src/.
"""

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def root() -> Path:
    """The folder that holds ontology/, shapes/ and data/: inside the installed package, else the checkout."""
    packaged = _PACKAGE / "_files"
    return packaged if packaged.is_dir() else _PACKAGE.parent.parent


def cache() -> Path:
    """The user's cache folder for built releases ($XDG_CACHE_HOME, else ~/.cache); it need not exist yet."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "isgkg"
