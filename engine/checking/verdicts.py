"""Verdicts: whether a derivative by `backward()` agrees with finite differences, and why not."""

from math import inf, isfinite, isinf, isnan
from typing import NamedTuple

from ..notation import short
from .finite_differences import SMALL, Estimate

OK, KINK, WRONG, UNKNOWN = "ok", "kink", "WRONG", "cannot tell"

# How far outside the two slopes of a kink a derivative may be, relative to their distance and size.
_BEYOND_DISTANCE, _BEYOND_SIZE = 1e-4, 1e-6

Verdict = tuple[str, str]


class Agreement(NamedTuple):
    """The comparison of the derivative `analytic` with numeric estimates.

    - `largest`: the largest derivative of the same function.
    - `tolerance`: the largest relative error of derivatives that agree.
    """

    analytic: float
    largest: float
    tolerance: float

    def distance(self, numeric: float) -> float:
        """The distance of the two derivatives."""
        return 0.0 if self.analytic == numeric else abs(self.analytic - numeric)

    def size(self, numeric: float) -> float:
        """The size of the larger derivative."""
        return max(abs(self.analytic), abs(numeric))

    def error(self, numeric: float) -> float:
        """The distance, relative to the larger derivative."""
        distance = self.distance(numeric)
        return distance / self.size(numeric) if 0 < distance < inf else distance

    def allowed(self, numeric: float) -> float:
        """The largest distance of derivatives that agree."""
        return self.tolerance * max(self.size(numeric), SMALL * self.largest)

    def is_settled(self, numeric: float, error: float) -> bool:
        """Whether the derivatives agree, with a tenth of the tolerance as error, or are both 0."""
        size = self.size(numeric)
        sure = not size or error <= 0.1 * self.tolerance * size
        return sure and self.distance(numeric) <= self.allowed(numeric)

    def verdict(self, found: Estimate) -> Verdict:
        """OK, KINK, WRONG or UNKNOWN, and the reason for it."""
        if isnan(self.analytic):
            return WRONG, "nan"
        if not isfinite(found.value):
            return UNKNOWN, "the function is not finite beside it"
        distance, allowed = self.distance(found.value), self.allowed(found.value)
        size = self.size(found.value)
        sure = found.error <= self.tolerance * max(size, SMALL * self.largest, found.typical)
        if isinf(self.analytic):
            return (WRONG if found.error <= 1e-3 * abs(found.value) else UNKNOWN), "infinite"
        if distance <= allowed + 2 * found.error and (sure or not size):
            return OK, ""
        if found.kink and found.steady and self._is_between(found):
            return KINK, f"the slopes are {short(found.left)} and {short(found.right)}"
        if found.kink and not found.steady:
            return UNKNOWN, "a kink beside it"
        if found.is_clear and distance > allowed + 10 * found.error:
            return WRONG, self._fault(found)
        return UNKNOWN, "too steep, or too few digits"

    def _is_between(self, found: Estimate) -> bool:
        """Whether the derivative lies between the slopes of a kink."""
        low, high = sorted((found.left, found.right))
        slack = _BEYOND_DISTANCE * (high - low) + _BEYOND_SIZE * max(abs(low), abs(high))
        return low - slack <= self.analytic <= high + slack

    def _fault(self, found: Estimate) -> str:
        """The fault of a wrong derivative, in words."""
        numeric, doubt = found.value, self.allowed(found.value) + 10 * found.error
        if abs(numeric) <= doubt:
            return "should be 0"
        if self.analytic == 0:
            return "0"
        if abs(self.analytic + numeric) <= doubt:
            return "wrong sign"
        return f"off by the factor {self.analytic / numeric:.9g}"
