"""The parts of the screens that need no screen: lines, fields, profile, picture, marks, rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.board.derived import Derived, View, summary, tabs
from screens.board.picture import picture
from screens.board.why import cause, why
from screens.steps.export import scp_line
from screens.terminal.profile import profile, refusal
from screens.web.host import this_host
from screens.widgets.editor import LineEditor
from screens.widgets.lines import clean, fit, line, short, short_ends, to_ascii, width, wrap
from screens.widgets.rows import Row, Spot, Typed, drawn, label_columns
from tests.tools.keys import answered, question_at
from wizard.deployment import deploy
from wizard.facts.load import load_catalog
from wizard.plan.edits import add_firewall, add_zone
from wizard.plan.model import Plan
from wizard.plan.presets import apply_preset, presets
from wizard.questions import AnswerError
from wizard.session.saving import default_file, default_folder
from wizard.views.words import narrow_ports

CATALOG = load_catalog()


def plan_of(*products: str, preset: str = "segments") -> Plan:
    return apply_preset(CATALOG, answered(CATALOG, Plan(), "products", products), preset)


# --- lines ---------------------------------------------------------------------------------------


def test_lines_hold_nothing_that_a_terminal_obeys() -> None:
    assert clean("a\x1b[2Jb\x07\x9bc\u202ed") == "a�[2Jb��c�d"
    assert line("[bold]x[/]").plain == "[bold]x[/]"


@pytest.mark.parametrize("text", ["", "abc", "abcdefghij", "東京タワー", "é́x", "x" * 50])
@pytest.mark.parametrize("columns", [1, 2, 5, 10])
def test_fit_takes_exactly_its_columns(text: str, columns: int) -> None:
    assert width(fit(text, columns)) == columns
    assert width(short(text, columns)) <= max(columns, 0)


def test_wrap_keeps_paragraphs_and_breaks_long_words() -> None:
    lines = wrap("one two\n\n" + "x" * 30, 10)
    assert lines[:2] == ["one two", ""]
    assert all(width(part) <= 10 for part in lines)


def test_ports_and_glyphs() -> None:
    assert narrow_ports([(80, 80), (9200, 9999)]) == "80,9200-9999"
    assert to_ascii("─│→✓…").isascii()
    assert len(to_ascii("─│→✓…")) == 5


# --- the field -----------------------------------------------------------------------------------


def test_the_field_edits_as_people_expect() -> None:
    editor = LineEditor("10.0.0.0")
    for key in ("backspace", "home", "delete", "delete", "delete"):
        assert editor.press(key)
    editor.insert("192.")
    assert editor.text == "192.0.0."
    editor.press("end")
    editor.press("ctrl+w")
    assert editor.text == "192.0."
    editor.press("ctrl+u")
    assert editor.text == ""
    assert not editor.press("f5")


def test_a_long_text_scrolls_in_its_field() -> None:
    editor = LineEditor("abcdefghij")
    assert editor.window(5) == ("ghij", 4)
    editor.press("home")
    assert editor.window(5) == ("abcde", 0)
    # Where it has more room than before, as when a window grows, it shows more.
    grown = LineEditor("abcdefghij")
    assert grown.window(5) == ("ghij", 4)
    assert grown.window(9) == ("cdefghij", 8)
    assert grown.window(20) == ("abcdefghij", 10)
    wide = LineEditor("東京東京東京")
    text, caret = wide.window(5)
    assert width(text) <= 5
    assert caret <= 4


def test_a_click_puts_the_cursor_on_the_character_that_is_seen_there() -> None:
    editor = LineEditor("abcdefghij")
    assert editor.window(5) == ("ghij", 4)
    editor.stand_at(1)
    assert editor.text[editor.cursor] == "h"
    editor.stand_at(99)
    assert editor.cursor == len(editor.text)
    editor.stand_at(-3)
    assert editor.text[editor.cursor] == "g"
    wide = LineEditor("東京東京")
    wide.window(20)
    wide.stand_at(3)
    assert wide.cursor == 1


def example() -> LineEditor:
    editor = LineEditor("10.20.10.0/24", untouched=True)
    editor.window(40)
    return editor


def test_what_is_typed_or_pasted_first_replaces_an_untouched_text() -> None:
    for text in ("1", "10.7.10.0/24"):
        editor = example()
        editor.insert(text)
        assert (editor.text, editor.typed_over) == (text, True)
        editor.insert("9")
        assert editor.text == f"{text}9"


@pytest.mark.parametrize(
    ("key", "after"),
    [
        ("left", "10.20.10.0/274"),
        ("home", "710.20.10.0/24"),
        ("end", "10.20.10.0/247"),
        ("backspace", "10.20.10.0/27"),
        ("ctrl+w", "10.20.10.0/7"),
    ],
)
def test_once_a_key_has_edited_it_it_is_edited(key: str, after: str) -> None:
    editor = example()
    assert editor.press(key)
    editor.insert("7")
    assert (editor.text, editor.typed_over) == (after, False)


def test_a_key_that_means_nothing_in_a_field_touches_nothing() -> None:
    editor = example()
    assert not editor.press("f2")
    editor.insert("7")
    assert editor.text == "7"


@pytest.mark.parametrize(
    ("column", "after"),
    [(3, "10.720.10.0/24"), (0, "710.20.10.0/24"), (-5, "7"), (13, "7"), (30, "7")],
)
def test_a_click_into_it_edits_it_and_one_beside_it_does_not(column: int, after: str) -> None:
    editor = example()
    editor.stand_at(column)
    editor.insert("7")
    assert editor.text == after


def test_pasted_lines_become_one() -> None:
    editor = LineEditor("")
    editor.insert("10.0.0.0/24\n10.0.1.0/24\n")
    assert editor.text == "10.0.0.0/24 10.0.1.0/24"


# --- the profile ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "ansi", "ascii"),
    [
        ({"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}, False, False),
        ({"TERM": "xterm", "LANG": "C.UTF-8"}, True, False),
        ({"TERM": "xterm", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}, False, False),
        ({"TERM": "xterm-256color", "NO_COLOR": "1", "LANG": "C.UTF-8"}, True, False),
        ({"TERM": "linux", "LANG": "C.UTF-8"}, True, True),
        ({"TERM": "xterm-256color", "LC_ALL": "C", "LANG": "en_US.UTF-8"}, False, True),
    ],
)
def test_the_profile_follows_the_terminal(environ: dict[str, str], ansi: bool, ascii: bool) -> None:
    found = profile(environ, "utf-8")
    assert (found.ansi, found.ascii) == (ansi, ascii)


@pytest.mark.parametrize(
    ("environ", "encoding", "stdin", "stderr", "word"),
    [
        ({"TERM": "xterm"}, "utf-8", False, True, "standard input"),
        ({"TERM": "xterm"}, "utf-8", True, False, "standard error"),
        ({"TERM": "dumb"}, "utf-8", True, True, "dumb"),
        ({}, "utf-8", True, True, "not set"),
        ({"TERM": "xterm"}, "latin-1", True, True, "UTF-8"),
    ],
)
def test_where_it_cannot_draw_it_says_why(
    environ: dict[str, str], encoding: str, stdin: bool, stderr: bool, word: str
) -> None:
    why = refusal("The wizard", environ, encoding, stdin, stderr) or ""
    assert why.startswith("The wizard ")
    assert word in why
    assert refusal("The wizard", {"TERM": "xterm"}, "UTF8", True, True) is None


# --- the picture ---------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", [preset.id for preset in presets()])
@pytest.mark.parametrize("columns", [40, 58, 76, 120])
def test_the_picture_fits_and_names_everything(preset: str, columns: int) -> None:
    plan = plan_of("papercut-mf", "cirrusprint", preset=preset)
    names = {key: role.name for key, role in CATALOG.roles.items()}
    lines = [part.plain for part in picture(plan, names, columns)]
    assert max(width(part) for part in lines if "│" in part or "─" in part) <= columns
    text = "\n".join(lines)
    for zone in plan.zones:
        assert f" {zone} " in text
    for name, firewall in plan.firewalls.items():
        assert f"{name}:" in text or firewall.guards_hosts


def test_a_firewall_touches_its_zones_only() -> None:
    plan = add_firewall(add_zone(add_zone(add_zone(Plan(), "a"), "b"), "c"), "x", "boundary")
    plan = answered(
        CATALOG, answered(CATALOG, plan, "products", ("cups",)), "firewalls.x.zones", ("a", "c")
    )
    lines = [part.plain for part in picture(plan, {}, 60)]
    touched = [part for part in lines if part.endswith("A")]
    assert len(touched) == 2
    between = lines[lines.index(touched[0]) + 1 : lines.index(touched[1])]
    assert all(part.endswith("│") for part in between)


def test_no_zones_no_picture() -> None:
    assert picture(Plan(), {}, 60)[0].plain == "No zones yet."


# --- rows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [40, 76, 120])
def test_rows_never_pass_their_columns(columns: int) -> None:
    rows = (
        Row(
            "h",
            "heading",
            "A heading that is far too long for forty columns in any case",
            value="12 rules",
        ),
        Row("f", "flag", "東京" * 30, value="from other sources"),
        Row("t", "text", "A label", value="x" * 300, problem="no"),
        Row("o", "one", "A choice", value="y" * 100),
        Row("a", "action", "Do it", value="z" * 100, hint="w" * 200),
        Row("n", "note", "n" * 200),
    )
    labels = label_columns(rows, columns)
    for row in rows:
        label = labels.get(row.key, 0)
        for here in (False, True):
            field = Typed("typed", 5) if row.kind == "text" and here else None
            assert (
                width(drawn(row, label, columns, at_cursor=here, field=field).plain) <= columns + 1
            ), row


def test_in_a_narrow_form_a_long_label_takes_room_from_its_own_part_and_level_alone() -> None:
    """Networks had 11 columns beside the preview, for a role's name was long."""
    rows = (
        Row("zones", "heading", "Zones"),
        Row("net", "text", "Networks", level=1),
        Row("seen", "text", "Seen as", level=1),
        Row("who", "heading", "Who sits where"),
        Row("role", "many", "Multifunction device"),
        Row("at", "text", "Addresses", level=1),
    )
    assert label_columns(rows, 48) == {"net": 12, "seen": 12, "role": 20, "at": 13}
    assert set(label_columns(rows, 79).values()) == {20}


def test_a_choice_without_room_keeps_its_word_and_drops_the_sign_behind_it() -> None:
    row = Row("k", "one", "What it is", value="Firewall between networks")
    assert drawn(row, 15, 60, at_cursor=False).plain.endswith("< Firewall between networks >")
    assert drawn(row, 15, 45, at_cursor=False).plain.endswith("< Firewall between networks")
    assert drawn(row, 15, 40, at_cursor=False).plain.endswith("… >")


def test_a_heading_without_room_says_its_keys_and_not_its_count() -> None:
    row = Row(
        "h", "heading", "app", value="13 rules", hint="13 rules   Enter: rename   Del: remove"
    )
    assert drawn(row, 0, 60, at_cursor=True).plain.endswith(
        " 13 rules   Enter: rename   Del: remove"
    )
    assert drawn(row, 0, 40, at_cursor=True).plain.endswith("─ Enter: rename   Del: remove")


def test_of_a_connection_both_ends_stay_to_be_seen() -> None:
    cell = "Administrator's computer → Print server"
    assert short_ends(cell, 40) == cell
    assert short_ends(cell, 28) == "Administrato… → Print server"
    assert short_ends("Print server → Administrator's computer", 20) == "Print s… → Administ…"
    assert all(width(short_ends(cell, room)) <= room for room in range(8, 45))
    assert short_ends("Web interface", 8) == "Web int…"


def test_what_is_chosen_has_no_colour_of_its_own() -> None:
    """The wizard has one accent; green is for what went well."""
    ticked = drawn(Row("f", "flag", "A", on=True), 12, 40, at_cursor=False)
    choice = drawn(Row("o", "one", "A", value="B"), 12, 40, at_cursor=False)
    assert {style for _, style in (*ticked.spans, *choice.spans)} <= {"", "key", "dim"}


def test_the_cursor_and_the_ticks_show_without_colour() -> None:
    assert drawn(Row("f", "flag", "A", on=True), 12, 40, at_cursor=True).plain.startswith("> [x] A")
    assert drawn(Row("f", "flag", "A"), 12, 40, at_cursor=False).plain.startswith("  [ ] A")
    assert drawn(
        Row("t", "text", "A", value="b", problem="no"), 12, 40, at_cursor=False
    ).plain.startswith("! ")


# --- marks ---------------------------------------------------------------------------------------


def test_marks_say_what_an_answer_added_and_took() -> None:
    before = deploy(CATALOG, plan_of("cups"))
    plan = plan_of("cups", "papercut-mf")
    now = deploy(CATALOG, plan)
    rules = next(tab for tab in tabs(Derived(now, before), View()) if tab.id == "rules")
    added = [entry for entry in rules.entries if entry.mark == "+"]
    assert rules.new == len(added) > 0
    assert rules.count == len(now.rules)
    back = next(tab for tab in tabs(Derived(before, now), View()) if tab.id == "rules")
    assert back.gone == rules.new == len([e for e in back.entries if e.mark == "-"])
    assert "gone" in summary(Derived(before, now))


def test_nothing_is_marked_at_first_and_keys_are_unique() -> None:
    derived = Derived(deploy(CATALOG, plan_of("papercut-mf", "cups", "printeron")), None)
    for view in (View(), View(sort=1), View(grouped=False), View(words="tcp")):
        for tab in tabs(derived, view, everything=True):
            assert not any(entry.mark for entry in tab.entries)
            keys = [entry.key for entry in tab.entries]
            assert len(keys) == len(set(keys)), tab.id


# --- why and where to ----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("product", list(CATALOG.products))
def test_every_row_tells_why_and_leads_to_an_answer(product: str) -> None:
    plan = plan_of(product)
    for name, feature in CATALOG.products[product].features.items():
        if not feature.core:
            plan = answered(CATALOG, plan, f"products.{product}.features.{name}", True)
    made = deploy(CATALOG, plan)
    for tab in tabs(Derived(made, None), View(), everything=True):
        for entry in tab.entries:
            if entry.record is None:
                continue
            title, lines = why(made, entry.record, 60)
            assert title
            assert lines
            key = cause(made, entry.record)
            if key is None:
                assert tab.id == "findings"
                continue
            if not isinstance(key, Spot):
                try:
                    question_at(CATALOG, plan, str(getattr(key, "question", key)))
                except AnswerError as error:
                    pytest.fail(f"{entry.record} leads to {key}: {error}")


@pytest.mark.parametrize(
    ("name", "folder", "file"),
    [
        ("Head office printing", "./head-office-printing", "./head-office-printing.toml"),
        ("", "./portwright-export", "./plan.toml"),
        (
            "M\u00fcller & S\u00f6hne \u2013 Z\u00fcrich",
            "./muller-sohne-zurich",
            "./muller-sohne-zurich.toml",
        ),
        ("../..", "./portwright-export", "./plan.toml"),
    ],
)
def test_folder_and_file_follow_the_name(name: str, folder: str, file: str) -> None:
    assert (default_folder(Plan(name=name)), default_file(Plan(name=name))) == (folder, file)


def test_the_scp_line_names_this_machine_as_the_session_reached_it() -> None:
    assert (
        this_host({"USER": "kim", "SSH_CONNECTION": "10.0.0.9 50000 10.0.10.5 22"})
        == "kim@10.0.10.5"
    )
    assert (
        this_host({"USER": "kim", "SSH_CONNECTION": "fe80::1 5 2001:db8::5 22"})
        == "kim@[2001:db8::5]"
    )
    assert scp_line(Path("/srv/a b"), "kim@h") == "scp -r kim@h:'/srv/a b' ."
