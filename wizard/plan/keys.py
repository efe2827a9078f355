"""Which answer is meant: a frozen value for each answer that a plan can hold.

Keys are made, compared and matched as values. As text they exist in two places only: in the plan's
file (`path` is where an answer stands there) and in the history that a draft keeps (`key_at`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import ClassVar, Literal

import msgspec

# In place of a name: any zone, any firewall, any product.
ANY = "*"

PlacePart = Literal["zones", "addresses", "absent"]
FrontPart = Literal[
    "kind", "addresses", "zones", "role", "encrypts", "behind", "hides_sources", "checks"
]
NeverEndName = Literal["from", "to"]
NeverPart = Literal["transport", "ports", "reason"]
NeverEndPart = Literal["zones", "role", "addresses"]
# Where something stands in the plan's file: the names of the tables that hold it, and its own.
AnswerPath = tuple[str, ...]


class Key(msgspec.Struct, frozen=True):
    """An answer of the plan. `PLACES` are the paths at which such answers stand in the plan's file:
    names of tables, and fields of the key in braces. `DEPTH` is by how many names an answer stands
    deeper than the thing that it is about.
    """

    PLACES: ClassVar[tuple[str, ...]] = ()
    DEPTH: ClassVar[int] = 0

    @property
    def path(self) -> AnswerPath:
        """The names of the tables that hold the answer, and its own name there."""
        return tuple(getattr(self, name) if name else word for name, word in _words(self.PLACES[0]))

    def __str__(self) -> str:
        """The path as people read it: `roles.printer.zones`. Never taken apart again."""
        return ".".join(self.path)


class NameKey(Key, frozen=True):
    """The name of the plan."""

    PLACES = ("name",)


class RequestKey(Key, frozen=True):
    """Something about the request, such as who asks."""

    PLACES = ("request {part}",)
    DEPTH = 1
    part: str


class NeedKey(Key, frozen=True):
    """What is on record about one need, whose name has dots: `user-computer.print-server.tcp`."""

    PLACES = ("needs {need} {part}",)
    DEPTH = 1
    need: str
    part: Literal["owner", "classification", "expires"]


class ProductsKey(Key, frozen=True):
    """Which products there are."""

    PLACES = ("products",)


class VersionKey(Key, frozen=True):
    """A product's version."""

    PLACES = ("products {product} version",)
    product: str


class FeatureKey(Key, frozen=True):
    """Whether a feature is used."""

    PLACES = ("products {product} features {feature}",)
    product: str
    feature: str


class OptionKey(Key, frozen=True):
    """An option of a feature."""

    PLACES = ("products {product} features {feature} {option}",)
    DEPTH = 1
    product: str
    feature: str
    option: str


class PortKey(Key, frozen=True):
    """The port of a listener."""

    PLACES = ("products {product} ports {listener}",)
    product: str
    listener: str


class HostKey(Key, frozen=True):
    """A host that only the customer knows."""

    PLACES = ("products {product} hosts {host}",)
    product: str
    host: str


class AcrossSitesKey(Key, frozen=True):
    """Whether a product's parties are paired across sites, as if there were none."""

    PLACES = ("products {product} across_sites",)
    product: str


class PublicKey(Key, frozen=True):
    """Which listeners of a product the internet may use."""

    PLACES = ("products {product} public",)
    product: str


class RunsInKey(Key, frozen=True):
    """The container engine that a product's server runs in."""

    PLACES = ("products {product} runs_in",)
    product: str


class EncryptedOnlyKey(Key, frozen=True):
    """Whether a product does without what it offers encrypted as well."""

    PLACES = ("products {product} encrypted_only",)
    product: str


class RoleKey(Key, frozen=True):
    """Where a role is. `product` places it for that installation alone, `feature` for one of its
    features.
    """

    PLACES = (
        "roles {role} {part}",
        "products {product} roles {role} {part}",
        "products {product} features {feature} roles {role} {part}",
    )
    DEPTH = 1
    role: str
    part: PlacePart
    product: str | None = None
    feature: str | None = None

    def beside(self, part: PlacePart) -> RoleKey:
        """Another part of the same place."""
        return RoleKey(self.role, part, self.product, self.feature)

    @property
    def path(self) -> AnswerPath:
        """As for every key; a product's own places stand among its answers."""
        place = super().path
        if self.product is None:
            return place
        within = () if self.feature is None else ("features", self.feature)
        return ("products", self.product, *within, *place)


class ZoneKey(Key, frozen=True):
    """Something about a zone: its networks, and as what they are seen."""

    PLACES = ("zones {zone} {part}",)
    DEPTH = 1
    zone: str
    part: str = "networks"


class SiteKey(Key, frozen=True):
    """Something about a site: its zones."""

    PLACES = ("sites {site} {part}",)
    DEPTH = 1
    site: str
    part: str = "zones"


class SiteProxyKey(Key, frozen=True):
    """Something about a web proxy of a site's own, such as its mode."""

    PLACES = ("sites {site} proxy {part}",)
    DEPTH = 1
    site: str
    part: str


class FirewallKey(Key, frozen=True):
    """Something about a firewall, such as its kind."""

    PLACES = ("firewalls {firewall} {part}",)
    DEPTH = 1
    firewall: str
    part: str


class ManagementPortKey(Key, frozen=True):
    """On which ports a method of administration is let in: a part of the firewall's `management`."""

    PLACES = ("firewalls {firewall} management {method}",)
    DEPTH = 2
    firewall: str
    method: str


class PublishKey(Key, frozen=True):
    """On which public address or port a firewall forwards to a listener."""

    PLACES = ("firewalls {firewall} publish {listener} {part}",)
    DEPTH = 1
    firewall: str
    listener: str
    part: str


class HidesKey(Key, frozen=True):
    """As what the addresses of a zone leave a firewall."""

    PLACES = ("firewalls {firewall} hides {zone} {part}",)
    DEPTH = 1
    firewall: str
    zone: str
    part: str = "behind"


class FrontKey(Key, frozen=True):
    """Something about a load balancer or reverse proxy, such as where it is."""

    PLACES = ("fronts {front} {part}",)
    DEPTH = 1
    front: str
    part: FrontPart


class ServeKey(Key, frozen=True):
    """The port on which a front takes connections to a listener."""

    PLACES = ("fronts {front} serves {listener}",)
    DEPTH = 2
    front: str
    listener: str


class ProxyKey(Key, frozen=True):
    """Something about the web proxy, such as its mode."""

    PLACES = ("proxy {part}",)
    DEPTH = 1
    part: str


class OwnRoleKey(Key, frozen=True):
    """Something about a party that the plan itself adds: its name."""

    PLACES = ("own roles {role} {part}",)
    DEPTH = 1
    role: str
    part: str = "name"


class OwnConnectionKey(Key, frozen=True):
    """Something about a connection that the plan itself adds, such as who opens it."""

    PLACES = ("own connections {connection} {part}",)
    DEPTH = 1
    connection: str
    part: str


class OwnEndpointKey(Key, frozen=True):
    """Something about an endpoint that the plan itself adds, such as its host."""

    PLACES = ("own endpoints {endpoint} {part}",)
    DEPTH = 1
    endpoint: str
    part: str


class NeverKey(Key, frozen=True):
    """Something about what must never be: over what, and why."""

    PLACES = ("never {never} {part}",)
    DEPTH = 1
    never: str
    part: NeverPart


class NeverEndKey(Key, frozen=True):
    """From whom, or to whom, something must never be: by zones, by a role or by addresses."""

    PLACES = ("never {never} {end} {part}",)
    DEPTH = 2
    never: str
    end: NeverEndName
    part: NeverEndPart

    def beside(self, part: NeverEndPart) -> NeverEndKey:
        """Another way to name the same end."""
        return NeverEndKey(self.never, self.end, part)


def key_at(path: Sequence[str]) -> Key | None:
    """The answer that stands at a path of the plan's file; None for a path that leads to none."""
    for kind in Key.__subclasses__():
        for place in kind.PLACES:
            words = _words(place)
            if len(words) != len(path):
                continue
            pairs = list(zip(words, path, strict=True))
            if all(name or word == step for (name, word), step in pairs):
                names = {name: step for (name, _), step in pairs if name}
                try:
                    return msgspec.convert(names, kind)
                except msgspec.ValidationError:
                    continue
    return None


def path_of(text: str) -> AnswerPath:
    """The steps of a path as it is written, `roles.printer.zones`; names of needs alone hold dots."""
    first, *rest = text.split(".")
    if first == "needs" and len(rest) > 1:
        return first, ".".join(rest[:-1]), rest[-1]
    return first, *rest


def key_named(text: str) -> Key | None:
    """The answer whose key is written so; None where there is none."""
    return key_at(path_of(text))


def thing_at(path: AnswerPath) -> AnswerPath:
    """Where the thing stands that an answer is about: a zone, a role's place, a feature; a thing is
    about itself.
    """
    key = key_at(path)
    return path[: len(path) - key.DEPTH] if key is not None else path


def is_own(key: Key) -> bool:
    """True for a question about something that the plan adds."""
    return isinstance(key, OwnRoleKey | OwnConnectionKey | OwnEndpointKey)


@cache
def _words(place: str) -> tuple[tuple[str, str], ...]:
    """Each word of a place as (field, word): one of the two is empty."""
    words = place.split()
    return tuple((word[1:-1], "") if word.startswith("{") else ("", word) for word in words)
