"""A deployment beside another: why what only it has is there, by the answers that differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from wizard.changes.replay import Replay, Spot, managed
from wizard.changes.values import FACTS, Sign
from wizard.deployment import Deployment
from wizard.facts.model import BypassFact, Condition, EndpointFact, FlowFact, MailSenderFact
from wizard.findings import Finding
from wizard.network.ports import PortRange
from wizard.plan.keys import (
    FeatureKey,
    FirewallKey,
    HostKey,
    Key,
    OptionKey,
    PortKey,
    ProxyKey,
    RoleKey,
    VersionKey,
    ZoneKey,
)
from wizard.plan.model import Proxy
from wizard.rules.model import AllowlistEntry, Bypass, MailSender
from wizard.rules.select import (
    PROXIED_SCHEMES,
    SelectedEndpoint,
    active_features,
    fits_version,
    holds,
)
from wizard.rules.wants import Want

Groups = frozenset[str]
_NONE: Groups = frozenset()


class Reason(msgspec.Struct, frozen=True):
    """Something that makes a part of a row be there: with the answers of some groups as in the new
    plan, and of others as in the old.
    """

    new: Groups = _NONE
    old: Groups = _NONE

    def stands(self, answered: Groups) -> bool:
        """Whether it holds with the answers of these groups as in the new plan, all others as in
        the old.
        """
        return self.new <= answered and not self.old & answered


# Findings that are about where the parties of a connection are, by address or by zone, and those
# that are about the proxy.
_OF_ADDRESSES = {
    "address-outside-zone",
    "cleartext-over-untrusted",
    "internet-exposure",
    "port-conflict",
}
_OF_SOURCES = {"internet-exposure", "smtp-blocked-by-cloud"}
_OF_PLACES = _OF_ADDRESSES | {
    "ambiguous-path",
    "broadcast-across-zones",
    "mdns-across-zones",
    "no-path",
    "smtp-blocked-by-cloud",
    "unplaced-role",
}
_OF_PROXY: dict[str, Callable[[Proxy], bool]] = {
    "tls-inspection": lambda proxy: proxy.tls_inspection and proxy.mode != "none",
    "host-only-allowlist": lambda proxy: not proxy.tls_inspection or proxy.mode == "none",
    "wildcard-unsupported": lambda proxy: not proxy.wildcards,
}

# What makes one part of a row, such as a port: any one of them is enough.
Reasons = Sequence[Reason]


class PlanSide:
    """A deployment that has rows which another has not."""

    def __init__(
        self, sign: Sign, deployment: Deployment, other: Deployment, group_of: Mapping[str, str]
    ) -> None:
        self.sign = sign
        self.has, self.other = deployment, other
        self._group_of = group_of
        self._wants = _by_id(deployment.wants)
        self._others = _by_parties(other.wants)
        self._replay = Replay(deployment, other, self.group)

    def group(self, key: Key) -> str | None:
        """The group that an answer is in, where it differs."""
        group = self._group_of.get(str(key))
        if group is None and isinstance(key, VersionKey):
            return self._group_of.get(f"products.{key.product}")
        return group

    def groups(self, *keys: Key) -> set[str]:
        """The groups of those answers that differ."""
        return {group for key in keys if (group := self.group(key)) is not None}

    def wants(self, ids: Iterable[str]) -> Iterator[Want]:
        """The connections of some facts, or of management."""
        for name in ids:
            yield from self._wants.get(name, ())

    def related(self, wants: Iterable[Want], firewall: str) -> Iterator[str]:
        """All differing groups that connections at a firewall have to do with."""
        yield from self.groups(*_firewall_keys(firewall))
        for want in wants:
            yield from self.groups(*want.because)
            yield from self._replay.related(want)

    # --- rules -----------------------------------------------------------------------------------

    def ports(
        self,
        wants: Sequence[Want],
        ports: Iterable[PortRange],
        spot: Spot,
        opposite: PlanSide,
        also: Iterable[str] = (),
    ) -> Iterator[Reasons]:
        """What asks for each of the ports at a firewall: connections of this plan, and those of the
        other between the same roles. `also`: groups that everything there came from.
        """
        ranges = {
            (max(low, first), min(high, last)): None
            for low, high in ports
            for want in wants
            for first, last in want.ports
            if max(low, first) <= min(high, last)
        }
        for low, high in ranges:
            asking = [want for want in wants if _covers(want, low, high)]
            twins = [
                twin
                for want in asking[:1]
                for twin in self._others.get(_parties(want), ())
                if _covers(twin, low, high)
            ]
            reasons = [*self.alike(asking, spot), *self._twins(asking, twins, spot, opposite)]
            if reasons:
                yield [self._with(reason, also) for reason in reasons]

    def alike(self, wants: Iterable[Want], spot: Spot, lasting: bool = False) -> Iterator[Reason]:
        """What makes any of the connections meet the firewall; `lasting`: wherever they run."""
        for want in wants:
            if self._replay.meeting(want, spot) is not None:
                moving = self._replay.causes(want, spot, lasting)
                chosen = self._lasting_choices(want) if lasting else self.chosen(want)
                yield from (self.reason(choice | moving) for choice in chosen)

    def _lasting_choices(self, want: Want) -> Iterable[Groups]:
        """The same, whatever the port."""
        fact = self.has.facts.get(want.id)
        if any(twin.id == want.id for twin in self._others.get(_parties(want), ())):
            return [_NONE]
        moving = self._ports_of(fact) if fact is not None else set()
        return [choice - moving for choice in self.chosen(want)]

    def _ports_of(self, fact: FlowFact | EndpointFact) -> set[str]:
        """The differing answers that only move a fact to another port."""
        if isinstance(fact, FlowFact):
            listener = fact.listener
            return self.groups(PortKey(fact.product, listener)) if listener is not None else set()
        explicit = self.has.plan.proxy.mode == self.other.plan.proxy.mode == "explicit"
        port = explicit and self.has.plan.proxy.port != self.other.plan.proxy.port
        return self.groups(ProxyKey("port")) if port and fact.scheme in PROXIED_SCHEMES else set()

    def _with(self, reason: Reason, also: Iterable[str]) -> Reason:
        more = self.reason(also)
        return Reason(reason.new | more.new, reason.old | more.old)

    def _twins(
        self, wants: Sequence[Want], twins: Iterable[Want], spot: Spot, opposite: PlanSide
    ) -> Iterator[Reason]:
        meetings = {self._replay.meeting(want, spot): want for want in wants}
        for twin in twins:
            meeting = self._replay.meeting(twin, spot)
            if meeting is not None and meeting in meetings:
                moving = self._replay.causes(meetings[meeting], spot, lasting=False)
                yield from (self.reason(moving, choice) for choice in opposite.chosen(twin))

    def reason(self, groups: Iterable[str], others: Iterable[str] = ()) -> Reason:
        """One that takes these groups as this plan has them, and the others as the other has."""
        this_side, other_side = frozenset(groups), frozenset(others)
        return Reason(this_side, other_side) if self.sign == "+" else Reason(other_side, this_side)

    # --- why a fact counts -----------------------------------------------------------------------

    def chosen(self, want: Want) -> Sequence[Groups]:
        """The ways in which the answers that differ choose a connection."""
        fact = self.has.facts.get(want.id)
        if fact is None:
            return [frozenset(self.groups(FirewallKey(managed(want), "management")))]
        moving = self._ports_of(fact)
        if isinstance(fact, EndpointFact) and self._is_split_elsewhere(fact):
            moving |= self.groups(ProxyKey("mode"))
        return [choice | moving for choice in self._choices(fact)]

    def _is_split_elsewhere(self, fact: EndpointFact) -> bool:
        """Whether one of the two goes through an explicit proxy, and the other does not."""
        modes = {plan.proxy.mode == "explicit" for plan in (self.has.plan, self.other.plan)}
        return fact.scheme in PROXIED_SCHEMES and len(modes) > 1

    def _choices(self, fact: FlowFact | EndpointFact) -> list[Groups]:
        differing = self._without_conditions(fact)
        choices: dict[Groups, None] = {}
        for all_of in fact.when:
            if all(_holds(self.has, fact.product, condition) for condition in all_of):
                groups = set(differing)
                for condition in all_of:
                    if not _holds(self.other, fact.product, condition):
                        groups |= self.groups(*self._keys_of(fact.product, condition))
                choices[frozenset(groups)] = None
        return list(choices)

    def _keys_of(self, product: str, condition: Condition) -> Iterator[Key]:
        yield FeatureKey(product, condition.feature)
        options = self.has.catalog.products[product].features[condition.feature].options
        for option in condition.options:
            yield OptionKey(product, condition.feature, option)
            if options[option].proxy_wildcards:
                yield ProxyKey("wildcards")

    def _without_conditions(self, fact: FlowFact | EndpointFact) -> set[str]:
        """The differing answers that a fact needs whatever conditions it counts by."""
        name = fact.product
        groups = self._product(name)
        if not self._is_known_elsewhere(fact):
            groups.add(FACTS)
        answers = self.other.plan.products.get(name)
        product = self.has.catalog.products[name]
        version = (answers.version if answers else None) or product.newest
        if not fits_version(fact.versions, version):
            groups |= self.groups(VersionKey(name))
        if isinstance(fact, FlowFact) and fact.ports_option is not None:
            groups |= self.groups(OptionKey(name, fact.feature, fact.ports_option))
        return groups

    def _product(self, name: str) -> set[str]:
        """The group of a product that only one of the two has."""
        group = self._group_of.get(f"products.{name}")
        return {group} if group is not None else set()

    def _is_known_elsewhere(self, fact: FlowFact | EndpointFact) -> bool:
        if self.has.catalog is self.other.catalog:
            return True
        product = self.other.catalog.products.get(fact.product)
        return product is not None and (fact in product.flows or fact in product.endpoints)

    # --- lists -----------------------------------------------------------------------------------

    def host(self, entry: AllowlistEntry) -> Iterator[Reasons]:
        """What asks for each part of an entry: its paths, its roles, its status."""
        facts = [end.fact for end in self.has.endpoints if _is_at(end, entry)]
        others = [end.fact for end in self.other.endpoints if _is_at(end, entry)]
        pieces = [("path", path) for path in entry.paths]
        pieces += [("from_", role) for role in entry.from_] + [("status", entry.status)]
        for field, value in pieces:
            asking = [fact for fact in facts if getattr(fact, field) == value]
            if not any(getattr(fact, field) == value for fact in others):
                yield [
                    self.reason(choice | self._host(fact))
                    for fact in asking
                    for choice in self._choices(fact)
                ]

    def counterpart(self, entry: AllowlistEntry) -> Iterator[Reasons]:
        """The same for the entry of this side that is about the same host."""
        for twin in self.has.allowlist:
            if (twin.scheme, twin.host, twin.port) == (entry.scheme, entry.host, entry.port):
                yield from self.host(twin)

    def _host(self, fact: EndpointFact) -> set[str]:
        return self.groups(HostKey(fact.product, fact.host_key)) if fact.host_key else set()

    def listed(self, entry: Bypass | MailSender) -> Iterator[Reason]:
        """What each product that lists it is chosen by."""
        for name in entry.products:
            product = self.has.catalog.products[name]
            facts = product.tls_bypass if isinstance(entry, Bypass) else product.mail_senders
            other = self.other.catalog.products.get(name)
            others = () if other is None else (*other.tls_bypass, *other.mail_senders)
            for fact in facts:
                if _lists(fact, entry):
                    groups = self._product(name) | self.groups(FeatureKey(name, fact.feature))
                    yield self.reason(groups | (set() if fact in others else {FACTS}))

    # --- findings --------------------------------------------------------------------------------

    def subjects(self, code: str, subjects: Iterable[str]) -> Iterator[Reasons]:
        """What a finding says of each of its subjects came from."""
        for name in subjects:
            fact = self.has.facts.get(name)
            if fact is not None:
                yield self._of_fact(code, fact)
            elif name in self.has.plan.products:
                yield [
                    reason
                    for entry in self.has.tls_bypass
                    if name in entry.products
                    for reason in self.listed(entry)
                ]
            else:
                keys = (*_firewall_keys(name), ZoneKey(name), *_role_keys(name))
                if groups := self.groups(*keys):
                    yield [self.reason(groups)]

    def circumstances(self, code: str) -> Iterator[Reasons]:
        """What else a finding came from."""
        holds = _OF_PROXY.get(code)
        if holds is not None and not holds(self.other.plan.proxy):
            keys = (ProxyKey("mode"), ProxyKey("tls_inspection"), ProxyKey("wildcards"))
            yield [self.reason(self.groups(*keys))]

    def named(self, code: str, subjects: Iterable[str], others: Iterable[str]) -> Iterator[Reasons]:
        """The same of a finding that names services or ports: what makes each of them, less those
        that the other side names.
        """
        theirs = {name for fact in map(self.other.facts.get, others) for name in _names(code, fact)}
        parts: dict[object, list[Reason]] = {}
        for fact in map(self.has.facts.get, subjects):
            for name in _names(code, fact):
                if fact is not None and name not in theirs:
                    parts.setdefault(name, []).extend(self._of_fact(code, fact))
        yield from parts.values()

    def _of_fact(self, code: str, fact: FlowFact | EndpointFact) -> Reasons:
        chosen = [_NONE] if fact.id in self.other.facts else self._choices(fact)
        wants = self._wants.get(fact.id, ()) if code in _OF_PLACES else ()
        by_address, only_source = code in _OF_ADDRESSES, code in _OF_SOURCES
        placing = [self._replay.placing(want, by_address, only_source) for want in wants]
        return [self.reason(choice.union(*placing)) for choice in chosen]

    def around(self, finding: Finding) -> Iterator[str]:
        """The differing groups that a finding may have to do with."""
        wants = [*self.wants(finding.subjects)]
        for rule in self.has.rules if finding.code == "rule-limit" else ():
            if rule.firewall in finding.subjects:
                wants += self.wants(rule.flows)
        for want in wants:
            if want.id in self.has.facts:
                for choice in self.chosen(want):
                    yield from choice
            yield from self._replay.related(want)
        for name in finding.subjects:
            yield from self.groups(*_firewall_keys(name), ZoneKey(name), *_role_keys(name))


def _parties(want: Want) -> object:
    """What two connections have in common that are told to a firewall alike."""
    return want.transport, want.from_, want.to, want.fact.status, want.fact.encrypted, managed(want)


def _by_parties(wants: Iterable[Want]) -> dict[object, list[Want]]:
    by_parties: dict[object, list[Want]] = {}
    for want in wants:
        by_parties.setdefault(_parties(want), []).append(want)
    return by_parties


def _covers(want: Want, low: int, high: int) -> bool:
    return any(first <= low and high <= last for first, last in want.ports)


def _by_id(wants: Iterable[Want]) -> dict[str, list[Want]]:
    by_id: dict[str, list[Want]] = {}
    for want in wants:
        by_id.setdefault(want.id, []).append(want)
    return by_id


def _holds(deployment: Deployment, name: str, condition: Condition) -> bool:
    product = deployment.catalog.products.get(name)
    answers = deployment.plan.products.get(name)
    if product is None or answers is None or condition.feature not in product.features:
        return False
    active = active_features(product, answers)
    return holds(product, answers, deployment.plan, active, condition)


def _is_at(endpoint: SelectedEndpoint, entry: AllowlistEntry) -> bool:
    fact = endpoint.fact
    return (fact.scheme, endpoint.host, fact.port) == (entry.scheme, entry.host, entry.port)


def _firewall_keys(name: str) -> Iterator[Key]:
    for part in (
        "kind",
        "zones",
        "role",
        "addresses",
        "egress",
        "management",
        "nat",
        "public_address",
    ):
        yield FirewallKey(name, part)


def _names(code: str, fact: FlowFact | EndpointFact | None) -> Iterable[object]:
    """What a finding calls a fact by."""
    if not isinstance(fact, FlowFact):
        return ()
    return (fact.service,) if code == "unencrypted" else fact.ports


def _role_keys(role: str) -> Iterator[Key]:
    yield RoleKey(role, "zones")
    yield RoleKey(role, "addresses")
    yield RoleKey(role, "absent")


def _lists(fact: object, entry: Bypass | MailSender) -> bool:
    if isinstance(entry, Bypass):
        return isinstance(fact, BypassFact) and fact.host == entry.host
    return isinstance(fact, MailSenderFact) and (fact.address, fact.domain) == (
        entry.address,
        entry.domain,
    )
