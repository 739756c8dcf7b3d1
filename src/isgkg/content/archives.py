"""Office files as archives, without trust in them: what they are, and whether they can be opened without harm.

Flows in: bytes, or an archive. Flows out: the fault, if there is one; the caller knows what the file should have been, and says so.
"""

import zipfile
from enum import Enum, auto
from typing import Final

_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")  # Compound File Binary: [MS-CFB] 2.2
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")  # the stream of a file with a password: [MS-OFFCRYPTO] 2.3.4.4
_ZIP: Final = b"PK\x03\x04"
_SMALL: Final = 1024**2

MAX_FILES: Final = 4096
MAX_BYTES: Final = 512 * 1024**2
MAX_RATIO: Final = 300
"""What an archive may hold: files, bytes unpacked, bytes unpacked for each byte packed (texts reach 100)."""


class Fault(Enum):
    """Why an office file is not opened."""

    PASSWORD = auto()
    OLD = auto()
    """The format of Office 97, such as .doc or .xls."""
    NO_ARCHIVE = auto()
    SWOLLEN = auto()


def fault_of(data: bytes) -> Fault | None:
    """What the first bytes tell against opening the file."""
    if data.startswith(_OLE):
        return Fault.PASSWORD if _ENCRYPTED in data else Fault.OLD
    return None if data.startswith(_ZIP) else Fault.NO_ARCHIVE


def is_office(data: bytes) -> bool:
    """Whether these are the bytes of an office file of any age."""
    return data.startswith((_OLE, _ZIP))


def fault_within(archive: zipfile.ZipFile) -> Fault | None:
    """What the directory of the archive tells against reading on: no entry is longer than it says there, since zipfile reads no further."""
    files = archive.infolist()
    if any(file.flag_bits & 1 for file in files):
        return Fault.PASSWORD
    swollen = any(file.file_size > max(_SMALL, MAX_RATIO * file.compress_size) for file in files)
    return Fault.SWOLLEN if len(files) > MAX_FILES or sum(file.file_size for file in files) > MAX_BYTES or swollen else None
