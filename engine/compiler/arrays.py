"""NumPy, imported when something is compiled; and where each number of an array is."""

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

__all__ = ["Bools", "Floats", "Ints", "np", "places_by_number"]


def places_by_number(numbers: Ints) -> dict[int, Ints]:
    """The places of each whole number in an array, in order; in the time that sorting takes."""
    order = np.argsort(numbers, kind="stable")
    kinds, starts = np.unique(numbers[order], return_index=True)
    return dict(zip(kinds.tolist(), np.split(order, starts[1:]), strict=False))  # {} for nothing
