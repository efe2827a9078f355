"""Words for people that stand in more than one place, each once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

from wizard.network.ports import range_texts

if TYPE_CHECKING:
    from wizard.facts.model import (
        Basis,
        Catalog,
        Concerned,
        EndpointFact,
        FlowFact,
        Product,
        ProductGroup,
        Source,
    )

INSTALLER = "Opened by the installer on the host itself."
NOBODY = "nobody yet"
NO_ADDRESS = "no address yet"
# Why a rule for management is there.
ADMINISTRATION = "Administration of the machine"
TO_BE_SUPPLIED = "to be supplied"
# Of a file that is no text.
OWN_PROGRAM = "opens in its own program"
NOBODY_SUPPLIED = "address not known yet"


class WayWords(NamedTuple):
    """The direction of a rule in the words of each place."""

    narrow: str  # a column of the preview
    column: str  # a column of a document
    title: str  # beside a firewall's name
    verb: str  # in a sentence about one connection


WAYS = {
    "in": WayWords("in", "in", "inbound", "coming in"),
    "out": WayWords("out", "out", "outbound", "going out"),
    "forward": WayWords("fwd", "through", "between zones", "passing"),
}

# What a firewall that guards hosts is, by its kind.
GUARDS = {"host": "own firewall", "cloud": "cloud security group"}


def internet_text(family: Literal[4, 6]) -> str:
    """What stands for `0.0.0.0/0` or `::/0` with its exceptions."""
    return f"Internet, IPv{family} (any public address outside this plan's networks)"


def encryption_text(encrypted: bool | None) -> str:
    """`yes`, `no`, or `not stated`."""
    return {True: "yes", False: "no", None: "not stated"}[encrypted]


def waits_for(names: Iterable[str]) -> str:
    """`waits for printer, mfp`; nothing where nothing is waited for."""
    listed = ", ".join(names)
    return f"waits for {listed}" if listed else ""


# Numbers and lists


def facts_words(catalog: Catalog) -> str:
    """`Portwright's facts 2026.2 of 2026-11-26`; without a version where there is none."""
    edition = catalog.edition
    return f"Portwright's facts {edition.version} of {edition.date}" if edition else "facts"


def count(number: int, singular: str, several: str = "") -> str:
    """`1 rule`, `2 rules`, `1024 rules`."""
    return f"{number} {singular if number == 1 else several or singular + 's'}"


def plural(number: int, singular: str, several: str = "") -> str:
    """The same for a screen: `1,024 rules`."""
    return f"{number:,} {singular if number == 1 else several or singular + 's'}"


def listed(words: Iterable[str]) -> str:
    """`a, b and c`."""
    *head, last = list(words) or [""]
    return f"{', '.join(head)} and {last}" if head else last


def few(words: Iterable[str], most: int = 4, separator: str = ", ") -> str:
    """The first of some words, and how many more there are: `a, b and 3 more`."""
    every = list(words)
    rest = f" and {len(every) - most} more" if len(every) > most else ""
    return separator.join(every[:most]) + rest


def port_texts(pairs: Iterable[tuple[int, int]]) -> list[str]:
    """Inclusive pairs of ports, a text each: `80`, `9200-9999`."""
    return [*range_texts(pairs)]


def narrow_ports(pairs: Iterable[tuple[int, int]]) -> str:
    """All of them in a narrow column: `80,443,9200-9999`."""
    return ",".join(port_texts(pairs))


def lower_first(text: str) -> str:
    """`print server`, as in the middle of a sentence; `DNS server` stays."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """As at the beginning of a sentence."""
    return text[:1].upper() + text[1:]


# Names of the catalog; an id that it does not know stands for itself


def role_name(catalog: Catalog, role: str) -> str:
    """`Print server`."""
    if known_role := catalog.roles.get(role):
        return known_role.name
    # Few plans have one.
    from wizard.plan.reflectors import reflector_of

    reflector = reflector_of(role)
    return f"mDNS reflector {reflector}" if reflector else role.replace("_", " ")


def product_name(catalog: Catalog, product: str) -> str:
    """`PaperCut MF`; of an installation with a name of its own `cups-north (CUPS)`."""
    known_product = catalog.products.get(product)
    return known_product.name if known_product else product


def feature_name(catalog: Catalog, product: str, feature: str) -> str:
    """`Web interface`."""
    known_product = catalog.products.get(product)
    known_feature = known_product.features.get(feature) if known_product else None
    return known_feature.name if known_feature else feature


def reason(catalog: Catalog, fact: FlowFact | EndpointFact) -> str:
    """Because of what a fact counts: `PaperCut MF: Web interface`."""
    feature = feature_name(catalog, fact.installation, fact.feature)
    return f"{product_name(catalog, fact.installation)}: {feature}"


# Who a remark of a document is for.
CONCERNED: dict[Concerned, str] = {
    "firewall": "the firewall team",
    "server": "the server team",
    "computer": "the client computer team",
    "proxy": "the proxy team",
}


# What a list of products is divided into.
PRODUCT_GROUPS: dict[ProductGroup, str] = {
    "management": "Print management",
    "servers": "Print servers",
    "devices": "Devices",
    "cloud": "Cloud",
}
# What stands before a product whose facts are no whole list of its maker's.
BASES: dict[Basis, str] = {"whole": "", "part": "gaps", "second-hand": "second-hand"}

# The same in a sentence.
BASIS_SENTENCES: dict[Basis, str] = {
    "whole": "",
    "part": "Only a part of the maker's list was read; ask before you rely on what is missing.",
    "second-hand": "These facts are second-hand: others than the maker wrote them down.",
}


def product_about(product: Product) -> str:
    """What a product is, on one line: `second-hand · Print portal on CUPS; …`."""
    return " · ".join(filter(None, (BASES[product.basis], product.about)))


def incomplete(product: Product) -> str:
    """What its facts rest on and what could not be read: `…second-hand: … Not known: …`, or ''."""
    gaps = f"Not known: {product.gaps}" if product.gaps else ""
    return " ".join(filter(None, (BASIS_SENTENCES[product.basis], gaps)))


def state_of_facts(product: Product) -> str:
    """`facts known up to 24.0`, and what they lack: `…; second-hand`."""
    newest = product.newest
    known = f"facts known up to {newest}" if newest else "its documents name no version"
    return "; ".join(filter(None, (known, BASES[product.basis])))


def watch_for(facts: Iterable[FlowFact | EndpointFact]) -> tuple[str, ...]:
    """What their documents warn of, and what an installer opens by itself, each sentence once."""
    sentences: dict[str, None] = {}
    for fact in facts:
        if getattr(fact, "automatic", False):
            sentences[INSTALLER] = None
        sentences |= dict.fromkeys(fact.cautions)
    return tuple(sentences)


def document_name(catalog: Catalog, source: Source) -> str:
    """`PaperCut Software: Firewall ports`."""
    document = catalog.documents.get(source.document)
    return f"{document.publisher}: {document.title}" if document else source.document
