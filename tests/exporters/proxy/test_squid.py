"""The fragment for squid.conf lets the listed through for those who need them; Squid itself reads
it.

What a real Squid then lets through is in tests/lab.
"""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.proxy import squid
from tests.tools.proxies import Listed, matches, proxied

CONF = "proxy/squid.conf"


class Acls:
    """Reads the fragment as Squid does, as far as it is used here."""

    def __init__(self, text: str) -> None:
        self.acls: dict[str, tuple[str, list[str]]] = {}
        self.rules: list[list[str]] = []
        for line in text.splitlines():
            words = line.partition("#")[0].split()
            if words[:1] == ["acl"]:
                kind, values = words[2], words[3:]
                if kind == "dstdomain":
                    assert values.pop(0) == "-n", "Squid would ask a name server"
                self.acls.setdefault(words[1], (kind, []))[1].extend(values)
            elif words[:2] == ["http_access", "allow"]:
                self.rules.append(words[2:])
            else:
                assert not words, line

    def allows(self, source: str, method: str, scheme: str, port: int, host: str) -> bool:
        def holds(name: str) -> bool:
            kind, values = self.acls[name]
            if kind == "src":
                here = ipaddress.ip_address(source)
                return any(here in ipaddress.ip_network(value) for value in values)
            if kind == "dstdomain":
                return any(
                    host == value.removeprefix(".") or (value[0] == "." and host.endswith(value))
                    for value in values
                )
            return {"port": str(port), "method": method, "proto": scheme}[kind] in values

        return any(
            all(holds(word.lstrip("!")) != (word[0] == "!") for word in rule) for rule in self.rules
        )

    def domains_are_apart(self) -> None:
        """Squid stops where one entry of a list holds another."""
        for kind, values in self.acls.values():
            if kind == "dstdomain":
                for one in values:
                    for other in values:
                        held = one != other and one[0] == "." and ("." + other).endswith(one)
                        assert not held, (one, other)


hosts = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(".".join)
entries = st.tuples(
    st.sampled_from(["https", "http", "wss", "ldaps"]),
    st.sampled_from([443, 80, 8443]),
    st.one_of(hosts, hosts.map(lambda host: "*." + host)),
    st.sampled_from(["print-server", "user-computer", "mobile-device", "mfp"]),
)
PLACES = {"print-server": "10.0.10.6", "user-computer": "10.0.20.9", "nobody": "10.0.10.7"}


@pytest.mark.slow
@settings(max_examples=150)
@given(st.lists(entries, max_size=5), hosts, st.sampled_from([443, 80, 8443, 22]), st.booleans())
def test_lets_through_what_is_listed_and_no_more(
    listed: list[Listed], host: str, port: int, inspects: bool
) -> None:
    acls = Acls(squid.files(proxied(*listed, tls_inspection=inspects))[CONF])
    acls.domains_are_apart()
    for role, source in PLACES.items():
        for method, scheme, schemes in (
            ("CONNECT", "NONE", ("https", "wss")),
            ("GET", "HTTP", ("http",)),
            ("GET", "HTTPS", ("https", "wss") if inspects else ()),
        ):
            wanted = any(
                one[0] in schemes and one[1] == port and matches(one[2], host) and one[3] == role
                for one in listed
            )
            assert acls.allows(source, method, scheme, port, host) == wanted


def test_a_bare_domain_is_let_through_only_where_it_is_listed() -> None:
    wild = ("https", 443, "*.example.com", "print-server")
    without = squid.files(proxied(wild))[CONF]
    assert "!portwright_bare_1" in without
    both = squid.files(proxied(wild, ("https", 443, "example.com", "print-server")))[CONF]
    assert "bare" not in both
    assert "dstdomain -n .example.com\n" in both
    assert "dstdomain -n example.com\n" not in both


def test_without_this_file_nothing_would_be_allowed_by_it() -> None:
    # The opposite of the last line is Squid's default: it must be an allow, so that the rest is
    # denied.
    text = squid.files(proxied(("https", 443, "a.example.com", "print-server")))[CONF]
    rules = [line for line in text.splitlines() if line.startswith("http_access")]
    assert rules
    assert all(line.startswith("http_access allow ") for line in rules)


def test_same_plan_same_bytes() -> None:
    listed: list[Listed] = [
        ("https", 443, f"{letter}.example.com", "print-server") for letter in "cab"
    ]
    assert squid.files(proxied(*listed)) == squid.files(proxied(*listed))
