"""`show PLAN --search`: what the wizard's filters find, for a shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wizard.cli.main import main

PLAN = Path(__file__).parents[3] / "examples" / "balancer-and-proxy.toml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["show", str(PLAN), *arguments])


def part(result: Result, heading: str) -> list[str]:
    """The lines below a heading."""
    parts = dict(text.split(":\n", 1) for text in result.stdout.strip().split("\n\n"))
    return parts[heading].splitlines()


def test_a_port_finds_rules_connections_and_questions_with_their_names() -> None:
    result = run("--search", "9191")
    assert result.exit_code == 0
    rules = part(result, "Rules")
    assert len(rules) == 4
    assert all("tcp 9191, " in rule for rule in rules)
    assert rules[0].startswith("  app: in tcp 9191, balancer (load balancer)")
    # What is called so, before what opens it.
    first, *_, last = part(result, "Questions")
    assert "9191. products.papercut-mf.ports.http" in first
    assert "; tcp 9191: " in last


@pytest.mark.parametrize(
    ("words", "heading", "found"),
    [
        ("sql", "Questions", "External database: Database engine: Microsoft SQL Server."),
        ("core joins", "Questions", "core: joins the zones: servers, dmz, clients, printers."),
        ("192.0.2.5 9192", "Rules", "app: in tcp 9192"),
        ("example-address", "Findings", "example-address"),
        ("rules.csv", "Files", "rules.csv"),
        ("file squid", "Files", "proxy/squid.conf"),
    ],
)
def test_it_finds_what_the_wizard_finds(words: str, heading: str, found: str) -> None:
    assert any(found in said for said in part(run("--search", words), heading))


def test_json_has_the_same_and_nothing_ends_with_1() -> None:
    answer = json.loads(run("--search", "rules.csv", "--json").stdout)
    assert answer == {
        "format": 1,
        "search": "rules.csv",
        "questions": [],
        "rows": [],
        "files": ["rules.csv"],
    }
    by_port = json.loads(run("--search", "1433", "--json").stdout)
    assert {"table": "Rules", "group": "app"}.items() <= by_port["rows"][0].items()
    assert by_port["questions"][0]["key"] == "products.papercut-mf.ports.sql-server"
    nothing = run("--search", "zebra")
    assert (nothing.exit_code, nothing.stdout) == (1, "Nothing in the plan fits 'zebra'.\n")
    assert run("--search", " ").exit_code == 2
