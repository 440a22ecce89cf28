"""Distribution of loops: what is in no cycle of a body leaves the loop.

    for t: h[t] = tanh(W h[t-1] + V xs[t])      a = xs V^T;  for t: h[t] = tanh(W h[t-1] + a[t])

What does not depend on earlier steps is computed before the loop, for all steps at once; what no
later step reads, after it. A column that nobody reads is dropped, with all that only it needs. So
the products of a gradient with what goes through time are one product (Allen and Kennedy, Automatic
translation of Fortran programs to vector form, 1987).
"""

from collections.abc import Iterable, Sequence, Set
from math import prod

from ..arrays import np
from ..ir.builder import Builder
from ..ir.loops import Of, looped
from ..ir.program import Program
from ..kinds import InnerProgram
from ..kinds.details import Assembly, Data, Expand, Input
from ..kinds.instruction import Instruction
from ..kinds.loops import Addressed, Carried, Earlier, Loop, Sliced, with_body
from ..kinds.ufuncs import TRUTHS
from ..kinds.views import View, view_of, whole
from .all_steps import at_all_steps, can_leave
from .at_steps import AtSteps, moving
from .simplify import RULES
from .sums_of_products import sum_of_mul, sum_of_product
from .sums_of_steps import OF_STEPS
from .wanted import carried_outputs, wanted_outputs

# A part of an array that is put together, and its place there.
RowPart = tuple[int, View]


def distributed(program: Program) -> Program:
    """The program whose loops do only what must go step by step; the same one without loops."""
    while any(each.kind == "loop" for each in program.instructions):
        smaller = _distributed(program)
        if smaller == program:
            break
        program = smaller
    return program


def _distributed(program: InnerProgram) -> Program:
    """The program in which each loop is distributed once, after the loops in its body."""
    draft = Builder([*(row.apply for row in RULES), sum_of_product, sum_of_mul, *OF_STEPS])
    place: list[int] = []
    for i, each in enumerate(program.instructions):
        inputs = [place[j] for j in each.inputs]
        inner = with_body(each, _distributed)
        if each.kind == "loop":
            wanted = wanted_outputs(program, i, inner.detail)
            place.append(_Distribution(draft, inner, inputs, wanted).rows())
        else:
            place.append(draft.copy(each, inputs))
    return draft.program(*(place[i] for i in program.outputs))


class _Distribution:
    """One loop, and what of its body is computed outside.

    - `wanted`: the outputs of the body, by their places, that are read.
    - `known`: the instructions of the body that are computed outside, for all steps.
    - `inside`: those that stay; `kept`: the outputs, by their places, that steps read.
    """

    def __init__(
        self, draft: Builder, made: Instruction, inputs: Sequence[int], wanted: Set[int]
    ) -> None:
        self.draft, self.made, self.inputs = draft, made, inputs
        self.loop: Loop = made.detail
        self.body: Sequence[Instruction] = self.loop.body.instructions
        self.outputs: Sequence[int] = self.loop.body.outputs
        self.columns = self.loop.columns
        self.known: dict[int, AtSteps] = {}
        for i in range(len(self.body)):
            self._hoist(i)
        self.wanted = self._closed(wanted)
        self.kept, self.inside = self._cycles()
        self.before = {*self.known}

    def rows(self) -> int:
        """The rows of the loop, put together from what is computed inside and outside."""
        more = self._stored()
        after = {i for i in self._after() if i not in self.inside or i not in more}
        if any(not self._can_leave(i) for i in after if not self._is_carried(i)):
            return self.draft.copy(self.made, self.inputs)
        if self.kept or more:
            self._loop(more)
        inside = [*(self.outputs[j] for j in sorted(self.kept)), *more]
        if inside == [*self.outputs] and (self.kept or not self.loop.lag):
            return self.number  # all results are where they were
        parts: list[RowPart] = []
        for j in sorted(self.wanted):
            parts += self._parts(j)
        numbers, targets = zip(*parts, strict=True)
        detail = Assembly(self.made.shape, targets)
        full = self.draft.add("assemble", *numbers, detail=detail)
        return self.draft.add("expand", full, detail=Expand(self.made.shape, self.made.examples))

    def _hoist(self, i: int) -> None:
        """Compute instruction `i` before the loop, if it reads nothing that a step has computed."""
        each = self.body[i]
        if each.kind == "input":
            feed = self.loop.sources[each.detail.number]
            if not isinstance(feed, Earlier):
                number, moves = self.inputs[feed.slot], isinstance(feed, Sliced)
                self.known[i] = AtSteps(number, moves, each.shape)
        elif all(j in self.known for j in each.inputs):
            read = [self.known[j] for j in each.inputs]
            found = at_all_steps(self.draft, each, read, self.loop.steps)
            if found is not None:
                self.known[i] = found

    def _is_carried(self, i: int) -> bool:
        """Whether an instruction of the body is an input that comes from earlier steps."""
        return self.body[i].kind == "input" and i not in self.known

    def _can_leave(self, i: int) -> bool:
        """Whether an instruction can be computed for all steps at once."""
        each = self.body[i]
        if each.kind in ("pick", "scatter"):
            categories = self.known.get(each.inputs[1])
            return categories is not None and not categories.moves
        return can_leave(each)

    def _overlapped(self, i: int) -> set[int]:
        """The outputs, by their places, that a carried input reads."""
        return carried_outputs(self.loop, self.body[i])

    def _needed(self, roots: Iterable[int]) -> set[int]:
        """The instructions of a step, none of them known, that some of them depend on."""
        needed = {i for i in roots if i not in self.known}
        for i in range(len(self.body) - 1, -1, -1):
            if i in needed:
                needed.update(j for j in self.body[i].inputs if j not in self.known)
        return needed

    def _closed(self, wanted: Set[int]) -> set[int]:
        """Some outputs, and all others that these depend on through earlier steps."""
        found = {*wanted}
        while True:
            needed = self._needed(self.outputs[j] for j in found)
            more = found.union(*(self._overlapped(i) for i in needed if self._is_carried(i)))
            if more == found:
                return found
            found = more

    def _cycles(self) -> tuple[set[int], set[int]]:
        """The outputs that later steps read, and the instructions that stay in the loop."""
        kept = {*self.wanted}
        stuck = {i for i in self._needed(self.outputs[j] for j in kept)
                 if not self._is_carried(i) and not self._can_leave(i)}  # fmt: skip
        while True:
            inside = self._needed([*stuck, *(self.outputs[j] for j in kept)])
            found = set[int]().union(*(self._overlapped(i) for i in inside if self._is_carried(i)))
            if found == kept:
                return kept, inside
            kept = found

    def _after(self) -> set[int]:
        """The instructions that outputs depend on which no later step reads, but for known ones."""
        return self._needed(self.outputs[j] for j in self.wanted - self.kept)

    def _stored(self) -> list[int]:
        """Instructions inside whose results are read outside, and are not in the rows so far."""
        after = self._after()
        read = {self.outputs[j] for j in self.wanted - self.kept}
        read.update(j for i in after - self.inside for j in self.body[i].inputs)
        kept = {self.outputs[j] for j in self.kept}
        return [i for i in sorted(read & self.inside - kept) if self._can_be_stored(i)]

    def _can_be_stored(self, i: int) -> bool:
        """Whether a row of the loop can have the results of an instruction."""
        each = self.body[i]
        return each.kind != "input" and each.kind not in TRUTHS and (
            each.examples == self.made.examples)  # fmt: skip

    def _loop(self, more: Sequence[int]) -> None:
        """Write the loop of what stays inside, which gives some more results."""
        step = Builder(self.draft.rules)
        place: dict[int, int] = {}
        sources: list[Earlier | Of] = []
        numbers = [*(self.outputs[j] for j in sorted(self.kept)), *more]
        ends = [0]
        for i in numbers:
            ends.append(ends[-1] + prod(self.body[i].shape))
        self.starts = dict(zip(sorted(self.kept), ends, strict=False))
        used = {j for i in self.inside for j in self.body[i].inputs} | {*numbers}
        for i, each in enumerate(self.body):
            if i in self.known and i in used:
                one = self.known[i]
                sources.append(Of(one.number, one.moves))
            elif i in self.inside and self._is_carried(i):
                sources.append(self._recarried(i, ends[-1]))
            elif i in self.inside:
                place[i] = step.copy(each, [place[j] for j in each.inputs])
            if i not in place and (i in used or i in self.inside):
                whole_numbers = each.kind == "input" and each.detail.whole
                detail = Input(len(sources) - 1, each.shape, each.examples, whole_numbers)
                place[i] = step.add("input", detail=detail)
        body = step.program(*(place[i] for i in numbers))
        self.number = looped(self.draft, body, self.loop.steps, sources, self._start(ends[-1]),
                             backward=self.loop.backward, label=self.made.label,
                             origin=self.made.origin)  # fmt: skip
        loop: Loop = self.draft.instructions[self.number].detail
        for i, start in zip(numbers, ends, strict=False):
            shape = self.body[i].shape
            rows = loop.first_row * loop.width + start
            part = view_of(rows, (loop.steps, *shape), (loop.width, *whole(shape).strides))
            if i not in self.known:
                self.known[i] = AtSteps(self.draft.view(self.number, part), True, shape)

    def _recarried(self, i: int, width: int) -> Earlier:
        """What is carried to an input, in the `width` columns of the loop that is written."""
        feed = self.loop.sources[self.body[i].detail.number]
        if isinstance(feed, Addressed):
            rows, read = feed.spots(self.loop.width)
            moved = np.zeros(self.loop.width, dtype=np.int64)
            for j, start in self.starts.items():
                moved[self.columns[j].start : self.columns[j].stop] = np.arange(
                    start, start + len(self.columns[j]))  # fmt: skip
            return Addressed(Data(rows * width + moved[read]))
        assert isinstance(feed, Carried), "what is not known is carried"
        first = min(self._overlapped(i))
        return Carried(self.starts[first] + feed.start - self.columns[first].start, feed.lag)

    def _start(self, width: int) -> int:
        """The start of the loop that is written: its columns, and zeros for new results."""
        lag = self.loop.lag if self.kept else 0
        if not lag:
            number = self.draft.constant(np.zeros((0, width)))
        elif self.starts == {j: each.start for j, each in enumerate(self.columns)} and (
            width == self.loop.width):  # fmt: skip
            number = self.inputs[0]
        else:
            parts = [(self._start_of(j), view_of(start, (lag, len(self.columns[j])), (width, 1)))
                     for j, start in self.starts.items()]  # fmt: skip
            numbers, targets = zip(*parts, strict=True)
            detail = Assembly((lag, width), targets)
            number = self.draft.add("assemble", *numbers, detail=detail)
        detail_of_start = Expand((lag, width), self.made.examples)
        return self.draft.add("expand", number, detail=detail_of_start)

    def _start_of(self, j: int) -> int:
        """The columns of an output in the start."""
        columns, width = self.columns[j], self.loop.width
        part = view_of(columns.start, (self.loop.lag, len(columns)), (width, 1))
        return self.draft.view(self.inputs[0], part)

    def _parts(self, j: int) -> list[RowPart]:
        """The rows of an output, and their places among all rows."""
        columns, loop = self.columns[j], self.loop
        size, total = len(columns), loop.lag + loop.steps
        if j in self.kept:
            mine: Loop = self.draft.instructions[self.number].detail
            part = view_of(self.starts[j], (total, size), (mine.width, 1))
            target = view_of(columns.start, (total, size), (loop.width, 1))
            return [(self.draft.view(self.number, part), target)]
        number = moving(self.draft, self._outside(self.outputs[j]), loop.steps)
        steps = self.draft.view(number, whole((loop.steps, size)))
        first = loop.first_row * loop.width + columns.start
        parts = [(steps, view_of(first, (loop.steps, size), (loop.width, 1)))]
        if loop.lag:
            first = loop.start_row * loop.width + columns.start
            target = view_of(first, (loop.lag, size), (loop.width, 1))
            parts.append((self._start_of(j), target))
        return parts

    def _outside(self, i: int) -> AtSteps:
        """An instruction of the body outside of the loop, and before it all that it depends on."""
        pending = [i]
        while pending:
            each = pending[-1]
            missing = [j for j in self._reads(each) if j not in self.known]
            if missing:
                pending += missing
                continue
            pending.pop()
            if each not in self.known:
                self.known[each] = self._computed(each)
        return self.known[i]

    def _reads(self, i: int) -> Sequence[int]:
        """The instructions that an instruction reads, if it is carried, from earlier steps."""
        if self._is_carried(i):
            return [self.outputs[j] for j in self._overlapped(i) - self.kept]
        return self.body[i].inputs

    def _computed(self, i: int) -> AtSteps:
        """An instruction at all steps; all that it reads is known."""
        each = self.body[i]
        if not self._is_carried(i):
            read = [self.known[j] for j in each.inputs]
            found = at_all_steps(self.draft, each, read, self.loop.steps)
            assert found is not None, "what cannot leave the loop is computed inside"
            return found
        feed = self.loop.sources[each.detail.number]
        width, size = self.loop.width, prod(each.shape)
        parts = [part for j in sorted(self._overlapped(i)) for part in self._parts(j)]
        numbers, targets = zip(*parts, strict=True)
        shape = self.made.shape
        rows = self.draft.add("assemble", *numbers, detail=Assembly(shape, targets))
        rows = self.draft.add("expand", rows, detail=Expand(shape, each.examples))
        if isinstance(feed, Addressed):
            places = Data(feed.places.array.reshape(self.loop.steps, *each.shape))
            return AtSteps(self.draft.add("take", rows, detail=places), True, each.shape)
        assert isinstance(feed, Carried), "what is not known is carried"
        first = self.loop.row_before(feed.lag) * width + feed.start
        part = view_of(first, (self.loop.steps, size), (width, 1))
        number = self.draft.view(self.draft.view(rows, part), whole((self.loop.steps, *each.shape)))
        return AtSteps(number, True, each.shape)
