"""Where the numbers of an array are in memory.

    number [i, j] of example z  is at  buffer[offset + i strides[0] + j strides[1] + z each]

Views and repeated arrays are other ways to look at the same memory.
"""

from math import prod
from typing import NamedTuple

from ...arrays import Ints, np
from ...kinds.views import Shape, View, placed, view_at, whole


class Access(NamedTuple):
    """The memory of an array: a pointer's name, an offset, and steps along axes and examples."""

    buffer: str
    offset: int
    strides: Shape
    each: int = 0


def contiguous(buffer: str, offset: int, shape: Shape, block: int) -> Access:
    """An array whose numbers follow one another; `block` numbers for each, 0 without examples."""
    strides = tuple(stride * (block or 1) for stride in whole(shape).strides)
    return Access(buffer, offset, strides, 1 if block else 0)


def addresses(access: Access, shape: Shape) -> Ints:
    """Where each number of an array of that shape is, for the first example."""
    return placed(access.offset, shape, access.strides)


def seen(access: Access, shape: Shape, view: View) -> Access | None:
    """A view of an array of that shape; None if what it sees is not regular in memory."""
    if not view.size:
        return Access(access.buffer, access.offset, (0,) * len(view.shape), access.each)
    step = _step(access, shape)
    if step is not None:
        strides = tuple(stride * step for stride in view.strides)
        return Access(access.buffer, access.offset + view.offset * step, strides, access.each)
    found = view_at(addresses(access, shape).reshape(-1)[view.places])
    if found is None:
        return None
    return Access(access.buffer, found.offset, found.strides, access.each)


def repeated(access: Access, shape: Shape, wanted: Shape) -> Access:
    """An array of that shape repeated to another one, as NumPy broadcasts."""
    return access._replace(strides=strides_for(access, shape, wanted))


def strides_for(access: Access, shape: Shape, wanted: Shape) -> Shape:
    """The steps of an array along the axes of a shape to which it is repeated."""
    own = (0 if d == 1 else stride for d, stride in zip(shape, access.strides, strict=True))
    return (*[0] * (len(wanted) - len(shape)), *own)


def _step(access: Access, shape: Shape) -> int | None:
    """How far apart neighbours are if all numbers follow one another; else None."""
    pairs = zip(access.strides, whole(shape).strides, shape, strict=True)
    steps = {stride // flat if stride % flat == 0 else 0 for stride, flat, d in pairs if d > 1}
    if not steps:
        return 1
    return steps.pop() if len(steps) == 1 and 0 not in steps else None


def table_of(access: Access, shape: Shape, places: Ints) -> Ints:
    """The address of the number at each of some places of an array, counted from first to last."""
    if not prod(shape):
        return np.zeros(places.shape, dtype=np.int64)
    return addresses(access, shape).reshape(-1)[places]
