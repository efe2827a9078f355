"""The questions: what is asked when, what an answer makes of the plan, what is said about wrong
ones.
"""

from __future__ import annotations

import contextlib
import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.counting import calls_made
from tests.tools.keys import answered, question_at, value_of
from wizard.facts.load import load_catalog
from wizard.facts.model import Choice
from wizard.plan import edits
from wizard.plan.field import LISTS
from wizard.plan.file import parse_plan, read_plan, write_plan
from wizard.plan.model import Firewall, Placement, Plan, Zone, changed
from wizard.questions import (
    STEPS,
    AnswerError,
    Question,
    applies,
    core_features,
    open_questions,
    parse,
    questions,
    written,
)
from wizard.questions.model import one_line

CATALOG = load_catalog()
MF = "products.papercut-mf"
SETTINGS = settings(max_examples=60)


def begun(*products: str) -> Plan:
    plan = answered(CATALOG, Plan(), "products", products)
    plan = changed(
        plan, zones={"servers": Zone(("10.0.10.0/24",)), "clients": Zone(("10.0.20.0/22",))}
    )
    return plan


def everything() -> Plan:
    """Every product, every feature, every kind of firewall: the most that can be asked."""
    plan = begun(*CATALOG.products)
    for product in CATALOG.products.values():
        for name, feature in product.features.items():
            if not feature.core:
                plan = answered(CATALOG, plan, f"products.{product.id}.features.{name}", True)
    for kind in ("host", "boundary", "cloud", "router"):
        plan = edits.add_firewall(plan, kind, kind)
    plan = answered(CATALOG, plan, "firewalls.boundary.nat", True)
    return answered(CATALOG, plan, "proxy.mode", "explicit")


def all_questions(plan: Plan) -> list[Question]:
    return [question for step in STEPS for question in questions(CATALOG, plan, step.id)]


def keys(plan: Plan, step: Any) -> list[str]:
    return [str(question.key) for question in questions(CATALOG, plan, step)]


def asked(kind: str, **changes: Any) -> Question:
    fields = {
        "key": "k",
        "step": "network",
        "group": "g",
        "label": "L",
        "help": "",
        "more": "",
        **changes,
    }
    return Question(kind=kind, **fields)  # type: ignore[arg-type]


CHOICES = (Choice("eu", "Europe"), Choice("us", "United States"), Choice(6310, "6310"))
ZONES = (Choice("servers", "servers"), Choice("clients", "clients"))
READ = [
    ("flag", "yes", True),
    ("flag", " OFF ", False),
    ("choice", "europe", "eu"),
    ("choice", "6310", 6310),
    ("choices", "us; EU", ("eu", "us")),
    ("text", "  Print\tteam \n Nord ", "Print team Nord"),
    ("text", "[b]Ausdruck[/b] 印刷 é", "[b]Ausdruck[/b] 印刷 é"),
    ("number", "25", 25),
    ("port", "65535", 65535),
    ("ranges", "631, 9200 - 9299 9300–9400", ("631", "9200-9400")),
    ("networks", "10.0.0.0/24,2001:DB8::/64; 10.0.0.0/24", ("10.0.0.0/24", "2001:db8::/64")),
    (
        "addresses",
        "10.0.0.5 10.0.1.0/24 10.0.2.1 - 10.0.2.9",
        ("10.0.0.5", "10.0.1.0/24", "10.0.2.1-10.0.2.9"),
    ),
    ("devices", "virbr0, docker0 br-4f2a", ("virbr0", "docker0", "br-4f2a")),
    ("zones", "clients servers", ("servers", "clients")),
    ("date", "2027-1-5", datetime.date(2027, 1, 5)),
    ("date", "15.01.2027", datetime.date(2027, 1, 15)),
    ("host", "LDAPS.Example.com.", "ldaps.example.com"),
    ("address", " 203.0.113.7 ", "203.0.113.7"),
]
CHOICES_OF = {"choice": CHOICES, "choices": CHOICES, "zones": ZONES}


@pytest.mark.parametrize(("kind", "text", "value"), READ)
def test_typed_text_is_read_and_written_back(kind: str, text: str, value: Any) -> None:
    question = asked(kind, choices=CHOICES_OF.get(kind, ()))
    assert parse(question, text) == value
    assert parse(question, written(question, value)) == value


@pytest.mark.parametrize("kind", sorted({kind for kind, _, _ in READ}))
@pytest.mark.parametrize("text", ["", "   ", "\t\n"])
def test_an_empty_field_is_no_answer(kind: str, text: str) -> None:
    empty = () if kind in LISTS else None
    assert parse(asked(kind), text) == empty
    assert written(asked(kind), empty) == ""


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("flag", "maybe", "Answer yes or no."),
        ("choice", "uss", "did you mean 'us'?"),
        ("choice", "mars", "Choose from eu, us, 6310."),
        ("number", "many", "digits"),
        ("port", "0", "ports go from 1 to 65535"),
        ("port", "70000", "ports go from 1 to 65535"),
        ("port", "-5", "ports go from 1 to 65535"),
        ("port", "9" * 5000, "ports go from 1 to 65535"),
        ("port", "http", "such as 443"),
        ("ranges", "9999-9200", "9200-9999"),
        ("ranges", "80,0", "1-65535"),
        ("networks", "10.0.20.7/24", "the network is 10.0.20.0/24"),
        ("networks", "2001:db8::7/64", "the network is 2001:db8::/64"),
        ("networks", "servers", "such as 10.0.20.0/24"),
        ("addresses", "10.0.0.9-10.0.0.5", "write 10.0.0.5-10.0.0.9"),
        ("addresses", "10.0.0.300", "such as 10.0.10.5"),
        ("devices", "virbr0 a/b", "such as 'virbr0'"),
        ("devices", "interface-name-too-long", "not the name of a network interface"),
        ("zones", "server", "did you mean 'servers'?"),
        ("date", "tomorrow", "such as 2027-01-15"),
        ("date", "2027-02-30", "February 2027 has 28 days"),
        ("date", "2027-13-01", "no month 13"),
        ("date", "0000-01-01", "four digits"),
        ("host", "https://ldap.example.com/x", "'ldap.example.com'"),
        ("host", "ldap.example.com:636", "'ldap.example.com'"),
        ("host", "*.example.com", "not a wildcard"),
        ("host", "ldap", "ldap.example.com"),
        ("host", "-bad-.example.com", "ldaps.example.com"),
        ("address", "203.0.113.0/24", "write 203.0.113.0"),
        ("address", "2001:db8::1", "IPv4"),
        ("address", "nowhere", "203.0.113.7"),
        ("text", "a\x1b[31mb", "U+001B"),
        ("text", "a\ud800b", "U+D800"),
        ("text", "x" * 2001, "2000"),
    ],
)
def test_what_cannot_be_taken_is_explained(kind: str, text: str, told: str) -> None:
    with pytest.raises(AnswerError) as caught:
        parse(asked(kind, choices=CHOICES_OF.get(kind, ())), text)
    message = str(caught.value)
    assert told in message
    assert message[-1] in ".?"
    assert "invalid" not in message.lower()


@pytest.mark.parametrize("kind", sorted({kind for kind, _, _ in READ}))
@given(text=st.text(max_size=60))
@SETTINGS
def test_any_text_is_read_or_refused(kind: str, text: str) -> None:
    question = asked(kind, choices=CHOICES_OF.get(kind, ()))
    with contextlib.suppress(AnswerError):
        value = parse(question, text)
        again = written(question, value)
        # What was taken once is taken again: a refusal here would be hidden by the outer one.
        assert _parsed(question, again) == value


def _parsed(question: Question, text: str) -> Any:
    try:
        return parse(question, text)
    except AnswerError as error:
        pytest.fail(str(error))


def test_a_zone_is_asked_for_only_when_there_are_some() -> None:
    with pytest.raises(AnswerError, match="Add one first"):
        parse(asked("zones"), "servers")


def test_nothing_applies_before_a_product_is_chosen() -> None:
    assert [step.id for step in STEPS if applies(CATALOG, Plan(), step.id)] == ["products"]
    assert [str(q.key) for q in open_questions(CATALOG, Plan())] == ["products"]
    assert all(applies(CATALOG, begun("cups"), step.id) for step in STEPS)


@pytest.mark.slow
def test_every_question_is_whole() -> None:
    found = all_questions(everything())
    assert len({question.key for question in found}) == len(found)
    assert len(found) > 200
    for question in found:
        assert all((question.label, question.group, question.help, question.more)), question.key
        assert len(question.help) <= 76, question.key
        assert "\n" not in question.help, question.key
        assert "{" not in question.label + question.help + question.more, question.key
        assert question.kind not in ("choice", "choices", "zones") or question.choices, question.key
        assert question_at(CATALOG, everything(), question.key).step == question.step


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Short.", "Short."),
        ("One  sentence.\nAnother.", "One sentence. Another."),
        ("One. " + "Two is long and longer, " * 4, "One."),
        ("word " * 20, "word " * 14 + "word…"),
    ],
)
def test_help_is_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


def test_answering_what_is_answered_changes_nothing() -> None:
    plan = everything()
    for question in all_questions(plan):
        value = value_of(CATALOG, plan, question.key)
        assert parse(question, written(question, value)) == value, question.key
        assert answered(CATALOG, plan, question.key, value) is plan, question.key


def test_questions_of_a_step_cost_little() -> None:
    plan = everything()
    all_questions(plan)
    for step in STEPS:
        number = len(questions(CATALOG, plan, step.id))
        calls = calls_made(lambda step=step: questions(CATALOG, plan, step.id))  # type: ignore[misc]
        # Each key press asks for them anew; a hundred calls take about 10 microseconds.
        assert calls < 150 * (number + 1), step.id


def test_options_are_asked_while_their_feature_is_on() -> None:
    plan = begun("papercut-mf")
    toshiba = f"{MF}.features.mfp-toshiba"
    assert toshiba in keys(plan, "features")
    assert f"{toshiba}.sdk" not in keys(plan, "features")
    with pytest.raises(AnswerError, match="Switch on"):
        answered(CATALOG, plan, f"{toshiba}.sdk", ("sdk1",))
    plan = answered(CATALOG, plan, toshiba, True)
    step = keys(plan, "features")
    assert step.index(f"{toshiba}.sdk") == step.index(toshiba) + 1
    sdk = question_at(CATALOG, plan, f"{toshiba}.sdk")
    assert (sdk.level, sdk.required, value_of(CATALOG, plan, sdk.key)) == (1, True, ())
    assert sdk.key in [question.key for question in open_questions(CATALOG, plan)]
    plan = answered(CATALOG, plan, sdk.key, ("rd30", "sdk1"))
    assert plan.products["papercut-mf"].features["mfp-toshiba"] == {"sdk": ("sdk1", "rd30")}
    assert sdk.key not in [question.key for question in open_questions(CATALOG, plan)]
    assert toshiba not in [
        str(q.key) for q in all_questions(answered(CATALOG, plan, "products", ()))
    ]


def test_switching_on_fills_in_defaults_and_off_takes_all() -> None:
    plan = begun("papercut-mf")
    key = f"{MF}.features.cloud-ocr"
    on = answered(CATALOG, plan, key, True)
    assert on.products["papercut-mf"].features["cloud-ocr"] == {"region": "any", "wildcards": True}
    assert answered(CATALOG, on, f"{key}.region", "eu") != on
    assert answered(CATALOG, on, key, False) == plan


def test_core_features_are_shown_and_not_asked() -> None:
    plan = begun("cirrusprint", "papercut-mf")
    assert "web" not in [key.rpartition(".")[2] for key in keys(plan, "features")]
    assert {product: bool(found) for product, found in core_features(CATALOG, plan).items()} == {
        "cirrusprint": True,
        "papercut-mf": True,
    }
    assert value_of(CATALOG, plan, "products.cirrusprint.features.web.ports") == "standard"
    with pytest.raises(AnswerError, match="can't be switched off"):
        answered(CATALOG, plan, f"{MF}.features.web", False)


def test_listeners_follow_the_flows_and_go_back_to_their_default() -> None:
    plan = begun("cirrusprint")
    key = "products.cirrusprint.ports.https"
    assert value_of(CATALOG, plan, key) == 443
    plan = answered(CATALOG, plan, "products.cirrusprint.features.web.ports", "alternate")
    assert value_of(CATALOG, plan, key) == 8483
    moved = answered(CATALOG, plan, key, 8843)
    assert value_of(CATALOG, moved, key) == 8843
    assert answered(CATALOG, moved, key, None) == plan
    assert answered(CATALOG, moved, key, 8483) == plan


def test_hosts_of_the_customer_are_asked_for_with_their_feature() -> None:
    plan = begun("papercut-mf")
    key = f"{MF}.hosts.azure-ldap"
    assert key not in keys(plan, "features")
    plan = answered(CATALOG, plan, f"{MF}.features.directory", True)
    plan = answered(CATALOG, plan, f"{MF}.features.directory.source", ("azure-secure-ldap",))
    assert key in keys(plan, "features")
    assert key in [str(question.key) for question in open_questions(CATALOG, plan)]
    plan = answered(CATALOG, plan, key, "LDAPS.example.com")
    assert plan.products["papercut-mf"].hosts == {"azure-ldap": "ldaps.example.com"}
    assert key not in [str(question.key) for question in open_questions(CATALOG, plan)]


def test_only_needed_roles_are_asked_for() -> None:
    found = keys(begun("cups"), "network")
    assert not [key for key in found if "payment-terminal" in key or "database-server" in key]
    plan = answered(CATALOG, begun("papercut-mf"), f"{MF}.features.payment-vcc", True)
    assert "roles.payment-terminal.zones" in keys(plan, "network")


def test_a_role_that_is_absent_can_come_back() -> None:
    plan = begun("papercut-mf")
    plan = answered(CATALOG, plan, "roles.user-computer.zones", ("clients",))
    gone = answered(CATALOG, plan, "roles.user-computer.absent", True)
    assert gone.roles["user-computer"] == Placement(absent=True)
    found = [key for key in keys(gone, "network") if key.startswith("roles.user-computer")]
    assert found == ["roles.user-computer.absent"]
    assert "user-computer" not in answered(CATALOG, gone, "roles.user-computer.absent", False).roles
    back = answered(CATALOG, gone, "roles.user-computer.zones", ("clients",))
    assert back == plan


def test_the_mail_server_is_on_the_internet_unless_placed() -> None:
    plan = begun("cups")
    assert value_of(CATALOG, plan, "roles.mail-server.zones") == ("internet",)
    placed = answered(CATALOG, plan, "roles.mail-server.zones", ("servers",))
    assert answered(CATALOG, placed, "roles.mail-server.zones", ()) == plan


def test_a_product_can_be_placed_differently() -> None:
    key = "products.cirrusprint.roles.print-server.addresses"
    assert key not in keys(begun("cirrusprint"), "network")
    plan = begun("cirrusprint", "papercut-mf")
    assert key in keys(plan, "network")
    moved = answered(CATALOG, plan, key, ("10.0.10.6",))
    assert moved.products["cirrusprint"].roles == {
        "print-server": Placement(addresses=("10.0.10.6",))
    }
    assert answered(CATALOG, moved, key, ()) == plan
    alone = answered(CATALOG, moved, "products", ("cirrusprint",))
    assert key in keys(alone, "network")


def test_firewalls_are_asked_by_their_kind() -> None:
    plan = everything()
    parts = {
        name: [
            key.rpartition(".")[2]
            for key in keys(plan, "firewalls")
            # What it publishes and hides stands deeper, under names of its own.
            if key.startswith(f"firewalls.{name}.") and key.count(".") == 2
        ]
        for name in plan.firewalls
    }
    on_record = ["owner", "classification", "expires"]
    assert parts == {
        "host": [
            "kind",
            "role",
            "addresses",
            "platform",
            "egress",
            "log",
            "management",
            "guests",
            *on_record,
        ],
        "boundary": [
            "kind",
            "zones",
            "default",
            "nat",
            "public_address",
            "snat",
            "hairpin",
            "log",
            *on_record,
        ],
        "cloud": [
            "kind",
            "role",
            "addresses",
            "provider",
            "internet",
            "egress",
            "management",
            *on_record,
        ],
        "router": ["kind", "zones"],
    }


def test_another_kind_keeps_only_what_it_knows() -> None:
    plan = begun("cups")
    plan = changed(
        plan,
        firewalls={"f": Firewall("host", role="printer", egress="filtered", management=("ssh",))},
    )
    cloud = answered(CATALOG, plan, "firewalls.f.kind", "cloud")
    assert cloud.firewalls["f"] == Firewall(
        "cloud", role="printer", egress="filtered", management=("ssh",)
    )
    router = answered(CATALOG, cloud, "firewalls.f.kind", "router")
    assert router.firewalls["f"] == Firewall("router")
    assert (
        answered(CATALOG, router, "firewalls.f.kind", "host").firewalls["f"].role == "print-server"
    )
    with pytest.raises(AnswerError, match="Choose what it is"):
        answered(CATALOG, plan, "firewalls.f.kind", None)


def test_another_cloud_provider_is_an_answer_too() -> None:
    plan = edits.add_firewall(begun("cups"), "group", "cloud")
    assert value_of(CATALOG, plan, "firewalls.group.provider") == "aws"
    plan = answered(CATALOG, plan, "firewalls.group.provider", "other")
    assert plan.firewalls["group"].provider == "other"
    assert value_of(CATALOG, plan, "firewalls.group.provider") == "other"


def test_roles_of_proxy_and_management_stand_beside_them() -> None:
    plan = answered(CATALOG, begun("printix"), "proxy.mode", "explicit")
    plan = edits.add_firewall(plan, "server", "host")
    plan = answered(CATALOG, plan, "firewalls.server.management", ("ssh",))
    assert {"roles.web-proxy.zones", "roles.admin-computer.zones"} <= set(keys(plan, "firewalls"))
    assert "roles.web-proxy.zones" not in keys(plan, "network")
    assert question_at(CATALOG, plan, "roles.web-proxy.zones").group == "Proxy"


@pytest.mark.parametrize(
    ("mode", "parts"),
    [
        ("none", []),
        ("transparent", ["wildcards", "tls_inspection"]),
        ("explicit", ["port", "wildcards", "tls_inspection", "login"]),
    ],
)
def test_the_proxy_is_asked_what_matters(mode: str, parts: list[str]) -> None:
    plan = answered(CATALOG, begun("papercut-mf"), "proxy.mode", mode)
    found = [key.partition(".")[2] for key in keys(plan, "firewalls") if key.startswith("proxy.")]
    assert found == ["mode", *parts]


def test_a_public_address_is_open_only_where_the_internet_comes_in() -> None:
    plan = edits.add_firewall(begun("cirrusprint"), "edge", "boundary")
    plan = answered(CATALOG, plan, "firewalls.edge.zones", ("servers", "internet"))
    plan = answered(CATALOG, plan, "firewalls.edge.nat", True)
    plan = answered(CATALOG, plan, "roles.print-server.zones", ("servers",))
    plan = answered(CATALOG, plan, "roles.user-computer.zones", ("clients",))
    key = "firewalls.edge.public_address"
    assert key not in [str(question.key) for question in open_questions(CATALOG, plan)]
    plan = answered(CATALOG, plan, "products.cirrusprint.features.remote-clients", True)
    assert key in [str(question.key) for question in open_questions(CATALOG, plan)]
    plan = answered(CATALOG, plan, key, "203.0.113.7")
    assert key not in [str(question.key) for question in open_questions(CATALOG, plan)]


@pytest.mark.parametrize(
    "key",
    [
        *(
            "",
            ".",
            "nothing",
            "products.",
            "products.nope",
            "products.nope.features.x",
            f"{MF}.features",
        ),
        *(
            f"{MF}.features.nope",
            f"{MF}.ports.nope",
            f"{MF}.hosts.nope",
            f"{MF}.roles.nope.zones",
            "zones",
        ),
        *(
            "zones.nope.networks",
            "firewalls.nope.kind",
            "roles.nope.zones",
            "roles.printer",
            "request",
        ),
        *("proxy.nope", "name.x", "a.b.c.d.e.f.g"),
    ],
)
def test_a_key_that_nobody_asks(key: str) -> None:
    with pytest.raises(AnswerError):
        value_of(CATALOG, begun("papercut-mf"), key)


def test_answers_to_a_product_that_is_not_chosen() -> None:
    with pytest.raises(AnswerError, match="Choose PaperCut MF"):
        answered(CATALOG, begun("cups"), f"{MF}.features.cloud-ocr", True)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("proxy.port", 70000),
        ("proxy.port", True),
        ("proxy.mode", "sometimes"),
        ("proxy.wildcards", "yes"),
        ("products", ("cups", "nope")),
        ("zones.servers.networks", "10.0.0.0/8"),
        ("zones.servers.networks", ("10.0.0.1/8",)),
        ("roles.print-server.zones", ("nowhere",)),
        ("request.wanted", "soon"),
        (f"{MF}.version", "newest"),
        (f"{MF}.version", "24."),
    ],
)
def test_values_set_by_program_are_held_to_the_same(key: str, value: Any) -> None:
    with pytest.raises(AnswerError):
        answered(CATALOG, begun("papercut-mf"), key, value)


def test_a_plan_of_answers_is_the_plan_of_its_file() -> None:
    plan = begun("papercut-mf", "cirrusprint")
    answers: dict[str, Any] = {
        "name": "Head office [b]",
        f"{MF}.features.mfp-toshiba": True,
        f"{MF}.features.mfp-toshiba.sdk": ("sdk1",),
        f"{MF}.ports.https": 443,
        "products.cirrusprint.features.print-ports": True,
        "products.cirrusprint.features.print-ports.range": ("9300-9400",),
        "roles.print-server.addresses": ("10.0.10.5",),
        "roles.mobile-device.absent": True,
        "request.wanted": datetime.date(2027, 1, 15),
        "proxy.mode": "transparent",
    }
    for key, value in answers.items():
        plan = answered(CATALOG, plan, key, value)
    plan = edits.add_firewall(plan, "edge", "boundary")
    plan = answered(CATALOG, plan, "firewalls.edge.zones", ("servers", "internet"))
    assert read_plan(write_plan(plan, CATALOG), CATALOG) == plan


# Any plan that answers can lead to

TYPED = (
    *(
        "",
        "yes",
        "no",
        "80",
        "443",
        "9200-9300",
        "10.0.10.0/24",
        "10.0.10.5",
        "servers",
        "internet",
        "24.0",
    ),
    *("servers, internet", "ldap.example.com", "2027-01-15", "203.0.113.7", "1.2"),
)
TEXTS = st.one_of(st.sampled_from(TYPED), st.text(max_size=12))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    plan = Plan()
    if draw(st.booleans()):
        plan = edits.add_zone(plan, "servers")
    for kind in draw(
        st.lists(st.sampled_from(["host", "boundary", "cloud", "router"]), max_size=2, unique=True)
    ):
        plan = edits.add_firewall(plan, kind, kind)  # type: ignore[arg-type]
    chosen = draw(st.lists(st.sampled_from(sorted(CATALOG.products)), unique=True, max_size=3))
    plan = answered(CATALOG, plan, "products", tuple(chosen))
    for _ in range(draw(st.integers(0, 8))):
        question = draw(st.sampled_from(all_questions(plan)))
        if question.kind == "flag":
            text = draw(st.sampled_from(["yes", "no"]))
        elif question.choices:
            text = str(draw(st.sampled_from(question.choices)).value)
        else:
            text = draw(TEXTS)
        with contextlib.suppress(AnswerError):
            plan = answered(CATALOG, plan, question.key, parse(question, text))
    return plan


@pytest.mark.slow
@given(plan=plans())
@SETTINGS
def test_any_plan_can_be_asked_about_answered_and_written(plan: Plan) -> None:
    for question in [*all_questions(plan), *open_questions(CATALOG, plan)]:
        value = value_of(CATALOG, plan, question.key)
        assert parse(question, written(question, value)) == value
        assert answered(CATALOG, plan, question.key, value) is plan
    again, errors = parse_plan(write_plan(plan, CATALOG), CATALOG)
    # Answers may be missing in the file, but none is wrong.
    assert [
        error for error in errors if not error.message.startswith(("is required", "needs "))
    ] == []
    if not errors:
        assert again == plan


@given(plan=plans())
@settings(max_examples=20)
def test_plans_of_another_catalog_raise_nothing(plan: Plan) -> None:
    empty = msgspec.structs.replace(CATALOG, products={})
    assert [str(question.key) for question in open_questions(empty, plan)] == ["products"]
    assert questions(empty, plan, "features") == ()
