"""NumPy, which only the compiler needs in the engine."""

from typing import TYPE_CHECKING, Any

from ..system.packages import optional

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
else:
    np = optional("numpy", "fast", "compiling")
    Floats = Ints = Any

__all__ = ["Floats", "Ints", "np"]
