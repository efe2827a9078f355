"""What the commands share: help with examples, plans from files, JSON and errors."""

from __future__ import annotations

import codecs
import contextlib
import errno
import gc
import io
import sys
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from wizard.tables import those_in, those_not_in

if TYPE_CHECKING:
    from wizard.deployment import Deployment
    from wizard.facts.model import Catalog
    from wizard.plan.model import Plan


AS_JSON = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON alone on standard output."
)


class Examples(click.Command):
    """A command whose help ends with examples, taken as they stand after a line `Examples:`."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples line by line; click would run them together."""
        if self.epilog:
            with formatter.section("Examples"):
                for line in self.epilog.strip().splitlines():
                    formatter.write(f"{'':>{formatter.current_indent}}{line.strip()}\n")


# Longer than any first sentence of a command.
_SENTENCE = 300


class CommandGroup(Examples, click.Group):
    """The commands together. What the system refuses is said in one line, and ends with 2."""

    command_class = Examples
    # Their names in the order in which one uses them; others come after, by name.
    in_order: Sequence[str] = ()

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, as the help has them."""
        names = super().list_commands(ctx)
        return [
            *those_in(self.in_order, names),
            *those_not_in(names, self.in_order),
        ]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each command with its whole sentence: click cuts it at 45 columns."""
        rows: list[tuple[str, str]] = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                rows.append((name, command.get_short_help_str(limit=_SENTENCE)))
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            with _in_short():
                return super().invoke(ctx)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # whoever read has seen enough: click ends quietly
            fail(str(error))

    def main(self, *arguments: Any, **extra: Any) -> Any:
        """Run as a program: what the terminal can't show is shown as `?`."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        return super().main(*arguments, **extra)

    def make_context(self, *arguments: Any, **extra: Any) -> click.Context:
        """Read the options that stand before the command."""
        with _in_short():
            return super().make_context(*arguments, **extra)


@contextlib.contextmanager
def _in_short() -> Iterator[None]:
    """What was typed wrong is not repeated whole where it is long."""
    try:
        yield
    except click.UsageError as error:
        from wizard.text import in_short

        raise click.UsageError(in_short(error.format_message()), error.ctx) from error


def catalog_of_facts(products: Collection[str] | None = None) -> Catalog:
    """All facts; or those of some products, and of the others what the list of products shows."""
    # What is imported and read here stays: looking through it for garbage finds none.
    gc.disable()
    from wizard.facts.load import CatalogError, load_catalog, opening_catalog

    try:
        return load_catalog() if products is None else opening_catalog(products)
    except CatalogError as error:
        fail(str(error))
    finally:
        gc.freeze()
        gc.enable()


def deployment_of(path: Path, *, whole: bool = False) -> Deployment:
    """The deployment of a plan file, by the `whole` catalog or by what its products need of it."""
    return _deployments(path, whole=whole)[0]


def deploy_both(old: Path, new: Path) -> tuple[Deployment, Deployment]:
    """Two plan files' deployments, the errors of both said at once."""
    before, after = _deployments(old, new)
    return before, after


def _deployments(*paths: Path, whole: bool = False) -> list[Deployment]:
    from wizard.plan.file import products_named

    files = list(map(_PlanFile, paths))
    names = chain.from_iterable(products_named(file.text) for file in files)
    catalog = catalog_of_facts(None if whole else list(names))
    from wizard.deployment import deploy

    plans: list[Plan] = []
    problems: list[str] = []
    for file in files:
        plans.append(file.plan(catalog))
        problems += file.problems
    if problems:
        fail("\n".join(problems))
    return list(map(partial(deploy, catalog), plans))


class _PlanFile:
    """A plan file as it was named: its text, and what is wrong with it, a line each."""

    def __init__(self, path: Path) -> None:
        from wizard.session.storage import read_content

        self.path = path
        self.problems: list[str] = []
        self.text = ""
        try:
            self.text = read_content(path).decode("utf-8-sig")
        except OSError as error:
            self._problem(error.strerror or error)
        except UnicodeDecodeError as error:
            self._problem(f"not UTF-8 text (byte {error.start}); save it as UTF-8")

    def plan(self, catalog: Catalog) -> Plan:
        """What of it makes sense."""
        from wizard.plan.file import in_words, parse_plan

        plan, errors = parse_plan(self.text, catalog)
        if not self.problems:
            for error in in_words(errors):
                self._problem(error)
        return plan

    def _problem(self, problem: object) -> None:
        self.problems.append(f"{self.path}: {problem}")


def print_json(value: Any) -> None:
    """Print JSON alone, for programs and for people."""
    import json

    # Where a character cannot be written as it is, JSON has another way to write it.
    ascii_only = codecs.lookup(sys.stdout.encoding or "ascii").name != "utf-8"
    click.echo(json.dumps(value, indent=2, ensure_ascii=ascii_only, default=str))


def fail(message: str) -> NoReturn:
    """Say what is wrong with the input on standard error, and end with 2."""
    from wizard.text import in_short

    for line in message.splitlines():
        click.echo(f"portwright: {in_short(line)}", err=True)
    sys.exit(2)
