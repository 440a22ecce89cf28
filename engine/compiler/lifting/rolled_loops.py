"""Loops of classes, lifted to loop instructions.

The body is lifted as any other classes are; what a step reads are inputs of the body. All results
of the body are results of the loop, so that the sweep backwards finds them.
"""

from collections.abc import Mapping
from math import prod
from typing import NamedTuple, Protocol

from ..arrays import Ints, np
from ..ir.builder import Builder
from ..ir.loops import Of, looped
from ..kinds import kind_of
from ..kinds.details import Assembly, Data, Input, Places
from ..kinds.kind import WORK
from ..kinds.loops import Addressed, Carried, Earlier
from ..kinds.views import View, whole
from ..rolling.members import (
    AnyStep,
    BodyInput,
    EarlierStep,
    Gathered,
    Rolled,
    SameForAll,
    StepRow,
)
from .elementwise import Found


class Lifting(Protocol):
    """Classes while instructions are written for them, as far as a loop needs it."""

    draft: Builder
    needed: list[Ints]
    found: list[Found]

    def need(self, source: int, places: Ints) -> None:
        """Remember that some members of a class are needed."""

    def need_all(self, numbers: Gathered) -> None:
        """Remember that numbers of several classes are needed."""

    def plan(self) -> None:
        """Find out which members are needed, for the members that are needed already."""

    def find(self, count: int) -> None:
        """Find out where the members of so many classes are, the first ones first."""

    def gathered(self, numbers: Gathered) -> Found:
        """The places of numbers of several classes, in one array."""


class RolledLoop:
    """A loop while it is lifted.

    - `rolled`: its classes; `inside`: the lifter of its body.
    - `first`: the number of the first of the classes that the loop has outside.
    - `steps`: the number of steps up to the last one that is needed. What comes after has no
      gradient, and 0 times an infinite slope would be nan.
    """

    def __init__(self, rolled: Rolled, inside: Lifting, first: int) -> None:
        self.rolled = rolled
        self.inside = inside
        self.first = first
        self.steps = 0
        self.results: list[Found] = []

    def plan(self, outer: Lifting) -> None:
        """Find out what the loop needs, for those of its results that are needed outside."""
        rolled, inside = self.rolled, self.inside
        for read, needed in zip(rolled.made, outer.needed[self.first :], strict=False):
            wanted = needed.reshape(rolled.steps, -1)
            inside.need(read.source, read.places[wanted.any(axis=0)])
            last = np.flatnonzero(wanted.any(axis=1))[-1:]
            self.steps = max(self.steps, *(last + 1).tolist(), 0)
        before = -1
        while before < (before := sum(int(each.sum()) for each in inside.needed)):
            inside.plan()
            for k, each in enumerate(rolled.inputs):
                if isinstance(each, EarlierStep):
                    inside.need(each.made.source, each.made.places[inside.needed[k]])
                elif isinstance(each, AnyStep) and inside.needed[k].any():
                    inside.need_all(each.made.at(self._read(each)))
        for each, needed in zip(rolled.inputs, inside.needed, strict=False):
            if needed.any():
                self._need(outer, each, needed)

    def _need(self, outer: Lifting, each: BodyInput, needed: Ints) -> None:
        """Remember what an input of the body needs outside."""
        if isinstance(each, SameForAll):
            outer.need(each.source, needed)
        elif isinstance(each, StepRow):
            places = each.read.places.reshape(self.rolled.steps, -1)[: self.steps, needed]
            outer.need(each.read.source, places.reshape(-1))
        elif isinstance(each, AnyStep):
            outer.need_all(each.initial.at(self._first_read(each)))
        else:
            outer.need_all(each.initial)

    def _read(self, each: AnyStep) -> Ints:
        """The numbers of the body that steps look up, by their places in `made`; one at least."""
        steps, which = each.steps[: self.steps], each.which[: self.steps]
        found: Ints = np.unique(which[steps >= 0])
        return found if found.size else np.zeros(1, dtype=np.int64)

    def _first_read(self, each: AnyStep) -> Ints:
        """The numbers that steps look up of what was there before, by their places in `initial`."""
        found: Ints = np.unique(each.which[: self.steps][each.steps[: self.steps] < 0])
        return found

    def found(self, outer: Lifting, number: int) -> Found:
        """The places of the members of the class `number` outside, the first step first."""
        if not self.results:
            starts = {k: outer.gathered(each.initial) for k, each in self._carried}
            starts |= {k: outer.gathered(each.initial.at(self._first_read(each)))
                       for k, each in self._looked_up}  # fmt: skip
            arrays = self._inputs(outer, starts)
            self.inside.find(len(self.rolled.body))
            self._write(outer, starts, arrays)
        return self.results[number - self.first]

    @property
    def _carried(self) -> list[tuple[int, EarlierStep]]:
        """The inputs of the body that are carried and needed, with their numbers."""
        return [(k, each) for k, each in enumerate(self.rolled.inputs)
                if isinstance(each, EarlierStep) and self.inside.needed[k].any()]  # fmt: skip

    @property
    def _looked_up(self) -> list[tuple[int, AnyStep]]:
        """The inputs of the body that are looked up and needed, with their numbers."""
        return [(k, each) for k, each in enumerate(self.rolled.inputs)
                if isinstance(each, AnyStep) and self.inside.needed[k].any()]  # fmt: skip

    def _inputs(self, outer: Lifting, starts: Mapping[int, Found]) -> dict[int, Of]:
        """Write the inputs of the body that are needed; gives the arrays outside, by the input."""
        inside, rows = self.inside, {}
        for k, each in enumerate(self.rolled.inputs):
            if inside.needed[k].any() and isinstance(each, StepRow | SameForAll):
                rows[k] = self._row(outer, each, inside.needed[k])
        outside = outer.draft.instructions
        many = any(outside[each.array].examples for each in (*starts.values(), *rows.values()))
        needed = [k for k in range(len(self.rolled.inputs)) if inside.needed[k].any()]
        numbers = {k: number for number, k in enumerate(needed)}
        for k, each in enumerate(self.rolled.inputs):
            if k not in numbers:
                inside.found.append(Found(-1, np.zeros(len(inside.needed[k]), dtype=np.int64)))
                continue
            if k in rows:
                read = outside[rows[k].array]
                shape = read.shape[isinstance(each, StepRow) :]
                detail, places = Input(numbers[k], shape, read.examples), rows[k].places
            else:
                places = np.cumsum(inside.needed[k]) - 1
                detail = Input(numbers[k], (int(places[-1]) + 1,), many)
            inside.found.append(Found(inside.draft.add("input", detail=detail), places))
        return {
            k: Of(each.array, sliced=isinstance(self.rolled.inputs[k], StepRow))
            for k, each in rows.items()
        }

    def _row(self, outer: Lifting, each: StepRow | SameForAll, needed: Ints) -> Found:
        """The array outside that an input of the body reads, and the places of the input in it."""
        if isinstance(each, SameForAll):
            return outer.found[each.source]
        found = outer.found[each.read.source]
        read = each.read.places.reshape(self.rolled.steps, -1)[: self.steps, needed]
        places = found.places[read]
        return Found(outer.draft.at(found.array, places), np.cumsum(needed) - 1)

    def _write(self, outer: Lifting, starts: Mapping[int, Found], arrays: Mapping[int, Of]) -> None:
        """Write the instruction, when its body has been written."""
        rolled, draft = self.rolled, self.inside.draft
        columns = _Columns(draft)
        spots = {k: self._spots(columns, each) for k, each in self._looked_up}
        more = max(map(len, columns.stacks.values()), default=0)
        lag = max((each.lag for _, each in self._carried), default=1 - bool(spots)) + more
        first = {k: self._column(columns, k, each, lag) for k, each in self._carried}
        wanted = [outer.needed[self.first + j].any() for j in range(len(rolled.made))]
        for is_wanted, read in zip(wanted, rolled.made, strict=True):
            if is_wanted:
                columns.of(self.inside.found[read.source].array)
        for number, made in enumerate(draft.instructions):
            if kind_of(made.kind).role == WORK:
                columns.of(number)
        start = self._start(outer, starts, first, spots, (lag, columns.width))
        body = draft.program(*columns.arrays)
        feeds: dict[int, Earlier | Of] = dict(arrays)
        feeds |= {k: Carried(first[k], each.lag) for k, each in self._carried}
        for k, each in self._looked_up:
            feeds[k] = Addressed(Data(spots[k].places(each, self.steps, lag, columns.width)))
        sources = [feeds[k] for k in sorted(feeds)]
        loop = looped(outer.draft, body, self.steps, sources, start)
        rows = np.arange(lag, lag + rolled.steps)[:, None] * columns.width
        rows[self.steps :] = 0  # nobody reads these
        for is_wanted, read in zip(wanted, rolled.made, strict=True):
            places = np.zeros(len(read.places), dtype=np.int64)
            if is_wanted:
                array, places = self.inside.found[read.source].at(read.places)
                places = places + columns.of(array)
            self.results.append(Found(loop, (rows + places).reshape(-1)))

    def _spots(self, columns: "_Columns", each: AnyStep) -> "_Spots":
        """Where the numbers are that steps look up; what was there before is in rows of its own."""
        made = np.zeros(len(each.made.places), dtype=np.int64)
        for i in self._read(each).tolist():
            array, places = self.inside.found[each.made.sources[i]].at(each.made.places[i : i + 1])
            made[i] = columns.of(array) + places[0]
        column = int(made[self._read(each)[0]])
        stack = columns.stacks.setdefault(column, [])
        rows = np.zeros(len(each.initial.places), dtype=np.int64)
        for i in self._first_read(each).tolist():
            rows[i] = len(stack)
            stack.append(i)
        return _Spots(made, column, rows)

    def _column(self, columns: "_Columns", k: int, each: EarlierStep, lag: int) -> int:
        """The first column of what input `k` carries."""
        needed, draft = self.inside.needed[k], self.inside.draft
        array, places = self.inside.found[each.made.source].at(each.made.places[needed])
        if not np.array_equal(places, np.arange(prod(draft.shape(array)))):
            array = draft.at(array, places)
        reads = np.stack(each.initial[:2], axis=-1).reshape(each.lag, -1, 2)
        rows = {lag - each.lag + i: row[needed].tobytes() for i, row in enumerate(reads)}
        return columns.carried(array, rows)

    def _start(
        self,
        outer: Lifting,
        starts: Mapping[int, Found],
        first: Mapping[int, int],
        spots: Mapping[int, "_Spots"],
        shape: tuple[int, int],
    ) -> int:
        """The rows from which the first steps read."""
        lag, width = shape
        parts: list[int] = []
        targets: list[Places] = []
        for k, looked in self._looked_up:
            parts.append(outer.draft.at(starts[k].array, starts[k].places))
            rows = spots[k].rows[self._first_read(looked)]
            targets.append(Data(rows * width + spots[k].column))
        written: set[tuple[int, int]] = set()
        for k, each in self._carried:
            places = starts[k].places.reshape(each.lag, -1)[:, self.inside.needed[k]]
            for row, numbers in enumerate(places, start=lag - each.lag):
                if (first[k], row) not in written:
                    written.add((first[k], row))
                    parts.append(outer.draft.at(starts[k].array, numbers))
                    strides = whole(numbers.shape).strides
                    targets.append(View(row * width + first[k], numbers.shape, strides))
        return outer.draft.add("assemble", *parts, detail=Assembly(shape, tuple(targets)))


class _Spots(NamedTuple):
    """Where the numbers are that an input of a body looks up.

    - `made`: the column of each number of the body.
    - `column`, `rows`: the column, and the row of the start, of each number that was there before.
    """

    made: Ints
    column: int
    rows: Ints

    def places(self, each: AnyStep, steps: int, lag: int, width: int) -> Ints:
        """The place in all rows at each step."""
        before, which = each.steps[:steps], each.which[:steps]
        is_made = before >= 0
        made = (before[is_made] + lag) * width + self.made[which[is_made]]
        found = np.empty(steps, dtype=np.int64)
        found[is_made] = made
        found[~is_made] = self.rows[which[~is_made]] * width + self.column
        return found


class _Columns:
    """The columns of the result of a loop: arrays of its body, one after another.

    `stacks` are numbers that were there before all steps, in rows of the start, by their column.
    """

    def __init__(self, draft: Builder) -> None:
        self.draft = draft
        self.arrays: list[int] = []
        self.width = 0
        self.starts: dict[int, int] = {}
        self.stacks: dict[int, list[int]] = {}
        self.first_rows: dict[int, dict[int, bytes]] = {}

    def of(self, array: int) -> int:
        """The first column of an array."""
        if array not in self.starts:
            self.starts[array] = self._new(array)
        return self.starts[array]

    def carried(self, array: int, rows: Mapping[int, bytes]) -> int:
        """The first column of an array, of which the first steps read some rows.

        An array has columns once more if others read other first rows of it.
        """
        start = self.of(array)
        known = self.first_rows.setdefault(start, {})
        if any(known.get(row, numbers) != numbers for row, numbers in rows.items()):
            start = self._new(array)
            known = self.first_rows.setdefault(start, {})
        known |= rows
        return start

    def _new(self, array: int) -> int:
        """The first column of an array that comes last."""
        start, self.width = self.width, self.width + prod(self.draft.shape(array))
        self.arrays.append(array)
        return start
