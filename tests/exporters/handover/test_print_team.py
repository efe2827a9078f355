"""What the print team gets: names to be made, moved ports, installers' doings, cautions, a year on."""

from __future__ import annotations

from exporters.handover import handover, html, markdown, print_page
from exporters.handover.print_team import FINDINGS, MOVED, NAMES, OPENED, PARTS, WATCH, YEARLY
from tests.tools.handover_reader import Page, render
from tests.tools.paths import ROOT
from tests.tools.worlds import OFFICE, world, world_of
from tests.wizard.rules.test_hairpin import BEHIND_NAT
from tests.wizard.rules.test_hairpin import OFFICE as HAIRPIN
from wizard.deployment import Deployment

PAPERCUT = """
    [products.papercut-mf.features]
    web = {}
    [products.papercut-mf.ports]
    https = 9443
    [request]
    review = 2028-02-01
    expires = 2029-01-31
"""


def texts(value: Deployment, part: str) -> dict[str, str]:
    """What is said about what, in one part."""
    return {row.what: row.text for row in handover(value).print_team if row.part == part}


def test_clients_get_a_name_for_their_server() -> None:
    assert texts(world(OFFICE, PAPERCUT), NAMES) == {
        "Print server": "A name that leads to 10.0.10.5, for clients and devices.",
    }


def test_a_front_takes_the_name() -> None:
    balanced = """
        [fronts.outer]
        zones = ["servers"]
        addresses = ["10.0.10.19"]
        serves = { "papercut-mf/http" = 80, "papercut-mf/https" = 443 }
    """
    named = texts(world(OFFICE, PAPERCUT, balanced), NAMES)
    (what,) = (what for what in named if "serves" in what)
    assert named[what] == "A name that leads to 10.0.10.19; its certificate is for that name."


def test_a_public_name_leads_elsewhere_inside() -> None:
    published = OFFICE.replace(
        'zones = ["servers", "internet"]',
        'zones = ["servers", "internet"]\n    nat = true\n    public_address = "203.0.113.9"',
    ).replace('zones = ["clients"]', 'zones = ["clients", "internet"]')
    public = PAPERCUT.replace("[products.papercut-mf.features]", '[products.papercut-mf]\n    public = ["https"]\n'
        "    [products.papercut-mf.features]")  # fmt: skip
    said = texts(world(published, public), NAMES)["What the internet reaches through edge"]
    assert said == "A name that leads to 203.0.113.9 on the internet, and inside to 10.0.10.5."


def test_a_public_name_leads_back_only_where_all_inside_are_led() -> None:
    about, back = "What the internet reaches through edge", "inside to the same (edge leads back)."
    nobody = HAIRPIN.replace('"10.0.10.7", "10.0.20.7", "8.8.4.4"', '"8.8.4.4"')
    assert texts(world(HAIRPIN), NAMES)[about].endswith(back)
    for others in (nobody, BEHIND_NAT):
        assert texts(world(others), NAMES)[about].endswith("inside to 10.0.10.6.")


def test_moved_ports_are_named_with_what_they_were() -> None:
    (text,) = texts(world(OFFICE, PAPERCUT), MOVED).values()
    assert text.startswith("Listens on 9443 instead of 9192: ")
    usual = PAPERCUT.replace("https = 9443", "https = 9192")
    assert texts(world(OFFICE, usual), MOVED) == {}


def test_installers_doings_stand_once_a_port() -> None:
    value = world(OFFICE, PAPERCUT)
    said = list(texts(value, OPENED).values())
    assert any(text.startswith("9443/tcp on Print server: ") for text in said)
    assert len(said) == len(set(said))
    automatic = [
        flow for flow in value.flows if getattr(value.facts.get(flow.id), "automatic", False)
    ]
    assert automatic
    assert texts(world(OFFICE), OPENED) == {}


def test_every_caution_of_the_documents_is_there() -> None:
    value = world(OFFICE, PAPERCUT)
    cautions = {sentence for fact in value.facts.values() for sentence in fact.cautions}
    assert set(texts(value, WATCH).values()) == cautions != set()


def test_only_its_own_findings() -> None:
    document = handover(world_of(ROOT / "examples/several-sites.toml"))
    of_team = [row for row in document.findings if row.who == "the print team"]
    assert 0 < len(of_team) < len(document.findings)
    assert len([row for row in document.print_team if row.part == FINDINGS]) == len(of_team)


def test_a_year_on() -> None:
    said = list(texts(world(OFFICE, PAPERCUT), YEARLY))
    assert said[:2] == ["2028-02-01: the review", "2029-01-31: rules of core, server end"]
    bare = PAPERCUT.partition("[request]")[0]
    assert next(iter(texts(world(OFFICE, bare), YEARLY))) == "Agree on a date: the review"


def test_the_page_and_the_documents_say_the_same() -> None:
    value = world(OFFICE, PAPERCUT)
    rows = handover(value).print_team
    assert [part for part in PARTS if any(row.part == part for row in rows)] == list(PARTS)
    alone = Page(render(print_page.files(value)["print-team.md"]))
    cells = [row for _, (head, *table) in alone.tables if head[0] == "About" for row in table]
    assert [(row[0], row[1]) for row in cells] == [(row.what, row.text) for row in rows]
    for text in (render(markdown.files(value)["handover.md"]), html.files(value)["handover.html"]):
        (table,) = (
            table for _, (head, *table) in Page(text).tables if head[0] == "For the print team"
        )
        assert [tuple(row) for row in table] == [(r.part, r.what, r.text) for r in rows]
