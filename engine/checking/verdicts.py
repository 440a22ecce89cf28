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
        """Whether the derivatives agree, with a tenth of the tolerance as error; 0 beside 1."""
        sure = error <= 0.1 * self.tolerance * (self.size(numeric) or self._of_zero)
        return sure and self.distance(numeric) <= self.allowed(numeric)

    def verdict(self, found: Estimate) -> Verdict:
        """OK, KINK, WRONG or UNKNOWN, and the reason for it."""
        if isnan(self.analytic):
            return WRONG, "nan"
        if not isfinite(found.value):
            return UNKNOWN, "the function is not finite beside it"
        distance, allowed = self.distance(found.value), self.allowed(found.value)
        size = self.size(found.value) or self._of_zero
        sure = found.error <= self.tolerance * max(size, SMALL * self.largest, found.typical)
        if isinf(self.analytic):
            return (WRONG if found.error <= 1e-3 * abs(found.value) else UNKNOWN), "infinite"
        agrees = sure and distance <= allowed + 2 * found.error
        if agrees and not (found.kink and found.steady and self._is_amid(found)):
            return OK, ""
        if found.kink and found.steady and self._is_between(found):
            return KINK, f"the slopes are {short(found.left)} and {short(found.right)}"
        if found.kink and not found.steady:
            return UNKNOWN, "a kink beside it"
        if found.is_clear and distance > allowed + 10 * found.error:
            return WRONG, self._fault(found)
        return UNKNOWN, "too steep, or too few digits"

    @property
    def _of_zero(self) -> float:
        """What the error of two derivatives that are 0 is relative to, for want of a size."""
        return max(1.0, SMALL * self.largest)

    def _is_between(self, found: Estimate) -> bool:
        """Whether the derivative lies between the slopes of a kink, or is one of them."""
        return self._margin(found) >= -_slack(found)

    def _is_amid(self, found: Estimate) -> bool:
        """Whether the derivative lies between the slopes of a kink, and is neither of them."""
        return self._margin(found) > _slack(found)

    def _margin(self, found: Estimate) -> float:
        """How far the derivative is from the nearer slope of a kink; negative beyond both."""
        low, high = sorted((found.left, found.right))
        return min(self.analytic - low, high - self.analytic)

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


def _slack(found: Estimate) -> float:
    """How far from a slope of a kink a derivative may be that counts as this slope."""
    distance, size = abs(found.right - found.left), max(abs(found.left), abs(found.right))
    return _BEYOND_DISTANCE * distance + _BEYOND_SIZE * size
