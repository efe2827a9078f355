"""The palette: every command, found by words, with its key, and the reason where it has to wait."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.main.command import Command
from screens.main.commands import COMMANDS
from screens.terminal.profile import Profile
from screens.widgets.lines import clean
from screens.windows.palette import Palette, find, score
from tests.flows.test_hostile import TEXTS, hostile
from tests.flows.test_moving import papercut
from tests.flows.walk import Walk, catalog, listed, walking
from tests.tools.keys import answered
from wizard.plan.edits import add_firewall
from wizard.plan.presets import apply_preset
from wizard.questions import STEPS, StepId
from wizard.rules.model import Rule
from wizard.session.drafts import new_draft

SIZES = [(80, 24), (120, 40)]
ASCII = Profile(ansi=True, ascii=True)


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of the commands saves the plan into the present folder."""
    monkeypatch.chdir(tmp_path)


def windows(walk: Walk) -> int:
    return len(walk.app.screen_stack) - 1


def palette(walk: Walk) -> Palette:
    found = walk.app.screen
    assert isinstance(found, Palette)
    return found


def titles(walk: Walk) -> list[str]:
    return [item.command.title for item in palette(walk).fitting]


async def run(walk: Walk, words: str) -> None:
    """The best that the palette finds for these words."""
    await walk.press("ctrl+p")
    await walk.write(words)
    await walk.press("enter")


# --- the palette ---------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["ctrl+p", "colon"])
async def test_the_palette_opens_from_any_step_and_shows_every_command(
    key: str, size: tuple[int, int]
) -> None:
    async with walking(size, draft=new_draft(papercut())) as walk:
        for step in STEPS:
            await walk.to(step.id)
            if key == "colon" and walk.step != "review":
                # A colon is typed where there is a field.
                live = [
                    row.key for row in walk.app.main.form.rows if row.live and row.kind != "text"
                ]
                await walk.stand(str(live[-1]))
            await walk.press(key)
            found = titles(walk)
            assert {c.title for c in COMMANDS if c.id not in ("palette", "leave")} <= set(found)
            assert len(found) == len(set(found))
            await walk.press("escape")
            assert windows(walk) == 0


async def test_words_narrow_it_the_best_first_and_enter_does_it() -> None:
    async with walking(draft=new_draft(papercut())) as walk:
        await walk.press("ctrl+p")
        await walk.write("step net")
        await walk.settle()
        assert titles(walk)[0] == "Go to step 3: Network"
        assert "Find: step net_" in walk.screen()
        await walk.press("enter")
        assert (walk.step, windows(walk)) == ("network", 0)
        # Letters in their order do, too; and the key itself.
        await walk.press("ctrl+p")
        await walk.write("gtrvw")
        await walk.settle()
        assert titles(walk)[0] == "Go to step 6: Review"
        await walk.press("ctrl+u")
        await walk.write("f2")
        await walk.settle()
        assert titles(walk)[0] == "Preview: rules, allowlist, findings"
        await walk.write("zzz")
        await walk.settle()
        assert titles(walk) == []
        await walk.press("enter")
        assert "Nothing fits" in walk.screen()


async def test_arrows_move_and_the_mouse_works() -> None:
    async with walking(draft=new_draft(papercut())) as walk:
        await walk.press("ctrl+p")
        await walk.write("go to step")
        await walk.press("down", "down", "down", "up", "enter")
        assert walk.step == "network"
        await walk.press("ctrl+p")
        await walk.write("go to step")
        await walk.pilot.click("#window-lines", offset=(5, 4))
        await walk.settle()
        assert walk.step == "request"


async def test_what_cannot_be_done_now_says_why_and_is_not_done() -> None:
    async with walking() as walk:
        await walk.press("ctrl+p")
        await walk.write("go review")
        await walk.settle()
        assert "(choose a product first)" in walk.screen()
        await walk.press("enter")
        assert windows(walk) == 1
        assert "Not now: choose a product first." in walk.screen()
        await walk.press("escape", "escape")
        for words, reason in {
            "take back": "nothing to take back",
            "answer again": "nothing was taken back",
            "previous": "this is the first step",
            "next": "choose a product first",
            "send whole": "the table is empty",
            "send row": "choose a row",
        }.items():
            await walk.press("ctrl+p")
            await walk.write(words)
            await walk.settle()
            assert reason in walk.screen(), words
            await walk.press("escape", "escape")
        # What can be done stands above what cannot.
        await walk.press("ctrl+p")
        waits = [bool(item.waits) for item in palette(walk).fitting]
        assert waits == sorted(waits)
        assert any(waits)


@pytest.mark.parametrize(
    "command", [c for c in COMMANDS if c.id not in ("quit", "palette")], ids=lambda c: c.id
)
async def test_every_command_can_be_done_from_it(command: Command) -> None:
    """None fails, whatever it does; at the end the wizard is there."""
    async with walking((120, 40), draft=new_draft(papercut(), "network")) as walk:
        await walk.press("f2", "down")
        await walk.press("ctrl+p")
        await walk.write(command.title.replace("'", ""))
        await walk.press("enter", "escape", "escape", "escape")
        assert walk.app.is_running
        assert windows(walk) == 0


async def test_f1_on_a_command_says_what_it_does() -> None:
    async with walking(draft=new_draft(papercut())) as walk:
        await walk.press("ctrl+p")
        await walk.write("send whole")
        await walk.press("f1")
        assert "spreadsheets" in walk.screen()
        assert "Keys: Alt+T, C" in walk.screen()
        await walk.press("escape")
        assert titles(walk) == ["Send the whole table to your terminal"]
        await walk.press("escape", "escape")
        assert windows(walk) == 0
    assert all(command.help for command in COMMANDS)


async def test_filter_by_product_and_by_firewall() -> None:
    plan = apply_preset(
        catalog(),
        answered(catalog(), papercut(), "products", ("papercut-mf", "cirrusprint")),
        "segments",
    )
    async with walking((120, 40), draft=new_draft(plan)) as walk:
        await run(walk, "filter rules cirrus")
        rows = [line for line in walk.board().splitlines() if ") " not in line]
        assert walk.app.main.board.has_focus
        shown = next(tab for tab in walk.app.main.board.shown if tab.id == "rules")
        products = [entry.record.products for entry in shown.entries if entry.record is not None]  # type: ignore[union-attr]
        assert rows
        assert products
        assert all("cirrusprint" in own for own in products)
        await walk.press("escape")
        await run(walk, "filter rules core")
        firewalls = {
            entry.record.firewall  # type: ignore[union-attr]
            for tab in walk.app.main.board.shown
            if tab.id == "rules"
            for entry in tab.entries
            if entry.record is not None
        }
        assert firewalls == {"core"}


async def test_to_a_table_a_format_a_file_and_an_open_question() -> None:
    plan = answered(catalog(), papercut(), "products.papercut-mf.features.database", True)
    async with walking(draft=new_draft(plan)) as walk:
        await run(walk, "show findings")
        assert walk.app.main.board.tab == "findings"
        await walk.press("escape")
        await run(walk, "format iptables")
        assert walk.step == "export"
        assert str(walk.app.main.form.current) == "format:iptables"
        await run(walk, "look readme.md")
        assert "README.md" in walk.screen()
        await walk.press("escape")
        await run(walk, "open question")
        assert walk.step == "features"
        assert str(walk.app.main.form.current).startswith("products.papercut-mf.features.database")


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
async def test_hostile_text_passes_through_the_palette(text: str) -> None:
    from textual.events import Paste

    plan = add_firewall(hostile(text), "x", "boundary")
    async with walking(draft=new_draft(plan)) as walk:
        await walk.to("export")
        await walk.press("ctrl+p")
        walk.app.screen.post_message(Paste(text))
        await walk.settle()
        shown = walk.screen()
        assert clean(text.strip("\r\n"))[:8].strip() in shown
        assert not any(ord(c) < 32 and c != "\n" for c in shown)
        await walk.press("down", "f1", "escape", "escape", "escape")
        assert windows(walk) == 0


async def test_the_palette_in_ascii_and_without_colour() -> None:
    async with walking(draft=new_draft(papercut()), profile=ASCII) as walk:
        await walk.press("ctrl+p")
        assert walk.screen().isascii()
        assert "> Help for the field" in walk.screen()


def test_it_is_found_by_words_in_any_order() -> None:
    command = Command("x", "Filter rules by product: PaperCut MF", print, keycap="F9")
    assert score(command, "papercut filter") == 8
    assert score(Command("x", "Send it", print, short="Copy", words="clipboard"), "clip copy") == 8
    assert score(command, "cut") == 2
    assert score(command, "fltr") is None
    assert score(command, "fltr", roughly=True) == 1
    assert score(command, "f9") == 5
    assert score(command, "filter zebra") is None
    assert score(Command("y", "Compare", print, ("alt+c", "v"), "Alt+C"), "v") == 5
    assert find([], "x") == []


@pytest.mark.parametrize(
    ("typed", "product", "remark"),
    [
        ("kofax", "printix", "Cloud print management"),
        ("/9163", "papercut-mf", "tcp 9163: Mobility Print (HTTP, IPP)"),
        ("airprint.printix.net", "printix", "airprint.printix.net: Printix cloud, AirPrint"),
    ],
)
async def test_a_product_is_found_by_an_older_name_a_port_or_a_host(
    typed: str, product: str, remark: str
) -> None:
    async with walking((120, 36)) as walk:
        if typed.startswith("/"):
            await walk.press("slash")
        await walk.write(typed.removeprefix("/"))
        rows = {row.choice: row for row in walk.app.main.form.rows if row.kind == "item"}
        assert remark in rows[product].value
        assert "cups" not in rows
        assert rows[product].value[:20] in walk.screen()


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_every_product_of_the_list_comes_into_sight_and_the_filter_finds_it(
    size: tuple[int, int],
) -> None:
    async with walking(size) as walk:
        assert f"of {len(listed())}, by name" in walk.screen()
        for product in listed():
            await walk.down_to(f"products={product.id}")
            assert f"> [ ] {product.name}" in walk.screen()
        for product in listed():
            await walk.write(product.name.casefold())
            await walk.press("down")
            assert f"> [ ] {product.name}" in walk.screen()
            await walk.press("escape")


@pytest.mark.parametrize(
    ("step", "words", "found", "shown"),
    [
        ("features", "sql", "products.papercut-mf.features.database", "Database engine"),
        ("features", "ricoh sdk", "products.papercut-mf.features.mfp-ricoh-sdkj", "Ricoh SDK/J"),
        ("network", "10.20.21.15", "zones.clients.networks", "10.20.20.0/22"),
        ("firewalls", "joins", "firewalls.core.zones", "core"),
    ],
)
async def test_the_filter_sees_closed_choices_and_addresses_in_networks(
    step: StepId, words: str, found: str, shown: str
) -> None:
    async with walking((120, 36), draft=new_draft(papercut(), step)) as walk:
        # On the last row, which is no field.
        form = walk.app.main.form
        form.go([row.key for row in form.rows if row.live and row.kind != "text"][-1])
        await walk.press("slash")
        await walk.write(words)
        await walk.settle()
        assert walk.row(found) is not None, walk.screen()
        assert shown in walk.screen()
        await walk.write("zebra")
        await walk.settle()
        assert walk.row(found) is None


async def found(walk: Walk, words: str) -> list[str]:
    await walk.press("ctrl+p")
    await walk.write(words)
    await walk.settle()
    return titles(walk)


@pytest.mark.parametrize(
    ("words", "title", "step", "current"),
    [
        ("sql", "PaperCut MF: External database", "features", "database"),
        ("networks clients", "Zones: networks of clients", "network", "zones.clients.networks"),
        ("10.20.21.15", "Zones: networks of clients", "network", "zones.clients.networks"),
        ("core joins", "core: joins the zones", "firewalls", "firewalls.core.zones"),
        ("reference", "Request: reference", "request", "request.reference"),
        ("myq", "MyQ X", "products", "products=myq"),
    ],
)
async def test_the_palette_finds_every_question_and_product_and_goes_there(
    words: str, title: str, step: str, current: str
) -> None:
    async with walking((120, 36), draft=new_draft(papercut(), "export")) as walk:
        rows = await found(walk, words)
        assert title in rows
        await walk.press(*["down"] * rows.index(title), "enter")
        assert (walk.step, windows(walk)) == (step, 0)
        assert str(walk.app.main.form.current).endswith(current)


async def test_the_palette_goes_to_a_rule_by_port_and_to_a_finding() -> None:
    async with walking((120, 36), draft=new_draft(papercut(), "features")) as walk:
        board = walk.app.main.board
        rows = await found(walk, "tcp 10636")
        rule = next(row for row in rows if row.startswith("fwd tcp"))
        await walk.press(*["down"] * rows.index(rule))
        assert "core: fwd tcp 9192,10636, Multifunction device" in walk.screen()
        await walk.press("enter")
        entry = board.entry()
        assert board.has_focus
        assert isinstance(entry and entry.record, Rule)
        assert (10636, 10636) in entry.record.ports  # type: ignore[union-attr]
        await walk.press("escape")
        rows = await found(walk, "example-address")
        await walk.press(*["down"] * rows.index(rows[0]), "enter")
        assert board.tab == "findings"
        assert "example" in str(board.entry())


async def test_a_port_finds_what_is_used_and_chosen_and_then_what_is_about_it() -> None:
    plan = answered(catalog(), papercut(), "products.papercut-mf.features.print-data", True)
    async with walking((120, 36), draft=new_draft(plan, "features")) as walk:
        rows = await found(walk, "161")
        assert rows[0].startswith(("in udp 161", "out udp 161", "fwd udp 161"))
        await walk.press("ctrl+u")
        await walk.write("631")
        rows = titles(walk)
        others = [not row.startswith("PaperCut MF: ") for row in rows]
        assert others == sorted(others)
        assert rows[0] == "PaperCut MF: Print data to the devices"
        assert rows[others.index(True)] == "Network printers: IPP printing (port 631)"


async def test_the_palette_looks_into_files_before_step_7_was_seen() -> None:
    async with walking((120, 36), draft=new_draft(papercut(), "features")) as walk:
        assert (await found(walk, "rules.csv"))[0] == "Look into the file rules.csv"
        await walk.press("enter")
        assert "rules.csv" in walk.screen()
        assert windows(walk) == 1


async def test_what_has_many_rows_is_one_row_that_filters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("screens.main.found._ROWS", 5)
    async with walking((120, 36), draft=new_draft(papercut(), "features")) as walk:
        rows = await found(walk, "tcp")
        every = next(row for row in rows if row.startswith("Rules: all"))
        count = int(every.split()[2])
        await walk.press(*["down"] * rows.index(every), "enter")
        board = walk.app.main.board
        assert len([entry for entry in board.entries if entry.record is not None]) == count
        assert board.view.words == "tcp"


async def test_a_letter_finds_commands_alone_and_a_product_that_is_missing_says_so() -> None:
    async with walking((120, 36), draft=new_draft(papercut(), "features")) as walk:
        assert not [row for row in await found(walk, "u") if "User" in row]
        await walk.press("escape", "escape")
        rows = await found(walk, "uniflow")
        assert rows[-1].startswith("Canon uniFLOW is not in the facts.")
        await walk.press("enter")
        assert "Not now: not in the facts." in walk.screen()
