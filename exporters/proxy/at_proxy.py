"""What each of a plan's web proxies is told: which hosts, for whom, and where it is itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from exporters.proxy.names import host_name
from wizard.deployment import Deployment
from wizard.facts.model import EndpointFact
from wizard.network import addresses
from wizard.network.addresses import FAMILIES
from wizard.network.party import Party
from wizard.network.proxied import Proxied
from wizard.plan.proxies import PROXIED_SCHEMES, PROXY, UsedProxy, proxies_of
from wizard.rules.model import AllowlistEntry
from wizard.rules.seen import Sides


class Access(msgspec.Struct, frozen=True):
    """Who may reach what through the proxy: `hosts` on a port, from addresses. `tls` is false for
    plain HTTP.
    """

    tls: bool
    port: int
    sources: tuple[str, ...]
    roles: tuple[str, ...]
    hosts: tuple[str, ...]


class Unlisted(msgspec.Struct, frozen=True):
    """An entry that could not be written, and why."""

    host: str
    why: str


def folder_of(used: UsedProxy) -> str:
    """Where the files of a proxy stand in an export."""
    return f"proxy/{used.site}" if used.site else "proxy"


class AtProxy:
    """What is listed for one of a plan's proxies, and for whom."""

    def __init__(self, deployment: Deployment, used: UsedProxy) -> None:
        self.used = used
        self._deployment, self._proxied = deployment, Proxied(deployment.network)
        self._sides = Sides(deployment.network)
        self._left_out = {
            endpoint.fact.id
            for endpoint in deployment.endpoints
            if not endpoint.counts_at(used.answers)
        }

    def entries(self) -> Iterator[AllowlistEntry]:
        """What of the allowlist somebody needs who goes by this proxy."""
        for entry in self._deployment.allowlist:
            if next(self._parties(entry), None) is not None:
                yield entry

    def through(self) -> tuple[tuple[Access, ...], tuple[Unlisted, ...]]:
        """The allowlist by port and clients, as far as it goes through a web proxy; and what had to
        be left out.

        Clients are the places of the roles inside the plan's zones, as an explicit proxy sees them
        behind what translates on the way, in the families that it has itself. A role without a
        place is nobody.
        """
        names: dict[tuple[bool, int, tuple[str, ...]], tuple[set[str], set[str]]] = {}
        unlisted: dict[Unlisted, None] = {}
        for entry in self.entries():
            if entry.scheme not in PROXIED_SCHEMES:
                why = f"{entry.scheme} does not go through a web proxy"
                unlisted[Unlisted(entry.host, why)] = None
                continue
            host = host_name(entry.host)
            if host is None:
                unlisted[Unlisted(entry.host, "it is not a host name")] = None
                continue
            clients = _Clients(self._clients(entry))
            if clients.waits:
                unlisted[Unlisted(entry.host, clients.behind())] = None
            sources = addresses.declared(clients.cidrs)
            if not sources:
                if not clients.waits:
                    why = f"no place is known for {', '.join(entry.from_)}"
                    unlisted[Unlisted(entry.host, why)] = None
                continue
            roles, hosts = names.setdefault(
                (entry.scheme != "http", entry.port, sources), (set(), set())
            )
            roles |= clients.placed
            hosts.add(host)
        accesses: list[Access] = []
        for (tls, port, sources), (roles, hosts) in names.items():
            accesses.append(Access(tls, port, sources, tuple(sorted(roles)), tuple(sorted(hosts))))
        accesses.sort(key=lambda access: (not access.tls, access.port, access.sources))
        return tuple(accesses), tuple(unlisted)

    def addresses(self) -> tuple[str, ...]:
        """The single addresses of the proxy; none where it has no place or is only known by a
        network.
        """
        places: list[str] = []
        for product in self._deployment.plan.viewpoints:
            places += self._place(product).local_cidrs
        cidrs = addresses.declared(places)
        return tuple(map(addresses.bare, cidrs)) if all(map(addresses.is_single, cidrs)) else ()

    def _place(self, installation: str) -> Party:
        return self._proxied.place(self._deployment.network.party(installation, PROXY), self.used)

    def _parties(self, entry: AllowlistEntry) -> Iterator[tuple[str, str, Party | None]]:
        """The installations and roles that open this entry by this proxy, and where they are."""
        pairs: dict[tuple[str, str], None] = {}
        for key in entry.endpoints:
            fact = self._deployment.facts.get(key)
            if isinstance(fact, EndpointFact) and key not in self._left_out:
                pairs[(fact.installation, fact.from_)] = None
        for installation, role in pairs:
            party = self._deployment.network.party(installation, role)
            there = party and self._proxied.clients(party, self.used)
            if there is not None or party is None:
                yield installation, role, there

    def _clients(self, entry: AllowlistEntry) -> Iterator[_Client]:
        """The roles that open this entry, each with its addresses as the proxy sees them."""
        for installation, role, party in self._parties(entry):
            if party is None or not self.used.is_explicit:
                yield _Client(role, tuple(party.local_cidrs if party else ()), ())
                continue
            proxy = self._place(installation)
            cidrs: list[str] = []
            waits: list[str] = []
            for family in sorted(proxy.families()) or FAMILIES:
                side = self._sides.arriving(party, proxy, family)
                cidrs += side.cidrs
                waits += side.waits
            yield _Client(role, tuple(cidrs), tuple(waits))


class _Client(msgspec.Struct, frozen=True):
    """Who opens an entry; `waits`: the boundaries behind whose unknown address he comes."""

    role: str
    cidrs: tuple[str, ...]
    waits: tuple[str, ...]


class _Clients:
    """All who open an entry: where they are, and for what some of them wait."""

    def __init__(self, clients: Iterable[_Client]) -> None:
        self.cidrs: list[str] = []
        self.waits: set[str] = set()
        self.placed: set[str] = set()
        self._waiting: dict[str, None] = {}
        for client in clients:
            self.cidrs += client.cidrs
            self.waits.update(client.waits)
            if client.cidrs:
                self.placed.add(client.role)
            if client.waits:
                self._waiting[client.role] = None

    def behind(self) -> str:
        """Who of them cannot be let in, and why."""
        waits = ", ".join(sorted(self.waits))
        return f"{', '.join(self._waiting)} come behind {waits}, whose public address is not known"


def all_proxies(deployment: Deployment) -> list[AtProxy]:
    """The general one, then those of sites."""
    return [AtProxy(deployment, used) for used in proxies_of(deployment.plan)]
