"""Discovery in one network, with real packets: multicast of IPv6 that the kernel sends from the
link, before and after a script, on an IPv6-only host that filters what leaves it too.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases.case import plan_text
from tests.lab.netns import Lab, Probe, Space, join, probe
from tests.lab.test_lab_linux import furnished, script, settle
from tests.tools.worlds import world

GROUP, PORT = "ff02::fb", 5353
HOST, PRINTER = "2001:db8:1::5", "2001:db8:1::77"


def link_address(space: Space, device: str) -> str:
    """The address that the kernel gave the interface for its link."""
    line = space.run("ip", "-6", "-o", "address", "show", "dev", device, "scope", "link").stdout
    return line.split()[3].partition("/")[0]


@pytest.mark.parametrize("tool", ["nftables", "iptables-nft", "ufw"])
def test_printers_are_looked_for_from_the_link_both_ways(
    tool: str, lab: Lab, state: Path, tmp_path: Path
) -> None:
    bare, printer = lab.space("host"), lab.space("printer")
    at_host, at_printer = join(lab, bare, printer)
    bare.add_address(at_host, f"{HOST}/64")
    printer.add_address(at_printer, f"{PRINTER}/64")
    own, others = link_address(bare, at_host), link_address(printer, at_printer)
    assert own.startswith("fe80::")

    def heard(sender: Space, receiver: Space, source: str) -> tuple[bool, bool]:
        asked = [Probe("udp", source, GROUP, port) for port in (PORT, PORT + 1)]
        query, other = probe(sender, [receiver], asked, {GROUP})
        return query, other

    assert heard(printer, bare, others) == heard(bare, printer, own) == (True, True)
    with furnished(tool, bare, tmp_path / "machine") as host:
        settle(
            host, script(world(plan_text("ipv6-only-discovery")), "host", tool, tmp_path / "out")
        )
        assert heard(printer, host, others) == (True, False)
        assert heard(host, printer, own) == (True, False)
        # What answers in its own name is let in as before.
        assert heard(printer, host, PRINTER) == (True, False)
