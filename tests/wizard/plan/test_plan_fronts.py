"""Load balancers and reverse proxies: how `[fronts]` is read, written and refused, and follows what
it names.
"""

from __future__ import annotations

import pytest
import tomli
from jsonschema import Draft202012Validator

from tests.tools.worlds import CATALOG, errors_of
from wizard.deployment import deploy
from wizard.plan.edits import remove_zone, rename_zone
from wizard.plan.file import parse_plan, read_plan, unanswered, write_plan
from wizard.plan.file.schema import plan_schema
from wizard.plan.front_edits import add_front, remove_front, rename_front
from wizard.plan.installations import rename_installation
from wizard.plan.keys import (
    FrontKey,
    NeverEndKey,
    OwnConnectionKey,
    PublishKey,
    ServeKey,
    key_at,
)
from wizard.plan.model import Front
from wizard.plan.own_edits import add_connection, add_party, rename_own
from wizard.plan.presets import apply_preset, replaced
from wizard.plan.sites import site_like
from wizard.questions import AnswerError, answered, open_questions, question_at, questions

FRONTS = """format = 1
[products.papercut-mf]
[zones.servers]
networks = ["10.0.10.0/24"]
[zones.dmz]
networks = ["10.0.40.0/24"]
[roles.print-server]
addresses = ["10.0.10.5"]
[fronts.outer]
kind = "reverse-proxy"
addresses = ["10.0.40.9"]
serves = { "papercut-mf/https" = 443, "papercut-mf/http" = 8443 }
encrypts = ["papercut-mf/http"]
[fronts.inner]
zones = ["servers"]
serves = { "papercut-mf/https" = 9443 }
behind = "outer"
hides_sources = false
checks = false
[firewalls.proxy]
kind = "host"
role = "outer"
"""


def test_every_word_is_read_and_written_back() -> None:
    plan = read_plan(FRONTS, CATALOG)
    assert plan.fronts == {
        "outer": Front(
            "reverse-proxy",
            addresses=("10.0.40.9",),
            serves={"papercut-mf/https": 443, "papercut-mf/http": 8443},
            encrypts=("papercut-mf/http",),
        ),
        "inner": Front(
            zones=("servers",),
            serves={"papercut-mf/https": 9443},
            behind="outer",
            hides_sources=False,
            checks=False,
        ),
    }
    text = write_plan(plan, CATALOG)
    assert read_plan(text, CATALOG) == plan
    assert write_plan(read_plan(text, CATALOG), CATALOG) == text
    Draft202012Validator(plan_schema(CATALOG)).validate(tomli.loads(FRONTS))


@pytest.mark.parametrize(
    ("right", "wrong", "path", "says"),
    [
        ('"reverse-proxy"', '"proxy"', "fronts.outer.kind", "one of load-balancer, reverse-proxy"),
        ('"10.0.40.9"', '"10.0.40.999"', "fronts.outer.addresses", "10.0.40.999"),
        ('"papercut-mf/https" = 443', '"papercut-mf/htps" = 443', "fronts.outer.serves.'papercut-mf/htps'", "https"),
        ('mf/https" = 443', 'mf/https" = 0', "fronts.outer.serves.'papercut-mf/https'", "1 to 65535"),
        ('encrypts = ["papercut-mf/http"]', 'encrypts = ["cups/ipp"]', "fronts.outer.encrypts", "does not serve"),
        ('behind = "outer"', 'behind = "outr"', "fronts.inner.behind", "outer"),
        ('behind = "outer"', 'behind = "inner"', "fronts.inner.behind", "back to itself"),
        ("checks = false", 'role = "load-balancer"', "fronts.inner.role", "keep one"),
        ("[fronts.inner]", "[fronts.mfp]", "fronts.mfp", 'role = "mfp"'),
        ("[fronts.inner]", "[fronts.In]", "fronts.In", "small letters"),
        ('zones = ["servers"]\nserves', "serves", "fronts.inner", "addresses ="),
        ("[roles.print-server]", "[roles.outer]", "roles.outer", "fronts.outer"),
        # A front that stands for a role is known under that role alone.
        ('addresses = ["10.0.40.9"]', 'role = "load-balancer"', "firewalls.proxy.role", "name that role"),
    ],
)  # fmt: skip
def test_each_mistake_is_named(right: str, wrong: str, path: str, says: str) -> None:
    assert right in FRONTS
    faults = errors_of(FRONTS.replace(right, wrong))
    assert [error.message for error in faults if error.path == path and says in error.message]


def test_what_is_not_answered_yet_can_be_asked_for() -> None:
    text = FRONTS.replace('zones = ["servers"]\nserves', "serves")
    plan, errors = parse_plan(text, CATALOG)
    assert [error.unanswered for error in errors] == [True]
    key = FrontKey("inner", "addresses")
    assert unanswered(CATALOG, plan) == {key: "is nowhere yet"}
    assert key in [q.key for q in open_questions(CATALOG, plan)]


def test_the_answers_stand_where_the_file_has_them() -> None:
    key = ServeKey("outer", "papercut-mf/https")
    assert key.path == ("fronts", "outer", "serves", "papercut-mf/https")
    assert key_at(key.path) == key
    assert key_at(("fronts", "outer", "behind")) == FrontKey("outer", "behind")


def test_it_follows_zones_products_and_names() -> None:
    plan = read_plan(FRONTS, CATALOG)
    assert rename_zone(plan, "servers", "hall").fronts["inner"].zones == ("hall",)
    assert remove_zone(plan, "servers").fronts["inner"].zones == ()
    moved = rename_installation(CATALOG, plan, "papercut-mf", "north").fronts["outer"]
    assert moved.serves == {"north/https": 443, "north/http": 8443}
    assert moved.encrypts == ("north/http",)
    renamed = rename_front(CATALOG, plan, "outer", "gate")
    assert list(renamed.fronts) == ["gate", "inner"]
    assert renamed.fronts["inner"].behind == renamed.firewalls["proxy"].role == "gate"
    removed = remove_front(plan, "outer")
    assert (removed.fronts["inner"].behind, removed.firewalls["proxy"].role) == (None, None)


def test_a_front_is_added_and_asked_for_by_what_the_servers_offer() -> None:
    plan = read_plan(FRONTS.partition("[fronts.outer]")[0], CATALOG)
    assert not [q for q in questions(CATALOG, plan, "firewalls") if isinstance(q.key, FrontKey)]
    with pytest.raises(AnswerError, match="role of that name"):
        add_front(CATALOG, plan, "print-server", "load-balancer")
    name = "proxy"
    plan = add_front(CATALOG, plan, name, "reverse-proxy")
    asked = {str(q.key): q for q in questions(CATALOG, plan, "firewalls")}
    https = ServeKey(name, "papercut-mf/https")
    assert "9192" in asked[str(https)].more
    assert "fronts.proxy.encrypts" not in asked
    plan = answered(CATALOG, plan, https, 443)
    plan = answered(CATALOG, plan, FrontKey(name, "encrypts"), ("papercut-mf/https",))
    assert plan.fronts[name].encrypts == ("papercut-mf/https",)
    plan = answered(CATALOG, plan, https, None)
    assert plan.fronts[name] == Front("reverse-proxy")


def test_a_row_cannot_be_closed_in_the_wizard() -> None:
    plan = read_plan(FRONTS, CATALOG)
    choices = question_at(CATALOG, plan, FrontKey("outer", "behind")).choices
    assert [choice.value for choice in choices] == ["-"]


def test_a_preset_leaves_no_name_of_a_zone_that_is_gone() -> None:
    text = f"""{FRONTS}
[never.clients]
from = {{ zones = ["servers", "dmz", "internet"] }}
to = {{ zones = ["dmz"] }}
"""
    plan = read_plan(text, CATALOG)
    # One role's place and those of two fronts.
    assert "1 firewall and 3 places of the plan" in replaced(CATALOG, plan, "segments")
    after = apply_preset(CATALOG, plan, "segments")
    assert "servers" in after.zones
    assert "dmz" not in after.zones
    assert not any(front.is_placed for front in after.fronts.values())
    assert after.fronts["outer"].serves == plan.fronts["outer"].serves
    assert after.never["clients"].from_.zones == ("servers", "internet")
    assert after.never["clients"].to.zones == ()
    asked = [question.key for question in open_questions(CATALOG, after)]
    assert FrontKey("outer", "addresses") in asked
    assert NeverEndKey("clients", "to", "zones") in asked


def test_the_public_port_that_nobody_has_to_say_is_the_one_of_the_front() -> None:
    text = f"""{FRONTS}
[products.papercut-mf.roles.user-computer]
zones = ["internet"]
[firewalls.edge]
kind = "boundary"
zones = ["dmz", "servers", "internet"]
nat = true
public_address = "203.0.113.7"
"""
    plan = read_plan(text.replace("mf]", 'mf]\npublic = ["https"]', 1), CATALOG)
    key = PublishKey("edge", "papercut-mf/https", "port")
    assert question_at(CATALOG, plan, key).default == 443
    assert answered(CATALOG, plan, key, 443).firewalls["edge"].publish == {}
    forwards = deploy(CATALOG, answered(CATALOG, plan, key, 9192)).forwards
    public = [f.public_ports for f in forwards if "papercut-mf/web-https" in f.flows]
    assert public == [(9192, 9192)]


def test_a_site_like_another_has_its_fronts_too() -> None:
    text = FRONTS.replace("[roles", '[sites.north]\nzones = ["servers"]\n[roles', 1)
    plan = site_like(read_plan(text, CATALOG), "north", "south")
    assert plan.fronts["inner"].zones == ("servers", "south-servers")
    assert plan.fronts["outer"].addresses == ("10.0.40.9",)
    placed = read_plan(text.replace("10.0.40.9", "10.0.10.9"), CATALOG)
    assert site_like(placed, "north", "south").fronts["outer"].addresses == (
        "10.0.10.9",
        "10.0.11.9",
    )


def test_nothing_of_ones_own_is_called_like_a_front() -> None:
    plan, connection = add_connection(read_plan(FRONTS, CATALOG), "Scan")
    side = OwnConnectionKey(connection, "to")
    with pytest.raises(AnswerError, match="'outer' is the name of a front"):
        add_party(CATALOG, plan, "Outer", side)
    plan, party = add_party(CATALOG, plan, "Archive", side)
    with pytest.raises(AnswerError, match="'inner' is the name of a front"):
        rename_own(CATALOG, plan, "roles", party, "inner")


def test_who_named_a_front_means_the_role_that_it_comes_to_stand_for() -> None:
    plan = read_plan(FRONTS, CATALOG)
    plan = answered(CATALOG, plan, FrontKey("outer", "addresses"), ())
    plan = answered(CATALOG, plan, FrontKey("outer", "role"), "load-balancer")
    assert plan.firewalls["proxy"].role == plan.fronts["outer"].role == "load-balancer"
    own = '[own.roles.outer]\nname = "Another"\n'
    text = FRONTS.replace('addresses = ["10.0.40.9"]', 'role = "load-balancer"')
    assert "own.roles.outer" in {error.path for error in errors_of(text + own)}


def test_a_front_takes_an_own_connection_with_one_port_alone() -> None:
    scan = """
[own.connections.scan]
from = "mfp"
to = "print-server"
transport = "tcp"
ports = ["445"]
service = "Scan to folder"
reason = "Copiers store scans"
"""
    text = FRONTS.replace("serves = {", 'serves = { "own/scan" = 4450,', 1) + scan
    plan = read_plan(text, CATALOG)
    ports = OwnConnectionKey("scan", "ports")
    (error,) = errors_of(text.replace('"445"', '"445", "139"'))
    assert (error.path, error.message.partition(",")[0]) == (
        "fronts.outer.serves.'own/scan'",
        "has several ports",
    )
    with pytest.raises(AnswerError, match="one port alone, and these are 139, 445"):
        answered(CATALOG, plan, ports, ("445", "139"))
    assert answered(CATALOG, plan, ports, ("446",)).own.connections["scan"].ports == ("446",)
    several = read_plan(FRONTS + scan.replace('"445"', '"400-450"'), CATALOG)
    served = ServeKey("outer", "own/scan")
    assert served not in [question.key for question in questions(CATALOG, several, "firewalls")]
    assert served in [question.key for question in questions(CATALOG, plan, "firewalls")]
    with pytest.raises(AnswerError, match="one port alone"):
        answered(CATALOG, several, served, 445)
