"""Sums of products whose vectors run along a kept axis: a tile of the result in registers.

A tile has some rows, along an axis on which the factor with vectors stays where it is, and some
vectors. For each term, this factor is read once for all rows, and the other one once for all
vectors.
"""

from collections.abc import Sequence

from ..llvm.indices import Index
from ..llvm.numbers import Vector
from ..plan.layout import LANES
from .context import load_lanes
from .contraction import EXAMPLES, Axis, Contraction, Indices, moved_along
from .nests import pieces, tiles_from

# The rows and vectors of a tile, by the number of registers of the processor.
_SIZES = {32: (4, 4), 16: (4, 1)}


class Tiles:
    """The loops of a sum of products, with vectors along a kept axis; or single numbers."""

    def __init__(self, contraction: Contraction, vector: Axis | None) -> None:
        self.contraction, self.vector = contraction, vector
        self.context, self.builder = contraction.context, contraction.context.builder
        kept = [each for each in contraction.axes if each.target is not None and each != vector]
        self.row = _row(kept, vector)
        self.kept = [each for each in kept if each is not self.row]
        self.summed = [each for each in contraction.axes if each.target is None]
        self.rows, self.vectors = _SIZES[self.context.registers]

    def emit(self) -> None:
        """Write all loops."""
        self.contraction.over(self.kept, *self.contraction.begin(), self._all_rows)

    def _all_rows(self, place: Indices, end: Index) -> None:
        """The tiles of all rows."""
        if self.row is None:
            self._all_columns(place, end, 1)
            return
        for start, rows, times in tiled(self.row.length, self.rows):
            with tiles_from(self.builder, start, rows, times) as i:
                self._all_columns(*moved_along(self.row, place, end, i), rows)

    def _all_columns(self, place: Indices, end: Index, rows: int) -> None:
        """The tiles of some rows."""
        vector, wide = self.vector, LANES * self.vectors
        if vector is None:
            self._tile(place, end, rows, [1])
        elif vector.length == EXAMPLES:
            builder, padded = self.builder, self.context.padded
            tiles = self.context.padded_to(wide)
            if self.vectors > 1:
                with builder.loop_if_any(tiles, 0, wide) as i:
                    self._tile(*moved_along(vector, place, end, i), rows, [LANES] * self.vectors)
            with builder.loop_if_any(padded, tiles if self.vectors > 1 else 0, LANES) as i:
                self._tile(*moved_along(vector, place, end, i), rows, [LANES])
        else:
            for start, widths, times in _columns(vector.length, self.vectors):
                with tiles_from(self.builder, start, wide, times) as i:
                    self._tile(*moved_along(vector, place, end, i), rows, widths)

    def _tile(self, place: Indices, end: Index, rows: int, widths: Sequence[int]) -> None:
        """Some rows and vectors of the result."""
        builder, contraction = self.builder, self.contraction
        totals = [[contraction.zero(lanes) for lanes in widths] for _ in range(rows)]
        starts = [sum(widths[:k]) for k in range(len(widths))]

        def term(at: Indices, _: Index) -> None:
            """Add a term to all totals."""
            read = _Read(self, at, widths, starts)
            for row, line in enumerate(totals):
                for column, total in enumerate(line):
                    factors = read.factors(row, column)
                    builder.set(total, contraction.plus(factors, builder.get(total)))

        contraction.over(self.summed, place, end, term)
        for row, line in enumerate(totals):
            there = moved_along(self.row, place, end, row)
            for start, total in zip(starts, line, strict=True):
                here = moved_along(self.vector, *there, start)
                contraction.write(*here, self.vector, builder.get(total))


class _Read:
    """The factors of a term in a tile, each number read once."""

    def __init__(
        self, tiles: Tiles, place: Indices, widths: Sequence[int], starts: Sequence[int]
    ) -> None:
        self.tiles, self.place, self.widths, self.starts = tiles, place, widths, starts
        self._known: dict[tuple[int, int, int], Vector] = {}

    def factors(self, row: int, column: int) -> list[Vector]:
        """All factors for a row and a vector."""
        return [self._factor(i, row, column) for i in range(len(self.tiles.contraction.factors))]

    def _factor(self, i: int, row: int, column: int) -> Vector:
        """A factor for a row and a vector."""
        tiles = self.tiles
        down = tiles.row.steps[i] if tiles.row is not None else 0
        along = tiles.vector.steps[i] if tiles.vector is not None else 0
        key = (i, row if down else 0, column if along else 0)
        if key not in self._known:
            index = self.place[i] + row * down + self.starts[column] * along
            buffer = tiles.contraction.factors[i].access.buffer
            lanes = self.widths[column]
            self._known[key] = load_lanes(tiles.builder, buffer, index, along, lanes)
        return self._known[key]


def _columns(length: int, vectors: int) -> list[tuple[int, list[int], int]]:
    """A row in tiles: starts, widths of vectors, and how many of each there are.

    What is left for a single vector is done with the last tile, if that is a large one, or if it
    is half a vector: by itself it would take as long as a whole one.
    """
    wide = LANES * vectors
    times, rest = divmod(length, wide)
    left = [lanes for _, lanes, count in pieces(rest) for _ in range(count)]
    whole = [LANES] * vectors
    if times and len(left) == 1 and (vectors > 1 or 2 * left[0] == LANES):
        times, left = times - 1, whole + left
    found = [(0, whole, times)] if times else []
    return [*found, (times * wide, left, 1)] if left else found


def tiled(length: int, size: int) -> list[tuple[int, int, int]]:
    """An axis in tiles: starts, sizes, and how many of each there are."""
    times, rest = divmod(length, size)
    found = [(0, size, times)] if times else []
    return [*found, (times * size, rest, 1)] if rest else found


def _row(kept: Sequence[Axis], vector: Axis | None) -> Axis | None:
    """The axis of rows: the longest on which the factors with vectors stay where they are."""
    moving = [i for i, step in enumerate(vector.steps) if step] if vector else []
    still = [axis for axis in kept if not any(axis.steps[i] for i in moving)]
    return max(still or kept, key=lambda axis: axis.length, default=None)
