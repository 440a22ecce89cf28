"""draw_network(model): the picture of a network, neurons in columns and weights as lines."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.system.files import FilePath, write_as
from engine.system.pages import for_jupyter
from engine.typesetting.themes import Look, ThemeName, look_of

from ..arguments.counts import demand_limit
from ..module import Module
from .wiring import NetworkDiagram, network_diagram
from .wiring_svg import FONT_SIZE, to_svg


class NetworkDrawing:
    """The picture of a network. Jupyter shows it; `save` writes it to a file."""

    __slots__ = ("_diagram", "_look")

    def __init__(self, diagram: NetworkDiagram, look: Look) -> None:
        self._diagram = diagram
        self._look = look

    def svg(self) -> str:
        """The picture as an SVG element, which may stand in a file or in a page."""
        return to_svg(self._diagram, self._look)

    def save(self, path: FilePath) -> Path:
        """Write the picture to an .svg file, whole or not at all; gives the path.

        Raises ValueError for another ending, and an OSError if no file can be written at `path`.
        """
        hint = "; a browser opens such a file and prints it to PDF"
        return write_as(path, ("svg",), lambda _: self.svg().encode("utf-8"), hint)

    def _repr_svg_(self) -> str:
        return self.svg()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return for_jupyter(self.svg(), repr(self))

    def __repr__(self) -> str:
        return "\n".join([f"Drawing of {self._diagram.title}", *self._diagram.notes])


def draw_network(
    model: Module[Any],
    inputs: Sequence[str] | None = None,
    outputs: Sequence[str] | None = None,
    max_neurons: float = 16,
    max_weights: float = 1000,
    *,
    theme: ThemeName | None = None,
    font_size: float = FONT_SIZE,
    scale: float = 1.0,
) -> NetworkDrawing:
    """Draw the neurons and weights of a network; gives a NetworkDrawing.

        nn.draw_network(model)                                     # in Jupyter: the picture
        nn.draw_network(model, ["width", "length"], ["is it?"]).save("network.svg")

    A line is a weight and the ring of a neuron its bias: the larger, the wider; blue and solid
    above 0, orange and dashed below. Inside a neuron is the curve of its activation. A browser
    shows the name and the number of a line or a neuron under the mouse, and fades the weights of
    all other neurons.

    - `model`: an MLP, a Layer, a Neuron, a Perceptron or an nn.Sequential of these.
    - `inputs`, `outputs`: the names of inputs and outputs.
    - `max_neurons`: the most neurons of a layer; of more, the first and the last are drawn.
    - `max_weights`: the most weights; of more, the largest are drawn. For both, inf says that there
      is no limit.
    - `theme`: "light"; "dark", for a dark slide; or "print", in black and greys; by default light.
    - `font_size`: the size of the letters, in points.
    - `scale`: how many times as large as usual the picture is made, with all that is in it.

    Raises TypeError for any other model, and ValueError for an unknown theme, a size out of range,
    more than 20 layers, layers that do not fit each other, a parameter that is nan or infinite, or
    names that are too few or too many.
    """
    most = (demand_limit(max_neurons, "max_neurons"), demand_limit(max_weights, "max_weights"))
    look = look_of(theme, font_size, scale)
    return NetworkDrawing(network_diagram(model, inputs, outputs, *most), look)
