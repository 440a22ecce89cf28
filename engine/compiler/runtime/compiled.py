"""A recorded graph as an array program that can be called."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from ...drawing.scene import Scene
from ...value import Value
from ..arrays import Floats, np
from ..ir.picture import program_scene
from ..ir.program import Program
from ..ir.summary import Summary
from ..jax_backend.functions import gradient_of, jax_arrays_of, numbers_in_a_row
from ..recording.leaves import Leaves
from ..recording.pytrees import Block, Nest, arranged, blocks, leaf_numbers, matched, numbers
from ..saving.saved import of_graph, write_module
from .frozen import Frozen
from .jax_functions import demand_jax, is_for_jax, run_in_jax
from .pipeline import Stages
from .translation import Translation


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

    def inputs_in_jax(self, given: Any) -> list[Any]:
        """The arrays of inputs, those of JAX as they are and where they are."""
        if given is None:
            return self.inputs_of(None)
        arrays = jax_arrays_of(self.inputs, given, "inputs")
        return [numbers_in_a_row(arrays)] if self.is_joined else arrays

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


class Translated(ABC):
    """A compiled object that shows its array program."""

    @property
    @abstractmethod
    def _latest(self) -> Translation:
        """The translation of the latest recording."""

    @property
    def source(self) -> str:
        """The source of the program as a module: in JAX for that back end, else in NumPy."""
        return self._latest.written.text

    @property
    def ir(self) -> str:
        """The program in LLVM's language, of the back end "native" alone; else ValueError."""
        return self._latest.ir

    @property
    def program(self) -> Program:
        """The array instructions, with the gradient."""
        return self._latest.program

    @property
    def forward(self) -> Program:
        """The array instructions without the gradient."""
        return self._latest.forward

    @property
    def backend(self) -> str:
        """The name of the back end."""
        return self._latest.backend.name

    def stages(self) -> Stages:
        """The program as lifted, and after each pass; printing shows all of them."""
        return self._latest.stages()

    def summary(self) -> Summary:
        """The numbers of nodes, classes, instructions and matrix products."""
        return self._latest.summary

    def scene(self) -> Scene:
        """The scene of the program, for `draw`."""
        return program_scene(self.program)


class Compiled(Translated):
    """A recorded graph as an array program.

        value, gradient = program(parameters, inputs)

    gives the value of the graph for these parameters and inputs, and the derivatives by the
    parameters, as arrays in the nested lists given to `compile`. Without parameters or inputs, the
    present numbers of the Values are used. Printing shows the instructions, and `source` is the
    program in NumPy, or in JAX with `backend="jax"`; arrays of JAX then give arrays of JAX.

    A program computes in float64; numbers in half or single precision are converted, exactly.

    Raises TypeError for complex numbers, text, dates and floats longer than float64, and ValueError
    for arrays of another shape, or with masked numbers.
    """

    def __init__(self, signature: Signature, translation: Translation, frozen: Frozen) -> None:
        self._signature = signature
        self._translation = translation
        self._frozen = frozen

    @property
    def _latest(self) -> Translation:
        return self._translation

    def save(self, path: str | PathLike[str]) -> Path:
        """Write a module that needs only NumPy, whole or not at all; returns the path.

            from x import step
            value, gradient = step(parameters, inputs)

        With `backend="jax"` the module needs only JAX, and gives arrays of JAX.

        Raises ValueError if the path does not end in .py, or if a registered row is a function in
        Python that cannot be written, and an OSError if no file can be written there.
        """
        signature, module = self._signature, self._translation.written
        text = of_graph(module, signature.parameters, signature.inputs, signature.shapes)
        return write_module(path, text)

    @property
    def function(self) -> Callable[..., tuple[Any, Any]]:
        """The program as a pure function of JAX, for `backend="jax"` only.

            value, gradient = program.function(parameters, inputs)

        takes and gives arrays of JAX in the nested lists of a call. JAX can trace it, map it and
        differentiate it, as a part of other functions. It computes in float64; to go on in float64
        with its results, set `jax_enable_x64`.

        Raises ValueError for another back end.
        """
        demand_jax(self._translation.backend)
        return self._in_jax

    def _in_jax(self, parameters: Any = None, inputs: Any = None) -> tuple[Any, Any]:
        """The value and the gradient, in arrays of JAX."""
        self._frozen.look()
        signature = self._signature
        given = signature.nested_parameters(parameters)
        arrange, nest = gradient_of(signature.parameters), signature.parameters
        found: tuple[Any, Any] = run_in_jax(
            self._translation, arrange, given, nest, signature.inputs_in_jax(inputs), 1
        )
        return found

    def __call__(self, parameters: Any = None, inputs: Any = None) -> tuple[float, Any]:
        """The value and the gradient for `parameters` and `inputs`."""
        if is_for_jax(self._translation.backend, parameters, inputs):
            return self._in_jax(parameters, inputs)
        self._frozen.look()
        signature = self._signature
        step = self._translation.step()
        value, gradient = step(signature.parameters_of(parameters), signature.inputs_of(inputs))
        return float(value), signature.gradient_of(gradient)

    def __repr__(self) -> str:
        return repr(self._translation)
