"""Load balancers and reverse proxies, in line mode."""

from __future__ import annotations

from screens.line.items import items
from tests.screens.line.test_line_never import at, office
from tests.screens.line.test_linemode import facts, kept, talk
from tests.tools.keys import answered
from wizard.plan.model import Front, Never, changed


def test_one_is_added_and_answered() -> None:
    plan = answered(facts(), office(), "products.cups.features.ipp-sharing", True)
    # Name, kind, address, zones, port for each service; the rest as it is.
    talk(at(plan, "front+"), "balancer", "2", "10.0.10.9", "", "8631", "q", plan=plan)
    front = kept().fronts["balancer"]
    assert (front.kind, front.addresses) == ("reverse-proxy", ("10.0.10.9",))
    assert front.serves == {"cups/ipp": 8631}


def test_it_is_asked_for_between_firewalls_and_what_must_never_be() -> None:
    plan = changed(office(), fronts={"gate": Front()}, never={"guests": Never()})
    keys = [str(item.key) for item in items(facts(), plan, "firewalls")]
    places = ["firewall+", "fronts.gate.kind", "front+", "never.guests.from.zones", "never+"]
    assert [keys.index(key) for key in places] == sorted(keys.index(key) for key in places)


def test_it_is_renamed_and_removed() -> None:
    plan = changed(office(), fronts={"gate": Front(), "core": Front(behind="gate")})
    talk("g 4", "rename gate portal", "rename front core inner", "q", plan=plan)
    assert list(kept().fronts) == ["portal", "inner"]
    assert kept().fronts["inner"].behind == "portal"
    assert list(kept().firewalls) == ["core"]


def test_it_is_removed() -> None:
    plan = changed(office(), fronts={"gate": Front(), "core": Front(behind="gate")})
    talk("g 4", "remove gate", "q", plan=plan)
    assert kept().fronts == {"core": Front()}
