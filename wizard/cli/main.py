"""The commands: the one door that knows facts, exporters and screens, each imported only when it is
needed.

Exit codes: 0 done; 1 the answer is 'no'; 2 bad input, said on standard error.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from wizard.cli import complete
from wizard.cli.catalog import catalog
from wizard.cli.common import (
    AS_JSON,
    CommandGroup,
    catalog_of_facts,
    deploy_both,
    deployment_of,
    fail,
    print_json,
)
from wizard.cli.doctor import doctor
from wizard.cli.exporting import export, formats
from wizard.cli.sites import sites
from wizard.cli.verify import verify

_PLAN = click.argument("plan", type=click.Path(path_type=Path))


class _Program(CommandGroup):
    """All commands; a plan file alone opens the wizard on it."""

    in_order = ("wizard", "check", "show", "explain", "export", "verify", "diff", "sites")

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is named."""
        is_plan = args[0] not in self.commands and args[0].endswith(".toml")
        return super().resolve_command(ctx, ["wizard", *args] if is_plan else args)


@click.group(
    cls=_Program,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="portwright", prog_name="portwright")
@click.option(
    "--catalog",
    "folders",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="DIR",
    help="Take product files of your own from DIR too; can be given again.",
)
@click.pass_context
def main(ctx: click.Context, folders: tuple[Path, ...]) -> None:
    """Firewall rules, port forwards and proxy allowlists for print management.

    Without a command, opens the wizard.
    """
    if folders:
        # Whatever this program starts looks there too.
        named = [*map(str, folders), os.environ.get("PORTWRIGHT_CATALOG", "")]
        os.environ["PORTWRIGHT_CATALOG"] = os.pathsep.join(filter(None, named))
    if ctx.invoked_subcommand is None:
        _open_wizard(None)


main.add_command(catalog)
main.add_command(doctor)
main.add_command(export)
main.add_command(formats)
main.add_command(sites)
main.add_command(verify)


@main.command(
    epilog="""
    portwright wizard                 go on with an unfinished plan, or start anew
    portwright wizard plan.toml       change a plan that was saved
    portwright wizard --only-missing plan.toml
    portwright wizard --line          for a serial console or a screen reader
    """
)
@click.argument("plan", type=click.Path(path_type=Path), required=False)
@click.option("--only-missing", is_flag=True, help="Ask only what PLAN still needs.")
@click.option("--line", "lines", is_flag=True, help="Ask line by line, without drawing.")
@click.option("--ascii", "ascii_only", is_flag=True, help="Draw with ASCII characters alone.")
@click.option("--light/--dark", default=None, help="For a light background, or a dark one.")
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal.")
@click.option(
    "--plain-driver", is_flag=True, help="Send whole widgets, as Textual does, not changed cells."
)
@click.option("--in-browser", is_flag=True, hidden=True)
def wizard(
    plan: Path | None,
    only_missing: bool,
    lines: bool,
    ascii_only: bool,
    light: bool | None,
    no_mouse: bool,
    plain_driver: bool,
    in_browser: bool,
) -> None:
    """Open the wizard, on PLAN if one is named."""
    if only_missing and plan is None:
        raise click.UsageError("--only-missing needs the PLAN that it is about.")
    _open_wizard(
        plan,
        lines=lines,
        ascii=ascii_only,
        light=light,
        mouse=not no_mouse,
        plain_driver=plain_driver,
        only_missing=only_missing,
        browser=in_browser,
    )


@main.command(
    epilog="""
    portwright serve                  on port 8000; prints the address and the tunnel to it
    portwright serve plan.toml        on a plan that was saved
    portwright serve --port 0         on any free port
    """
)
@click.argument("plan", type=click.Path(path_type=Path), required=False)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port on the loopback address; 0: any that is free.",
)
def serve(plan: Path | None, port: int) -> None:
    """Open the wizard in a browser, on PLAN if one is named.

    Serves on this machine's loopback address alone; from another computer it is reached through an
    SSH tunnel, whose command is printed. Needs the extra 'web'.
    """
    from screens.web.serve import CannotServe
    from screens.web.serve import serve as run

    try:
        run(plan, port)
    except CannotServe as error:
        fail(str(error))


@main.command(
    epilog="""
    portwright show plan.toml
    portwright show plan.toml --json | jq '.rules[] | select(.firewall == "core")'
    portwright show plan.toml --search 9100      what has to do with a port, an address, a name
    """
)
@_PLAN
@click.option(
    "--search",
    "words",
    metavar="WORDS",
    help="Only what fits: questions and answers, rows of the lists, files. 1 where nothing does.",
)
@AS_JSON
def show(plan: Path, words: str | None, as_json: bool) -> None:
    """Show what follows from PLAN: flows, rules, forwards, lists, findings."""
    deployment = deployment_of(plan)
    if words is not None:
        from wizard.cli.searching import search

        search(deployment, words, as_json)
    elif as_json:
        from wizard.deployment import to_json

        print_json(to_json(deployment))
    else:
        from wizard.views import report

        click.echo(report.show(deployment))


@main.command(
    epilog="""
    portwright check plan.toml && echo "no errors"
    portwright check plan.toml --json
    """
)
@_PLAN
@AS_JSON
def check(plan: Path, as_json: bool) -> None:
    """Say what a careful reviewer would say about PLAN. Exit code 1 where one finding is an error."""
    from wizard.findings import worst
    from wizard.views import report

    findings = deployment_of(plan).findings
    if as_json:
        import msgspec

        print_json({"format": 1, "findings": msgspec.to_builtins(findings)})
    else:
        lines = (report.findings(findings), report.verdict(findings))
        click.echo("\n".join(filter(None, lines)))
    if worst(findings) == "error":
        sys.exit(1)


@main.command(
    epilog="""
    portwright explain plan.toml 10.0.20.17 10.0.10.5 9191/tcp
    portwright explain plan.toml mfp print-server 9193/tcp
    portwright explain plan.toml internet print-server 443/tcp
    """
)
@_PLAN
@click.argument("source", shell_complete=complete.parties)
@click.argument("destination", shell_complete=complete.parties)
@click.argument("service", metavar="PORT/TRANSPORT")
@AS_JSON
def explain(plan: Path, source: str, destination: str, service: str, as_json: bool) -> None:
    """Follow one connection: every firewall on its way, and the rule there that lets it through.

    SOURCE and DESTINATION are addresses, networks, roles or zones. Exit code 1 where it stops.
    """
    from wizard import explain as way

    deployment = deployment_of(plan, whole=True)  # remedies may lie in other products
    try:
        answer = way.explain(deployment, source, destination, service)
    except way.QuestionError as error:
        fail(str(error))
    if as_json:
        import msgspec

        print_json({"format": 1, **msgspec.to_builtins(answer)})
    else:
        from wizard.explain import report as explain_report

        click.echo(explain_report.text(answer))
    if not answer.allowed:
        sys.exit(1)


@main.command(
    epilog="""
    portwright diff last-year.toml plan.toml
    portwright diff last-year.toml plan.toml --json
    portwright diff last-year.toml plan.toml --markdown > change-request.md
    portwright diff last-year.toml plan.toml --csv > changes.csv
    """
)
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@AS_JSON
@click.option(
    "--markdown", "shape", flag_value="markdown", help="Print a change request in Markdown."
)
@click.option("--csv", "shape", flag_value="csv", help="Print CSV with add and remove.")
def diff(old: Path, new: Path, as_json: bool, shape: str | None) -> None:
    """Say what NEW adds to and takes from each firewall and list of OLD. Exit code 1 where they
    differ.
    """
    from wizard.changes import compare

    if as_json and shape:
        fail(f"--json and --{shape} are two shapes of one answer; give one")
    before, after = deploy_both(old, new)
    changes = compare(before, after)
    if as_json:
        from wizard.changes.json import to_json

        print_json(to_json(changes))
    elif shape:
        from exporters.changes import csv as changes_csv
        from exporters.changes import markdown as changes_markdown

        text = (changes_csv if shape == "csv" else changes_markdown).text(before, after, changes)
        click.echo(text.encode(), nl=False)
    else:
        from wizard.changes import report as change_report

        click.echo(change_report.text(changes))
    if changes:
        sys.exit(1)


@main.command(
    epilog="""
    portwright schema > plan.schema.json
    """
)
def schema() -> None:
    """Print the JSON Schema of the plan file, for editors."""
    from wizard.plan.file.schema import plan_schema

    print_json(plan_schema(catalog_of_facts()))


@main.command(
    epilog="""
    portwright completion bash > /etc/bash_completion.d/portwright
    eval "$(portwright completion zsh)"
    """
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for a shell."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        fail(f"no completion for {shell}")
    try:
        script = kind(main, {}, "portwright", "_PORTWRIGHT_COMPLETE").source()
    except RuntimeError as error:
        fail(str(error))
    click.echo(script)


def _open_wizard(plan: Path | None, *, light: bool | None = None, **options: bool) -> NoReturn:
    from screens.start import StartOptions, run_wizard

    sys.exit(run_wizard(plan, StartOptions(light=light, **options)))
