"""Which paths lead from the output to each Value: the largest ones, how many, and what is left."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from math import fsum, isfinite
from typing import Any, NamedTuple

from ..graph import Step, best_paths, path_counts
from ..value import Value

# How many paths are listed for a Value, and what all lists of a trace may take: steps of paths, and
# nodes visited to find them. In a large graph that is enough for the first leaves.
_LISTED, _STEPS, _VISITS = 5, 40_000, 300_000

# A number of paths with more digits than this is written only beside a list.
_DIGITS = 1000


class Ways(NamedTuple):
    """The paths from the output to a Value.

    - `number`: how many there are, exactly, as decimal text; "" where that would be very long.
    - `best`: those with the largest products, each as a list of steps.
    - `rest`: what the others add up to, so that the sum of all is the gradient.
    """

    number: str
    best: Sequence[tuple[Step[Value], ...]]
    rest: float


def ways_to(
    output: Value, wanted: Sequence[Value], grads: Mapping[Value, float]
) -> Iterator[tuple[Value, Ways]]:
    """The paths to each of the Values in turn, listed as long as that is affordable."""
    counts = path_counts(output)
    steps, visits = _STEPS, _VISITS
    for node in wanted:
        best: list[tuple[Step[Value], ...]] = []
        if steps > 0 and visits > 0:
            best = list(islice(best_paths(output, node), _LISTED))
            steps -= sum(map(len, best))
            visits -= len(grads)
        yield node, Ways(_decimal(counts[node], bool(best)), best, _rest(grads[node], best))


def product(path: Sequence[Step[Any]]) -> float:
    """The share of a path: its local derivatives, multiplied from the output on."""
    result = 1.0
    for step in path:
        result *= step.local
    return result


def _rest(grad: float, best: Sequence[Sequence[Step[Any]]]) -> float:
    """What is left of a gradient after some of its paths."""
    parts = [grad, *(-product(path) for path in best)]
    return fsum(parts) if all(map(isfinite, parts)) else sum(parts)


def _decimal(count: int, listed: bool) -> str:
    """All digits of a number; through Decimal, since Python refuses to write out very long ones."""
    if not listed and count.bit_length() > 3.3 * _DIGITS:
        return ""
    return format(Decimal(count), "f")
