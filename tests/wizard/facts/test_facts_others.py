"""The facts on CirrusPrint, CUPS, PrinterOn and Printix, held row by row against the four
documents.

The tables are written from the documents, not from the TOML: dropping, altering or adding a fact
fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import pytest

from tests.tools.facts import own_flows
from wizard.facts.load import data_files, load_catalog
from wizard.facts.model import Catalog, EndpointFact, FlowFact, Product
from wizard.network.ports import PortRange
from wizard.plan.model import OptionValue, Plan, ProductPlan
from wizard.rules.select import select_endpoints, select_flows

PRODUCTS = ("cirrusprint", "cups", "printeron", "printix")
MDNS = ("224.0.0.251", "ff02::fb")

# (feature and option, from, to, transport, ports, scope, encrypted, status, listener)
Row = tuple[str, str, str, str, str, str, bool | None, str, str]
UNSTATED = None


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The four products alone, so that nobody else's file matters."""
    shared = {"roles.toml", "documents.toml", "print-data.toml"}
    wanted = shared | {f"{product}.toml" for product in PRODUCTS}
    return load_catalog({name: text for name, text in data_files().items() if name in wanted})


def ports_text(ports: Iterable[PortRange]) -> str:
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in ports)


def condition_text(fact: FlowFact | EndpointFact) -> str:
    """`a+b:x=y | c`: the alternatives of the condition, in the order of the TOML."""
    return " | ".join(
        "+".join(
            c.feature
            + "".join(f":{o}={','.join(map(str, values))}" for o, values in c.options.items())
            for c in all_of
        )
        for all_of in fact.when
    )


def row(fact: FlowFact) -> Row:
    return (
        condition_text(fact),
        fact.from_,
        fact.to,
        fact.transport,
        ports_text(fact.ports),
        fact.scope if fact.cast == "unicast" else f"{fact.scope} {fact.cast}",
        fact.encrypted,
        fact.status,
        fact.listener or "",
    )


def from_the_page(product: Product) -> list[FlowFact]:
    """Flows of features that rest on the product's own document."""
    return [flow for flow in product.flows if not product.features[flow.feature].other]


def of_feature(product: Product, feature: str) -> list[FlowFact]:
    return [flow for flow in product.flows if flow.feature == feature]


def the_flow(product: Product, flow: str) -> FlowFact:
    return next(f for f in product.flows if f.id == f"{product.id}/{flow}")


def selected(
    catalog: Catalog, product: str, **features: Mapping[str, OptionValue]
) -> set[tuple[str, str, str, str]]:
    """(from, to, transport, ports) of what a plan with these features selects."""
    plan = Plan(
        products={
            product: ProductPlan(
                features={k.replace("_", "-"): dict(v) for k, v in features.items()}
            )
        }
    )
    return {
        (s.fact.from_, s.fact.to, s.fact.transport, ports_text(s.ports))
        for s in select_flows(catalog, plan)
    }


def assert_same(found: Iterable[Any], expected: Iterable[Any]) -> None:
    """Equal as multisets, and a failure names what is missing and what is too much."""
    have, want = Counter(found), Counter(expected)
    assert not want - have, f"missing: {list(want - have)}"
    assert not have - want, f"not in the document: {list(have - want)}"


# --- CirrusPrint ---------------------------------------------------------------------------------


def web_rows(condition: str, source: str) -> list[Row]:
    """The pairs of web ports, for one party that comes in on them."""

    def one(option: str, port: str, encrypted: bool | None, listener: str) -> Row:
        when = condition.format(option)
        return (
            when,
            source,
            "print-server",
            "tcp",
            port,
            "network",
            encrypted,
            "required",
            listener,
        )

    return [
        one("standard", "80", False, "http"),
        one("standard", "443", True, "https"),
        one("alternate", "8482", UNSTATED, "http"),
        one("alternate", "8483", UNSTATED, "https"),
        one("behind-web-server", "80", False, "http"),
        one("behind-web-server", "443", True, "https"),
    ]


def local_web_row(port: str) -> Row:
    """The web server in front hands requests to CirrusPrint on the same host."""
    server = "print-server"
    return (
        "web:ports=behind-web-server",
        server,
        server,
        "tcp",
        port,
        "loopback",
        UNSTATED,
        "required",
        "",
    )


CIRRUSPRINT: list[Row] = [
    *web_rows("web:ports={}", "user-computer"),
    *web_rows("admin-computers+web:ports={}", "admin-computer"),
    *web_rows("remote-clients+web:ports={}", "internet"),
    local_web_row("8482"),
    local_web_row("8483"),
    (
        "print-ports",
        "print-source",
        "print-server",
        "tcp",
        "9200-9999",
        "network",
        False,
        "required",
        "",
    ),
    (
        "internal-smtp",
        "mail-server",
        "print-server",
        "tcp",
        "25",
        "network",
        UNSTATED,
        "required",
        "",
    ),
]


def test_cirrusprint_holds_every_row_of_its_page(catalog: Catalog) -> None:
    product = catalog.products["cirrusprint"]
    assert_same(map(row, from_the_page(product)), CIRRUSPRINT)
    assert (product.endpoints, product.tls_bypass, product.mail_senders) == ((), (), ())


def test_cirrusprint_names_no_transport_so_all_is_inferred(catalog: Catalog) -> None:
    assert {flow.evidence for flow in from_the_page(catalog.products["cirrusprint"])} == {
        "inferred"
    }


def test_cirrusprint_pairs_exclude_each_other(catalog: Catalog) -> None:
    def network_ports(**features: Mapping[str, OptionValue]) -> set[tuple[str, str]]:
        return {(f, p) for f, t, _, p in selected(catalog, "cirrusprint", **features) if f != t}

    assert network_ports() == {("user-computer", "80"), ("user-computer", "443")}
    assert network_ports(web={"ports": "alternate"}) == {
        ("user-computer", "8482"),
        ("user-computer", "8483"),
    }
    behind = selected(catalog, "cirrusprint", web={"ports": "behind-web-server"})
    assert behind == {
        ("user-computer", "print-server", "tcp", "80"),
        ("user-computer", "print-server", "tcp", "443"),
        ("print-server", "print-server", "tcp", "8482"),
        ("print-server", "print-server", "tcp", "8483"),
    }


@pytest.mark.parametrize(
    ("ports", "pair"),
    [
        ("standard", {"80", "443"}),
        ("alternate", {"8482", "8483"}),
        ("behind-web-server", {"80", "443"}),
    ],
)
def test_remote_clients_and_administrators_get_the_chosen_pair_alone(
    catalog: Catalog, ports: str, pair: set[str]
) -> None:
    rows = selected(
        catalog,
        "cirrusprint",
        web={"ports": ports},
        remote_clients={},
        admin_computers={},
        print_ports={},
    )
    assert {p for f, _, _, p in rows if f == "internet"} == pair
    assert {p for f, _, _, p in rows if f == "admin-computer"} == pair


def test_cirrusprint_web_listeners_have_no_port_of_their_own(catalog: Catalog) -> None:
    listeners = catalog.products["cirrusprint"].listeners
    assert {name: listener.port for name, listener in listeners.items()} == {
        "http": None,
        "https": None,
    }


def test_print_ports_are_for_print_sources_and_never_public(catalog: Catalog) -> None:
    product = catalog.products["cirrusprint"]
    [flow] = of_feature(product, "print-ports")
    assert flow.never_public
    assert flow.ports_option == "range"
    assert flow.contradiction
    assert product.features["print-ports"].options["range"].default == ("9200-9999",)
    rows = selected(catalog, "cirrusprint", print_ports={"range": ("10000-10049", "9300")})
    assert ("print-source", "print-server", "tcp", "9300,10000-10049") in rows
    assert not any(p == "9200-9999" for *_, p in rows)


def test_cirrusprint_mail_needs_two_switches(catalog: Catalog) -> None:
    [flow] = of_feature(catalog.products["cirrusprint"], "internal-smtp")
    assert any("switch" in caution for caution in flow.cautions)


# --- CUPS ----------------------------------------------------------------------------------------

UC, PS, PR, DNS = "user-computer", "print-server", "printer", "dns-server"
MD = "mobile-device"
NAMED = "printers-ipp | printers-ipps | printers-appsocket | printers-lpd"  # note 1: all but SMB
MULTICAST = "link-local multicast"

CUPS: list[Row] = [
    # Table 1: 53 TCP/UDP OUT, 631 TCP IN, 5353 UDP IN+OUT
    ("ipp-sharing", PS, DNS, "tcp", "53", "network", UNSTATED, "required", ""),
    ("ipp-sharing", PS, DNS, "udp", "53", "network", UNSTATED, "required", ""),
    ("ipp-sharing", UC, PS, "tcp", "631", "network", UNSTATED, "required", "ipp"),
    ("ipp-sharing", UC, PS, "udp", "5353", MULTICAST, UNSTATED, "required", ""),
    ("ipp-sharing", PS, UC, "udp", "5353", MULTICAST, UNSTATED, "required", ""),
    # The same rows name nobody: phones and tablets connect as well
    ("ipp-sharing:mobiles=True", MD, PS, "tcp", "631", "network", UNSTATED, "required", "ipp"),
    ("ipp-sharing:mobiles=True", MD, PS, "udp", "5353", MULTICAST, UNSTATED, "required", ""),
    ("ipp-sharing:mobiles=True", PS, MD, "udp", "5353", MULTICAST, UNSTATED, "required", ""),
    # Table 2: 137 UDP IN+OUT, 139 TCP IN, 445 TCP IN+OUT
    ("smb-sharing", UC, PS, "udp", "137", "network", UNSTATED, "required", ""),
    ("smb-sharing", PS, UC, "udp", "137", "network", UNSTATED, "required", ""),
    ("smb-sharing", UC, PS, "tcp", "139", "network", UNSTATED, "required", ""),
    ("smb-sharing", UC, PS, "tcp", "445", "network", UNSTATED, "required", ""),
    ("smb-sharing", PS, UC, "tcp", "445", "network", UNSTATED, "required", ""),
    # Table 3, all outgoing; the multicast answers are inferred
    (NAMED, PS, DNS, "tcp", "53", "network", UNSTATED, "required", ""),
    (NAMED, PS, DNS, "udp", "53", "network", UNSTATED, "required", ""),
    ("printers-smb", PS, PR, "udp", "137", "network", UNSTATED, "required", ""),
    ("printers-smb", PS, PR, "tcp", "139", "network", UNSTATED, "required", ""),
    (
        "printers-appsocket | printers-lpd",
        PS,
        PR,
        "udp",
        "161",
        "network",
        UNSTATED,
        "required",
        "",
    ),
    ("snmp-browsing", PS, PR, "udp", "161", "link-local broadcast", UNSTATED, "optional", ""),
    ("printers-ipps", PS, PR, "tcp", "443", "network", True, "required", ""),
    ("printers-smb", PS, PR, "tcp", "445", "network", UNSTATED, "required", ""),
    ("printers-lpd", PS, PR, "tcp", "515", "network", False, "required", ""),
    ("printers-ipp", PS, PR, "tcp", "631", "network", UNSTATED, "required", ""),
    ("printers-ipps", PS, PR, "tcp", "631", "network", True, "required", ""),
    (NAMED, PS, PR, "udp", "5353", MULTICAST, UNSTATED, "required", ""),
    (NAMED, PR, PS, "udp", "5353", MULTICAST, UNSTATED, "required", ""),
    ("printers-appsocket", PS, PR, "tcp", "9100-9102", "network", False, "required", ""),
]


def test_cups_holds_every_row_of_its_three_tables(catalog: Catalog) -> None:
    assert_same(map(row, from_the_page(catalog.products["cups"])), CUPS)


def test_cups_takes_no_line_number_of_the_listing_for_a_port(catalog: Catalog) -> None:
    """The page is one line with an HTML listing numbered 1 to 75; only 53 is a port as well."""
    found = {ports_text(flow.ports) for flow in from_the_page(catalog.products["cups"])}
    assert found == {"53", "137", "139", "161", "443", "445", "515", "631", "5353", "9100-9102"}


def test_cups_states_all_but_the_multicast_answers_and_what_phones_do(catalog: Catalog) -> None:
    inferred = [
        flow.id for flow in from_the_page(catalog.products["cups"]) if flow.evidence != "stated"
    ]
    phones = ["", "-mdns-in", "-mdns-out"]
    assert inferred == [
        *(f"cups/ipp-sharing-mobile{flow}" for flow in phones),
        "cups/printer-mdns-answers",
    ]


def test_cups_has_no_core_feature_and_no_udp_631_but_the_legacy_one(catalog: Catalog) -> None:
    product = catalog.products["cups"]
    assert not any(feature.core for feature in product.features.values())
    udp = [f for f in product.flows if f.transport == "udp" and (631, 631) in f.ports]
    assert [(f.feature, f.status) for f in udp] == [("legacy-browsing", "deprecated")]
    assert product.features["legacy-browsing"].other


def test_cups_never_listens_on_443_or_161_and_knows_no_138(catalog: Catalog) -> None:
    product = catalog.products["cups"]
    for flow in product.flows:
        assert not (flow.to == "print-server" and flow.ports in (((443, 443),), ((161, 161),)))
        assert (138, 138) not in flow.ports


@pytest.mark.parametrize(
    ("feature", "dns", "mdns", "snmp"),
    [
        ("printers-ipp", True, True, False),
        ("printers-ipps", True, True, False),
        ("printers-appsocket", True, True, True),
        ("printers-lpd", True, True, True),
        ("printers-smb", False, False, False),
    ],
)
def test_cups_notes_on_name_lookups_and_snmp(
    catalog: Catalog, feature: str, dns: bool, mdns: bool, snmp: bool
) -> None:
    rows = selected(catalog, "cups", **{feature.replace("-", "_"): {}})
    assert ((PS, DNS, "udp", "53") in rows) is ((PS, DNS, "tcp", "53") in rows) is dns
    assert ((PS, PR, "udp", "5353") in rows) is mdns
    assert ((PS, PR, "udp", "161") in rows) is snmp


def test_cups_print_data_in_the_clear_is_never_public(catalog: Catalog) -> None:
    product = catalog.products["cups"]
    for flow in (
        "printer-appsocket",
        "printer-lpd",
        "printer-ipp",
        "printer-smb-139",
        "printer-smb-445",
    ):
        assert the_flow(product, flow).never_public
    for flow in ("printer-ipps-443", "printer-ipps-631"):
        assert not the_flow(product, flow).never_public


# --- PrinterOn -----------------------------------------------------------------------------------


def printeron(
    condition: str,
    source: str,
    port: int,
    status: str = "required",
    *,
    scope: str = "network",
    encrypted: bool | None = UNSTATED,
    to: str = PS,
    listener: str = "",
) -> Row:
    return (condition, source, to, "tcp", str(port), scope, encrypted, status, listener)


# In the order of the table; "Required? No" is optional, and deprecated rows are nothing else.
PRINTERON: list[Row] = [
    printeron("http", UC, 80, "optional", encrypted=False),
    printeron("web", UC, 443, encrypted=True, listener="https"),
    printeron("print-jobs:network=True", UC, 631, listener="ipp"),
    printeron("pds", PS, 631, scope="loopback", listener="ipp"),
    printeron("deprecated-ports", UC, 4999, "deprecated"),
    printeron("deprecated-ports", UC, 5000, "deprecated"),
    # The notes: of use on the host, and between the members of a cluster, to nobody else
    *(
        printeron("deprecated-ports", PS, p, "deprecated", scope="loopback")
        for p in (5009, 5200, 5400)
    ),
    *(
        printeron("clustering", one, port, "deprecated", scope="cluster", to=other)
        for port in (5009, 5400)
        for one, other in (("cluster-peer", PS), (PS, "cluster-peer"))
    ),
    printeron("airprint:port=6310", "mobile-device", 6310, "optional"),
    printeron("airprint:port=6310", UC, 6310, "optional"),
    printeron("ajp", "load-balancer", 8009, "optional"),
    printeron("config-manager", "admin-computer", 8057),
    printeron("alternate-ipp", UC, 8080, "optional", listener="alternate-ipp"),
    # "except in a multi-server deployment"
    *(
        printeron(
            "alternate-ipp+clustering",
            one,
            8080,
            "optional",
            scope="cluster",
            to=other,
            listener="alternate-ipp",
        )
        for one, other in (("cluster-peer", PS), (PS, "cluster-peer"))
    ),
    printeron(
        "airprint:port=8081", "mobile-device", 8081, "optional", listener="alternate-airprint"
    ),
    printeron("airprint:port=8081", UC, 8081, "optional", listener="alternate-airprint"),
    printeron("web-release", UC, 8181, "optional"),
    printeron("brother-bsi", "mfp", 8182, "optional"),
    printeron("print-preview", UC, 9444, "optional"),
    printeron("pds", PS, 5200, scope="loopback"),
    printeron("clustering", "cluster-peer", 5200, scope="cluster"),
    printeron("clustering", PS, 5200, scope="cluster", to="cluster-peer"),
    printeron("pds", PS, 10051, scope="loopback"),
    printeron("pds", PS, 48300, scope="loopback"),
    printeron("pds", PS, 49300, scope="loopback"),
    printeron("pds", PS, 50300, scope="loopback"),
    printeron("pds", PS, 6789, scope="loopback"),
]


def test_printeron_holds_every_row_of_its_table(catalog: Catalog) -> None:
    product = catalog.products["printeron"]
    assert_same(map(row, from_the_page(product)), PRINTERON)
    assert product.endpoints == ()


def test_printeron_names_no_transport_or_peer_so_all_is_inferred(catalog: Catalog) -> None:
    flows = from_the_page(catalog.products["printeron"])
    assert {flow.evidence for flow in flows} == {"inferred"}


def test_printeron_has_5200_twice_and_says_so(catalog: Catalog) -> None:
    product = catalog.products["printeron"]
    contradicting = [flow for flow in product.flows if flow.contradiction]
    assert {(f.ports, f.status, f.scope) for f in contradicting} == {
        (((5200, 5200),), "required", "loopback"),
        (((5200, 5200),), "deprecated", "loopback"),
    }


def test_printeron_local_ports_open_nothing(catalog: Catalog) -> None:
    local = {631, 5009, 5200, 5400, 6789, 10051, 48300, 49300, 50300}
    loopback = {f.ports[0][0] for f in catalog.products["printeron"].flows if f.scope == "loopback"}
    assert loopback == local
    plan = Plan(products={"printeron": ProductPlan()})
    network = {
        ports_text(s.ports) for s in select_flows(catalog, plan) if s.fact.scope != "loopback"
    }
    assert network == {"443", "631"}


def test_printeron_airprint_is_one_port_or_the_other(catalog: Catalog) -> None:
    answers: list[tuple[dict[str, OptionValue], str]] = [({}, "6310"), ({"port": 8081}, "8081")]
    for given, port in answers:
        rows = selected(catalog, "printeron", airprint=given)
        assert {(f, p) for f, _, _, p in rows if p in ("6310", "8081")} == {
            ("mobile-device", port),
            (UC, port),
        }


@pytest.mark.parametrize(
    ("port", "version"),
    [(4999, "3.2.3"), (5000, "3.2.4"), (5009, "5.1.0"), (5200, "5.1.0"), (5400, "5.1.0")],
)
def test_printeron_deprecated_ports_name_the_version(
    catalog: Catalog, port: int, version: str
) -> None:
    flow = the_flow(catalog.products["printeron"], f"deprecated-{port}")
    assert any(version in caution for caution in flow.cautions)
    assert flow.versions.before == version


# The column 'To disable' of the eleven rows that say how; the others have N/A or 'Deprecated'.
TO_DISABLE = {
    "80": "Tomcat",
    "6310": "Print Delivery Gateway",
    "8009": "server.xml",
    "8057": "firewall",
    "8080": "Print Delivery Station",
    "8081": "Print Delivery Gateway",
    "8181": "firewall",
    "8182": "firewall",
    "9444": "firewall",
    "10051": "firewall",
    "48300": "firewall",
    "49300": "firewall",
    "50300": "firewall",
}


def test_printeron_says_how_each_port_is_disabled(catalog: Catalog) -> None:
    ways: dict[str, set[str]] = {}
    for flow in from_the_page(catalog.products["printeron"]):
        how = [caution for caution in flow.cautions if caution.startswith("To disable: ")]
        assert len(how) <= 1
        for caution in how:
            ways.setdefault(ports_text(flow.ports), set()).add(caution)
        assert bool(how) == (ports_text(flow.ports) in TO_DISABLE), flow.id
    assert ways.keys() == TO_DISABLE.keys()
    for port, word in TO_DISABLE.items():
        assert all(word in caution for caution in ways[port]), port


def test_printeron_takes_jobs_on_631_unless_that_is_switched_off(catalog: Catalog) -> None:
    def network_ports(**features: dict[str, OptionValue]) -> set[str]:
        answers = {name.replace("_", "-"): options for name, options in features.items()}
        plan = Plan(products={"printeron": ProductPlan(features=answers)})
        flows = (s for s in select_flows(catalog, plan) if s.fact.scope != "loopback")
        return {ports_text(flow.ports) for flow in flows}

    assert network_ports() == {"443", "631"}
    assert network_ports(print_jobs={"network": False}) == {"443"}


def test_printeron_deprecated_ports_end_with_the_version_that_deprecates_them(
    catalog: Catalog,
) -> None:
    def ports(version: str | None) -> set[str]:
        features: dict[str, dict[str, OptionValue]] = {"deprecated-ports": {}, "clustering": {}}
        plan = Plan(products={"printeron": ProductPlan(version=version, features=features)})
        flows = (s for s in select_flows(catalog, plan) if s.fact.scope != "loopback")
        return {ports_text(flow.ports) for flow in flows} - {"443", "631"}

    assert ports(None) == ports("5.1.0") == ports("5.1") == {"5200"}
    assert ports("5.0.9") == {"5009", "5200", "5400"}
    assert ports("3.2.3") == {"5000", "5009", "5200", "5400"}
    assert ports("3.2.2") == {"4999", "5000", "5009", "5200", "5400"}


def test_printeron_opens_nothing_above_10000_to_the_network(catalog: Catalog) -> None:
    """The page's 'ports above 10000' are temporary and local."""
    for flow in catalog.products["printeron"].flows:
        assert flow.scope == "loopback" or all(high <= 10000 for _, high in flow.ports)


# --- Printix -------------------------------------------------------------------------------------

PRINTIX: list[Row] = [
    ("client", UC, UC, "tcp", "21335", "network", True, "required", ""),
    ("client", UC, UC, "udp", "21337", "link-local broadcast", False, "required", ""),
    ("client", UC, UC, "tcp", "21338", "loopback", True, "required", ""),
    ("client", UC, UC, "tcp", "21339", "loopback", UNSTATED, "required", ""),
    ("raw-print", UC, PR, "tcp", "9100", "network", False, "required", ""),
    ("lpr-print", UC, PR, "tcp", "515", "network", False, "required", ""),
    ("redirector", UC, PS, "tcp", "21336", "network", True, "required", ""),
    (
        "mobile-print:ios=True",
        "mobile-device",
        UC,
        "udp",
        "5353",
        MULTICAST,
        UNSTATED,
        "required",
        "",
    ),
    (
        "mobile-print:ios=True",
        UC,
        "mobile-device",
        "udp",
        "5353",
        MULTICAST,
        UNSTATED,
        "required",
        "",
    ),
]

PRINTIX_HOSTS = [
    ("client", "https", "assets.printix.net"),
    ("client", "https", "api.printix.net"),
    ("client", "https", "auth.printix.net"),
    ("client", "https", "sign-in.printix.net"),
    ("client", "https", "drivers.printix.net"),
    ("client", "https", "software.printix.net"),
    ("client", "wss", "websocket.proxyendpoint.printix.net"),
    ("mobile-print", "https", "airprint.printix.net"),
    ("mobile-print", "https", "airprint.printix.net"),  # phones and tablets too
    # "The Redirector too must reach the Printix cloud": inferred, by the clients' hosts
    *(
        ("redirector", "https", f"{host}.printix.net")
        for host in ("assets", "api", "auth", "sign-in", "drivers", "software")
    ),
    ("redirector", "wss", "websocket.proxyendpoint.printix.net"),
    ("own-blob-storage", "https", "*.blob.core.windows.net"),
]


def test_printix_holds_every_port_of_its_page(catalog: Catalog) -> None:
    assert_same(map(row, from_the_page(catalog.products["printix"])), PRINTIX)


def test_printix_holds_every_host_of_its_page(catalog: Catalog) -> None:
    product = catalog.products["printix"]
    own = [e for e in product.endpoints if not product.features[e.feature].other]
    assert_same([(condition_text(e), e.scheme, e.host) for e in own], PRINTIX_HOSTS)
    assert {(e.port, e.path, e.status) for e in product.endpoints} == {(443, "/", "current")}
    # The page names no peer but the client; who else connects is inferred.
    assert {(e.feature, e.from_) for e in own if e.from_ != UC} == {
        ("mobile-print", "mobile-device"),
        ("redirector", PS),
    }
    assert {e.evidence for e in own if e.from_ != UC} == {"inferred"}
    assert {e.host: e.evidence for e in own if e.from_ == UC and e.evidence != "stated"} == {
        "websocket.proxyendpoint.printix.net": "inferred"
    }


def test_printix_client_needs_no_role_but_the_computer(catalog: Catalog) -> None:
    plan = Plan(products={"printix": ProductPlan()})
    roles = {r for s in select_flows(catalog, plan) for r in (s.fact.from_, s.fact.to)}
    assert roles | {e.fact.from_ for e in select_endpoints(catalog, plan)} == {UC}
    assert len(list(select_endpoints(catalog, plan))) == 7


def test_printix_bypass_is_the_apex_and_all_below(catalog: Catalog) -> None:
    bypass = catalog.products["printix"].tls_bypass
    assert [(b.host, b.feature) for b in bypass] == [
        ("printix.net", "client"),
        ("*.printix.net", "client"),
    ]


def test_printix_print_data_in_the_clear(catalog: Catalog) -> None:
    product = catalog.products["printix"]
    for flow in (the_flow(product, "raw-print"), the_flow(product, "lpr-print")):
        assert flow.never_public
        assert flow.contradiction
        assert flow.encrypted is False
    assert the_flow(product, "client-discovery").contradiction
    assert the_flow(product, "client-discovery").cast_addresses == ("255.255.255.255",)
    rows = selected(catalog, "printix", raw_print={"ports": ("9101",)})
    assert (UC, PR, "tcp", "9101") in rows
    assert (UC, PR, "tcp", "9100") not in rows


def test_printix_bonjour_is_for_ios_only(catalog: Catalog) -> None:
    assert (UC, "mobile-device", "udp", "5353") in selected(catalog, "printix", mobile_print={})
    assert (UC, "mobile-device", "udp", "5353") not in selected(
        catalog, "printix", mobile_print={"ios": False}
    )
    plan = Plan(products={"printix": ProductPlan(features={"mobile-print": {"ios": False}})})
    assert "airprint.printix.net" in {e.host for e in select_endpoints(catalog, plan)}


def test_printix_own_storage_takes_the_place_of_the_wildcard(catalog: Catalog) -> None:
    def hosts(given: dict[str, str]) -> set[str | None]:
        answers = ProductPlan(features={"own-blob-storage": {}}, hosts=given)
        found = select_endpoints(catalog, Plan(products={"printix": answers}))
        return {e.host for e in found if e.fact.feature == "own-blob-storage"}

    assert hosts({}) == {"*.blob.core.windows.net"}
    assert hosts({"blob-storage": "acme.blob.core.windows.net"}) == {"acme.blob.core.windows.net"}


# --- All four ------------------------------------------------------------------------------------

CORE = {
    "cirrusprint": {"web"},
    "cups": set(),
    "printeron": {"web", "pds", "print-jobs"},
    "printix": {"client"},
}
DOCUMENTS = {
    "cirrusprint": "cirrusprint-firewall",
    "cups": "cups-firewalls",
    "printeron": "printeron-ports",
    "printix": "printix-security",
}
# The contract's features and listeners; more may be added.
CONTRACT = {
    "cirrusprint": {"web", "print-ports", "internal-smtp", "remote-clients"},
    "cups": {
        "ipp-sharing",
        "smb-sharing",
        *(f"printers-{p}" for p in ("ipp", "ipps", "appsocket", "lpd", "smb")),
    },
    "printeron": {
        *(
            "web",
            "pds",
            "http",
            "airprint",
            "ajp",
            "config-manager",
            "alternate-ipp",
            "web-release",
        ),
        *("brother-bsi", "print-preview", "clustering", "deprecated-ports"),
    },
    "printix": {
        "client",
        "raw-print",
        "lpr-print",
        "redirector",
        "mobile-print",
        "own-blob-storage",
    },
}
LISTENERS = {
    "cirrusprint": {"http", "https"},
    "cups": {"ipp"},
    "printeron": {"https", "ipp"},
    "printix": set(),
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_features_listeners_and_document_are_those_of_the_contract(
    catalog: Catalog, name: str
) -> None:
    product = catalog.products[name]
    assert {f for f, feature in product.features.items() if feature.core} == CORE[name]
    assert product.features.keys() >= CONTRACT[name]
    assert product.listeners.keys() >= LISTENERS[name]
    assert product.document == DOCUMENTS[name]


@pytest.mark.parametrize("name", PRODUCTS)
def test_other_sources_stand_apart_from_the_page(catalog: Catalog, name: str) -> None:
    """Facts of the page come from the page; facts of other pages sit in features that say so."""
    product = catalog.products[name]
    facts: list[FlowFact | EndpointFact] = [*product.flows, *product.endpoints]
    for fact in facts:
        feature = product.features[fact.feature]
        tier = catalog.documents[fact.source.document].tier
        rests_on_no_page = fact.feature == "name-lookup"
        assert (tier == "other") is (feature.other and not rests_on_no_page), fact.id
        assert feature.other or fact.source.document == product.document, fact.id
        assert not (feature.other and feature.core), fact.id
        assert fact.evidence != "other" or feature.other, fact.id


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_fact_can_be_shown(catalog: Catalog, name: str) -> None:
    product = catalog.products[name]
    for fact in product.flows:
        assert 0 < len(fact.service) <= 48, fact.id
        assert fact.service.isascii(), fact.id
        assert fact.without, fact.id
        assert fact.source.locator, fact.id
    for endpoint in product.endpoints:
        assert 0 < len(endpoint.purpose) <= 48, endpoint.id
        assert endpoint.without, endpoint.id
        assert endpoint.source.locator, endpoint.id
    for key, feature in product.features.items():
        assert 0 < len(feature.about) < 76, key
        assert feature.help, key
    ids = [*(flow.id for flow in product.flows), *(endpoint.id for endpoint in product.endpoints)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", PRODUCTS)
def test_link_local_flows_give_the_addresses_of_their_cast(catalog: Catalog, name: str) -> None:
    for flow in catalog.products[name].flows:
        wanted = {"unicast": (), "multicast": MDNS, "broadcast": ("255.255.255.255",)}[flow.cast]
        assert flow.cast_addresses == wanted, flow.id
        assert (flow.scope == "link-local") is (flow.cast != "unicast"), flow.id


@pytest.mark.parametrize("name", PRODUCTS)
def test_no_flow_in_the_clear_carries_print_data_to_the_internet(
    catalog: Catalog, name: str
) -> None:
    """Clear-text print data is never public; the other clear flows are web pages and discovery."""
    product = catalog.products[name]
    clear = {f.feature for f in product.flows if f.encrypted is False and not f.never_public}
    assert clear <= {"web", "http", "admin-computers", "remote-clients", "client"}


# --- What other pages add, and what hangs on single facts ----------------------------------------

# (row, evidence): "other" where the page says it, "inferred" where it leaves the number or the cast
# unsaid.
PAPPL, BROWSED, SECOND = "printer-applications", "browsed-queues", "secondary-server"
OTHERS: dict[str, list[tuple[Row, str]]] = {
    "cirrusprint": [
        (
            (
                "remote-inputs",
                "print-source",
                UC,
                "tcp",
                "9200-9999",
                "network",
                False,
                "required",
                "",
            ),
            "other",
        ),
        (
            (
                "outgoing-mail:port=587",
                PS,
                "mail-relay",
                "tcp",
                "587",
                "network",
                None,
                "required",
                "",
            ),
            "other",
        ),
        (
            (
                "outgoing-mail:port=465",
                PS,
                "mail-relay",
                "tcp",
                "465",
                "network",
                True,
                "required",
                "",
            ),
            "other",
        ),
        (
            (
                "outgoing-mail:port=25",
                PS,
                "mail-relay",
                "tcp",
                "25",
                "network",
                None,
                "required",
                "",
            ),
            "other",
        ),
        (
            (
                "mailbox-polling:port=993",
                PS,
                "mailbox-server",
                "tcp",
                "993",
                "network",
                True,
                "required",
                "",
            ),
            "inferred",
        ),
        (
            (
                "mailbox-polling:port=143",
                PS,
                "mailbox-server",
                "tcp",
                "143",
                "network",
                None,
                "required",
                "",
            ),
            "inferred",
        ),
        *(
            (
                (
                    f"mail-by-https+web:ports={ports}",
                    "mail-server",
                    PS,
                    "tcp",
                    port,
                    "network",
                    True,
                    "required",
                    "https",
                ),
                evidence,
            )
            for ports, port, evidence in (
                ("standard", "443", "other"),
                ("alternate", "8483", "inferred"),
                ("behind-web-server", "443", "other"),
            )
        ),
    ],
    "cups": [
        (
            ("browse-poll", PS, "secondary-server", "tcp", "631", "network", None, "required", ""),
            "other",
        ),
        (
            (
                "legacy-browsing",
                "secondary-server",
                PS,
                "udp",
                "631",
                "link-local broadcast",
                None,
                "deprecated",
                "",
            ),
            "other",
        ),
        (("samba-rpc", UC, PS, "tcp", "49152-65535", "network", None, "required", ""), "other"),
        # PAPPL: "port = 7999 + getuid() % 1000", one more at each try; raw "9099 + printer_id"
        ((PAPPL, UC, PS, "tcp", "8000", "network", None, "required", ""), "other"),
        ((f"{PAPPL}:raw=True", UC, PS, "tcp", "9100", "network", False, "required", ""), "other"),
        ((PAPPL, UC, PS, "udp", "5353", MULTICAST, None, "required", ""), "other"),
        ((PAPPL, PS, UC, "udp", "5353", MULTICAST, None, "required", ""), "other"),
        # cups-browsed.conf: BrowseRemoteProtocols, "The default is dnssd"; the default port is 631
        ((BROWSED, PS, SECOND, "tcp", "631", "network", None, "required", ""), "other"),
        ((BROWSED, PS, SECOND, "udp", "5353", MULTICAST, None, "required", ""), "other"),
        ((BROWSED, SECOND, PS, "udp", "5353", MULTICAST, None, "required", ""), "other"),
    ],
    # "Outbound access is required on the ports 443, 631 and 80"
    "printeron": [
        (("hosted", PS, "internet", "tcp", "443", "network", True, "required", ""), "other"),
        (("hosted", PS, "internet", "tcp", "631", "network", None, "required", ""), "other"),
        (("hosted", PS, "internet", "tcp", "80", "network", None, "required", ""), "other"),
    ],
    "printix": [
        (("printer-status", UC, PR, "udp", "161", "network", None, "required", ""), "inferred"),
        # No page says it: hosts are given by name, so somebody must look them up
        (("name-lookup", UC, DNS, "tcp", "53", "network", None, "required", ""), "inferred"),
        (("name-lookup", UC, DNS, "udp", "53", "network", None, "required", ""), "inferred"),
    ],
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_other_pages_add_these_flows_and_no_more(catalog: Catalog, name: str) -> None:
    product = catalog.products[name]
    others = [flow for flow in own_flows(product) if product.features[flow.feature].other]
    assert_same([(row(flow), flow.evidence) for flow in others], OTHERS[name])


def test_other_pages_add_these_hosts_and_no_more(catalog: Catalog) -> None:
    product = catalog.products["printix"]
    others = [e for e in product.endpoints if product.features[e.feature].other]
    assert [(e.feature, e.host, e.host_key, e.evidence, bool(e.contradiction)) for e in others] == [
        ("tenant-host", None, "tenant", "other", True),
        ("microsoft-sign-in", "login.microsoftonline.com", None, "inferred", False),
        ("own-google-storage", "storage.googleapis.com", None, "inferred", True),
    ]


def test_alternatives_are_grouped(catalog: Catalog) -> None:
    groups = {flow.id: flow.group for flow in catalog.flows() if flow.group}
    assert {(flow, group.id, group.kind) for flow, group in groups.items()} == {
        *(
            (f"cirrusprint/web-{pair}-{scheme}", "web-ports", "one_of")
            for pair in ("standard", "alternate", "behind")
            for scheme in ("http", "https")
        ),
        *((f"cirrusprint/mail-out-{port}", "mail-out", "one_of") for port in (25, 465, 587)),
        *((f"cirrusprint/mailbox-{port}", "mailbox", "one_of") for port in (143, 993)),
        *((f"cups/printer-ipps-{port}", "printer-ipps", "any_of") for port in (443, 631)),
        *(
            (f"printeron/airprint-{port}-{party}", "airprint", "any_of")
            for port in (6310, 8081)
            for party in ("mobile", "desktop")
        ),
        *((f"printix/{kind}-print", "print-data", "any_of") for kind in ("raw", "lpr")),
    }


def test_print_data_that_may_travel_in_the_clear_is_never_public(catalog: Catalog) -> None:
    flows = chain.from_iterable(map(own_flows, catalog.products.values()))
    assert {flow.id for flow in flows if flow.never_public} == {
        *("cirrusprint/print-ports", "cirrusprint/remote-inputs"),
        *(
            "cups/smb-sharing-139",
            "cups/smb-sharing-445-in",
            "cups/smb-sharing-445-out",
            "cups/samba-rpc",
        ),
        *("cups/printer-appsocket", "cups/printer-lpd", "cups/printer-ipp"),
        *("cups/printer-smb-139", "cups/printer-smb-445"),
        *("printix/raw-print", "printix/lpr-print", "cups/printer-application-raw"),
    }


def test_contradictions_are_kept_on_the_facts_that_carry_them(catalog: Catalog) -> None:
    assert {flow.id for flow in catalog.flows() if flow.contradiction} == {
        "cirrusprint/print-ports",
        *("cups/snmp-browsing", "cups/samba-rpc"),
        *("printeron/local-printanywhere", "printeron/deprecated-5200"),
        *("printix/client-discovery", "printix/raw-print", "printix/lpr-print"),
    }


def test_printix_leaves_these_unsaid(catalog: Catalog) -> None:
    """The cast of discovery, that two ports stay on the computer, and the parties of Bonjour."""
    product = catalog.products["printix"]
    assert {flow.id for flow in from_the_page(product) if flow.evidence == "inferred"} == {
        *("printix/client-discovery", "printix/client-local-service", "printix/client-local-web"),
        *("printix/mobile-mdns-query", "printix/mobile-mdns-answer"),
    }


@pytest.mark.parametrize(
    ("product", "feature", "option"),
    [
        ("cirrusprint", "print-ports", "range"),
        ("cirrusprint", "remote-inputs", "range"),
        ("cups", "printers-appsocket", "ports"),
        ("cups", "samba-rpc", "range"),
        ("printix", "raw-print", "ports"),
    ],
)
def test_ranges_can_be_narrowed(catalog: Catalog, product: str, feature: str, option: str) -> None:
    [flow] = [f for f in of_feature(catalog.products[product], feature) if f.ports_option]
    assert flow.ports_option == option
    rows = selected(catalog, product, **{feature: {option: ("9150-9151",)}})
    assert (flow.from_, flow.to, flow.transport, "9150-9151") in rows


def test_printer_applications_have_a_port_each_and_one_a_printer(catalog: Catalog) -> None:
    answers: dict[str, OptionValue] = {"ports": ("8000", "8001"), "raw": True}
    rows = selected(catalog, "cups", printer_applications=answers | {"raw-ports": ("9100-9101",)})
    assert {
        (UC, PS, "tcp", "8000-8001"),
        (UC, PS, "tcp", "9100-9101"),
        (UC, PS, "udp", "5353"),
        (PS, UC, "udp", "5353"),
    } == rows


def test_the_five_documents_have_an_address() -> None:
    documents = load_catalog().documents
    sources = {
        "cirrusprint-firewall": "cirrusprint.com/docs/cp20/firewall_and_nat_routing.htm",
        "cups-firewalls": "github.com/OpenPrinting/cups/blob/master/doc/help/firewalls.html",
        "papercut-ports": "support.papercut.com/hc/en-us/articles/8931123056655-Firewall-Ports-used-by-NG-MF",
        "printeron-ports": "documentation.printeron.com/help/printeron-server-network-port-usage",
        "printix-security": "help.bestofbreed.eu/network-and-security-with-printix",
    }
    assert {name: documents[name].address for name in sources} == {
        name: f"https://{address}" for name, address in sources.items()
    }
