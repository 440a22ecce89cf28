"""Wild graphs on tapes, in machine code and in Python: both have the bits of an eager run.

    python -m tests.fuzz.tapes [count] [seed]

So many graphs, 20,000 unless told otherwise, of all rows of the table, with infinities, nan and the
ends of the range (see `tests.oracles.wild`). The first that differs is printed, with how many do
and how many have machine code, and the exit status is then 1.
"""

import sys
from random import Random
from time import perf_counter

import numpy as np

from engine.compiler.tapes.native_tape import NativeTape, tape_of
from engine.compiler.tapes.node_by_node import TapeTrace
from engine.compiler.tapes.tape import Tape
from engine.graph import topological_order
from tests.engine.compiler.agreeing import eager
from tests.oracles.wild import Graph


def graph_of(seed: int) -> Graph:
    """The graph with this seed."""
    draw = Random(seed)
    return Graph(seed, draw.randint(1, 20), wild=draw.random() < 0.8)


def difference(graph: Graph) -> tuple[bool, str]:
    """Whether the graph has machine code, and what differs from the eager run, if anything does."""
    order = topological_order(graph.output)
    own = [leaf for leaves in graph.own for leaf in leaves]
    numbers = np.array([leaf.data for leaf in graph.shared])
    inputs = [np.array([leaf.data for leaf in own])]
    expected = repr(eager(graph.output, graph.shared))
    tapes = [make([TapeTrace(order, own)], graph.shared) for make in (tape_of, Tape)]
    for tape in tapes:
        value, gradient = tape(numbers, inputs)
        found = repr((value, gradient.tolist()))
        if found != expected:
            return True, f"{type(tape).__name__}: {found}, eagerly {expected}\n{graph.program}"
    return isinstance(tapes[0], NativeTape), ""


def main(count: int = 20_000, start: int = 0) -> int:
    """Compare so many graphs, and print how many differ; whether any does."""
    began, native, wrong = perf_counter(), 0, dict[int, str]()
    for seed in range(start, start + count):
        has_code, text = difference(graph_of(seed))
        native += has_code
        if text:
            wrong[seed] = text
    print(f"{count:,} wild graphs on tapes, {native:,} of them in machine code, "
          f"{len(wrong) or 'none'} with other bits than eagerly; "
          f"{perf_counter() - began:.0f} s")  # fmt: skip
    if wrong:
        print(f"\ngraph {min(wrong)}: {wrong[min(wrong)]}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
