"""The words of the boxes in a picture of a run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..analysis.naming import Names
from ..drawing.captions import NO_GRAD, titled, typed
from ..value import Value


@dataclass(frozen=True, slots=True)
class FrameWording:
    """What is told of each Value: its name, and its data and gradient as text.

    Both are a dash where they are not known yet.
    """

    names: Names
    data: Mapping[Value, str]
    grads: Mapping[Value, str]

    def name(self, value: Value) -> str:
        """The name of a Value in equations."""
        return self.names[value]

    def label(self, leaf: Value) -> str:
        """The name of a leaf in its box, as it was typed."""
        return typed(self.names, leaf)

    def title(self, node: Value, first: str) -> Iterable[str]:
        """The name of the Value, and the operation."""
        return titled(self.names, node, first)

    def numbers(self, value: Value) -> tuple[str, str]:
        """The data and the gradient, as far as they are known."""
        return (f"data {self.data.get(value, NO_GRAD)}",
                f"grad {self.grads.get(value, NO_GRAD)}")  # fmt: skip

    def hint(self, value: Value) -> str:
        """Name, data and gradient, as far as they are known."""
        return ", ".join([self.name(value), *self.numbers(value)])
