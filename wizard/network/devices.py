"""Names of network interfaces, as a Linux kernel takes them."""

from __future__ import annotations

import re

_DEVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,14}")


def read_device(text: str) -> str:
    """The name of an interface; ValueError says what is wrong with it."""
    if _DEVICE.fullmatch(text):
        return text
    raise ValueError(f"{text!r} is not the name of a network interface such as 'virbr0'")
