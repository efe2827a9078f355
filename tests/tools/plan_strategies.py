"""Random plans that make sense, for property tests: small networks, any products, features,
options, firewalls.

They are drawn as the tables of a plan file, so that a second reading of the contract needs nothing
of the first one's. `WORDS` are the parts of a plan that one drawn plan may leave out altogether.
"""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.tools.reference_plan import SERVICES
from tests.tools.worlds import CATALOG
from wizard.facts.model import Option, Product
from wizard.plan.file.read import plan_of
from wizard.plan.model import INTERNET, Plan

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
STANDING = tuple(role for role, entry in CATALOG.roles.items() if entry.at)
WORDS = frozenset(
    {
        "containers",
        "encrypted-only",
        "feature-places",
        "fronts",
        "hairpin",
        "installations",
        "nat",
        "never",
        "own",
        "public",
        "seen-as",
        "site-proxies",
        "sites",
    }
)

Draw = Callable[[st.SearchStrategy[Any]], Any]
Table = dict[str, Any]


def plans(words: frozenset[str] = WORDS) -> st.SearchStrategy[Plan]:
    """Random plans, as they are read."""
    return documents(words).map(as_plan)


def as_plan(tables: Table) -> Plan:
    """The plan of a plan file's tables."""
    plan, errors = plan_of(tables, CATALOG)
    assert errors == (), errors
    return plan


@st.composite
def documents(draw: Draw, words: frozenset[str] = WORDS) -> Table:
    """The tables of a plan file."""
    zones = draw(st.lists(st.sampled_from(sorted(NETWORKS)), min_size=1, max_size=4, unique=True))
    places = placements(zones)
    own_roles = ["file-server", "billing"] if "own" in words and draw(st.booleans()) else []
    used = draw(st.lists(st.sampled_from([*ROLES, *own_roles]), max_size=9, unique=True))
    common = {"print-server", "user-computer", "mfp", "printer", *own_roles}
    roles = {
        role: draw(places)
        for role in sorted({*used, *common})
        if draw(st.integers(0, 9)) or role in used
    }
    tables: Table = {
        "format": 1,
        "name": draw(st.sampled_from(["", "A plan", "Übung \u6f22 'x' \"y\" \\ \n z"])),
        "request": draw(requests()),
        "products": draw(products(places, words)),
        "zones": {zone: {"networks": [*NETWORKS[zone]]} for zone in zones},
        "roles": roles,
        # A firewall of a role that has no machine of its own is that of the machine where it stands.
        "firewalls": draw(
            firewalls(
                zones, sorted(r for r in roles if roles[r] or r not in STANDING), "nat" in words
            )
        ),
        "proxy": {
            "mode": draw(st.sampled_from(["none", "explicit", "transparent"])),
            "port": draw(st.sampled_from([3128, 8080, 1, 65535])),
            "wildcards": draw(st.booleans()),
            "tls_inspection": draw(st.booleans()),
            "login": draw(st.sampled_from(["none", "basic", "windows"])),
        },
    }
    if "sites" in words:
        tables["sites"] = draw(sites(zones, words))
    if "seen-as" in words and draw(st.booleans()):
        _translate(tables, draw(st.sampled_from(zones)))
    if own_roles:
        tables["own"] = draw(own_parts(own_roles))
    if "nat" in words:
        for firewall in tables["firewalls"].values():
            if firewall.get("nat") and draw(st.booleans()):
                firewall["publish"] = draw(published(tables["products"]))
            if firewall.get("nat") and "hairpin" in words:
                firewall["hairpin"] = draw(st.booleans())
    if {"hairpin", "nat", "own"} <= words and draw(st.integers(0, 5)) == 3:
        draw(led_inside(tables, zones))
    if "fronts" in words:
        tables["fronts"] = draw(fronts(tables, zones))
    if "never" in words:
        tables["never"] = draw(never(zones, [*ROLES, *own_roles]))
    return tables


def _translate(tables: Table, zone: str) -> None:
    """Have others see a zone's IPv4 networks elsewhere, one to one; not a zone that holds an address
    which itself stands for others.
    """
    table = tables["zones"][zone]
    networks = [ipaddress.ip_network(n) for n in table["networks"] if ":" not in n]
    for firewall in tables["firewalls"].values():
        texts = [firewall.get("public_address")]
        texts += [hidden["behind"] for hidden in firewall.get("hides", {}).values()]
        for text in filter(None, texts):
            if any(ipaddress.ip_address(text) in network for network in networks):
                return
    if networks:
        # The same last bits in a network that nobody has.
        base = int(ipaddress.ip_address("10.77.0.0"))
        table["seen_as"] = [
            str(ipaddress.ip_network((base + number * 256, network.prefixlen)))
            for number, network in enumerate(networks)
        ]


def requests() -> st.SearchStrategy[Table]:
    day = st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1))
    text = st.sampled_from(["x", "", "two\nlines"])
    texts = dict.fromkeys(["requester", "reference", "justification"], text)
    return st.fixed_dictionaries({}, optional={**texts, "wanted": day, "review": day})


def placements(zones: list[str]) -> st.SearchStrategy[Table]:
    """Whole zones, addresses in zones, addresses alone; rarely absent or without a place."""
    inside = st.sampled_from([item for zone in zones for item in _items(zone)])
    whole = st.lists(
        st.sampled_from([*zones, *zones, INTERNET]), min_size=1, max_size=2, unique=True
    )
    some = st.lists(inside | inside | st.sampled_from(OUTSIDE), min_size=1, max_size=2, unique=True)
    return st.one_of(
        st.fixed_dictionaries({"zones": whole}),
        st.fixed_dictionaries({"addresses": some}),
        st.fixed_dictionaries({"addresses": some}),
        st.fixed_dictionaries({"zones": whole, "addresses": some}),
        st.sampled_from([{"absent": True}, {}]),
    )


@st.composite
def own_addresses(draw: Draw, zones: list[str]) -> list[str]:
    """Addresses of what joins zones, in some of them and in no other."""
    networks = [n for zone in zones for n in NETWORKS.get(zone, ())]
    first = [str(next(iter(ipaddress.ip_network(network)))) for network in networks]
    return draw(st.lists(st.sampled_from(first), unique=True)) if first else []


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
def products(draw: Draw, places: st.SearchStrategy[Table], words: frozenset[str]) -> Table:
    """Installations; with the word, a product may be there more than once."""
    chosen = draw(
        st.lists(st.sampled_from(sorted(CATALOG.products)), min_size=1, max_size=3, unique=True)
    )
    tables = {product: draw(answers(product, places, words)) for product in chosen}
    if "installations" in words and draw(st.booleans()):
        for number, product in enumerate(draw(st.lists(st.sampled_from(chosen), max_size=2))):
            again = draw(answers(product, places, words))
            tables[f"{product}-{number}"] = {"product": product, **again}
    return tables


@st.composite
def answers(
    draw: Draw,
    product_id: str,
    places: st.SearchStrategy[Table],
    words: frozenset[str],
) -> Table:
    product = CATALOG.products[product_id]
    chosen = draw(st.lists(st.sampled_from(sorted(product.features)), max_size=6, unique=True))
    features: Table = {}
    for name in chosen:
        features[name] = {o: draw(option(v)) for o, v in product.features[name].options.items()}
        if "feature-places" in words and not draw(st.integers(0, 3)):
            taken_part = roles_of(product_id, name)
            if taken_part:
                features[name]["roles"] = {draw(st.sampled_from(taken_part)): draw(places)}
    listeners = sorted(product.listeners)
    moved = draw(st.lists(st.sampled_from(listeners), max_size=2, unique=True)) if listeners else []
    hosts = sorted({e.host_key for e in product.endpoints if e.host_key})
    own = draw(st.lists(st.sampled_from(["print-server", "user-computer", "printer"]), max_size=1))
    tables: Table = {
        "version": draw(st.sampled_from([product.newest or "1", "23.1", "17"])),
        "features": features,
        "ports": {name: draw(st.integers(20000, 20003)) for name in moved},
        "hosts": {key: "host.example.com" for key in hosts if draw(st.booleans())},
        "roles": {role: draw(places) for role in own},
    }
    openable = _openable(product)
    if "public" in words and openable and not draw(st.integers(0, 2)):
        tables["public"] = draw(
            st.lists(st.sampled_from(openable), min_size=1, max_size=2, unique=True)
        )
    if "encrypted-only" in words and not draw(st.integers(0, 2)):
        tables["encrypted_only"] = draw(st.booleans())
    if "sites" in words and not draw(st.integers(0, 3)):
        tables["across_sites"] = draw(st.booleans())
    if "containers" in words and not draw(st.integers(0, 3)):
        tables["runs_in"] = draw(st.sampled_from(["docker", "podman"]))
    return tables


def _openable(product: Product) -> list[str]:
    """The listeners that a plan may open to the internet: the product's own, not in the clear."""
    return sorted(
        {
            fact.listener
            for fact in product.flows
            if fact.listener and fact.encrypted is not False and fact.to not in SERVICES
        }
    )


def roles_of(product_id: str, feature: str) -> list[str]:
    """The roles that a feature's facts name, the internet left out."""
    roles: set[str] = set()
    product = CATALOG.products[product_id]
    for flow in product.flows:
        if flow.feature == feature:
            roles |= {flow.from_, flow.to}
    for endpoint in product.endpoints:
        if endpoint.feature == feature:
            roles.add(endpoint.from_)
    return sorted(roles - {INTERNET})


def option(declared: Option) -> st.SearchStrategy[Any]:
    values = [choice.value for choice in declared.choices]
    if declared.kind == "flag":
        return st.booleans()
    if declared.kind == "choice":
        return st.sampled_from(values)
    if declared.kind == "choices":
        return st.lists(st.sampled_from(values), min_size=1, unique=True)
    return st.sampled_from([["9100"], ["9100", "9102-9103"], _as_list(declared.default)])


def _as_list(value: object) -> list[Any]:
    return list(value) if isinstance(value, tuple) else []


@st.composite
def firewalls(draw: Draw, zones: list[str], roles: list[str], hides: bool) -> Table:
    found: Table = {}
    joined = st.lists(st.sampled_from([*zones, INTERNET]), min_size=2, max_size=4, unique=True)
    for number in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["boundary", "boundary", "boundary", "router"]))
        firewall: Table = {"kind": kind, "zones": draw(joined)}
        if kind == "boundary":
            firewall |= {
                "default": draw(st.sampled_from(["accept", "deny"])),
                "nat": draw(st.booleans()),
                "platform": draw(st.sampled_from(["linux", "windows"])),
            }
            if draw(st.booleans()):
                # On the internet, or in another zone: NAT behind NAT.
                firewall["public_address"] = draw(st.sampled_from(["203.0.113.7", "10.0.0.12"]))
            hidden = draw(st.lists(st.sampled_from(zones), max_size=1)) if hides else []
            if hidden:
                behind = draw(st.sampled_from(["198.51.100.77", "10.0.0.17", "10.0.0.2"]))
                firewall["hides"] = {hidden[0]: {"behind": behind}}
        if draw(st.booleans()):
            firewall |= {
                "mdns_reflector": True,
                "addresses": draw(own_addresses(firewall["zones"])),
            }
        found[f"joins-{number}"] = firewall
    items = [item for zone in zones for item in _items(zone)]
    for number in range(draw(st.integers(0, 2))):
        by_role, cloud = draw(st.booleans()), draw(st.booleans())
        firewall = {
            "kind": "cloud" if cloud else "host",
            "egress": draw(st.sampled_from(["open", "filtered"])),
            "management": draw(st.sampled_from([[], ["ssh"], ["rdp", "winrm"]])),
        }
        if by_role:
            firewall["role"] = draw(st.sampled_from(roles or ["print-server"]))
        else:
            firewall["addresses"] = [draw(st.sampled_from(items))]
        if cloud and draw(st.booleans()):
            firewall["provider"] = "aws"
        found[f"guards-{number}"] = firewall
    return found


@st.composite
def published(draw: Draw, chosen: Table) -> Table:
    """Another public port or address for one listener."""
    names = [
        f"{name}/{listener}"
        for name, entry in chosen.items()
        for listener in CATALOG.products[entry.get("product", name)].listeners
    ]
    if not names:
        return {}
    entry = draw(st.sampled_from([{"port": 8443}, {"address": "203.0.113.8"}, {"port": 50}]))
    return {draw(st.sampled_from(names)): entry}


@st.composite
def led_inside(draw: Draw, tables: Table, zones: list[str]) -> None:
    """Change the tables so that somebody inside uses what a boundary forwards: chance alone hardly
    ever draws it.
    """
    homes = [zone for zone in zones if any(":" not in n for n in NETWORKS[zone])]
    boundaries = [f for f in tables["firewalls"].values() if f["kind"] == "boundary"]
    if not homes or not boundaries:
        return
    home, edge = draw(st.sampled_from(homes)), draw(st.sampled_from(boundaries))
    others = draw(st.lists(st.sampled_from(zones), max_size=2))
    clients = draw(st.sampled_from([[home, *others], others]))
    edge["zones"] = list(dict.fromkeys([home, *others, INTERNET]))
    edge |= {"nat": True, "hairpin": True, "public_address": "203.0.113.7"}
    single = next(item for item in _items(home) if ":" not in item and "-" not in item)
    tables["roles"] |= {
        "print-server": {"addresses": [single]},
        "user-computer": {"zones": list(dict.fromkeys([*clients, INTERNET]))},
    }
    if draw(st.booleans()):
        tables["firewalls"]["guards-clients"] = {
            "kind": "host",
            "role": "user-computer",
            "egress": "filtered",
        }
    beside = list(dict.fromkeys([home, *others]))
    if len(beside) > 1 and not draw(st.integers(0, 2)):
        # Another way between the same zones: which one is taken is not known.
        tables["firewalls"]["joins-beside"] = {"kind": "boundary", "zones": beside}
    if len(beside) > 1 and draw(st.booleans()):
        draw(further_inside(tables, edge, home, beside))
    own = tables.setdefault("own", {})
    own.setdefault("connections", {})["by-public-address"] = {
        "from": "user-computer",
        "to": "print-server",
        "transport": "tcp",
        "ports": draw(st.sampled_from([["8631"], ["8631", "8700-8702"]])),
        "service": "Printing",
        "reason": "Computers at home print too",
        "public": True,
        "encrypted": True,
    }
    if draw(st.booleans()):
        entry = draw(st.sampled_from([{"port": 9443}, {"address": "203.0.113.8"}]))
        edge["publish"] = {"own/by-public-address": entry}


@st.composite
def further_inside(draw: Draw, tables: Table, edge: Table, home: str, beside: list[str]) -> None:
    """Put some of the boundary's zones behind one more firewall, and sometimes behind two."""
    core = draw(st.sampled_from(beside))
    behind = [zone for zone in beside if zone != core]
    for name, firewall in list(tables["firewalls"].items()):
        # Who joins some of them too would be another way.
        if firewall is not edge and "zones" in firewall and draw(st.integers(0, 5)):
            del tables["firewalls"][name]
    edge["zones"] = [core, INTERNET]
    if home in behind and len(behind) > 1 and draw(st.booleans()):
        behind.remove(home)
        edge["zones"].append(home)
    inner: Table = {"kind": draw(st.sampled_from(["boundary", "router"])), "zones": [core, *behind]}
    tables["firewalls"]["further"] = inner
    if len(behind) > 1 and draw(st.booleans()):
        inner["zones"] = [core, behind[0]]
        second = {"kind": "boundary", "zones": behind}
        tables["firewalls"]["further-still"] = second
    hidden = [zone for zone in inner["zones"] if inner["kind"] == "boundary" and zone != home]
    if hidden and not draw(st.integers(0, 3)):
        inner["hides"] = {draw(st.sampled_from(hidden)): {"behind": "10.77.0.9"}}


@st.composite
def fronts(draw: Draw, tables: Table, zones: list[str]) -> Table:
    """Up to three fronts, in zones or at addresses of their own, some in a row."""
    names = [
        f"{name}/{listener}"
        for name, entry in tables["products"].items()
        for listener in CATALOG.products[entry.get("product", name)].listeners
    ]
    names += [
        f"own/{name}"
        for name, connection in tables.get("own", {}).get("connections", {}).items()
        if len(connection["ports"]) == 1 and "-" not in str(connection["ports"][0])
    ]
    inside = st.sampled_from([item for zone in zones for item in _items(zone)])
    translates = any(f.get("nat") or f.get("hides") for f in tables["firewalls"].values())
    translates = translates or any("seen_as" in zone for zone in tables["zones"].values())
    found: Table = {}
    for number in range(draw(st.integers(0, 3)) if names else 0):
        served = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
        front: Table = {
            "kind": draw(st.sampled_from(["load-balancer", "reverse-proxy"])),
            "serves": {name: draw(st.sampled_from([443, 8443, 9100])) for name in served},
            "checks": draw(st.booleans()),
            # Whether a boundary translates what a front passes on is beyond what is compared.
            "hides_sources": translates or draw(st.booleans()),
            "encrypts": draw(st.lists(st.sampled_from(served), max_size=1)),
        }
        place = draw(st.sampled_from(["zones", "addresses", "role"]))
        if place == "zones":
            front["zones"] = [draw(st.sampled_from(zones))]
        elif place == "addresses":
            front["addresses"] = draw(st.lists(inside, min_size=1, max_size=2, unique=True))
        else:
            front["role"] = "load-balancer"
        if found and draw(st.booleans()):
            front["behind"] = draw(st.sampled_from(sorted(found)))
        found[f"front-{number}"] = front
    return found


@st.composite
def sites(draw: Draw, zones: list[str], words: frozenset[str] = frozenset()) -> Table:
    """Zones in the sites north and south, or central."""
    found: Table = {}
    for zone in zones:
        site = draw(st.sampled_from(["north", "south", ""]))
        if site:
            found.setdefault(site, {"zones": []})["zones"].append(zone)
    if "site-proxies" in words and not draw(st.integers(0, 2)):
        for table in found.values():
            if draw(st.booleans()):
                table["proxy"] = draw(site_proxies(table["zones"]))
    return found


@st.composite
def site_proxies(draw: Draw, zones: list[str]) -> Table:
    """A proxy of a site's own, where its role is or at addresses, mostly there."""
    table: Table = {
        "mode": draw(st.sampled_from(["none", "explicit", "explicit", "transparent"])),
        "port": draw(st.sampled_from([3128, 8080])),
        "wildcards": draw(st.booleans()),
    }
    if draw(st.booleans()):
        items = [item for zone in zones for item in _items(zone)]
        table["addresses"] = draw(st.lists(st.sampled_from(items), min_size=1, max_size=2))
    return table


@st.composite
def own_parts(draw: Draw, own_roles: list[str]) -> Table:
    """Connections and endpoints of the plan's own, between any roles."""
    role = st.sampled_from([*ROLES, *own_roles, *own_roles, "mfp", "print-server"])
    far_end = st.sampled_from([*ROLES, *own_roles, *own_roles, INTERNET])
    connection = st.fixed_dictionaries(
        {
            "from": role,
            "to": far_end,
            "transport": st.sampled_from(["tcp", "udp"]),
            "ports": st.lists(
                st.sampled_from(["445", "587", "137-139", "9100"]),
                min_size=1,
                max_size=2,
                unique=True,
            ),
            "service": st.sampled_from(["Scan to folder", "Übung"]),
            "reason": st.just("Copiers store scans"),
        },
        optional={
            "encrypted": st.booleans(),
            "public": st.booleans(),
            "served": st.sampled_from(["from", "to"]),
            "reference": st.just("CHG-1042"),
        },
    )
    endpoint = st.fixed_dictionaries(
        {
            "from": role,
            "scheme": st.sampled_from(["https", "ldaps"]),
            "host": st.sampled_from(["erp.example.com", "erp.example.net"]),
            "port": st.sampled_from([443, 636, 8443]),
            "path": st.just("/"),
            "purpose": st.just("Billing export"),
        }
    )
    names = st.sampled_from(["scan-to-folder", "scan-to-mail", "address-book"])
    return {
        "roles": {name: {"name": name.title()} for name in own_roles},
        "connections": draw(st.dictionaries(names, connection, max_size=3)),
        "endpoints": draw(
            st.dictionaries(st.sampled_from(["billing-export", "time"]), endpoint, max_size=2)
        ),
    }


@st.composite
def never(draw: Draw, zones: list[str], roles: list[str]) -> Table:
    """What must never be: between zones, roles, addresses; some of it is."""
    addresses = st.sampled_from([*(item for zone in zones for item in _items(zone)), *OUTSIDE])
    side = st.one_of(
        st.fixed_dictionaries(
            {"zones": st.lists(st.sampled_from([*zones, INTERNET]), min_size=1, max_size=2)}
        ),
        st.fixed_dictionaries({"role": st.sampled_from(roles)}),
        st.fixed_dictionaries({"addresses": st.lists(addresses, min_size=1, max_size=2)}),
    )
    denial = st.fixed_dictionaries(
        {"from": side, "to": side},
        optional={
            "transport": st.sampled_from(["tcp", "udp"]),
            "ports": st.sampled_from([["1-65535"], ["445"], ["9000-9200", "443"]]),
            "reason": st.just("Guests print by release station only"),
        },
    )
    found: Table = draw(
        st.dictionaries(st.sampled_from(["guests", "printers"]), denial, max_size=2)
    )
    return found
