"""The writer of each make: its terms in the words of that make, by the target's key."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from exporters.firewalls.vendor_lists import arista_eos, cisco_asa, cisco_ios
from exporters.firewalls.vendor_panorama import panorama
from exporters.firewalls.vendor_policies import fortigate, junos_srx, pan_os
from exporters.firewalls.vendor_terms import Body, Term

BODIES: dict[str, Callable[[str, Sequence[Term]], Body]] = {
    "cisco-ios": cisco_ios,
    "cisco-asa": cisco_asa,
    "junos-srx": junos_srx,
    "pan-os": pan_os,
    "panorama": panorama,
    "fortigate": fortigate,
    "arista-eos": arista_eos,
}
