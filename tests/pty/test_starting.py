"""How the wizard opens: options, and only what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pty.wizard import start
from tests.tools.keys import answered
from wizard.facts.load import load_catalog
from wizard.plan.file import write_plan
from wizard.plan.model import Plan
from wizard.plan.presets import apply_preset

pytestmark = pytest.mark.slow

DATABASE = "products.papercut-mf.features.database"


def plan_file(folder: Path, unfinished: bool) -> Path:
    catalog = load_catalog()
    plan = apply_preset(
        catalog, answered(catalog, Plan(), "products", ("papercut-mf",)), "segments"
    )
    if unfinished:
        plan = answered(catalog, plan, DATABASE, True)
    path = folder / "plan.toml"
    path.write_text(write_plan(plan, catalog), encoding="utf-8")
    return path


def test_only_missing_starts_at_the_first_open_question(tmp_path: Path) -> None:
    with start(tmp_path, "--only-missing", str(plan_file(tmp_path, unfinished=True))) as terminal:
        terminal.wait_for("Step 2/7")
        terminal.wait_for("> +Database engine +! choose")
        terminal.press("^Q")
        assert terminal.wait() == 0


def test_only_missing_with_nothing_open_says_so(tmp_path: Path) -> None:
    with start(tmp_path, "--only-missing", str(plan_file(tmp_path, unfinished=False))) as terminal:
        assert terminal.wait() == 0
        assert "Nothing is open in" in terminal.text


def test_without_the_mouse_and_with_ascii_alone(tmp_path: Path) -> None:
    with start(tmp_path, "--no-mouse", "--ascii") as terminal:
        terminal.wait_for("CUPS")
        sent = b"".join(terminal.recorded)
        assert b"\x1b[?1003h" not in sent
        assert sent.isascii()
        terminal.press("^Q")
        assert terminal.wait() == 0
