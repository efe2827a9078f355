"""Random plans that make sense, for property tests: small networks, any products, features,
options, firewalls.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.tools.worlds import CATALOG
from wizard.facts.model import Option
from wizard.plan.file import with_defaults
from wizard.plan.model import INTERNET, Firewall, Placement, Plan, ProductPlan, Proxy, Request, Zone

# Disjoint, with neighbours that touch, so that one address too many shows.
NETWORKS: dict[str, tuple[str, ...]] = {
    "alpha": ("10.0.0.0/29", "2001:db8:a::/125"),
    "beta": ("10.0.0.8/29", "192.0.2.0/30"),
    "gamma": ("10.0.0.16/28",),
    "delta": ("2001:db8:d::/125",),
    "epsilon": ("198.51.100.8/30", "2001:db8:a::8/125"),
}
# On the internet, and private ones that no zone holds: those are nowhere.
OUTSIDE = ("203.0.113.9", "2001:db8:ffff::9", "10.200.0.9", "fd00::9")
ROLES = tuple(role for role in CATALOG.roles if role != INTERNET)

Draw = Callable[[st.SearchStrategy[Any]], Any]


@st.composite
def plans(draw: Draw) -> Plan:
    """A plan that `read_plan` could have made."""
    zones = draw(st.lists(st.sampled_from(sorted(NETWORKS)), min_size=1, max_size=4, unique=True))
    places = placements(zones)
    products = draw(
        st.lists(st.sampled_from(sorted(CATALOG.products)), min_size=1, max_size=3, unique=True)
    )
    used = draw(st.lists(st.sampled_from(ROLES), max_size=9, unique=True))
    common = {"print-server", "user-computer", "mfp", "printer"}
    roles = {
        role: draw(places)
        for role in sorted({*used, *common})
        if draw(st.integers(0, 9)) or role in used
    }
    return Plan(
        name=draw(st.sampled_from(["", "A plan", "Übung \u6f22 'x' \"y\" \\ \n z"])),
        request=draw(requests()),
        products={product: draw(answers(product, places)) for product in products},
        zones={zone: Zone(NETWORKS[zone]) for zone in zones},
        roles=roles,
        firewalls=draw(firewalls(zones, sorted(roles))),
        proxy=draw(
            st.builds(
                Proxy,
                st.sampled_from(["none", "explicit", "transparent"]),
                st.sampled_from([3128, 8080, 1, 65535]),
                st.booleans(),
                st.booleans(),
            )
        ),
    )


def requests() -> st.SearchStrategy[Request]:
    day = st.none() | st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1))
    text = st.none() | st.sampled_from(["x", "", "two\nlines"])
    return st.builds(Request, text, text, text, day, day)


def placements(zones: list[str]) -> st.SearchStrategy[Placement]:
    """Whole zones, addresses in zones, addresses alone; rarely absent or without a place."""
    inside = st.sampled_from([item for zone in zones for item in _items(zone)])
    whole = st.lists(
        st.sampled_from([*zones, *zones, INTERNET]), min_size=1, max_size=2, unique=True
    )
    some = st.lists(inside | inside | st.sampled_from(OUTSIDE), min_size=1, max_size=2, unique=True)
    return st.one_of(
        st.builds(lambda z: Placement(tuple(z)), whole),
        st.builds(lambda a: Placement((), tuple(a)), some),
        st.builds(lambda a: Placement((), tuple(a)), some),
        st.builds(lambda z, a: Placement(tuple(z), tuple(a)), whole, some),
        st.sampled_from([Placement(absent=True), Placement()]),
    )


def _items(zone: str) -> list[str]:
    """Addresses, a range and a network of a zone."""
    found = []
    for network in NETWORKS[zone]:
        start, _, length = network.partition("/")
        if ":" in start:
            found += (
                [f"{start}2", f"{start}1-{start}5", network] if start.endswith("::") else [network]
            )
        else:
            head, _, last = start.rpartition(".")
            base = int(last)
            found += [
                f"{head}.{base + 2}",
                f"{head}.{base + 1}",
                f"{head}.{base + 1}-{head}.{base + 3}",
                f"{start}/{length}",
            ]
    return found


@st.composite
def answers(draw: Draw, product_id: str, places: st.SearchStrategy[Placement]) -> ProductPlan:
    product = CATALOG.products[product_id]
    chosen = draw(st.lists(st.sampled_from(sorted(product.features)), max_size=6, unique=True))
    features = {
        name: {o: draw(option(v)) for o, v in product.features[name].options.items()}
        for name in chosen
    }
    listeners = sorted(product.listeners)
    moved = draw(st.lists(st.sampled_from(listeners), max_size=2, unique=True)) if listeners else []
    hosts = sorted({e.host_key for e in product.endpoints if e.host_key})
    own = draw(st.lists(st.sampled_from(["print-server", "user-computer", "printer"]), max_size=1))
    return ProductPlan(
        version=draw(st.sampled_from([product.newest, "23.1", "17"])),
        features=with_defaults(product, features),
        ports={name: draw(st.integers(20000, 20003)) for name in moved},
        hosts={key: "host.example.com" for key in hosts if draw(st.booleans())},
        roles={role: draw(places) for role in own},
    )


def option(declared: Option) -> st.SearchStrategy[Any]:
    values = [choice.value for choice in declared.choices]
    if declared.kind == "flag":
        return st.booleans()
    if declared.kind == "choice":
        return st.sampled_from(values)
    if declared.kind == "choices":
        return st.lists(st.sampled_from(values), min_size=1, unique=True).map(tuple)
    return st.sampled_from([("9100",), ("9100", "9102-9103"), declared.default])


@st.composite
def firewalls(draw: Draw, zones: list[str], roles: list[str]) -> dict[str, Firewall]:
    found: dict[str, Firewall] = {}
    joined = st.lists(st.sampled_from([*zones, INTERNET]), min_size=2, max_size=4, unique=True).map(
        tuple
    )
    for number in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["boundary", "boundary", "boundary", "router"]))
        if kind == "router":
            found[f"joins-{number}"] = Firewall(kind="router", zones=draw(joined))
        else:
            found[f"joins-{number}"] = Firewall(
                kind="boundary",
                zones=draw(joined),
                default=draw(st.sampled_from(["accept", "deny"])),
                nat=draw(st.booleans()),
                public_address=draw(st.sampled_from([None, "203.0.113.7"])),
                platform=draw(st.sampled_from(["linux", "windows"])),
            )
    for number in range(draw(st.integers(0, 2))):
        by_role = draw(st.booleans())
        items = [item for zone in zones for item in _items(zone)]
        cloud = draw(st.booleans())
        found[f"guards-{number}"] = Firewall(
            kind="cloud" if cloud else "host",
            role=draw(st.sampled_from(roles or ["print-server"])) if by_role else None,
            addresses=() if by_role else (draw(st.sampled_from(items)),),
            egress=draw(st.sampled_from(["open", "filtered"])),
            management=draw(st.sampled_from([(), ("ssh",), ("rdp", "winrm")])),
            provider="aws" if cloud and draw(st.booleans()) else None,
        )
    return found
