"""A firewall that treats everything else otherwise is a change, though no rule differs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exporters.changes import markdown
from tests.tools.worlds import world
from wizard.changes import Changes, compare, report
from wizard.changes.json import to_json
from wizard.changes.policies import PolicyChange
from wizard.deployment import Deployment

PLAN = """
format = 1
[products.cups.features.ipp-sharing]
[zones.servers]
networks = ["10.7.10.0/24"]
[zones.clients]
networks = ["10.7.20.0/24"]
[roles.print-server]
zones = ["servers"]
addresses = ["10.7.10.5"]
[roles.user-computer]
zones = ["clients"]
[firewalls.core]
kind = "boundary"
zones = ["servers", "clients"]
{core}
[firewalls.host]
kind = "host"
role = "print-server"
egress = "{egress}"
"""


def planned(core: str = "", egress: str = "open", more: str = "") -> Deployment:
    return world(PLAN.format(core=core, egress=egress) + more)


DENIES = planned('default = "deny"')


def test_deny_in_place_of_accept() -> None:
    changes = compare(planned(), DENIES)
    assert changes.rules == ()
    assert changes.policies == (
        PolicyChange(
            "core", "everything else left as it is", "everything else denied", "firewalls.core"
        ),
    )
    assert changes
    assert changes.firewalls == ("core",)
    assert to_json(changes)["policies"][0]["becomes"] == "everything else denied"


@pytest.mark.parametrize("show", [report.text, lambda c: markdown.text(planned(), DENIES, c)])
def test_papers_say_so(show: Callable[[Changes], str]) -> None:
    text = " ".join(show(compare(planned(), DENIES)).replace("\\", "").split())
    assert "core: everything else denied (was: everything else left as it is)" in text
    assert "changes no rule and no list" not in text
    assert "no firewall and no list changes" not in text.casefold()


def test_outbound_of_a_host() -> None:
    texts = [policy.text for policy in compare(planned(), planned(egress="filtered")).policies]
    assert texts == [
        "host: everything else: inbound denied, outbound denied"
        " (was: everything else: inbound denied, outbound allowed)"
    ]


def test_a_firewall_that_comes_or_goes_without_a_rule() -> None:
    spare = '[firewalls.spare]\nkind = "host"\naddresses = ["10.7.10.9"]\n'
    comes, goes = compare(planned(), planned(more=spare)), compare(planned(more=spare), planned())
    assert [(p.firewall, p.was) for p in comes.policies] == [("spare", "")]
    assert [(p.firewall, p.becomes) for p in goes.policies] == [("spare", "")]
    assert "(was: no firewall of the plan)" in comes.policies[0].text
    between = '[firewalls.between]\nkind = "boundary"\nzones = ["servers", "clients"]\n'
    assert compare(planned(), planned(more=between)).policies == ()


def test_other_answers_are_none() -> None:
    assert compare(planned(), planned("nat = true")).policies == ()
    assert compare(planned(), planned()) == Changes()


def test_a_firewall_that_becomes_a_router_is_told_as_one() -> None:
    router = world(PLAN.replace('"boundary"', '"router"').format(core="", egress="open"))
    changes = compare(planned(), router)
    assert [policy.text for policy in changes.policies] == [
        "core: a router, which filters nothing (was: everything else left as it is)"
    ]
    paper = markdown.text(planned(), router, changes)
    assert "Router without filter between servers, clients. It was a firewall: remove" in paper
    paper = markdown.text(router, planned(), compare(router, planned()))
    assert "Between servers, clients. It was a router, which filters nothing." in paper
    assert "On the host: ." not in paper


def test_a_router_that_comes_or_goes_changes_no_firewall() -> None:
    more = "[firewalls.spare]\nkind = 'router'\nzones = ['servers', 'clients']\n"
    assert compare(planned(), planned(more=more)).policies == ()
    assert compare(planned(more=more), planned()).policies == ()


def test_published_ports_of_a_container_are_filtered_though_no_rule_differs() -> None:
    new = planned(more='[products.cups]\nruns_in = "docker"\n')
    changes = compare(planned(), new)
    assert changes.policies == (
        PolicyChange(
            "host",
            "cups: no published ports filtered",
            "cups: published ports filtered (631/tcp)",
            "products.cups.runs_in",
        ),
    )
    text = report.text(changes)
    assert "host: cups: published ports filtered (631/tcp)" in text
    assert "changes no rule" not in text
    assert not compare(new, new).policies
