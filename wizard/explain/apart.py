"""What sites keep apart: a connection that would get through if its product served across them."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.deployment import Deployment
from wizard.explain.hops import Connection
from wizard.network import addresses
from wizard.network.party import Party
from wizard.network.ports import holds_port
from wizard.plan.model import INTERNET
from wizard.rules.wants import Want


def site_notes(deployment: Deployment, connection: Connection) -> Iterator[str]:
    """A sentence for each installation whose parties are these, at sites that are not paired."""
    if not deployment.plan.sites:
        return
    noted: dict[str, None] = {}
    for want in deployment.wants:
        if want.installation not in noted and _keeps_apart(want, connection):
            noted[want.installation] = None
            yield (
                f"Sites keep these apart: {want.fact.service} ({want.id}) goes to partners of the"
                f" same site. 'Serves across sites' of {want.installation} would let it through."
            )


def _keeps_apart(want: Want, connection: Connection) -> bool:
    """True where both are parties of a connection, and no pair of it has all of both."""
    is_asked = want.fact.served and want.transport == connection.transport
    if not is_asked or not holds_port(want.ports, connection.port):
        return False
    if not has(want.sources, connection.sources):
        return False
    if not has(want.destinations, connection.destinations):
        return False
    if want.fact.exposure != "public" and _is_outside(connection):
        return False  # it is no site that keeps it from the internet
    for pair in want.pairs:
        if has(pair.sources, connection.sources) and has(
            pair.destinations, connection.destinations
        ):
            return False
    return True


def _is_outside(connection: Connection) -> bool:
    return INTERNET in connection.sources.by_zone or INTERNET in connection.destinations.by_zone


def has(party: Party, part: Party) -> bool:
    """True where a party holds all of another one."""
    return addresses.covers(party.every_cidr, part.every_cidr)
