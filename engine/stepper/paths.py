"""The paths from the output to each Value: the largest, their number, and the sum of the rest."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from math import fsum, isfinite
from typing import Any, NamedTuple

from ..arithmetic import total
from ..graph import Step, best_paths, path_counts
from ..value import Value

# The most paths that are listed for a Value; and for all lists of a trace together, the most steps
# and the most visits to nodes. In a large graph these limits suffice for the first leaves.
_LISTED, _STEPS, _VISITS = 5, 40_000, 300_000

# A number of paths with more digits is written only beside a list.
_DIGITS = 1000


class Ways(NamedTuple):
    """The paths from the output to a Value.

    - `number`: the exact number of paths as decimal text; "" if it is very long.
    - `best`: the paths with the largest products, each as a list of steps.
    - `rest`: the sum of all other paths, so that the sum of all paths is the gradient.
    """

    number: str
    best: Sequence[tuple[Step[Value], ...]]
    rest: float


def ways_to(
    output: Value, wanted: Sequence[Value], grads: Mapping[Value, float]
) -> Iterator[tuple[Value, Ways]]:
    """The paths to each of the Values `wanted` in turn, listed up to the limits above."""
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
    """The product of the local derivatives of a path, multiplied from the output on."""
    result = 1.0
    for step in path:
        result *= step.local
    return result


def _rest(grad: float, best: Sequence[Sequence[Step[Any]]]) -> float:
    """The gradient minus the products of the paths `best`."""
    parts = [grad, *(-product(path) for path in best)]
    return fsum(parts) if all(map(isfinite, parts)) else total(parts)


def _decimal(count: int, listed: bool) -> str:
    """All digits of `count`; through Decimal, since Python refuses to write very long integers."""
    if not listed and count.bit_length() > 3.3 * _DIGITS:
        return ""
    return format(Decimal(count), "f")
