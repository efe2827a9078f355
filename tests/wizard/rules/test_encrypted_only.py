"""Encrypted only: what is there in the clear and encrypted is used encrypted, and nothing widens."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.tools.paths import PLANS
from tests.tools.worlds import CATALOG, OFFICE, errors_of, passes, plan_of, world, world_of
from wizard.deployment import deploy
from wizard.network.ports import join_ports
from wizard.plan.file import read_plan, write_plan
from wizard.plan.keys import EncryptedOnlyKey
from wizard.plan.model import changed

CLIENT, SERVER, DEVICE = "10.0.20.7", "10.0.10.5", "10.0.30.9"
ONLY = "[products.papercut-mf]\nencrypted_only = true\n"


def test_twins_in_the_clear_are_left_out() -> None:
    d = world(OFFICE, ONLY, "features.mfp-xerox = {}\nfeatures.mfp-brother = {}")
    assert passes(d, CLIENT, SERVER, "9191/tcp") == set()
    assert passes(d, CLIENT, SERVER, "9192/tcp") == {"core/forward", "server/in"}
    assert passes(d, SERVER, DEVICE, "80/tcp") == set()
    assert passes(d, SERVER, DEVICE, "443/tcp") == {"core/forward"}
    # Brother's devices have HTTP alone.
    assert passes(d, DEVICE, SERVER, "9191/tcp") == {"core/forward", "server/in"}
    (finding,) = [finding for finding in d.findings if finding.code == "no-encrypted-way"]
    assert (finding.severity, finding.subjects) == ("info", ("papercut-mf/brother-http",))


def test_a_plan_without_the_word_is_as_it_was() -> None:
    d = world(OFFICE, "[products.papercut-mf]")
    assert passes(d, CLIENT, SERVER, "9191/tcp") == {"core/forward", "server/in"}
    assert "no-encrypted-way" not in {finding.code for finding in d.findings}


def test_it_is_written_and_read_and_is_behind_what_it_would_take() -> None:
    text = write_plan(plan_of(OFFICE, ONLY), CATALOG)
    assert read_plan(text, CATALOG).products["papercut-mf"].encrypted_only
    wants = {want.id: want.because for want in world(OFFICE, "[products.papercut-mf]").wants}
    assert EncryptedOnlyKey("papercut-mf") in wants["papercut-mf/web-http"]
    assert EncryptedOnlyKey("papercut-mf") not in wants["papercut-mf/web-https"]
    (error,) = errors_of("format = 1\n[products.papercut-mf]\nencrypted_only = 'yes'")
    assert "must be true or false" in error.message


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_it_only_narrows(path: Path) -> None:
    before = world_of(path)
    products = {}
    for name, answers in before.plan.products.items():
        products[name] = msgspec.structs.replace(answers, encrypted_only=True)
    plan = changed(before.plan, products=products)
    after = deploy(CATALOG, plan)
    ports_before = {rule.id: rule.ports for rule in before.rules}
    for rule in after.rules:
        assert join_ports((*rule.ports, *ports_before[rule.id])) == ports_before[rule.id]
    assert len(after.rules) <= len(before.rules)


def test_every_twin_is_the_same_thing_encrypted() -> None:
    twins = 0
    for product in CATALOG.products.values():
        entries = {flow.entry: flow for flow in product.flows}
        for flow in product.flows:
            if flow.clear_twin_of is None:
                continue
            twin = entries[flow.clear_twin_of]
            twins += 1
            assert twin.encrypted
            assert not flow.encrypted
            assert (twin.from_, twin.to) == (flow.from_, flow.to)
    assert twins > 80


def test_what_is_left_out_with_nothing_in_its_place_is_told() -> None:
    def told(sources: str) -> list[tuple[str, ...]]:
        features = f"features.directory = {{ source = {sources} }}\n"
        survey = world(OFFICE, ONLY, features).findings
        return [each.subjects for each in survey if each.code == "no-encrypted-way"]

    assert told('["ldap"]') == [("papercut-mf/directory-ldap",)]
    assert told('["ldap", "ldaps"]') == []
