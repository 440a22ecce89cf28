"""Loops of operations number by number, and of kernels."""

from collections.abc import Container

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
    read = leaves_of(context, number)
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
        result = value_of(context, number, values)
        put(builder, target.buffer, indices[-1], steps[-1], lanes, result, adds=False)

    nest(context, each.shape, arrays, body, examples=each.examples, twice=True)


def leaves_of(context: Context, number: int) -> list[int]:
    """The results in memory that an operation reads, and what is fused with it, each once."""
    inputs = (i for each in _together(context, number, {}) for i in context.made[each].inputs)
    return [i for i in dict.fromkeys(inputs)
            if i not in context.layout.fused and not _is_plain(context, i)]  # fmt: skip


def value_of(context: Context, number: int, values: dict[int, Vector]) -> Vector:
    """A result for some lanes, from `values` that are known."""
    for i in _together(context, number, values):
        values[i] = result_for_lanes(context, i, _operands(context, i, values))
    return values[number]


def _together(context: Context, number: int, known: Container[int]) -> list[int]:
    """What is fused with an operation, and then itself: each after what it reads.

    What is `known` is not among them.
    """
    found: dict[int, None] = {}
    pending = [number]
    while pending:
        i = pending[-1]
        before = (k for k in context.made[i].inputs
                  if k in context.layout.fused and k not in found and k not in known)  # fmt: skip
        first = next(before, None)
        if first is None:
            found[pending.pop()] = None
        else:
            pending.append(first)
    return list(found)


def _operands(context: Context, number: int, values: dict[int, Vector]) -> list[Vector]:
    """What an operation reads, from `values` that are known."""
    return [values[i] if i in values else
            context.builder.constant(float(context.made[i].detail.array))
            for i in context.made[number].inputs]  # fmt: skip


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
