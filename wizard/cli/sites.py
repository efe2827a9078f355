"""`portwright sites`: more sites for a plan."""

from __future__ import annotations

from pathlib import Path

import click

from wizard.cli.common import CommandGroup, catalog_of_facts, deployment_of, fail


@click.group(
    cls=CommandGroup,
    epilog="""
    portwright sites add plan.toml --like north --name south > plan-2.toml
    portwright sites add plan.toml --like north --csv sites.csv --to plan.toml
    """,
)
def sites() -> None:
    """Add sites to a plan."""


@sites.command(
    epilog="""
    portwright sites add plan.toml --like north --name south > plan-2.toml
    portwright sites add plan.toml --like north --csv sites.csv --to plan.toml
    """
)
@click.argument("plan", type=click.Path(path_type=Path))
@click.option("--like", required=True, metavar="SITE", help="The site of PLAN that they are like.")
@click.option("--name", "names", multiple=True, metavar="NAME", help="A new site; repeatable.")
@click.option(
    "--csv",
    "table",
    type=click.Path(path_type=Path),
    help="Sites, a row each: name, and a column for each zone with its networks (or empty).",
)
@click.option("--to", type=click.Path(path_type=Path), help="Write the plan there, not to output.")
def add(plan: Path, like: str, names: tuple[str, ...], table: Path | None, to: Path | None) -> None:
    """Add sites like one that PLAN has: zones, firewalls and places, in networks of their own.

    What the CSV gives no networks for gets the next free ones of the same size.
    """
    from wizard.network.addresses import Cidrs
    from wizard.plan.field import AnswerError
    from wizard.plan.file import write_plan
    from wizard.plan.sites import sites_like
    from wizard.session.sites_file import sites_of_file
    from wizard.session.storage import write_over

    if not names and table is None:
        fail("name the new sites by --name or --csv")
    answers = deployment_of(plan).plan
    new: dict[str, dict[str, Cidrs]] = {name: {} for name in names}
    try:
        if table is not None:
            new |= sites_of_file(table, answers, like)
        larger = sites_like(answers, like, new)
    except AnswerError as error:
        fail(str(error))
    written = write_plan(larger, catalog_of_facts(tuple(larger.products)))
    if to is None:
        click.echo(written, nl=False)
    else:
        write_over(to, written.encode())
