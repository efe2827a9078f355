"""Which of a product's listeners a plan may open to the internet."""

from __future__ import annotations

from operator import attrgetter

from wizard.facts.model import Product
from wizard.tables import each_made

_INTERNET = "internet"
# Roles that others run, which the plan's machines use wherever they are. Nobody on the internet
# uses one that is inside.
SERVICES = frozenset(
    {
        "database-server",
        "directory-server",
        "dns-server",
        "mail-relay",
        "mailbox-server",
        "time-server",
        "web-proxy",
    }
)


def openable(product: Product) -> dict[str, str]:
    """Listener → its name, for those that may be opened: the product's own, encrypted or unsaid."""
    own = own_listeners(product)
    names: dict[str, str] = {}
    for fact in product.flows:
        if fact.listener in own and fact.encrypted is not False:
            names[fact.listener] = own[fact.listener]
    return names


def own_listeners(product: Product) -> dict[str, str]:
    """Listener → its name, without those of services."""
    names: dict[str, str] = {}
    for fact in product.flows:
        # What names a listener that there is none of is said when all facts are checked.
        listener = product.listeners.get(fact.listener or "")
        if listener is not None and fact.listener and fact.to not in SERVICES:
            names[fact.listener] = listener.name
    return names


def publishable(product: Product) -> dict[str, str]:
    """What a port forward can lead to: each listener, and what has none and is meant for the
    internet, with its name.
    """
    names: dict[str, str] = each_made(attrgetter("name"), product.listeners)
    for fact in product.flows:
        if fact.listener is None and fact.exposure == "public" and fact.to != _INTERNET:
            names[fact.entry] = fact.service
    return names
