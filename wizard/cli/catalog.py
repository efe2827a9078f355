"""`portwright catalog`: the facts, and product files of one's own."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from wizard.cli.common import AS_JSON, Examples, catalog_of_facts, fail, print_json
from wizard.cli.complete import names_to_search, products, states

if TYPE_CHECKING:
    from wizard.facts.model import Catalog


@click.command(
    cls=Examples,
    epilog="""
    portwright catalog
    portwright catalog papercut-mf
    portwright catalog --json | jq '.flows[] | select(.evidence == "inferred")'
    portwright catalog new my-product --to my-product.toml
    portwright catalog check my-product.toml
    portwright catalog --search 9163             a port, a host or a name, also an older one
    portwright catalog --changes 2026-11-20      what was added, changed and taken away since that day
    portwright catalog papercut-mf --changes 2026.1
    """,
)
@click.argument(
    "words", metavar="[PRODUCT | new ID | check FILE...]", nargs=-1, shell_complete=products
)
@click.option("--to", type=click.Path(path_type=Path), help="With new: the file to write.")
@click.option(
    "--changes",
    "since",
    metavar="SINCE",
    shell_complete=states,
    help="What has changed since a version of the facts, a day or a release.",
)
@click.option(
    "--search",
    "query",
    metavar="WORDS",
    shell_complete=names_to_search,
    help="Find a port, a host, or a name, also an older one.",
)
@AS_JSON
def catalog(
    words: tuple[str, ...], to: Path | None, since: str | None, query: str | None, as_json: bool
) -> None:
    """Print the facts, each with the document that states it: all of them, or those of PRODUCT.

    'new ID' writes a product file of your own to begin with; 'check FILE...' says all that is wrong
    with such files, and ends with 1 where something is.
    """
    if query is not None and (words[:1] in (("new",), ("check",)) or since is not None):
        fail("--search looks through the facts, of PRODUCT where one is named; give it alone")
    if words[:1] in (("new",), ("check",)):
        if since is not None:
            fail(f"--changes does not go with 'catalog {words[0]}'")
        if words[0] == "new":
            _new_product(words[1:], to)
        else:
            _check_products(words[1:])
        return
    if len(words) > 1:
        fail(f"one product at a time: {words[0]}, or {words[1]}?")
    if to is not None:
        fail("--to goes with 'catalog new ID'")
    product = words[0] if words else None
    from wizard.text import near

    facts = catalog_of_facts()
    if product is not None and product not in facts.products:
        fail(
            f"no product {product!r}{near(product, facts.products)}; known:"
            f" {', '.join(facts.products)}"
        )
    if query is not None:
        _search(facts, product, query, as_json)
    elif since is not None:
        _changes(facts, product, since, as_json)
    elif as_json:
        from wizard.facts.json import catalog_json

        print_json(catalog_json(facts, product))
    else:
        from wizard.views import report

        echo = click.echo_via_pager if sys.stdout.isatty() else click.echo
        echo(report.catalog(facts, product))


def _search(facts: Catalog, product: str | None, query: str, as_json: bool) -> None:
    """Print what fits, of all products or of one, the best first; exit code 1 where nothing does."""
    from wizard.facts.search import search
    from wizard.views import fact_search

    answer = search(facts, query)
    if product is not None:
        hits = tuple(hit for hit in answer.hits if hit.product == product)
        answer = msgspec.structs.replace(answer, hits=hits, absent=())
    if as_json:
        print_json(fact_search.to_json(query, answer))
    else:
        click.echo(fact_search.text(query, answer))
    if not answer.hits:
        sys.exit(1)


def _changes(facts: Catalog, product: str | None, since: str, as_json: bool) -> None:
    """Print what has changed since an earlier state of the facts; of all products, or of one."""
    from wizard.facts.differences import differences
    from wizard.facts.history import HistoryError, catalog_since, present
    from wizard.views import fact_changes

    try:
        now = present(facts)
        old = catalog_since(since, now)
    except HistoryError as error:
        fail(str(error))
    changes = differences(old, now)
    listed = tuple(change for change in changes if product in (None, change.product))
    if as_json:
        print_json(fact_changes.to_json(old.edition, now.edition, listed))
    else:
        echo = click.echo_via_pager if sys.stdout.isatty() else click.echo
        echo(fact_changes.text(facts, old.edition, now.edition, listed))


def _new_product(words: Sequence[str], to: Path | None) -> None:
    """Write a commented product file that loads; to standard output, or to a file that is not there."""
    from wizard.facts.own_files import id_problem, template
    from wizard.session.storage import write_new

    if len(words) != 1:
        fail("write 'portwright catalog new ID', such as 'portwright catalog new my-product'")
    product = words[0]
    if wrong := id_problem(product):
        fail(f"{product}: {wrong}")
    if product in catalog_of_facts().products:
        fail(f"{product} is a product already; take another id")
    if to is None:
        click.echo(template(product), nl=False)
        return
    if to.name != f"{product}.toml":
        fail(f"{to}: the file has to be called {product}.toml, as its name is the product's id")
    write_new(to, template(product).encode())
    click.echo(f"written to {to}")


def _check_products(words: Sequence[str]) -> None:
    """Say everything that is wrong with product files; exit code 1 where something is."""
    from wizard.facts.load import check_own

    if not words:
        fail("write 'portwright catalog check FILE…' with the product files to look at")
    paths = tuple(map(Path, words))
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        fail("\n".join(f"{path}: no such file" for path in missing))
    problems = check_own(paths)
    from wizard.text import one_line

    for problem in problems:
        click.echo(one_line(problem))
    if problems:
        sys.exit(1)
    click.echo("nothing is wrong")
