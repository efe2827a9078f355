"""A change → what a change manager asks of it: risk, window, order of work, tests, way back, and who
approves what. Everything follows from what changes; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from wizard.changes import ChangeEntry, Changes
from wizard.changes.fields import signed_destinations, signed_ports, signed_sources
from wizard.deployment import Deployment
from wizard.plan.model import Firewall
from wizard.rules.model import Rule
from wizard.rules.needs import Risk, risk_of
from wizard.views.words import count, few, role_name

_UNDO_SECONDS = 120


class ChangePlan(msgspec.Struct, frozen=True):
    """`facts` are (label, text); `approvals` are (who, on what condition)."""

    facts: tuple[tuple[str, str], ...]
    steps: tuple[str, ...]
    tests: tuple[str, ...]
    way_back: tuple[str, ...]
    afterwards: tuple[str, ...]
    approvals: tuple[tuple[str, str], ...]


def change_plan(old: Deployment, new: Deployment, changes: Changes) -> ChangePlan:
    """All parts; for no change of a firewall or list there is nothing to do but to approve."""
    rules = changes.rules_of()
    risk = _risk(new, rules.values())
    names = tuple(rules)
    return ChangePlan(
        facts=tuple(_facts(new, changes, risk)),
        steps=tuple(_steps(old, new, changes, names)) if changes else (),
        tests=_tests() if changes else (),
        way_back=tuple(_way_back(new, changes, names)) if changes else (),
        afterwards=tuple(_afterwards(new)) if changes else (),
        approvals=tuple(_approvals(changes, risk)),
    )


def _risk(new: Deployment, entries_of_firewalls: Iterable[Iterable[ChangeEntry[Rule]]]) -> Risk:
    """That of what is opened; what is only closed opens nothing."""
    opened: list[Rule] = []
    for entries in entries_of_firewalls:
        opened += [entry.record for entry in entries if entry.sign != "-"]
    return risk_of(opened, new.network)


def _facts(new: Deployment, changes: Changes, risk: Risk) -> Iterator[tuple[str, str]]:
    signs: list[str] = []
    roles: dict[str, None] = {}
    closed: dict[str, None] = {}
    for entries in changes.rules_of().values():
        for entry in entries:
            signs.append(entry.sign)
            for role in (entry.record.from_, entry.record.to):
                roles[role_name(new.catalog, role)] = None
            if entry.sign == "-" or _loses(entry):
                closed.update(dict.fromkeys(entry.record.services))
    if not changes:
        yield "Type", "Review: no firewall and no list changes."
        return
    walls = count(len(changes.rules_of()), "firewall")
    yield (
        "Type",
        f"Normal change: adds {count(signs.count('+'), 'rule')}, removes {signs.count('-')},"
        f" changes {signs.count('~')}, on {walls}.",
    )
    reasons = f": {', '.join(risk.reasons)}" if risk.reasons else ""
    yield "Risk", f"{risk.rating}{reasons}"
    impact = "Nothing is closed."
    if closed:
        impact = f"Closed, at least for some addresses or ports: {few(closed, separator='; ')}."
    yield "Impact", impact
    wanted = new.plan.request.wanted
    yield "Window", f"Wanted by {wanted}; from and to: to be agreed" if wanted else "To be agreed"
    yield "People affected", few(sorted(roles), most=8) or "nobody by a rule"


def _loses(entry: ChangeEntry[Rule]) -> bool:
    """True for a rule that stays and lets less through than before."""
    parts = (signed_sources(entry), signed_destinations(entry), signed_ports(entry))
    return entry.sign == "~" and any(sign == "-" for part in parts for sign, _ in part)


def _steps(
    old: Deployment, new: Deployment, changes: Changes, names: tuple[str, ...]
) -> Iterator[str]:
    yield "Approvals below are there, and the window is agreed."
    yield "Export the new plan: `portwright export plan.toml --to new`. Its scripts load all rules."
    for kind, word in (("boundary", "between zones"), ("cloud", "of the cloud")):
        of_kind = [name for name in names if _firewall(old, new, name).kind == kind]
        if of_kind:
            yield f"Firewalls {word} ({few(of_kind, most=8)}): add what is added, leave the rest."
    if changes.allowlist or changes.tls_bypass:
        yield "Web proxy: add what is added to its lists."
    for name in names:
        firewall = _firewall(old, new, name)
        if firewall.kind == "host" and name not in new.plan.firewalls:
            yield f"Host firewall {name}: the new plan has it no more; `remove` of its loaded script."
        elif firewall.kind == "host":
            yield f"Host firewall {name}: {_loading(name, firewall)}."
    yield "Switch the product over."
    yield "Firewalls between zones, of the cloud, and the web proxy: remove what is removed."


def _firewall(old: Deployment, new: Deployment, name: str) -> Firewall:
    return new.plan.firewalls.get(name) or old.plan.firewalls[name]


def _loading(name: str, firewall: Firewall) -> str:
    folder = f"firewalls/{name}"
    if firewall.platform == "windows":
        script = f"`{folder}/windows.ps1 -Action"
        return (
            f"{script} check`, {script} apply -ConfirmWithin {_UNDO_SECONDS}`, then from a new"
            f" session {script} confirm`"
        )
    script = f"`sh {folder}/nftables.sh"
    return (
        f"{script} check`, {script} apply --confirm-within {_UNDO_SECONDS}`, then from a new session"
        f" {script} confirm` (or the iptables, ufw or firewalld script that is there in its place)"
    )


def _tests() -> tuple[str, ...]:
    return (
        "Run the scripts in `tests/must-connect/` on a machine of each role: all connect.",
        "Run the scripts in `tests/must-fail/`: none connects any more.",
        "One user of each site prints one page.",
    )


def _way_back(new: Deployment, changes: Changes, names: tuple[str, ...]) -> Iterator[str]:
    yield "Not confirmed in time: the host scripts go back by themselves."
    for name in names:
        firewall = new.plan.firewalls.get(name)
        if firewall and firewall.kind == "host":
            verb = "windows.ps1 -Action rollback"
            script = verb if firewall.platform == "windows" else "nftables.sh rollback"
            yield f"Host firewall {name}: `firewalls/{name}/{script}`."
    yield (
        "All others: the opposite change, `portwright export old.toml --since plan.toml --to back`"
        " with the plan of before as old.toml; `changes.md` in it lists every line."
    )
    if changes.allowlist or changes.tls_bypass:
        yield "Web proxy: its list of before; `back/proxy/` holds what goes and what comes."


def _afterwards(new: Deployment) -> Iterator[str]:
    yield "Every script of a host says with `status` that its rules are in place."
    yield "`portwright verify new plan.toml` says that what was loaded is of this plan."
    review = new.plan.request.review
    yield f"Look at the rules again on {review}." if review else "Agree on a day of review."
    yield "Note what went otherwise than planned, and what users reported."


def _approvals(changes: Changes, risk: Risk) -> Iterator[tuple[str, str]]:
    yield "Requester", "The request is complete, and the findings are accepted."
    if not changes:
        yield "Owner of the rules", "All of them are still needed."
        return
    yield "Firewall team", "The lines fit the firewalls, and the window is agreed."
    if changes.allowlist or changes.tls_bypass:
        yield "Proxy team", "The hosts fit the proxy's lists."
    if risk.rating != "low":
        yield "Security", f"The exposure is acceptable ({', '.join(risk.reasons)})."
    yield "Change manager", "Window, tests and way back are agreed."


def doing_parts(plan: ChangePlan) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(title, lines) of each part that has any; what stands in backticks is a command."""
    for title, lines in (
        ("Implementation, in order", plan.steps),
        ("Test plan", plan.tests),
        ("Back-out", plan.way_back),
        ("After the change", plan.afterwards),
    ):
        if lines:
            yield title, lines
