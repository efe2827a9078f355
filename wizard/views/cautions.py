"""What the documents warn of, sentence by sentence."""

from __future__ import annotations

from wizard.deployment import Deployment
from wizard.facts.model import FlowFact
from wizard.tables import each_made
from wizard.views.words import watch_for


def services_by_caution(deployment: Deployment) -> dict[str, list[str]]:
    """Each sentence once, and the services that it is about."""
    services: dict[str, dict[str, None]] = {}
    for fact in deployment.facts.values():
        service = fact.service if isinstance(fact, FlowFact) else fact.purpose
        for sentence in watch_for([fact]):
            services.setdefault(sentence, {})[service] = None
    return each_made(list, services)
