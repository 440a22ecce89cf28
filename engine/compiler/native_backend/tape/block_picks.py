"""Codes of blocks of examples for what differs by choice: picks, and totals in their place.

Each example has a choice, a whole number; a column has a whole number for each choice. By columns

    pick        a row gets from each example's choice one of the scalars
    choose      or one of the rows
    mask        a row is kept where a column has some number, and 0 elsewhere
    scatter     what an example contributes goes to one of the totals, the last example first
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product

from ..llvm.builder import FunctionBuilder
from ..llvm.indices import Index, named
from .block_steps import times_whole
from .tables import EVENT, WIDTHS

# The arguments of `scattered_terms`.
SCATTER = (
    "ptr noalias %totals, ptr noalias %events, i64 %count, ptr noalias %turned, i64 %width, "
    "ptr noalias %scalars, ptr noalias %columns, ptr noalias %choices, i64 %lanes"
)


def _picked(builder: FunctionBuilder, operands: Sequence[Index], target: Index) -> None:
    """A row of the scalars that a column tells."""
    with _each(builder, operands[0]) as (z, place):
        builder.store("%rows", target + z, builder.load("%scalars", place))


def _chosen(builder: FunctionBuilder, operands: Sequence[Index], target: Index) -> None:
    """A row of numbers from the rows that a column tells."""
    with _each(builder, operands[0]) as (z, place):
        builder.store("%rows", target + z, builder.load("%rows", place + z))


def _masked(builder: FunctionBuilder, operands: Sequence[Index], target: Index) -> None:
    """A row where a column has a number, else 0: row, column, and the number."""
    row, column, wanted = operands
    with _each(builder, column) as (z, place):
        numbers = [builder.whole_named(each) for each in (place, wanted)]
        number = builder.load("%rows", row + z)
        is_kept = builder.whole_compare("equal", *numbers)
        kept = builder.selected(is_kept, number, builder.constant(0.0))
        builder.store("%rows", target + z, kept)


# What computes a row of a block, by its name.
PICKS: dict[str, Callable[[FunctionBuilder, Sequence[Index], Index], None]] = {
    "pick": _picked,
    "choose": _chosen,
    "mask": _masked,
}


@contextmanager
def _each(builder: FunctionBuilder, column: Index) -> Iterator[tuple[Index, Index]]:
    """A loop over the examples of a block: the number of each, and what a column has for it."""
    with builder.loop(named("%lanes")) as z:
        yield z, builder.looked_up("%columns", column + builder.looked_up("%choices", z))


def scattered_terms(builder: FunctionBuilder) -> None:
    """Add to totals what the examples contribute, event by event, the last example first."""
    with builder.loop(named("%lanes")) as i:
        last = named("%lanes") + i.times(-1) + -1
        at = builder.pointer("%turned", times_whole(builder, last, "%width"))
        choice = builder.looked_up("%choices", last)
        with builder.loop_if_any(named("%count")) as k:
            column, step, one, some, kind = (builder.looked_up("%events", k.times(EVENT) + j)
                                             for j in range(EVENT))  # fmt: skip
            there = times_whole(builder, choice, builder.operand(step))
            place = builder.looked_up("%columns", column + there)
            kinds = [*product(WIDTHS, (at, "%scalars"), (at, "%scalars"))]
            labels, after = [builder.label() for _ in kinds], builder.label()
            cases = " ".join(f"i64 {j}, label %{label}" for j, label in enumerate(labels))
            builder.line(f"switch i64 {builder.operand(kind)}, label %{after} [ {cases} ]")
            for (lanes, first, second), label in zip(kinds, labels, strict=True):
                builder.start(label)
                term = builder.mul(builder.load(first, one), builder.load(second, some, lanes))
                total = builder.load("%totals", place, lanes)
                builder.store("%totals", place, builder.add(total, term))
                builder.jump(after)
            builder.start(after)
