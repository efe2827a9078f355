"""The short tour: what is pressed, and what is seen then. Pictures, recording and README are made
from it.

`python -m tests.tour` (`make tour`) plays it on a real terminal and writes docs/pictures/tour.cast,
for asciinema, and docs/pictures/tour.svg, which moves by itself, from the pictures that
tests/flows/test_tour.py takes."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from tests.pty.terminal import PORTWRIGHT, Terminal
from tests.tools.paths import ROOT

PICTURES = ROOT / "snapshots" / "test_tour"
CAST = ROOT / "docs" / "pictures" / "tour.cast"
MOVING = ROOT / "docs" / "pictures" / "tour.svg"

COLUMNS, LINES = 110, 32
# Seconds that a viewer gets: for a key, and for what a scene ends with.
_FOR_A_KEY, _FOR_A_SCENE = 0.12, 3.5
# What stands on the screen when the wizard can be used.
READY = "Which print-management systems"


class Scene(msgspec.Struct, frozen=True):
    """Keys (by the terminal tests' names; others are typed), what it shows, and what must be on the
    screen then.
    """

    name: str
    says: str
    keys: tuple[str, ...]
    shows: str


STORY = (
    Scene(
        "1-products",
        "Pick the products: type to filter, Down to the one you want, Space to select.",
        ("/", *"mf", "Down", "Space"),
        r"\[x\] PaperCut MF",
    ),
    Scene(
        "2-features",
        "Tick the features; what follows from them appears beside, new rows with a +.",
        ("AltRight", "/", *"toshiba", "Down", "Space", "Down", "Space"),
        r"\[x\] SDK1",
    ),
    Scene(
        "3-why",
        "w on any row says why it is there: feature, document, place, what breaks without it.",
        ("F2", "Down", "Down", "w"),
        r"without it ",
    ),
    Scene(
        "4-network",
        "Start the network from the preset that is most like yours.",
        ("Esc", "Esc", "AltRight", *"Head office printing", "Enter", "Down", "Enter"),
        r"10\.20\.10\.0/24",
    ),
    Scene(
        "5-firewalls",
        "Say which firewalls stand on the way, and how the web is reached.",
        ("AltRight",),
        r"Step 4/7",
    ),
    Scene(
        "6-review",
        "Everything that follows, by firewall. Enter on a row goes to the answer that caused it.",
        ("Alt6",),
        r"Step 6/7",
    ),
    Scene(
        "7-export",
        "Formats that fit this plan are ticked; look into each file before it is written.",
        ("AltRight",),
        r"\[x\] nftables",
    ),
)


class Played(msgspec.Struct, frozen=True):
    """A key, and the bytes that came back."""

    key: str
    sent: str


def play(terminal: Terminal) -> Iterator[tuple[Scene, list[Played]]]:
    """Play the story: each scene when it has come to rest on the screen, with what went over the
    line.

    Raises:
        AssertionError: with the screen, where a scene does not show what it should.
    """
    terminal.wait_for(READY)
    terminal.settle(0.4)
    played = [Played("", _taken(terminal))]
    for scene in STORY:
        for key in scene.keys:
            terminal.press(key, quiet=0.15)
            played.append(Played(key, _taken(terminal)))
        terminal.wait_for(scene.shows)
        terminal.settle(0.4)
        played.append(Played("", _taken(terminal)))
        yield scene, played
        played = []


def _taken(terminal: Terminal) -> str:
    sent = b"".join(terminal.recorded).decode("utf-8")
    terminal.recorded.clear()
    return sent


def cast() -> str:
    """The recording, as asciinema's format 2 has it. Times are the story's own: nobody waits for a
    machine.
    """
    head = {"version": 2, "width": COLUMNS, "height": LINES, "title": "Portwright in a minute"}
    lines, now = [json.dumps(head)], 0.0
    with tempfile.TemporaryDirectory() as name:
        home = {"HOME": name, "XDG_STATE_HOME": f"{name}/state"}
        with Terminal(
            [*PORTWRIGHT, "wizard"], columns=COLUMNS, lines=LINES, environ=home, cwd=Path(name)
        ) as terminal:
            for scene, played in play(terminal):
                for one in played:
                    now += _FOR_A_KEY
                    if one.sent:
                        lines.append(json.dumps([round(now, 2), "o", one.sent]))
                now += _FOR_A_SCENE
                lines.append(json.dumps([round(now, 2), "m", scene.says]))
    return "\n".join(lines) + "\n"


def moving(pictures: Sequence[str]) -> str:
    """The pictures of the scenes one after the other, as one SVG that moves without any script."""
    match = re.search(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', pictures[0])
    assert match is not None
    width, height, share = float(match[1]), float(match[2]), 100 / len(pictures)
    whole = len(pictures) * (_FOR_A_SCENE + 1)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height + 50:g}"'
            ' role="img">'
        ),
        "<title>Portwright in a minute</title>",
        f"<desc>{' '.join(scene.says for scene in STORY)}</desc>",
        "<style>",
        f".scene {{ visibility: hidden; animation: scene {whole:g}s step-end infinite; }}",
        (
            f"@keyframes scene {{ 0% {{ visibility: visible; }} {share:.3f}% {{ visibility: hidden;"
            " } }"
        ),
        *(
            f"#scene{at} {{ animation-delay: {at * whole / len(pictures):g}s; }}"
            for at in range(len(pictures))
        ),
        (
            "@media (prefers-reduced-motion: reduce) { .scene { animation: none; } #scene0 {"
            " visibility: visible; } }"
        ),
        ".says { font: 20px sans-serif; fill: #87afd7; }",
        "</style>",
        f'<rect width="100%" height="{height + 50:g}" rx="8" fill="#121212"/>',
    ]
    for at, (scene, picture) in enumerate(zip(STORY, pictures, strict=True)):
        body = picture.replace("<svg ", f'<svg width="{width:g}" height="{height:g}" ', 1)
        parts += [
            f'<g class="scene" id="scene{at}">',
            body.strip(),
            f'<text class="says" x="20" y="{height + 32:g}">{scene.says}</text>',
            "</g>",
        ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def stored() -> list[str]:
    """The pictures of the scenes, as tests/flows/test_tour.py keeps them."""
    return [(PICTURES / f"{scene.name}.svg").read_text("utf-8") for scene in STORY]


def main() -> None:
    """Write both."""
    MOVING.write_text(moving(stored()), encoding="utf-8", newline="\n")
    CAST.write_text(cast(), encoding="utf-8", newline="\n")
    print(f"{MOVING}\n{CAST}")


if __name__ == "__main__":
    main()
