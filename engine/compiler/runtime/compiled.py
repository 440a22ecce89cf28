"""A recorded graph as an array program that can be called."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any

from ...drawing.scene import Scene
from ..ir.picture import program_scene
from ..ir.program import Program
from ..ir.summary import Summary
from ..jax_backend.functions import gradient_of
from ..recording.frozen import Frozen
from ..recording.signature import Signature
from ..saving.saved import of_graph, write_module
from .jax_functions import demand_jax, inputs_in_jax, is_for_jax, run_in_jax
from .pipeline import Stages
from .quick_calls import QuickCalls, gradient_in, value_and_gradient
from .translation import Translation


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
        self._quick = QuickCalls(
            signature, frozen, partial(gradient_in, signature), value_and_gradient
        )

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
            self._translation, arrange, given, nest, inputs_in_jax(signature, inputs), 1
        )
        return found

    def __call__(self, parameters: Any = None, inputs: Any = None) -> tuple[float, Any]:
        """The value and the gradient for `parameters` and `inputs`."""
        if inputs is None:
            found = self._quick.of_row(parameters)
            if found is not None:
                return found  # type: ignore[no-any-return]
        found = self._quick.of_graph(parameters, inputs)
        return self._usual(parameters, inputs) if found is None else found

    def _usual(self, parameters: Any, inputs: Any) -> tuple[float, Any]:
        """The same, all checked."""
        if is_for_jax(self._translation.backend, parameters, inputs):
            return self._in_jax(parameters, inputs)
        self._frozen.look()
        signature = self._signature
        step = self._translation.step()
        value, gradient = step(signature.parameters_of(parameters), signature.inputs_of(inputs))
        self._quick.keep_graph(self._translation)
        return float(value), signature.gradient_of(gradient)

    def __repr__(self) -> str:
        return repr(self._translation)
