"""A folder that an export wrote → what of it is as it was written, and of which plan it is."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from exporters.folder import ExportError, digest_of, read_manifest
from exporters.stamp import stamp_read
from exporters.switch import MANIFEST

_README = "README.md"


class Verified(msgspec.Struct, frozen=True):
    """`whole` are the paths of files as they were written; `changed` and `missing` were written
    and are not as they were, or not there; `added` no export wrote. `stamp` is empty where
    README.md is not whole. `digest` is that of the list of files (SHA-256): who notes it down knows
    later that the list itself is the same.
    """

    whole: tuple[str, ...]
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    added: tuple[str, ...]
    stamp: dict[str, str]
    digest: str

    @property
    def as_written(self) -> bool:
        """True where nothing differs."""
        return not (self.changed or self.missing or self.added)


def verified(folder: Path) -> Verified:
    """Look at every file below the folder.

    Raises:
        ExportError: no export wrote this folder, or its list of files is not readable as one.
    """
    if not folder.is_dir():
        raise ExportError(f"{folder} is not a folder. Give the folder that an export wrote.")
    digests = read_manifest(folder)
    if not digests:
        raise ExportError(
            f"{folder} is not the folder of an export: it has no {MANIFEST} that lists its files."
        )
    whole, changed, missing = [], [], []
    for path, digest in digests.items():
        where = folder / path
        if not os.path.lexists(where):
            missing.append(path)
        elif digest_of(where) == digest:
            whole.append(path)
        else:
            changed.append(path)
    readme = (folder / _README).read_text("utf-8") if _README in whole else ""
    return Verified(
        whole=tuple(whole),
        changed=tuple(changed),
        missing=tuple(missing),
        added=tuple(path for path in _paths(folder) if path not in digests),
        stamp=stamp_read(readme),
        digest=digest_of(folder / MANIFEST),
    )


def _paths(folder: Path) -> list[str]:
    """Whatever is below the folder and is no folder itself, but for the list of files."""
    paths = []
    for above, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(above) / name).is_symlink()]
        for name in (*names, *links):
            paths.append((Path(above) / name).relative_to(folder).as_posix())
    return sorted(path for path in paths if path != MANIFEST)
