"""Convolutions and pooling: the same computation at every place of a sequence or of an image.

    Convolution    filters(patch): a layer of neurons that sees one patch after the other
    MaxPooling     the largest number of each patch

A patch is as wide as `sides` says: [3] is three steps of a sequence, a list of steps, and [3, 3]
three rows and columns of an image, channels × height × width.
"""

from collections.abc import Sequence
from functools import partial, reduce
from math import prod
from typing import Any

from engine import Value

from ..activations import ACTIVATIONS
from ..arguments.counts import RandomSeed, demand_below, demand_count
from ..kinds.argument import COUNT, COUNTS, NAME, WHOLE
from ..kinds.module_kind import ModuleKind, no_numbers, register_module
from ..kinds.steps import Convolved, Named, Pooled
from ..layers import Layer, given_layer, linear_numbers, weights_of
from ..module import Module
from .patches import demand_sides, image_of, padded, patches, steps_or_image


class Convolution(Module[list[Any]]):
    """`nout` filters at every place of a sequence or an image: LeCun et al. (1989).

        Convolution(1, 4, [3, 3])       # of images: 4 channels from 1, patches of 3 × 3
        Convolution(8, 4, [5])          # of sequences: steps of 4 numbers from steps of 8

    A filter is a neuron of the layer `filters`, with a weight for each number of a patch of `nin`
    channels: channel by channel, row by row. So the weights are those of torch.nn.Conv2d; in one
    dimension those of torch.nn.Conv1d, whose sequences are the other way round, channels × steps.

    - `sides`: the side of a patch for a sequence, or its rows and columns for an image.
    - `activation`: a name in `nn.ACTIVATIONS`, of each output.
    - `stride`: the distance from a patch to the next one, in all directions.
    - `padding`: how many zeros are set on all sides first; fewer than the least side of a patch.

    From n steps, rows or columns come (n + 2 padding - side) // stride + 1. `initializer` names the
    distribution of the weights, which are drawn by `seed`; biases start at 0.

    Raises ValueError for a size out of its range or an unknown activation or initializer, and
    TypeError for anything but whole numbers.
    """

    def __init__(
        self,
        nin: int,
        nout: int,
        sides: Sequence[int],
        activation: str = "identity",
        *,
        stride: int = 1,
        padding: int = 0,
        seed: RandomSeed = None,
        initializer: str = "xavier_uniform",
    ) -> None:
        self._nin, self._sides = demand_count(nin, "nin"), demand_sides(sides)
        self._stride = demand_count(stride, "stride")
        self._padding = demand_below(padding, "padding", min(self._sides))
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, "
                             f"got {activation!r}")  # fmt: skip
        self.filters = Layer(
            self._nin * prod(self._sides), nout, activation, seed=seed, initializer=initializer
        )

    def forward(self, x: Sequence[Any]) -> list[Any]:
        """The output of each filter at each place: steps of them, or an image of `nout` channels.

        Raises TypeError for anything but nested lists of numbers or Values, and ValueError for
        another number of channels, or fewer places than a patch has.
        """
        image = padded(image_of(x, self.nin, self.sides, "Convolution"), self.padding, self.sides)
        rows = patches(image, self.sides, self.stride, "Convolution")
        outputs = [[self.filters(patch) for patch in row] for row in rows]
        if len(self.sides) == 1:
            return outputs[0]
        return [[[at[c] for at in row] for row in outputs] for c in range(self.nout)]

    def __repr__(self) -> str:
        return (f"Convolution({self.nin} → {self.filters.shape}, {_across(self.sides)}, "
                f"stride={self.stride}, padding={self.padding})")  # fmt: skip

    @property
    def nin(self) -> int:
        """The number of channels of the input."""
        return self._nin

    @property
    def nout(self) -> int:
        """The number of filters."""
        return self.filters.nout

    @property
    def sides(self) -> tuple[int, ...]:
        """The sides of a patch."""
        return self._sides

    @property
    def stride(self) -> int:
        """The distance from a patch to the next one."""
        return self._stride

    @property
    def padding(self) -> int:
        """The number of zeros on each side."""
        return self._padding


class MaxPooling(Module[list[Any]]):
    """The largest number of each patch, channel by channel.

        MaxPooling([2, 2])              # an image of half the height and half the width
        MaxPooling([3], stride=1)       # of each number in three steps of a sequence

    `sides` are those of a patch, as in a Convolution, and `stride` is the distance from a patch to
    the next one: by default its side, which must then be the same in both directions. The numbers
    of a patch are compared one after the other by `Value.maximum`, in which two equal numbers have
    half of the gradient each. Rows and columns that are left over are not seen.

    Raises ValueError for a size out of its range, and TypeError for anything but whole numbers.
    """

    def __init__(self, sides: Sequence[int], stride: int | None = None) -> None:
        self._sides = demand_sides(sides)
        if stride is None and len({*self._sides}) > 1:
            raise ValueError(f"stride must be given for patches of {_across(self._sides)}, whose "
                             "sides differ")  # fmt: skip
        self._stride = demand_count(self._sides[0] if stride is None else stride, "stride")

    def forward(self, x: Sequence[Any]) -> list[Any]:
        """The largest numbers: steps of them, or an image.

        Raises TypeError for anything but nested lists of numbers or Values, and ValueError for
        lists of different lengths, or fewer places than a patch has.
        """
        pooled = [
            [
                [reduce(Value.maximum, map(_as_value, patch)) for patch in row]
                for row in patches([channel], self.sides, self.stride, "MaxPooling")
            ]
            for channel in image_of(x, None, self.sides, "MaxPooling")
        ]
        return steps_or_image(pooled, self.sides)

    def __repr__(self) -> str:
        return f"MaxPooling({_across(self.sides)}, stride={self.stride})"

    @property
    def sides(self) -> tuple[int, ...]:
        """The sides of a patch."""
        return self._sides

    @property
    def stride(self) -> int:
        """The distance from a patch to the next one."""
        return self._stride


def _as_value(number: Any) -> Value:
    """A Value as it is, and a number as a new one."""
    return number if isinstance(number, Value) else Value(number)


def _across(sides: Sequence[int]) -> str:
    """The sides of a patch in words: 3 × 3."""
    return " × ".join(map(str, sides))


def _given(module: Convolution) -> dict[str, Any] | None:
    """The arguments of a convolution, if its filters are a layer of plain neurons."""
    layer = given_layer(module.filters) if type(module.filters) is Layer else None
    return layer and {
        "nin": module.nin,
        "nout": module.nout,
        "sides": list(module.sides),
        "activation": layer["activation"],
        "stride": module.stride,
        "padding": module.padding,
    }


def _steps(module: Convolution) -> list[Any]:
    """The sums of the filters, and their activation."""
    sums = Convolved(weights_of(module.filters), module.sides, module.stride, module.padding)
    return [sums, Named(str(module.filters.activation))]


_UNDRAWN = "its neurons see one patch after the other"

register_module(
    ModuleKind(
        of=Convolution,
        make=partial(Convolution, seed=0),
        arguments={
            "nin": COUNT,
            "nout": COUNT,
            "sides": COUNTS,
            "activation": NAME,
            "stride": COUNT,
            "padding": WHOLE,
        },
        given=_given,
        numbers=lambda nin, nout, sides, **_: linear_numbers(nin * prod(sides), nout),
        steps=_steps,
        undrawn=_UNDRAWN,
        x=(
            ((0.5, -1.0, 1.0), (0.25, 2.0, -0.5), (1.5, 0.0, -2.0)),
            ((-0.25, 1.0, 0.5), (3.0, -1.5, 1.25), (-3.0, 0.75, 2.5)),
        ),
    )
)

register_module(
    ModuleKind(
        of=MaxPooling,
        make=MaxPooling,
        arguments={"sides": COUNTS, "stride": COUNT},
        given=lambda module: {"sides": list(module.sides), "stride": module.stride},
        numbers=no_numbers,
        steps=lambda module: [Pooled(module.sides, module.stride)],
        undrawn="it has no neuron",
        x=(((0.5, -1.0, 1.0), (0.25, 2.0, -0.5), (1.5, 0.0, -2.0)),),
    )
)
