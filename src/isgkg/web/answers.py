"""A bounded memory of answers: who asks the same of the same release again is answered without the engine.

Flows in: bytes under a key that names all they depend on. Flows out: the same bytes, while they are among those used last.
"""

import threading
from collections import OrderedDict
from typing import Final

_OVERHEAD: Final = 300
"""Bytes that an entry takes besides its content."""
_LARGEST: Final = 8
"""An entry takes at most this fraction, so that one large answer does not displace all others."""


class AnswerCache:
    """The answers used last, up to `byte_limit` bytes in all; thread-safe."""

    def __init__(self, byte_limit: int = 32 * 2**20) -> None:
        self._byte_limit = byte_limit
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, key: str) -> bytes | None:
        """What was kept under `key`; None where it is not known, or no longer."""
        with self._lock:
            content = self._entries.get(key)
            if content is not None:
                self._entries.move_to_end(key)
            return content

    def put(self, key: str, content: bytes) -> None:
        """Keep `content`; what was used longest ago makes place for it."""
        size = len(content) + _OVERHEAD
        if size > self._byte_limit // _LARGEST:
            return
        with self._lock:
            if key in self._entries:
                return
            self._entries[key] = content
            self._bytes += size
            while self._bytes > self._byte_limit:
                _, oldest = self._entries.popitem(last=False)
                self._bytes -= len(oldest) + _OVERHEAD
