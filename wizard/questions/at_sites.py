"""What is asked about a site: its zones, and how the web is reached from there."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.plan.fields import declared_keys, fields_of
from wizard.plan.keys import Key, SiteKey, SiteProxyKey
from wizard.plan.model import Plan, Site
from wizard.plan.proxies import PROXY, proxies_of


def keys_of_site(name: str, site: Site) -> Iterator[Key]:
    """All that is asked about a site now."""
    yield from declared_keys(SiteKey, name)
    yield from keys_of_site_proxy(name, site)


def keys_of_site_proxy(name: str, site: Site) -> Iterator[SiteProxyKey]:
    """What is asked about a web proxy of its own."""
    for field in fields_of(SiteProxyKey):
        if field.is_asked(site.proxy):
            yield SiteProxyKey(name, field.part)


def sites_without_proxy(plan: Plan) -> Iterator[str]:
    """Sites whose clients are to go to a proxy of their own, and nobody has said where it is."""
    used = [each for each in proxies_of(plan) if each.site and each.is_explicit]
    if not used:
        return
    # Few plans have any.
    from wizard.network.proxied import Proxied
    from wizard.network.topology import Network

    network = Network(plan)
    proxied = Proxied(network)
    roles = [network.party(installation, PROXY) for installation in plan.viewpoints]
    for each in used:
        if any(proxied.place(role, each).unplaced for role in roles):
            yield each.site
