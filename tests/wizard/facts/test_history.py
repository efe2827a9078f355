"""Earlier states of the facts are kept, and what has changed since is said in words."""

from __future__ import annotations

import datetime
import json
import re

import msgspec
import pytest
from click.testing import CliRunner, Result

from wizard.cli.main import main
from wizard.facts import history
from wizard.facts.differences import FactChange, differences
from wizard.facts.history import (
    HistoryError,
    PastCatalog,
    PastDocument,
    PastEndpoint,
    PastFlow,
    PastProduct,
    catalog_since,
    past_catalogs,
    present,
)
from wizard.facts.load import load_catalog
from wizard.facts.model import Condition, Versions

CATALOG = load_catalog()
NOW = present(CATALOG)
FIRST = "2026.1"

WEB = PastFlow(
    from_="user-computer",
    to="print-server",
    when=((Condition("web"),),),
    transport="tcp",
    ports=((8000, 8000),),
    service="Web interface",
)
CLOUD = PastEndpoint(
    from_="print-server",
    when=((Condition("web"),),),
    scheme="https",
    host="cloud.example.com",
    port=443,
    purpose="Updates",
)


def facts(flow: PastFlow | None = WEB, endpoint: PastEndpoint | None = CLOUD) -> PastCatalog:
    """A catalog of one product that has at most these two facts."""
    product = PastProduct(
        "Acme",
        {"web": "Web"},
        {"web": flow} if flow else {},
        {"cloud": endpoint} if endpoint else {},
    )
    documents = {"page": PastDocument("Ports", "Acme", "1.0")}
    return PastCatalog("2026.1", datetime.date(2026, 1, 1), {"acme": product}, documents)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["catalog", *words], prog_name="portwright")


def test_the_history_begins_with_the_facts_of_release_0_1_0() -> None:
    first = next(iter(past_catalogs().values()))
    assert (first.version, str(first.date), first.release) == (FIRST, "2026-11-20", "0.1.0")
    assert sorted(first.products) == [
        "cirrusprint", "cups", "papercut-mf", "papercut-ng", "printeron", "printix",
    ]  # fmt: skip
    # As it stood then, not as it was mended since.
    deprecated = first.products["printeron"].flows["deprecated-5009"]
    assert (deprecated.from_, deprecated.scope) == ("user-computer", "network")
    assert first.products["papercut-mf"].flows["web-http"].ports == ((9191, 9191),)


def test_versions_and_days_rise_up_to_the_present() -> None:
    catalogs = [*past_catalogs().values()]
    if catalogs[-1].version != NOW.version:
        catalogs.append(NOW)
    numbers = [tuple(map(int, catalog.version.split("."))) for catalog in catalogs]
    assert numbers == sorted(set(numbers))
    days = [catalog.date for catalog in catalogs]
    assert days == sorted(days)


def test_facts_of_a_version_that_is_kept_are_those_that_are_kept() -> None:
    """A version is kept when it is released; whoever changes facts then begins another."""
    kept = past_catalogs().get(NOW.version)
    if kept is not None:
        begin = "data/catalog.toml: these facts are released; begin another version"
        assert not list(differences(kept, NOW)), begin


def test_nothing_differs_from_itself() -> None:
    assert list(differences(NOW, NOW)) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ports": ((8000, 8000), (8443, 8443))}, "is tcp 8000, 8443 now, was tcp 8000"),
        ({"transport": "udp"}, "is udp 8000 now, was tcp 8000"),
        ({"status": "optional"}, "is optional now, was required"),
        ({"encrypted": True}, "is encrypted now, was of unknown encryption"),
        ({"from_": "mfp"}, "comes from mfp now, from user-computer before"),
        ({"to": "load-balancer"}, "leads to load-balancer now, to print-server before"),
        ({"scope": "loopback"}, "is on the machine itself now, was between machines"),
        (
            {"versions": Versions(before="5.1")},
            "holds before 5.1 now, held for every version before",
        ),
        (
            {"versions": Versions("2", "3")},
            "holds from 2 up to 3 now, held for every version before",
        ),
        (
            {"when": ((Condition("web", {"mode": ("a", "b")}), Condition("cloud")),)},
            "counts with web (mode: a, b) and cloud now, with web before",
        ),
        ({"evidence": "other"}, "is from another source now, was stated by its document"),
        ({"automatic": True}, "the installer opens it"),
        ({"cautions": ("Mind the gap.",)}, "warns now: Mind the gap"),
    ],
)
def test_what_became_of_a_flow_is_said_in_words(change: dict[str, object], words: str) -> None:
    becomes = msgspec.structs.replace(WEB, **change)
    (difference,) = differences(facts(), facts(flow=becomes))
    assert (difference.what, difference.part, difference.id) == ("changed", "flow", "acme/web")
    assert difference.words == (words,)
    assert difference.features[-1] == "web" if "when" not in change else "web"


def test_exposure_that_nobody_noted_is_no_change() -> None:
    internal = msgspec.structs.replace(WEB, exposure="internal")
    assert list(differences(facts(), facts(flow=internal))) == []
    never = msgspec.structs.replace(WEB, exposure="never")
    (difference,) = differences(facts(flow=internal), facts(flow=never))
    assert difference.words == ("must never cross the internet now",)


def test_facts_that_came_or_went_say_what_they_are() -> None:
    assert list(differences(facts(flow=None), facts(endpoint=None))) == [
        FactChange(
            "added", "flow", "acme/web", "acme", ("web",),
            ("tcp 8000 from user-computer to print-server: Web interface",), after=WEB,
        ),
        FactChange(
            "removed", "endpoint", "acme/cloud", "acme", ("web",),
            ("https://cloud.example.com:443/ from print-server: Updates",), before=CLOUD,
        ),
    ]  # fmt: skip


def test_products_features_and_documents_are_compared() -> None:
    acme = PastProduct("Acme", {"web": "Web"}, {}, {})
    renamed = PastProduct("Acme Print", {"site": "Site"}, {}, {})
    old = PastCatalog("2026.1", datetime.date(2026, 1, 1), {"acme": acme}, {})
    new = PastCatalog(
        "2026.2",
        datetime.date(2026, 1, 2),
        {"acme": renamed, "other": acme},
        {"page": PastDocument("Ports", "Acme", "1.0")},
    )
    said = [(c.what, c.part, c.id, *c.words) for c in differences(old, new)]
    assert said == [
        ("changed", "product", "acme", "is called Acme Print"),
        ("added", "feature", "acme/site", "Site"),
        ("removed", "feature", "acme/web", "Web"),
        ("added", "product", "other", "Acme"),
        ("added", "feature", "other/web", "Web"),
        ("added", "document", "page", "Acme: Ports"),
    ]


@pytest.mark.parametrize("since", ["2026.1", "0.1.0", "2026-11-20", "2026-11-25"])
def test_a_state_is_named_by_version_release_or_day(since: str) -> None:
    assert catalog_since(since, NOW).version == FIRST


@pytest.mark.parametrize("since", [NOW.version, str(NOW.date), "2030-01-01"])
def test_the_present_state_is_one_too(since: str) -> None:
    assert catalog_since(since, NOW).version == NOW.version


@pytest.mark.parametrize(
    ("since", "complaint"),
    [
        ("2026-11-19", "on 2026-11-19 there were no facts yet; the first are 2026.1 (2026-11-20"),
        ("20261", "no facts of '20261'; did you mean '2026.1'?; give a version, a day such as"),
        ("", "no facts of ''"),
    ],
)
def test_a_state_that_is_not_there_is_refused(since: str, complaint: str) -> None:
    with pytest.raises(HistoryError, match=f"^{re.escape(complaint)}"):
        catalog_since(since, NOW)
    result = run("--changes", since)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"portwright: {complaint}")


def test_the_command_lists_changes_product_by_product() -> None:
    result = run("--changes", "0.1.0")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == f"Facts of 2026.1 (2026-11-20) and of {NOW.version} ({NOW.date})"
    assert any(line.endswith(" (printeron)") for line in lines)
    moved = (
        "  ~ flow printeron/deprecated-5009: is on the machine itself now, was between machines;"
    )
    assert any(line.startswith(moved) for line in lines)
    # A product that is new is one line, with what it has.
    windows = lines[lines.index("Windows print server (windows-print)") + 1]
    assert windows.startswith("  + the product: ")
    assert windows.endswith(" flows")
    assert "Documents" in lines


def test_the_command_speaks_of_one_product() -> None:
    result = run("printix", "--changes", "2026.1", "--json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer["format"] == 1
    assert answer["since"] == {"version": "2026.1", "date": "2026-11-20"}
    assert {change["product"] for change in answer["changes"]} == {"printix"}
    airprint = next(c for c in answer["changes"] if c["id"] == "printix/airprint-mobile")
    after = airprint.pop("after")
    assert (after["from"], after["host"], after["port"]) == (
        "mobile-device", "airprint.printix.net", 443,
    )  # fmt: skip
    assert airprint == {
        "what": "added",
        "part": "endpoint",
        "id": "printix/airprint-mobile",
        "product": "printix",
        "features": ["mobile-print"],
        "before": None,
        "words": ["https://airprint.printix.net:443/ from mobile-device: Printix cloud, AirPrint"],
    }


def test_what_does_not_go_together_is_refused() -> None:
    assert run("check", "x.toml", "--changes", "2026.1").exit_code == 2
    assert "no product 'printx'" in run("printx", "--changes", "2026.1").stderr


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("2026.1.json", b"{", "data/history/2026.1.json: "),
        ("2026.1.json", b"\xff", "data/history/2026.1.json: "),
        (
            "2026.1.json",
            b'{"version": "2026.1", "date": "2026-01-01", "products": {}, "documents": {}, "x": 1}',
            "data/history/2026.1.json: Object contains unknown field `x`",
        ),
        (
            "2025.1.json",
            b'{"version": "2026.1", "date": "2026-01-01", "products": {}, "documents": {}}',
            "data/history/2025.1.json: holds version 2026.1",
        ),
    ],
)
def test_a_file_that_is_none_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, complaint: str
) -> None:
    monkeypatch.setattr(history, "_files", lambda: iter([(name, content)]))
    past_catalogs.cache_clear()
    result = run("--changes", "2026.1")
    past_catalogs.cache_clear()
    assert result.exit_code == 2
    assert result.stderr.startswith(f"portwright: {complaint}")
