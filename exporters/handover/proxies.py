"""The plan's web proxies in sentences, for the documents."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.deployment import Deployment
from wizard.plan.proxies import UsedProxy, proxies_of
from wizard.views.words import listed


def proxy_sentences(deployment: Deployment) -> Iterator[str]:
    """The general one, then how each site reaches the web that does it otherwise."""
    general, *at_sites = proxies_of(deployment.plan)
    if general.answers.mode == "none":
        filtering = "the list is for firewalls that filter by name."
        whose = "no general web proxy" if at_sites else "no web proxy"
        yield f"There is {whose} in this plan: {filtering}"
    else:
        yield from _about(deployment, general)
    for used in at_sites:
        if used.answers.mode == "none":
            yield f"Site {used.site}: connects directly, without a proxy."
        else:
            first, *rest = _about(deployment, used)
            yield f"Site {used.site}: {first[:1].lower()}{first[1:]}"
            yield from rest


def _about(deployment: Deployment, used: UsedProxy) -> Iterator[str]:
    proxy = used.answers
    if used.is_explicit:
        which = "a proxy of its own" if used.site else "the proxy"
        yield f"Web traffic goes through {which} on port {proxy.port}."
    else:
        yield "A transparent proxy sees the web traffic."
    wild = [e.host for e in deployment.allowlist if e.host.startswith("*.")]
    if proxy.wildcards:
        yield "Its list can hold wildcards."
    elif wild:
        yield f"Its list takes no wildcards: name the hosts that you use below {listed(wild)}."
    else:
        yield "Its list takes no wildcards: hosts are named."
    yield "It inspects TLS." if proxy.tls_inspection else "It does not inspect TLS."
    if proxy.asks_for != "none":
        told = any(each.code == "proxy-login" for each in deployment.findings)
        yield "It asks for a login" + (
            "; what gives none stands with the findings." if told else "."
        )
