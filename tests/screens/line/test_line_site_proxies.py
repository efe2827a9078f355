"""A web proxy of a site's own, in line mode."""

from __future__ import annotations

import pytest

from screens.line.items import items
from tests.screens.line.test_linemode import facts, kept, talk
from tests.tools.worlds import plan_of
from tests.wizard.plan.test_site_proxies import OWN, SITE
from wizard.plan.model import SiteProxy


def test_it_is_asked_for_after_the_sites_zones() -> None:
    plan = plan_of(SITE, OWN)
    keys = [str(item.key) for item in items(facts(), plan, "network")]
    parts = ("zones", "proxy.mode", "proxy.addresses", "proxy.port")
    places = [keys.index(f"sites.north.{part}") for part in parts]
    assert places == sorted(places)
    assert max(places) < keys.index("site+") < keys.index("zones.head.networks")


def test_it_is_answered() -> None:
    plan = plan_of(SITE)
    keys = [str(item.key) for item in items(facts(), plan, "network")]
    asked = keys.index("sites.north.proxy.mode") + 1
    # Explicit; its address, its port; the rest as it is.
    talk(f"g 3.{asked}", "3", "10.2.0.8", "8080", "q", plan=plan)
    proxy = kept().sites["north"].proxy
    assert (proxy.mode, proxy.addresses, proxy.port) == ("explicit", ("10.2.0.8",), 8080)


@pytest.mark.parametrize(
    ("own", "mode", "proxy"),
    [("", "transparent", SiteProxy("transparent")), (OWN, "central", SiteProxy())],
)
def test_it_is_set_by_name_and_taken_back(own: str, mode: str, proxy: SiteProxy) -> None:
    talk("g 3", f"set sites.north.proxy.mode {mode}", "q", plan=plan_of(SITE, own))
    assert kept().sites["north"].proxy == proxy


def test_what_belongs_to_none_is_refused_with_what_to_say_first() -> None:
    said = talk("g 3", "set sites.north.proxy.port 8080", "q", plan=plan_of(SITE))
    assert "Say first how north reaches the web" in said.flat
