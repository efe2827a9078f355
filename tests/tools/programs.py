"""Real tools for tests: missing ones skip a test, and fail it with CI=true."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from typing import NoReturn

import pytest


def tool(name: str) -> str:
    """The path of a program."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if found is None:
        missing(f"{name} is missing")
    return found


def own_network() -> tuple[str, ...]:
    """What goes before a command so that it runs in a network namespace of its own."""
    if not _can_unshare():
        missing("no network namespaces here")
    return ("unshare", "-n") if os.geteuid() == 0 else ("unshare", "-rn")


def missing(reason: str) -> NoReturn:
    """Skips; with CI=true fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@cache
def _can_unshare() -> bool:
    flags = "-n" if os.geteuid() == 0 else "-rn"
    done = subprocess.run(["unshare", flags, "true"], capture_output=True, check=False)
    return done.returncode == 0
