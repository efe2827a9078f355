"""Start-up is a feature over SSH: what is loaded before it is needed. Each look is at a fresh
process.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.paths import ROOT

HEAVY = {"textual", "rich", "jinja2", "openpyxl"}
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "wizard").rglob("*.py")
    if path.name != "__main__.py"
)
PLAN = 'format = 1\nname = "Nearly empty"\n[products.cups.features]\nprinters-appsocket = {}\n'


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def imported(stderr: str) -> set[str]:
    """The top names of all modules in the report of `-X importtime`."""
    return set(re.findall(r"^import time:\s+\d+ \|\s+\d+ \|\s+(\w+)", stderr, re.MULTILINE))


def loaded_by(modules: list[str]) -> dict[str, set[str]]:
    """The top names of all that each module loads, imported where nothing of ours is loaded."""
    done = run("-m", "tests.tools.alone", *modules)
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    return {module: set(tops) for module, *tops in lines}


def test_the_wizard_loads_nothing_heavy() -> None:
    tops_by_module = loaded_by(MODULES)
    assert sorted(tops_by_module) == MODULES
    assert not [module for module, tops in tops_by_module.items() if HEAVY & tops]


def test_a_module_that_loads_something_heavy_is_seen() -> None:
    tops = loaded_by(["screens.theme", "wizard.plan.model"])
    assert "textual" in tops["screens.theme"]
    assert "textual" not in tops["wizard.plan.model"]


def test_the_look_at_imports_sees_something() -> None:
    assert "rich" in imported(run("-X", "importtime", "-c", "import rich.console").stderr)


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ["--help"],
        ["show", "PLAN"],
        ["show", "PLAN", "--json"],
        ["show", "PLAN", "--search", "9100"],
        ["check", "PLAN"],
        ["check", "PLAN", "--json"],
        ["formats"],
        ["schema"],
    ],
    ids=" ".join,
)
def test_a_command_never_loads_textual(command: list[str], tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN, encoding="utf-8")
    words = [str(plan) if word == "PLAN" else word for word in command]
    done = run("-X", "importtime", "-m", "wizard", *words)
    said = "\n".join(
        line for line in done.stderr.splitlines() if not line.startswith("import time:")
    )
    assert done.returncode == 0, said
    assert "wizard" in imported(done.stderr)
    assert "textual" not in imported(done.stderr)
    assert "screens" not in imported(done.stderr)
