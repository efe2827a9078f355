"""Plans of any size for the benchmarks: every feature of the products, and many client zones."""

from __future__ import annotations

from wizard.facts.model import Catalog, Feature
from wizard.plan.file import with_defaults
from wizard.plan.model import Firewall, OptionValue, Placement, Plan, ProductPlan, Zone

FIVE = ("cirrusprint", "cups", "papercut-mf", "printeron", "printix")


def big_plan(
    catalog: Catalog, client_zones: int, products: tuple[str, ...], branch_firewalls: bool
) -> Plan:
    """All features of some products for `client_zones` zones of users.

    With `branch_firewalls` each client zone is behind a firewall of its own, so that rules grow
    with the zones; without, one firewall joins them all."""
    clients = [f"branch-{number}" for number in range(client_zones)]
    zones = {
        zone: Zone((f"10.{number >> 8}.{number & 255}.0/24",))
        for number, zone in enumerate(clients)
    }
    zones |= {
        "servers": Zone(("10.255.0.0/24", "fd00:255::/64")),
        "printers": Zone(("10.254.0.0/24",)),
        "backbone": Zone(("10.253.0.0/24",)),
    }
    core = (
        ("servers", "printers", "backbone")
        if branch_firewalls
        else ("servers", "printers", "backbone", *clients)
    )
    firewalls = {
        "edge": Firewall(
            kind="boundary", zones=("backbone", "internet"), nat=True, public_address="203.0.113.7"
        ),
        "server": Firewall(
            kind="host", role="print-server", management=("ssh",), egress="filtered"
        ),
        "core": Firewall(kind="boundary", zones=core),
    }
    if branch_firewalls:
        firewalls |= {zone: Firewall(kind="boundary", zones=(zone, "backbone")) for zone in clients}
    roles = {
        role: Placement(("servers",))
        for role in catalog.roles
        if role not in ("internet", "mail-server")
    }
    roles |= {
        "print-server": Placement(("servers",), ("10.255.0.5", "fd00:255::5")),
        "user-computer": Placement(tuple(clients)),
        "printer": Placement(("printers",)),
        "mfp": Placement(("printers",)),
    }
    answers = {
        product: ProductPlan(
            version=catalog.products[product].newest, features=_all(catalog, product)
        )
        for product in products
    }
    return Plan(name="Benchmark", products=answers, zones=zones, roles=roles, firewalls=firewalls)


def _all(catalog: Catalog, product: str) -> dict[str, dict[str, OptionValue]]:
    features = catalog.products[product].features
    return with_defaults(
        catalog.products[product], {name: _options(feature) for name, feature in features.items()}
    )


def _options(feature: Feature) -> dict[str, OptionValue]:
    chosen: dict[str, OptionValue] = {}
    for name, option in feature.options.items():
        if option.default is None:
            values = tuple(choice.value for choice in option.choices)
            chosen[name] = values if option.kind == "choices" else values[0]
    return chosen
