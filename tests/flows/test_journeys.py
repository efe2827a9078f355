"""Four people's ways through the wizard, key by key as they press them, and how many that takes.

In 0.1.0 the expert's way from the first question to written files took 241 keys.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.test_moving import papercut
from tests.flows.walk import Walk, catalog, walking
from tests.screens.line.test_linemode import talk
from tests.tools.keys import answered
from wizard.plan.file import read_plan, write_plan
from wizard.session.drafts import new_draft


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class Hands:
    """Somebody at the keyboard: every key counts, and there is no other way to anything."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.keys = 0

    async def press(self, *keys: str) -> None:
        self.keys += len(keys)
        await self.walk.press(*keys)

    async def write(self, text: str, *after: str) -> None:
        """Type a text, and what ends it."""
        self.keys += len(text)
        await self.walk.write(text)
        await self.press(*after)

    async def find(self, words: str, *after: str) -> None:
        """By Ctrl+P, to the first that fits."""
        await self.press("ctrl+p")
        await self.write(words, "enter", *after)


async def test_the_impatient_expert_from_the_first_question_to_written_files() -> None:
    """Errs on purpose, too: a network that is none, which is said and put right in its field."""
    async with walking((80, 24)) as walk:
        hands = Hands(walk)
        await hands.write("mf", "down", "space", "alt+right")
        await hands.write("tosh", "down", "space", "down", "space", "escape")
        await hands.write("entra", "down", "down", "space", "alt+right")
        await hands.write("Head office", "down", "down", "enter")
        await hands.write("10.1.10.5/24", "enter")
        assert "10.1.10.0/24" in walk.screen()
        await hands.press("ctrl+u")
        await hands.write("10.1.10.0/24", "enter", "enter")
        for network in ("10.1.20.0/22", "10.1.30.0/24", "10.1.255.0/29"):
            await hands.write(network, "enter")
        await hands.press("alt+7")
        await hands.find("write", "enter")
        await walk.settle()
        written = [path for path in Path("head-office").rglob("*") if path.is_file()]
        plan = read_plan(Path("head-office/plan.toml").read_text(), catalog())
        assert [zone.networks for zone in plan.zones.values()] == [
            ("10.1.10.0/24",),
            ("10.1.20.0/22",),
            ("10.1.30.0/24",),
            ("10.1.255.0/29",),
        ]
        assert "10.1.10.5" in plan.roles["print-server"].addresses
        assert len(written) >= 35
        assert hands.keys <= 120, hands.keys


async def test_the_print_administrator_at_80_columns() -> None:
    """CUPS in one network: what the firewall gets, why, the row for a ticket, and the plan saved."""
    async with walking((80, 24)) as walk:
        hands = Hands(walk)
        await hands.write("cups", "down", "space", "alt+right", "alt+right")
        await hands.write("Town hall", "down", "enter")
        await hands.write("192.168.7.0/24", "enter", "enter")
        await hands.press("alt+6", "slash")
        await hands.write("tcp 22", "enter", "w")
        assert "Why tcp 22" in walk.screen()
        # What was sent, and how to fetch it, is told in a window of its own.
        await hands.press("c", "escape", "escape", "ctrl+s")
        plan = read_plan(Path("town-hall.toml").read_text(), catalog())
        assert "192.168.7.0/24" in next(iter(plan.zones.values())).networks
        assert hands.keys <= 55, hands.keys


async def test_the_consultant_on_a_wide_terminal() -> None:
    """A customer's plan of last year: what one more feature opens, why, and the change request."""
    Path("customer.toml").write_text(write_plan(papercut(), catalog()))
    draft = new_draft(papercut(), "review", origin="customer.toml")
    async with walking((140, 45), draft) as walk:
        hands = Hands(walk)
        await hands.find("sql", "space")
        assert walk.plan != papercut()
        await hands.press("down", "space", "alt+c")
        assert "External database" in walk.screen()
        await hands.press("r", "end", "enter")
        await walk.settle()
        assert list(Path().rglob("*.md"))
        await hands.press("escape", "escape", "alt+e")
        for words in ("mfp", "print-server", "9191"):
            await hands.write(words, "enter")
        assert "lets" in walk.screen()
        assert hands.keys <= 40, hands.keys


def test_the_blind_administrator_in_line_mode() -> None:
    """Names instead of numbers, each answer confirmed in a line; lists read by port, files written."""
    lines = (
        "g 3",
        "Head office",
        "set zones.servers.networks 10.1.10.0/24",
        "f sql",
        "set roles.print-server.addresses 10.1.10.5",
        "set products.papercut-mf.features.database yes",
        "x rules 9191",
        "why 1",
        "q",
    )
    plan = answered(catalog(), papercut(), "name", "Before")
    spoken = talk(*lines, plan=plan)
    assert "Head office" in spoken.flat
    assert "Database engine: Microsoft SQL Server" in spoken.flat
    assert "lines with '9191'" in spoken.flat
    assert "Why tcp 9191" in spoken.flat
    # No line is a screen of its own: what is heard before the next prompt stays short.
    assert sum(len(line) + 1 for line in lines) <= 180
