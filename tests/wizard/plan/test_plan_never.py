"""What must never be: how `[never]` is read, written and refused, and follows what it names."""

from __future__ import annotations

import pytest
import tomli
from jsonschema import Draft202012Validator

from tests.tools.worlds import CATALOG, errors_of
from wizard.plan.edits import remove_zone, rename_zone
from wizard.plan.file import parse_plan, read_plan, unanswered, write_plan
from wizard.plan.file.schema import plan_schema
from wizard.plan.keys import NeverEndKey, NeverKey, key_at
from wizard.plan.model import Never, NeverEnd
from wizard.questions import AnswerError, answered, open_questions, questions

NEVER = """format = 1
[zones.guests]
networks = ["10.0.20.0/24"]
[zones.servers]
networks = ["10.0.10.0/24"]
[never.guests]
from = { zones = ["guests"] }
to = { zones = ["servers"] }
transport = "tcp"
ports = ["1-1023", 9191]
reason = "Guests print by release station only"
[never.printers-out]
from = { role = "printer" }
to = { addresses = ["198.51.100.0/24", "2001:db8::1-2001:db8::9"] }
"""


def test_every_word_is_read_and_written_back() -> None:
    plan = read_plan(NEVER, CATALOG)
    assert plan.never == {
        "guests": Never(
            NeverEnd(zones=("guests",)),
            NeverEnd(zones=("servers",)),
            "tcp",
            ("1-1023", "9191"),
            "Guests print by release station only",
        ),
        # Without transport both, without ports all.
        "printers-out": Never(
            NeverEnd(role="printer"),
            NeverEnd(addresses=("198.51.100.0/24", "2001:db8::1-2001:db8::9")),
        ),
    }
    assert read_plan(write_plan(plan, CATALOG), CATALOG) == plan


@pytest.mark.parametrize(
    ("right", "wrong", "path", "line", "says"),
    [
        ('["guests"]', '["guest"]', "never.guests.from.zones", 7, "did you mean 'guests'"),
        ('{ role = "printer" }', '{ role = "pinter" }', "never.printers-out.from.role", 13, "'printer'"),
        ('"198.51.100.0/24"', '"198.51.100.1/24"', "never.printers-out.to.addresses", 14, "host bits"),
        ('"tcp"', '"icmp"', "never.guests.transport", 9, "must be one of tcp, udp"),
        ('"1-1023"', '"0-1023"', "never.guests.ports", 10, "outside 1-65535"),
        ('"Guests print', '"Guests\\nprint', "never.guests.reason", 11, "must be one line"),
        ('reason =', 'reasn =', "never.guests.reasn", 11, "did you mean 'reason'"),
        ('{ zones = ["guests"] }', '{ zone = ["guests"] }', "never.guests.from.zone", 7, "'zones'"),
        ('{ zones = ["guests"] }', '["guests"]', "never.guests.from", 7, "must be a table"),
        (
            '{ zones = ["guests"] }',
            '{ zones = ["guests"], role = "mfp" }',
            "never.guests.from",
            7,
            "has zones and role; one of zones, role, addresses says who is meant",
        ),
        ('{ zones = ["guests"] }', "{}", "never.guests.from", 7, "names nobody; such as from ="),
        ('{ zones = ["guests"] }', "{ zones = [] }", "never.guests.from", 7, "names nobody"),
        ('to = { zones = ["servers"] }\n', "", "never.guests", 6, "needs its to, such as to ="),
        ("[never.guests]", '[never."Guests"]', "never.Guests", 6, "small letters"),
    ],
)  # fmt: skip
def test_each_mistake_is_named(right: str, wrong: str, path: str, line: int, says: str) -> None:
    errors = errors_of(NEVER.replace(right, wrong, 1))
    first = next(error for error in errors if error.path == path)
    assert first.line == line
    assert says in first.message
    assert len(errors) == 1


def test_an_internet_that_nobody_declares_is_a_zone_here() -> None:
    plan = read_plan(NEVER.replace('["servers"]', '["servers", "internet"]'), CATALOG)
    assert plan.never["guests"].to == NeverEnd(zones=("servers", "internet"))


def test_what_is_not_answered_yet_can_be_asked_for() -> None:
    plan, errors = parse_plan(NEVER.replace('from = { zones = ["guests"] }\n', ""), CATALOG)
    assert [error.unanswered for error in errors] == [True]
    key = NeverEndKey("guests", "from", "zones")
    assert unanswered(CATALOG, plan) == {key: "names nobody yet"}
    assert not plan.never["guests"].counts


PRODUCT = "[products.cups]\n"


def test_an_end_is_asked_for_by_the_way_that_names_it() -> None:
    plan = read_plan(NEVER + PRODUCT, CATALOG)
    role = NeverEndKey("printers-out", "from", "role")
    asked = [question.key for question in questions(CATALOG, plan, "firewalls")]
    assert role in asked
    assert role.beside("zones") not in asked
    plan = answered(CATALOG, plan, role, "-")
    assert plan.never["printers-out"].from_ == NeverEnd()
    asked = [question.key for question in questions(CATALOG, plan, "firewalls")]
    assert {role, role.beside("zones"), role.beside("addresses")} <= {*asked}
    assert role.beside("zones") in [q.key for q in open_questions(CATALOG, plan)]
    plan = answered(CATALOG, plan, role.beside("addresses"), ("10.0.10.9",))
    # Another way takes the place of the one that there is.
    plan = answered(CATALOG, plan, role, "mfp")
    assert plan.never["printers-out"].from_ == NeverEnd(role="mfp")


def test_a_reason_is_one_line_in_the_wizard_too() -> None:
    plan = read_plan(NEVER + PRODUCT, CATALOG)
    with pytest.raises(AnswerError, match="301 characters long"):
        answered(CATALOG, plan, NeverKey("guests", "reason"), "x" * 301)
    plan = answered(CATALOG, plan, NeverKey("guests", "transport"), "both")
    assert plan.never["guests"].transport is None


def test_zones_of_an_end_follow_their_names() -> None:
    plan = rename_zone(read_plan(NEVER, CATALOG), "guests", "visitors")
    assert plan.never["guests"].from_ == NeverEnd(zones=("visitors",))
    assert not remove_zone(plan, "visitors").never["guests"].counts


def test_the_answer_stands_where_the_file_has_it() -> None:
    key = NeverEndKey("guests", "to", "addresses")
    assert key.path == ("never", "guests", "to", "addresses")
    assert key_at(key.path) == key
    assert key_at(("never", "guests", "reason")) == NeverKey("guests", "reason")
    assert key_at(("never", "guests", "from")) is None
    assert key_at(("never", "guests", "at", "zones")) is None


@pytest.mark.parametrize(
    ("right", "wrong", "fits"),
    [
        ("", "", True),
        ('{ role = "printer" }', '{ role = "printer", zones = ["guests"] }', False),
        ('{ role = "printer" }', "{}", False),
        ('from = { role = "printer" }\n', "", False),
        ('transport = "tcp"', 'transport = "icmp"', False),
        ('["guests"]', "[]", False),
    ],
)
def test_the_schema_takes_what_the_file_may_hold(right: str, wrong: str, fits: bool) -> None:
    validator = Draft202012Validator(plan_schema(CATALOG))
    assert validator.is_valid(tomli.loads(NEVER.replace(right, wrong, 1))) is fits
