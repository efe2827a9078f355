"""Which files would be written, by their names: only those are worked out that may be called so."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from exporters.export import paths_fitting, preview
from exporters.format import Format
from tests.tools.paths import PLANS
from wizard.cli.common import deployment_of


def has(part: str, path: str) -> bool:
    return part in path


@pytest.mark.slow
@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.stem)
def test_all_of_them_are_those_of_an_export(plan: Path) -> None:
    value = deployment_of(plan)
    paths = list(preview(value))
    assert paths_fitting(value, lambda path: True) == paths
    # What each format says of its files lets none out.
    for part in ("csv", "from-", "core/", "README"):
        fitting = [path for path in paths if part in path]
        assert paths_fitting(value, partial(has, part)) == fitting


def test_what_no_file_is_called_is_not_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    value = deployment_of(PLANS[0])
    worked_out: list[str] = []
    render = Format.render

    def counted(self: Format, *arguments: object) -> object:
        worked_out.append(self.name)
        return render(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Format, "render", counted)
    assert paths_fitting(value, partial(has, "9100")) == []
    assert worked_out == []
    assert paths_fitting(value, lambda path: path == "rules.csv") == ["rules.csv"]
    assert worked_out == ["csv"]
