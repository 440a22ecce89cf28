"""Functions written through the builder, compiled, and called with arrays."""

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np

from engine.compiler.native_backend.llvm.builder import FunctionBuilder
from engine.compiler.native_backend.llvm.jit import MACHINE
from engine.compiler.native_backend.llvm.module import STEP, ModuleText


def run(write: Callable[[FunctionBuilder], None], *arrays: Any) -> None:
    """What `write` writes, done with arrays, which are the buffers %x0, %x1 and so on."""
    builder = FunctionBuilder(ModuleText())
    write(builder)
    given = ", ".join(f"ptr %x{i}" for i in range(len(arrays)))
    text = f"define void @run({given}) {STEP} {{\n{builder.body}\n  ret void\n}}\n"
    builder.module.functions["run"] = text
    code = MACHINE.compiled(builder.module.text)
    pointers = [ctypes.c_void_p] * len(arrays)
    ctypes.CFUNCTYPE(None, *pointers)(code.address("run"))(*[each.ctypes.data for each in arrays])


def results(write: Callable[..., Any], operands: Any, lanes: int, most: int | None = None) -> Any:
    """What `write(builder, ...)` gives for arrays of numbers, with so many lanes at a time."""
    arrays = [np.ascontiguousarray(each, dtype=np.float64) for each in operands]
    found = np.empty(len(arrays[0]) if most is None else most)

    def loop(builder: FunctionBuilder) -> None:
        """The loop over all numbers."""
        with builder.loop(len(arrays[0]), 0, lanes) as i:
            numbers = [builder.load(f"%x{k}", i, lanes) for k in range(len(arrays))]
            builder.store(f"%x{len(arrays)}", i, write(builder, *numbers))

    run(loop, *arrays, found)
    return found
