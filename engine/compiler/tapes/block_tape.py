"""A tape for many examples: each operation for a block of them, with the bits of one by one.

Few examples, and functions that give what they have not computed, are left to a tape for single
numbers; all that is older than the trace is computed by that, too.
"""

from collections.abc import Sequence
from itertools import accumulate
from threading import local
from typing import Any, Protocol

from ...arithmetic import divide
from ...value import Value
from ..arrays import Floats, np
from ..native_backend.plan.layout import LANES
from ..native_backend.plan.memory import address_of, aligned
from ..native_backend.tape.tables import BLOCK, CODE, FIELDS, GROUP
from .block_codes import table
from .block_plan import BlockPlan
from .native_tape import NativeTape, tape_of
from .node_by_node import TapeMemory, TapeTrace, shared_nodes

# For fewer examples a block is not worth it. So many rows of one would take 64 MB.
_FEW, _MOST_ROWS = 4, 1 << 17


class ExampleTape(Protocol):
    """What computes a function of examples.

    - `lacks`: which row has no machine code, empty if none; `in_blocks`: whether it takes many
      examples at a time.
    """

    lacks: str
    in_blocks: bool

    def of_examples(self, row: Floats, inputs: Sequence[Floats]) -> tuple[Any, ...]:
        """The mean over all examples, its gradient, and further outputs."""

    def measured(self, row: Floats, inputs: Sequence[Floats]) -> Any:
        """The same without the gradient."""

    def outputs(self, row: Floats, inputs: Sequence[Floats]) -> Any:
        """The further outputs, a row for each."""


def example_tape_of(
    traces: Sequence[TapeTrace],
    parameters: Sequence[Value],
    *,
    chooses: bool,
    constants: dict[Value, float],
) -> ExampleTape:
    """What computes the examples of some traces, in blocks if there is one trace only."""
    tape = tape_of(traces, parameters, chooses=chooses, constants=constants)
    is_own = tape.stretches[0].is_own or not traces[0].order
    if not isinstance(tape, NativeTape) or chooses or not is_own:
        return tape
    blocks = BlockTape(tape, traces[0], parameters)
    return blocks if blocks.rows < _MOST_ROWS else tape


class BlockTape:
    """A trace for blocks of examples.

    - `rows`: how many rows of numbers a block has.
    """

    in_blocks = True

    def __init__(self, tape: NativeTape, trace: TapeTrace, parameters: Sequence[Value]) -> None:
        self.lacks = tape.lacks
        self._tape, self._count = tape, len(parameters)
        known = {*parameters}
        shared = [node for node in shared_nodes([trace]) if node not in known]
        self._places = tape.places(shared)
        self._plan = BlockPlan(tape.interpreter.blocks, trace, parameters, shared)
        self.rows = len(self._plan.codes.rows)
        self._step = tape.interpreter.blocks.step
        self._scalars = self._count + len(shared)
        self._tables = BlockTables(self._plan, self._scalars)
        self._of_thread = local()

    def of_examples(self, row: Floats, inputs: Sequence[Floats]) -> tuple[Any, ...]:
        """The mean over all examples, its gradient, and further outputs."""
        if len(inputs[0]) < _FEW:
            return self._tape.of_examples(row, inputs)
        memory = self._memory
        memory.totals.fill(0.0)
        own, found = self._run(memory, memory.whole, row, inputs)
        gradient = memory.totals.take(self._tables.places)
        if own is not None:
            shared = gradient[self._count :]
            gradient = self._tape.given_on(own, gradient[: self._count], self._places, shared)
        return (_mean(found[0]), gradient, *_rest(found))

    def measured(self, row: Floats, inputs: Sequence[Floats]) -> Any:
        """The same without the gradient."""
        if len(inputs[0]) < _FEW:
            return self._tape.measured(row, inputs)
        memory = self._memory
        _, found = self._run(memory, memory.forward, row, inputs)
        rest = _rest(found)
        return (_mean(found[0]), *rest) if rest else _mean(found[0])

    def outputs(self, row: Floats, inputs: Sequence[Floats]) -> Any:
        """The further outputs, a row for each."""
        memory = self._memory
        return self._run(memory, memory.forward, row, inputs)[1]

    @property
    def _memory(self) -> "BlockMemory":
        """The memory of this thread."""
        found: BlockMemory | None = getattr(self._of_thread, "memory", None)
        if found is None:
            found = self._of_thread.memory = BlockMemory(self._plan, self._tables, self._scalars)
        return found

    def _run(
        self, memory: "BlockMemory", fields: Any, row: Floats, inputs: Sequence[Floats]
    ) -> tuple[TapeMemory | None, Floats]:
        """The outputs of each example; and the memory of what is older than the trace."""
        arrays = [np.ascontiguousarray(each) for each in inputs]
        examples, scalars, own = len(arrays[0]), memory.scalars, None
        scalars[: self._count] = row
        if self._count < self._scalars:
            own = self._tape.begun(row)
            scalars[self._count : self._scalars] = own[0][self._places]
        scalars[self._plan.codes.share] = divide(1.0, float(examples))
        found = np.empty((len(self._plan.results), examples))
        memory.give(fields, arrays, found)
        self._step(address_of(fields), examples)
        return own, found


class BlockTables:
    """The tables of a plan as arrays.

    - `arrays`: the tables by their fields; `places`: of each scalar, where its total is.
    """

    def __init__(self, plan: BlockPlan, scalars: int) -> None:
        codes, totals = plan.codes, plan.totals
        self.arrays = {
            "codes": table(codes.codes), "runs": table(codes.runs), "terms": table(codes.terms),
            "turned_rows": table([row * BLOCK for row in totals.rows]),
            "groups": table(totals.groups), "pairs": table(totals.pairs),
            "result_rows": table([row * BLOCK for row in plan.results]),
        }  # fmt: skip
        self.places = np.full(scalars, totals.size)  # the last total is always 0
        self.places[totals.scalars] = totals.places


class BlockMemory:
    """The memory of one thread.

    - `scalars`, `totals`: numbers of a step; `whole`, `forward`: its fields, with the gradient and
      without it.
    """

    def __init__(self, plan: BlockPlan, tables: BlockTables, scalars: int) -> None:
        self.scalars = np.concatenate([np.zeros(scalars), plan.codes.constants])
        self.totals = np.zeros(plan.totals.size + 1)
        width = len(plan.totals.rows)
        arrays = {
            **tables.arrays, "scalars": self.scalars, "totals": self.totals,
            "rows": aligned(len(plan.codes.rows) * BLOCK), "turned": aligned(width * BLOCK + LANES),
        }  # fmt: skip
        self._arrays = arrays
        counts = {"result_count": len(plan.results), "code_count": plan.forward}
        self.forward = _fields(arrays, counts)
        more = {"code_count": len(plan.codes.codes) // CODE, "turned_count": width,
                "group_count": len(plan.totals.groups) // GROUP}  # fmt: skip
        self.whole = _fields(arrays, {**counts, **more})
        self._inputs: Any = None

    def give(self, fields: Any, arrays: Sequence[Floats], found: Floats) -> None:
        """Write down where some inputs are, and where the outputs go."""
        if self._inputs is None:
            self._inputs = self._of_inputs([each[0].size for each in arrays])
        for i, each in enumerate(arrays):
            self._inputs[i] = address_of(each)
        fields[_RESULTS] = address_of(found)

    def _of_inputs(self, sizes: Sequence[int]) -> Any:
        """The table of pointers to arrays of inputs, with their sizes and rows behind them."""
        ends = accumulate(sizes, initial=0)
        pairs = [number for size, start in zip(sizes, ends, strict=False)
                 for number in (size, start * BLOCK)]  # fmt: skip
        found = table([0] * len(sizes) + pairs)
        for fields in (self.whole, self.forward):
            start = address_of(found)
            fields[_SIZES] = start, start + found.itemsize * len(sizes), len(sizes)
        return found


# The places of what differs from call to call, and of what is known at the first.
_RESULTS = FIELDS.index("results")
_SIZES = slice(FIELDS.index("inputs"), FIELDS.index("input_count") + 1)


def _fields(arrays: dict[str, Any], counts: dict[str, int]) -> Any:
    """What a step is given."""
    known = {name: address_of(each) for name, each in arrays.items()} | counts
    return table([known.get(name, 0) for name in FIELDS])


def _mean(losses: Floats) -> float:
    """The mean of numbers that are added up in order."""
    mean: float = divide(0.0 + float(np.add.accumulate(losses)[-1]), float(len(losses)))
    return mean


def _rest(found: Floats) -> list[Floats]:
    """The outputs behind the first, if there are any."""
    return [found[1:]] if len(found) > 1 else []
