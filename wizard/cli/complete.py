"""What a shell offers while a command is typed: ids of the facts, formats, parties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from click import Context, Parameter

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from wizard.facts.model import Catalog


def products(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem]:
    """Products, and what else `catalog` takes in their place."""
    entries = {key: product.name for key, product in _facts().products.items()}
    if not context.params.get("words"):
        entries |= {"new": "a product file of your own", "check": "look at such files"}
    return list(_fitting(entries.items(), incomplete))


def states(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem]:
    """Versions of the facts, with their days."""
    from wizard.facts.history import HistoryError, past_catalogs

    try:
        catalogs = past_catalogs().values()
    except HistoryError:
        return []
    return list(_fitting(((c.version, str(c.date)) for c in catalogs), incomplete))


def names_to_search(
    context: Context, parameter: Parameter, incomplete: str
) -> list[CompletionItem]:
    """Names, and older names, of products and features; and hosts."""
    from wizard.facts.search import names

    known = {name.casefold().strip("(),") for name in names(_facts()) if " " not in name}
    return list(_fitting(((name, "") for name in sorted(known)), incomplete.casefold()))


def formats(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem]:
    """Formats of the export."""
    from exporters.table import FORMATS

    return list(_fitting(((entry.name, entry.for_what) for entry in FORMATS), incomplete))


def parties(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem]:
    """Roles, as `explain` takes them; addresses and zones are typed."""
    roles = _facts().roles.items()
    return list(_fitting(((key, role.name) for key, role in roles), incomplete))


def _facts() -> Catalog:
    """What there is; nothing where the facts cannot be read: the command itself says why."""
    from wizard.facts.load import CatalogError, load_catalog
    from wizard.facts.model import Catalog

    try:
        return load_catalog()
    except CatalogError:
        return Catalog({}, {}, {})


def _fitting(entries: Iterable[tuple[str, str]], incomplete: str) -> Iterator[CompletionItem]:
    from click.shell_completion import CompletionItem

    for value, about in entries:
        if value.startswith(incomplete):
            yield CompletionItem(value, help=about or None)
