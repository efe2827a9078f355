"""The facts, read from `data/*.toml` and checked on the way in.

A product is one TOML file. Nothing here knows about plans, firewalls or screens. Whatever is wrong
with a file is reported with the file, the entry and what to do, all of it at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec
import tomli

from wizard.facts.entries import FactsFile, PresetHead
from wizard.facts.model import Absent, Catalog, Document, Product, Role
from wizard.facts.own_files import OWN_SECTIONS, OwnFile, own_files, read_own
from wizard.facts.parsed import parsed
from wizard.lines import line_of
from wizard.tables import each_made, without_names


class CatalogError(Exception):
    """Facts that cannot be used; `problems` holds one line each: file, entry, what is wrong."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


OwnEntry = TypeVar("OwnEntry", Role, Document)
_PRINT_DATA = "print-data.toml"
_EDITION = "catalog.toml"
_ABSENT = "absent.toml"
_SHARED = ("roles.toml", "documents.toml", _PRINT_DATA, _EDITION, _ABSENT)
_NO_PRODUCTS = (*_SHARED, "presets.toml")


def data_files() -> dict[str, str]:
    """File name → text of every TOML file of the facts, from the wheel or from the checkout.

    Raises:
        CatalogError: for files that cannot be read, or are missing.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "data", package.parent / "data"):
        paths = sorted(folder.glob("*.toml"))
        if paths:
            return _texts(folder, paths)
    # Not on a file system: from within a zip archive.
    from importlib import resources

    packaged = resources.files("wizard").joinpath("data").iterdir()
    names = {entry.name: entry for entry in packaged if entry.name.endswith(".toml")}
    return {name: names[name].read_text("utf-8") for name in sorted(names)}


def _texts(folder: Path, paths: Sequence[Path]) -> dict[str, str]:
    problems = [f"data/{name}: is missing" for name in _NO_PRODUCTS if folder / name not in paths]
    texts = {}
    for path in paths:
        try:
            texts[path.name] = path.read_text("utf-8")
        except UnicodeDecodeError as error:
            problems.append(f"data/{path.name}: not UTF-8 text (byte {error.start})")
        except OSError as error:
            problems.append(f"data/{path.name}: {error.strerror or error}")
    if problems:
        raise CatalogError(problems)
    return texts


def load_catalog(files: Mapping[str, str] | None = None) -> Catalog:
    """Read and check the facts.

    Args:
        files: file name → TOML text; default: the files of `data/`.

    Raises:
        CatalogError: with every problem that was found.
    """
    loader = _Loader(data_files() if files is None else files, built_in=files is None)
    catalog = loader.load()
    if files is None:
        catalog = _with_own(catalog, loader.problems)
    if loader.problems:
        raise CatalogError(loader.problems)
    return catalog


def check_own(paths: Iterable[Path]) -> tuple[str, ...]:
    """Everything that is wrong with product files of one's own, beside the built-in facts."""
    problems: list[str] = []
    catalog = _Loader(data_files(), built_in=True).load()
    for path in paths:
        file = read_own(path, problems)
        if file is not None:
            catalog = _added(catalog, file, problems)
    return tuple(problems)


def _with_own(catalog: Catalog, problems: list[str]) -> Catalog:
    """The catalog with the product files of one's own; what is wrong with them is a problem."""
    for file in own_files(problems):
        catalog = _added(catalog, file, problems)
    return catalog


def _added(catalog: Catalog, own: OwnFile, problems: list[str]) -> Catalog:
    """The catalog with one more product, and the parties and documents that its file declares."""
    product_id = own.path.stem
    faults: list[str] = []
    loader = _Loader({own.path.name: own.text})
    table = loader.table(own.path.name)
    parts = {part: table.pop(part, {}) for part in OWN_SECTIONS}
    roles = _section(parts["roles"], Role, faults)
    documents = _section(parts["documents"], Document, faults)
    for part, entries, others in (
        ("roles", roles, catalog.roles), ("documents", documents, catalog.documents)
    ):  # fmt: skip
        faults += (
            f"{part}.{key}: there is one already; take another id"
            for key in entries.keys() & others.keys()
        )
    if product_id in catalog.products:
        faults.append(f"{product_id} is a product already; call the file otherwise")
    roles = {**catalog.roles, **roles}
    own_documents = {
        key: msgspec.structs.replace(document, tier="own") for key, document in documents.items()
    }
    documents = {**catalog.documents, **own_documents}
    product = None
    if table and not loader.problems:
        reader = FactsFile(own.path.name, table, loader.problems)
        product = reader.product(catalog.products, None, whole=True)
        if product is not None:
            from wizard.facts.check import check_product

            loader.problems += check_product(own.path.name, product, roles, documents)
    faults += (problem.removeprefix(f"data/{own.path.name}: ") for problem in loader.problems)
    if not faults and product is None:
        faults.append("has no [product]")
    problems += map(partial(_placed, own), faults)
    if faults or product is None:
        return catalog
    product = msgspec.structs.replace(product, name=f"{product.name} (own)", digest=own.digest)
    products = dict(sorted({**catalog.products, product_id: product}.items()))
    return msgspec.structs.replace(catalog, products=products, roles=roles, documents=documents)


def _placed(own: OwnFile, fault: str) -> str:
    """A fault with its file, and the line of its entry where there is one."""
    entry = fault.partition(":")[0]
    line = line_of(own.text, tuple(entry.split(".")))
    return f"{own.path}: {f'line {line}: ' if line else ''}{fault}"


def _section(table: object, kind: type[OwnEntry], faults: list[str]) -> dict[str, OwnEntry]:
    part = "roles" if kind is Role else "documents"
    if not isinstance(table, dict):
        faults.append(f"{part}: must be a table of entries")
        return {}
    reader = FactsFile(part, table, [])
    entries = reader.entries(kind)
    faults += (f"{part}.{p.removeprefix(f'data/{part}: ')}" for p in reader.problems)
    return entries


def opening_catalog(products: Collection[str]) -> Catalog:
    """The facts of these products, and of all others only what stands in the list of products.

    It is read in a fraction of the time: for commands about one plan, and for the wizard's first
    frame. What only `load_catalog` checks is taken as it is.
    """
    files = data_files()
    # Only checked by `load_catalog`, or only searched.
    for name in ("presets.toml", _ABSENT):
        del files[name]
    heads = each_made(_head, without_names(files, _SHARED))
    in_full = {f"{product}.toml" for product in products} & heads.keys()
    in_full |= {f"{_base(heads[name])}.toml" for name in in_full}
    heads = without_names(heads, in_full)
    loader = _Loader({**files, **heads}, built_in=True, heads=heads.keys(), check=False)
    catalog = _with_own(loader.load(), loader.problems)
    if loader.problems:
        raise CatalogError(loader.problems)
    return catalog


def _head(text: str) -> str:
    """The part of a product's file up to the first table after `[product]`."""
    match = re.match(r"(?ms).*?^\[product\]$.*?(?=^\[)", text)
    return match[0] if match else text


def _base(head: str) -> str:
    """The product that one takes its facts over from; '' where there is none."""
    if "base" not in head:
        return ""
    try:
        return str(tomli.loads(head)["product"].get("base", ""))
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return ""  # whoever reads the file says so


class _Loader:
    """Reads the files one after the other and collects what is wrong with them."""

    def __init__(
        self,
        files: Mapping[str, str],
        *,
        built_in: bool = False,
        heads: Collection[str] = (),
        check: bool = True,
    ) -> None:
        self.files = files
        # Files of the program itself, whose tables are kept.
        self.built_in = built_in
        # Products that take nothing over from elsewhere, as there is only the head of their file.
        self.heads = heads
        self.check = check
        self.problems: list[str] = []

    def load(self) -> Catalog:
        files = {name: FactsFile(name, self.table(name), self.problems) for name in self.files}
        empty = FactsFile("", {}, [])
        roles = files.get("roles.toml", empty).entries(Role)
        documents = files.get("documents.toml", empty).entries(Document)
        edition = files[_EDITION].edition() if _EDITION in files else None
        files.get("presets.toml", empty).entries(PresetHead)
        print_data = files.get(_PRINT_DATA, empty).print_data()
        products: dict[str, Product] = {}
        pending = [file for file in files.values() if file.table and file.name not in _NO_PRODUCTS]
        # A product with a base is read after it, so that its facts are there to be taken over.
        for file in sorted(pending, key=lambda file: (file.has_base, file.name)):
            product = file.product(products, print_data, whole=file.name not in self.heads)
            if product is not None:
                products[product.id] = product
        absent = files.get(_ABSENT, empty).entries(Absent)
        catalog = Catalog(dict(sorted(products.items())), roles, documents, edition, absent)
        if self.check:
            self._check(catalog)
        return catalog

    def _check(self, catalog: Catalog) -> None:
        """What the types cannot say; after the first frame."""
        from wizard.facts import check

        self.problems += check.check_roles(catalog.roles)
        self.problems += check.check_documents(catalog.documents, catalog.edition)
        for product in catalog.products.values():
            name = f"{product.id}.toml"
            self.problems += check.check_product(name, product, catalog.roles, catalog.documents)
        self.problems += check.check_absent(catalog.absent, catalog.products)

    def table(self, name: str) -> dict[str, object]:
        """The tables of one file."""
        try:
            text = self.files[name]
            whole = self.built_in and name not in self.heads
            return parsed(name, text) if whole else tomli.loads(text)
        except tomli.TOMLDecodeError as error:
            self.problems.append(f"data/{name}: not valid TOML: {error}")
        except (RecursionError, ValueError):
            self.problems.append(f"data/{name}: nests too deeply, or has a number too long to read")
        return {}
