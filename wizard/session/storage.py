"""A file that is read whole, replaced as a whole, held by one process at a time; and words for why
that failed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import BaseFileLock

# Plans are kilobytes. Who names a device, or a picture of a disk, hears so instead of waiting.
LARGEST = 16 * 2**20
_NO_FILE = "it is a pipe or a device, no file"
_FOREIGN = "the folder belongs to another user"
_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "there is no permission to write there",
    errno.EPERM: "there is no permission to write there",
    errno.ENOLCK: "this disk can't lock files",
    errno.EIO: "the disk reports an error",
}


class InUse(Exception):
    """Somebody else holds the lock."""


def path_of(typed: str) -> Path:
    """A typed path; `~` is the home."""
    try:
        return Path(typed.strip()).expanduser()
    except (RuntimeError, ValueError):
        # `~name` of nobody: a file may be called so. Or no name at all, which opening it says.
        return Path(typed.strip())


def read_content(path: Path) -> bytes:
    """The content of a file. Nobody is waited for: a pipe or a device is none, but for a pipe that
    the shell has opened (`<(…)`), which ends with what writes it.

    Raises:
        OSError: where there is none, where it is too large, and where it is no file.
    """
    is_opened = path.is_relative_to("/dev/fd") or path == Path("/dev/stdin")
    flags = os.O_NOCTTY if is_opened else os.O_NOCTTY | os.O_NONBLOCK
    with open(path, "rb", opener=lambda name, mode: os.open(name, mode | flags)) as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode) and not (is_opened and stat.S_ISFIFO(mode)):
            raise OSError(errno.EINVAL, _NO_FILE)
        try:
            content = file.read(LARGEST + 1)
        except BlockingIOError:
            content = None
    if content is None:
        # Such as /proc/kmsg: it says that it is a file.
        raise OSError(errno.EINVAL, _NO_FILE)
    if len(content) > LARGEST:
        raise OSError(errno.EFBIG, f"it is larger than {LARGEST // 2**20} MiB")
    return content


def digest(content: bytes) -> str:
    """By what a file's content is known again."""
    # Nobody needs it before the first frame.
    from hashlib import sha256

    return sha256(content).hexdigest()


def replace_file(path: Path, beside: Path, content: bytes) -> None:
    """Write a file so that a reader, or a power cut, meets the old content or the new one.

    `beside` is written first and takes its place; where that fails nothing of it stays.

    Raises:
        OSError: what was there before is still there.
    """
    try:
        _write(beside, content)
        beside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(path, flags, 0o600)
    try:
        os.fchmod(handle, 0o600)
        view = memoryview(content)
        while view:
            view = view[os.write(handle, view) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def write_new(path: Path, content: bytes) -> None:
    """Write a file of the person's own that is not there yet, as open as others are.

    Raises:
        OSError: where it is there already; where it could not be written, nothing of it stays.
    """
    with path.open("xb") as file:
        try:
            file.write(content)
            file.flush()
        except OSError:
            # Half a file would stand in the way of the next try.
            with contextlib.suppress(OSError):
                path.unlink()
            raise


def write_over(path: Path, content: bytes) -> None:
    """Write a file of the person's own: a new one is as open as others are, one that is there keeps
    its mode.

    Raises:
        OSError: what was there before is still there.
    """
    if not path.exists():
        write_new(path, content)
        return
    real = path.resolve()
    mode = real.stat().st_mode
    if not stat.S_ISREG(mode):
        # Put in place of a device, a file would be the end of the device.
        raise OSError(errno.EINVAL, "it is a folder, a pipe or a device, no file")
    replace_file(real, real.with_name(f".{real.name}.tmp"), content)
    real.chmod(mode & 0o777)


def own_folder(folder: Path) -> None:
    """Make the folder where there is none, and close it to others where it is open to them.

    Raises:
        OSError: where it can't be made, or belongs to somebody else, who could put anything there.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_foreign(folder)
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        # A disk without permissions takes none.
        with contextlib.suppress(OSError):
            folder.chmod(0o700)


def refuse_foreign(folder: Path) -> None:
    """Nothing for a folder of the person's own.

    Raises:
        OSError: where it belongs to somebody else, or is not there.
    """
    if folder.stat().st_uid != os.geteuid():
        raise OSError(errno.EINVAL, _FOREIGN)


def lock_path(path: Path) -> Path:
    """The file beside it that carries its lock; empty."""
    return path.with_suffix(".lock")


def take_lock(path: Path, patience: float) -> BaseFileLock:
    """The file's lock, held until it is released or the process ends, however it ends.

    Raises:
        InUse: where somebody else still holds it after `patience` seconds.
        OSError: where the folder takes no lock.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(lock_path(path), timeout=patience, mode=0o600, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise InUse(str(path)) from None
    except NotImplementedError:
        raise OSError(errno.ENOLCK, "no locks") from None
    return lock


def reason(error: OSError) -> str:
    """Why it failed, in plain words: `the disk is full`."""
    return _REASONS.get(error.errno or 0, error.strerror or str(error))
