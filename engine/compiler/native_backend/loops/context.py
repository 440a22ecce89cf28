"""One function of a step while it is written: a builder, and where everything is in memory."""

from collections.abc import Sequence
from copy import copy

from ...kinds.instruction import Instruction
from ...kinds.views import Shape
from ..llvm.builder import FunctionBuilder
from ..llvm.indices import Index, named
from ..llvm.numbers import TRUTH, Vector
from ..plan.access import Access, strides_for
from ..plan.bodies import BodyLayout
from ..plan.layout import LANES, MemoryLayout

# The arguments of each function of a step: `first` counts the examples before a block, `count` the
# ones in it, and `examples` all of them.
ARGUMENTS = (
    "ptr noalias readonly %parameters, ptr readonly %inputs, ptr noalias %work, "
    "ptr noalias %result, i64 %first, i64 %count, i64 %examples"
)
FIRST, COUNT, EXAMPLES = named("%first"), named("%count"), named("%examples")


_PLACES = ", ".join(f"i64 {lane}" for lane in range(LANES))
_REST_MASK = (
    "%rest = and i64 %count, 7",
    "%rest.first = insertelement <8 x i64> poison, i64 %rest, i64 0",
    "%rest.all = shufflevector <8 x i64> %rest.first, <8 x i64> poison, <8 x i32> zeroinitializer",
    f"%rest.mask = icmp slt <8 x i64> <{_PLACES}>, %rest.all",
)


class Context:
    """A function of a step while it is written.

    - `builder`: writes its lines; `layout`: where each result of the program is.
    - `registers`: how many vectors the processor holds.
    - `full`, `padded`: the number of examples in a block, rounded down and up to whole vectors.
    """

    def __init__(self, layout: MemoryLayout, builder: FunctionBuilder) -> None:
        self.layout: MemoryLayout | BodyLayout = layout
        self.builder = builder
        self.registers = layout.registers
        self._inputs: set[int] = set()
        self._masks: set[str] = set()
        builder.at_entry("%full = and i64 %count, -8")
        builder.at_entry("%more = add nsw i64 %count, 7")
        builder.at_entry("%padded = and i64 %more, -8")
        self.full, self.padded = named("%full"), named("%padded")

    def within(self, layout: BodyLayout) -> "Context":
        """The same function, for the body of a loop."""
        inner = copy(self)
        inner.layout = layout
        return inner

    def padded_to(self, size: int) -> Index:
        """The number of examples in a block that are in whole tiles of `size`."""
        builder = self.builder
        count = builder.whole_named(self.padded)
        return named(builder.whole_operation("&", count, builder.whole(-size)).text)

    @property
    def rest_mask(self) -> Vector:
        """The truth for the lanes of the last vector of examples, if that is not a whole one."""
        for line in _REST_MASK:
            if line not in self._masks:
                self._masks.add(line)
                self.builder.at_entry(line)
        return Vector("%rest.mask", LANES, TRUTH)

    @property
    def made(self) -> Sequence[Instruction]:
        """The instructions of the program."""
        return self.layout.program.instructions

    def access(self, number: int) -> Access:
        """The memory of a result; that of an input without examples is an argument."""
        found = self.layout.access(number)
        if found.buffer.startswith("%input"):
            self.input(int(found.buffer.removeprefix("%input")))
        return found

    def input(self, number: int) -> str:
        """The pointer to an argument."""
        name = f"%input{number}"
        if number not in self._inputs:
            self._inputs.add(number)
            self.builder.at_entry(f"{name}.at = getelementptr ptr, ptr %inputs, i64 {number}")
            self.builder.at_entry(f"{name} = load ptr, ptr {name}.at")
        return name

    def repeated(self, number: int, shape: Shape) -> Access:
        """The memory of a result that is repeated to a shape."""
        return self.access(number)._replace(strides=self.strides(number, shape, examples=False))

    def strides(self, number: int, shape: Shape, *, examples: bool) -> Shape:
        """The steps of a result along axes to which it is repeated; then that of examples."""
        access = self.access(number)
        each = (access.each,) if examples else ()
        return (*strides_for(access, self.made[number].shape, shape), *each)


def load_lanes(
    builder: FunctionBuilder, buffer: str, index: Index, step: int, lanes: int
) -> Vector:
    """Numbers that are `step` apart, as lanes; one that is the same for all is a single one."""
    if lanes == 1 or step == 0:
        return builder.load(buffer, index)
    if step == 1:
        return builder.load(buffer, index, lanes)
    return builder.packed([builder.load(buffer, index + k * step) for k in range(lanes)])


def store_lanes(
    builder: FunctionBuilder, buffer: str, index: Index, step: int, lanes: int, number: Vector
) -> None:
    """Write lanes to places that are `step` apart."""
    number = builder.wide(builder.number(number), lanes)
    if lanes == 1 or step == 1:
        builder.store(buffer, index, number)
        return
    for k in range(lanes):
        builder.store(buffer, index + k * step, builder.lane(number, k))


def put(
    builder: FunctionBuilder, buffer: str, index: Index, step: int, lanes: int,
    number: Vector, *, adds: bool,
) -> None:  # fmt: skip
    """Write lanes to places of an array, or add them to what is there."""
    if adds:
        number = builder.add(load_lanes(builder, buffer, index, step, lanes), number)
    store_lanes(builder, buffer, index, step, lanes, number)
