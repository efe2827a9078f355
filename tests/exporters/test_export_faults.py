"""The disk fails at any call of an export: the folder is as before or as after, and what is said of
it is true."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest

from exporters import switch
from exporters.export import ExportError
from tests.exporters.test_export_folder import ONE, TWO, tree, write
from tests.tools.faults import ERRORS, failing


@pytest.mark.slow
@pytest.mark.parametrize("code", ERRORS)
@pytest.mark.parametrize("case", ["new", "in one step", "file by file"])
def test_every_call(case: str, code: int, tmp_path: Path) -> None:
    write(TWO, tmp_path / "after")
    after = tree(tmp_path / "after")
    failures = 0
    for number in itertools.count(1):
        out = tmp_path / f"run{number}" / "out"
        out.parent.mkdir()
        prepare(case, out)
        before = tree(out)
        words = ""
        with failing(number, code) as disk:
            try:
                write(TWO, out, force=True)
            except ExportError as error:
                words = str(error)
        if not disk.came:
            break
        failures += bool(words)
        assert not words or words.startswith("Nothing was written to ")
        # What could not be taken back while the disk failed is taken back by whoever comes next.
        with switch.alone(out):
            pass
        as_left = tree(out)
        if words:
            assert as_left == before, (number, words)
        else:
            assert {**as_left, "notes.txt": b""} == {**after, "notes.txt": b""}, number
        assert [path for path in out.parent.iterdir() if path != out] == []
    assert failures > 5


def prepare(case: str, out: Path) -> None:
    """What is there before: nothing, an earlier export, or one with a file of somebody else's."""
    if case == "new":
        return
    write(ONE, out)
    if case == "file by file":
        (out / "notes.txt").write_text("mine")


@pytest.mark.parametrize("obstacle", ["none", "link", "folder", "pipe", "odd"])
def test_a_folder_without_a_manifest_is_nobodys_export(obstacle: str, tmp_path: Path) -> None:
    write(ONE, tmp_path / "out")
    manifest = tmp_path / "out" / switch.MANIFEST
    elsewhere = manifest.rename(tmp_path / "elsewhere")
    if obstacle == "link":
        manifest.symlink_to(elsewhere)
    elif obstacle == "folder":
        manifest.mkdir()
    elif obstacle == "pipe":
        os.mkfifo(manifest)
    elif obstacle == "odd":
        manifest.write_bytes(b"\xff")
    before = [path.name for path in sorted((tmp_path / "out").iterdir())]
    with pytest.raises(ExportError, match="no earlier export wrote them"):
        write(TWO, tmp_path / "out", force=True)
    assert [path.name for path in sorted((tmp_path / "out").iterdir())] == before
