"""`portwright verify`: whether the files of an export are as they were written, and of which plan."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wizard.cli.common import AS_JSON, Examples, deployment_of, fail, print_json

if TYPE_CHECKING:
    from exporters.verify import Verified


@click.command(
    cls=Examples,
    epilog="""
    portwright verify out                  is each file as it was written, and of which plan
    portwright verify out plan.toml        and is that the plan of this file
    portwright verify out --json
    """,
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.argument("plan", type=click.Path(path_type=Path), required=False)
@AS_JSON
def verify(folder: Path, plan: Path | None, as_json: bool) -> None:
    """Say whether the files that an export wrote into DIR are as they were, and of which plan.

    With PLAN, also whether they are of that plan. Exit code 1 where a file was changed, is missing
    or was added, or where the plan is another.
    """
    from exporters.folder import ExportError
    from exporters.verify import verified

    try:
        outcome = verified(folder)
    except ExportError as error:
        fail(str(error))
    digest = deployment_of(plan).stamp.plan if plan else ""
    same = outcome.stamp.get("plan") == digest if plan else None
    if as_json:
        print_json(_json(folder, outcome, same))
    else:
        click.echo("\n".join(_lines(folder, outcome, plan, digest)))
    if not outcome.as_written or same is False:
        sys.exit(1)


def _json(folder: Path, outcome: Verified, same: bool | None) -> dict[str, object]:
    """`same_plan` is null where no plan was named."""
    return {
        "format": 1,
        "folder": str(folder),
        "as_written": outcome.as_written,
        "whole": list(outcome.whole),
        "changed": list(outcome.changed),
        "missing": list(outcome.missing),
        "added": list(outcome.added),
        "stamp": outcome.stamp,
        "same_plan": same,
        "digest": outcome.digest,
    }


def _lines(folder: Path, outcome: Verified, plan: Path | None, digest: str) -> list[str]:
    from wizard.text import one_line
    from wizard.views.words import count

    lines = []
    for word, paths in (
        ("changed", outcome.changed),
        ("missing", outcome.missing),
        ("added", outcome.added),
    ):
        lines += [f"{word}: {one_line(path)}" for path in paths]
    whole = count(len(outcome.whole), "file")
    are = "is" if len(outcome.whole) == 1 else "are"
    rest = "." if outcome.as_written else "; what stands above is not."
    lines.append(f"{folder}: {whole} {are} as written{rest}")
    if outcome.stamp:
        lines += [f"{name}: {one_line(text)}" for name, text in outcome.stamp.items()]
    else:
        lines.append("Of which plan it is cannot be said: README.md is not as it was written.")
    if plan and outcome.stamp:
        same = outcome.stamp.get("plan") == digest
        lines.append(
            f"{plan} is that plan."
            if same
            else f"{plan} is another plan ({digest}): export it again, or look at portwright diff."
        )
    lines.append(f"SHA-256 of the list of files: {outcome.digest}")
    return lines
