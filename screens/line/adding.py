"""Items that add something: a preset, a zone, a site, a firewall."""

from __future__ import annotations

from screens.line.item import Item, ItemContext, ItemWords, LineOutcome, Took
from screens.line.reading import (
    read_number,
)
from screens.line.talk import numbered
from screens.widgets.rows import Spot
from wizard.plan.edits import add_firewall, add_site, add_zone, new_name, suggested_name
from wizard.plan.front_edits import add_front
from wizard.plan.keys import FirewallKey, FrontKey, NeverEndKey, SiteKey, ZoneKey
from wizard.plan.model import FirewallKind
from wizard.plan.never_edits import add_never
from wizard.plan.presets import apply_preset, presets, replaced
from wizard.plan.sites import site_like
from wizard.session.sites_file import plan_with_sites_of_file
from wizard.tables import ids_of

NEW_ZONE, NEW_SITE, NEW_NEVER = Spot("zone+"), Spot("site+"), Spot("never+")
NEW_FRONT = Spot("front+")
FIREWALL_KINDS: dict[FirewallKind, str] = {
    "host": "A firewall on a host: nftables, ufw, firewalld, Windows",
    "boundary": "A firewall between networks",
    "cloud": "A security group in a cloud",
    "router": "A router without filter: joins zones, gets no rules",
}


class Presets(Item):
    """A network to start from."""

    def __init__(self) -> None:
        super().__init__("preset", "Zones")

    def words(self, context: ItemContext) -> ItemWords:
        lines = numbered(f"{preset.name}: {preset.about}" for preset in presets())
        return ItemWords(
            "Start from the network that is most like yours",
            (*lines, "Enter alone: build it by hand."),
            "",
            (
                (
                    "A preset fills in zones, places of the roles that are needed, and firewalls."
                    " The networks are examples: put in your own afterwards. u takes all of it"
                    " back."
                ),
            ),
        )

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        return preset_taken(context, text)


class NewZone(Item):
    """One more zone, by its name."""

    def __init__(self) -> None:
        super().__init__(NEW_ZONE, "Zones")

    def words(self, context: ItemContext) -> ItemWords:
        lines = ("A name such as servers, clients, printers, branch-1. Enter alone: no more.",)
        more = (
            "A zone is a part of your network that a firewall or router can stand in front of.",
            "'rename OLD NEW' and 'remove NAME' change zones; 'preset' starts again from a preset.",
        )
        return ItemWords("Another zone? Its name", lines, more=more)

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        plan = add_zone(context.plan, text)
        name = new_name(context.plan.zones, plan.zones)
        return Took(plan, f"zone {name} added", go=ZoneKey(name))


class NewSite(Item):
    """One more site, by its name; maybe like one that there is."""

    def __init__(self) -> None:
        super().__init__(NEW_SITE, "Sites")

    def words(self, context: ItemContext) -> ItemWords:
        lines = [
            "Zones at one place, whose computers and printers keep to servers of their own.",
            "A name such as north. Enter alone: no more.",
        ]
        if context.plan.sites:
            first = next(iter(context.plan.sites))
            lines.append(
                f"'south like {first}' adds one with zones, firewalls and places as {first} has;"
                f" 'csv sites.csv like {first}' those of a CSV file."
            )
        more = (
            "Where a site has no server, those in zones that are in no site serve it; else all.",
            "'rename OLD NEW' and 'remove NAME' change sites; zones stay where a site is removed.",
            "A CSV file has a row for each site, with a column 'name' and one for each zone with its"
            " networks, or empty for the next free ones.",
        )
        return ItemWords("Another site? Its name", tuple(lines), more=more)

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        name, word, like = text.partition(" like ")
        csv, _, path = name.partition(" ")
        if word and csv == "csv" and path:
            plan = plan_with_sites_of_file(path, context.plan, like.strip())
        elif word:
            plan = site_like(context.plan, like.strip(), name)
        else:
            plan = add_site(context.plan, name)
        added = new_name(context.plan.sites, plan.sites)
        count = len(plan.sites) - len(context.plan.sites)
        words = f"site {added} added" if count == 1 else f"{count} sites added"
        return Took(plan, words, SiteKey(added), "" if count == 1 else f"Added: {count} sites.")


class NewFront(Item):
    """One more load balancer or reverse proxy, by its name."""

    def __init__(self) -> None:
        super().__init__(NEW_FRONT, "Fronts")

    def words(self, context: ItemContext) -> ItemWords:
        lines = (
            "What others connect to in the servers' place, on a port of its own.",
            "A name such as balancer. Enter alone: no more.",
        )
        more = ("'rename front OLD NEW' and 'remove front NAME' change them.",)
        return ItemWords("A load balancer or reverse proxy? Its name", lines, more=more)

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        plan = add_front(context.catalog, context.plan, text, "load-balancer")
        name = new_name(context.plan.fronts, plan.fronts)
        return Took(plan, f"front {name} added", go=FrontKey(name, "kind"))


class NewNever(Item):
    """One more thing that must never be, by its name."""

    def __init__(self) -> None:
        super().__init__(NEW_NEVER, "What must never be")

    def words(self, context: ItemContext) -> ItemWords:
        lines = (
            "A rule that lets any of it through is an error; firewalls that accept by default deny it.",
            "A word or two, such as guests. Enter alone: no more.",
        )
        more = ("'rename never OLD NEW' and 'remove never NAME' change what must never be.",)
        return ItemWords("Something that must never be? Its name", lines, more=more)

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        plan, name = add_never(context.plan, text)
        return Took(plan, f"never {name} added", go=NeverEndKey(name, "from", "zones"))


class NewFirewall(Item):
    """One more firewall, by kind and name."""

    def __init__(self) -> None:
        super().__init__(Spot("firewall+"), "Firewalls")

    def words(self, context: ItemContext) -> ItemWords:
        none = (
            ()
            if context.plan.firewalls
            else ("None yet, and without one there are no rules to write.",)
        )
        more = (
            (
                "Write the number, and after it a name if you want another one than the suggested:"
                " '2 core'."
            ),
            "'rename OLD NEW' and 'remove NAME' change firewalls.",
        )
        return ItemWords(
            "Another firewall? Its kind",
            (*none, *numbered(FIREWALL_KINDS.values()), "Enter alone: no more."),
            more=more,
        )

    def answer(self, context: ItemContext, text: str) -> LineOutcome:
        first, _, name = text.partition(" ")
        kinds = list(FIREWALL_KINDS)
        kind = (
            next((k for k in kinds if k == first), None)
            or kinds[read_number(first, len(kinds)) - 1]
        )
        plan = add_firewall(context.plan, name.strip() or suggested_name(context.plan, kind), kind)
        added = new_name(context.plan.firewalls, plan.firewalls)
        go = FirewallKey(added, "role" if plan.firewalls[added].guards_hosts else "zones")
        return Took(plan, f"firewall {added} added", go, f"Added: {added}")


def preset_taken(context: ItemContext, text: str) -> Took:
    """The plan with the preset of this number or name.

    Raises:
        AnswerError: where there is none.
    """
    starts = presets()
    ids = list(ids_of(starts))
    preset = starts[ids.index(text) if text in ids else read_number(text, len(starts)) - 1]
    lost = replaced(context.catalog, context.plan, preset.id)
    plan = apply_preset(context.catalog, context.plan, preset.id)
    first = next(map(ZoneKey, plan.zones), None)
    note = " ".join(filter(None, (f"Taken: {preset.name}.", lost, "u takes it back.")))
    return Took(plan, f"preset {preset.name}", first, note)
