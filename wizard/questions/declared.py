"""The words of every question that does not come from the catalog, once: key, kind, label, help,
long form.

A key with `*` stands for any name in its place; labels and texts may hold names in braces, such as
`{role}`. The steps put them in order; the JSON Schema takes its descriptions here.
"""

from __future__ import annotations

import msgspec

from wizard.facts.model import Choice
from wizard.questions.model import Kind, StepId, Value


class Words(msgspec.Struct, frozen=True):
    """A question before it is asked about something in particular."""

    step: StepId
    kind: Kind
    label: str
    help: str
    more: str = ""
    choices: tuple[Choice, ...] = ()
    default: Value = None
    required: bool = False
    level: int = 0


DECLARED: dict[str, Words] = {
    "products": Words(
        "products",
        "choices",
        "Products",
        "One or several. Each can run on a machine of its own, or share one.",
        "Choose the print-management systems that this plan is for. What they need is worked out"
        " together: one set of rules for each firewall, and a warning where two of them want the"
        " same port of one machine.\n\nTaking a product away takes its answers along; undo brings"
        " them back.",
        required=True,
    ),
    "products.*.version": Words(
        "features",
        "text",
        "Version of {product}",
        "Such as {newest}. Left empty: {newest}, the newest that the facts know.",
        "Some ports and hosts hold for certain versions only. The version decides which of them"
        " count, and stands in the papers.",
    ),
    "products.*.ports.*": Words(
        "features",
        "port",
        "{listener}: port",
        "Change it only where the product was set to listen on another port.",
        "Every rule that leads to this listener moves with the number. The products' own documents"
        " give the number that is shown here at first.",
    ),
    "products.*.hosts.*": Words(
        "features",
        "host",
        "Your host: {host}",
        "A host name of your own that no document can know.",
        "The name goes onto the allowlist of the web proxy, or into the rule that opens the way to"
        " it. Without it that entry stays open and the papers say 'to be supplied'.",
        required=True,
    ),
    "products.*.roles.*.zones": Words(
        "network",
        "zones",
        "{role} for {product} only",
        "Leave empty unless this product's {role_small} is elsewhere.",
        "Where one product is placed differently from the others: this place is then taken for this"
        " product instead of the general one.",
    ),
    "products.*.roles.*.addresses": Words(
        "network",
        "addresses",
        "{role}: addresses for {product} only",
        "Addresses, networks or ranges a-b, for this product instead of the general ones.",
        level=1,
    ),
    "products.*.roles.*.absent": Words(
        "network",
        "flag",
        "{role}: there are none for {product}",
        "Its connections are left out for this product, without a remark.",
        default=False,
        level=1,
    ),
    "name": Words(
        "network",
        "text",
        "Name of the plan",
        "Stands on top of every file and paper, such as 'Head office printing'.",
        "The name tells this plan from the others that you will make. Anything that fits on one"
        " line.",
    ),
    "zones.*.networks": Words(
        "network",
        "networks",
        "Networks of {zone}",
        "Networks such as 10.0.20.0/24, 2001:db8:20::/64; several with commas.",
        "A zone is a part of your network that a firewall or router can stand in front of: the"
        " servers, the clients, the printers. Name it by its networks in CIDR form.\n\nEvery"
        " address outside all zones counts as the internet, so name all networks that take part.",
        required=True,
    ),
    "roles.*.zones": Words(
        "network",
        "zones",
        "{role}",
        "Which zones they are in. Without addresses: anywhere in these zones.",
        "{about}.\n\nThe zones say which firewalls stand between the parties. With addresses as"
        " well, the rules name exactly those; without, they name the networks of the"
        " zones.\n\nWhere there are none of these in your network, say so below: their connections"
        " are then left out.",
        required=True,
    ),
    "roles.*.addresses": Words(
        "network",
        "addresses",
        "{role}: addresses",
        "Addresses, networks or ranges, such as 10.0.10.5 or 10.0.30.10-10.0.30.50.",
        "Left empty, the rules name whole networks. For servers give the addresses: a rule to one"
        " machine is one that a firewall team accepts. A port forward needs exactly one.",
        level=1,
    ),
    "roles.*.absent": Words(
        "network",
        "flag",
        "{role}: there are none",
        "Their connections are left out, without a remark.",
        "A connection with somebody who is not there needs no rule. Take this where a feature"
        " mentions a party that you don't have, such as mobile devices.",
        default=False,
        level=1,
    ),
    "firewalls.*.kind": Words(
        "firewalls",
        "choice",
        "What it is",
        "Where it stands decides which rules it gets, and in which form.",
        "A host's own firewall runs on the machine that it guards. A firewall between networks"
        " filters what goes from zone to zone. A cloud group guards machines in a cloud. A router"
        " joins zones, filters nothing and gets no rules; without it the plan would not know that"
        " there is a way.",
        (
            Choice("host", "Firewall on a host"),
            Choice("boundary", "Firewall between networks"),
            Choice("cloud", "Cloud security group"),
            Choice("router", "Router without filter"),
        ),
        required=True,
    ),
    "firewalls.*.role": Words(
        "firewalls",
        "choice",
        "Guards",
        "It gets rules for every address that this role has, in any product.",
        required=True,
    ),
    "firewalls.*.addresses": Words(
        "firewalls",
        "addresses",
        "Only these addresses",
        "Leave empty to guard all of them.",
        "Give addresses where this firewall guards only some of the machines, such as one of two"
        " servers.",
        level=1,
    ),
    "firewalls.*.platform": Words(
        "firewalls",
        "choice",
        "Platform",
        "Which scripts fit: nftables and its kin, or Windows Defender Firewall.",
        "",
        (Choice("linux", "Linux"), Choice("windows", "Windows")),
        default="linux",
    ),
    "firewalls.*.provider": Words(
        "firewalls",
        "choice",
        "Provider",
        "AWS groups get files of their own; for others take the tables.",
        "",
        (Choice("aws", "Amazon Web Services"), Choice("other", "Another provider")),
        default="other",
    ),
    "firewalls.*.egress": Words(
        "firewalls",
        "choice",
        "Outbound connections",
        "Filtered: outbound connections need a rule too, name lookups included.",
        "Open is what most hosts and cloud groups do: whatever the machine opens itself goes out."
        " Where it is filtered, everything that the machine opens needs a rule: databases,"
        " directories, mail, name servers, the web.",
        (Choice("open", "Open"), Choice("filtered", "Filtered")),
        default="open",
    ),
    "firewalls.*.management": Words(
        "firewalls",
        "choices",
        "Remote administration",
        "Opened for the administrators' computers, so that nobody is locked out.",
        "The script drops every new inbound connection that no rule allows. Without a way in for "
        "administration, the next login would be at the console.",
        (
            Choice("ssh", "SSH (22)"),
            Choice("rdp", "Remote Desktop (3389)"),
            Choice("winrm", "WinRM (5985, 5986)"),
        ),
    ),
    "firewalls.*.zones": Words(
        "firewalls",
        "zones",
        "Joins the zones",
        "The zones that it stands between; 'internet' for the way out.",
        "Two zones at least. Traffic between any two of them goes through it. A connection between"
        " zones that nothing joins has no way, and the review says so.",
        required=True,
    ),
    "firewalls.*.default": Words(
        "firewalls",
        "choice",
        "Everything else",
        "Accept: the script only adds what it allows. Deny: it drops the rest.",
        "Take 'deny' only where this plan is to hold everything that the firewall lets through. The"
        " network that a print plan knows is rarely all of it.",
        (Choice("accept", "Left as it is"), Choice("deny", "Denied")),
        default="accept",
    ),
    "firewalls.*.nat": Words(
        "firewalls",
        "flag",
        "Hides addresses (NAT)",
        "The inside shares public addresses; what comes in needs a port forward.",
        "With NAT a connection from the internet reaches the inside only by a port forward to"
        " exactly one address. The plan then lists the forwards beside the rules. IPv6 needs none.",
        default=False,
    ),
    "firewalls.*.public_address": Words(
        "firewalls",
        "address",
        "Public address",
        "The IPv4 address that the internet sees, such as 203.0.113.7.",
        "Port forwards stand on this address. Without it they stay open, and the review says so.",
        level=1,
    ),
    "proxy.mode": Words(
        "firewalls",
        "choice",
        "Web proxy",
        "Explicit: the servers are told to use it. Transparent: it catches them.",
        "With an explicit proxy, servers connect to the proxy and the proxy connects to the"
        " internet. With a transparent one, or none, they connect directly. The allowlist is made"
        " in every case: firewalls that filter by name take it too.",
        (
            Choice("none", "None"),
            Choice("explicit", "Explicit, set on the servers"),
            Choice("transparent", "Transparent"),
        ),
        default="none",
    ),
    "proxy.port": Words(
        "firewalls",
        "port",
        "Port of the proxy",
        "Where the proxy listens: 3128 for Squid, often 8080 for others.",
        default=3128,
        level=1,
    ),
    "proxy.wildcards": Words(
        "firewalls",
        "flag",
        "Its allowlist can hold *.example.com",
        "If not, hosts are listed one by one as far as the documents name them.",
        "Most proxies can allow a whole domain. Where yours can't, the named hosts of the chosen"
        " region are listed; a host that is known only as a wildcard gets a warning.",
        default=True,
        level=1,
    ),
    "proxy.tls_inspection": Words(
        "firewalls",
        "flag",
        "It inspects TLS",
        "It breaks open encrypted connections. Some products don't stand that.",
        "A proxy that inspects TLS shows its own certificate. Products that check for their"
        " vendor's fail then; they stand on the list of hosts that inspection must leave alone.",
        default=False,
        level=1,
    ),
    "request.requester": Words(
        "request",
        "text",
        "Requested by",
        "A person or team that can be asked, such as 'Print team'.",
    ),
    "request.reference": Words(
        "request",
        "text",
        "Reference",
        "The number of the change request or ticket, such as CHG-1042.",
    ),
    "request.justification": Words(
        "request",
        "text",
        "Why",
        "One sentence that the firewall team will read first.",
        "What is new, or what stops working without it. Such as 'New PaperCut MF server'.",
    ),
    "request.wanted": Words("request", "date", "Wanted by", "Year-month-day, such as 2027-01-15."),
    "request.review": Words(
        "request",
        "date",
        "Review on",
        "When somebody looks again whether the rules are still needed.",
        "Many firewall teams ask for a date on which rules are reviewed or end. Year-month-day,"
        " such as 2028-01-15.",
    ),
}
