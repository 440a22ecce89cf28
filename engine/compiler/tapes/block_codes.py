"""Codes for blocks of examples while they are written: rows, scalars, picks, and sums."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from ...primitives import Op
from ...value import Value
from ..arrays import np
from ..native_backend.tape.blocks import BlockInterpreter
from ..native_backend.tape.tables import BLOCK, ROW, ROWS, SCALAR, SCALED
from .united import Pick, UnitedOperand


class BlockSpot(NamedTuple):
    """Where a number is: a row, or a scalar; and its number among these."""

    is_row: bool
    number: int


class RowKind(NamedTuple):
    """What a row is about, and a number, by which those about the same are sorted."""

    about: str
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
    - `codes`, `runs`, `terms`, `columns`: the tables; `rows`: what each row is about.
    """

    def __init__(
        self, interpreter: BlockInterpreter, scalars: Sequence[Value], inputs: Sequence[Value]
    ) -> None:
        self.interpreter = interpreter
        self.spots: dict[Value | Pick, BlockSpot] = {
            each: BlockSpot(False, i) for i, each in enumerate(scalars)
        }
        self.spots.update((each, BlockSpot(True, i)) for i, each in enumerate(inputs))
        self.rows = [RowKind("input", i) for i in range(len(inputs))]
        self.codes: list[int] = []
        self.runs: list[int] = []
        self.terms: list[int] = []
        self.columns: list[int] = []
        self._first = len(scalars)
        self.zero, self.minus_zero, self.one, self.share = range(self._first, self._first + 4)
        self.constants = [0.0, -0.0, 1.0, 0.0]
        self._known = {(0.0).hex(): self.zero, (-0.0).hex(): self.minus_zero, (1.0).hex(): self.one}
        self._filled: dict[int, int] = {}
        self._column_of: dict[Pick, int] = {}

    def spot(self, each: UnitedOperand) -> BlockSpot:
        """Where an input is; a plain number is a scalar, and a pick is computed once."""
        if isinstance(each, float):
            return self.constant(each)
        if isinstance(each, Pick) and each not in self.spots:
            self.spots[each] = self._picked(each)
        return self.spots[each]

    def chooses(self, pick: Pick) -> bool:
        """Whether any of what is picked is a row."""
        return any(self.spot(each).is_row for each in {*pick.choices})

    def kept(self, spot: BlockSpot, pick: Pick, choice: Value) -> BlockSpot:
        """A row where a choice is picked, and 0 elsewhere."""
        row, wanted = self._new_row("masked"), self.row(self.spot(choice)) * BLOCK
        self.codes += [self.interpreter.picks["mask"], row * BLOCK, spot.number * BLOCK,
                       self._column_of[pick], wanted]  # fmt: skip
        return BlockSpot(True, row)

    def _picked(self, pick: Pick) -> BlockSpot:
        """The row of what is picked: of scalars, or of rows if any of them is one."""
        is_of_rows = self.chooses(pick)
        spots = list(map(self.spot, pick.choices))
        column = [self.row(each) * BLOCK if is_of_rows else each.number for each in spots]
        row, self._column_of[pick] = self._new_row("picked"), len(self.columns)
        self.columns += column
        kind = self.interpreter.picks["choose" if is_of_rows else "pick"]
        self.codes += [kind, row * BLOCK, self._column_of[pick], 0, 0]
        return BlockSpot(True, row)

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
        row = len(self.rows)  # gradients come the other way round
        self.rows.append(RowKind(about, -row if about.startswith("gradient") else row))
        return row


def table(numbers: Sequence[int]) -> Any:
    """Whole numbers as machine code reads them."""
    return np.array(numbers or [0], dtype=np.int64)
