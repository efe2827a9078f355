"""Going through the wizard as a person does: keys in, screen and plan out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from textual.driver import Driver
from textual.pilot import Pilot

from screens.app import WizardApp
from screens.widgets.rows import Row, RowKey
from tests.tools.snapshot import text
from wizard.facts.load import load_catalog
from wizard.facts.model import Catalog, Product
from wizard.plan.keys import ProductsKey, key_at
from wizard.plan.model import Plan
from wizard.questions import question_at
from wizard.session.drafts import Draft


@cache
def catalog() -> Catalog:
    return load_catalog()


@cache
def listed() -> tuple[Product, ...]:
    """The products in the order of the list that the first step shows."""
    products = catalog().products
    return tuple(
        products[str(choice.value)]
        for choice in question_at(catalog(), Plan(), ProductsKey()).choices
    )


class Walk:
    """One run of the wizard."""

    def __init__(self, app: WizardApp, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def plan(self) -> Plan:
        return self.app.plan

    @property
    def step(self) -> str:
        return self.app.step

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def write(self, words: str) -> None:
        """Type these characters."""
        names = {
            " ": "space",
            "/": "slash",
            "-": "minus",
            ".": "full_stop",
            ",": "comma",
            ":": "colon",
        }
        await self.pilot.press(*(names.get(character, character) for character in words))

    async def settle(self) -> None:
        """Until everything that follows from the last key is on the screen."""
        for _ in range(50):
            await self.pilot.pause()
            if self.app.deriving.settled() and not [
                w for w in self.app.workers if not w.is_finished
            ]:
                break
            await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def to(self, step: str) -> None:
        """Go to a step, as the palette does."""
        self.app.action_do(f"step:{step}")
        await self.settle()
        assert self.app.step == step

    async def stand(self, key: str) -> None:
        """Put the cursor on a row."""
        form = self.app.main.form
        form.commit()
        await self.settle()
        assert form.go(self.key(key)), f"no row {key} in {[str(row.key) for row in form.rows]}"
        await self.pilot.pause()

    async def down_to(self, key: str) -> None:
        """Press Down until the cursor is on a row, wherever in its list it stands."""
        form = self.app.main.form
        for _ in form.rows:
            if str(form.current) == key:
                return
            await self.press("down")
        raise AssertionError(f"no row {key} below in {[str(row.key) for row in form.rows]}")

    async def stand_at(self, text: str) -> None:
        """Put the cursor on the row whose key reads so."""
        await self.stand(text)

    async def tick(self, *keys: str) -> None:
        """Space on these rows."""
        for key in keys:
            await self.stand(key)
            await self.press("space")

    async def fill(self, key: str, words: str) -> None:
        """Type into a field, in place of what is there."""
        await self.stand(key)
        await self.pilot.press("ctrl+e", "ctrl+u")
        await self.write(words)
        await self.press("enter")

    async def choose(self, key: str, value: str) -> None:
        """Fold a list open and take one of it."""
        await self.stand(key)
        if self.row(f"{key}={value}") is None:
            await self.press("enter")
        await self.tick(f"{key}={value}")
        if (
            any(str(row.key).startswith(f"{key}=") for row in self.app.main.form.rows)
            and self.row(key) is not None
        ):
            await self.press("escape")

    async def place(self, role: str, zone: str, addresses: str = "") -> None:
        """Say where a role is."""
        await self.choose(f"roles.{role}.zones", zone)
        if addresses:
            await self.fill(f"roles.{role}.addresses", addresses)

    def row(self, key: str) -> Row | None:
        return next((row for row in self.app.main.form.rows if str(row.key) == key), None)

    def key(self, text: str) -> RowKey:
        """The key of the row that is written so; of a question whose choices are rows, its own."""
        rows = (row.key for row in self.app.current.rows(self.app.context()))
        return next((key for key in rows if str(key) == text), key_at(text.split(".")) or text)

    def board(self) -> str:
        """The table of the preview, all of it."""
        return "\n".join(self.app.main.board.texts())

    def screen(self) -> str:
        return text(self.app)


@asynccontextmanager
async def walking(
    size: tuple[int, int] = (80, 24),
    draft: Draft | None = None,
    begin: Callable[[WizardApp], None] | None = None,
    driver: type[Driver] | None = None,
    **more: Any,
) -> AsyncIterator[Walk]:
    """`driver` takes the output; None: nobody does."""
    app = WizardApp(catalog(), draft, begin=begin, **more)
    if driver is not None:
        app.driver_class = driver
    async with app.run_test(headless=driver is None, size=size) as pilot:
        walk = Walk(app, pilot)
        await walk.settle()
        yield walk
