"""The tables of the built-in files of facts, kept once they were parsed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
from pathlib import Path

import msgspec
import tomli


def parsed(name: str, text: str) -> dict[str, object]:
    """The tables of a file's text. What was parsed is kept beside Python's own byte code, by its
    digest: parsing is two thirds of reading the facts.

    Who can write there can change the program too. A file of somebody else, or that others can
    write, is not read; where nothing can be written, or byte code is unwanted, nothing is kept.

    Raises:
        TOMLDecodeError, ValueError, RecursionError: for what is no TOML.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    folder = Path(__spec__.cached or "").parent
    path = folder / f"{name}.{digest}.msgpack"
    try:
        with path.open("rb") as file:
            kept = os.fstat(file.fileno())
            if kept.st_uid in _OWNERS and not kept.st_mode & _BY_OTHERS:
                return msgspec.msgpack.decode(file.read(), type=dict[str, object])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        pass  # it is not there, or worth nothing: then it is parsed
    tables = tomli.loads(text)
    if not sys.dont_write_bytecode and __spec__.cached:
        _keep(folder, path, msgspec.msgpack.encode(tables))
    return tables


def _owners() -> frozenset[int]:
    """Who may have written what is read: whoever wrote the program, and who runs it."""
    if not hasattr(os, "geteuid"):
        return frozenset((0,))
    try:
        return frozenset((os.geteuid(), Path(__file__).stat().st_uid))
    except OSError:
        return frozenset((os.geteuid(),))


_OWNERS = _owners()
_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def _keep(folder: Path, path: Path, content: bytes) -> None:
    """Write a file that is whole or not there, in the place of what was kept of earlier texts."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        folder.mkdir(exist_ok=True)
        handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        beside.replace(path)
        for earlier in folder.glob(f"{path.name.rsplit('.', 2)[0]}.*.msgpack"):
            if earlier != path:
                earlier.unlink(missing_ok=True)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
