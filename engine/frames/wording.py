"""The words of the boxes in a picture of a run."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ..drawing.captions import hint
from ..notation import short
from ..typesetting.mathematics import plain_label
from ..value import Value


class TraceWording(NamedTuple):
    """The words of the picture of a trace.

    - `names`: a name for each Value, all different.
    - `grads`: the gradient of each Value at the end of the run.
    - `widest`: the longest text of the gradient of each Value on the way.
    """

    names: Mapping[Value, str]
    grads: Mapping[Value, float]
    widest: Mapping[Value, str]

    def name(self, value: Value) -> str:
        """The name of a Value in equations."""
        return self.names[value]

    def label(self, leaf: Value) -> str:
        """The name of a leaf in equations, as it was typed."""
        return self._typed(leaf)

    def title(self, node: Value, first: str) -> Iterable[str]:
        """The name in equations and the operation, in one line if one contains the other."""
        name, title = self._typed(node), node.op.title
        if not node.label and first.endswith(title):
            return (first.removesuffix(title) + name,)
        return name, first

    def _typed(self, value: Value) -> str:
        """The name of a Value; its label, if that is its name with formulas as plain text."""
        name = self.names[value]
        return value.label if plain_label(value.label) == name else name

    def numbers(self, value: Value) -> tuple[str, str]:
        """The data, and room for the gradient."""
        return f"data {short(value.data)}", f"grad {self.widest[value]}"

    def hint(self, value: Value) -> str:
        """Scope, name, data and gradient at the end."""
        return hint(value.scope, self.names[value], value.data, self.grads[value])
