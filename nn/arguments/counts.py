"""Counts and seeds of random numbers, as layers and training take them."""

import random
from numbers import Integral

# A number, a generator, or None for Python's shared generator.
RandomSeed = int | random.Random | None


def demand_count(number: object, name: str) -> int:
    """The number, which must be whole and above 0; errors call it `name`.

    Raises TypeError for anything but a whole number, and ValueError for a number below 1.
    """
    if not isinstance(number, Integral):
        raise TypeError(f"{name} must be an int, got {number!r}")
    if number < 1:
        raise ValueError(f"{name} must be at least 1, got {number}")
    return int(number)


def generator(seed: RandomSeed) -> random.Random | None:
    """The generator of random numbers for a seed; None for Python's shared generator.

    Raises TypeError for anything but an int, a random.Random or None.
    """
    if seed is None or isinstance(seed, random.Random):
        return seed
    if isinstance(seed, Integral):
        return random.Random(int(seed))
    raise TypeError(f"seed must be an int, a random.Random or None, got {seed!r}")
