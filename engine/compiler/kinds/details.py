"""Details of instructions: one frozen record for each kind that its inputs do not fully define."""

from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase
from typing import Any, NamedTuple

from ...primitives import Op
from ..arrays import Ints, np
from .views import Shape, View


class Data:
    """A constant array of a program; two are equal if dtype, shape and bytes are.

    It cannot be changed, since programs share it.
    """

    __slots__ = ("_key", "array")

    def __init__(self, array: Any) -> None:
        self.array = np.ascontiguousarray(array).reshape(np.shape(array)).view()
        self.array.flags.writeable = False
        self._key = (self.array.dtype.str, self.array.shape, self.array.tobytes())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Data) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        return f"{self.array.item():.6g}" if self.array.ndim == 0 else f"Data{self.array.shape}"


# The places of numbers in an array: regular ones as a view, others listed one by one.
Places = View | Data


def places_of(where: Places) -> Any:
    """The places as an array of whole numbers, in the shape of the numbers there."""
    return where.places if isinstance(where, View) else where.array


def places_among(where: Places, numbers: Ints) -> Ints:
    """The places of some numbers only, which are counted from first to last."""
    if isinstance(where, View):
        return where.at(numbers)
    places: Ints = where.array.reshape(-1)[numbers]
    return places


def is_distinct(where: Places) -> bool:
    """Whether no place occurs twice."""
    if isinstance(where, View):
        return where.is_distinct
    return len(np.unique(where.array)) == where.array.size


@dataclass(frozen=True, slots=True)
class Parameters:
    """All parameters in a row of `count` numbers."""

    count: int


@dataclass(frozen=True, slots=True)
class Input:
    """An argument of the program.

    - `number`: its position among the inputs; `shape`: its shape for one example.
    - `examples`: whether it has an axis of examples.
    - `whole`: whether its numbers are whole: the categories of an example.
    """

    number: int
    shape: Shape
    examples: bool
    whole: bool = False


@dataclass(frozen=True, slots=True)
class TableLookup:
    """The numbers that an example looks up in a table by its categories: places, or any numbers.

        number i  =  table[starts[c] + categories[kinds[c]]] + offsets[i]    where c = columns[i]

    - `table`: columns of numbers, one after another.
    - `kinds`, `starts`: for each column, the kind of category that it is looked up by, and the
      place in the table of the number for category 0.
    - `columns`, `offsets`: for each result, its column, and what is added; None if nothing is.
    """

    table: Data
    kinds: Data
    starts: Data
    columns: Data
    offsets: Data | None = None

    @property
    def shape(self) -> Shape:
        """The shape of the results for one example."""
        shape: Shape = self.columns.array.shape
        return shape

    def of(self, categories: Any) -> Any:
        """The results for the categories of some examples, which are the last axis."""
        rows = self.starts.array[:, None] + categories[self.kinds.array]
        found = self.table.array[rows][self.columns.array]
        return found if self.offsets is None else found + self.offsets.array[..., None]

    @property
    def range(self) -> tuple[int, int]:
        """The smallest and the largest result that there can be."""
        starts = np.append(self.starts.array, len(self.table.array))
        ends = np.sort(np.unique(starts))
        lows, highs = (each.reduceat(self.table.array, ends[:-1])
                       for each in (np.minimum, np.maximum))  # fmt: skip
        column = np.searchsorted(ends, self.starts.array)[self.columns.array]
        offsets = 0 if self.offsets is None else self.offsets.array
        return int((lows[column] + offsets).min()), int((highs[column] + offsets).max())

    def repeats(self) -> bool:
        """Whether an example may find the same number twice; always true if that is not known."""
        counts = np.bincount(self.columns.array.reshape(-1))
        if self.offsets is None or len(counts) > 1:
            return self.columns.array.size > 1
        return len(np.unique(self.offsets.array)) < self.offsets.array.size


@dataclass(frozen=True, slots=True)
class Expand:
    """The shape to which an array is repeated; with `examples`, also for each example."""

    shape: Shape
    examples: bool


@dataclass(frozen=True, slots=True)
class Scatter:
    """The places in an array of `shape` to which the numbers of each example go.

    `table` gives the places by the categories. With `examples`, each example has an array of its
    own; else the arrays of all examples are added up.
    """

    table: TableLookup
    shape: Shape
    examples: bool


@dataclass(frozen=True, slots=True)
class Assembly:
    """An array of `shape` put together from parts: zeros, and part i at the places `targets[i]`."""

    shape: Shape
    targets: tuple[Places, ...]


@dataclass(frozen=True, slots=True)
class Ones:
    """A row of ones along the first axis of an array: before it if `first`, else after it."""

    first: bool


class Sum(NamedTuple):
    """The axes that are summed over; with `examples`, all examples too."""

    axes: tuple[int, ...]
    examples: bool = False


def letters_of_axes() -> Iterator[str]:
    """A name for one axis after another: letters that einsum takes, but for Z, that of examples."""
    return filter("Z".__ne__, ascii_lowercase + ascii_uppercase)


class Product(NamedTuple):
    """A matrix product as einsum writes it, ik,jk->ij; with `examples`, summed over them too."""

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
    """The operation `op` on all numbers along the last axis, one after another.

    `missing` marks the numbers after the first that are passed over; None if there are none.
    """

    op: Op
    missing: Data | None = None
