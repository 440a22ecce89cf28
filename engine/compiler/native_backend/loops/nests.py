"""Nests of loops over the numbers of arrays, the innermost in vectors.

The innermost axis is that of examples, of which there are whole vectors: what is computed for a
place behind the last example is never read. Without examples it is the last axis, with narrower
vectors for a rest; neighbouring axes along which every array goes on evenly are one.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from ...kinds.views import Shape
from ..llvm.builder import FunctionBuilder
from ..llvm.indices import Index
from ..plan.layout import LANES
from .context import Context

# body(indices, steps, lanes): where each array is, and its step from lane to lane.
Body = Callable[[list[Index], list[int], int], None]


# The length of an axis, and the step of each array along it.
_Along = tuple[int, tuple[int, ...]]

# The length of the axis of examples, which is known when a step runs.
_EXAMPLES = -1


def pieces(length: int, most: int = LANES) -> list[tuple[int, int, int]]:
    """A row in vectors as wide as possible: starts, widths, and how many of each there are."""
    found, start, lanes = [], 0, most
    while lanes:
        times = (length - start) // lanes
        if times:
            found.append((start, lanes, times))
            start += times * lanes
        lanes //= 2
    return found


@contextmanager
def tiles_from(builder: FunctionBuilder, start: int, size: int, times: int) -> Iterator[Index]:
    """A loop over `times` tiles from `start` on; a single one by itself."""
    if times == 1:
        yield Index(start)
        return
    with builder.loop(start + size * times, start, size) as i:
        yield i


def vectors_along(
    context: Context, length: int, body: Callable[[Index, int], None], *, twice: bool = False
) -> None:
    """Do `body(index, lanes)` for a row of numbers, in vectors.

    If some numbers may be done `twice`, what is left in the end is a whole vector, too.
    """
    rest = length % LANES
    found = pieces(length) if not (twice and rest and length > LANES) else [
        *pieces(length - rest), (length - LANES, LANES, 1)]  # fmt: skip
    for start, lanes, times in found:
        if times == 1:
            body(Index(start), lanes)
        else:
            with context.builder.loop(start + times * lanes, start, lanes) as index:
                body(index, lanes)


def nest(
    context: Context, shape: Shape, arrays: Sequence[tuple[int, Shape]], body: Body,
    *, examples: bool, twice: bool = False,
) -> None:  # fmt: skip
    """Do `body` for all numbers of some arrays; `twice` for a few, if that does no harm.

    Each has an offset, and steps along the axes of `shape`; with `examples`, a last step from one
    example to the next.
    """
    if 0 in shape:
        return
    merged = _merged(shape, [strides for _, strides in arrays])
    if examples:
        merged.append((_EXAMPLES, tuple(strides[-1] for _, strides in arrays)))
    *outer, last = merged or [(1, (0,) * len(arrays))]
    starts = [Index(offset) for offset, _ in arrays]
    _nested(context, outer, starts, lambda indices: _vectors(
        context, last, indices, body, twice=twice))  # fmt: skip


def _merged(shape: Shape, strides: Sequence[Shape]) -> list[_Along]:
    """The length of each axis and the steps of all arrays along it; axes of one number are gone."""
    found: list[_Along] = []
    for axis, length in enumerate(shape):
        steps = tuple(each[axis] for each in strides)
        if length == 1:
            continue
        if found and found[-1][1] == tuple(step * length for step in steps):
            found[-1] = found[-1][0] * length, steps
        else:
            found.append((length, steps))
    return found


def _nested(
    context: Context, axes: Sequence[_Along], indices: list[Index],
    body: Callable[[list[Index]], None],
) -> None:  # fmt: skip
    """Do `body(indices)` for all places along some axes."""
    if not axes:
        body(indices)
        return
    (length, steps), *others = axes
    with context.builder.loop(length) as i:
        inner = [index + i.times(step) for index, step in zip(indices, steps, strict=True)]
        _nested(context, others, inner, body)


def _vectors(
    context: Context, axis: _Along, indices: list[Index], body: Body, *, twice: bool
) -> None:
    """Do `body` along the innermost axis."""
    length, steps = axis

    def one(i: Index, lanes: int) -> None:
        """The body for some lanes."""
        inner = [index + i.times(step) for index, step in zip(indices, steps, strict=True)]
        body(inner, list(steps), lanes)

    if length != _EXAMPLES:
        vectors_along(context, length, one, twice=twice)
    else:
        with context.builder.loop(context.padded, 0, LANES) as i:
            one(i, LANES)
