"""`portwright catalog new` and `portwright catalog check`: product files of one's own."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from wizard.cli.common import catalog_of_facts, fail


def new_product(words: Sequence[str], to: Path | None) -> None:
    """Write a commented product file that loads; to standard output, or to a file that is not there."""
    from wizard.facts.own_files import id_problem, template

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
    with to.open("x", encoding="utf-8") as file:
        file.write(template(product))
    click.echo(f"written to {to}")


def check_products(words: Sequence[str]) -> None:
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
