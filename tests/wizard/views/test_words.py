"""The words that several outputs share."""

from __future__ import annotations

import pytest

from wizard.facts.load import load_catalog
from wizard.views import report, words


def test_numbers_and_lists() -> None:
    assert [words.count(number, "rule") for number in (0, 1, 1024)] == [
        "0 rules",
        "1 rule",
        "1024 rules",
    ]
    assert words.plural(1024, "entry", "entries") == "1,024 entries"
    assert [words.listed(letters) for letters in ("", "a", "ab", "abc")] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert [words.few(letters, 2) for letters in ("", "ab", "abc")] == [
        "",
        "a, b",
        "a, b and 1 more",
    ]
    assert words.port_texts([(80, 80), (9200, 9999)]) == ["80", "9200-9999"]


@pytest.mark.parametrize(
    ("text", "expected"), [("Print server", "print server"), ("DNS server", "DNS server"), ("", "")]
)
def test_words_in_the_middle_of_a_sentence(text: str, expected: str) -> None:
    assert words.lower_first(text) == expected


def test_what_is_waited_for() -> None:
    assert words.waits_for(("mfp", "printer")) == "waits for mfp, printer"
    assert words.waits_for(()) == ""


def test_an_id_that_the_catalog_does_not_know_stands_for_itself() -> None:
    catalog = load_catalog()
    assert words.role_name(catalog, "dns-server") == "DNS server"
    assert words.role_name(catalog, "public_address") == "public address"
    assert words.product_name(catalog, "nothing") == "nothing"
    assert words.feature_name(catalog, "cups", "nothing") == "nothing"


def test_only_a_single_address_loses_its_prefix_length() -> None:
    assert report.cidrs_text(("10.0.0.9/32", "2001:db8::9/128")) == "10.0.0.9, 2001:db8::9"
    assert report.cidrs_text(("2001:db8::/32",)) == "2001:db8::/32"
