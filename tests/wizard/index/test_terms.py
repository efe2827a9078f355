"""What was typed, read as texts, ports and addresses."""

import pytest

from wizard.facts.search import Port
from wizard.index.terms import FilterTerm, narrows, terms


def test_ports_addresses_and_texts() -> None:
    assert terms("Print tcp 9100 port 53 161/udp 10.0.10.0/25 scan.example") == (
        FilterTerm("print"),
        FilterTerm("9100/tcp", Port(9100, "tcp")),
        FilterTerm("53", Port(53)),
        FilterTerm("161/udp", Port(161, "udp")),
        FilterTerm("10.0.10.0/25", cidrs=("10.0.10.0/25",)),
        FilterTerm("scan.example"),
    )
    assert [term.text for term in terms("tcp 10.1.2.3")] == ["tcp", "10.1.2.3"]
    assert terms("99999 1.2.3") == (FilterTerm("99999"), FilterTerm("1.2.3"))


def test_a_port_stands_in_a_text_in_any_order() -> None:
    (term,) = terms("9100/tcp")
    assert term.stands_in("in tcp 9100, printer")
    assert not term.stands_in("in udp 9100, printer")
    assert not term.stands_in("in tcp 910")


@pytest.mark.parametrize(
    ("words", "before", "is_so"),
    [
        ("papercut", "paper", True),
        ("9191", "91", False),
        ("10.0.0.12", "10.0.0.1", False),
        ("10.20.", "10.20", True),
        ("zebra", "paper", False),
    ],
)
def test_a_text_that_goes_on_narrows_a_port_does_not(words: str, before: str, is_so: bool) -> None:
    assert narrows(words, before) is is_so
