"""Working out what follows from the plan, beside the keys: a keystroke never waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from screens.board import Derived, summary
from wizard.deployment import Deployment
from wizard.facts import Catalog
from wizard.plan import Plan
from wizard.questions import open_questions

if TYPE_CHECKING:
    from screens.app import WizardApp

# A plan that takes longer than this (seconds) to work out is worked out in a thread.
QUICK = 0.008
# The answer itself is painted first.
AFTER = 0.01


class Deriving:
    """One worker at a time; it goes on until nothing newer has come, so that plans never queue up."""

    def __init__(self, app: WizardApp, work_out: Callable[[Catalog, Plan], Deployment]) -> None:
        self._app = app
        self._work_out = work_out
        self._took = 0.0
        self._done: Plan | None = None
        self._working = False

    def soon(self) -> None:
        """The plan was replaced."""
        if not self._working:
            self._working = True
            self._app.run_worker(self._run(), group="derive")

    def settled(self) -> bool:
        """Whether what is shown follows from the present plan."""
        return self._done is self._app.plan

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while not self.settled():
                plan = self._app.plan
                await asyncio.sleep(AFTER)
                if plan is not self._app.plan:
                    continue
                began = loop.time()
                if self._took <= QUICK:
                    result = self._all_of(plan)
                else:
                    result = await asyncio.to_thread(self._all_of, plan)
                self._took = loop.time() - began
                self._done = plan
                self._app.derived = result
        finally:
            self._working = False

    def _all_of(self, plan: Plan) -> Derived:
        app = self._app
        before = app.derived.deployment if app.derived is not None else None
        result = Derived(self._work_out(app.catalog, plan), before, open_questions(app.catalog, plan))
        return msgspec.structs.replace(result, said=summary(result))
