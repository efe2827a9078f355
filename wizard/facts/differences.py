"""What differs between two states of the facts, in words: what came, what went, what became of the
rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeVar

import msgspec

from wizard.facts.history import (
    PastCatalog,
    PastDocument,
    PastEndpoint,
    PastFact,
    PastFlow,
    PastProduct,
)
from wizard.facts.model import Alternatives, Condition, Versions
from wizard.network.ports import ports_text

FactPart = Literal["product", "feature", "flow", "endpoint", "document"]
NEW_CAUTION = "warns now: "
_NOTHING = PastProduct("", {}, {}, {})
What = Literal["added", "changed", "removed"]
Kept = TypeVar("Kept")


class FactChange(msgspec.Struct, frozen=True):
    """One difference. `id` is the fact's, or that of a feature (product/feature), product or
    document; `features` are those by which the fact counts; `words` say what it is, or what
    changed; `before` and `after` are the fact.
    """

    what: What
    part: FactPart
    id: str
    product: str = ""
    features: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    before: PastFlow | PastEndpoint | None = None
    after: PastFlow | PastEndpoint | None = None

    @property
    def name(self) -> str:
        """The fact in a few words: a flow by its ports and parties, an endpoint by its host."""
        fact = self.after or self.before
        if isinstance(fact, PastFlow):
            return f"{_ports(fact)} from {fact.from_} to {fact.to}"
        return _address(fact) if fact is not None else self.id


def differences(old: PastCatalog, new: PastCatalog) -> Iterator[FactChange]:
    """Everything that differs, product by product; documents last."""
    for key in dict.fromkeys((*old.products, *new.products)):
        yield from product_differences(key, old.products.get(key), new.products.get(key))
    for key, before, after in _pairs(old.documents, new.documents):
        words = _document_words(before, after)
        if words:
            yield FactChange(_what(before, after), "document", key, words=words)


def product_differences(
    key: str, old: PastProduct | None, new: PastProduct | None
) -> Iterator[FactChange]:
    """What differs in one product; with one that came or went, all that it has."""
    if old is None or new is None:
        name = (new or old or _NOTHING).name
        yield FactChange(_what(old, new), "product", key, key, words=(name,))
    elif old.name != new.name:
        yield FactChange("changed", "product", key, key, words=(f"is called {new.name}",))
    before, after = old or _NOTHING, new or _NOTHING
    for feature, was, becomes in _pairs(before.features, after.features):
        if was != becomes:
            words = (f"is called {becomes}",) if was and becomes else (becomes or was or "",)
            yield FactChange(
                _what(was, becomes), "feature", f"{key}/{feature}", key, (feature,), words
            )
    for entry, flow, flow_now in _pairs(before.flows, after.flows):
        yield from _of_fact("flow", key, entry, flow, flow_now)
    for entry, endpoint, endpoint_now in _pairs(before.endpoints, after.endpoints):
        yield from _of_fact("endpoint", key, entry, endpoint, endpoint_now)


def _of_fact(
    part: FactPart,
    product: str,
    entry: str,
    old: PastFlow | PastEndpoint | None,
    new: PastFlow | PastEndpoint | None,
) -> Iterator[FactChange]:
    features = dict.fromkeys((*_features(new), *_features(old)))
    if old is None or new is None:
        words = tuple(map(_is, filter(None, (new or old,))))
    else:
        words = tuple(_becomes(old, new))
    if words:
        yield FactChange(
            _what(old, new), part, f"{product}/{entry}", product, tuple(features), words, old, new
        )


def _features(fact: PastFact | None) -> Iterator[str]:
    for all_of in fact.when if fact is not None else ():
        for condition in all_of:
            yield condition.feature


def _is(fact: PastFact) -> str:
    """`tcp 9191 from user-computer to print-server: Web interface (HTTP)`."""
    if isinstance(fact, PastFlow):
        return f"{_ports(fact)} from {fact.from_} to {fact.to}: {fact.service}"
    assert isinstance(fact, PastEndpoint)
    return f"{_address(fact)} from {fact.from_}: {fact.purpose}"


def _ports(flow: PastFlow) -> str:
    return f"{flow.transport} {ports_text(flow.ports)}"


def _address(endpoint: PastEndpoint) -> str:
    host = endpoint.host or f"<{endpoint.host_key}>"
    return f"{endpoint.scheme}://{host}:{endpoint.port}{endpoint.path}"


def _becomes(old: PastFact, new: PastFact) -> Iterator[str]:
    """What became of a fact, a few words each."""
    if isinstance(old, PastFlow) and isinstance(new, PastFlow):
        yield from _flow_becomes(old, new)
    elif isinstance(old, PastEndpoint) and isinstance(new, PastEndpoint):
        if _address(old) != _address(new):
            yield f"is {_address(new)} now, was {_address(old)}"
        if old.status != new.status:
            yield f"is {new.status} now, was {old.status}"
    if old.from_ != new.from_:
        yield f"comes from {new.from_} now, from {old.from_} before"
    if old.versions != new.versions:
        yield f"holds {_versions(new.versions)} now, held {_versions(old.versions)} before"
    if old.when != new.when:
        yield f"counts with {_when(new.when)} now, with {_when(old.when)} before"
    if old.evidence != new.evidence:
        yield f"is {_EVIDENCE[new.evidence]} now, was {_EVIDENCE[old.evidence]}"
    for caution in new.cautions:
        if caution not in old.cautions:
            yield f"{NEW_CAUTION}{caution.rstrip('.')}"


def _flow_becomes(old: PastFlow, new: PastFlow) -> Iterator[str]:
    if _ports(old) != _ports(new):
        yield f"is {_ports(new)} now, was {_ports(old)}"
    if old.to != new.to:
        yield f"leads to {new.to} now, to {old.to} before"
    if old.status != new.status:
        yield f"is {new.status} now, was {old.status}"
    if old.encrypted != new.encrypted:
        yield f"is {_ENCRYPTED[new.encrypted]} now, was {_ENCRYPTED[old.encrypted]}"
    if old.scope != new.scope:
        yield f"is {_SCOPES[new.scope]} now, was {_SCOPES[old.scope]}"
    if old.exposure not in (None, new.exposure) and new.exposure is not None:
        yield _EXPOSURES[new.exposure]
    if old.automatic != new.automatic:
        yield f"the installer {'opens' if new.automatic else 'no longer opens'} it"


_ENCRYPTED = {True: "encrypted", False: "in the clear", None: "of unknown encryption"}
_SCOPES = {
    "network": "between machines",
    "link-local": "within one network",
    "loopback": "on the machine itself",
    "cluster": "within the cluster",
}
_EXPOSURES = {
    "internal": "is meant for the inside now",
    "public": "is meant for the internet now",
    "never": "must never cross the internet now",
}
_EVIDENCE = {
    "stated": "stated by its document",
    "inferred": "inferred in part",
    "other": "from another source",
    "own": "of your own",
}


def _versions(versions: Versions) -> str:
    words = []
    for name, version in (
        ("from", versions.since),
        ("up to", versions.until),
        ("before", versions.before),
    ):
        if version is not None:
            words.append(f"{name} {version}")
    return " ".join(words) or "for every version"


def _when(when: Alternatives) -> str:
    return " or ".join(" and ".join(map(_condition, all_of)) for all_of in when)


def _condition(condition: Condition) -> str:
    words = condition.feature
    for option, values in condition.options.items():
        words += f" ({option}: {', '.join(map(str, values))})"
    return words


def _document_words(old: PastDocument | None, new: PastDocument | None) -> tuple[str, ...]:
    if old is None or new is None:
        document = new or old
        return (f"{document.publisher}: {document.title}",) if document is not None else ()
    words: list[str] = []
    for name in PastDocument.__struct_fields__:
        becomes = getattr(new, name)
        if getattr(old, name) != becomes:
            words.append(f"{name} is {becomes or 'not there'} now")
    return tuple(words)


def _what(old: object | None, new: object | None) -> What:
    return "added" if old is None else "removed" if new is None else "changed"


def _pairs(
    old: Mapping[str, Kept], new: Mapping[str, Kept]
) -> Iterator[tuple[str, Kept | None, Kept | None]]:
    """Key, before, after: in the order of the new, what went last."""
    for key in {**new, **old}:
        yield key, old.get(key), new.get(key)
