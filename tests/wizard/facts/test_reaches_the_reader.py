"""What the pages say that is easily lost on the way to who needs it: held from the pages."""

from __future__ import annotations

import pytest

from exporters.handover import handover, markdown
from tests.tools.worlds import CATALOG, OFFICE, world
from wizard.explain import explain
from wizard.explain.report import text
from wizard.plan.keys import FeatureKey
from wizard.questions import question_at

# CirrusPrint, firewall and NAT: "If another server is listening on ports 80 and 443 … external web server … can
# eliminate the need to open ports 8482 or 8483 on the firewall".
WEB_SERVER_IN_FRONT = """
    [products.cirrusprint.features]
    web = { ports = "alternate" }
    [zones.dmz]
    networks = ["10.0.40.0/24"]
    [firewalls.outer]
    kind = "boundary"
    zones = ["dmz", "clients", "servers"]
    [fronts.web]
    kind = "reverse-proxy"
    addresses = ["10.0.40.9"]
    serves = { "cirrusprint/http" = 80, "cirrusprint/https" = 443 }
"""


def test_a_web_server_in_front_keeps_the_ports_of_cirrusprint_closed_to_users() -> None:
    deployment = world(OFFICE, WEB_SERVER_IN_FRONT)
    opened: dict[str, set[int]] = {}
    for rule in deployment.rules:
        for low, high in rule.ports:
            ends = f"{rule.sources[0]} > {rule.destinations[0]}"
            opened.setdefault(ends, set()).update((low, high))
    assert opened["10.0.20.0/22 > 10.0.40.9/32"] == {80, 443}
    assert opened["10.0.40.9/32 > 10.0.10.5/32"] == {8482, 8483}
    assert "10.0.20.0/22 > 10.0.10.5/32" not in opened
    more = question_at(CATALOG, deployment.plan, FeatureKey("cirrusprint", "web")).more
    assert "another machine is a front" in more


# PrinterOn, "required" on the local server alone; Printix, between its two programs; SafeQ, JMX "from localhost".
@pytest.mark.parametrize(
    ("product", "team", "ports"),
    [
        ("printeron", "servers", ("631/tcp", "5200/tcp", "6789/tcp", "10051/tcp", "48300/tcp")),
        ("printix", "desktops", ("21338/tcp", "21339/tcp")),
        ("safeq", "servers", ("19898/tcp",)),
    ],
)
def test_ports_within_a_machine_are_listed_for_who_looks_after_it(
    product: str, team: str, ports: tuple[str, ...]
) -> None:
    document = handover(world(OFFICE, f"[products.{product}]"))
    (part,) = (part for part in document.teams if part.team.id == team)
    (row,) = (row for row in part.remarks if row.text.startswith("Used within the machine"))
    for port in ports:
        assert port in row.text
    others = (row for part in document.teams if part.team.id != team for row in part.remarks)
    assert not [row for row in others if row.text.startswith("Used within the machine")]
    (written,) = markdown.files(world(OFFICE, f"[products.{product}]")).values()
    assert "Used within the machine" in written


def test_users_reach_the_queues_of_secondary_servers_and_explain_says_so() -> None:
    """PaperCut's part on the spooler names ports of print servers, and a secondary one is one."""
    second = '[roles.secondary-server]\naddresses = ["10.0.10.6"]'
    features = "[products.papercut-ng.features]\nwindows-spooler = {}\nsecondary-servers = {}"
    answer = explain(
        world(OFFICE, second, features), "user-computer", "secondary-server", "445/tcp"
    )
    assert "It gets through." in text(answer)


def test_a_page_of_a_reseller_is_not_called_the_makers() -> None:
    assert CATALOG.documents["printix-security"].publisher == "BestOfBreed, a reseller of Printix"


def test_card_readers_are_for_both_products_of_the_page() -> None:
    """The page's title has both; its part on readers, unlike others, does not speak of MF."""
    for product in ("papercut-mf", "papercut-ng"):
        flows = CATALOG.products[product].flows
        ports = {flow.ports[0][0] for flow in flows if flow.feature == "card-readers"}
        assert ports == {7778, 10001, 2000}
