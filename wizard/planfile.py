"""The plan file: TOML ↔ `Plan`.

Reading collects every error at once, each with the key's path and, where there is one, its line. Whatever is
wrong is left out of the plan, so that a wizard can go on with the rest. Writing makes every default explicit.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, get_args

import msgspec
import tomli

from wizard import addresses
from wizard.facts import Catalog, Feature, Option, Product, Scalar
from wizard.lines import Path, line_of
from wizard.plan import (
    BUILT_IN_PLACES,
    FORMAT,
    INTERNET,
    Firewall,
    Management,
    OptionValue,
    Placement,
    Plan,
    ProductPlan,
    Proxy,
    Request,
    Zone,
)
from wizard.ports import parse_ports
from wizard.text import near

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
HOST = re.compile(
    r"(?=.{1,253}\Z)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.I
)
_VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})*")

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


class PlanError(msgspec.Struct, frozen=True):
    """One thing that is wrong: the key's path, what is wrong and what to do, and the line if it is known."""

    path: str
    message: str
    line: int | None

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.path}: {self.message}" if self.path else f"{where}{self.message}"


class PlanErrors(Exception):
    """A plan file that cannot be used, with all its errors."""

    def __init__(self, errors: Iterable[PlanError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(str(error) for error in self.errors))


def read_plan(text: str, catalog: Catalog) -> Plan:
    """TOML text → plan.

    Raises:
        PlanErrors: with every error of the file.
    """
    plan, errors = parse_plan(text, catalog)
    if errors:
        raise PlanErrors(errors)
    return plan


def parse_plan(text: str, catalog: Catalog) -> tuple[Plan, tuple[PlanError, ...]]:
    """TOML text → what of it makes sense, and all that does not."""
    try:
        table = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        words = re.sub(r" \(at (line|end).*", "", str(error))
        line = int(found[1]) if found else len(text.splitlines())
        return Plan(), (PlanError("", f"not valid TOML: {words}", line),)
    except (RecursionError, ValueError):
        # Python's own limits: numbers of thousands of digits, tables within tables without end.
        return Plan(), (
            PlanError("", "no plan: it nests too deeply, or has a number too long to read", None),
        )
    reader = _Reader(catalog, text)
    plan = reader.plan(table)
    return plan, tuple(sorted(reader.errors, key=lambda e: (e.line or 0, e.path)))


class _Reader:
    """Walks the tables and notes what is wrong."""

    def __init__(self, catalog: Catalog, text: str) -> None:
        self.catalog = catalog
        self.text = text
        self.errors: list[PlanError] = []
        self.zones: set[str] = {INTERNET}

    def wrong(self, path: Path, message: str) -> None:
        self.errors.append(
            PlanError(".".join(_quoted(key) for key in path), message, line_of(self.text, path))
        )

    # Plain values

    def table(self, path: Path, value: Any, known: Iterable[str] | None = None) -> dict[str, Any]:
        """The value as a table with only known keys."""
        if not isinstance(value, dict):
            self.wrong(path, f"must be a table, not {_kind(value)}")
            return {}
        if known is None:
            return value
        names = tuple(known)
        for key in value.keys() - set(names):
            self.wrong((*path, key), f"unknown key{near(key, names)}; known here: {', '.join(names)}")
        return {key: value[key] for key in value if key in names}

    def typed(self, path: Path, value: Any, kind: type, words: str) -> bool:
        """True if the value has the type; else the error is noted."""
        right = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
        if not right:
            self.wrong(path, f"must be {words}, not {_kind(value)}")
        return right

    def text_of(self, path: Path, value: Any) -> str | None:
        return value if self.typed(path, value, str, "text in quotes") else None

    def one_of(self, path: Path, value: Any, choices: Iterable[str]) -> str | None:
        known = tuple(choices)
        if value in known and isinstance(value, str):
            return value
        self.wrong(path, f"must be one of {_listed(known)}, not {_shown(value)}{_near_value(value, known)}")
        return None

    def texts(self, path: Path, value: Any, read: Callable[[str], str]) -> tuple[str, ...]:
        """A list of texts, each read by a function that raises ValueError for what it does not take."""
        if not self.typed(path, value, list, "a list"):
            return ()
        found: list[str] = []
        for item in value:
            if not isinstance(item, str):
                self.wrong(path, f"holds {_shown(item)}; each entry must be text in quotes")
                continue
            try:
                found.append(read(item))
            except ValueError as error:
                self.wrong(path, str(error))
        return tuple(dict.fromkeys(found))

    def port(self, path: Path, value: Any) -> int | None:
        if not self.typed(path, value, int, "a port number"):
            return None
        if not 1 <= value <= 65535:
            self.wrong(path, f"{_shown(value)} is no port; ports go from 1 to 65535")
            return None
        return int(value)

    def name_ok(self, path: Path, name: str, what: str) -> bool:
        if NAME.fullmatch(name):
            return True
        self.wrong(path, f"{name!r} cannot name a {what}; use small letters, digits and hyphens, 63 at most")
        return False

    # The plan's parts

    def plan(self, table: dict[str, Any]) -> Plan:
        parts = ("format", "name", "request", "products", "zones", "roles", "firewalls", "proxy")
        table = self.table((), table, parts)
        if type(table.get("format")) is not int or table["format"] != FORMAT:
            given = f"is {_shown(table['format'])}" if "format" in table else "is missing"
            self.wrong(("format",), f"{given}; this program reads format = {FORMAT}")
        zones = self.zone_table(table.get("zones", {}))
        self.zones |= zones.keys()
        name = self.text_of(("name",), table.get("name", ""))
        return Plan(
            name=name or "",
            request=self.request(table.get("request", {})),
            products=self.products(table.get("products", {})),
            zones=zones,
            roles=self.roles(("roles",), table.get("roles", {})),
            firewalls=self.firewalls(table.get("firewalls", {})),
            proxy=self.proxy(table.get("proxy", {})),
        )

    def request(self, value: Any) -> Request:
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
                        f"must be a date such as 2027-01-15, without quotes, not {_shown(given)}",
                    )
            else:
                found[key] = self.text_of((*path, key), given)
        return Request(**found)

    def zone_table(self, value: Any) -> dict[str, Zone]:
        zones = {}
        for name, given in self.table(("zones",), value).items():
            path: Path = ("zones", name)
            if name == INTERNET:
                self.wrong(path, "the zone internet is built in: every address outside the plan's own zones")
            elif self.name_ok(path, name, "zone"):
                table = self.table(path, given, ("networks",))
                if "networks" not in table and isinstance(given, dict):
                    self.wrong(path, 'needs its networks, such as networks = ["10.0.20.0/24"]')
                networks = self.texts((*path, "networks"), table.get("networks", []), addresses.parse_network)
                zones[name] = Zone(networks)
        return zones

    def zone_names(self, path: Path, value: Any) -> tuple[str, ...]:
        def known(zone: str) -> str:
            if zone not in self.zones:
                raise ValueError(f"no zone {zone!r} is declared{near(zone, self.zones)}")
            return zone

        return self.texts(path, value, known)

    def roles(self, path: Path, value: Any) -> dict[str, Placement]:
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
            items = self.texts((*path, role, "addresses"), table.get("addresses", []), addresses.parse_item)
            if absent and (zones or items):
                self.wrong((*path, role), "is absent and has a place; keep one of the two")
            place = Placement(zones, items, absent)
            # What is built in is the same plan whether a file says it or not.
            if path != ("roles",) or place != BUILT_IN_PLACES.get(role):
                found[role] = place
        return found

    def firewalls(self, value: Any) -> dict[str, Firewall]:
        found = {}
        for name, given in self.table(("firewalls",), value).items():
            path: Path = ("firewalls", name)
            if not self.name_ok(path, name, "firewall"):
                continue
            raw = self.table(path, given)
            if isinstance(given, dict) and "kind" not in raw:
                self.wrong(path, f"needs its kind: one of {_listed(FIREWALL_KEYS)}")
                continue
            kind = self.one_of((*path, "kind"), raw.get("kind"), FIREWALL_KEYS) if raw else None
            if kind is not None:
                found[name] = self.firewall(path, kind, raw)
        return found

    def firewall(self, path: Path, kind: str, raw: dict[str, Any]) -> Firewall:
        known = FIREWALL_KEYS[kind]
        elsewhere = {key for key in raw if key not in known and key in Firewall.__struct_fields__}
        for key in elsewhere:
            self.wrong((*path, key), f"does nothing on a {kind} firewall; known here: {', '.join(known)}")
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
            self.wrong(path, 'needs the zones that it joins, such as zones = ["servers", "clients"]')
        return Firewall(**found)

    def role_name(self, path: Path, value: Any) -> str | None:
        role = self.text_of(path, value)
        if role is not None and role not in self.catalog.roles:
            self.wrong(path, f"unknown role {role!r}{near(role, self.catalog.roles)}")
            return None
        return role

    def management(self, path: Path, value: Any) -> tuple[str, ...]:
        methods = get_args(Management)

        def known(method: str) -> str:
            if method not in methods:
                raise ValueError(f"{method!r} is unknown{near(method, methods)}; known: {', '.join(methods)}")
            return method

        return self.texts(path, value, known)

    def public_address(self, path: Path, value: Any) -> str | None:
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

    # Products

    def products(self, value: Any) -> dict[str, ProductPlan]:
        found = {}
        for product_id, given in self.table(("products",), value).items():
            product = self.catalog.products.get(product_id)
            if product is None:
                message = f"unknown product{near(product_id, self.catalog.products)}"
                self.wrong(("products", product_id), f"{message}; known: {', '.join(self.catalog.products)}")
            else:
                found[product_id] = self.product(("products", product_id), product, given)
        return found

    def product(self, path: Path, product: Product, value: Any) -> ProductPlan:
        table = self.table(path, value, ProductPlan.__struct_fields__)
        version = self.text_of((*path, "version"), table["version"]) if "version" in table else None
        if version is not None and not _VERSION.fullmatch(version):
            self.wrong(
                (*path, "version"),
                f"{version!r} is no version; write digits and dots, such as {product.newest!r}",
            )
            version = None
        features: dict[str, dict[str, OptionValue]] = {}
        for name, given in self.table((*path, "features"), table.get("features", {})).items():
            feature = product.features.get(name)
            if feature is None:
                self.wrong(
                    (*path, "features", name),
                    f"unknown feature of {product.name}{near(name, product.features)}",
                )
            else:
                features[name] = self.options((*path, "features", name), feature, given)
        return ProductPlan(
            version=version or product.newest,
            features=with_defaults(product, features),
            ports=self.ports((*path, "ports"), product, table.get("ports", {})),
            hosts=self.hosts((*path, "hosts"), product, table.get("hosts", {})),
            roles=self.roles((*path, "roles"), table.get("roles", {})),
        )

    def options(self, path: Path, feature: Feature, value: Any) -> dict[str, OptionValue]:
        if not isinstance(value, dict):
            self.wrong(path, "a feature is selected by a table; write {} after it, with its options if any")
            return {}
        for name in value.keys() - feature.options.keys():
            known = f"; it has {', '.join(feature.options)}" if feature.options else "; it has no options"
            self.wrong((*path, name), f"unknown option{near(name, feature.options)}{known}")
        found: dict[str, OptionValue] = {}
        for name, option in feature.options.items():
            if name in value:
                try:
                    found[name] = read_option(option, value[name])
                except ValueError as error:
                    self.wrong((*path, name), str(error))
            elif option.required:
                values = _listed(str(choice.value) for choice in option.choices)
                amount = "one or more of" if option.kind == "choices" else "one of"
                self.wrong((*path, name), f"is required: {amount} {values}")
        return found

    def ports(self, path: Path, product: Product, value: Any) -> dict[str, int]:
        found = {}
        for name, given in self.table(path, value).items():
            listener = product.listeners.get(name)
            if listener is None:
                known = ", ".join(product.listeners) or "none"
                self.wrong((*path, name), f"unknown listener{near(name, product.listeners)}; known: {known}")
                continue
            port = self.port((*path, name), given)
            if port is not None and port != listener.port:
                found[name] = port
        return found

    def hosts(self, path: Path, product: Product, value: Any) -> dict[str, str]:
        keys = sorted({fact.host_key for fact in product.endpoints if fact.host_key})
        found = {}
        for key, given in self.table(path, value).items():
            if key not in keys:
                self.wrong((*path, key), f"unknown host{near(key, keys)}; known: {', '.join(keys) or 'none'}")
                continue
            host = self.text_of((*path, key), given)
            if host is not None:
                try:
                    found[key] = read_host(host)
                except ValueError as error:
                    self.wrong((*path, key), str(error))
        return found


def read_host(text: str) -> str:
    """A host's full name → the same in small letters, without a dot at the end.

    Raises:
        ValueError: for what is no full host name (an address, a URL, a single label).
    """
    host = text.strip().rstrip(".").lower()
    if not HOST.fullmatch(host) or re.fullmatch(r"[0-9.]+", host):
        raise ValueError(f"{text.strip()!r} is no full host name such as ldaps.example.com")
    return host


def read_option(option: Option, value: Any) -> OptionValue:
    """A value from a plan file → the option's value.

    Raises:
        ValueError: with words that name what the option takes.
    """
    if option.kind == "flag":
        if isinstance(value, bool):
            return value
        raise ValueError(f"must be true or false, not {_shown(value)}")
    if option.kind == "choice":
        return _choice(option, value)
    if not isinstance(value, list | tuple):
        raise ValueError(f"must be a list, not {_kind(value)}; write [{_shown(value)}]")
    if not value:
        raise ValueError("must name at least one")
    if option.kind == "choices":
        return tuple(dict.fromkeys(_choice(option, item) for item in value))
    wrong = [item for item in value if isinstance(item, bool) or not isinstance(item, int | str)]
    if wrong:
        raise ValueError(f'holds {_shown(wrong[0])}; each entry is a port or a range such as "9200-9999"')
    return tuple(str(low) if low == high else f"{low}-{high}" for low, high in parse_ports(value))


def _choice(option: Option, value: object) -> Scalar:
    for choice in option.choices:
        # 1 == True in Python, but not in a plan.
        if choice.value == value and type(choice.value) is type(value):
            return choice.value
    values = [choice.value for choice in option.choices]
    raise ValueError(
        f"must be one of {_listed(str(v) for v in values)}, not {_shown(value)}{_near_value(value, map(str, values))}"
    )


def with_defaults(
    product: Product, features: Mapping[str, Mapping[str, OptionValue]]
) -> dict[str, dict[str, OptionValue]]:
    """The selected features with the default of every option that was left out.

    Core features stand here only for the sake of their options.
    """
    full: dict[str, dict[str, OptionValue]] = {}
    for name, feature in product.features.items():
        if name not in features and not (feature.core and feature.options):
            continue
        if feature.core and not feature.options:
            continue
        given = features.get(name, {})
        defaults = {o: option.default for o, option in feature.options.items() if option.default is not None}
        full[name] = {
            o: given.get(o, defaults.get(o, "")) for o in feature.options if o in given or o in defaults
        }
    return full


def write_plan(plan: Plan, catalog: Catalog) -> str:
    """Plan → TOML text with every default explicit; reading it gives the same plan."""
    import tomli_w

    from wizard.flows import needed_roles, used_listeners

    table: dict[str, Any] = {"format": FORMAT, "name": plan.name}
    request = {key: value for key, value in msgspec.structs.asdict(plan.request).items() if value is not None}
    if request:
        table["request"] = request
    table["products"] = {
        product_id: _product_table(
            catalog.products[product_id], answers, used_listeners(catalog, plan, product_id)
        )
        for product_id, answers in plan.products.items()
    }
    table["zones"] = {name: {"networks": list(zone.networks)} for name, zone in plan.zones.items()}
    needed = needed_roles(catalog, plan)
    built_in = {role: place for role, place in BUILT_IN_PLACES.items() if role in needed and role != INTERNET}
    places = {**built_in, **plan.roles}
    table["roles"] = {role: _placement_table(place) for role, place in places.items()}
    table["firewalls"] = {name: _firewall_table(firewall) for name, firewall in plan.firewalls.items()}
    table["proxy"] = msgspec.structs.asdict(plan.proxy)
    return tomli_w.dumps({key: value for key, value in table.items() if value not in ({}, None)})


def _product_table(product: Product, answers: ProductPlan, listeners: Mapping[str, int]) -> dict[str, Any]:
    features = with_defaults(product, answers.features)
    table: dict[str, Any] = {
        "version": answers.version or product.newest,
        "features": {name: {o: _plain(v) for o, v in options.items()} for name, options in features.items()},
    }
    if listeners:
        table["ports"] = dict(listeners)
    if answers.hosts:
        table["hosts"] = dict(answers.hosts)
    if answers.roles:
        table["roles"] = {role: _placement_table(place) for role, place in answers.roles.items()}
    return table


def _placement_table(place: Placement) -> dict[str, Any]:
    if place.absent:
        return {"absent": True}
    return {"zones": list(place.zones), "addresses": list(place.addresses)}


def _firewall_table(firewall: Firewall) -> dict[str, Any]:
    values = {key: getattr(firewall, key) for key in FIREWALL_KEYS[firewall.kind]}
    # A firewall that guards its role's addresses has none of its own: an empty list would read as 'nobody'.
    return {k: _plain(v) for k, v in values.items() if v is not None and not (k == "addresses" and not v)}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _kind(value: Any) -> str:
    names = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "text",
        list: "a list",
        dict: "a table",
    }
    return names.get(type(value), "a date or time")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and value.bit_length() > 64:
        return "a number that is far too large"
    shown = repr(value) if isinstance(value, str | int) else _kind(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def _listed(values: Iterable[str]) -> str:
    return ", ".join(values)


def _near_value(value: Any, known: Iterable[str]) -> str:
    return near(value, known) if isinstance(value, str) else ""


def _quoted(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else repr(key)
