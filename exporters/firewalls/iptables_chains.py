"""The chains of an iptables script as text: lines that say exactly what rules do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from exporters.firewalls.normal import chunks, listed, words
from exporters.safe import plain
from wizard.network.ports import PortRange
from wizard.rules.model import Direction, Rule

COMMENT = 255  # bytes that the comment match takes
_HOOK: dict[Direction, tuple[str, str]] = {
    "in": ("INPUT", "in"),
    "out": ("OUTPUT", "out"),
    "forward": ("FORWARD", "fwd"),
}

# Logs that fill a disk are no help.
_LOG_LIMIT = "-m limit --limit 10/min --limit-burst 20"


class Chains:
    """The chains of the table `filter` as they grow: one for each hook, more where a rule needs
    them. Where they log, what is dropped is said in the kernel's log first.
    """

    def __init__(self, prefix: str, logs: bool) -> None:
        self._prefix = prefix
        self._logs = logs
        self._lines: dict[str, list[str]] = {}
        self._jumps: list[str] = []

    def start(self, direction: Direction) -> str:
        """The chain that a hook jumps to."""
        hook, suffix = _HOOK[direction]
        self._jumps.append(f"-I {hook} 1 -j {self._prefix}{suffix}")
        return self._chain(suffix)

    def start_published(self, engines: Iterable[str]) -> str:
        """The chain for what containers publish. Docker asks its users' chain before its own rules,
        wherever it puts them.
        """
        hooks = ("FORWARD", *(("DOCKER-USER",) if "docker" in engines else ()))
        self._jumps += (f"-I {hook} 1 -j {self._prefix}pub" for hook in hooks)
        return self._chain("pub")

    def add(self, chain: str, match: str, target: str, comment: str = "") -> None:
        """A line at the end of a chain."""
        note = f'-m comment --comment "{comment}"' if comment else ""
        self._lines[chain].append(" ".join(filter(None, ("-A", chain, match, note, "-j", target))))

    def drop(self, chain: str, match: str = "", comment: str = "") -> None:
        """What is dropped at the end of a chain, or where it matches."""
        if self._logs:
            # The kernel takes 29 characters.
            log = f'{_LOG_LIMIT} -j LOG --log-prefix "{self._prefix}drop: "'
            self._lines[chain].append(" ".join(filter(None, ("-A", chain, match, log))))
        self.add(chain, match, "DROP", comment)

    def allow(self, main: str, letter: str, rules: Iterable[Rule]) -> None:
        """The lines that let through exactly what the rules say."""
        self._say(main, letter, rules, "ACCEPT")

    def deny(self, main: str, letter: str, rules: Iterable[Rule]) -> None:
        """The lines that drop exactly what the rules say."""
        self._say(main, letter, rules, "DROP")

    def _say(self, main: str, letter: str, rules: Iterable[Rule], target: str) -> None:
        for number, rule in enumerate(rules, 1):
            note = words(rule, COMMENT)
            crossed = len(rule.sources) * len(rule.destinations) <= len(rule.sources) + len(
                rule.destinations
            )
            if crossed and not rule.except_sources and not rule.except_destinations:
                for match in _ports(rule):
                    self._cross(main, rule, match, note, target)
                continue
            chain = self._chain(f"{letter}{number}")
            for match in _ports(rule):
                self.add(main, match, chain, note)
            for cidr in rule.except_sources:
                self.add(chain, f"-s {cidr}", "RETURN", plain(f"{rule.id} not from here", COMMENT))
            for cidr in rule.except_destinations:
                self.add(chain, f"-d {cidr}", "RETURN", plain(f"{rule.id} not to here", COMMENT))
            if crossed:
                self._cross(chain, rule, "", note, target)
            else:
                inner = self._chain(f"{letter}{number}d")
                for cidr in rule.sources:
                    self.add(chain, f"-s {cidr}", inner, note)
                for cidr in rule.destinations:
                    self._end(inner, f"-d {cidr}", target, note)

    def table(self) -> str:
        """The whole table: every chain is named before a line jumps to it."""
        names = [f":{name} - [0:0]" for name in self._lines]
        lines = [line for chain in self._lines.values() for line in chain]
        return "\n".join(["*filter", *names, *lines, *self._jumps, "COMMIT"])

    def _chain(self, suffix: str) -> str:
        self._lines[self._prefix + suffix] = []
        return self._prefix + suffix

    def _cross(self, chain: str, rule: Rule, match: str, note: str, target: str) -> None:
        for source in rule.sources:
            for destination in rule.destinations:
                self._end(chain, f"-s {source} -d {destination} {match}".rstrip(), target, note)

    def _end(self, chain: str, match: str, target: str, note: str) -> None:
        if target == "DROP":
            self.drop(chain, match, note)
        else:
            self.add(chain, match, target, note)


def _ports(rule: Rule) -> list[str]:
    return [port_match(rule.transport, run) for run in chunks(rule.ports)]


def port_match(transport: str, run: Sequence[PortRange]) -> str:
    """What matches packets to these ports: at most as many as `chunks` gives."""
    if len(run) == 1:
        return f"-p {transport} -m {transport} --dport {listed(run)}"
    return f"-p {transport} -m multiport --dports {listed(run)}"
