"""What is asked about the web proxy, and about one of a site's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from wizard.facts.model import Choice
from wizard.plan.field import Field
from wizard.plan.keys import ANY, ProxyKey, SiteProxyKey

_OF_PLAN: tuple[Field, ...] = (
    Field(
        ProxyKey("mode"),
        "choice",
        "Web proxy",
        "Explicit: the servers are told to use it. Transparent: it catches them.",
        "With an explicit proxy, servers connect to the proxy and the proxy connects to the"
        " internet. With a transparent one, or none, they connect directly. The allowlist is made"
        " in every case: firewalls that filter by name take it too.",
        (
            Choice("none", "None"),
            Choice("explicit", "Explicit, set on the servers"),
            Choice("transparent", "Transparent"),
        ),
        default="none",
    ),
    Field(
        ProxyKey("port"),
        "port",
        "Port of the proxy",
        "Where the proxy listens: 3128 for Squid, often 8080 for others.",
        default=3128,
        level=1,
        asked_when={"mode": ("explicit",)},
    ),
    Field(
        ProxyKey("wildcards"),
        "flag",
        "Its allowlist can hold *.example.com",
        "If not, hosts are listed one by one as far as the documents name them.",
        "Most proxies can allow a whole domain. Where yours can't, the named hosts of the chosen"
        " region are listed; a host that is known only as a wildcard gets a warning.",
        default=True,
        level=1,
        asked_when={"mode": ("explicit", "transparent")},
    ),
    Field(
        ProxyKey("tls_inspection"),
        "flag",
        "It inspects TLS",
        "It breaks open encrypted connections. Some products don't stand that.",
        "A proxy that inspects TLS shows its own certificate. Products that check for their"
        " vendor's fail then; they stand on the list of hosts that inspection must leave alone.",
        default=False,
        level=1,
        asked_when={"mode": ("explicit", "transparent")},
    ),
    Field(
        ProxyKey("login"),
        "choice",
        "It asks for a login",
        "Who connects has to say who he is. Services and devices often can't.",
        "What is known not to log in at such a proxy is a warning: it has to be let through by its"
        " addresses, without a login.",
        (
            Choice("none", "No"),
            Choice("basic", "A name and a password (Basic)"),
            Choice("windows", "A Windows account (Kerberos, NTLM)"),
        ),
        default="none",
        level=1,
        asked_when={"mode": ("explicit",)},
    ),
)


def _of_site(fields: Iterable[Field]) -> Iterator[Field]:
    """The same questions about a site's own proxy."""
    for field in fields:
        key, label = SiteProxyKey(ANY, field.part), f"{{site}}: {_small(field.label)}"
        yield msgspec.structs.replace(field, key=key, label=label)


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


# What a site's own proxy is asked of is what any proxy is, in words that name the site.
_AS_ELSEWHERE = "central"
_OF_SITES: tuple[Field, ...] = (
    Field(
        SiteProxyKey(ANY, "mode"),
        "choice",
        "Web proxy of {site}",
        "Whether its computers and servers reach the web by a proxy of their own.",
        "A site with a proxy of its own goes to that one, and to no other. None: it connects"
        " directly, whatever the others do. PAC files and lists are written for each proxy.",
        (Choice(_AS_ELSEWHERE, "As everywhere else"), *_OF_PLAN[0].choices),
        default=_AS_ELSEWHERE,
        level=1,
        unset=_AS_ELSEWHERE,
    ),
    Field(
        SiteProxyKey(ANY, "addresses"),
        "addresses",
        "Addresses of the proxy of {site}",
        "Left empty: those of the web proxy that is placed in the site's zones.",
        "One or several addresses; clients go to the next one where the first does not answer.",
        level=1,
        asked_when={"mode": ("explicit",)},
    ),
    *_of_site(_OF_PLAN[1:]),
)
PROXY_FIELDS = (*_OF_PLAN, *_OF_SITES)
