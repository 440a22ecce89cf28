"""A kind of array instruction: a row of a table, from which all that deals with programs reads."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple, Protocol

from .details import Data, Places, places_of
from .instruction import Instruction
from .views import Shape, View

# What an instruction is for a program: something given, another look at an array, or work to do.
LEAF: Literal["leaf"] = "leaf"
FREE: Literal["free"] = "free"
WORK: Literal["work"] = "work"
Role = Literal["leaf", "free", "work"]


class Given(NamedTuple):
    """The arguments of a program: all parameters in a row, its inputs, and how many examples."""

    parameters: Any
    inputs: Sequence[Any]
    examples: int


class Call(NamedTuple):
    """One instruction that is interpreted: the instructions it reads, their arrays, all given."""

    made: Instruction
    read: Sequence[Instruction]
    arrays: Sequence[Any]
    given: Given


# The gradient that reaches an array: of all its numbers, or of those at some places.
Arriving = tuple[Places | None, int]


class Writer(Protocol):
    """A program while it is written: what a pullback needs of it."""

    @property
    def instructions(self) -> Sequence[Instruction]:
        """The instructions so far."""

    def add(self, kind: str, *inputs: int, detail: Any = None) -> int:
        """The number of an instruction."""

    def view(self, number: int, view: View) -> int:
        """The number of a view of an array."""

    def constant(self, numbers: Any) -> int:
        """The number of known numbers."""

    def shape(self, number: int) -> Shape:
        """The shape of an instruction."""


class Sweep(Protocol):
    """The sweep from the output back to the parameters: what a pullback needs of it.

    `source` are the instructions that are differentiated, `place` their numbers in `draft`.
    """

    @property
    def draft(self) -> Writer:
        """The program that is written."""

    @property
    def source(self) -> Sequence[Instruction]:
        """The instructions that are differentiated."""

    @property
    def place(self) -> Sequence[int]:
        """Where each of them is in the draft."""

    def full(self, gradient: int, shape: Shape, *, examples: bool = False) -> int:
        """A gradient with all its numbers, for each example if asked for."""

    def summed(self, gradient: int, made: Instruction, read: Instruction) -> int:
        """The gradient of an input that was repeated to fit the result."""

    def over_examples(self, gradient: int) -> int:
        """The sum of a gradient over all examples."""

    def partial(self, made: Instruction, slot: int, inputs: Sequence[int], result: int) -> int:
        """The partial derivative of an operation, from its row in the table of primitives."""


# pullback(sweep, number, slot, gradient): what an instruction contributes to one of its inputs.
Pullback = Callable[[Sweep, int, int, int], Arriving]


def any_examples(read: Sequence[bool], _: object) -> bool:
    """The result has examples if an input has."""
    return any(read)


def called(template: str) -> Callable[[Instruction, Sequence[str], Sequence[Shape]], str]:
    """A text with the names of the inputs in it."""
    return lambda _, names, __: template.format(", ".join(names))


def nothing(_: Sequence[Shape], __: object) -> None:
    """No demand beyond the shape."""


class Kind(NamedTuple):
    """A kind of array instruction.

    - `arity`: how many inputs it has; None for any number.
    - `detail`: the record that it needs; None for no detail.
    - `shape`: that of its result, from the shapes of its inputs and its detail.
    - `text`: what it computes, from the instruction and the names and shapes of its inputs.
    - `meaning`: its result, computed by NumPy in the plainest way.
    - `pullback`: the gradients of its inputs; None if none flows through, as it is only written
      into gradients, or has no inputs.
    - `examples`: whether the result has an axis of examples, from whether its inputs have.
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
    places = places_of(where)
    if places.size and not 0 <= places.min() <= places.max() < size:
        raise ValueError(f"looks beyond the {size} numbers of its input")


def flat(read: Instruction, array: Any) -> Any:
    """The numbers of an array in a row, each with its examples if there are any."""
    return array.reshape(-1, array.shape[-1]) if read.examples else array.reshape(-1)
