"""Words of the handover documents: which team has what."""

from __future__ import annotations

import msgspec

from wizard.facts.model import Concerned
from wizard.findings.model import PRINT_TEAM
from wizard.plan.model import Firewall
from wizard.views.words import lower_first


class Team(msgspec.Struct, frozen=True):
    """Somebody who gets work from the plan. `sheet` is the title of its sheet in the workbook.

    `roles` are the systems of a team that has no firewall in the plan, and still must let
    connections in.
    """

    id: str
    name: str
    sheet: str
    task: str
    roles: tuple[str, ...] = ()

    @property
    def who(self) -> str:
        """As it is called in a sentence: `the DBA`."""
        return f"the {lower_first(self.name)}"


TEAMS: tuple[Team, ...] = (
    Team("network", "Firewall team", "Network firewalls",
         "Add these rules to the firewalls between the zones."),
    Team("cloud", "Cloud team", "Cloud groups", "Make the security groups, and attach them to the machines."),
    Team("servers", "Server team", "Server firewalls",
         "Load the rules on the servers' own firewalls, after the firewalls between the zones."),
    Team("desktops", "Client computer team", "Client firewalls",
         "Bring the rules to the firewalls of the computers and devices."),
    Team("proxy", "Proxy team", "Proxy allowlist",
         "Allow the hosts on the allowlist.", ("web-proxy",)),
    Team("mail", "Mail gateway team", "Mail senders", "Accept mail from these senders. They need no firewall rule."),
    Team("dba", "DBA", "Database",
         "Allow the print server to connect: in the database host's firewall and in the database's own access list.",
         ("database-server",)),
    Team("directory", "Directory team", "Directory",
         "Allow the print server to query the directory servers.",
         ("directory-server",)),
    Team("names", "DNS team", "DNS servers", "Allow DNS queries from these machines.", ("dns-server",)),
    Team("mailers", "Mail team", "Mail servers",
         "Accept these connections on your mail servers, and open those that begin there.",
         ("mail-relay", "mail-server", "mailbox-server")),
    Team("senders", "Team of the sending system", "Sending systems",
         "Allow the system that sends jobs to open these connections.", ("print-source",)),
    Team("balancers", "Load balancer team", "Load balancer",
         "Accept these connections on the load balancer and pass them on.", ("load-balancer",)),
    Team("payment", "Payment team", "Payment terminals", "Allow these connections of the payment terminals.",
         ("payment-terminal",)),
)  # fmt: skip

# The task of a team that has nothing else to do.
READ_REMARKS = "Read what the documents say about your machines, below."

_CLIENTS = (
    "user-computer",
    "admin-computer",
    "mobile-device",
    "printer",
    "mfp",
    "card-reader",
    "payment-terminal",
)


def proxy_task(allows: bool, spares: bool) -> str:
    """What the proxy team is asked for: allowlist, bypass list, or both."""
    parts = []
    if allows:
        parts.append("Allow the hosts on the allowlist.")
    if spares:
        parts.append("Exempt the hosts on the bypass list from TLS inspection.")
    if allows and spares:
        parts.append("Being on one list does not put a host on the other.")
    return " ".join(parts) or "Allow these clients to use the proxy."


def team_of(firewall: Firewall) -> str:
    """The id of the team that has this firewall."""
    if firewall.kind == "cloud":
        return "cloud"
    if firewall.kind == "host":
        return "desktops" if firewall.role in _CLIENTS else "servers"
    return "network"


# Role → who knows its address. Roles that no entry names are asked of the print team.
_KNOWS = {
    "database-server": "the DBA",
    "directory-server": "the directory team",
    "dns-server": "the DNS team",
    "mail-server": "the mail team",
    "mail-relay": "the mail team",
    "mailbox-server": "the mail team",
    "user-computer": "the client computer team",
    "mobile-device": "the client computer team",
    "admin-computer": "the server team",
    "print-source": "the team of the sending system",
    "document-processor": "the server team",
    "load-balancer": "the load balancer team",
    "cluster-peer": "the server team",
    "web-proxy": "the proxy team",
    "payment-terminal": "the payment team",
}


# Whom a remark is for → the id of the team.
CONCERNED_TEAMS: dict[Concerned, str] = {
    "firewall": "network",
    "server": "servers",
    "computer": "desktops",
    "proxy": "proxy",
}


def who_knows(role: str) -> str:
    """Who can say where a role is."""
    return _KNOWS.get(role, PRINT_TEAM)
