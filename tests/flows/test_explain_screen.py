"""'Why can A reach B?' as a firewall engineer asks it: by typing, by cycling, from a row, and on
from there.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from screens.app import WizardApp
from screens.terminal.profile import Profile
from screens.windows.explain.explained import ConnectionQuestion
from screens.windows.explain.explaining import Explain
from screens.windows.modals import Reading
from tests.flows.walk import Walk, catalog, walking
from tests.tools.keys import answered
from wizard.plan.model import Plan
from wizard.plan.presets import apply_preset
from wizard.session.drafts import new_draft

FEATURES = "products.papercut-mf.features"
XEROX = f"{FEATURES}.mfp-xerox"


@dataclass
class Wording:
    """What is shown below the fields."""

    text: str

    def __contains__(self, words: str) -> bool:
        return words in self.text


def plan() -> Plan:
    made = answered(catalog(), Plan(), "products", ("papercut-mf",))
    made = answered(catalog(), made, XEROX, True)
    return apply_preset(catalog(), made, "segments")


def window(walk: Walk) -> Explain:
    found = walk.app.screen
    assert isinstance(found, Explain)
    return found


def said(walk: Walk) -> Wording:
    """Everything below the fields, wrapped lines as one."""
    rows = [
        row
        for row in window(walk).form.rows
        if str(row.key).partition(":")[0] not in ("source", "destination")
    ]
    return Wording(" ".join(row.label.strip() for row in rows))


async def ask(walk: Walk, source: str, destination: str, service: str) -> None:
    """Fill in the three fields and press Enter."""
    for text in (source, destination, service):
        await walk.press("ctrl+e", "ctrl+u")
        await walk.write(text)
        await walk.press("enter")


async def test_a_question_is_typed_and_answered_hop_by_hop() -> None:
    async with walking(draft=new_draft(plan(), "features")) as walk:
        await walk.press("alt+e")
        assert "Fill in all three" in walk.screen()
        await ask(walk, "mfp", "print-server", "9191/tcp")
        shown = said(walk)
        for words in (
            "✓ It gets through: allowed at core and server.",
            "printers → [core] → [server] → servers",
            "1. core (boundary, passing): lets it through",
            "2. server (host, coming in): lets it through",
            "tcp 9191 from mfp (",
            "to print-server (",
            "See Firewall ports used by PaperCut NG and PaperCut MF",
        ):
            assert words in shown, (words, shown.text)
        rule = next(one.record for one in window(walk)._answer if one.record is not None)
        assert f"rule {rule.id}: " in shown  # type: ignore[union-attr]
        await walk.press("escape")
        assert walk.step == "features"


async def test_the_keys_and_the_answer_fit_the_least_size() -> None:
    async with walking(draft=new_draft(plan(), "features")) as walk:
        await walk.press("alt+e")
        await ask(walk, "mfp", "print-server", "9191/tcp")
        keys = walk.screen().splitlines()[-2]
        assert "Esc: close" in keys


async def test_where_it_stops_and_what_would_open_it() -> None:
    made = answered(catalog(), plan(), XEROX, False)
    async with walking(draft=new_draft(made, "network")) as walk:
        await walk.press("alt+e")
        await ask(walk, "mfp", "print-server", "9191/tcp")
        shown = said(walk)
        assert "! It stops at core" in shown
        assert "STOPS it" in shown
        assert "printers → [core] STOP" in shown
        assert "it lets through only: rule " in shown
        form = window(walk).form
        opener = next(row for row in form.rows if "To open it: PaperCut MF: switch on" in row.label)
        leads = next(one.key for one in window(walk)._answer if one.key is not None)
        assert form.go(opener.key)
        await walk.press("enter")
        assert (walk.step, str(walk.app.main.form.current)) == ("features", str(leads))
        # The answer is given, and Esc shows what came of it.
        await walk.press("space", "escape")
        assert window(walk).asked == ConnectionQuestion("mfp", "print-server", "9191/tcp")
        assert "It gets through" in said(walk)
        await walk.press("escape")
        assert walk.step == "network"


async def test_left_and_right_go_through_what_fits_what_is_typed() -> None:
    async with walking(draft=new_draft(plan(), "features")) as walk:
        await walk.press("alt+e")
        form = window(walk).form
        await walk.write("printer")
        await walk.settle()
        first = said(walk).text
        assert "printer" in first
        assert "internet" not in first.partition("The way")[0]
        await walk.press("right")
        one = form.text()
        await walk.press("right")
        two = form.text()
        assert one != two
        assert {one, two} <= {"printer", "printers", "mfp"}
        await walk.press("left")
        assert form.text() == one
        # What is typed then takes its place, and the beginning of one word is enough.
        await walk.write("inter")
        await walk.press("tab")
        assert window(walk).asked.source == "internet"
        await walk.write("zzz")
        await walk.settle()
        assert "Nothing of the plan fits" in walk.screen()


async def test_services_between_the_two_come_first_and_a_port_is_enough() -> None:
    async with walking(draft=new_draft(plan(), "features")) as walk:
        await walk.press("alt+e")
        await ask(walk, "mfp", "print-server", "9191")
        assert window(walk).asked.service == "9191/tcp"
        window(walk).form.go("service")
        await walk.press("right")
        assert window(walk).asked.service in ("443/tcp", "9192/tcp", "9195/tcp")
        assert "It gets through" in said(walk)


async def test_wrong_words_are_told_with_what_was_meant() -> None:
    async with walking(draft=new_draft(plan(), "features")) as walk:
        await walk.press("alt+e")
        await ask(walk, "prunt-server", "mfp", "80/tcp")
        assert "'prunt-server' is no address" in said(walk)
        assert "did you mean 'print-server'?" in said(walk)
        window(walk).form.go("source")
        await ask(walk, "print-server", "mfp", "eighty")
        assert "'eighty' is no port and transport such as 9191/tcp" in said(walk)
        window(walk).form.go("destination")
        await walk.press("ctrl+u")
        await walk.press("tab")
        assert "Fill in all three" in said(walk)


async def test_a_role_without_a_place_leads_to_its_question() -> None:
    made = answered(catalog(), Plan(), "products", ("papercut-mf",))
    made = answered(catalog(), made, XEROX, True)
    made = apply_preset(catalog(), made, "segments")
    made = answered(catalog(), made, f"{FEATURES}.name-lookup", True)
    assert not made.placement("papercut-mf", "dns-server")
    async with walking(draft=new_draft(made, "features")) as walk:
        await walk.press("alt+e")
        await ask(walk, "print-server", "dns-server", "53/udp")
        form = window(walk).form
        place = next(row for row in form.rows if "To its question: DNS" in row.label)
        assert form.go(place.key)
        await walk.press("enter")
        assert (walk.step, str(walk.app.main.form.current)) == ("network", "roles.dns-server.zones")


async def test_a_row_of_the_preview_is_the_question() -> None:
    async with walking((120, 36), draft=new_draft(plan(), "review")) as walk:
        await walk.press("slash")
        await walk.write("9192")
        await walk.press("enter", "home", "down", "e")
        assert window(walk).asked == ConnectionQuestion("mfp", "print-server", "9192/tcp")
        assert "It gets through" in said(walk)
        # The question stays for the next time, unless a row says another one.
        await walk.press("alt+x")
        turned = window(walk).asked
        await walk.press("escape")
        await walk.to("features")
        await walk.press("alt+e")
        assert window(walk).asked == turned


async def test_a_rule_says_why_it_is_there_and_leads_on() -> None:
    async with walking(draft=new_draft(plan(), "network")) as walk:
        await walk.press("alt+e")
        await ask(walk, "mfp", "print-server", "9191/tcp")
        form = window(walk).form
        rule = next(row for row in form.rows if row.label.strip().startswith("rule "))
        assert form.go(rule.key)
        await walk.press("w")
        assert isinstance(walk.app.screen, Reading)
        assert "Why tcp" in walk.screen()
        await walk.press("escape")
        assert str(form.current) == str(rule.key)
        await walk.press("enter", "enter")
        assert walk.step == "features"
        assert str(walk.app.main.form.current) == XEROX
        await walk.press("escape")
        assert window(walk).form.current == rule.key


async def test_the_long_help_and_the_other_way_round() -> None:
    async with walking(draft=new_draft(plan(), "features")) as walk:
        await walk.press("alt+e", "f1")
        assert isinstance(walk.app.screen, Reading)
        assert "Type to filter what the plan knows" in walk.screen()
        await walk.press("escape")
        await ask(walk, "mfp", "print-server", "9191/tcp")
        await walk.press("alt+x")
        assert window(walk).asked == ConnectionQuestion("print-server", "mfp", "9191/tcp")
        assert "It stops at" in said(walk)


async def test_ascii_and_wide() -> None:
    profile = Profile(ansi=True, ascii=True)
    async with walking((80, 24), new_draft(plan(), "features"), profile=profile) as walk:
        await walk.press("alt+e")
        await ask(walk, "mfp", "print-server", "9191/tcp")
        assert walk.screen().isascii()
    async with walking((140, 45), new_draft(plan(), "features")) as walk:
        await walk.press("alt+e")
        await ask(walk, "mfp", "print-server", "9191/tcp")
        assert "It gets through" in walk.screen()


async def test_the_terminals_cursor_is_in_the_field() -> None:
    async with walking(draft=new_draft(plan(), "features")) as walk:
        await walk.press("alt+e")
        await walk.write("mf")
        await walk.settle()
        line = next(n for n, text in enumerate(walk.screen().splitlines()[2:]) if "From" in text)
        field = walk.screen().splitlines()[2 + line]
        at = walk.app.cursor_position
        assert (at.x, at.y) == (field.index("mf") + 2, line)


async def test_nothing_to_ask_before_there_is_a_product() -> None:
    async with walking() as walk:
        await walk.press("alt+e")
        await walk.settle()
        if isinstance(walk.app.screen, Explain):
            await ask(walk, "internet", "internet", "80/tcp")
            await walk.press("escape")
        assert walk.step == "products"


async def test_the_whole_answer_goes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(WizardApp, "copy_to_clipboard", lambda self, text: sent.append(text))
    async with walking(draft=new_draft(plan(), "features")) as walk:
        await walk.press("alt+e")
        await ask(walk, "mfp", "print-server", "9191/tcp")
        await walk.press("down", "c")
        (text,) = sent
        assert text.startswith(
            "mfp → print-server 9191/tcp\nIt gets through: allowed at core and server.\n"
        )
        assert "Firewall ports used by PaperCut" in text


async def test_the_least_window_says_how_to_ask() -> None:
    async with walking((60, 16), draft=new_draft(plan(), "features")) as walk:
        await walk.press("alt+e")
        assert "Enter: ask" in walk.screen()
