"""Arrays of numbers as arrays of labelled Values."""

from typing import Any

from ..arguments import real_number
from ..value import Value
from .packages import np

# The kinds of arrays with objects, text or complex numbers in them.
_NO_NUMBERS = "OSUc"


def value_array(numbers: Any, label: str = "") -> Any:
    """An array (NumPy's, of objects) with a new leaf for each number, called `label[i,j]`.

    `numbers` is a number, a list of them, or an array, of any shape; of one number it is a Value.

    Raises ValueError for rows of different lengths, and TypeError for what is no real number.
    """
    array = _as_floats(numbers)
    values = np.empty(array.shape, object)
    for place in np.ndindex(array.shape):
        at = f"[{','.join(map(str, place))}]" if label and place else ""
        values[place] = Value(float(array[place]), f"{label}{at}")
    return values if array.ndim else values.item()


def _as_floats(numbers: Any) -> Any:
    """The array of floats; what is no number is an error that says where it stands."""
    try:
        array = np.asarray(numbers)
    except ValueError:
        raise ValueError("numbers must be a number, a list or an array whose rows are of one "
                         f"length, got {numbers!r}") from None  # fmt: skip
    if array.dtype.kind not in _NO_NUMBERS:
        return array.astype(float)
    given = np.asarray(numbers, object)
    floats = np.empty(given.shape)
    for place in np.ndindex(given.shape):
        at = f"[{']['.join(map(str, place))}]" if place else ""
        floats[place] = real_number(given[place], f"numbers{at}")
    return floats
