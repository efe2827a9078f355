"""The looks: dark and light in colours that 256-colour terminals have exactly, and the terminal's own."""

from __future__ import annotations

from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from screens.terminal.profile import Profile

# Colours that are among the 256 which xterm has; of greys the next darker one is sent.
RICH = Theme(
    name="portwright",
    primary="#5fafd7",
    secondary="#87afd7",
    accent="#5fafd7",
    warning="#ffaf5f",
    error="#ff5f87",
    success="#87af5f",
    foreground="#d0d0d0",
    background="#121212",
    surface="#121212",
    panel="#262626",
    boost="#262626",
    dark=True,
    variables={
        "pw-text": "#d0d0d0",
        "pw-dim": "#a2a2a2",
        "pw-dim-style": "none",
        "pw-behind": "#808080",
        "pw-bar": "#262626",
        "pw-bar-text": "#d0d0d0",
        "pw-cursor": "#303030",
        "pw-cursor-style": "bold",
        "pw-field": "#262626",
        "pw-field-style": "none",
        "pw-caret": "#d0d0d0",
        "pw-caret-text": "#121212",
        "pw-caret-style": "none",
        "scrollbar": "#767676",
        "scrollbar-hover": "#767676",
        "scrollbar-active": "#5fafd7",
        "scrollbar-background": "#1c1c1c",
        "scrollbar-background-hover": "#1c1c1c",
        "scrollbar-background-active": "#1c1c1c",
        "scrollbar-corner-color": "#121212",
    },
)

# The same on white: text is dark, and what stands out is darker than that, not brighter.
LIGHT = Theme(
    name="portwright-light",
    primary="#005f87",
    secondary="#005f87",
    accent="#005f87",
    warning="#5f5f00",
    error="#af0000",
    success="#005f00",
    foreground="#262626",
    background="#ffffff",
    surface="#ffffff",
    panel="#eeeeee",
    boost="#eeeeee",
    dark=False,
    variables={
        "pw-text": "#262626",
        "pw-dim": "#5f5f5f",
        "pw-dim-style": "none",
        "pw-behind": "#767676",
        "pw-bar": "#eeeeee",
        "pw-bar-text": "#262626",
        "pw-cursor": "#e4e4e4",
        "pw-cursor-style": "bold",
        "pw-field": "#eeeeee",
        "pw-field-style": "none",
        "pw-caret": "#262626",
        "pw-caret-text": "#ffffff",
        "pw-caret-style": "none",
        "scrollbar": "#8a8a8a",
        "scrollbar-hover": "#8a8a8a",
        "scrollbar-active": "#005f87",
        "scrollbar-background": "#eeeeee",
        "scrollbar-background-hover": "#eeeeee",
        "scrollbar-background-active": "#eeeeee",
        "scrollbar-corner-color": "#ffffff",
    },
)

# Nobody knows whether these terminals are dark or light. Red and magenta can be read on both;
# yellow, green and cyan vanish on white, blue on black. So text keeps the terminal's own colour,
# and stands out by being bold.
PLAIN = Theme(
    name="portwright-ansi",
    ansi=True,
    primary="ansi_default",
    secondary="ansi_default",
    accent="ansi_default",
    warning="ansi_magenta",
    error="ansi_red",
    success="ansi_default",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={
        "pw-text": "ansi_default",
        "pw-dim": "ansi_default",
        "pw-dim-style": "dim",
        "pw-behind": "ansi_default",
        "pw-bar": "ansi_default",
        "pw-bar-text": "ansi_default",
        "pw-cursor": "ansi_default",
        "pw-cursor-style": "bold",
        "pw-field": "ansi_default",
        "pw-field-style": "underline",
        "pw-caret": "ansi_default",
        "pw-caret-text": "ansi_default",
        "pw-caret-style": "reverse",
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "border": "ansi_default",
        "border-blurred": "ansi_default",
        "block-cursor-foreground": "ansi_black",
        "block-cursor-background": "ansi_white",
        "input-cursor-background": "ansi_white",
        "input-cursor-foreground": "ansi_black",
        "input-selection-background": "ansi_white",
        "input-selection-foreground": "ansi_black",
        "screen-selection-background": "ansi_white",
        "screen-selection-foreground": "ansi_black",
        "scrollbar": "ansi_default",
        "scrollbar-hover": "ansi_default",
        "scrollbar-active": "ansi_default",
        "scrollbar-background": "ansi_default",
        "scrollbar-background-hover": "ansi_default",
        "scrollbar-background-active": "ansi_default",
        "scrollbar-corner-color": "ansi_default",
    },
)


def theme_for(profile: Profile) -> Theme:
    """The look that the terminal can show."""
    if profile.ansi:
        return PLAIN
    return LIGHT if profile.light else RICH


# What pieces of lines are drawn with: colour, background, text style. Each is a name of the theme
# or stands for itself.
_LINES = {
    "dim": ("pw-dim", "", "pw-dim-style"),
    "heading": ("secondary", "", "bold"),
    "key": ("primary", "", "bold"),
    "good": ("success", "", ""),
    "warn": ("warning", "", ""),
    "bad": ("error", "", "bold"),
    "add": ("success", "", "bold"),
    "take": ("pw-dim", "", "strike"),
    "field": ("", "pw-field", "pw-field-style"),
    "caret": ("pw-caret-text", "pw-caret", "pw-caret-style"),
    "cursor": ("", "pw-cursor", "pw-cursor-style"),
    "title": ("", "", "bold"),
    "current": ("primary", "", "bold reverse"),
    "tab": ("primary", "", "bold"),
    # Whatever stands behind a window: all of it alike, so that nothing there catches the eye.
    "behind": ("pw-behind", "background", "pw-dim-style"),
}
# The caret where the terminal shows its own cursor: like the field around it.
_NO_CARET = ("pw-text", "pw-field", "pw-field-style")


def line_styles(theme: Theme, *, caret: bool = True, faint: bool = True) -> dict[str, Style]:
    """The styles of pieces of lines, by their names. `caret`: it is drawn, for want of the
    terminal's own. `faint`: what the terminal shows as dim can still be read.

    Not component classes of style sheets: Textual would work those out for each widget, several
    times at the start.
    """

    def value(name: str) -> str:
        return theme.variables.get(name) or getattr(theme, name, None) or name

    def style(colour: str, background: str, text: str) -> Style:
        colours = (
            Color.parse(value(name)).rich_color if name else None for name in (colour, background)
        )
        words = value(text)
        weight = "none" if words == "dim" and not faint else words
        return Style(color=next(colours), bgcolor=next(colours)) + Style.parse(weight)

    lines = _LINES if caret else {**_LINES, "caret": _NO_CARET}
    return {name: style(*parts) for name, parts in lines.items()}
