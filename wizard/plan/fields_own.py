"""The answers about what a plan adds to the facts: its own parties, connections and endpoints."""

from __future__ import annotations

from wizard.facts.model import Choice
from wizard.plan.field import Field
from wizard.plan.keys import ANY, OwnConnectionKey, OwnEndpointKey, OwnRoleKey

_NOT_STATED, _NOBODY = "not-stated", "neither"

OWN_FIELDS: tuple[Field, ...] = (
    Field(
        OwnRoleKey(ANY, "name"),
        "text",
        "Name",
        "What the papers call it, such as 'File server for scans'.",
        required=True,
    ),
    Field(
        OwnConnectionKey(ANY, "from"),
        "choice",
        "From",
        "Who opens the connection.",
        "The side that opens the connection. Answers come back on the same connection and need no"
        " rule of their own.",
        required=True,
        names="roles",
    ),
    Field(
        OwnConnectionKey(ANY, "to"),
        "choice",
        "To",
        "Who listens.",
        required=True,
        names="roles",
    ),
    Field(
        OwnConnectionKey(ANY, "transport"),
        "choice",
        "Transport",
        "TCP for nearly everything; UDP for SNMP, syslog and the like.",
        "",
        (Choice("tcp", "TCP"), Choice("udp", "UDP")),
        default="tcp",
        required=True,
    ),
    Field(
        OwnConnectionKey(ANY, "ports"),
        "ranges",
        "Ports",
        "Where it listens: ports such as 445, ranges such as 9100-9102.",
        required=True,
    ),
    Field(
        OwnConnectionKey(ANY, "service"),
        "text",
        "Service",
        "What it is, in two or three words, such as 'Scan to folder'.",
        required=True,
    ),
    Field(
        OwnConnectionKey(ANY, "reason"),
        "text",
        "Reason",
        "One sentence for the firewall team: what stops working without it.",
        required=True,
    ),
    Field(
        OwnConnectionKey(ANY, "encrypted"),
        "choice",
        "Encrypted",
        "Whether what goes over it is encrypted; the review lists what is not.",
        "",
        (Choice(True, "Yes"), Choice(False, "No"), Choice(_NOT_STATED, "Not stated")),
        default=_NOT_STATED,
        unset=_NOT_STATED,
    ),
    Field(
        OwnConnectionKey(ANY, "public"),
        "flag",
        "Over the internet",
        "No: nobody on the internet takes part, whatever the roles are there.",
        "Take 'yes' where one of the two is on the internet and the connection is meant to run there."
        " What is not encrypted stays closed all the same.",
        default=False,
    ),
    Field(
        OwnConnectionKey(ANY, "served"),
        "choice",
        "Served at its site",
        "Which side keeps to partners of its own site, where the plan has sites.",
        "With sites, a connection without a served side runs between all of them. 'From' where whoever"
        " opens it is served near it, as computers are by their print server; 'To' where whoever"
        " listens is, as printers are by the server that feeds them.",
        (
            Choice("from", "From"),
            Choice("to", "To"),
            Choice(_NOBODY, "Neither: between all sites"),
        ),
        default=_NOBODY,
        unset=_NOBODY,
        level=1,
    ),
    Field(
        OwnConnectionKey(ANY, "reference"),
        "text",
        "Reference",
        "A ticket or a page that asks for it. The papers name it as the source.",
    ),
    Field(
        OwnEndpointKey(ANY, "from"),
        "choice",
        "From",
        "Who connects to it.",
        required=True,
        names="roles",
    ),
    Field(
        OwnEndpointKey(ANY, "scheme"),
        "choice",
        "Scheme",
        "How it is reached: https for nearly everything.",
        "",
        (
            Choice("https", "https"),
            Choice("http", "http"),
            Choice("wss", "wss"),
            Choice("ldaps", "ldaps"),
        ),
        default="https",
        required=True,
    ),
    Field(
        OwnEndpointKey(ANY, "host"),
        "host",
        "Host",
        "A host on the internet, by its full name, such as erp.example.com.",
        required=True,
    ),
    Field(
        OwnEndpointKey(ANY, "port"),
        "port",
        "Port",
        "Left empty: the port that the scheme has everywhere.",
    ),
    Field(
        OwnEndpointKey(ANY, "path"),
        "text",
        "Path",
        "/ for the whole host; proxies that look into the connection can hold it to a path.",
        default="/",
    ),
    Field(
        OwnEndpointKey(ANY, "purpose"),
        "text",
        "Purpose",
        "What it is for, such as 'Billing export'.",
        required=True,
    ),
)
