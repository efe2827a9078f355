"""Lines of access lists without state, the other way round: what lets answers to UDP back."""

from __future__ import annotations


def mirrored(line: str) -> str:
    """The line for the answers of a line ` permit udp …`; nothing for any other line."""
    words = line.split()
    if words[:2] != ["permit", "udp"]:
        return ""
    rest = words[2:]
    source, destination = _address(rest), _address(rest)
    return " ".join(["permit", "udp", *destination, *rest, *source])


def _address(words: list[str]) -> list[str]:
    """Takes one address off: `any`, `host A`, `A/LENGTH`, or `A MASK`."""
    count = 1 if words[0] == "any" or "/" in words[0] else 2
    address = words[:count]
    del words[:count]
    return address
