"""Graphs in which little is alike: the tape in machine code, beside that in Python and CasADi.

    make bench-compile

CasADi's virtual machine for SX is the strongest peer that computes such graphs without compiling
each of them. All compute the value and its derivatives by all parameters.
"""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import casadi
import numpy as np

from engine import Value
from engine.compiler.tapes.native_tape import tape_of
from engine.compiler.tapes.node_by_node import TapeTrace
from engine.compiler.tapes.tape import Tape
from engine.graph import topological_order
from engine.primitives import CONSTANT, LEAF
from engine.system.garbage import uncollected
from tests.benchmarks.ratios import Runs, medians, microseconds, report

# The operations of these graphs, in CasADi.
_IN_CASADI: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "tanh": casadi.tanh,
    "relu": lambda a: casadi.fmax(a, 0),
}


def chain(count: int) -> tuple[Value, list[Value]]:
    """A recurrence of so many steps."""
    w, b, x = Value(1.0), Value(0.0), Value(0.5)  # the gradient never underflows
    y = x
    for _ in range(count):
        y = (w * y + b).tanh()
    return y, [w, b, x]


def wild(count: int) -> tuple[Value, list[Value]]:
    """Nodes made from two of the last hundred, by chance: nothing is alike."""
    draw = Random(0)
    parameters = [Value(0.1 * k + 0.3) for k in range(20)]
    nodes = list(parameters)
    kinds: list[Callable[[Value, Value], Value]] = [
        *[lambda a, b: (a + b).tanh()] * 4, *[lambda a, b: a * b] * 3,
        lambda a, b: a - b, lambda a, b: a.relu(), lambda a, b: a * 0.5 + b,
    ]  # fmt: skip
    for _ in range(count):
        nodes.append(draw.choice(kinds)(draw.choice(nodes[-100:]), draw.choice(nodes[-100:])))
    output = nodes[-1]
    for node in nodes[-100:-1]:
        output = output + node
    return output, parameters


def in_casadi(output: Value, parameters: list[Value]) -> Callable[[], tuple[float, Any]]:
    """The same graph in CasADi, called without copies."""
    symbols = casadi.SX.sym("p", len(parameters))
    of = {value: symbols[i] for i, value in enumerate(parameters)}

    def known(value: Value) -> Any:
        """What a Value is in CasADi; a constant is a number."""
        return of[value] if value in of else casadi.SX(value.data)

    for node in topological_order(output):
        if node.op not in (LEAF, CONSTANT):
            of[node] = _IN_CASADI[node.op.name](*map(known, node.inputs))
    function = casadi.Function("f", [symbols], [of[output], casadi.gradient(of[output], symbols)])
    buffer: Any
    buffer, call = function.buffer()
    numbers: Any = np.array([each.data for each in parameters])
    value: Any
    gradient: Any
    value, gradient = np.zeros(1), np.zeros(len(parameters))
    buffer.set_arg(0, memoryview(numbers))
    buffer.set_res(0, memoryview(value))
    buffer.set_res(1, memoryview(gradient))

    def run(_: Any = (function, buffer, numbers)) -> tuple[float, Any]:
        """The value and the gradient."""
        call()
        return float(value[0]), gradient

    return run


def tapes() -> None:
    """A chain and a wild graph, in three ways."""
    for name, (output, parameters) in (("chain", chain(10_000)), ("wild graph", wild(50_000))):
        with uncollected():
            order = topological_order(output)
            native, python = (make([TapeTrace(order)], parameters) for make in (tape_of, Tape))
            peer = in_casadi(output, parameters)
        numbers = np.array([each.data for each in parameters])
        runs: Runs = {
            "native": partial(native, numbers, []),
            "in Python": partial(python, numbers, []),
            "CasADi": peer,
        }
        found, expected, other = (run() for run in runs.values())
        assert (found[0], found[1].tolist()) == (expected[0], expected[1].tolist())
        np.testing.assert_allclose(other[1], found[1], rtol=1e-9, atol=1e-12)
        assert found[1].any()
        in_python = medians({"in Python": runs.pop("in Python")}, 1, 5)
        taken = medians(runs, 1)
        nodes = len(order)
        report("-", f"{name}, tape in machine code / CasADi SX", taken["native"] / taken["CasADi"],
               "<= 1", microseconds(taken))  # fmt: skip
        report("-", f"{name}, ns for one of {nodes:,} nodes", taken["native"] / nodes * 1e9,
               "<= 20")  # fmt: skip
        report("-", f"{name}, tape in machine code / in Python",
               taken["native"] / in_python["in Python"], "<= 0.1",
               microseconds(in_python))  # fmt: skip


if __name__ == "__main__":
    tapes()
