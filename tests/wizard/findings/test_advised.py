"""Features that documents call needed: a finding says so, and leads to the feature."""

from __future__ import annotations

import pytest

from tests.tools.worlds import OFFICE, world
from wizard.findings import Finding
from wizard.plan.keys import FeatureKey
from wizard.views.kinds import view_of

NATIVE = """
    [products.papercut-mf.features]
    directory = { source = ["active-directory"] }
"""


@pytest.mark.parametrize(
    ("code", "feature", "words"),
    [
        ("feature-missing", "directory-ldap-tcp", "389 over UDP only"),
        ("feature-advised", "entitlements", "upgrade the server to version 24"),
    ],
)
def test_it_names_the_feature_says_why_and_leads_there(code: str, feature: str, words: str) -> None:
    deployment = world(OFFICE, NATIVE)
    (finding,) = [f for f in deployment.findings if f.code == code]
    assert isinstance(finding, Finding)
    assert finding.installations == ("papercut-mf",)
    assert words in finding.message
    assert "Switch it on." in finding.message
    assert feature in finding.subjects
    answer = view_of(deployment, finding).answer(finding)
    assert answer == FeatureKey("papercut-mf", feature)


def test_ng_has_no_entitlements_to_fetch() -> None:
    deployment = world(OFFICE, "[products.papercut-ng]")
    assert "feature-advised" not in {finding.code for finding in deployment.findings}
