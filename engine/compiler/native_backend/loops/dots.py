"""Sums of products whose vectors run along a summed axis: a tile of the result, eight lanes each.

In the end the lanes of each sum are added in halves, 0 to 3 to 4 to 7 and so on; those of eight
sums at once, by shuffles of the same order. So a sum has the same bits whichever tile it is in.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..llvm.builder import FunctionBuilder
from ..llvm.indices import Index
from ..llvm.numbers import TRUTH, Variable, Vector
from ..plan.layout import LANES
from .context import put
from .contraction import EXAMPLES, Axis, Contraction, Indices, moved_along
from .nests import tiles_from
from .tiles import tiled

# load(factor, index) -> its lanes.
_Load = Callable[[int, Index], Vector]

# The numbers of a tile that are added up lane by lane are fewer.
_FEW = 3

# From so many terms on, sums are long for a processor with few registers.
_LONG = 64


class _Dot(NamedTuple):
    """A sum in eight lanes, the places in all arrays for its result, and where that goes."""

    lanes: Vector
    place: Indices
    end: Index


class Dots:
    """The loops of a sum of products, with vectors along a summed axis."""

    def __init__(self, contraction: Contraction, vector: Axis) -> None:
        self.contraction, self.vector = contraction, vector
        self.context, self.builder = contraction.context, contraction.context.builder
        kept = [each for each in contraction.axes if each.target is not None]
        self.row, self.column = _sides(kept, is_sum=contraction.term is not None)
        self.kept = [each for each in kept if each not in (self.row, self.column)]
        self.summed = [each for each in contraction.axes
                       if each.target is None and each != vector]  # fmt: skip
        self.rows, self.columns = _sizes(self.context.registers, self.column, vector.length)

    def emit(self) -> None:
        """Write all loops."""
        self.contraction.over(self.kept, *self.contraction.begin(), self._all)

    def _all(self, place: Indices, end: Index) -> None:
        """All tiles."""
        for start, rows, times in tiled(self.row.length if self.row else 1, self.rows):
            with tiles_from(self.builder, start, rows, times) as i:
                inner = moved_along(self.row, place, end, i)
                self._row_of_tiles(*inner, rows)

    def _row_of_tiles(self, place: Indices, end: Index, rows: int) -> None:
        """The tiles of some rows."""
        for start, columns, times in tiled(self.column.length if self.column else 1, self.columns):
            with tiles_from(self.builder, start, columns, times) as i:
                self._tile(*moved_along(self.column, place, end, i), rows, columns)

    def _tile(self, place: Indices, end: Index, rows: int, columns: int) -> None:
        """Some sums, eight lanes each."""
        contraction = self.contraction
        totals = [[contraction.zero(LANES) for _ in range(columns)] for _ in range(rows)]
        contraction.over(self.summed, place, end, lambda at, _: self._along(at, totals))
        sums = [
            _Dot(self.builder.get(total), *self._at(place, end, row, column))
            for row, line in enumerate(totals)
            for column, total in enumerate(line)
        ]
        for start in range(0, len(sums), LANES):
            self._put(sums[start : start + LANES], self._side_by_side(rows, columns))

    def _side_by_side(self, rows: int, columns: int) -> Axis | None:
        """The axis along which eight sums of a tile are side by side, if they are."""
        axis = self.column if columns == LANES else self.row
        fits = columns == LANES or (rows, columns) == (LANES, 1)
        return axis if fits and axis is not None and axis.target == 1 else None

    def _at(self, place: Indices, end: Index, row: int, column: int) -> tuple[Indices, Index]:
        """Where a sum of a tile goes, and where other arrays are there."""
        return moved_along(self.column, *moved_along(self.row, place, end, row), column)

    def _along(self, place: Indices, totals: list[list[Variable]]) -> None:
        """Add the terms along the axis of vectors."""
        builder, length, steps = self.builder, self.vector.length, self.vector.steps

        def at(i: Index) -> Indices:
            """The place in each factor."""
            return [index + i.times(step) for index, step in zip(place, steps, strict=False)]

        def whole(i: Index) -> None:
            """Eight terms."""
            self._add(at(i), totals, lambda k, index: self._load(k, index))

        def part(i: Index, mask: Vector) -> None:
            """The last terms, and 0 in other lanes."""
            self._add(at(i), totals, lambda k, index: self._load(k, index, mask), mask)

        if length == EXAMPLES:
            with builder.loop_if_any(self.context.full, 0, LANES) as i:
                whole(i)
            with builder.loop_if_any(self.context.padded, self.context.full, LANES) as i:
                part(i, self.context.rest_mask)
            return
        times, rest = divmod(length, LANES)
        if times:
            with tiles_from(builder, 0, LANES, times) as i:
                whole(i)
        if rest:
            part(Index(times * LANES), _mask(rest))

    def _load(self, k: int, index: Index, mask: Vector | None = None) -> Vector:
        """Eight lanes of a factor, or as many as there are and zeros."""
        builder, buffer = self.builder, self.contraction.factors[k].access.buffer
        if self.vector.steps[k]:
            return builder.load(buffer, index, LANES) if mask is None else (
                builder.load_masked(buffer, index, mask))  # fmt: skip
        number = builder.load(buffer, index)
        return number if mask is None else builder.select(mask, number, builder.constant(0.0))

    def _add(
        self, place: Indices, totals: list[list[Variable]], load: _Load, mask: Vector | None = None
    ) -> None:
        """Add eight terms to each sum."""
        builder, rows, columns = self.builder, len(totals), len(totals[0])
        none = (0,) * len(place)
        down = [axis.steps if axis else none for axis in (self.row, self.column)]
        read: dict[tuple[int, int, int], Vector] = {}
        for row in range(rows):
            for column in range(columns):
                found = []
                for k, index in enumerate(place[: len(self.vector.steps)]):
                    key = (k, row if down[0][k] else 0, column if down[1][k] else 0)
                    if key not in read:
                        read[key] = load(k, index + row * down[0][k] + column * down[1][k])
                    found.append(read[key])
                total = totals[row][column]
                old = builder.get(total)
                builder.set(total, self.contraction.plus(found, old, mask))

    def _put(self, sums: Sequence[_Dot], axis: Axis | None) -> None:
        """Write some sums, or add them to what is there; eight of them may be along an axis."""
        builder, contraction = self.builder, self.contraction
        if len(sums) < _FEW:
            for each in sums:
                contraction.write(each.place, each.end, None, builder.total(each.lanes))
            return
        found = _totals(builder, [each.lanes for each in sums])
        if axis is not None:
            contraction.write(sums[0].place, sums[0].end, axis, found)
            return
        places = [each.place for each in sums]
        found = contraction.finished(found, places + places[:1] * (LANES - len(sums)), None)
        for lane, each in enumerate(sums):
            put(builder, contraction.target.buffer, each.end, 0, 1, builder.lane(found, lane),
                adds=contraction.adds)  # fmt: skip


def _mask(count: int) -> Vector:
    """The truth for the first lanes, as a constant."""
    lanes = ", ".join(f"i1 {str(lane < count).lower()}" for lane in range(LANES))
    return Vector(f"<{lanes}>", LANES, TRUTH)


# In each of three steps, the lanes of two vectors that are added to the lanes beside them here.
_STEPS = (
    ((0, 1, 2, 3, 8, 9, 10, 11), (4, 5, 6, 7, 12, 13, 14, 15)),
    ((0, 1, 4, 5, 8, 9, 12, 13), (2, 3, 6, 7, 10, 11, 14, 15)),
    ((0, 2, 4, 6, 8, 10, 12, 14), (1, 3, 5, 7, 9, 11, 13, 15)),
)


def _totals(builder: FunctionBuilder, numbers: list[Vector]) -> Vector:
    """The sums of the lanes of up to eight vectors, as the lanes of one."""
    numbers = numbers + [numbers[0]] * (LANES - len(numbers))
    for first, second in _STEPS:
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        numbers = [builder.add(builder.shuffled(a, b, first), builder.shuffled(a, b, second))
                   for a, b in pairs]  # fmt: skip
    return numbers[0]


def _sides(kept: Sequence[Axis], *, is_sum: bool) -> tuple[Axis | None, Axis | None]:
    """The axes of rows and columns: of the first factor alone, and of the last alone.

    A sum has columns only.
    """
    first = [axis for axis in kept if axis.steps[0] and not any(axis.steps[1:])]
    last = [axis for axis in kept if axis.steps[-1] and axis not in first]
    last = [axis for axis in last if not any(axis.steps[:-1])]
    if is_sum or (kept and len(kept[0].steps) == 1):
        first, last = [], list(kept)
    row = max(first, key=lambda axis: axis.length, default=None)
    return row, max(last, key=lambda axis: (axis.target == 1, axis.length), default=None)


def _sizes(registers: int, column: Axis | None, length: int) -> tuple[int, int]:
    """The rows and columns of a tile of sums of some length.

    Long ones wait for one product after another, short ones for their lanes to be added up.
    """
    count = column.length if column else 1
    if registers < 32:
        return (4, 1) if count == 1 else (3, 2) if length >= _LONG else (2, 2)
    return (2, 8) if count >= 8 else (8, count) if count <= 2 else (4, count) if count <= 4 else (
        2, count)  # fmt: skip
