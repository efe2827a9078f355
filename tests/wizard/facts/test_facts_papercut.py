"""Every row of PaperCut's page on ports, held against the catalog.

The tables here are written from the page, not from `data/`. They are complete: a fact that is
dropped, altered or added without a row here fails."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import pytest

from tests.tools.facts import own_flows
from wizard.facts.load import data_files, load_catalog
from wizard.facts.model import Catalog, EndpointFact, FlowFact, Product

NO_PRODUCTS = ("roles.toml", "documents.toml", "print-data.toml")
DATA = (*NO_PRODUCTS, "papercut-mf.toml", "papercut-ng.toml")
CATALOG: Catalog = load_catalog({name: text for name, text in data_files().items() if name in DATA})
MF: Product = CATALOG.products["papercut-mf"]
NG: Product = CATALOG.products["papercut-ng"]

SERVER, SECONDARY, USER, DEVICE = "print-server", "secondary-server", "user-computer", "mfp"
MOBILITY = "mobility-server"
DIRECTORY, DNS = "directory-server", "dns-server"
DYNAMIC = (49152, 65535)
PLAIN, TLS, UNSAID = False, True, None


class Row(NamedTuple):
    """A row of the page: its condition, who connects to whom, on what."""

    feature: str
    from_: str
    to: str
    transport: str
    ports: tuple[int, int]
    encrypted: bool | None
    stated: bool
    options: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    also_feature: str | None = None
    listener: str | None = None
    group: tuple[str, str] | None = None
    since: str | None = None


def options_of(raw: dict[str, Any]) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    return tuple(sorted((name, tuple(values)) for name, values in raw.items()))


def named(options: dict[str, list[Any]]) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """Options written as keyword arguments, under the names that they have."""
    return options_of({name.replace("_", "-"): values for name, values in options.items()})


def row(
    feature: str,
    from_: str,
    to: str,
    port: int | tuple[int, int],
    transport: str = "tcp",
    encrypted: bool | None = UNSAID,
    *,
    stated: bool = True,
    and_: str | None = None,
    listener: str | None = None,
    group: tuple[str, str] | None = None,
    since: str | None = None,
    **options: list[Any],
) -> Row:
    ports = port if isinstance(port, tuple) else (port, port)
    return Row(
        feature,
        from_,
        to,
        transport,
        ports,
        encrypted,
        stated,
        named(options),
        and_,
        listener,
        group,
        since,
    )


def device_in(vendor: str, listener: str, *, stated: bool = False, **options: list[Any]) -> Row:
    port, encrypted = {"http": (9191, PLAIN), "https": (9192, TLS), "device-rpc": (9193, UNSAID)}[
        listener
    ]
    plain = row(
        f"mfp-{vendor}", DEVICE, SERVER, port, "tcp", encrypted, stated=stated, listener=listener
    )
    return plain._replace(options=named(options))


def device_web(vendor: str) -> list[Row]:
    group = (f"{vendor}-web", "any_of")
    return [
        row(f"mfp-{vendor}", SERVER, DEVICE, 80, "tcp", PLAIN, stated=False, group=group),
        row(f"mfp-{vendor}", SERVER, DEVICE, 443, "tcp", TLS, stated=False, group=group),
    ]


WEB_IN = ("http", "https")
ALL_IN = ("http", "https", "device-rpc")

DEVICES = [
    device_in("brother", "http", stated=True),  # 9191 TCP/HTTP
    *(device_in("canon", listener) for listener in ALL_IN),
    *(device_in("dell", listener) for listener in WEB_IN),
    *device_web("dell"),
    *(device_in("hp", listener) for listener in ALL_IN),
    row("mfp-hp", SERVER, DEVICE, 7627, "tcp", TLS),  # (TCP/HTTPS)
    *device_web("hp"),
    *(device_in("fujifilm", listener) for listener in WEB_IN),
    *device_web("fujifilm"),
    *(device_in("fuji-xerox", listener) for listener in WEB_IN),
    *device_web("fuji-xerox"),
    *(device_in("konica-minolta", listener) for listener in WEB_IN),
    row(
        "mfp-konica-minolta",
        DEVICE,
        SERVER,
        9195,
        "tcp",
        TLS,
        stated=False,
        listener="high-security",
        since="18.3",
        sha2=[True],
    ),
    row("mfp-konica-minolta", SERVER, DEVICE, 50003, stated=False),
    *device_web("konica-minolta"),
    *(device_in("kyocera", listener) for listener in ALL_IN),
    *(device_in("lexmark", listener) for listener in ALL_IN),
    device_in("ricoh-sdkj", "http", integrated_scanning=[True]),
    device_in("ricoh-sdkj", "https"),
    device_in("ricoh-sdkj", "device-rpc"),
    row("mfp-ricoh-sdkj", DEVICE, SERVER, 51443, stated=False, remote_operation_client=[True]),
    *(device_in("ricoh-smartsdk", listener) for listener in WEB_IN),
    row("mfp-ricoh-smartsdk", DEVICE, SERVER, 51443, stated=False, remote_operation_client=[True]),
    device_in("samsung", "http", custom_logos=[True]),
    device_in("samsung", "https"),
    device_in("samsung", "device-rpc"),
    *(device_in("sharp", listener) for listener in WEB_IN),
    *device_web("sharp"),
    *(device_in("toshiba", listener, stated=True) for listener in WEB_IN),
    row("mfp-toshiba", DEVICE, SERVER, 10389, "tcp", PLAIN, sdk=["sdk1", "sdk2"]),
    row("mfp-toshiba", DEVICE, SERVER, 10636, "tcp", TLS, sdk=["sdk1", "sdk2"]),
    row("mfp-toshiba", DEVICE, SERVER, 162, "udp", sdk=["sdk1"]),
    row("mfp-toshiba", SERVER, DEVICE, 161, "udp", sdk=["sdk1"]),
    row("mfp-toshiba", SERVER, DEVICE, 49629, "tcp", PLAIN, sdk=["sdk2", "sdk3", "rd30"]),
    row("mfp-toshiba", SERVER, DEVICE, 49630, "tcp", TLS, sdk=["sdk2", "sdk3", "rd30"]),
    row("mfp-toshiba", SERVER, DEVICE, 50083, "tcp", PLAIN, sdk=["sdk3"]),
    *(device_in("xerox", listener) for listener in WEB_IN),
    *device_web("xerox"),
]
VENDORS = sorted({r.feature for r in DEVICES})

DATABASES = [("oracle", 1521), ("sql-server", 1433), ("sql-server-express", 1450), ("mysql", 3306)]
DATABASES += [("postgresql", 5432)]

MF_ONLY = [
    *DEVICES,
    row("payment-vcc", SERVER, "payment-terminal", 1234, stated=False),
    row("payment-vcc", SERVER, "payment-terminal", 1235, stated=False),
    # The page has it inbound on the document processing server; who connects is inferred.
    row("self-hosted-ocr", SERVER, "document-processor", 9181, "tcp", TLS, stated=False),
    *(row("snmp-status", SERVER, DEVICE, 161, "udp", and_=vendor) for vendor in VENDORS),
]

SHARED = [
    # The heading of the page covers both products, and this part of it names neither
    row("card-readers", SERVER, "card-reader", 7778, stated=False, model=["elatec-twn3"]),
    row("card-readers", SERVER, "card-reader", 10001, stated=False, model=["rfideas-lantronix"]),
    row("card-readers", SERVER, "card-reader", 2000, stated=False, model=["rfideas-ethernet-241"]),
    row("web", USER, SERVER, 9191, "tcp", PLAIN, listener="http"),
    row("web", USER, SERVER, 9192, "tcp", TLS, listener="https"),
    row("secondary-servers", SECONDARY, SERVER, 9191, "tcp", PLAIN, listener="http"),
    row("secondary-servers", SECONDARY, SERVER, 9192, "tcp", TLS, listener="https"),
    *(
        row(
            "database",
            SERVER,
            "database-server",
            port,
            stated=False,
            listener=engine,
            group=("database", "one_of"),
            engine=[engine],
        )
        for engine, port in DATABASES
    ),
    row(
        "directory",
        SERVER,
        DIRECTORY,
        389,
        "tcp",
        PLAIN,
        group=("directory-ldap", "one_of"),
        source=["ldap"],
    ),
    row(
        "directory",
        SERVER,
        DIRECTORY,
        636,
        "tcp",
        TLS,
        group=("directory-ldap", "one_of"),
        source=["ldaps"],
    ),
    row("directory", SERVER, DIRECTORY, 445, "tcp", source=["active-directory"]),
    row("directory", SERVER, DIRECTORY, 445, "udp", source=["active-directory"]),
    row("directory", SERVER, DIRECTORY, 88, "tcp", source=["active-directory"]),
    row("directory", SERVER, DIRECTORY, 88, "udp", source=["active-directory"]),
    row("directory", SERVER, DIRECTORY, 389, "udp", source=["active-directory"]),
    row("directory", SERVER, DNS, 53, "tcp", source=["active-directory"]),
    row("directory", SERVER, DNS, 53, "udp", source=["active-directory"]),
    row("directory", SERVER, DIRECTORY, 135, "tcp", source=["active-directory"]),
    row("directory", SERVER, DIRECTORY, DYNAMIC, "tcp", source=["active-directory"]),
    # Available "on the server": who connects is inferred.
    row("job-ticketing", USER, SERVER, 9111, stated=False),
    row("snmp-status", SERVER, "printer", 161, "udp"),
    # Between primary and secondary connectors, without a direction.
    row("universal-print", SECONDARY, SERVER, 9151, stated=False, and_="secondary-servers"),
    row("universal-print", SERVER, SECONDARY, 9151, stated=False, and_="secondary-servers"),
    # The page's part on the Windows spooler names no peers but the two servers of a redirected job.
    row("windows-spooler", USER, SERVER, DYNAMIC, stated=False),
    row("windows-spooler", USER, SERVER, 445, stated=False),
    row("windows-spooler", USER, SERVER, 135, stated=False),
    row("windows-spooler", USER, SERVER, 137, "udp", stated=False, netbios=[True]),
    row("windows-spooler", USER, SERVER, 138, "udp", stated=False, netbios=[True]),
    row("windows-spooler", USER, SERVER, 139, "tcp", stated=False, netbios=[True]),
    # Queues of secondary servers have users as well.
    *(
        row("windows-spooler", one, other, port, stated=False, and_="secondary-servers")
        for one, other in ((SERVER, SECONDARY), (SECONDARY, SERVER), (USER, SECONDARY))
        for port in (DYNAMIC, 445, 135)
    ),
    # NetBIOS stands in the paragraph that has Cross-Server Redirection.
    *(
        row(
            "windows-spooler",
            one,
            other,
            port,
            transport,
            stated=False,
            and_="secondary-servers",
            netbios=[True],
        )
        for one, other in ((SERVER, SECONDARY), (SECONDARY, SERVER), (USER, SECONDARY))
        for port, transport in ((137, "udp"), (138, "udp"), (139, "tcp"))
    ),
]


class Host(NamedTuple):
    """A host that the page names: its condition, and the address in all its parts."""

    feature: str
    from_: str
    scheme: str
    host: str | None
    port: int
    path: str
    status: str
    stated: bool
    options: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    host_key: str | None = None
    since: str | None = None
    also_feature: str | None = None


def host(
    feature: str,
    address: str | None,
    path: str = "/",
    *,
    from_: str = SERVER,
    scheme: str = "https",
    port: int = 443,
    status: str = "current",
    stated: bool = True,
    host_key: str | None = None,
    since: str | None = None,
    **options: list[Any],
) -> Host:
    options_ = named(options)
    return Host(
        feature, from_, scheme, address, port, path, status, stated, options_, host_key, since
    )


NAMED_CLOUD_HOSTS = {
    "au": ["scan.au.cloud.papercut.com", "ocr.au.cloud.papercut.com"],
    "eu": ["scan.eu.cloud.papercut.com", "ocr.eu.cloud.papercut.com"],
    "us": ["scan.us.cloud.papercut.com", "ocr.us.cloud.papercut.com"],
    "uk": ["scan.uk.cloud.papercut.com", "ocr.uk.cloud.papercut.com"],
}
UP = "universal-print"
UP_STATISTICS = "us-central1-pc-universal-print-connector.cloudfunctions.net"

MF_ONLY_HOSTS = [
    host("entitlements", "mf.cloud.papercut.com", since="24.0"),
    host("cloud-ocr", "*.papercut.com", wildcards=[True]),
    host("cloud-ocr", "storage.googleapis.com"),
    *(
        host("cloud-ocr", name, wildcards=[False], region=[region])
        for region, names in NAMED_CLOUD_HOSTS.items()
        for name in names
    ),
    host("cloud-ocr", "scan.cloud.papercut.com", wildcards=[False]),  # without a region
    host("cloud-ocr", "ocr.cloud.papercut.com", wildcards=[False]),
    host("cloud-ocr", "scan.papercut.com", status="legacy", wildcards=[False]),
    host(
        "self-hosted-ocr",
        "update.ocr.cloud.papercut.com",
        "/client-version/v3/check-update/pc-ocr/win/",
        from_="document-processor",
        status="optional",
    ),
]

SHARED_HOSTS = [
    # Printed without a scheme: what the wording says is inferred.
    host(
        "directory",
        "ldap.google.com",
        scheme="ldaps",
        port=636,
        stated=False,
        source=["google-cloud"],
    ),
    host(
        "directory",
        None,
        scheme="ldaps",
        port=636,
        stated=False,
        host_key="azure-ldap",
        source=["azure-secure-ldap"],
    ),
    host("directory", "graph.microsoft.com", stated=False, source=["entra-graph"]),
    host(
        "directory", "login.microsoftonline.com", stated=False, source=["entra-graph"]
    ),  # not in that part
    host("grows", "grows.papercut.com"),
    host("sign-in-google", "accounts.google.com"),
    host("sign-in-google", "oauth2.googleapis.com"),
    host("sign-in-microsoft", "graph.microsoft.com", stated=False),
    host("sign-in-microsoft", "login.microsoftonline.com", stated=False),
    host("job-ticketing", "pc-job-ticketing.appspot.com", status="optional"),
    host(
        "job-ticketing",
        "storage.googleapis.com",
        "/pc-job-ticketing.appspot.com/",
        status="optional",
    ),
    host(UP, "login.microsoftonline.com", "/organizations/oauth2/v2.0"),
    host(UP, "register.print.microsoft.com", "/api/v1.0/register"),
    host(UP, "print.print.microsoft.com", "/printers"),
    host(UP, "notification.print.microsoft.com", "/printers"),
    host(UP, UP_STATISTICS, "/update-stats", status="optional"),
    host(
        UP,
        "www.universal-print.papercut.com",
        "/client-version/v3/check-update/pc-upconnector/win",
        status="optional",
    ),
    host(
        UP,
        "storage.googleapis.com",
        "/pc-universal-print-connector.appspot.com/",
        status="optional",
    ),
]

# Flows whose transport the page leaves unsaid: device rows without TCP or UDP, readers, terminals,
# databases.
NO_TRANSPORT_ON_PAGE = ("card-readers", "payment-vcc", "database")
DEVICE_PORTS_WITH_TRANSPORT = {
    "mfp-brother": {9191},
    "mfp-hp": {7627},
    "mfp-toshiba": {9191, 9192, 10389, 10636, 162, 161, 49629, 49630, 50083},
}


def facts_of(product: Product) -> list[FlowFact | EndpointFact]:
    return [*product.flows, *product.endpoints]


# "For a PaperCut Server running our Universal Print connector": the secondary connectors run there.
SHARED_HOSTS += [
    entry._replace(from_="secondary-server", stated=False, also_feature="secondary-servers")
    for entry in SHARED_HOSTS
    if entry.feature == UP
]


def of_the_page(product: Product) -> list[FlowFact]:
    return [flow for flow in product.flows if not product.features[flow.feature].other]


def hosts_of_the_page(product: Product) -> list[EndpointFact]:
    return [
        endpoint for endpoint in product.endpoints if not product.features[endpoint.feature].other
    ]


def rows_of(flow: FlowFact) -> list[Row]:
    """The flow as rows: one for each alternative of its condition."""
    rows = []
    for all_of in flow.when:
        assert all_of[0].feature == flow.feature
        assert all_of[0].options == flow.options
        assert len(all_of) <= 2
        (ports,) = flow.ports
        rows.append(
            Row(
                flow.feature,
                flow.from_,
                flow.to,
                flow.transport,
                ports,
                flow.encrypted,
                flow.evidence == "stated",
                options_of(flow.options),
                all_of[1].feature if len(all_of) == 2 else None,
                flow.listener,
                (flow.group.id, flow.group.kind) if flow.group else None,
                flow.versions.since,
            )
        )
    return rows


def host_of(endpoint: EndpointFact) -> Host:
    (all_of,) = endpoint.when
    assert all_of[0].feature == endpoint.feature
    return Host(
        endpoint.feature,
        endpoint.from_,
        endpoint.scheme,
        endpoint.host,
        endpoint.port,
        endpoint.path,
        endpoint.status,
        endpoint.evidence == "stated",
        options_of(endpoint.options),
        endpoint.host_key,
        endpoint.versions.since,
        all_of[1].feature if len(all_of) == 2 else None,
    )


def differences(found: list[Any], expected: list[Any]) -> dict[str, list[Any]]:
    """What is missing and what is too much; both empty when all is well."""
    return {
        "missing": sorted((Counter(expected) - Counter(found)).elements(), key=repr),
        "not on the page": sorted((Counter(found) - Counter(expected)).elements(), key=repr),
    }


NONE: dict[str, list[Any]] = {"missing": [], "not on the page": []}


# --- every row of the page -----------------------------------------------------------------------


def test_mf_flows_are_those_of_the_page() -> None:
    found = [r for flow in of_the_page(MF) for r in rows_of(flow)]
    assert differences(found, [*SHARED, *MF_ONLY]) == NONE


def test_mf_endpoints_are_those_of_the_page() -> None:
    found = [host_of(endpoint) for endpoint in hosts_of_the_page(MF)]
    assert differences(found, [*SHARED_HOSTS, *MF_ONLY_HOSTS]) == NONE


def test_ng_flows_are_those_of_the_page_less_mf() -> None:
    found = [r for flow in of_the_page(NG) for r in rows_of(flow)]
    assert differences(found, SHARED) == NONE


def test_ng_endpoints_are_those_of_the_page_less_mf() -> None:
    found = [host_of(endpoint) for endpoint in hosts_of_the_page(NG)]
    assert differences(found, SHARED_HOSTS) == NONE


def test_every_fact_of_the_page_is_an_ordinary_network_flow() -> None:
    for flow in of_the_page(MF):
        assert (flow.status, flow.scope, flow.cast, flow.never_public) == (
            "required",
            "network",
            "unicast",
            False,
        )
        assert flow.versions.until is None


def test_the_mail_sender_is_no_flow_and_no_endpoint() -> None:
    (sender,) = MF.mail_senders
    assert (sender.address, sender.domain, sender.feature) == (
        "168.245.53.86",
        "papercut.com",
        "email-delivery",
    )
    assert not [fact for fact in facts_of(MF) if fact.feature == "email-delivery"]
    assert NG.mail_senders == ()


def test_nothing_is_said_about_tls_bypass() -> None:
    assert MF.tls_bypass == NG.tls_bypass == ()


# --- listeners, options, versions ----------------------------------------------------------------


@pytest.mark.parametrize("product", [MF, NG], ids=lambda product: product.id)
def test_listeners_have_the_ports_of_the_page(product: Product) -> None:
    ports = {name: listener.port for name, listener in product.listeners.items()}
    assert ports == {
        "http": 9191,
        "https": 9192,
        "device-rpc": 9193,
        "high-security": 9195,
        **dict(DATABASES),
    }
    for flow in product.flows:
        if flow.listener is not None:
            assert flow.ports == ((ports[flow.listener], ports[flow.listener]),)


def test_the_installer_opens_the_core_ports_and_the_document_processor() -> None:
    automatic = {port for flow in of_the_page(MF) if flow.automatic for port in flow.ports}
    assert automatic == {(9191, 9191), (9192, 9192), (9193, 9193), (9181, 9181)}
    for flow in of_the_page(MF):
        if flow.listener in ALL_IN or flow.feature == "self-hosted-ocr":
            assert flow.automatic, flow.id


@pytest.mark.parametrize(
    ("feature", "option", "values", "default"),
    [
        ("database", "engine", [name for name, _ in DATABASES], None),
        (
            "directory",
            "source",
            [
                "google-cloud",
                "azure-secure-ldap",
                "entra-graph",
                "ldap",
                "ldaps",
                "active-directory",
            ],
            None,
        ),
        ("directory", "rpc-ports", [], ("49152-65535",)),
        (
            "card-readers",
            "model",
            ["elatec-twn3", "rfideas-lantronix", "rfideas-ethernet-241"],
            None,
        ),
        ("cloud-ocr", "region", ["any", "au", "eu", "us", "uk"], "any"),
        ("cloud-ocr", "wildcards", [], True),
        ("mfp-konica-minolta", "sha2", [], True),
        ("mfp-ricoh-sdkj", "integrated-scanning", [], False),
        ("mfp-ricoh-sdkj", "remote-operation-client", [], False),
        ("mfp-ricoh-smartsdk", "remote-operation-client", [], False),
        ("mfp-samsung", "custom-logos", [], False),
        ("mfp-toshiba", "sdk", ["sdk1", "sdk2", "sdk3", "rd30"], None),
        ("windows-spooler", "netbios", [], False),
        ("windows-spooler", "rpc-ports", [], ("49152-65535",)),
    ],
)
def test_options(feature: str, option: str, values: list[str], default: object) -> None:
    found = MF.features[feature].options[option]
    assert [choice.value for choice in found.choices] == values
    assert found.default == default


def test_any_region_stands_for_all_and_wildcards_ask_the_proxy() -> None:
    options = MF.features["cloud-ocr"].options
    assert options["region"].everything() == {"any"}
    assert options["wildcards"].proxy_wildcards


def test_eleven_hosts_stand_in_for_the_wildcard() -> None:
    single = [
        e
        for e in MF.endpoints
        if e.feature == "cloud-ocr" and e.options.get("wildcards") == (False,)
    ]
    assert len(single) == 11
    assert [e.host for e in single if e.status == "legacy"] == ["scan.papercut.com"]


def test_dynamic_ranges_can_be_narrowed() -> None:
    for product in (MF, NG):
        flows = own_flows(product)
        dynamic = [flow for flow in flows if flow.ports == (DYNAMIC,)]
        assert len(dynamic) == 5
        assert {flow.ports_option for flow in dynamic} == {"rpc-ports"}
        assert [f.id for f in flows if f.ports_option] == [f.id for f in dynamic]


def test_entitlements_wait_for_24() -> None:
    gated = {fact.id: fact.versions.since for fact in facts_of(MF) if fact.versions.since}
    assert gated == {
        "papercut-mf/entitlements": "24.0",
        "papercut-mf/konica-minolta-high-security": "18.3",
    }


def test_only_the_web_interface_is_core() -> None:
    for product in (MF, NG):
        assert [key for key, feature in product.features.items() if feature.core] == ["web"]


# --- evidence ------------------------------------------------------------------------------------


def test_flows_without_a_transport_on_the_page_are_inferred_tcp() -> None:
    unsaid = [
        flow
        for flow in of_the_page(MF)
        if flow.feature in NO_TRANSPORT_ON_PAGE
        or (
            flow.feature.startswith("mfp-")
            and flow.ports[0][0] not in DEVICE_PORTS_WITH_TRANSPORT.get(flow.feature, set())
        )
    ]
    assert len(unsaid) == 5 + 3 + 2 + len(DEVICES) - (1 + 1 + 9)
    assert {(flow.transport, flow.evidence) for flow in unsaid} == {("tcp", "inferred")}


def test_device_rows_on_main_ports_cite_both_places() -> None:
    for flow in of_the_page(MF):
        if flow.feature.startswith("mfp-") and flow.listener in ALL_IN:
            assert flow.source.locator.startswith("Multi Function Devices, "), flow.id
            assert ("papercut-ports", "Main ports") in {
                (s.document, s.locator) for s in flow.also
            }, flow.id


def test_entitlements_cite_both_places() -> None:
    (endpoint,) = [e for e in MF.endpoints if e.feature == "entitlements"]
    places = {endpoint.source.locator, *(source.locator for source in endpoint.also)}
    assert places == {"PaperCut MF - Global Entitlements Service", "Main ports"}


@pytest.mark.parametrize("product", [MF, NG], ids=lambda product: product.id)
def test_other_sources_are_reached_only_through_features_that_say_so(product: Product) -> None:
    for fact in facts_of(product):
        for all_of in fact.when:
            by_other = any(product.features[condition.feature].other for condition in all_of)
            if by_other:
                assert fact.evidence in ("other", "inferred"), fact.id
            else:
                assert fact.evidence in ("stated", "inferred"), fact.id
                assert CATALOG.documents[fact.source.document].tier == "source", fact.id
                assert fact.source.document == "papercut-ports", fact.id


def test_features_from_other_sources() -> None:
    other = {key for key, feature in MF.features.items() if feature.other}
    assert other == {
        "print-data",
        "print-deploy",
        "mobility-print",
        "smtp",
        "smtp-oauth2",
        "standard-ports",
        "high-security-tls",
        "admin-computers",
        "downloads",
        "site-servers",
        "name-lookup",
        "directory-ldap-tcp",
        "universal-print-extra",
    }
    assert not [key for key in other if MF.features[key].core]


def test_contradictions() -> None:
    assert {flow.id.partition("/")[2] for flow in MF.flows if flow.contradiction} == {
        "ad-ldap-udp",
        "redirect-rpc-dynamic-to-secondary",
        "high-security",
        "site-back-https",
    }
    assert not [endpoint.id for endpoint in MF.endpoints if endpoint.contradiction]


# --- other sources -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("feature", "expected"),
    [
        ("print-deploy", {(USER, SERVER, "tcp", 9173), (USER, SERVER, "tcp", 9174)}),
        (
            "mobility-print",
            {
                *(
                    (role, MOBILITY, "tcp", port)
                    for role in (USER, "mobile-device", SERVER)
                    for port in (9163, 9164)
                ),
                *((MOBILITY, SERVER, "tcp", port) for port in (9191, 9192)),
                *((DNS, MOBILITY, transport, 53) for transport in ("tcp", "udp")),
                *((role, MOBILITY, "udp", 5353) for role in (USER, "mobile-device")),
                *((MOBILITY, role, "udp", 5353) for role in (USER, "mobile-device")),
                # Cloud Print, by the formal reading: Twilio's STUN and TURN services
                *((MOBILITY, "internet", transport, 3478) for transport in ("tcp", "udp")),
                (MOBILITY, "internet", "tcp", 443),
            },
        ),
        ("smtp", {(SERVER, "mail-relay", "tcp", port) for port in (25, 465, 587)}),
        ("standard-ports", {(USER, SERVER, "tcp", 80), (USER, SERVER, "tcp", 443)}),
        ("high-security-tls", {(DEVICE, SERVER, "tcp", 9195)}),
        ("admin-computers", {("admin-computer", SERVER, "tcp", port) for port in (9191, 9192)}),
        (
            "site-servers",
            {
                (SECONDARY, SERVER, "tcp", 9191),
                (SECONDARY, SERVER, "tcp", 9192),
                (SERVER, SECONDARY, "tcp", 9192),
            },
        ),
        ("directory-ldap-tcp", {(SERVER, DIRECTORY, "tcp", 389)}),
        (
            "name-lookup",
            {
                (role, DNS, transport, 53)
                for role in (
                    SERVER,
                    SECONDARY,
                    "document-processor",
                    USER,
                    "mobile-device",
                    "admin-computer",
                )
                for transport in ("tcp", "udp")
            },
        ),
    ],
)
def test_flows_from_other_sources(feature: str, expected: set[tuple[str, str, str, int]]) -> None:
    flows = [flow for flow in MF.flows if flow.feature == feature]
    assert {(flow.from_, flow.to, flow.transport, flow.ports[0][0]) for flow in flows} == expected
    assert len(flows) == len(expected)


def test_hosts_from_other_sources() -> None:
    hosts = {(e.feature, e.from_, e.host) for e in MF.endpoints if MF.features[e.feature].other}
    assert hosts == {
        *(
            ("mobility-print", role, "mp.cloud.papercut.com")
            for role in (MOBILITY, USER, "mobile-device")
        ),
        *(
            ("mobility-print", role, "update.mp.cloud.papercut.com")
            for role in (MOBILITY, USER, "mobile-device")
        ),
        ("mobility-print", MOBILITY, "cdn.papercut.com"),
        ("print-deploy", SERVER, "storage.googleapis.com"),
        ("mobility-print", USER, "www.googleapis.com"),
        ("mobility-print", USER, "accounts.google.com"),
        ("smtp-oauth2", SERVER, "login.microsoftonline.com"),
        ("downloads", "admin-computer", "cdn.papercut.com"),
        ("downloads", "admin-computer", "www.papercut.com"),
        *(
            ("universal-print-extra", role, name)
            for role in (SERVER, USER)
            for name in (
                "graph.print.microsoft.com",
                "discovery.print.microsoft.com",
                "graph.microsoft.com",
            )
        ),
    }


def test_the_formal_reading_opens_nothing_unless_somebody_asks_for_it() -> None:
    """Purdue-ISL/Elastispec: `((PaperCut_Clients, *) -> (…, 9173) on tcp)?` is optional; updates
    and relays are hosts that it does not name."""
    reading = "papercut-elastispec"
    facts = [fact for fact in facts_of(MF) if fact.source.document == reading]
    asked = {option for fact in facts for option in fact.options}
    assert asked == {"updates", "cloud-print", "relay"}
    for name in ("print-deploy", "mobility-print"):
        options = MF.features[name].options
        assert all(options[option].default is False for option in asked & options.keys())
    http, https = (f for f in MF.flows if f.feature == "print-deploy")
    assert (http.status, https.status) == ("optional", "required")
    assert all("econd-hand" in " ".join(fact.cautions) for fact in facts)


def test_mdns_stays_on_the_link_and_belongs_to_its_discovery() -> None:
    flows = [flow for flow in MF.flows if flow.scope != "network" or flow.cast != "unicast"]
    assert len(flows) == 4
    for flow in flows:
        assert (flow.scope, flow.cast) == ("link-local", "multicast")
        assert flow.cast_addresses == ("224.0.0.251", "ff02::fb")
        assert flow.options == {"discovery": ("mdns",)}


def test_mobility_print_needs_no_discovery_by_default() -> None:
    options = MF.features["mobility-print"].options
    assert options["discovery"].default == ("known-host",)
    assert options["cloud-print"].default is False
    conditions = {
        flow.options.get("discovery") for flow in MF.flows if flow.feature == "mobility-print"
    }
    assert conditions == {None, ("dns",), ("mdns",)}


# --- the product as a whole ----------------------------------------------------------------------


@pytest.mark.parametrize("product", [MF, NG], ids=lambda product: product.id)
def test_ids_are_unique_and_carry_the_product(product: Product) -> None:
    ids = [fact.id for fact in facts_of(product)]
    assert len(ids) == len(set(ids))
    for id_ in ids:
        prefix, _, key = id_.partition("/")
        assert prefix == product.id
        assert key.replace("-", "").isalnum()
        assert key == key.lower()


@pytest.mark.parametrize("product", [MF, NG], ids=lambda product: product.id)
def test_nothing_deprecated_is_opened(product: Product) -> None:
    assert not [flow.id for flow in product.flows if flow.status == "deprecated"]


def test_ng_lacks_what_only_mf_has() -> None:
    gone = {
        "entitlements",
        "cloud-ocr",
        "self-hosted-ocr",
        "email-delivery",
        "payment-vcc",
    }
    gone |= {"high-security-tls", *VENDORS}
    assert len(VENDORS) == 15
    assert set(MF.features) - set(NG.features) == gone
    assert set(NG.features) <= set(MF.features)
    facts: list[FlowFact | EndpointFact] = [*own_flows(NG), *NG.endpoints]
    for fact in facts:
        roles = {fact.from_, fact.to} if isinstance(fact, FlowFact) else {fact.from_}
        assert not roles & {
            DEVICE,
            "payment-terminal",
            "document-processor",
        }, fact.id
        assert all(condition.feature in NG.features for all_of in fact.when for condition in all_of)


def test_ng_never_speaks_of_mf() -> None:
    texts = [text for f in NG.features.values() for text in (f.name, f.about, f.help)]
    texts += [o.help + o.label for f in NG.features.values() for o in f.options.values()]
    for fact in facts_of(NG):
        texts += [*fact.cautions, fact.contradiction or "", fact.without]
    assert not [text for text in texts if " MF" in text or "entitlement" in text.lower()]


@pytest.mark.parametrize("product", [MF, NG], ids=lambda product: product.id)
def test_words_fit_their_places(product: Product) -> None:
    for feature in product.features.values():
        assert len(feature.about) <= 76
        assert feature.help
    for flow in product.flows:
        assert len(flow.service) <= 48
        assert flow.service.isascii()
        assert flow.without
    for endpoint in product.endpoints:
        assert len(endpoint.purpose) <= 48
        assert endpoint.without
