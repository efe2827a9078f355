"""Waiting for the wizard as long as it has something to do, and no longer.

Textual's Pilot sleeps 20 ms at a time until the process uses little CPU: two to four sleeps a key,
most of the time of a walk, and a process that was only kept from running looks idle too. The event
loop knows better: where it has nothing to run, no worker works and the screen has nothing to paint,
the last key is dealt with."""

from __future__ import annotations

import asyncio
from time import monotonic, process_time
from typing import Any

from textual._context import active_app
from textual.pilot import Pilot

# A worker that uses no CPU for so long (seconds) waits for something: nobody waits for it.
ASLEEP = 0.02


async def until_idle(min_sleep: float = 0.0, max_sleep: float = 60.0) -> None:
    """In place of `textual._wait.wait_for_idle`."""
    loop: Any = asyncio.get_running_loop()
    app: Any = active_app.get()
    end = monotonic() + max_sleep
    await asyncio.sleep(min_sleep)
    while monotonic() < end:
        if loop._ready:
            await asyncio.sleep(0)
            continue
        # Textual paints, and calls what waits for it, sixty times a second; here it does so at
        # once.
        app.screen._on_timer_update()
        if not loop._ready and not await _more_comes(app):
            return


async def all_is_done(pilot: Pilot[Any], timeout: float = 30.0) -> bool:
    """In place of `Pilot._wait_for_screen`, which has every widget pass a message on after each key:
    an eighth of a walk's time.
    """
    if pilot.app._exception is not None:
        return False
    await until_idle(max_sleep=timeout)
    return True


async def _more_comes(app: Any) -> bool:
    """Waits for a worker's thread, or until a new size is told, and says whether there was any."""
    loop: Any = asyncio.get_running_loop()
    waited = False
    began, used = monotonic(), process_time()
    while app._resize_timer is not None or any(not worker.is_finished for worker in app.workers):
        waited = True
        await asyncio.sleep(ASLEEP / 10)
        if loop._ready:
            break
        if monotonic() - began >= ASLEEP:
            # Looking takes a little itself.
            if process_time() - used < ASLEEP / 10:
                return False
            began, used = monotonic(), process_time()
    return waited
