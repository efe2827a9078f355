"""What a fact is: products, features, flows, endpoints, and where each of them stands.

Frozen values only. Field names are those of `catalog --json`, where `from_` reads `from`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from wizard.network.ports import PortRange

Scalar = str | int | bool
OptionValues = dict[str, tuple[Scalar, ...]]
FactStatus = Literal["required", "optional", "deprecated"]
Scope = Literal["network", "link-local", "loopback", "cluster"]
Cast = Literal["unicast", "multicast", "broadcast"]
# How who was asked by multicast or broadcast answers, where it is no answer to a firewall.
Answering = Literal["", "unicast"]
Evidence = Literal["stated", "inferred", "other", "own"]
Transport = Literal["tcp", "udp"]
Served = Literal["", "from", "to"]
EndpointScheme = Literal["https", "http", "wss", "ldaps"]
Exposure = Literal["internal", "public", "never"]
OptionKind = Literal["flag", "choice", "choices", "ranges"]
# What a product is, in the order in which they are listed.
ProductGroup = Literal["management", "servers", "devices", "cloud"]
# What a product's facts rest on: a whole list of its maker's, a part of one, or what others say.
Basis = Literal["whole", "part", "second-hand"]
Concerned = Literal["firewall", "server", "computer", "proxy"]
# What a web proxy can ask of whoever connects: a name and a password, or an account of Windows.
Login = Literal["basic", "windows"]
# What a machine runs, as far as its firewall goes: `linux` stands for what is not Windows.
Platform = Literal["linux", "windows"]


# The product that the plan's own flows, those of management, are listed under.
MANAGEMENT_PRODUCT = "management"
# The product that the connections and endpoints which a plan adds to the facts are listed under.
OWN_PRODUCT = "own"
# The feature by which a product's jobs go on to the devices, and the roles that devices are.
PRINT_DATA = "print-data"
DEVICES = ("printer", "mfp")


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=False):
    """Base of all that is read from `data/`: unknown keys are errors."""


EDITION_VERSION = re.compile(r"20\d\d\.[1-9]\d*")


class Edition(Strict, frozen=True):
    """The state of all facts together: `version` is the year and a number in it (2026.2)."""

    version: str
    date: datetime.date


class Source(Strict, frozen=True):
    """Where a fact stands: the id of a document and the place in it."""

    document: str
    locator: str


class Document(Strict, frozen=True):
    """A page that facts come from. `tier` is `source` for makers' own lists of ports, else `other`.

    `version` is the release that it speaks of, `read` the day on which it was last read; of the
    built-in ones both are there.
    """

    title: str
    publisher: str
    read: datetime.date | None = None
    tier: Literal["source", "other", "own"] = "source"
    version: str = ""
    address: str = ""


class Role(Strict, frozen=True):
    """A party to a connection. `product_owned` tells that a product's own software listens there,
    `many` that it is as many machines as a zone has, so that the zone is its right place, `of_plan`
    that a plan adds it. Unplaced, it stands where the role `at` is: on the same machine.
    """

    name: str
    about: str
    product_owned: bool = False
    many: bool = False
    of_plan: bool = False
    at: str = ""


class Choice(Strict, frozen=True):
    """One value of an option. `every` marks the value that stands for all others ('any region')."""

    value: Scalar
    label: str
    every: bool = False


class Option(Strict, frozen=True):
    """A question that comes with a feature.

    `flag` takes true or false, `choice` one of `choices`, `choices` one or more of them (a list),
    `ranges` a list of ports and port ranges. Without a default the answer is required.
    """

    kind: OptionKind
    label: str
    help: str
    choices: tuple[Choice, ...] = ()
    default: Scalar | tuple[Scalar, ...] | None = None
    proxy_wildcards: bool = False

    @property
    def required(self) -> bool:
        """True when a plan that selects the feature must answer it."""
        return self.default is None

    @property
    def values(self) -> tuple[Scalar, ...]:
        """The values that can be chosen, in the order of the choices."""
        return tuple(choice.value for choice in self.choices)

    def everything(self) -> frozenset[Scalar]:
        """The values that stand for every value of this option."""
        return frozenset(choice.value for choice in self.choices if choice.every)


class Condition(Strict, frozen=True):
    """A feature that is selected, with one of the named values in each named option."""

    feature: str
    options: OptionValues = {}


class Versions(Strict, frozen=True):
    """The product versions that a fact holds for: `since` and `until` with, `before` without that
    version; None is open.
    """

    since: str | None = None
    until: str | None = None
    before: str | None = None


class Advised(Strict, frozen=True):
    """When a feature that is off should be on, and why: all of `when` hold in the product's version.

    `warning` tells that the product fails without it; else it is only worth knowing.
    """

    why: str
    when: tuple[Condition, ...] = ()
    versions: Versions = Versions()
    warning: bool = False


class Feature(Strict, frozen=True):
    """A part of a product that can be switched on; `core` ones come with it.

    `other` marks features that rest on other sources than the product's own page. `words` are
    further names that people look for it by.
    """

    group: str
    name: str
    about: str
    help: str = ""
    core: bool = False
    other: bool = False
    words: tuple[str, ...] = ()
    advised: Advised | None = None
    options: dict[str, Option] = {}


class Listener(Strict, frozen=True):
    """A named port that can be moved. `port` is None where the default depends on an option."""

    name: str
    port: int | None = None


# Conditions of which all hold, in one of several lists.
Alternatives = tuple[tuple[Condition, ...], ...]


class FactGroup(Strict, frozen=True):
    """Facts of which the document asks for one, or for at least one."""

    id: str
    kind: Literal["one_of", "any_of"]


class ProductFact(Strict, frozen=True, kw_only=True):
    """What flows and endpoints have in common: whose fact it is, and when it counts."""

    id: str
    product: str
    feature: str
    options: OptionValues = {}
    when: Alternatives

    @property
    def entry(self) -> str:
        """Its key in the product's file."""
        return self.id.partition("/")[2]

    @property
    def installation(self) -> str:
        """The installation that it stands for in a plan; outside one, its product."""
        return self.id.partition("/")[0]

    @property
    def is_own(self) -> bool:
        """True for what a plan adds to the facts."""
        return self.product == OWN_PRODUCT


class FlowFact(ProductFact, frozen=True, kw_only=True):
    """A fact: `from_` opens connections to `to`.

    `ports` are inclusive pairs. `ports_option` names the option of `feature` whose value replaces
    them. `served` is the side that a partner at its own site serves, where the plan has sites.
    `exposure`: whether a party of it may be on the internet; `never` is print data in the clear.
    `clear_twin_of`: the entry that is the same thing encrypted.
    `cast_addresses` are the multicast or broadcast addresses of a link-local flow. `answers`: who is
    asked so answers from its own address to the port that asked. `if_placed`: a party of it
    that nobody is asked for; the flow counts where somebody has placed it. `at_peer`: its listener is
    another party's, and a peer of that one listens on the same port; no file says it.
    """

    group: FactGroup | None = None
    versions: Versions = Versions()
    from_: str = msgspec.field(name="from")
    to: str
    transport: Transport
    ports: tuple[PortRange, ...]
    listener: str | None = None
    ports_option: str | None = None
    service: str
    status: FactStatus = "required"
    scope: Scope = "network"
    cast: Cast = "unicast"
    cast_addresses: tuple[str, ...] = ()
    answers: Answering = ""
    encrypted: bool | None
    exposure: Exposure = "internal"
    clear_twin_of: str | None = None
    served: Served = ""
    automatic: bool = False
    if_placed: str = ""
    at_peer: bool = False
    evidence: Evidence = "stated"
    source: Source
    also: tuple[Source, ...] = ()
    cautions: tuple[str, ...] = ()
    contradiction: str | None = None
    without: str = ""

    @property
    def never_public(self) -> bool:
        """True for what must not run over the internet, whatever the plan asks for."""
        return self.exposure == "never"

    @property
    def is_management(self) -> bool:
        """True for the plan's own flows, by which machines are administered."""
        return self.product == MANAGEMENT_PRODUCT


class EndpointFact(ProductFact, frozen=True, kw_only=True):
    """A fact: `from_` connects to a host on the internet."""

    versions: Versions = Versions()
    from_: str = msgspec.field(name="from")
    scheme: EndpointScheme
    host: str | None = None
    host_key: str | None = None
    port: int
    path: str = "/"
    status: Literal["current", "optional", "legacy"] = "current"
    purpose: str
    evidence: Evidence = "stated"
    source: Source
    also: tuple[Source, ...] = ()
    cautions: tuple[str, ...] = ()
    contradiction: str | None = None
    without: str = ""


Fact = FlowFact | EndpointFact


class BypassFact(Strict, frozen=True):
    """A host that TLS inspection must leave alone while `feature` is selected."""

    host: str
    feature: str
    source: Source


class MailSenderFact(Strict, frozen=True):
    """An address that mail comes from while `feature` is selected; for the mail gateway."""

    address: str
    domain: str
    feature: str
    source: Source


class Remark(Strict, frozen=True, kw_only=True):
    """What a document says beside ports, for one team: whoever has the firewalls, the servers, the
    users' computers, or the proxy.

    It counts while `feature` is selected, with one of the named values in each of `options`; without
    one, wherever the product is used. `to_do` tells that somebody has to do something. `no_login`:
    the logins of a web proxy that what it is about does not give. `runs_on`: role → the only kind of
    machine that it is there on.
    """

    text: str
    team: Concerned
    feature: str = ""
    options: OptionValues = {}
    to_do: bool = False
    no_login: tuple[Login, ...] = ()
    runs_on: dict[str, Platform] = {}
    evidence: Evidence = "stated"
    source: Source
    also: tuple[Source, ...] = ()


class Product(Strict, frozen=True):
    """A print-management system with all its facts, keyed by their ids without the product's
    prefix. In a plan's catalog also one installation of it: `installs` is then the product's id.
    """

    id: str
    name: str
    about: str
    document: str
    newest: str
    features: dict[str, Feature]
    listeners: dict[str, Listener]
    flows: tuple[FlowFact, ...]
    endpoints: tuple[EndpointFact, ...]
    tls_bypass: tuple[BypassFact, ...]
    mail_senders: tuple[MailSenderFact, ...]
    remarks: dict[str, Remark] = {}
    words: tuple[str, ...] = ()
    group: ProductGroup = "management"
    basis: Basis = "whole"
    # What could not be read, in a sentence.
    gaps: str = ""
    # The features that lack it; none: all of the product.
    gaps_in: tuple[str, ...] = ()
    installs: str = ""
    # Of a file of one's own: its digest.
    digest: str = ""

    @property
    def product(self) -> str:
        """The id of the product, whatever the installation is called."""
        return self.installs or self.id


class Absent(Strict, frozen=True):
    """A product that people look for and that the facts do not have; `about` says why."""

    name: str
    about: str
    words: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """That it is not there, and why."""
        return f"{self.name} is not in the facts. {self.about}"


class Catalog(Strict, frozen=True):
    """Everything that `data/` holds. `edition` is None for facts that were put together by hand."""

    products: dict[str, Product]
    roles: dict[str, Role]
    documents: dict[str, Document]
    edition: Edition | None = None
    absent: dict[str, Absent] = {}

    def flows(self) -> Iterator[FlowFact]:
        """All flow facts, product by product."""
        for product in self.products.values():
            yield from product.flows

    def endpoints(self) -> Iterator[EndpointFact]:
        """All endpoint facts, product by product."""
        for product in self.products.values():
            yield from product.endpoints
