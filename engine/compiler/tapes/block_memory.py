"""Blocks of examples in memory: the tables of a plan, and numbers of each thread."""

from collections.abc import Sequence
from itertools import accumulate
from threading import local
from typing import Any

from ..arrays import Floats, Ints, np
from ..native_backend.plan.layout import LANES
from ..native_backend.plan.memory import address_of, aligned
from ..native_backend.tape.blocks import BlockInterpreter
from ..native_backend.tape.tables import BLOCK, CODE, EVENT, FIELDS, GROUP
from .block_codes import table
from .block_plan import BlockPlan

# So many rows of one block would take 64 MB.
MOST_ROWS = 1 << 17


class ExampleBlocks:
    """A plan that can be computed.

    - `rows`: how many rows of numbers a block has.
    """

    def __init__(self, interpreter: BlockInterpreter, plan: BlockPlan, scalars: int) -> None:
        self.rows = len(plan.codes.rows)
        self._interpreter, self._plan, self._scalars = interpreter, plan, scalars
        self._tables = BlockTables(plan, scalars)
        self._of_thread = local()

    @property
    def memory(self) -> "BlockMemory":
        """The memory of this thread."""
        found: BlockMemory | None = getattr(self._of_thread, "memory", None)
        if found is None:
            found = self._of_thread.memory = BlockMemory(self._plan, self._tables, self._scalars)
        return found

    def outputs(self, inputs: Sequence[Floats], choices: Ints | None, examples: int) -> Floats:
        """The outputs of each example, for the scalars in memory."""
        return self._run(self.memory.forward, inputs, choices, examples)

    def swept(
        self,
        inputs: Sequence[Floats],
        choices: Ints | None,
        examples: int,
        begin: Floats | None = None,
    ) -> tuple[Floats, Floats]:
        """The outputs, and the gradient by all scalars, to which `begin` has contributed before."""
        totals, tables = self.memory.totals, self._tables
        totals.fill(0.0)
        if begin is None:
            found = self._run(self.memory.whole, inputs, choices, examples)
            return found, totals.take(tables.places)
        totals[tables.totals] = begin[tables.scalars]
        found = self._run(self.memory.whole, inputs, choices, examples)
        gradient = begin.copy()
        gradient[tables.scalars] = totals[tables.totals]
        return found, gradient

    def _run(
        self, fields: Any, inputs: Sequence[Floats], choices: Ints | None, examples: int
    ) -> Floats:
        """The outputs of each example."""
        arrays = [np.ascontiguousarray(each) for each in inputs]
        found = np.empty((len(self._plan.results), examples))
        self.memory.give(fields, arrays, choices, found)
        self._interpreter.step(address_of(fields), examples)
        return found


class BlockTables:
    """The tables of a plan as arrays.

    - `arrays`: the tables by their fields.
    - `scalars`, `totals`: the scalars that have totals, and where these are.
    - `places`: where the total of each scalar is; the last one is always 0.
    """

    def __init__(self, plan: BlockPlan, scalars: int) -> None:
        codes, totals = plan.codes, plan.totals
        self.arrays = {
            "codes": table(codes.codes), "runs": table(codes.runs), "terms": table(codes.terms),
            "turned_rows": table([row * BLOCK for row in totals.rows]),
            "groups": table(totals.groups), "pairs": table(totals.pairs),
            "result_rows": table([row * BLOCK for row in plan.results]),
            "columns": table(codes.columns), "events": table(totals.events),
        }  # fmt: skip
        self.scalars, self.totals = (
            np.array(each, dtype=np.int64) for each in (totals.scalars, totals.places)
        )
        self.places = np.full(scalars, totals.size)
        self.places[self.scalars] = self.totals


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
                "group_count": len(plan.totals.groups) // GROUP,
                "event_count": len(plan.totals.events) // EVENT}  # fmt: skip
        self.whole = _fields(arrays, {**counts, **more})
        self._inputs: Any = None

    def give(
        self, fields: Any, arrays: Sequence[Floats], choices: Ints | None, found: Floats
    ) -> None:
        """Write down where some inputs and choices are, and where the outputs go."""
        if self._inputs is None:
            self._inputs = self._of_inputs([each[0].size for each in arrays])
        for i, each in enumerate(arrays):
            self._inputs[i] = address_of(each)
        fields[_RESULTS] = address_of(found)
        if choices is not None:
            fields[_CHOICES] = address_of(choices)

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
_RESULTS, _CHOICES = FIELDS.index("results"), FIELDS.index("choices")
_SIZES = slice(FIELDS.index("inputs"), FIELDS.index("input_count") + 1)


def _fields(arrays: dict[str, Any], counts: dict[str, int]) -> Any:
    """What a step is given."""
    known = {name: address_of(each) for name, each in arrays.items()} | counts
    return table([known.get(name, 0) for name in FIELDS])
