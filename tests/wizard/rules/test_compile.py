"""Which firewall gets which rule: hosts, clouds, boundaries, families, scopes, and parties without
a place.
"""

from __future__ import annotations

import re

import pytest

from tests.tools.internet import inside_of
from tests.tools.worlds import OFFICE, codes, lets, passes, rules_at, world

CLIENT, SERVER, PRINTER = "10.0.20.7", "10.0.10.5", "10.0.30.9"


def test_every_firewall_on_the_way_and_no_other() -> None:
    d = world(OFFICE, "[products.papercut-mf]")
    assert passes(d, CLIENT, SERVER, "9191/tcp") == {"server/in", "core/forward"}
    assert passes(d, CLIENT, SERVER, "9192/tcp") == {"server/in", "core/forward"}
    assert passes(d, SERVER, CLIENT, "9191/tcp") == set()
    assert passes(d, CLIENT, SERVER, "9191/udp") == set()
    assert passes(d, CLIENT, SERVER, "9193/tcp") == set()
    assert passes(d, "10.0.24.0", SERVER, "9191/tcp") == set()
    assert passes(d, CLIENT, "10.0.10.6", "9191/tcp") == set()
    assert passes(d, "10.0.20.100", SERVER, "22/tcp") == {"server/in", "core/forward"}
    assert passes(d, "10.0.20.101", SERVER, "22/tcp") == set()


def test_encryption_parts_rules_that_are_otherwise_equal() -> None:
    rules = rules_at(world(OFFICE, "[products.papercut-mf]"), "core", "forward")
    assert {(rule.ports, rule.encrypted) for rule in rules if rule.from_ == "user-computer"} == {
        (((9191, 9191),), False),
        (((9192, 9192),), True),
    }


def test_rules_join_over_products() -> None:
    d = world(OFFICE, "[products.papercut-mf]\n[products.printeron]")
    (rule,) = [
        r for r in rules_at(d, "core", "forward") if r.encrypted and r.from_ == "user-computer"
    ]
    assert rule.ports == ((443, 443), (9192, 9192))
    assert rule.products == ("papercut-mf", "printeron")
    assert rule.flows == ("papercut-mf/web-https", "printeron/web-https")


def test_hosts_open_only_where_egress_is_filtered() -> None:
    plan = (OFFICE, "[products.papercut-mf.features]\nmfp-hp = {}")
    assert rules_at(world(*plan), "server", "out") == []
    filtered = world(
        *plan, "[firewalls.out]\nkind = 'cloud'\nrole = 'print-server'\negress = 'filtered'"
    )
    assert passes(filtered, SERVER, PRINTER, "7627/tcp") == {"out/out", "core/forward"}
    assert passes(filtered, PRINTER, SERVER, "9193/tcp") == {"out/in", "server/in", "core/forward"}


def test_a_cloud_group_and_the_host_behind_it_both_get_the_rule() -> None:
    """CirrusPrint's own example: 8483 in the security group and in the machine's firewall."""
    d = world(
        OFFICE,
        "[products.cirrusprint.features]\nweb = { ports = 'alternate' }",
        "[firewalls.group]\nkind = 'cloud'\nrole = 'print-server'\nprovider = 'aws'",
    )
    assert passes(d, CLIENT, SERVER, "8483/tcp") == {"group/in", "server/in", "core/forward"}


def test_one_zone_crosses_no_boundary() -> None:
    d = world(OFFICE, "[products.papercut-mf.roles.user-computer]\naddresses = ['10.0.10.0/25']")
    assert passes(d, "10.0.10.9", SERVER, "9191/tcp") == {"server/in"}
    assert "no-path" not in codes(d)


def test_several_boundaries_in_a_row() -> None:
    plan = (
        OFFICE,
        "[zones.branch]\nnetworks = ['10.9.0.0/16']",
        "[firewalls.branch]\nkind = 'boundary'\nzones = ['branch', 'clients']",
        "[products.papercut-mf.roles.user-computer]\nzones = ['branch', 'clients']",
    )
    d = world(*plan)
    assert passes(d, "10.9.1.1", SERVER, "9191/tcp") == {
        "branch/forward",
        "core/forward",
        "server/in",
    }
    assert passes(d, CLIENT, SERVER, "9191/tcp") == {"core/forward", "server/in"}


def test_routers_get_no_rules() -> None:
    text = OFFICE.replace(
        'kind = "boundary"\n    zones = ["servers", "clients"',
        'kind = "router"\n    zones = ["servers", "clients"',
    )
    d = world(text, "[products.papercut-mf]")
    assert d.rules_of("core") == ()
    assert passes(d, CLIENT, SERVER, "9191/tcp") == {"server/in"}
    assert "no-path" not in codes(d)


def test_equally_short_ways_get_the_rule_twice() -> None:
    d = world(
        OFFICE,
        "[firewalls.second]\nkind = 'boundary'\nzones = ['clients',"
        " 'servers']\n[products.papercut-mf]",
    )
    assert passes(d, CLIENT, SERVER, "9191/tcp") == {"core/forward", "second/forward", "server/in"}
    assert "ambiguous-path" in codes(d)


def test_no_way_no_rule_at_any_boundary() -> None:
    d = world(
        OFFICE,
        "[zones.island]\nnetworks ="
        " ['10.77.0.0/24']\n[products.papercut-mf.roles.user-computer]\nzones = ['island']",
    )
    assert passes(d, "10.77.0.1", SERVER, "9191/tcp") <= {"server/in"}
    assert "no-path" in codes(d)


# --- The internet --------------------------------------------------------------------------------


def test_the_internet_is_public_and_not_of_the_own_networks() -> None:
    d = world(OFFICE, "[products.papercut-mf.features]\nentitlements = {}")
    (rule,) = d.rules_of("edge")
    assert (rule.sources, rule.destinations) == (("10.0.10.5/32",), ("0.0.0.0/0",))
    assert rule.except_destinations == inside_of([], 4)
    assert rule.ports == ((443, 443),)
    assert not lets(d, "edge/forward", SERVER, CLIENT, "443/tcp")
    assert lets(d, "edge/forward", SERVER, "8.8.8.8", "443/tcp")
    assert not lets(d, "edge/forward", SERVER, "10.200.0.9", "443/tcp")
    assert not lets(d, "edge/forward", SERVER, "172.31.0.9", "443/tcp")


def test_the_internet_in_both_families() -> None:
    text = OFFICE.replace('["10.0.10.0/24"]', '["10.0.10.0/24", "2001:db8:10::/64"]')
    d = world(
        text.replace('["10.0.10.5"]', '["10.0.10.5", "2001:db8:10::5"]'),
        "[products.papercut-mf.features]\nentitlements = {}",
    )
    four, six = sorted(d.rules_of("edge"), key=lambda rule: rule.family)
    assert six.sources == ("2001:db8:10::5/128",)
    assert six.destinations == ("::/0",)
    assert six.except_destinations == ("::/3", "2001:db8:10::/64", "4000::/2", "8000::/1")
    assert four.destinations == ("0.0.0.0/0",)
    assert all(":" not in cidr for cidr in four.except_destinations)
    (flow,) = [flow for flow in d.flows if flow.id == "papercut-mf/web-https"]
    # The clients have IPv4 only
    assert flow.sources == ("10.0.20.0/22",)


def test_a_mail_server_of_your_own_is_not_the_internet() -> None:
    d = world(
        OFFICE,
        "[products.cirrusprint.features]\ninternal-smtp = {}\n[roles.mail-server]\naddresses ="
        " ['198.51.100.25']",
    )
    assert passes(d, "198.51.100.25", SERVER, "25/tcp") == {"edge/forward", "server/in"}
    assert passes(d, "198.51.100.26", SERVER, "25/tcp") == set()


# --- Families ------------------------------------------------------------------------------------

MIXED = """
    format = 1
    [zones.six]
    networks = ["2001:db8:6::/64"]
    [zones.four]
    networks = ["10.4.0.0/24"]
    [zones.both]
    networks = ["10.5.0.0/24", "2001:db8:5::/64"]
    [firewalls.core]
    kind = "boundary"
    zones = ["six", "four", "both"]
    [firewalls.server]
    kind = "host"
    role = "print-server"
    [roles.user-computer]
    zones = ["six", "four", "both"]
"""


def test_families_never_mix() -> None:
    d = world(
        MIXED,
        "[products.papercut-ng]\n[roles.print-server]\naddresses = ['10.5.0.5', '2001:db8:5::5']",
    )
    for rule in d.rules:
        assert len({":" in cidr for cidr in (*rule.sources, *rule.destinations)}) == 1
    assert passes(d, "2001:db8:6::1", "2001:db8:5::5", "9191/tcp") == {"core/forward", "server/in"}
    assert passes(d, "10.4.0.1", "10.5.0.5", "9191/tcp") == {"core/forward", "server/in"}
    assert passes(d, "2001:db8:5::9", "2001:db8:5::5", "9191/tcp") == {"server/in"}
    assert "no-path" not in codes(d)


def test_parties_without_a_common_family_are_no_path() -> None:
    d = world(
        MIXED,
        "[products.papercut-ng.roles]\nuser-computer = { zones = ['six'] }\nprint-server = { zones"
        " = ['four'] }",
    )
    assert [rule for rule in d.rules if rule.sources and rule.destinations] == []
    assert "no-path" in codes(d)


def test_six_alone() -> None:
    d = world(
        MIXED,
        "[products.papercut-ng]\n[roles.print-server]\nzones = ['six']\naddresses ="
        " ['2001:db8:6::5']",
    )
    assert passes(d, "2001:db8:5::1", "2001:db8:6::5", "9192/tcp") == {"core/forward", "server/in"}
    assert all(rule.family == 6 for rule in d.rules)


# --- Scopes --------------------------------------------------------------------------------------

LAN = """
    format = 1
    [zones.lan]
    networks = ["192.168.1.0/24", "fd00:1::/64"]
    [zones.wifi]
    networks = ["192.168.2.0/24"]
    [roles.print-server]
    addresses = ["192.168.1.5", "fd00:1::5"]
    [roles.user-computer]
    addresses = ["192.168.1.64/26", "192.168.2.0/24", "fd00:1::1:0/112"]
    [roles.dns-server]
    absent = true
    [firewalls.server]
    kind = "host"
    role = "print-server"
    egress = "filtered"
    [firewalls.core]
    kind = "boundary"
    zones = ["lan", "wifi"]
"""


def test_multicast_reaches_hosts_and_crosses_no_boundary() -> None:
    d = world(LAN, "[products.cups.features]\nipp-sharing = {}")
    assert passes(d, "192.168.1.70", "192.168.1.5", "5353/udp") == {"server/in"}
    assert passes(d, "192.168.1.70", "224.0.0.251", "5353/udp") == {"server/in"}
    assert passes(d, "fd00:1::1:7", "ff02::fb", "5353/udp") == {"server/in"}
    assert passes(d, "192.168.1.5", "224.0.0.251", "5353/udp") == {"server/out"}
    assert passes(d, "192.168.1.5", "192.168.1.70", "5353/udp") == {"server/out"}
    assert passes(d, "8.8.8.8", "224.0.0.251", "5353/udp") == set()
    assert not any(rule.ports == ((5353, 5353),) for rule in d.rules_of("core"))
    assert passes(d, "192.168.2.9", "192.168.1.5", "631/tcp") == {"core/forward", "server/in"}


def test_multicast_of_ipv6_is_sent_from_the_link() -> None:
    d = world(LAN, "[products.cups.features]\nipp-sharing = {}")
    for sender in ("fe80::1", "fe80::211:22ff:fe33:4455", "febf::9"):
        assert passes(d, sender, "ff02::fb", "5353/udp") == {"server/in", "server/out"}
    # Only beside addresses that send anyhow, only for that, and not in IPv4.
    assert passes(d, "fe80::1", "ff02::fb", "5354/udp") == set()
    assert passes(d, "fec0::1", "ff02::fb", "5353/udp") == set()
    assert passes(d, "169.254.3.4", "224.0.0.251", "5353/udp") == set()
    assert passes(d, "fe80::1", "fd00:1::5", "631/tcp") == set()


def test_only_who_has_ipv6_multicasts_from_the_link() -> None:
    only_4 = re.sub(r', "fd00[^"]*"', "", LAN)
    d = world(only_4, "[products.cups.features]\nipp-sharing = {}")
    assert passes(d, "192.168.1.70", "224.0.0.251", "5353/udp") == {"server/in"}
    assert passes(d, "fe80::1", "ff02::fb", "5353/udp") == set()


def test_a_cloud_carries_no_multicast_of_the_link() -> None:
    cloud = LAN.replace('kind = "host"', 'kind = "cloud"\nprovider = "aws"')
    d = world(cloud, "[products.cups.features]\nipp-sharing = {}")
    assert passes(d, "fd00:1::1:7", "ff02::fb", "5353/udp") == {"server/in"}
    assert passes(d, "fe80::1", "ff02::fb", "5353/udp") == set()


def test_broadcast_reaches_hosts() -> None:
    d = world(
        LAN,
        "[products.printix]\n[firewalls.pc]\nkind = 'host'\nrole = 'user-computer'\negress ="
        " 'filtered'",
    )
    assert passes(d, "192.168.1.70", "255.255.255.255", "21337/udp") == {"pc/in", "pc/out"}
    assert passes(d, "192.168.1.70", "192.168.1.71", "21337/udp") == {"pc/in", "pc/out"}
    assert not any(rule.transport == "udp" for rule in d.rules_of("core"))


BROWSING = "[products.cups.features]\nsnmp-browsing = {}\n[roles.printer]\nzones = ['lan']"


def test_broadcasts_go_to_the_networks_own_address_and_no_wider() -> None:
    d = world(LAN.replace("192.168.1.0/24", "192.168.0.0/23"), BROWSING)
    lan = world(LAN, BROWSING.replace("zones = ['lan']", "addresses = ['192.168.1.40']"))
    assert passes(lan, "192.168.1.5", "192.168.1.40", "161/udp") == {"server/out"}
    assert passes(lan, "192.168.1.5", "192.168.1.255", "161/udp") == {"server/out"}
    assert passes(lan, "192.168.1.5", "255.255.255.255", "161/udp") == {"server/out"}
    for other in ("192.168.1.41", "192.168.2.255", "192.168.0.255", "224.0.0.251"):
        assert passes(lan, "192.168.1.5", other, "161/udp") == set()
    assert passes(d, "192.168.1.5", "192.168.1.255", "161/udp") == {"server/out"}
    assert passes(d, "192.168.1.5", "192.168.2.255", "161/udp") == set()


def test_a_host_in_two_networks_broadcasts_from_each_into_its_own() -> None:
    two = LAN.replace('addresses = ["192.168.1.5", ', 'addresses = ["192.168.1.5", "192.168.2.5", ')
    printers = "addresses = ['192.168.1.40', '192.168.2.40']"
    d = world(two, BROWSING.replace("zones = ['lan']", printers))
    assert passes(d, "192.168.1.5", "192.168.1.255", "161/udp") == {"server/out"}
    assert passes(d, "192.168.2.5", "192.168.2.255", "161/udp") == {"server/out"}
    assert passes(d, "192.168.2.5", "192.168.1.255", "161/udp") == set()
    assert passes(d, "192.168.1.40", "192.168.1.5", "40000/udp") == {"server/in"}
    assert passes(d, "192.168.1.40", "192.168.2.5", "40000/udp") == set()


def test_where_no_device_is_nothing_is_broadcast_and_no_answer_comes() -> None:
    two = LAN.replace('addresses = ["192.168.1.5", ', 'addresses = ["192.168.1.5", "192.168.2.5", ')
    d = world(two, BROWSING.replace("zones = ['lan']", "addresses = ['192.168.1.40']"))
    assert passes(d, "192.168.2.5", "192.168.2.255", "161/udp") == set()
    assert passes(d, "192.168.1.40", "192.168.2.5", "40000/udp") == set()
    assert passes(d, "192.168.1.40", "192.168.1.5", "40000/udp") == {"server/in"}


@pytest.mark.parametrize(
    ("platform", "first", "last"), [("linux", 32768, 60999), ("windows", 49152, 65535)]
)
def test_answers_to_a_broadcast_come_in_from_the_devices_themselves(
    platform: str, first: int, last: int
) -> None:
    host = LAN.replace('kind = "host"', f'kind = "host"\nplatform = "{platform}"')
    d = world(
        host, BROWSING.replace("zones = ['lan']", "addresses = ['192.168.1.40', 'fd00:1::40']")
    )
    for port in (first, last):
        assert passes(d, "192.168.1.40", "192.168.1.5", f"{port}/udp") == {"server/in"}
    for port in (first - 1, 161, *((last + 1,) if last < 65535 else ())):
        assert passes(d, "192.168.1.40", "192.168.1.5", f"{port}/udp") == set()
    # Nobody else, no other way, and nothing in a family without broadcasts.
    assert passes(d, "192.168.1.41", "192.168.1.5", f"{first}/udp") == set()
    assert passes(d, "192.168.1.40", "192.168.1.5", f"{first}/tcp") == set()
    assert passes(d, "fd00:1::40", "fd00:1::5", f"{first}/udp") == set()
    answers = [rule for rule in d.rules if rule.ports == ((first, last),)]
    assert [(rule.from_, rule.to, rule.flows) for rule in answers] == [
        ("printer", "print-server", ("cups/snmp-browsing",))
    ]


SEARCHING = """
    [products.printers.features]
    FEATURE = {}
    senders = { who = ["print-server"] }
    [roles.printer]
    addresses = ["192.168.1.40", "192.168.2.40", "fd00:1::40"]
"""


@pytest.mark.parametrize("feature", ["ssdp", "wsd"])
def test_answers_to_a_search_by_multicast_come_from_devices_of_the_network_and_its_link(
    feature: str,
) -> None:
    d = world(LAN, SEARCHING.replace("FEATURE", feature))
    for asked, answered in (("192.168.1.5", "192.168.1.40"), ("fd00:1::5", "fd00:1::40")):
        assert passes(d, answered, asked, "40000/udp") == {"server/in"}
        assert passes(d, answered, asked, "30000/udp") == set()
    # Who asks from the link, as IPv6 does, is answered there.
    assert passes(d, "fe80::40", "fe80::5", "40000/udp") == {"server/in"}
    assert passes(d, "fe80::40", "fd00:1::5", "40000/udp") == set()
    # Nobody else, and no search gets into another network.
    assert passes(d, "192.168.1.41", "192.168.1.5", "40000/udp") == set()
    assert passes(d, "192.168.2.40", "192.168.1.5", "40000/udp") == set()
    assert passes(d, "192.168.1.40", "192.168.1.5", "40000/tcp") == set()


def test_mdns_is_answered_by_multicast_and_opens_nothing_else() -> None:
    d = world(LAN, SEARCHING.replace("FEATURE", "mdns"))
    assert passes(d, "192.168.1.40", "192.168.1.5", "40000/udp") == set()


def test_the_internet_is_on_nobodys_link() -> None:
    host = (
        "[firewalls.server]\nkind = 'host'\nrole = 'print-server'\n[roles.print-server]\naddresses"
        " = ['203.0.113.5']"
    )
    d = world(
        "format = 1\n[products.cups]\npublic = ['ipp']\nfeatures.ipp-sharing = {}",
        host,
        "[roles.user-computer]\nzones = ['internet']",
    )
    assert passes(d, "8.8.8.8", "203.0.113.5", "631/tcp") == {"server/in"}
    assert passes(d, "8.8.8.8", "203.0.113.5", "5353/udp") == set()
    assert passes(d, "8.8.8.8", "224.0.0.251", "5353/udp") == set()


def test_loopback_is_a_flow_and_no_rule() -> None:
    d = world(OFFICE, "[products.printeron]")
    (flow,) = [flow for flow in d.flows if flow.id == "printeron/local-pasport"]
    assert (flow.scope, flow.sources, flow.destinations) == ("loopback", (), ())
    assert not any("printeron/local-pasport" in rule.flows for rule in d.rules)
    assert not any(port == 6789 for rule in d.rules for pair in rule.ports for port in pair)


def test_the_cluster_talks_both_ways_and_only_with_its_feature() -> None:
    peer = "[roles.cluster-peer]\naddresses = ['10.0.30.77']\n"
    assert (
        passes(world(OFFICE, peer, "[products.printeron]"), "10.0.30.77", SERVER, "5200/tcp")
        == set()
    )
    d = world(OFFICE, peer, "[products.printeron.features]\nclustering = {}")
    assert passes(d, "10.0.30.77", SERVER, "5200/tcp") == {"core/forward", "server/in"}
    assert passes(d, SERVER, "10.0.30.77", "5200/tcp") == {"core/forward"}
    assert passes(d, CLIENT, SERVER, "5200/tcp") == set()


# --- Parties without a place ---------------------------------------------------------------------


def test_an_absent_role_takes_its_flows_with_it() -> None:
    d = world(
        OFFICE, "[products.printeron.features]\nairprint = {}\n[roles.mobile-device]\nabsent = true"
    )
    assert not any("mobile-device" in (flow.from_, flow.to) for flow in d.flows)
    assert not any("mobile-device" in (rule.from_, rule.to) for rule in d.rules)
    assert "unplaced-role" not in codes(d)


def test_a_role_without_a_place_is_an_open_question() -> None:
    d = world(OFFICE, "[products.printeron.features]\nairprint = {}")
    (rule,) = [rule for rule in d.rules_of("server") if rule.from_ == "mobile-device"]
    assert (rule.sources, rule.destinations) == ((), ("10.0.10.5/32",))
    assert rule.unresolved == ("mobile-device",)
    assert d.missing("server") == ("mobile-device",)
    assert "unplaced-role" in codes(d)


def test_a_host_without_a_place_lets_nobody_in() -> None:
    text = OFFICE.replace('[roles.print-server]\n    addresses = ["10.0.10.5"]', "")
    d = world(text, "[products.papercut-mf]")
    assert d.missing("server") == ("print-server",)
    assert all(rule.destinations == () for rule in d.rules_of("server"))
    assert passes(d, CLIENT, SERVER, "9191/tcp") == set()


def test_addresses_outside_the_zone_are_nobody() -> None:
    d = world(
        OFFICE,
        "[products.papercut-mf.roles.print-server]\nzones = ['servers']\naddresses = ['10.0.30.5']",
    )
    web = [rule for rule in d.rules if "papercut-mf/web-http" in rule.flows]
    assert all(rule.destinations == () and rule.unresolved == ("print-server",) for rule in web)
    assert "address-outside-zone" in codes(d)


# --- Management ----------------------------------------------------------------------------------


def test_management_is_an_ordinary_rule() -> None:
    d = world(
        OFFICE,
        "[firewalls.group]\nkind = 'cloud'\nrole = 'print-server'\nmanagement = ['rdp', 'winrm']",
    )
    assert passes(d, "10.0.20.100", SERVER, "22/tcp") == {"server/in", "group/in", "core/forward"}
    assert passes(d, "10.0.20.100", SERVER, "3389/tcp") == {"server/in", "group/in", "core/forward"}
    for port in (5985, 5986):
        assert passes(d, "10.0.20.100", SERVER, f"{port}/tcp") == {
            "server/in",
            "group/in",
            "core/forward",
        }
    flows = {rule_flow for rule in d.rules for rule_flow in rule.flows}
    assert flows == {"management/ssh", "management/rdp", "management/winrm"}
    assert {flow.id for flow in d.flows} == flows
    assert passes(d, CLIENT, SERVER, "22/tcp") == set()


def test_management_of_hosts_on_their_own_addresses() -> None:
    d = world(
        OFFICE, "[firewalls.db]\nkind = 'host'\naddresses = ['10.0.10.20']\nmanagement = ['ssh']"
    )
    assert passes(d, "10.0.20.100", "10.0.10.20", "22/tcp") == {"db/in", "core/forward"}


def test_management_without_administrators() -> None:
    gone = OFFICE.replace('addresses = ["10.0.20.100"]', "absent = true")
    assert not world(gone).rules
    assert "no-management" in codes(world(gone))
