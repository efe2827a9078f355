"""What terminals show, before there is one: the profile, the colours, the signs, a picture with too
little room.
"""

from __future__ import annotations

import pytest
from rich.color import Color, ColorSystem
from rich.style import Style
from textual.theme import Theme

from screens.board.picture import shortened
from screens.board.tables import MARK_WORDS
from screens.terminal.profile import profile
from screens.theme import LIGHT, PLAIN, RICH, line_styles, theme_for
from screens.widgets.bars import _GLYPHS
from screens.widgets.lines import line, to_ascii
from tests.pty.captured import contrast

# What text stands on, beside the screen: the bars, the row under the cursor, a field.
BEHIND = ("pw-bar", "pw-cursor", "pw-field")


def sent(colour: Color) -> str:
    """A colour as it is sent where there are 256 of them."""
    return colour.downgrade(ColorSystem.EIGHT_BIT).get_truecolor().hex[1:]


@pytest.mark.parametrize("theme", [RICH, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", line_styles(RICH))
def test_every_style_can_be_read_on_all_that_it_stands_on(name: str, theme: Theme) -> None:
    style = line_styles(theme)[name]
    text = style.color or Color.parse(theme.variables["pw-text"])
    behind = (theme.background or "", *(theme.variables[name] for name in BEHIND))
    for ground in [style.bgcolor] if style.bgcolor else map(Color.parse, behind):
        assert contrast(sent(text), sent(ground)) >= 4.5, (name, ground)


def test_light_and_dark_have_the_same_parts() -> None:
    assert LIGHT.variables.keys() == RICH.variables.keys()


@pytest.mark.parametrize(
    ("environ", "asked", "is_light"),
    [
        ({}, None, False),
        ({"COLORFGBG": "0;15"}, None, True),
        ({"COLORFGBG": "0;default;15"}, None, True),
        ({"COLORFGBG": "15;0"}, None, False),
        ({"COLORFGBG": "12;8"}, None, False),
        ({"COLORFGBG": "odd"}, None, False),
        ({"COLORFGBG": "15;0"}, True, True),
        ({"COLORFGBG": "0;15"}, False, False),
    ],
)
def test_a_light_background_is_said_by_the_terminal_or_by_the_person(
    environ: dict[str, str], asked: bool | None, is_light: bool
) -> None:
    found = profile({"TERM": "xterm-256color", **environ}, "utf-8", light=asked)
    assert theme_for(found) is (LIGHT if is_light else RICH)
    assert theme_for(profile({"TERM": "xterm", **environ}, "utf-8", light=asked)) is PLAIN


@pytest.mark.parametrize("name", line_styles(PLAIN))
def test_the_terminals_own_colours_are_used_where_they_can_be_read(name: str) -> None:
    """Of the 16 only red and magenta can be read on dark and on light terminals."""
    style = line_styles(PLAIN)[name]
    assert style.bgcolor is None or style.bgcolor.is_default
    assert style.color is None or style.color.is_default or style.color.number in (1, 5)


def test_the_caret_is_drawn_only_where_the_terminal_shows_none() -> None:
    for theme in (RICH, PLAIN):
        drawn, own = line_styles(theme), line_styles(theme, caret=False)
        field = Style(color=own["caret"].color) + own["field"]
        assert own["caret"] == field
        assert drawn["caret"] != field


def test_the_linux_console_gets_no_dim_text() -> None:
    assert any(style.dim for style in line_styles(PLAIN).values())
    found = profile({"TERM": "linux", "LANG": "C.UTF-8"}, "utf-8")
    assert not any(style.dim for style in line_styles(PLAIN, faint=found.faint).values())


@pytest.mark.parametrize("drawn", [str, to_ascii])
def test_every_state_has_a_sign_of_its_own(drawn: type[str]) -> None:
    signs = [drawn(sign) for sign in _GLYPHS.values()]
    assert len(set(signs)) == len(signs)
    marks = [drawn(mark) for mark in MARK_WORDS]
    assert len(set(marks)) == len(marks)


@pytest.mark.parametrize(
    ("environ", "colours"),
    [
        ({"TERM": "xterm"}, "standard"),
        ({"TERM": "linux"}, "standard"),
        ({"TERM": "xterm-256color"}, "256"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "256"),
        ({"TERM": "xterm", "COLORTERM": "24bit"}, "256"),
        ({"TERM": "alacritty"}, "256"),
        ({"TERM": "foot"}, "256"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "standard"),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, "256"),
    ],
)
def test_which_colours_are_sent(environ: dict[str, str], colours: str) -> None:
    assert profile(environ, "utf-8").colours == colours


@pytest.mark.parametrize(
    ("environ", "ascii"),
    [
        # Python puts a UTF-8 of its own beside LANG=C before anything of ours runs.
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True),
        ({"LANG": "POSIX", "LC_CTYPE": "C.UTF-8"}, True),
        ({"LC_ALL": "C"}, True),
        ({"LANG": "C", "LC_CTYPE": "de_DE.UTF-8"}, False),
        ({"LANG": "C", "LC_ALL": "C.UTF-8"}, False),
        ({"LANG": "en_GB.UTF-8", "LC_CTYPE": "UTF-8"}, False),
        ({}, False),
    ],
)
def test_the_language_says_whether_lines_can_be_drawn(environ: dict[str, str], ascii: bool) -> None:
    assert profile({"TERM": "xterm-256color", **environ}, "utf-8").ascii is ascii


def test_a_picture_with_too_little_room_says_so() -> None:
    lines = [line(f"line {number}") for number in range(10)]
    assert shortened(lines, 10) == lines
    short = shortened(lines, 4)
    assert [part.plain for part in short] == [
        "line 0",
        "line 1",
        "line 2",
        "7 lines more: step 6, Picture",
    ]
