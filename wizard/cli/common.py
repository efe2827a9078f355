"""What the commands share: help with examples, plans from files, JSON and errors."""

from __future__ import annotations

import errno
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from wizard.deployment import Deployment
    from wizard.facts.model import Catalog
    from wizard.plan.model import Plan


class Examples(click.Command):
    """A command whose help ends with examples, taken as they stand after a line `Examples:`."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples line by line; click would run them together."""
        if self.epilog:
            with formatter.section("Examples"):
                for line in self.epilog.strip().splitlines():
                    formatter.write(f"{'':>{formatter.current_indent}}{line.strip()}\n")


class CommandGroup(click.Group):
    """The commands together. What the system refuses is said in one line, and ends with 2."""

    command_class = Examples

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # whoever read has seen enough: click ends quietly
            fail(str(error))


def catalog_of_facts() -> Catalog:
    """All facts."""
    from wizard.facts.load import CatalogError, load_catalog

    try:
        return load_catalog()
    except CatalogError as error:
        fail(str(error))


def deployment_of(
    path: Path, catalog: Catalog | None = None, problems: list[str] | None = None
) -> Deployment:
    """The deployment of a plan file. Errors end the program, or go to `problems` if given."""
    from wizard.deployment import deploy
    from wizard.plan.model import Plan

    facts = catalog or catalog_of_facts()
    errors: list[str] = []
    plan = _read(path, facts, errors)
    if errors and problems is None:
        fail("\n".join(errors))
    if problems is not None:
        problems += errors
    return deploy(facts, plan or Plan())


def deploy_both(old: Path, new: Path) -> tuple[Deployment, Deployment]:
    """Two plan files' deployments, the errors of both said at once."""
    catalog = catalog_of_facts()
    problems: list[str] = []
    deployments = deployment_of(old, catalog, problems), deployment_of(new, catalog, problems)
    if problems:
        fail("\n".join(problems))
    return deployments


def _read(path: Path, catalog: Catalog, problems: list[str]) -> Plan | None:
    from wizard.plan.file import PlanErrors, read_plan
    from wizard.session.storage import read_content

    try:
        text = read_content(path).decode("utf-8-sig")
    except OSError as error:
        problems.append(f"{path}: {error.strerror or error}")
        return None
    except UnicodeDecodeError as error:
        problems.append(f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8")
        return None
    try:
        return read_plan(text, catalog)
    except PlanErrors as errors:
        problems += [f"{path}: {error}" for error in errors.errors]
        return None


def print_json(value: Any) -> None:
    """Print JSON alone, for programs and for people."""
    import json

    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def fail(message: str) -> NoReturn:
    """Say what is wrong with the input on standard error, and end with 2."""
    from wizard.text import one_line

    for line in message.splitlines():
        click.echo(f"portwright: {one_line(line)}", err=True)
    sys.exit(2)
