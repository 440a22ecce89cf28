"""Details of instructions: one frozen record for each kind that needs more than its inputs."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from ...primitives import Op
from ..arrays import np
from .views import Shape, View


class Data:
    """An array that belongs to a program; equal to another with the same bytes."""

    __slots__ = ("_key", "array")

    def __init__(self, array: Any) -> None:
        self.array = np.ascontiguousarray(array).reshape(np.shape(array))
        self._key = (self.array.dtype.str, self.array.shape, self.array.tobytes())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Data) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        return f"{self.array.item():.6g}" if self.array.ndim == 0 else f"Data{self.array.shape}"


# Where numbers are in an array: seen in place, or looked up one by one.
Places = View | Data


def places_of(where: Places) -> Any:
    """The places as an array of whole numbers, in the shape of what is there."""
    return where.places if isinstance(where, View) else where.array


def is_distinct(where: Places) -> bool:
    """Whether no number is met twice."""
    if isinstance(where, View):
        return where.is_distinct
    return len(np.unique(where.array)) == where.array.size


@dataclass(frozen=True, slots=True)
class Parameters:
    """All parameters in a row: how many there are."""

    count: int


@dataclass(frozen=True, slots=True)
class Input:
    """An argument of the program: its number, its shape for one example, and whether it has many.

    With `whole`, it has one whole number for each example: the number of a category.
    """

    number: int
    shape: Shape
    examples: bool
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Expand:
    """The shape to which an array is repeated, and whether it is for each example."""

    shape: Shape
    examples: bool


@dataclass(frozen=True, slots=True)
class Scatter:
    """Where the numbers of each example go in an array of a shape: a row of places a category.

    With `examples`, each example has an array of its own; else all are added up.
    """

    table: Data
    shape: Shape
    examples: bool


@dataclass(frozen=True, slots=True)
class Assembly:
    """An array of a shape that is put together from parts: zeros, and at each target its part."""

    shape: Shape
    targets: tuple[Places, ...]


@dataclass(frozen=True, slots=True)
class Ones:
    """A row of ones beside an array along its first axis: before it, or after it."""

    first: bool


class Sum(NamedTuple):
    """What is summed up: some axes, and perhaps all examples."""

    axes: tuple[int, ...]
    examples: bool = False


class Product(NamedTuple):
    """A matrix product as einsum writes it, ik,jk->ij; perhaps summed up over all examples."""

    axes: str
    examples: bool = False

    @property
    def terms(self) -> list[str]:
        """The axes of the factors."""
        return self.axes.partition("->")[0].split(",")

    @property
    def kept(self) -> str:
        """The axes of the result."""
        return self.axes.partition("->")[2]


@dataclass(frozen=True, slots=True)
class Along:
    """An operation on all numbers along the last axis, one after another.

    Where a number is `missing`, the result before it goes on; None if none is.
    """

    op: Op
    missing: Data | None = None
