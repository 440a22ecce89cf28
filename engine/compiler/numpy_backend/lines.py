"""The lines of a program in NumPy, with the names, memory and views that they share.

A step computes in memory, and through views of it, that the lines of `setup` make; `body` has the
lines of a step.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from itertools import chain, count
from math import prod

from ..ir.program import RESERVED
from ..kinds import InnerProgram
from ..kinds.details import TableLookup
from ..kinds.instruction import Instruction
from ..kinds.ufuncs import TRUTHS
from ..kinds.views import Shape, View, in_numpy, whole
from ..rows.kernels import ByNumber, Kernel
from ..rows.sources import literal
from .buffers import BUFFER, FRESH, INSIDE, ROW, SEEN, SHARED, Storage, placements, storages
from .matmul import EXAMPLES, MANY, Factor, length

# The column of comments.
_MARGIN = 72


@dataclass(frozen=True, slots=True)
class SharedLines:
    """What the lines of a program and of the bodies of its loops have in common.

    - `hidden`: the names that no kernel can have.
    - `made`: the objects of `setup`, each with all its names; `lines`: their numbers, by name.
    - `sizes`: how many numbers each array has for one example, by name.
    """

    hidden: set[str]
    constants: dict[str, object] = field(default_factory=dict)
    kernels: dict[Kernel | ByNumber, str] = field(default_factory=dict)
    made: list[tuple[list[str], str]] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    numbered: dict[str, Iterator[str]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inside:
    """The place of a body inside a program.

    - `outer`: the lines around the loop; `depth`: how many loops are around its body.
    - `arrays`: for each instruction of the body that is one of the arrays around the loop, or an
      element of one, the number of that; `sliced`: the instructions that are elements.
    - `rows`: the instructions of the body that write their results to the row of a step.
    """

    outer: "StepLines"
    arrays: Mapping[int, int]
    sliced: Set[int]
    rows: Set[int]
    depth: int = 1


class StepLines:
    """The lines of a program while they are written.

    - `setup`: the lines that make arrays and views; `body`: the lines of a step, which begins
      with `fills`.
    - `found`: the names of places that have been looked up, by the table and the categories.

    Names of instructions never end in `_`; all other names do, but for `t` of loops. The lines of
    the body of a loop share `setup`, `constants` and `kernels` with the lines around the loop.
    """

    def __init__(
        self, program: InnerProgram, names: list[str], inside: "Inside | None" = None
    ) -> None:
        self.program = program
        self.made = program.instructions
        self.names = names
        self.inside = inside
        self.placements = placements(program)
        rows = inside.rows if inside else frozenset[int]()
        self.storages = storages(program, self.placements, rows)
        self.fills: list[str] = []
        self.body: list[str] = []
        self.fresh: list[bool] = []
        self.found: dict[tuple[TableLookup, int], str] = {}
        self.shared: SharedLines = inside.outer.shared if inside else SharedLines({*RESERVED})
        self.shared.hidden.update(names)
        self._inside: dict[Storage, str] = {}

    @property
    def constants(self) -> dict[str, object]:
        """The constant arrays, by name."""
        return self.shared.constants

    @property
    def kernels(self) -> dict[Kernel | ByNumber, str]:
        """The functions that are called, with their names."""
        return self.shared.kernels

    @property
    def setup(self) -> list[str]:
        """The lines that make arrays and views."""
        return [" = ".join([*names, text]) for names, text in self.shared.made]

    def place(self, number: int) -> None:
        """Write the lines of `setup` for the memory of result `number`."""
        storage, name, each = self.storages[number], self.names[number], self.made[number]
        self.fresh.append(self._is_fresh(number, each))
        if storage.how == FRESH and each.examples:
            self.shared.sizes[name] = prod(each.shape)
        if storage.how == BUFFER:
            self._buffer(number)
        elif storage.how == SHARED:
            other = self.names[storage.of]
            if self.made[storage.of].shape == each.shape:
                self._also(name, other)
            else:
                self.once(name, f"{other}.reshape({lengths_of(each)})")
        elif storage.how == ROW:
            pass  # a statement of the loop binds it at each step
        elif storage.how == INSIDE and storage.view is not None:
            self._buffer(storage.of)
            first = self._inside.setdefault(storage, name)
            self.once(first, self.seen(storage.of, storage.view))
            if name != first:
                self._also(name, first)

    def _buffer(self, number: int) -> None:
        """Write the line that allocates memory for result `number` alone."""
        each = self.made[number]
        kind = ", bool" if each.kind in TRUTHS else ""
        function = "ones" if each.kind in ("with_ones", "later") else "empty"
        self.once(self.names[number], f"np.{function}({_shape_of(each)}{kind})")
        if each.examples:
            self.shared.sizes[self.names[number]] = prod(each.shape)

    def once(self, name: str, text: str) -> str:
        """The name of the object `text`, which `setup` makes; written once."""
        if name not in self.shared.lines:
            self.shared.lines[name] = len(self.shared.made)
            self.shared.made.append(([name], text))
        return name

    def _also(self, name: str, other: str) -> None:
        """Give the object `other` of `setup` the second name `name`."""
        number = self.shared.lines[name] = self.shared.lines[other]
        self.shared.made[number][0].append(name)

    def constant(self, name: str, array: object) -> str:
        """The name of a constant array, which is an argument of `make`."""
        self.constants[name] = array
        return name

    def seen(self, number: int, view: View) -> str:
        """A view of result `number`, as an expression."""
        each = self.made[number]
        return in_numpy(self.names[number], each.shape, view, "examples" * each.examples)

    def name(self, number: int) -> str:
        """Result `number` as an operand: its name, or the plain number."""
        each = self.made[number]
        if each.kind == "constant" and not each.shape:
            return literal(each.detail.array.item())
        return self.names[number]

    def beside(self, number: int, consumer: Instruction) -> str:
        """Result `number` as an operand of `consumer`, with an axis of 1 for its examples."""
        each, name = self.made[number], self.name(number)
        if not consumer.examples or each.examples or not each.shape:
            return name
        column = f"{name}[..., None]"
        return column if self.fresh[number] else self.once(f"{name}_column_", column)

    def flat(self, number: int) -> str:
        """The numbers of result `number` in one row, as an expression."""
        each, name = self.made[number], self.names[number]
        if len(each.shape) == 1:
            return name
        text = f"{name}.reshape(-1{', examples' * each.examples})"
        is_made = self.fresh[number] or not self._is_contiguous(number)
        return text if is_made else self.once(f"{name}_row_", text)

    def ones(self, count: int) -> str:
        """The name of a row of `count` ones."""
        size = length(count)
        return self.once(f"ones_{size.replace(' * ', '_')}_", f"np.ones({size})")

    def zeros(self, each: Instruction) -> str:
        """The name of an array of zeros in the shape of a result."""
        name = "_".join(["zeros", *lengths_of(each).split(", "), ""])
        return self.once(name, f"np.zeros({_shape_of(each)})")

    def factor(self, number: int, axes: str) -> Factor:
        """Result `number` as a factor of a matrix product, with the axes `axes`."""
        each = self.made[number]
        many = EXAMPLES * each.examples
        lengths = (*each.shape, *[MANY] * each.examples)
        return Factor(self.name(number), axes + many, lengths, self.strides(number))

    def strides(self, number: int) -> Shape:
        """The strides of result `number` in memory, counted in numbers."""
        each, storage = self.made[number], self.storages[number]
        if self.inside and number in self.inside.arrays:
            strides = self.inside.outer.strides(self.inside.arrays[number])
            return strides[1:] if number in self.inside.sliced else strides
        view, of = (each.detail, each.inputs[0]) if each.kind == "view" else (
            storage.view, storage.of)  # fmt: skip
        if view is not None:
            base, times = self.made[of], MANY if each.examples else 1
            if self._is_argument(base):
                return (*view.strides, prod(base.shape))
            return (*(s * times for s in view.strides), *[1] * each.examples)
        if self._is_argument(each):
            return (*whole(each.shape).strides, prod(each.shape))
        return whole((*each.shape, *[MANY] * each.examples)).strides

    def _is_contiguous(self, number: int) -> bool:
        """Whether the numbers of result `number` follow one another, so that a row is a view."""
        each = self.made[number]
        lengths = (*each.shape, *[MANY] * each.examples)
        both = zip(self.strides(number), whole(lengths).strides, lengths, strict=True)
        return all(mine == other for mine, other, length in both if length > 1)

    def _is_argument(self, each: Instruction) -> bool:
        """Whether an array is an argument of the step with examples, which come first in memory."""
        return each.kind == "input" and each.examples and self.inside is None

    def _is_fresh(self, number: int, each: Instruction) -> bool:
        """Whether result `number` is a new object in each step."""
        how = self.storages[number].how
        if self.inside and number in self.inside.arrays and number not in self.inside.sliced:
            return self.inside.outer.fresh[self.inside.arrays[number]]
        return how in (FRESH, ROW) or each.kind == "input" or (
            how == SEEN and self.fresh[each.inputs[0]])  # fmt: skip

    def kernel(self, kernel: Kernel | ByNumber) -> str:
        """The name of a kernel in the source, distinct from all others."""
        if kernel not in self.kernels:
            name = kernel.name
            names = chain([name], (f"{name}_{i}" for i in count(2)))
            numbered = self.shared.numbered.setdefault(name, names)
            free = (each for each in numbered if each not in self.shared.hidden)
            self.kernels[kernel] = next(free)
            self.shared.hidden.add(self.kernels[kernel])
        return self.kernels[kernel]


def commented(text: str, each: Instruction) -> str:
    """A statement with the class of the scalar graph in a comment."""
    return f"{text:<{_MARGIN}}  # {each.origin}" if each.origin else text


def lengths_of(each: Instruction) -> str:
    """The lengths of the axes of a result, as text."""
    return ", ".join([*map(str, each.shape), *["examples"] * each.examples])


def _shape_of(each: Instruction) -> str:
    """The shape of a result as an argument of NumPy's functions."""
    lengths = lengths_of(each)
    return f"({lengths})" if "," in lengths else lengths
