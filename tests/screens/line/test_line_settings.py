"""Line mode: answers by their names, one at a time and from a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.line.commands import LineCommand, command_of
from screens.line.settings import setting_of
from tests.screens.line.test_linemode import facts, kept, started, talk
from tests.tools.keys import answered
from wizard.plan.file import read_plan
from wizard.plan.model import Plan
from wizard.questions import AnswerError

CUPS = "products.cups.features"


def after(*lines: str, plan: Plan | None = None) -> Plan:
    """The plan after some lines."""
    plan = plan or Plan()
    for line in lines:
        plan = setting_of(facts(), plan, line).plan
    return plan


@pytest.mark.parametrize(
    "text",
    [
        "set products.cups.features.ipp-sharing on",
        "set cups.ipp-sharing",
        "set name = Office",
        "set name Head office",
        "set products=cups",
        "set products cups",
        "set products.cups on",
        "add zone servers 10.0.1.0/24, 10.0.2.0/24",
        "add installation north cups",
        "remove zone servers",
        "rename firewall core edge",
    ],
)
def test_what_is_a_setting_in_every_step(text: str) -> None:
    assert command_of(text, "request") == LineCommand("set", text)


@pytest.mark.parametrize(
    "text",
    [
        "set up a queue for the branch",
        "set names on tags",
        "add a printer",
        "remove zone",
        "settings.of.old",
        "answers to the audit",
    ],
)
def test_what_stays_an_answer(text: str) -> None:
    assert command_of(text, "request") is None


@pytest.mark.parametrize(
    "text",
    [
        "Remove firewall core",
        "Set products.cups.features.ipp-sharing on",
        "Add zone servers",
        "X ray team",
        "Why 3",
        "Remove old jobs",
    ],
)
def test_at_a_text_question_commands_are_written_in_small_letters(text: str) -> None:
    assert command_of(text, "features", at_text=True) is None
    assert command_of(text, "features") is not None
    assert command_of(text.lower(), "features", at_text=True) is not None


def test_what_somebody_asks_for_is_no_command() -> None:
    assert command_of("remove Firewall core", "request", at_text=True) is None
    plan = started("cups")
    talk("g 5", "Remove firewall core", "q", plan=plan)
    assert kept().request.requester == "Remove firewall core"
    assert kept().firewalls.keys() == plan.firewalls.keys()


@pytest.mark.parametrize(
    ("answer", "plainer"),
    [
        ("set name servers of branch offices apart", "set name = servers of branch offices apart"),
        ("set products cups", "set products = cups"),
        ("w lan for guests", "w ./lan for guests"),
        ("cr 4711", "cr ./4711"),
    ],
)
@pytest.mark.parametrize("place", ["g 5.2", "g 5.3"])
def test_what_may_be_meant_either_way_is_asked_back(
    answer: str, plainer: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    plan = started("cups")
    spoken = talk(place, answer, f"={answer}", "q", plan=plan)
    assert plainer in spoken.flat
    assert f"={answer} " in spoken.flat
    assert not list(tmp_path.iterdir())
    assert command_of(plainer, "request", at_text=True) is not None
    assert answer in (kept().request.reference, kept().request.justification)
    assert (kept().name, kept().products) == (plan.name, plan.products)


def test_at_a_text_question_the_plan_is_named_with_an_equals_sign() -> None:
    talk("g 5.3", "set name = Head office", "New printers", "q", plan=started("cups"))
    assert (kept().name, kept().request.justification) == ("Head office", "New printers")


def test_set_makes_the_same_plan_as_the_questions() -> None:
    by_name = after(
        *("set products cups", f"set {CUPS}.ipp-sharing on", "set name = Head = office"),
        *("add zone servers 10.0.1.0/24, 10.0.2.0/24", "add zone clients 10.0.3.0/24"),
        *("set roles.print-server.zones servers", "set roles.print-server.addresses 10.0.1.5"),
        *("set roles.user-computer.zones clients", "add firewall core boundary"),
        *("set core.zones servers clients", "set roles.mobile-device.zones none"),
    )
    plan = answered(facts(), Plan(), "products", ("cups",))
    plan = answered(facts(), plan, f"{CUPS}.ipp-sharing", True)
    assert by_name.products == plan.products
    assert by_name.name == "Head = office"
    assert by_name.zones["servers"].networks == ("10.0.1.0/24", "10.0.2.0/24")
    assert by_name.roles["print-server"].addresses == ("10.0.1.5",)
    assert by_name.firewalls["core"].zones == ("servers", "clients")
    assert by_name.roles["mobile-device"].absent


def test_connections_of_ones_own_are_lines_too() -> None:
    plan = after(
        *("set products cups", "add zone servers 10.0.1.0/24", "add connection Scan to folder"),
        "set own.connections.scan-to-folder.from + File server for scans",
        *("set scan-to-folder.to print-server", "set scan-to-folder.ports 445"),
        *("add endpoint Billing export", "rename endpoint billing-export billing"),
        "set own.endpoints.billing.host billing.example.com",
        *("rename party file-server-for-scans files", "rename connection scan-to-folder scan"),
    )
    scan = plan.own.connections["scan"]
    assert (scan.service, scan.from_, scan.to) == ("Scan to folder", "files", "print-server")
    assert plan.own.roles["files"].name == "File server for scans"
    assert plan.own.endpoints["billing"].purpose == "Billing export"
    gone = after(
        "remove connection scan", "remove endpoint billing", "remove party files", plan=plan
    )
    assert gone.own == Plan().own


def test_what_is_ones_own_is_said_in_its_words() -> None:
    spoken = talk("add connection Scan to folder", "add zone lab", "q", plan=started("cups"))
    assert "connection Scan to folder added." in spoken.flat
    assert "zone lab added." in spoken.flat


def test_several_values_are_added_and_taken_and_an_answer_taken_back() -> None:
    plan = after("set products cups", "set products +papercut-mf -cups")
    assert list(plan.products) == ["papercut-mf"]
    assert after("set name A", "set name -").name == ""


def test_products_are_switched_on_and_off_as_features_are() -> None:
    plan = after("set products.papercut-mf yes", "set products.cups on")
    assert list(plan.products) == ["papercut-mf", "cups"]
    assert list(after("set products.cups off", plan=plan).products) == ["papercut-mf"]
    assert list(after("set products.cups -", plan=plan).products) == ["papercut-mf"]
    with pytest.raises(AnswerError, match="Answer yes or no"):
        after("set products.cups perhaps")
    spoken = talk("set name Head office", "set products.cups on", "q")
    assert "name: Head office." in spoken.flat
    assert kept().name == "Head office"
    assert list(kept().products) == ["cups"]


@pytest.mark.parametrize("value", ["a=b", "a = b", "https://x/?id=3=4", "b="])
@pytest.mark.parametrize("between", [" ", "=", " = "])
def test_an_answer_is_kept_to_the_character(value: str, between: str) -> None:
    plan = after(f"set request.justification{between}{value}", plan=started("cups"))
    assert plan.request.justification == value


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"set {CUPS}.ip-sharing on", f"did you mean '{CUPS}.ipp-sharing'"),
        ("set zones.servrs.networks 10.0.0.0/24", "did you mean 'zones.servers.networks'"),
        ("set clients.zones servers", "There is no answer called 'clients.zones'"),
        ("set print-server.adresses 10.0.0.1", "did you mean 'roles.print-server.addresses'"),
        ("set roles.print-server.zones servrs", "did you mean 'servers'"),
        ("set zones.servers.networks 10.0.0.1/24", "10.0.0.0/24"),
        ("set firewalls.core.default maybe", "Choose from"),
        ("set products.papercut-mf.features.mfp-xerox on", "Choose PaperCut MF among"),
        ("set name", "Write the answer after name"),
        ("add zone servers", "servers"),
        ("add firewall edge", "one of host, boundary, cloud, router"),
        ("add party Files", "set own.connections.scan.from + Files"),
        ("remove connection scan", "scan"),
        ("add printer x", "there are zone, site"),
        ("preset segmnts", "did you mean 'segments'"),
        ("w /etc/passwd", "Write 'set NAME ANSWER'"),
        ("q", "Write 'set NAME ANSWER'"),
    ],
)
def test_what_is_wrong_is_said_with_the_nearest_name(line: str, words: str) -> None:
    with pytest.raises(AnswerError) as raised:
        after(line, plan=started("cups"))
    assert words in str(raised.value)


def test_words_of_a_name_are_enough_where_they_fit_one() -> None:
    plan = after("set cups.ipp-sharing on", plan=started("cups"))
    assert "ipp-sharing" in plan.products["cups"].features
    with pytest.raises(AnswerError, match="may be one of several"):
        after("set firewalls.zones servers", plan=after("add firewall b boundary", plan=plan))


def test_set_stays_where_one_is_and_is_undone() -> None:
    spoken = talk(
        *("g 5", "set cups.ipp-sharing on", "set cups.ipp-sharing", "u", "Me", "q"),
        plan=started("cups"),
    )
    assert f"{CUPS}.ipp-sharing: yes." in spoken.flat
    assert f"{CUPS}.ipp-sharing: IPP printer sharing" in spoken.flat
    assert f"Taken back: {CUPS}.ipp-sharing: yes." in spoken.flat
    assert "ipp-sharing" not in kept().products["cups"].features


def test_answers_come_from_a_file_and_are_one_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Long paths are broken over lines.
    monkeypatch.chdir(tmp_path)
    file = Path("branch.txt")
    file.write_text(
        "# A branch\nset products = cups\n\npreset segments\nset cups.ipp-sharing on\n"
        "set name = Branch\n"
    )
    spoken = talk(f"answers {file}", "u", "r", "w plan.toml", "q")
    assert f"4 lines of {file} taken." in spoken.flat
    assert "Taken back: answers of branch.txt." in spoken.flat
    plan = kept()
    assert (plan.name, list(plan.products)) == ("Branch", ["cups"])
    assert set(plan.zones) == set(started("cups").zones)
    assert read_plan(Path("plan.toml").read_text(), facts()) == plan


def test_an_error_in_a_file_names_file_and_line_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = Path("branch.txt")
    file.write_text("set name = Branch\nset cups.ipp-sharin on\nq\n")
    spoken = talk(
        "g 3", "=Mine", f"answers {file}", f"answers {file}.old", "q", plan=started("cups")
    )
    assert f"{file}, line 2: There is no answer called 'cups.ipp-sharin'" in spoken.flat
    assert f"{file}, line 3: Write 'set NAME ANSWER'" in spoken.flat
    assert "Nothing of it is taken" in spoken.flat
    assert f"{file}.old" in spoken.flat
    assert kept().name == "Mine"


@pytest.mark.parametrize("name", ["a\0.txt", "~a\0.txt"])
def test_what_is_no_name_of_a_file_is_said(name: str) -> None:
    spoken = talk(f"answers {name}", f"w {name}", "q", plan=started("cups"))
    assert spoken.flat.count("that is no name of a file (") == 2


def test_an_answer_to_the_question_that_is_asked_says_only_what_is_answered_now() -> None:
    spoken = talk("g 5", "set request.requester Print team", "set cups.ipp-sharing on", "q")
    assert "Choose a product first" in spoken.flat
    spoken = talk("2", "g 5", "set request.requester Print team", "q", plan=started("cups"))
    assert "request.requester: Print team." in spoken.flat
    assert "Now: Print team." in spoken.text
    assert spoken.text.count("A person or team that can be asked") == 1
