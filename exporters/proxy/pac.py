"""Explicit web proxy → `proxy/proxy.pac`: listed hosts go to the proxy, all others go out directly.

The plan says nothing about hosts that are not listed, and most of what a client opens is inside
anyway; DIRECT leaves them to what the firewalls let through.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import product

import msgspec

from exporters.format import CannotSay
from exporters.lines import prefixed
from exporters.proxy.at_proxy import Access, AtProxy, Unlisted, all_proxies, folder_of
from exporters.proxy.names import names
from exporters.safe import plain
from exporters.script import template
from wizard.deployment import Deployment
from wizard.network import addresses
from wizard.plan.model import Plan, site_of_zone
from wizard.tables import each_made
from wizard.views.words import NOBODY


def files(deployment: Deployment) -> dict[str, str]:
    """The PAC file: it asks where it is where sites have proxies of their own, and each of those
    has one for itself.

    Raises:
        CannotSay: where a proxy has no address that clients could be sent to.
    """
    general, *at_sites = all_proxies(deployment)
    if not at_sites:
        return {"proxy/proxy.pac": _file(deployment, _lists(general))}
    lists = list(map(_lists, at_sites))
    places = _places(deployment.plan, [one.site for one in lists])
    made = {"proxy/proxy.pac": _file(deployment, _lists(general), lists, places)}
    for at, of_site in zip(at_sites, lists, strict=True):
        if at.used.is_explicit:
            made[f"{folder_of(at.used)}/proxy.pac"] = _file(deployment, of_site)
    return made


class _Lists(msgspec.Struct, frozen=True):
    """What is said of one proxy; no `ways`: whoever it is for connects directly."""

    site: str
    ways: str | None
    access: tuple[Access, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()

    @property
    def tables(self) -> dict[str, str]:
        """Its tables, as JavaScript."""
        return {
            "WAYS": json.dumps(self.ways),
            "HOSTS": _table(_keys(self.access, wild=False)),
            "BELOW": _table(_keys(self.access, wild=True)),
        }


def _lists(at: AtProxy) -> _Lists:
    if not at.used.is_explicit:
        return _Lists(at.used.site, None)
    access, unlisted = at.through()
    proxy_addresses = at.addresses()
    if not proxy_addresses:
        if at.used.site:
            raise CannotSay(
                "a PAC file names the proxy: give the role web-proxy one or more single addresses"
                f" in the site {at.used.site}, or its proxy addresses of its own"
            )
        raise CannotSay(
            "a PAC file names the proxy: give the role web-proxy one or more single addresses in"
            " the plan"
        )
    port = at.used.answers.port
    ways = "; ".join(
        f"PROXY [{address}]:{port}" if ":" in address else f"PROXY {address}:{port}"
        for address in proxy_addresses
    )
    return _Lists(at.used.site, ways, access, unlisted)


class _Places(msgspec.Struct, frozen=True):
    """Where the clients of each site are, by the networks that they have themselves; `unclear` are
    those that several places have: an address there says nothing of where it is.
    """

    networks: dict[str, tuple[str, ...]]
    unclear: tuple[str, ...]


def _places(plan: Plan, sites: Collection[str]) -> _Places:
    site_of = site_of_zone(plan)
    every: list[tuple[str, str]] = []
    for name, zone in plan.zones.items():
        site = site_of.get(name, "")
        every += product((site if site in sites else "",), zone.networks)
    networks: dict[str, list[str]] = {site: [] for site in sites}
    unclear: dict[str, None] = {}
    for place, network in every:
        others = tuple(other for elsewhere, other in every if elsewhere != place)
        if place and addresses.overlap((network,), others):
            unclear[network] = None
        elif place:
            networks[place].append(network)
    return _Places(each_made(tuple, networks), tuple(unclear))


def _sites(lists: Iterable[_Lists], places: _Places) -> str:
    """A JavaScript array, one entry a site."""
    entries: list[str] = []
    for of_site in lists:
        nets = ", ".join(map(json.dumps, map(_masked, places.networks[of_site.site])))
        tables = of_site.tables
        entries.append(
            f"\n  {{site: {json.dumps(of_site.site)}, networks: [{nets}], ways: {tables['WAYS']},"
            f"\n  hosts: {tables['HOSTS']},\n  below: {tables['BELOW']}}}"
        )
    return f"[{','.join(entries)}\n]"


def _masked(network: str) -> list[str]:
    """An IPv4 network as PAC files know it, base and mask; an IPv6 one by its prefix."""
    if ":" in network:
        return [network]
    return ipaddress.IPv4Network(network).with_netmask.split("/")


def _file(
    deployment: Deployment,
    lists: _Lists,
    sites: Sequence[_Lists] = (),
    places: _Places | None = None,
) -> str:
    roles: set[str] = set()
    left: list[str] = []
    for one in (lists, *sites):
        for entry in one.access:
            roles.update(entry.roles)
        where = f" ({one.site})" if sites and one.site else ""
        for host in one.unlisted:
            left.append(f"not in here: {plain(host.host, 253)}{where}: {plain(host.why, 200)}")
    if places is not None and places.unclear:
        left.append(
            f"in several places: {', '.join(places.unclear)}. Clients there count as at no site: hand"
            " them their site's own file."
        )
    at = f" at the site {lists.site}" if lists.site else ""
    whom = f"for {', '.join(map(plain, sorted(roles))) or NOBODY}{at}"
    head = [f"The plan '{plain(deployment.plan.name, 200)}': {whom}.", *left]
    parts = {"HEAD": "\n".join(prefixed("// ", head)), **lists.tables, **_PLAIN}
    if places is not None:
        chooser = _filled("proxy-sites.pac", {"SITES": _sites(sites, places)})
        parts |= {"CHOOSER": chooser, **_BY_SITE}
    return _filled("proxy.pac", parts)


# Which lists are looked at: the only ones, or those of the site.
_PLAIN = {
    "CHOOSER": "",
    "CHOOSE": "",
    "INHOSTS": "portwright_hosts",
    "INBELOW": "portwright_below",
    "INWAYS": "portwright_ways",
}
_BY_SITE = {
    "CHOOSE": "  var lists = portwright_lists();\n",
    "INHOSTS": "lists.hosts",
    "INBELOW": "lists.below",
    "INWAYS": "lists.ways",
}


def _filled(name: str, parts: Mapping[str, str]) -> str:
    return re.sub(r"@([A-Z]+)\b", lambda mark: parts[mark[1]], template(name))


def _keys(access: Iterable[Access], wild: bool) -> list[str]:
    """`tls:443:host` for each host, or for each domain whose hosts below it are listed."""
    by_way: dict[tuple[bool, int], set[str]] = {}
    for entry in access:
        by_way.setdefault((entry.tls, entry.port), set()).update(entry.hosts)
    keys: list[str] = []
    for (tls, port), hosts in by_way.items():
        listed = names(hosts)
        way = f"{'tls' if tls else 'plain'}:{port}:"
        keys += prefixed(way, listed.below if wild else listed.hosts)
    return sorted(keys)


def _table(keys: list[str]) -> str:
    return "{" + ",".join(f"\n  {json.dumps(key)}: 1" for key in keys) + "\n}" if keys else "{}"
