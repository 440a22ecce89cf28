"""Loops of operations number by number, and of kernels."""

from ...rows.kernels import Kernel
from ..functions.table import operation
from ..llvm.indices import Index
from ..llvm.numbers import Vector
from .context import Context, load_lanes, put
from .formulas import formula_of
from .nests import nest


def number_loops(context: Context, number: int) -> None:
    """The loops of an operation, for all numbers of its result."""
    each, builder = context.made[number], context.builder
    read = [i for i in dict.fromkeys(each.inputs) if not _is_plain(context, i)]
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
        for i in each.inputs:
            if i not in values:
                values[i] = builder.constant(float(context.made[i].detail.array))
        result = _result(context, number, [values[i] for i in each.inputs])
        put(builder, target, indices[-1], steps[-1], lanes, result, adds=False)

    nest(context, each.shape, arrays, body, examples=each.examples)


def _is_plain(context: Context, number: int) -> bool:
    """Whether a result is a plain number, which is written where it is read."""
    each = context.made[number]
    return each.kind == "constant" and not each.shape


def _result(context: Context, number: int, operands: list[Vector]) -> Vector:
    """The result for some lanes."""
    each = context.made[number]
    if each.kind == "apply":
        assert isinstance(each.detail, Kernel), "a function in Python is called by NumPy"
        return formula_of(context.builder, each.detail.formula, operands)
    return operation(context.builder, each.kind, *operands)
