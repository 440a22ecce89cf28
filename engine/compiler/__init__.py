"""Compile scalar programs to array programs: `program = engine.compile(loss, parameters=[...])`.

The same scalar program, readable down to every multiplication, at the speed of arrays. A recorded
graph is folded into classes of equal structure, and each class becomes an array instruction:

    recording   the graph, with roles for its leaves       members   its classes, in arrays
    lift        array instructions                          program   what these are
    simplify, differentiate, rows, biases                   passes, each from Program to Program
    storage, numpy_backend, module_text                     readable NumPy, and that as a function
"""

from typing import Any

from ..value import Value
from .compiled import Compiled
from .recording import compile_graph

__all__ = ["Compiled", "compile"]


def compile(output: Value, *, parameters: Any, inputs: Any = ()) -> Compiled:
    """The array program that a recorded graph is.

        program = engine.compile(loss, parameters=model.parameters())
        value, gradient = program(numbers)
        print(program.source)

    - `output`: the Value that the program is to give.
    - `parameters`: the leaves by which it is differentiated, in nested lists or dicts; arrays come
      back in the same shape.
    - `inputs`: further leaves whose numbers are given at each call.

    All other leaves, and plain numbers, are constants.

    Raises TypeError or ValueError, naming the Value, for a parameter or input that is no Value, is
    no leaf or is given twice, and for an input that is not in the graph. Warns of parameters that
    do not reach the output: their gradient is 0.
    """
    return compile_graph(output, parameters, inputs)
