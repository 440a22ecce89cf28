"""NumPy, imported when something is compiled; where each number of an array is, and its rank."""

from typing import TYPE_CHECKING, Any

from ..system.packages import OnDemand

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
else:
    np = OnDemand("numpy", "fast", "compiling")
    Floats = Ints = Bools = Any

__all__ = ["Bools", "Floats", "Ints", "by_first", "np", "places_by_number"]


def places_by_number(numbers: Ints) -> dict[int, Ints]:
    """The places of each whole number in an array, in order; in the time that sorting takes."""
    order = np.argsort(numbers, kind="stable")
    kinds, starts = np.unique(numbers[order], return_index=True)
    return dict(zip(kinds.tolist(), np.split(order, starts[1:]), strict=False))  # {} for nothing


def by_first(numbers: Ints) -> tuple[Ints, Ints]:
    """The kinds of whole numbers in an array, counted from 0 as they occur first: kinds and places.

    The kind of each number, and for each kind the place where it occurs first.
    """
    _, first, inverse = np.unique(numbers, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[inverse.reshape(-1)], first[order]
