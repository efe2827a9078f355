"""Plan files that somebody could write, by accident or on purpose: good ones, mutated."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

import tomli
import tomli_w

from tests.tools.paths import PLANS, TESTS

GOOD = [
    path.read_text("utf-8") for path in (*PLANS, *sorted((TESTS / "cases/plans").glob("*.toml")))
]
WORDS = sorted({word for text in GOOD for word in tomli.loads(text)})
# What a value may turn into: each reads as TOML, few of them as an answer.
VALUES: tuple[Any, ...] = (
    "", " ", "internet", "10.0.0.1/8", "::/0", "0.0.0.0/0", "10.0.0.5-10.0.0.1", "fe80::1%eth0",
    "1-2", "65536", "0", "-1", "a" * 300, "漢" * 5000, "\x00", "\u202e", "a.b", "x/y", "ssh:0",
    0, -1, 65535, 65536, 2**63, -(2**63), 1.5, float("inf"), float("nan"), True, False,
    [], {}, [[]], [{}], ["internet"], ["10.0.0.0/8"] * 3, {"zones": ["internet"]}, {"": {}},
    {"networks": ["10.0.0.0/8"]}, {"absent": True}, {"kind": "boundary"}, ["1-65535"],
)  # fmt: skip
TOKENS = (
    b"[", b"]", b"[[", b"]]", b"=", b".", b'"', b"'", b'"""', b"\\u0000", b"\\", b"#", b"\n", b"\r",
    b"\xff", b"\xef\xbb\xbf", b"{", b"}", b",", b"inf", b"0x", b"1979-05-27", b"[" * 200, b"9" * 5000,
    b"a." * 300, b"{a=" * 200,
)  # fmt: skip


def inputs(count: int, seed: int | str) -> Iterator[bytes]:
    """So many files; a third each: values changed, bytes changed, two plans mixed."""
    rng = random.Random(seed)
    kinds: tuple[Callable[[random.Random], bytes], ...] = (_other_values, _other_bytes, _mixed)
    for number in range(count):
        yield kinds[number % len(kinds)](rng)


def _other_values(rng: random.Random) -> bytes:
    table = tomli.loads(rng.choice(GOOD))
    for _ in range(rng.randint(1, 4)):
        _change(table, rng)
    return tomli_w.dumps(table).encode("utf-8", "surrogatepass")


def _change(table: dict[str, Any], rng: random.Random) -> None:
    """One value somewhere: another, none, one more beside it, or another key."""
    holder, key = _somewhere(table, rng)
    if holder is None:
        return
    way = rng.randrange(4)
    if way == 0:
        del holder[key]
    elif way == 1 and isinstance(holder, dict):
        holder[rng.choice((*WORDS, "zones", "product", "ä.b", ""))] = _value(rng)
    elif way == 2 and isinstance(holder, dict):
        holder[f"{key}x"] = holder.pop(key)
    else:
        holder[key] = _value(rng)


def _value(rng: random.Random) -> Any:
    """One of its own: what is changed in it later must not show in another file."""
    return copy.deepcopy(rng.choice(VALUES))


def _somewhere(table: dict[str, Any], rng: random.Random) -> tuple[Any, Any]:
    """A table or list, and a key of it."""
    holder: Any = None
    key: Any = None
    inner: Any = table
    while isinstance(inner, dict | list) and inner:
        holder = inner
        key = rng.choice(list(inner)) if isinstance(inner, dict) else rng.randrange(len(inner))
        inner = holder[key]
        if rng.random() < 0.2:
            break
    return holder, key


def _other_bytes(rng: random.Random) -> bytes:
    data = bytearray(rng.choice(GOOD).encode())
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(data) + 1)
        way = rng.randrange(4)
        if way == 0:
            data[at : at + rng.randint(1, 40)] = b""
        elif way == 1:
            data[at:at] = rng.choice(TOKENS)
        elif way == 2:
            data[at : at + 1] = bytes([rng.randrange(256)])
        else:
            start = rng.randrange(len(data) + 1)
            data[at:at] = data[start : start + rng.randint(1, 200)]
    return bytes(data)


def _mixed(rng: random.Random) -> bytes:
    """The parts of one plan with those of another."""
    table = tomli.loads(rng.choice(GOOD))
    other = tomli.loads(rng.choice(GOOD))
    for word in rng.sample(sorted(other), rng.randint(1, len(other))):
        table[word] = other[word]
    if rng.random() < 0.5:
        _change(table, rng)
    return tomli_w.dumps(table).encode("utf-8", "surrogatepass")
