"""The tape in machine code: a recorded graph computed again by one fixed interpreter.

It gives the bits of `Tape`, which are those of an eager run, in a twentieth of the time. A node is
a code of 8 bytes, and a sum of n terms is n additions. A graph with a row that the interpreter
cannot have, such as one that calls `math.gamma`, is left to `Tape`.
"""

from collections.abc import Iterable, Sequence
from threading import local
from typing import Any

from ...analysis.operands import operands
from ...primitives import CONSTANT, LEAF, PRIMITIVES, Op
from ...value import Value
from ...watching.tracing import DETACHED
from ..arrays import Floats, np
from ..native_backend.llvm.jit import MACHINE
from ..native_backend.tape.interpreter import FIRST, PLACE_BITS, SECOND, Interpreter, interpreter_of
from .tape import NodeByNode, Tape

# The operations that are no codes: leaves, and sums, which are several.
_SUM = PRIMITIVES["sum"]
_NO_CODES = {LEAF, CONSTANT, _SUM}

_ADD = PRIMITIVES["add"]


def tape_of(
    order: Sequence[Value],
    parameters: Sequence[Value],
    inputs: Sequence[Value],
    others: Sequence[Value] = (),
) -> NodeByNode:
    """The tape of a graph: in machine code, or in Python if that cannot be."""
    if MACHINE.missing:
        return Tape(order, parameters, inputs, others)
    found = interpreter_for({node.op for node in (*order, *others[:-1])})
    if isinstance(found, Interpreter):
        return NativeTape(found, order, parameters, inputs, others)
    tape = Tape(order, parameters, inputs, others)
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
    """The operations of a graph in order, as codes.

    The numbers of the parameters are first, then those of the inputs and of constants, and then the
    results. `others` is the order of a node that holds further outputs together; no gradient goes
    through it.
    """

    def __init__(
        self,
        interpreter: Interpreter,
        order: Sequence[Value],
        parameters: Sequence[Value],
        inputs: Sequence[Value],
        others: Sequence[Value] = (),
    ) -> None:
        self.count, self._given = len(parameters), len(parameters) + len(inputs)
        self._interpreter = interpreter
        codes = _Codes(interpreter, [*parameters, *inputs], self.count)
        codes.write(order)
        self._backward_codes = len(codes.kinds)
        codes.write(others[:-1])
        results = [codes.place[order[-1]]]
        results += [codes.of(each) for node in others[-1:] for each in operands(node)]
        self._leaves, self._codes = np.array(codes.leaves, dtype=np.float64), codes.packed()
        self._places = codes.shifted(results)
        self._of_thread = local()

    @property
    def _memory(self) -> tuple[Floats, Floats]:
        """All numbers and all gradients, in memory of this thread."""
        found: tuple[Floats, Floats] | None = getattr(self._of_thread, "memory", None)
        if found is None:
            size = len(self._leaves) + len(self._codes)
            found = self._of_thread.memory = np.empty(size), np.empty(size)
        return found

    def _forward(self, row: Floats, inputs: Sequence[Floats]) -> Floats:
        leaves, count = len(self._leaves), len(self._codes)
        numbers, _ = self._memory
        numbers[:leaves] = self._leaves
        numbers[: self.count] = row
        start = self.count
        for each in inputs:
            numbers[start : start + each.size] = each.reshape(-1)
            start += each.size
        self._interpreter.forward(numbers.ctypes.data, 0, self._codes.ctypes.data, leaves, count)
        return numbers

    def _results(self, numbers: Floats) -> list[float]:
        found: list[float] = numbers[self._places].tolist()
        return found

    def _backward(self, numbers: Floats) -> Floats:
        _, gradients = self._memory
        gradients[:] = 0.0
        gradients[self._places[0]] = 1.0
        self._interpreter.backward(
            numbers.ctypes.data, gradients.ctypes.data, self._codes.ctypes.data,
            len(self._leaves), self._backward_codes,
        )  # fmt: skip
        return gradients[: self.count].copy()


class _Codes:
    """The codes of a graph while they are written.

    - `kinds`, `firsts`, `seconds`: of each code, its operation with its slopes, and its inputs: the
      number of a result, or ~i for leaf i.
    - `leaves`: the numbers of parameters, inputs and constants.
    """

    def __init__(self, interpreter: Interpreter, leaves: Sequence[Value], count: int) -> None:
        self.kinds: list[int] = []
        self.firsts: list[int] = []
        self.seconds: list[int] = []
        self.leaves = [leaf._data for leaf in leaves]
        self.place = {leaf: ~i for i, leaf in enumerate(leaves)}
        self._numbers = interpreter.numbers
        self._active = {~i for i in range(count)}
        self._zero: int | None = None

    def write(self, order: Iterable[Value]) -> None:
        """Write all of some nodes that are not known yet."""
        for node in order:
            if node not in self.place:
                self.place[node] = self._node(node)

    def of(self, each: Value | float) -> int:
        """The place of an input; a plain number gets a new one."""
        return self._constant(each) if isinstance(each, float) else self.place[each]

    def shifted(self, places: Sequence[int]) -> Any:
        """Where numbers are among all numbers, when all leaves are known."""
        array = np.array(places, dtype=np.int64)
        return np.where(array < 0, ~array, array + len(self.leaves))

    def packed(self) -> Any:
        """All codes."""
        kinds = np.array(self.kinds, dtype=np.int64) << (2 * PLACE_BITS)
        firsts, seconds = self.shifted(self.firsts), self.shifted(self.seconds)
        return kinds | (firsts << PLACE_BITS) | seconds

    def _node(self, node: Value) -> int:
        """The place of a node, after its codes are written."""
        places = list(map(self.of, operands(node)))
        if not places:
            return self._constant(node._data)
        if node.op is not _SUM:
            return self._code(node.op, places[0], places[-1])
        self._zero = self._constant(0.0) if self._zero is None else self._zero
        total = self._zero
        for each in places:
            total = self._code(_ADD, total, each)
        return total

    def _code(self, op: Op, first: int, second: int) -> int:
        """Write a code; gives the number of its result."""
        result, is_open = len(self.kinds), op is not DETACHED
        by_first = is_open and first in self._active
        by_second = is_open and len(op.partials) == 2 and second in self._active
        self.kinds.append(4 * self._numbers[op] + FIRST * by_first + SECOND * by_second)
        self.firsts.append(first)
        self.seconds.append(second)
        if by_first or by_second:
            self._active.add(result)
        return result

    def _constant(self, number: float) -> int:
        """The place of a constant."""
        self.leaves.append(number)
        return ~(len(self.leaves) - 1)
