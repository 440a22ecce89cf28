"""The arguments of a program: nested lists of parameters and of inputs, and numbers for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...value import Value
from ..arrays import Floats, np
from .leaves import Leaves
from .pytrees import Block, Nest, arranged, blocks, leaf_numbers, matched, numbers


@dataclass(frozen=True, slots=True)
class Signature:
    """The arguments of a program: nested lists of parameters and of inputs.

    - `parameters`, `inputs`: the shapes of these lists; `leaves`, `input_leaves`: their Values.
    - `is_joined`: whether the program reads all inputs as one row of numbers.
    """

    parameters: Nest
    inputs: Nest
    leaves: Sequence[Value]
    input_leaves: Sequence[Value]
    is_joined: bool

    def parameters_of(self, given: Any) -> Floats:
        """All parameters in a row; the present numbers of the Values if `given` is None."""
        return (
            leaf_numbers(self.leaves)
            if given is None
            else _row(self.parameters, given, "parameters")
        )

    def inputs_of(self, given: Any) -> list[Floats]:
        """The arrays of inputs; the present numbers of the Values if `given` is None."""
        if given is None:
            if not self.input_leaves:
                return []
            row = leaf_numbers(self.input_leaves)
            given = arranged(self.inputs, lambda block: row[block.place].reshape(block.shape))
        if self.is_joined:
            return [_row(self.inputs, given, "inputs")]
        return [np.asarray(numbers(each, block.shape, name), order="C")
                for name, block, each in matched(self.inputs, given, "inputs")]  # fmt: skip

    def nested_parameters(self, given: Any) -> Any:
        """Parameters as they are given; the present numbers of the Values if `given` is None."""
        return self.gradient_of(leaf_numbers(self.leaves)) if given is None else given

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """The shape of each array of inputs, as the program reads it."""
        arrays = [block for _, block in blocks(self.inputs, "inputs")]
        if self.is_joined:
            return [(sum(block.size for block in arrays),)]
        return [block.shape for block in arrays]

    def gradient_of(self, row: Floats) -> Any:
        """The gradient `row` as arrays in the nested lists of the parameters."""
        return arranged(self.parameters, lambda block: row[block.place].reshape(block.shape))


def signature_of(leaves: Leaves) -> Signature:
    """The arguments of a program of these leaves."""
    nests, values = leaves.nests, leaves.values
    return Signature(
        nests["parameters"], nests["inputs"], values["parameters"], values["inputs"],
        leaves.is_joined,
    )  # fmt: skip


def _row(nest: Nest, given: Any, name: str) -> Floats:
    """All numbers of nested arrays in a row."""
    if isinstance(nest, Block):
        row: Floats = numbers(given, nest.shape, name).reshape(-1)
        return row
    parts = [numbers(each, block.shape, place).reshape(-1)
             for place, block, each in matched(nest, given, name)]  # fmt: skip
    return np.concatenate(parts) if parts else np.zeros(0)
