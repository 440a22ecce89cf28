"""Tables of what examples contribute to scalars, the last example first.

Most scalars get the same from each example: products of the same two rows. Eight of them are the
lanes of a vector. A scalar that is picked by some examples only gets all its terms one by one.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from ..native_backend.plan.layout import LANES
from ..native_backend.tape.tables import TOGETHER
from .block_codes import RowKind
from .block_events import BlockEvent, scattered_totals

# What an example contributes to a scalar: products of two rows.
Shares = list[tuple[int, int]]


class Chunk(NamedTuple):
    """Up to eight scalars, and what they get from an example.

    - `pairs`: for each term, what is repeated, and the first of eight neighbours.
    """

    scalars: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]


class Totals:
    """The tables of what examples contribute to scalars.

    - `rows`: the rows that are turned, as many as there are in whole vectors.
    - `groups`, `pairs`, `events`, `columns`: the tables; `size`: how many totals there are.
    - `scalars`, `places`: the scalars, and where the total of each of them is.
    """

    def __init__(
        self, events: Sequence[BlockEvent], about: Sequence[RowKind], columns: list[int]
    ) -> None:
        self.rows: list[int] = []
        self.groups: list[int] = []
        self.pairs: list[int] = []
        self.scalars: list[int] = []
        self.places: list[int] = []
        self.size = 0
        self._place: dict[int, int] = {}
        others = {event.other.number for event in events if event.other.is_row}
        self._turn(others.union(event.one for event in events), about)
        picked = {each for event in events if len(event.targets) > 1 or not event.other.is_row
                  for each in event.targets}  # fmt: skip
        single, shares = list[BlockEvent](), dict[int, Shares]()
        for event in events:
            scalar = event.targets[0]
            if scalar is None or scalar in picked:
                single.append(event)
            else:
                pair = self._place[event.one], self._place[event.other.number]
                shares.setdefault(scalar, []).append(pair)
        self._gather(shares)
        found = scattered_totals(single, self._place, self.size, columns)
        self.events, self.size = found.events, found.end
        self.scalars += found.scalars
        self.places += found.places

    def _turn(self, used: set[int], about: Sequence[RowKind]) -> None:
        """Give rows their places, those about the same side by side."""
        ordered = sorted(used, key=about.__getitem__)
        for _, mine in groupby(ordered, lambda row: about[row].about):
            self._fill_up()
            for row in mine:
                self._place[row] = len(self.rows)
                self.rows.append(row)
        self._fill_up()

    def _fill_up(self) -> None:
        """Repeat a row until there are whole vectors of rows."""
        self.rows += self.rows[:1] * (-len(self.rows) % LANES)

    def _gather(self, shares: dict[int, Shares]) -> None:
        """Add scalars that get the same from all examples, as lanes of vectors."""
        chunks = sorted(_chunks(shares), key=lambda each: len(each.pairs))
        for _, alike in groupby(chunks, lambda each: len(each.pairs)):
            members = list(alike)
            for start in range(0, len(members), TOGETHER):
                self._add(members[start : start + TOGETHER])

    def _add(self, chunks: list[Chunk]) -> None:
        """Add a group of chunks; the last one is repeated where there are too few."""
        times = len(chunks[0].pairs)
        self.groups += [times, len(self.pairs)]
        full = chunks + chunks[-1:] * (TOGETHER - len(chunks))
        for k in range(times):
            self.pairs += [number for each in full for number in each.pairs[k]]
        for j, chunk in enumerate(chunks):
            self.scalars += chunk.scalars
            start = self.size + j * LANES
            self.places += range(start, start + len(chunk.scalars))
        self.size += TOGETHER * LANES


def _chunks(shares: dict[int, Shares]) -> list[Chunk]:
    """Scalars in chunks: by equal gradients first, if neighbours are multiplied by these."""
    found = _alike(shares, 0)
    small = [scalar for each in found if len(each.scalars) < _FEW for scalar in each.scalars]
    large = [each for each in found if len(each.scalars) >= _FEW]
    return large + _alike({scalar: shares[scalar] for scalar in small}, 1)


# Fewer scalars with the same gradients are rather taken with others.
_FEW = 4


def _alike(shares: dict[int, Shares], same: int) -> list[Chunk]:
    """Scalars of which one factor of all terms is the same, and the other one is beside the last.

    `same` is the number of the factor, 0 or 1.
    """
    keyed: dict[tuple[int, ...], list[tuple[tuple[int, ...], int]]] = {}
    for scalar, pairs in shares.items():
        ones, eights = tuple(pair[same] for pair in pairs), tuple(pair[1 - same] for pair in pairs)
        keyed.setdefault(ones, []).append((eights, scalar))
    found = []
    for ones, members in keyed.items():
        members.sort()
        run = [members[0]]
        for each in members[1:]:
            if len(run) == LANES or any(
                b != a + 1 for a, b in zip(run[-1][0], each[0], strict=True)
            ):
                found.append(_chunk(ones, run))
                run = []
            run.append(each)
        found.append(_chunk(ones, run))
    return found


def _chunk(ones: tuple[int, ...], run: Sequence[tuple[tuple[int, ...], int]]) -> Chunk:
    """Scalars of which one factor is the same."""
    pairs = tuple(zip(ones, run[0][0], strict=True))
    return Chunk(tuple(scalar for _, scalar in run), pairs)
