"""The formats that an export is made of: what each is for, which firewalls it fits, and its module.

A new format is one module in its room, one entry here, and how to use it in `templates/use.md`.
A format for firewalls has a function `files_of(deployment, firewall) -> {file name: content}`, any
other `files(deployment) -> {path: content}`. One with a `folder` for the files of all firewalls has
`common(deployment, names)` too, for what they share. Modules are imported when their files are
asked for: reading this table loads none of them.
"""

from __future__ import annotations

from exporters.format import Format

FORMATS: tuple[Format, ...] = (
    Format(
        name="toml",
        paths=("plan.toml", "rules.toml"),
        about="plan.toml and rules.toml",
        for_what="the plan itself, to keep and to change later, and all that follows from it",
        kinds=("plan",),
        module="exporters.data.toml",
        reader="whoever keeps the plan",
    ),
    Format(
        name="csv",
        paths=(
            "flows.csv",
            "rules.csv",
            "forwards.csv",
            "allowlist.csv",
            "tls-bypass.csv",
            "mail-senders.csv",
            "denials.csv",
            "findings.csv",
        ),
        about="flows, rules, forwards, lists, denials and findings as CSV",
        for_what="spreadsheets, change tickets and other programs",
        kinds=("plan",),
        module="exporters.data.csv",
        reader="the firewall, proxy and mail gateway teams",
    ),
    Format(
        name="json",
        paths=("deployment.json",),
        about="deployment.json, what portwright show --json prints",
        for_what="other programs",
        kinds=("plan",),
        module="exporters.data.json",
        reader="other programs",
    ),
    Format(
        name="markdown",
        paths=("handover.md",),
        about="handover.md",
        for_what=(
            "the request with all that each team needs, as text: for tickets, wikis and version"
            " control"
        ),
        kinds=("plan",),
        module="exporters.handover.markdown",
        reader="the firewall, proxy and mail gateway teams, the DBA, the auditor",
    ),
    Format(
        name="html",
        paths=("handover.html",),
        about="handover.html",
        for_what=(
            "the same document to look at, to send and to print, with a picture of the network"
        ),
        kinds=("plan",),
        module="exporters.handover.html",
        reader="the firewall, proxy and mail gateway teams, the DBA, the auditor",
    ),
    Format(
        name="xlsx",
        paths=("handover.xlsx",),
        about="handover.xlsx",
        for_what="the same document as a workbook: a sheet for each team, with filters",
        kinds=("plan",),
        module="exporters.handover.xlsx",
        reader="teams that work through lists",
    ),
    Format(
        name="picture",
        paths=("network.svg",),
        about="network.svg",
        for_what="the network as a picture: zones, hosts, firewalls, and who connects to whom",
        kinds=("plan",),
        module="exporters.picture.svg",
        reader="whoever draws the network",
    ),
    Format(
        name="connection-tests",
        paths=("tests/from-<role>.sh", "tests/from-<role>.ps1"),
        about="scripts that try every connection which a role opens",
        for_what="testing after the rules are in, on machines without Portwright",
        kinds=("plan",),
        module="exporters.handover.connection_tests",
        reader="whoever accepts the work",
    ),
    Format(
        name="nftables",
        paths=("firewalls/<name>/nftables.nft", "firewalls/<name>/nftables.sh"),
        about="rules for nftables, and a script that applies and undoes them",
        for_what=(
            "a Linux host's own firewall, or a Linux firewall between zones with its port forwards"
        ),
        kinds=("host", "boundary"),
        platform="linux",
        module="exporters.firewalls.nftables",
        reader="the administrators of that machine",
    ),
    Format(
        name="iptables",
        paths=("firewalls/<name>/iptables.sh",),
        about="a script that applies and undoes rules for iptables and ip6tables",
        for_what=(
            "a Linux host's own firewall, or a Linux firewall between zones with its port forwards"
        ),
        kinds=("host", "boundary"),
        platform="linux",
        module="exporters.firewalls.iptables",
        reader="the administrators of that machine",
    ),
    Format(
        name="ufw",
        paths=("firewalls/<name>/ufw.sh",),
        about="a script that adds rules to ufw and takes them out, and an application profile",
        for_what="a Linux host's own firewall where ufw looks after it",
        kinds=("host",),
        platform="linux",
        module="exporters.firewalls.ufw",
        reader="the administrators of that machine",
    ),
    Format(
        name="firewalld",
        paths=("firewalls/<name>/firewalld.sh",),
        about=(
            "a script that gives firewalld services, address sets and policies, and takes them out"
        ),
        for_what="a Linux host's own firewall where firewalld looks after it",
        kinds=("host",),
        platform="linux",
        module="exporters.firewalls.firewalld",
        reader="the administrators of that machine",
    ),
    Format(
        name="vendors",
        paths=(
            "firewalls/<name>/vendors/cisco-ios.txt",
            "firewalls/<name>/vendors/cisco-asa.txt",
            "firewalls/<name>/vendors/junos-srx.conf",
            "firewalls/<name>/vendors/pan-os.xml",
            "firewalls/<name>/vendors/fortigate.conf",
            "firewalls/<name>/vendors/arista-eos.txt",
        ),
        about=(
            "rules for Cisco IOS, ASA, Junos SRX, PAN-OS, FortiGate, Arista; only with --format"
            " vendors"
        ),
        for_what="a firewall or filtering router between zones, of one of these makes",
        kinds=("boundary",),
        module="exporters.firewalls.vendors",
        reader="the firewall team",
        extra="vendors",
        package="aerleon",
    ),
    Format(
        name="routeros",
        paths=("firewalls/<name>/routeros.rsc",),
        about="rules and port forwards for MikroTik RouterOS; only with --format routeros",
        for_what="a firewall between zones that is a MikroTik router",
        kinds=("boundary",),
        module="exporters.firewalls.routeros",
        reader="the firewall team",
        by_name=True,
    ),
    Format(
        name="openwrt",
        paths=("firewalls/<name>/openwrt.sh",),
        about="a script that stages rules in OpenWrt's uci; only with --format openwrt",
        for_what="a firewall between zones that runs OpenWrt",
        kinds=("boundary",),
        module="exporters.firewalls.openwrt",
        reader="the firewall team",
        by_name=True,
    ),
    Format(
        name="opnsense",
        paths=(
            "firewalls/<name>/opnsense-rules.csv",
            "firewalls/<name>/opnsense-rules.json",
        ),
        about="rules for OPNsense's import and for its API; only with --format opnsense",
        for_what="a firewall between zones that runs OPNsense",
        kinds=("boundary",),
        module="exporters.firewalls.opnsense",
        reader="the firewall team",
        by_name=True,
    ),
    Format(
        name="pfsense",
        paths=("firewalls/<name>/pfsense.xml",),
        about="aliases and floating rules for pfSense's configuration; only with --format pfsense",
        for_what="a firewall between zones that runs pfSense",
        kinds=("boundary",),
        module="exporters.firewalls.pfsense",
        reader="the firewall team",
        by_name=True,
    ),
    Format(
        name="kubernetes",
        paths=("firewalls/<name>/networkpolicy.json",),
        about="network policies for pods; only with --format kubernetes",
        for_what="a host that is pods in Kubernetes",
        kinds=("host",),
        platform="linux",
        module="exporters.firewalls.kubernetes",
        reader="whoever runs the cluster",
        by_name=True,
    ),
    Format(
        name="ansible",
        paths=(
            "ansible/site.yml",
            "ansible/remove.yml",
            "ansible/inventory.yml",
            "ansible/files/<name>.sh",
            "ansible/files/ufw/<name>.sh",
            "ansible/files/firewalld/<name>.sh",
        ),
        about=(
            "a play that gives each host the script for the firewall it runs (nftables, ufw,"
            " firewalld), applies and confirms it, and its inventory"
        ),
        for_what="all Linux hosts' own firewalls at once, from a machine that has Ansible",
        kinds=("host",),
        platform="linux",
        folder="ansible",
        module="exporters.firewalls.ansible",
        reader="the administrators of those machines",
    ),
    Format(
        name="windows",
        paths=("firewalls/<name>/windows.ps1",),
        about="a PowerShell script that applies and undoes rules of Windows Defender Firewall",
        for_what="a Windows host's own firewall",
        kinds=("host",),
        platform="windows",
        module="exporters.firewalls.windows",
        reader="the administrators of that machine",
    ),
    Format(
        name="aws",
        paths=("firewalls/<name>/aws-security-group.json", "firewalls/<name>/aws.sh"),
        about="security groups as a CloudFormation template and as a script for the AWS CLI",
        for_what="a security group in AWS",
        kinds=("cloud",),
        providers=("aws",),
        module="exporters.firewalls.aws",
        reader="the AWS administrators",
    ),
    Format(
        name="azure",
        paths=("firewalls/<name>/azure-nsg.json", "firewalls/<name>/azure.sh"),
        about="a network security group as an ARM template, and a script that deploys it",
        for_what="a network security group in Azure",
        kinds=("cloud",),
        providers=("azure",),
        module="exporters.firewalls.azure",
        reader="the Azure administrators",
    ),
    Format(
        name="terraform",
        paths=("firewalls/<name>/main.tf.json",),
        about="the same groups in Terraform's JSON syntax",
        for_what="a security group in AWS or Azure that Terraform or OpenTofu looks after",
        kinds=("cloud",),
        providers=("aws", "azure"),
        module="exporters.firewalls.terraform",
        reader="whoever runs Terraform",
    ),
    Format(
        name="squid",
        paths=("proxy/squid.conf",),
        about="a fragment for squid.conf with the allowlist",
        for_what="the web proxy, where it is Squid",
        kinds=("proxy",),
        modes=("explicit", "transparent"),
        module="exporters.proxy.squid",
        reader="the proxy team",
    ),
    Format(
        name="pac",
        paths=("proxy/proxy.pac",),
        about="a PAC file that sends the listed hosts to the proxy",
        for_what="computers and servers that find the proxy by a PAC file",
        kinds=("proxy",),
        modes=("explicit",),
        module="exporters.proxy.pac",
        reader="whoever hands out proxy settings",
    ),
    Format(
        name="hosts",
        paths=("proxy/hosts.txt", "proxy/tls-bypass.txt"),
        about="the hosts as plain text: the allowlist by purpose, and the TLS bypass list",
        for_what="a proxy or firewall that filters by name, of any make",
        kinds=("proxy",),
        module="exporters.proxy.hosts",
        reader="the proxy and firewall teams",
    ),
)


def format_named(name: str) -> Format | None:
    """The format of that name, or None."""
    return next((entry for entry in FORMATS if entry.name == name), None)
