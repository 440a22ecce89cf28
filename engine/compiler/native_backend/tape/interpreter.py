"""The interpreter of tapes in machine code: one loop forward, and one backward.

    code of a node  =  operation, and its slopes  |  place of the first input  |  of the second

has 8 bytes. The places of results follow those of all leaves. Backward each node adds to its inputs
what `backward()` adds, in the same order, by the partial derivatives of the table. It is made once,
and knows all rows of the table that can be followed; and once more for each set of further rows.
"""

from collections.abc import Sequence
from ctypes import CFUNCTYPE, c_int64, c_void_p
from functools import lru_cache

from ....primitives import BUILT_IN, PRIMITIVES, Op
from ....slopes import is_built_in
from ....system.computed import cached_property
from ....watching.tracing import DETACHED
from ...rows.formulas import Formula
from ...rows.symbols import Untraceable
from ..llvm.builder import FunctionBuilder
from ..llvm.indices import named
from ..llvm.jit import MACHINE, Code
from ..llvm.module import STEP, ModuleText
from ..llvm.numbers import TRUTH, Vector
from .blocks import BlockInterpreter
from .formulas import RowWriter, forward_of, slopes_of

# How many bits a place has in a code.
PLACE_BITS = 28
_PLACES = 1 << PLACE_BITS

# Beside the number of the operation, times 4: whether the slopes by its inputs are wanted.
FIRST, SECOND = 1, 2

# The most rows of an interpreter, whose numbers have 6 bits.
_MOST_ROWS = 64

_FUNCTION = CFUNCTYPE(None, c_void_p, c_void_p, c_void_p, c_int64, c_int64)


class TapeRow:
    """A row that the interpreter knows: the formulas of its operation and its derivatives."""

    def __init__(self, op: Op) -> None:
        self.op, self.forward, self.slopes = op, forward_of(op), slopes_of(op)


class Interpreter:
    """Machine code for some rows.

    - `rows`: these rows; `numbers`: the number of each of them in a code.
    - `forward(numbers, grads, codes, leaves, count)` computes all results, and `backward`, which
      takes the same, adds to all gradients.
    - `blocks`: the same rows for blocks of examples.
    """

    def __init__(self, rows: Sequence[TapeRow]) -> None:
        self.rows = rows
        self.numbers = {row.op: i for i, row in enumerate(rows)}
        self.text = text_of(rows)
        self._code = _code_of(self.text)
        self.forward, self.backward = (
            _FUNCTION(self._code.address(f"glassgrad_tape_{name}"))
            for name in ("forward", "backward")
        )

    @cached_property
    def blocks(self) -> BlockInterpreter:
        """The interpreter of these rows for blocks of examples."""
        return BlockInterpreter(self.rows)


@lru_cache(maxsize=16)
def _code_of(text: str) -> Code:
    """The machine code of an interpreter."""
    return MACHINE.compiled(text)


def row_of(op: Op) -> TapeRow | str:
    """A row as the interpreter has it, or why it cannot have it."""
    if op.any_number:
        return f"{op.name} has any number of inputs"
    try:
        return TapeRow(op)
    except Untraceable as error:
        return f"{error}"


def interpreter_of(further: tuple[Op, ...]) -> "Interpreter | str":
    """The interpreter of the table and of further rows, or why there is none.

    A registered row is followed anew each time, since what it calls may be another row by now.
    """
    is_fixed = all(map(is_built_in, further))
    return _kept(further) if is_fixed else _made(further)


@lru_cache(maxsize=64)
def _kept(further: tuple[Op, ...]) -> "Interpreter | str":
    """The interpreter of rows that stay what they are."""
    return _made(further)


def _made(further: tuple[Op, ...]) -> "Interpreter | str":
    """The interpreter of the table and of further rows, or why there is none."""
    built_in = [op for op in PRIMITIVES.values() if op.name in BUILT_IN]
    known = [row_of(op) for op in (*built_in, DETACHED)]
    rows = [each for each in known if isinstance(each, TapeRow)]
    for op in further:
        found = row_of(op)
        if isinstance(found, str):
            return found
        rows.append(found)
    if len(rows) > _MOST_ROWS:
        return "there are too many rows"
    return Interpreter(rows)


def text_of(rows: Sequence[TapeRow]) -> str:
    """The interpreter in LLVM's language."""
    module = ModuleText()
    for name, is_forward in (("forward", True), ("backward", False)):
        module.functions[name] = _Loop(module, rows, is_forward=is_forward).text(name)
    return module.text


class _Loop:
    """One of the two loops while it is written."""

    def __init__(self, module: ModuleText, rows: Sequence[TapeRow], *, is_forward: bool) -> None:
        self.builder = FunctionBuilder(module)
        self.rows, self.is_forward = rows, is_forward

    def text(self, name: str) -> str:
        """The function."""
        builder = self.builder
        some = builder.made("icmp sgt i64 %count, 0", 1, "i1")
        with builder.when(some), builder.loop(named("%count")) as counter:
            step = builder.operand(counter)
            if not self.is_forward:
                step = builder.made(f"sub i64 %last, {step}").text
            self._node(step)
        head = "" if self.is_forward else "  %last = sub i64 %count, 1\n"
        body = builder.body.replace("entry:\n", f"entry:\n{head}", 1)
        return (f"define void @glassgrad_tape_{name}(ptr noalias %numbers, ptr noalias %grads, "
                f"ptr noalias %codes, i64 %leaves, i64 %count) {STEP} {{\n{body}\n  ret void\n}}\n"
                )  # fmt: skip

    def _node(self, step: str) -> None:
        """One node: what its code says."""
        builder = self.builder
        at = builder.made(f"getelementptr inbounds i64, ptr %codes, i64 {step}").text
        code = builder.made(f"load i64, ptr {at}, align 8").text
        kind = builder.made(f"lshr i64 {code}, {2 * PLACE_BITS}").text
        self.places = [self._place(code, PLACE_BITS), self._place(code, 0)]
        self.result = builder.made(f"add nsw i64 %leaves, {step}").text
        self.after = builder.label()
        shown = builder.made(f"lshr i64 {kind}, 2").text if self.is_forward else kind
        labels = [[builder.label() for _ in row.slopes] for row in self.rows]
        cases = _results(labels) if self.is_forward else _contributions(labels)
        texts = " ".join(f"i64 {number}, label %{label}" for number, label in cases)
        other = builder.label() if self.is_forward else self.after
        builder.line(f"switch i64 {shown}, label %{other} [ {texts} ]")
        if self.is_forward:
            builder.start(other)
            builder.line("unreachable")
        for row, mine in zip(self.rows, labels, strict=True):
            self._forward(row, mine[0]) if self.is_forward else self._backward(row, mine, kind)
        builder.start(self.after)

    def _place(self, code: str, bits: int) -> str:
        """The place of an input."""
        shifted = self.builder.made(f"lshr i64 {code}, {bits}").text if bits else code
        return self.builder.made(f"and i64 {shifted}, {_PLACES - 1}").text

    def _loaded(self, place: str, of: str = "%numbers") -> Vector:
        return self.builder.load(of, named(place))

    def _inputs(self, row: TapeRow) -> list[Vector]:
        """The numbers of the inputs of a row."""
        return [self._loaded(place) for place in self.places[: len(row.slopes)]]

    def _forward(self, row: TapeRow, label: str) -> None:
        """Compute the result."""
        self.builder.start(label)
        result = RowWriter(self.builder, self._inputs(row)).written(row.forward)
        self.builder.store("%numbers", named(self.result), result)
        self.builder.jump(self.after)

    def _backward(self, row: TapeRow, labels: Sequence[str], kind: str) -> None:
        """Add to the gradients of the inputs, the first one first."""
        builder = self.builder
        for slope, place, label, following in zip(
            row.slopes, self.places, labels, [*labels[1:], self.after], strict=False
        ):
            builder.start(label)
            upstream = self._loaded(self.result, "%grads")
            given = [*self._inputs(row), self._loaded(self.result)]
            share = self._share(upstream, slope, given)
            before = self._loaded(place, "%grads")
            builder.store("%grads", named(place), builder.add(before, share))
            if following == self.after:
                builder.jump(self.after)
            else:
                flag = builder.made(f"and i64 {kind}, {SECOND}").text
                builder.decide(builder.made(f"icmp ne i64 {flag}, 0", 1, TRUTH), following,
                               self.after)  # fmt: skip

    def _share(self, upstream: Vector, slope: Formula, given: list[Vector]) -> Vector:
        """What a node contributes to an input."""
        if slope.result == 1.0 and isinstance(slope.result, float):
            return upstream
        return self.builder.mul(upstream, RowWriter(self.builder, given).written(slope))


# The cases of a switch: the number of a code, and where it goes on.
SwitchCases = list[tuple[int, str]]


def _results(labels: Sequence[Sequence[str]]) -> SwitchCases:
    """Forward: the number of the operation alone tells."""
    return [(i, first) for i, (first, *_) in enumerate(labels)]


def _contributions(labels: Sequence[Sequence[str]]) -> SwitchCases:
    """Backward: the first slope that is wanted; none is, where neither is."""
    cases = []
    for i, (first, *others) in enumerate(labels):
        cases += [(4 * i + FIRST, first)]
        for second in others:
            cases += [(4 * i + FIRST + SECOND, first), (4 * i + SECOND, second)]
    return cases
