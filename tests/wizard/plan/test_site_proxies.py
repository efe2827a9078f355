"""A web proxy of a site's own: how it is read, written, asked about and refused."""

from __future__ import annotations

import pytest
import tomli
from jsonschema import Draft202012Validator

from tests.tools.worlds import CATALOG, errors_of, plan_of
from wizard.plan.edits import remove_zone, rename_site, rename_zone
from wizard.plan.file import read_plan, write_plan
from wizard.plan.file.schema import plan_schema
from wizard.plan.keys import ProxyKey, SiteProxyKey, key_at
from wizard.plan.model import Proxy, SiteProxy
from wizard.plan.proxies import UsedProxy, proxies_of
from wizard.plan.sites import site_like
from wizard.plan.stored import differences
from wizard.questions import AnswerError, answered, questions

SITE = """format = 1
[products.printix]
[zones.head]
networks = ["10.1.0.0/24"]
[zones.north-lan]
networks = ["10.2.0.0/24"]
[proxy]
mode = "explicit"
[sites.north]
zones = ["north-lan"]
"""
OWN = """[sites.north.proxy]
mode = "explicit"
addresses = ["10.2.0.8"]
port = 8080
wildcards = false
tls_inspection = true
login = "basic"
"""


def test_every_word_is_read_and_written_back() -> None:
    plan = plan_of(SITE, OWN)
    own = SiteProxy("explicit", ("10.2.0.8",), 8080, False, True, "basic")
    assert plan.sites["north"].proxy == own
    assert read_plan(write_plan(plan, CATALOG), CATALOG) == plan
    Draft202012Validator(plan_schema(CATALOG)).validate(tomli.loads(SITE + OWN))


def test_a_site_without_one_says_nothing_of_it() -> None:
    plan = plan_of(SITE)
    assert proxies_of(plan) == (UsedProxy("", plan.proxy),)
    assert "sites.north.proxy" not in write_plan(plan, CATALOG)


def test_no_proxy_is_an_answer_too() -> None:
    plan = plan_of(SITE, '[sites.north.proxy]\nmode = "none"\naddresses = ["10.2.0.8"]')
    assert proxies_of(plan) == (
        UsedProxy("", Proxy("explicit")),
        UsedProxy("north", Proxy("none")),
    )


@pytest.mark.parametrize(
    ("own", "path", "line", "words"),
    [
        (
            "[sites.north.proxy]\nport = 8080",
            "sites.north.proxy",
            11,
            "needs its mode: one of none",
        ),
        (OWN.replace("port = 8080", "prot = 1"), "sites.north.proxy.prot", 14, "mean 'port'"),
        (OWN.replace("8080", "0"), "sites.north.proxy.port", 14, "1"),
        (OWN.replace('"explicit"', '"central"'), "sites.north.proxy.mode", 12, "none, explicit"),
        (OWN.replace("10.2.0.8", "10.2.0"), "sites.north.proxy.addresses", 13, "10.2.0"),
        ("proxy = 3", "sites.north.proxy", 11, "must be a table"),
    ],
)
def test_errors_name_their_line(own: str, path: str, line: int, words: str) -> None:
    (error,) = errors_of(SITE + own)
    assert (error.path, error.line) == (path, line)
    assert words in error.message


def test_the_wizard_asks_for_the_rest_once_there_is_one() -> None:
    plan = plan_of(SITE)

    def asked() -> list[str]:
        keys = [q.key for q in questions(CATALOG, plan, "network")]
        return [key.part for key in keys if isinstance(key, SiteProxyKey)]

    assert asked() == ["mode"]
    with pytest.raises(AnswerError, match=r"sites\.north\.proxy\.mode"):
        answered(CATALOG, plan, SiteProxyKey("north", "port"), 8080)
    before = plan
    plan = answered(CATALOG, plan, SiteProxyKey("north", "mode"), "explicit")
    assert asked() == ["mode", "addresses", "port", "wildcards", "tls_inspection", "login"]
    assert SiteProxyKey("north", "mode") in differences(before, plan)
    plan = answered(CATALOG, plan, SiteProxyKey("north", "port"), 8080)
    assert plan.sites["north"].proxy.port == 8080
    assert answered(CATALOG, plan, SiteProxyKey("north", "mode"), "central") == before


def test_its_words_have_keys_of_their_own() -> None:
    assert key_at(("sites", "north", "proxy", "mode")) == SiteProxyKey("north", "mode")
    assert key_at(("proxy", "mode")) == ProxyKey("mode")


def test_it_follows_its_site() -> None:
    plan = plan_of(SITE, OWN)
    own = plan.sites["north"].proxy
    assert rename_site(plan, "north", "south").sites["south"].proxy == own
    assert rename_zone(plan, "north-lan", "lan").sites["north"].proxy == own
    assert remove_zone(plan, "north-lan").sites["north"].proxy == own


def test_a_site_like_it_has_one_at_the_same_place() -> None:
    plan = site_like(plan_of(SITE, OWN), "north", "south")
    network = plan.zones["south-lan"].networks[0].removesuffix("0/24")
    assert [a.partition("/")[0] for a in plan.sites["south"].proxy.addresses] == [f"{network}8"]
    assert plan.sites["south"].proxy.port == 8080
    shared = site_like(plan_of(SITE, OWN.replace("10.2.0.8", "10.1.0.8")), "north", "south")
    assert shared.sites["south"].proxy == shared.sites["north"].proxy
