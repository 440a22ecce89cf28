"""The two loops of the interpreter: what nodes do on their way forward, and backward.

A loop is a switch, with a way for each thing that a code may say. A way loads the next code before
it does anything else, so that the processor knows early where it goes on. While a loop runs, a code
of its own is behind the last one and tells the end. What the first node takes from a register is
loaded before.
"""

from collections.abc import Iterator, Sequence

from ....primitives import Op
from ...rows.formulas import Formula
from ..llvm.builder import FunctionBuilder
from ..llvm.indices import Index, named
from ..llvm.module import STEP, ModuleText
from ..llvm.numbers import WHOLE, Vector
from .codes import FIRST, MOST_PLACES, PLACE_BITS, PREVIOUS, ROW, SECOND, SLOPES, UPSTREAM
from .formulas import RowWriter, forward_of, slopes_of

_ARGUMENTS = "ptr noalias %numbers, ptr noalias %grads, ptr noalias %codes, i64 %place, i64 %count"

# Where the results are, and their gradients; and the code that is behind the last one meanwhile.
_HEAD = """\
  %results = getelementptr double, ptr %numbers, i64 %place
  %slopes = getelementptr double, ptr %grads, i64 %place
  %behind = getelementptr i64, ptr %codes, i64 {behind}
  %kept = load i64, ptr %behind, align 8
  store i64 {end}, ptr %behind, align 8
"""


class TapeRow:
    """A row that the interpreter knows: the formulas of its operation and its derivatives."""

    def __init__(self, op: Op) -> None:
        self.op, self.forward, self.slopes = op, forward_of(op), slopes_of(op)


def text_of(rows: Sequence[TapeRow]) -> str:
    """The interpreter in LLVM's language."""
    module = ModuleText()
    for kind in (_Forward, _Backward):
        builder = FunctionBuilder(module)
        head = _HEAD.format(behind=kind.behind, end=len(rows) << ROW)
        body = kind(builder, rows).body().replace("entry:\n", f"entry:\n{head}", 1)
        module.functions[kind.name] = (
            f"define void @glassgrad_tape_{kind.name}({_ARGUMENTS}) {STEP} {{\n{body}\n}}\n"
        )
    return module.text


class _Loop:
    """What both loops have while they are written.

    - `number`, `code`, `following`: the number of a node, its code, and the next one.
    """

    def __init__(self, builder: FunctionBuilder, first: Index, step: int) -> None:
        self.builder, self.first, self.step = builder, first, step
        self.number, self.code, self.following = (builder.variable(1, WHOLE) for _ in range(3))
        self._next = builder.label()

    def dispatch(self, first_bit: int, mask: int) -> str:
        """Write the switch to the way that some bits of each code tell; its place for the ways."""
        builder = self.builder
        builder.set(self.number, builder.whole_named(self.first + -self.step))
        builder.set(self.following, builder.load("%codes", self.first, kind=WHOLE))
        self.go_on()
        builder.start(self._next)
        code = builder.get(self.following)
        builder.set(self.code, code)
        builder.set(self.number, builder.whole_named(self._further))
        way = self.bits(code, first_bit, mask)
        nowhere, ways = builder.label(), builder.label()
        builder.line(f"switch i64 {way.text}, label %{nowhere} [ {ways} ]")
        builder.start(nowhere)
        builder.line("unreachable")
        return f"[ {ways} ]"

    @property
    def _further(self) -> Index:
        """The number of the next node."""
        return named(self.builder.get(self.number).text) + self.step

    def way(self) -> str:
        """Begin a way; its label."""
        label = self.builder.label()
        self.builder.start(label)
        self.builder.set(self.following, self.builder.load("%codes", self._further, kind=WHOLE))
        return label

    def go_on(self) -> None:
        """Go on with the next code."""
        self.builder.jump(self._next)

    def end(self) -> str:
        """Write the way that ends the loop; its label."""
        label = self.builder.label()
        self.builder.start(label)
        self.builder.line("store i64 %kept, ptr %behind, align 8")
        self.builder.line("ret void")
        return label

    def bits(self, code: Vector, first: int, mask: int) -> Vector:
        """Some bits of a code, from the bit `first` on."""
        builder = self.builder
        shifted = builder.whole_operation(">>>", code, builder.whole(first)) if first else code
        return builder.whole_operation("&", shifted, builder.whole(mask))

    def place(self, number: int) -> Index:
        """The place of the first input, or of the second."""
        code, first = self.builder.get(self.code), (PLACE_BITS, 0)[number]
        return named(self.bits(code, first, MOST_PLACES - 1).text)

    @property
    def here(self) -> Index:
        """The number of this node."""
        return named(self.builder.get(self.number).text)


def _cases(ways: Iterator[tuple[int, str]]) -> str:
    """Ways in a switch."""
    return f"[ {' '.join(f'i64 {number}, label %{label}' for number, label in ways)} ]"


class _Forward(_Loop):
    """The loop that computes results."""

    name, behind = "forward", "%count"

    def __init__(self, builder: FunctionBuilder, rows: Sequence[TapeRow]) -> None:
        super().__init__(builder, Index(), 1)
        self.rows, self.last = rows, builder.variable(1)
        self.inputs = [builder.variable(1) for _ in range(2)]

    def body(self) -> str:
        """The lines of the function."""
        self.builder.set(self.last, self.builder.load("%results", Index(-1)))
        ways = self.dispatch(ROW, 0xFF)
        found = [way for i, row in enumerate(self.rows) for way in self._ways(i, row)]
        found.append((len(self.rows), self.end()))
        return self.builder.body.replace(ways, _cases(iter(found)))

    def _ways(self, number: int, row: TapeRow) -> Iterator[tuple[int, str]]:
        """The ways of a row: for each input, whether it is the last result."""
        builder, compute = self.builder, self.builder.label()
        for previous in (0, FIRST, SECOND, FIRST | SECOND):
            yield previous << (PREVIOUS - ROW) | number, self.way()
            for i in range(len(row.slopes)):
                is_at_hand = previous & (FIRST, SECOND)[i]
                builder.set(self.inputs[i], builder.get(self.last) if is_at_hand else
                            builder.load("%numbers", self.place(i)))  # fmt: skip
            builder.jump(compute)
        builder.start(compute)
        given = [builder.get(each) for each in self.inputs[: len(row.slopes)]]
        result = RowWriter(builder, given).written(row.forward)
        builder.set(self.last, result)
        builder.store("%results", self.here, result)
        self.go_on()


class _Backward(_Loop):
    """The loop that adds to the gradients of the inputs, to that of the first one first."""

    name, behind = "backward", "-1"

    def __init__(self, builder: FunctionBuilder, rows: Sequence[TapeRow]) -> None:
        super().__init__(builder, Index(-1) + named("%count"), -1)
        self.rows, self.upstream = rows, builder.variable(1)
        self.added = [builder.variable(1) for _ in range(2)]

    def body(self) -> str:
        """The lines of the function."""
        for each in self.added:
            self.builder.set(each, self.builder.load("%slopes", self.first))
        ways = self.dispatch(UPSTREAM, 0x3FF)
        found = dict(way for i, row in enumerate(self.rows) for way in self._ways(i, row))
        skip = self.way()
        self.go_on()
        last = len(self.rows) << (ROW - UPSTREAM)
        found[last] = self.end()
        every = ((i, found.get(i, skip)) for i in range(last + 1))
        return self.builder.body.replace(ways, _cases(every))

    def _ways(self, number: int, row: TapeRow) -> Iterator[tuple[int, str]]:
        """The ways of a row: by the slopes that are wanted, and where its gradient is."""
        builder, labels = self.builder, [self.builder.label() for _ in row.slopes]
        for slopes in range(1, 1 << len(labels)):
            for upstream in (0, FIRST, SECOND):
                kind = number << (ROW - UPSTREAM) | slopes << (SLOPES - UPSTREAM) | upstream
                yield kind, self.way()
                builder.set(self.upstream, builder.get(self.added[upstream - 1]) if upstream else
                            builder.load("%slopes", self.here))  # fmt: skip
                builder.jump(labels[0 if slopes & FIRST else 1])
        for i, (slope, label) in enumerate(zip(row.slopes, labels, strict=True)):
            builder.start(label)
            self._add(i, row, slope)
            if i + 1 < len(labels):
                after = builder.label()
                flag = self.bits(builder.get(self.code), SLOPES, SECOND)
                wanted = builder.whole_compare("not_equal", flag, builder.whole(0))
                builder.decide(wanted, labels[i + 1], after)
                builder.start(after)
            self.go_on()

    def _add(self, number: int, row: TapeRow, slope: Formula) -> None:
        """Add what a node contributes to an input."""
        builder, place, share = self.builder, self.place(number), self.builder.get(self.upstream)
        if not (slope.result == 1.0 and isinstance(slope.result, float)):
            given = [builder.load("%numbers", self.place(i)) for i in range(len(row.slopes))]
            given.append(builder.load("%results", self.here))
            share = builder.mul(share, RowWriter(builder, given).written(slope))
        found = builder.add(builder.load("%grads", place), share)
        builder.store("%grads", place, found)
        builder.set(self.added[number], found)
