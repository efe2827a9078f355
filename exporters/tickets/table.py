"""The formats of the systems that firewall changes and teams' tasks are entered into."""

from __future__ import annotations

from exporters.format import Format

TICKET_FORMATS: tuple[Format, ...] = (
    Format(
        name="algosec",
        paths=("tickets/algosec-ipv4.json", "tickets/algosec-ipv6.json"),
        about="traffic change requests for AlgoSec FireFlow",
        for_what="asking for the traffic in AlgoSec FireFlow",
        kinds=("plan",),
        module="exporters.tickets.algosec",
        reader="the requester",
        by_name=True,
    ),
    Format(
        name="tufin",
        paths=("tickets/tufin.xml",),
        about="a ticket with access requests for Tufin SecureChange",
        for_what="asking for the traffic in Tufin SecureChange",
        kinds=("plan",),
        module="exporters.tickets.tufin",
        reader="the requester",
        by_name=True,
    ),
    Format(
        name="firemon",
        paths=("tickets/firemon.json",),
        about="a ticket and its requirements for FireMon Policy Planner",
        for_what="asking for the traffic in FireMon Policy Planner",
        kinds=("plan",),
        module="exporters.tickets.firemon",
        reader="the requester",
        by_name=True,
    ),
    Format(
        name="servicenow",
        paths=("tickets/servicenow.csv",),
        about="a change request as CSV for ServiceNow",
        for_what="the change in ServiceNow",
        kinds=("plan",),
        module="exporters.tickets.servicenow",
        reader="the change manager",
        by_name=True,
    ),
    Format(
        name="jira",
        paths=("tickets/jira.csv",),
        about="a work item a team as CSV for Jira",
        for_what="the teams' tasks in Jira",
        kinds=("plan",),
        module="exporters.tickets.jira",
        reader="the requester",
        by_name=True,
    ),
    Format(
        name="gitlab",
        paths=("tickets/gitlab.csv",),
        about="an issue a team as CSV for GitLab",
        for_what="the teams' tasks in GitLab",
        kinds=("plan",),
        module="exporters.tickets.gitlab",
        reader="the requester",
        by_name=True,
    ),
)
