"""Writing a plan: every default explicit, and reading it again gives the same plan and the same
deployment.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import tomli
from hypothesis import given, settings

from tests.tools.paths import PLANS
from tests.tools.plan_strategies import plans
from tests.tools.worlds import CATALOG, plan_of
from tests.wizard.plan.test_planfile import EXAMPLE
from wizard.deployment import deploy, to_json
from wizard.plan.file import read_plan, write_plan
from wizard.plan.model import Placement, Plan, ProductPlan


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_real_plans_come_back(path: Path) -> None:
    plan = read_plan(path.read_text("utf-8"), CATALOG)
    again = read_plan(write_plan(plan, CATALOG), CATALOG)
    assert again == plan
    assert to_json(deploy(CATALOG, again)) == to_json(deploy(CATALOG, plan))


@pytest.mark.slow
@settings(max_examples=150)
@given(plans())
def test_any_plan_comes_back(plan: Plan) -> None:
    written = write_plan(plan, CATALOG)
    assert read_plan(written, CATALOG) == plan
    assert write_plan(read_plan(written, CATALOG), CATALOG) == written


def test_defaults_are_written_out() -> None:
    short = "format = 1\n[products.papercut-mf.features]\ncloud-ocr = {}\nmfp-konica-minolta = {}\n"
    rest = "[products.cirrusprint]\n[firewalls.a]\nkind = 'host'\nrole = 'mfp'"
    table = tomli.loads(write_plan(plan_of(short, rest), CATALOG))
    mf = table["products"]["papercut-mf"]
    # Nobody has said which version runs, so none is written
    assert "version" not in mf
    assert mf["features"] == {
        "cloud-ocr": {"region": "any", "wildcards": True},
        "mfp-konica-minolta": {"sha2": True},
    }
    assert mf["ports"] == {"http": 9191, "https": 9192, "high-security": 9195}
    assert table["products"]["cirrusprint"]["features"] == {"web": {"ports": "standard"}}
    assert table["proxy"] == {
        "mode": "none",
        "port": 3128,
        "wildcards": True,
        "tls_inspection": False,
    }
    host = {
        "kind": "host",
        "role": "mfp",
        "platform": "linux",
        "egress": "open",
        "log": "none",
        "management": [],
        "guests": [],
    }
    assert table["firewalls"]["a"] == host


def test_every_firewall_kind_is_written_with_its_own_keys() -> None:
    table = tomli.loads(write_plan(read_plan(EXAMPLE, CATALOG), CATALOG))["firewalls"]
    assert table["core"]["default"] == "accept"
    assert table["core"]["nat"] is False
    assert table["group"] == {
        "kind": "cloud",
        "role": "print-server",
        "provider": "aws",
        "internet": "everything",
        "egress": "open",
        "management": [],
    }
    assert table["wan"] == {"kind": "router", "zones": ["servers", "clients"]}


def test_a_moved_listener_stays_moved_when_nothing_uses_it() -> None:
    text = "format = 1\n[products.papercut-mf.ports]\npostgresql = 5433\nhttps = 443"
    table = tomli.loads(write_plan(plan_of(text), CATALOG))
    assert table["products"]["papercut-mf"]["ports"] == {
        "http": 9191,
        "https": 443,
        "postgresql": 5433,
    }


def test_what_is_built_in_is_written_where_it_is_needed_and_nowhere_else() -> None:
    needless = Plan(
        products={"cups": ProductPlan()}, roles={"mail-server": Placement(zones=("internet",))}
    )
    written = write_plan(needless, CATALOG)
    assert "mail-server" not in written
    assert write_plan(read_plan(written, CATALOG), CATALOG) == written
