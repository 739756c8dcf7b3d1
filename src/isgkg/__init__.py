"""isgkg: 智能社会发展与治理标准化指引（2025版）as a knowledge graph in which every statement is anchored to the words that carry it.

Flows in: nothing. Flows out: `open_store`, which answers SPARQL from the release in use. The command line is `isgkg --help`.
"""

from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from isgkg.store import EmbeddedStore

__all__ = ["__version__", "open_store"]
__version__ = version("isgkg")


def open_store() -> "EmbeddedStore":
    """The store of the release in use: $ISGKG_RELEASE, else the one built once into the user's cache folder.

    Raises ReleaseError for a release that is missing or damaged, SourceError where the packaged files are.
    """
    from isgkg.release.locate import locate
    from isgkg.release.output import NQUADS
    from isgkg.store import EmbeddedStore

    return EmbeddedStore.load(locate() / NQUADS)
