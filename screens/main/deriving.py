"""Working out what follows from the plan, beside the keys: a keystroke never waits for it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from screens.board.derived import Derived, TabId, View
from wizard.facts.model import Catalog
from wizard.plan.model import Plan
from wizard.questions import open_questions

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from wizard.deployment import Deployment

# A plan that takes longer than this (seconds) to work out is worked out in a thread.
QUICK = 0.008
# The thread lets the keys through after so many seconds; with Python's own 5 ms, reading a key,
# handling it and painting what it changes would each wait that long.
SLICE = 0.0005


class Followed(Protocol):
    """The plan that is worked out, where what follows is put, and when there is time for it."""

    plan: Plan
    derived: Derived | None

    @property
    def catalog(self) -> Catalog:
        """The facts."""

    def looks(self) -> list[tuple[TabId, View]]:
        """The tables that somebody looks at, and how."""

    def work(self, task: Coroutine[None, None, None]) -> None:
        """Run it beside the keys."""

    def after_painting(self, call: Callable[[], object]) -> None:
        """Call it once what has changed is on the screen."""


class Deriving:
    """One worker at a time; it goes on until nothing newer has come, so that plans never queue up."""

    def __init__(self, followed: Followed, work_out: Callable[[Catalog, Plan], Deployment]) -> None:
        self._followed = followed
        self._work_out = work_out
        self._took = 0.0
        self._done: Plan | None = None
        self._working = False

    def soon(self) -> None:
        """The plan was replaced."""
        if not self._working:
            self._working = True
            self._followed.work(self._run())

    def settled(self) -> bool:
        """Whether what is shown follows from the present plan."""
        return self._followed.derived is not None and self._done is self._followed.plan

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        sys.setswitchinterval(SLICE)
        try:
            while not self.settled():
                await self._painted()
                plan, looks = self._followed.plan, self._followed.looks()
                began = loop.time()
                if self._took <= QUICK:
                    result = self._all_of(plan, looks)
                else:
                    result = await asyncio.to_thread(self._all_of, plan, looks)
                self._took = loop.time() - began
                self._done = plan
                self._followed.derived = result
        finally:
            self._working = False

    async def _painted(self) -> None:
        """Until the answer itself is on the screen."""
        painted = asyncio.Event()
        self._followed.after_painting(painted.set)
        await painted.wait()

    def _all_of(self, plan: Plan, looks: list[tuple[TabId, View]]) -> Derived:
        """What follows, with everything done for those of its tables that are looked at."""
        followed = self._followed
        last = followed.derived
        result = Derived(
            self._work_out(followed.catalog, plan),
            None if last is None else last.deployment,
            open_questions(followed.catalog, plan),
            None if last is None else last.tables,
        )
        _ = result.summary
        for tab, view in looks:
            if tab in result.tables:
                result.tables[tab].seen(view).prepare()
        return result
