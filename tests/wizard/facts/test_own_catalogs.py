"""Product files of one's own: found, refused with file and line, marked, and recorded in plans."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.tools.worlds import CATALOG
from wizard.deployment import deploy
from wizard.facts.load import CatalogError, check_own, load_catalog, opening_catalog
from wizard.facts.own_files import VARIABLE, template
from wizard.plan.file import PlanErrors, read_plan, write_plan


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    return tmp_path


def put(folder: Path, text: str = "", product: str = "my-product") -> Path:
    path = folder / f"{product}.toml"
    path.write_text(text or template(product), "utf-8")
    return path


PLAN = """format = 1
[products.my-product]
[zones.servers]
networks = ["10.0.10.0/24"]
[zones.clients]
networks = ["10.0.20.0/24"]
[roles.print-server]
addresses = ["10.0.10.5"]
[roles.user-computer]
zones = ["clients"]
[firewalls.core]
kind = "boundary"
zones = ["servers", "clients"]
"""


def test_the_template_loads_and_is_marked(folder: Path) -> None:
    put(folder)
    catalog = load_catalog()
    product = catalog.products["my-product"]
    assert product.name == "my-product (own)"
    assert catalog.documents["my-product-ports"].tier == "own"
    assert product.digest.startswith("sha256:")
    assert "my-product" in opening_catalog(("cups",)).products
    (rule,) = deploy(catalog, read_plan(PLAN, catalog)).rules
    assert (rule.flows, rule.ports) == (("my-product/web-https",), ((443, 443),))


def test_a_plan_records_the_file_and_says_when_it_is_gone_or_another(folder: Path) -> None:
    path = put(folder)
    catalog = load_catalog()
    text = write_plan(read_plan(PLAN, catalog), catalog)
    assert f'my-product = "{catalog.products["my-product"].digest}"' in text
    saved = read_plan(text, catalog)
    assert "own-facts-changed" not in {f.code for f in deploy(catalog, saved).findings}
    path.write_text(f"{path.read_text()}# and a line\n")
    changed = load_catalog()
    codes = {finding.code for finding in deploy(changed, read_plan(text, changed)).findings}
    assert "own-facts-changed" in codes
    with pytest.raises(PlanErrors) as refused:
        read_plan(text, CATALOG)
    (error,) = refused.value.errors
    assert error.path == "catalog.own.my-product"
    assert str(folder) in error.message
    assert "--catalog DIR" in error.message


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("ports = [443]\n", "ports = [0]\n", "line 31: flows.web-https: ports: 0 is outside"),
        ('"user-computer"', '"user-computr"', "line 31: flows.web-https: no role 'user-computr'"),
        (
            "[documents.my-product-ports]",
            "[documents.cups-firewalls]",
            "cups-firewalls: there is one",
        ),
        (
            "# [roles.my-product-archive]\n",
            "[roles.mfp]\nname='x'\nabout='y'\n",
            "roles.mfp: there",
        ),
        ("[product]", "[produt]", "produt: unknown section"),
        ("[product]", "[product", "not valid TOML"),
    ],
)
def test_each_mistake_has_its_file_and_line(
    folder: Path, right: str, wrong: str, says: str
) -> None:
    text = template("my-product")
    assert right in text
    path = put(folder, text.replace(right, wrong, 1))
    problems = check_own((path,))
    assert any(says in problem for problem in problems), problems
    assert all(problem.startswith(f"{path}: ") for problem in problems)
    with pytest.raises(CatalogError):
        load_catalog()


@pytest.mark.parametrize("product", ["cups", "own", "new", "check", "management", "A b", "x" * 64])
def test_ids_that_cannot_be(folder: Path, product: str) -> None:
    path = put(folder, product=product)
    (problem,) = check_own((path,))
    assert "id" in problem or "product already" in problem


def test_what_is_no_ordinary_file_is_an_error_and_nothing_waits(folder: Path) -> None:
    os.mkfifo(folder / "pipe.toml")
    (folder / "folder.toml").mkdir()
    (folder / "large.toml").write_bytes(b"#" * (4 * 2**20 + 1))
    (folder / "bytes.toml").write_bytes(b"\xff")
    with pytest.raises(CatalogError) as refused:
        load_catalog()
    words = "\n".join(refused.value.problems)
    for says in ("pipe.toml: is no ordinary", "large.toml: is larger", "bytes.toml: not UTF-8"):
        assert says in words
    assert f"{folder / 'folder.toml'}: " in words


def test_a_folder_that_is_named_and_not_there_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(CatalogError, match="nowhere: No such file"):
        load_catalog()
