"""What of a plan is reached from the internet, and so is forwarded where NAT stands on the way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from wizard.facts.exposure import publishable
from wizard.facts.model import Catalog
from wizard.network.ports import PortRange
from wizard.plan.catalog import catalog_of
from wizard.plan.fronts import front_ports, fronts_of
from wizard.plan.model import INTERNET, Plan
from wizard.plan.publishing import publish_name
from wizard.rules.select import Selected, select_flows


def published_ports(catalog: Catalog, plan: Plan) -> dict[str, tuple[PortRange, ...]]:
    """Name of a listener → the ports on which it listens, of all that the internet uses; where a
    front serves it, those on which the first front takes it.
    """
    global _last
    catalog = catalog_of(catalog, plan)
    # Every question about a forward asks this of the same plan: the last answer is kept.
    last = _last
    if last is None or last[0] is not catalog or last[1] is not plan:
        ports_by_name: dict[str, tuple[PortRange, ...]] = {}
        for flow in _from_internet(catalog, plan):
            ports = flow.ports
            for front in islice(fronts_of(plan, flow.fact).values(), 1):
                ports = front_ports(front, flow.fact, ports)
            ports_by_name.setdefault(publish_name(flow.fact), ports)
        last = _last = (catalog, plan, ports_by_name)
    return last[2]


_last: tuple[Catalog, Plan, dict[str, tuple[PortRange, ...]]] | None = None


def listener_label(catalog: Catalog, name: str) -> str:
    """What people call a listener that plans name: `PrinterOn: HTTPS`."""
    installation, _, listener = name.partition("/")
    product = catalog.products.get(installation)
    if product is None:
        return name
    return f"{product.name}: {publishable(product).get(listener, listener)}"


def _from_internet(catalog: Catalog, plan: Plan) -> Iterator[Selected]:
    """The flows that somebody on the internet opens, to somebody inside."""
    for flow in select_flows(catalog, plan):
        fact = flow.fact
        place = plan.placement(fact.installation, fact.from_)
        if (
            fact.scope == "network"
            and fact.exposure == "public"
            and place is not None
            and INTERNET in place.zones
        ):
            target = plan.placement(fact.installation, fact.to)
            if target is None or set(target.zones) != {INTERNET}:
                yield flow
