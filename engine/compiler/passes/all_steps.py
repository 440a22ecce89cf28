"""Instructions of a body for all steps at once: the steps are one more axis, the first.

A row of ALL_STEPS is a kind, and how its results at all steps are computed from its inputs at all
steps. A kind without a row stays in its loop.
"""

from collections.abc import Callable, Sequence
from itertools import accumulate
from math import prod

from ..arrays import np
from ..ir.builder import Builder
from ..kinds.details import (
    Along,
    Assembly,
    Data,
    Expand,
    Places,
    Product,
    Scatter,
    Sum,
    TableLookup,
    letters_of_axes,
)  # fmt: skip
from ..kinds.instruction import Instruction
from ..kinds.loops import loop_of
from ..kinds.numbers import NUMBERS
from ..kinds.views import Shape, View, view_of, whole
from .at_steps import AtSteps, moving
from .loops_at_once import loop_at_once

# how(draft, instruction, inputs, steps) -> the instruction at all steps; one input moves at least.
How = Callable[[Builder, Instruction, Sequence[AtSteps], int], int | None]


def at_all_steps(
    draft: Builder, each: Instruction, read: Sequence[AtSteps], steps: int
) -> AtSteps | None:
    """An instruction of a body, outside of its loop; None if it must stay inside."""
    if not any(one.moves for one in read):
        return AtSteps(draft.copy(each, [one.number for one in read]), False, each.shape)
    how = ALL_STEPS.get(each.kind)
    number = None if how is None else how(draft, each, read, steps)
    if number is None:
        return None
    return AtSteps(draft.called(number, each.label, each.origin), True, each.shape)


def can_leave(each: Instruction) -> bool:
    """Whether an instruction of a body can be computed for all steps, as far as its kind tells.

    A look-up in a loop in a loop stays where it is, as does a loop whose steps look up.
    """
    loop = loop_of(each)
    if loop is None:
        return each.kind in ALL_STEPS
    return not loop.has_addresses and all(
        can_leave(one) and one.kind not in ("pick", "scatter", "choice")
        for one in loop.body.instructions if one.inputs
    )  # fmt: skip


def _with_rank(draft: Builder, one: AtSteps, rank: int, steps: int) -> int:
    """The array with as many axes as a result of `rank` axes has at all steps."""
    if not one.moves and not one.shape:
        return one.number
    ones = (1,) * (rank - len(one.shape))
    first = steps if one.moves else 1
    return draft.view(one.number, whole((first, *ones, *one.shape)))


def _numbers(draft: Builder, each: Instruction, read: Sequence[AtSteps], steps: int) -> int:
    inputs = [_with_rank(draft, one, len(each.shape), steps) for one in read]
    return draft.add(each.kind, *inputs, detail=each.detail)


def _view(draft: Builder, each: Instruction, read: Sequence[AtSteps], steps: int) -> int:
    view = each.detail
    strides = (prod(read[0].shape), *view.strides)
    return draft.view(read[0].number, view_of(view.offset, (steps, *view.shape), strides))


def _take(draft: Builder, each: Instruction, read: Sequence[AtSteps], steps: int) -> int:
    places = _at_steps(each.detail, steps, prod(read[0].shape))
    return draft.add("take", read[0].number, detail=places)


def _at_steps(places: Data, steps: int, size: int) -> Data:
    """Places in an array of `size` numbers, for all steps one after another."""
    first = np.arange(steps).reshape(-1, *[1] * places.array.ndim) * size
    return Data(first + places.array)


def _expand(draft: Builder, each: Instruction, read: Sequence[AtSteps], steps: int) -> int:
    source = _with_rank(draft, read[0], len(each.shape), steps)
    detail = Expand((steps, *each.shape), each.detail.examples)
    return draft.add("expand", source, detail=detail)


def _sum(draft: Builder, each: Instruction, read: Sequence[AtSteps], _: int) -> int:
    axes, examples = each.detail
    return draft.add("sum", read[0].number, detail=Sum(tuple(i + 1 for i in axes), examples))


def _product(draft: Builder, each: Instruction, read: Sequence[AtSteps], _: int) -> int:
    product = each.detail
    step = next(letter for letter in letters_of_axes() if letter not in product.axes)
    terms = [step * one.moves + axes for one, axes in zip(read, product.terms, strict=True)]
    detail = Product(f"{','.join(terms)}->{step}{product.kept}", product.examples)
    return draft.add("product", *(one.number for one in read), detail=detail)


def _segments(draft: Builder, each: Instruction, read: Sequence[AtSteps], steps: int) -> int:
    size = prod(read[0].shape)
    row = draft.view(read[0].number, whole((steps * size,)))
    starts = Data(_at_steps(each.detail, steps, size).array.reshape(-1))
    summed = draft.add("segments", row, detail=starts)
    return draft.view(summed, whole((steps, *each.shape)))


def _join(draft: Builder, each: Instruction, read: Sequence[AtSteps], steps: int) -> int:
    lengths = [one.shape[0] for one in read]
    starts = [0, *accumulate(lengths)]
    targets = tuple(View(start, (length,), (1,))
                    for start, length in zip(starts, lengths, strict=False))  # fmt: skip
    return _put_together(draft, each.shape, targets, read, steps)


def _assemble(draft: Builder, each: Instruction, read: Sequence[AtSteps], steps: int) -> int:
    return _put_together(draft, each.shape, each.detail.targets, read, steps)


def _put_together(
    draft: Builder, shape: Shape, targets: Sequence[Places], read: Sequence[AtSteps], steps: int
) -> int:
    """An assembly at all steps."""
    size = prod(shape)
    places = tuple(
        view_of(each.offset, (steps, *each.shape), (size, *each.strides))
        if isinstance(each, View) else _at_steps(each, steps, size)
        for each in targets
    )  # fmt: skip
    parts = [moving(draft, one, steps) for one in read]
    return draft.add("assemble", *parts, detail=Assembly((steps, *shape), places))


def _table(table: TableLookup, steps: int, size: int) -> TableLookup:
    """A look-up of places in an array of `size` numbers, for all steps one after another."""
    columns, offsets = table.columns.array, table.offsets
    moved = _at_steps(Data(np.zeros_like(columns)) if offsets is None else offsets, steps, size)
    repeated = Data(np.broadcast_to(columns, (steps, *columns.shape)))
    return TableLookup(table.table, table.kinds, table.starts, repeated, moved)


def _pick(draft: Builder, each: Instruction, read: Sequence[AtSteps], steps: int) -> int | None:
    source, categories = read
    if categories.moves:
        return None
    table = _table(each.detail, steps, prod(source.shape))
    return draft.add("pick", source.number, categories.number, detail=table)


def _scatter(draft: Builder, each: Instruction, read: Sequence[AtSteps], steps: int) -> int | None:
    gradient, categories = read
    if categories.moves:
        return None
    table, shape, examples = each.detail.table, each.detail.shape, each.detail.examples
    detail = Scatter(_table(table, steps, prod(shape)), (steps, *shape), examples)
    return draft.add("scatter", gradient.number, categories.number, detail=detail)


def _along(draft: Builder, each: Instruction, read: Sequence[AtSteps], steps: int) -> int:
    detail = each.detail
    if isinstance(detail, Along) and detail.missing is not None:
        missing = detail.missing.array
        detail = Along(detail.op, Data(np.broadcast_to(missing, (steps, *missing.shape))))
    return draft.add(each.kind, read[0].number, detail=detail)


def _loop(draft: Builder, each: Instruction, read: Sequence[AtSteps], steps: int) -> int | None:
    return loop_at_once(draft, each, read, steps, at_all_steps)


ALL_STEPS: dict[str, How] = {
    **dict.fromkeys(NUMBERS, _numbers),
    "view": _view,
    "take": _take,
    "pick": _pick,
    "expand": _expand,
    "join": _join,
    "assemble": _assemble,
    "scatter": _scatter,
    "sum": _sum,
    "segments": _segments,
    "product": _product,
    "reduce": _along,
    "accumulate": _along,
    "later": _along,
    "loop": _loop,
}
