"""TermBase eXchange (ISO 30042): reading of versions 2 and 3, checking against the dialect TBX-Basic, writing of version 3.

`nodes` makes one tree of the styles, `check` finds the faults, `reader` and `writer` go between the tree and a term base.
"""

from isgkg.terms.tbx.check import faults_of
from isgkg.terms.tbx.reader import read
from isgkg.terms.tbx.writer import write

__all__ = ["faults_of", "read", "write"]
