"""Limits as arguments: a whole number, or inf for no limit; seconds; and numbers in a range.

True and False are no numbers here, though they can be computed with.
"""

from math import inf
from numbers import Real
from sys import maxsize
from typing import Any


def is_real(number: object) -> bool:
    """Whether an argument is a real number: True and False are none."""
    return isinstance(number, Real) and not isinstance(number, bool)


def limit(number: object, name: str, least: int = 1) -> float:
    """The number, a whole one from `least` on, or inf for no limit; errors call it `name`.

    Raises TypeError for anything but a number, and ValueError for any other number.
    """
    if not is_real(number):
        raise TypeError(f"{name} must be a real number, got {number!r}: a whole one from {least} "
                        "on, or inf for no limit")  # fmt: skip
    given: Any = number  # which may be an integer that no float64 can hold
    if given == inf:
        return inf
    if given >= least and given == given // 1:
        return int(given)
    raise ValueError(f"{name} must be a whole number from {least} on, got {number!r}: "
                     "inf is no limit")  # fmt: skip


def up_to(most: float, more: int = 0) -> int | None:
    """A limit, or `more` beyond it, as `islice` takes it: None for no limit."""
    return int(most) + more if most < maxsize - more else None


def duration(number: object, name: str) -> float:
    """The number of seconds, above 0, or inf for no limit; errors call it `name`.

    Raises TypeError for anything but a number, and ValueError for any other number.
    """
    if not is_real(number):
        raise TypeError(
            f"{name} must be a real number, got {number!r}: seconds, or inf for no limit"
        )
    given: Any = number
    if not given > 0:
        raise ValueError(f"{name} must be above 0 seconds, got {number!r}: inf is no limit")
    seconds: float = inf if given > 1e9 else given  # which no clock of Python counts
    return seconds


def whole_number(number: object, name: str, least: int, most: int) -> int:
    """The whole number from `least` to `most`; errors call it `name`.

    Raises TypeError for anything but a number, and ValueError for any other number.
    """
    if not is_real(number):
        raise TypeError(f"{name} must be a whole number from {least} to {most}, got {number!r}")
    given: Any = number
    if not (least <= given <= most and given == given // 1):
        raise ValueError(f"{name} must be a whole number from {least} to {most}, got {number!r}")
    return int(given)


def within(number: object, name: str, least: float, most: float) -> float:
    """The number, one from `least` to `most`; errors call it `name`.

    Raises TypeError for anything but a number, and ValueError for any other number.
    """
    if not is_real(number):
        raise TypeError(f"{name} must be a real number, got {number!r}: "
                        f"one from {least:g} to {most:g}")  # fmt: skip
    given: Any = number  # which may be an integer that no float64 can hold
    if not least <= given <= most:
        raise ValueError(f"{name} must be from {least:g} to {most:g}, got {number!r}")
    return float(given)
