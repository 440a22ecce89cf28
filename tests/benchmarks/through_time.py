"""Programs through time: what it costs to compile loops of few steps, and of many.

    make bench-compile

An RNN of four states is compiled for 25 and for 800 steps, and for about a million nodes, each in a
process of its own, as a function of one example: recorded, folded, rolled, and built for the back
end that is the default. Seconds are of the processor's time; the memory is the most that the
process has held, Python and NumPy among it, and nothing of the process that has started it.
"""

import random
import subprocess
import sys
from time import process_time
from typing import Any, NamedTuple

import numpy as np

import engine
from engine import Value
from engine.compiler.runtime.programs import KNOWN
from engine.graph import next_serial
from tests.benchmarks.ratios import report, resident

STATES = 4

# How often a program is compiled; the least time counts.
ROUNDS = 3

# The steps that make about a million nodes.
MANY = 21_300


class Cost(NamedTuple):
    """What it costs to compile: seconds, how many nodes were recorded, instructions, megabytes."""

    seconds: float
    nodes: int
    instructions: int
    megabytes: float


def weights() -> list[list[Value]]:
    """The rows of an RNN: two inputs, its states, and the bias; last is the row of the output."""
    draw = random.Random(0).uniform
    sizes = [STATES + 3] * STATES + [STATES]
    return [[Value(draw(-0.5, 0.5)) for _ in range(size)] for size in sizes]


def loss(rows: list[list[Value]], X: Any, Y: Any) -> Any:
    """The squares of all errors, added up step by step."""
    *inner, last = rows
    h: list[Any] = [0.0] * STATES
    total: Any = 0.0
    for x, y in zip(X, Y, strict=True):
        h = [Value.sum(w * each for w, each in zip(row, [*x, *h, 1.0], strict=True)).tanh()
             for row in inner]  # fmt: skip
        error = Value.sum(w * each for w, each in zip(last, h, strict=True)) - y
        total = total + error * error
    return total


def cost_of(steps: int) -> Cost:
    """What it costs to compile so many steps."""
    X, Y = np.zeros((2, steps, 2)) + 0.5, np.zeros((2, steps)) + 0.25
    rows, before = weights(), next_serial()
    step = engine.compile(lambda x, y: loss(rows, x, y), parameters=rows)
    start = process_time()
    step(X, Y)
    seconds = process_time() - start
    count = len(step.program.instructions)
    return Cost(seconds, next_serial() - before, count, resident("VmHWM"))


def measured(steps: int) -> Cost:
    """The same in a process that has compiled something else before."""
    command = [sys.executable, "-m", "tests.benchmarks.through_time", str(steps)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return Cost(float(told[0]), int(told[1]), int(told[2]), float(told[3]))


def through_time() -> None:
    """Few steps beside many, and a million nodes."""
    few, many = (min(measured(steps) for _ in range(ROUNDS)) for steps in (25, 800))
    report("4", "RNN, compile 800 steps / 25 steps", many.seconds / few.seconds, "<= 2",
           f"{few.seconds:.2f} s, {many.seconds:.2f} s for {many.nodes:,} nodes")  # fmt: skip
    report("4", "RNN of 800 steps, instructions", many.instructions, "<= 100")
    report("4", "RNN of 800 steps, compiled, seconds", many.seconds, "<= 0.5")
    most = measured(MANY)
    report("4", f"RNN of {MANY:,} steps, µs a node", most.seconds / most.nodes * 1e6, "<= 2",
           f"{most.nodes:,} nodes recorded and compiled in {most.seconds:.2f} s")  # fmt: skip
    report("4", f"RNN of {MANY:,} steps, the most memory, MB", most.megabytes, "<= 300")


if __name__ == "__main__":
    cost_of(3)
    KNOWN.clear()
    print(*cost_of(int(sys.argv[1])))
