"""What `portwright doctor` says of this program and this machine: read only, nothing is moved or
mended, and nothing of a plan but how much there is.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from wizard.session.draft_file import (
    UNREADABLE,
    age,
    discarded_dir,
    drafts_dir,
    read_draft,
)
from wizard.session.shelf import TITLES, is_in_use
from wizard.session.storage import reason

# The programs that exported files are for, or that they call.
TOOLS = (
    "nft",
    "iptables",
    "ip6tables",
    "ufw",
    "firewall-cmd",
    "systemctl",
    "ss",
    "pwsh",
    "aws",
    "az",
    "gcloud",
    "terraform",
    "ansible-playbook",
    "squid",
    "ssh",
    "tmux",
)
# What changes how the wizard draws, where it keeps drafts and which facts it reads.
SETTINGS = (
    "TERM",
    "COLORTERM",
    "TERM_PROGRAM",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "NO_COLOR",
    "TEXTUAL_COLOR_SYSTEM",
    "XDG_STATE_HOME",
    "PORTWRIGHT_CATALOG",
)
CheckRows = Iterator[tuple[str, str]]


class Checkup(msgspec.Struct, frozen=True):
    """Headings, each with its rows (what, how it is), and what stands in the wizard's way."""

    sections: dict[str, tuple[tuple[str, str], ...]]
    problems: tuple[str, ...]


def checkup(facts: str, terminal: Mapping[str, str]) -> Checkup:
    """Everything there is to say.

    `facts`: what is wrong with the facts, '' for nothing; `terminal`: what the front end knows.
    """
    problems = [facts] if facts else []
    state = drafts_dir().parent
    if trouble := trouble_of_state(state):
        problems.append(trouble)
    sections = {
        "Versions": tuple(_versions()),
        "Terminal": (*terminal.items(), *_settings()),
        "Tools": tuple(_tools()),
        "Paths": tuple(_paths(state)),
        "Drafts": tuple(_drafts()),
    }
    return Checkup(sections, tuple(problems))


def trouble_of_state(state: Path) -> str:
    """Why answers can't be kept in the state folder; '' where they can."""
    above = next(path for path in (state, *state.parents) if path.exists())
    if not above.is_dir():
        return f"{above} is a file, and the state folder {state} has to be below it."
    if above == state and state.stat().st_uid != os.geteuid():
        return f"The state folder {state} belongs to another user."
    if not os.access(above, os.W_OK | os.X_OK):
        return f"Answers can't be kept: there is no permission to write to {above}."
    return ""


def _versions() -> CheckRows:
    yield "portwright", _version("portwright")
    yield "python", f"{platform.python_version()} ({platform.python_implementation()})"
    yield "system", f"{platform.system()} {platform.release()} {platform.machine()}"
    try:
        required = importlib.metadata.requires("portwright") or []
    except importlib.metadata.PackageNotFoundError:
        required = []
    for requirement in required:
        if name := re.match(r"[A-Za-z0-9._-]+", requirement):
            yield name[0], _version(name[0])


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _settings() -> CheckRows:
    for name in SETTINGS:
        yield name, os.environ.get(name, "not set")
    yield "over SSH", _yes("SSH_CONNECTION" in os.environ)
    yield "inside tmux or screen", _yes("TMUX" in os.environ or "STY" in os.environ)


def _tools() -> CheckRows:
    search = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
    for name in TOOLS:
        yield name, shutil.which(name, path=search) or "not found"


def _paths(state: Path) -> CheckRows:
    yield "program", str(Path(__file__).parent.parent)
    yield "interpreter", sys.executable
    for name, path in (("state", state), ("drafts", drafts_dir()), ("discarded", discarded_dir())):
        yield name, f"{path}: {_how_it_is(path)}"


def _how_it_is(path: Path) -> str:
    try:
        status = path.stat()
        free = shutil.disk_usage(path).free // 2**20
    except FileNotFoundError:
        return "not there yet"
    except OSError as error:
        return f"can't be looked at: {reason(error)}"
    owner = "yours" if status.st_uid == os.geteuid() else "another user's"
    return f"{stat.filemode(status.st_mode)}, {owner}, {free:,} MiB free on its disk"


def _drafts() -> CheckRows:
    """Each draft by number: a name may tell who the customer is."""
    try:
        paths = sorted(drafts_dir().glob("*"))
    except OSError as error:
        yield "drafts", f"can't be read: {reason(error)}"
        return
    number = 0
    for path in paths:
        if path.suffix == ".json" and not path.name.startswith("."):
            number += 1
            yield f"draft {number}", _draft(path)
    aside = sum(".aside" in path.name for path in paths)
    yield "moved aside, because they could not be read", str(aside)
    yield "discarded", str(len(list(discarded_dir().glob("*.json"))))


def _draft(path: Path) -> str:
    size = f"{path.stat().st_size:,} bytes"
    try:
        content = read_draft(path)
    except OSError as error:
        return f"can't be read: {reason(error)}, {size}"
    except UNREADABLE:
        return f"damaged, or of another version, {size}"
    plan = content.plan
    products = ", ".join(sorted(set(map(plan.product_of, plan.products)))) or "no product"
    parts = (
        f"{products}; {len(plan.zones)} zones, {len(plan.roles)} parties",
        f"{len(plan.firewalls)} firewalls; at {TITLES[content.step]}, {age(content.saved)}",
        f"{len(content.undo)} answers can be undone, {size}",
    )
    return ", ".join(parts) + ("; open in a window" if is_in_use(path) else "")


def _yes(value: bool) -> str:
    return "yes" if value else "no"
