"""Which web proxies a plan has: the general one, and those that sites have of their own."""

from __future__ import annotations

import msgspec

from wizard.plan.model import INTERNET, Plan, Proxy, SiteProxy

PROXY = "web-proxy"
PROXIED_SCHEMES = ("http", "https", "wss")
# Whoever is in no site with an answer of its own.
EVERYWHERE_ELSE = ""


class UsedProxy(msgspec.Struct, frozen=True):
    """How the web is reached from the zones of a site, or from everywhere else; `addresses` take
    the place of the role's.
    """

    site: str
    answers: Proxy
    addresses: tuple[str, ...] = ()

    @property
    def inspects(self) -> bool:
        """True where a proxy looks into TLS."""
        return self.answers.tls_inspection and self.answers.mode != "none"

    @property
    def is_explicit(self) -> bool:
        """True where whoever is there connects to a proxy."""
        return self.answers.mode == "explicit"


def proxies_of(plan: Plan) -> tuple[UsedProxy, ...]:
    """The general answer, then those of sites."""
    of_sites: list[UsedProxy] = []
    for name, site in plan.sites.items():
        if site.proxy.mode is not None:
            addresses = site.proxy.addresses if site.proxy.mode == "explicit" else ()
            of_sites.append(UsedProxy(name, _answers(site.proxy), addresses))
    return (UsedProxy(EVERYWHERE_ELSE, plan.proxy), *of_sites)


def _answers(proxy: SiteProxy) -> Proxy:
    parts = {part: getattr(proxy, part) for part in Proxy.__struct_fields__}
    return Proxy(**parts)


class Leg(msgspec.Struct, frozen=True):
    """A part of the way to a host on the internet, over TCP."""

    from_: str
    to: str
    port: int


def splits(proxy: Proxy, scheme: str) -> bool:
    """True where connections of the scheme go to the proxy, and from there to the internet."""
    return proxy.mode == "explicit" and scheme in PROXIED_SCHEMES


def legs(proxy: Proxy, scheme: str, role: str, port: int) -> tuple[Leg, ...]:
    """The way from a role to the internet: an explicit proxy splits it in two."""
    if not splits(proxy, scheme):
        return (Leg(role, INTERNET, port),)
    return Leg(role, PROXY, proxy.port), Leg(PROXY, INTERNET, port)
