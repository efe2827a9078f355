"""The answers about load balancers and reverse proxies: where they are, what they take for whom."""

from __future__ import annotations

from wizard.facts.model import Choice
from wizard.plan.field import Field
from wizard.plan.keys import ANY, FrontKey, ServeKey

_NO_ROLE, _NONE = "-", "-"
# The answers that its own zones and addresses place it, and that it is the first of its row.
NO_FRONT_ROLE = Choice(_NO_ROLE, "By its own addresses")
NO_FRONT_BEFORE = Choice(_NONE, "None: it is the first")

FRONT_FIELDS: tuple[Field, ...] = (
    Field(
        FrontKey(ANY, "kind"),
        "choice",
        "What it is",
        "Others connect to it, and it connects to the servers.",
        "A load balancer spreads connections over several servers; a reverse proxy stands before one"
        " or several and tells them apart by name or path. Two services on one port of a load"
        " balancer are a warning, on one port of a reverse proxy they are not.",
        (Choice("load-balancer", "Load balancer"), Choice("reverse-proxy", "Reverse proxy")),
        default="load-balancer",
    ),
    Field(
        FrontKey(ANY, "addresses"),
        "addresses",
        "Its addresses",
        "Such as 10.0.10.20: what users connect to, and from where it connects to the servers.",
        "Rules lead to these addresses in place of the servers', and the servers' firewalls let these"
        " in. A port forward needs exactly one.",
        required=True,
        instead="zones",
    ),
    Field(
        FrontKey(ANY, "zones"),
        "zones",
        "Its zones",
        "Left empty: the zones that hold its addresses.",
        level=1,
    ),
    Field(
        FrontKey(ANY, "role"),
        "choice",
        "It is where this role is",
        "In place of addresses of its own, such as the role Load balancer of PrinterOn.",
        names="roles",
        default=_NO_ROLE,
        unset=_NO_ROLE,
        level=1,
    ),
    Field(
        ServeKey(ANY, ANY),
        "port",
        "Port for {listener}",
        "The port on which it takes these connections. Left empty: they go to the server directly.",
        "{words}: the port on which the front takes these connections. Each becomes two: to this port"
        " of the front, and from the front to the port on which the server listens ({inside}). Left"
        " empty, they go to the server directly.",
    ),
    Field(
        FrontKey(ANY, "encrypts"),
        "choices",
        "TLS ends there for",
        "What is encrypted up to it and goes on to the server in the clear.",
        "Only what the server itself takes in the clear is named: the way to the front counts as"
        " encrypted then, the way behind it as not, and the papers say so.",
        level=1,
        names="listeners",
    ),
    Field(
        FrontKey(ANY, "behind"),
        "choice",
        "Comes behind",
        "Another front, through which connections come to this one.",
        "Where several stand in a row: what both serve goes to the first, from there to the next, and"
        " from the last one to the server.",
        names="fronts",
        default=_NONE,
        unset=_NONE,
        level=1,
    ),
    Field(
        FrontKey(ANY, "hides_sources"),
        "flag",
        "Servers see its address",
        "No: they see who opened the connection, and their firewalls let those in.",
        "Most fronts open connections of their own. One that passes the first address on, such as a"
        " balancer in transparent mode, leaves the servers' firewalls to tell the users apart.",
        default=True,
        level=1,
    ),
    Field(
        FrontKey(ANY, "checks"),
        "flag",
        "It probes the servers",
        "It asks each server on its own port whether it is well.",
        "Matters where servers see who opened a connection: their firewalls then let the front in as"
        " well, for its probes.",
        default=True,
        level=1,
    ),
)
