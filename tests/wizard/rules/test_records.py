"""What is on record about a rule: the request says it for all, a firewall for its own rules."""

from __future__ import annotations

import csv
import datetime
import io
import json
from typing import Any

from exporters.data import csv as data_csv
from exporters.handover.records import STANDARDS, request_pairs
from tests.tools.worlds import CATALOG, codes, errors_of
from wizard.changes.answers import answer_changes
from wizard.deployment import Deployment, deploy, to_json
from wizard.plan.file import read_plan, write_plan
from wizard.plan.keys import NeedKey, key_at, key_named
from wizard.questions import question_at, questions
from wizard.questions.answers import answered
from wizard.rules.needs import needs_of

PLAN = """\
format = 1
name = "Office"

[request]
requester = "Print team"
contact = "print@example.com, 4711"
department = "IT operations"
service = "Printing"
environment = "production"
owner = "Ines Berg"
classification = "internal"
expires = 2028-01-31

[products.cups.features]
ipp-sharing = {}

[zones.office]
networks = ["10.1.0.0/24"]

[zones.servers]
networks = ["10.2.0.0/24"]

[roles.print-server]
zones = ["servers"]
addresses = ["10.2.0.5"]

[roles.user-computer]
zones = ["office"]

[firewalls.core]
kind = "boundary"
zones = ["office", "servers"]
default = "deny"
log = "drops"
owner = "Network team"
expires = 2027-06-30

[firewalls.host]
kind = "host"
role = "print-server"
"""


def office(text: str = PLAN) -> Deployment:
    return deploy(CATALOG, read_plan(text, CATALOG))


def shown(value: Deployment, part: str) -> list[dict[str, Any]]:
    """A list of `show --json`, as a reader gets it."""
    listed: list[dict[str, Any]] = json.loads(json.dumps(to_json(value)))[part]
    return listed


def test_a_firewall_speaks_for_its_own_rules() -> None:
    records = shown(office(), "records")
    said = {
        each["firewall"]: (each["owner"], each["classification"], each["expires"], each["log"])
        for each in records
    }
    assert said == {
        "core": ("Network team", "internal", "2027-06-30", "what is dropped"),
        "host": ("Ines Berg", "internal", "2028-01-31", "as the device is set up"),
    }


NEED = "user-computer.print-server.tcp.unstated"
OF_NEED = f"""
[needs."{NEED}"]
owner = "Kim Lund"
"""


def test_a_need_speaks_before_its_firewalls_and_the_request() -> None:
    records = shown(office(PLAN + OF_NEED), "records")
    of_need = [each for each in records if each["need"] == NEED]
    assert {each["firewall"] for each in of_need} == {"core", "host"}
    assert {each["owner"] for each in of_need} == {"Kim Lund"}
    # What it leaves out, its firewalls and the request still say.
    assert {each["expires"] for each in of_need} == {"2027-06-30", "2028-01-31"}
    others = {each["owner"] for each in records if each["need"] != NEED}
    assert others == {"Ines Berg"}


def test_needs_are_kept_asked_and_set_by_name() -> None:
    plan = read_plan(PLAN + OF_NEED, CATALOG)
    assert read_plan(write_plan(plan, CATALOG), CATALOG) == plan
    key = NeedKey(NEED, "owner")
    assert key_named(f"needs.{NEED}.owner") == key == key_at(key.path)
    assert key in [question.key for question in questions(CATALOG, plan, "request")]
    bare = read_plan(PLAN, CATALOG)
    question = question_at(CATALOG, bare, key)
    assert answered(CATALOG, bare, question.key, "Kim Lund") == plan
    assert answered(CATALOG, plan, question.key, None) == bare


def test_what_is_no_name_of_a_need_is_said_with_its_line() -> None:
    (error,) = errors_of(PLAN + '[needs."print-server"]\nowner = "Kim"\n')
    assert error.line == 41
    assert "no name of a need" in error.message
    (unknown,) = errors_of(PLAN + f'[needs."{NEED}"]\nport = 443\n')
    assert unknown.path == f"needs.'{NEED}'.port"


def test_a_need_that_no_rule_has_is_a_warning() -> None:
    assert "unknown-need" not in codes(office(PLAN + OF_NEED))
    (finding,) = (
        finding
        for finding in office(PLAN + OF_NEED.replace("unstated", "clear")).findings
        if finding.code == "unknown-need"
    )
    assert finding.severity == "warning"
    assert NEED.replace("unstated", "clear") in finding.message
    assert f"did you mean '{NEED}'?" in finding.message


def test_no_rule_differs_by_what_is_on_record() -> None:
    before, after = office(), office(PLAN + OF_NEED)
    assert before.rules == after.rules
    (change,) = answer_changes(before, after)
    assert "Kim Lund" in (change.was, change.becomes)


def test_every_rule_has_one_record_of_its_need() -> None:
    value = office()
    rules, records = shown(value, "rules"), shown(value, "records")
    assert [each["rule"] for each in records] == [rule["id"] for rule in rules] != []
    assert {each["need"] for each in records} == {need.name for need in needs_of(value.rules)}


def test_what_nobody_says_is_left_open() -> None:
    bare = PLAN.replace('owner = "Ines Berg"\n', "").replace("expires = 2028-01-31\n", "")
    records = shown(office(bare), "records")
    of_host = [each for each in records if each["firewall"] == "host"]
    assert {(each["owner"], each["expires"]) for each in of_host} == {(None, None)}


def test_csv_leaves_room_for_who_approves_and_who_puts_it_in() -> None:
    text = data_csv.files(office())["rules.csv"]
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert rows
    for row in rows:
        assert row["owner"] in ("Network team", "Ines Berg")
        assert row["risk"].split(":")[0] in ("low", "medium", "high")
        assert not any(
            row[name]
            for name in ("approved_by", "approved_on", "done_by", "done_on", "name_on_the_device")
        )


def test_the_head_says_what_the_plan_says_and_nothing_else() -> None:
    labels = [label for label, _ in request_pairs(office())]
    assert labels[5:-2] == [
        "Contact", "Department", "Service or CI", "Environment", "Owner of the rules", "Classification", "Rules end on",
    ]  # fmt: skip
    plain = PLAN[: PLAN.index("[request]")] + PLAN[PLAN.index("[products") :]
    assert [label for label, _ in request_pairs(office(plain))][5:] == ["Plan", "Made with"]


def test_the_plan_file_keeps_them() -> None:
    plan = read_plan(PLAN, CATALOG)
    assert plan.request.expires == datetime.date(2028, 1, 31)
    assert read_plan(write_plan(plan, CATALOG), CATALOG) == plan


def test_a_date_that_is_none_is_said_with_its_line() -> None:
    (error,) = errors_of(PLAN.replace("2028-01-31", '"soon"'))
    assert (error.line, error.path) == (12, "request.expires")


def test_a_router_has_no_rules_to_answer_for() -> None:
    text = PLAN.replace('kind = "boundary"', 'kind = "router"').replace('default = "deny"\n', "")
    errors = errors_of(text.replace('log = "drops"\n', ""))
    assert {error.path for error in errors} == {"firewalls.core.owner", "firewalls.core.expires"}


def test_no_standard_is_claimed_twice() -> None:
    assert len({who for _, who, _ in STANDARDS}) == len(STANDARDS)
