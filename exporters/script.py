"""The script that applies and undoes one firewall's rules: one skeleton for every tool, with hooks.

The skeleton, `templates/firewall.sh`, has the verbs, the timer, the SSH guard and the messages. A
format gives its payload (texts that stand in the script) and these shell functions:

- `prepare`: looks up what the others need, before any verb
- `own_tables`: the tables of nftables that are the tool's own, separated by `;`
- `look_format`: what `look` of `templates/machine.sh` finds, where only this tool can tell
- `check_rules`: asks the tool whether it takes the payload; changes nothing
- `load_rules`: puts the payload in, in one step where the tool can; also over an earlier one
- `show_rules`: prints what of ours is in place, always in the same form; prints nothing where there
  is none
- `only_rules`: of the payload, or of what `show_rules` prints, the lines that a reader would call a
  rule
- `save_state DIR`: writes into DIR what `restore_state DIR` needs to put all back, from nothing too
- `restore_state DIR`, `remove_rules`: also where nothing is in place
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources

import msgspec

from exporters.firewalls.normal import led_forwards
from exporters.safe import plain, shell_word
from wizard.deployment import Deployment
from wizard.network.ports import join_ports
from wizard.rules.model import Rule

_END = "PORTWRIGHT_END"
_COMMON = ("awk", "cmp", "diff", "flock", "grep", "mktemp", "sed", "setsid", "tail")

# What a new machine has, where that decides whether this file is the one for it.
_BESIDE_FIREWALLD = (
    "RHEL and its kin run firewalld: 'apply' refuses beside it, take firewalld.sh there. Ubuntu has"
    " ufw, off."
)
TAKE_ONE = (
    "Where there are several scripts for a machine take ONE: that of the tool that runs there."
)
_BY_DEFAULT = {
    "nftables": _BESIDE_FIREWALLD,
    "iptables": _BESIDE_FIREWALLD,
    "ufw": (
        "Ubuntu has ufw, off, and drops what is forwarded once it is on. RHEL has none of its own,"
        " and firewalld runs."
    ),
    "firewalld": (
        "RHEL and its kin run firewalld, and let in ssh, cockpit (9090) and dhcpv6-client. Ubuntu"
        " has none, but ufw."
    ),
}


class Script(msgspec.Struct, frozen=True):
    """What a format adds to the skeleton.

    `plan` is what tells one plan's rules from another's,
    `tool` is the name that messages use, `needs` are the programs that must be there. `payload`
    maps a name to a text: the hooks read it from the function `payload_<name>`. `lasting` says what
    happens to the rules at a restart of the machine, `persistent` that they are still there
    afterwards. `hooks` is shell text; `notes` are lines for the head of the script.
    """

    format: str
    firewall: str
    plan: str
    tool: str
    needs: tuple[str, ...]
    payload: Mapping[str, str]
    hooks: str
    lasting: str
    persistent: bool = False
    notes: tuple[str, ...] = ()


def render(script: Script, guard: Iterable[str], machine: Iterable[str] = ()) -> str:
    """The whole script; `guard` and `machine` are the lines of `guard_lines`, `machine_lines`."""
    texts = {**script.payload}
    functions = [_document(f"payload_{name}", text) for name, text in texts.items()]
    functions.append("payload() {\n" + "".join(f"    payload_{name}\n" for name in texts) + "}\n")
    functions.append(_document("guard_rules", "\n".join(guard) + "\n"))
    functions.append(
        _document("machine_facts", "\n".join((f"# plan: {script.plan}", *machine)) + "\n")
    )
    settings = {
        "firewall": script.firewall,
        "format": script.format,
        "tool": script.tool,
        "needs": " ".join((*script.needs, *_COMMON)),
        "lasting": script.lasting,
        "persistent": "yes" if script.persistent else "",
    }
    about = [TAKE_ONE, _BY_DEFAULT[script.format]] if script.format in _BY_DEFAULT else []
    parts = {
        "title": "\n".join(f"# {plain(line, 200)}".rstrip() for line in (*script.notes, *about)),
        "settings": "\n".join(f"{name}={shell_word(text)}" for name, text in settings.items()),
        "payload": "\n".join(functions).rstrip("\n"),
        "hooks": script.hooks.strip("\n"),
        "machine": template("machine.sh").strip("\n"),
        "start": template("start.sh").strip("\n"),
    }
    return filled(template("firewall.sh"), parts)


def filled(text: str, parts: Mapping[str, str]) -> str:
    """A template with a part in place of each line `#@name`."""
    return re.sub(r"^#@(\w+)$", lambda mark: parts[mark[1]], text, flags=re.MULTILINE)


@cache
def template(name: str) -> str:
    """The text of a file in `templates/`."""
    return resources.files("exporters").joinpath("templates", name).read_text("utf-8")


def guard_lines(deployment: Deployment, firewall: str) -> list[str]:
    """What the rules do to connections of this machine itself, for the guard of the skeleton.

    `closed` comes first where all is denied inbound that no line allows, `closed-out` where outbound
    is. `allow` and `take` (a port forward takes the connection away) hold ports, sources,
    destinations, excepted sources, excepted destinations, and mean inbound TCP; for the rest the
    word says so: `allow-in-udp`, `allow-out-tcp`.
    """
    settings = deployment.plan.firewalls[firewall]
    if not settings.guards_hosts:
        return list(_taken(deployment, firewall))
    lines = ["closed"]
    if settings.egress == "filtered":
        lines.append("closed-out")
    for rule in deployment.rules_of(firewall):
        if rule.sources and rule.destinations:
            way = f"-{rule.direction}-{rule.transport}"
            lines.append(_guard_line("allow" + ("" if way == "-in-tcp" else way), rule))
    return lines


def _taken(deployment: Deployment, firewall: str) -> Iterator[str]:
    for forward in led_forwards(deployment, firewall):
        if forward.is_complete:
            word = "take" if forward.transport == "tcp" else f"take-in-{forward.transport}"
            low, high = forward.public_ports
            sources = _listed(forward.sources)
            yield f"{word} {low}-{high} {sources} {forward.public_address}/32 - -"


def machine_lines(deployment: Deployment, firewall: str) -> list[str]:
    """What the skeleton holds against the machine: where it filters, whose addresses it covers, which
    ports its rules let in.
    """
    settings = deployment.plan.firewalls[firewall]
    if not settings.guards_hosts:
        return ["place boundary", "hooks forward"]
    rules = [rule for rule in deployment.rules_of(firewall) if rule.direction == "in"]
    lines = ["place host", "hooks input" + (" output" if settings.egress == "filtered" else "")]
    lines += [f"covers {cidr}" for cidr in deployment.coverage.get(firewall, ())]
    for transport in ("tcp", "udp"):
        pairs = join_ports(
            pair for rule in rules if rule.transport == transport for pair in rule.ports
        )
        if pairs:
            lines.append(f"open {transport} " + ",".join(f"{low}-{high}" for low, high in pairs))
    lines += [f"guests {device}" for device in settings.guests]
    for entry in deployment.containers_of(firewall):
        words = ",".join(f"{low}-{high}" for low, high in entry.ports)
        line = f"published {entry.transport} {words} {entry.engine}"
        if line not in lines:
            lines.append(line)
    return lines


def plan_title(deployment: Deployment) -> str:
    """What a plan is told apart by: its name, else what it is for."""
    plan = deployment.plan
    return plain(plan.name or ", ".join(plan.products), 200)


def _guard_line(word: str, rule: Rule) -> str:
    ports = ",".join(f"{low}-{high}" for low, high in rule.ports)
    sides = (rule.sources, rule.destinations, rule.except_sources, rule.except_destinations)
    return " ".join([word, ports, *map(_listed, sides)])


def _listed(cidrs: Iterable[str]) -> str:
    return ",".join(cidrs) or "-"


def _document(function: str, text: str) -> str:
    """A shell function that prints the text as it is: nothing in it is expanded."""
    body = text if text.endswith("\n") else text + "\n"
    if _END in body.split("\n") or "\0" in body:
        raise ValueError(f"the text of {function} holds the line that ends it")
    return f"{function}() {{\n    cat <<'{_END}'\n{body}{_END}\n}}\n"
