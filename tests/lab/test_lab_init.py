"""A real systemd starts the machine, its power is cut, and it starts again: what was installed is
loaded before the network, and what nobody confirmed is gone. (test_lab_start has the same with the
units run by hand, OpenRC's words too.)
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.inits import starts
from tests.lab.test_lab_linux_script import SSH, WEB, write
from tests.tools.builders import deployment, rule

INSTALL = "sh /lab/first apply && sh /lab/first install && systemctl is-enabled {unit}"
UNCONFIRMED = "sh /lab/first status && sh /lab/second apply --confirm-within 3600"


def scripts(kind: str, tmp_path: Path) -> dict[str, str]:
    plans = {"first": (SSH, WEB), "second": (SSH, rule("other", ports=(6310,)))}
    return {
        name: Path(write(deployment(*rules), kind, tmp_path / name)).read_text()
        for name, rules in plans.items()
    }


@pytest.mark.parametrize("kind", ["nftables", "iptables"])
def test_what_is_installed_is_there_before_the_network(
    kind: str, lab_works: None, tmp_path: Path
) -> None:
    unit = f"portwright-server-{kind}.service"
    jobs = [
        INSTALL.format(unit=unit),
        UNCONFIRMED,
        f"sh /lab/first status && systemctl is-active {unit} && sh /lab/first remove",
        f"! ls /etc/systemd/system/{unit} && ! systemctl is-enabled {unit}",
    ]
    first, second, third, fourth = starts(tmp_path / "m", scripts(kind, tmp_path), jobs)
    for said, _ in (first, second, third, fourth):
        assert said.endswith("good\n"), said
    assert first[1] == ""
    # Nobody confirmed the second plan's: the power went, and the first's are there.
    for _, loaded in (second, third):
        assert "9191" in loaded
        assert "6310" not in loaded
    assert "loaded again at every start" in third[0]
    assert fourth[1] == ""


def test_ufw_takes_back_what_nobody_confirmed(lab_works: None, tmp_path: Path) -> None:
    jobs = [
        "systemctl enable ufw.service; ufw --force enable; ufw allow 7/tcp; ufw status >/lab/before\n"
        "sh /lab/first apply --confirm-within 3600; ls /etc/systemd/system/portwright-*",
        "! ls /etc/systemd/system/portwright-*; ufw status | diff - /lab/before",
        "ufw status | diff - /lab/before; sh /lab/first apply --beside",
        "sh /lab/first status; ufw status | grep -q 9191",
    ]
    for said, _ in starts(tmp_path / "m", scripts("ufw", tmp_path), jobs):
        assert said.endswith("good\n"), said
