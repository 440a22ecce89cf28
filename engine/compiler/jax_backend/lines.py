"""The lines of a program in JAX, while they are written."""

from itertools import chain, count
from typing import Any

from ..ir.program import RESERVED
from ..kinds import InnerProgram
from ..kinds.instruction import Instruction
from ..rows.kernels import ByNumber, Kernel
from ..rows.sources import literal


class JaxLines:
    """What has been written of a program, and operands as expressions.

    - `made`, `names`: the instructions of the program, and their names.
    - `body`: the lines of `step`; `constants`: the constant arrays by name.
    - `kernels`: the functions called, with their names; `hidden`: the names that none can have.
    - `is_inside`: whether they are the lines of the body of a loop, which share these three with
      the lines `outer` around it.

    Names of instructions never end in `_`; those of constants that an instruction needs do.
    """

    def __init__(
        self, program: InnerProgram, names: list[str], outer: "JaxLines | None" = None
    ) -> None:
        self.made = program.instructions
        self.names = names
        self.is_inside = outer is not None
        self.body: list[str] = []
        self.constants: dict[str, Any] = outer.constants if outer else {}
        self.kernels: dict[Kernel | ByNumber, str] = outer.kernels if outer else {}
        self.hidden: set[str] = outer.hidden if outer else {*RESERVED}
        self.hidden.update(names)

    def constant(self, name: str, array: Any) -> str:
        """The name of a constant array, which is an argument of `make`."""
        self.constants[name] = array
        return name

    def name(self, number: int) -> str:
        """Result `number` as an operand: its name, or the plain number."""
        each = self.made[number]
        if each.kind == "constant" and not each.shape:
            return literal(each.detail.array.item(), "jnp")
        return self.names[number]

    def array(self, number: int) -> str:
        """Result `number` as an array of JAX: constants are NumPy's, or plain numbers."""
        is_constant = self.made[number].kind == "constant"
        return f"jnp.asarray({self.name(number)})" if is_constant else self.name(number)

    def beside(self, number: int, consumer: Instruction) -> str:
        """Result `number` as an operand of `consumer`, with an axis of 1 for its examples."""
        each, name = self.made[number], self.name(number)
        is_shared = consumer.examples and not each.examples and each.shape
        return f"{name}[..., None]" if is_shared else name

    def flat(self, number: int) -> str:
        """The numbers of result `number` in one row, as an expression."""
        each, array = self.made[number], self.array(number)
        if len(each.shape) == 1:
            return array
        return f"{array}.reshape(-1{', examples' * each.examples})"

    def full(self, number: int, consumer: Instruction) -> str:
        """Result `number` in one row, for each example if `consumer` has examples."""
        each, row = self.made[number], self.flat(number)
        if each.examples or not consumer.examples:
            return row
        size = "1" if not each.shape else f"{row}.size"
        return f"jnp.broadcast_to({row}[:, None], ({size}, examples))"

    def kernel(self, kernel: Kernel | ByNumber) -> str:
        """The name of a kernel in the source, distinct from all others."""
        if kernel not in self.kernels:
            names = chain([kernel.name], (f"{kernel.name}_{i}" for i in count(2)))
            self.kernels[kernel] = next(each for each in names if each not in self.hidden)
            self.hidden.add(self.kernels[kernel])
        return self.kernels[kernel]


def shape_of(each: Instruction) -> str:
    """The shape of a result, as text."""
    lengths = [*map(str, each.shape), *["examples"] * each.examples]
    return f"({', '.join(lengths)}{',' * (len(lengths) == 1)})"
