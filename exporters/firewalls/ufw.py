"""Linux host firewalls → `ufw.sh`: rules with comments among ufw's own, and an application profile.

The rules are written as ufw keeps them in `user.rules`, and as the sentences that `ufw show added`
must print for them: the script has the real ufw read the one and compares it with the other before
it changes anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from exporters import script
from exporters.denials import remarks
from exporters.firewalls import normal
from exporters.firewalls.normal import (
    GUESTS_ASK,
    GUESTS_TOLD,
    chunks,
    listed,
    live,
    without_exceptions,
    words,
)
from exporters.firewalls.published import LINUX_FORMATS, refuse_published
from exporters.safe import shell_word
from wizard.deployment import Deployment
from wizard.network.addresses import bare
from wizard.network.ports import join_ports
from wizard.plan.model import Firewall
from wizard.rules.model import Direction

_COMMENT = 160
_ANY = ("0.0.0.0/0", "::/0")


class UfwEntry(msgspec.Struct, frozen=True):
    """One rule of ufw: `source` and `destination` are one network each, `ports` what one match
    takes, `device` the interface where it is not any.
    """

    direction: Direction
    transport: str
    ports: str
    source: str
    destination: str
    device: str = ""

    @property
    def six(self) -> bool:
        """True for IPv6."""
        return ":" in self.destination

    def tuple_line(self) -> str:
        """How ufw notes the rule in its file, without the comment."""
        ends = f"{self.ports} {bare(self.destination)} any {bare(self.source)}"
        on = f"_{self.device}" if self.device else ""
        return f"### tuple ### allow {self.transport} {ends} {self.direction}{on}"

    def rule_line(self) -> str:
        """The line for iptables-restore that ufw writes for it."""
        chain = (
            f"ufw{'6' if self.six else ''}-user-{'input' if self.direction == 'in' else 'output'}"
        )
        several = "," in self.ports or ":" in self.ports
        to = "" if self.destination in _ANY else f" -d {bare(self.destination)}"
        from_ = "" if self.source in _ANY else f" -s {bare(self.source)}"
        many = f" -m multiport --dports {self.ports}" if several else ""
        port = "" if several else f" --dport {self.ports}"
        flag = "-i" if self.direction == "in" else "-o"
        on = f" {flag} {self.device}" if self.device else ""
        return f"-A {chain}{on} -p {self.transport}{many}{to}{port}{from_} -j ACCEPT"

    def sentence(self) -> str:
        """What `ufw show added` prints for it."""
        way = "out " if self.direction == "out" else ""
        if self.device:
            on = f"{self.direction} on {self.device}"
            return f"ufw allow {on} to any port {self.ports} proto {self.transport}"
        if self.source in _ANY and self.destination in _ANY:
            return f"ufw allow {way}{self.ports}/{self.transport}"
        from_ = "" if self.source in _ANY else f"from {bare(self.source)} "
        to = "any" if self.destination in _ANY else bare(self.destination)
        return f"ufw allow {way}{from_}to {to} port {self.ports} proto {self.transport}"


def files_of(deployment: Deployment, firewall: str) -> dict[str, str]:
    """The script that holds the rules.

    Raises:
        CannotSay: where containers publish ports on the host.
    """
    refuse_published(deployment, firewall, "ufw", LINUX_FORMATS)
    settings = deployment.plan.firewalls[firewall]
    filtered = settings.egress == "filtered"
    comments = entries(deployment, firewall)
    mark = f"portwright {firewall}: "
    values = {
        "profile": profile_name(firewall),
        "profile_file": f"portwright-{firewall}",
        "mark": mark.encode().hex(),
        "deny_outgoing": "yes" if filtered else "",
        "open_forward": "yes" if settings.guests else "",
        "logs": "yes" if settings.log == "drops" else "",
    }
    sentences = {entry.sentence() for entry in comments}
    text = script.Script(
        format="ufw",
        firewall=firewall,
        plan=script.plan_title(deployment),
        tool="ufw",
        needs=("ufw", "iptables", "iptables-restore", "iptables-save", "mktemp"),
        payload={
            "rules4": _blocks(comments, mark, six=False),
            "rules6": _blocks(comments, mark, six=True),
            "sentences": "".join(f"{line}\n" for line in sorted(sentences)),
            "profile": profile(deployment, firewall),
        },
        hooks="\n".join(f"{name}={shell_word(value)}" for name, value in values.items())
        + "\n\n"
        + "\n".join(script.template(f"{part}.sh") for part in ("older", "tables", "ufw")),
        lasting="They are ufw's own rules now, and last over a restart of the machine.",
        persistent=True,
        notes=(
            f"Adds the rules for the firewall '{firewall}' to ufw, and takes them out again.",
            (
                f"Its rules are those whose comment begins with '{mark.strip()}'; others are left"
                " alone, and count too."
            ),
            "ufw is switched on, with 'default deny incoming'"
            + (" and 'default deny outgoing'." if filtered else "; outgoing stays as it is."),
            *([normal.about_guests(settings.guests)] if settings.guests else []),
            (
                "ufw's own before.rules let through: loopback, established traffic, ICMP, neighbour"
                " discovery, DHCP,"
            ),
            (
                "and mDNS (udp 5353) and SSDP (udp 1900) to their multicast groups, whatever the"
                " rules below say."
            ),
            *(
                ["What is dropped is logged by ufw itself, as [UFW BLOCK]: it takes no other name."]
                if settings.log == "drops"
                else []
            ),
            *remarks(deployment, firewall),
            "Each rule has its id first in its comment; the handover documents say why.",
        ),
    )
    return {
        "ufw.sh": script.render(
            text,
            script.guard_lines(deployment, firewall),
            script.machine_lines(deployment, firewall),
        )
    }


def entries(deployment: Deployment, firewall: str) -> dict[UfwEntry, str]:
    """The rules of ufw with their comments: a network on each side, no two the same.

    ufw has no 'but not from': exceptions are cut out of the networks.
    """
    rules = deployment.rules_of(firewall)
    filtered = deployment.plan.firewalls[firewall].egress == "filtered"
    ordered = [*live(rules, "in"), *(live(rules, "out") if filtered else [])]
    comments = _guests(deployment.plan.firewalls[firewall])
    for rule in map(without_exceptions, normal.joined(ordered)):
        for run in chunks(rule.ports):
            for source in rule.sources:
                for destination in rule.destinations:
                    entry = UfwEntry(
                        rule.direction, rule.transport, listed(run), source, destination
                    )
                    note = words(rule, _COMMENT)
                    also = f" (also {note.split(' ')[0]})"
                    if entry not in comments:
                        comments[entry] = note
                    elif len(comments[entry]) + len(also) <= 2 * _COMMENT:
                        comments[entry] += also
    return comments


def _guests(settings: Firewall) -> dict[UfwEntry, str]:
    """The rules that let guests ask this machine for addresses and names, and be told."""
    ways: list[tuple[Direction, Mapping[str, Sequence[int]]]] = [("in", GUESTS_ASK)]
    if settings.egress == "filtered":
        ways.append(("out", GUESTS_TOLD))
    comments: dict[UfwEntry, str] = {}
    for device in settings.guests:
        for direction, wanted in ways:
            for transport, ports in wanted.items():
                run = listed((port, port) for port in ports)
                for anywhere in _ANY:
                    entry = UfwEntry(direction, transport, run, anywhere, anywhere, device)
                    comments[entry] = f"guests on {device}: addresses and names"
    return comments


def profile_name(firewall: str) -> str:
    """The name of the application profile, within the 64 characters that ufw takes."""
    return "Portwright " + normal.short_name(firewall, 50, ".")


def profile(deployment: Deployment, firewall: str) -> str:
    """The profile that names all inbound ports: it opens nothing, and is there for rules of the
    reader's own.
    """
    rules = live(deployment.rules_of(firewall), "in")
    groups = []
    for transport in ("tcp", "udp"):
        together = join_ports(
            pair for rule in rules for pair in rule.ports if rule.transport == transport
        )
        groups += [f"{listed(run)}/{transport}" for run in chunks(together)]
    return (
        f"[{profile_name(firewall)}]\ntitle=Ports of the firewall {firewall}\n"
        "description=Written by Portwright; opens nothing by itself\n"
        f"ports={'|'.join(groups) or '9/tcp'}\n"
    )


def _blocks(comments: dict[UfwEntry, str], mark: str, six: bool) -> str:
    return "".join(
        f"\n{entry.tuple_line()} comment={(mark + note).encode().hex()}\n{entry.rule_line()}\n"
        for entry, note in comments.items()
        if entry.six == six
    )
