"""The answers about what must never be: between whom, over what, and why."""

from __future__ import annotations

from wizard.facts.model import Choice
from wizard.plan.field import Field
from wizard.plan.keys import ANY, NeverEndKey, NeverKey

_BOTH, _NO_ROLE = "both", "-"
# The answer that no role is meant.
NO_ROLE = Choice(_NO_ROLE, "Not by a role")

# Declared of one end; the same is asked of the other.
NEVER_FIELDS: tuple[Field, ...] = (
    Field(
        NeverEndKey(ANY, "from", "zones"),
        "zones",
        "{end}: zones",
        "Everything in these zones. A role or addresses say it otherwise.",
        "Name one of the three: zones, a role wherever it is, or addresses. The zone internet is"
        " every public address outside your zones.",
    ),
    Field(
        NeverEndKey(ANY, "from", "role"),
        "choice",
        "{end}: role",
        "Wherever this role is, in every product of the plan.",
        names="roles",
        default=_NO_ROLE,
        unset=_NO_ROLE,
    ),
    Field(
        NeverEndKey(ANY, "from", "addresses"),
        "addresses",
        "{end}: addresses",
        "Addresses, networks or ranges, IPv4 and IPv6 as they come.",
    ),
    Field(
        NeverKey(ANY, "transport"),
        "choice",
        "Over",
        "TCP, UDP or both.",
        "",
        (Choice(_BOTH, "TCP and UDP"), Choice("tcp", "TCP"), Choice("udp", "UDP")),
        default=_BOTH,
        unset=_BOTH,
    ),
    Field(
        NeverKey(ANY, "ports"),
        "ranges",
        "Ports",
        "Ports such as 445, ranges such as 9100-9102. Left empty: all.",
    ),
    Field(
        NeverKey(ANY, "reason"),
        "text",
        "Why not",
        "One sentence for whoever would open it, such as 'Guests print by release only'.",
    ),
)
