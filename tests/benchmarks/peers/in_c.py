"""C written by hand, compiled by gcc for this machine."""

import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from .contest import Step

FOLDER = Path(__file__).parent / "c"
FLAGS = ("-O3", "-march=native", "-ffast-math", "-mprefer-vector-width=512", "-Wno-psabi")
LANES = 8


def library(name: str, **sizes: int) -> ctypes.CDLL:
    """The compiled file; ImportError without gcc."""
    gcc = shutil.which("gcc")
    if gcc is None:
        raise ImportError("there is no gcc")
    built = Path(tempfile.mkdtemp()) / f"{name}.so"
    defined = [f"-D{size}={number}" for size, number in sizes.items()]
    files = [str(FOLDER / f"{name}.c"), "-o", str(built), "-lm"]
    plain = [flag for flag in FLAGS if not flag.startswith("-mprefer")]
    for flags in (FLAGS, plain):  # other processors have no such vectors
        run = subprocess.run([gcc, *flags, *defined, "-shared", "-fPIC", *files], check=False,
                             capture_output=True)  # fmt: skip
        if not run.returncode:
            return ctypes.CDLL(str(built))
    raise ImportError(f"gcc could not compile {name}.c")


def aligned(array: Any) -> Any:
    """The numbers in memory that begins where a vector of 64 bytes may."""
    memory = np.zeros(array.size + LANES, dtype=array.dtype)
    start = (-memory.ctypes.data // 8) % LANES
    row = memory[start : start + array.size]
    row[:] = array.reshape(-1)
    return row


def step_of(file: str, name: str, parameters: Any, *inputs: Any, **sizes: int) -> Step:
    """The step that calls a function of C with a row of parameters and some arrays."""
    function = getattr(library(file, **sizes), name)
    arrays = [aligned(np.asarray(each)) for each in (parameters, *inputs)]
    gradient = np.zeros(len(parameters))
    function.restype = ctypes.c_double
    function.argtypes = [ctypes.c_void_p] * (len(arrays) + 1)
    pointers = [each.ctypes.data for each in (*arrays, gradient)]

    def step() -> tuple[float, Any]:
        """The value, and the gradient in the same memory each time."""
        assert arrays
        return function(*pointers), gradient

    return step


def columns(examples: Any, count: int) -> Any:
    """Examples as the last axis, filled up with zeros to `count`."""
    table = np.zeros((count, *examples.shape[1:]))
    table[: len(examples)] = examples
    return np.ascontiguousarray(table.T)


def blocks(examples: Any, size: int) -> Any:
    """Blocks of `size` examples, in each of which they are the last axis."""
    count = -(-len(examples) // size) * size
    table = columns(examples, count)
    return np.ascontiguousarray(table.reshape(len(table), -1, size).transpose(1, 0, 2))
