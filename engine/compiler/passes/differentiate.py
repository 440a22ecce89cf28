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

from collections.abc import Mapping, Sequence, Set
from math import prod

from ...slopes import Slope
from ...watching.tracing import DETACHED
from ..arrays import np
from ..ir.builder import Builder
from ..ir.program import Program
from ..kinds import Arriving, InnerProgram, kind_of
from ..kinds.decisions import FIRST_TAKEN, is_decision
from ..kinds.details import Along, Assembly, Data, Expand, Places, Sum, places_of
from ..kinds.instruction import Instruction
from ..kinds.numbers import op_of
from ..kinds.views import Shape, whole
from ..rows.legalize import partial_of
from .loop_gradient import LoopAt, LoopGradient
from .simplify import RULES


def differentiated(program: Program, count: int) -> Program:
    """The program with one more output behind the first: the derivatives by all parameters.

    These are the derivatives of the first output, by `count` parameters; all other outputs stay.
    """
    draft = Builder([row.apply for row in RULES])
    place = draft.write(program)
    zero = draft.constant(0.0)
    wanted = {i for i, each in enumerate(program.instructions) if each.kind == "parameters"}
    sweep = ReverseSweep(draft, program, place, wanted)
    sweep.arrived[program.outputs[0]].append((None, draft.constant(1.0)))
    found = sweep.gradients()
    total = next(iter(found.values()), zero)
    gradient = draft.called(sweep.full(total, (count,)), "gradient", "")
    first, *others = (place[i] for i in program.outputs)
    return draft.program(first, gradient, *others)


def swept(
    draft: Builder,
    program: InnerProgram,
    place: Sequence[int],
    wanted: Set[int],
    arrived: Mapping[int, list[Arriving]],
) -> dict[int, int]:
    """The gradients of the leaves `wanted`, as far as one flows there, for what has `arrived`."""
    sweep = ReverseSweep(draft, program, place, wanted)
    for i, gradients in arrived.items():
        sweep.arrived[i] += gradients
    return sweep.gradients()


class ReverseSweep:
    """The gradients that have arrived so far at each instruction of a program.

    `wanted` are the leaves by which it is differentiated.
    """

    def __init__(
        self, draft: Builder, program: InnerProgram, place: Sequence[int], wanted: Set[int]
    ) -> None:
        self.draft = draft
        self.source = program.instructions
        self.place = place
        self.wanted = wanted
        self.arrived: list[list[Arriving]] = [[] for _ in self.source]
        self.loops: dict[int, LoopGradient] = {}
        self.active: list[bool] = []
        for i, each in enumerate(self.source):
            reads = any(self.active[j] for j in each.inputs) and each.detail is not DETACHED
            self.active.append(reads or i in wanted)

    def gradients(self) -> dict[int, int]:
        """The gradients of the leaves that are wanted, as far as one flows there."""
        found: dict[int, int] = {}
        for i in range(len(self.source) - 1, -1, -1):
            if self.arrived[i] and self.active[i]:
                if i in self.wanted:
                    found[i] = self.total(i)
                else:
                    self.push(i, self.total(i))
        return found

    def total(self, i: int) -> int:
        """The gradient of an instruction: all that has arrived."""
        draft, shape = self.draft, self.source[i].shape
        parts: dict[Places | None, int] = {}
        for where, gradient in self.arrived[i]:
            known = parts.get(where)
            parts[where] = gradient if known is None else draft.add("add", known, gradient)
        if len(parts) < 2 and None in parts:
            return self.named(parts[None], i)
        targets = tuple(whole(shape) if where is None else where for where in parts)
        full = [
            self.full(gradient, places_of(where).shape)
            for where, gradient in zip(targets, parts.values(), strict=True)
        ]
        return self.named(draft.add("assemble", *full, detail=Assembly(shape, targets)), i)

    def named(self, gradient: int, i: int) -> int:
        """The gradient of an instruction, named after that."""
        made = self.source[i]
        if made.kind == "parameters":
            return self.draft.called(gradient, "gradient", "")
        return self.draft.called(gradient, f"d_{made.label}", f"∂ {made.origin}") if (
            made.label) else gradient  # fmt: skip

    def full(self, gradient: int, shape: Shape, *, examples: bool = False) -> int:
        """A gradient with all its numbers, for each example if asked for."""
        detail = Expand(shape, examples or self.many(gradient))
        return self.draft.add("expand", gradient, detail=detail)

    def many(self, number: int) -> bool:
        """Whether an instruction has an axis of examples."""
        return self.draft.instructions[number].examples

    def push(self, i: int, gradient: int) -> None:
        """Add the contributions of an instruction to the gradients of its inputs."""
        made = self.source[i]
        for slot, source in enumerate(made.inputs):
            if self.active[source] and not self.is_flat(i, slot):
                pullback = kind_of(made.kind).pullback
                assert pullback is not None, f"{made.kind} is only written into gradients"
                where, contribution = pullback(self, i, slot, gradient)
                self.arrived[source].append(self.turned(source, where, contribution))

    def is_flat(self, i: int, slot: int) -> bool:
        """Whether no gradient flows to an input, since the derivative by it is 0 everywhere.

        So it is for the slope of ReLU: an infinite gradient leaves nothing there, where the product
        with 0 would be nan. And for what a decision compares.
        """
        made = self.source[i]
        if is_decision(made.detail):
            return slot < FIRST_TAKEN
        if not isinstance(made.detail, Slope):
            return False
        inputs = [self.place[each] for each in made.inputs]
        return self.draft.number(self.partial(made, slot, inputs, self.place[i])) == 0

    def turned(self, source: int, where: Places | None, gradient: int) -> Arriving:
        """A gradient in order of its places, each once; that of a whole array, in its order."""
        if where is None:
            return where, gradient
        shape = self.source[source].shape
        places = places_of(where)
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
        """The gradient of an input that was repeated to fit the result, along axes or examples."""
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

    def partial(self, made: Instruction, slot: int, inputs: Sequence[int], result: int) -> int:
        """The partial derivative of an operation, from its row in the table of primitives."""
        op = made.detail.op if isinstance(made.detail, Along) else op_of(made)
        return partial_of(self.draft, op, slot, inputs, result)

    def through_loop(self, i: int, slot: int, gradient: int) -> int:
        """The gradient of an input of a loop, from that of its rows."""
        if i not in self.loops:
            made = self.source[i]
            inputs = [self.place[j] for j in made.inputs]
            active = [self.active[j] for j in made.inputs]
            at = LoopAt(made, self.place[i], inputs, active, gradient)
            self.loops[i] = LoopGradient(self.draft, at, swept)
        return self.loops[i].of(slot)

    def over_examples(self, gradient: int) -> int:
        """The sum over all examples."""
        if self.many(gradient):
            return self.draft.add("sum", gradient, detail=Sum((), examples=True))
        return self.draft.add("mul", gradient, self.draft.add("count"))
