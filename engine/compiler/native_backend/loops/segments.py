"""Loops of sums of segments, whose terms are computed there: gathers become tables of addresses.

Neighbouring segments are the lanes of a vector, where they are of the same length, and each number
that is read lies side by side for them, or is the same for all.
"""

from collections.abc import Callable, Iterator
from math import prod
from typing import NamedTuple

from ...arrays import Ints, np
from ...kinds.details import places_of
from ..llvm.indices import Index
from ..llvm.numbers import Vector
from ..plan.access import addresses
from ..plan.layout import LANES
from .context import Context, load_lanes, store_lanes
from .copies import address
from .numbers import result_for_lanes


class _Leaf(NamedTuple):
    """A result in memory that terms read, and where, for each term."""

    number: int
    places: Ints


def segment_loops(context: Context, number: int) -> None:
    """The sum of each segment of a row."""
    loops = _Segments(context, number)
    if context.made[number].examples:
        loops.of_examples()
    else:
        loops.emit()


class _Segments:
    """The loops of sums of segments; their terms are computed from `leaves`, which are read."""

    def __init__(self, context: Context, number: int) -> None:
        self.context, self.builder, self.number = context, context.builder, number
        (self.source,) = context.made[number].inputs
        size = prod(context.made[self.source].shape)
        starts = context.made[number].detail.array.reshape(-1)
        self.ends = addresses(context.access(number), context.made[number].shape).reshape(-1)
        self.bounds = np.append(starts, size)

    def _fits(self, lanes: int) -> bool:
        """Whether so many neighbouring segments can be lanes."""
        lengths = np.diff(self.bounds)
        if lanes == 1:
            return True
        if lengths.size % lanes or (np.diff(lengths.reshape(-1, lanes)) != 0).any():
            return False
        terms = [self._terms(lanes, lane) for lane in range(lanes)]
        rows = [[leaf.places for leaf in self._leaves(self.source, each)] for each in terms]
        return all(_step(places) is not None for places in zip(*rows, strict=True))

    def _terms(self, lanes: int, lane: int = 0) -> Ints:
        """The terms of the segments in a lane, one segment after another."""
        pairs = zip(self.bounds[lane::lanes], self.bounds[lane + 1 :: lanes], strict=False)
        return np.concatenate([np.arange(low, high) for low, high in pairs])

    def _leaves(self, number: int, places: Ints) -> Iterator[_Leaf]:
        """What the terms at some places read from memory."""
        each = self.context.made[number]
        if number not in self.context.layout.fused:
            access = self.context.access(number)
            yield _Leaf(number, addresses(access, each.shape).reshape(-1)[places])
        else:
            for i, inner in _inner(self.context, number, places):
                yield from self._leaves(i, inner)

    def emit(self) -> None:
        """Write all loops for sums without examples."""
        lanes = next(lanes for lanes in (8, 4, 2, 1) if self._fits(lanes))
        if lanes == 1 and self._are_rows:
            self._rows()
        else:
            self._side_by_side(lanes)

    @property
    def _are_rows(self) -> bool:
        """Whether the terms of each segment can be lanes: four or eight, side by side in memory."""
        first, *others = np.diff(self.bounds).tolist()
        return first in (4, LANES) and all(each == first for each in others) and all(
            _step([*leaf.places.reshape(-1, first).T]) is not None
            for leaf in self._leaves(self.source, self._terms(1))
        )  # fmt: skip

    def _rows(self) -> None:
        """Write the loop over segments whose terms are lanes, which are added up in halves."""
        context, builder, lanes = self.context, self.builder, int(self.bounds[1])
        leaves = [*self._leaves(self.source, self._terms(1))]
        with builder.loop(len(self.ends)) as segment:
            read = (
                load_lanes(builder, context.access(leaf.number).buffer,
                           address(context, leaf.places[::lanes], segment),
                           _step([*leaf.places.reshape(-1, lanes).T]) or 0, lanes)
                for leaf in leaves
            )  # fmt: skip
            term = builder.number(self._value(self.source, lambda _: next(read)))
            self._store(segment, builder.total(builder.wide(term, lanes)))

    def _side_by_side(self, lanes: int) -> None:
        """Write the loops over segments that are lanes, and over their terms."""
        context, builder = self.context, self.builder
        counts = np.append(0, np.cumsum(np.diff(self.bounds)[::lanes]))
        leaves = [[*self._leaves(self.source, self._terms(lanes, lane))] for lane in range(lanes)]
        steps = [_step([each.places for each in row]) or 0 for row in zip(*leaves, strict=True)]
        with builder.loop(len(counts) - 1) as segment:
            total = builder.variable(lanes)
            builder.set(total, builder.constant(0.0))
            low, high = (address(context, counts[k : len(counts) - 1 + k], segment)
                         for k in (0, 1))  # fmt: skip
            with builder.loop(high, low) as t:
                read = (
                    load_lanes(builder, context.access(leaf.number).buffer,
                               address(context, leaf.places, t), step, lanes)
                    for leaf, step in zip(leaves[0], steps, strict=True)
                )  # fmt: skip
                term = self._value(self.source, lambda _: next(read))
                builder.set(total, builder.add(builder.get(total), builder.number(term)))
            self._store(segment, builder.get(total))

    def of_examples(self) -> None:
        """Write all loops for a sum of each example of a block, eight of which are lanes."""
        context, builder, target = self.context, self.builder, self.context.access(self.number)
        leaves, count = [*self._leaves(self.source, self._terms(1))], len(self.ends)

        def read_at(leaf: _Leaf, t: Index, z: Index) -> Vector:
            """What a leaf holds for a term of eight examples."""
            access = context.access(leaf.number)
            index = address(context, leaf.places, t) + z.times(access.each)
            return load_lanes(builder, access.buffer, index, access.each, LANES)

        with builder.loop(count) as segment, builder.loop(context.padded, 0, LANES) as z:
            total = builder.variable(LANES)
            builder.set(total, builder.constant(0.0))
            low, high = (address(context, self.bounds[k : count + k], segment) for k in (0, 1))
            with builder.loop(high, low) as t:
                read = iter([read_at(leaf, t, z) for leaf in leaves])
                term = builder.number(self._value(self.source, lambda _: next(read)))
                builder.set(total, builder.add(builder.get(total), term))
            end = address(context, self.ends, segment) + z.times(target.each)
            store_lanes(builder, target.buffer, end, target.each, LANES, builder.get(total))

    def _store(self, segment: Index, total: Vector) -> None:
        """Write the sums of some segments."""
        context, target, lanes = self.context, self.context.access(self.number), total.lanes
        step = _step([self.ends[lane::lanes] for lane in range(lanes)])
        if step == 1 or lanes == 1:
            end = address(context, self.ends[::lanes], segment)
            store_lanes(self.builder, target.buffer, end, 1, lanes, total)
            return
        for lane in range(lanes):
            end = address(context, self.ends[lane::lanes], segment)
            self.builder.store(target.buffer, end, self.builder.lane(total, lane))

    def _value(self, number: int, read: Callable[[int], Vector]) -> Vector:
        """A term, where `read` gives what leaves hold, in their order."""
        each = self.context.made[number]
        if number not in self.context.layout.fused:
            return read(number)
        operands = [self._value(i, read) for i in each.inputs]
        return operands[0] if _looks(self.context, number) else (
            result_for_lanes(self.context, number, operands))  # fmt: skip


def _looks(context: Context, number: int) -> bool:
    """Whether a result is another look at an array."""
    return context.made[number].kind in ("take", "view", "expand")


def _inner(context: Context, number: int, places: Ints) -> Iterator[tuple[int, Ints]]:
    """What a fused result reads at some places: inputs, and places in them."""
    each = context.made[number]
    for i in each.inputs:
        shape = context.made[i].shape
        if each.kind in ("take", "view"):
            yield i, places_of(each.detail).reshape(-1)[places]
        else:
            own = np.arange(prod(shape)).reshape(shape)
            yield i, np.broadcast_to(own, each.shape).reshape(-1)[places]


def _step(places: list[Ints] | tuple[Ints, ...]) -> int | None:
    """How far apart places are from lane to lane: 1 or 0 if they are so everywhere; else None."""
    for step in (1, 0):
        if all((each == places[0] + lane * step).all() for lane, each in enumerate(places)):
            return step
    return None
