"""What the compile makes of a plan: rules, port forwards, and what stood in the way of some."""

from __future__ import annotations

from typing import Literal

import msgspec

from wizard.network.addresses import Cidrs
from wizard.rules.hairpin import Hairpin, Insiders
from wizard.rules.model import Forward, Rule

PUBLIC_ADDRESS = "public_address"
ObstacleKind = Literal["no-path", "no-family", "ambiguous", "cleartext", "internal"]


class Obstacle(msgspec.Struct, frozen=True):
    """Why a connection gets no rules, or doubtful ones; findings are made from it."""

    kind: ObstacleKind
    want: str
    places: tuple[Cidrs, ...]


class Compiled(msgspec.Struct, frozen=True):
    """The rules and forwards of a plan, and what stood in the way of some. `insiders`: of each
    forward, whom it leads through its public address.
    """

    rules: tuple[Rule, ...]
    forwards: tuple[Forward, ...]
    obstacles: tuple[Obstacle, ...]
    hairpins: tuple[Hairpin, ...] = ()
    insiders: tuple[Insiders, ...] = ()
