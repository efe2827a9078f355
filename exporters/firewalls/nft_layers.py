"""Rules → elements of concatenated interval sets. nft refuses a set in which two elements overlap.

So the elements are shared out over as many sets as it takes, one lookup for each; mostly that is
one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from exporters.safe import plain
from wizard.network.addresses import Prefix, bare, declared_of, prefix
from wizard.network.ports import range_text
from wizard.rules.model import Rule

# Source, destination, first and last port.
Box = tuple[str, str, int, int]
_Entry = tuple[int, int, int]


def layers(rules: Iterable[Rule], comment_limit: int) -> list[list[str]]:
    """The rules' elements as text, in lists in which no two overlap; each names the rules that it
    is from.
    """
    owners: dict[Box, list[str]] = {}
    for rule in rules:
        for source in rule.sources:
            for destination in rule.destinations:
                for low, high in rule.ports:
                    owners.setdefault((source, destination, low, high), []).append(rule.id)
    layers: list[list[str]] = []
    for box, layer in _shared_out(owners):
        if layer == len(layers):
            layers.append([])
        source, destination, low, high = box
        port = range_text(low, high)
        words = plain(" ".join(owners[box]), comment_limit)
        layers[layer].append(f'{bare(source)} . {bare(destination)} . {port} comment "{words}"')
    return layers


def _shared_out(boxes: Mapping[Box, object]) -> Iterator[tuple[Box, int]]:
    """Each box with the number of its layer; a new layer is begun only after all before it."""
    sources = tuple({box[0] for box in boxes})
    destinations = tuple({box[1] for box in boxes})
    family = 6 if sources and ":" in sources[0] else 4
    if len(declared_of(sources, family)) == len(sources) and len(
        declared_of(destinations, family)
    ) == len(destinations):
        # No two networks overlap: boxes do only where both networks are the same.
        placed: dict[tuple[str, str], list[_Entry]] = {}
        for box in boxes:
            entries = placed.setdefault(box[:2], [])
            layer = _free(entries, box)
            entries.append((box[2], box[3], layer))
            yield box, layer
        return
    index = _Index(sources, destinations)
    # Wide destinations first: what overlaps a box and was placed before it holds the box's
    # destination.
    for box in sorted(boxes, key=lambda box: prefix(box[1]).length):
        yield box, index.place(box)


def _free(entries: Sequence[_Entry], box: Box) -> int:
    """The first layer in which no entry's ports overlap the box's."""
    if not entries:
        return 0
    used = {layer for low, high, layer in entries if low <= box[3] and box[2] <= high}
    return next(number for number in range(len(used) + 1) if number not in used)


class _Index:
    """Which boxes were placed, by destination and source. CIDRs overlap only where one holds the
    other.
    """

    def __init__(self, sources: Iterable[str], destinations: Iterable[str]) -> None:
        self._sources = sorted({prefix(cidr).length for cidr in sources})
        self._destinations = sorted({prefix(cidr).length for cidr in destinations})
        self._at: dict[tuple[int, int, int, int], list[_Entry]] = {}
        self._below: dict[tuple[int, int, int, int], list[_Entry]] = {}

    def place(self, box: Box) -> int:
        """The first layer where nothing overlaps the box; it stands there from now on."""
        source, destination = prefix(box[0]), prefix(box[1])
        layer = _free(tuple(self._near(source, destination)), box)
        entry = (box[2], box[3], layer)
        place = (destination.length, destination.first, source.length, source.first)
        self._at.setdefault(place, []).append(entry)
        for length in self._sources:
            if length < source.length:
                above = (destination.length, destination.first, length, source.up(length))
                self._below.setdefault(above, []).append(entry)
        return layer

    def _near(self, source: Prefix, destination: Prefix) -> Iterator[_Entry]:
        """What was placed with a destination that holds this one, and a source that overlaps this
        one.
        """
        for wide in self._destinations:
            if wide > destination.length:
                break
            first = destination.up(wide)
            yield from self._below.get((wide, first, source.length, source.first), ())
            for length in self._sources:
                if length > source.length:
                    break
                yield from self._at.get((wide, first, length, source.up(length)), ())
