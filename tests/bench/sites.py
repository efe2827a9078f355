"""Plans with many sites: each has six zones, a firewall, and a server of its own."""

from __future__ import annotations

from wizard.facts.model import Catalog
from wizard.plan.model import Firewall, Placement, Plan, ProductPlan, Site, Zone

KINDS = ("servers", "clients", "printers", "phones", "guests", "voice")
FEATURES: dict[str, dict[str, dict[str, str | int | bool | tuple[str | int | bool, ...]]]] = {
    "cups": {"ipp-sharing": {}, "printers-appsocket": {}, "printers-ipps": {}},
    "papercut-mf": {"mfp-hp": {}, "windows-spooler": {"netbios": False}, "snmp-status": {}},
}


def plan_of_sites(catalog: Catalog, number: int) -> Plan:
    """Two products at so many sites, each behind a firewall of its own, and a head office."""
    zones = {"head": Zone(("10.255.0.0/24",)), "wan": Zone(("10.254.0.0/24",))}
    sites: dict[str, Site] = {}
    firewalls = {
        "core": Firewall(kind="boundary", zones=("wan", "head", "internet")),
        "server": Firewall(kind="host", role="print-server"),
    }
    by_kind: dict[str, list[str]] = {kind: [] for kind in KINDS}
    servers: list[str] = []
    for at in range(number):
        head = f"10.{at >> 5}.{(at & 31) * 8}"
        names: list[str] = []
        for offset, kind in enumerate(KINDS):
            name = f"s{at}-{kind}"
            zones[name] = Zone((f"10.{at >> 5}.{(at & 31) * 8 + offset}.0/24",))
            by_kind[kind].append(name)
            names.append(name)
        sites[f"s{at}"] = Site(tuple(names))
        firewalls[f"s{at}"] = Firewall(kind="boundary", zones=(*names, "wan"))
        servers.append(f"{head}.5")
    roles = {
        "user-computer": Placement(tuple(by_kind["clients"])),
        "printer": Placement(tuple(by_kind["printers"])),
        "mfp": Placement(tuple(by_kind["printers"])),
        "print-server": Placement(addresses=tuple(servers)),
        "dns-server": Placement(addresses=("10.255.0.53",)),
        "secondary-server": Placement(absent=True),
        "admin-computer": Placement(("head",)),
    }
    products: dict[str, ProductPlan] = {}
    for product, features in FEATURES.items():
        products[product] = ProductPlan(
            version=catalog.products[product].newest, features={**features}
        )
    return Plan(
        name="Many sites",
        products=products,
        zones=zones,
        sites=sites,
        roles=roles,
        firewalls=firewalls,
    )
