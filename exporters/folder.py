"""Files → a folder on disk, all or nothing; what an earlier export wrote there may be replaced.

The files are written aside, on the same file system, and synced. A folder that is new or empty then
appears with one rename, and one that holds an earlier export and nothing else is exchanged in one
step where the disk can do that. In any other the files are moved in one by one; all moves are undone
if a later one fails, or by the next export if this one was killed. `.portwright-export` in the folder
lists what the export wrote, as `sha256sum -c` reads it: a file is replaced or taken away only if it
stands there, and one that was edited since is kept beside.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import signal
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from exporters.switch import MANIFEST, FileMoves, alone, appear, exchange, forget, move_in, sync
from wizard.tables import each_made

_WORDS = {
    errno.ENOSPC: "there is no space left on the disk",
    errno.EDQUOT: "your disk quota is used up",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "you have no permission to write there",
    errno.EPERM: "you have no permission to write there",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
    errno.ENAMETOOLONG: "the path is too long",
    errno.ELOOP: "the path goes in circles through symbolic links",
    errno.EIO: "the disk reports an error",
}


class ExportError(Exception):
    """An export that did not happen; the text is for people, nothing was changed."""


def as_bytes(content: str | bytes) -> bytes:
    """What stands in the file."""
    return content if isinstance(content, bytes) else content.encode()


def place(files: Mapping[str, str | bytes], to: Path, force: bool) -> FileMoves:
    """Write `files` (content by relative path) into the folder `to`; what happened to those of an
    earlier export is told.

    Raises:
        ExportError: nothing in `to` was changed.
    """
    data = each_made(as_bytes, files)
    for path in data:
        if not _inside(path):
            raise ValueError(f"{path!r} leaves the folder")
    data[MANIFEST] = _manifest(each_made(_digest, data))
    where = Path(os.path.abspath(to))  # noqa: PTH100  # resolve() would follow the links that are refused below
    with _in_words(to):
        _refuse_other_than_folder(where, to)
        new_above = [parent for parent in where.parents if not parent.exists()]
        try:
            where.parent.mkdir(parents=True, exist_ok=True)
            with alone(where):
                moves = _plan_moves(data, where, to, force)
                _switch(data, moves, where)
        finally:
            # Gone again if the export failed; with files in them they stay.
            for parent in new_above:
                with contextlib.suppress(OSError):
                    parent.rmdir()
    return moves


def _switch(data: Mapping[str, bytes], moves: FileMoves, where: Path) -> None:
    """Write the files aside, then put them in place."""
    in_one = _can_be_in_one(moves, where)
    stage = (where.parent if in_one else where) / f".portwright-{secrets.token_hex(8)}"
    stage.mkdir(mode=0o700)
    try:
        _write(data, stage / "new", where)
        with _undisturbed():
            if not in_one:
                move_in(moves, stage, where)
            elif not where.exists() or not any(where.iterdir()):
                appear(stage / "new", where)
            elif not exchange(stage / "new", where):
                stage = stage.rename(where / stage.name)
                move_in(moves, stage, where)
    finally:
        forget(stage)


def _can_be_in_one(moves: FileMoves, where: Path) -> bool:
    """Whether the whole folder may be another than before: nobody else's file is in it, and it is
    not one that somebody stands in, or that a disk is mounted on.
    """
    if not where.exists():
        return True
    if where.is_mount() or _stands_in(where) or not os.access(where.parent, os.W_OK):
        return False
    own: set[str] = set()
    for path in (*moves.new, *moves.removed):
        own.update((path, *map(str, PurePosixPath(path).parents)))
    # Of a large folder of others', in which files come and go, no more is looked at than one of them.
    return not moves.edited and all(
        str(path.relative_to(where)) in own for path in where.rglob("*")
    )


def _refuse_other_than_folder(where: Path, to: Path) -> None:
    """Raises ExportError for a path that is no folder, or can be none."""
    if where.is_symlink():
        raise ExportError(f"{to} is a symbolic link. Give the folder that it points to.")
    above = next(path for path in (where, *where.parents) if os.path.lexists(path))
    if not above.exists():
        raise ExportError(f"{above} is a symbolic link that leads nowhere.")
    if not above.is_dir():
        if above == where:
            raise ExportError(f"{to} is a file. Give a folder that is new or empty.")
        raise ExportError(f"{above} is a file, not a folder.")


def _plan_moves(data: Mapping[str, bytes], where: Path, to: Path, force: bool) -> FileMoves:
    """What is put into the folder, and what happens to the files of an earlier export.

    Raises:
        ExportError: for what must not be written over.
    """
    if not where.exists():
        return FileMoves(tuple(data))
    present = sorted(entry.name for entry in where.iterdir())
    if not present:
        return FileMoves(tuple(data))
    before = read_manifest(where)
    if not force:
        some = ", ".join(present[:3]) + (", ..." if len(present) > 3 else "")
        hint = (
            "With --force the files of the earlier export there are replaced."
            if before
            else "Give a folder that is new or empty."
        )
        raise ExportError(f"{to} is not empty ({some}). {hint}")
    foreign = [
        path for path in data if path != MANIFEST and path not in before and _exists(where / path)
    ]
    if foreign:
        raise ExportError(
            f"In {to} these files are in the way, and no earlier export wrote them:"
            f" {', '.join(foreign)}. Move them, or give another folder."
        )
    for path in (*data, *before):
        for parent in PurePosixPath(path).parents:
            step = where / parent
            if parent.name and (step.is_symlink() or (_exists(step) and not step.is_dir())):
                raise ExportError(
                    f"{to / parent} is not a folder of its own (a link or a file). Move it away."
                )
    edited = []
    removed = []
    for path, digest in before.items():
        if not _exists(where / path):
            continue
        digests = (digest, _digest(data.get(path, b"")))
        if digest_of(where / path) not in digests:
            edited.append((path, _free_name(where, path)))
        elif path not in data:
            removed.append(path)
    return FileMoves(tuple(data), tuple(removed), tuple(edited))


def _write(data: Mapping[str, bytes], new: Path, where: Path) -> None:
    """The files below `new`, on the disk for good; scripts can be run. They hold addresses: nobody
    else may read them, but for what an earlier export left in `where` and the person has opened.
    """
    new.mkdir(mode=0o700)
    for path, content in data.items():
        target = new / path
        for above in reversed(PurePosixPath(path).parents[:-1]):
            (new / above).mkdir(exist_ok=True)
            (new / above).chmod(_mode(where / above, 0o700))
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, _mode(where / path, 0o700 if path.endswith(".sh") else 0o600))
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    for folder, _, _ in os.walk(new):
        sync(Path(folder))


def _mode(earlier: Path, otherwise: int) -> int:
    """The permissions of what is replaced; of anything new, and of links, these."""
    try:
        mode = earlier.lstat().st_mode
    except OSError:
        return otherwise
    return otherwise if stat.S_ISLNK(mode) else stat.S_IMODE(mode) & 0o777


def _manifest(digests: Mapping[str, str]) -> bytes:
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests)).encode()


def read_manifest(where: Path) -> dict[str, str]:
    """Path → digest of what an earlier export wrote; nothing for a manifest that is missing or odd."""
    try:
        # A named pipe of that name must not hold up the export.
        handle = os.open(where / MANIFEST, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            lines = file.read(10_000_000).decode("ascii").splitlines()
    except UnicodeDecodeError:
        return {}
    except OSError as error:
        # None, a link or a folder. What the disk cannot read just now may well be a manifest.
        if error.errno in (errno.ENOENT, errno.ELOOP, errno.EISDIR):
            return {}
        raise
    entries: dict[str, str] = {}
    for line in lines:
        digest, _, path = line.partition("  ")
        entries[path] = digest
    if not all(_inside(path) and len(digest) == 64 for path, digest in entries.items()):
        return {}
    return entries


def _inside(path: str) -> bool:
    """True for a plain relative path that stays below its folder."""
    parts = path.split("/")
    return (
        path != MANIFEST and "\0" not in path and all(part not in ("", ".", "..") for part in parts)
    )


def digest_of(path: Path) -> str:
    """SHA-256 of a plain file; of anything else (a link, a folder) a word that equals no digest."""
    if path.is_symlink() or not path.is_file():
        return "not a plain file"
    return _digest(path.read_bytes())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _free_name(where: Path, path: str) -> str:
    """A name beside `path` that nothing has: `x.bak`, `x.bak2`, ..."""
    names = (f"{path}.bak{number}" for number in ("", *range(2, 10_000)))
    return next(name for name in names if not _exists(where / name))


def _stands_in(folder: Path) -> bool:
    """True for the current folder of this process."""
    try:
        return folder.samefile(Path.cwd())
    except OSError:
        return False


def _exists(path: Path) -> bool:
    """True for anything there, a dangling link too."""
    return os.path.lexists(path)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl+C, a hang-up or a polite kill waits until the moves are done."""
    before = signal.pthread_sigmask(
        signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    )
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _in_words(to: Path) -> Iterator[None]:
    """What the system says about the disk → an ExportError that says it plainly."""
    try:
        yield
    except OSError as error:
        reason = _WORDS.get(error.errno or 0, (error.strerror or str(error)).lower())
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            reason = "something else wrote there at the same moment"
        raise ExportError(f"Nothing was written to {to}: {reason}.") from error
