"""TOML text → plan, with every error at once."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import get_args

import tomli

from wizard.facts.exposure import own_listeners, publishable
from wizard.facts.model import OWN_PRODUCT, Catalog, Feature, Product
from wizard.lines import Path
from wizard.plan.catalog import name_taken
from wizard.plan.file.never import NeverTables
from wizard.plan.file.options import host_keys, needs, read_host, read_option, with_defaults
from wizard.plan.file.values import NAME, PlanError, PlanErrors, shown
from wizard.plan.model import FORMAT, Engine, OptionValue, Placement, Plan, ProductPlan
from wizard.plan.placement import without_built_in_places
from wizard.tables import those_in, those_not_in
from wizard.text import near

_VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})*")


def read_plan(text: str, catalog: Catalog) -> Plan:
    """TOML text → plan.

    Raises:
        PlanErrors: with every error of the file.
    """
    plan, errors = parse_plan(text, catalog)
    if errors:
        raise PlanErrors(errors)
    return plan


def products_named(text: str) -> Collection[str]:
    """The products that a plan file names, as far as can be seen; what is wrong `parse_plan` says."""
    try:
        installations = tomli.loads(text).get("products")
    except (ValueError, RecursionError):
        return ()
    if not isinstance(installations, dict):
        return ()
    products = set(installations)
    for answers in installations.values():
        if isinstance(answers, dict) and isinstance(answers.get("product"), str):
            products.add(answers["product"])
    return products


def parse_plan(text: str, catalog: Catalog) -> tuple[Plan, tuple[PlanError, ...]]:
    """TOML text → what of it makes sense, and all that does not."""
    try:
        table = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        position = re.search(r"at line (\d+)", str(error))
        words = re.sub(r" \(at (line|end).*", "", str(error))
        line = int(position[1]) if position else len(text.splitlines())
        return Plan(), (PlanError("", f"not valid TOML: {words}", line),)
    except (RecursionError, ValueError):
        # Python's own limits: numbers of thousands of digits, tables within tables without end.
        return Plan(), (
            PlanError("", "no plan: it nests too deeply, or has a number too long to read", None),
        )
    return plan_of(table, catalog, text)


def plan_of(
    table: dict[str, object], catalog: Catalog, text: str = ""
) -> tuple[Plan, tuple[PlanError, ...]]:
    """The tables of a plan file → what of them makes sense, and all that does not; `text` gives
    the lines.
    """
    reader = _PlanReader(catalog, text)
    plan = reader.plan(table)
    return plan, tuple(sorted(reader.errors, key=lambda e: (e.line or 0, e.path)))


class _PlanReader(NeverTables):
    """Reads the whole plan."""

    def plan(self, table: dict[str, object]) -> Plan:
        table = self.table((), table, ("format", *Plan.__struct_fields__))
        if type(table.get("format")) is not int or table["format"] != FORMAT:
            fault = f"is {shown(table['format'])}" if "format" in table else "is missing"
            self.wrong(("format",), f"{fault}; this program reads format = {FORMAT}")
        zones = self.zone_table(table.get("zones", {}))
        self.zones |= zones.keys()
        recorded = self.recorded(table.get("catalog", {}))
        self.recorded_products = frozenset(recorded.own)
        self.name_fronts(table.get("fronts", {}))
        own = self.own(table.get("own", {}))
        self.publishable_names = {f"{OWN_PRODUCT}/{name}" for name in own.connections}
        name = self.text_of(("name",), table.get("name", ""))
        plan = Plan(
            name=name or "",
            request=self.request(table.get("request", {})),
            needs=self.needs(table.get("needs", {})),
            products=self.products(table.get("products", {})),
            zones=zones,
            sites=self.sites(table.get("sites", {})),
            roles=self.roles(("roles",), table.get("roles", {})),
            firewalls=self.firewalls(table.get("firewalls", {})),
            fronts=self.fronts(table.get("fronts", {})),
            proxy=self.proxy(table.get("proxy", {})),
            own=own,
            never=self.nevers(table.get("never", {})),
            preset=self.preset(table.get("preset", {})),
            catalog=recorded,
        )
        return without_built_in_places(plan)

    # Products

    def products(self, value: object) -> dict[str, ProductPlan]:
        products = {}
        for name, table in self.table(("products",), value).items():
            product = self.installed(name, table)
            if product is not None:
                products[name] = self.product(("products", name), product, table)
                for listener in publishable(product):
                    self.publishable_names.add(f"{name}/{listener}")
        return products

    def installed(self, name: str, table: object) -> Product | None:
        """The product that an installation is of: the one that it names, else its namesake."""
        path: Path = ("products", name)
        products = self.catalog.products
        product = table.get("product") if isinstance(table, dict) else None
        named = product is not None
        chosen = self.text_of((*path, "product"), product) if named else name
        if chosen is None:
            return None
        if chosen not in products:
            message = f"unknown product{near(chosen, products)}; known: {', '.join(products)}"
            if not named and NAME.fullmatch(name):
                message += '. Another installation of one says which: product = "…"'
            # That its file is missing is said once, where the plan records it.
            if chosen not in self.recorded_products:
                self.wrong((*path, "product") if named else path, message)
            return None
        if chosen != name and not self.name_ok(path, name, "installation"):
            return None
        if trouble := name_taken(self.catalog, name, chosen):
            self.wrong(path, trouble)
            return None
        return products[chosen]

    def product(self, path: Path, product: Product, value: object) -> ProductPlan:
        # What features place stands among their answers.
        parts = tuple(those_not_in(ProductPlan.__struct_fields__, ("feature_roles",)))
        table = self.table(path, value, parts)
        version = self.text_of((*path, "version"), table["version"]) if "version" in table else None
        if version is not None and not _VERSION.fullmatch(version):
            self.wrong(
                (*path, "version"),
                f"{version!r} is no version; write digits and dots, such as {product.newest or '2.1'!r}",
            )
            version = None
        features: dict[str, dict[str, OptionValue]] = {}
        feature_roles: dict[str, dict[str, Placement]] = {}
        for name, options in self.table((*path, "features"), table.get("features", {})).items():
            feature = product.features.get(name)
            if feature is None:
                self.wrong(
                    (*path, "features", name),
                    f"unknown feature of {product.name}{near(name, product.features)}",
                )
            else:
                at = (*path, "features", name)
                features[name] = self.options(at, feature, options)
                if isinstance(options, dict) and (
                    places := self.roles((*at, "roles"), options.get("roles", {}))
                ):
                    feature_roles[name] = places
        return ProductPlan(
            product=None if product.id == path[-1] else product.id,
            version=version,
            features=with_defaults(product, features),
            feature_roles=feature_roles,
            ports=self.ports((*path, "ports"), product, table.get("ports", {})),
            public=self.public((*path, "public"), product, table.get("public", [])),
            encrypted_only=self.flag((*path, "encrypted_only"), table.get("encrypted_only", False)),
            runs_in=self.runs_in((*path, "runs_in"), table.get("runs_in")),
            hosts=self.hosts((*path, "hosts"), product, table.get("hosts", {})),
            roles=self.roles((*path, "roles"), table.get("roles", {})),
            across_sites=self.flag((*path, "across_sites"), table.get("across_sites", False)),
        )

    def runs_in(self, path: Path, value: object) -> Engine | None:
        engines: tuple[Engine, ...] = get_args(Engine)
        named = None if value is None else self.one_of(path, value, engines)
        return next((engine for engine in engines if engine == named), None)

    def options(self, path: Path, feature: Feature, value: object) -> dict[str, OptionValue]:
        if not isinstance(value, dict):
            self.wrong(
                path, "a feature is selected by a table; write {} after it, with its options if any"
            )
            return {}
        for name in value.keys() - feature.options.keys() - {"roles"}:
            options_of_it = ", ".join(feature.options) or "no options"
            self.wrong(
                (*path, name),
                f"unknown option{near(name, feature.options)}; it has {options_of_it}",
            )
        options: dict[str, OptionValue] = {}
        for name, option in feature.options.items():
            if name in value:
                try:
                    options[name] = read_option(option, value[name])
                except ValueError as error:
                    self.wrong((*path, name), str(error))
            elif option.required:
                self.wrong((*path, name), needs(option), unanswered=True)
        return options

    def ports(self, path: Path, product: Product, table: object) -> dict[str, int]:
        ports = {}
        for name, value in self.table(path, table).items():
            listener = product.listeners.get(name)
            if listener is None:
                self.wrong(
                    (*path, name),
                    f"unknown listener{near(name, product.listeners)};"
                    f" known: {', '.join(product.listeners) or 'none'}",
                )
                continue
            port = self.port((*path, name), value)
            if port is not None and port != listener.port:
                ports[name] = port
        return ports

    def public(self, path: Path, product: Product, value: object) -> tuple[str, ...]:
        listeners = self.texts(path, value, str)
        own = own_listeners(product)
        for name in listeners:
            if name not in own:
                self.wrong(
                    path,
                    f"unknown listener {name!r}{near(name, own)};"
                    f" known here: {', '.join(own) or 'none'}",
                )
        return tuple(those_in(listeners, own))

    def hosts(self, path: Path, product: Product, table: object) -> dict[str, str]:
        keys = host_keys(product)
        hosts = {}
        for key, value in self.table(path, table).items():
            if key not in keys:
                self.wrong(
                    (*path, key),
                    f"unknown host{near(key, keys)}; known: {', '.join(keys) or 'none'}",
                )
                continue
            host = self.read_as((*path, key), value, read_host)
            if host is not None:
                hosts[key] = host
        return hosts
