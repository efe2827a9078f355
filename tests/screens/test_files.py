"""Exports of the wizard to folders of odd names: words, and no file elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.files import Files
from tests.tools.builders import deployment, rule
from wizard.session.session import Exported, NotExported


@pytest.mark.parametrize(
    "name", ["a\0b", "\ud800", "x" * 300, "file/below", "loop/below", "gone/x"]
)
def test_no_folder_of_that_name(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "gone").symlink_to("nowhere")
    outcome = Files().write(deployment(rule("web")), tmp_path / name, ["csv"], replace=True)
    assert isinstance(outcome, NotExported)
    # Nothing was written meanwhile, and nobody else is at work here.
    assert "at the same moment" not in outcome.reason
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "gone", "loop"]


def test_files_that_come_and_go_in_a_folder_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as /tmp: what vanishes while it is looked at is no reason to write nothing."""
    first = Files().write(deployment(rule("web")), tmp_path / "out", ["csv"], replace=False)
    assert isinstance(first, Exported)
    (tmp_path / "out" / "0-theirs").mkdir()
    real = Path.rglob

    def vanishing(folder: Path, pattern: str) -> object:
        for path in real(folder, pattern):
            yield path
            if path.name == "0-theirs":
                raise FileNotFoundError(path)

    monkeypatch.setattr(Path, "rglob", vanishing)
    again = Files().write(deployment(rule("web")), tmp_path / "out", ["csv"], replace=True)
    assert isinstance(again, Exported)
