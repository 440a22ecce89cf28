"""Many examples: strips beside the whole batch at a time, and the memory that they need.

    make bench-strips

The times are ratios in one process, of the shortest time of each: the back end's choice of strips,
against buffers for all examples, in NumPy. Memory is that of one call with 100,000 examples, beside
inputs and outputs, in a process of its own for each program and back end.
"""

import subprocess
import sys
from functools import partial
from math import inf
from pathlib import Path
from typing import Any

import numpy as np

import engine
from engine.compiler.runtime.backends import NATIVE
from tests.benchmarks.ratios import Runs, microseconds, report, resident, seconds
from tests.engine.compiler.many_examples import PROGRAMS, Many

_ROUNDS, _MANY = 3, 100_000

# Programs whose buffers for so many examples would not fit into the memory of most machines.
_HUGE = {"convolution", "rotary", "memory", "recurrent"}

# What Linux says of this process.
_SELF = Path("/proc/self")


def _size(found: Any) -> int:
    """The bytes of nested arrays."""
    return found.nbytes if isinstance(found, np.ndarray) else (
        sum(map(_size, found)) if isinstance(found, list | tuple) else 0)  # fmt: skip


def _compiled(many: Many, **options: Any) -> Any:
    """The program of a function."""
    make: Any = engine.compile
    return make(many.function, parameters=many.parameters, gradient=many.gradient, **options)


def _runs(name: str, count: int, backend: str, **options: Any) -> Runs:
    """A program for some examples: in strips, and all of them at a time."""
    many = PROGRAMS[name](count)
    step = _compiled(many, backend=backend, **options)
    examples = step.prepared(*many.arrays)
    row = np.array([each.data for each in many.parameters])
    whole = examples.translation.built.step(count)
    return {"strips": partial(step.of, examples, row),
            "whole": partial(whole, row, examples.arrays)}  # fmt: skip


def _shortest(runs: Runs) -> dict[str, float]:
    """The shortest times, by turns."""
    taken = dict.fromkeys(runs, inf)
    for _ in range(_ROUNDS):
        for way, run in runs.items():
            taken[way] = min(taken[way], seconds(run))
    return taken


def strips() -> None:
    """Strips beside the whole batch."""
    for name in PROGRAMS:
        for count in (1_000, 10_000, _MANY):
            if name in _HUGE and count == _MANY:
                continue
            taken = _shortest(_runs(name, count, "numpy"))
            report("-", f"{name}, {count:,} examples, whole / strips",
                   taken["whole"] / taken["strips"], ">= 1", microseconds(taken))  # fmt: skip


def threads() -> None:
    """Two threads beside one, in machine code; both have strips."""
    for name in ("perceptron", "rotary", "memory") if not NATIVE.is_missing else ():
        runs = {f"{count}": _runs(name, 20_000, "native", threads=count)["strips"]
                for count in (1, 2)}  # fmt: skip
        taken = _shortest(runs)
        report("-", f"{name}, two threads / one", taken["2"] / taken["1"], "<= 0.7",
               microseconds(taken))  # fmt: skip


def _measured(name: str, backend: str) -> float:
    """How many MB a call takes beside inputs and outputs, after one with a few examples."""
    many = PROGRAMS[name](_MANY)
    step = _compiled(many, backend=backend)
    step(*[each[:100] for each in many.arrays])
    (_SELF / "clear_refs").write_text("5", encoding="ascii")  # the most so far is what there is now
    before = resident("VmRSS")
    found = step(*many.arrays)
    return resident("VmHWM") - before - _size(found) / 1e6


def memory() -> None:
    """The memory of each program."""
    for backend in ("numpy", "native", "jax"):
        for name in PROGRAMS:
            command = [sys.executable, "-m", "tests.benchmarks.strips", backend, name]
            run = subprocess.run(command, capture_output=True, text=True, check=True)
            report("-", f"{name}, MB for {_MANY:,} examples, {backend}", float(run.stdout),
                   "<= 200")  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:]:
        print(_measured(sys.argv[2], sys.argv[1]))
    else:
        strips()
        threads()
        memory()
