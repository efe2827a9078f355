"""An export of 200 sites stays something that people can read."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from exporters.export import preview
from exporters.handover import pdf
from tests.bench.sites import plan_of_sites
from wizard.deployment import Deployment, deploy
from wizard.facts.load import load_catalog

SITES = 200


@pytest.fixture(scope="module")
def many() -> Deployment:
    catalog = load_catalog()
    return deploy(catalog, plan_of_sites(catalog, SITES))


@pytest.mark.slow
def test_the_readme_is_no_list_of_files(many: Deployment) -> None:
    files = preview(many)
    assert len(files) > 3 * SITES
    readme = str(files["README.md"])
    assert len(readme.splitlines()) < 200
    assert "s199" not in readme


@pytest.mark.slow
def test_the_request_ends_on_its_fourth_page_at_the_latest(many: Deployment) -> None:
    document = PdfReader(io.BytesIO(pdf.files(many)["handover.pdf"]))
    entries = [entry for entry in document.outline if not isinstance(entry, list)]
    assert [str(entry["/Title"]) for entry in entries[:2]] == ["The request", "Who does what"]
    number = document.get_destination_page_number(entries[1])
    assert number is not None
    assert number < 4
    assert len(document.pages) < 30


def test_rules_are_sorted_by_their_firewalls_once(many: Deployment) -> None:
    """And not looked for among all rules of the plan, for each firewall anew."""
    names = [*many.plan.firewalls, "nobody"]
    by_firewall = {name: many.rules_of(name) for name in names}
    assert many.rules_of("s7") is many.rules_of("s7")
    assert by_firewall["nobody"] == ()
    for name in ("core", "s0", "s199"):
        assert by_firewall[name] == tuple(rule for rule in many.rules if rule.firewall == name)
    assert sum(map(len, by_firewall.values())) == len(many.rules) > 4000
