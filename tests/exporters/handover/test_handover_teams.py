"""Each team finds in the handover documents what it needs: the DBA, the proxy team, the auditor,
whoever tests.
"""

from __future__ import annotations

import io
import re
from typing import Any

import msgspec
import pytest
from openpyxl import load_workbook

from exporters.handover import handover, html, markdown, xlsx
from exporters.handover.texts import reasons
from exporters.handover.words import TEAMS
from tests.golden.make import PLANS, golden_deployment
from tests.lab.plans import compiled
from tests.tools import worlds
from tests.tools.builders import deployment, rule
from tests.tools.handover_reader import Page, render
from tests.tools.hostile import HOSTILE
from wizard.deployment import Deployment
from wizard.facts.model import Evidence

SYSTEMS = {role: team for team in TEAMS for role in team.roles}
DBA = """
    [products.papercut-mf.features]
    database = { engine = "sql-server" }
    directory = { source = ["ldaps"] }
    name-lookup = {}
    [roles.database-server]
    addresses = ["10.0.10.20"]
    [roles.directory-server]
    addresses = ["10.0.10.21"]
    [roles.dns-server]
    addresses = ["10.0.10.53"]
"""


def tables(value: Deployment, heading: str) -> list[list[list[list[str]]]]:
    """Tables of handover.md (after rendering) and of handover.html that begin with this heading, as
    rows of cells.
    """
    pages = (
        Page(render(markdown.files(value)["handover.md"])),
        Page(html.files(value)["handover.html"]),
    )
    return [[rows for _, rows in page.tables if rows and rows[0][0] == heading] for page in pages]


def sheet(value: Deployment, title: str) -> list[dict[str, Any]]:
    """The rows of a sheet by their headings."""
    book = load_workbook(io.BytesIO(xlsx.files(value)["handover.xlsx"]))
    if title not in book.sheetnames:
        return []
    cells: list[list[Any]] = [[cell.value for cell in row] for row in book[title].iter_rows()]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[1:]]


def lines(cell: str) -> set[str]:
    return {line for line in cell.split("\n") if line}


@pytest.mark.parametrize("where", ["same zone", "another zone", "nowhere yet"])
def test_the_dba_reads_who_connects_where(where: str) -> None:
    text = DBA
    if where == "another zone":
        text = text.replace("10.0.10.20", "10.0.30.20")
    if where == "nowhere yet":
        text = text.replace('[roles.database-server]\n    addresses = ["10.0.10.20"]\n', "")
    value = worlds.world(worlds.OFFICE, text)
    own = (
        "address not known yet"
        if where == "nowhere yet"
        else "10.0.30.20"
        if "another" in where
        else "10.0.10.20"
    )
    for found in tables(value, "Way"):
        rows = [row for table in found for row in table if "Database server" in row[2]]
        assert len(rows) == 1
        way, from_, to, port, service, why, *_ = rows[0]
        assert way == "in"
        assert lines(from_) == {"Print server", "10.0.10.5"}
        assert own in to
        assert {*re.findall(r"\w+", port)} == {"1433", "tcp"}
        assert "SQL Server" in service
        assert "Without it: The server can't reach its data and doesn't start." in why
    (row,) = sheet(value, "Database")
    assert (row["Source"], row["Port"], row["Transport"]) == ("10.0.10.5", 1433, "tcp")
    assert own in row["Destination"]
    for shown in (markdown.files(value)["handover.md"], html.files(value)["handover.html"]):
        asked = shown.count("To be supplied by the DBA: address of the database server")
        assert asked >= 1 if where == "nowhere yet" else asked == 0


def of_shared(some: tuple[str, ...], others: tuple[str, ...]) -> set[str]:
    """Those of the families that both sides have; all where one side has no address yet."""
    families = {":" in cidr for cidr in others} if some and others else {True, False}
    return {cidr for cidr in some if (":" in cidr) in families}


@pytest.mark.parametrize("name", PLANS)
def test_every_connection_of_a_system_stands_with_its_team(name: str) -> None:
    value = golden_deployment(name)
    parts = {part.team.id: part for part in handover(value).teams}
    for flow in value.flows:
        for role, cidrs, way in (
            (flow.to, flow.destinations, "in"),
            (flow.from_, flow.sources, "out"),
        ):
            if role in SYSTEMS and "0.0.0.0/0" not in cidrs and flow.scope != "loopback":
                held = [
                    row
                    for row in parts[SYSTEMS[role].id].connections
                    if (row.way, row.transport) == (way, flow.transport)
                    and {*row.sources.cidrs} == of_shared(flow.sources, flow.destinations)
                    and {*row.destinations.cidrs} == of_shared(flow.destinations, flow.sources)
                    and flow.service in row.services
                ]
                assert held, flow
                assert {p for pair in flow.ports for p in range(pair[0], pair[1] + 1)} <= {
                    p for pair in held[0].ports for p in range(pair[0], pair[1] + 1)
                }


def test_a_system_in_the_internet_is_nobodys() -> None:
    """Mail that comes from a provider is the mail gateway's, and no mail server of one's own."""
    value = compiled("papercut-mf")
    rows = [row for part in handover(value).teams for row in part.connections]
    assert all(
        side.anywhere == 0
        for row in rows
        for side in (row.sources if row.way == "out" else row.destinations,)
    )


@pytest.mark.slow
def test_the_proxy_team_reads_from_which_addresses() -> None:
    value = golden_deployment("clinic")
    for found in tables(value, "Purpose"):
        ((head, *rows),) = found
        for row in rows:
            assert "10.0.10.5" in row[head.index("From")]
            assert "2001:db8:10::5" in row[head.index("From")]
    for found in tables(value, "Way"):
        (row,) = [row for table in found for row in table if "Web proxy" in row[2]]
        assert {*re.findall(r"\w+", row[3])} == {"3128", "tcp"}
        assert lines(row[1]) == {"Print server", "10.0.10.5"}  # the proxy has IPv4 only
        assert lines(row[2]) == {"Web proxy", "10.0.10.80"}
    assert [row["Source"] for row in sheet(value, "Proxy clients")] == ["10.0.10.5"]
    assert (
        "Who connects to the proxy"
        not in markdown.files(golden_deployment("five-products"))["handover.md"]
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANS)
def test_every_rule_and_forward_says_what_breaks_without_it(name: str) -> None:
    value = golden_deployment(name)
    document = handover(value)
    wanted = {row.id: {*reasons(row)} for row in document.rules}
    wanted |= {row.id: {*reasons(row)} for row in document.forwards}
    assert all(any(text.startswith("Without it: ") for text in texts) for texts in wanted.values())
    shown = [tables(value, "Rule"), tables(value, "Forward")]
    for both in zip(*shown, strict=True):
        found = {
            row[0]: lines(row[head.index("Why")])
            for part in both
            for head, *rows in part
            for row in rows
        }
        assert found == wanted


@pytest.mark.slow
def test_bypass_hosts_say_what_they_are_for() -> None:
    value = golden_deployment("five-products")
    below = {
        purpose
        for e in value.allowlist
        if e.host.endswith(".printix.net")
        for purpose in e.purposes
    }
    assert len(below) > 3
    wanted = {"*.printix.net": below, "printix.net": {"not on the allowlist by itself"}}
    assert {row.host: {*row.purposes} for row in handover(value).bypass} == wanted
    for found in tables(value, "Host"):
        ((_, *rows),) = found
        assert {row[0]: lines(row[1]) for row in rows} == wanted
    assert {row["Host"]: lines(row["Purpose"]) for row in sheet(value, "TLS bypass")} == wanted
    wild = [
        msgspec.structs.replace(
            value.allowlist[1], host="*.api.printix.net", purposes=("Anything",)
        )
    ]
    over = msgspec.structs.replace(
        value,
        allowlist=tuple(wild),
        tls_bypass=(msgspec.structs.replace(value.tls_bypass[1], host="v1.api.printix.net"),),
    )
    assert [row.purposes for row in handover(over).bypass] == [("Anything",)]


@pytest.mark.slow
def test_files_say_which_firewalls_are_left_out() -> None:
    value = golden_deployment("clinic")
    rows = {row.name: row for row in handover(value).files}
    assert (rows["nftables"].firewalls, rows["nftables"].waiting) == (("core",), ("server", "edge"))
    assert (rows["aws"].firewalls, rows["aws"].waiting) == (("group",), ())
    said = "Left out until the plan has answers: server, edge."
    for shown in (
        Page(render(markdown.files(value)["handover.md"])),
        Page(html.files(value)["handover.html"]),
    ):
        assert said in shown.text
        assert "firewalls/<name>/nftables.sh" in shown.text
    (row,) = [row for row in sheet(value, "Files") if row["Format"] == "nftables"]
    assert row["Left out yet"] == "server\nedge"


# The auditor


def asked(value: Deployment) -> dict[str, set[tuple[str, str]]]:
    """The same questions, worked out from the rules another way."""

    def rests(kind: Evidence, flows: tuple[str, ...]) -> bool:
        return kind in {value.facts[key].evidence for key in flows if key in value.facts}

    picked = {
        "What the internet may reach": [
            r for r in value.rules if {"0.0.0.0/0", "::/0"} & {*r.sources}
        ],
        "What may go out to the internet": [
            r for r in value.rules if {"0.0.0.0/0", "::/0"} & {*r.destinations}
        ],
        "Not encrypted": [r for r in value.rules if str(r.encrypted) == "False"],
        "Encryption not stated by the vendor": [
            r for r in value.rules if str(r.encrypted) == "None"
        ],
        "Administration access": [r for r in value.rules if "SSH" in r.services],
        "More than 100 ports in one rule": [
            r for r in value.rules if len({p for a, b in r.ports for p in range(a, b + 1)}) > 100
        ],
        "Deprecated ports": [r for r in value.rules if r.status == "deprecated"],
        "Optional rules": [r for r in value.rules if r.status == "optional"],
        "Inferred: the document does not state every detail": [
            r for r in value.rules if rests("inferred", r.flows)
        ],
        "From another source than the vendor's port list": [
            r for r in value.rules if rests("other", r.flows)
        ],
        "Address not known yet: lets nobody through": [
            r for r in value.rules if not (r.sources and r.destinations)
        ],
    }
    return {question: {(r.firewall, r.id) for r in rules} for question, rules in picked.items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", [*PLANS, "printeron", "papercut-mf"])
def test_the_auditor_finds_the_rules_to_look_at(name: str) -> None:
    value = golden_deployment(name) if name in PLANS else compiled(name)
    wanted = asked(value)
    assert sum(bool(rules) for rules in wanted.values()) >= 4
    rows = handover(value).audit
    assert {row.question: {*row.rules} for row in rows} == wanted
    for found in tables(value, "Question"):
        ((_, *shown),) = found
        assert {question: int(number) for question, number, _ in shown} == {
            question: len(rules) for question, rules in wanted.items()
        }
        for question, _, which in shown:
            listed = {*re.findall(r"\br-[0-9a-f]{12}\b", which)}
            ids = {rule for _, rule in wanted[question]}
            assert listed <= ids
            if len(wanted[question]) <= 12:
                assert listed == ids
            else:
                assert f"and {len(wanted[question]) - 12} more: handover.xlsx, sheet Audit" in which
    held: dict[str, set[tuple[str, str]]] = {question: set() for question in wanted}
    for row in sheet(value, "Audit"):
        if row["Rule"]:
            held[row["Question"]].add((row["Firewall"], row["Rule"]))
    assert held == wanted


# The head of each printed page


def test_each_printed_page_says_whose_it_is() -> None:
    style = (
        html.files(golden_deployment("clinic"))["handover.html"]
        .partition("<style>")[2]
        .partition("</style>")[0]
    )
    heads = [
        unescaped(text) for text in re.findall(r'@top-(?:left|right)\{content:"([^"]*)"\}', style)
    ]
    assert heads == [
        "Clinic <printing> | 2027 · CHG-1042 =1+1", "Firewall team", "Cloud team", "Server team", "Proxy team",
        "Mail gateway team", "DBA", "Directory team", "DNS team",
    ]  # fmt: skip
    for team in re.findall(r"@page (team-\w+)", style):
        assert f"{{page:{team}}}" in style


def unescaped(text: str) -> str:
    return re.sub(r"\\([0-9a-f]+) ", lambda match: chr(int(match[1], 16)), text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_titles_are_inert_in_the_head_of_pages(text: str) -> None:
    value = deployment(rule())
    plan = msgspec.structs.replace(
        value.plan, name=text, request=msgspec.structs.replace(value.plan.request, reference=text)
    )
    shown = html.files(msgspec.structs.replace(value, plan=plan))["handover.html"]
    plain = html.files(value)["handover.html"]
    style, usual = (
        page.partition("<style>")[2].partition("</style>")[0] for page in (shown, plain)
    )
    empty = re.compile(r'@top-left\{content:"[A-Za-z0-9\\ ]*"\}')
    assert empty.sub("", style) == empty.sub("", usual)


@pytest.mark.parametrize("provider", [None, "aws", "other"])
def test_a_group_whose_cloud_nobody_has_said_waits_for_that(provider: str | None) -> None:
    named = f'provider = "{provider}"\n' if provider else ""
    group = f'[firewalls.group]\nkind = "cloud"\nrole = "print-server"\n{named}'
    document = handover(worlds.world(worlds.OFFICE, "[products.cups]\n", group))
    (wall,) = [wall for part in document.teams for wall in part.firewalls if wall.name == "group"]
    assert wall.formats == (("aws", "terraform") if provider == "aws" else ())
    assert wall.waits == (() if provider else ("whose cloud it is (its provider)",))
