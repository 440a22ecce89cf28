"""A program of array instructions: what a scalar graph becomes.

    Program = instructions, each with the numbers of those that it reads, and the outputs

An instruction reads earlier ones only, so their order is an order in which they can be computed.
It has a shape, and may have a last axis of examples after that: NumPy is fastest along long last
axes. What a pass makes is built with a Draft, which says of each instruction what shape it has and
makes none twice. `print(program)` shows a line for each instruction, and `verify(program)` checks
that all fits together.
"""

import builtins
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from keyword import iskeyword
from math import prod
from typing import Any, NamedTuple

from ...primitives import Op
from ..arrays import np
from .views import Shape, View, in_numpy


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


class Sum(NamedTuple):
    """What is summed up: some axes, and perhaps all examples."""

    axes: tuple[int, ...]
    examples: bool = False


class Product(NamedTuple):
    """A matrix product as einsum writes it, ik,jk->ij; perhaps summed up over all examples."""

    axes: str
    examples: bool = False


class Ladder(NamedTuple):
    """An operation on all numbers along the last axis, one after another.

    Where rungs are `missing`, the number before them goes on; None if none is.
    """

    op: Op
    missing: Data | None = None


@dataclass(frozen=True, slots=True)
class Instruction:
    """One array and how it is computed.

    - `kind`: a row of the table of primitives, or one of KINDS; `detail` is what that needs beside
      its inputs.
    - `inputs`: the numbers of the instructions that it reads.
    - `shape`, `examples`: the shape, and whether an axis of examples follows it.
    - `label`, `origin`: what to call it, and which classes of the graph it stands for.
    """

    kind: str
    inputs: tuple[int, ...]
    detail: Any
    shape: Shape
    examples: bool
    label: str = field(default="", compare=False)
    origin: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, repr=False)
class Program:
    """Array instructions, and which of them are the outputs."""

    instructions: tuple[Instruction, ...]
    outputs: tuple[int, ...]

    @property
    def names(self) -> list[str]:
        """A name of its own for each instruction, and no function of Python's."""
        wanted = [_identifier(each.label or _called(each)) for each in self.instructions]
        called = Counter(wanted)
        numbers = {name: count(1) for name in called}
        names = []
        for name in wanted:
            numbered = (f"{name}{number}" for number in numbers[name])
            alone = called[name] == 1 and not hasattr(builtins, name)
            names.append(name if alone else next(each for each in numbered if each not in called))
        return names

    def __repr__(self) -> str:
        names = self.names
        lines = []
        for name, each in zip(names, self.instructions, strict=True):
            size = "×".join([*map(str, each.shape), *["N"] * each.examples])
            shapes = [self.instructions[i].shape for i in each.inputs]
            text = in_words(each, [names[i] for i in each.inputs], shapes)
            origin = f"# {each.origin}" if each.origin else ""
            lines.append(f"{name:<20} {size:<10} {text:<46} {origin}".rstrip())
        return "\n".join([*lines, f"outputs: {', '.join(names[i] for i in self.outputs)}"])


class Kind(NamedTuple):
    """A kind of instruction: its shape, from the shapes of its inputs and its detail; its text."""

    shape: Callable[[list[Shape], Any], Shape]
    text: Callable[[list[str], Any], str]


def _called(each: Instruction) -> str:
    """What an instruction without a label is called."""
    return f"{each.kind}_{each.detail[0]}" if each.kind == "input" else each.kind


def _identifier(label: str) -> str:
    """The label as a name in Python."""
    name = re.sub(r"[^0-9A-Za-z]+", "_", label).strip("_")
    is_good = name.isidentifier() and not iskeyword(name) and name not in _TAKEN
    return name if is_good else f"v_{name}".rstrip("_")


# Names that the source of a program has for other things.
_TAKEN = {"np", "math", "as_strided", "choose", "number_by_number", "constants", "examples", "step",
          "make", "given", "inputs", "float"}  # fmt: skip


def _broadcast(shapes: list[Shape], _: object = None) -> Shape:
    """The shape of an operation number by number; an axis of one is repeated."""
    shape: Shape = np.broadcast_shapes(*shapes)
    return shape


def _sum_shape(shapes: list[Shape], detail: Sum) -> Shape:
    """What is left of a shape when some axes are summed up."""
    return tuple(d for axis, d in enumerate(shapes[0]) if axis not in detail.axes)


def _product_shape(shapes: list[Shape], detail: Product) -> Shape:
    """The lengths of the axes that a product keeps."""
    terms, kept = detail.axes.split("->")
    lengths: dict[str, int] = {}
    for axes, shape in zip(terms.split(","), shapes, strict=True):
        for axis, length in zip(axes, shape, strict=True):
            if lengths.setdefault(axis, length) != length:
                raise ValueError(f"axis {axis} of {detail.axes} has two lengths, in {shapes}")
    return tuple(lengths[axis] for axis in kept)


def _one_of(_: object, table: Data) -> Shape:
    shape: Shape = table.array.shape[1:]
    return shape


def _joined_shape(shapes: list[Shape], _: object) -> Shape:
    return (sum(length for (length,) in shapes),)


def _grown_shape(shapes: list[Shape], _: object) -> Shape:
    first, *others = shapes[0]
    return (first + 1, *others)


def _text(template: str) -> Callable[[list[str], Any], str]:
    """A text with the names of the inputs in it."""
    return lambda read, _: template.format(", ".join(read))


def _sum_text(read: list[str], detail: Sum) -> str:
    over = [*["examples"] * detail.examples, *(f"axis {axis}" for axis in detail.axes)]
    return f"sum of {read[0]} over {' and '.join(over)}"


def _product_text(read: list[str], detail: Product) -> str:
    over = " over examples" if detail.examples else ""
    return f"product {detail.axes}{over} of {', '.join(read)}"


def _later_shape(shapes: list[Shape], _: object) -> Shape:
    *rows, last = shapes[0]
    return (*rows, last + 1)


def _ladder_text(read: list[str], detail: Ladder) -> str:
    return f"{detail.op.name} along the last axis of {read[0]}"


def _called_text(read: list[str], detail: Any) -> str:
    return f"{detail.name}({', '.join(read)})"


# fmt: off
KINDS: dict[str, Kind] = {
    #             shape                                     text
    "parameters": Kind(lambda _, size: (size,),             lambda _, __: "all parameters"),
    "input":      Kind(lambda _, which: which[1],           lambda _, which: f"input {which[0]}"),
    "constant":   Kind(lambda _, data: data.array.shape,    lambda _, data: f"constant {data!r}"),
    "count":      Kind(lambda _, __: (),                    lambda _, __: "number of examples"),
    "share":      Kind(lambda _, __: (),                    lambda _, __: "1 / number of examples"),
    "view":       Kind(lambda _, view: view.shape,          _text("{}")),
    "take":       Kind(lambda _, data: data.array.shape,    _text("{} at places")),
    "code":       Kind(lambda _, __: (),                    lambda _, which: f"choice {which[0]}"),
    "choice":     Kind(_one_of,                             _text("one of some constants, by {}")),
    "pick":       Kind(_one_of,                             _text("{} at the places of a choice")),
    "scatter":    Kind(lambda _, detail: detail[1],         _text("{} to the places of choices")),
    "expand":     Kind(lambda _, detail: detail[0],         _text("{} repeated")),
    "sum":        Kind(_sum_shape,                          _sum_text),
    "mean":       Kind(lambda shapes, _: shapes[0],         _text("mean of {}")),
    "segments":   Kind(lambda _, data: data.array.shape,    _text("sums of segments of {}")),
    "join":       Kind(_joined_shape,                       _text("{} one after another")),
    "ladder":     Kind(lambda shapes, _: shapes[0][:-1],    _ladder_text),
    "running":    Kind(lambda shapes, _: shapes[0],         _text("running {}")),
    "later":      Kind(_later_shape,                        _text("products of all later {}")),
    "product":    Kind(_product_shape,                      _product_text),
    "assemble":   Kind(lambda _, detail: detail[0],         _text("{} in their places")),
    "with_ones":  Kind(_grown_shape,                        _text("{} and ones")),
    "row":        Kind(_broadcast,                          _called_text),
    "kernel":     Kind(_broadcast,                          _called_text),
}
# fmt: on
_BY_NUMBER = Kind(_broadcast, _text("{}"))


def shape_of(kind: str, shapes: list[Shape], detail: Any) -> Shape:
    """The shape of a result; an operation of the table works number by number."""
    shape: Shape = KINDS.get(kind, _BY_NUMBER).shape(shapes, detail)
    return shape


def in_words(instruction: Instruction, names: list[str], shapes: list[Shape]) -> str:
    """What an instruction computes, of inputs with these names and shapes."""
    if instruction.kind == "view" and isinstance(instruction.detail, View):
        every = "N" if instruction.examples else ""
        return in_numpy(names[0], shapes[0], instruction.detail, every)
    kind = KINDS.get(instruction.kind, _BY_NUMBER)
    text = kind.text(names, instruction.detail)
    return text if instruction.kind in KINDS else f"{instruction.kind}({text})"


def verify(program: Program) -> Program:
    """The same program, if all in it fits together.

    Raises ValueError, naming the instruction, if it reads a later one or one that does not exist,
    has another shape than its inputs give it, or looks beyond the end of an array.
    """
    names = program.names
    for number, each in enumerate(program.instructions):
        if not all(0 <= i < number for i in each.inputs):
            raise ValueError(f"{names[number]} reads what is not computed before it: {each.inputs}")
        read = [program.instructions[i] for i in each.inputs]
        shape = shape_of(each.kind, [one.shape for one in read], each.detail)
        if shape != each.shape:
            raise ValueError(f"{names[number]} has the shape {each.shape}, not {shape}")
        for places, size in _looks(each, read):
            if places.size and not 0 <= places.min() <= places.max() < size:
                raise ValueError(f"{names[number]} looks beyond the {size} numbers of its input")
    if not all(0 <= i < len(names) for i in program.outputs):
        raise ValueError(f"an output is not computed: {program.outputs}")
    return program


def _looks(each: Instruction, read: list[Instruction]) -> Iterator[tuple[Any, int]]:
    """The places at which an instruction looks, and how many there are."""
    targets = {"view": [each.detail], "take": [each.detail], "segments": [each.detail]}
    if each.kind in targets:
        size = prod(read[0].shape)
    elif each.kind == "assemble":
        size = prod(each.shape)
        targets[each.kind] = each.detail[1]
    for target in targets.get(each.kind, []):
        yield target.places if isinstance(target, View) else target.array, size
