"""More sites for a plan, from a CSV file."""

from __future__ import annotations

from pathlib import Path

from wizard.network.addresses import Cidrs
from wizard.plan.field import AnswerError
from wizard.plan.model import Plan
from wizard.plan.sites import sites_like
from wizard.plan.sites_csv import sites_of_csv
from wizard.session.storage import path_of, read_content, reason


def sites_of_file(path: Path, plan: Plan, like: str) -> dict[str, dict[str, Cidrs]]:
    """The sites of a CSV file, as `sites_like` takes them.

    Raises:
        OSError: where it cannot be read.
        AnswerError: with everything that is wrong in it, a line each that begins with the file.
    """
    try:
        text = read_content(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AnswerError(
            f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8"
        ) from error
    try:
        return sites_of_csv(text, plan, like)
    except AnswerError as error:
        lines = str(error).splitlines()
        raise AnswerError("\n".join(f"{path}: {line}" for line in lines)) from error


def plan_with_sites_of_file(path_text: str, plan: Plan, like: str) -> Plan:
    """The plan with the sites of a CSV file, whose name was typed.

    Raises:
        AnswerError: in one line, where the file cannot be read or something in it is wrong.
    """
    path = path_of(path_text)
    if not path_text.strip():
        raise AnswerError("Write the name of a CSV file, such as sites.csv.")
    try:
        sites = sites_of_file(path, plan, like)
    except OSError as error:
        raise AnswerError(f"It can't be read: {reason(error)} ({path}).") from error
    except AnswerError as error:
        first, *more = str(error).splitlines()
        raise AnswerError(f"{first} (and {len(more)} more)" if more else first) from error
    except ValueError as error:
        raise AnswerError(f"That is no name of a file: {error}.") from error
    if not sites:
        raise AnswerError(f"{path}: no site stands in it; write a row for each below the header.")
    return sites_like(plan, like, sites)
