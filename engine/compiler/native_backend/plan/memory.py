"""Memory for steps in machine code."""

from typing import Any

from ...arrays import np

# The alignment of memory, in bytes and in numbers.
_BYTES, _NUMBERS = 64, 8


def address_of(array: Any) -> int:
    """The address of the numbers of an array."""
    address: int = array.__array_interface__["data"][0]
    return address


def aligned(size: int) -> Any:
    """Zeros in memory that begins where a cache line does."""
    numbers = np.zeros(size + _NUMBERS)
    start = -numbers.ctypes.data % _BYTES // (_BYTES // _NUMBERS)
    return numbers[start : start + size]
