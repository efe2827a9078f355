"""The answers about what stands on the way: firewalls, routers and the web proxy."""

from __future__ import annotations

from wizard.facts.model import Choice
from wizard.plan.field import Field
from wizard.plan.keys import (
    ANY,
    FirewallKey,
    HidesKey,
    ManagementPortKey,
    PublishKey,
    RunsInKey,
)

# What `addresses` are on a boundary or router that reflects multicast DNS: label, help and more.
REFLECTOR_ADDRESSES = (
    "Its own addresses",
    "The reflector's address in each zone, such as 10.0.10.1 and 10.0.20.1.",
    "Hosts' own firewalls let multicast DNS in from these, each from the one in its own zone. A zone"
    " where the reflector has no address is not served.",
)
# All that have rules to answer for.
_WITH_RULES = ("host", "cloud", "boundary")
# Not in the plan file: who set it up is nobody's answer.
_SET_UP = "set-up"

FIREWALL_FIELDS: tuple[Field, ...] = (
    Field(
        FirewallKey(ANY, "kind"),
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
    Field(
        FirewallKey(ANY, "zones"),
        "zones",
        "Joins the zones",
        "The zones that it stands between; 'internet' for the way out.",
        "Two zones at least. Traffic between any two of them goes through it. A connection between"
        " zones that nothing joins has no way, and the review says so.",
        required=True,
        on=("boundary", "router"),
        least=2,
    ),
    Field(
        FirewallKey(ANY, "default"),
        "choice",
        "Everything else",
        "Accept: the script only adds what it allows. Deny: it drops the rest.",
        "Take 'deny' only where this plan is to hold everything that the firewall lets through. The"
        " network that a print plan knows is rarely all of it.",
        (Choice("accept", "Accept"), Choice("deny", "Deny")),
        default="accept",
        on=("boundary",),
    ),
    Field(
        FirewallKey(ANY, "nat"),
        "flag",
        "Hides addresses (NAT)",
        "The inside shares public addresses; what comes in needs a port forward.",
        "With NAT a connection from the internet reaches the inside only by a port forward to"
        " exactly one address. The plan then lists the forwards beside the rules. IPv6 needs none.",
        default=False,
        on=("boundary",),
    ),
    Field(
        FirewallKey(ANY, "public_address"),
        "address",
        "Public address",
        "The IPv4 address that the internet sees, such as 203.0.113.7.",
        "Port forwards stand on this address. Without it they stay open, and the review says so.",
        level=1,
        on=("boundary",),
        asked_when={"nat": (True,)},
    ),
    Field(
        FirewallKey(ANY, "snat"),
        "choice",
        "Source NAT itself",
        "Set up by you, or written into the files for nftables and iptables.",
        "Rules are for addresses as they are seen. What changes them on the way out is usually set up"
        " on the firewall already. Written, the scripts for nftables and iptables do it: the way to the"
        " internet, zones that leave as another address, zones that are seen as others. Files for"
        " other makes say that they do not.",
        (Choice(_SET_UP, "Set up by you"), Choice("write", "Written into the files")),
        default=_SET_UP,
        unset=_SET_UP,
        level=1,
        on=("boundary",),
        asked_when={"nat": (True,)},
    ),
    Field(
        FirewallKey(ANY, "hairpin"),
        "flag",
        "Public address from inside",
        "Inside clients reach what is forwarded by its public address too (hairpin NAT).",
        "The scripts for nftables and iptables lead those whom the plan lets in from zones that this"
        " firewall joins. In the server's own zone they come as the public address, and the server's"
        " firewall lets that in. Files for other makes say that they do not.",
        default=False,
        level=1,
        on=("boundary",),
        asked_when={"nat": (True,)},
    ),
    Field(
        FirewallKey(ANY, "mdns_reflector"),
        "flag",
        "Reflects multicast DNS",
        "It says again in each zone what it hears by mDNS in the others.",
        "Multicast DNS (Bonjour, AirPrint) stays within one network. A reflector on the machine that"
        " joins the zones carries it on; hosts with a firewall of their own then let it in from the"
        " reflector's address in their zone. Set it up there yourself; no file does.",
        default=False,
        level=1,
        on=("boundary", "router"),
    ),
    Field(
        PublishKey(ANY, ANY, "address"),
        "address",
        "{listener}: public address",
        "Left empty: the firewall's own public address.",
        "Where there are several public addresses, the one that this service is reached on.",
        level=1,
    ),
    Field(
        PublishKey(ANY, ANY, "port"),
        "port",
        "{listener}: public port",
        "Left empty: {inside}, where it listens. One public port leads to one host.",
        "Two servers that listen on one port need two public ports, or two public addresses. The"
        " port forward leads from the public port to the one on which the server listens; users"
        " are told the public one.",
        level=1,
    ),
    Field(
        HidesKey(ANY, ANY, "behind"),
        "address",
        "{zone} leaves as",
        "Left empty: as it is inside, and towards the internet as the public address.",
        "Source NAT between your own zones, or to the internet by another address: whatever comes from"
        " this zone is seen as that address by every firewall and host beyond this one, and their"
        " rules name it.",
        level=1,
    ),
    Field(
        FirewallKey(ANY, "role"),
        "choice",
        "Guards",
        "It gets rules for every address that this role has, in any product.",
        required=True,
        on=("host", "cloud"),
        names="roles",
        instead="addresses",
    ),
    Field(
        FirewallKey(ANY, "addresses"),
        "addresses",
        "Only these addresses",
        "Leave empty to guard all of them.",
        "Give addresses where this firewall guards only some of the machines, such as one of two"
        " servers.",
        level=1,
        on=("host", "cloud", "boundary", "router"),
    ),
    Field(
        FirewallKey(ANY, "platform"),
        "choice",
        "Platform",
        "Which scripts fit: nftables and its kin, or Windows Defender Firewall.",
        "",
        (Choice("linux", "Linux"), Choice("windows", "Windows")),
        default="linux",
        on=("host", "boundary"),
        asked_when={"kind": ("host",)},
    ),
    Field(
        FirewallKey(ANY, "provider"),
        "choice",
        "Provider",
        "AWS and Azure get files of their own; for others take the tables.",
        "Until it is answered there is no file for the group, and the export says so.",
        (
            Choice("aws", "Amazon Web Services"),
            Choice("azure", "Microsoft Azure"),
            Choice("other", "Another provider"),
        ),
        on=("cloud",),
    ),
    Field(
        FirewallKey(ANY, "internet"),
        "choice",
        "'The internet' in its file",
        "Everything: own networks are let through on those ports too. Exact: a hundred entries.",
        "A group has no exceptions. Written exactly, the internet is every network around your own,"
        " about a hundred entries for each port; written as everything, it is one. Where that would"
        " let through what must never be, the exact one is written in any case.",
        (Choice("everything", "Everything"), Choice("exact", "Exactly the internet")),
        default="everything",
        level=1,
        on=("cloud",),
    ),
    Field(
        FirewallKey(ANY, "egress"),
        "choice",
        "Outbound connections",
        "Filtered: outbound connections need a rule too, name lookups included.",
        "Open is what most hosts and cloud groups do: whatever the machine opens itself goes out."
        " Where it is filtered, everything that the machine opens needs a rule: databases,"
        " directories, mail, DNS servers, the web.",
        (Choice("open", "Open"), Choice("filtered", "Filtered")),
        default="open",
        on=("host", "cloud"),
    ),
    Field(
        FirewallKey(ANY, "log"),
        "choice",
        "Log",
        "What is dropped: in the kernel's log, a few lines a minute, with the firewall's name.",
        "Files for nftables, iptables and firewalld log what they drop, ten lines a minute of a kind, and"
        " rules of nftables count what they let through. ufw logs by itself, under a name of its own."
        " Windows and other makes log as they are set up, and their files say so.",
        (Choice("none", "As it is"), Choice("drops", "What is dropped")),
        default="none",
        level=1,
        on=("host", "boundary"),
    ),
    Field(
        FirewallKey(ANY, "management"),
        "choices",
        "Remote administration",
        "Opened for the administrators' computers, so that nobody is locked out.",
        "The script drops every new inbound connection that no rule allows. Without a way in for "
        "administration, the next login would be at the console. Where it listens on another port, the"
        ' plan\'s file says so as "ssh:2222".',
        (
            Choice("ssh", "SSH (22)"),
            Choice("rdp", "Remote Desktop (3389)"),
            Choice("winrm", "WinRM (5985, 5986)"),
        ),
        on=("host", "cloud"),
        names="methods",
    ),
    Field(
        ManagementPortKey(ANY, ANY),
        "ranges",
        "Port of {method}",
        "On port {registered}, unless you give others, such as 2222.",
        "The port on which the service listens on the machine. The guard of the exported scripts holds"
        " the session that you apply them over against it.",
        level=1,
    ),
    Field(
        FirewallKey(ANY, "guests"),
        "devices",
        "Guests on bridges",
        "Bridges of virtual machines and containers on this host, such as virbr0.",
        "Guests on these interfaces may ask the host for addresses and names (DHCP, DNS), and what is"
        " forwarded for them stays as it is. 'check' of the exported script names the bridges that"
        " it sees. Linux only.",
        level=1,
        on=("host",),
        asked_when={"platform": ("linux",)},
    ),
    Field(
        RunsInKey(ANY),
        "choice",
        "{product} runs in",
        "Ports that a container engine publishes pass the host's own rules by, unless it is named here.",
        "An engine such as Docker takes a published port's packets before the host's own rules are"
        " asked, and forwards them to the container. Named here, the host's file filters them there"
        " too, by the address and port that were asked for. The product's ports in the plan are"
        " those that the engine publishes on the host, whatever the container itself listens on.",
        (
            Choice("host", "The host itself"),
            Choice("docker", "A Docker container"),
            Choice("podman", "A Podman container"),
        ),
        default="host",
        level=1,
        unset="host",
    ),
    Field(
        FirewallKey(ANY, "owner"),
        "text",
        "Owner of its rules",
        "Left empty: the owner that the request names.",
        level=1,
        on=_WITH_RULES,
    ),
    Field(
        FirewallKey(ANY, "classification"),
        "text",
        "Classification",
        "Of what its rules carry. Left empty: what the request says.",
        level=1,
        on=_WITH_RULES,
    ),
    Field(
        FirewallKey(ANY, "expires"),
        "date",
        "Its rules end on",
        "Left empty: the date that the request names, or none. Year-month-day.",
        level=1,
        on=_WITH_RULES,
    ),
)
