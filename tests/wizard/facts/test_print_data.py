"""The way of print data to the devices: CUPS's table 3 says what printers listen on, and for every product
whose own pages leave the way there out somebody says who sends.
"""

from __future__ import annotations

import pytest

from tests.tools.facts import condition_text, flow_line
from tests.tools.worlds import OFFICE, world
from wizard.deployment import Deployment
from wizard.facts.load import load_catalog
from wizard.facts.model import PRINT_DATA, FlowFact
from wizard.findings import Finding
from wizard.plan.keys import FeatureKey
from wizard.views.kinds import view_of

CATALOG = load_catalog()
# Who sends jobs to the devices, and with which feature of the product.
SENDERS = {
    "papercut-mf": {"print-server": "", "secondary-server": "secondary-servers"},
    "papercut-ng": {"print-server": "", "secondary-server": "secondary-servers"},
    "printeron": {"print-server": ""},
    "printix": {"user-computer": "", "print-server": "redirector"},
    "cirrusprint": {"user-computer": ""},
    "papercut-hive": {"user-computer": ""},
    "safeq": {"print-server": ""},
    "docuflair": {"print-server": ""},
    "printfactory": {"print-server": ""},
}
# CUPS, "Ports used for network printers", table 3: 9100 (JetDirect), 515, 631, 443 and 161, note 2.
TABLE = {
    ("protocols=raw", "9100/tcp clear other never-public ~ports"),
    ("protocols=lpr", "515/tcp clear other never-public"),
    ("protocols=ipp", "631/tcp unsaid other never-public"),
    ("protocols=ipps", "443/tcp tls other"),
    ("snmp=True", "161/udp unsaid other"),
}
# Products whose own documents give the way, each with a table of its own in its test.
OWN = {"citrix-ups", "myq", "savapage", "universal-print", "windows-print"}


def flows_of(product: str) -> list[FlowFact]:
    return [flow for flow in CATALOG.products[product].flows if flow.feature == PRINT_DATA]


@pytest.mark.parametrize("product", SENDERS)
def test_every_sender_reaches_both_kinds_of_devices(product: str) -> None:
    expected = {
        f"print-data:{option}{f'+{more}' if more else ''} {sender} > {device} {rest}"
        for sender, more in SENDERS[product].items()
        for device in ("printer", "mfp")
        for option, rest in TABLE
    }
    lines = [flow_line(flow) for flow in flows_of(product)]
    assert {*lines} == expected
    assert len(lines) == len(expected)
    assert {flow.served for flow in flows_of(product)} == {"to"}
    feature = CATALOG.products[product].features[PRINT_DATA]
    assert feature.other
    assert not feature.core
    assert feature.options["protocols"].default == ("raw",)


def test_whoever_has_the_feature_is_in_a_table() -> None:
    having = {key for key, product in CATALOG.products.items() if PRINT_DATA in product.features}
    assert having == SENDERS.keys() | OWN


def test_the_documents_tell_the_ports() -> None:
    for flow in flows_of("printeron"):
        places = [source.locator for source in (flow.source, *flow.also)]
        low = flow.ports[0][0]
        assert any(f"Table 3, {low}" in place for place in places), condition_text(flow)


NG = "[products.papercut-ng]\n"


def warnings(deployment: Deployment) -> list[Finding]:
    return [finding for finding in deployment.findings if finding.code == "no-print-path"]


def test_a_closed_way_is_said_and_leads_to_the_feature() -> None:
    deployment = world(OFFICE, NG)
    (finding,) = warnings(deployment)
    assert finding.subjects == ("papercut-ng", "print-server", "core")
    assert "'Print data to the devices'" in finding.message
    answer = view_of(deployment, finding).answer(finding)
    assert answer == FeatureKey("papercut-ng", PRINT_DATA)


@pytest.mark.parametrize(
    "texts",
    [
        (OFFICE, f"{NG}features.print-data = {{}}"),
        # Another product opens the same way, from the same place
        (OFFICE, NG, "[products.printers.features]\nraw = {}"),
        (OFFICE, NG, "[products.cups.features]\nprinters-appsocket = {}"),
        # Nothing on the way filters
        (OFFICE.replace('zones = ["servers", "clients", "printers"]', 'zones = ["clients", "internet"]'), NG),
        (OFFICE.replace('zones = ["printers"]', 'zones = ["servers"]'), NG),
        # Nobody said yet where devices are, or there are none
        (OFFICE.replace('zones = ["printers"]', "zones = []"), NG),
        (OFFICE.replace('zones = ["printers"]', "absent = true"), NG),
    ],
)  # fmt: skip
def test_nothing_is_said_of_a_way_that_is_open_or_unknown(texts: tuple[str, ...]) -> None:
    assert not warnings(world(*texts))


def test_a_server_that_filters_what_goes_out_is_on_the_way() -> None:
    near = OFFICE.replace('zones = ["printers"]', 'zones = ["servers"]')
    filtered = near.replace(
        'role = "print-server"', 'role = "print-server"\n    egress = "filtered"'
    )
    assert [finding.subjects[-1] for finding in warnings(world(filtered, NG))] == ["server"]
