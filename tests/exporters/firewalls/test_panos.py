"""PAN-OS rules and services as CSV, in the columns that panco reads."""

from __future__ import annotations

import msgspec
import pytest

from exporters.firewalls import panos
from exporters.format import CannotSay
from exporters.tickets.table import TICKET_FORMATS
from tests.exporters.tickets.test_tickets import at_edge, rows
from tests.tools.builders import rule


def test_pan_os_has_panco_s_columns_in_order() -> None:
    one = rule(firewall="edge", direction="forward", ports=(443, (50000, 50050)))
    made = panos.files_of(at_edge(one), "edge")
    head = made["panco-rules.csv"].partition("\r\n")[0].replace('"', "")
    assert head == (
        "Name,Type,Description,Tags,SourceZones,SourceAddresses,NegateSource,SourceUsers,HipProfiles,"
        "DestinationZones,DestinationAddresses,NegateDestination,Applications,Services,Categories,Action,"
        "LogSetting,LogStart,LogEnd,Disabled,Schedule,IcmpUnreachable,DisableServerResponseInspection,"
        "Group,Virus,Spyware,Vulnerability,UrlFiltering,FileBlocking,WildFireAnalysis,DataFiltering"
    )
    objects = made["panco-objects.csv"].partition("\r\n")[0].replace('"', "")
    assert objects == "Name,Type,Value,Description,Tags,Device Group/Vsys"
    (row,) = rows(made["panco-rules.csv"])
    services = rows(made["panco-objects.csv"])
    assert row["Services"] == "tcp-443, tcp-50000-50050"
    assert [(each["Name"], each["Value"]) for each in services] == [
        ("tcp-443", "443"), ("tcp-50000-50050", "50000-50050"),
    ]  # fmt: skip
    assert (row["Type"], row["Action"], row["Applications"]) == ("security", "allow", "any")
    assert all(len(each["Name"]) <= 32 for each in services)


def test_pan_os_negates_own_networks_for_the_internet() -> None:
    one = rule(
        firewall="edge", direction="forward", sources=("0.0.0.0/0",), except_sources=("10.0.0.0/8",)
    )
    (row,) = rows(panos.files_of(at_edge(one), "edge")["panco-rules.csv"])
    assert (row["SourceAddresses"], row["NegateSource"]) == ("10.0.0.0/8", "yes")
    assert row["NegateDestination"] == ""
    part = msgspec.structs.replace(one, sources=("10.0.0.0/8",), except_sources=("10.1.0.0/16",))
    with pytest.raises(CannotSay, match="part of networks"):
        panos.files_of(at_edge(part), "edge")
    both = msgspec.structs.replace(
        one, destinations=("0.0.0.0/0",), except_destinations=("10.0.0.0/8",)
    )
    with pytest.raises(CannotSay, match="both sides"):
        panos.files_of(at_edge(both), "edge")


def test_no_firewalls_format_stands_with_the_systems_that_are_asked() -> None:
    assert {entry.kinds for entry in TICKET_FORMATS} == {("plan",)}
