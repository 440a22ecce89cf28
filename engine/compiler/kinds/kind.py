"""A kind of array instruction, as one row of a table.

The verifier, the printer, the interpreter and the differentiation know nothing else of a kind.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple, Protocol

from .details import Data, Places
from .instruction import Instruction
from .views import Shape, View

# The role of a kind in a program: LEAF is given, FREE is another look at an array, WORK computes.
LEAF: Literal["leaf"] = "leaf"
FREE: Literal["free"] = "free"
WORK: Literal["work"] = "work"
Role = Literal["leaf", "free", "work"]


class InnerProgram(Protocol):
    """A program inside an instruction, such as a step of a loop."""

    @property
    def instructions(self) -> tuple[Instruction, ...]:
        """Its instructions, in order."""

    @property
    def outputs(self) -> tuple[int, ...]:
        """The numbers of its outputs."""


class Interpret(Protocol):
    """The interpreter: the outputs of a program, for parameters and inputs, the examples first."""

    def __call__(
        self, program: InnerProgram, parameters: Any, inputs: Sequence[Any], *, examples: int = 1
    ) -> list[Any]:
        """The outputs of the program."""


class Given(NamedTuple):
    """The arguments of a program: all parameters in a row, its inputs, the number of examples."""

    parameters: Any
    inputs: Sequence[Any]
    examples: int


class Call(NamedTuple):
    """One instruction to interpret.

    - `made`: the instruction; `read`: the instructions of its inputs; `arrays`: their results.
    - `given`: the arguments of the program; `interpret`: computes a program inside.
    """

    made: Instruction
    read: Sequence[Instruction]
    arrays: Sequence[Any]
    given: Given
    interpret: Interpret


# A gradient that reaches an array: the places of its numbers there, None for the whole array; and
# the number of the instruction that computes it.
Arriving = tuple[Places | None, int]


class Writer(Protocol):
    """A program while it is written, as far as a pullback needs it."""

    @property
    def instructions(self) -> Sequence[Instruction]:
        """The instructions so far."""

    def add(self, kind: str, *inputs: int, detail: Any = None) -> int:
        """The number of the instruction, written if it is not there yet."""

    def view(self, number: int, view: View) -> int:
        """The number of a view of an array."""

    def constant(self, numbers: Any) -> int:
        """The number of the constant `numbers`."""

    def shape(self, number: int) -> Shape:
        """The shape of an instruction."""


class Sweep(Protocol):
    """The sweep from the output back to the parameters, as far as a pullback needs it."""

    @property
    def draft(self) -> Writer:
        """The program that the sweep writes: forward instructions, then gradients."""

    @property
    def source(self) -> Sequence[Instruction]:
        """The instructions that are differentiated."""

    @property
    def place(self) -> Sequence[int]:
        """The number in `draft` of each instruction of `source`."""

    def full(self, gradient: int, shape: Shape, *, examples: bool = False) -> int:
        """The gradient repeated to `shape`, and with `examples` for each example."""

    def summed(self, gradient: int, made: Instruction, read: Instruction) -> int:
        """The gradient of the input `read`, summed over its copies in the result `made`."""

    def over_examples(self, gradient: int) -> int:
        """The sum of a gradient over all examples."""

    def partial(self, made: Instruction, slot: int, inputs: Sequence[int], result: int) -> int:
        """The derivative of operation `made` by input `slot`, from the table of primitives."""

    def through_loop(self, i: int, slot: int, gradient: int) -> int:
        """The gradient of input `slot` of loop `i`, from the gradient of its rows."""


# pullback(sweep, number, slot, gradient) -> the contribution of instruction `number` to the
# gradient of its input `slot`, from the gradient of its result.
Pullback = Callable[[Sweep, int, int, int], Arriving]


def any_examples(read: Sequence[bool], _: object) -> bool:
    """The result has examples if an input has."""
    return any(read)


def called(template: str) -> Callable[[Instruction, Sequence[str], Sequence[Shape]], str]:
    """The `text` of a kind: `template` with the names of the inputs for its braces."""
    return lambda _, names, __: template.format(", ".join(names))


def nothing(_: Sequence[Shape], __: object) -> None:
    """The `demand` of a kind that demands nothing beyond the shape."""


class Kind(NamedTuple):
    """A kind of array instruction.

    - `arity`: the number of inputs; None for any number.
    - `detail`: the type of the detail; None for no detail.
    - `shape`: the shape of the result, from the shapes of the inputs and the detail.
    - `text`: the computation in words, from the instruction and the names and shapes of its inputs.
    - `meaning`: the result, computed by NumPy in the plainest way.
    - `pullback`: the gradient of an input; None where none flows: for a kind without inputs, of
      categories, or in gradients only.
    - `examples`: whether the result has an axis of examples, from the same of each input.
    - `demand`: raises ValueError if a detail does not fit the shapes of the inputs.
    - `role`: LEAF, FREE or WORK.
    """

    arity: int | None
    detail: type[Any] | tuple[type[Any], ...] | None
    shape: Callable[[Sequence[Shape], Any], Shape]
    text: Callable[[Instruction, Sequence[str], Sequence[Shape]], str]
    meaning: Callable[[Call], Any]
    pullback: Pullback | None
    examples: Callable[[Sequence[bool], Any], bool] = any_examples
    demand: Callable[[Sequence[Shape], Any], None] = nothing
    role: Role = WORK


def demand_within(where: Places | Data, size: int) -> None:
    """Raise ValueError for places beyond the end of an array."""
    if isinstance(where, View):
        first, last = where.ends if where.size else (0, size - 1)
    else:
        places = where.array
        first, last = (places.min(), places.max()) if places.size else (0, size - 1)
    if not 0 <= first <= last < size:
        raise ValueError(f"looks beyond the {size} numbers of its input")


def flat(read: Instruction, array: Any) -> Any:
    """The numbers of `array` in one row; an axis of examples stays, as the last one."""
    return array.reshape(-1, array.shape[-1]) if read.examples else array.reshape(-1)
