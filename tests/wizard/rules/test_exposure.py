"""Who may be on the internet: nobody there uses what is meant for the inside, whatever stands
where.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.worlds import CATALOG, OFFICE, codes, errors_of, passes, world
from wizard.deployment import Deployment, deploy
from wizard.findings import Finding
from wizard.plan.model import (
    INTERNET,
    Firewall,
    OptionValue,
    Placement,
    Plan,
    ProductPlan,
    Proxy,
    Zone,
)

NAT = OFFICE + '    nat = true\n    public_address = "203.0.113.7"\n'
ABROAD, SERVER, CLIENT = "8.8.8.8", "10.0.10.5", "10.0.20.7"
AT_HOME = "[products.papercut-mf.roles]\nuser-computer = { zones = ['internet'] }"


def remark(d: Deployment, code: str) -> Finding:
    (finding,) = [finding for finding in d.findings if finding.code == code]
    return finding


def test_who_is_on_the_internet_is_left_out_of_what_is_meant_for_the_inside() -> None:
    both = "[products.papercut-mf.roles]\nuser-computer = { zones = ['clients', 'internet'] }"
    d = world(NAT, "[products.papercut-mf]", both)
    assert passes(d, ABROAD, SERVER, "9192/tcp") == set()
    assert passes(d, CLIENT, SERVER, "9192/tcp") == {"core/forward", "server/in"}
    assert d.forwards == ()
    assert "internal-flow" not in codes(d)


def test_where_nobody_is_left_it_is_said_once_with_what_to_do() -> None:
    d = world(NAT, "[products.papercut-mf]", AT_HOME)
    assert passes(d, ABROAD, SERVER, "9191/tcp") == set()
    finding = remark(d, "internal-flow")
    assert finding.severity == "info"
    assert finding.subjects == ("papercut-mf/web-http", "papercut-mf/web-https")
    assert "User computer is on the internet" in finding.message
    assert 'public = ["https"] of papercut-mf' in finding.message
    assert '"http"' not in finding.message


def test_a_listener_is_opened_on_purpose() -> None:
    d = world(NAT, "[products.papercut-mf]\npublic = ['https']", AT_HOME)
    assert passes(d, ABROAD, SERVER, "9192/tcp") == {"edge/forward", "server/in"}
    assert passes(d, ABROAD, SERVER, "9191/tcp") == set()
    assert [forward.public_ports for forward in d.forwards] == [(9192, 9192)]
    assert "internet-exposure" in codes(d)
    assert remark(d, "internal-flow").subjects == ("papercut-mf/web-http",)


def test_what_is_not_encrypted_is_not_opened() -> None:
    d = world(NAT, "[products.papercut-mf]\npublic = ['http', 'https']", AT_HOME)
    assert passes(d, ABROAD, SERVER, "9191/tcp") == set()
    assert remark(d, "cleartext-over-untrusted").subjects == ("papercut-mf/web-http",)
    assert {forward.public_ports for forward in d.forwards} == {(9192, 9192)}


def test_an_unknown_listener_is_named_with_the_nearest() -> None:
    (error,) = errors_of("format = 1\n[products.papercut-mf]\npublic = ['htps']")
    assert (error.path, error.line) == ("products.papercut-mf.public", 3)
    assert "unknown listener 'htps'" in error.message
    assert "https" in error.message


def test_services_on_the_internet_are_reached_and_reach_nothing() -> None:
    text = "[products.papercut-mf.features]\nname-lookup = {}\nemail-delivery = {}\n"
    out = world(
        NAT,
        text,
        "[roles.dns-server]\naddresses = ['198.51.100.53']\n[roles.mail-relay]\nzones = ['internet']",
    )
    assert passes(out, SERVER, "198.51.100.53", "53/udp") == {"edge/forward"}
    assert passes(out, SERVER, "8.8.8.8", "53/udp") == set()
    cups = "[products.cups.features]\nipp-sharing = {}\n[roles.dns-server]\nzones = ['internet']\n"
    assert passes(world(NAT, cups), SERVER, ABROAD, "53/tcp") == {"edge/forward"}


def test_mail_is_delivered_from_the_internet() -> None:
    d = world(NAT, "[products.cirrusprint.features]\ninternal-smtp = {}\nmail-by-https = {}")
    assert {forward.public_ports for forward in d.forwards} == {(25, 25), (443, 443)}


ROLES = [role for role in CATALOG.roles if role != INTERNET]
SERVICES = {
    "dns-server": 53,
    "directory-server": 636,
    "web-proxy": 3128,
    "database-server": 1433,
    "mail-relay": 587,
}
FEATURES: dict[str, dict[str, dict[str, OptionValue]]] = {
    "papercut-mf": {
        "name-lookup": {},
        "mobility-print": {},
        "email-delivery": {},
        "cloud-ocr": {"region": "any", "wildcards": True},
        "database": {"engine": "sql-server"},
        "directory": {"source": ("ldap", "ldaps", "active-directory", "entra-graph")},
    },
    "printix": {"name-lookup": {}, "redirector": {}, "raw-print": {}},
    "cups": {"ipp-sharing": {}, "smb-sharing": {}, "printers-ipps": {}},
    "cirrusprint": {"remote-clients": {}, "outgoing-mail": {"port": 587}},
    "printeron": {"ajp": {}, "web-release": {}},
}


@st.composite
def scattered(draw: st.DrawFn) -> Plan:
    """Any roles anywhere, the internet included; services inside; whatever can be opened is."""
    places = st.sampled_from(
        [
            Placement((INTERNET,)),
            Placement((), ("198.51.100.20",)),
            Placement(("lan", INTERNET)),
            Placement(("lan",)),
            Placement((), ("10.0.0.5",)),
        ]
    )
    roles = {role: draw(places) for role in ROLES}
    for number, role in enumerate(SERVICES, 20):
        roles[role] = Placement((), (f"10.0.0.{number}",))
    opened = draw(st.booleans())
    products = {}
    for product, features in FEATURES.items():
        listeners = tuple(CATALOG.products[product].listeners) if opened else ()
        products[product] = ProductPlan(features=dict(features), public=listeners)
    return Plan(
        products=products,
        zones={"lan": Zone(("10.0.0.0/24",))},
        roles=roles,
        firewalls={
            "edge": Firewall(
                kind="boundary",
                zones=("lan", INTERNET),
                nat=draw(st.booleans()),
                public_address="203.0.113.7",
            ),
            "hosts": Firewall(kind="host", addresses=("10.0.0.0/24",), egress="filtered"),
        },
        proxy=Proxy(mode="explicit"),
    )


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(scattered())
def test_nobody_on_the_internet_uses_an_inside_server(plan: Plan) -> None:
    d = deploy(CATALOG, plan)
    services = {f"10.0.0.{number}/32" for number, _ in enumerate(SERVICES, 20)}
    for rule in d.rules:
        for source in rule.sources:
            if source.startswith("10."):
                continue
            assert not services & set(rule.destinations), rule
            # Relays between computers, and print data.
            for low, high in rule.ports:
                assert rule.to == INTERNET or not low <= 21335 <= high, rule
                assert rule.to == INTERNET or not low <= 9100 <= high, rule
    for forward in d.forwards:
        assert f"{forward.address}/32" not in services
        assert {flow.partition("/")[0] for flow in forward.flows} <= {
            "papercut-mf",
            "cups",
            *plan.products,
        }


def test_what_is_public_is_encrypted_or_unsaid() -> None:
    for fact in CATALOG.flows():
        assert not (fact.exposure == "public" and fact.encrypted is False)
        assert fact.never_public == (fact.exposure == "never")


def test_no_service_is_asked_in_the_clear_over_the_internet() -> None:
    d = world(
        NAT,
        "[products.papercut-mf.features]\ndirectory = { source = ['ldap', 'ldaps'] }",
        "[roles.directory-server]\naddresses = ['198.51.100.38']",
    )
    assert passes(d, SERVER, "198.51.100.38", "636/tcp") == {"edge/forward"}
    assert passes(d, SERVER, "198.51.100.38", "389/tcp") == set()
    assert "papercut-mf/directory-ldap" in remark(d, "internal-flow").subjects


def test_what_is_left_out_is_not_said_to_be_sent_in_the_clear() -> None:
    """Phones on the internet get no rule for HTTP; those inside would."""

    def in_the_clear(zone: str) -> set[str]:
        text = f"""
            format = 1
            [products.papercut-mf]
            [zones.servers]
            networks = ["10.1.10.0/24"]
            [zones.clients]
            networks = ["10.1.20.0/24"]
            [roles.print-server]
            addresses = ["10.1.10.5"]
            [roles.user-computer]
            zones = ["{zone}"]
            [firewalls.edge]
            kind = "boundary"
            zones = ["servers", "clients", "internet"]
        """
        findings = [f for f in world(text).findings if f.code == "unencrypted"]
        return {subject for finding in findings for subject in finding.subjects}

    assert "papercut-mf/web-http" in in_the_clear("clients")
    assert "papercut-mf/web-http" not in in_the_clear("internet")
