"""Words of the handover documents: which team has what, and what to do about each kind of finding."""

from __future__ import annotations

import msgspec

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
         "Let the rules below through on the firewalls between the zones, and make the port forwards."),
    Team("cloud", "Cloud team", "Cloud groups", "Make the security groups, and attach them to the machines."),
    Team("servers", "Server team", "Server firewalls",
         "Load the rules on the servers' own firewalls, after the firewalls between the zones."),
    Team("desktops", "Client computer team", "Client firewalls",
         "Bring the rules to the firewalls of the computers and devices."),
    Team("proxy", "Proxy team", "Proxy allowlist",
         "Let the hosts of the allowlist through, and leave those of the bypass list out of TLS inspection. "
         "They are two lists.", ("web-proxy",)),
    Team("mail", "Mail gateway team", "Mail senders", "Accept mail from these senders. They need no firewall rule."),
    Team("dba", "DBA", "Database",
         "Let the print system in on the database server: its own firewall, and who may log in from where.",
         ("database-server",)),
    Team("directory", "Directory team", "Directory",
         "Let the print system in on the directory servers, and accept its questions there.",
         ("directory-server",)),
    Team("names", "Network team", "Name servers", "Let the name servers answer these machines.", ("dns-server",)),
    Team("mailers", "Mail team", "Mail servers",
         "Accept these connections on your mail servers, and open those that begin there.",
         ("mail-relay", "mail-server", "mailbox-server")),
    Team("senders", "Team of the sending system", "Sending systems",
         "Let the system that sends jobs open these connections.", ("print-source",)),
    Team("balancers", "Load balancer team", "Load balancer",
         "Let the load balancer take and pass on these connections.", ("load-balancer",)),
    Team("payment", "Payment team", "Payment terminals", "Let the terminals have these connections.",
         ("payment-terminal",)),
)  # fmt: skip

_CLIENTS = (
    "user-computer",
    "admin-computer",
    "mobile-device",
    "printer",
    "mfp",
    "card-reader",
    "payment-terminal",
)


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
    "dns-server": "the network team",
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
NETWORK_TEAM = "the network team"
FIREWALL_TEAM = "the firewall team"
PRINT_TEAM = "the print team"
PROXY_TEAM = "the proxy team"
SERVER_TEAM = "the server team"
MAIL_TEAM = "the mail team"


def who_knows(role: str) -> str:
    """Who can say where a role is."""
    return _KNOWS.get(role, PRINT_TEAM)


# Finding → what to do, and who does it.
ADVICE: dict[str, tuple[str, str]] = {
    "port-conflict": ("Move one of the two to another port or host, then make the documents anew.", PRINT_TEAM),
    "forward-conflict": ("Give one of them another public port or address.", FIREWALL_TEAM),
    "cleartext-over-untrusted": ("Bring it in through a VPN, from a zone of its own.", PRINT_TEAM),
    "overlapping-zones": ("Put each network into one zone.", NETWORK_TEAM),
    "address-outside-zone": ("Put the address or the zone right.", NETWORK_TEAM),
    "no-path": ("Add the firewall or router that joins them.", NETWORK_TEAM),
    "unplaced-role": ("Say where it is, or that there is none.", PRINT_TEAM),
    "unknown-host": ("Name the host.", PRINT_TEAM),
    "ambiguous-path": ("Take the rules from the firewalls that the traffic does not use.", NETWORK_TEAM),
    "nat-without-address": ("Name the public address.", FIREWALL_TEAM),
    "hairpin": ("Let the public name resolve to the inside address inside, or set up hairpin NAT.", NETWORK_TEAM),
    "internet-exposure": ("Narrow the sources if they are known, and keep the host patched.", FIREWALL_TEAM),
    "unencrypted": ("Keep these connections inside the own network.", PRINT_TEAM),
    "dynamic-range": ("Name the ports that are in use, or pin the service to one.", PRINT_TEAM),
    "deprecated-port": ("Leave them closed unless an old version needs them.", PRINT_TEAM),
    "mdns-across-zones": ("Add printers by address, or run an mDNS reflector.", NETWORK_TEAM),
    "broadcast-across-zones": ("Accept that hosts find each other inside one network only.", PRINT_TEAM),
    "tls-inspection": ("Take the hosts of the bypass list out of TLS inspection.", PROXY_TEAM),
    "wildcard-unsupported": ("Name the one host that is used.", PROXY_TEAM),
    "smtp-blocked-by-cloud": ("Use port 587 or 465, or have the provider lift the block.", MAIL_TEAM),
    "dns-missing": ("Switch on name lookup, or check that rules for DNS are there.", PRINT_TEAM),
    "no-management": ("Add a way in for administration before the rules are loaded.", SERVER_TEAM),
    "rule-limit": ("Have the limit raised, or split the rules.", FIREWALL_TEAM),
    "host-only-allowlist": ("Nothing, if letting the whole host through is accepted.", PROXY_TEAM),
    "source-contradicts": ("Ask the vendor which of the two holds.", PRINT_TEAM),
}  # fmt: skip


def advice(code: str) -> tuple[str, str]:
    """What to do about a finding, and who does it."""
    return ADVICE.get(code, ("Read it before the rules are loaded.", PRINT_TEAM))
