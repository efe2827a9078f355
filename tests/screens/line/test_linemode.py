"""Line mode: the same questions, typed as lines; the same plan."""

from __future__ import annotations

import io
import os
import re
from functools import cache
from pathlib import Path

import pytest

from screens.line.item import Single, Ticks
from screens.line.items import items
from screens.line.start import run_lines
from screens.line.talk import Talk
from tests.tools.hostile import hostile_to
from tests.tools.keys import answered
from wizard.facts.load import load_catalog
from wizard.facts.model import Catalog
from wizard.plan.catalog import made_with
from wizard.plan.edits import add_zone
from wizard.plan.file import read_plan, write_plan
from wizard.plan.model import Plan, Site
from wizard.plan.presets import apply_preset
from wizard.questions import STEPS, open_questions, questions
from wizard.session import drafts, shelf


@cache
def facts() -> Catalog:
    return load_catalog()


class Spoken:
    """What was said in one conversation, and how it ended."""

    def __init__(self, code: int, output: bytes, encoding: str) -> None:
        self.code = code
        self.bytes = output
        self.text = output.decode(encoding)
        # Wrapped lines read as one.
        self.flat = " ".join(self.text.split())


def talk(
    *lines: str | bytes,
    plan: Plan | None = None,
    origin: Path | None = None,
    only_missing: bool = False,
    encoding: str = "utf-8",
    ascii: bool = False,
    rows: int | None = None,
) -> Spoken:
    typed = b"".join(
        (line if isinstance(line, bytes) else line.encode(encoding, "replace")) + b"\n"
        for line in lines
    )
    out = io.BytesIO()
    conversation = Talk(
        io.BytesIO(typed), out, encoding, ascii=ascii, columns=79, paged=rows is not None, rows=rows
    )
    code = run_lines(facts(), conversation, plan, str(origin) if origin else None, only_missing)
    return Spoken(code, out.getvalue(), encoding)


def kept() -> Plan:
    """The plan of the only draft."""
    (one,) = shelf.list_drafts().drafts
    draft = shelf.resume(one.id)
    draft.close()
    return draft.plan


def started(product: str = "papercut-mf", preset: str = "segments") -> Plan:
    return apply_preset(facts(), answered(facts(), Plan(), "products", (product,)), preset)


@pytest.mark.parametrize("product", list(load_catalog().products))
def test_every_question_is_asked_and_in_the_order_of_the_questions(product: str) -> None:
    plan = started(product)
    for step in STEPS:
        asked = [str(question.key) for question in questions(facts(), plan, step.id)]
        covered: list[str] = []
        for item in items(facts(), plan, step.id):
            if isinstance(item, Ticks):
                covered += [str(flag.key) for flag in item.flags]
            elif isinstance(item, Single):
                covered.append(str(item.key))
                covered += [str(item.absent)] if str(item.absent) in asked else []
        assert sorted(covered) == sorted(asked)
        if step.id != "features":
            merged = [key for key in asked if not key.endswith(".absent")]
            assert [key for key in covered if not key.endswith(".absent")] == merged


@pytest.mark.slow
def test_a_walk_to_the_written_files(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    spoken = talk(
        *(
            "cups",
            "+1",
            "g 3",
            "Head office",
            "2",
            "g 5",
            "Print team",
            "CHG-1",
            "Why not",
            "2027-1-5",
            "",
            "g 6",
        ),
        *("", str(folder), "-json", "", "1", "yes", "q"),
    )
    assert spoken.code == 0
    plan = kept()
    assert plan.name == "Head office"
    assert list(plan.products) == ["cups"]
    assert plan.products["cups"].features == {"ipp-sharing": {"mobiles": True}}
    assert str(plan.request.wanted) == "2027-01-05"
    assert read_plan((folder / "plan.toml").read_text(), facts()) == plan
    assert not (folder / "deployment.json").exists()
    assert re.search(r"\d+ rules, \d+ new", spoken.text)
    assert "scp -r THIS-HOST:" in spoken.text


def test_zones_by_hand_make_the_same_plan_as_the_edits() -> None:
    spoken = talk(
        *(
            "cups",
            "+1",
            "g 3",
            "Office",
            "",
            "servers",
            "10.0.1.0/33",
            "10.0.1.0/24, 10.0.2.0/24",
            "Bad Name",
            "",
        ),
        *("1", "10.0.1.5", "q"),
    )
    plan = answered(facts(), made_with(facts(), Plan()), "products", ("cups",))
    plan = answered(facts(), plan, "products.cups.features.ipp-sharing", True)
    plan = answered(facts(), plan, "name", "Office")
    plan = add_zone(plan, "servers")
    plan = answered(facts(), plan, "zones.servers.networks", ("10.0.1.0/24", "10.0.2.0/24"))
    plan = answered(facts(), plan, "roles.print-server.zones", ("servers",))
    plan = answered(facts(), plan, "roles.print-server.addresses", ("10.0.1.5",))
    assert kept() == plan
    assert "'bad-name'" in spoken.text
    assert "/33" in spoken.text


def test_sites_are_added_renamed_and_removed_once_there_are_several_zones() -> None:
    plan = started("cups")
    asked = [str(item.key) for item in items(facts(), plan, "network")]
    assert asked.index("site+") < asked.index("zones.servers.networks")
    one_zone = add_zone(Plan(products=plan.products), "servers")
    assert "site+" not in [str(item.key) for item in items(facts(), one_zone, "network")]
    spoken = talk(
        *(f"g 3.{asked.index('site+') + 1}", "head", "servers clients printers", ""),
        *("branch like head", "", "rename head main", "remove site branch", "q"),
        plan=plan,
    )
    assert kept().sites == {"main": Site(("servers", "clients", "printers"))}
    assert kept().zones.keys() == {
        *plan.zones,
        "branch-servers",
        "branch-clients",
        "branch-printers",
    }
    assert "The site head is now main" in spoken.flat
    assert "'south like head' adds one" in spoken.flat


def test_there_are_none_is_one_of_the_places() -> None:
    plan = answered(facts(), started("cups"), "products.cups.features.ipp-sharing", True)
    at = [str(item.key) for item in items(facts(), plan, "network")].index(
        "roles.user-computer.zones"
    ) + 1
    spoken = talk(f"g 3.{at}", "none", "b", "b", "b", f"g 3.{at}", "q", plan=plan)
    assert kept().roles["user-computer"].absent
    assert "Now: there are none." in spoken.text


def test_firewalls_are_added_renamed_and_removed() -> None:
    plan = answered(facts(), made_with(facts(), Plan()), "products", ("cups",))
    spoken = talk("g 4", "2 core", "", "rename core edge", "remove edge", "u", "4", "q", plan=plan)
    assert {name: wall.kind for name, wall in kept().firewalls.items()} == {"edge": "router"}
    assert "is now edge, everywhere" in spoken.flat
    assert "edge is removed; u brings it back" in spoken.flat


def test_back_undo_redo_and_skip() -> None:
    spoken = talk("cups", "s", "b", "+1", "u", "r", "u", "b", "b", "q")
    assert spoken.text.count("Taken back") == 2
    assert spoken.text.count("Answered again") == 1
    assert "This is the first question." in spoken.text
    assert kept().products["cups"].features == {}


def test_help_lists_and_why() -> None:
    plan = started("papercut-mf")
    spoken = talk(
        "g 2",
        "?",
        "? 1",
        "h",
        "o",
        "x",
        "x flows",
        "why 1",
        "x nothing",
        "to 1",
        "g",
        "l",
        "q",
        plan=plan,
    )
    assert "Numbers switch on or off" in spoken.flat
    assert "q: leave; the draft is kept." in spoken.flat
    assert "Flows: " in spoken.text
    assert "document" in spoken.text
    assert "There is no list 'nothing'; there are rules" in spoken.flat
    assert "3 Network" in spoken.text


def test_the_review_leads_to_the_answer() -> None:
    plan = started("papercut-mf")
    spoken = talk("g 6", "open", "findings", "1", "q", plan=plan)
    assert "6.1 What follows" in spoken.text


def test_an_answer_that_looks_like_a_command() -> None:
    talk("2", "g 5", "=b", "q")
    assert kept().request.requester == "b"


def test_a_minus_takes_an_answer_back() -> None:
    talk("2", "g 5", "Me", "b", "-", "q")
    assert kept().request.requester is None


def test_answers_that_are_wrong_are_asked_again() -> None:
    spoken = talk("99", "papercut", "\x1b[A", b"\xff", "papercut-mf", "g 2.99", "g 9", "q")
    assert f"There is no number 99 here; they go from 1 to {len(facts().products)}." in spoken.text
    assert "did you mean 'papercut-" in spoken.flat
    assert "Arrow keys and function keys do nothing here" in spoken.text
    assert "These characters are no utf-8" in spoken.text
    assert "l lists them" in spoken.text
    assert list(kept().products) == ["papercut-mf"]


def test_nothing_but_printable_characters_is_ever_sent() -> None:
    plan = answered(facts(), started("papercut-mf"), "name", "Bür\u202eo 漢字")
    spoken = talk(
        "x rules", "g 6", "g 7", "", "", "1", "q", plan=plan, ascii=True, encoding="ascii"
    )
    assert spoken.bytes.isascii()
    assert all(32 <= byte < 127 or byte == 10 for byte in spoken.bytes)
    assert "User computer to Print server" in spoken.flat
    assert max(map(len, spoken.text.split("README.md:")[0].splitlines())) <= 79


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp437"])
def test_every_encoding_takes_what_it_can(encoding: str) -> None:
    talk("2", "g 3", "Büro", "q", encoding=encoding)
    assert kept().name == "Büro"


@pytest.mark.parametrize("text", hostile_to("terminal"))
def test_hostile_names_are_told_harmlessly(text: str) -> None:
    spoken = talk("2", "g 3", " ".join(text.split("\n")), "b", "l", "q")
    assert not set(spoken.text) & {
        chr(n) for n in (*range(10), *range(11, 32), *range(127, 160), 0x202E)
    }


def test_a_draft_is_offered_at_its_step() -> None:
    talk("2", "g 3", "Office", "q")
    spoken = talk("", "b", "q")
    assert "1 Go on with: Office (Network, just now, docuflair)" in spoken.text
    # Where one was, and the question before.
    assert spoken.text.index("3.2 ") < spoken.text.index("3.1 Name of the plan")
    assert "Now: Office." in spoken.text
    spoken = talk("d 1", "q")
    assert shelf.list_drafts().drafts == ()


def test_where_one_was_and_what_was_refused_comes_back() -> None:
    talk("2", "g 5.4", "some day", "q")
    spoken = talk("1", "2027-1-5", "q")
    assert "Written before, and not taken: some day" in spoken.text
    assert "5.4 " in spoken.text
    assert "some day" not in talk("1", "q").text


def test_discarding_a_draft_can_be_taken_back() -> None:
    talk("2", "g 3", "Office", "q")
    spoken = talk("d 1", "u", "1", "b", "q")
    assert "2 Discarded: Office (just now)" in spoken.text
    assert "Now: Office." in spoken.text
    talk("d 1", "q")
    # The next start has another draft, and still offers the discarded one.
    talk("2", "q")
    spoken = talk("3", "q")
    assert {draft.name for draft in shelf.list_drafts().drafts} == {"", "Office"}


def test_a_draft_can_be_copied_and_renamed() -> None:
    talk("2", "g 3", "Office", "q")
    spoken = talk("c 1", "c 9", "r 1", "r 1 North site", "q")
    assert "Copied: Office." in spoken.text
    assert "Write a number from 1 to 2." in spoken.text
    assert "Write the new name behind the number" in spoken.text
    assert "Renamed: North site." in spoken.text
    names = {draft.name for draft in shelf.list_drafts().drafts}
    assert "North site" in names
    assert names - {"North site"} in ({"Office"}, {"Copy of Office"})


def test_a_draft_that_is_open_elsewhere_is_told() -> None:
    talk("2", "q")
    other = shelf.resume(shelf.list_drafts().drafts[0].id)
    spoken = talk("1", "no", "2", "q")
    assert f"open in another window: process {os.getpid()}" in spoken.flat
    assert [draft.id for draft in shelf.list_drafts().drafts] == [other.id]
    other.close()


def test_a_draft_that_is_open_elsewhere_can_be_taken_over() -> None:
    talk("2", "q")
    other = shelf.resume(shelf.list_drafts().drafts[0].id)
    talk("1", "yes", "g 3", "Taken", "q")
    assert kept().name == "Taken"
    with pytest.raises(drafts.DraftTaken):
        other.save(Plan(), "network")
    other.close()


def test_a_window_whose_draft_was_taken_over_says_so_and_takes_no_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ask = Talk.ask
    taken: list[drafts.Draft] = []

    def asks(conversation: Talk, prompt: str = "> ") -> str:
        text = ask(conversation, prompt)
        if text == "Hung":
            taken.append(shelf.take_over(shelf.list_drafts().drafts[0].id))
        return text

    monkeypatch.setattr(Talk, "ask", asks)
    spoken = talk("cups", "g 3", "Hung", "Again", "u", "q")
    assert spoken.flat.count("was taken over by another window") >= 3
    assert "Now: Hung" not in spoken.text
    taken[0].close()
    assert (kept().name, list(kept().products)) == ("", ["cups"])


def test_undo_says_what_was_taken_back() -> None:
    plan = answered(facts(), made_with(facts(), Plan()), "products", ("cups",))
    spoken = talk("g 4", "2 edge", "remove edge", "u", "r", "g 3", "preset 1", "u", "q", plan=plan)
    assert "Taken back: firewall edge removed." in spoken.text
    assert "Answered again: firewall edge removed." in spoken.text
    assert "Taken back: preset " in spoken.text


def test_a_disk_that_takes_nothing_is_told_once_and_the_talk_goes_on(home: Path) -> None:
    state = home / ".local" / "state"
    state.parent.mkdir(parents=True)
    state.write_text("no folder")
    spoken = talk("2", "g 3", "Office", "l", "q")
    assert "3.1 Name of the plan: Office" in spoken.text
    assert spoken.text.count("Not saved:") == 2  # once when it happens, once at the end


def test_the_input_ends() -> None:
    assert talk().code == 2
    spoken = talk("2")
    assert spoken.code == 0
    assert "The draft is kept" in spoken.text


def test_the_terminal_goes() -> None:
    class Gone(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: object) -> int:
            raise OSError(5, "gone")

    out = io.BytesIO()
    conversation = Talk(io.BufferedReader(Gone()), out, columns=79)
    assert run_lines(facts(), conversation) == 2


def test_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: Talk, prompt: str = "> ") -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(Talk, "ask", interrupted)
    assert talk().code == 130


# --- only what is missing ------------------------------------------------------------------------


def test_only_missing_asks_just_the_open_questions_and_writes_back(tmp_path: Path) -> None:
    plan = answered(facts(), made_with(facts(), Plan()), "products", ("cups",))
    plan = answered(facts(), plan, "products.cups.features.ipp-sharing", True)
    path = tmp_path / "plan.toml"
    path.write_text(write_plan(plan, facts()))
    waiting = [question.label for question in open_questions(facts(), plan)]
    assert waiting
    answers = ["servers", "10.0.1.0/24", *["1"] * len(waiting)]
    spoken = talk(*answers, "yes", plan=plan, origin=path, only_missing=True)
    assert "Nothing is open any more." in spoken.text
    assert "is there already. Replace it?" in spoken.flat
    written = read_plan(path.read_text(), facts())
    assert open_questions(facts(), written) == ()
    assert shelf.list_drafts().drafts == ()
    assert "Name of the plan" not in spoken.text


def test_only_missing_leaves_the_file_alone_unless_told(tmp_path: Path) -> None:
    plan = answered(facts(), made_with(facts(), Plan()), "products", ("cups",))
    plan = answered(facts(), plan, "products.cups.features.ipp-sharing", True)
    path = tmp_path / "plan.toml"
    path.write_text(write_plan(plan, facts()))
    before = path.read_bytes()
    spoken = talk(
        *["servers", "10.0.1.0/24", "", "g 3", "b", "", "", "", "", "", ""],
        plan=plan,
        origin=path,
        only_missing=True,
    )
    assert "Only the open questions are asked here" in spoken.flat
    assert path.read_bytes() == before
    assert "Not written." in spoken.text
    assert len(shelf.list_drafts().drafts) == 1


def test_only_missing_keeps_the_draft_where_the_file_takes_nothing(tmp_path: Path) -> None:
    """The draft goes only once a file holds its answers."""
    plan = answered(facts(), made_with(facts(), Plan()), "products", ("cups",))
    plan = answered(facts(), plan, "products.cups.features.ipp-sharing", True)
    waiting = len(open_questions(facts(), plan))
    answers = ["servers", "10.0.1.0/24", *["1"] * waiting]
    path = tmp_path / "gone" / "plan.toml"
    spoken = talk(*answers, plan=plan, origin=path, only_missing=True)
    assert "The plan could not be written to" in spoken.flat
    assert len(shelf.list_drafts().drafts) == 1


def test_saving_never_replaces_without_asking(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("mine")
    spoken = talk(
        "2",
        f"w {path}",
        "perhaps",
        "no",
        f"w {tmp_path / 'new.toml'}",
        f"w {tmp_path / 'new.toml'}",
        "q",
    )
    assert path.read_text() == "mine"
    assert "Answer yes or no." in spoken.text
    assert "holds exactly this plan already" in spoken.flat
    assert read_plan((tmp_path / "new.toml").read_text(), facts()) == kept()


def test_a_question_that_no_step_has_is_said_and_nobody_is_moved() -> None:
    spoken = talk("g 2", "g 3.99", "g 3.0", "b", "q", plan=started("cups"))
    assert re.search(r"There is no question 3\.99: step 3 has \d+ now; g 3 and then l", spoken.flat)
    assert "Step 3 of 7" not in spoken.text
    assert spoken.flat.count("There is no question 3.") == 2


# --- the program ---------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["g ²", "g 3.²", "g ٣", "g " + "1" * 5000, "²", "٣", "why ²"])
def test_digits_of_other_scripts_are_no_number(place: str) -> None:
    spoken = talk(place, "2", place, "g 4", place, "g 6", place, "x rules", place, "q")
    assert (spoken.code, spoken.text.count("Traceback")) == (0, 0), spoken.flat[-500:]
