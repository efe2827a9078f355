"""The makes: their files, what to know before loading, and what each compares."""

from __future__ import annotations

from typing import Literal

import msgspec

_PUBLIC = (
    "An inbound list sees public addresses and ports: its lines hold those for these forwards."
)
_BEFORE_TRANSLATION = (
    "PAN-OS compares addresses and ports before translation, and so does this file; a zone that you"
    " name is the one behind it."
)
_ALREADY_TRANSLATED = "its rules hold the address after translation, and so does this file"


class Target(msgspec.Struct, frozen=True):
    """One make: its file, how a line of comment begins, what to know before loading.

    `answers` is False for an access list without state. `nat` says what the device compares where
    it also translates addresses; `compares` is what the file holds then: the address inside, the
    public one, or a virtual IP.
    """

    key: str
    file: str
    title: str
    mark: str
    answers: bool
    load: tuple[str, ...]
    nat: str
    compares: Literal["inside", "public", "vip"] = "inside"

    @property
    def is_list(self) -> bool:
        """True for an access list, which ends by denying everything."""
        return self.mark == "! "

    @property
    def is_xml(self) -> bool:
        """True where no mark makes a line a comment."""
        return not self.mark


TARGETS = (
    Target(
        key="cisco-ios",
        file="cisco-ios.txt",
        title="Cisco IOS and IOS XE, access lists",
        mark="! ",
        answers=False,
        load=(
            "Enter it in configuration mode. It makes groups and lists, and binds none to an interface.",
            "IPv4 needs object groups (IOS 12.4(20)T and newer, IOS XE); IPv6 lists take none.",
            "Object groups are not asked about packets that go to the processor: look at the counters once.",
            "Into a list that is bound: each line with a number before the first deny there, in this order",
            "(ip access-list resequence NAME 10 1000 makes room).",
            "A way back: configure terminal revert timer 5, then configure confirm (it needs archive).",
        ),
        nat=_PUBLIC,
        compares="public",
    ),
    Target(
        key="cisco-asa",
        file="cisco-asa.txt",
        title="Cisco ASA 9.0 and newer, access list",
        mark="! ",
        answers=True,
        load=(
            "Enter it in configuration mode. It makes groups and a list, and binds it to no interface.",
            "Into a list that is bound: access-list NAME line NUMBER extended ..., before the first deny there.",
            "ASA has no commit that waits to be confirmed: reload in 10 before, without saving; reload cancel",
            "once it works.",
        ),
        nat=f"ASA compares addresses after translation: {_ALREADY_TRANSLATED}.",
    ),
    Target(
        key="junos-srx",
        file="junos-srx.conf",
        title="Junos on SRX, global security policies",
        mark="## ",
        answers=True,
        load=(
            "Load it with load merge, look at show | compare, then commit confirmed 5 and commit.",
            "Policies between two zones are asked before global ones; what they deny stays denied.",
            "Where zones have address books of their own, Junos commits no global one beside them. Look:",
            "  show configuration security zones | match address-book",
            "Behind a global policy that denies, put each one before it, in this order, in configuration mode:",
            "  insert security policies global policy PW-NAME before policy YOURS",
        ),
        nat=f"SRX compares destinations after translation: {_ALREADY_TRANSLATED}.",
    ),
    Target(
        key="pan-os",
        file="pan-os.xml",
        title="PAN-OS, security rules of vsys1",
        mark="",
        answers=True,
        load=(
            (
                "Import it as a named configuration; load config partial, mode merge (never"
                " replace) takes its parts over."
            ),
            "On the command line, for each PART of address, address-group, service and rulebase/security:",
            "  load config partial from FILE from-xpath FROM/PART to-xpath /config/FROM/PART mode merge",
            "  FROM: devices/entry[@name='localhost.localdomain']/vsys/entry[@name='vsys1']",
            "Where Panorama looks after it, take panorama.txt beside this file instead.",
            "Rules come after those that are there; what an earlier rule denies stays denied. In this order:",
            "  move rulebase security rules PW-NAME before YOURS",
            "PAN-OS has no commit that waits to be confirmed: save config to NAME before, load config from NAME after.",
        ),
        nat=_BEFORE_TRANSLATION,
        compares="public",
    ),
    Target(
        key="panorama",
        file="panorama.txt",
        title="Panorama, pre-rules of a device group",
        mark="# ",
        answers=True,
        load=(
            "Replace DEVICE-GROUP in an editor by the name of yours, in every line. Left as it is, it makes a group of",
            "that name, which has no firewall.",
            "Enter it in configuration mode, after set cli scripting-mode on; leave out these lines with #.",
            "For objects that all groups share, begin the lines of address, address-group and service with set shared",
            "in place of set device-group and its name.",
            "Rules come after the pre-rules that are there; what an earlier one denies stays denied. In this order:",
            "  move device-group DEVICE-GROUP pre-rulebase security rules PW-NAME before YOURS",
            "Then show config diff and commit on Panorama, and push to the device group (commit-all).",
            "Neither has a way back of its own: save config to NAME before, load config from NAME and push after.",
        ),
        nat=_BEFORE_TRANSLATION,
        compares="public",
    ),
    Target(
        key="fortigate",
        file="fortigate.conf",
        title="FortiGate, FortiOS 7.0 and newer, firewall policies",
        mark="# ",
        answers=True,
        load=(
            "Upload it as a script or enter it on the command line, in the VDOM that it is for.",
            "Policies come after those that are there; what an earlier one denies stays denied. In this order:",
            "  config firewall policy, then move NUMBER before YOURS, then end",
            "No policy translates sources: set nat enable in those that need it, unless central SNAT is on.",
            "A way back: config system global, set cfg-save revert; then execute cfg save once it works.",
        ),
        nat="FortiOS wants a virtual IP as the destination: the file makes one for each, on any interface.",
        compares="vip",
    ),
    Target(
        key="arista-eos",
        file="arista-eos.txt",
        title="Arista EOS, access lists",
        mark="! ",
        answers=False,
        load=(
            "Enter it in a configuration session. It makes lists and binds none to an interface.",
            "Into a list that is bound: each line with a number before the first deny there, in this order",
            "(resequence 10 1000 in the list makes room).",
            "A way back: commit timer 00:05:00, then configure session NAME commit.",
        ),
        nat=_PUBLIC,
        compares="public",
    ),
)
