"""Terms → commands for Panorama: objects and pre-rules of one device group.

The group's name is a word that the reader replaces: no plan knows it. Left as it stands, the file
makes a group in which no firewall is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exporters.firewalls.vendor_objects import Objects, member_name, range_ends
from exporters.firewalls.vendor_terms import Body, Term
from exporters.lines import ended, in_runs, prefixed
from wizard.network.ports import range_texts

DEVICE_GROUP = "DEVICE-GROUP"
# A terminal takes some 4,000 characters a line; a list grows with each line that sets it.
_MEMBERS_A_LINE = 20


def panorama(name: str, all_terms: Sequence[Term]) -> Body:
    """Addresses, groups and services first: rules name them."""
    objects = Objects()
    rules: list[str] = []
    for term in all_terms:
        rules += _rule(objects, term)
    lines = [*_addresses(objects), *_groups(objects), *_services(objects), *rules]
    return Body(ended(prefixed(f"set device-group {DEVICE_GROUP} ", lines)))


def _addresses(objects: Objects) -> Iterator[str]:
    for member in objects.members():
        kind = "ip-range" if range_ends(member) else "ip-netmask"
        yield f"address {member_name(member)} {kind} {member}"


def _groups(objects: Objects) -> Iterator[str]:
    for group, listed in objects.named_groups():
        for members in in_runs(listed, _MEMBERS_A_LINE):
            yield f"address-group {group} static [ {' '.join(members)} ]"


def _services(objects: Objects) -> Iterator[str]:
    for service, (transport, ports) in objects.services.items():
        yield f"service {service} protocol {transport} port {','.join(range_texts(ports))}"


def _rule(objects: Objects, term: Term) -> Iterator[str]:
    rule = f"pre-rulebase security rules {term.name}"
    source = objects.reference(term.whose, term.sources)
    destination = objects.reference(term.whom, term.destinations)
    yield (
        f"{rule} from any to any source {source} destination {destination} application any"
        f" service {objects.service(term)} action {term.action}"
    )
    yield f'{rule} description "{term.comment}"'
