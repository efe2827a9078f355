"""The server behind `portwright serve`: who may come in, and a wizard for each tab."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from screens.web.server import WizardServer

pytestmark = pytest.mark.slow


KEY = "the-key"


# Speaks as a wizard to its window: begins, says that it lives, tells what it gets, ends with its
# input.
FAKE = """
import os, sys, time
path, how = sys.argv[1:]
open(path, "a").write(f"{os.getpid()} ")
sys.stdout.write("__GANGLION__\\n"); sys.stdout.flush()
def draw(data): os.write(1, b"D" + len(data).to_bytes(4, "big") + data)
draw(f"{os.environ['COLUMNS']}x{os.environ['ROWS']}".encode())
while head := sys.stdin.buffer.read(5):
    data = sys.stdin.buffer.read(int.from_bytes(head[1:], "big"))
    if head[:1] == b"D": draw(data.upper())
    elif b'"resize"' in data: draw(data)
    elif b'"quit"' in data and how != "deaf": break
    if data == b"die": os.abort()
if how == "deaf":
    time.sleep(3600)
if how == "slow":
    time.sleep(0.5)
    open(path, "a").write("ended ")
"""


class Served:
    """A server on a socket of its own, and those who knock at it."""

    def __init__(self, folder: Path, how: str = "polite") -> None:
        self.started = folder / "started"
        self.server = WizardServer(
            [sys.executable, "-c", FAKE, str(self.started), how],
            dict(os.environ),
            KEY,
            "A <title> & more",
        )
        self.port = 0

    @property
    def pids(self) -> list[int]:
        """The wizards that were started."""
        return [int(word) for word in self.story if word != "ended"]

    @property
    def story(self) -> list[str]:
        """What happened: the process ids of wizards as they began, and `ended` where a slow one
        did.
        """
        return self.started.read_text().split() if self.started.exists() else []

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def socket(
        self, session: aiohttp.ClientSession, key: str = KEY, query: str = "", **headers: str
    ) -> Any:
        address = f"http://127.0.0.1:{self.port}/{key}/ws{query}"
        return session.ws_connect(address, headers={"Origin": self.origin} | headers)


@pytest.fixture
def how() -> str:
    return "polite"


@pytest.fixture
async def served(tmp_path: Path, how: str) -> AsyncIterator[Served]:
    found = Served(tmp_path, how)
    runner = web.AppRunner(await found.server._make_app(), access_log=None, shutdown_timeout=10)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0))
    found.port = listening.getsockname()[1]
    await web.SockSite(runner, listening).start()
    yield found
    await runner.cleanup()
    assert not [pid for pid in found.pids if alive(pid)]


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


WRONG = [
    ("a foreign host", KEY, {"Host": "portwright.example"}),
    ("a foreign origin", KEY, {"Origin": "http://evil.example"}),
    ("no key", "", {}),
    ("a wrong key", "the-kex", {}),
]


@pytest.mark.parametrize(
    ("key", "headers"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
async def test_every_address_is_guarded_and_nothing_is_started(
    key: str, headers: dict[str, str], served: Served, session: aiohttp.ClientSession
) -> None:
    below = f"/{key}" if key else ""
    for path in (
        "/",
        "/ws",
        "/page.js",
        "/static/js/textual.js",
        "/static/",
        "/nowhere",
        "/favicon.ico",
    ):
        async with session.get(f"{served.origin}{below}{path}", headers=headers) as answer:
            assert answer.status == 403, path
            assert KEY not in await answer.text()
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await served.socket(session, key or "ws", **headers)
    assert caught.value.status == 403
    assert served.pids == []


async def test_the_websocket_wants_the_origin_and_the_page_does_not(
    served: Served, session: aiohttp.ClientSession
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await session.ws_connect(f"{served.origin}/{KEY}/ws")
    assert caught.value.status == 403
    assert served.pids == []
    async with session.get(f"{served.origin}/{KEY}/") as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /the-key/ HTTP/1.0\r\n\r\n",
        (
            b"GET /the-key/ HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nConnection:"
            b" close\r\n\r\n"
        ),
        (
            b"GET http://evil.example/the-key/ HTTP/1.1\r\nHost: evil.example\r\nConnection:"
            b" close\r\n\r\n"
        ),
        b"GET http://evil.example/the-key/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        b"GET /x/../the-key/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    ],
    ids=[
        "no Host at all",
        "two Hosts",
        "an absolute address",
        "an absolute address that Host denies",
        "a way around",
    ],
)
async def test_odd_requests(request_: bytes, served: Served) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(request_)
    answer = await reader.read()
    writer.close()
    assert answer.split(b" ")[1] in (b"400", b"403"), answer


async def test_no_folder_is_listed_and_nothing_is_taken(
    served: Served, session: aiohttp.ClientSession
) -> None:
    for path, status in (
        ("/static/", 403),
        ("/static/js/", 403),
        ("/server.py", 404),
        ("/static/../page.html", 404),
    ):
        async with session.get(f"{served.origin}/{KEY}{path}") as answer:
            assert answer.status == status, path
    async with session.post(f"{served.origin}/{KEY}/", data="x") as answer:
        assert answer.status == 405


async def test_the_page_holds_the_browser_to_this_server(
    served: Served, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{served.origin}/{KEY}/?fontsize=99999") as answer:
        text = await answer.text()
    assert "A &lt;title&gt; &amp; more" in text
    assert f'data-session-websocket-url="ws://127.0.0.1:{served.port}/{KEY}/ws"' in text
    assert 'data-font-size="40"' in text
    assert "https:" not in text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert f"connect-src 'self' ws://127.0.0.1:{served.port};" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    for name in ("page.js", "page.css", "static/js/textual.js", "static/css/xterm.css"):
        async with session.get(f"{served.origin}/{KEY}/{name}") as answer:
            assert answer.status == 200
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = {"If-None-Match": answer.headers["ETag"]}
    async with session.get(f"{served.origin}/{KEY}/static/css/xterm.css", headers=again) as answer:
        assert answer.status == 304


async def test_the_page_follows_the_tunnel(served: Served, session: aiohttp.ClientSession) -> None:
    """At the user's end the tunnel may begin at another port, and be named localhost."""
    async with session.get(f"{served.origin}/{KEY}/", headers={"Host": "localhost:9999"}) as answer:
        assert f'"ws://localhost:9999/{KEY}/ws"' in await answer.text()
    async with served.socket(
        session, Host="localhost:9999", Origin="http://localhost:9999"
    ) as websocket:
        assert await websocket.receive_bytes()


async def test_a_tab_has_a_wizard_of_its_own_that_ends_with_it(
    served: Served, session: aiohttp.ClientSession
) -> None:
    async with served.socket(session, query="?width=101&height=33") as one:
        assert await one.receive_bytes() == b"101x33"
        async with served.socket(session, query="?width=-5&height=x") as other:
            assert await other.receive_bytes() == b"1x24"
            await one.send_json(["stdin", "büro"])
            assert await one.receive_bytes() == "büro".encode().upper()
            await one.close()
            await ended(served.pids[0])
            assert alive(served.pids[1])
            await other.send_json(["stdin", "still here"])
            assert await other.receive_bytes() == b"STILL HERE"


@pytest.mark.parametrize("how", ["slow"])
async def test_a_tab_that_is_loaded_anew_waits_for_the_draft(
    served: Served, session: aiohttp.ClientSession
) -> None:
    async with served.socket(session) as websocket:
        assert await websocket.receive_bytes()
    async with served.socket(session) as websocket:
        assert await websocket.receive_bytes()
        first, ended, second = served.story
    assert ended == "ended"
    assert first != second


async def test_a_wizard_that_dies_closes_its_tab(
    served: Served, session: aiohttp.ClientSession
) -> None:
    async with served.socket(session) as websocket:
        assert await websocket.receive_bytes()
        await websocket.send_json(["stdin", "die"])
        kinds = [(await websocket.receive(300)).type for _ in range(2)]
        assert kinds[-1] == aiohttp.WSMsgType.CLOSE
    await ended(served.pids[0])


@pytest.mark.parametrize("how", ["deaf"])
async def test_a_wizard_that_does_not_end_is_ended(
    served: Served, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.web.window.PATIENCE", 0.1)
    async with served.socket(session) as websocket:
        assert await websocket.receive_bytes()
    await ended(served.pids[0])


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{",
        "7",
        "[]",
        '["stdin"]',
        '["stdin", 7]',
        '["resize", 7]',
        '["resize", {}]',
        '"stdin"',
        "[" * 9999,
    ],
)
async def test_no_message_of_the_page(
    message: str, served: Served, session: aiohttp.ClientSession
) -> None:
    async with served.socket(session) as websocket:
        assert await websocket.receive_bytes()
        await websocket.send_str(message)
        assert (await websocket.receive(300)).type == aiohttp.WSMsgType.CLOSE
        assert websocket.close_code == aiohttp.WSCloseCode.UNSUPPORTED_DATA
    await ended(served.pids[0])


async def test_a_size_that_cannot_be_painted_is_cut_or_left_out(
    served: Served, session: aiohttp.ClientSession
) -> None:
    async with served.socket(session) as websocket:
        assert await websocket.receive_bytes()
        for width in (1e9, "9", None, True):
            await websocket.send_json(["resize", {"width": width, "height": 9}])
        for given, told in (((10**9, -5), (1000, 1)), ((80, 24), (80, 24))):
            await websocket.send_json(["resize", {"width": given[0], "height": given[1]}])
            answer = json.loads(await websocket.receive_bytes())
            assert (answer["width"], answer["height"]) == told


async def test_half_a_character_is_left_out(served: Served, session: aiohttp.ClientSession) -> None:
    async with served.socket(session) as websocket:
        assert await websocket.receive_bytes()
        await websocket.send_str('["stdin", "\\ud83d"]')
        await websocket.send_json(["stdin", "on"])
        assert await websocket.receive_bytes() == b"ON"


async def test_an_idle_tab_sends_nothing(served: Served, session: aiohttp.ClientSession) -> None:
    async with served.socket(session) as websocket:
        assert await websocket.receive_bytes()
        with pytest.raises(TimeoutError):
            await websocket.receive(1)


async def test_a_program_that_is_gone(
    tmp_path: Path,
    session: aiohttp.ClientSession,
    capsys: pytest.CaptureFixture[str],
    served: Served,
) -> None:
    served.server._argv = [str(tmp_path / "no such program")]
    async with served.socket(session) as websocket:
        assert (await websocket.receive(300)).type == aiohttp.WSMsgType.CLOSE
    assert "could not be started: No such file" in capsys.readouterr().err


async def ended(pid: int) -> None:
    for _ in range(6000):
        if not alive(pid):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{pid} goes on")
