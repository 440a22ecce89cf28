"""Chains of maxima or minima, lifted to array instructions.

A chain a, max(a, b), max(max(a, b), c), ... is one reduction along an axis. Its derivatives follow
from the partial derivatives of max in the table. With m the maxima so far,

    dm[n]/da[k]  =  d max(m[k-1], a[k])/da[k]  times, for all j > k,  d max(m[j-1], a[j])/dm[j-1]

Chains shorter than the longest repeat their first number in front, in rungs marked as missing.
"""

from math import prod

from ..arrays import Ints, np, places_by_number
from ..ir.builder import Builder
from ..kinds.details import Along, Data
from ..rolling.members import Members
from .blocks import unique_rows
from .elementwise import Found

# How many times as many numbers as there are may be in a table of runs, the shorter ones filled up.
_MOST_FILLED = 4


def ladders(draft: Builder, found: Found, counts: Ints, each: Members) -> Found:
    """The maxima of consecutive runs of `found`; run i has `counts[i]` numbers.

    Runs of very different lengths are sorted: a run is at most twice as long as others beside it.
    """
    if int(counts.max()) * len(counts) <= _MOST_FILLED * int(counts.sum()):
        return _ladders(draft, found, counts, each)
    lengths = np.ceil(np.log2(counts)).astype(np.int64)
    places, arrays, size = np.zeros(len(counts), dtype=np.int64), [], 0
    for length, mine in places_by_number(lengths).items():
        some = found.at(np.flatnonzero(np.repeat(lengths == length, counts)))
        maxima = _ladders(draft, some, counts[mine], each)
        places[mine] = maxima.places + size
        size += prod(draft.shape(maxima.array))
        arrays.append(maxima.array)
    return Found(draft.joined(arrays), places)


def _ladders(draft: Builder, found: Found, counts: Ints, each: Members) -> Found:
    """The same for runs of about one length, as the rows of a table."""
    longest = int(counts.max())
    starts = np.cumsum(counts) - counts
    steps = np.arange(longest) - (longest - counts)[:, None]
    rows, kind = unique_rows(found.places[starts[:, None] + np.maximum(steps, 0)])
    places = found.places[starts[:, None] + np.maximum(steps, 0)][rows]
    terms = draft.at(found.array, places)
    missing = steps[rows][:, 1:] <= 0
    detail = Along(each.op, Data(missing) if missing.any() else None)
    maxima = draft.add("reduce", terms, detail=detail, **each.names)
    return Found(maxima, kind)
