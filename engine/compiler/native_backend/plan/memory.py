"""Memory for steps in machine code."""

from ctypes import addressof, c_char
from typing import Any

from ...arrays import np

# The alignment of memory, in bytes and in numbers.
_BYTES, _NUMBERS = 64, 8


def address_of(array: Any) -> int:
    """The address of the numbers of an array.

    NumPy takes three times as long to tell it as ctypes, which refuses arrays that are empty, are
    read only, or have gaps.
    """
    try:
        return addressof(c_char.from_buffer(array))
    except (TypeError, ValueError):
        address: int = array.ctypes.data
        return address


def aligned(size: int) -> Any:
    """Zeros in memory that begins where a cache line does."""
    numbers = np.zeros(size + _NUMBERS)
    start = -numbers.ctypes.data % _BYTES // (_BYTES // _NUMBERS)
    return numbers[start : start + size]
