"""Operations number by number on what is read from other arrays.

Members of a class read their inputs at some places. If those places are views in one common shape,
the operation works on views, and NumPy repeats what is read along an axis again and again:

    add[n]  =  a[n // 16] + b[n % 16]        is        a[:, None] + b,  of shape (100, 16)

Places without such a form are taken one by one. Members that read the same are one.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..arrays import Floats, Ints, np
from ..ir.builder import Builder
from ..kinds.views import Shape, View, steady, whole
from .blocks import unique_rows


class Found(NamedTuple):
    """Where the members of a class are: at which places of which array, read from first to last."""

    array: int
    places: Ints

    def at(self, members: Ints) -> "Found":
        """Where some of its members are."""
        return Found(self.array, self.places[members])


# What an operation reads: members of a class, or a plain number for each.
Operand = Found | Floats

# Writes the operation on arrays of one shape, gives the number of the result.
Write = Callable[[list[int]], int]


def combined(draft: Builder, write: Write, operands: Sequence[Operand]) -> Found:
    """Where the results are of an operation on operands of one length each."""
    first, kind = _distinct(operands)
    if first is not None:
        once = [each.at(first) if isinstance(each, Found) else each[first] for each in operands]
        return combined(draft, write, once).at(kind)
    count = len(kind)
    found = [each for each in operands if isinstance(each, Found)]
    shape, arrays = _arrays(draft, found, count)
    ready = iter(arrays)
    given = [
        next(ready) if isinstance(each, Found) else draft.constant(_shrunk(each.reshape(shape)))
        for each in operands
    ]
    return Found(write(given), np.arange(count))


def _distinct(operands: Sequence[Operand]) -> tuple[Ints | None, Ints]:
    """The members to compute, in the order in which to do so, and for each which one it is.

    The order is that of an input no number of which is read twice, so that results lie as their
    inputs do. None stands for all members in their order.
    """
    columns = [each.places if isinstance(each, Found) else each.view(np.int64) for each in operands]
    for column in columns:
        if (column[1:] > column[:-1]).all():
            return None, column
    for each in operands:
        if isinstance(each, Found):
            order = np.argsort(each.places, kind="stable")
            ordered = each.places[order]
            if (ordered[1:] > ordered[:-1]).all():
                rank = np.empty_like(order)
                rank[order] = np.arange(len(order))
                return order, rank
    first, kind = unique_rows(np.stack(columns, axis=1))
    return (None, kind) if len(first) == len(kind) else (first, kind)


def _arrays(draft: Builder, found: Sequence[Found], count: int) -> tuple[Shape, list[int]]:
    """The shape of a result, and what is read for it, as arrays that fit that shape."""
    common = steady([each.places for each in found]) if found else ((count,), [])
    if common is None:
        return (count,), [draft.at(each.array, each.places) for each in found]
    shape, views = common
    for each, view in zip(found, views, strict=True):
        natural = draft.shape(each.array)
        if len(shape) == 1 and view == whole(shape) and whole(natural).size == count:
            shape, views = natural, [_reshaped(other, natural) for other in views]
            break
    return shape, [draft.view(each.array, view) for each, view in zip(found, views, strict=True)]


def _reshaped(view: View, shape: Shape) -> View:
    """A view along one axis, in another shape of the same size."""
    (stride,) = view.strides
    if not stride:
        return View(view.offset, (1,) * len(shape), (0,) * len(shape))
    return View(view.offset, shape, tuple(stride * each for each in whole(shape).strides))


def _shrunk(numbers: Floats) -> Any:
    """The numbers without the axes along which they stay the same."""
    bits = numbers.view(np.int64)
    if (bits == bits.flat[0]).all():
        return numbers.flat[0]
    for axis in range(numbers.ndim):
        if (bits == bits.take([0], axis)).all():
            bits = bits.take([0], axis)
    return bits.view(np.float64)
