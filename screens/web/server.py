"""textual-serve's server, with a page of our own, behind the guard, on a socket that is given to
it.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import jinja2
from aiohttp import WSCloseCode, web
from textual_serve.server import Server, to_int

from screens.web.guard import guard, protect
from screens.web.window import LARGEST, PATIENCE, Window

_HERE = Path(__file__).parent
_OWN = {"page.css": "text/css", "page.js": "text/javascript"}
# Seconds between the pings that find a dead line. A draft is free for the next window at most so
# much later.
HEARTBEAT = 30.0


class WizardServer(Server):
    """Each tab gets a process that runs `argv`. Everything stands below `/key/`; nothing else is
    answered.
    """

    def __init__(
        self, argv: Sequence[str], environ: Mapping[str, str], key: str, title: str
    ) -> None:
        super().__init__("", host="127.0.0.1", title=title)
        self.windows: set[Window] = set()
        self._argv = argv
        self._environ = environ
        self._key = key
        pages = jinja2.Environment(loader=jinja2.FileSystemLoader(_HERE), autoescape=True)
        self._page = pages.get_template("page.html")

    async def serve_on(self, listening: socket.socket, ready: Callable[[], None]) -> None:
        """Serve until SIGINT, SIGTERM or SIGHUP; then end every wizard. `ready` is called in
        between.
        """
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # nohup has SIGHUP ignored, and that is how it stays.
            if signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, ended.set)
        runner = web.AppRunner(
            await self._make_app(), access_log=None, shutdown_timeout=3 * PATIENCE
        )
        await runner.setup()
        try:
            await web.SockSite(runner, listening).start()
            ready()
            await ended.wait()
        finally:
            await runner.cleanup()

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[guard(self._key)])
        below = f"/{self._key}"
        app.add_routes(
            [
                web.get(f"{below}/", self.handle_index),
                web.get(f"{below}/ws", self.handle_websocket),
                *(web.get(f"{below}/{name}", self._own_file) for name in _OWN),
                web.static(f"{below}/static", self.statics_path),
            ]
        )
        app.on_response_prepare.append(protect)
        app.on_shutdown.append(self.on_shutdown)
        return app

    async def handle_index(self, request: web.Request) -> web.Response:
        """The page with the terminal."""
        text = self._page.render(
            title=self.title,
            # As the browser reached it: its end of the tunnel may have another number.
            websocket=f"ws://{request.host}/{self._key}/ws",
            font_size=_within(request.query.get("fontsize", ""), 16, 8, 40),
        )
        return web.Response(text=text, content_type="text/html")

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """A tab: begin its wizard, pass on its keys, and end the wizard when the tab is gone."""
        websocket = web.WebSocketResponse(heartbeat=HEARTBEAT)
        await websocket.prepare(request)
        # A tab that is loaded anew finds its draft free.
        await asyncio.gather(*(window.stop() for window in self.windows if window.ending))
        window = Window(self._argv, self._environ, websocket)
        self.windows.add(window)
        try:
            await window.start(
                _within(request.query.get("width", ""), 80, 1, LARGEST),
                _within(request.query.get("height", ""), 24, 1, LARGEST),
            )
            await self._pass_on(websocket, window)
        except OSError as error:
            print(f"The wizard could not be started: {error.strerror or error}", file=sys.stderr)
            await websocket.close(code=WSCloseCode.INTERNAL_ERROR)
        except (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
            # No message of our page.
            await websocket.close(code=WSCloseCode.UNSUPPORTED_DATA)
        finally:
            await window.stop()
            self.windows.discard(window)
        return websocket

    async def on_shutdown(self, app: web.Application) -> None:
        """End every wizard; their tabs are told."""
        await asyncio.gather(*(window.stop() for window in self.windows))

    async def _pass_on(self, websocket: web.WebSocketResponse, window: Window) -> None:
        """The tab's keys and sizes, until it closes."""
        while not websocket.closed:
            # Half a character, out of a paste, is left out.
            with contextlib.suppress(UnicodeEncodeError):
                await self._process_messages(websocket, window)

    async def _own_file(self, request: web.Request) -> web.Response:
        name = request.path.rpartition("/")[2]
        return web.Response(text=(_HERE / name).read_text("utf-8"), content_type=_OWN[name])


def _within(text: str, default: int, least: int, most: int) -> int:
    return max(least, min(most, to_int(text, default)))
