"""The plans of `examples/`, and the export that stands there to be looked at before anything is installed."""

from __future__ import annotations

import shutil
from pathlib import Path

from exporters.export import export
from tests.tools.paths import ROOT
from tests.tools.worlds import world_of

EXAMPLES = ROOT / "examples"
EXAMPLE_PLANS = sorted(EXAMPLES.glob("*.toml"))
STORED = EXAMPLES / "export"
EXPORTED_PLAN = EXAMPLES / "balancer-and-proxy.toml"
# Texts alone, and of several formats for one machine one.
FORMATS = (
    "toml", "csv", "markdown", "html", "picture", "connection-tests", "nftables", "squid", "pac", "hosts",
)  # fmt: skip


def write_export(folder: Path) -> None:
    """The same as the command in examples/README.md."""
    export(world_of(EXPORTED_PLAN), folder, FORMATS)


def contents(folder: Path) -> dict[str, bytes]:
    """Path below the folder → content, the record of what was written included."""
    by_path: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            by_path[path.relative_to(folder).as_posix()] = path.read_bytes()
    return by_path


def renew_export() -> None:
    """Replaces the stored export by a fresh one."""
    shutil.rmtree(STORED, ignore_errors=True)
    write_export(STORED)
