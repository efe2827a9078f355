"""Ports that are used within one machine: no rule opens them, and its own firewall must let them be."""

from __future__ import annotations

from collections.abc import Iterator

from exporters.handover.model import RemarkRow
from exporters.handover.names import EVIDENCE, HandoverNames
from wizard.facts.model import Concerned
from wizard.network.ports import ports_text
from wizard.rules.model import Flow


def local_ports(names: HandoverNames, concerned: Concerned) -> Iterator[RemarkRow]:
    """A row for each product that uses ports on the users' computers (`computer`), or on any other
    machine (`server`).
    """
    by_installation: dict[str, list[Flow]] = {}
    for flow in names.deployment.flows:
        on_computers = flow.from_ == "user-computer"
        if flow.scope == "loopback" and on_computers == (concerned == "computer"):
            by_installation.setdefault(flow.installation, []).append(flow)
    for installation, flows in by_installation.items():
        ports = (f"{ports_text(flow.ports)}/{flow.transport} ({flow.service})" for flow in flows)
        text = (
            "Used within the machine: no rule opens it, and the machine's own firewall must not"
            f" block it. {', '.join(dict.fromkeys(ports))}."
        )
        fact = names.deployment.facts[flows[0].id]
        place = names.place(fact.source, EVIDENCE[fact.evidence])
        yield RemarkRow(names.product(installation), text, False, place)
