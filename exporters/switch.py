"""How files that were written aside come into place: in one step where the disk can do that, else in
steps that are written down first, so that whoever comes next can take them back.

A folder of the name `.portwright-` and sixteen digits holds one export that is on its way: `new/` its
files, `old/` those that they replace, `steps` what is moved, `done` once all of it is.
"""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import msgspec

MANIFEST = ".portwright-export"
_STAGE = re.compile(r"\.portwright-[0-9a-f]{16}")
_STEPS, _DONE = "steps", "done"
_AT_CURRENT_FOLDER, _EXCHANGE = -100, 2


class FileMoves(msgspec.Struct, frozen=True):
    """What changes in a folder, by relative path: files to put there, to take away, and to keep
    under another name (path, new path).
    """

    new: tuple[str, ...]
    removed: tuple[str, ...] = ()
    edited: tuple[tuple[str, str], ...] = ()


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Holds back other exports to the folder and beside it, and takes back what killed ones left."""
    handle = os.open(folder.parent, os.O_RDONLY)
    try:
        if _is_locked(handle):
            for stage in _stages(folder.parent):
                forget(stage)
            for stage in _stages(folder):
                _settle(stage, folder)
        yield
    finally:
        os.close(handle)


def _is_locked(handle: int) -> bool:
    """Waits for the lock of a folder; False where the disk has none: there two exports at once are
    one too many.
    """
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX)
    except (ImportError, OSError):
        return False
    return True


def appear(new: Path, where: Path) -> None:
    """The whole folder at once; an empty one that was there gives way and leaves its permissions."""
    with contextlib.suppress(FileNotFoundError):
        new.chmod(stat.S_IMODE(where.stat().st_mode))
    new.rename(where)
    sync(where.parent)


def exchange(new: Path, where: Path) -> bool:
    """Let two folders change places in one step; False where that can't be, and nothing is done."""
    target, stand_in = where.stat(), new.stat()
    if (target.st_uid, target.st_gid) != (stand_in.st_uid, stand_in.st_gid):
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    if sys.platform != "linux" or os.listxattr(where) != os.listxattr(new):
        return False
    new.chmod(stat.S_IMODE(target.st_mode))
    paths = _AT_CURRENT_FOLDER, os.fsencode(new), _AT_CURRENT_FOLDER, os.fsencode(where)
    if rename(*paths, _EXCHANGE) != 0:
        return False
    sync(where.parent)
    return True


def move_in(moves: FileMoves, stage: Path, where: Path) -> None:
    """File by file, the manifest last. Whatever fails, everything is taken back."""
    new, old = stage / "new", stage / "old"
    old.mkdir()
    _write_down(moves, stage)
    try:
        for path, beside in moves.edited:
            _move(where / path, where / beside)
        for path in (*moves.removed, *moves.new):
            if os.path.lexists(where / path):
                _move(where / path, old / path)
        for path in sorted(moves.new, key=_is_manifest):
            _move(new / path, where / path)
        for folder in {(where / path).parent for path in moves.new}:
            sync(folder)
        (stage / _STEPS).rename(stage / _DONE)
    except BaseException:
        take_back(stage, where)
        raise
    _leave_no_empty_folder(where, moves.removed)


def _settle(stage: Path, where: Path) -> None:
    """What a killed export left: its steps are taken back, or it was done but for what is empty."""
    # Steps out of the folder are none of ours: they stay as they are.
    with contextlib.suppress(ValueError):
        with contextlib.suppress(FileNotFoundError):
            _leave_no_empty_folder(where, _read(stage / _DONE).removed)
        take_back(stage, where)


def _read(steps: Path) -> FileMoves:
    """The steps that are written down.

    Raises:
        ValueError: where they are none, or lead out of the folder.
    """
    moves = msgspec.json.decode(steps.read_bytes(), type=FileMoves)
    for path in (*moves.new, *moves.removed, *itertools.chain(*moves.edited)):
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            raise ValueError(path)
    return moves


def take_back(stage: Path, where: Path) -> None:
    """Undo the steps of an export that did not come to its end, and forget it.

    Raises:
        OSError: what could not be undone yet is still there.
        ValueError: what is written down are no steps; nothing is done.
    """
    steps = stage / _STEPS
    if steps.is_file():
        _undo(_read(steps), stage, where)
        steps.rename(stage / _DONE)
    forget(stage)


def forget(stage: Path) -> None:
    """Throw away what was written aside, but where steps are still to be taken back."""
    if not os.path.lexists(stage / _STEPS):
        shutil.rmtree(stage, ignore_errors=True)


def _write_down(moves: FileMoves, stage: Path) -> None:
    """The steps, before the first of them."""
    begun = stage / f"{_STEPS}.part"
    with begun.open("xb") as file:
        file.write(msgspec.json.encode(moves))
        file.flush()
        os.fsync(file.fileno())
    begun.rename(stage / _STEPS)
    sync(stage)


def _undo(moves: FileMoves, stage: Path, where: Path) -> None:
    """Each step that was done, backwards; which were is seen from where the files are."""
    new, old = stage / "new", stage / "old"
    for path in sorted(moves.new, key=_is_manifest, reverse=True):
        if os.path.lexists(where / path) and not os.path.lexists(new / path):
            _move(where / path, new / path)
    for path in (*moves.removed, *moves.new):
        if os.path.lexists(old / path):
            _move(old / path, where / path)
    for path, beside in moves.edited:
        if os.path.lexists(where / beside) and not os.path.lexists(where / path):
            _move(where / beside, where / path)
    _leave_no_empty_folder(where, moves.new)


def _move(source: Path, target: Path) -> None:
    for folder in (*reversed(target.parent.parents), target.parent):
        if not folder.exists():
            folder.mkdir(mode=0o700)
    source.rename(target)


def _leave_no_empty_folder(where: Path, paths: tuple[str, ...]) -> None:
    for path in paths:
        for parent in PurePosixPath(path).parents:
            with contextlib.suppress(OSError):
                if parent.name:
                    (where / parent).rmdir()


def _is_manifest(path: str) -> bool:
    return path == MANIFEST


def _stages(folder: Path) -> Iterator[Path]:
    """The person's own exports on their way in a folder; what others put there is not obeyed."""
    if folder.is_symlink() or not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if _STAGE.fullmatch(path.name):
            status = path.lstat()
            if stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid():
                yield path


def sync(folder: Path) -> None:
    """Put on the disk for good what the folder holds, where the disk can: some network file systems
    cannot, and what has been switched has been, whether or not this is possible.
    """
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
