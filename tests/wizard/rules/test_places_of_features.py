"""Placement at three levels: the plan's, an installation's, a feature's; the most specific counts."""

from __future__ import annotations

from tests.tools.worlds import OFFICE, world
from wizard.changes import compare
from wizard.changes.answers import group_of
from wizard.changes.differing import mixed
from wizard.deployment import Deployment, deploy
from wizard.facts.load import load_catalog
from wizard.plan.edits import remove_zone, rename_zone
from wizard.plan.file import parse_plan, read_plan, write_plan
from wizard.plan.keys import FeatureKey, RoleKey, key_at
from wizard.plan.stored import stored, with_stored
from wizard.questions import answered, open_questions, questions

CATALOG = load_catalog()
MAKES = """
format = 1
[products.papercut-mf.features.mfp-hp.roles.mfp]
zones = ["hp"]
[products.papercut-mf.features.mfp-konica-minolta.roles.mfp]
zones = ["konica"]
[zones.servers]
networks = ["10.1.10.0/24"]
[zones.clients]
networks = ["10.1.20.0/24"]
[zones.hp]
networks = ["10.1.31.0/24"]
[zones.konica]
networks = ["10.1.32.0/24"]
[roles.print-server]
addresses = ["10.1.10.5"]
[roles.user-computer]
zones = ["clients"]
[firewalls.core]
kind = "boundary"
zones = ["servers", "clients", "hp", "konica"]
default = "deny"
"""
STATUS = MAKES.replace(
    "[zones.servers]", "[products.papercut-mf.features.snmp-status]\n[zones.servers]"
)
HP, KONICA, SERVER = "10.1.31.0/24", "10.1.32.0/24", "10.1.10.5/32"
AT_HP = RoleKey("mfp", "zones", "papercut-mf", "mfp-hp")


def deployed(text: str) -> Deployment:
    return deploy(CATALOG, read_plan(text, CATALOG))


def ends(value: Deployment, port: int) -> set[tuple[str, str]]:
    """(source, destination) of what is let through on a port."""
    said: set[tuple[str, str]] = set()
    for rule in value.rules:
        if any(low <= port <= high for low, high in rule.ports):
            said |= {(source, target) for source in rule.sources for target in rule.destinations}
    return said


def test_each_make_has_its_own_network() -> None:
    value = deployed(MAKES)
    assert ends(value, 7627) == {(SERVER, HP)}
    assert ends(value, 50003) == {(SERVER, KONICA)}
    assert (HP, SERVER) in ends(value, 9193)
    assert (KONICA, SERVER) not in ends(value, 9193)
    assert ends(value, 9195) == {(KONICA, SERVER)}
    assert not [f for f in value.findings if f.code == "unplaced-role" and "ultifunc" in f.message]


def test_what_needs_the_role_in_general_takes_the_union() -> None:
    assert {(SERVER, HP), (SERVER, KONICA)} <= ends(deployed(STATUS), 161)


def test_a_general_place_counts_for_what_no_feature_places() -> None:
    text = STATUS.replace(
        '[products.papercut-mf.features.mfp-konica-minolta.roles.mfp]\nzones = ["konica"]',
        "[products.papercut-mf.features.mfp-konica-minolta]",
    )
    value = deployed(text + '[roles.mfp]\nzones = ["konica"]\n')
    assert ends(value, 7627) == {(SERVER, HP)}
    assert ends(value, 50003) == {(SERVER, KONICA)}
    assert (SERVER, KONICA) in ends(value, 161)


def test_absent_for_one_feature_is_absent_for_that_alone() -> None:
    text = MAKES.replace('roles.mfp]\nzones = ["hp"]', "roles.mfp]\nabsent = true")
    value = deployed(text)
    assert ends(value, 7627) == set()
    assert ends(value, 50003) == {(SERVER, KONICA)}


def test_what_is_written_reads_the_same() -> None:
    plan = read_plan(STATUS, CATALOG)
    assert read_plan(write_plan(plan, CATALOG), CATALOG) == plan
    assert (
        deploy(CATALOG, read_plan(write_plan(plan, CATALOG), CATALOG)).rules
        == deployed(STATUS).rules
    )


def test_errors_name_the_place() -> None:
    _, errors = parse_plan(
        "format = 1\n[products.papercut-mf.features.mfp-hp.roles.mfpp]\nzones = []", CATALOG
    )
    (error,) = errors
    assert error.path == "products.papercut-mf.features.mfp-hp.roles.mfpp"
    assert "did you mean 'mfp'" in error.message


def test_the_key_is_the_path_in_the_file() -> None:
    plan = read_plan(MAKES, CATALOG)
    assert str(AT_HP) == "products.papercut-mf.features.mfp-hp.roles.mfp.zones"
    assert key_at(AT_HP.path) == AT_HP
    assert stored(plan, AT_HP) == ("hp",)
    moved = with_stored(plan, AT_HP, ("clients",))
    assert stored(moved, AT_HP) == ("clients",)
    assert AT_HP in [question.key for question in questions(CATALOG, plan, "network")]
    assert "mfp" not in str([question.key for question in open_questions(CATALOG, plan)])


def test_a_feature_that_goes_takes_its_places_along() -> None:
    plan = read_plan(MAKES, CATALOG)
    without = answered(CATALOG, plan, FeatureKey("papercut-mf", "mfp-hp"), False)
    assert list(without.products["papercut-mf"].feature_roles) == ["mfp-konica-minolta"]


def test_zones_are_renamed_and_removed_there_too() -> None:
    plan = read_plan(MAKES, CATALOG)
    assert stored(rename_zone(plan, "hp", "hp-devices"), AT_HP) == ("hp-devices",)
    assert "mfp-hp" not in remove_zone(plan, "hp").products["papercut-mf"].feature_roles


def test_a_change_of_such_a_place_is_its_cause() -> None:
    changes = compare(deployed(MAKES), deployed(MAKES.replace('["hp"]', '["konica"]')))
    assert [answer.key for answer in changes.answers] == [str(AT_HP)]
    assert [group.key for group in changes.groups] == [
        "products.papercut-mf.features.mfp-hp.roles.mfp"
    ]
    assert changes.rules
    causes = {entry.cause.groups for entry in changes.rules}
    assert causes == {("products.papercut-mf.features.mfp-hp.roles.mfp",)}
    added = compare(
        deployed(MAKES.replace('.mfp-hp.roles.mfp]\nzones = ["hp"]', ".mfp-hp]")), deployed(MAKES)
    )
    assert "features.mfp-hp.roles.mfp" in str([answer.key for answer in added.answers])


def test_a_firewall_on_such_devices_guards_them_all() -> None:
    text = MAKES + '[firewalls.device]\nkind = "host"\nrole = "mfp"\n'
    assert set(deployed(text).covered("device")) == {HP, KONICA}


def test_a_feature_that_loses_its_places_has_no_empty_table() -> None:
    old = read_plan(MAKES, CATALOG)
    new = answered(CATALOG, old, FeatureKey("papercut-mf", "mfp-hp"), False)
    changes = compare(deploy(CATALOG, old), deploy(CATALOG, new))
    of = group_of(changes.answers)
    assert mixed(old, new, of, set(of.values())) == new
    assert mixed(old, new, of, ()) == old


def test_a_place_of_a_feature_stands_for_the_built_in_one() -> None:
    """Mail servers are on the internet unless placed: by a feature, too."""
    d = world(
        OFFICE,
        "[products.cirrusprint.features]\nmail-by-https = {}\n"
        'internal-smtp = { roles = { mail-server = { zones = ["servers"] } } }',
    )
    zones = [set(want.sources.by_zone) for want in d.wants if want.from_ == "mail-server"]
    assert zones
    assert all(there == {"servers"} for there in zones)


# A mail server that only the second installation places.
SENDERS = """
[products.cirrusprint.features.internal-smtp]
[products.second]
product = "cirrusprint"
[products.second.features.internal-smtp.roles.mail-server]
zones = ["servers"]
"""
ON_THE_INTERNET = '[roles.mail-server]\nzones = ["internet"]\n'


def mail_from(value: Deployment) -> dict[str, set[str]]:
    """Flow → the zones from which mail comes, as its rules have it."""
    return {
        want.id: set(want.sources.by_zone) for want in value.wants if want.id.endswith("smtp-in")
    }


def test_what_is_built_in_counts_where_a_plan_says_it() -> None:
    """In general it is there then, whatever another installation's feature says; and so it is after
    it was written and read.
    """
    unsaid, said = world(OFFICE, SENDERS), world(OFFICE, SENDERS, ON_THE_INTERNET)
    here, there = {"servers"}, {"internet"}
    assert mail_from(unsaid) == {"cirrusprint/smtp-in": here, "second/smtp-in": here}
    assert mail_from(said) == {"cirrusprint/smtp-in": there, "second/smtp-in": here}
    for value in (unsaid, said):
        again = read_plan(write_plan(value.plan, CATALOG), CATALOG)
        assert again == value.plan
        assert mail_from(deploy(CATALOG, again)) == mail_from(value)


def test_what_is_built_in_is_the_same_plan_said_or_not_where_nobody_else_places_the_role() -> None:
    alone = SENDERS.partition("[products.second]")[0]
    assert world(OFFICE, alone, ON_THE_INTERNET).plan == world(OFFICE, alone).plan


def test_addresses_count_beside_a_place_somewhere_in_the_same_zone() -> None:
    """Another role's machine has the balancer at an address that one feature gives; for the other
    the balancer is somewhere in the zone. What both share goes to that address too.
    """
    d = deployed(
        """
        format = 1
        [products.lexmark-ldd.features.client]
        [products.lexmark-ldd.features.devices.roles.load-balancer]
        addresses = ["10.1.10.5"]
        [products.lexmark-ldd.features.servers.roles.load-balancer]
        zones = ["servers"]
        [zones.servers]
        networks = ["10.1.10.0/24"]
        [zones.clients]
        networks = ["10.1.20.0/24"]
        [roles.user-computer]
        zones = ["clients"]
        [roles.time-server]
        addresses = ["10.1.10.5", "10.1.10.6"]
        [firewalls.clock]
        kind = "host"
        role = "time-server"
        """
    )
    (rule,) = [r for r in d.rules_of("clock") if "lexmark-ldd/client-balancer" in r.flows]
    assert (rule.sources, rule.destinations) == (("10.1.20.0/24",), ("10.1.10.5/32",))
