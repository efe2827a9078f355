"""What the wizard's first frame is made of. Counts do not vary, so tests can hold them to ceilings."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec

from tests.pty.terminal import Terminal
from tests.pty.wizard import environ
from tests.tools.paths import ROOT

# Starts the wizard, writes down what there is after the first frame, and leaves.
_WATCHED = """
import json, sys
from pathlib import Path
from textual.css.stylesheet import Stylesheet
from textual.drivers.linux_driver import LinuxDriver
from screens import start

write, apply, seen = LinuxDriver.write, Stylesheet.apply, {"writes": [], "styled": 0}

def written(self, data):
    seen["writes"].append(data)
    write(self, data)

def applied(*args, **options):
    seen["styled"] += 1
    apply(*args, **options)

def complete(app):
    seen["modules"] = sorted(sys.modules)
    Path(sys.argv[1]).write_text(json.dumps(seen), "utf-8")
    app.exit(0)

LinuxDriver.write, Stylesheet.apply, start.complete = written, applied, complete
start.run_wizard(Path(sys.argv[2]) if sys.argv[2:] else None)
"""


class Made(msgspec.Struct, frozen=True):
    """What was written to the terminal up to the first frame, how often a widget was given its
    style, and which modules were imported."""

    writes: list[str]
    styled: int
    modules: list[str]


def made_of(folder: Path, *plan: Path) -> Made:
    """Start the wizard once, on a plan if one is given, and look."""
    told = folder / "told.json"
    argv = [sys.executable, "-c", _WATCHED, str(told), *map(str, plan)]
    with Terminal(argv, environ=environ(folder), cwd=ROOT) as terminal:
        assert terminal.wait(15) == 0, terminal.text
    return msgspec.json.decode(told.read_bytes(), type=Made)


def bare_modules() -> set[str]:
    """The modules of a bare Textual app with one label."""
    code = "import sys, textual.app; from textual.widgets import Label; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())
