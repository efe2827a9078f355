"""What would open a connection that stops: the answers to give, and that they do open it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.keys import answered
from tests.tools.plan_strategies import plans
from tests.tools.worlds import CATALOG, OFFICE, world
from tests.wizard.explain.test_explain import NAT, ask
from wizard.deployment import deploy
from wizard.explain import explain
from wizard.explain import report as explain_report
from wizard.plan.model import Plan


def test_the_key_and_every_answer_that_has_to_be_given() -> None:
    (opener,) = ask(
        world(OFFICE, "[products.papercut-mf]"), "mfp", "print-server", "10389/tcp"
    ).nearest
    assert opener.key == "products.papercut-mf.features.mfp-toshiba"
    assert [(step.key, step.value) for step in opener.steps] == [
        ("products.papercut-mf.features.mfp-toshiba", True),
        ("products.papercut-mf.features.mfp-toshiba.sdk", ("sdk1",)),
    ]
    assert opener.label == "PaperCut MF: switch on Toshiba devices, set SDK to SDK1"
    assert opener.opens is True


@pytest.mark.parametrize(
    ("parts", "asked", "key", "value"),
    [
        (  # a listener that was moved away
            ("[products.papercut-mf]\nports.https = 443",),
            ("user-computer", "print-server", "9192/tcp"),
            "products.papercut-mf.ports.https",
            9192,
        ),
        (  # an option of a core feature
            ("[products.cirrusprint.features]\nweb = { ports = 'alternate' }",),
            ("user-computer", "print-server", "443/tcp"),
            "products.cirrusprint.features.web.ports",
            "standard",
        ),
        (  # another region is another option's value
            ("[products.papercut-mf]",),
            ("print-server", "internet", "443/tcp"),
            "products.papercut-mf.features.grows",
            True,
        ),
        (  # a way in for administration
            ("[products.papercut-mf]",),
            ("admin-computer", "print-server", "3389/tcp"),
            "firewalls.server.management",
            ("ssh", "rdp"),
        ),
        (  # a range that does not reach so far
            (
                "[products.cirrusprint.features]\nprint-ports = { range = ['9200-9300'] }",
                "[roles.print-source]\naddresses = ['10.0.20.77']",
            ),
            ("print-source", "print-server", "9400/tcp"),
            "products.cirrusprint.features.print-ports.range",
            ("9200-9300", "9400"),
        ),
        (  # what is there encrypted too was left out
            ("[products.papercut-mf]\nencrypted_only = true",),
            ("user-computer", "print-server", "9191/tcp"),
            "products.papercut-mf.encrypted_only",
            False,
        ),
        (  # the internet may use no listener that is not opened to it
            ("[products.papercut-mf]",),
            ("203.0.113.9", "10.0.10.5", "9192/tcp"),
            "products.papercut-mf.public",
            ("https",),
        ),
        (  # a product that was not chosen
            ("[products.papercut-mf]", "[roles.print-source]\naddresses = ['10.0.20.77']"),
            ("print-source", "print-server", "9250/tcp"),
            "products",
            "cirrusprint",
        ),
    ],
)
def test_what_opens_it_is_found_and_tried(
    parts: tuple[str, ...], asked: tuple[str, str, str], key: str, value: object
) -> None:
    office = OFFICE
    if asked[0] == "203.0.113.9":
        office = office.replace('zones = ["clients"]', 'zones = ["clients", "internet"]')
    d = world(office, *parts)
    found = ask(d, *asked)
    assert not found.allowed
    opener = next(
        o for o in found.nearest if (key, value) in [(step.key, step.value) for step in o.steps]
    )
    assert opener.opens is True
    assert opener.key == opener.steps[0].key
    assert opener.label
    # As the wizard would: answer the questions, ask again.
    plan = d.plan
    for step in opener.steps:
        given: Any = (*plan.products, step.value) if step.key == "products" else step.value
        plan = answered(CATALOG, plan, step.key, given)
    assert ask(deploy(CATALOG, plan), *asked).allowed


def test_what_needs_more_than_is_needed_is_left_out() -> None:
    d = world(OFFICE, "[products.cirrusprint.features]\nweb = { ports = 'alternate' }")
    nearest = ask(d, "user-computer", "print-server", "443/tcp").nearest
    assert {opener.steps[0].key for opener in nearest} == {
        "products.cirrusprint.features.web.ports"
    }
    assert {len(opener.steps) for opener in nearest} == {1}


def test_what_is_needed_but_does_not_open_it_says_so() -> None:
    """The discovery of one network crosses no boundary, whatever is switched on."""
    found = ask(
        world(OFFICE, "[products.papercut-mf]"), "user-computer", "print-server", "5353/udp"
    )
    assert found.nearest
    assert {opener.opens for opener in found.nearest} == {False}
    assert "Needed, but not enough" in explain_report.text(found)


def test_a_public_address_without_a_forward_names_what_would_make_one() -> None:
    found = ask(world(NAT, "[products.cirrusprint.features]"), "internet", "203.0.113.7", "443/tcp")
    assert "products.cirrusprint.features.remote-clients" in {
        o.key for o in found.nearest if o.opens
    }


REMOTE_USERS = "[roles.user-computer]\nzones = ['clients', 'internet']\n"


@pytest.mark.parametrize(
    ("office", "more", "destination"),
    [
        (NAT, "", "203.0.113.7"),
        (NAT, REMOTE_USERS, "203.0.113.7"),
        (OFFICE, "", "print-server"),
    ],
)
def test_what_speaks_of_the_parties_comes_before_who_is_at_one_of_their_addresses(
    office: str, more: str, destination: str
) -> None:
    """'The internet' is every address: the devices' web pages fit as well, the server's own are
    meant.
    """
    office = (
        office.replace('[roles.user-computer]\n    zones = ["clients"]\n', "") if more else office
    )
    found = ask(world(office, "[products.papercut-mf]", more), "internet", destination, "443/tcp")
    assert found.nearest[0].flow == "papercut-mf/standard-https"
    at_addresses = ("mfp-", "mobility-print")
    assert len(found.nearest) == 1 or any(
        opener.feature.startswith(at_addresses) for opener in found.nearest[1:]
    )


def test_of_what_is_as_near_the_fewest_answers_come_first() -> None:
    nearest = ask(
        world(OFFICE, "[products.papercut-mf]"), "print-server", "internet", "443/tcp"
    ).nearest
    opening = [len(opener.steps) for opener in nearest if opener.opens]
    assert opening == sorted(opening)
    # What the server fetches from the internet, before what devices of the plan offer it.
    vendors = [opener.feature.startswith(("mfp-", "print-data")) for opener in nearest]
    assert vendors == sorted(vendors)
    assert True in vendors


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(plans(), st.sampled_from(["print-server", "user-computer", "mfp", "internet"]), st.data())
def test_openers_that_were_tried_do_open(plan: Plan, source: str, data: st.DataObject) -> None:
    deployment = deploy(CATALOG, plan)
    port = data.draw(st.sampled_from(["443/tcp", "9191/tcp", "631/tcp", "161/udp", "22/tcp"]))
    found = explain(deployment, source, "print-server", port)
    assert bool(found.stops) != found.allowed
    assert explain_report.text(found)
    for opener in found.nearest:
        assert opener.key == opener.steps[0].key
        assert opener.label
        if opener.opens:
            for step in opener.steps:
                given: Any = (*plan.products, step.value) if step.key == "products" else step.value
                plan = answered(CATALOG, plan, step.key, given)
            assert explain(deploy(CATALOG, plan), source, "print-server", port).allowed
            break


def test_no_site_is_what_keeps_the_internet_out() -> None:
    office = OFFICE.replace('zones = ["clients"]', 'zones = ["clients", "internet"]')
    d = world(office, "[products.papercut-mf]\n[sites.north]\nzones = ['servers', 'clients']")
    assert ask(d, "203.0.113.9", "10.0.10.5", "9192/tcp").notes == ()
    assert ask(d, "10.0.20.9", "10.0.10.5", "9192/tcp").allowed
