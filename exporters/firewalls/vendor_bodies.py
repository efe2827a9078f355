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

from exporters.firewalls.vendor_lists import arista_eos, cisco_asa, cisco_ios
from exporters.firewalls.vendor_terms import Term, definitions, filters
from exporters.format import CannotSay

_TAG = re.compile(r"\$(Id|Date|Revision):\$")


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
    "cisco-ios": cisco_ios,
    "cisco-asa": cisco_asa,
    "junos-srx": _junos_srx,
    "pan-os": _pan_os,
    "fortigate": _fortigate,
    "arista-eos": arista_eos,
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
