"""The gradient of a program, as more instructions of the program.

    d(output)/d(a)  =  sum over the instructions that read a of  d(output)/d(that) d(that)/d(a)

The sweep goes from the output back to the parameters. What an operation of the table contributes
comes from its row; the rest moves numbers, and has rules of its own:

    y = view of a                a gets dy, in the places that were seen
    y = sum of a                 each number of a gets that of its sum
    y = product ik,jk->ij of a, b    a gets the product ij,jk->ik of dy and b, and b alike

A gradient may be smaller than what it belongs to: a single number, or with axes of one, where it is
the same along an axis or for all examples.
"""

from collections.abc import Callable, Sequence
from math import prod

from ...watching.tracing import DETACHED
from ..arrays import np
from ..ir.builder import Draft
from ..ir.program import Data, Instruction, Product, Program, Sum
from ..ir.views import Shape, View, whole
from ..lifting.maxima import part, rungs
from ..rows.legalize import op_of, partial
from .simplify import RULES

# What reaches an array: a gradient for all of it, or for the numbers at some places.
Arriving = tuple[View | Data | None, int]


def differentiated(program: Program, count: int) -> Program:
    """The program with a second output: the derivatives of the first by so many parameters."""
    draft = Draft([row.apply for row in RULES])
    place: list[int] = []
    for each in program.instructions:
        place.append(draft.copy(each, [place[i] for i in each.inputs]))
    sweep = Sweep(draft, program, place)
    return draft.program(place[program.outputs[0]], sweep.gradient(count))


class Sweep:
    """What has arrived so far at each instruction of a program."""

    def __init__(self, draft: Draft, program: Program, place: Sequence[int]) -> None:
        self.draft = draft
        self.source = program.instructions
        self.output = program.outputs[0]
        self.place = place
        self.arrived: list[list[Arriving]] = [[] for _ in self.source]
        self.active: list[bool] = []
        for each in self.source:
            reads = any(self.active[i] for i in each.inputs) and each.detail is not DETACHED
            self.active.append(reads or each.kind == "parameters")

    def gradient(self, count: int) -> int:
        """The derivatives by the parameters."""
        total = self.draft.constant(0.0)
        self.arrived[self.output].append((None, self.draft.constant(1.0)))
        for i in range(len(self.source) - 1, -1, -1):
            if self.arrived[i] and self.active[i]:
                if self.source[i].kind == "parameters":
                    total = self.total(i)
                else:
                    self.push(i, self.total(i))
        return self.draft.called(self.full(total, (count,)), "gradient", "")

    def total(self, i: int) -> int:
        """The gradient of an instruction: all that has arrived."""
        draft, shape = self.draft, self.source[i].shape
        parts: dict[View | Data | None, int] = {}
        for where, gradient in self.arrived[i]:
            known = parts.get(where)
            parts[where] = gradient if known is None else draft.add("add", known, gradient)
        if len(parts) < 2 and None in parts:
            return self.named(parts[None], i)
        targets = tuple(whole(shape) if where is None else where for where in parts)
        full = [
            self.full(gradient, where.shape if isinstance(where, View) else where.array.shape)
            for where, gradient in zip(targets, parts.values(), strict=True)
        ]
        return self.named(draft.add("assemble", *full, detail=(shape, targets)), i)

    def named(self, gradient: int, i: int) -> int:
        """The gradient of an instruction, named after that."""
        made = self.source[i]
        if made.kind == "parameters":
            return self.draft.called(gradient, "gradient", "")
        return self.draft.called(gradient, f"d_{made.label}", f"∂ {made.origin}") if (
            made.label) else gradient  # fmt: skip

    def full(self, gradient: int, shape: Shape, *, examples: bool = False) -> int:
        """A gradient with all its numbers, for each example if asked for."""
        return self.draft.add("expand", gradient, detail=(shape, examples or self.many(gradient)))

    def many(self, number: int) -> bool:
        """Whether an instruction has an axis of examples."""
        return self.draft.instructions[number].examples

    def push(self, i: int, gradient: int) -> None:
        """What an instruction contributes to the gradients of its inputs."""
        made = self.source[i]
        for slot, source in enumerate(made.inputs):
            if self.active[source]:
                rule = _RULES.get(made.kind, _by_number)
                where, contribution = rule(self, i, slot, gradient)
                self.arrived[source].append(self.turned(source, where, contribution))

    def turned(self, source: int, where: View | Data | None, gradient: int) -> Arriving:
        """What arrives at some places, each of them once; for all of an array, in its order."""
        if where is None:
            return where, gradient
        shape = self.source[source].shape
        places = where.places if isinstance(where, View) else where.array
        order = np.argsort(places, axis=None, kind="stable")
        ordered = places.reshape(-1)[order]
        starts = np.flatnonzero(np.diff(ordered, prepend=-1))
        if len(starts) == places.size == prod(shape) and not self.draft.shape(gradient):
            return None, gradient
        full = self.full(gradient, places.shape)
        if len(starts) < places.size:
            taken = self.draft.add("take", full, detail=Data(order))
            full = self.draft.add("segments", taken, detail=Data(starts))
            order, where = np.arange(len(starts)), Data(ordered[starts])
        if len(starts) < prod(shape):
            return where, full
        return None, self.draft.add("take", full, detail=Data(order.reshape(shape)))

    def summed(self, gradient: int, made: Instruction, read: Instruction) -> int:
        """What arrives at an input that was repeated to fit the result, along axes or examples."""
        draft, shape = self.draft, self.draft.shape(gradient)
        if made.examples and not read.examples:
            gradient = self.over_examples(gradient)
        long = [axis for axis, d in enumerate(made.shape) if d > 1 and (
            not read.shape or read.shape[axis] == 1)]  # fmt: skip
        axes = tuple(axis for axis in long if shape and shape[axis] > 1)
        times = prod(made.shape[axis] for axis in long if axis not in axes)
        if axes:
            gradient = draft.add("sum", gradient, detail=Sum(axes))
            kept = tuple(1 if axis in axes else d for axis, d in enumerate(shape))
            gradient = draft.view(gradient, whole(kept if read.shape else ()))
        elif not read.shape:
            gradient = draft.view(gradient, whole(()))
        return draft.add("mul", gradient, draft.constant(float(times)))

    def over_examples(self, gradient: int) -> int:
        """The sum over all examples."""
        if self.many(gradient):
            return self.draft.add("sum", gradient, detail=Sum((), examples=True))
        return self.draft.add("mul", gradient, self.draft.add("count"))


def _by_number(sweep: Sweep, i: int, slot: int, gradient: int) -> Arriving:
    """An operation of the table: dy times the partial derivative of its row."""
    made, draft = sweep.source[i], sweep.draft
    inputs = [sweep.place[each] for each in made.inputs]
    slope = partial(draft, op_of(made), slot, inputs, sweep.place[i])
    contribution = draft.add("mul", gradient, slope)
    return None, sweep.summed(contribution, made, sweep.source[made.inputs[slot]])


def _seen(sweep: Sweep, i: int, _: int, gradient: int) -> Arriving:
    """The numbers that were seen or taken."""
    return sweep.source[i].detail, gradient


def _sum(sweep: Sweep, i: int, _: int, gradient: int) -> Arriving:
    """Each number gets the gradient of its sum."""
    made, shape = sweep.source[i], list(sweep.draft.shape(gradient))
    if not shape:
        return None, gradient
    for axis in made.detail.axes:
        shape.insert(axis, 1)
    return None, sweep.draft.view(gradient, whole(tuple(shape)))


def _segments(sweep: Sweep, i: int, _: int, gradient: int) -> Arriving:
    """Each number gets the gradient of its segment."""
    made = sweep.source[i]
    (size,) = sweep.source[made.inputs[0]].shape
    lengths = np.diff(np.append(made.detail.array, size))
    if not sweep.draft.shape(gradient):
        return None, gradient
    segment = Data(np.repeat(np.arange(len(lengths)), lengths))
    return None, sweep.draft.add("take", sweep.full(gradient, made.shape), detail=segment)


def _join(sweep: Sweep, i: int, slot: int, gradient: int) -> Arriving:
    """Each array gets its part."""
    made = sweep.source[i]
    sizes = [sweep.source[each].shape[0] for each in made.inputs]
    if not sweep.draft.shape(gradient):
        return None, gradient
    part = View(sum(sizes[:slot]), (sizes[slot],), (1,))
    return None, sweep.draft.view(sweep.full(gradient, made.shape), part)


def _ladder(sweep: Sweep, i: int, _: int, gradient: int) -> Arriving:
    """Each number of a chain gets what its rung and those after it leave."""
    made, draft = sweep.source[i], sweep.draft
    shape = sweep.source[made.inputs[0]].shape
    first, others = rungs(draft, sweep.place[made.inputs[0]], made.detail)
    full = sweep.full(gradient, made.shape)
    column = draft.view(full, whole((*made.shape, 1)))
    places = part((*made.shape, 1), 0, shape[-1]), part((*made.shape, shape[-1] - 1), 1)
    pieces = draft.add("mul", column, first), draft.add("mul", column, others)
    return None, draft.add("assemble", *pieces, detail=(shape, places))


def _expand(sweep: Sweep, i: int, _: int, gradient: int) -> Arriving:
    """Each number gets the gradients of all its copies."""
    made = sweep.source[i]
    return None, sweep.summed(gradient, made, sweep.source[made.inputs[0]])


def _pick(sweep: Sweep, i: int, _: int, gradient: int) -> Arriving:
    """The numbers that each example has picked."""
    made, draft = sweep.source[i], sweep.draft
    source = sweep.source[made.inputs[0]]
    full = sweep.full(gradient, made.shape, examples=True)
    detail = (made.detail, source.shape, source.examples)
    return None, draft.add("scatter", full, sweep.place[made.inputs[1]], detail=detail)


def _mean(sweep: Sweep, _: int, __: int, gradient: int) -> Arriving:
    """Each example gets its share."""
    return None, sweep.draft.add("mul", gradient, sweep.draft.add("share"))


def _product(sweep: Sweep, i: int, slot: int, gradient: int) -> Arriving:
    """The product of dy and the other factor."""
    made, draft = sweep.source[i], sweep.draft
    terms, result = made.detail.axes.split("->")
    mine, other = terms.split(",")[:: 1 if slot == 0 else -1]
    factor = sweep.place[made.inputs[1 - slot]]
    gradient = sweep.full(gradient, made.shape)
    over_examples = not sweep.source[made.inputs[slot]].examples
    if over_examples and sweep.many(gradient) != sweep.many(factor):
        gradient, factor = (
            sweep.over_examples(each) if sweep.many(each) else each for each in (gradient, factor)
        )
    examples = over_examples and sweep.many(factor)
    if set(result + other) - set(mine) or examples:
        detail = Product(f"{result},{other}->{mine}", examples)
        return None, draft.add("product", gradient, factor, detail=detail)
    arrays = [_spread(draft, gradient, result, mine), _spread(draft, factor, other, mine)]
    return None, draft.add("mul", *arrays)


def _with_ones(sweep: Sweep, i: int, _: int, gradient: int) -> Arriving:
    """The numbers get theirs; the ones are constants."""
    made = sweep.source[i]
    start = 1 if made.detail else 0
    return None, _stretch(sweep.draft, gradient, 0, start, made.shape[0] - 1)


def _stretch(draft: Draft, number: int, axis: int, start: int, length: int) -> int:
    """The part `start : start + length` of an array along an axis; one of length 1 is repeated.

    Of a sum, a product number by number, or a matrix product in which one factor has this axis, it
    is that of such parts: what nobody reads is not computed.
    """
    made = draft.instructions[number]
    if not made.shape or made.shape[axis] == 1:
        return number
    if made.kind in ("add", "mul"):
        return draft.add(made.kind, *(
            _stretch(draft, each, axis, start, length) for each in made.inputs))  # fmt: skip
    if made.kind == "product":
        terms, kept = made.detail.axes.split("->")
        places = [axes.find(kept[axis]) for axes in terms.split(",")]
        if sum(place >= 0 for place in places) == 1:
            return draft.add("product", *(
                each if place < 0 else _stretch(draft, each, place, start, length)
                for each, place in zip(made.inputs, places, strict=True)
            ), detail=made.detail)  # fmt: skip
    shape = (*made.shape[:axis], length, *made.shape[axis + 1 :])
    strides = whole(made.shape).strides
    seen = View(start * strides[axis], shape, tuple(
        s if d > 1 else 0 for s, d in zip(strides, shape, strict=True)))  # fmt: skip
    return draft.view(number, seen)


def _spread(draft: Draft, number: int, axes: str, wanted: str) -> int:
    """An array with its axes in another order, and axes of one where it has none."""
    if not axes:
        return number
    shape, strides = draft.shape(number), whole(draft.shape(number)).strides
    where = [axes.find(axis) for axis in wanted]
    return draft.view(number, View(0, tuple(shape[i] if i >= 0 else 1 for i in where),
                                   tuple(strides[i] if i >= 0 else 0 for i in where)))  # fmt: skip


_RULES: dict[str, Callable[[Sweep, int, int, int], Arriving]] = {
    "view": _seen,
    "take": _seen,
    "sum": _sum,
    "segments": _segments,
    "join": _join,
    "expand": _expand,
    "mean": _mean,
    "pick": _pick,
    "ladder": _ladder,
    "product": _product,
    "with_ones": _with_ones,
}
