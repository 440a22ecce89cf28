"""Embedding: a row of parameters for each member of a vocabulary."""

import random
from collections.abc import Iterable
from functools import partial
from typing import Any

from engine import Value
from engine.value import real_number

from ..arguments.counts import RandomSeed, demand_count, generator
from ..initializers import initializer_named
from ..kinds.argument import COUNT
from ..kinds.module_kind import ModuleKind, register_module
from ..kinds.steps import Lookup
from ..module import Module


class Embedding(Module[list[Any]]):
    """A table of `count` rows of `size` parameters each, from which rows are looked up by number.

        letters = Embedding(27, 2, seed=0)
        letters(4)                      # the row of e: a list of two Values
        letters([4, 13])                # a list of two rows

    A program that is compiled looks rows up by whole numbers: by arguments that are arrays of
    integers, or in `nn.fit(compiled=True)` by columns of whole numbers.

    `initializer` names the distribution of the initial numbers. Only the rows that are looked up
    get a gradient: Bengio et al., "A Neural Probabilistic Language Model" (2003).

    Raises ValueError for less than one row or column or an unknown initializer.
    """

    def __init__(
        self, count: int, size: int, *, seed: RandomSeed = None, initializer: str = "uniform"
    ) -> None:
        count, size = demand_count(count, "count"), demand_count(size, "size")
        start = initializer_named(initializer)
        number = start.sampler(generator(seed) or random, count, size)
        self.rows = [[Value(number()) for _ in range(size)] for _ in range(count)]

    def forward(self, index: float | Iterable[float]) -> list[Any]:
        """Row number `index`, or a list of rows for a list of numbers.

        Raises ValueError if there is no such row, and TypeError for anything but numbers.
        """
        if isinstance(index, Iterable) and not isinstance(index, str):
            return [self._row(each, f"index[{i}]") for i, each in enumerate(index)]
        return self._row(index, "index")

    def _row(self, number: Any, name: str) -> list[Value]:
        """Row number `number`; an error if there is none, which calls the argument `name`."""
        if isinstance(number, Value):
            raise TypeError(f"{name} must be the number of a row, got {number!r}, which cannot be "
                            "looked up by: a compiled function is given such numbers in an array "
                            "of integers")  # fmt: skip
        place = real_number(number, name)
        if not place.is_integer() or not 0 <= place < len(self.rows):
            raise ValueError(f"{name} must be the number of a row, from 0 to {len(self.rows) - 1}, "
                             f"got {number!r}")  # fmt: skip
        return list(self.rows[int(place)])

    def __repr__(self) -> str:
        return f"Embedding({len(self.rows)} rows of {len(self.rows[0])})"


register_module(
    ModuleKind(
        of=Embedding,
        make=partial(Embedding, seed=0),
        arguments={"count": COUNT, "size": COUNT},
        given=lambda table: {"count": len(table.rows), "size": len(table.rows[0])},
        numbers=lambda count, size: count * size,
        steps=lambda table: [Lookup([[each.data for each in row] for row in table.rows])],
        undrawn="it looks rows up by their numbers, and weighs no input",
        x=1,
    )
)
