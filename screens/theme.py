"""The two looks: one in colours that 256-colour terminals have exactly, one in the terminal's own."""

from __future__ import annotations

from textual.theme import Theme

from screens.profile import Profile

# Every colour is one of the 256 that xterm has: over SSH, where truecolor is rarely announced, nothing shifts.
RICH = Theme(
    name="portwright",
    primary="#5fafd7",
    secondary="#87afd7",
    accent="#5fafd7",
    warning="#ffaf5f",
    error="#ff5f5f",
    success="#87af5f",
    foreground="#d0d0d0",
    background="#121212",
    surface="#121212",
    panel="#262626",
    boost="#262626",
    dark=True,
    variables={
        "pw-text": "#d0d0d0",
        "pw-dim": "#8a8a8a",
        "pw-dim-style": "none",
        "pw-bar": "#262626",
        "pw-bar-text": "#d0d0d0",
        "pw-cursor": "#303030",
        "pw-cursor-style": "bold",
        "pw-field": "#262626",
        "pw-field-style": "none",
        "pw-caret": "#d0d0d0",
        "pw-caret-text": "#121212",
        "pw-caret-style": "none",
        "scrollbar": "#4e4e4e",
        "scrollbar-hover": "#4e4e4e",
        "scrollbar-active": "#5fafd7",
        "scrollbar-background": "#1c1c1c",
        "scrollbar-background-hover": "#1c1c1c",
        "scrollbar-background-active": "#1c1c1c",
        "scrollbar-corner-color": "#121212",
    },
)

PLAIN = Theme(
    name="portwright-ansi",
    ansi=True,
    primary="ansi_cyan",
    secondary="ansi_cyan",
    accent="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={
        "pw-text": "ansi_default",
        "pw-dim": "ansi_default",
        "pw-dim-style": "dim",
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
        "border": "ansi_cyan",
        "border-blurred": "ansi_default",
        "block-cursor-foreground": "ansi_black",
        "block-cursor-background": "ansi_white",
        "input-cursor-background": "ansi_white",
        "input-cursor-foreground": "ansi_black",
        "input-selection-background": "ansi_cyan",
        "input-selection-foreground": "ansi_black",
        "screen-selection-background": "ansi_cyan",
        "screen-selection-foreground": "ansi_black",
        "scrollbar": "ansi_white",
        "scrollbar-hover": "ansi_white",
        "scrollbar-active": "ansi_white",
        "scrollbar-background": "ansi_default",
        "scrollbar-background-hover": "ansi_default",
        "scrollbar-background-active": "ansi_default",
        "scrollbar-corner-color": "ansi_default",
    },
)


def theme_for(profile: Profile) -> Theme:
    """The look that the terminal can show."""
    return PLAIN if profile.ansi else RICH
