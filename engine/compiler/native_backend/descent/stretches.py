"""A stretch of descent in machine code: steps one after another, without Python in between.

Each step gathers the examples of its batch, calls the step of a program, which gives a loss and its
gradient, and moves the parameters by an update rule:

    i64 stretch(i64* words)         the number of whole steps that it has done
    double norm(double* slopes)     the length of a gradient, for clipping

A stretch ends early before a gradient is clipped whose length is not finite. `words` are addresses
and numbers of 64 bits, in the order of WORDS; then the address of each array that the rule keeps.
"""

from collections.abc import Callable, Iterator
from functools import reduce
from typing import NamedTuple

from ...rows.updates import UpdateRule
from ..llvm.builder import FunctionBuilder
from ..llvm.indices import Index, named
from ..llvm.module import STEP, ModuleText
from ..llvm.numbers import FLOAT, WHOLE, Variable, Vector
from .update_steps import moved_by

# The arguments of a stretch. Addresses of arrays, but for the step, which is a function:
#   numbers   the parameters                     inputs   of each array of all examples
#   order     the places of examples, or 0       rows     of each array of the examples of a batch
#   step, work, result   of a program            losses   the loss of each step
#   shared    numbers of the rule                kept     what a step gives beside its gradient
# and numbers: of steps; of examples in a batch, and in all batches, of which the last one may be
# smaller; of shared numbers from step to step; of numbers that are kept; 1 for a loss that is a
# sum, not a mean; and the largest length of a gradient.
WORDS = (
    "numbers", "inputs", "order", "rows", "step", "work", "result", "losses", "shared", "kept",
    "steps", "batch", "examples", "ahead", "kept_count", "is_sum", "largest",
)  # fmt: skip
_ADDRESSES = WORDS[:10]

_EXPONENT = 0x7FF << 52
_SMALLEST = 2.0**-1022
_WIDTHS = (8, 4, 2, 1)


class StretchLayout(NamedTuple):
    """What the arrays of a stretch hold.

    - `rows`: the number of numbers of an example, for each array of examples.
    - `parameters`: the number of parameters, of which the first `moved` are moved.
    """

    rows: tuple[int, ...]
    parameters: int
    moved: int


def stretch_text(rule: UpdateRule, layout: StretchLayout) -> str:
    """The functions `stretch` and `norm` in LLVM's language."""
    module = ModuleText()
    norm = FunctionBuilder(module)
    norm.line(f"ret {_norm(norm, layout.moved).typed}")
    module.functions["norm"] = f"define double @norm(ptr %slopes) {STEP} {{\n{norm.body}\n}}\n"
    stretch = _Stretch(module, rule, layout)
    stretch.write()
    module.functions["stretch"] = f"define i64 @stretch(ptr %words) {STEP} {{\n{stretch.body}\n}}\n"
    return module.text


class _Stretch(FunctionBuilder):
    """The function `stretch` while it is written."""

    def __init__(self, module: ModuleText, rule: UpdateRule, layout: StretchLayout) -> None:
        super().__init__(module)
        self.rule, self.layout = rule, layout
        self.given = {
            name: self.load("%words", i, kind=FLOAT if name == "largest" else WHOLE)
            for i, name in enumerate(WORDS)
        }
        self.at = {name: self.address(self.given[name]) for name in _ADDRESSES}
        self.memory = [self.addressed("%words", len(WORDS) + i)
                       for i in range(len(rule.results) - 1)]  # fmt: skip

    def write(self) -> None:
        """All steps."""
        done = self.variable(1, WHOLE)
        self.set(done, self.whole(0))
        leave = self.label()
        with self.loop(self.count("steps")) as step:
            size = self.size(step)
            with self.when(self.whole_compare("not_equal", self.given["order"], self.whole(0))):
                self.gather(step, named(size.text))
            given = [f"ptr {self.at[name]}" for name in ("numbers", "rows", "work", "result")]
            self.line(f"call void {self.at['step']}({', '.join(given)}, {size.typed})")
            self.store(self.at["losses"], step, self.load(self.at["result"], 0))
            self.keep(step)
            with self.when(self.whole_compare("not_equal", self.given["is_sum"], self.whole(0))):
                self.scale(self.from_whole(size))
            self.clip(leave)
            self.move(step)
            self.set(done, Vector(self.operand(step + 1), 1, WHOLE))
        self.jump(leave)
        self.start(leave)
        self.line(f"ret {self.get(done).typed}")

    def size(self, step: Index) -> Vector:
        """The number of examples in the batch of a step."""
        before, batch = self.product(step, "batch"), self.given["batch"]
        left = self.whole_named(self.count("examples") + before.times(-1))
        return self.selected(self.whole_compare("less", left, batch), left, batch)

    def gather(self, step: Index, size: Index) -> None:
        """Put the examples of a batch side by side."""
        arrays = [(self.addressed(self.at["inputs"], i), self.addressed(self.at["rows"], i), row)
                  for i, row in enumerate(self.layout.rows)]  # fmt: skip
        first = self.product(step, "batch")
        with self.loop(size) as i:
            place = self.looked_up(self.at["order"], first + i)
            for source, target, row in arrays:
                for j, lanes in self.pieces(row):
                    number = self.load(source, place.times(row) + j, lanes)
                    self.store(target, i.times(row) + j, number)

    def keep(self, step: Index) -> None:
        """Copy what a step gives beside its loss and gradient."""
        first = self.product(step, "kept_count")
        with self.loop_if_any(self.count("kept_count")) as i:
            number = self.load(self.at["result"], i + (1 + self.layout.parameters))
            self.store(self.at["kept"], first + i, number)

    def scale(self, factor: Vector) -> None:
        """Multiply the gradient by a factor."""
        for i, lanes in self.pieces(self.layout.parameters):
            slope = self.load(self.at["result"], i + 1, lanes)
            self.store(self.at["result"], i + 1, self.mul(factor, slope))

    def clip(self, leave: str) -> None:
        """Shorten the gradient to the largest length, if there is one."""
        largest, infinity = self.given["largest"], self.constant(float("inf"))
        with self.when(self.compare("less", largest, infinity)):
            slopes = self.pointer(self.at["result"], 1)
            norm = self.made(f"call double @norm(ptr {slopes})")
            go_on = self.label()
            self.decide(self.compare("less", norm, infinity), go_on, leave)
            self.start(go_on)
            with self.when(self.compare("less", largest, norm)):
                for i, lanes in self.pieces(self.layout.moved):
                    shorter = self.div(self.load(self.at["result"], i + 1, lanes), norm)
                    self.store(self.at["result"], i + 1, self.mul(shorter, largest))

    def move(self, step: Index) -> None:
        """Move the parameters by the rule, and keep what it keeps."""
        first = self.product(step, "ahead")
        shared = {number: self.load(self.at["shared"], first + k)
                  for k, number in enumerate(self.rule.shared)}  # fmt: skip
        targets = [self.at["numbers"], *self.memory]
        for i, lanes in self.pieces(self.layout.moved):
            number, *memory = (self.load(each, i, lanes) for each in targets)
            slope = self.load(self.at["result"], i + 1, lanes)
            found = dict(enumerate([number, slope, *memory]))
            for target, each in zip(
                targets, moved_by(self, self.rule, found | shared), strict=True
            ):
                self.store(target, i, self.wide(each, lanes))

    # Words.

    def address(self, word: Vector) -> str:
        """An address from a word."""
        return self.made(f"inttoptr {word.typed} to ptr").text

    def addressed(self, buffer: str, i: int) -> str:
        """An address from an array of addresses."""
        return self.address(self.load(buffer, i, kind=WHOLE))

    def count(self, name: str) -> Index:
        """A number among the words, as an index."""
        return named(self.given[name].text)

    def product(self, step: Index, name: str) -> Index:
        """The number of the step times a number among the words."""
        times = Vector(self.operand(step), 1, WHOLE)
        return named(self.whole_operation("*", times, self.given[name]).text)

    def pieces(self, count: int) -> Iterator[tuple[Index, int]]:
        """The first place and the number of lanes of each part of an array, from loops."""
        return in_vectors(self, count)


def in_vectors(builder: FunctionBuilder, count: int) -> Iterator[tuple[Index, int]]:
    """The first place and the number of lanes of each part of an array of `count` numbers."""
    start = 0
    for lanes in _WIDTHS:
        end = start + (count - start) // lanes * lanes
        if end > start:
            with builder.loop(end, start, lanes) as i:
                yield i, lanes
        start = end


def _norm(builder: FunctionBuilder, count: int) -> Vector:
    """The length of a gradient, in units of a power of 2 near its largest number."""
    sizes = {lanes: builder.variable(lanes) for lanes in _WIDTHS}
    _clear(builder, sizes)
    for i, lanes in in_vectors(builder, count):
        size = builder.abs(builder.load("%slopes", i, lanes))
        builder.set(sizes[lanes], _larger(builder, builder.get(sizes[lanes]), size))
    largest = _joined(builder, sizes, lambda a, b: _larger(builder, a, b))
    bits = builder.whole_operation("&", builder.bits(largest), builder.whole(_EXPONENT))
    unit = _larger(builder, builder.of_bits(bits), builder.constant(_SMALLEST))
    scale = builder.div(builder.constant(1.0), unit)
    _clear(builder, sizes)
    for i, lanes in in_vectors(builder, count):
        part = builder.mul(builder.load("%slopes", i, lanes), scale)
        builder.set(sizes[lanes], builder.fma(part, part, builder.get(sizes[lanes])))
    return builder.mul(builder.own("sqrt", _joined(builder, sizes, builder.add)), unit)


def _clear(builder: FunctionBuilder, variables: dict[int, Variable]) -> None:
    """Set variables to 0."""
    for variable in variables.values():
        builder.set(variable, builder.constant(0.0))


def _joined(
    builder: FunctionBuilder,
    variables: dict[int, Variable],
    join: Callable[[Vector, Vector], Vector],
) -> Vector:
    """All lanes of some variables as one number."""
    numbers = map(builder.get, variables.values())
    return reduce(join, [builder.lane(n, i) for n in numbers for i in range(n.lanes)])


def _larger(builder: FunctionBuilder, a: Vector, b: Vector) -> Vector:
    """The larger one of two numbers; `a` if one is nan."""
    return builder.select(builder.compare("less", a, b), b, a)
