"""ONNX graphs under construction. Importing this file needs onnx."""

from typing import Any

from engine.system.packages import optional

from ..arguments.nested import all_numbers

_WHAT_FOR = "nn.export.to_onnx"
onnx: Any = optional("onnx", "export", _WHAT_FOR)
_helper: Any = optional("onnx.helper", "export", _WHAT_FOR)


class Nodes:
    """An ONNX graph under construction: its nodes and constants, each called by its result."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, numbers: Any) -> str:
        """Add a constant array of float64, from nested lists or one number; gives its name."""
        return self._constant(onnx.TensorProto.DOUBLE, numbers)

    def whole(self, numbers: Any) -> str:
        """Add a constant array of whole numbers; a single one has no axis."""
        return self._constant(onnx.TensorProto.INT64, numbers)

    def _constant(self, kind: int, numbers: Any) -> str:
        """Add a constant; gives its name."""
        name = f"constant{len(self.constants)}"
        shape = _shape(numbers)
        self.constants.append(_helper.make_tensor(name, kind, shape, all_numbers(numbers)))
        return name

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add a node; gives the name of its result."""
        name = f"{operator.lower()}{len(self.nodes)}"
        self.nodes.append(_helper.make_node(operator, inputs, [name], name, **attributes))
        return name

    def as_steps_of(self, rows: str, x: str) -> str:
        """The rows, one below the other, as steps of sequences as long as those of x."""
        sides = self.add("Slice", self.add("Shape", x), self.whole([0]), self.whole([2]))
        sides = self.add("Concat", sides, self.whole([-1]), axis=0)
        return self.add("Reshape", rows, sides)


def _shape(numbers: Any) -> list[int]:
    """The sides of nested lists."""
    return [len(numbers), *_shape(numbers[0])] if isinstance(numbers, list) else []
