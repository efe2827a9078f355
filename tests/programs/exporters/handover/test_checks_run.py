"""The scripts that try connections, run: which zone's address is tried, and a range of ports."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

from exporters.handover import connection_tests
from tests.tools.paths import ROOT
from tests.tools.programs import tool
from tests.tools.worlds import OFFICE, world, world_of

BRANCH = """
    [zones.branch]
    networks = ["10.1.30.0/24"]
    [products.printix.features]
"""


def run(
    tmp_path: Path, feature: str, office: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    value = world(office, BRANCH + feature)
    script = tmp_path / "try.sh"
    script.write_text(connection_tests.files(value)["tests/from-user-computer.sh"])
    line = [tool("sh"), str(script), "--seconds", "2", *arguments]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def test_the_address_of_one_zone_is_tried_for_that_zone(tmp_path: Path) -> None:
    """Nothing listens on the local port; what counts is which of the two is tried."""
    both = OFFICE.replace('zones = ["printers"]', 'zones = ["printers", "branch"]', 1).replace(
        'zones = ["servers", "clients", "printers"]',
        'zones = ["servers", "clients", "printers", "branch"]',
    )
    done = run(tmp_path, "raw-print = {}", both, "--refused-ok", "printer.branch=127.0.0.1")
    assert "Printer 127.0.0.1" in done.stdout
    assert "name one: printer.printers=ADDRESS (10.0.30.0/24)" in done.stdout
    assert "printer.branch=ADDRESS" not in done.stdout


def test_of_a_range_one_port_is_enough(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        last = server.getsockname()[1]
        feature = f'raw-print = {{ ports = ["{last - 2}-{last}"] }}'
        done = run(tmp_path, feature, OFFICE, "printer=127.0.0.1")
    (row,) = [line.split() for line in done.stdout.splitlines() if f"{last - 2}-{last}" in line]
    assert row[:2] == ["connects", "connects"]


def at(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    value = world_of(ROOT / "examples/several-sites.toml")
    script = tmp_path / "try.sh"
    script.write_text(connection_tests.files(value)["tests/from-user-computer.sh"])
    line = [tool("sh"), str(script), "--seconds", "1", *arguments]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def test_a_site_tries_its_own_connections_only(tmp_path: Path) -> None:
    done = at(tmp_path, "--at", "north")
    assert done.returncode in (0, 1)
    assert "Secondary server 198.51.100.5" in done.stdout
    assert "203.0.113.5" not in done.stdout


def test_who_does_not_say_where_is_asked(tmp_path: Path) -> None:
    for arguments in ((), ("--at", "west"), ("--at", "n.*"), ("--at", "-")):
        done = at(tmp_path, *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert "--at and one of head north south" in done.stderr
