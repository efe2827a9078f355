"""An export is all or nothing, replaces only what an export wrote, and says plainly why it did not
happen.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from exporters.switch import MANIFEST
from tests.exporters.test_export_folder import ONE, tree, write


def test_same_plan_same_bytes(tmp_path: Path) -> None:
    write(ONE, tmp_path / "a")
    write(ONE, tmp_path / "b")
    assert tree(tmp_path / "a") == tree(tmp_path / "b")
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", MANIFEST],
        cwd=tmp_path / "a",
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
