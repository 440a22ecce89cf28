"""Loops: a program computed step by step, in which a step reads what earlier steps gave.

    y = np.empty((lag + steps, width))
    y[:lag] = start
    for t in range(steps):
        y[t + lag] = body(y[t + lag - 1], xs[t], w)

The outputs of the body, flattened, are columns of y one after another. Backward, steps go from the
last to the first: step t gives row t, and the rows of the start are the last ones.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod
from typing import Any

from ..arrays import Ints, np
from .details import Data
from .instruction import Instruction
from .kind import Arriving, Call, InnerProgram, Kind, Sweep, flat
from .views import Shape


@dataclass(frozen=True, slots=True)
class Carried:
    """An input of a body that is a result of an earlier step.

    It is the columns from `start` on of the row `lag` steps before, in the shape of the input.
    """

    start: int
    lag: int = 1


@dataclass(frozen=True, slots=True)
class Sliced:
    """An input of a body that is element t of the loop's input `slot`, along its first axis."""

    slot: int


@dataclass(frozen=True, slots=True)
class Invariant:
    """An input of a body that is the loop's input `slot`, the same for all steps."""

    slot: int


@dataclass(frozen=True, slots=True)
class Addressed:
    """An input of a body that is one number of any earlier step, another one at each step.

    At step t it is number `places.array[t]` of all rows, counted from first to last.
    """

    places: Data

    def spots(self, width: int) -> tuple[Ints, Ints]:
        """The row and the column at each step, of rows that have `width` columns."""
        rows, columns = np.divmod(self.places.array, width)
        return rows, columns


# What feeds an input of a body: what earlier steps gave, or what is there before the loop.
Earlier = Carried | Addressed
Feed = Earlier | Sliced | Invariant


@dataclass(frozen=True, slots=True)
class Loop:
    """A body, computed `steps` times, from the first step to the last, or `backward`.

    - `body`: a program without parameters; `sources`: what feeds its input 0, 1, ...
    - `lag`: the number of rows of the loop's first input, from which the first steps read; 0 if
      nothing is carried.
    """

    body: InnerProgram
    steps: int
    sources: tuple[Feed, ...]
    lag: int = 1
    backward: bool = False

    @property
    def inputs(self) -> list[Instruction]:
        """The inputs of the body, as its program has them."""
        return [each for each in self.body.instructions if each.kind == "input"]

    @property
    def outputs(self) -> list[Instruction]:
        """The instructions that give the outputs of a step."""
        return [self.body.instructions[i] for i in self.body.outputs]

    @property
    def columns(self) -> list[range]:
        """The columns of each output of the body."""
        ends = [0]
        for each in self.outputs:
            ends.append(ends[-1] + prod(each.shape))
        return [range(start, end) for start, end in pairwise(ends)]

    @property
    def width(self) -> int:
        """The number of columns."""
        return sum(prod(each.shape) for each in self.outputs)

    @property
    def has_addresses(self) -> bool:
        """Whether a step reads numbers in other places than the step before."""
        return any(isinstance(each, Addressed) for each in self.sources)

    @property
    def order(self) -> range:
        """The steps, in the order in which they are computed."""
        return range(self.steps)[:: -1 if self.backward else 1]

    @property
    def first_row(self) -> int:
        """The row that step 0 gives."""
        return 0 if self.backward else self.lag

    @property
    def start_row(self) -> int:
        """The first row of the start."""
        return self.steps if self.backward else 0

    def row_before(self, lag: int) -> int:
        """The row that step 0 reads as what a step gave `lag` steps before."""
        return lag if self.backward else self.lag - lag


def loop_of(instruction: Instruction) -> Loop | None:
    """The loop that an instruction is; None for all others."""
    return instruction.detail if isinstance(instruction.detail, Loop) else None


def every_instruction(program: InnerProgram) -> Iterator[Instruction]:
    """All instructions of a program, and of the bodies of its loops."""
    for each in program.instructions:
        yield each
        if (loop := loop_of(each)) is not None:
            yield from every_instruction(loop.body)


def with_body(each: Instruction, change: Callable[[Any], InnerProgram]) -> Instruction:
    """A loop with what `change` makes of its body; other instructions as they are."""
    loop = loop_of(each)
    if loop is None:
        return each
    return replace(each, detail=replace(loop, body=change(loop.body)))


def row_in_words(name: str, row: int, index: str = "t") -> str:
    """Row t + `row` of a loop's result as an expression of Python, but for the closing bracket."""
    return f"{name}[{index} + {row}" if row else f"{name}[{index}"


def source_in_words(
    loop: Loop, each: Instruction, name: str, names: Sequence[str], index: str = "t"
) -> str:
    """What feeds input `each` of the body, as an expression of Python.

    `name` is the name of the loop's result, `names` are the names of its inputs.
    """
    source = loop.sources[each.detail.number]
    if isinstance(source, Invariant):
        return names[source.slot]
    if isinstance(source, Sliced):
        return f"{names[source.slot]}[{index}]"
    if isinstance(source, Addressed):
        return f"{name} at places[{index}]"
    row = row_in_words(name, loop.row_before(source.lag), index)
    end = source.start + prod(each.shape)
    if not each.shape:
        return f"{row}, {source.start}]"
    return f"{row}]" if end - source.start == loop.width else f"{row}, {source.start}:{end}]"


def steps_in_words(loop: Loop, index: str = "t") -> str:
    """The first line of the loop in Python, but for the colon."""
    steps = f"{loop.steps - 1}, -1, -1" if loop.backward else f"{loop.steps}"
    return f"for {index} in range({steps})"


def _text(instruction: Instruction, names: Sequence[str], _: Sequence[Shape]) -> str:
    others = f", with {', '.join(names[1:])}" if names[1:] else ""
    return f"{steps_in_words(instruction.detail)}, from {names[0]}{others}"


def _shape(_: Sequence[Shape], loop: Loop) -> Shape:
    return (loop.lag + loop.steps, loop.width)


def _demand(shapes: Sequence[Shape], loop: Loop) -> None:
    """Raise ValueError unless inputs of the body have sources of their shapes."""
    if loop.steps < 1 or loop.lag < 0:
        raise ValueError(f"has {loop.steps} steps, and a start of {loop.lag} rows")
    if not shapes or shapes[0] != (loop.lag, loop.width):
        raise ValueError(f"needs a start of shape {(loop.lag, loop.width)}, has {shapes[:1]}")
    if any(each.kind == "parameters" for each in loop.body.instructions):
        raise ValueError("reads parameters inside, which must be inputs of the body")
    for each in loop.inputs:
        number, count = each.detail.number, len(loop.sources)
        if not 0 <= number < count:
            raise ValueError(f"feeds {count} inputs of its body, which reads input {number}")
        _demand_source(loop, each, loop.sources[number], shapes)


def _demand_source(loop: Loop, each: Instruction, source: Feed, shapes: Sequence[Shape]) -> None:
    """Raise ValueError unless a source fits an input of the body."""
    if isinstance(source, Carried):
        end = source.start + prod(each.shape)
        if not (1 <= source.lag <= loop.lag and 0 <= source.start <= end <= loop.width):
            columns = f"the columns {source.start}:{end} of {loop.width}"
            raise ValueError(f"carries {columns} from {source.lag} steps before, "
                             f"with a start of {loop.lag} rows")  # fmt: skip
        return
    if isinstance(source, Addressed):
        _demand_places(loop, each, source.places.array)
        return
    if not 1 <= source.slot < len(shapes):
        raise ValueError(f"reads its input {source.slot}, and has {len(shapes)}")
    steps = (loop.steps,) if isinstance(source, Sliced) else ()
    if shapes[source.slot] != (*steps, *each.shape):
        raise ValueError(f"feeds an input of shape {each.shape} from {shapes[source.slot]}")


def _demand_places(loop: Loop, each: Instruction, places: Ints) -> None:
    """Raise ValueError unless an input is one number, at each step one of an earlier row."""
    if prod(each.shape) != 1 or places.shape != (loop.steps,):
        raise ValueError(f"looks up an input of shape {each.shape} at places of shape "
                         f"{places.shape}, in {loop.steps} steps")  # fmt: skip
    own = loop.first_row + np.arange(loop.steps)
    rows, ends = places // loop.width, (loop.lag + loop.steps) * loop.width
    is_earlier = rows > own if loop.backward else rows < own
    if not (is_earlier & (places >= 0) & (places < ends)).all():
        raise ValueError("looks up a number that no earlier step has given")


def _examples(read: Sequence[bool], loop: Loop) -> bool:
    """Whether the rows differ by example; ValueError if an input of the body says otherwise."""
    many = bool(read and read[0]) or any(each.examples for each in loop.outputs)
    for each in loop.inputs:
        source = loop.sources[each.detail.number]
        has = many if isinstance(source, Earlier) else read[source.slot]
        if each.examples is not has:
            raise ValueError(f"feeds input {each.detail.number} of its body "
                             f"with{'' if has else 'out'} an axis of examples")  # fmt: skip
    return many


def _looped(call: Call) -> Any:
    """The rows, one step after another."""
    loop, many = call.made.detail, call.made.examples
    examples = (call.given.examples,) * many
    rows = np.empty((*call.made.shape, *examples))
    start = slice(loop.start_row, loop.start_row + loop.lag)
    rows[start] = call.arrays[0][..., None] if many and not call.read[0].examples else (
        call.arrays[0])  # fmt: skip
    for t in loop.order:
        given: list[Any] = [None] * len(loop.sources)
        for each in loop.inputs:
            given[each.detail.number] = _fed(call, rows, each, t)
        results = call.interpret(loop.body, (), given, examples=call.given.examples)
        row = rows[loop.first_row + t]
        for columns, each, result in zip(loop.columns, loop.outputs, results, strict=True):
            numbers = flat(each, np.asarray(result, dtype=np.float64))
            row[columns.start : columns.stop] = (
                numbers[..., None] if many and not each.examples else numbers
            )
    return rows


def _fed(call: Call, rows: Any, each: Instruction, t: int) -> Any:
    """Input `each` of the body for step `t`, its axis of examples first."""
    loop = call.made.detail
    source = loop.sources[each.detail.number]
    if isinstance(source, Addressed):
        row, column = divmod(int(source.places.array[t]), loop.width)
        array = rows[row, column].reshape((*each.shape, *rows.shape[2:]))
    elif isinstance(source, Carried):
        row = rows[loop.row_before(source.lag) + t]
        part = row[source.start : source.start + prod(each.shape)]
        array = part.reshape((*each.shape, *part.shape[1:]))
    else:
        array = call.arrays[source.slot]
        array = array[t] if isinstance(source, Sliced) else array
    return np.moveaxis(array, -1, 0) if each.examples else array


def _to_sources(sweep: Sweep, i: int, slot: int, gradient: int) -> Arriving:
    """The gradient of an input: the same loop, the other way round."""
    return None, sweep.through_loop(i, slot, gradient)


# fmt: off
LOOPS: dict[str, Kind] = {
    "loop": Kind(
        arity=None, detail=Loop,
        shape=_shape,
        text=_text,
        meaning=_looped,
        pullback=_to_sources,
        examples=_examples,
        demand=_demand,
    ),
}
# fmt: on
