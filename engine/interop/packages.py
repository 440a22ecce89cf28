"""NumPy, for programs of arrays that are brought here."""

from typing import Any

from ..system.packages import OnDemand

np: Any = OnDemand("numpy", "fast", "bringing programs of arrays here")
