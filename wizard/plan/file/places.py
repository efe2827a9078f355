"""The parts of a plan file that every product shares: request, zones, roles, firewalls, proxy."""

from __future__ import annotations

import datetime
from typing import Any, get_args

from wizard.network import addresses
from wizard.plan.file.lines import Path
from wizard.plan.file.values import Values, listed, shown
from wizard.plan.model import (
    BUILT_IN_PLACES,
    INTERNET,
    Firewall,
    Management,
    Placement,
    Proxy,
    Request,
    Zone,
)
from wizard.text import near

# Which keys a firewall of each kind has; all others are errors, because they would do nothing.
FIREWALL_KEYS: dict[str, tuple[str, ...]] = {
    "host": ("kind", "role", "addresses", "platform", "egress", "management"),
    "cloud": ("kind", "role", "addresses", "provider", "egress", "management"),
    "boundary": ("kind", "zones", "default", "nat", "public_address", "platform"),
    "router": ("kind", "zones"),
}
FIREWALL_CHOICES: dict[str, tuple[str, ...]] = {
    "platform": ("linux", "windows"),
    "provider": ("aws",),
    "egress": ("open", "filtered"),
    "default": ("accept", "deny"),
}


class Places(Values):
    """Reads request, zones, roles, firewalls and proxy."""

    def request(self, value: Any) -> Request:
        """`[request]`."""
        path: Path = ("request",)
        table = self.table(path, value, Request.__struct_fields__)
        found: dict[str, Any] = {}
        for key, given in table.items():
            if key in ("wanted", "review"):
                if isinstance(given, datetime.date) and not isinstance(given, datetime.datetime):
                    found[key] = given
                else:
                    self.wrong(
                        (*path, key),
                        f"must be a date such as 2027-01-15, without quotes, not {shown(given)}",
                    )
            else:
                found[key] = self.text_of((*path, key), given)
        return Request(**found)

    def zone_table(self, value: Any) -> dict[str, Zone]:
        """`[zones]`."""
        zones = {}
        for name, given in self.table(("zones",), value).items():
            path: Path = ("zones", name)
            if name == INTERNET:
                self.wrong(
                    path,
                    "the zone internet is built in: every address outside the plan's own zones",
                )
            elif self.name_ok(path, name, "zone"):
                table = self.table(path, given, ("networks",))
                if "networks" not in table and isinstance(given, dict):
                    self.wrong(path, 'needs its networks, such as networks = ["10.0.20.0/24"]')
                networks = self.texts(
                    (*path, "networks"), table.get("networks", []), addresses.parse_network
                )
                zones[name] = Zone(networks)
        return zones

    def zone_names(self, path: Path, value: Any) -> tuple[str, ...]:
        """A list of zones that are declared."""

        def known(zone: str) -> str:
            if zone not in self.zones:
                raise ValueError(f"no zone {zone!r} is declared{near(zone, self.zones)}")
            return zone

        return self.texts(path, value, known)

    def roles(self, path: Path, value: Any) -> dict[str, Placement]:
        """`[roles]`, of the plan or of one product."""
        found = {}
        for role, given in self.table(path, value).items():
            if role not in self.catalog.roles:
                self.wrong((*path, role), f"unknown role{near(role, self.catalog.roles)}")
                continue
            table = self.table((*path, role), given, Placement.__struct_fields__)
            absent = table.get("absent", False)
            if not self.typed((*path, role, "absent"), absent, bool, "true or false"):
                absent = False
            zones = self.zone_names((*path, role, "zones"), table.get("zones", []))
            items = self.texts(
                (*path, role, "addresses"), table.get("addresses", []), addresses.parse_item
            )
            if absent and (zones or items):
                self.wrong((*path, role), "is absent and has a place; keep one of the two")
            place = Placement(zones, items, absent)
            # What is built in is the same plan whether a file says it or not.
            if path != ("roles",) or place != BUILT_IN_PLACES.get(role):
                found[role] = place
        return found

    def firewalls(self, value: Any) -> dict[str, Firewall]:
        """`[firewalls]`."""
        found = {}
        for name, given in self.table(("firewalls",), value).items():
            path: Path = ("firewalls", name)
            if not self.name_ok(path, name, "firewall"):
                continue
            raw = self.table(path, given)
            if isinstance(given, dict) and "kind" not in raw:
                self.wrong(path, f"needs its kind: one of {listed(FIREWALL_KEYS)}")
                continue
            kind = self.one_of((*path, "kind"), raw.get("kind"), FIREWALL_KEYS) if raw else None
            if kind is not None:
                found[name] = self.firewall(path, kind, raw)
        return found

    def firewall(self, path: Path, kind: str, raw: dict[str, Any]) -> Firewall:
        """One firewall, with the keys that its kind has."""
        known = FIREWALL_KEYS[kind]
        elsewhere = {key for key in raw if key not in known and key in Firewall.__struct_fields__}
        for key in elsewhere:
            self.wrong(
                (*path, key), f"does nothing on a {kind} firewall; known here: {', '.join(known)}"
            )
        table = self.table(path, {key: raw[key] for key in raw if key not in elsewhere}, known)
        found: dict[str, Any] = {}
        for key, given in table.items():
            here: Path = (*path, key)
            if key == "role":
                found[key] = self.role_name(here, given)
            elif key == "addresses":
                found[key] = self.texts(here, given, addresses.parse_item)
            elif key == "zones":
                found[key] = self.zone_names(here, given)
            elif key == "management":
                found[key] = self.management(here, given)
            elif key == "nat":
                found[key] = given if self.typed(here, given, bool, "true or false") else False
            elif key == "public_address":
                found[key] = self.public_address(here, given)
            elif key in FIREWALL_CHOICES:
                chosen = self.one_of(here, given, FIREWALL_CHOICES[key])
                if chosen is not None:
                    found[key] = chosen
        found["kind"] = kind
        if kind in ("host", "cloud") and not (table.get("role") or table.get("addresses")):
            self.wrong(path, "needs the role that it guards, or its addresses")
        if kind in ("boundary", "router") and "zones" not in table:
            self.wrong(
                path, 'needs the zones that it joins, such as zones = ["servers", "clients"]'
            )
        return Firewall(**found)

    def role_name(self, path: Path, value: Any) -> str | None:
        """A role that the catalog knows."""
        role = self.text_of(path, value)
        if role is not None and role not in self.catalog.roles:
            self.wrong(path, f"unknown role {role!r}{near(role, self.catalog.roles)}")
            return None
        return role

    def management(self, path: Path, value: Any) -> tuple[str, ...]:
        """A list of ways in."""
        methods = get_args(Management)

        def known(method: str) -> str:
            if method not in methods:
                raise ValueError(
                    f"{method!r} is unknown{near(method, methods)}; known: {', '.join(methods)}"
                )
            return method

        return self.texts(path, value, known)

    def public_address(self, path: Path, value: Any) -> str | None:
        """One IPv4 address."""
        text = self.text_of(path, value)
        if text is None:
            return None
        try:
            address = addresses.parse_address(text)
        except ValueError as error:
            self.wrong(path, str(error))
            return None
        if addresses.family_of(address) == 6:
            self.wrong(path, f"{address} is IPv6; port forwards are made for IPv4 only")
            return None
        return address

    def proxy(self, value: Any) -> Proxy:
        """`[proxy]`."""
        path: Path = ("proxy",)
        found: dict[str, Any] = {}
        for key, given in self.table(path, value, Proxy.__struct_fields__).items():
            if key == "mode":
                chosen: Any = self.one_of((*path, key), given, ("none", "explicit", "transparent"))
            elif key == "port":
                chosen = self.port((*path, key), given)
            else:
                chosen = given if self.typed((*path, key), given, bool, "true or false") else None
            if chosen is not None:
                found[key] = chosen
        return Proxy(**found)
