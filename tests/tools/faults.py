"""A disk that fails once: at one call of many, with one error."""

from __future__ import annotations

import contextlib
import errno
import io
import os
from collections.abc import Callable, Iterator
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
def failing(number: int, code: int) -> Iterator[Disk]:
    """The call of this number fails, all others do what they always do."""
    disk = Disk()

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **extra: Any) -> Any:
            disk.calls += 1
            if disk.calls == number:
                disk.came = True
                raise OSError(code, os.strerror(code))
            return real(*arguments, **extra)

        return call

    before = [(module, name, getattr(module, name)) for module, name in _CALLS]
    for module, name, real in before:
        setattr(module, name, counted(real))
    try:
        yield disk
    finally:
        for module, name, real in before:
            setattr(module, name, real)
