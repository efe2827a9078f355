"""Where one side of a connection is, and which piece of it is in which zone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import msgspec

from wizard.network import addresses
from wizard.network.addresses import FAMILIES, Cidrs, Family
from wizard.plan.model import INTERNET


class Piece(msgspec.Struct, frozen=True):
    """The part of a role that is in one zone.

    `whole`: it is somewhere in the zone, nobody has said at which addresses; but for some, where it
    is at the `known` ones too. `anywhere`: all of the internet.
    """

    zone: str
    cidrs: Cidrs
    anywhere: bool = False
    whole: bool = False
    known: Cidrs = ()

    def families(self) -> frozenset[Family]:
        """The address families that it has."""
        return addresses.families_of(self.cidrs)


class Party(msgspec.Struct, frozen=True, eq=False, dict=True):
    """Where one side of a connection is. No pieces: the role has no place yet, and nobody is let
    through. Parties are told apart as objects: a network has one for each place of a role.
    """

    role: str
    pieces: tuple[Piece, ...]

    @property
    def unplaced(self) -> bool:
        """True while nobody has said where the role is."""
        return not self.pieces

    def cidrs(self, family: Family) -> Cidrs:
        """All its addresses of one family; the internet as `0.0.0.0/0` or `::/0`."""
        return self._by_family[family]

    @cached_property
    def _by_family(self) -> dict[Family, Cidrs]:
        return {
            family: addresses.declared(addresses.of_family(self.every_cidr, family))
            for family in FAMILIES
        }

    @cached_property
    def every_cidr(self) -> Cidrs:
        """All its addresses, piece by piece."""
        return tuple(addresses.every_cidr(self.pieces))

    def families(self) -> frozenset[Family]:
        """The address families of all its pieces."""
        return self._families

    @cached_property
    def _families(self) -> frozenset[Family]:
        return frozenset().union(*(piece.families() for piece in self.pieces))

    @cached_property
    def local_cidrs(self) -> Cidrs:
        """All that it has but 'the internet', piece by piece."""
        return tuple(addresses.every_cidr(self.local_pieces))

    @cached_property
    def local_pieces(self) -> tuple[Piece, ...]:
        """Its pieces but 'the internet'."""
        return tuple(piece for piece in self.pieces if not piece.anywhere)

    @property
    def is_anywhere(self) -> bool:
        """True where 'the internet' is among its pieces."""
        return len(self.local_pieces) < len(self.pieces)

    @cached_property
    def by_zone(self) -> dict[str, Piece]:
        """Its pieces by their zones."""
        return {piece.zone: piece for piece in self.pieces}

    @cached_property
    def without_internet(self) -> Party:
        """The same party, less what of it is on the internet."""
        if INTERNET not in self.by_zone:
            return self
        return Party(self.role, tuple(piece for piece in self.pieces if piece.zone != INTERNET))


def both(piece: Piece | None, other: Piece) -> Piece:
    """What of a party is in one zone, from two of its places."""
    if piece is None:
        return other
    cidrs = addresses.declared((*piece.cidrs, *other.cidrs))
    whole = piece.whole or other.whole
    known = addresses.declared((*named(piece), *named(other))) if whole else ()
    return Piece(piece.zone, cidrs, piece.anywhere or other.anywhere, whole, known)


def named(piece: Piece) -> Cidrs:
    """The addresses that somebody has given."""
    return piece.known if piece.whole else piece.cidrs


def local_addresses(party: Party, pinned: bool) -> Iterator[str]:
    """A party's addresses but 'the internet'; `pinned`: and but 'somewhere in the zone'."""
    for piece in party.local_pieces:
        yield from named(piece) if pinned else piece.cidrs
