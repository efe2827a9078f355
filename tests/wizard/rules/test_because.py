"""Which answers each connection says that it came from."""

from __future__ import annotations

from tests.tools.worlds import OFFICE, world
from wizard.deployment import Deployment
from wizard.plan.keys import (
    EncryptedOnlyKey,
    FeatureKey,
    FirewallKey,
    Key,
    OptionKey,
    PortKey,
    ProductsKey,
    ProxyKey,
    PublicKey,
    RoleKey,
    VersionKey,
)

MF, CIRRUS = "papercut-mf", "cirrusprint"


def because(d: Deployment, fact: str, to: str | None = None) -> set[Key]:
    """The answers behind the only connection of a fact (to a role)."""
    (keys,) = {w.because for w in d.wants if w.id == fact and to in (None, w.to)}
    assert len(keys) == len(set(keys))
    return set(keys)


def places(role: str, product: str | None = None) -> set[Key]:
    return {
        RoleKey(role, "zones", product),
        RoleKey(role, "addresses", product),
        RoleKey(role, "absent", product),
    }


def test_a_feature_its_options_and_the_places_of_both_parties() -> None:
    d = world(OFFICE, '[products.cirrusprint.features]\nweb = { ports = "standard" }')
    assert because(d, f"{CIRRUS}/web-standard-http") == {
        ProductsKey(),
        FeatureKey(CIRRUS, "web"),
        OptionKey(CIRRUS, "web", "ports"),
        PortKey(CIRRUS, "http"),
        PublicKey(CIRRUS),
        EncryptedOnlyKey(CIRRUS),
        *places("user-computer", CIRRUS),
        *places("user-computer"),
        *places("print-server", CIRRUS),
        *places("print-server"),
    }


def test_an_own_placement_stands_for_the_general_one() -> None:
    d = world(
        OFFICE,
        "[products.cirrusprint.features]\n"
        '[products.cirrusprint.roles]\nprint-server = { zones = ["servers"] }',
    )
    keys = because(d, f"{CIRRUS}/web-standard-http")
    assert places("print-server", CIRRUS) <= keys
    assert not places("print-server") & keys


def test_ports_of_an_option_and_a_fact_of_some_versions() -> None:
    d = world(
        OFFICE,
        "[products.cirrusprint.features]\nprint-ports = {}\n"
        "[products.papercut-mf.features]\nentitlements = {}",
    )
    printing = next(w for w in d.wants if FeatureKey(CIRRUS, "print-ports") in w.because)
    assert OptionKey(CIRRUS, "print-ports", "range") in printing.because
    assert VersionKey(CIRRUS) not in printing.because
    entitled = [w for w in d.wants if FeatureKey(MF, "entitlements") in w.because]
    assert entitled
    assert all(VersionKey(MF) in w.because for w in entitled)


def test_the_proxy_where_it_splits_or_could() -> None:
    endpoint = f"{MF}/grows"
    products = "[products.papercut-mf.features]\ngrows = {}\n"
    direct = world(OFFICE, products)
    assert ProxyKey("mode") in because(direct, endpoint)
    assert ProxyKey("port") not in because(direct, endpoint)
    split = world(
        OFFICE, products + '[proxy]\nmode = "explicit"\n[roles.web-proxy]\nzones = ["servers"]'
    )
    assert {ProxyKey("mode"), ProxyKey("port")} <= because(split, endpoint, "web-proxy")
    assert places("print-server") <= because(split, endpoint, "internet")
    assert ProxyKey("port") not in because(split, endpoint, "internet")


def test_management_comes_from_its_firewall() -> None:
    d = world(OFFICE, "[products.cirrusprint.features]")
    keys = because(d, "management/ssh")
    assert FirewallKey("server", "management") in keys
    assert places("admin-computer") | places("print-server") <= keys
    assert ProductsKey() not in keys


def test_wildcards_of_the_proxy_count_for_facts_that_ask_for_them() -> None:
    d = world(OFFICE, "[products.papercut-mf.features]\ncloud-ocr = {}")
    assert any(ProxyKey("wildcards") in e.because for e in d.endpoints)
