"""`portwright serve` as a process: what it listens on, which wizard a tab gets, and that all of it
ends.
"""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pyte
import pytest

from tests.pty.screen import Screen
from tests.tools.serving import Serving, gone, until

pytestmark = pytest.mark.slow


class Tab:
    """A tab without a browser: keys in, an emulated screen out."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        self.websocket = websocket
        self.screen = Screen(120, 40)
        self._stream = pyte.ByteStream(self.screen)

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.websocket.send_json(["stdin", key])

    async def wait_for(self, pattern: str) -> str:
        """Read until the screen shows this."""
        while not re.search(pattern, self.screen.text()):
            message = await self.websocket.receive(300)
            assert message.type == aiohttp.WSMsgType.BINARY, (message, self.screen.text())
            self._stream.feed(message.data)
        return self.screen.text()

    async def closes(self) -> int | None:
        """Read until the server closes it; the code."""
        while (await self.websocket.receive(300)).type == aiohttp.WSMsgType.BINARY:
            pass
        return self.websocket.close_code


@asynccontextmanager
async def tab(serving: Serving) -> AsyncIterator[Tab]:
    origin = f"http://127.0.0.1:{serving.port}"
    address = f"{origin}/{serving.key}/ws?width=120&height=40"
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(address, headers={"Origin": origin}) as websocket,
    ):
        yield Tab(websocket)


async def answer_some(one: Tab) -> None:
    """A product, and the name 'Office' in the third step."""
    await one.wait_for("CUPS")
    await one.press("\x1b[B", " ", "\x1b3")
    await one.wait_for("Step 3/7")
    await one.press(*"Office", "\r")
    await one.wait_for("Portwright · Office")


def test_only_the_loopback_address_listens(tmp_path: Path) -> None:
    with Serving(tmp_path) as serving:
        port = f":{serving.port:04X}"
        listening = [
            row.split()[1]
            for table in ("tcp", "tcp6")
            for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
            if row.split()[3] == "0A" and row.split()[1].endswith(port)
        ]
        # 127.0.0.1, as the kernel writes it.
        assert listening == [f"0100007F{port}"]


def test_each_start_has_a_key_of_its_own_that_no_process_list_shows(tmp_path: Path) -> None:
    with Serving(tmp_path) as one, Serving(tmp_path) as other:
        assert one.key != other.key
        assert len(one.key) == 32
        assert one.said.count(one.key) == 1
        for name in ("cmdline", "environ"):
            assert one.key.encode() not in Path(f"/proc/{one.process.pid}/{name}").read_bytes()


async def test_the_wizard_of_a_tab_on_a_plan_with_a_hostile_name(tmp_path: Path) -> None:
    plan = tmp_path / "-a b'$(touch broken);\"&.toml"
    plan.write_text('format = 1\nname = "Hostile file"\n[products.cups]\n', "utf-8")
    # Nothing of this is for the tab: its terminal is the page.
    odd = {
        "TERM": "dumb",
        "LC_ALL": "C",
        "TEXTUAL_DRIVER": "no.such:Driver",
        "COLUMNS": "9",
        "LINES": "9",
    }
    with Serving(tmp_path, "--", plan.name, **odd) as serving:
        async with tab(serving) as one:
            await one.wait_for("Portwright · Hostile file")
            await one.wait_for("Print management ─{5}")
            (pid,) = serving.wizards()
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            assert str(plan).encode() in words
            assert serving.key.encode() not in Path(f"/proc/{pid}/environ").read_bytes()
        until(lambda: gone(pid))
    assert [path.name for path in tmp_path.iterdir()] == [plan.name]


async def test_a_closed_tab_loses_nothing(tmp_path: Path) -> None:
    with Serving(tmp_path) as serving:
        async with tab(serving) as one:
            await answer_some(one)
        # At once: the server waits until the first wizard has let its draft go.
        async with tab(serving) as one:
            await one.wait_for("Go on with: Office")
            assert "open in another window" not in one.screen.text()
            await one.press("\r")
            await one.wait_for("Step 3/7")
            assert "Office" in one.screen.text()


async def test_two_tabs_are_two_windows(tmp_path: Path) -> None:
    with Serving(tmp_path) as serving:
        async with tab(serving) as one, tab(serving) as other:
            await other.wait_for("CUPS")
            await answer_some(one)
            async with tab(serving) as third:
                await third.wait_for("Go on with: Office +open in another window")
                await third.press("\r")
                await third.wait_for("This draft is open in another window")
            await one.press("\x1b[1;3C")
            await one.wait_for("Step 4/7")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_the_end_of_the_server_is_the_end_of_all(number: int, tmp_path: Path) -> None:
    with Serving(tmp_path) as serving:
        async with tab(serving) as one, tab(serving) as other:
            await answer_some(one)
            await other.wait_for("Go on with: Office|CUPS")
            pids = serving.wizards()
            assert len(pids) == 2
            ending = asyncio.to_thread(serving.end, number)
            code, *_ = await asyncio.gather(ending, one.closes(), other.closes())
        assert code == 0
        assert all(gone(pid) for pid in pids)
        assert "The server has ended. Drafts are kept." in serving.said
        assert "Traceback" not in serving.said
    with Serving(tmp_path) as serving:
        async with tab(serving) as one:
            await one.wait_for("Go on with: Office")
            assert "open in another window" not in one.screen.text()


async def test_a_server_that_is_killed_leaves_no_wizard_behind(tmp_path: Path) -> None:
    with Serving(tmp_path) as serving:
        async with tab(serving) as one:
            await answer_some(one)
            (pid,) = serving.wizards()
            serving.end(signal.SIGKILL)
            until(lambda: gone(pid), f"{pid} goes on without its server")
    with Serving(tmp_path) as serving:
        async with tab(serving) as one:
            await one.wait_for("Go on with: Office")
            assert "open in another window" not in one.screen.text()


async def test_under_nohup_it_outlives_its_terminal(tmp_path: Path) -> None:
    with Serving(tmp_path, before=["nohup"]) as serving:
        serving.process.send_signal(signal.SIGHUP)
        # What is asked after the signal is answered after it.
        async with tab(serving) as one:
            await one.wait_for("CUPS")
        assert serving.process.poll() is None


async def test_leaving_the_wizard_closes_the_tab(tmp_path: Path) -> None:
    with Serving(tmp_path) as serving:
        async with tab(serving) as one:
            await answer_some(one)
            (pid,) = serving.wizards()
            await one.press("\x11")
            await one.closes()
            until(lambda: gone(pid))
        until(lambda: "The draft is kept" in serving.said)


async def test_a_wizard_that_cannot_start_says_why_on_the_servers_terminal(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text("format = 1\n", "utf-8")
    with Serving(tmp_path, plan.name) as serving:
        plan.write_text("format = 1\nnane = 'x'\n", "utf-8")
        async with tab(serving) as one:
            await one.closes()
        until(lambda: "did you mean 'name'" in serving.said)
        assert "Traceback" not in serving.said


async def test_an_idle_wizard_sends_nothing(tmp_path: Path) -> None:
    with Serving(tmp_path) as serving:
        async with tab(serving) as one:
            await one.wait_for("CUPS")
            # What still belongs to the start.
            for _ in range(50):
                try:
                    await one.websocket.receive(2)
                except TimeoutError:
                    break
            with pytest.raises(TimeoutError):
                await one.websocket.receive(10)
