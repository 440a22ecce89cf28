"""Initializers: the distributions of the initial weights of a layer, by name.

A weight is drawn at random, evenly from [-s, s) or from the normal distribution with mean 0 and
standard deviation s. The table has the distribution, and s for a layer of `nout` neurons with `nin`
inputs each. Biases start at 0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from random import Random
from typing import Any

EVEN, NORMAL = "even", "normal"

_IMAGENET = "Krizhevsky et al. (2012)"
_XAVIER = "Glorot and Bengio (2010)"
_HE = "He et al. (2015)"


@dataclass(frozen=True, slots=True)
class Initializer:
    """A row of the table.

    - `name`: its name in the arguments of layers.
    - `distribution`: EVEN or NORMAL.
    - `size`: s, from `nin` and `nout`.
    - `source`: the paper that proposed it.
    """

    name: str
    distribution: str
    size: Callable[[int, int], float]
    source: str

    def sampler(self, numbers: Random | Any, nin: int, nout: int) -> Callable[[], float]:
        """A function that draws a weight at each call, from the generator `numbers`."""
        s = self.size(nin, nout)
        if self.distribution == EVEN:
            return lambda: float(numbers.uniform(-s, s))
        return lambda: float(numbers.normalvariate(0.0, s))


# fmt: off
INITIALIZERS: dict[str, Initializer] = {row.name: row for row in (
    #           name              distribution, s                                   source
    Initializer("uniform",        EVEN,   lambda nin, nout: 1.0,                    "micrograd"),
    Initializer("normal",         NORMAL, lambda nin, nout: 0.01,                   _IMAGENET),
    Initializer("xavier_uniform", EVEN,   lambda nin, nout: sqrt(6 / (nin + nout)), _XAVIER),
    Initializer("xavier_normal",  NORMAL, lambda nin, nout: sqrt(2 / (nin + nout)), _XAVIER),
    Initializer("he_uniform",     EVEN,   lambda nin, nout: sqrt(6 / nin),          _HE),
    Initializer("he_normal",      NORMAL, lambda nin, nout: sqrt(2 / nin),          _HE),
)}
# fmt: on


def initializer_named(name: str) -> Initializer:
    """The initializer called `name`; ValueError, with all names, if there is none."""
    if not isinstance(name, str) or name not in INITIALIZERS:
        raise ValueError(f"initializer must be one of {', '.join(INITIALIZERS)}, got {name!r}")
    return INITIALIZERS[name]
