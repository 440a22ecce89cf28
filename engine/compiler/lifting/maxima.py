"""Chains of maxima or minima, as array instructions.

A chain a, max(a, b), max(max(a, b), c), ... is one operation along an axis. Its derivatives are
those of the row of the table at each rung, one after another: with m the maxima so far,

    dm[n]/da[k]  =  d max(m[k-1], a[k])/da[k]  times, for all j > k,  d max(m[j-1], a[j])/dm[j-1]

Chains of different lengths are filled up in front with their first number, rungs that are missing.
"""

from ..arrays import Ints, np
from ..ir.builder import Draft
from ..ir.program import Data, Ladder
from ..ir.views import View, whole
from ..recording.classes import Members
from ..rows.legalize import partial
from .blocks import unique_rows
from .elementwise import Found


def ladders(draft: Draft, found: Found, counts: Ints, each: Members) -> Found:
    """Where the results of chains of so many numbers each are; these are one after another."""
    longest = int(counts.max())
    starts = np.cumsum(counts) - counts
    steps = np.arange(longest) - (longest - counts)[:, None]
    rows, kind = unique_rows(found.places[starts[:, None] + np.maximum(steps, 0)])
    places = found.places[starts[:, None] + np.maximum(steps, 0)][rows]
    terms = draft.at(found.array, places)
    missing = steps[rows][:, 1:] <= 0
    detail = Ladder(each.op, Data(missing) if missing.any() else None)
    made = draft.add("ladder", terms, detail=detail, label=each.label, origin=each.origin)
    return Found(made, kind)


def rungs(draft: Draft, terms: int, detail: Ladder) -> tuple[int, int]:
    """What the gradient of chains is multiplied by, for their first numbers and for the others."""
    *rows, length = draft.shape(terms)
    running = draft.add("running", terms, detail=detail)
    shape = (*rows, length - 1)
    so_far = draft.view(running, part(shape, 0))
    inputs = [so_far, draft.view(terms, part(shape, 1))]
    result = draft.view(running, part(shape, 1))
    by_chain, by_number = (partial(draft, detail.op, slot, inputs, result) for slot in (0, 1))
    if detail.missing is not None:
        missing = draft.constant(detail.missing.array)
        by_chain = draft.add("where", missing, draft.constant(1.0), by_chain)
        by_number = draft.add("where", missing, draft.constant(0.0), by_number)
    later = draft.add("later", by_chain)
    after = draft.view(later, part(shape, 1))
    first = draft.view(later, part((*rows, 1), 0, length))
    return first, draft.add("mul", by_number, after)


def part(shape: tuple[int, ...], start: int, length: int | None = None) -> View:
    """All but some of the numbers along the last axis of an array, whose length is one more."""
    *rows, last = shape
    strides = whole((*rows, length or last + 1)).strides
    return View(start, shape, tuple(s if d > 1 else 0 for s, d in zip(strides, shape, strict=True)))
