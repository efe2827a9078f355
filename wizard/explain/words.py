"""The words of a question → where they are: zones, roles, addresses, ports. What is meant is said
where it is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from wizard.explain.values import QuestionError
from wizard.facts.model import Role
from wizard.network import addresses
from wizard.network.overlaps import zones_holding
from wizard.network.party import Party, Piece
from wizard.network.renumbered import seen_networks
from wizard.network.topology import Network
from wizard.plan.model import INTERNET
from wizard.plan.placement import is_placed_by_products
from wizard.plan.publishing import public_addresses
from wizard.text import name_of_words, near

_TRANSPORTS = ("tcp", "udp")


def service_of(text: str) -> tuple[int, str]:
    """`9191/tcp` → (9191, "tcp").

    Raises:
        QuestionError: for anything else, saying what was meant where that can be known.
    """
    word = text.strip().lower()
    first, slash, second = word.partition("/")
    if first in _TRANSPORTS and second.isdigit():
        first, second = second, first
    if re.fullmatch(r"[0-9]{1,5}", first) and second in _TRANSPORTS and 1 <= int(first) <= 65535:
        return int(first), second
    raise QuestionError(
        f"{text!r} is no port and transport such as 9191/tcp or"
        f" 161/udp{_meant(first, slash, second)}"
    )


def _meant(first: str, slash: str, second: str) -> str:
    if re.fullmatch(r"[0-9]+-[0-9]+", first):
        return (
            f"; ask for one port of the range, such as {first.partition('-')[0]}/{second or 'tcp'}"
        )
    if not (first.isascii() and first.isdigit()):
        return ""
    if len(first) > 5 or not 1 <= int(first) <= 65535:
        return "; ports go from 1 to 65535"
    return f"; write {first}/tcp or {first}/udp" if not slash else near(second, _TRANSPORTS)


def party_of(network: Network, roles: Mapping[str, Role], product: str, word: str) -> Party:
    """A zone, a role (of the plan, or one of all `roles`) or an address → where it is; no pieces:
    nowhere yet.

    Raises:
        QuestionError: for what the plan does not know.
    """
    plan = network.plan
    if word == INTERNET:
        return Party(word, (Piece(INTERNET, tuple(addresses.ANYWHERE.values()), anywhere=True),))
    if word in plan.zones:
        return Party(word, (Piece(word, addresses.declared(seen_networks(plan.zones[word]))),))
    if word in roles and roles[word].at and plan.placement(product, word) is None:
        word = roles[word].at
    if plan.placement(product, word) is not None:
        return network.party(product, word) or Party(word, ())
    if word in roles or is_placed_by_products(plan, word):
        return Party(word, ())
    try:
        item = addresses.parse_item(word)
    except ValueError as error:
        raise QuestionError(_unknown(network, word, error)) from None
    public: set[str] = set()
    for firewall in plan.firewalls.values():
        public.update(public_addresses(firewall))
    pieces = network.locate(addresses.declared([item]))
    if not pieces and (several := zones_holding(plan, addresses.declared([item]))):
        raise QuestionError(
            f"{word} is in {' and in '.join(several)}; name it by the address under which the zone is"
            " seen from elsewhere"
        )
    if not pieces and item not in public:
        raise QuestionError(f"{word} is in no zone of this plan, and is not on the internet either")
    return Party(word, pieces or (Piece(INTERNET, addresses.declared([item])),))


def _unknown(network: Network, word: str, error: ValueError) -> str:
    plan = network.plan
    if re.match(r"[0-9.]+(/|-|$)|[0-9a-fA-F]*:", word):
        return f"{word!r} is no address: {error}"
    words = [
        *plan.zones,
        *plan.roles,
        *(name for name, front in plan.fronts.items() if front.role is None),
        *(role for answers in plan.products.values() for role in answers.roles),
        INTERNET,
    ]
    text = f"{word!r} is no address, and no zone or role of this plan"
    fitting = name_of_words(word, 63)
    return text + (near(word, words) or near(fitting, words))
