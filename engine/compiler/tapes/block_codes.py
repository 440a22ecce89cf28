"""Codes for blocks of examples while they are written: rows, scalars, sums, and totals."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from ...primitives import Op
from ...value import Value
from ..arrays import np
from ..native_backend.plan.layout import LANES
from ..native_backend.tape.blocks import BlockInterpreter
from ..native_backend.tape.tables import BLOCK, ROW, ROWS, SCALAR, SCALED, TOGETHER


class BlockSpot(NamedTuple):
    """Where a number is: a row, or a scalar; and its number among these."""

    is_row: bool
    number: int


class Term(NamedTuple):
    """A term of a sum: its kind, and a row or scalar, or two of them, which are multiplied."""

    kind: int
    first: int
    second: int = 0


class BlockCodes:
    """Codes so far.

    - `spots`: where the numbers of Values are.
    - `constants`: the scalars behind those of Values; the first are 0, -0, 1, and the share of an
      example, which is known when a step runs.
    - `codes`, `runs`, `terms`: the tables; `rows`: for each row, a text by which rows are sorted.
    """

    def __init__(
        self, interpreter: BlockInterpreter, scalars: Sequence[Value], inputs: Sequence[Value]
    ) -> None:
        self.interpreter = interpreter
        self.spots = {each: BlockSpot(False, i) for i, each in enumerate(scalars)}
        self.spots.update((each, BlockSpot(True, i)) for i, each in enumerate(inputs))
        self.rows = ["input"] * len(inputs)
        self.codes: list[int] = []
        self.runs: list[int] = []
        self.terms: list[int] = []
        self._first = len(scalars)
        self.zero, self.minus_zero, self.one, self.share = range(self._first, self._first + 4)
        self.constants = [0.0, -0.0, 1.0, 0.0]
        self._known = {(0.0).hex(): self.zero, (-0.0).hex(): self.minus_zero, (1.0).hex(): self.one}
        self._filled: dict[int, int] = {}

    def spot(self, each: Value | float) -> BlockSpot:
        """Where an input is; a plain number is a scalar."""
        return self.constant(each) if isinstance(each, float) else self.spots[each]

    def constant(self, number: float) -> BlockSpot:
        """The scalar of a plain number."""
        key = number.hex()
        if key not in self._known:
            self._known[key] = self._first + len(self.constants)
            self.constants.append(number)
        return BlockSpot(False, self._known[key])

    def row(self, spot: BlockSpot) -> int:
        """The row of a number; that of a scalar is filled with it."""
        if spot.is_row:
            return spot.number
        if spot.number not in self._filled:
            row = self._filled[spot.number] = self._new_row("filled")
            self.codes += [self.interpreter.fill, row * BLOCK, spot.number, 0, 0]
        return self._filled[spot.number]

    def computed(
        self, op: Op, place: int | None, spots: Iterable[BlockSpot], about: str
    ) -> BlockSpot:
        """The result of an operation, or of its derivative by an input."""
        given = [self.row(each) * BLOCK for each in spots]
        row = self._new_row(about)
        self.codes += [self.interpreter.kinds[op, place], row * BLOCK, *given]
        self.codes += [0] * (3 - len(given))
        return BlockSpot(True, row)

    def summed(self, terms: Sequence[Term], start: int, about: str) -> BlockSpot:
        """The sum of a scalar and terms, in order."""
        row = self._new_row(about)
        runs = [(kind, list(run)) for kind, run in groupby(terms, itemgetter(0))]
        self.codes += [self.interpreter.sum, row * BLOCK, len(self.runs), len(runs), start]
        for kind, run in runs:
            self.runs += [kind, len(self.terms), len(run)]
            first = 1 if kind == SCALAR else BLOCK
            second = BLOCK if kind == ROWS else 1
            for each in run:
                self.terms += [each.first * first, each.second * second]
        return BlockSpot(True, row)

    def term(self, spot: BlockSpot, factor: BlockSpot | None = None) -> Term:
        """A number as a term, or a product of two."""
        if factor is None:
            return Term(ROW if spot.is_row else SCALAR, spot.number)
        if not factor.is_row:
            return Term(SCALED, self.row(spot), factor.number)
        if not spot.is_row:
            return Term(SCALED, factor.number, spot.number)
        return Term(ROWS, spot.number, factor.number)

    def _new_row(self, about: str) -> int:
        self.rows.append(about)
        return len(self.rows) - 1


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
    - `groups`, `pairs`: the tables; `size`: how many totals there are.
    - `scalars`, `places`: the scalars, and where the total of each of them is.
    """

    def __init__(self, shares: dict[int, Shares], about: Sequence[str]) -> None:
        used = {row for each in shares.values() for pair in each for row in pair}
        self.rows: list[int] = []
        place: dict[int, int] = {}
        ordered = sorted(used, key=lambda row: (about[row], row))
        for _, mine in groupby(ordered, about.__getitem__):
            self.rows += self.rows[:1] * (-len(self.rows) % LANES)
            for row in mine:
                place[row] = len(self.rows)
                self.rows.append(row)
        self.rows += self.rows[:1] * (-len(self.rows) % LANES)
        turned = {scalar: [(place[a], place[b]) for a, b in each]
                  for scalar, each in shares.items()}  # fmt: skip
        chunks = sorted(_chunks(turned), key=lambda each: len(each.pairs))
        self.groups: list[int] = []
        self.pairs: list[int] = []
        self.scalars: list[int] = []
        self.places: list[int] = []
        self.size = 0
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


def table(numbers: Sequence[int]) -> Any:
    """Whole numbers as machine code reads them."""
    return np.array(numbers or [0], dtype=np.int64)
