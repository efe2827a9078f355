"""Every answer that a plan holds and that is no feature of a product, declared once.

A field says where its answer stands, what it takes, when it is asked, and its words. Reading and
writing the plan file, its JSON Schema, the steps' questions and what is open all follow from here:
a new question is one `Field` here and the attribute of the plan's struct (`wizard/plan/model.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import TypeVar, cast

from wizard.facts.model import Choice
from wizard.plan.field import Field, refuse_half_declared
from wizard.plan.fields_firewalls import FIREWALL_FIELDS
from wizard.plan.fields_fronts import FRONT_FIELDS
from wizard.plan.fields_never import NEVER_FIELDS
from wizard.plan.fields_own import OWN_FIELDS
from wizard.plan.fields_proxy import PROXY_FIELDS
from wizard.plan.keys import (
    ANY,
    AcrossSitesKey,
    EncryptedOnlyKey,
    HostKey,
    Key,
    NameKey,
    NeedKey,
    PortKey,
    ProductsKey,
    PublicKey,
    RequestKey,
    RoleKey,
    SiteKey,
    VersionKey,
    ZoneKey,
)

_K = TypeVar("_K", bound=Key)


def field_of(key: Key) -> Field | None:
    """What is declared of an answer; None for features and their options, which products declare."""
    return _FIELDS.get(_about(key))


@lru_cache
def fields_of(kind: type[Key], part_of: str = "") -> tuple[Field, ...]:
    """The fields of one kind of key, in the order in which they are asked and written; with
    `part_of`, those that a firewall of this kind has.
    """
    fields: list[Field] = []
    for field in _DECLARED:
        # A product's own places are those of the plan, with other words.
        is_of_product = isinstance(field.key, RoleKey) and field.key.product
        is_on_it = not part_of or not field.on or part_of in field.on
        if type(field.key) is kind and not is_of_product and is_on_it:
            fields.append(field)
    return tuple(fields)


def parts_of(kind: type[Key], part_of: str = "") -> list[str]:
    """What is declared of one kind of thing, by the names that the plan file has for it."""
    return [field.part for field in fields_of(kind, part_of)]


def declared_keys(kind: type[_K], *names: str, part_of: str = "") -> Iterator[_K]:
    """The keys of all that is declared of the thing of these names."""
    key_of_part = cast("Callable[..., _K]", kind)
    return map(partial(key_of_part, *names), parts_of(kind, part_of))


_DECLARED: tuple[Field, ...] = (
    Field(
        ProductsKey(),
        "choices",
        "Products",
        "One or several. Each can run on a machine of its own, or share one.",
        "Choose the print-management systems that this plan is for. What they need is worked out"
        " together: one set of rules for each firewall, and a warning where two of them want the"
        " same port of one machine.\n\nTaking a product away takes its answers along; undo brings"
        " them back.",
        required=True,
        names="products",
    ),
    Field(
        VersionKey(ANY),
        "text",
        "Version of {product}",
        "Left empty: not known; what holds for {newest} counts.",
        "Some ports and hosts hold for certain versions only. The version decides which of them"
        " count, and stands in the papers. Without one the papers say up to which version the facts go.",
    ),
    Field(
        PortKey(ANY, ANY),
        "port",
        "{listener}: port",
        "Change it only where the product was set to listen on another port.",
        "Every rule that leads to this listener moves with the number. The products' own documents"
        " give the number that is shown here at first.",
    ),
    Field(
        PublicKey(ANY),
        "choices",
        "Open to the internet",
        "None: nobody on the internet uses this product, but for what is made for the internet.",
        "Users and devices on the internet get no rule, whatever they would use inside: place them in"
        " the zone of your VPN. Where a service is meant to be reached from the internet directly,"
        " name its port here. What is not encrypted stays closed all the same.",
        level=1,
        names="listeners",
    ),
    Field(
        EncryptedOnlyKey(ANY),
        "flag",
        "Encrypted only",
        "No: what the product offers in the clear is opened as well.",
        "Take 'yes' to leave out what is there encrypted as well: HTTP beside HTTPS, LDAP beside LDAPS."
        " What has no encrypted way stays, and a note lists it. See that every client and device is set"
        " to the encrypted port.",
        default=False,
        level=1,
    ),
    Field(
        HostKey(ANY, ANY),
        "host",
        "Your host: {host}",
        "A host name of your own that no document can know.",
        "The name goes onto the allowlist of the web proxy, or into the rule that opens the way to"
        " it. Without it that entry stays open and the papers say 'to be supplied'.",
        required=True,
    ),
    Field(
        AcrossSitesKey(ANY),
        "flag",
        "Serves across sites",
        "No: each site's computers and devices keep to the servers of their own site.",
        "In a plan with sites, computers print to a server of their own site, and printers take"
        " jobs from one, where the site has any. Take 'yes' where every site's parties of this"
        " product may talk to those of every other site.",
        default=False,
        level=1,
    ),
    Field(
        RoleKey(ANY, "zones", ANY),
        "zones",
        "{role} for {product} only",
        "Leave empty unless this product's {role_small} is elsewhere.",
        "Where one product is placed differently from the others: this place is then taken for this"
        " product instead of the general one.",
    ),
    Field(
        RoleKey(ANY, "addresses", ANY),
        "addresses",
        "{role}: addresses for {product} only",
        "Addresses, networks or ranges a-b, for this product instead of the general ones.",
        level=1,
    ),
    Field(
        RoleKey(ANY, "absent", ANY),
        "flag",
        "{role}: there are none for {product}",
        "Its connections are left out for this product, without a remark.",
        default=False,
        level=1,
    ),
    Field(
        RoleKey(ANY, "zones", ANY, ANY),
        "zones",
        "{role}: {feature} only",
        "In place of the general zones, for this feature's connections alone.",
        "Where the devices of one make, or the parties of one feature, are in a network of their own."
        " What no single feature asks for, such as SNMP status, counts for all places together.",
        level=1,
    ),
    Field(
        RoleKey(ANY, "addresses", ANY, ANY),
        "addresses",
        "{role}: addresses for {feature} only",
        "Addresses, networks or ranges a-b, for this feature instead of the general ones.",
        level=1,
    ),
    Field(
        RoleKey(ANY, "absent", ANY, ANY),
        "flag",
        "{role}: there are none for {feature}",
        "Its connections are left out for this feature, without a remark.",
        default=False,
        level=1,
    ),
    Field(
        NameKey(),
        "text",
        "Name of the plan",
        "Stands on top of every file and paper, such as 'Head office printing'.",
        "The name tells this plan from the others that you will make. Anything that fits on one"
        " line.",
    ),
    Field(
        ZoneKey(ANY, "networks"),
        "networks",
        "Networks of {zone}",
        "Networks such as 10.0.20.0/24, 2001:db8:20::/64; several with commas.",
        "A zone is a part of your network that a firewall or router can stand in front of: the"
        " servers, the clients, the printers. Name it by its networks in CIDR form.\n\nEvery"
        " public address outside all zones counts as the internet, and a private one as nowhere: name"
        " all networks that take part.",
        required=True,
    ),
    Field(
        ZoneKey(ANY, "seen_as"),
        "networks",
        "{zone} is seen as",
        "Left empty: as it is. Else a network of the same size for each of its IPv4 networks.",
        "Two sites that use the same networks are joined by 1:1 translation: what joins a zone makes"
        " 10.101.1.7 of its 192.168.1.7, and back. Firewalls and hosts beyond get rules for the"
        " addresses that they see; the one that joins it for the zone's own.",
        level=1,
    ),
    Field(
        SiteKey(ANY, "zones"),
        "zones",
        "Zones of {site}",
        "The zones that are at this site. A zone is in one site at most.",
        "Computers and printers of a site keep to the servers of their own site where it has any;"
        " else to those in zones that are in no site, which are central; else to all. Servers that"
        " report to each other do so across sites.",
        required=True,
    ),
    Field(
        RoleKey(ANY, "zones"),
        "zones",
        "{role}",
        "Which zones they are in. Without addresses: anywhere in these zones.",
        "{about}.\n\nThe zones say which firewalls stand between the parties. With addresses as"
        " well, the rules name exactly those; without, they name the networks of the"
        " zones.\n\nWhere there are none of these in your network, say so below: their connections"
        " are then left out.",
        required=True,
    ),
    Field(
        RoleKey(ANY, "addresses"),
        "addresses",
        "{role}: addresses",
        "Addresses, networks or ranges, such as 10.0.10.5 or 10.0.30.10-10.0.30.50.",
        "Left empty, the rules name whole networks. For servers give the addresses: a rule to one"
        " machine is one that a firewall team accepts. A port forward needs exactly one.",
        level=1,
    ),
    Field(
        RoleKey(ANY, "absent"),
        "flag",
        "{role}: there are none",
        "Their connections are left out, without a remark.",
        "A connection with somebody who is not there needs no rule. Take this where a feature"
        " mentions a party that you don't have, such as mobile devices.",
        default=False,
        level=1,
    ),
    *FIREWALL_FIELDS,
    *FRONT_FIELDS,
    *PROXY_FIELDS,
    Field(
        RequestKey("requester"),
        "text",
        "Requested by",
        "A person or team that can be asked, such as 'Print team'.",
    ),
    Field(
        RequestKey("reference"),
        "text",
        "Reference",
        "The number of the change request or ticket, such as CHG-1042.",
    ),
    Field(
        RequestKey("justification"),
        "text",
        "Why",
        "One sentence that the firewall team will read first.",
        "What is new, or what stops working without it. Such as 'New PaperCut MF server'.",
    ),
    Field(RequestKey("wanted"), "date", "Wanted by", "Year-month-day, such as 2027-01-15."),
    Field(
        RequestKey("review"),
        "date",
        "Review on",
        "When somebody looks again whether the rules are still needed.",
        "Many firewall teams ask for a date on which rules are reviewed or end. Year-month-day,"
        " such as 2028-01-15.",
    ),
    Field(
        RequestKey("contact"),
        "text",
        "Contact",
        "Telephone or e-mail, for whoever has a question.",
        level=1,
    ),
    Field(
        RequestKey("department"), "text", "Department", "As forms of your house name it.", level=1
    ),
    Field(
        RequestKey("service"),
        "text",
        "Service or CI",
        "As the CMDB has it, such as 'Printing'.",
        "The configuration item that the change is about: forms of ServiceNow and others ask for it.",
        level=1,
    ),
    Field(
        RequestKey("environment"),
        "text",
        "Environment",
        "Such as production, test or development.",
        level=1,
    ),
    Field(
        RequestKey("owner"),
        "text",
        "Owner of the rules",
        "The person who answers for them, such as 'Ines Berg, Print team'.",
        "CIS and PCI DSS ask for a person by name, and for a business reason, with each rule. A firewall"
        " may say another owner for its own rules.",
        level=1,
    ),
    Field(
        RequestKey("classification"),
        "text",
        "Classification",
        "Of the data that these connections carry, in your house's words, such as 'internal'.",
        "It stands at the head of the documents and with each rule. A firewall may say another one.",
        level=1,
    ),
    Field(
        RequestKey("expires"),
        "date",
        "Rules end on",
        "Left empty: they are permanent, and looked at again on the review date.",
        "For a pilot, or where every rule has an end. It stands with each rule; nothing takes a rule out"
        " by itself. A firewall may say another date. Year-month-day, such as 2028-01-15.",
        level=1,
    ),
    Field(
        RequestKey("paper"),
        "choice",
        "Paper",
        "What the documents are printed on.",
        "handover.pdf, the workbook and the page in a browser are set up for it.",
        (Choice("a4", "A4"), Choice("letter", "Letter")),
        default="a4",
        level=1,
    ),
    Field(
        NeedKey(ANY, "owner"),
        "text",
        "Owner",
        "The person who answers for this need. Left empty: as its firewalls or the request say.",
        level=1,
    ),
    Field(
        NeedKey(ANY, "classification"),
        "text",
        "Classification",
        "Of what this need carries. Left empty: as its firewalls or the request say.",
        level=1,
    ),
    Field(
        NeedKey(ANY, "expires"),
        "date",
        "Ends on",
        "Left empty: as its firewalls or the request say. Year-month-day.",
        level=1,
    ),
    *OWN_FIELDS,
    *NEVER_FIELDS,
)


def _about(key: Key) -> tuple[type[Key], str, int]:
    """What fields differ in, whatever the names in the key are."""
    level = 0
    if isinstance(key, RoleKey):
        level = bool(key.product) + bool(key.feature)
    return type(key), getattr(key, "part", ""), level


_FIELDS = {_about(field.key): field for field in _DECLARED}
refuse_half_declared(_DECLARED)
