"""Loops of operations number by number, and of kernels."""

from collections.abc import Iterator

from ...rows.kernels import Kernel
from ..functions.formulas import formula_of
from ..functions.table import operation
from ..llvm.indices import Index
from ..llvm.numbers import Vector
from .context import Context, load_lanes, put
from .nests import nest


def number_loops(context: Context, number: int) -> None:
    """The loops of an operation, for all numbers of its result; and of what is fused with it."""
    each, builder = context.made[number], context.builder
    read = list(dict.fromkeys(_read(context, number)))
    target = context.access(number)
    arrays = [
        (context.access(i).offset, context.strides(i, each.shape, examples=each.examples))
        for i in (*read, number)
    ]

    def body(indices: list[Index], steps: list[int], lanes: int) -> None:
        """Some lanes of the result."""
        values: dict[int, Vector] = {}
        for i, index, step in zip(read, indices, steps, strict=False):
            values[i] = load_lanes(builder, context.access(i).buffer, index, step, lanes)
        result = _value(context, number, values)
        put(builder, target, indices[-1], steps[-1], lanes, result, adds=False)

    nest(context, each.shape, arrays, body, examples=each.examples)


def _read(context: Context, number: int) -> Iterator[int]:
    """The results in memory that an operation reads, and what is fused with it."""
    for i in context.made[number].inputs:
        if i in context.layout.fused:
            yield from _read(context, i)
        elif not _is_plain(context, i):
            yield i


def _value(context: Context, number: int, values: dict[int, Vector]) -> Vector:
    """A result for some lanes, from `values` that are known."""
    for i in context.made[number].inputs:
        if i in values:
            continue
        if i in context.layout.fused:
            values[i] = _value(context, i, values)
        else:
            values[i] = context.builder.constant(float(context.made[i].detail.array))
    return result_for_lanes(context, number, [values[i] for i in context.made[number].inputs])


def _is_plain(context: Context, number: int) -> bool:
    """Whether a result is a plain number, which is written where it is read."""
    each = context.made[number]
    return each.kind == "constant" and not each.shape


def result_for_lanes(context: Context, number: int, operands: list[Vector]) -> Vector:
    """The result for some lanes."""
    each = context.made[number]
    if each.kind == "apply":
        assert isinstance(each.detail, Kernel), "a function in Python is called by NumPy"
        return formula_of(context.builder, each.detail.formula, operands)
    return operation(context.builder, each.kind, *operands)
