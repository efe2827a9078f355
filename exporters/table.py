"""The formats that an export is made of: what each is for, which firewalls it fits, and its files.

A new format is one module in this folder and one entry here. A format for firewalls has a function
`files_of(deployment, firewall) -> {file name: content}`, any other `files(deployment) -> {path: content}`.
One with a `folder` for the files of all firewalls has `common(deployment, names)` too, for what they share.
Modules are imported when their files are asked for: reading this table loads none of them.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Literal

import msgspec

from wizard.deployment import Deployment
from wizard.plan import Firewall

Kind = Literal["host", "boundary", "cloud", "proxy", "plan"]
Content = str | bytes

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


# Stands for the proxy where a firewall is named; no firewall has a name with a space.
WEB_PROXY = "web proxy"


class CannotSay(Exception):
    """Raised by a format for a firewall (or the proxy) that it has no words for; the text says which."""


class Refused(msgspec.Struct, frozen=True):
    """A firewall whose files were left out: what the plan does not say yet, or what the format cannot say.

    `firewall` is its name, or WEB_PROXY.
    """

    firewall: str
    formats: tuple[str, ...]
    missing: tuple[str, ...] = ()
    reason: str = ""

    @property
    def what(self) -> str:
        """Whose files were left out, as the beginning of a sentence."""
        return "The web proxy" if self.firewall == WEB_PROXY else f"Firewall {self.firewall}"

    @property
    def why(self) -> str:
        """One phrase for people."""
        return self.reason or "to be supplied: " + ", ".join(self.missing)


class Rendered(msgspec.Struct, frozen=True):
    """The files of one format by their path below the export's folder; the firewalls that were refused."""

    files: dict[str, Content]
    refused: tuple[Refused, ...] = ()


class Format(msgspec.Struct, frozen=True):
    """One format.

    `kinds` says what it is written for: firewalls of these kinds (of `platform` or `provider`, where given),
    the web proxy (in one of `modes`; none given: whatever filters by name), or the plan as a whole.
    `reader` is who takes the files, `use` how to apply, check and undo them, as Markdown for README.md.
    A format with an `extra` (of pip, which brings `package`) is written only when it is asked for by name: so
    what an export holds follows from the plan, and not from what is installed.
    `folder` is one folder for the files of all firewalls; none given: a folder for each firewall.
    """

    name: str
    about: str
    for_what: str
    kinds: tuple[Kind, ...]
    module: str
    reader: str
    use: str
    platform: Literal["linux", "windows"] | None = None
    provider: Literal["aws"] | None = None
    modes: tuple[Literal["explicit", "transparent"], ...] = ()
    extra: str = ""
    package: str = ""
    folder: str = ""

    @property
    def for_firewalls(self) -> bool:
        """True for a format with files for each firewall."""
        return not {"proxy", "plan"} & set(self.kinds)

    def fits_firewall(self, firewall: Firewall) -> bool:
        """True for a firewall that this format can be written for."""
        return (
            firewall.kind in self.kinds
            and (self.platform is None or firewall.kind == "cloud" or firewall.platform == self.platform)
            and (self.provider is None or firewall.provider == self.provider)
        )

    def firewalls(self, deployment: Deployment) -> tuple[str, ...]:
        """The names of the plan's firewalls that this format fits."""
        return tuple(name for name, fw in deployment.plan.firewalls.items() if self.fits_firewall(fw))

    def fits(self, deployment: Deployment) -> bool:
        """True where the plan has something that this format is for."""
        if "plan" in self.kinds:
            return True
        if "proxy" in self.kinds:
            listed = bool(deployment.allowlist or deployment.tls_bypass)
            return deployment.plan.proxy.mode in self.modes if listed and self.modes else listed
        return bool(self.firewalls(deployment))

    def offered(self, deployment: Deployment) -> bool:
        """True where it is written without being asked for by name."""
        return not self.extra and self.fits(deployment)

    @property
    def installed(self) -> bool:
        """False where the package that this format needs is not there."""
        if not self.package:
            return True
        from importlib.util import find_spec

        return find_spec(self.package) is not None

    def render(self, deployment: Deployment) -> Rendered:
        """The files for this plan; a firewall that waits for answers has none and stands in `refused`."""
        module = import_module(self.module)
        if not self.for_firewalls:
            try:
                return Rendered(files=module.files(deployment))
            except CannotSay as reason:
                refusal = Refused(firewall=WEB_PROXY, formats=(self.name,), reason=str(reason))
                return Rendered(files={}, refused=(refusal,))
        files: dict[str, Content] = {}
        refused = []
        written = []
        for name in self.firewalls(deployment):
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no name of a firewall")
            missing = deployment.missing(name)
            if missing:
                refused.append(Refused(firewall=name, formats=(self.name,), missing=missing))
                continue
            try:
                own = module.files_of(deployment, name)
            except CannotSay as reason:
                refused.append(Refused(firewall=name, formats=(self.name,), reason=str(reason)))
                continue
            written.append(name)
            folder = self.folder or f"firewalls/{name}"
            files |= {f"{folder}/{file}": content for file, content in own.items()}
        if self.folder and written:
            shared = module.common(deployment, tuple(written))
            files |= {f"{self.folder}/{file}": content for file, content in shared.items()}
        return Rendered(files=files, refused=tuple(refused))

    def files(self, deployment: Deployment) -> dict[str, Content]:
        """The files for this plan, without those that had to be refused."""
        return self.render(deployment).files


_SCRIPT = """\
As root on that machine, from a session that you keep open:

```
sh {file} check                        # asks {tool}, changes nothing
sh {file} apply --confirm-within 120   # puts the rules in
sh {file} confirm                      # from a NEW session; without it everything goes back after 120 s
sh {file} status                       # are they in place, is a confirmation awaited
sh {file} rollback                     # back to what was before the last apply
sh {file} remove                       # takes out what it put in, and its notes
```

`apply` refuses where the rules would cut the SSH connection that it runs over. {after}"""

FORMATS: tuple[Format, ...] = (
    Format(
        name="toml",
        about="plan.toml and rules.toml",
        for_what="the plan itself, to keep and to change later, and all that follows from it",
        kinds=("plan",),
        module="exporters.toml",
        reader="whoever keeps the plan",
        use="Keep `plan.toml`: `portwright wizard plan.toml` goes on from it, "
        "`portwright diff` compares two of them.",
    ),
    Format(
        name="csv",
        about="flows, rules, forwards, lists and findings as CSV",
        for_what="spreadsheets, change tickets and other programs",
        kinds=("plan",),
        module="exporters.csvfiles",
        reader="the firewall, proxy and mail gateway teams",
        use="Open them in a spreadsheet as UTF-8, or attach them to the change. "
        "A cell that would run as a formula has an apostrophe before it.",
    ),
    Format(
        name="json",
        about="deployment.json, the same as `portwright show --json`",
        for_what="other programs",
        kinds=("plan",),
        module="exporters.jsonfile",
        reader="other programs",
        use="Its keys are those of `portwright show --json`.",
    ),
    Format(
        name="markdown",
        about="handover.md",
        for_what="the request with all that each team needs, as text: for tickets, wikis and version control",
        kinds=("plan",),
        module="exporters.markdown",
        reader="the firewall, proxy and mail gateway teams, the DBA, the auditor",
        use="Paste it into the ticket, or let the wiki show it. The network is drawn where Mermaid is known.",
    ),
    Format(
        name="html",
        about="handover.html",
        for_what="the same document to look at, to send and to print, with a picture of the network",
        kinds=("plan",),
        module="exporters.html",
        reader="the firewall, proxy and mail gateway teams, the DBA, the auditor",
        use="Open it in any browser; it is one file, needs no script and fetches nothing. It prints on A4.",
    ),
    Format(
        name="xlsx",
        about="handover.xlsx",
        for_what="the same document as a workbook: a sheet for each team, with filters",
        kinds=("plan",),
        module="exporters.xlsx",
        reader="teams that work through lists",
        use="Open it in a spreadsheet. No cell is a formula. Columns for answers, results and signatures are empty.",
    ),
    Format(
        name="picture",
        about="network.svg",
        for_what="the network as a picture: zones, hosts, firewalls, and who connects to whom",
        kinds=("plan",),
        module="exporters.picture_svg",
        reader="whoever draws the network",
        use="Open it in a browser or put it into a document. Zones that are alike share a row where there are many.",
    ),
    Format(
        name="connection-tests",
        about="scripts that try every connection which a role opens",
        for_what="testing after the rules are in, on machines without Portwright",
        kinds=("plan",),
        module="exporters.connection_tests",
        reader="whoever accepts the work",
        use="""\
On a machine of that role:

```
sh from-print-server.sh mfp=10.0.30.17
powershell -ExecutionPolicy Bypass -File from-print-server.ps1 -Address mfp=10.0.30.17
```

Each opens the connections of its role, closes them again and prints what was expected and what was found. \
Name an address where the plan has a whole network. Exit status: 0 all connect, 1 some do not, 2 it could not be \
tried, 3 an address has to be named. UDP is not tried: nothing answers an empty packet.""",
    ),
    Format(
        name="nftables",
        about="rules for nftables, and a script that applies and undoes them",
        for_what="a Linux host's own firewall, or a Linux firewall between zones with its port forwards",
        kinds=("host", "boundary"),
        platform="linux",
        module="exporters.nftables",
        reader="the administrators of that machine",
        use=_SCRIPT.format(
            file="nftables.sh",
            tool="nft",
            after="It touches one table of its own, `portwright_…`, and no other. "
            "nftables lets a packet pass only where every table does: where another table drops it "
            "(ufw, firewalld, an older rule set), that table must let it through too.\n\n"
            "The rules last until the machine restarts. To load them at every start, copy `nftables.nft` to "
            "`/etc/nftables.d/`, have `/etc/nftables.conf` include it and enable the service `nftables`; "
            "`remove` does not take that copy away.",
        ),
    ),
    Format(
        name="iptables",
        about="a script that applies and undoes rules for iptables and ip6tables",
        for_what="a Linux host's own firewall, or a Linux firewall between zones with its port forwards",
        kinds=("host", "boundary"),
        platform="linux",
        module="exporters.iptables",
        reader="the administrators of that machine",
        use=_SCRIPT.format(
            file="iptables.sh",
            tool="iptables-restore",
            after="It touches chains of its own, `pw_…`, and the jumps to them, which come first in INPUT, OUTPUT, "
            "FORWARD and PREROUTING: what these chains let through or drop, later rules are not asked about.\n\n"
            "The rules last until the machine restarts. To load them at every start, save them with "
            "`netfilter-persistent save` (Debian's package iptables-persistent); save again after `remove`.",
        ),
    ),
    Format(
        name="ufw",
        about="a script that adds rules to ufw and takes them out, and an application profile",
        for_what="a Linux host's own firewall where ufw looks after it",
        kinds=("host",),
        platform="linux",
        module="exporters.ufw",
        reader="the administrators of that machine",
        use=_SCRIPT.format(
            file="ufw.sh",
            tool="ufw",
            after="It switches ufw on, with `default deny incoming` (and `outgoing`, where egress is filtered), and "
            "adds rules whose comments begin with `portwright`. Rules that ufw has already stay, and count too: "
            "look at `ufw status`. `remove` also switches ufw off again if it was off before.\n\n"
            "The rules last over a restart of the machine, also one before `confirm`: then `rollback` takes them back.",
        ),
    ),
    Format(
        name="firewalld",
        about="a script that gives firewalld services, address sets and policies, and takes them out",
        for_what="a Linux host's own firewall where firewalld looks after it",
        kinds=("host",),
        platform="linux",
        module="exporters.firewalld",
        reader="the administrators of that machine",
        use=_SCRIPT.format(
            file="firewalld.sh",
            tool="firewalld",
            after="firewalld must be running. Its policies `pw_…` come before the zones: what zones allow (ssh, for "
            "one) is not asked about any more. It reloads firewalld, and refuses where a reload would lose settings "
            "that are not permanent.\n\n"
            "The rules last over a restart of the machine, also one before `confirm`: then `rollback` takes them back.",
        ),
    ),
    Format(
        name="vendors",
        about="rules for Cisco IOS, ASA, Junos SRX, PAN-OS, FortiGate, Arista; only with --format vendors",
        for_what="a firewall or filtering router between zones, of one of these makes",
        kinds=("boundary",),
        module="exporters.vendors",
        reader="the firewall team",
        use="Take the one file that is for your device, and read its head: it says how to load it, and what it cannot "
        "say. Port forwards (destination NAT) are in none of them and stand in each head as a list.\n\n"
        "They only add, under names that begin with `pw-`, bind nothing to an interface, and have been tried on no "
        "device: load them with a way back (`commit confirmed`, `configure session`, a saved configuration). "
        "To undo, take out what begins with `pw-`, policies first. "
        "Do the same with the rules of an earlier export that this one has no more.",
        extra="vendors",
        package="aerleon",
    ),
    Format(
        name="ansible",
        about="a play that copies, applies and confirms the hosts' nftables scripts, and its inventory",
        for_what="all Linux hosts' own firewalls at once, from a machine that has Ansible",
        kinds=("host",),
        platform="linux",
        folder="ansible",
        module="exporters.ansible",
        reader="the administrators of those machines",
        use="""\
Look through `inventory.yml`: machines that the plan knows only by a network are yours to name there. In `ansible/`:

```
ansible-playbook -i inventory.yml site.yml --check     # asks each machine, changes nothing
ansible-playbook -i inventory.yml site.yml             # applies, comes back over a new connection, confirms
ansible-playbook -i inventory.yml remove.yml           # takes everything out again
```

One machine after the other; it stops at the first failure. If no new connection comes through, a machine goes back \
by itself to what was before. The scripts are those of the format nftables, and so is their state on the machines: \
`sh /usr/local/sbin/portwright-NAME status` there says how things are.""",
    ),
    Format(
        name="windows",
        about="a PowerShell script that applies and undoes rules of Windows Defender Firewall",
        for_what="a Windows host's own firewall",
        kinds=("host",),
        platform="windows",
        module="exporters.windows",
        reader="the administrators of that machine",
        use="""\
In PowerShell as administrator on that machine, from a session that you keep open:

```
powershell -ExecutionPolicy Bypass -File windows.ps1 -Action check
powershell -ExecutionPolicy Bypass -File windows.ps1 -Action apply -WhatIf
powershell -ExecutionPolicy Bypass -File windows.ps1 -Action apply -ConfirmWithin 120
powershell -ExecutionPolicy Bypass -File windows.ps1 -Action confirm    # from a NEW session, within 120 s
powershell -ExecutionPolicy Bypass -File windows.ps1 -Action status
powershell -ExecutionPolicy Bypass -File windows.ps1 -Action rollback   # back to what was before the last apply
powershell -ExecutionPolicy Bypass -File windows.ps1 -Action remove
```

`apply` refuses where the rules would cut the RDP, WinRM or SSH session that it runs over. It changes the rules \
of one group of its own, and the default action of the three profiles. Other rules that let traffic in (Windows \
brings some) stay as they are: `check` lists them, since Windows lets in what any rule allows. Rules last over \
a restart.""",
    ),
    Format(
        name="aws",
        about="security groups as a CloudFormation template and as a script for the AWS CLI",
        for_what="a security group in AWS",
        kinds=("cloud",),
        provider="aws",
        module="exporters.aws",
        reader="the AWS administrators",
        use="""\
Take one of the two, not both; each makes the same groups, and attaching them to machines is yours.

```
aws cloudformation deploy --stack-name NAME --template-file aws-security-group.json --parameter-overrides VpcId=VPC
sh aws.sh check --vpc VPC    # asks AWS, changes nothing; then: apply, status, remove
```

To undo: delete the stack (or `sh aws.sh remove --vpc VPC`) after taking the groups off the machines.""",
    ),
    Format(
        name="squid",
        about="a fragment for squid.conf with the allowlist",
        for_what="the web proxy, where it is Squid",
        kinds=("proxy",),
        modes=("explicit", "transparent"),
        module="exporters.squid",
        reader="the proxy team",
        use="Copy it to `/etc/squid/conf.d/portwright.conf` (or include it before the line `http_access deny all`), "
        "then `squid -k parse` and `squid -k reconfigure`. It only allows: what your own lines allow or deny stays. "
        "To undo: delete it and reconfigure.",
    ),
    Format(
        name="pac",
        about="a PAC file that sends the listed hosts to the proxy",
        for_what="computers and servers that find the proxy by a PAC file",
        kinds=("proxy",),
        modes=("explicit",),
        module="exporters.pac",
        reader="whoever hands out proxy settings",
        use="Serve it as `application/x-ns-proxy-autoconfig`. Hosts that are not listed go out directly (DIRECT), "
        "as they would without it: where you have a PAC file already, call this one's function from yours.",
    ),
    Format(
        name="hosts",
        about="the hosts as plain text: the allowlist by purpose, and the TLS bypass list",
        for_what="a proxy or firewall that filters by name, of any make",
        kinds=("proxy",),
        module="exporters.hosts",
        reader="the proxy and firewall teams",
        use="Lines that begin with `#` are comments. `hosts.txt` is what must be let through; "
        "`tls-bypass.txt` is what TLS inspection must leave alone, which is another list.",
    ),
)


def format_named(name: str) -> Format | None:
    """The format of that name, or None."""
    return next((entry for entry in FORMATS if entry.name == name), None)
