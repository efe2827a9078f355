"""The export formats, for the session of both front ends. They are imported when they are needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.session.saving import Unwritable
from wizard.session.session import Exported, NotExported, Offer
from wizard.session.storage import reason

if TYPE_CHECKING:
    from exporters.export import Report
    from exporters.format import Content
    from wizard.deployment import Deployment


class Files:
    """What can be written of a deployment, and writing it."""

    def fitting(self, deployment: Deployment) -> tuple[Offer, ...]:
        """The formats that have something to write of it, in their order."""
        from exporters.table import FORMATS

        return tuple(
            Offer(entry.name, entry.about, entry.for_what, entry.only_by_name)
            for entry in FORMATS
            if entry.fits(deployment)
        )

    def preview(
        self, deployment: Deployment, formats: Sequence[str]
    ) -> dict[str, Content] | NotExported:
        """The files that would be written, by path; none where there are no formats."""
        from exporters.export import ExportError, preview

        try:
            return preview(deployment, formats) if formats else {}
        except ExportError as error:
            return NotExported(Path(), str(error))

    def write(
        self, deployment: Deployment, folder: Path, formats: Sequence[str], *, replace: bool
    ) -> Exported | NotExported:
        """Write the files of these formats, all or nothing; where there are none, nothing."""
        from exporters.export import ExportError, UnansweredError, export

        if not formats:
            return NotExported(folder, "No format is ticked.")
        try:
            report = export(deployment, folder, formats, force=replace)
        except UnansweredError as error:
            return NotExported(folder, str(error), error.keys[0])
        except ExportError as error:
            return NotExported(folder, str(error))
        except OSError as error:
            return NotExported(folder, f"{reason(error)} ({folder}).")
        except ValueError as error:
            return NotExported(folder, f"That is no name of a folder ({error}).")
        return _exported(report)

    def write_change(
        self, old: Deployment, new: Deployment, folder: Path, *, replace: bool
    ) -> Exported | NotExported | Unwritable:
        """Write what `new` changes, as a change request: all or nothing."""
        from exporters.changes.export import export_since
        from exporters.folder import ExportError

        try:
            return _exported(export_since(old, new, folder, force=replace))
        except ExportError as error:
            return NotExported(folder, str(error))
        except OSError as error:
            return Unwritable(folder, reason(error))
        except ValueError as error:
            return Unwritable(None, str(error))


def _exported(report: Report) -> Exported:
    return Exported(
        report.to,
        {file.path: file.size for file in report.written},
        tuple((entry.what, entry.why) for entry in report.refused),
        report.next,
        report.kept,
    )


def not_written(outcome: NotExported | Unwritable) -> str:
    """Why there is no change request, for the person."""
    match outcome:
        case NotExported(_, why):
            return f"Nothing was written. {why}"
        case Unwritable(None, why):
            return f"Nothing was written: that is no name of a folder ({why})."
        case Unwritable(path, why):
            return f"Nothing was written: {why} ({path})."


def left_out(deployment: Deployment) -> Iterator[tuple[str, str]]:
    """The firewalls whose files would be left out, and what is missing for each."""
    for name in deployment.plan.firewalls:
        if missing := deployment.missing(name):
            yield name, ", ".join(missing)
