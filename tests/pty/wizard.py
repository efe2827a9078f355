"""Going through the wizard on a real terminal, as a person does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.pty.terminal import PORTWRIGHT, Terminal


def environ(home: Path) -> dict[str, str]:
    """A home of its own."""
    return {
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
    }


def start(
    home: Path, *options: str, environ_more: dict[str, str] | None = None, **more: Any
) -> Terminal:
    """The wizard on a terminal of its own."""
    environment = {**environ(home), **(environ_more or {})}
    return Terminal([*PORTWRIGHT, "wizard", *options], environ=environment, cwd=home, **more)


def tick(terminal: Terminal, name: str) -> None:
    """Down to a product's row, wherever it stands in the list, and Space."""
    for _ in range(60):
        if f"> [ ] {name} " in terminal.text:
            break
        terminal.press("Down", quiet=0.05)
    terminal.press("Space")


def answer_some(terminal: Terminal) -> None:
    """A product, and the name 'Office' in the third step."""
    terminal.wait_for("CUPS")
    tick(terminal, "CUPS")
    terminal.press("Alt3")
    terminal.wait_for("Step 3/7")
    terminal.press(*"Office", "Enter", quiet=0.03)
    terminal.wait_for(r"\[Office ")


def goes_on(home: Path, **more: Any) -> None:
    """The next start offers the same step with the same answers."""
    with start(home, **more) as terminal:
        terminal.wait_for("Go on with: Office")
        assert "Network, " in terminal.text
        terminal.press("Enter")
        terminal.wait_for("Step 3/7")
        terminal.wait_for(r"\[Office ")
        terminal.press("^Q")
        assert terminal.wait() == 0


def whole_walk(terminal: Terminal, product: str, name: str) -> str:
    """From the first question, with a product of this name, to the written files; the last screen."""
    terminal.wait_for("CUPS")
    tick(terminal, product)
    terminal.press("AltRight")
    terminal.wait_for("Step 2/7")
    terminal.press("Space", "Down", "Space")
    for _ in range(10):
        # A busy machine shows it late, and of some products it never comes.
        if "! choose" in terminal.text:
            break
        terminal.settle(0.3)
    if "! choose" in terminal.text:
        # A feature that asks something more: its first choice.
        terminal.press("Down", "Down", "Space")
        assert "! choose" not in terminal.text, terminal.text
    terminal.press("AltRight")
    terminal.wait_for("Step 3/7")
    terminal.press(*name, "Enter", quiet=0.03)
    terminal.press("Down", "Enter")
    terminal.wait_for(r"10\.20\.10\.0/24")
    for step in (4, 5, 6, 7):
        terminal.press("AltRight")
        terminal.wait_for(f"Step {step}/7")
    terminal.wait_for(r"\[x\] csv")
    for _ in range(60):
        if "> Write the files" in terminal.text:
            break
        terminal.press("Down", quiet=0.04)
    for _ in range(20):
        terminal.press("Enter", quiet=0.2)
        if "Still working it out" not in terminal.text:
            break
    return terminal.wait_for("Written")
