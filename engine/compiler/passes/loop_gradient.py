"""The gradient of a loop: the same loop the other way round.

    h[t] = f(h[t-1], xs[t], w)        dh[t-1] gets df/dh dh[t],    dxs[t] = df/dx dh[t],
                                      dw = the sum over t of df/dw dh[t]

One loop computes what is carried back, from the gradients of all rows. What all other inputs get is
in no cycle: a loop that carries nothing gives it for each step, and it is summed up outside. What
is looked up in the rows gets its gradient from those who read it, one after another (`Readers`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from itertools import accumulate
from math import prod
from typing import NamedTuple

from ..arrays import np
from ..ir.builder import Builder
from ..ir.loops import Of, looped
from ..kinds import LEAF, Arriving, InnerProgram, kind_of
from ..kinds.details import Assembly, Data, Expand, Input, Places, Sum
from ..kinds.instruction import Instruction
from ..kinds.loops import Addressed, Carried, Earlier, Feed, Invariant, Loop, Sliced
from ..kinds.ufuncs import TRUTHS
from ..kinds.views import Shape, View, view_of, whole
from .readers import Readers
from .wanted import wanted_inputs

# swept(draft, program, place, wanted, arrived) -> the gradients of the leaves `wanted` of a
# program, as far as one flows there, from gradients that have arrived at instructions.
SweptBack = Callable[
    [Builder, InnerProgram, Sequence[int], Set[int], Mapping[int, list[Arriving]]], dict[int, int]
]


class LoopAt(NamedTuple):
    """A loop in a program that is written.

    - `made`: the loop; `number`, `inputs`: the numbers of its rows and of its inputs.
    - `active`: for each of its inputs, whether its gradient is wanted.
    - `gradient`: the number of the gradient of its rows.
    """

    made: Instruction
    number: int
    inputs: Sequence[int]
    active: Sequence[bool]
    gradient: int


class LoopGradient:
    """The gradients of the inputs of a loop, as more loops of the program `draft`."""

    def __init__(self, draft: Builder, at: LoopAt, swept: SweptBack) -> None:
        self.draft, self.at = draft, at
        self.loop: Loop = at.made.detail
        self.body: Sequence[Instruction] = self.loop.body.instructions
        self.step = Builder(draft.rules)  # the step backward
        self.sources: list[Earlier | Of] = []
        wanted = wanted_inputs(self.loop, at.active)
        place: list[int] = []
        for i in range(len(self.body)):
            place.append(self._forward(i, place))
        self.carried = [i for i in wanted if isinstance(self._feed(i), Earlier)]
        self.columns, self.width = self._columns()
        self.lag = max((_lag(self._feed(i)) for i in self.carried), default=0)
        self.back = {
            i: self._fed(Carried(start, feed.lag), self.body[i].shape, at.made.examples)
            for i, start in self.columns.items() if isinstance(feed := self._feed(i), Carried)
        }  # fmt: skip
        looked = {i: self.columns[i] for i in self.carried if i not in self.back}
        self.readers = Readers(self.loop, looked, self.width, self.lag) if looked else None
        self.looked: dict[int, Addressed] = {}
        self.found = swept(self.step, self.loop.body, place, {*wanted}, self._arrived())
        self.rows = self._carried_back()
        self.each = {**self._at_all_steps(True), **self._at_all_steps(False)}

    def of(self, slot: int) -> int:
        """The gradient of an input of the loop."""
        if slot == 0:
            return self._of_start()
        total: int | None = None
        for i, number in self.each.items():
            feed = self._feed(i)
            if isinstance(feed, Sliced | Invariant) and feed.slot == slot:
                part = number if isinstance(feed, Sliced) else (
                    self.draft.add("sum", number, detail=Sum((0,))))  # fmt: skip
                total = part if total is None else self.draft.add("add", total, part)
        return self.draft.constant(0.0) if total is None else total

    def _feed(self, i: int) -> Feed:
        """What feeds the input `i` of the body."""
        feed: Feed = self.loop.sources[self.body[i].detail.number]
        return feed

    def _columns(self) -> tuple[dict[int, int], int]:
        """The first column of what is carried back to each input, and the number of columns."""
        sizes = [prod(self.body[i].shape) for i in self.carried]
        ends = [0, *accumulate(sizes)]
        return dict(zip(self.carried, ends, strict=False)), ends[-1]

    def _fed(self, source: Earlier | Of, shape: Shape, examples: bool, whole: bool = False) -> int:
        """A further input of the step backward."""
        self.sources.append(source)
        return self.step.add("input", detail=Input(len(self.sources) - 1, shape, examples, whole))

    def _forward(self, i: int, place: Sequence[int]) -> int:
        """Instruction `i` of the body in the step backward: read from the rows if it is there."""
        each = self.body[i]
        if each.kind == "input":
            feed = self._feed(i)
            if isinstance(feed, Carried):
                row = self.loop.row_before(feed.lag)
                number = self._of_rows(self.at.number, self.loop, row, feed.start, each.shape)
                source = Of(number, sliced=True)
            elif isinstance(feed, Addressed):
                source = self._looked_up(self.at.number, feed, each.shape)
            else:
                source = Of(self.at.inputs[feed.slot], isinstance(feed, Sliced))
            return self._fed(source, each.shape, each.examples, each.detail.whole)
        is_stored = i in self.loop.body.outputs and each.examples == self.at.made.examples
        if is_stored and kind_of(each.kind).role != LEAF and each.kind not in TRUTHS:
            start = self.loop.columns[self.loop.body.outputs.index(i)].start
            number = self._of_rows(
                self.at.number, self.loop, self.loop.first_row, start, each.shape
            )
            return self._fed(Of(number, sliced=True), each.shape, each.examples)
        return self.step.copy(each, [place[j] for j in each.inputs])

    def _looked_up(self, number: int, source: Addressed, shape: Shape) -> Of:
        """What all steps look up in rows, which are known."""
        places = Data(source.places.array.reshape(self.loop.steps, *shape))
        return Of(self.draft.add("take", number, detail=places), sliced=True)

    def _of_rows(self, number: int, loop: Loop, row: int, start: int, shape: Shape) -> int:
        """For all steps, what is in the rows of a loop from `row` and from column `start` on."""
        return self.draft.view(number, part_of_rows(loop, row, start, shape))

    def _arrived(self) -> dict[int, list[Arriving]]:
        """The gradients of the outputs of the body: of their rows, and what is carried back."""
        arrived: dict[int, list[Arriving]] = {}
        rows = self._full_rows()
        for i, columns in zip(self.loop.body.outputs, self.loop.columns, strict=True):
            each = self.body[i]
            number = self._of_rows(rows, self.loop, self.loop.first_row, columns.start, each.shape)
            if not self.draft.shape(self.at.gradient):  # the same for all numbers of the rows
                number = self._of_output(self.draft, self.at.gradient, each)
                many = self.draft.instructions[number].examples
                gradient = self._fed(Of(number), (), many)
                arrived.setdefault(i, []).append((None, gradient))
            elif not _is_zero(self.draft, number):
                number = self._of_output(self.draft, number, each)
                many = self.draft.instructions[number].examples
                gradient = self._fed(Of(number, sliced=True), each.shape, many)
                arrived.setdefault(i, []).append((None, gradient))
            arrived.setdefault(i, []).extend(self._carried_to(each, columns))
        return arrived

    def _of_output(self, draft: Builder, gradient: int, each: Instruction) -> int:
        """The gradient of an output of the body: its sum if that is the same for all examples."""
        if each.examples or not self.at.made.examples:
            return gradient
        if draft.instructions[gradient].examples:
            return draft.add("sum", gradient, detail=Sum((), examples=True))
        return draft.add("mul", gradient, draft.add("count"))

    def _full_rows(self) -> int:
        """The gradient of the rows, with all its numbers."""
        examples = self.draft.instructions[self.at.gradient].examples
        detail = Expand(self.at.made.shape, examples)
        return self.draft.add("expand", self.at.gradient, detail=detail)

    def _carried_to(self, each: Instruction, columns: range) -> Iterator[Arriving]:
        """What is carried back to an output of the body, which has these columns."""
        for i, number in self.back.items():
            start = self._start(i)
            first = max(start, columns.start)
            last = min(start + prod(self.body[i].shape), columns.stop)
            if first < last:
                length = last - first
                part = View(first - start, (length,), (1 if length > 1 else 0,))
                numbers = self._of_output(self.step, self.step.view(number, part), each)
                if length == len(columns):
                    yield None, self.step.view(numbers, whole(each.shape))
                else:
                    yield View(first - columns.start, part.shape, part.strides), numbers
        if self.readers is None:
            return
        for place, column in enumerate(columns):
            for source in self.readers.of_steps(column):
                number = self._of_output(self.step, self._looks_up(source), each)
                if len(columns) == 1:
                    yield None, self.step.view(number, whole(each.shape))
                else:
                    yield View(place, (1,), (0,)), self.step.view(number, whole((1,)))

    def _looks_up(self, source: Addressed) -> int:
        """A number that a step backward looks up in its rows."""
        number = self._fed(source, (), self.at.made.examples)
        self.looked[number] = source
        return number

    def _start(self, i: int) -> int:
        """The first column that the input `i` of the body is carried from."""
        feed = self._feed(i)
        assert isinstance(feed, Carried), "only what is carried is carried back"
        return feed.start

    def _carried_back(self) -> int:
        """The loop that computes what is carried back; -1 if nothing is carried."""
        if not self.carried:
            return -1
        outputs = []
        for i in self.carried:
            number = self._full(i, self.body[i], self.at.made.examples)
            if self.readers is not None and i not in self.back:
                for source in self.readers.after(i):
                    number = self.step.add("add", number, self._looks_up(source))
            outputs.append(number)
        start = self.draft.constant(np.zeros((self.lag, self.width)))
        return self._looped(outputs, start, backward=not self.loop.backward)

    def _refeed(self, number: int, source: Of) -> None:
        """Change the source of an input of the step backward."""
        self.sources[self.step.instructions[number].detail.number] = source

    def _full(self, i: int, each: Instruction, examples: bool) -> int:
        """The gradient of an input of the body, in its shape; 0 where none flows."""
        number = self.found.get(i)
        number = self.step.constant(0.0) if number is None else number
        return self.step.add("expand", number, detail=Expand(each.shape, examples))

    def _looped(self, outputs: Sequence[int], start: int, *, backward: bool = False) -> int:
        """The loop of the step backward that gives some of its results."""
        made, body = self.at.made, self.step.program(*outputs)
        label, origin = (f"d_{made.label}", f"∂ {made.origin}") if made.label else ("", "")
        return looped(self.draft, body, self.loop.steps, self.sources, start,
                      backward=backward, label=label, origin=origin)  # fmt: skip

    def _at_all_steps(self, examples: bool) -> dict[int, int]:
        """For inputs with or without examples, their gradients at all steps.

        What is carried back is known by now, so nothing is carried.
        """
        inputs = [i for i in self.found if i not in self.columns and
                  self.body[i].examples is examples]  # fmt: skip
        if not inputs:
            return {}
        outputs = [self._full(i, self.body[i], examples) for i in inputs]
        for i, back in self.back.items():
            rows: Loop = self.draft.instructions[self.rows].detail
            number = self._back_at(i, rows.row_before(_lag(self._feed(i))), self.loop.steps)
            self._refeed(back, Of(number, sliced=True))
        for back, looked in self.looked.items():
            self._refeed(back, self._looked_up(self.rows, looked, ()))
        width = sum(prod(self.body[i].shape) for i in inputs)
        number = self._looped(outputs, self.draft.constant(np.zeros((0, width))))
        loop: Loop = self.draft.instructions[number].detail
        return {
            i: self._of_rows(number, loop, 0, columns.start, self.body[i].shape)
            for i, columns in zip(inputs, loop.columns, strict=True)
        }

    def _back_at(self, i: int, row: int, steps: int) -> int:
        """What is carried back to an input of the body, from a row on, for some steps."""
        rows: Loop = self.draft.instructions[self.rows].detail
        start = self.columns[i]
        shape = self.body[i].shape
        return self.draft.view(self.rows, part_of_rows(rows, row, start, shape, steps))

    def _of_start(self) -> int:
        """The gradient of the rows of the start: their own, and what the first steps carry back."""
        made, loop = self.at.made, self.loop
        shape = (loop.lag, loop.width)
        own = self.draft.view(
            self._full_rows(), View(loop.start_row * loop.width, shape, whole(shape).strides)
        )
        parts = {} if _is_zero(self.draft, own) else {whole(shape): own}
        numbers = [own] if parts else []
        targets: list[Places] = [*parts]
        for i in self.back:
            rows: Loop = self.draft.instructions[self.rows].detail
            lag, size = _lag(self._feed(i)), prod(self.body[i].shape)
            count = min(lag, loop.steps)
            step, row = (loop.steps - count, lag - count) if loop.backward else (0, loop.lag - lag)
            number = self._back_at(i, rows.first_row + step, count)
            first = row * loop.width + self._start(i)
            targets.append(view_of(first, (count, size), (loop.width, 1)))
            numbers.append(self.draft.view(number, whole((count, size))))
        for places, read in self.readers.of_start() if self.readers else ():
            targets.append(Data(places))
            numbers.append(self.draft.add("take", self.rows, detail=Data(read)))
        total = self.draft.add("assemble", *numbers, detail=Assembly(shape, tuple(targets)))
        has_examples = self.draft.instructions[self.at.inputs[0]].examples
        if made.examples and not has_examples:
            return self.draft.add("sum", total, detail=Sum((), examples=True))
        return total


def part_of_rows(loop: Loop, row: int, start: int, shape: Shape, steps: int | None = None) -> View:
    """For some steps, by default all, the columns from `start` on, from row `row` on."""
    count = loop.steps if steps is None else steps
    strides = (loop.width, *whole(shape).strides)
    return view_of(row * loop.width + start, (count, *shape), strides)


def _lag(feed: Feed) -> int:
    """How many steps before what is carried was given; 1 if that differs from step to step."""
    return feed.lag if isinstance(feed, Carried) else 1


def _is_zero(draft: Builder, number: int) -> bool:
    """Whether an array is known to be 0."""
    each = draft.instructions[number]
    while each.kind in ("expand", "view"):
        each = draft.instructions[each.inputs[0]]
    return each.kind == "constant" and not each.detail.array.any()
