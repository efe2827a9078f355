"""What the TOML of `data/` holds: shorter than the facts, because the product's file implies the
rest.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from wizard.facts.model import (
    Cast,
    Condition,
    Evidence,
    Group,
    Scalar,
    Scope,
    Source,
    Status,
    Strict,
    Versions,
)


class RawFlow(Strict, frozen=True):
    """A connection."""

    feature: str
    from_: str = msgspec.field(name="from")
    to: str
    transport: Literal["tcp", "udp"]
    ports: tuple[int | str, ...]
    service: str
    at: str
    options: dict[str, tuple[Scalar, ...]] = msgspec.field(default_factory=dict)
    when: tuple[tuple[Condition, ...], ...] = ()
    group: Group | None = None
    versions: Versions = Versions()
    listener: str | None = None
    ports_option: str | None = None
    status: Status = "required"
    scope: Scope = "network"
    cast: Cast = "unicast"
    cast_addresses: tuple[str, ...] = ()
    encrypted: bool | Literal["unstated"] = "unstated"
    never_public: bool = False
    automatic: bool = False
    evidence: Evidence = "stated"
    document: str | None = None
    also: tuple[Source, ...] = ()
    cautions: tuple[str, ...] = ()
    contradiction: str | None = None
    without: str = ""


class RawEndpoint(Strict, frozen=True):
    """A connection to a host on the internet."""

    feature: str
    from_: str = msgspec.field(name="from")
    purpose: str
    at: str
    scheme: Literal["https", "http", "wss", "ldaps"]
    port: int
    host: str | None = None
    host_key: str | None = None
    path: str = "/"
    options: dict[str, tuple[Scalar, ...]] = msgspec.field(default_factory=dict)
    when: tuple[tuple[Condition, ...], ...] = ()
    versions: Versions = Versions()
    status: Literal["current", "optional", "legacy"] = "current"
    evidence: Evidence = "stated"
    document: str | None = None
    also: tuple[Source, ...] = ()
    cautions: tuple[str, ...] = ()
    contradiction: str | None = None
    without: str = ""


class RawBypass(Strict, frozen=True):
    """A host that TLS inspection must leave alone."""

    host: str
    feature: str
    at: str
    document: str | None = None


class RawMailSender(Strict, frozen=True):
    """An address that mail comes from."""

    address: str
    domain: str
    feature: str
    at: str
    document: str | None = None


class RawPreset(msgspec.Struct, frozen=True):
    """The head of a preset; the rest of it is a piece of a plan."""

    name: str
    about: str


class RawProduct(Strict, frozen=True):
    """The head of a product's file."""

    name: str
    about: str
    document: str
    newest: str
    base: str | None = None
    without: tuple[str, ...] = ()
