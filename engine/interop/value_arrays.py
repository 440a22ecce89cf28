"""Arrays of numbers as arrays of labelled Values."""

from typing import Any

from ..value import Value
from .packages import np


def value_array(numbers: Any, label: str = "") -> Any:
    """An array (NumPy's, of objects) with a new leaf for each number, called `label[i,j]`.

    `numbers` is a number, a list of them, or an array, of any shape; of one number it is a Value.
    """
    array = np.asarray(numbers, float)
    values = np.empty(array.shape, object)
    for place in np.ndindex(array.shape):
        at = f"[{','.join(map(str, place))}]" if label and place else ""
        values[place] = Value(float(array[place]), f"{label}{at}")
    return values if array.ndim else values.item()
