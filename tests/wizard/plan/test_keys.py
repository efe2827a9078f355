"""Keys are values: what names an answer can be made of any words, and leads to that answer alone."""

from __future__ import annotations

import pytest

from wizard.plan.keys import (
    FeatureKey,
    FirewallKey,
    HostKey,
    Key,
    NameKey,
    OptionKey,
    PortKey,
    ProductsKey,
    ProxyKey,
    RequestKey,
    RoleKey,
    VersionKey,
    ZoneKey,
    key_at,
)

WORDS = ("roles", "zones", "firewalls", "products", "features", "absent", "name", "1", "a" * 63)


def keys(word: str) -> tuple[Key, ...]:
    return (
        NameKey(),
        ProductsKey(),
        RequestKey("wanted"),
        ProxyKey("mode"),
        ZoneKey(word),
        FirewallKey(word, "zones"),
        RoleKey(word, "absent"),
        RoleKey(word, "zones", word),
        VersionKey(word),
        FeatureKey(word, word),
        OptionKey(word, word, word),
        PortKey(word, word),
        HostKey(word, word),
    )


@pytest.mark.parametrize("word", WORDS)
def test_every_key_is_found_again_at_its_path(word: str) -> None:
    assert [key_at(key.path) for key in keys(word)] == list(keys(word))


def test_no_two_keys_are_equal() -> None:
    every = [key for word in WORDS for key in keys(word)[4:]]
    assert len(set(every)) == len(every)


@pytest.mark.parametrize(
    "path", [(), ("zones",), ("roles", "mfp", "name"), ("products", "cups", "x"), ("x", "y")]
)
def test_a_path_to_no_answer_names_none(path: tuple[str, ...]) -> None:
    assert key_at(path) is None
