"""A real systemd or OpenRC starts the machine, its power is cut, and it starts again: what was installed is
loaded before the network, and what nobody confirmed is gone. (test_lab_start has the same with the
units run by hand.)
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.inits import OPENRC, SYSTEMD, starts
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


@pytest.mark.parametrize(
    ("init", "enable", "units"),
    [
        (SYSTEMD, "systemctl enable ufw.service", "/etc/systemd/system/portwright-*"),
        (OPENRC, "rc-update add ufw boot", "/etc/init.d/portwright-*"),
    ],
    ids=["systemd", "openrc"],
)
def test_ufw_takes_back_what_nobody_confirmed(
    init: Path, enable: str, units: str, lab_works: None, tmp_path: Path
) -> None:
    jobs = [
        f"{enable}; ufw --force enable; ufw allow 7/tcp; ufw status >/lab/before\n"
        f"sh /lab/first apply --confirm-within 3600; ls {units}",
        f"! ls {units}; ufw status | diff - /lab/before",
        "ufw status | diff - /lab/before; sh /lab/first apply --beside",
        "sh /lab/first status; ufw status | grep -q 9191",
    ]
    for said, _ in starts(tmp_path / "m", scripts("ufw", tmp_path), jobs, init):
        assert said.endswith("good\n"), said


@pytest.mark.parametrize("kind", ["nftables", "iptables"])
def test_openrc_has_what_is_installed_there_before_the_network(
    kind: str, lab_works: None, tmp_path: Path
) -> None:
    unit = f"portwright-server-{kind}"
    jobs = [
        f"sh /lab/first apply && sh /lab/first install && rc-update show boot | grep {unit}",
        UNCONFIRMED,
        f"sh /lab/first status && rc-service {unit} status && sh /lab/first uninstall\n"
        f"! rc-update show | grep portwright; ! ls /etc/init.d/{unit}",
        "! sh /lab/first status; sh /lab/first apply && sh /lab/first install && sh /lab/first remove\n"
        "! rc-update show | grep portwright; ! ls /etc/init.d/portwright*; ! ls /var/lib/portwright",
    ]
    first, second, third, fourth = starts(tmp_path / "m", scripts(kind, tmp_path), jobs, OPENRC)
    for said, _ in (first, second, third, fourth):
        assert said.endswith("good\n"), said
    assert first[1] == ""
    assert f"/etc/init.d/{unit}" in first[0]
    # Nobody confirmed the second plan's: the power went, and the first's are there.
    for _, loaded in (second, third):
        assert "9191" in loaded
        assert "6310" not in loaded
    assert "loaded again at every start" in third[0]
    assert fourth[1] == ""
