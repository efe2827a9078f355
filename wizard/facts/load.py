"""The facts, read from `data/*.toml` and checked on the way in.

A product is one TOML file. Nothing here knows about plans, firewalls or screens. Whatever is wrong
with a file is reported with the file, the entry and what to do, all of it at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import tomli

from wizard.facts.check import check_product
from wizard.facts.model import (
    BypassFact,
    Catalog,
    Condition,
    Document,
    EndpointFact,
    Feature,
    FlowFact,
    Listener,
    MailSenderFact,
    Product,
    Role,
    Source,
)
from wizard.facts.raw import RawBypass, RawEndpoint, RawFlow, RawMailSender, RawPreset, RawProduct
from wizard.network.ports import PortRange, parse_ports
from wizard.text import near


class CatalogError(Exception):
    """Facts that cannot be used; `problems` holds one line each: file, entry, what is wrong."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


_SECTIONS: dict[str, Any] = {
    "features": Feature,
    "listeners": Listener,
    "flows": RawFlow,
    "endpoints": RawEndpoint,
    "tls_bypass": RawBypass,
    "mail_senders": RawMailSender,
}
_SHARED = ("roles.toml", "documents.toml")
_NO_PRODUCTS = (*_SHARED, "presets.toml")


def data_files() -> dict[str, str]:
    """File name → text of every TOML file of the facts, from the wheel or from the checkout.

    Raises:
        CatalogError: for files that cannot be read, or are missing.
    """
    here = Path(__file__).resolve().parents[1]
    for folder in (here / "data", here.parent / "data"):
        paths = sorted(folder.glob("*.toml"))
        if paths:
            return _texts(folder, paths)
    # Not on a file system: from within a zip archive.
    from importlib import resources

    packaged = resources.files("wizard").joinpath("data").iterdir()
    return dict(
        sorted((e.name, e.read_text("utf-8")) for e in packaged if e.name.endswith(".toml"))
    )


def _texts(folder: Path, paths: Sequence[Path]) -> dict[str, str]:
    problems = [f"data/{name}: is missing" for name in _NO_PRODUCTS if folder / name not in paths]
    found = {}
    for path in paths:
        try:
            found[path.name] = path.read_text("utf-8")
        except UnicodeDecodeError as error:
            problems.append(f"data/{path.name}: not UTF-8 text (byte {error.start})")
        except OSError as error:
            problems.append(f"data/{path.name}: {error.strerror or error}")
    if problems:
        raise CatalogError(problems)
    return found


def load_catalog(files: Mapping[str, str] | None = None) -> Catalog:
    """Read and check the facts.

    Args:
        files: file name → TOML text; default: the files of `data/`.

    Raises:
        CatalogError: with every problem that was found.
    """
    loader = _Loader(data_files() if files is None else files)
    catalog = loader.load()
    if loader.problems:
        raise CatalogError(loader.problems)
    return catalog


def opening_catalog(products: Collection[str]) -> Catalog:
    """The facts of these products, and of all others only what stands in the list of products.

    It is read in a fraction of the time: for the wizard's first frame, until the whole catalog is
    there. What only `load_catalog` checks is taken as it is.
    """
    files = data_files()
    del files["presets.toml"]  # only checked by `load_catalog`, not read
    heads = {name: _head(text) for name, text in files.items() if name not in _SHARED}
    wanted = heads.keys() & {f"{product}.toml" for product in products}
    bases = {_base(heads[name]) for name in wanted}
    heads = {
        name: heads[name] for name in heads.keys() - wanted - {f"{base}.toml" for base in bases}
    }
    loader = _Loader({**files, **heads}, heads=heads.keys(), check=False)
    catalog = loader.load()
    if loader.problems:
        raise CatalogError(loader.problems)
    return catalog


def _head(text: str) -> str:
    """The part of a product's file up to the first table after `[product]`."""
    found = re.match(r"(?ms).*?^\[product\]$.*?(?=^\[)", text)
    return found[0] if found else text


def _base(head: str) -> str:
    """The product that one takes its facts over from; '' where there is none."""
    try:
        return str(tomli.loads(head)["product"].get("base", ""))
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return ""  # whoever reads the file says so


class _Loader:
    """Reads the files one after the other and collects what is wrong with them."""

    def __init__(
        self, files: Mapping[str, str], *, heads: Collection[str] = (), check: bool = True
    ) -> None:
        self.files = files
        # Products that take nothing over from their base, as there is only the head of their file.
        self.heads = heads
        self.check = check
        self.problems: list[str] = []

    def load(self) -> Catalog:
        tables = {name: self._table(name) for name in self.files}
        roles = self._entries("roles.toml", "", tables.get("roles.toml", {}), Role)
        documents = self._entries("documents.toml", "", tables.get("documents.toml", {}), Document)
        self._entries("presets.toml", "", tables.get("presets.toml", {}), RawPreset)
        products: dict[str, Product] = {}
        pending = {
            name: table for name, table in tables.items() if table and name not in _NO_PRODUCTS
        }
        # A product with a base is read after it, so that its facts are there to be taken over.
        for name in sorted(pending, key=lambda n: (_has_base(pending[n]), n)):
            product = self._product(name, pending[name], products, roles, documents)
            if product is not None:
                products[product.id] = product
        return Catalog(products=dict(sorted(products.items())), roles=roles, documents=documents)

    def _table(self, name: str) -> dict[str, Any]:
        try:
            return tomli.loads(self.files[name])
        except tomli.TOMLDecodeError as error:
            self.problems.append(f"data/{name}: not valid TOML: {error}")
        except (RecursionError, ValueError):
            self.problems.append(f"data/{name}: nests too deeply, or has a number too long to read")
        return {}

    def _entries(self, name: str, section: str, table: object, kind: Any) -> dict[str, Any]:
        if not isinstance(table, dict):
            self.problems.append(f"data/{name}: {section}: must be a table of entries")
            return {}
        found = {}
        for key, raw in table.items():
            where = f"{section}.{key}" if section else key
            try:
                found[key] = msgspec.convert(raw, kind)
            except msgspec.ValidationError as error:
                self.problems.append(f"data/{name}: {where}: {error}")
                continue
            if isinstance(found[key], RawFlow | RawEndpoint) and not all(found[key].when):
                self.problems.append(f"data/{name}: {where}: when: each list in it names a feature")
                del found[key]
            elif isinstance(found[key], RawFlow):
                try:
                    _ports(found[key].ports)
                except ValueError as error:
                    self.problems.append(f"data/{name}: {where}: ports: {error}")
        return found

    def _product(
        self,
        name: str,
        table: dict[str, Any],
        others: Mapping[str, Product],
        roles: Mapping[str, Role],
        documents: Mapping[str, Document],
    ) -> Product | None:
        for key in table.keys() - _SECTIONS.keys() - {"product"}:
            self.problems.append(f"data/{name}: {key}: unknown section{near(key, _SECTIONS)}")
        try:
            head = msgspec.convert(table.get("product", {}), RawProduct)
        except msgspec.ValidationError as error:
            self.problems.append(f"data/{name}: product: {error}")
            return None
        raw = {s: self._entries(name, s, table.get(s, {}), kind) for s, kind in _SECTIONS.items()}
        if name in self.heads:
            head = msgspec.structs.replace(head, base=None)
        if head.base is not None and head.base not in others:
            self.problems.append(
                f"data/{name}: product.base: no product {head.base!r}{near(head.base, others)}"
            )
            return None
        product_id = name.removesuffix(".toml")
        product = _build(product_id, head, raw, others.get(head.base or ""))
        if self.check:
            self.problems += check_product(name, product, roles, documents)
        return product


def _has_base(table: dict[str, Any]) -> bool:
    head = table.get("product")
    return isinstance(head, dict) and "base" in head


def _build(
    product_id: str, head: RawProduct, raw: dict[str, dict[str, Any]], base: Product | None
) -> Product:
    """The product of one file, with what it takes over from its base."""
    taken = _take_over(base, product_id, head.without) if base else None
    flows = tuple(_flow(product_id, key, fact, head.document) for key, fact in raw["flows"].items())
    endpoints = tuple(
        _endpoint(product_id, key, fact, head.document) for key, fact in raw["endpoints"].items()
    )
    bypass = tuple(
        BypassFact(b.host, b.feature, Source(b.document or head.document, b.at))
        for b in raw["tls_bypass"].values()
    )
    senders = tuple(
        MailSenderFact(m.address, m.domain, m.feature, Source(m.document or head.document, m.at))
        for m in raw["mail_senders"].values()
    )
    return Product(
        id=product_id,
        name=head.name,
        about=head.about,
        document=head.document,
        newest=head.newest,
        features={**(taken.features if taken else {}), **raw["features"]},
        listeners={**(taken.listeners if taken else {}), **raw["listeners"]},
        flows=(*(taken.flows if taken else ()), *flows),
        endpoints=(*(taken.endpoints if taken else ()), *endpoints),
        tls_bypass=(*(taken.tls_bypass if taken else ()), *bypass),
        mail_senders=(*(taken.mail_senders if taken else ()), *senders),
    )


def _take_over(base: Product, product_id: str, without: tuple[str, ...]) -> Product:
    """The base's facts under another product's name, less the features that it does not have."""
    left_out = {
        f
        for f in base.features
        if any(f == w or (w.endswith("*") and f.startswith(w[:-1])) for w in without)
    }

    def kept(when: tuple[tuple[Condition, ...], ...]) -> tuple[tuple[Condition, ...], ...]:
        return tuple(all_of for all_of in when if not any(c.feature in left_out for c in all_of))

    def renamed(fact: Any) -> Any:
        when = kept(fact.when)
        first = when[0][0]
        return msgspec.structs.replace(
            fact,
            id=f"{product_id}/{fact.id.partition('/')[2]}",
            product=product_id,
            feature=first.feature,
            options=first.options,
            when=when,
        )

    return msgspec.structs.replace(
        base,
        id=product_id,
        features={key: feature for key, feature in base.features.items() if key not in left_out},
        flows=tuple(renamed(fact) for fact in base.flows if kept(fact.when)),
        endpoints=tuple(renamed(fact) for fact in base.endpoints if kept(fact.when)),
        tls_bypass=tuple(b for b in base.tls_bypass if b.feature not in left_out),
        mail_senders=tuple(m for m in base.mail_senders if m.feature not in left_out),
    )


def _when(raw: RawFlow | RawEndpoint) -> tuple[tuple[Condition, ...], ...]:
    return raw.when or ((Condition(raw.feature, raw.options),),)


def _flow(product: str, key: str, raw: RawFlow, document: str) -> FlowFact:
    return FlowFact(
        id=f"{product}/{key}",
        product=product,
        feature=raw.feature,
        options=raw.options,
        when=_when(raw),
        group=raw.group,
        versions=raw.versions,
        from_=raw.from_,
        to=raw.to,
        transport=raw.transport,
        ports=_ports_or_none(raw.ports),
        listener=raw.listener,
        ports_option=raw.ports_option,
        service=raw.service,
        status=raw.status,
        scope=raw.scope,
        cast=raw.cast,
        cast_addresses=raw.cast_addresses,
        encrypted=None if raw.encrypted == "unstated" else bool(raw.encrypted),
        never_public=raw.never_public,
        automatic=raw.automatic,
        evidence=raw.evidence,
        source=Source(raw.document or document, raw.at),
        also=raw.also,
        cautions=raw.cautions,
        contradiction=raw.contradiction,
        without=raw.without,
    )


def _endpoint(product: str, key: str, raw: RawEndpoint, document: str) -> EndpointFact:
    return EndpointFact(
        id=f"{product}/{key}",
        product=product,
        feature=raw.feature,
        options=raw.options,
        when=_when(raw),
        versions=raw.versions,
        from_=raw.from_,
        scheme=raw.scheme,
        host=raw.host,
        host_key=raw.host_key,
        port=raw.port,
        path=raw.path,
        status=raw.status,
        purpose=raw.purpose,
        evidence=raw.evidence,
        source=Source(raw.document or document, raw.at),
        also=raw.also,
        cautions=raw.cautions,
        contradiction=raw.contradiction,
        without=raw.without,
    )


# Each flow's ports are looked at twice, and many flows have the same ones.
_ports = lru_cache(maxsize=1024)(parse_ports)


def _ports_or_none(values: tuple[int | str, ...]) -> tuple[PortRange, ...]:
    try:
        return _ports(values)
    except ValueError:
        return ()  # the check says it, with the entry's name
