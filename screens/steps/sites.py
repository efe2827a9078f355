"""Sites above the zones: added, like one that there is, renamed, removed; offered once there are
several zones.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from screens.steps.base import Change, Context, Look, Outcome
from screens.steps.named import NamedStep
from screens.widgets.rows import Row, RowKey, Spot
from wizard.network.alike import alike_sites
from wizard.plan.edits import add_site, new_name, remove_site, rename_site, suggested_name
from wizard.plan.keys import SiteKey, SiteProxyKey, ZoneKey
from wizard.plan.model import Plan
from wizard.plan.sites import site_like
from wizard.questions import Question, question_at
from wizard.questions.steps import keys_of
from wizard.views.words import plural

_NEW = Spot("site+")
# Of more sites than these, those that are alike are folded.
_SHOWN = 12
_SITE_NAME_HELP = "Small letters, digits, hyphens. Enter: done. Esc: never mind."


class SitesRows(NamedStep):
    """The rows of sites, in a step that has zones as well.

    Of many sites that are alike one is shown, and what shows the others.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sites_open = False
        self._folded: tuple[Plan, frozenset[str], frozenset[str]] | None = None

    def body(self, context: Context) -> Iterator[Row]:
        sites, zones = self._hidden(context.plan)
        asked: list[Question] = []
        for key in keys_of(context.catalog, context.plan, self.id):
            is_hidden = (isinstance(key, SiteKey) and key.site in sites) or (
                isinstance(key, ZoneKey) and key.zone in zones
            )
            # What is asked about a site's proxy stands among the site's rows.
            if not (is_hidden or isinstance(key, SiteProxyKey)):
                asked.append(question_at(context.catalog, context.plan, key))
        yield from self.grouped(context, tuple(asked))

    def reveal(self, plan: Plan, key: RowKey | None) -> None:
        match key:
            case (
                SiteKey(name)
                | SiteProxyKey(name)
                | ZoneKey(name)
                | Spot("site" | "site like" | "sites csv" | "zone", name)
            ):
                hidden_sites, hidden_zones = self._hidden(plan)
                self.sites_open = self.sites_open or name in hidden_sites | hidden_zones

    def _hidden(self, plan: Plan) -> tuple[frozenset[str], frozenset[str]]:
        """The sites that are not shown, and their zones."""
        if self.sites_open or len(plan.sites) <= _SHOWN:
            return frozenset(), frozenset()
        if self._folded is None or self._folded[0] is not plan:
            sites = plan.sites.keys() - alike_sites(plan).keys()
            zones: set[str] = set()
            for site in sites:
                zones.update(plan.sites[site].zones)
            self._folded = plan, frozenset(sites), frozenset(zones)
        return self._folded[1:]

    def new_site_rows(self, context: Context) -> Iterator[Row]:
        """What adds a site; nothing for a single zone."""
        if len(context.plan.zones) < 2:
            return
        if self.naming == _NEW:
            yield self.name_row("Name of the new site", _SITE_NAME_HELP)
        hidden, _ = self._hidden(context.plan)
        if hidden or (self.sites_open and len(context.plan.sites) > _SHOWN):
            yield Row(
                "sites",
                "action",
                f"{len(hidden)} more sites, alike" if hidden else "Sites that are alike",
                value="shown on Enter" if hidden else "fewer on Enter",
                help="They have the same zones, roles and firewalls as a site that is shown.",
            )
        yield Row(
            _NEW,
            "action",
            "+ Add a site",
            help="Zones at one place: computers and printers there keep to servers of their own.",
            more=(
                "With sites, computers print to servers of their own site, and printers take jobs"
                " from them, where the site has any; else central ones serve them, in zones that"
                " are in no site; else all. Without sites every server serves everybody."
            ),
        )

    def site_rows(self, question: Question, site: str) -> Iterator[Row]:
        """A site: its name, and what adds another like it."""
        if self.naming == Spot("site", site):
            yield self.name_row(f"New name of {site}", _SITE_NAME_HELP)
        else:
            yield Row(
                Spot("site", site),
                "action",
                site,
                hint="Enter: rename   Del: remove",
                help="A site. Enter renames it, Del removes it; its zones stay.",
                more=question.more,
            )

    def like_rows(self, site: str, *, is_first: bool) -> Iterator[Row]:
        """What adds a site like one; below the first also many from a file."""
        if self.naming == Spot("site like", site):
            yield self.name_row("Name of the new site", _SITE_NAME_HELP)
        yield Row(
            Spot("site like", site),
            "action",
            f"+ Add a site like {site}",
            level=1,
            help="Its zones, firewalls and places again, in the next free networks of that size.",
            more="For many at once take a CSV file, below the first site, or: portwright sites add.",
        )
        if not is_first:
            return
        if self.naming == Spot("sites csv", site):
            yield self.name_row(
                "Name of the CSV file",
                "A column 'name', and a column for each zone with its networks, or empty.",
            )
        yield Row(
            Spot("sites csv", site),
            "action",
            f"+ Add sites like {site} from a CSV file",
            level=1,
            help="A row for each: its name, and networks for its zones, or empty for the next free.",
            more=(
                f"The first row names the columns: name, and the zones of {site}, with or without its"
                " name. Several networks in a cell are parted by spaces. portwright sites add PLAN"
                f" --like {site} --csv FILE does the same."
            ),
        )

    def question_rows(self, context: Context, question: Question, label: str) -> Iterator[Row]:
        if not isinstance(question.key, SiteKey):
            yield from super().question_rows(context, question, label)
            return
        yield from self.site_rows(question, question.key.site)
        for row in super().question_rows(context, question, "Zones"):
            yield msgspec.structs.replace(row, level=row.level + 1)
        from wizard.questions.at_sites import keys_of_site_proxy

        name = question.key.site
        for key in keys_of_site_proxy(name, context.plan.sites[name]):
            asked = question_at(context.catalog, context.plan, key)
            for row in super().question_rows(context, asked, asked.label):
                yield msgspec.structs.replace(row, level=row.level + 1)
        first = next(iter(context.plan.sites))
        yield from self.like_rows(question.key.site, is_first=question.key.site == first)

    def pressed(self, context: Context, row: Row, key: str) -> Outcome | None:
        work = key in ("space", "enter")
        match row.key:
            case "sites" if work:
                self.sites_open = not self.sites_open
                return Look(go=row.key)
            case Spot("site+") if work:
                return self.start(_NEW, suggested_name(context.plan, "site"))
            case Spot("site", site) as spot if work:
                return self.start(spot, site)
            case Spot("site", site) if key == "delete":
                return Change(remove_site(context.plan, site), f"site {site} removed")
            case Spot("site like") as spot if work:
                return self.start(spot, suggested_name(context.plan, "site"))
            case Spot("sites csv") as spot if work:
                return self.start(spot, "sites.csv")
        return super().pressed(context, row, key)

    def named(self, context: Context, name: str) -> Outcome:
        match self.naming:
            case Spot("site", old):
                plan, change = rename_site(context.plan, old, name), f"site {old} renamed"
                new = new_name(context.plan.sites, plan.sites, old)
                return Change(plan, change, go=Spot("site", new))
            case Spot("site like", like):
                plan = site_like(context.plan, like, name)
            case Spot("sites csv", like):
                # Few plans read a table of sites.
                from wizard.session.sites_file import plan_with_sites_of_file

                plan = plan_with_sites_of_file(name, context.plan, like)
                count = len(plan.sites) - len(context.plan.sites)
                change = f"{plural(count, 'site')} from {name.strip()} added"
                return Change(plan, change, go=Spot("site like", like))
            case _:
                plan = add_site(context.plan, name)
        added = new_name(context.plan.sites, plan.sites)
        return Change(plan, f"site {added} added", go=SiteKey(added))
