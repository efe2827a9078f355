"""What must never be and is let through: the error, with the rule and the answers behind it."""

from __future__ import annotations

import pytest

from tests.tools.worlds import world
from wizard.deployment import Deployment
from wizard.findings import Finding
from wizard.views import report

OFFICE = """
    format = 1
    [products.papercut-mf]
    [zones.servers]
    networks = ["10.0.10.0/24", "2001:db8:10::/64"]
    [zones.guests]
    networks = ["10.0.20.0/22"]
    [zones.staff]
    networks = ["10.0.40.0/24", "2001:db8:40::/64"]
    [roles.print-server]
    addresses = ["10.0.10.5", "2001:db8:10::5"]
    [roles.user-computer]
    zones = ["staff"]
    [firewalls.core]
    kind = "boundary"
    zones = ["servers", "guests", "staff"]
    [firewalls.edge]
    kind = "boundary"
    zones = ["servers", "internet"]
    [firewalls.server]
    kind = "host"
    role = "print-server"
"""


def never(from_: str, to: str, *more: str) -> str:
    return f"[never.x]\nfrom = {{ {from_} }}\nto = {{ {to} }}\n" + "\n".join(more)


def violations(deployment: Deployment) -> list[Finding]:
    return [finding for finding in deployment.findings if finding.code == "never-violated"]


def rules_named(deployment: Deployment) -> set[tuple[str, str, int]]:
    """Firewall, direction and family of the rules that findings name."""
    by_id = {rule.id: rule for rule in deployment.rules}
    rules = [by_id[finding.subjects[0]] for finding in violations(deployment)]
    assert len(rules) == len({rule.id for rule in rules})
    return {(rule.firewall, rule.direction, rule.family) for rule in rules}


BOTH = {("core", "forward", 4), ("core", "forward", 6), ("server", "in", 4), ("server", "in", 6)}
V4 = {("core", "forward", 4), ("server", "in", 4)}
V6 = {("core", "forward", 6), ("server", "in", 6)}
STAFF, SERVERS = 'zones = ["staff"]', 'zones = ["servers"]'


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (never(STAFF, SERVERS), BOTH),
        (never('zones = ["guests"]', SERVERS), set()),
        (never('role = "user-computer"', 'role = "print-server"'), BOTH),
        (never('addresses = ["10.0.40.9"]', SERVERS), V4),
        (never(STAFF, 'addresses = ["2001:db8:10::1-2001:db8:10::9"]'), V6),
        (never(STAFF, 'addresses = ["10.0.10.6", "2001:db8:10::5"]'), V6),
        (never(STAFF, 'addresses = ["10.0.10.6"]'), set()),
        (never(SERVERS, STAFF), set()),
        (never(STAFF, SERVERS, 'transport = "udp"'), set()),
        (never(STAFF, SERVERS, 'transport = "tcp"', 'ports = ["9192"]'), BOTH),
        (never(STAFF, SERVERS, 'ports = ["1-9190", "9194-65535"]'), set()),
        (never('zones = ["internet"]', SERVERS), set()),
        (never('zones = ["internet", "staff"]', SERVERS), BOTH),
        (never('addresses = ["0.0.0.0/0"]', SERVERS), V4),
        (never('role = "card-reader"', SERVERS), set()),
    ],
)
def test_a_rule_that_lets_some_of_it_through_is_an_error(
    text: str, named: set[tuple[str, str, int]]
) -> None:
    deployment = world(OFFICE, text)
    assert rules_named(deployment) == named
    assert all(finding.severity == "error" for finding in violations(deployment))


def test_the_finding_names_rule_flows_reason_and_answers() -> None:
    text = never(STAFF, SERVERS, 'ports = ["9192"]', 'reason = "Staff print by mail"')
    deployment = world(OFFICE, text)
    (rule,) = [r for r in deployment.rules_of("core") if r.family == 4 and r.encrypted]
    finding = next(f for f in violations(deployment) if f.subjects[0] == rule.id)
    assert finding.subjects == (rule.id, "papercut-mf/web-https")
    assert finding.installations == ("papercut-mf",)
    assert finding.message == (
        f"Never x (Staff print by mail): rule {rule.id} at core lets User computer reach Print"
        " server on 9192/tcp. papercut-mf/web-https asks for it; the answers behind it:"
        " roles.user-computer.zones, roles.print-server.addresses."
    )


REMOTE = """
    [products.cirrusprint.features]
    remote-clients = {}
    [products.cirrusprint.roles.user-computer]
    zones = ["internet"]
    [products.cirrusprint.roles.print-server]
    addresses = ["10.0.10.7"]
"""
NAT = OFFICE.replace(
    '"internet"]', '"internet"]\n    nat = true\n    public_address = "203.0.113.7"'
)


@pytest.mark.parametrize("to", [SERVERS, 'addresses = ["10.0.10.7"]', 'role = "print-server"'])
def test_what_a_port_forward_leads_to_is_looked_at(to: str) -> None:
    deployment = world(NAT, REMOTE, never('zones = ["internet"]', to))
    assert deployment.forwards
    assert ("edge", "forward", 4) in rules_named(deployment)


def test_the_public_address_of_a_port_forward_is_looked_at() -> None:
    denied = 'addresses = ["203.0.113.7"]'
    deployment = world(NAT, REMOTE, never('addresses = ["198.51.100.0/24"]', denied))
    ids = {forward.id for forward in deployment.forwards}
    assert {finding.subjects[0] for finding in violations(deployment)} == ids
    # Nobody comes to it from a private address by the internet.
    assert not violations(world(NAT, REMOTE, never('addresses = ["10.9.0.0/16"]', denied)))


def test_exceptions_of_a_rule_are_none_of_what_it_lets_through() -> None:
    """A rule towards the internet excepts private addresses, and those of the plan's zones."""
    endpoint = """
    [own.endpoints.billing]
    from = "print-server"
    scheme = "https"
    host = "erp.example.com"
    purpose = "Billing export"
    """
    for address, named in (
        ("8.8.8.8", {("edge", "forward", 4)}),
        ("10.200.0.9", set()),
        ("fd00::9", set()),
        ("2001:db8:40::9", set()),
        ("2a00::9", {("edge", "forward", 6)}),
    ):
        text = never('role = "print-server"', f'addresses = ["{address}"]')
        assert rules_named(world(OFFICE, endpoint, text)) == named, address


def test_a_role_without_a_place_is_asked_for() -> None:
    deployment = world(OFFICE, never('role = "card-reader"', SERVERS))
    (denial,) = deployment.denials
    assert denial.unresolved == ("card-reader",)
    (finding,) = [f for f in deployment.findings if f.code == "unplaced-role"]
    assert finding.message.startswith(
        "Card reader: its address is not given. Waiting for it: never/x."
    )


def test_denials_say_who_where_and_which_boundary() -> None:
    text = never('zones = ["guests", "staff"]', SERVERS, 'ports = ["443", "80-81"]')
    (denial,) = world(OFFICE, text).denials
    assert (denial.name, denial.from_, denial.to) == ("x", ("guests", "staff"), ("servers",))
    assert denial.transport is None
    assert denial.ports == ((80, 81), (443, 443))
    assert denial.sources == ("10.0.20.0/22", "10.0.40.0/24", "2001:db8:40::/64")
    assert denial.destinations == ("10.0.10.0/24", "2001:db8:10::/64")
    assert (denial.firewalls, denial.denied_by_default) == (("core",), ())
    denying = OFFICE.replace('"guests", "staff"]', '"guests", "staff"]\n    default = "deny"')
    (denial,) = world(denying, text).denials
    assert (denial.firewalls, denial.denied_by_default) == ((), ("core",))


def test_the_internet_is_public_address_space_less_the_plans_own() -> None:
    (denial,) = world(OFFICE, never('zones = ["internet"]', SERVERS)).denials
    assert denial.sources == ("0.0.0.0/0", "::/0")
    assert "10.0.0.0/8" in denial.except_sources
    assert "2001:db8:40::/64" in denial.except_sources
    assert denial.firewalls == ("edge",)
    # With a zone beside it, that zone is no exception.
    (denial,) = world(OFFICE, never('zones = ["internet", "staff"]', SERVERS)).denials
    assert "2001:db8:40::/64" not in denial.except_sources
    assert "10.0.0.0/8" not in denial.except_sources
    assert denial.firewalls == ("core", "edge")


def test_show_lists_what_must_never_be() -> None:
    text = report.show(world(OFFICE, never(STAFF, SERVERS, 'reason = "By mail only"')))
    assert "What must never be\n" in text
    assert "staff to servers  all ports, TCP and UDP  By mail only" in text
    assert "core: denied by lines before all that is allowed." in text
    assert "What must never be" not in report.show(world(OFFICE))


def test_an_own_public_address_is_nobody_on_the_internet() -> None:
    """Those behind a boundary that hides them are seen by the next one as its public address."""
    behind = """
        [zones.lab]
        networks = ["10.9.0.0/24"]
        [firewalls.inner]
        kind = "boundary"
        zones = ["lab", "dmz"]
        nat = true
        public_address = "203.0.113.7"
        [zones.dmz]
        networks = ["10.8.0.0/24"]
        [firewalls.outer]
        kind = "boundary"
        zones = ["dmz", "internet"]
        [own.endpoints.export]
        from = "scan-source"
        scheme = "https"
        host = "erp.example.com"
        port = 443
        purpose = "Export"
        [own.roles.scan-source]
        name = "Scanner"
        [roles.scan-source]
        addresses = ["10.9.0.5"]
    """
    value = world(OFFICE, behind, never('zones = ["internet"]', 'zones = ["internet"]'))
    seen = [rule for rule in value.rules if rule.firewall == "outer"]
    assert any(rule.sources == ("203.0.113.7/32",) for rule in seen)
    assert not violations(value)


def test_a_role_that_stands_where_another_does_is_there_by_the_installation() -> None:
    """Mobility Print is on each installation's own print server, wherever the general one is."""
    apart = """
        [products.papercut-mf.features.mobility-print]
        [products.papercut-mf.roles.print-server]
        addresses = ["10.0.10.6"]
    """
    text = OFFICE.replace("[products.papercut-mf]\n", apart)
    value = world(text, never(STAFF, 'role = "mobility-server"'))
    (denial,) = value.denials
    assert denial.destinations == ("10.0.10.6/32",)
    assert violations(value)
