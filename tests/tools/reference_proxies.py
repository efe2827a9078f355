"""Web proxies for the reference, from the tables of the plan file alone: who goes by which, and where
each is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

INTERNET = "internet"
PROXIED = ("http", "https", "wss")


class At(NamedTuple):
    """What of a role takes part: all of it, or what is in some zones, or who is at addresses that
    stand in its place. `nowhere`: who has no place yet counts here.
    """

    zones: frozenset[str] | None = None
    addresses: tuple[str, ...] = ()
    nowhere: bool = True


ALL_OF_IT = At()


class Way(NamedTuple):
    """A connection on the way to a host on the internet."""

    from_: str
    from_at: At
    to: str
    to_at: At
    port: int
    # A proxy goes out for those who come to it: without any, it does not.
    on_behalf: tuple[str, At] | None = None


class ProxyOf(NamedTuple):
    """How some of the plan's machines reach the web."""

    table: Mapping[str, Any]
    clients: At
    proxy: At

    @property
    def wildcards(self) -> bool:
        return bool(self.table["wildcards"])

    def ways(self, scheme: str, role: str, port: int) -> Iterator[Way]:
        """Straight out, or by the proxy."""
        if self.table["mode"] != "explicit" or scheme not in PROXIED:
            yield Way(role, self.clients, INTERNET, ALL_OF_IT, port)
            return
        yield Way(role, self.clients, "web-proxy", self.proxy, self.table["port"])
        yield Way("web-proxy", self.proxy, INTERNET, ALL_OF_IT, port, (role, self.clients))


def proxies(tables: Mapping[str, Any]) -> list[ProxyOf]:
    """The general one, and those of sites, which take its place there."""
    sites: Mapping[str, Any] = tables.get("sites", {})
    own = {name: table for name, table in sites.items() if "proxy" in table}
    if not own:
        return [ProxyOf(_whole(tables.get("proxy", {})), ALL_OF_IT, ALL_OF_IT)]
    zones = {*tables.get("zones", {}), INTERNET}
    theirs: set[str] = set()
    by_role: set[str] = set()
    found: list[ProxyOf] = []
    for table in own.values():
        proxy, there = _whole(table["proxy"]), frozenset(table["zones"])
        theirs |= there
        addresses = tuple(proxy.get("addresses", ()))
        if proxy["mode"] == "explicit" and not addresses:
            by_role |= there
        clients = At(there, nowhere=False)
        found.append(ProxyOf(proxy, clients, At(None, addresses) if addresses else At(there)))
    general = _whole(tables.get("proxy", {}))
    elsewhere = At(frozenset(zones - theirs)), At(frozenset(zones - by_role))
    return [ProxyOf(general, *elsewhere), *found]


def _whole(table: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"mode": "none", "port": 3128, "wildcards": True, **table}
