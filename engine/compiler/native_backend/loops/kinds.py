"""The loops of each kind of instruction."""

from collections.abc import Callable

from . import arguments, copies, lookups, numbers, products, scans, segments, steps, sums
from .context import Context

# loops(context, number) writes the loops of an instruction.
LOOPS: dict[str, Callable[[Context, int], None]] = {
    "input": arguments.turned,
    "count": arguments.counted,
    "view": copies.look_loops,
    "take": copies.look_loops,
    "choice": lookups.choice,
    "pick": lookups.pick,
    "scatter": lookups.scatter,
    "join": copies.joined,
    "with_ones": copies.grown,
    "assemble": copies.assembled,
    "sum": sums.sum_loops,
    "segments": segments.segment_loops,
    "product": products.product_loops,
    "reduce": scans.scan_loops,
    "accumulate": scans.scan_loops,
    "later": scans.later_loops,
    "running": scans.running_loops,
    "loop": lambda context, number: steps.step_loops(context, number, emit),
}


def emit(context: Context, number: int) -> None:
    """Write the loops of an instruction, by its kind; all others go number by number."""
    if number in context.layout.finished:
        sums.finished_loops(context, number)
        return
    LOOPS.get(context.made[number].kind, numbers.number_loops)(context, number)
