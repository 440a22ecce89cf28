"""Compile scalar programs to array programs: `program = engine.compile(loss, parameters=[...])`.

The same scalar program, readable down to every multiplication, at the speed of arrays. A recorded
graph is folded into classes of equal structure, and each class becomes an array instruction:

    recording       the graph, the roles of its leaves, and its classes in arrays
    lifting         from classes to array instructions
    ir              programs of array instructions: built, printed, interpreted
    rows, passes    rows of the table as instructions; passes, each from Program to Program
    saving          the source of a program as a file
    numpy_backend   a program as readable NumPy source, and as a function
    jax_backend     a program as readable JAX source, and as a pure function
    native_backend  a program as machine code
    runtime         compiled programs, called with arrays
    javascript      rows of the table as data, for pages that compute

The parts are loaded when they are asked for: pages need `javascript`, and no compiler.
"""

from typing import TYPE_CHECKING

from ..system.on_demand import on_demand

if TYPE_CHECKING:
    from .compiling import compile
    from .recording.baked import baked_lines
    from .runtime.compiled import Compiled
    from .runtime.functions import CompiledFunction
    from .runtime.outputs import CompiledOutputs

__all__ = ["Compiled", "CompiledFunction", "CompiledOutputs", "baked_lines", "compile"]

__getattr__ = on_demand(__name__, {
    ".compiling": ["compile"],
    ".recording.baked": ["baked_lines"],
    ".runtime.compiled": ["Compiled"],
    ".runtime.functions": ["CompiledFunction"],
    ".runtime.outputs": ["CompiledOutputs"],
})  # fmt: skip


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
