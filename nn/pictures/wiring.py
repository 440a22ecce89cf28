"""The NetworkDiagram of a network: its neurons in columns, and the weights between them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any

from engine import Value

from ..activations import ACTIVATIONS, LIST_ACTIVATIONS
from ..kinds.descriptions import is_overridden
from ..kinds.module_kind import MODULE_KINDS, ModuleKind, nearest_kind
from ..kinds.steps import Neurons, WeightedSum
from ..module import Module

# The most layers of a picture, which would be too wide for a page with more.
_MOST_LAYERS = 20


@dataclass(frozen=True, slots=True)
class Spot:
    """An input or a neuron.

    - `index`, `place`: its number in its layer, and its number among the shown spots.
    - `name`, `beside`: its name, and the text beside it, which may be empty.
    - `bias`: its bias; None for an input.
    - `curve`: its activation of one number; None for an input, and for an activation of all numbers
      of the layer together.
    """

    index: int
    place: int
    name: str
    beside: str
    bias: float | None
    curve: Callable[[float], float] | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """The inputs, or the neurons of a layer: the shown spots, and the number of others."""

    heading: str
    spots: tuple[Spot, ...]
    left_out: int

    @property
    def places(self) -> int:
        """The number of places: one for each spot, and one for the spots left out."""
        return len(self.spots) + bool(self.left_out)


@dataclass(frozen=True, slots=True)
class Link:
    """A weight, from a spot of one column to one of the next."""

    column: int
    tail: Spot
    head: Spot
    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class NetworkDiagram:
    """The content of a picture of a network; `notes` say what is left out.

    `links` are sorted by the size of their weights.
    """

    title: str
    columns: tuple[Column, ...]
    links: tuple[Link, ...]
    notes: tuple[str, ...]


def network_diagram(
    model: Module[Any],
    inputs: Sequence[str] | None,
    outputs: Sequence[str] | None,
    max_neurons: int,
    max_weights: int,
) -> NetworkDiagram:
    """The diagram of a network, with at most `max_neurons` a layer and `max_weights` in all.

    `inputs` and `outputs` are names. Raises TypeError for a model that is not a network of neurons
    in layers or for names other than text, and ValueError for layers that do not fit each other,
    too many layers, too few or too many names, or a parameter that is nan or infinite.
    """
    layers = list(_layers(model))
    _demand_drawable(model, layers)
    nin, nout = len(layers[0].neurons[0].w), len(layers[-1].neurons)
    beside = [[""] * len(layer.neurons) for layer in layers]
    beside[-1] = _names(outputs, [""] * nout, "outputs")
    columns = [_inputs(_names(inputs, [f"x[{i}]" for i in range(nin)], "inputs"), max_neurons)]
    columns += [_column(*each, max_neurons) for each in zip(layers, beside, strict=True)]
    links = sorted(_links(columns, layers), key=lambda link: abs(link.weight))
    notes = []
    if any(column.left_out for column in columns):
        notes.append(f"at most {max_neurons} of each layer")
    if len(links) > max_weights:
        notes.append(f"the {max_weights:,} largest of {len(links):,} weights between these")
    return NetworkDiagram(repr(model), tuple(columns), tuple(links[-max_weights:]), tuple(notes))


def _layers(model: object) -> Iterator[Neurons]:
    """The layers of a network, in the order of the computation, by its row."""
    if isinstance(model, Neurons):
        yield model
        return
    kind = nearest_kind(model)
    steps = kind.steps if kind and not kind.why_undrawn else ""
    if isinstance(steps, str) or is_overridden(model):
        raise _undrawable(model, kind)
    for part in steps(model):
        yield from _layers(part)


def _undrawable(model: object, kind: ModuleKind[Any] | None) -> TypeError:
    """The error for what is not drawn; it says why, if the row does."""
    drawn = ", ".join(name for name, each in MODULE_KINDS.items() if not each.why_undrawn)
    why = f", but {kind.why_undrawn}" if kind and kind.why_undrawn else ""
    return TypeError(
        f"model must be a network of neurons in layers, made of {drawn}, got {model!r}{why}"
    )


def _demand_drawable(model: object, layers: list[Neurons]) -> None:
    """Raise ValueError for layers or parameters that cannot be drawn."""
    if len(layers) > _MOST_LAYERS:
        raise ValueError(f"model must have at most {_MOST_LAYERS} layers to be drawn, "
                         f"got {len(layers)}: {model!r}")  # fmt: skip
    if not layers or not all(layer.neurons for layer in layers):
        raise _undrawable(model, None)
    for layer in layers:
        for neuron in layer.neurons:
            _demand_neuron(model, neuron)
            for parameter in (*neuron.w, neuron.b):
                if not isfinite(parameter.data):
                    raise ValueError(f"model: {parameter.label} is {parameter.data}, "
                                     "which has no width")  # fmt: skip
        sizes = sorted({len(neuron.w) for neuron in layer.neurons})
        if len(sizes) > 1:
            raise ValueError("model: all neurons of a layer must have the same inputs, got one "
                             f"with {sizes[0]} and one with {sizes[-1]}")  # fmt: skip
    for before, after in pairwise(layers):
        if len(before.neurons) != len(after.neurons[0].w):
            raise ValueError(f"model: a layer of {len(before.neurons)} neurons comes before one "
                             f"with {len(after.neurons[0].w)} inputs")  # fmt: skip


def _demand_neuron(model: object, neuron: object) -> None:
    """Raise TypeError for what computes something else than a neuron does."""
    parameters: list[Any] = [*getattr(neuron, "w", ()), getattr(neuron, "b", None)]
    is_sum = all(isinstance(each, Value) for each in parameters)
    if not is_sum or not hasattr(neuron, "activate") or is_overridden(neuron):
        raise _undrawable(model, None)


def _names(given: Sequence[str] | None, default: list[str], argument: str) -> list[str]:
    """The names `given`, checked, or the default for None."""
    if given is None:
        return default
    if isinstance(given, str) or not all(isinstance(name, str) for name in given):
        raise TypeError(f"{argument} must be a list of names, got {given!r}")
    if len(given) != len(default):
        raise ValueError(f"{argument} must be {len(default)} names, "
                         f"got {len(given)}: {given!r}")  # fmt: skip
    return list(given)


def _places(count: int, most: int) -> list[tuple[int, int]]:
    """The numbers of the shown spots, the first and the last of `count`, each with its place."""
    if count <= most:
        return [(i, i) for i in range(count)]
    above, below = (most + 1) // 2, most // 2
    last = [(count - below + i, above + 1 + i) for i in range(below)]
    return [*((i, i) for i in range(above)), *last]


def _inputs(names: list[str], most: int) -> Column:
    """The column of the inputs."""
    count = len(names)
    spots = tuple(Spot(i, at, names[i], names[i], None) for i, at in _places(count, most))
    return Column(f"{count} input{'s' * (count != 1)}", spots, count - len(spots))


def _column(layer: Neurons, beside: list[str], most: int) -> Column:
    """The column of the neurons of a layer."""
    count = len(layer.neurons)
    spots = tuple(
        Spot(i, at, _name(neuron), beside[i], neuron.b.data, _curve(layer, neuron))
        for i, at in _places(count, most)
        for neuron in (layer.neurons[i],)
    )
    return Column(f"{count} {layer.activation}", spots, count - len(spots))


def _curve(layer: Neurons, neuron: WeightedSum) -> Callable[[float], float] | None:
    """The activation of one number by a neuron of a layer, if there is one."""
    activate = ACTIVATIONS.get(layer.activation, neuron.activate)
    return None if layer.activation in LIST_ACTIVATIONS else lambda z: activate(Value(z)).data


def _name(neuron: WeightedSum) -> str:
    """The place of a neuron, as its bias is labelled: layer1.neuron3.b."""
    return neuron.b.label.removesuffix("b").removesuffix(".") or "neuron"


def _links(columns: list[Column], layers: list[Neurons]) -> Iterator[Link]:
    """The weights between shown spots."""
    for i, ((before, after), layer) in enumerate(zip(pairwise(columns), layers, strict=True)):
        for head in after.spots:
            for tail in before.spots:
                w = layer.neurons[head.index].w[tail.index]
                yield Link(i, tail, head, w.label, w.data)
