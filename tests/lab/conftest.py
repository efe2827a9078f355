"""Every test here is marked `lab`; without root, namespaces or nft it is skipped, with CI=true it
fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.machines import Machine, furnished
from tests.lab.netns import Lab, usable
from tests.tools.programs import missing

_HERE = Path(__file__).parent
_counts: dict[str, int] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.lab)


@pytest.fixture(scope="session")
def lab_works() -> None:
    reason = usable()
    if reason:
        missing(f"the lab {reason}")


@pytest.fixture
def lab(lab_works: None) -> Iterator[Lab]:
    """Namespaces that are gone after the test."""
    with Lab() as lab:
        yield lab


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the scripts keep their notes, instead of /var/lib/portwright."""
    folder = tmp_path / "state"
    monkeypatch.setenv("PORTWRIGHT_STATE", str(folder))
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    # No unit on the machine that runs the tests.
    monkeypatch.setenv("PORTWRIGHT_INIT", "none")
    return folder


@pytest.fixture
def host(kind: str, lab: Lab, state: Path, tmp_path: Path) -> Iterator[Machine]:
    """A machine with the tool of a format, which a test's `kind` names."""
    with furnished(kind, lab.space("host"), tmp_path / "machine") as machine:
        yield machine


@pytest.fixture
def unit_host(
    kind: str, lab: Lab, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Machine]:
    """A machine with a folder for units, and `systemctl` that notes what it is asked."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "systemctl").write_text(f'#!/bin/sh\necho "$@" >>{programs}/asked\n')
    (programs / "systemctl").chmod(0o755)
    monkeypatch.setenv("PORTWRIGHT_INIT", "systemd")
    with furnished(kind, lab.space("host"), tmp_path / "machine") as machine:
        units = tmp_path / "units"
        units.mkdir()
        Path("/etc/systemd/system").mkdir(parents=True, exist_ok=True)
        path = f"PATH={programs}:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
        if kind == "iptables-nft":
            path = path.replace(str(programs), f"{programs}:{tmp_path}/machine/bin")
        mount = f"mount --bind '{units}' /etc/systemd/system && exec \"$@\""
        machine.before = ("unshare", "-m", "sh", "-c", mount, "sh", *machine.before, "env", path)
        machine.folders["/etc/systemd/system"] = units
        yield machine


@pytest.fixture
def count_probes(request: pytest.FixtureRequest) -> Iterator[dict[str, int]]:
    """Counts of probes for the summary at the end: {"let through": n, "blocked": n}."""
    counts: dict[str, int] = {}
    yield counts
    for key, number in counts.items():
        _counts[key] = _counts.get(key, 0) + number


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _counts:
        total = sum(_counts.values())
        parts = ", ".join(f"{number} {key}" for key, number in sorted(_counts.items()))
        terminalreporter.write_line(f"lab: {total} probes with a firewall in place: {parts}")
