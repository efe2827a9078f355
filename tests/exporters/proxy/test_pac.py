"""The PAC file, run by pacparser: listed hosts go to the proxy, neighbours and look-alikes go out
directly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.proxy import pac
from tests.tools.hostile import hostile_to
from tests.tools.proxies import HOSTILE_HOSTS, ROLES, Listed, matches, proxied
from wizard.deployment import Deployment
from wizard.plan.model import Placement

PROXY = "PROXY 10.0.10.8:3128"
LISTED: list[Listed] = [
    ("https", 443, "*.papercut.com", "print-server"),
    ("https", 443, "storage.googleapis.com", "print-server"),
    ("wss", 443, "push.example.com", "user-computer"),
    ("http", 80, "plain.example.com", "user-computer"),
    ("https", 8443, "port.example.com", "user-computer"),
    ("ldaps", 636, "ldap.example.com", "print-server"),
]

Find = Callable[[str], str]


@contextmanager
def running(value: Deployment) -> Iterator[Find]:
    """The file's answer for a URL."""
    import pacparser  # type: ignore[import-untyped]

    pacparser.init()
    try:
        pacparser.parse_pac_string(pac.files(value)["proxy/proxy.pac"])

        def find(url: str) -> str:
            place = url.partition("://")[2].partition("/")[0].rpartition("@")[2]
            host = (
                place.partition("]")[0] + "]" if place.startswith("[") else place.partition(":")[0]
            )
            return str(pacparser.find_proxy(url, host))

        yield find
    finally:
        pacparser.cleanup()


def test_listed_hosts_go_to_the_proxy() -> None:
    with running(proxied(*LISTED)) as find:
        for url in (
            "https://www.papercut.com/",
            "https://a.b.c.papercut.com/x?y=https://evil.example/",
            "https://WWW.PaperCut.COM/",
            "https://www.papercut.com./",
            "https://www.papercut.com:443/",
            "HTTPS://storage.googleapis.com/",
            "https://user:pass@storage.googleapis.com/",
            "wss://push.example.com/socket",
            "https://push.example.com/",
            "http://plain.example.com/",
            "https://port.example.com:8443/",
        ):
            assert find(url) == PROXY, url


def test_others_go_out_directly() -> None:
    with running(proxied(*LISTED)) as find:
        for host in HOSTILE_HOSTS:
            assert find(f"https://{host}/") == "DIRECT", host
        for url in (
            "http://www.papercut.com/",
            "https://www.papercut.com:8443/",
            "https://port.example.com/",
            "https://plain.example.com/",
            "https://evil.example/?www.papercut.com",
            "https://evil.example/www.papercut.com",
            "https://www.papercut.com@evil.example/",
            "https://[2001:db8::1]/",
            "https://.papercut.com@evil.example/",
            "ftp://www.papercut.com/",
            "ldaps://ldap.example.com/",
            "https://ldap.example.com:636/",
        ):
            assert find(url) == "DIRECT", url


hosts = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(".".join)
entries = st.tuples(
    st.sampled_from(["https", "http", "wss"]),
    st.sampled_from([443, 80, 8443]),
    st.one_of(hosts, hosts.map(lambda host: "*." + host)),
    st.just("print-server"),
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(entries, max_size=5), st.lists(hosts, min_size=1, max_size=5))
def test_means_what_is_listed(listed: list[Listed], asked: list[str]) -> None:
    with running(proxied(*listed)) as find:
        for host in asked:
            for scheme, port in (("https", 443), ("https", 8443), ("http", 80), ("http", 8443)):
                wanted = any(
                    (one[0] == "http") == (scheme == "http")
                    and one[1] == port
                    and matches(one[2], host)
                    for one in listed
                )
                assert find(f"{scheme}://{host}:{port}/") == (PROXY if wanted else "DIRECT")


@pytest.mark.parametrize(
    ("addresses", "answer"),
    [
        (("10.0.10.8", "10.0.10.9"), "PROXY 10.0.10.8:8080; PROXY 10.0.10.9:8080"),
        (("2001:db8:10::8",), "PROXY [2001:db8:10::8]:8080"),
    ],
)
def test_several_proxies_and_ipv6(addresses: tuple[str, ...], answer: str) -> None:
    roles = {**ROLES, "web-proxy": Placement(addresses=addresses)}
    with running(proxied(*LISTED, roles=roles, port=8080)) as find:
        assert find("https://storage.googleapis.com/") == answer


@pytest.mark.parametrize("text", [*hostile_to("javascript"), "@HOSTS", "@WAYS @BELOW"])
def test_hostile_text_is_inert(text: str) -> None:
    value = proxied(*LISTED, ("https", 443, text, "print-server"), name=text)
    assert pac.files(value)["proxy/proxy.pac"].isascii()
    with running(value) as find:
        assert find("https://www.papercut.com/") == PROXY
        assert find("https://evil.example/") == "DIRECT"


def test_same_plan_same_bytes() -> None:
    assert pac.files(proxied(*LISTED)) == pac.files(proxied(*reversed(LISTED)))
