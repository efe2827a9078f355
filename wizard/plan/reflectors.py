"""What reflectors of multicast DNS are called as parties."""

from __future__ import annotations

_REFLECTOR = "mdns-reflector-"


def reflector_role(name: str) -> str:
    """What a boundary or router that reflects multicast DNS is called as a party."""
    return f"{_REFLECTOR}{name}"


def reflector_of(role: str) -> str:
    """The boundary or router that is this party; empty for any other party."""
    return role.removeprefix(_REFLECTOR) if role.startswith(_REFLECTOR) else ""
