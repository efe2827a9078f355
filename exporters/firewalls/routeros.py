"""Rules of a boundary for MikroTik RouterOS → `routeros.rsc`, for `/import`.

They stand in a chain of their own; the jumps to it are made switched off, and stay as they are when
the file is imported again. Rules go before the address lists that they name, and come after them: a
rule with `!list` matches everybody while the list is empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from exporters.firewalls.boundaries import crossing, denies_the_rest, head, reason
from exporters.firewalls.normal import chunks
from exporters.firewalls.vendor_terms import digest, text
from exporters.lines import commented
from wizard.deployment import Deployment
from wizard.network.addresses import FAMILIES, Cidrs, Family, beyond, declared_of
from wizard.rules.model import Forward, Rule
from wizard.views.words import narrow_ports

_ROOT = {4: "/ip firewall", 6: "/ipv6 firewall"}
_EVERYBODY = {4: "0.0.0.0/0", 6: "::/0"}
_COMMENT = 200

_LOAD = (
    "Upload it and enter /import routeros.rsc in safe mode (Ctrl+X). It replaces its own chain and lists.",
    "The jump to the chain is made switched off, at the end. Put it before what drops, behind what bans:",
)


def files_of(deployment: Deployment, firewall: str) -> dict[str, str]:
    """One file for both families."""
    chain = f"pw-{firewall}"
    rules = crossing(deployment, firewall)
    forwards = deployment.forwards_of(firewall)
    lines = list(commented(_head(deployment, firewall, chain)))
    for family in FAMILIES:
        of_family = [rule for rule in rules if rule.family == family]
        closing = denies_the_rest(deployment, firewall)
        lines += _family(chain, family, of_family, forwards if family == 4 else (), closing)
    return {"routeros.rsc": "\n".join(lines) + "\n"}


def _head(deployment: Deployment, firewall: str, chain: str) -> list[str]:
    jumps = [
        f'  {root} filter move [find jump-target="{chain}"] destination=[find comment="YOUR RULE"]'
        for root in _ROOT.values()
    ]
    load = (
        *_LOAD,
        *jumps,
        f'  {_ROOT[4]} filter enable [find jump-target="{chain}"], the same in {_ROOT[6]}',
        f'  {_ROOT[4]} nat enable [find jump-target="{chain}"], where there are port forwards',
        "Answers pass by the rule that accepts established and related, which your chain has first.",
    )
    return head(deployment, firewall, "MikroTik RouterOS 7, its filter", load)


def _family(
    chain: str, family: Family, rules: Sequence[Rule], forwards: Sequence[Forward], closing: bool
) -> Iterator[str]:
    """The lines of one family: what was there goes, lists come, then rules, then the jump."""
    root = _ROOT[family]
    lists: dict[Cidrs, str] = {}
    lines: list[str] = []
    for rule in rules:
        lines += _rule(chain, rule, lists)
    redirects: list[str] = []
    for forward in forwards:
        redirects += _redirect(chain, forward, lists)
    yield f"{root} filter"
    yield f'remove [find chain="{chain}"]'
    if family == 4:
        yield f"{root} nat"
        yield f'remove [find chain="{chain}"]'
    yield f"{root} address-list"
    yield f'remove [find list~"^{chain}:"]'
    for cidrs, name in lists.items():
        for cidr in cidrs:
            yield f'add list="{name}" address={cidr}'
    yield f"{root} filter"
    if closing:
        yield f'add chain="{chain}" action=accept connection-state=established,related comment="answers"'
    yield from lines
    if closing:
        yield f'add chain="{chain}" action=drop comment="everything else"'
    yield _jump(chain, "forward")
    if redirects:
        yield f"{root} nat"
        yield from redirects
        yield _jump(chain, "dstnat")


def _jump(chain: str, where: str) -> str:
    jumps = f'[:len [find chain={where} jump-target="{chain}"]]'
    return (
        f":if ({jumps} = 0) do={{ add chain={where} action=jump"
        f' jump-target="{chain}" disabled=yes comment="{chain}" }}'
    )


def _rule(chain: str, rule: Rule, lists: dict[Cidrs, str]) -> Iterator[str]:
    """A rule's lines: ports in runs that one match takes."""
    sides = (
        *_side("src", chain, rule.family, rule.sources, rule.except_sources, lists),
        *_side("dst", chain, rule.family, rule.destinations, rule.except_destinations, lists),
    )
    if "" in sides:
        return
    action = "accept" if rule.action == "allow" else "drop"
    for ports in chunks(rule.ports):
        yield (
            f'add chain="{chain}" action={action} protocol={rule.transport}'
            f"{_matches(sides)} dst-port={narrow_ports(ports)}"
            f' comment="{reason(rule, _COMMENT)}"'
        )


def _matches(sides: Iterable[str]) -> str:
    """What a line says of its sides: nothing of everybody."""
    return "".join(f" {word}" for word in sides if word != "any")


def _side(
    end: str,
    chain: str,
    family: Family,
    cidrs: Cidrs,
    excepted: Cidrs,
    lists: dict[Cidrs, str],
) -> tuple[str, ...]:
    """How RouterOS names one side; `any` is everybody, an empty word nobody."""
    if len(cidrs) > 1 and excepted:
        cidrs, excepted = beyond(cidrs, excepted), ()
    if not cidrs or not beyond(cidrs, excepted):
        return ("",)
    if len(cidrs) > 1:
        return (f'{end}-address-list="{_list(chain, cidrs, lists)}"',)
    everybody = cidrs[0] == _EVERYBODY[family]
    whole = "any" if everybody else f"{end}-address={cidrs[0]}"
    if not excepted:
        return (whole,)
    return whole, f'{end}-address-list="!{_list(chain, excepted, lists)}"'


def _list(chain: str, cidrs: Cidrs, lists: dict[Cidrs, str]) -> str:
    return lists.setdefault(cidrs, f"{chain}:{digest(*cidrs, size=6)}")


def _redirect(chain: str, forward: Forward, lists: dict[Cidrs, str]) -> Iterator[str]:
    """A port forward's line; none for one that waits for an address, or that nobody may use."""
    sources = _side("src", chain, 4, declared_of(forward.sources, 4), (), lists)
    if not forward.is_complete or "" in sources:
        return
    yield (
        f'add chain="{chain}" action=dst-nat protocol={forward.transport}{_matches(sources)}'
        f" dst-address={forward.public_address} dst-port={narrow_ports([forward.public_ports])}"
        f" to-addresses={forward.address} to-ports={narrow_ports([forward.ports])}"
        f' comment="{text(forward.id, 40)}"'
    )
