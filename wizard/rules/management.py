"""Management of a host is a flow like any other, on the ports that the protocols are registered
with. No document stands behind it: the plan asks for it.
"""

from __future__ import annotations

from wizard.facts.model import MANAGEMENT_PRODUCT, FlowFact, Source
from wizard.plan.management import METHOD_PORTS

_PREFIX = f"{MANAGEMENT_PRODUCT}/"


def is_management(flow: str) -> bool:
    """True for the id of a flow that administers what a firewall guards."""
    return flow.startswith(_PREFIX)


def _method(name: str, service: str, encrypted: bool | None) -> FlowFact:
    return FlowFact(
        id=_PREFIX + name,
        product=MANAGEMENT_PRODUCT,
        feature=name,
        when=(),
        from_="admin-computer",
        to="",  # the role that the firewall guards
        transport="tcp",
        ports=(METHOD_PORTS[name],),
        service=service,
        encrypted=encrypted,
        exposure="public",  # a plan that places administrators on the internet means it
        evidence="own",
        source=Source("", ""),
    )


# Method as a firewall names it → the flow.
MANAGEMENT: dict[str, FlowFact] = {
    "ssh": _method("ssh", "SSH", True),
    "rdp": _method("rdp", "Remote Desktop", True),
    "winrm": _method("winrm", "Windows Remote Management", None),
}
