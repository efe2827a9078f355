"""Small files in the person's own state folder, beside the drafts: hints seen, what was sent."""

from __future__ import annotations

import os
from pathlib import Path

from wizard.session.draft_file import drafts_dir
from wizard.session.storage import own_folder, replace_file


def folder() -> Path:
    """The state folder. It need not exist."""
    return drafts_dir().parent


def keep(path: Path, content: bytes) -> None:
    """Write the file, as a whole or not at all, readable for its owner alone.

    Raises:
        OSError: where it could not be written; what was there before is still there.
    """
    own_folder(path.parent)
    # Two windows never write into the same file beside it.
    replace_file(path, path.with_name(f".{path.name}.{os.getpid()}"), content)
