"""A filter of system calls (seccomp, Linux): what a process that has it asks of the network is refused by the kernel.

Flows in: nothing. Flows out: whether the filter is in force. No privileges are needed, and none can take it off again.

The tokenizer keeps SERVICE and the like from the engine, and a worker has no file descriptors left; this is the line behind both.
"""

import ctypes
import errno
import platform
import struct
import sys
from typing import Final

_PR_SET_NO_NEW_PRIVS: Final = 38
_SECCOMP_SET_MODE_FILTER: Final = 1
_SECCOMP_FILTER_FLAG_TSYNC: Final = 1  # all threads of the process
_X32: Final = 0x40000000  # the other numbering of system calls that an x86-64 kernel takes

# struct seccomp_data { int nr; __u32 arch; … }, and classic BPF: <linux/seccomp.h>, <linux/bpf_common.h>
_NR, _ARCH = 0, 4
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | errno.EPERM


class _Machine:
    """An architecture's mark, its number of the call seccomp, and those of the calls that are refused."""

    def __init__(self, arch: int, seccomp: int, refused: tuple[int, ...]) -> None:
        self.arch = arch
        self.seccomp = seccomp
        self.refused = refused


_MACHINES: Final = {
    # socket, connect, accept, bind, listen, socketpair; execve, execveat; ptrace; io_uring_setup, which can do all of it
    "x86_64": _Machine(0xC000003E, 317, (41, 42, 43, 49, 50, 53, 288, 59, 322, 101, 425)),
    "aarch64": _Machine(0xC00000B7, 277, (198, 203, 202, 200, 201, 199, 242, 221, 281, 117, 425)),
}


class _Program(ctypes.Structure):
    """struct sock_fprog: the number of instructions, and where they are."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def forbid_network() -> bool:
    """Have the kernel refuse new connections, and new programs, to this process from now on; the sockets that it has keep working.

    False where there is no such filter: outside Linux, on other machines than x86-64 and AArch64, or where a sandbox forbids it.
    """
    machine = _MACHINES.get(platform.machine()) if sys.platform == "linux" else None
    if machine is None:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    code = _code(machine)
    program = _Program(len(code) // 8, code)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.syscall(machine.seccomp, _SECCOMP_SET_MODE_FILTER, _SECCOMP_FILTER_FLAG_TSYNC, ctypes.byref(program)) == 0)


def _code(machine: _Machine) -> bytes:
    """The filter: another numbering of calls is refused whole, then one call after another is compared."""
    count = len(machine.refused)
    steps = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, machine.arch),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _NR),
        (_AT_LEAST, count + 1, 0, _X32),
        *((_EQUAL, count - position, 0, number) for position, number in enumerate(machine.refused)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
