"""Look-ups for programs that are written by hand."""

import numpy as np

from engine.compiler.kinds.details import TableLookup
from engine.compiler.recording.columns import looked, lookup_of


def lookup(
    *columns: list[float], size: int | None = None, kinds: list[int] | None = None
) -> TableLookup:
    """A column of numbers for each result: one number for each category.

    They are places in an array of `size` numbers, or any numbers; column i is looked up by the kind
    of category `kinds[i]`, the first one if nothing is said.
    """
    every = np.arange(len(columns[0]))
    dtype = np.int64 if size else np.float64
    return lookup_of(
        [looked(kind, 0, every, len(every), np.array(column, dtype=dtype))
         for kind, column in zip(kinds or [0] * len(columns), columns, strict=True)],
        size,
    )  # fmt: skip
