"""Which facts count: features, options, versions, moved listeners."""

from __future__ import annotations

import pytest

from tests.tools.worlds import OFFICE, world
from wizard.deployment import Deployment

Ports = set[tuple[str, str, int]]


def network(d: Deployment) -> Ports:
    """Transport, direction seen from the server, and first port of each flow that is no loopback."""
    return {
        (flow.transport, "in" if flow.to == "print-server" else "out", low)
        for flow in d.flows
        if flow.scope != "loopback" and flow.product != "management"
        for low, _ in flow.ports
    }


def loopback(d: Deployment) -> set[int]:
    return {low for flow in d.flows if flow.scope == "loopback" for low, _ in flow.ports}


@pytest.mark.parametrize(
    ("ports", "open_ports", "local"),
    [
        ("standard", {80, 443}, set()),
        ("alternate", {8482, 8483}, set()),
        ("behind-web-server", {80, 443}, {8482, 8483}),
    ],
)
@pytest.mark.parametrize("remote", [False, True])
def test_cirrusprint_opens_one_pair(
    ports: str, open_ports: set[int], local: set[int], remote: bool
) -> None:
    feature = "remote-clients = {}" if remote else ""
    d = world(OFFICE, f"[products.cirrusprint.features]\nweb = {{ ports = '{ports}' }}\n{feature}")
    for who in ["user-computer", "internet"] if remote else ["user-computer"]:
        assert {low for f in d.flows if f.from_ == who for low, _ in f.ports} == open_ports
    assert loopback(d) == local
    assert {
        port
        for rule in d.rules_of("core")
        for low, high in rule.ports
        for port in range(low, high + 1)
    } == {
        22,
        *open_ports,
    }


def test_cirrusprints_print_ports() -> None:
    d = world(
        OFFICE,
        "[products.cirrusprint.features]\nprint-ports = { range = ['9300-9309', 9200, 9310] }",
    )
    (flow,) = [flow for flow in d.flows if flow.id == "cirrusprint/print-ports"]
    assert flow.ports == ((9200, 9200), (9300, 9310))
    default = world(OFFICE, "[products.cirrusprint.features]\nprint-ports = {}")
    assert ((9200, 9999),) in [flow.ports for flow in default.flows]


@pytest.mark.parametrize(
    ("option", "port"), [("", 6310), ("port = 6310", 6310), ("port = 8081", 8081)]
)
def test_airprint_has_one_port(option: str, port: int) -> None:
    d = world(
        OFFICE,
        f"[products.printeron.features]\nairprint = {{ {option} }}\n[roles.mobile-device]\nabsent ="
        " true",
    )
    assert network(d) == {("tcp", "in", 443), ("tcp", "in", 631), ("tcp", "in", port)}


def test_deprecated_ports_open_only_by_their_feature() -> None:
    # PrintAnywhere's 5009, 5200 and 5400 stay on the host, or between the members of a cluster.
    old = {4999, 5000}
    for text in ("version = '3.0'", "features.deprecated-ports = {}"):
        plain = world(OFFICE, f"[products.printeron]\n{text}")
        assert {port for _, _, port in network(plain)} == {443, 631}
    d = world(OFFICE, "[products.printeron]\nversion = '3.0'\nfeatures.deprecated-ports = {}")
    assert {port for _, _, port in network(d)} == old | {443, 631}
    assert {rule.status for rule in d.rules if rule.ports[0][0] in old} == {"deprecated"}


@pytest.mark.parametrize(
    ("version", "counts"),
    [(None, True), ("24.0", True), ("24", True), ("24.0.3", True), ("23.9", False), ("9", False)],
)
def test_entitlements_since_24(version: str | None, counts: bool) -> None:
    line = f"version = '{version}'\n" if version else ""
    d = world(OFFICE, f"[products.papercut-mf]\n{line}features.entitlements = {{}}")
    assert bool(d.allowlist) == counts


@pytest.mark.parametrize(("version", "counts"), [("18.3", True), ("18.2.9", False)])
def test_sha2_since_18_3(version: str, counts: bool) -> None:
    d = world(
        OFFICE, f"[products.papercut-mf]\nversion = '{version}'\nfeatures.mfp-konica-minolta = {{}}"
    )
    assert (("tcp", "in", 9195) in network(d)) == counts


def test_a_moved_listener_takes_its_flows_along() -> None:
    features = "mfp-hp = {}\nsecondary-servers = {}\ndatabase = { engine = 'postgresql' }\n"
    roles = (
        "[roles.secondary-server]\nzones = ['printers']\n[roles.database-server]\nzones ="
        " ['printers']\n"
    )
    moved = "[products.papercut-mf.ports]\nhttps = 443\npostgresql = 5433\nmysql = 3307"
    d = world(OFFICE, roles, f"[products.papercut-mf.features]\n{features}{moved}")
    by_id = {flow.id.partition("/")[2]: flow.ports for flow in d.flows}
    for name in ("web-https", "secondary-https", "hp-https"):
        assert by_id[name] == ((443, 443),)
    for name in ("web-http", "secondary-http", "hp-http"):
        assert by_id[name] == ((9191, 9191),)
    assert by_id["hp-device-rpc"] == ((9193, 9193),)
    assert by_id["database-postgresql"] == ((5433, 5433),)
    # Towards the devices 443 is another listener
    assert by_id["hp-web-443"] == ((443, 443),)


def test_cirrusprints_pair_can_be_moved() -> None:
    text = "[products.cirrusprint.features]\nweb = { ports = 'alternate' }\nremote-clients = {}\n"
    d = world(OFFICE, text, "[products.cirrusprint.ports]\nhttps = 8443")
    assert network(d) == {("tcp", "in", 8482), ("tcp", "in", 8443)}


@pytest.mark.parametrize(
    ("sdk", "expected"),
    [
        (
            "'sdk1'",
            {("tcp", "in", 10389), ("tcp", "in", 10636), ("udp", "in", 162), ("udp", "out", 161)},
        ),
        (
            "'sdk2'",
            {
                ("tcp", "in", 10389),
                ("tcp", "in", 10636),
                ("tcp", "out", 49629),
                ("tcp", "out", 49630),
            },
        ),
        ("'sdk3'", {("tcp", "out", 49629), ("tcp", "out", 49630), ("tcp", "out", 50083)}),
        ("'rd30'", {("tcp", "out", 49629), ("tcp", "out", 49630)}),
    ],
)
def test_toshibas_generations(sdk: str, expected: Ports) -> None:
    d = world(OFFICE, f"[products.papercut-mf.features]\nmfp-toshiba = {{ sdk = [{sdk}] }}")
    assert network(d) == expected | {("tcp", "in", 9191), ("tcp", "in", 9192)}


def test_a_feature_that_needs_another_one() -> None:
    alone = world(OFFICE, "[products.papercut-mf.features]\nuniversal-print = {}")
    assert ("tcp", "in", 9151) not in network(alone)
    both = world(
        OFFICE,
        "[products.papercut-mf.features]\nuniversal-print = {}\nsecondary-servers = {}",
        "[roles.secondary-server]\nzones = ['printers']",
    )
    assert {("tcp", "in", 9151), ("tcp", "out", 9151)} <= network(both)


def test_snmp_asks_printers_and_only_devices_that_there_are() -> None:
    printers = world(OFFICE, "[products.papercut-mf.features]\nsnmp-status = {}")
    assert {flow.to for flow in printers.flows if flow.ports == ((161, 161),)} == {"printer"}
    devices = world(OFFICE, "[products.papercut-mf.features]\nsnmp-status = {}\nmfp-sharp = {}")
    assert {flow.to for flow in devices.flows if flow.ports == ((161, 161),)} == {"printer", "mfp"}
