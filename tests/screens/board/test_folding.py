"""Rules that look the same at many sites are shown once, and say how many they stand for."""

from __future__ import annotations

from functools import cache

import msgspec

from screens.board.derived import Derived, View, tabs
from screens.board.entry import Entry, Tab
from screens.board.folding import Folded
from tests.bench.sites import plan_of_sites
from tests.tools.worlds import CATALOG
from wizard.deployment import Deployment, deploy
from wizard.plan.model import Firewall, Plan, Zone, changed

VIEW = View()


@cache
def deployment_of(sites: int) -> Deployment:
    return deploy(CATALOG, plan_of_sites(CATALOG, sites))


def rules(now: Deployment, before: Deployment | None = None, view: View = VIEW) -> Tab:
    return tabs(Derived(now, before), view)[0]


def headings(tab: Tab) -> list[tuple[str, ...]]:
    return [entry.cells for entry in tab.entries if entry.heading]


def rows_under(tab: Tab, title: str) -> list[Entry]:
    under: list[Entry] = []
    at_title = False
    for entry in tab.entries:
        if entry.heading:
            at_title = entry.cells[0] == title
        elif at_title:
            under.append(entry)
    return under


def test_two_hundred_sites_are_one_with_a_count() -> None:
    tab = rules(deployment_of(200))
    assert headings(tab) == [
        ("core (boundary)", "2"),
        ("server (host)", "1600"),
        ("s0 (boundary) and 199 alike", "14 each"),
    ]
    # Nothing is left out of the count of all.
    assert tab.count == len(deployment_of(200).rules)
    # As many lines for a tenth of the sites.
    assert len(rules(deployment_of(20)).entries) == len(tab.entries)


def test_rows_of_one_firewall_say_how_many_look_the_same() -> None:
    (row,) = (
        entry
        for entry in rows_under(rules(deployment_of(200)), "server (host)")
        if entry.cells[2:4] == ("9193", "Multifunction device → Print server, 200 alike")
    )
    assert row.record is not None


def test_unfolded_and_in_one_list_every_rule_is_there() -> None:
    every = deployment_of(20)
    count = len(every.rules)
    open_view = rules(every, view=msgspec.structs.replace(VIEW, folded=False))
    assert len(open_view.entries) == count + len(every.plan.firewalls)
    assert len(rules(every, view=msgspec.structs.replace(VIEW, grouped=False)).entries) == count


def test_what_is_searched_is_found_at_its_site() -> None:
    tab = rules(deployment_of(20), view=msgspec.structs.replace(VIEW, words="10.0.56.5"))
    titles = [title for title, _ in headings(tab)]
    assert titles == ["core (boundary)", "server (host)", "s7 (boundary)"]


def test_few_sites_are_all_shown() -> None:
    titles = [title for title, _ in headings(rules(deployment_of(3)))]
    assert titles == ["core (boundary)", "server (host)", *[f"s{n} (boundary)" for n in range(3)]]


def test_a_site_that_the_last_answer_changed_stands_for_itself() -> None:
    before = deployment_of(20)
    zones = {**before.plan.zones, "s7-clients": Zone(("10.99.0.0/24",))}
    tab = rules(deploy(CATALOG, changed(before.plan, zones=zones)), before)
    titles = [title for title, _ in headings(tab)]
    assert titles[2:] == ["s0 (boundary) and 18 alike", "s7 (boundary)"]
    marks = {entry.mark for entry in rows_under(tab, "s7 (boundary)")}
    assert marks == {"", "+", "-"}


def test_a_site_with_rules_of_another_look_stands_for_itself() -> None:
    plan: Plan = deployment_of(20).plan
    zones = {**plan.zones, "s7-clients": Zone(("2001:db8:7::/64",))}
    tab = rules(deploy(CATALOG, changed(plan, zones=zones)))
    assert "s7 (boundary)" in [title for title, _ in headings(tab)]


def test_a_firewall_of_the_head_office_is_like_none() -> None:
    plan = deployment_of(20).plan
    twin = Firewall(kind="host", role="print-server")
    firewalls = {**plan.firewalls, "server-2": twin}
    tab = rules(deploy(CATALOG, changed(plan, firewalls=firewalls)))
    titles = [title for title, _ in headings(tab)]
    assert {"server (host)", "server-2 (host)"} <= {*titles}


def test_three_that_look_the_same_are_each_shown_and_four_once() -> None:
    looks = ["a", "b", "b", "b", "c", "c", "c", "c"]
    folded = Folded({"edge": range(8)}, looks.__getitem__)
    assert folded.shown == {"edge": [0, 1, 2, 3, 4]}
    assert folded.rows == {4: 4}
