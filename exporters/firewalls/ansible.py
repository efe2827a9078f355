"""Linux hosts' firewalls → an Ansible play that copies the scripts of what looks after a machine
(nftables, ufw, firewalld), applies and confirms them.

The plays are the same for every plan. What a plan says stands in the inventory, as addresses and
names that were checked, and in the scripts, which Ansible copies as they are: no text of a plan is
ever a template.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import filterfalse

from exporters import script
from exporters.firewalls import firewalld, nftables, ufw
from exporters.format import CannotSay
from exporters.safe import plain, shell_word
from wizard.deployment import Deployment
from wizard.network.addresses import bare, is_single, prefix
from wizard.network.ports import holds_port
from wizard.plan.management import METHOD_PORTS, ports_of

_HEAD = """\
---
# {title}
# The machines with a firewall of their own. Written by Portwright.
#
# Every address of the plan stands here once. A machine with several of them, IPv4 and IPv6 for one, may stay
# under each: the second time nothing is left to do. Take out addresses that you do not manage machines by.
all:
  children:
    portwright:
      vars:
        # Seconds until a machine goes back by itself to what was before.
        portwright_confirm_within: 120
        # Each machine is asked what looks after it. To say it yourself: nftables, ufw or firewalld.
        # portwright_format: nftables
        # Where the scripts are kept on the machines; the folder must be there.
        portwright_folder: "/usr/local/sbin"
      children:
"""


def files_of(deployment: Deployment, firewall: str) -> dict[str, str]:
    """The scripts of one firewall, one for each tool that may look after the machine.

    Raises:
        CannotSay: where another Linux host firewall covers the same address.
    """
    mine = set(deployment.reached(firewall))
    for name, other in deployment.plan.firewalls.items():
        if name == firewall or other.kind != "host" or other.platform != "linux":
            continue
        shared = sorted(mine & set(deployment.reached(name)))
        if shared:
            raise CannotSay(
                f"{bare(shared[0])} has the firewall {name} too, and each of the two denies what"
                " only the other allows; give that machine one firewall"
            )
    return {
        f"files/{firewall}.sh": nftables.files_of(deployment, firewall)["nftables.sh"],
        f"files/ufw/{firewall}.sh": _or_reason(ufw.files_of, deployment, firewall, "ufw"),
        f"files/firewalld/{firewall}.sh": _or_reason(
            firewalld.files_of, deployment, firewall, "firewalld"
        ),
    }


def _or_reason(
    files: Callable[[Deployment, str], dict[str, str]],
    deployment: Deployment,
    firewall: str,
    tool: str,
) -> str:
    """The script; where the tool cannot say the rules, one that refuses every verb and says why."""
    try:
        return files(deployment, firewall)[f"{tool}.sh"]
    except CannotSay as reason:
        why = shell_word(f"portwright ({firewall}, {tool}): {reason}")
        return f"#!/bin/sh\nprintf '%s\\n' {why} >&2\nexit 2\n"


def common(deployment: Deployment, firewalls: Sequence[str]) -> dict[str, str]:
    """The plays, and the inventory of these firewalls."""
    title = plain(deployment.plan.name, 100) or "Plan without a name"
    groups = "".join(line for name in firewalls for line in _group(deployment, name))
    return {
        "site.yml": script.template("ansible-site.yml"),
        "remove.yml": script.template("ansible-remove.yml"),
        "inventory.yml": _HEAD.format(title=title) + groups,
    }


def _group(deployment: Deployment, firewall: str) -> Iterator[str]:
    """The group of one firewall: a host for each single address, a comment for each network."""
    covered = deployment.reached(firewall)
    single = list(map(bare, filter(is_single, covered)))
    # No firewall's name has an underscore, and a group's name must not have a dash.
    yield f"        portwright_{firewall.replace('-', '_')}:\n"
    yield f"          vars:\n            portwright_firewall: {json.dumps(firewall)}\n"
    ports = ports_of(deployment.plan.firewalls[firewall].management, "ssh")
    usual = METHOD_PORTS["ssh"][0]
    if ports and not holds_port(ports, usual):
        # Any other would be the first new connection that the rules drop.
        yield f"            ansible_port: {ports[0][0]}\n"
    if len(single) < len(covered) or not covered:
        networks = ", ".join(filterfalse(is_single, covered))
        yield (
            f"          # Covers {networks or 'no address of the plan'}: name the"
            " machines yourself,\n"
        )
        yield '          # as "NAME": {ansible_host: "ADDRESS"}\n'
    if not single:
        yield "          hosts: {}\n"
        return
    yield "          hosts:\n"
    for address in single:
        prefix(address)
        key = json.dumps(f"{firewall}_{address.replace(':', '-')}")
        yield f"            {key}: {{ansible_host: {json.dumps(address)}}}\n"
