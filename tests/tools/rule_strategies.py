"""Random rules of a host or cloud firewall, for property tests of formats: single families, mixed,
empty.
"""

from __future__ import annotations

from typing import Literal

from hypothesis import strategies as st

from tests.tools.builders import rule
from wizard.rules.model import Rule

# Nets that nest and touch, so that overlapping and adjacent ones come up often.
FOUR = ("0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.0.0/24", "10.1.1.0/24", "10.1.0.7/32",
        "224.0.0.251/32", "192.0.2.0/31")  # fmt: skip
SIX = ("::/0", "2001:db8::/32", "2001:db8:1::/64", "2001:db8:1::5/128", "ff02::fb/128")

nets = st.one_of(
    st.lists(st.sampled_from(FOUR), max_size=3),
    st.lists(st.sampled_from(SIX), max_size=3),
    st.lists(st.sampled_from(FOUR + SIX), max_size=4),
)
_port = st.integers(1, 65535)
_spans = st.one_of(
    st.sampled_from(
        [(22, 22), (80, 80), (81, 85), (83, 90), (9200, 9999), (1, 65535), (65535, 65535)]
    ),
    st.tuples(_port, _port).map(lambda pair: (min(pair), max(pair))),
)


@st.composite
def host_rules(draw: st.DrawFn, direction: Literal["in", "out"]) -> Rule:
    return rule(
        f"r-{draw(st.integers(0, 99))}",
        direction=direction,
        transport=draw(st.sampled_from(["tcp", "udp"])),
        ports=draw(st.lists(_spans, min_size=1, max_size=3)),
        sources=draw(nets),
        destinations=draw(nets),
        except_sources=tuple(draw(st.lists(st.sampled_from(FOUR[1:] + SIX[1:]), max_size=2))),
        except_destinations=tuple(draw(st.lists(st.sampled_from(FOUR[1:] + SIX[1:]), max_size=2))),
    )
