"""`portwright doctor`: what a support ticket needs to know of this machine, and nothing that it
should not.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator

import click

from wizard.cli.common import Examples


@click.command(
    cls=Examples,
    epilog="""
    portwright doctor
    portwright doctor > ticket.txt
    """,
)
def doctor() -> None:
    """Say what is installed, what this terminal can do, which tools and drafts there are.

    For a support ticket: addresses, names of people, machines and plans are left out. Looks only,
    changes nothing. Exit code 1 where something stands in the wizard's way.
    """
    from wizard.cli.checkup import checkup
    from wizard.cli.masking import masked
    from wizard.text import one_line

    result = checkup(_wrong_facts(), dict(_terminal()))
    for heading, rows in result.sections.items():
        click.echo(f"{heading}")
        width = max((len(name) for name, _ in rows), default=0)
        for name, value in rows:
            click.echo(f"  {name:<{width}}  {one_line(masked(value))}")
        click.echo()
    for problem in result.problems:
        click.echo(f"problem: {one_line(masked(problem))}")
    if result.problems:
        sys.exit(1)
    click.echo("Nothing stands in the way of the wizard.")


def _wrong_facts() -> str:
    from wizard.facts.load import CatalogError, load_catalog

    try:
        load_catalog()
    except CatalogError as error:
        return str(error)
    return ""


def _terminal() -> Iterator[tuple[str, str]]:
    """What the screens make of this terminal. The report itself may go to a file."""
    from screens.terminal.profile import profile, refusal

    encoding = getattr(sys.__stderr__, "encoding", None) or "ascii"
    size = shutil.get_terminal_size()
    is_input, is_error = (
        stream is not None and stream.isatty() for stream in (sys.__stdin__, sys.__stderr__)
    )
    found = profile(os.environ, encoding)
    yield "the wizard here", refusal("It", os.environ, encoding, is_input, is_error) or "can draw"
    yield "size", f"{size.columns} x {size.lines}"
    yield "encoding", encoding
    yield "colours", found.colours
    yield "characters", "ASCII alone" if found.ascii else "all"
