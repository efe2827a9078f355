"""Terms → the lines of each make, through aerleon, which is imported only here and only when it is
called.

What aerleon would do to a device beyond adding is taken out: `no access-list`, `clear configure`
and Junos's `replace:` delete what is there, `edit 1` overwrites a FortiGate's own first policy. So
are its revision tags, and service names in place of port numbers: `kerberos` is another port in an
older ASA.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from exporters.firewalls.vendor_terms import Term, definitions, filters
from exporters.format import CannotSay

_TAG = re.compile(r"\$(Id|Date|Revision):\$")

# What networks need to find out that a packet did not get through; the same that the Linux formats
# let pass.
_ICMP = {
    "cisco-ios": {4: ("icmp", ("3", "11", "12")), 6: ("icmp", ("1", "2", "3", "4"))},
    "arista-eos": {4: ("icmp", ("3", "11", "12")), 6: ("icmpv6", ("1", "2", "3", "4"))},
}
_ASA_ICMP = (
    "icmp any4 any4 unreachable",
    "icmp any4 any4 time-exceeded",
    "icmp any4 any4 parameter-problem",
    "icmp6 any6 any6 unreachable",
    "icmp6 any6 any6 packet-too-big",
    "icmp6 any6 any6 time-exceeded",
    "icmp6 any6 any6 parameter-problem",
)


def _cisco_ios(name: str, all_terms: Sequence[Term]) -> str:
    from aerleon.lib.cisco import Cisco

    return _access_lists("cisco-ios", Cisco, "cisco", name, all_terms)


def _arista(name: str, all_terms: Sequence[Term]) -> str:
    from aerleon.lib.arista import Arista

    return _access_lists("arista-eos", Arista, "arista", name, all_terms)


def _access_lists(
    key: str, generator: Any, platform: str, name: str, all_terms: Sequence[Term]
) -> str:
    """A list for each family: the rules, TCP's answers, and the ICMP errors that networks need."""
    text = _render(
        generator,
        platform,
        {4: f"{name}-v4 extended", 6: f"{name}-v6 inet6"},
        all_terms,
        answers=True,
    )
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("no ")]
    families = iter(sorted({term.family for term in all_terms}))
    out: list[str] = []
    for line in lines:
        if line == "exit":
            protocol, kinds = _ICMP[key][next(families)]
            out += [
                " remark ICMP errors",
                *(f" permit {protocol} any any {kind}" for kind in kinds),
            ]
        out.append(_numbered(line, platform))
    return "\n".join(out) + "\n"


def _cisco_asa(name: str, all_terms: Sequence[Term]) -> str:
    from aerleon.lib import ciscoasa

    term_of: Any = vars(ciscoasa)["Term"]

    class BothFamilies(ciscoasa.CiscoASA):
        """Aerleon's own writes IPv4 only, and leaves IPv6 out without a word."""

        def _TranslatePolicy(self, pol: Any, exp_info: int) -> None:
            family = {term.name: term.family for term in all_terms}
            self.ciscoasa_policies = []
            for header, listed in self.policy.filters:
                lines = [str(term_of(term, name, af=family[term.name])) for term in listed]
                self.ciscoasa_policies.append((header, name, lines))

    text = _render(BothFamilies, "ciscoasa", {4: name, 6: name}, all_terms)
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("clear ")]
    lines = [_numbered(line, "cisco") for line in lines]
    lines.append(f"access-list {name} remark ICMP errors")
    lines += [f"access-list {name} extended permit {kind}" for kind in _ASA_ICMP]
    return "\n".join(lines) + "\n"


def _junos_srx(name: str, all_terms: Sequence[Term]) -> str:
    from aerleon.lib.junipersrx import JuniperSRX

    # Two filters would be two blocks `global`. Each term has addresses of one family only, so none
    # mixes.
    text = _render(JuniperSRX, "srx", {0: "from-zone all to-zone all mixed"}, all_terms)
    text = re.sub(
        r"^( *)replace: (address-book|policies|applications) \{$",
        r"\1\2 {",
        text,
        flags=re.MULTILINE,
    )
    if "replace:" in text or "delete:" in text:
        raise CannotSay("Junos on SRX: aerleon would replace what the device has")
    # Long lists are split, under names of aerleon's own; ours all begin alike.
    text = re.sub(r"\b(src|dst)_pw-", r"pw-\1_", text)
    return re.sub(r"^ */\*\n *\*/\n", "", text, flags=re.MULTILINE).rstrip() + "\n"


def _pan_os(name: str, all_terms: Sequence[Term]) -> str:
    from aerleon.lib.paloaltofw import PaloAltoFW

    zones = "from-zone any to-zone any"
    return (
        _render(
            PaloAltoFW, "paloalto", {4: f"{zones} inet", 6: f"{zones} inet6"}, all_terms
        ).rstrip()
        + "\n"
    )


def _fortigate(name: str, all_terms: Sequence[Term]) -> str:
    from aerleon.lib.fortigate import Fortigate

    text = _render(
        Fortigate,
        "fortigate",
        {4: "from-zone any to-zone any inet", 6: "from-zone any to-zone any inet6"},
        all_terms,
    )
    # Without the line FortiOS logs by its own default; aerleon's would switch that off.
    text = re.sub(r"^ +set logtraffic disable\n", "", text, flags=re.MULTILINE)
    # `edit 0` is the next free number.
    return re.sub(r"^    edit [0-9]+$", "    edit 0", text, flags=re.MULTILINE).rstrip() + "\n"


BODIES: dict[str, Callable[[str, Sequence[Term]], str]] = {
    "cisco-ios": _cisco_ios,
    "cisco-asa": _cisco_asa,
    "junos-srx": _junos_srx,
    "pan-os": _pan_os,
    "fortigate": _fortigate,
    "arista-eos": _arista,
}


def _render(
    generator: Any,
    platform: str,
    headers: dict[int, str],
    all_terms: Sequence[Term],
    answers: bool = False,
) -> str:
    """What a generator of aerleon makes of the terms: one filter a family (0: both), without
    revision tags.
    """
    from aerleon.lib import naming, policy, policy_builder

    with _quiet():
        names = naming.Naming()
        names.ParseDefinitionsObject(definitions(all_terms), "")
        listed = []
        for family, target in headers.items():
            terms_of_family = filters(
                [term for term in all_terms if family in (0, term.family)], answers
            )
            if terms_of_family:
                listed.append({"header": {"targets": {platform: target}}, "terms": terms_of_family})
        source: Any = {"filename": "portwright", "filters": listed}
        generated = policy.FromBuilder(policy_builder.PolicyBuilder(source, names, False, False))
        # The second argument warns of terms that expire within so many weeks; none does.
        text = str(generator(generated, 2))
    return "\n".join(line.rstrip() for line in text.splitlines() if not _TAG.search(line)) + "\n"


def _numbered(line: str, platform: str) -> str:
    """The same line with numbers for ports in place of the names that aerleon gave them."""
    from aerleon.lib.cisco import PortMap

    words = line.split(" ")
    verdict = next((word for word in words if word in ("permit", "deny")), "")
    if not verdict or "remark" in words:
        return line
    transport = words[words.index(verdict) + 1]
    numbers: dict[str, int] = {}
    for number, service in PortMap._PORT_MAP[platform].get(transport, {}).items():
        if numbers.setdefault(service, number) != number:
            raise ValueError(f"{service} stands for {numbers[service]} and {number}")
    places = [
        place
        for place, word in enumerate(words)
        if place
        and (words[place - 1] in ("eq", "range") or (place > 1 and words[place - 2] == "range"))
    ]
    for place in places:
        if not words[place].isdigit():
            words[place] = str(numbers[words[place]])
    return " ".join(words)


@contextmanager
def _quiet() -> Iterator[None]:
    """Aerleon says on standard error what it leaves out; here that is looked at afterwards."""
    logger = logging.getLogger("absl")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before
