"""The tables: addresses, heads, counts, names, and the why of a row beside it."""

from __future__ import annotations

from screens.widgets.line_view import LineView
from tests.flows.test_moving import papercut
from tests.flows.walk import Walk, walking
from wizard.rules.model import Rule
from wizard.session.drafts import new_draft


def head(walk: Walk) -> str:
    heads = walk.app.main.board.heads
    assert heads is not None
    return heads.line_at(1).plain.rstrip()


def row_of(walk: Walk, *words: str) -> str:
    rows = [text for text in walk.app.main.board.texts() if all(word in text for word in words)]
    assert rows, walk.board()
    return rows[0]


async def test_source_and_destination_by_name_and_address_from_100_columns() -> None:
    async with walking((100, 30), new_draft(papercut(), "review")) as walk:
        assert head(walk).split() == ["Way", "Port", "Source", "Destination", "Service"]
        row = row_of(walk, "9191", "User computer")
        assert "User computer 10.20.20.0/22" in row
        assert "Print server 10.20.10.5" in row
        for column, words in (("Source", "User computer"), ("Destination", "Print server")):
            assert head(walk).index(column) == row.index(words)


async def test_below_100_columns_a_turns_names_into_addresses_and_back() -> None:
    async with walking((80, 24), new_draft(papercut(), "review")) as walk:
        assert "User computer → Print server" in row_of(walk, "9191", "User computer")
        await walk.press("a")
        assert "10.20.20.0/22 → 10.20.10.5" in row_of(walk, "9191", "10.20.20.0/22")
        assert "By address" in walk.screen()
        await walk.press("a")
        assert "User computer → Print server" in row_of(walk, "9191", "User computer")


async def test_the_head_says_the_order_and_the_firewall_has_a_column_without_groups() -> None:
    async with walking((100, 30), new_draft(papercut(), "review")) as walk:
        await walk.press("s")
        assert "Port▾" in head(walk)
        await walk.press("s")
        assert "Source▾" in head(walk)
        await walk.press("s", "g")
        assert head(walk).split()[:2] == ["Firewall", "Way"]
        assert "Destination▾" in head(walk)
        rows = walk.app.main.board.texts()
        assert {row.split()[1] if row.startswith(">") else row.split()[0] for row in rows} <= set(
            walk.plan.firewalls
        )
        await walk.press("right")
        assert head(walk).split()[0] == "Product"


async def test_a_filter_says_how_many_rows_of_how_many_fit() -> None:
    async with walking((100, 30), new_draft(papercut(), "review")) as walk:
        board = walk.app.main.board
        total = board.shown[0].count
        await walk.press("slash")
        await walk.write("snmp")
        await walk.settle()
        fitting = sum(not entry.heading for entry in board.entries)
        assert 0 < fitting < total
        assert head(walk).endswith(f"{fitting} of {total}")
        await walk.press("escape")
        # What a plan file calls a party is found, too.
        await walk.press("slash")
        await walk.write("user-computer")
        await walk.settle()
        assert all(entry.heading or "User computer" in entry.cells[3] for entry in board.entries)


async def test_what_a_group_is_stands_beside_its_heading() -> None:
    async with walking((140, 45), new_draft(papercut(), "review")) as walk:
        board, beside = walk.app.main.board, walk.app.main.query_one("#beside", LineView)
        seen = set()
        for tab in [tab.id for tab in board.shown]:
            board.choose(tab)
            await walk.press("home")
            heading = board.entry()
            if heading is None or not heading.heading:
                continue
            seen.add(tab)
            assert beside.line_at(0).plain.strip() == heading.cells[0]
            assert beside.line_at(1).plain.split() == [tab, heading.cells[1]]
        assert {"rules", "flows", "findings"} <= seen
        board.choose("rules")
        await walk.press("home")
        assert "guards        Print server" in walk.screen()


async def test_the_why_stands_beside_its_row_from_120_columns() -> None:
    async with walking((120, 36), new_draft(papercut(), "review")) as walk:
        for key in ("down", "down"):
            await walk.press(key)
            entry = walk.app.main.board.entry()
            assert entry is not None
            beside = walk.app.main.query_one("#beside").display
            ports = entry.cells[2].split(",")[0]
            assert beside
            assert isinstance(entry.record, Rule)
            assert f"Why {entry.record.transport} {ports}" in walk.screen()
        await walk.to("features")
        assert not walk.app.main.query_one("#beside").display
        form, side = walk.app.main.query_one("#form"), walk.app.main.query_one("#side")
        assert form.outer_size.width * 3 == side.outer_size.width * 2


async def test_the_filter_finds_ports_and_addresses_within_networks() -> None:
    """As they are typed, sign by sign: what 10.20.21.1 fits is no beginning of what 10.20.21.15
    does.
    """
    async with walking((120, 36), draft=new_draft(papercut(), "review")) as walk:

        async def found(words: str) -> list[Rule]:
            await walk.press("slash", "ctrl+u")
            await walk.write(words)
            await walk.press("enter")
            records = [entry.record for entry in walk.app.main.board.entries]
            return [record for record in records if isinstance(record, Rule)]

        every = await found("10.20.21.15")
        assert every
        assert all("10.20.20.0/22" in (*rule.sources, *rule.destinations) for rule in every)
        assert "10.20.21.15" not in walk.board().replace("/ 10.20.21.15", "")
        assert await found("tcp 9191")
        assert not await found("udp 9191")
        assert not await found("10.20.21.15 zzz")
