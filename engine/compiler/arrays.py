"""NumPy, which only the compiler needs in the engine, and not before something is compiled."""

from typing import TYPE_CHECKING, Any

from ..system.packages import OnDemand

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
else:
    np = OnDemand("numpy", "fast", "compiling")
    Floats = Ints = Any

__all__ = ["Floats", "Ints", "np"]
