"""Programs with loops, written by hand, and the same programs without."""

from math import prod
from typing import Any

from engine.compiler.ir.builder import Builder
from engine.compiler.ir.loops import Of, looped
from engine.compiler.ir.program import Program
from engine.compiler.kinds import InnerProgram
from engine.compiler.kinds.details import Assembly, Expand, Input, Parameters, Product
from engine.compiler.kinds.instruction import Instruction
from engine.compiler.kinds.loops import Addressed, Carried, Earlier, Loop, Sliced, loop_of
from engine.compiler.kinds.views import Shape, View, whole


class Step:
    """A body while it is written: its inputs, and what feeds them."""

    def __init__(self) -> None:
        self.draft = Builder()
        self.sources: list[Earlier | Of] = []

    def fed(self, source: Earlier | Of, shape: Shape, *, examples: bool = False) -> int:
        """A further input, and its source."""
        self.sources.append(source)
        detail = Input(len(self.sources) - 1, shape, examples)
        return self.draft.add("input", detail=detail)

    def looped(self, draft: Builder, outputs: list[int], steps: int, start: int,
               **options: Any) -> int:  # fmt: skip
        """The loop of this body."""
        body = self.draft.program(*outputs)
        return looped(draft, body, steps, self.sources, start, **options)


def recurrent(*, steps: int = 5, examples: bool = False) -> tuple[Builder, int]:
    """Three hidden numbers h = tanh(W h + x[t]), with W a matrix of parameters; and the loop."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(12))
    w = draft.view(row, View(0, (3, 3), (3, 1)))
    start = draft.view(row, View(9, (1, 3), (0, 1)))
    xs = draft.add("input", detail=Input(0, (steps, 3), examples))
    step = Step()
    h = step.fed(Carried(0), (3,), examples=examples)
    x, inside = step.fed(Of(xs, sliced=True), (3,), examples=examples), step.fed(Of(w), (3, 3))
    product = step.draft.add("product", inside, h, detail=Product("ab,b->a"))
    new = step.draft.add("tanh", step.draft.add("add", product, x), label="hidden")
    return draft, step.looped(draft, [new], steps, start, label="h")


def unrolled(program: InnerProgram) -> Program:
    """The program in which each loop is written out, step after step."""
    draft = Builder()
    place: list[int] = []
    for each in program.instructions:
        inputs = [place[i] for i in each.inputs]
        place.append(_written_out(draft, each, inputs) if loop_of(each) else (
            draft.copy(each, inputs)))  # fmt: skip
    return draft.program(*(place[i] for i in program.outputs))


def _written_out(draft: Builder, made: Instruction, inputs: list[int]) -> int:
    """The rows of a loop, each of which is put together from the outputs of a step."""
    loop: Loop = made.detail
    rows = {loop.start_row + i: _row(draft, inputs[0], i, (loop.width,)) for i in range(loop.lag)}
    for t in loop.order:
        given = {}
        for each in loop.inputs:
            source = loop.sources[each.detail.number]
            if isinstance(source, Carried):
                row = rows[loop.row_before(source.lag) + t]
                full = draft.add("expand", row, detail=Expand((loop.width,), made.examples))
                part = View(source.start, each.shape, whole(each.shape).strides)
                given[each.detail.number] = draft.view(full, part)
            elif isinstance(source, Addressed):
                place, column = divmod(int(source.places.array[t]), loop.width)
                whole_row = Expand((loop.width,), made.examples)
                full = draft.add("expand", rows[place], detail=whole_row)
                part = View(column, each.shape, (0,) * len(each.shape))
                given[each.detail.number] = draft.view(full, part)
            elif isinstance(source, Sliced):
                given[each.detail.number] = _row(draft, inputs[source.slot], t, each.shape)
            else:
                given[each.detail.number] = inputs[source.slot]
        outputs = _step_written(draft, unrolled(loop.body), given)
        targets = tuple(
            View(columns.start, each.shape, whole(each.shape).strides)
            for columns, each in zip(loop.columns, loop.outputs, strict=True)
        )
        rows[loop.first_row + t] = draft.add(
            "assemble", *outputs, detail=Assembly((loop.width,), targets))  # fmt: skip
    places = tuple(View(i * loop.width, (loop.width,), (1 if loop.width > 1 else 0,)) for i in rows)
    return draft.add("assemble", *rows.values(), detail=Assembly(made.shape, places))


def _row(draft: Builder, number: int, i: int, shape: Shape) -> int:
    """Element i of an array along its first axis."""
    return draft.view(number, View(i * prod(shape), shape, whole(shape).strides))


def _step_written(draft: Builder, body: Program, given: dict[int, int]) -> list[int]:
    """The outputs of a body for some inputs."""
    place: list[int] = []
    for each in body.instructions:
        is_input = each.kind == "input"
        place.append(given[each.detail.number] if is_input else (
            draft.copy(each, [place[i] for i in each.inputs])))  # fmt: skip
    return [place[i] for i in body.outputs]
