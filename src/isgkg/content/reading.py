"""The bytes of what somebody names, within limits.

Flows in: a path, an upload, or standard input. Flows out: bytes, or a ContentError in the words of whoever reads.
"""

import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from isgkg.errors import ContentError, refusal

MEGABYTE: Final = 1024**2


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What reading a kind of file says where it cannot: the rule, and the keys of its sentences."""

    rule: str
    name: str
    irregular: str
    unreadable: str
    too_large: str
    empty: str

    def file(self, path: Path, limit: int) -> bytes:
        """The bytes of a regular file; anything else is refused before it is opened, since a pipe would never answer."""
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                raise ContentError(self.irregular, rule=self.rule)
            if status.st_size > limit:
                raise self._too_large(limit)
            with path.open("rb") as file:
                return self.held(file.read(limit + 1), limit)
        except ValueError as error:  # a NUL character in the path
            raise ContentError(self.name, rule=self.rule) from error
        except OSError as error:
            raise ContentError(self.unreadable, rule=self.rule, reason=refusal(error)) from error

    def held(self, data: bytes, limit: int) -> bytes:
        """Bytes that are here already, if they are something and not too much."""
        if len(data) > limit:
            raise self._too_large(limit)
        if not data.strip():
            raise ContentError(self.empty, rule=self.rule)
        return data

    def piped(self, limit: int) -> bytes:
        """What stands on standard input, which can be read only once."""
        return self.held(sys.stdin.buffer.read(limit + 1), limit)

    def _too_large(self, limit: int) -> ContentError:
        return ContentError(self.too_large, rule=self.rule, limit=f"{limit / MEGABYTE:,.0f}")
