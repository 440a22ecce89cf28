"""Masks: factors that a model draws anew at each step of training, and at no other time.

    model(x)                                # a Dropout passes every number on
    with nn.learning():
        loss = nn.hinge([model(x) for x in X], y)       # it drops some of them

`fit` learns in such a block, eagerly or compiled; whatever it measures, it measures outside.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from engine.system.leaving import is_tracing


class Masking(Protocol):
    """A module that draws masks."""

    def draw(self, count: int) -> list[float]:
        """The next `count` factors."""


# What gives the factors: by the module that asks for them, and their number.
MaskSource = Callable[[Masking, int], list[Any]]

# The source of the innermost block; None where nothing learns.
_source: ContextVar[MaskSource | None] = ContextVar("source of masks", default=None)


@contextmanager
def learning() -> Iterator[None]:
    """A block in which a model learns: a Dropout draws a new mask at each call.

        with nn.learning():
            loss = nn.mean_squared_error([model(x) for x in X], y)
        loss.backward()

    Other threads are not affected. A function that is compiled inside raises ValueError if it draws
    a mask, which all later calls would share; `nn.fit(compiled=True)` draws new ones.
    """
    with masks_from(_drawn):
        yield


@contextmanager
def masks_from(source: MaskSource) -> Iterator[None]:
    """A block in which a model learns, with the masks of a source."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


def mask_for(module: Masking, count: int) -> list[Any] | None:
    """The factors of `count` numbers, drawn anew; None if nothing is being learnt."""
    source = _source.get()
    return None if source is None else source(module, count)


def _drawn(module: Masking, count: int) -> list[Any]:
    """The next factors of a module; ValueError where they would become part of a program."""
    if is_tracing.get():
        raise ValueError(f"{module!r} draws a mask, which every call of a compiled program would "
                         "share: compile outside of nn.learning(), or train by nn.fit with "
                         "compiled=True, which draws a new one at each step")  # fmt: skip
    return module.draw(count)
