"""ParameterRow: the numbers or gradients of parameters in one array, apart from the Values.

numbers = ParameterRow(model.parameters(), "data")
numbers.put(0.9 * numbers.array())      # the Values are behind
numbers.write()                         # now they are not
numbers.forget()                        # what they have from now on is what counts
"""

from collections.abc import Sequence
from typing import Any, Literal

from engine import Value

from .arrays import np


class ParameterRow:
    """The attribute `data` or `grad` of several Values, in an array of float64.

    - `is_ahead`: true if the array has newer numbers than the Values.
    """

    def __init__(self, values: Sequence[Value], attribute: Literal["data", "grad"]) -> None:
        self._values = values
        self._attribute = attribute
        self._array: Any = None  # None where the Values are to be asked
        self.is_ahead = False

    def array(self) -> Any:
        """The numbers as an array, which must not be changed in place."""
        if self._array is None:
            self._array = np.array([getattr(each, self._attribute) for each in self._values])
        return self._array

    def put(self, numbers: Any) -> None:
        """Replace the numbers; the Values keep the old ones until `write`."""
        self._array = numbers
        self.is_ahead = True

    def write(self) -> None:
        """Write the numbers into the Values."""
        if self.is_ahead:
            for value, number in zip(self._values, self._array.tolist(), strict=True):
                setattr(value, self._attribute, number)
            self.is_ahead = False

    def forget(self) -> None:
        """Forget the numbers, which have been written; `array` reads the Values again."""
        self._array = None
