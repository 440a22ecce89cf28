"""The words of the boxes in a picture of a run."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..analysis.captions import NO_GRAD, NamedWording
from ..value import Value


@dataclass(frozen=True, slots=True)
class FrameWording(NamedWording):
    """What is told of each Value: its name, and its data and gradient as text.

    Both are a dash where they are not known yet.
    """

    data: Mapping[Value, str]
    grads: Mapping[Value, str]

    def numbers(self, value: Value) -> tuple[str, str]:
        """The data and the gradient, as far as they are known."""
        return (f"data {self.data.get(value, NO_GRAD)}",
                f"grad {self.grads.get(value, NO_GRAD)}")  # fmt: skip

    def hint(self, value: Value) -> str:
        """Name, data and gradient, as far as they are known."""
        return ", ".join([self.name(value), *self.numbers(value)])
