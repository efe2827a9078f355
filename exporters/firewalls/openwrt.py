"""Rules of a boundary for OpenWrt 22.03 and newer → `openwrt.sh`, which stages them with `uci`.

Staged is not in force: `uci changes` shows it, `uci revert` takes it back, `uci commit` and a reload
put it in. The firewall's own sections begin with its name; those of an earlier file are taken out
first, so no rule stays that the plan has no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from exporters.firewalls.boundaries import (
    crossing,
    denies_the_rest,
    forward_lines,
    head,
    reason,
)
from exporters.lines import commented
from exporters.safe import shell_word
from wizard.deployment import Deployment
from wizard.network.addresses import Cidrs, beyond
from wizard.network.ports import range_texts
from wizard.rules.model import Rule

_COMMENT = 100  # nft takes 128 bytes, and fw4 puts words of its own before it

_LOAD = (
    "sh openwrt.sh check     asks whether uci and fw4 are there; changes nothing",
    "sh openwrt.sh stage     puts its sections into uci's staging area; nothing is in force yet",
    "  uci changes firewall  shows them; uci revert firewall takes them back",
    "  fw4 check             asks nft whether it takes them",
    "  uci commit firewall && service firewall reload    puts them in force",
    "sh openwrt.sh remove    stages that its sections go; commit and reload as above",
    "Its rules are for all zones: fw4 asks them before those of a single zone, in the order of the",
    "sections. What your zones' own rules deny of this traffic is no longer asked.",
)

_SCRIPT = """\
#!/bin/sh
{head}

set -u
LC_ALL=C
export LC_ALL
prefix={prefix}
# What uci must show of them: an option that is not there would make a rule wider.
expected={expected}

say() {{
    printf '%s\\n' "$*"
}}

# Takes this file's sections out of the staging area, those of an earlier file too.
clear_own() {{
    uci -q show firewall | sed -n "s/^firewall\\.\\(${{prefix}}[0-9][0-9]*\\)=.*/\\1/p" | while read -r section; do
        uci -q delete "firewall.$section" || exit 1
    done
}}

sections() {{
    cat <<'PORTWRIGHT_END'
{sections}
PORTWRIGHT_END
}}

case ${{1-}} in
check)
    for tool in uci fw4; do
        command -v "$tool" >/dev/null || {{ say "$tool is not here: no OpenWrt of 22.03 or newer." >&2; exit 1; }}
    done
    there=$(uci -q show firewall | grep -c "^firewall\\.${{prefix}}[0-9]")
    say "uci and fw4 are here. stage would put in $expected options in place of $there. Nothing was changed."
    ;;
stage)
    clear_own || {{ say "uci does not take the old sections out." >&2; exit 1; }}
    sections | uci batch
    if [ "$(uci -q show firewall | grep -c "^firewall\\.${{prefix}}[0-9]")" -ne "$expected" ]; then
        clear_own
        say "uci does not take all of the rules. Take it all back: uci revert firewall" >&2
        exit 1
    fi
    say "Staged. See uci changes firewall; then uci commit firewall && service firewall reload."
    ;;
remove)
    clear_own || exit 1
    say "Staged that the sections go. Then uci commit firewall && service firewall reload."
    ;;
*)
    say "usage: sh $0 check | stage | remove" >&2
    exit 2
    ;;
esac
"""


def files_of(deployment: Deployment, firewall: str) -> dict[str, str]:
    """One script."""
    comments = head(deployment, firewall, "OpenWrt 22.03 and newer, fw4 through uci", _LOAD)
    forwards = deployment.forwards_of(firewall)
    if forwards:
        comments += [
            "NOT SAID: port forwards. A redirect needs the name of your outer zone. Make them by hand:",
            *forward_lines(forwards),
        ]
    # A section's name holds no dash, a firewall's no underscore: none is another's.
    prefix = f"pw_{firewall.replace('-', '_')}__"
    lines: list[str] = []
    expected = 0
    for number, options in enumerate(_rules(deployment, firewall), 1):
        expected += 1 + len(dict(options))
        lines += _section(f"firewall.{prefix}{number}", options)
    script = _SCRIPT.format(
        head="\n".join(commented(comments)),
        prefix=shell_word(prefix),
        expected=expected,
        sections="\n".join(lines),
    )
    return {"openwrt.sh": script}


def _rules(deployment: Deployment, firewall: str) -> Iterator[list[tuple[str, str]]]:
    """The options of each section, in order; an option that comes again is a list."""
    for rule in crossing(deployment, firewall):
        if beyond(rule.sources, rule.except_sources) and beyond(
            rule.destinations, rule.except_destinations
        ):
            yield list(_options(rule))
    if denies_the_rest(deployment, firewall):
        yield [
            ("name", "everything else"),
            ("src", "*"),
            ("dest", "*"),
            ("proto", "all"),
            ("target", "DROP"),
        ]


def _options(rule: Rule) -> Iterator[tuple[str, str]]:
    yield "name", reason(rule, _COMMENT)
    yield "src", "*"
    yield "dest", "*"
    yield "family", f"ipv{rule.family}"
    yield "proto", rule.transport
    yield from _side("src_ip", rule.sources, rule.except_sources)
    yield from _side("dest_ip", rule.destinations, rule.except_destinations)
    for ports in range_texts(rule.ports):
        yield "dest_port", ports
    yield "target", "ACCEPT" if rule.action == "allow" else "DROP"


def _side(option: str, cidrs: Cidrs, excepted: Cidrs) -> Iterator[tuple[str, str]]:
    for cidr in cidrs:
        yield option, cidr
    for cidr in excepted:
        yield option, f"!{cidr}"


def _section(path: str, options: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f"set {path}=rule"
    for name, value in options:
        verb = "add_list" if name in ("src_ip", "dest_ip", "dest_port") else "set"
        yield f"{verb} {path}.{name}='{value}'"
