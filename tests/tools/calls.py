"""Real system calls that fail: in a program and all that it starts, the write of a number below some
folders ends with an error of a disk.

The kernel asks about every call that could write (seccomp's user notification), so that calls are
counted over all processes, in the order in which they come. As a program this file runs a command
whose calls are asked about, and hands the asking over.
"""

from __future__ import annotations

import array
import contextlib
import ctypes
import errno
import fcntl
import os
import platform
import select
import socket
import struct
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

_OPEN_DESCRIPTOR, _HERE = -1, -2
_NULL = 0


class _Call(NamedTuple):
    """Numbers of a call on x86-64 and on ARM (0: it has none), and which of its arguments say what it
    writes: pairs of a folder (or _HERE) and a path (or _OPEN_DESCRIPTOR). `flags`: which says how a
    file is opened.
    """

    name: str
    numbers: tuple[int, int]
    files: tuple[tuple[int, int], ...]
    flags: int = -1


_CALLS = (
    _Call("open", (2, 0), ((_HERE, 0),), 1),
    _Call("openat", (257, 56), ((0, 1),), 2),
    _Call("creat", (85, 0), ((_HERE, 0),)),
    _Call("write", (1, 64), ((0, _OPEN_DESCRIPTOR),)),
    _Call("pwrite64", (18, 68), ((0, _OPEN_DESCRIPTOR),)),
    _Call("writev", (20, 66), ((0, _OPEN_DESCRIPTOR),)),
    _Call("sendfile", (40, 71), ((0, _OPEN_DESCRIPTOR),)),
    _Call("copy_file_range", (326, 285), ((2, _OPEN_DESCRIPTOR),)),
    _Call("ftruncate", (77, 46), ((0, _OPEN_DESCRIPTOR),)),
    _Call("fsync", (74, 82), ((0, _OPEN_DESCRIPTOR),)),
    _Call("fdatasync", (75, 83), ((0, _OPEN_DESCRIPTOR),)),
    _Call("rename", (82, 0), ((_HERE, 0), (_HERE, 1))),
    _Call("renameat", (264, 38), ((0, 1), (2, 3))),
    _Call("renameat2", (316, 276), ((0, 1), (2, 3))),
    _Call("mkdir", (83, 0), ((_HERE, 0),)),
    _Call("mkdirat", (258, 34), ((0, 1),)),
    _Call("unlink", (87, 0), ((_HERE, 0),)),
    _Call("unlinkat", (263, 35), ((0, 1),)),
    _Call("rmdir", (84, 0), ((_HERE, 0),)),
    _Call("chmod", (90, 0), ((_HERE, 0),)),
    _Call("fchmod", (91, 52), ((0, _OPEN_DESCRIPTOR),)),
    _Call("fchmodat", (268, 53), ((0, 1),)),
    _Call("chown", (92, 0), ((_HERE, 0),)),
    _Call("fchown", (93, 55), ((0, _OPEN_DESCRIPTOR),)),
    _Call("fchownat", (260, 54), ((0, 1),)),
    _Call("utimensat", (280, 88), ((0, 1),)),
)
_MACHINES = ("x86_64", "aarch64")
_SECCOMP = (317, 277)
_BY_NUMBER = {
    call.numbers[_MACHINES.index(platform.machine())]: call
    for call in _CALLS
    if platform.machine() in _MACHINES
}

_SET_FILTER, _NEW_LISTENER, _UNTIL_KILLED = 1, 8, 32
_ALLOW, _ASK = 0x7FFF0000, 0x7FC00000
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_QUESTION = struct.Struct("=QIIiIQ6Q")
_ANSWER = struct.Struct("=QqiI")
_RECEIVE, _SEND, _GO_ON = 0xC0502100, 0xC0182101, 1


class Writes:
    """The calls that wrote below some folders: `made` has a line each, `before` is what goes before
    the command. The one of number `at` ends with the error `code`, all after it too where `lasting`.
    """

    def __init__(
        self, folders: Sequence[str], at: int = 0, code: int = 0, lasting: bool = False
    ) -> None:
        self.folders = tuple(folders)
        self.at, self.code, self.lasting = at, code, lasting
        self.made: list[str] = []
        self.before: tuple[str, ...] = ()
        self.keep: tuple[int, ...] = ()

    def answer(self, pid: int, number: int, arguments: Sequence[int]) -> int:
        """The error that this call ends with; 0: it does what it does."""
        call = _BY_NUMBER.get(number)
        if call is None:
            return 0
        if call.flags >= 0 and not arguments[call.flags] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return 0
        paths = [_path(pid, arguments, pair) for pair in call.files]
        if not any(path.startswith(self.folders) for path in paths):
            return 0
        self.made.append(f"{call.name} {' '.join(paths)}")
        fails = len(self.made) >= self.at if self.lasting else len(self.made) == self.at
        return self.code if self.at and fails else 0


def _path(pid: int, arguments: Sequence[int], pair: tuple[int, int]) -> str:
    folder, place = pair
    try:
        if place == _OPEN_DESCRIPTOR:
            return str(Path(f"/proc/{pid}/fd/{arguments[folder]}").readlink())
        path = _text(pid, arguments[place]) if arguments[place] != _NULL else ""
        if path.startswith("/"):
            return path
        here = folder == _HERE or ctypes.c_int(arguments[folder]).value < 0
        start = Path(f"/proc/{pid}/{'cwd' if here else f'fd/{arguments[folder]}'}").readlink()
        return str(start / path)
    except OSError:
        # It was killed meanwhile, or says nonsense.
        return ""


def _text(pid: int, address: int) -> str:
    memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
    try:
        # Not beyond the page: there may be none behind it.
        left = 4096 - address % 4096
        data = os.pread(memory, left, address)
        if b"\0" not in data:
            data += os.pread(memory, 4096, address + left)
        return os.fsdecode(data.partition(b"\0")[0])
    finally:
        os.close(memory)


@contextlib.contextmanager
def asked(writes: Writes) -> Iterator[Writes]:
    """While this lasts one command that begins with `writes.before` is asked about, and what it leaves
    behind too. It needs the descriptors `writes.keep`.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    writes.keep = (theirs.fileno(),)
    writes.before = (sys.executable, "-IS", __file__, str(theirs.fileno()))
    # What the command leaves behind (a timer) goes on being answered after the `with`.
    answering = threading.Thread(target=_answer_all, args=(ours, writes), daemon=True)
    answering.start()
    try:
        yield writes
    finally:
        theirs.close()


def _answer_all(ours: socket.socket, writes: Writes) -> None:
    with ours:
        _, passed, _, _ = ours.recvmsg(1, socket.CMSG_SPACE(4))
    if not passed:
        return
    listener = array.array("i", passed[0][2])[0]
    waiting = select.poll()
    waiting.register(listener, select.POLLIN)
    while True:
        happened = waiting.poll()[0][1]
        if not happened & select.POLLIN:
            # The last of those processes has ended.
            os.close(listener)
            return
        question = bytearray(_QUESTION.size)
        try:
            fcntl.ioctl(listener, _RECEIVE, question)
            mark, pid, _, number, _, _, *arguments = _QUESTION.unpack(question)
            code = writes.answer(pid, number, arguments)
            answer = _ANSWER.pack(mark, 0, -code, 0 if code else _GO_ON)
            fcntl.ioctl(listener, _SEND, bytearray(answer))
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.EINTR):
                raise


def _ask_about_me() -> int:
    """Every such call of this process, and of what it starts, is asked about from here on: by whom
    that descriptor has.
    """
    which = _MACHINES.index(platform.machine())
    numbers = sorted({call.numbers[which] for call in _CALLS if call.numbers[which]})
    lines = [(_LOAD, 0, 0, 0)]
    lines += [(_EQUAL, len(numbers) - place, 0, each) for place, each in enumerate(numbers)]
    lines += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ASK)]
    text = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in lines))
    program = struct.pack("@HP", len(lines), ctypes.addressof(text))
    kernel = ctypes.CDLL(None, use_errno=True)
    made = kernel.syscall(_SECCOMP[which], _SET_FILTER, _NEW_LISTENER | _UNTIL_KILLED, program)
    if made < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return int(made)


def _main(descriptor: int, command: Sequence[str]) -> None:
    with socket.socket(fileno=descriptor) as asking:
        listener = _ask_about_me()
        asking.sendmsg(
            [b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [listener]))]
        )
    os.close(listener)
    os.execvp(command[0], list(command))


if __name__ == "__main__":
    _main(int(sys.argv[1]), sys.argv[2:])
