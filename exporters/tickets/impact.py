"""Deployment → what loading the files does to traffic that no rule is about: by kind of firewall, in
sentences for the field of a ticket that asks what may break.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from exporters.denials import denied_ways
from wizard.deployment import Deployment
from wizard.views.words import few

_ALSO_OUT = "New connections, inbound and outbound, that no rule allows are dropped there."
_INBOUND = "New inbound connections that no rule allows are dropped there; outbound stays open."
_THROUGH = "What no rule allows is dropped on its way through."
_ADDS = "Rules are only added: what gets through today still does."
_CHECK = "The verb check of a host's script for Linux names what listens on that machine and would be closed."


def impact_of(deployment: Deployment, firewalls: Iterable[str] | None = None) -> Iterator[str]:
    """A sentence for all firewalls that do the same with what is not listed; of those that are named
    only, else of all that get rules.
    """
    walls = deployment.plan.firewalls
    names = walls if firewalls is None else firewalls
    names_by_words: dict[str, list[str]] = {}
    for name in names:
        if walls[name].kind != "router":
            names_by_words.setdefault(_words(denied_ways(walls[name])), []).append(name)
    for words, of_it in names_by_words.items():
        yield f"{few(of_it, most=8)}: {words}"
    if any(walls[name].kind == "host" for name in names):
        yield _CHECK
    denials = [one.name for one in deployment.denials if not set(one.firewalls).isdisjoint(names)]
    if denials:
        yield f"Denied from now on, whatever allows it: {few(denials, most=8)}."


def _words(ways: set[str]) -> str:
    if not ways:
        return _ADDS
    if "forward" in ways:
        return _THROUGH
    return _ALSO_OUT if "out" in ways else _INBOUND
