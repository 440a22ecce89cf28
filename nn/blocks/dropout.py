"""Dropout: in training, numbers that are left out at random."""

import random
from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar

from ..arguments.counts import RandomSeed, demand_count, generator
from ..arguments.entries import entries, is_row
from ..arguments.hyperparameters import BELOW_1, Setting
from ..arguments.nested import all_numbers
from ..kinds.argument import NUMBER
from ..kinds.module_kind import ModuleKind, no_numbers, register_module
from ..kinds.steps import Dropped
from ..masks import mask_for
from ..module import Module


class Dropout(Module[Any]):
    """In training 0 with the probability `p`, else x / (1 - p); x itself at any other time.

        model = Sequential(Layer(2, 16), Dropout(0.2, seed=0), Neuron(16, "identity"))
        nn.fit(model, X, y, ...)        # drops, also with compiled=True, but not for validation
        model(x)                        # drops nothing
        with nn.learning():
            model(x)                    # drops, as in fit

    Each number is drawn by itself, anew at each call, for a Value or nested lists. The mean of the
    output is x. `p` is at least 0 and below 1, and may be set later. `draws` is a generator of its
    own, which begins by `seed` and is part of what files and checkpoints remember: a training that
    is resumed drops what it had dropped without the break. Srivastava et al., "Dropout" (2014).

    Raises ValueError for `p` out of its range, and TypeError for anything but numbers.
    """

    remembers: ClassVar[tuple[str, ...]] = ("draws",)

    p = Setting(BELOW_1)

    def __init__(self, p: float = 0.5, *, seed: RandomSeed = None) -> None:
        self.p = p
        self.draws = generator(seed) or random.Random(random.getrandbits(64))

    def forward(self, x: Any) -> Any:
        """The numbers or Values that are left, in lists of the same shape."""
        if not isinstance(self.draws, random.Random):
            raise TypeError(f"draws must be a random.Random, got {self.draws!r}")
        count = len(all_numbers(x))
        factors = mask_for(self, count) if count else None
        return x if factors is None else _times(x, iter(factors))

    def draw(self, count: int) -> list[float]:
        """The next `count` factors: 0 with the probability `p`, else 1 / (1 - p).

        Raises what a count that is none raises: TypeError, and ValueError for one below 1.
        """
        count, kept = demand_count(count, "count"), 1.0 / (1.0 - self.p)
        return [0.0 if self.draws.random() < self.p else kept for _ in range(count)]

    def __repr__(self) -> str:
        return f"Dropout({self.p!r})"


def _times(x: Any, factors: Iterator[Any]) -> Any:
    """The numbers in nested lists, each times the next factor."""
    return [_times(each, factors) for each in entries(x)] if is_row(x) else x * next(factors)


register_module(
    ModuleKind(
        of=Dropout,
        make=partial(Dropout, seed=0),
        arguments={"p": NUMBER},
        given=lambda dropout: {"p": dropout.p},
        numbers=no_numbers,
        steps=lambda dropout: [Dropped(dropout.p)],
        undrawn="it has no neuron",
    )
)
