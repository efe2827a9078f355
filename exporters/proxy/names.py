"""Host names of the allowlist, for formats that let through by name.

`*.` stands for any depth below a domain, and never for the domain itself.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

import msgspec

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(\*\.)?{_LABEL}(\.{_LABEL})*")


class Names(msgspec.Struct, frozen=True):
    """Hosts with nothing said twice: `below` are domains of which every host below counts, `hosts`
    single ones.

    A domain stands in both where its own name is listed too. No host is below a domain of `below`.
    """

    below: tuple[str, ...]
    hosts: tuple[str, ...]


def names(listed: Iterable[str]) -> Names:
    """Canonical hosts, `*.` or not → the same without those that a wildcard holds."""
    names = set(listed)
    domains = {host[2:] for host in names if host.startswith("*.")}
    single = {host for host in names if not host.startswith("*.")}
    return Names(
        below=tuple(sorted(domain for domain in domains if not _held(domain, domains))),
        hosts=tuple(sorted(host for host in single if not _held(host, domains))),
    )


def host_name(host: str) -> str | None:
    """A host as people write it → in lower case without a final dot; None for what is no host name.

    An address is none either: lists of names do not hold addresses.
    """
    lower = host.strip().removesuffix(".").lower()
    if len(lower) > 253 or not _HOST.fullmatch(lower):
        return None
    # Some programs read `1.2` and `0x7f.1` as addresses: the last label of a name is never a
    # number.
    last = lower.rpartition(".")[2]
    return None if last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last) else lower


def is_address(host: str) -> bool:
    """True for an IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _held(host: str, domains: set[str]) -> bool:
    """True for a name below one of the domains."""
    above = host
    while "." in above:
        above = above.partition(".")[2]
        if above in domains:
            return True
    return False
