"""Modules that stand between layers of other shapes.

Reshape(4, 2)       a row of 8 numbers as 4 steps of 2 numbers; Reshape(8) is the way back
EachStep(f)         f of each step of a sequence
LastStep()          the last step of a sequence
"""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from ..arguments.counts import demand_count
from ..arguments.entries import entries, is_row
from ..arguments.nested import all_numbers
from ..kinds.argument import COUNTS, PART
from ..kinds.module_kind import ModuleKind, no_numbers, register_module
from ..kinds.steps import ForEach, LastOf, Reshaped
from ..module import Module
from .containers import callable_part, demand_callable, given_module, part_in_words


class Reshape(Module[list[Any]]):
    """The numbers of x, in order, in nested lists with these sides.

        Sequential(Reshape(4, 2), LSTM(2, 8), LastStep(), Neuron(8, "identity"))
        Sequential(Reshape(1, 8, 8), Convolution(1, 4, [3, 3]), Reshape(144), Layer(144, 10))

    So `fit`, whose examples are rows of numbers, trains a layer of sequences or of images.

    Raises TypeError for a side that is no whole number, and ValueError if there is none or for one
    below 1.
    """

    def __init__(self, *sides: int) -> None:
        if not sides:
            raise ValueError("sides is empty: give the sides, such as Reshape(4, 2)")
        self._sides = tuple(demand_count(side, f"sides[{i}]") for i, side in enumerate(sides))

    def forward(self, x: Any) -> list[Any]:
        """The nested lists, for nested lists of as many numbers; ValueError for others."""
        found = all_numbers(x)
        if len(found) != prod(self._sides):
            raise ValueError(f"x must hold {prod(self._sides)} numbers, to be {self!r}, "
                             f"got {len(found)}")  # fmt: skip
        for side in reversed(self._sides[1:]):
            found = [found[i : i + side] for i in range(0, len(found), side)]
        return found

    def __repr__(self) -> str:
        return f"Reshape({', '.join(map(str, self._sides))})"

    @property
    def sides(self) -> tuple[int, ...]:
        """The sides, the outermost first."""
        return self._sides


class EachStep(Module[list[Any]]):
    """module(step) for each step of a sequence: one layer with the same parameters for all.

    Raises TypeError for an object that cannot be called.
    """

    def __init__(self, module: Callable[[Any], Any]) -> None:
        demand_callable(module, "module")
        self.module = module

    def forward(self, x: Sequence[Any]) -> list[Any]:
        """The results, for a list of steps; TypeError for anything else."""
        return [self.module(step) for step in _steps(x)]

    def __repr__(self) -> str:
        return f"EachStep({part_in_words(self.module)})"


class LastStep(Module[Any]):
    """The last step of a sequence: what a recurrent layer knows when it has seen them all."""

    def forward(self, x: Sequence[Any]) -> Any:
        """The last step; TypeError for anything but a list, and ValueError for an empty one."""
        steps = _steps(x)
        if not steps:
            raise ValueError("x is empty: LastStep takes one step or more")
        return steps[-1]

    def __repr__(self) -> str:
        return "LastStep()"


def _steps(x: Any) -> list[Any]:
    """The steps of a sequence."""
    if not is_row(x):
        raise TypeError(f"x must be a list of steps, got {x!r}")
    return entries(x)


register_module(
    ModuleKind(
        of=Reshape,
        make=lambda sides: Reshape(*sides),
        arguments={"sides": COUNTS},
        given=lambda module: {"sides": list(module.sides)},
        numbers=no_numbers,
        steps=lambda module: [Reshaped(list(module.sides))],
        undrawn="it has no neuron",
        x=(0.5, -1.0, 1.0, 0.25),
    )
)

register_module(
    ModuleKind(
        of=EachStep,
        make=lambda module: EachStep(callable_part(module)),
        arguments={"module": PART},
        given=given_module,
        numbers=no_numbers,
        steps=lambda module: [ForEach((module.module,))],
        undrawn="its neurons see one step after the other",
        x=((0.5, -1.0), (1.0, 0.25)),
    )
)

register_module(
    ModuleKind(
        of=LastStep,
        make=LastStep,
        arguments={},
        given=lambda _: {},
        numbers=no_numbers,
        steps=lambda _: [LastOf()],
        undrawn="it has no neuron",
        x=((0.5, -1.0), (1.0, 0.25)),
    )
)
