"""The parts of a plan file that every product shares: request, zones, roles, firewalls, proxy.

What a table can hold, and how each answer is read, follows from the declared fields.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection
from operator import attrgetter
from typing import Any, assert_never, get_args

from wizard.lines import Path
from wizard.network import addresses
from wizard.network.devices import read_device
from wizard.network.ports import parse_ports, range_texts
from wizard.plan.field import Field
from wizard.plan.fields import fields_of, parts_of
from wizard.plan.file.options import read_host
from wizard.plan.file.values import Values, listed, shown
from wizard.plan.keys import (
    FirewallKey,
    HidesKey,
    Key,
    NeedKey,
    ProxyKey,
    PublishKey,
    RequestKey,
    RoleKey,
    SiteKey,
    SiteProxyKey,
    ZoneKey,
)
from wizard.plan.management import read_method
from wizard.plan.model import (
    INTERNET,
    Firewall,
    FirewallKind,
    Hidden,
    OnRecord,
    Placement,
    Proxy,
    ProxyMode,
    Published,
    Request,
    Site,
    SiteProxy,
    Zone,
)
from wizard.tables import indexed, those_not_in, without_name, without_names
from wizard.text import near

# From, to, tcp or udp, and what is out of the ordinary.
_NEED = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+\.(?:tcp|udp)(?:\.[a-z]+){0,2}")
FIREWALL_KINDS, PROXY_MODES = get_args(FirewallKind), get_args(ProxyMode)


class Places(Values):
    """Reads request, zones, roles, firewalls and proxy."""

    # What a NAT boundary can publish, as plans name it; products and connections are read before.
    publishable_names: set[str]

    def request(self, value: object) -> Request:
        """`[request]`."""
        return Request(**self.answers(("request",), value, RequestKey))

    def needs(self, value: object) -> dict[str, OnRecord]:
        """`[needs."FROM.TO.TRANSPORT"]`: names as the papers and `rules.csv` have them."""
        needs: dict[str, OnRecord] = {}
        for name, table in self.table(("needs",), value).items():
            path: Path = ("needs", name)
            if _NEED.fullmatch(name):
                answers = OnRecord(**self.answers(path, table, NeedKey))
                # An entry that says nothing is none.
                if answers != OnRecord():
                    needs[name] = answers
            else:
                such = 'such as "user-computer.print-server.tcp"'
                self.wrong(path, f"{name!r} is no name of a need, {such}; rules.csv has them")
        return needs

    def proxy(self, value: object) -> Proxy:
        """`[proxy]`."""
        return Proxy(**self.answers(("proxy",), value, ProxyKey))

    def zone_table(self, value: object) -> dict[str, Zone]:
        """`[zones]`."""
        zones = {}
        for name, table in self.table(("zones",), value).items():
            path: Path = ("zones", name)
            if name == INTERNET:
                self.wrong(
                    path,
                    "the zone internet is built in: every public address outside the plan's own zones",
                )
            elif self.name_ok(path, name, "zone"):
                zones[name] = Zone(**self.answers(path, table, ZoneKey))
                if isinstance(table, dict) and "networks" not in table:
                    self.wrong(path, 'needs its networks, such as networks = ["10.0.20.0/24"]')
                self.seen_as((*path, "seen_as"), zones[name])
        return zones

    def seen_as(self, path: Path, zone: Zone) -> None:
        """`seen_as` of a zone: a network of the same size for each of its IPv4 networks."""
        if not zone.seen_as:
            return
        # Not for the first frame.
        from wizard.network.renumbered import check_seen_as

        try:
            check_seen_as(zone.networks, zone.seen_as)
        except ValueError as error:
            self.wrong(path, str(error))

    def sites(self, value: object) -> dict[str, Site]:
        """`[sites]`: each zone in one of them at most, those that are declared."""
        sites: dict[str, Site] = {}
        site_of: dict[str, str] = {}
        for name, table in self.table(("sites",), value).items():
            path: Path = ("sites", name)
            if not self.name_ok(path, name, "site"):
                continue
            proxy = self.site_proxy((*path, "proxy"), table)
            site = Site(**self.answers(path, _without(table, "proxy"), SiteKey))
            if isinstance(table, dict) and "zones" not in table:
                self.wrong(path, 'needs its zones, such as zones = ["north-clients"]')
            for zone in site.zones:
                if zone == INTERNET:
                    self.wrong((*path, "zones"), "the zone internet is in no site")
                elif zone in site_of:
                    self.wrong(
                        (*path, "zones"),
                        f"{zone} is in the site {site_of[zone]} already; a zone is in one site at"
                        " most",
                    )
            zones = tuple(those_not_in(site.zones, {INTERNET, *site_of}))
            sites[name] = Site(zones, proxy)
            site_of.update(dict.fromkeys(zones, name))
        return sites

    def site_proxy(self, path: Path, table: object) -> SiteProxy:
        """`[sites.NAME.proxy]`, in the table of a site."""
        if not isinstance(table, dict) or "proxy" not in table:
            return SiteProxy()
        answers = self.answers(path, table["proxy"], SiteProxyKey)
        if isinstance(table["proxy"], dict) and "mode" not in table["proxy"]:
            self.wrong(path, f"needs its mode: one of {listed(PROXY_MODES)}")
        return SiteProxy(**answers) if "mode" in answers else SiteProxy()

    def roles(self, path: Path, value: object) -> dict[str, Placement]:
        """`[roles]`, of the plan or of one product."""
        placements = {}
        for role, table in self.table(path, value).items():
            if role not in self.roles_by_id:
                self.wrong((*path, role), f"unknown role{near(role, self.roles_by_id)}")
                continue
            place = Placement(**self.answers((*path, role), table, RoleKey))
            if place.absent and (place.zones or place.addresses):
                self.wrong((*path, role), "is absent and has a place; keep one of the two")
            placements[role] = place
        return placements

    def firewalls(self, value: object) -> dict[str, Firewall]:
        """`[firewalls]`."""
        firewalls = {}
        for name, table in self.table(("firewalls",), value).items():
            path: Path = ("firewalls", name)
            if not self.name_ok(path, name, "firewall"):
                continue
            raw = self.table(path, table)
            if isinstance(table, dict) and "kind" not in raw:
                self.wrong(path, f"needs its kind: one of {listed(FIREWALL_KINDS)}")
                continue
            kind = self.one_of((*path, "kind"), raw["kind"], FIREWALL_KINDS) if raw else None
            if kind is not None:
                firewalls[name] = self.firewall(path, kind, raw)
        return firewalls

    def firewall(self, path: Path, kind: str, raw: dict[str, object]) -> Firewall:
        """One firewall, with the keys that its kind has."""
        parts = parts_of(FirewallKey, kind)
        publish = self.publish((*path, "publish"), raw.get("publish", {}), kind)
        hides = self.hides((*path, "hides"), raw.get("hides", {}), kind)
        if kind == "boundary":
            parts += ["publish", "hides"]
        elsewhere = raw.keys() & set(Firewall.__struct_fields__) - set(parts)
        for part in elsewhere:
            self.wrong(
                (*path, part), f"does nothing on a {kind} firewall; known here: {', '.join(parts)}"
            )
        table = without_names(raw, {*elsewhere, "publish", "hides"})
        answers = self.answers(path, table, FirewallKey, kind)
        firewall = Firewall(**answers, publish=publish, hides=hides)
        if firewall.guards_hosts and not (table.get("role") or table.get("addresses")):
            self.wrong(path, "needs the role that it guards, or its addresses")
        if firewall.joins_zones and "zones" not in table:
            self.wrong(
                path, 'needs the zones that it joins, such as zones = ["servers", "clients"]'
            )
        return firewall

    def publish(self, path: Path, value: object, kind: str) -> dict[str, Published]:
        """`[firewalls.NAME.publish."installation/listener"]`, on a boundary."""
        publish: dict[str, Published] = {}
        if kind != "boundary":
            return publish
        for listener, table in self.table(path, value).items():
            at: Path = (*path, listener)
            if listener not in self.publishable_names:
                self.wrong(
                    at,
                    f"there is no such listener{near(listener, self.publishable_names)}; write"
                    ' its installation and its name, such as "papercut-mf/https"',
                )
                continue
            entry = Published(**self.answers(at, table, PublishKey))
            # What is forwarded as it is is the same plan whether a file says it or not.
            if entry != Published():
                publish[listener] = entry
        return publish

    def hides(self, path: Path, value: object, kind: str) -> dict[str, Hidden]:
        """`[firewalls.NAME.hides.ZONE]`, on a boundary."""
        hides: dict[str, Hidden] = {}
        if kind != "boundary":
            return hides
        for zone, table in self.table(path, value).items():
            at: Path = (*path, zone)
            if zone == INTERNET:
                self.wrong(at, "the internet is not hidden; its addresses come as they are")
            elif zone not in self.zones:
                self.wrong(at, f"no zone {zone!r} is declared{near(zone, self.zones)}")
            else:
                hidden = Hidden(**self.answers(at, table, HidesKey))
                if hidden.behind is not None:
                    hides[zone] = hidden
                elif isinstance(table, dict) and "behind" not in table:
                    self.wrong(at, 'needs its address, such as behind = "198.51.100.9"')
        return hides

    # Any answer

    def answers(
        self, path: Path, value: object, kind: type[Key], part_of: str = ""
    ) -> dict[str, Any]:
        """What a table says of the fields of one kind of key; what is wrong is left out."""
        fields = indexed(attrgetter("part"), fields_of(kind, part_of))
        answers: dict[str, Any] = {}
        for part, told in self.table(path, value, fields).items():
            answer = self.answer((*path, part), fields[part], told)
            if answer is not None:
                answers[fields[part].attribute] = answer
        return answers

    def answer(self, path: Path, field: Field, value: object) -> object:
        """What a field takes, by its kind; None where the value is none of it."""
        match field.kind:
            case "flag":
                return value if self.typed(value, bool, path, "true or false") else None
            case "text":
                return self.text_of(path, value)
            case "number":
                return value if self.typed(value, int, path, "a number") else None
            case "port":
                return self.port(path, value)
            case "date":
                return self.date(path, value)
            case "choice" if field.names == "roles":
                return self.read_as(path, value, self.role_name)
            case "choice" if True in field.values():
                return value if self.typed(value, bool, path, "true or false") else None
            case "choice":
                return self.one_of(path, value, map(str, field.values()))
            case "choices" if field.names == "methods":
                return self.texts(path, value, read_method)
            case "choices":
                return self.texts(path, value, _one_of(list(map(str, field.values()))))
            case "zones":
                return self.texts(path, value, self.zone_name)
            case "networks":
                return self.texts(path, value, addresses.parse_network)
            case "addresses":
                return self.texts(path, value, addresses.parse_item)
            case "devices":
                return self.texts(path, value, read_device)
            case "ranges":
                return self.ranges(path, value)
            case "address":
                return self.read_as(path, value, _public_address)
            case "host":
                return self.read_as(path, value, read_host)
        assert_never(field.kind)

    def ranges(self, path: Path, value: object) -> tuple[str, ...]:
        """Ports and ranges, as numbers or as text."""
        if not self.typed(value, list, path, "a list"):
            return ()
        try:
            return range_texts(parse_ports(value))
        except ValueError as error:
            self.wrong(path, str(error))
            return ()

    def date(self, path: Path, value: object) -> datetime.date | None:
        """The value if it is one of TOML's own dates."""
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value
        self.wrong(path, f"must be a date such as 2027-01-15, without quotes, not {shown(value)}")
        return None

    def read_as(self, path: Path, value: object, read: Callable[[str], str]) -> str | None:
        """A text, read by a function that raises ValueError for what it does not take."""
        text = self.text_of(path, value)
        try:
            return None if text is None else read(text)
        except ValueError as error:
            self.wrong(path, str(error))
            return None

    def zone_name(self, zone: str) -> str:
        """A zone that is declared; ValueError for others."""
        if zone not in self.zones:
            raise ValueError(f"no zone {zone!r} is declared{near(zone, self.zones)}")
        return zone

    def role_name(self, role: str) -> str:
        """A role of the catalog or of the plan; ValueError for others."""
        if role not in self.roles_by_id:
            raise ValueError(f"unknown role {role!r}{near(role, self.roles_by_id)}")
        return role


def _without(table: object, part: str) -> object:
    """A table less what is read by itself; what is none is refused as it is."""
    return without_name(table, part) if isinstance(table, dict) else table


def _one_of(words: Collection[str]) -> Callable[[str], str]:
    def read(word: str) -> str:
        if word not in words:
            raise ValueError(f"{word!r} is unknown{near(word, words)}; known: {', '.join(words)}")
        return word

    return read


def _public_address(text: str) -> str:
    address = addresses.parse_address(text)
    if addresses.family_of(address) == 6:
        raise ValueError(f"{address} is IPv6; port forwards are made for IPv4 only")
    return address
