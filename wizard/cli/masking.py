"""Text for a support ticket: without addresses, and without the names of people and machines."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterator
from pathlib import Path

_LIKE_ADDRESS = re.compile(r"[0-9A-Fa-f]*[:.][0-9A-Fa-f:.]+(?:%\w+)?(?:/\d+)?")


def masked(text: str) -> str:
    """The text with its addresses as ADDRESS, the home as ~, the user as USER, the machine as HOST."""
    for name, mask in _names():
        text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", mask, text)
    return _LIKE_ADDRESS.sub(_mask, text)


def _names() -> Iterator[tuple[str, str]]:
    """What names somebody, the longest first where one holds another."""
    home = Path.home()
    if home != Path("/"):
        yield str(home), "~"
    host = socket.gethostname()
    for name in (host, host.partition(".")[0]):
        if len(name) > 1:
            yield name, "HOST"
    if (user := _user()) not in ("", "root"):
        yield user, "USER"


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        # A process of a number that has no name.
        return ""


def _mask(match: re.Match[str]) -> str:
    text = match[0]
    # A sentence ends with a dot, a heading with a colon.
    bare = text.rstrip(".:") if not text.endswith("::") else text
    try:
        ipaddress.ip_interface(bare)
    except ValueError:
        return text
    return "ADDRESS" + text[len(bare) :]
