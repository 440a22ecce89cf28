"""Sums of members of one class, lifted to array instructions.

Terms that form a view with terms along axes of their own are summed over these axes. Few terms are
added one by one. Sums of different lengths are sums of segments of a row.
"""

from ..arrays import Ints, np
from ..ir.builder import Builder
from ..kinds.details import Data, Sum
from ..kinds.views import View, steady
from .blocks import unique_rows
from .elementwise import Found, Operand

# The largest number of terms that are added one by one.
_FEW = 4


def summed(draft: Builder, found: Found, counts: Ints) -> list[Operand]:
    """Operands that add up to the sums of consecutive runs of `found`; run i has `counts[i]`."""
    length = int(counts[0])
    if not (counts == length).all():
        starts = np.cumsum(counts) - counts
        row = draft.at(found.array, found.places)
        sums = draft.add("segments", row, detail=Data(starts))
        return [Found(sums, np.arange(len(counts)))]
    rows = found.places.reshape(-1, length)
    if length == 1:
        return [Found(found.array, rows[:, 0])]
    first, kind = unique_rows(rows)
    steady_sums = _steady_sums(draft, found.array, rows[first])
    if steady_sums is not None:
        return [Found(steady_sums, kind)]
    if length <= _FEW:
        return [Found(found.array, rows[:, i]) for i in range(length)]
    terms = draft.add("take", found.array, detail=Data(rows[first]))
    return [Found(draft.add("sum", terms, detail=Sum((1,))), kind)]


def _steady_sums(draft: Builder, array: int, rows: Ints) -> int | None:
    """The sums of `rows`, as a sum over the last axes of a view; None if they are no view."""
    start, terms = rows[:, 0], rows[0] - rows[0, 0]
    if not np.array_equal(start[:, None] + terms, rows):
        return None
    forms = [steady([each]) for each in (start, terms)]
    if forms[0] is None or forms[1] is None:
        return None
    (_, (row,)), (_, (term,)) = forms[0], forms[1]
    view = View(row.offset, row.shape + term.shape, row.strides + term.strides)
    axes = tuple(range(len(row.shape), len(view.shape)))
    if term.size < rows.shape[1]:  # the same number several times
        return None
    return draft.add("sum", draft.view(array, view), detail=Sum(axes))
