"""Classes of operations number by number, lifted to array instructions.

Each input of a class is a list of places in an array. If these lists are views in one common shape,
the operation works on views, and NumPy repeats numbers along axes:

    add[n]  =  a[n // 16] + b[n % 16]        is        a[:, None] + b,  of shape (100, 16)

Numbers at places without such a form are copied one by one. Members with the same inputs are one.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..arrays import Floats, Ints, np
from ..ir.builder import Builder
from ..kinds.views import Shape, View, steady, whole
from .blocks import unique_rows


class Found(NamedTuple):
    """The location of the members of a class: an array, and the place of each member in it."""

    array: int
    places: Ints

    def at(self, members: Ints) -> "Found":
        """The location of `members` only."""
        return Found(self.array, self.places[members])


# An operand of an operation: members of a class, or a plain number for each member.
Operand = Found | Floats

# write(inputs) writes an operation on arrays of one shape; gives the number of its result.
Write = Callable[[list[int]], int]


def combined(draft: Builder, write: Write, operands: Sequence[Operand]) -> Found:
    """The location of the results of an operation on `operands` of equal length."""
    first, kind = _distinct(operands)
    if first is not None:
        once = [each.at(first) if isinstance(each, Found) else each[first] for each in operands]
        return combined(draft, write, once).at(kind)
    count = len(kind)
    found = [each for each in operands if isinstance(each, Found)]
    shape, arrays = _arrays(draft, found, count)
    ready = iter(arrays)
    inputs = [
        next(ready) if isinstance(each, Found) else draft.constant(_shrunk(each.reshape(shape)))
        for each in operands
    ]
    return Found(write(inputs), np.arange(count))


def _distinct(operands: Sequence[Operand]) -> tuple[Ints | None, Ints]:
    """The members to compute, in order, and for each member its index among them.

    An input without repeated places gives the order, so that results lie as that input does. None
    stands for all members in their order.
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
    """The shape of a result, and its operands as arrays that NumPy repeats to that shape."""
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
    """The view, which has one axis, in another shape of the same size."""
    (stride,) = view.strides
    if not stride:
        return View(view.offset, (1,) * len(shape), (0,) * len(shape))
    return View(view.offset, shape, tuple(stride * each for each in whole(shape).strides))


def _shrunk(numbers: Floats) -> Any:
    """The numbers with length 1 for axes along which they are constant; one number if all are."""
    bits = numbers.view(np.int64)
    if (bits == bits.flat[0]).all():
        return numbers.flat[0]
    for axis in range(numbers.ndim):
        if (bits == bits.take([0], axis)).all():
            bits = bits.take([0], axis)
    return bits.view(np.float64)
