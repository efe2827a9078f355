"""`portwright export` and `portwright formats`: the files, and what there is of them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from wizard.cli import complete
from wizard.cli.common import AS_JSON, Examples, deploy_both, deployment_of, fail, print_json


@click.command(
    cls=Examples,
    epilog="""
    portwright export plan.toml --to out
    portwright export plan.toml --to out --format nftables --format csv
    portwright export plan.toml --to out --force      replace an earlier export
    portwright export plan.toml --since last-year.toml --to change     only what changes, for the ticket
    """,
)
@click.argument("plan", type=click.Path(path_type=Path))
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="Where to write.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="NAME",
    shell_complete=complete.formats,
    help=(
        "One format; may be given again. Default: all that fit, but those that are written by name"
        " only (pdf, tickets, devices of one make: portwright formats says which)."
    ),
)
@click.option("--force", is_flag=True, help="Replace the files of an earlier export.")
@click.option(
    "--since",
    "old",
    type=click.Path(path_type=Path),
    metavar="OLD",
    help="Write only what PLAN changes of the plan OLD, in the formats that can say a change.",
)
def export(
    plan: Path, folder: Path, formats: tuple[str, ...], force: bool, old: Path | None
) -> None:
    """Write the files that PLAN asks for into DIR.

    Files of a firewall with open questions are left out and named; then the exit code is 1.
    """
    from exporters.export import ExportError
    from exporters.export import export as write

    try:
        if old is None:
            report = write(deployment_of(plan), folder, list(formats) or None, force)
        else:
            from exporters.changes.export import export_since

            report = export_since(*deploy_both(old, plan), folder, list(formats) or None, force)
    except ExportError as error:
        fail(str(error))
    click.echo(f"{len(report.written)} files written to {folder}")
    for path in report.removed:
        click.echo(f"removed, because this plan no longer has it: {path}")
    for path, beside in report.kept:
        click.echo(f"had been edited, and is kept as {beside}: {path}", err=True)
    for refused in report.refused:
        click.echo(
            f"left out: {refused.firewall} ({', '.join(refused.formats)}): {refused.why}", err=True
        )
    for step in report.next:
        click.echo(step)
    if report.refused:
        sys.exit(1)


@click.command(
    cls=Examples,
    epilog="""
    portwright formats
    portwright formats --json
    """,
)
@AS_JSON
def formats(as_json: bool) -> None:
    """List the formats, what each is for, and which firewalls it fits."""
    from exporters.table import FORMATS

    if as_json:
        print_json(
            {
                "format": 1,
                "formats": [
                    {"name": f.name, "about": f.about_it, "for": f.for_what, "kinds": list(f.kinds)}
                    for f in FORMATS
                ],
            }
        )
    else:
        from wizard.text import table

        rows = [(f.name, f.for_what, ", ".join(f.kinds), f.about_it) for f in FORMATS]
        click.echo(table(("format", "for", "fits", "what it is"), rows, widest=90))
