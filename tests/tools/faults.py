"""A disk that fails once: at one call of many, with one error."""

from __future__ import annotations

import contextlib
import errno
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ERRORS = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO, errno.EINTR)
_CALLS = (
    *((os, name) for name in ("open", "write", "fsync", "rename", "replace", "mkdir", "rmdir")),
    *((os, name) for name in ("chmod", "fchmod", "unlink", "scandir", "listdir")),
    (io, "open"),
)


class Disk:
    """`came`: whether the call that is to fail was made."""

    def __init__(self) -> None:
        self.calls = 0
        self.came = False


@contextlib.contextmanager
def failing(number: int, code: int, below: Path | None = None) -> Iterator[Disk]:
    """The call of this number fails, all others do what they always do. Where a folder is named, only
    calls about what is in it are counted, and those about open files.
    """
    disk = Disk()

    def counts(about: object) -> bool:
        if below is None or not isinstance(about, (str, Path)):
            return True
        return Path(about).is_relative_to(below)

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **extra: Any) -> Any:
            disk.calls += counts(arguments[0])
            if not disk.came and disk.calls == number:
                disk.came = True
                raise OSError(code, os.strerror(code))
            return real(*arguments, **extra)

        return call

    class Raw(io.FileIO):
        """A file whose every write to the disk is a call too."""

        write = counted(io.FileIO.write)

    def opened(file: Any, mode: str = "r", *arguments: Any, **extra: Any) -> Any:
        if set(mode) & set("wxa") and "b" in mode:
            return io.BufferedWriter(Raw(file, mode.replace("b", "")))
        return real_open(file, mode, *arguments, **extra)

    real_open = io.open
    before = [(module, name, getattr(module, name)) for module, name in _CALLS]
    for module, name, real in before:
        setattr(module, name, counted(opened if real is real_open else real))
    try:
        yield disk
    finally:
        for module, name, real in before:
            setattr(module, name, real)
