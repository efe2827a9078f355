"""Plan files as nobody should write them: odd TOML, hostile values, and mutations of good plans."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import tomli
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.counting import calls_made
from tests.tools.hostile import HOSTILE
from tests.tools.paths import PLANS
from tests.tools.worlds import CATALOG, errors_of, plan_of
from tests.wizard.plan.test_planfile import EXAMPLE
from wizard.deployment import deploy, to_json
from wizard.lines import line_of
from wizard.plan.file import parse_plan


def test_other_ways_to_write_the_same() -> None:
    plain = plan_of("format = 1\n[zones.a]\nnetworks = ['10.0.0.0/8']\n[products.cups]\n")
    assert plan_of("format=1\nzones.a.networks=['10.0.0.0/8']\nproducts.cups={}") == plain
    assert (
        plan_of("format=1\n['zones'.\"a\"]\n'networks'=[ '10.0.0.0/8', ]\n[\"products\"]\ncups={}")
        == plain
    )
    assert (
        plan_of("format=1\nzones={a={networks=['''10.0.0.0/8''']}}\n[products.cups.features]")
        == plain
    )
    assert (
        plan_of("format = 0x1\r\n[zones.a]\r\nnetworks = ['10.0.0.0/8']\r\n[products.cups]\r\n")
        == plain
    )


@pytest.mark.parametrize(
    "text",
    [
        "format = 1\nformat = 1",
        "format = 1\n[zones.a]\nnetworks = []\n[zones.a]\nnetworks = []",
        "format = ",
        "format = 1\n[zones",
        "format = 1\nname = 'x",
        "format = 1\rname = 'x'",
        "\x00",
        "format = 1 # \x01",
        'format = 1\nname = "\\ud800"',
        "format = 1\nx = " + "[" * 3000,
        "format = 1\nx = " + "[" * 3000 + "]" * 3000,
        "format = 1\nx = " + "{a=" * 3000 + "1" + "}" * 3000,
        "format = 1\n[" + ".".join("a" * 3000) + "]",
        "format = " + "1" * 5000,
        "\ufeff\ufeffformat = 1",
    ],
)
def test_text_that_is_no_toml_is_one_error(text: str) -> None:
    plan, errors = parse_plan(text, CATALOG)
    assert len(errors) == 1
    assert plan.products == {}
    assert len(str(errors[0])) < 300


def test_the_line_of_a_syntax_error() -> None:
    assert errors_of("format = 1\n\n[zones.a\n")[0].line == 3


@pytest.mark.parametrize(
    "number", ["9" * 4000, "-" + "9" * 400, "0x" + "f" * 5000, "1e400", "nan", "inf", "-inf"]
)
@pytest.mark.parametrize(
    "place",
    [
        "format = {}",
        "format = 1\nname = {}",
        "format = 1\n[request]\nwanted = {}",
        "format = 1\n[proxy]\nport = {}",
        "format = 1\n[proxy]\nmode = {}",
        "format = 1\n[zones.a]\nnetworks = [{}]",
        "format = 1\n[firewalls.a]\nkind = {}",
        "format = 1\n[products.papercut-mf.ports]\nhttp = {}",
        "format = 1\n[products.printeron.features.airprint]\nport = {}",
        "format = 1\n[products.cirrusprint.features.print-ports]\nrange = [{}]",
        "format = 1\n[products.papercut-mf.features]\nmfp-toshiba = {{ sdk = [{}] }}",
    ],
)
def test_numbers_of_any_size(place: str, number: str) -> None:
    errors = errors_of(place.format(number))
    assert errors
    assert all("sys.set_int_max" not in error.message for error in errors)


def test_version_of_any_length() -> None:
    assert errors_of(f"format = 1\n[products.cups]\nversion = '{'9' * 5000}'")
    assert errors_of(
        f"format = 1\n[products.cirrusprint.features.print-ports]\nrange = ['{'9' * 5000}']"
    )


def test_hostile_text_everywhere() -> None:
    """Every text of a plan may hold anything; where it is taken, the deployment still stands."""
    for words in HOSTILE:
        if "\ud83d" in words:
            continue  # no file can hold it
        table = tomli.loads(EXAMPLE)
        table["name"] = words
        table["request"] = {"requester": words, "reference": words, "justification": words}
        plan, errors = parse_plan(tomli_w.dumps(table), CATALOG)
        assert errors == ()
        assert (plan.name, plan.request.justification) == (words, words)
        for path in (("zones", words), ("firewalls", words), ("products", words), ("roles", words)):
            bad = tomli.loads(EXAMPLE)
            bad.setdefault(path[0], {})[path[1]] = {"kind": "host", "role": "mfp"}
            assert parse_plan(tomli_w.dumps(bad), CATALOG)[1]


# --- Lines ---------------------------------------------------------------------------------------


def test_lines_of_keys() -> None:
    text = "\n".join(
        [
            "# [zones.a]",
            "name = '''",
            "[zones.a]",
            "networks = 1",
            "'''  # ''' is no beginning",
            "note = \"''' nor this\"",
            "[zones.a] # here",
            'networks = ["10.0.0.0/8",',
            '  "10.1.0.0/8"]',
            "[ 'products' . \"cups\" ]",
            "roles.mfp.zones = []",
            "[[ odd ]]",
        ]
    )
    assert line_of(text, ("name",)) == 2
    assert line_of(text, ("zones", "a")) == 7
    assert line_of(text, ("zones", "a", "networks")) == 8
    assert line_of(text, ("zones", "a", "networks", "further")) == 8
    assert line_of(text, ("products", "cups", "roles", "mfp", "zones")) == 11
    assert line_of(text, ("products", "cups", "ports")) == 10
    assert line_of(text, ("odd",)) == 12
    assert line_of(text, ("proxy",)) is None


def test_only_line_feeds_begin_lines() -> None:
    assert line_of("a = '\u2028 \x85 \x0b'\r\nb = 1", ("b",)) == 2


def test_long_lines_and_many_errors_take_time_as_they_are_long() -> None:
    words = "\n".join(["x" * 5000, "'" * 5000, "a." * 5000, '"a" ' * 2000])

    def read(number: int) -> None:
        unknown = "\n".join(f"key{n} = 1" for n in range(number))
        errors = errors_of(
            f'format = 1\n{unknown}\n[request]\njustification = """\n{words[:5001]}\n"""\nx = 1'
        )
        assert len(errors) == number + 1
        assert errors[-1].line == number + 7

    line_of(words, ("b",))
    assert calls_made(lambda: read(1000)) < 2.5 * calls_made(lambda: read(500))


# --- Mutations -----------------------------------------------------------------------------------

# No surrogates: no file can hold them
TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    TEXT,
    st.sampled_from(
        ["", "internet", "10.0.0.1/8", "::/0", "0.0.0.0/0", "1-2", "a-b", "10.0.0.1", "24", "\x00"]
    ),
    st.dates(datetime.date(1, 1, 1)),
    st.datetimes(),
    st.times(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["kind", "zones", "a", "features", "networks", "addresses", "", "ä.b"]),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=6,
)
GOOD = [EXAMPLE, *(path.read_text("utf-8") for path in PLANS)]


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, below in inner:
        yield from _places(below, (*path, key))


@pytest.mark.slow
@settings(max_examples=300)
@given(st.data())
def test_mutated_plans_never_crash(data: st.DataObject) -> None:
    """Values of good plans turned into anything: only errors with words come of it, and what is
    left deploys.
    """
    table = tomli.loads(data.draw(st.sampled_from(GOOD)))
    for _ in range(data.draw(st.integers(1, 3))):
        *above, last = data.draw(st.sampled_from(list(_places(table))))
        holder = table
        for key in above:
            holder = holder[key]
        change = data.draw(st.sampled_from(["replace", "remove", "add"]))
        if change == "remove":
            del holder[last]
        elif change == "add" and isinstance(holder[last], dict):
            holder[last][data.draw(TEXT)] = data.draw(VALUES)
        else:
            holder[last] = data.draw(VALUES)
        if not table:
            break
    plan, errors = parse_plan(tomli_w.dumps(table), CATALOG)
    assert all(error.message for error in errors)
    to_json(deploy(CATALOG, plan))
