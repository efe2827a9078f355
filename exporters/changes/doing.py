"""A change → what a change manager asks of it: risk, window, order of work, tests, way back, and who
approves what. Everything follows from what changes; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter

import msgspec

from exporters.changes.impact import denies_more, impact_text
from wizard.changes import ChangeEntry, Changes
from wizard.changes.values import firewalls_denying
from wizard.deployment import Deployment
from wizard.plan.model import INTERNET, Firewall
from wizard.rules.model import Rule
from wizard.rules.needs import Risk, highest_risk
from wizard.views.words import count, few, listed, role_name, upper_first

_UNDO_SECONDS = 120
# Where the second step puts the new plan's files.
_NEW = "new"


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
    risk = _risk(new, changes.rules_of().values())
    return ChangePlan(
        facts=tuple(_facts(old, new, changes, risk)),
        steps=tuple(_steps(old, new, changes)) if changes else (),
        tests=_tests() if changes else (),
        way_back=tuple(_way_back(old, new, changes)) if changes else (),
        afterwards=tuple(_afterwards(new)) if changes else (),
        approvals=tuple(_approvals(changes, risk)),
    )


def _risk(new: Deployment, entries_of_firewalls: Iterable[Iterable[ChangeEntry[Rule]]]) -> Risk:
    """That of what is opened; what is only closed opens nothing."""
    opened: list[Rule] = []
    for entries in entries_of_firewalls:
        opened += [entry.record for entry in entries if entry.sign != "-"]
    return highest_risk(opened, new.network)


def _facts(
    old: Deployment, new: Deployment, changes: Changes, risk: Risk
) -> Iterator[tuple[str, str]]:
    roles: dict[str, None] = {}
    for entry in changes.rules:
        for role in {entry.record.from_, entry.record.to} - {INTERNET}:
            roles[role_name(new.catalog, role)] = None
    if not changes:
        yield "Type", "Review: no firewall and no list changes."
        return
    yield "Type", f"Normal change: {'; '.join(_sizes(changes))}."
    yield "Risk", risk.text
    yield "Impact", impact_text(old, new, changes)
    if changes.policies:
        yield "Everything else", "; ".join(map(attrgetter("text"), changes.policies))
    wanted = new.plan.request.wanted
    yield "Window", f"Wanted by {wanted}; from and to: to be agreed" if wanted else "To be agreed"
    yield "Systems affected", few(sorted(roles), most=8) or "none by a rule"


def _sizes(changes: Changes) -> Iterator[str]:
    """How much changes: rules and firewalls, then what else does."""
    signs = list(map(attrgetter("sign"), changes.rules))
    if changes.firewalls:
        yield (
            f"adds {count(signs.count('+'), 'rule')}, removes {signs.count('-')},"
            f" changes {signs.count('~')}, on {count(len(changes.firewalls), 'firewall')}"
        )
    else:
        yield "no firewall changes"
    denials = list(filter(firewalls_denying, changes.denials))
    others = []
    for number, words in (
        (len(changes.forwards), ("port forward",)),
        (len(denials), ("entry of what must never be", "entries of what must never be")),
        (len(changes.allowlist), ("host on the allowlist", "hosts on the allowlist")),
        (len(changes.tls_bypass), ("host not to inspect", "hosts not to inspect")),
        (len(changes.mail_senders), ("sender of mail", "senders of mail")),
    ):
        if number:
            others.append(count(number, *words))
    if others:
        yield f"also {listed(others)}"


def _steps(old: Deployment, new: Deployment, changes: Changes) -> Iterator[str]:
    yield "Approvals below are there, and the window is agreed."
    yield (
        f"Export the new plan: `portwright export plan.toml --to {_NEW}`. Its scripts load all rules."
    )
    kinds: list[str] = []
    for kind, word in (("boundary", "between zones"), ("cloud", "of the cloud")):
        of_kind = [name for name in changes.firewalls if _firewall(old, new, name).kind == kind]
        if of_kind:
            kinds.append(word)
            yield f"Firewalls {word} ({few(of_kind, most=8)}): add what is added, leave the rest."
    lists: list[str] = []
    if changes.allowlist or changes.tls_bypass:
        lists.append("web proxy")
        yield "Web proxy: add what is added to its lists."
    if changes.mail_senders:
        lists.append("mail gateway")
        yield "Mail gateway: add the senders that are added."
    for name in changes.firewalls:
        firewall = _firewall(old, new, name)
        if firewall.kind == "host" and name not in new.plan.firewalls:
            yield f"Host firewall {name} is not in the new plan: run `remove` of its loaded script."
        elif firewall.kind == "host":
            yield f"Host firewall {name}: {_loading(name, firewall)}."
    yield "Switch the product over."
    # Hosts' scripts have done both by then.
    shared = ([f"firewalls {' and '.join(kinds)}"] if kinds else []) + lists
    if shared:
        yield f"{upper_first(listed(shared))}: remove what is removed."
    if any(map(denies_more, changes.denials)):
        yield "Firewalls between zones: deny what must never be, before all that is allowed."
    # The scripts of hosts have done that too.
    others = [p.text for p in changes.policies if _firewall(old, new, p.firewall).kind != "host"]
    if others:
        yield f"Last: {'; '.join(others)}."


def _firewall(old: Deployment, new: Deployment, name: str) -> Firewall:
    return new.plan.firewalls.get(name) or old.plan.firewalls[name]


def _script(name: str, firewall: Firewall) -> str:
    """What calls a host's script, up to the verb."""
    folder = f"{_NEW}/firewalls/{name}"
    if firewall.platform == "windows":
        return f"{folder}/windows.ps1 -Action"
    return f"sh {folder}/nftables.sh"


def _loading(name: str, firewall: Firewall) -> str:
    script = _script(name, firewall)
    windows = firewall.platform == "windows"
    option = "-ConfirmWithin" if windows else "--confirm-within"
    others = (
        "" if windows else " (or the iptables, ufw or firewalld script that is there in its place)"
    )
    return (
        f"`{script} check`, `{script} apply {option} {_UNDO_SECONDS}`, then from a new session"
        f" `{script} confirm`{others}"
    )


def _tests() -> tuple[str, ...]:
    return (
        "Run the scripts in `tests/must-connect/` on a machine of each role: all connect.",
        "Run the scripts in `tests/must-fail/`: none connects any more.",
        "One user of each site prints one page.",
    )


def _way_back(old: Deployment, new: Deployment, changes: Changes) -> Iterator[str]:
    yield "Not confirmed in time: the host scripts go back by themselves."
    for name in changes.firewalls:
        firewall = _firewall(old, new, name)
        if firewall.kind == "host" and name not in new.plan.firewalls:
            yield f"Host firewall {name}: `apply` of its script of before."
        elif firewall.kind == "host":
            yield f"Host firewall {name}: `{_script(name, firewall)} rollback`."
    yield (
        "All others: the opposite change, `portwright export old.toml --since plan.toml --to back`"
        " with the plan of before as old.toml; `changes.md` in it lists every line."
    )
    if changes.allowlist or changes.tls_bypass:
        yield "Web proxy: its list of before; `back/proxy/` holds what goes and what comes."
    if changes.mail_senders:
        yield "Mail gateway: its list of senders of before."


def _afterwards(new: Deployment) -> Iterator[str]:
    yield "Every script of a host says with `status` that its rules are in place."
    yield f"`portwright verify {_NEW} plan.toml` says that what was loaded is of this plan."
    review = new.plan.request.review
    yield f"Look at the rules again on {review}." if review else "Agree on a day of review."
    yield "Note what went otherwise than planned, and what users reported."


def _approvals(changes: Changes, risk: Risk) -> Iterator[tuple[str, str]]:
    yield "Requester", "The request is complete, and the findings are accepted."
    if not changes:
        yield "Owner of the rules", "All of them are still needed."
        return
    if changes.firewalls:
        yield "Firewall team", "The lines fit the firewalls, and the window is agreed."
    if changes.allowlist or changes.tls_bypass:
        yield "Proxy team", "The hosts fit the proxy's lists."
    if changes.mail_senders:
        yield "Mail gateway team", "The senders fit the gateway's list."
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
