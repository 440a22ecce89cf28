"""Running results in the place of loops: sums, products and maxima so far, and what is like them.

    for t: y[t + 1] = y[t] + x[t]             y = running add with x
    for t: y[t + 1] = y[t] * a + b[t]         y = running mul with a, add with b

So is the gradient of such a loop, which needs no division: a running product with a 0 in it has the
right one.

    y[t + 1] = y[t] x[t]        dy[t] = x[t] (dy[t + 1] + what reads y[t + 1] otherwise)

What a loop gives besides, between two operations, is computed from these for all steps at once.
"""

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from ...primitives import PRIMITIVES
from ..arrays import np
from ..ir.builder import Builder
from ..ir.program import Program
from ..kinds import InnerProgram
from ..kinds.details import Assembly, Expand
from ..kinds.instruction import Instruction
from ..kinds.loops import Carried, Loop, Sliced, loop_of, with_body
from ..kinds.running import Running, RunningStep
from ..kinds.views import View, view_of, whole

# The operations that a step may do, and those whose operands may change places.
_OPERATIONS = {"add", "sub", "mul", "div", "maximum", "minimum"}
_EITHER_WAY = {"add", "mul"}


def with_running_results(program: InnerProgram) -> Program:
    """The program with running results in the place of loops that give nothing else."""
    draft = Builder()
    place: list[int] = []
    for each in program.instructions:
        inputs = [place[i] for i in each.inputs]
        inner = with_body(each, with_running_results)
        found = None if loop_of(inner) is None else _running(draft, inner, inputs)
        place.append(draft.copy(inner, inputs) if found is None else found)
    return draft.program(*(place[i] for i in program.outputs))


class _Link(NamedTuple):
    """An operation of a step.

    - `number`: its instruction in the body; `kind`: the operation that is done.
    - `known`: the instruction of the operand that is known, -1 for the number -1.
    - `turned`: whether that operand comes first.
    """

    number: int
    kind: str
    known: int
    turned: bool = False


def _running(draft: Builder, made: Instruction, inputs: Sequence[int]) -> int | None:
    """The rows of a loop as running results; None if they are none."""
    is_simple = made.detail.lag == 1 and not made.detail.has_addresses
    carried = _carried_output(made.detail) if is_simple else None
    chain = None if carried is None else _chain(made, carried)
    if carried is None or chain is None:
        return None
    others = {j: [link.number for link in chain].index(i)
              for j, i in enumerate(made.detail.body.outputs) if j != carried}  # fmt: skip
    return _Rows(draft, made, inputs, chain).rows(carried, others)


def _carried_output(loop: Loop) -> int | None:
    """The only output of a body that a step reads of the one before, by its place; None if more."""
    feeds = [(loop.sources[each.detail.number], prod(each.shape)) for each in loop.inputs]
    read = [(feed.start, size) for feed, size in feeds if isinstance(feed, Carried)]
    places = [(columns.start, len(columns)) for columns in loop.columns]
    return places.index(read[0]) if len(read) == 1 and read[0] in places else None


def _chain(made: Instruction, carried: int) -> list[_Link] | None:
    """The operations from what is carried to that output; None if there is more to a step."""
    loop: Loop = made.detail
    body, size = loop.body.instructions, len(loop.columns[carried])
    carrying = _carrying(loop)
    links: list[_Link] = []
    i = loop.body.outputs[carried]
    while i in carrying and (each := body[i]).kind != "input":
        inner = [j for j in each.inputs if j in carrying]
        if prod(each.shape) != size or each.examples != made.examples or len(inner) != 1:
            return None
        (before,) = inner
        if each.kind == "neg":
            links.append(_Link(i, "mul", -1))
        elif each.kind in _OPERATIONS:
            (known,) = (j for j in each.inputs if j not in carrying)
            if body[known].kind not in ("input", "constant"):
                return None
            turned = each.inputs[0] == known and each.kind not in _EITHER_WAY
            links.append(_Link(i, each.kind, known, turned))
        elif each.kind != "expand" and not (
            each.kind == "view" and each.detail.is_all_of(prod(body[before].shape))
        ):
            return None
        i = before
    numbers = {link.number for link in links}
    others = {each for j, each in enumerate(loop.body.outputs) if j != carried}
    return links[::-1] if links and i in carrying and others <= numbers else None


def _carrying(loop: Loop) -> set[int]:
    """The instructions of a body that depend on earlier steps."""
    found = set[int]()
    for i, each in enumerate(loop.body.instructions):
        is_carried = each.kind == "input" and isinstance(
            loop.sources[each.detail.number], Carried)  # fmt: skip
        if is_carried or found.intersection(each.inputs):
            found.add(i)
    return found


class _Rows:
    """The rows of a loop while they are written as running results, by the links of a chain."""

    def __init__(
        self, draft: Builder, made: Instruction, inputs: Sequence[int], chain: Sequence[_Link]
    ) -> None:
        self.draft, self.made, self.inputs, self.chain = draft, made, inputs, chain
        self.loop: Loop = made.detail
        self.body = self.loop.body.instructions
        self.size = prod(self.body[chain[-1].number].shape)

    def rows(self, carried: int, others: dict[int, int]) -> int:
        """All rows; `others` has the link that each other output is, both by their places."""
        columns = self.loop.columns
        draft, steps, size = self.draft, self.loop.steps, self.size
        start = self._start(columns[carried])
        known = [self._known(link) for link in self.chain]
        each = tuple(RunningStep(PRIMITIVES[link.kind], link.turned) for link in self.chain)
        detail = Running(each, steps, self.loop.backward)
        full = draft.add("expand", start, detail=Expand((size,), self.made.examples))
        running = draft.add("running", full, *known, detail=detail, label=self.made.label,
                            origin=self.made.origin)  # fmt: skip
        if not others:
            return running
        before = draft.view(running, View(size * self.loop.row_before(1), (steps, size), whole(
            (steps + 1, size)).strides))  # fmt: skip
        parts, targets = [running], [self._target(columns[carried], 0, steps + 1)]
        for j, place in others.items():
            targets += [self._target(columns[j], self.loop.start_row, 1),
                        self._target(columns[j], self.loop.first_row, steps)]  # fmt: skip
            between = self._between(before, known[: place + 1])
            parts += [self._start(columns[j]), draft.view(between, whole(targets[-1].shape))]
        number = draft.add("assemble", *parts, detail=Assembly(self.made.shape, tuple(targets)))
        return draft.add("expand", number, detail=Expand(self.made.shape, self.made.examples))

    def _start(self, columns: range) -> int:
        """Some columns of the start."""
        return self.draft.view(self.inputs[0], view_of(columns.start, (len(columns),), (1,)))

    def _target(self, columns: range, row: int, count: int) -> View:
        """The places of some columns, in `count` rows."""
        width, size = self.loop.width, len(columns)
        shape = (count, size) if count > 1 else (size,)
        return view_of(row * width + columns.start, shape, (width, 1)[-len(shape) :])

    def _between(self, rows: int, known: Sequence[int]) -> int:
        """What the first operations make of the rows before, at all steps."""
        for link, other in zip(self.chain, known, strict=False):
            pair = (other, rows) if link.turned else (rows, other)
            rows = self.draft.add(link.kind, *pair)
        return rows

    def _known(self, link: _Link) -> int:
        """The known numbers of an operation at all steps, a row for each, with examples if any."""
        rows = (self.loop.steps, self.size)
        if link.known < 0:
            number = self.draft.constant(np.full(rows, -1.0))
            return self.draft.add("expand", number, detail=Expand(rows, self.made.examples))
        each, one = self.body[link.number], self.body[link.known]
        lengths = (*(1,) * (len(each.shape) - len(one.shape)), *one.shape)
        if one.kind == "constant":
            number, first = self.draft.constant(one.detail.array), 1
        else:
            feed = self.loop.sources[one.detail.number]
            assert not isinstance(feed, Carried), "what is carried is not known"
            number = self.inputs[feed.slot]
            first = self.loop.steps if isinstance(feed, Sliced) else 1
        shaped = self.draft.view(number, whole((first, *lengths)))
        detail = Expand((self.loop.steps, *each.shape), self.made.examples)
        full = self.draft.add("expand", shaped, detail=detail)
        return self.draft.view(full, whole(rows))
