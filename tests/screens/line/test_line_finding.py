"""Line mode: filters of lists by port, address and name, and finding everywhere."""

from __future__ import annotations

import re

import pytest

from screens.board.entry import Entry
from screens.line.commands import LineCommand, command_of
from screens.line.fitting import fitting
from screens.line.items import items
from tests.screens.line.test_linemode import facts, started, talk
from tests.tools.builders import rule
from wizard.index.terms import terms


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("x rules 9100", LineCommand("lists", "rules 9100")),
        ("l ipp", LineCommand("list", "ipp")),
        ("f 9100", LineCommand("find", "9100")),
        ("/ 9100", LineCommand("filter", "9100")),
        ("/", LineCommand("filter")),
        # A path of an endpoint stays an answer.
        ("/billing", None),
        ("lpr", None),
        ("fax", None),
    ],
)
def test_what_is_a_filter_and_what_an_answer(text: str, command: LineCommand | None) -> None:
    assert command_of(text, "features") == command


def test_a_list_is_read_by_port_by_address_and_by_name() -> None:
    plan = started("papercut-mf")
    network = plan.zones["clients"].networks[0]
    spoken = talk(
        *("x rules", "x rules 9191", f"x rules {network} user", "x rules zzz", "q"), plan=plan
    )
    whole = re.search(r"Rules: (\d+) lines\.", spoken.text)
    assert whole is not None
    by_port = re.search(rf"Rules: (\d+) of {whole[1]} lines with '9191'\.([^>]*)> ", spoken.text)
    assert by_port is not None
    rows = re.findall(r"(?<=\n)\d+ (?:in|out|fwd) .*", by_port[2])
    assert len(rows) == int(by_port[1]) < int(whole[1])
    assert all("9191" in row for row in rows)
    # Addresses are looked for, though the rows show names.
    assert re.search(rf"Rules: \d+ of {whole[1]} lines with '{network} user'\.", spoken.text)
    assert "Rules: Nothing fits 'zzz'." in spoken.text


def test_the_last_list_is_filtered_and_comes_back_whole() -> None:
    spoken = talk("x rules", "/ 9191", "why 1", "/", "q", plan=started("papercut-mf"))
    assert "lines with '9191'." in spoken.text
    assert "Why tcp 9191 on" in spoken.flat
    assert len(re.findall(r"Rules: \d+ lines\.", spoken.text)) == 2


def test_a_text_is_filtered_by_its_lines() -> None:
    spoken = talk("h", "/ undo", "/", "q", plan=started("cups"))
    assert re.search(r"1 of \d+ lines with 'undo'\.\nu, r, -: undo; redo", spoken.text)
    assert spoken.text.count("q: leave; the draft is kept.") == 2


def test_a_comparison_is_filtered_and_keeps_its_causes() -> None:
    plan = started("papercut-mf")
    at = next(
        n for n, item in enumerate(items(facts(), plan, "features"), 1) if "Devices" in item.group
    )
    spoken = talk(f"g 2.{at}", "xerox devices", "c", "/ 9191", "why 1", "q", plan=plan)
    whole, _, filtered = spoken.text.partition("with '9191'.")
    count = re.search(r"(\d+) of (\d+) lines $", whole)
    assert count is not None
    assert int(count[1]) < int(count[2])
    assert "because of Xerox devices: switched on:" in " ".join(whole.split())
    assert "The answers behind it" in filtered


def test_finding_a_port_everywhere() -> None:
    spoken = talk("f 9100", "to 1", "f zzzz", "f", "q", plan=started("papercut-mf"))
    line = r"\d+ PaperCut MF: Print data to the devices: no\. products\.papercut-mf\.features\."
    assert re.search(line + "print-data; tcp 9100", spoken.flat)
    assert "Not chosen: " in spoken.text
    assert "Step 2 of 7: Features" in spoken.text
    assert "Nothing fits 'zzzz'." in spoken.text
    assert "f and what to find" in spoken.text


def test_the_features_of_a_step_are_listed_one_by_one_where_they_fit() -> None:
    spoken = talk("g 2", "l xerox", "q", plan=started("papercut-mf"))
    assert re.search(r"> \d of \d+ lines of this step with 'xerox'\.", spoken.flat)
    assert re.search(r"^2\.\d+ PaperCut MF - Devices: \d+ Xerox devices: no", spoken.text, re.M)


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("50000", ["dynamic"]),
        ("10.0.10.77", ["server"]),
        ("10.0.10.77 50000", []),
        ("10.0.10.5", ["hidden", "server"]),
        ("10.0.10.0/25", ["server"]),
        ("2001:db8::1", []),
        ("99999", []),
        ("1.2.3", []),
    ],
)
def test_ports_and_addresses_within_ranges_and_networks_fit(words: str, fits: list[str]) -> None:
    rules = {
        "dynamic": rule(ports=((49152, 65535),), sources=("10.9.0.0/16",), destinations=()),
        "server": rule(ports=((80, 80),), sources=("10.0.10.0/24",), destinations=()),
        "hidden": rule(
            ports=((81, 81),),
            sources=("10.9.0.0/16",),
            destinations=("10.0.10.0/24",),
            except_destinations=("10.0.10.64/26", "10.0.10.0/30"),
        ),
    }
    entries = [Entry(name, cells=(name,), record=record) for name, record in rules.items()]
    assert sorted(entry.key for entry in fitting(entries, terms(words))) == fits


def test_a_heading_counts_what_fits_below_it() -> None:
    heading = Entry("heading a", cells=("a", "2"), heading=True)
    other = Entry("heading b", cells=("b", "1"), heading=True)
    rows = [Entry(name, cells=(name,)) for name in ("web", "mail", "ssh")]
    entries = [heading, *rows[:2], other, rows[2]]
    assert [entry.cells for entry in fitting(entries, terms("mail"))] == [("a", "1"), ("mail",)]


def test_the_products_are_listed_one_by_one_where_they_fit() -> None:
    spoken = talk("l cups", "l zzz", "q", rows=24)
    assert re.search(r"> [2-9] of \d+ lines of this step with 'cups'\.", spoken.flat)
    assert re.search(r"^1\.1 Products: \d+ CUPS: ", spoken.text, re.M)
    assert re.search(r"0 of \d+ lines of this step with 'zzz'\.", spoken.flat)


def test_a_list_is_filtered_again_after_however_many_looks_behind_it() -> None:
    looks = [*["why 1"] * 500, *["/ zz"] * 500]
    spoken = talk("x rules", *looks, "/", "q", plan=started("cups"))
    assert re.search(r"Rules: \d+ lines\.", spoken.text.rpartition("Nothing fits 'zz'.")[2])


def test_a_list_that_is_shown_again_is_of_the_plan_as_it_is_now() -> None:
    spoken = talk("x rules", "remove firewall core", "/", "q", plan=started("papercut-mf"))
    before, _, again = spoken.text.partition("firewall core removed.")
    assert re.search(r"^core \(boundary\): \d+$", before, re.M)
    assert not re.search(r"^core \(boundary\): [1-9]", again, re.M)
    assert "gone: " in again


def test_lists_of_which_only_what_is_gone_fits_are_not_offered() -> None:
    spoken = talk("f 22", "remove firewall server", "f 22", "x rules 22", "q", plan=started("cups"))
    before, _, after = spoken.flat.partition("firewall server removed.")
    assert "x rules 22" in before
    found, _, read = after.partition("Rules: 0 of 0 lines with '22'.")
    assert "x rules 22" not in found
    assert "gone: in tcp 22" in read


def test_what_asks_for_something_new_is_found_and_gone_to() -> None:
    spoken = talk("f must never", "q", plan=started("cups"))
    found = re.search(r"g (4\.\d+): Something that must never be\? Its name", spoken.flat)
    assert found is not None
    there = talk(f"g {found[1]}", "q", plan=started("cups"))
    assert f"{found[1]} Something that must never be? Its name" in there.flat


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("uniflow", "Canon uniFLOW is not in the facts. The numbers of its paper on ports"),
        ("equitrac", "Tungsten Equitrac is not in the facts. Its guides exist"),
    ],
)
@pytest.mark.parametrize("command", ["l", "f"])
def test_a_product_that_people_look_for_is_missing_and_line_mode_says_why(
    command: str, words: str, sentence: str
) -> None:
    spoken = talk(f"{command} {words}", "q")
    assert sentence in spoken.flat
    assert "Nothing fits" not in spoken.flat


@pytest.mark.parametrize("line", ["l", "l printix", "f 9100"])
def test_no_missing_product_is_named_where_nobody_looks_for_it(line: str) -> None:
    assert "is not in the facts" not in talk(line, "q").flat


def test_what_the_facts_lack_is_said_in_the_step_that_asks_for_products() -> None:
    at_features = talk("g 2.1", "l equitrac", "q", plan=started("papercut-mf"))
    assert "0 of " in at_features.flat
    assert "is not in the facts" not in at_features.flat


def test_files_that_would_be_written_are_found_by_name_and_looked_into() -> None:
    spoken = talk("f rules.csv", "to 1", "why 1", "q", plan=started("papercut-mf"))
    found, _, looked_into = spoken.text.partition("to 3: go to the third, or look into it.")
    assert re.search(r"> 1 File rules\.csv, \d+ lines; step 7 writes it$", found, re.M)
    assert re.search(r"> rules\.csv:\n.*\nEnd of rules\.csv\.\n", looked_into, re.S)
    assert "9191" in looked_into
    assert "There is no more to say about it" in looked_into


def test_files_follow_the_formats_that_are_left_out() -> None:
    plan = started("papercut-mf")
    found = talk("f file csv", "q", plan=plan)
    assert "File rules.csv, " in found.text
    number = re.search(r"^  (\d+) yes csv: ", talk("g 7.2", "q", plan=plan).text, re.M)
    assert number is not None
    left_out = talk("g 7.2", f"-{number[1]}", "f file csv", "q", plan=plan)
    assert "File rules.csv" not in left_out.text


def test_files_of_many_rules_are_looked_for_once_they_are_worked_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("screens.line.finding.AT_ONCE", 3)
    plan = started("papercut-mf")
    spoken = talk("f rules.csv", "f 9191", "g 7.3", "f rules.csv", "q", plan=plan)
    before, _, after = spoken.flat.partition("Step 7 of 7")
    assert before.count("g 7.3 works them out.") == 1
    assert "File rules.csv" not in before
    assert "1 File rules.csv, " in after
