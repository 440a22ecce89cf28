"""Compile scalar programs to array programs: `program = engine.compile(loss, parameters=[...])`.

The same scalar program, readable down to every multiplication, at the speed of arrays. A recorded
graph is folded into classes of equal structure, and each class becomes an array instruction:

    recording       the graph, the roles of its leaves, and its classes in arrays
    lifting         from classes to array instructions
    ir              what these are: programs, which can be built, printed, interpreted
    rows, passes    rows of the table as instructions; passes, each from Program to Program
    numpy_backend   readable NumPy, and that as a function
    runtime         what is called with arrays
"""

from collections.abc import Callable
from inspect import signature
from typing import Any, Literal, overload

from ..value import Value
from .recording.baked import baked_lines
from .runtime.backends import backend_named
from .runtime.compiled import Compiled
from .runtime.functions import CompiledFunction, compile_recorded
from .runtime.graphs import compile_graph
from .runtime.outputs import CompiledOutputs

__all__ = ["Compiled", "CompiledFunction", "CompiledOutputs", "baked_lines", "compile"]


@overload
def compile(
    output: Value | Callable[[], Any],
    *,
    parameters: Any,
    inputs: Any = (),
    backend: str | None = None,
) -> Compiled: ...
@overload
def compile(
    output: Callable[..., Any],
    *,
    parameters: Any,
    gradient: Literal[True] = ...,
    backend: str | None = None,
) -> CompiledFunction: ...
@overload
def compile(
    output: Callable[..., Any],
    *,
    parameters: Any,
    gradient: Literal[False],
    backend: str | None = None,
) -> CompiledOutputs: ...
def compile(
    output: Any,
    *,
    parameters: Any,
    inputs: Any = (),
    gradient: bool = True,
    backend: str | None = None,
) -> Compiled | CompiledFunction | CompiledOutputs:
    """The array program that a recorded graph is, or a function of one example over many.

        program = engine.compile(loss, parameters=model.parameters())
        value, gradient = program(numbers)
        print(program.source)

        step = engine.compile(loss_of_one, parameters=model.parameters())
        value, gradient = step(X, Y)        # the mean over the examples

        predict = engine.compile(model, parameters=model.parameters(), gradient=False)
        outputs = predict(X)                # what the model gives for each example

        program = engine.compile(lambda: loss_of(model, X, y), parameters=model.parameters())

    - `output`: the Value that the program is to give; or a function that gives it for one example;
      or one without arguments, which is called once to record the graph.
    - `parameters`: the leaves by which it is differentiated, in nested lists or dicts; arrays come
      back in the same shape.
    - `inputs`: further leaves of a recorded graph, whose numbers are given at each call.
    - `gradient`: without it, a function may give Values in nested lists, and what it gives comes
      back for each example.
    - `backend`: what computes the program: "numpy", which None stands for, or "reference", which
      interprets it in the plainest way, to compare with. `source` is NumPy in any case.

    All other leaves, and plain numbers, are constants: they stay as they are when it is recorded.
    What a function takes out of Values, by `.data`, a comparison or a random draw, is warned of
    with its line. A Value that was recorded before has such numbers in it already, among them what
    was detached and the largest number of each softmax: record it by a function without arguments,
    or inside of `baked_lines()`, and these are computed anew.

    Raises TypeError or ValueError, naming the Value, for a parameter or input that is no Value, is
    no leaf or is given twice, for an input that is not in the graph, for inputs beside a function
    of examples, for a graph without a gradient, whose value is in `.data`, and for a back end that
    there is not. Warns of parameters
    that do not reach the output: their gradient is 0.
    """
    chosen = backend_named(backend)
    is_function = not isinstance(output, Value) and callable(output)
    if is_function and not _takes_nothing(output):
        if inputs != ():
            raise ValueError("inputs are leaves of a recorded graph; a function is given its "
                             "examples as arguments")  # fmt: skip
        return (CompiledFunction if gradient else CompiledOutputs)(output, parameters, chosen)
    if not gradient:
        raise ValueError("gradient=False is for a function of one example; the number of a "
                         "recorded graph is its .data")  # fmt: skip
    return (compile_recorded if is_function else compile_graph)(output, parameters, inputs, chosen)


def _takes_nothing(function: Any) -> bool:
    """Whether it has no arguments."""
    try:
        return not signature(function).parameters
    except (TypeError, ValueError):  # some of those that are written in C do not tell
        return False
