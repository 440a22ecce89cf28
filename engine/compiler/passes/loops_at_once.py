"""A loop in a loop for all steps of the outer one at once: one loop, on arrays with one more axis.

for t: for s: y[t, s] = f(y[t, s-1], xs[t, s])    for s: y[:, s] = f(y[:, s-1], xs[:, s])
"""

from collections.abc import Callable, Sequence
from math import prod

from ..arrays import np
from ..ir.builder import Builder
from ..ir.loops import Of, looped
from ..kinds.details import Assembly, Expand, Input
from ..kinds.instruction import Instruction
from ..kinds.loops import Carried, Earlier, Loop, Sliced
from ..kinds.views import View, view_of, whole
from .at_steps import AtSteps, moving

# at_once(draft, instruction, inputs, steps) -> the instruction at all steps; None if it must stay.
AtOnce = Callable[[Builder, Instruction, Sequence[AtSteps], int], AtSteps | None]


def loop_at_once(
    draft: Builder, made: Instruction, read: Sequence[AtSteps], steps: int, at_once: AtOnce
) -> int | None:
    """The rows of an inner loop at all outer steps; None if its body cannot be written so."""
    is_regular = not made.detail.has_addresses
    return _AtOnce(draft, made, read, steps).rows(at_once) if is_regular else None


class _AtOnce:
    """An inner loop while it is written for all outer steps.

    An output of its body with n numbers has `steps` n columns: those of one outer step, the next.
    """

    def __init__(
        self, draft: Builder, made: Instruction, read: Sequence[AtSteps], steps: int
    ) -> None:
        self.draft, self.made, self.read, self.steps = draft, made, read, steps
        self.loop: Loop = made.detail
        self.body: Sequence[Instruction] = self.loop.body.instructions
        self.width = steps * self.loop.width
        self.step = Builder(draft.rules)
        self.sources: list[Earlier | Of] = []

    def rows(self, at_once: AtOnce) -> int | None:
        """The rows, the outer steps first; None if an instruction of the body must stay."""
        known: list[AtSteps] = []
        for each in self.body:
            if each.kind == "input":
                known.append(self._input(each))
                continue
            found = at_once(self.step, each, [known[i] for i in each.inputs], self.steps)
            if found is None:
                return None
            known.append(found)
        outputs = [moving(self.step, known[i], self.steps) for i in self.loop.body.outputs]
        body = self.step.program(*outputs)
        number = looped(self.draft, body, self.loop.steps, self.sources, self._start(),
                        backward=self.loop.backward, label=self.made.label,
                        origin=self.made.origin)  # fmt: skip
        return self._turned(number)

    def _fed(self, source: Earlier | Of, each: Instruction, *, moves: bool) -> AtSteps:
        """A further input of the body, for all outer steps if it `moves`."""
        self.sources.append(source)
        shape = (self.steps, *each.shape) if moves else each.shape
        detail = Input(len(self.sources) - 1, shape, each.examples, each.detail.whole)
        return AtSteps(self.step.add("input", detail=detail), moves, each.shape)

    def _input(self, each: Instruction) -> AtSteps:
        """An input of the body at all outer steps."""
        feed = self.loop.sources[each.detail.number]
        if isinstance(feed, Carried):
            return self._carried(each, feed)
        one = self.read[feed.slot]
        number = one.number
        if isinstance(feed, Sliced) and one.moves:  # the steps of the inner loop come first
            size = prod(each.shape)
            strides = (size, self.loop.steps * size, *whole(each.shape).strides)
            shape = (self.loop.steps, self.steps, *each.shape)
            number = self.draft.view(number, view_of(0, shape, strides))
        return self._fed(Of(number, isinstance(feed, Sliced)), each, moves=one.moves)

    def _carried(self, each: Instruction, feed: Carried) -> AtSteps:
        """What is carried to an input, put together from the outputs that it is a part of."""
        size, end = prod(each.shape), feed.start + prod(each.shape)
        parts: list[tuple[int, View]] = []
        for columns in self.loop.columns:
            first, last = max(columns.start, feed.start), min(columns.stop, end)
            if first < last:
                shape = (self.steps, len(columns))
                self.sources.append(Carried(self.steps * columns.start, feed.lag))
                detail = Input(len(self.sources) - 1, shape, each.examples)
                part = view_of(first - columns.start, (self.steps, last - first), (shape[1], 1))
                number = self.step.view(self.step.add("input", detail=detail), part)
                target = view_of(first - feed.start, (self.steps, last - first), (size, 1))
                parts.append((number, target))
        numbers, targets = zip(*parts, strict=True)
        number = numbers[0]
        if len(parts) > 1:
            number = self.step.add(
                "assemble", *numbers, detail=Assembly((self.steps, size), targets)
            )
        shaped = self.step.view(number, whole((self.steps, *each.shape)))
        return AtSteps(shaped, True, each.shape)

    def _start(self) -> int:
        """The rows of the start, for all outer steps."""
        lag, width, start = self.loop.lag, self.loop.width, self.read[0]
        if not lag:
            return self.draft.constant(np.zeros((0, self.width)))
        rows = moving(self.draft, start, self.steps)
        numbers, targets = [], []
        for columns in self.loop.columns:
            size = len(columns)
            strides = (width, lag * width, 1)
            part = view_of(columns.start, (lag, self.steps, size), strides)
            numbers.append(self.draft.view(rows, part))
            first = self.steps * columns.start
            targets.append(view_of(first, (lag, self.steps, size), (self.width, size, 1)))
        detail = Assembly((lag, self.width), tuple(targets))
        number = self.draft.add("assemble", *numbers, detail=detail)
        full = Expand((lag, self.width), self.made.examples)
        return self.draft.add("expand", number, detail=full)

    def _turned(self, number: int) -> int:
        """The rows of the inner loop with the outer steps as the first axis."""
        count, width = self.made.shape
        numbers, targets = [], []
        for columns in self.loop.columns:
            size = len(columns)
            shape = (self.steps, count, size)
            part = view_of(self.steps * columns.start, shape, (size, self.width, 1))
            numbers.append(self.draft.view(number, part))
            targets.append(view_of(columns.start, shape, (count * width, width, 1)))
        detail = Assembly((self.steps, count, width), tuple(targets))
        return self.draft.add("assemble", *numbers, detail=detail)
