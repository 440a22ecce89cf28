"""Sums of products whose vectors run along a summed axis: a tile of the result, eight lanes each.

In the end the lanes of each sum are added in halves, 0 to 3 to 4 to 7 and so on; those of eight
sums at once, by shuffles of the same order. So a sum has the same bits whichever tile it is in.
"""

from collections.abc import Callable, Sequence

from ..llvm.builder import FunctionBuilder
from ..llvm.indices import Index
from ..llvm.numbers import TRUTH, Variable, Vector
from ..plan.layout import LANES
from .context import put
from .contraction import EXAMPLES, Axis, Contraction, Indices, moved_along, plus_product
from .tiles import tiled, tiles_from

# load(factor, index) -> its lanes.
_Load = Callable[[int, Index], Vector]

# The numbers of a tile that are added up lane by lane are fewer.
_FEW = 3


class Dots:
    """The loops of a sum of products, with vectors along a summed axis."""

    def __init__(self, contraction: Contraction, vector: Axis) -> None:
        self.contraction, self.vector = contraction, vector
        self.context, self.builder = contraction.context, contraction.context.builder
        kept = [each for each in contraction.axes if each.target is not None]
        self.row, self.column = _sides(kept)
        self.kept = [each for each in kept if each not in (self.row, self.column)]
        self.summed = [each for each in contraction.axes
                       if each.target is None and each != vector]  # fmt: skip
        self.rows, self.columns = _sizes(self.context.registers, self.column)

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
            (self.builder.get(total), self._end(end, row, column))
            for row, line in enumerate(totals)
            for column, total in enumerate(line)
        ]
        for start in range(0, len(sums), LANES):
            self._put(sums[start : start + LANES], side_by_side=columns == LANES)

    def _end(self, end: Index, row: int, column: int) -> Index:
        """Where a sum of a tile goes."""
        down, along = (axis.target or 0 if axis else 0 for axis in (self.row, self.column))
        return end + row * down + column * along

    def _along(self, place: Indices, totals: list[list[Variable]]) -> None:
        """Add the terms along the axis of vectors."""
        builder, (length, steps, _) = self.builder, self.vector

        def at(i: Index) -> Indices:
            """The place in each factor."""
            return [index + i.times(step) for index, step in zip(place, steps, strict=True)]

        def whole(i: Index) -> None:
            """Eight terms."""
            self._add(at(i), totals, lambda k, index: self._load(k, index))

        def part(i: Index, mask: Vector) -> None:
            """The last terms, and 0 in other lanes."""
            self._add(at(i), totals, lambda k, index: self._load(k, index, mask))

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

    def _add(self, place: Indices, totals: list[list[Variable]], load: _Load) -> None:
        """Add eight terms to each sum."""
        builder, rows, columns = self.builder, len(totals), len(totals[0])
        down = [axis.steps if axis else (0,) * len(place) for axis in (self.row, self.column)]
        read: dict[tuple[int, int, int], Vector] = {}
        for row in range(rows):
            for column in range(columns):
                found = []
                for k, index in enumerate(place):
                    key = (k, row if down[0][k] else 0, column if down[1][k] else 0)
                    if key not in read:
                        read[key] = load(k, index + row * down[0][k] + column * down[1][k])
                    found.append(read[key])
                total = totals[row][column]
                old = builder.get(total)
                new = plus_product(builder, found, old)
                builder.set(total, new)

    def _put(self, sums: Sequence[tuple[Vector, Index]], *, side_by_side: bool) -> None:
        """Write some sums, or add them to what is there."""
        builder, target, adds = self.builder, self.contraction.target, self.contraction.adds
        if len(sums) < _FEW:
            for number, end in sums:
                put(builder, target, end, 0, 1, builder.total(number), adds=adds)
            return
        found = _totals(builder, [number for number, _ in sums])
        is_row = len(sums) == LANES and side_by_side
        if is_row and self.column is not None and self.column.target == 1:
            put(builder, target, sums[0][1], 1, LANES, found, adds=adds)
            return
        for lane, (_, end) in enumerate(sums):
            put(builder, target, end, 0, 1, builder.lane(found, lane), adds=adds)


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


def _sides(kept: Sequence[Axis]) -> tuple[Axis | None, Axis | None]:
    """The axes of rows and columns: of the first factor alone, and of the last alone."""
    first = [axis for axis in kept if axis.steps[0] and not any(axis.steps[1:])]
    last = [axis for axis in kept if axis.steps[-1] and axis not in first]
    if kept and len(kept[0].steps) == 1:
        first, last = [], list(kept)
    last = [axis for axis in last if not any(axis.steps[:-1])]
    row = max(first, key=lambda axis: axis.length, default=None)
    return row, max(last, key=lambda axis: (axis.target == 1, axis.length), default=None)


def _sizes(registers: int, column: Axis | None) -> tuple[int, int]:
    """The rows and columns of a tile."""
    count = column.length if column else 1
    if registers < 32:
        return (2, 2) if count > 1 else (4, 1)
    return (2, 8) if count >= 8 else (8, count) if count <= 2 else (4, count) if count <= 4 else (
        2, count)  # fmt: skip
