"""The way from inside through a public address: whom it is for, what each firewall is given, and that
nothing changes without the word.
"""

from __future__ import annotations

import json
from typing import Any, get_args, get_type_hints

import pytest

from tests.tools.worlds import CATALOG, behind_a_box, plan_of, world
from wizard.changes import compare
from wizard.changes.fields import notes
from wizard.deployment import Deployment, to_json
from wizard.explain import explain
from wizard.findings.translation import not_led_text
from wizard.plan.file import read_plan, write_plan
from wizard.rules.hairpin import Insiders, InsideWay, NotLed
from wizard.rules.needs import risk_of
from wizard.views.translation import translation_notes

OFFICE = """
    format = 1
    [products.cirrusprint.features]
    web = { ports = "standard" }
    remote-clients = {}
    [zones.servers]
    networks = ["10.0.10.0/24"]
    [zones.office]
    networks = ["10.0.20.0/24"]
    [roles.print-server]
    addresses = ["10.0.10.6"]
    [roles.user-computer]
    addresses = ["10.0.10.7", "10.0.20.7", "8.8.4.4"]
    [firewalls.server]
    kind = "host"
    role = "print-server"
    [firewalls.pc]
    kind = "host"
    addresses = ["10.0.10.7"]
    egress = "filtered"
    [firewalls.edge]
    kind = "boundary"
    zones = ["servers", "office", "internet"]
    default = "deny"
    nat = true
    hairpin = true
    public_address = "203.0.113.7"
    [firewalls.edge.publish."cirrusprint/https"]
    port = 8443
"""
PLAIN = OFFICE.replace("    hairpin = true\n", "")
FURTHER = OFFICE.replace('"office", "internet"]', '"core", "internet"]').replace(
    "[zones.office]",
    """[zones.core]
    networks = ["10.0.30.0/24"]
    [firewalls.inner]
    kind = "router"
    zones = ["core", "office"]
    [zones.office]""",
)


# All further inside, the server as well; every firewall filters.
DEEP = FURTHER.replace(
    """    kind = "router"
    zones = ["core", "office"]""",
    """    kind = "boundary"
    zones = ["core", "servers", "office"]
    default = "deny"
""",
).replace('["servers", "core", "internet"]', '["core", "internet"]')
SEEN = DEEP.replace(
    'networks = ["10.0.10.0/24"]', 'networks = ["10.0.10.0/24"]\n    seen_as = ["10.9.10.0/24"]'
)

# NAT behind NAT: an office's own boundary behind a provider's box.
BETWEEN = f"""
    format = 1
    [products.cirrusprint.features]
    web = {{ ports = "standard" }}
    remote-clients = {{}}
    [zones.servers]
    networks = ["10.0.10.0/24"]
    [zones.between]
    networks = ["192.168.178.0/24"]
    seen_as = ["10.9.178.0/24"]
    [roles.print-server]
    addresses = ["10.0.10.6"]
    [roles.user-computer]
    zones = ["servers", "internet"]
{behind_a_box("servers", "between")}"""


def lines(deployment: Deployment) -> set[tuple[str, ...]]:
    return {
        (rule.firewall, rule.direction, source, *rule.destinations, str(low))
        for rule in deployment.rules
        for source in rule.sources
        for low, _ in rule.ports
    }


def hairpin_findings(text: str) -> list[str]:
    return [entry.message for entry in world(text).findings if entry.code == "hairpin"]


def test_rules_are_added_for_the_way_through_the_public_address_and_none_is_lost() -> None:
    with_it, without = lines(world(OFFICE)), lines(world(PLAIN))
    assert not without - with_it
    assert with_it - without == {
        ("edge", "forward", "10.0.10.7/32", "10.0.10.6/32", "443"),
        ("server", "in", "203.0.113.7/32", "10.0.10.6/32", "443"),
        ("pc", "out", "10.0.10.7/32", "203.0.113.7/32", "8443"),
    }


def test_who_is_in_the_servers_zone_is_hidden_there_and_no_one_else() -> None:
    (way,) = world(OFFICE).hairpins_of("edge")
    assert way.forward.hairpin == ("10.0.10.7/32", "10.0.20.7/32")
    assert world(OFFICE).forwards_of("edge") == (way.forward,)
    assert way.hidden == ("10.0.10.7/32",)
    assert not world(PLAIN).hairpins


def test_the_finding_says_only_what_nothing_writes() -> None:
    assert len(hairpin_findings(PLAIN)) == 1
    assert not hairpin_findings(OFFICE)


def added(text: str) -> set[tuple[str, ...]]:
    """The rules that the word adds to a plan; it takes none away."""
    with_it, without = lines(world(text)), lines(world(text.replace("    hairpin = true\n", "")))
    assert not without - with_it
    return with_it - without


def test_a_zone_behind_a_further_router_is_led_as_itself() -> None:
    (way,) = world(FURTHER).hairpins_of("edge")
    assert way.forward.hairpin == ("10.0.10.7/32", "10.0.20.7/32")
    assert way.hidden == ("10.0.10.7/32",)
    assert added(FURTHER) == added(OFFICE)
    assert not hairpin_findings(FURTHER)


def test_a_firewall_on_the_way_out_lets_clients_ask_for_the_public_address() -> None:
    filtering = FURTHER.replace('kind = "router"', 'kind = "boundary"\n    default = "deny"')
    assert added(filtering) - added(FURTHER) == {
        ("inner", "forward", "10.0.20.7/32", "203.0.113.7/32", "8443"),
    }


def led_in_again(servers: str) -> set[tuple[str, ...]]:
    """The rules for who stands beside the server and who is further in: the firewall before them is
    passed twice. `servers` is the network of both as the boundary sees it.
    """
    return {
        ("pc", "out", "10.0.10.7/32", "203.0.113.7/32", "8443"),
        ("inner", "forward", "10.0.10.7/32", "203.0.113.7/32", "8443"),
        ("inner", "forward", "10.0.20.7/32", "203.0.113.7/32", "8443"),
        ("edge", "forward", f"{servers}.7/32", f"{servers}.6/32", "443"),
        ("edge", "forward", "10.0.20.7/32", f"{servers}.6/32", "443"),
        ("inner", "forward", "203.0.113.7/32", "10.0.10.6/32", "443"),
        ("server", "in", "203.0.113.7/32", "10.0.10.6/32", "443"),
    }


def test_who_has_a_shorter_way_to_the_server_is_seen_as_the_public_address() -> None:
    """The firewall before the server is passed twice, out and in again."""
    (way,) = world(DEEP).hairpins_of("edge")
    assert way.forward.hairpin == way.hidden == ("10.0.10.7/32", "10.0.20.7/32")
    assert added(DEEP) == led_in_again("10.0.10")
    assert not hairpin_findings(DEEP)


def test_each_firewall_is_given_what_it_sees_of_zones_that_are_seen_as_others() -> None:
    (way,) = world(SEEN).hairpins_of("edge")
    assert way.forward.address == "10.9.10.6"
    assert way.hidden == ("10.0.20.7/32", "10.9.10.7/32")
    assert added(SEEN) == led_in_again("10.9.10")
    assert not hairpin_findings(SEEN)


def test_a_forward_that_nobody_inside_uses_gets_nothing() -> None:
    abroad = OFFICE.replace('"10.0.10.7", "10.0.20.7", "8.8.4.4"', '"8.8.4.4"')
    assert world(abroad).forwards_of("edge")
    assert not world(abroad).hairpins


def test_a_zone_that_the_boundary_translates_is_led_by_its_own_addresses() -> None:
    seen = OFFICE.replace('["10.0.20.0/24"]', '["10.0.20.0/24"]\n    seen_as = ["10.9.20.0/24"]')
    (way,) = world(seen).hairpins_of("edge")
    assert way.forward.hairpin == ("10.0.10.7/32", "10.0.20.7/32")
    assert way.hidden == ("10.0.10.7/32",)
    assert added(seen) == added(OFFICE)
    assert not hairpin_findings(seen)


def without_use(text: str) -> list[str]:
    return [entry.message for entry in world(text).findings if entry.code == "nat-without-use"]


def test_a_word_that_leads_nobody_is_said_and_no_file_claims_that_it_does() -> None:
    assert not without_use(OFFICE)
    lonely = OFFICE.replace('"10.0.10.7", "10.0.20.7", "8.8.4.4"', '"8.8.4.4"')
    assert any("nobody inside uses" in message for message in without_use(lonely))
    no_nat = OFFICE.replace("    nat = true\n", "")
    assert any("hairpin NAT, and it has no NAT" in message for message in without_use(no_nat))
    for by in ("any", "this", "other"):
        assert any("Hairpin" in note for note in translation_notes(world(OFFICE), "edge", by))
        assert not any("Hairpin" in note for note in translation_notes(world(lonely), "edge", by))


# Two firewalls beside each other: one of them is the boundary.
BESIDE = FURTHER.replace('zones = ["core", "office"]', 'zones = ["core", "office", "servers"]')
BESIDE = BESIDE.replace('"servers", "core", "internet"', '"servers", "office", "internet"')
# The office hides behind an address of its own router on its way to the internet.
BEHIND_NAT = FURTHER.replace(
    'kind = "router"', 'kind = "boundary"\n    nat = true\n    public_address = "10.0.30.2"'
)


def test_the_finding_says_why_somebody_is_not_led() -> None:
    assert "or edge needs hairpin NAT" in hairpin_findings(PLAIN)[0]
    for text, reason in (
        (BESIDE, "office (another way goes round edge)"),
        (BEHIND_NAT, "office (inner translates on the way)"),
    ):
        (message,) = hairpin_findings(text)
        assert "needs hairpin NAT" not in message
        assert f"hairpin NAT at edge does not lead those in {reason}" in message
        (way,) = world(text).hairpins_of("edge")
        assert way.forward.hairpin == ("10.0.10.7/32",)


# The office joins the boundary, and its way out is another one, or may be.
OTHER_WAY = """
    [firewalls.other]
    kind = "boundary"
    zones = ["office", "internet"]
    default = "deny"
"""


@pytest.mark.parametrize(
    "zones", ['["servers", "office", "internet"]', '["servers", "office", "far"]']
)
def test_who_asks_by_another_way_out_is_not_led(zones: str) -> None:
    """What goes to the public address leaves by the other firewall, and no rule there lets it out."""
    far = """
    [zones.far]
    networks = ["10.0.40.0/24"]
    [firewalls.box]
    kind = "router"
    zones = ["far", "internet"]
    """
    text = OFFICE.replace('["servers", "office", "internet"]', zones) + OTHER_WAY
    text += far if "far" in zones else ""
    (way,) = world(text).hairpins_of("edge")
    assert way.forward.hairpin == ("10.0.10.7/32",)
    (insiders,) = world(text).insiders
    assert insiders.hindrance("office") == NotLed("elsewhere", "edge")
    assert not explain(world(text), "10.0.20.7", "203.0.113.7", "8443/tcp").allowed


def test_each_forward_is_asked_once_whom_it_leads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules, port forwards, findings and `explain` share what one of them has found."""
    asked: list[str] = []
    looked_for = Insiders._way

    def way(insiders: Insiders, zone: str) -> InsideWay | NotLed:
        asked.append(zone)
        return looked_for(insiders, zone)

    monkeypatch.setattr(Insiders, "_way", way)
    deployment = world(FURTHER)
    assert explain(deployment, "10.0.20.7", "203.0.113.7", "8443/tcp").allowed
    assert sorted(asked) == ["internet", "office", "servers"]


def test_each_hindrance_is_told_by_the_name_it_is_about() -> None:
    deployment = world(BEHIND_NAT)
    (insiders,) = deployment.insiders
    assert insiders.hindrance("office") == NotLed("translated", "inner")
    assert insiders.way("office") is None
    assert insiders.hindrance("servers") is None
    for kind in get_args(get_type_hints(NotLed)["kind"]):
        assert not_led_text(NotLed(kind, "edge")).count("edge") == (kind != "ports")


def test_who_is_inside_and_not_led_is_not_said_not_to_be_there() -> None:
    """Two findings about one boundary: the one that says why nobody is led is enough."""
    alone = BEHIND_NAT.replace('"10.0.10.7", "10.0.20.7", "8.8.4.4"', '"10.0.20.7", "8.8.4.4"')
    assert not world(alone).hairpins
    (message,) = hairpin_findings(alone)
    assert "does not lead those in office (inner translates on the way)" in message
    assert not without_use(alone)
    nowhere = alone.replace('    public_address = "203.0.113.7"\n', "")
    assert hairpin_findings(nowhere)
    assert not without_use(nowhere)


def test_a_boundary_before_another_one_with_nat_leads_nobody_and_says_so() -> None:
    """The inner one leads back those who ask for its own address; the public name is the outer's."""
    office = BETWEEN.replace('    seen_as = ["10.9.178.0/24"]\n', "")
    inner = office.replace('"192.168.178.2"', '"192.168.178.2"\n    hairpin = true')
    both = inner.replace('"203.0.113.7"', '"203.0.113.7"\n    hairpin = true')
    # By its own address alone nobody outside comes: there the inside address is said already.
    (said,) = hairpin_findings(office)
    assert "or own needs hairpin NAT" in said
    for text in (inner, both):
        (said,) = hairpin_findings(text)
        assert (
            "hairpin NAT at box does not lead those in servers (own translates on the way)" in said
        )


def test_the_public_address_of_one_s_own_is_no_risk_of_the_internet() -> None:
    deployment = world(OFFICE)
    (rule,) = [rule for rule in deployment.rules if rule.sources == ("203.0.113.7/32",)]
    assert risk_of([rule], deployment.network).rating == "low"
    abroad = [rule for rule in deployment.rules if rule.sources == ("0.0.0.0/0",)]
    assert risk_of(abroad, deployment.network).reasons == ("open to the internet",)


def listed(text: str) -> list[dict[str, Any]]:
    """The port forwards of `show --json`."""
    forwards: list[dict[str, Any]] = json.loads(json.dumps(to_json(world(text))["forwards"]))
    return forwards


def test_a_forward_tells_whom_of_those_inside_it_leads() -> None:
    assert [f["hairpin"] for f in listed(OFFICE)] == [["10.0.10.7/32", "10.0.20.7/32"]]
    assert [f["hairpin"] for f in listed(PLAIN)] == [[]]
    changes = compare(world(PLAIN), world(OFFICE))
    (entry,) = changes.forwards
    assert notes(entry) == ("from inside: + 10.0.10.7, 10.0.20.7",)
    assert entry.cause.groups == ("firewalls.edge",)


def test_a_plan_file_holds_the_word_only_where_it_is_said() -> None:
    text = write_plan(plan_of(OFFICE), CATALOG)
    assert "hairpin = true" in text
    assert read_plan(text, CATALOG) == plan_of(OFFICE)
    assert "hairpin" not in write_plan(plan_of(PLAIN), CATALOG)


FRONTED = """
    format = 1
    [products.papercut-mf]
    public = ["https", "http"]
    [products.papercut-mf.roles.user-computer]
    zones = ["dmz", "office", "internet"]
    [zones.servers]
    networks = ["10.10.10.0/24"]
    [zones.dmz]
    networks = ["10.10.40.0/24"]
    [zones.office]
    networks = ["10.10.20.0/24"]
    [roles.print-server]
    addresses = ["10.10.10.5"]
    [roles.admin-computer]
    absent = true
    [firewalls.server]
    kind = "host"
    role = "print-server"
    [firewalls.edge]
    kind = "boundary"
    zones = ["servers", "dmz", "office", "internet"]
    nat = true
    hairpin = true
    public_address = "203.0.113.7"
    [fronts.gate]
    kind = "reverse-proxy"
    addresses = ["10.10.40.9"]
    serves = { "papercut-mf/https" = 443, "papercut-mf/http" = 8443 }
    hides_sources = HIDES
"""


def test_who_would_be_passed_on_as_the_public_address_is_not_led() -> None:
    """Else the server behind would be asked by the public address, and no rule lets that in."""
    led = {hides: world(FRONTED.replace("HIDES", hides)) for hides in ("true", "false")}
    assert {forward.hairpin for forward in led["true"].forwards} == {
        ("10.10.20.0/24", "10.10.40.0/24")
    }
    assert {forward.hairpin for forward in led["false"].forwards} == {("10.10.20.0/24",)}
    (told,) = [entry.message for entry in led["false"].findings if entry.code == "hairpin"]
    assert "does not lead those in dmz (gate passes its clients' addresses on" in told
    sources = {source for rule in led["false"].rules for source in rule.sources}
    assert "203.0.113.7/32" not in sources
