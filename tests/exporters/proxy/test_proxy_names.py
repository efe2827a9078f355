"""Host names of the allowlist: nothing said twice, nothing wider, nothing that is no name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.proxy import hosts
from exporters.proxy.at_proxy import AtProxy, all_proxies
from exporters.proxy.names import host_name, names
from exporters.table import FORMATS, format_named
from tests.tools.hostile import HOSTILE, hostile_to
from tests.tools.proxies import ROLES, matches, proxied
from wizard.deployment import Deployment
from wizard.plan.model import Placement


def general(value: Deployment) -> AtProxy:
    """What everybody's proxy is told."""
    return all_proxies(value)[0]


labels = st.sampled_from(["a", "b", "c"])
hosts_of = st.lists(labels, min_size=1, max_size=4).map(".".join)
listed_hosts = st.lists(st.one_of(hosts_of, hosts_of.map(lambda host: "*." + host)), max_size=6)


@given(listed_hosts, hosts_of)
def test_names_mean_what_is_listed(listed: list[str], host: str) -> None:
    made = names(listed)
    here = host in made.hosts or any(host.endswith("." + domain) for domain in made.below)
    assert here == any(matches(pattern, host) for pattern in listed)


@pytest.mark.slow
@given(listed_hosts)
def test_no_name_is_said_twice(listed: list[str]) -> None:
    made = names(listed)
    for domain in made.below:
        assert not any(host.endswith("." + domain) for host in (*made.hosts, *made.below))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("WWW.Example.COM", "www.example.com"),
        ("www.example.com.", "www.example.com"),
        ("*.example.com", "*.example.com"),
        ("a_b.example.com", "a_b.example.com"),
        ("10.0.0.1", None),
        ("2001:db8::1", None),
        ("0x7f.1", None),
        ("1.0x7f", None),
        ("*", None),
        ("a.*.example.com", None),
        ("-a.example.com", None),
        ("a..example.com", None),
        ("http://example.com", None),
        ("example.com/path", None),
        ("a" * 64 + ".example.com", None),
        ("a." * 130 + "com", None),
        ("b\u00fccher.example", None),
    ],
)
def test_host_names(text: str, name: str | None) -> None:
    assert host_name(text) == name


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_no_host_name(text: str) -> None:
    made = host_name(text)
    assert made is None or made == "a" * 63


def test_clients_are_the_places_of_their_roles() -> None:
    at = general(
        proxied(
            ("https", 443, "a.example.com", "print-server"),
            ("wss", 443, "b.example.com", "print-server"),
            ("http", 80, "c.example.com", "user-computer"),
            ("https", 443, "d.example.com", "mobile-device"),
            ("https", 443, "e.example.com", "mfp"),
            ("ldaps", 636, "f.example.com", "print-server"),
        )
    )
    access, left = at.through()
    assert [(one.tls, one.port, one.sources, one.hosts) for one in access] == [
        (True, 443, ("10.0.10.6/32",), ("a.example.com", "b.example.com")),
        (False, 80, ("10.0.20.0/22",), ("c.example.com",)),
    ]
    assert [(one.host, one.why) for one in left] == [
        ("d.example.com", "no place is known for mobile-device"),
        ("e.example.com", "no place is known for mfp"),
        ("f.example.com", "ldaps does not go through a web proxy"),
    ]


@pytest.mark.parametrize(
    ("place", "found"),
    [
        (Placement(addresses=("10.0.10.8", "10.0.10.9")), ("10.0.10.8", "10.0.10.9")),
        (Placement(addresses=("2001:db8:10::8",)), ("2001:db8:10::8",)),
        (Placement(zones=("servers",)), ()),
        (Placement(absent=True), ()),
        (Placement(), ()),
    ],
)
def test_the_proxys_addresses(place: Placement, found: tuple[str, ...]) -> None:
    assert general(proxied(roles={**ROLES, "web-proxy": place})).addresses() == found


def test_which_formats_fit() -> None:
    entry = ("https", 443, "a.example.com", "print-server")

    def fitting(
        mode: str, *listed: tuple[str, int, str, str], bypass: tuple[str, ...] = ()
    ) -> set[str]:
        value = proxied(*listed, mode=mode, bypass=bypass)
        return {one.name for one in FORMATS if "proxy" in one.kinds and one.fits(value)}

    assert fitting("explicit", entry) == {"squid", "pac", "hosts"}
    assert fitting("transparent", entry) == {"squid", "hosts"}
    assert fitting("none", entry) == {"hosts"}
    assert fitting("none", bypass=("a.example.com",)) == {"hosts"}
    assert fitting("explicit") == set()


def test_a_proxy_without_an_address_is_refused_by_name() -> None:
    pac = format_named("pac")
    assert pac
    made = pac.render(proxied(("https", 443, "a.example.com", "print-server"), roles={}))
    assert made.files == {}
    assert [(one.what, one.formats) for one in made.refused] == [("The web proxy", ("pac",))]


def test_hosts_are_listed_by_purpose_with_their_source() -> None:
    text = hosts.files(
        proxied(("https", 443, "*.example.com", "print-server"), bypass=("*.printix.net",))
    )
    assert (
        "\n# Cloud services\n#   papercut-mf, from print-server\n#   PaperCut: Ports, Cloud"
        " services\n" in (text["proxy/hosts.txt"])
    )
    assert data_lines(text["proxy/hosts.txt"]) == ["*.example.com\t443/tcp\thttps\t/"]
    assert data_lines(text["proxy/tls-bypass.txt"]) == ["*.printix.net"]


@pytest.mark.parametrize("text", hostile_to("squid", "javascript"))
def test_hostile_text_stays_in_comments(text: str) -> None:
    made = hosts.files(proxied(("https", 443, text, "print-server"), bypass=(text,), name=text))
    for content in made.values():
        assert content.isascii()
        assert not any("PORTWRIGHT" in line or "flush" in line for line in data_lines(content))
        assert len(data_lines(content)) <= 1


def data_lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]
