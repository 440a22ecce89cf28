"""Counts and seeds of random numbers, as layers and training take them."""

import random
from numbers import Integral
from sys import maxsize
from typing import Any, TypeGuard

from engine.system.limits import is_real

# A number, a generator, or None for Python's shared generator.
RandomSeed = int | random.Random | None


def demand_count(number: object, name: str) -> int:
    """The number, which must be whole and above 0; errors call it `name`.

    Raises TypeError for anything but a whole number, and ValueError for a number below 1, or one
    that nothing can be counted up to.
    """
    if not _is_whole(number):
        raise TypeError(f"{name} must be an int, got {number!r}")
    count = int(number)
    if count < 1:
        raise ValueError(f"{name} must be at least 1, got {count}")
    if count > maxsize:
        raise ValueError(f"{name} must be at most {maxsize:,}, got a number with "
                         f"{count.bit_length()} bits")  # fmt: skip
    return count


def demand_below(number: object, name: str, end: int) -> int:
    """The number, which must be whole, at least 0 and below `end`; errors call it `name`.

    Raises TypeError for anything but a whole number, and ValueError for another number.
    """
    if not _is_whole(number):
        raise TypeError(f"{name} must be an int, got {number!r}")
    if not 0 <= int(number) < end:
        given = int(number)
        shown = given if abs(given) < maxsize else f"a number with {given.bit_length()} bits"
        raise ValueError(f"{name} must be at least 0 and below {end}, got {shown}")
    return int(number)


def demand_limit(number: object, name: str) -> int:
    """The number, which must be whole and above 0, or inf for no limit: then the largest int.

    Raises what `demand_count` raises, but for a number that is too large, which is no limit either.
    """
    given: Any = number
    if is_real(number) and given > maxsize:
        return maxsize
    return demand_count(number, name)


def _is_whole(number: object) -> TypeGuard[Integral]:
    """Whether an argument is a whole number: True and False are none."""
    return isinstance(number, Integral) and not isinstance(number, bool)


def generator(seed: RandomSeed) -> random.Random | None:
    """The generator of random numbers for a seed; None for Python's shared generator.

    Raises TypeError for anything but an int, a random.Random or None.
    """
    if seed is None or isinstance(seed, random.Random):
        return seed
    if _is_whole(seed):
        return random.Random(int(seed))
    raise TypeError(f"seed must be an int, a random.Random or None, got {seed!r}")
