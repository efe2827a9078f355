"""Looking something up in the facts: by name, by an older name, by port, host, party or service.

What is looked for are words of which each must fit. `9163`, `9163/tcp` and `tcp 9163` are a port,
which ranges hold too; what has a dot in it is a host, which wildcards cover too.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter

import msgspec

from wizard.facts.model import Absent, Catalog, EndpointFact, Fact, Feature, FlowFact, Product
from wizard.network.ports import PortRange, ports_text

# What fits best comes first: names, then what is exactly that, then what merely covers it.
_NAME, _EXACT, _WITHIN, _TEXT = range(4)
_PORT = re.compile(r"(?:(tcp|udp)[/ ])?(\d{1,5})(?:/(tcp|udp))?")
# 'ad' is no part of 'ready'.
_SHORT = 4


class Port(msgspec.Struct, frozen=True):
    """A port that is looked for; `transport` is '' for either."""

    number: int
    transport: str = ""

    def __str__(self) -> str:
        return f"{self.number}/{self.transport}" if self.transport else str(self.number)


SearchTerm = str | Port


class Reason(msgspec.Struct, frozen=True):
    """Why something fits, in words."""

    rank: int
    words: str


class Hit(msgspec.Struct, frozen=True):
    """A feature that fits, or a product as such (`feature` is None), and why."""

    product: str
    name: str
    feature: str | None
    feature_name: str | None
    why: tuple[str, ...]


class _Ranked(msgspec.Struct, frozen=True):
    """A hit, how well it fits, and among how many ports the one is that is looked for."""

    rank: int
    ports: int
    hit: Hit


class SearchAnswer(msgspec.Struct, frozen=True):
    """What fits, the best first; `absent` are products that the facts lack. Where nothing fits,
    `near` is what is nearest.
    """

    hits: tuple[Hit, ...]
    absent: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


def terms(words: str) -> tuple[SearchTerm, ...]:
    """What somebody typed, in parts: texts in small letters, and ports."""
    typed = re.sub(r"\bports? (?=\d)", "", words.casefold())
    typed = re.sub(r"(?<!\S)(tcp|udp) (\d{1,5})(?!\S)", r"\2/\1", typed)
    return tuple(map(_term, typed.split()))


def _term(word: str) -> SearchTerm:
    match = _PORT.fullmatch(word)
    if match is None or not 1 <= int(match[2]) <= 65535:
        return word
    return Port(int(match[2]), match[1] or match[3] or "")


def reason_in(facts: Iterable[Fact], term: SearchTerm) -> Reason | None:
    """Why a term fits one of these facts, by the one that fits best."""
    reasons = filter(None, (_in_fact(fact, term) for fact in facts))
    return min(reasons, key=lambda reason: reason.rank, default=None)


def _in_fact(fact: Fact, term: SearchTerm) -> Reason | None:
    if isinstance(fact, FlowFact):
        return _in_flow(fact, term)
    return _in_endpoint(fact, term)


def _in_flow(flow: FlowFact, term: SearchTerm) -> Reason | None:
    if isinstance(term, str):
        parties = f"{flow.from_} {flow.to}"
        fits = _has(f"{flow.service} {parties}", term)
        return Reason(_TEXT, f"{flow.service}, {flow.from_} to {flow.to}") if fits else None
    if term.transport not in ("", flow.transport):
        return None
    for low, high in flow.ports:
        if low == high == term.number:
            return Reason(_EXACT, f"{flow.transport} {term.number}: {flow.service}")
        if low <= term.number <= high:
            within = f"{flow.transport} {term.number} is in {low}-{high}"
            return Reason(_WITHIN, f"{within}: {flow.service}")
    return None


def _in_endpoint(endpoint: EndpointFact, term: SearchTerm) -> Reason | None:
    host = (endpoint.host or endpoint.host_key or "").casefold()
    if isinstance(term, Port):
        # Nearly every endpoint has 443: that is no answer.
        if term.number != endpoint.port or term.number in (80, 443) or term.transport == "udp":
            return None
        return Reason(_EXACT, f"tcp {term.number}: {host}, {endpoint.purpose}")
    if term in host:
        return Reason(_EXACT, f"{host}: {endpoint.purpose}")
    if host.startswith("*.") and "." in term and term.endswith(host[1:]):
        return Reason(_WITHIN, f"{term} is covered by {host}: {endpoint.purpose}")
    fits = _has(f"{endpoint.purpose} {endpoint.from_}", term)
    return Reason(_TEXT, f"{endpoint.purpose}: {host}") if fits else None


def ports_beside(name: str, facts: Iterable[Fact], looked_for: Sequence[SearchTerm]) -> int:
    """Among how many ports the one is that is looked for: who looks for 631 means what is about 631
    sooner than what also has it. 0 where the name says the port, or no port is looked for.
    """
    ports = [term for term in looked_for if isinstance(term, Port)]
    if not ports or any(re.search(rf"\b{port.number}\b", name) for port in ports):
        return 0
    flows = [fact for fact in facts if isinstance(fact, FlowFact)]
    return len(_port_ranges(flows))


def _port_ranges(flows: Iterable[FlowFact]) -> set[PortRange]:
    return set(chain.from_iterable(flow.ports for flow in flows))


def search(catalog: Catalog, words: str) -> SearchAnswer:
    """What fits all the words; the best first."""
    looked_for = terms(words)
    if not looked_for:
        return SearchAnswer(())
    ranked: list[_Ranked] = []
    for product in catalog.products.values():
        ranked += _in_product(product, looked_for)
    ranked.sort(key=lambda entry: (entry.rank, entry.ports, entry.hit.name.casefold()))
    hits = tuple(entry.hit for entry in ranked)
    absent = absent_products(catalog, words)
    near = () if hits or absent else tuple(dict.fromkeys(_near(catalog, looked_for)))
    return SearchAnswer(hits, absent, near)


def absent_products(catalog: Catalog, words: str) -> tuple[str, ...]:
    """Of products with such a name that the facts do not have: that, and why."""
    return tuple(_absent(catalog.absent.values(), terms(words)))


def _in_product(product: Product, looked_for: Sequence[SearchTerm]) -> Iterator[_Ranked]:
    by_term = {term: _in_names(product, term) for term in looked_for}
    reasons = list(filter(None, by_term.values()))
    if len(reasons) == len(by_term):
        yield _hit(product, None, reasons, 0)
        return
    facts_by_feature: dict[str, list[Fact]] = {}
    every: list[Fact] = [*product.flows, *product.endpoints]
    for fact in every:
        for feature in set(map(attrgetter("feature"), chain.from_iterable(fact.when))):
            facts_by_feature.setdefault(feature, []).append(fact)
    for key, declared in product.features.items():
        facts, reasons = facts_by_feature.get(key, []), []
        for term, of_product in by_term.items():
            candidates = (
                _in_feature(key, declared, term),
                reason_in(facts, term),
                of_product,
            )
            fitting = list(filter(None, candidates))
            if not fitting:
                break
            reasons.append(min(fitting, key=lambda reason: reason.rank))
        else:
            yield _hit(product, key, reasons, ports_beside(declared.name, facts, looked_for))


def _hit(product: Product, feature: str | None, reasons: Sequence[Reason], ports: int) -> _Ranked:
    name = product.features[feature].name if feature is not None else None
    why = tuple(dict.fromkeys(reason.words for reason in reasons))
    hit = Hit(product.id, product.name, feature, name, why)
    return _Ranked(max(reason.rank for reason in reasons), ports, hit)


def _in_names(product: Product, term: SearchTerm) -> Reason | None:
    """Why a term fits a product as such."""
    if isinstance(term, Port):
        return None
    if _has(f"{product.name} {product.id}", term):
        return Reason(_NAME, product.name)
    if word := _further(product.words, term):
        return Reason(_NAME, f"also found as {word}")
    return Reason(_TEXT, product.about) if _has(product.about, term) else None


def _in_feature(key: str, feature: Feature, term: SearchTerm) -> Reason | None:
    """Why a term fits a feature by its own words, its options and their choices among them."""
    if isinstance(term, Port):
        return None
    if _has(f"{feature.name} {key}", term):
        return Reason(_NAME, feature.name)
    if word := _further(feature.words, term):
        return Reason(_NAME, f"also found as {word}")
    for option in feature.options.values():
        for choice in option.choices:
            if _has(choice.label, term):
                return Reason(_EXACT, f"{option.label}: {choice.label}")
    return Reason(_TEXT, feature.about) if _has(feature.about, term) else None


def _further(words: Iterable[str], term: str) -> str:
    return next((word for word in words if _has(word, term)), "")


def _has(text: str, term: str) -> bool:
    """Whether a text holds what is looked for; a short term only where a word begins."""
    if len(term) >= _SHORT:
        return term in text.casefold()
    return re.search(rf"\b{re.escape(term)}", text.casefold()) is not None


def _absent(products: Iterable[Absent], looked_for: Sequence[SearchTerm]) -> Iterator[str]:
    """Products that people look for and that the facts do not have."""
    for product in products:
        called = " ".join((product.name, *product.words))
        if all(isinstance(term, str) and _has(called, term) for term in looked_for):
            yield product.sentence


def _near(catalog: Catalog, looked_for: Sequence[SearchTerm]) -> Iterator[str]:
    """The nearest name, or port, of each term that fits nothing."""
    for term in looked_for:
        if isinstance(term, Port):
            yield from _near_ports(catalog, term)
            continue
        by_small_letters = {name.casefold(): name for name in names(catalog)}
        for match in difflib.get_close_matches(term, list(by_small_letters), n=2, cutoff=0.6):
            yield by_small_letters[match].strip("(),")


def _near_ports(catalog: Catalog, port: Port) -> Iterator[str]:
    flows = [flow for flow in catalog.flows() if port.transport in ("", flow.transport)]
    lower: PortRange | None = None
    higher: PortRange | None = None
    for pair in _port_ranges(flows):
        if pair[1] < port.number and (lower is None or pair[1] > lower[1]):
            lower = pair
        elif pair[0] > port.number and (higher is None or pair[0] < higher[0]):
            higher = pair
    for pair in filter(None, (lower, higher)):
        yield ports_text((pair,))


def names(catalog: Catalog) -> Iterator[str]:
    """Everything that has a name, word by word as well."""
    for product in catalog.products.values():
        yield from (product.id, *product.words, product.name, *product.name.split())
        for key, feature in product.features.items():
            yield from (key, *feature.words, feature.name, *feature.name.split())
        for endpoint in product.endpoints:
            if endpoint.host is not None:
                yield endpoint.host
    for absent in catalog.absent.values():
        yield from (absent.name, *absent.words)
