"""Looking things up in the facts: by port, host, name and older name; with the reason, or the nearest."""

from __future__ import annotations

import json

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from wizard.cli.main import main
from wizard.facts.load import CatalogError, data_files, load_catalog
from wizard.facts.search import Port, search, terms

CATALOG = load_catalog()


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["catalog", *words], prog_name="portwright")


def hits(words: str) -> dict[tuple[str, str | None], str]:
    """(product, feature) → why."""
    answer = search(CATALOG, words)
    return {(hit.product, hit.feature): "; ".join(hit.why) for hit in answer.hits}


def offered(*words: str) -> list[str]:
    """What the shell offers for the last word."""
    shell = ShellComplete(main, {}, "portwright", "_PORTWRIGHT_COMPLETE")
    return [item.value for item in shell.get_completions(list(words[:-1]), words[-1])]


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("9163", (Port(9163),)),
        ("9163/tcp", (Port(9163, "tcp"),)),
        ("UDP/161", (Port(161, "udp"),)),
        ("tcp 9164", (Port(9164, "tcp"),)),
        ("port 9100 HP", (Port(9100), "hp")),
        ("70000 0", ("70000", "0")),
        ("Azure AD", ("azure", "ad")),
        ("", ()),
    ],
)
def test_what_is_typed_is_read(words: str, read: tuple[object, ...]) -> None:
    assert terms(words) == read


@pytest.mark.parametrize(
    ("words", "product", "feature", "why"),
    [
        ("9163", "papercut-mf", "mobility-print", "tcp 9163: Mobility Print (HTTP, IPP)"),
        (
            "49163", "papercut-mf", "windows-spooler",
            "tcp 49163 is in 49152-65535: Windows queues, RPC",
        ),
        ("udp 161", "printers", "snmp", "udp 161: "),
        (
            "scan.eu.cloud.papercut.com", "papercut-mf", "cloud-ocr",
            "scan.eu.cloud.papercut.com: Scan to Cloud (EU)",
        ),
        ("AppSocket", "printers", None, "also found as AppSocket"),
        ("azure ad", "papercut-ng", "directory", "also found as Azure AD"),
        ("kofax", "printix", None, "also found as Kofax Printix"),
        ("postgres", "papercut-mf", "database", "Database engine: PostgreSQL"),
        ("papercut 9163", "papercut-mf", "mobility-print", "PaperCut MF; tcp 9163: "),
    ],
)  # fmt: skip
def test_it_is_where_people_look_for_it(
    words: str, product: str, feature: str | None, why: str
) -> None:
    assert hits(words)[product, feature].startswith(why)


def test_a_wildcard_covers_a_host() -> None:
    reasons = hits("scan.eu.cloud.papercut.com").values()
    assert any("is covered by *.papercut.com" in why for why in reasons)


def test_what_is_exactly_that_comes_before_what_covers_it() -> None:
    answer = search(CATALOG, "9100")
    within = ["is in" in "; ".join(hit.why) for hit in answer.hits]
    assert within == sorted(within)


def test_what_is_about_a_port_comes_before_what_also_has_it() -> None:
    found = [(hit.product, hit.feature) for hit in search(CATALOG, "631").hits]
    assert found[0] == ("printers", "ipp")
    also = [at for at, (_, feature) in enumerate(found) if feature == "print-data"]
    of_cups = [at for at, (product, _) in enumerate(found) if product == "cups"]
    assert max(of_cups) < min(also)


def test_a_short_word_begins_a_word() -> None:
    assert ("universal-print", "ready-printers") not in hits("ad")
    assert ("papercut-mf", "directory") in hits("ad")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("uniflow", "Canon uniFLOW"),
        ("equitrac", "Tungsten Equitrac"),
        ("thinprint", "ThinPrint"),
    ],
)
def test_a_product_that_the_facts_lack_is_said_to_be_missing(words: str, name: str) -> None:
    assert any(
        line.startswith(f"{name} is not in the facts. ") for line in search(CATALOG, words).absent
    )


def test_a_product_that_came_is_not_missing() -> None:
    files = data_files()
    files["absent.toml"] += '\n[cups]\nname = "CUPS"\nabout = "Not there."\n'
    with pytest.raises(CatalogError, match=r"data/absent\.toml: cups: is a product now"):
        load_catalog(files)


def test_where_nothing_fits_the_nearest_is_named() -> None:
    assert search(CATALOG, "jetdirekt").near == ("JetDirect",)
    assert search(CATALOG, "9165").near[0] == "9164"
    result = run("--search", "jetdirekt")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "Nothing in the facts fits 'jetdirekt'.",
        "Nearest: JetDirect.",
    ]


def test_the_command_prints_a_table_and_json() -> None:
    result = run("--search", "9163")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[2].split("  ")[0] == "PaperCut MF"
    answer = json.loads(run("--search", "9163", "--json").stdout)
    assert answer["search"] == "9163"
    assert answer["hits"][0] == {
        "product": "papercut-mf",
        "name": "PaperCut MF",
        "feature": "mobility-print",
        "feature_name": "Mobility Print",
        "why": ["tcp 9163: Mobility Print (HTTP, IPP)"],
    }
    assert json.loads(run("--search", "equitrac", "--json").stdout)["absent"]


def test_of_one_product_it_finds_what_is_of_that_one() -> None:
    hits = json.loads(run("cups", "--search", "631", "--json").stdout)["hits"]
    assert {hit["product"] for hit in hits} == {"cups"}
    assert run("cups", "--search", "9191").exit_code == 1


@pytest.mark.parametrize("words", [("check", "a.toml"), ("new", "mine"), ("--changes", "2026.1")])
def test_it_stands_alone(words: tuple[str, ...]) -> None:
    result = run(*words, "--search", "631")
    assert result.exit_code == 2
    assert "give it alone" in result.stderr


def test_shells_offer_what_there_is() -> None:
    assert offered("catalog", "papercut-m") == ["papercut-mf"]
    assert offered("catalog", "ne") == ["new"]
    assert offered("catalog", "--changes", "2026.1") == ["2026.1"]
    assert offered("catalog", "--search", "appso") == ["appsocket"]
    assert offered("export", "plan.toml", "--format", "nft") == ["nftables"]
    assert offered("explain", "plan.toml", "mf") == ["mfp"]
