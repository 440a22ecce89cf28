"""The tape in machine code: a recorded graph computed again by one fixed interpreter.

It gives the bits of `Tape`, which are those of an eager run, in a twentieth of the time. A node is
a code of 8 bytes, and a sum of n terms is n additions. A graph with a row that the interpreter
cannot have, such as one that calls `math.gamma`, is left to `Tape`.
"""

from collections.abc import Callable, Iterable, Sequence
from threading import local
from typing import Any

from ...analysis.operands import operands
from ...primitives import CONSTANT, LEAF, PRIMITIVES, Op
from ...value import Value
from ...watching.tracing import DETACHED
from ..arrays import Floats, Ints, np
from ..native_backend.llvm.jit import MACHINE
from ..native_backend.plan.memory import address_of
from ..native_backend.tape.codes import (
    FIRST,
    MOST_PLACES,
    SECOND,
    TapeNodes,
    codes_of,
    places_behind,
)
from ..native_backend.tape.interpreter import Interpreter, interpreter_of
from .node_by_node import (
    NodeByNode,
    Stretch,
    TapeMemory,
    TapeTrace,
    behind,
    consecutive,
    nodes_with_gradients,
    shared_nodes,
)
from .tape import Tape

# The operations that are no codes: leaves, and sums, which are several.
_SUM = PRIMITIVES["sum"]
_NO_CODES = {LEAF, CONSTANT, _SUM}

_ADD = PRIMITIVES["add"]


def tape_of(
    traces: Sequence[TapeTrace],
    parameters: Sequence[Value],
    *,
    chooses: bool = False,
    constants: dict[Value, float] | None = None,
) -> NodeByNode:
    """The tape of some traces: in machine code, or in Python if that cannot be."""
    if MACHINE.missing:
        return Tape(traces, parameters, chooses=chooses, constants=constants)
    nodes = (node for each in traces for node in (*each.order, *each.others[:-1]))
    found = interpreter_for({node.op for node in nodes})
    if isinstance(found, Interpreter):
        native = NativeTape(found, traces, parameters, chooses=chooses, constants=constants)
        if native.size <= MOST_PLACES:
            return native
        found = f"there are more than {MOST_PLACES:,} nodes"
    tape = Tape(traces, parameters, chooses=chooses, constants=constants)
    tape.lacks = found
    return tape


def interpreter_for(ops: Iterable[Op]) -> Interpreter | str:
    """The interpreter for some operations, or why there is none."""
    wanted = {*ops} - _NO_CODES
    table = interpreter_of(())
    if isinstance(table, str) or wanted <= table.numbers.keys():
        return table
    further = [op for op in wanted if op not in table.numbers]
    return interpreter_of(tuple(sorted(further, key=lambda op: (op.name, id(op)))))


class NativeTape(NodeByNode):
    """The operations of traces in order, as codes.

    The numbers of the parameters are first, then those of the inputs and of constants, and then the
    results. All else is as in a `Tape`.

    - `interpreter`: computes the codes; `size`: how many numbers there are.
    """

    def __init__(
        self,
        interpreter: Interpreter,
        traces: Sequence[TapeTrace],
        parameters: Sequence[Value],
        *,
        chooses: bool = False,
        constants: dict[Value, float] | None = None,
    ) -> None:
        self.count, self.chooses = len(parameters), chooses
        self.interpreter = interpreter
        codes = _Codes(interpreter, parameters, traces, {} if constants is None else constants)
        shared = shared_nodes(traces)
        codes.share(shared)
        self._shared = range(len(codes.rows))
        stretches = [codes.stretch(each) for each in traces]  # with their constants, all is known
        places = codes.shifted([codes.place[node] for node in shared])
        self._place = dict(zip(shared, places, strict=True))
        self.stretches = [each._replace(results=codes.shifted(each.results)) for each in stretches]
        self._leaves, self._codes = np.array(codes.leaves, dtype=np.float64), codes.packed()
        self.size = len(self._leaves) + len(codes.rows)
        self._of_thread = local()

    def places(self, shared: Sequence[Value]) -> Any:
        """Where the numbers and the gradients of what is older than all traces are."""
        return np.array([self._place[node] for node in shared], dtype=np.int64)

    def given_on(
        self,
        memory: TapeMemory,
        gradient: Floats,
        places: Any,
        shared: Floats,
        met: Sequence[int] = (0,),
    ) -> Floats:
        """The gradient, after what is older than some traces has given on what it has got."""
        gradients = memory[1]
        gradients[: self.count], gradients[places] = gradient, shared
        for operations in behind(self.stretches[i] for i in met):
            self._backward(memory, operations)
        found: Floats = gradients[: self.count].copy()
        return found

    def value(self, row: Floats) -> float:
        """The value of a graph without inputs."""
        return self._of_one(self.given(row), self.stretches[0], ())[0]

    def given(self, row: Floats) -> TapeMemory:
        """All numbers that the parameters decide."""
        memory = self._memory
        memory[0][: len(self._leaves)] = self._leaves
        memory[0][: self.count] = row
        self._forward(memory, self._shared)
        return memory

    def begun(self, row: Floats) -> TapeMemory:
        """All numbers that the parameters decide, and gradients of 0."""
        memory, leaves = self.given(row), len(self._leaves)
        memory[1][: leaves + self._shared.stop] = 0.0  # all others are cleared before each sweep
        return memory

    @property
    def _memory(self) -> TapeMemory:
        """Numbers, gradients and codes of this thread, which the interpreter writes, and where."""
        found: TapeMemory | None = getattr(self._of_thread, "memory", None)
        if found is None:
            arrays = np.empty(self.size), np.empty(self.size), self._codes.copy()
            found = self._of_thread.memory = (*arrays, tuple(map(address_of, arrays)))
        return found

    def _forward(self, memory: TapeMemory, operations: range) -> None:
        self._called(self.interpreter.forward, memory, operations)

    def _backward(self, memory: TapeMemory, operations: range) -> None:
        self._called(self.interpreter.backward, memory, operations)

    def _called(self, loop: Callable[..., Any], memory: TapeMemory, operations: range) -> None:
        """Run one of the loops of the interpreter over some codes."""
        if operations:
            numbers, gradients, codes = memory[3]
            first = codes + self._codes.itemsize * (1 + operations.start)
            loop(numbers, gradients, first, len(self._leaves) + operations.start, len(operations))

    def _clear(self, memory: TapeMemory, operations: range) -> None:
        leaves = len(self._leaves)
        memory[1][leaves + operations.start : leaves + operations.stop] = 0.0


class _Codes:
    """The codes of traces while they are written.

    - `rows`, `slopes`, `firsts`, `seconds`: of each code, the number of its row, the slopes that
      are wanted, and its inputs: the number of a result, or ~i for leaf i.
    - `leaves`: the numbers of parameters, inputs and constants.
    """

    def __init__(
        self,
        interpreter: Interpreter,
        parameters: Sequence[Value],
        traces: Sequence[TapeTrace],
        constants: dict[Value, float],
    ) -> None:
        self.rows: list[int] = []
        self.slopes: list[int] = []
        self.firsts: list[int] = []
        self.seconds: list[int] = []
        count = len(parameters)
        self.leaves = [0.0] * (count + max(len(each.inputs) for each in traces))
        self.place = {leaf: ~i for i, leaf in enumerate(parameters)}
        for trace in traces:
            self.place.update((leaf, ~(count + i)) for i, leaf in enumerate(trace.inputs))
        self._numbers, self._constants = interpreter.numbers, constants
        self._active = {~i for i in range(count)}
        self._zero: int | None = None

    def share(self, nodes: Sequence[Value]) -> None:
        """Write nodes that belong to all traces."""
        self._swept = {*nodes}
        self._spans = {node: self.written([node]) for node in nodes}

    def stretch(self, trace: TapeTrace) -> Stretch:
        """The codes of a trace, after they are written; its results are not shifted yet."""
        output, self._swept = trace.order[-1:], nodes_with_gradients(trace.order)
        is_own = any(node not in self.place for node in output)
        swept = self.written(trace.order)
        rest = self.written(trace.others[:-1])
        results = [self.place[node] for node in output]
        results += [self.of(each) for node in trace.others[-1:] for each in operands(node)]
        reached = [i for node in trace.order if node in self._swept
                   for i in self._spans.get(node, ())]  # fmt: skip
        whole = range(swept.start, rest.stop)
        return Stretch(whole, swept, results, is_own, consecutive(reached))

    def written(self, order: Iterable[Value]) -> range:
        """The codes of all of some nodes that are not known yet, after they are written."""
        start = len(self.rows)
        for node in order:
            if node not in self.place:
                self.place[node] = self._node(node)
        return range(start, len(self.rows))

    def of(self, each: Value | float) -> int:
        """The place of an input; a plain number gets a new one."""
        return self._constant(each) if isinstance(each, float) else self.place[each]

    def shifted(self, places: Sequence[int]) -> list[int]:
        """Where numbers are among all numbers, when all leaves are known."""
        array = np.array(places, dtype=np.int64)
        found: list[int] = places_behind(array, len(self.leaves)).tolist()
        return found

    def packed(self) -> Ints:
        """All codes."""
        arrays = (np.array(each, dtype=np.int64)
                  for each in (self.rows, self.slopes, self.firsts, self.seconds))  # fmt: skip
        return codes_of(TapeNodes(*arrays), len(self.leaves))

    def _node(self, node: Value) -> int:
        """The place of a node, after its codes are written."""
        places = list(map(self.of, operands(node)))
        if not places:
            return self._constant(self._constants.setdefault(node, node._data))
        is_open = node.op is not DETACHED and node in self._swept
        if node.op is not _SUM:
            return self._code(node.op, places[0], places[-1], is_open=is_open)
        self._zero = self._constant(0.0) if self._zero is None else self._zero
        total = self._zero
        for each in places:
            total = self._code(_ADD, total, each, is_open=is_open)
        return total

    def _code(self, op: Op, first: int, second: int, *, is_open: bool) -> int:
        """Write a code, through which a gradient goes if it is open; the number of its result."""
        result = len(self.rows)
        by_first = is_open and first in self._active
        by_second = is_open and len(op.partials) == 2 and second in self._active
        self.rows.append(self._numbers[op])
        self.slopes.append(FIRST * by_first + SECOND * by_second)
        self.firsts.append(first)
        self.seconds.append(second)
        if by_first or by_second:
            self._active.add(result)
        return result

    def _constant(self, number: float) -> int:
        """The place of a constant."""
        self.leaves.append(number)
        return ~(len(self.leaves) - 1)
