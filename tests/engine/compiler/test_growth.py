"""Compiling takes time in proportion to a graph, and does not recurse: operations are counted."""

import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from inspect import stack
from math import cos, pi, sin
from random import Random
from types import FrameType
from typing import Any

import pytest

import engine
from engine import Compiled, Value
from engine.compiler.native_backend.llvm.jit import MACHINE
from engine.compiler.native_backend.tape.interpreter import interpreter_of
from engine.compiler.rolling import periods
from tests.engine.compiler.agreeing import compiled
from tests.engine.compiler.networks import network, outputs

# The output of a graph of some size, and its parameters.
Graph = tuple[Value, Any]


def row(size: int, seed: int = 0) -> list[Value]:
    """Parameters."""
    draw = Random(seed).uniform
    return [Value(draw(0.5, 1.0)) for _ in range(size)]


def dot(weights: list[Value], x: list[Value]) -> Value:
    """A neuron before its function; the last of the weights is the bias."""
    return Value.sum([*(a * b for a, b in zip(weights, x, strict=False)), weights[-1]])


def fibonacci(size: int) -> Graph:
    """Additions of the last two: as many paths as Fibonacci's number."""
    a, b = first = row(2)
    for _ in range(size):
        a, b = b, a + b
    return (b + 0.0) * first[0], first


def many_additions(size: int) -> Graph:
    """Positions from velocities, for 12 starts."""
    rows = [row(12), row(12, 1)]
    x, v = rows
    for _ in range(size):
        x, v = [a + b for a, b in zip(x, v, strict=True)], [b * 0.99 for b in v]
    return Value.sum([(each + 0.0).exp() for each in x]), rows


def lstm(size: int) -> Graph:
    """An LSTM, a step for each row of numbers."""
    weights = [[row(9, 10 * gate + i) for i in range(4)] for gate in range(4)]
    h, c = [Value(0.0)] * 4, [Value(0.0)] * 4
    for step in range(size):
        z = [*row(4, step), *h]
        i, f, o, g = ([dot(each, z) for each in gate] for gate in weights)
        c = [
            a.sigmoid() * old + b.sigmoid() * new.tanh()
            for a, b, old, new in zip(f, i, c, g, strict=True)
        ]
        h = [a.sigmoid() * each.tanh() for a, each in zip(o, c, strict=True)]
    return Value.sum(h), weights


def recurrent(size: int) -> Graph:
    """A plain network through time."""
    weights = [row(11, i) for i in range(10)]
    h = row(10, 99)
    for _ in range(size):
        h = [dot(each, h).tanh() for each in weights]
    return Value.sum(h), weights


def repeated(step: Callable[[Value, Value], Value]) -> Callable[[int], Graph]:
    """One operation after another, on twelve numbers at a time."""

    def graph(size: int) -> Graph:
        """The graph of so many steps."""
        x, y = rows = [row(12), row(12, 1)]
        for _ in range(size):
            x = [step(a, b) for a, b in zip(x, y, strict=True)]
        return Value.sum(x), rows

    return graph


def differences_of_differences(size: int) -> Graph:
    """Two ladders whose terms are alike only if the ladders before them are."""
    z, x, y = rows = [row(12, i) for i in range(3)]
    for _ in range(size):
        u, v = [each.tanh() for each in x], [each.tanh() for each in y]
        x = [c - a - b for a, b, c in zip(u, v, z, strict=True)]
        y = [c - a - b - a for a, b, c in zip(u, v, z, strict=True)]
    return Value.sum([*x, *y]), rows


def running_products(size: int) -> Graph:
    """Each number times the product of all before."""
    factors = row(size)
    found = factors[:1]
    for each in factors[1:]:
        found.append(found[-1] * each)
    return Value.sum(found), factors


def deep(size: int) -> Graph:
    """One layer again and again, then one of its own for each step."""
    (shared,), own = network([6, 6]), network([6] * (size + 1), 1)
    x = row(6)
    for _ in range(size):
        x = [each.relu() for each in outputs([shared], x)]
    return Value.sum(outputs(own, x)), [shared, own]


def many_small_sums(size: int) -> Graph:
    """Sums of two to four numbers."""
    leaves = row(2 * size + 4)
    return Value.sum([Value.sum(leaves[2 * i : 2 * i + 2 + i % 3]).exp()
                      for i in range(size)]), leaves  # fmt: skip


def wide(size: int) -> Graph:
    """One sum of many squares."""
    leaves = row(100 * size)
    return Value.sum([each * each for each in leaves]), leaves


def many_classes(size: int) -> Graph:
    """Rows of twelve, each treated in its own way, in one sum."""
    functions = [Value.tanh, Value.exp, Value.sin, Value.relu, Value.sigmoid]
    rows, found = [row(12, i) for i in range(size)], []
    for number, each in enumerate(rows):
        for digit in (1, 5, 25, 125):
            each = [functions[number // digit % 5](a) for a in each]
        found += each
    return Value.sum(found), rows


def fourier(size: int) -> Graph:
    """A discrete Fourier transform of `size` numbers, a power of 2, by halves."""
    leaves = row(size)
    done: dict[int, list[tuple[Value, Value]]] = {
        i: [(each, Value(0.0))] for i, each in enumerate(leaves)
    }
    step = size
    while step > 1:
        step //= 2
        done = {i: _joined(done[i], done[i + step]) for i in range(step)}
    return Value.sum([a * a * a + b * b for a, b in done[0]]), leaves


def _joined(
    even: list[tuple[Value, Value]], odd: list[tuple[Value, Value]]
) -> list[tuple[Value, Value]]:
    """The transform of numbers from that of every other one."""
    turned = []
    for k, (a, b) in enumerate(odd):
        c, s = cos(pi * k / len(odd)), -sin(pi * k / len(odd))
        turned.append((a * c - b * s, a * s + b * c))
    pairs = list(zip(even, turned, strict=True))
    return [*((a + c, b + d) for (a, b), (c, d) in pairs),
            *((a - c, b - d) for (a, b), (c, d) in pairs)]  # fmt: skip


def one_reader_after_another(size: int) -> Graph:
    """A hidden layer that many neurons read, each after the one before."""
    first, own = network([3, 3]), [row(4, i) for i in range(size)]
    hidden = [outputs(first, [row(3, i)[0], *row(2)]) for i in range(4)]
    hidden = [[each.tanh() for each in h] for h in hidden]
    states = row(4)
    for weights in own:
        states = [(dot(weights, h) + s).sin() for h, s in zip(hidden, states, strict=True)]
    return Value.sum(states), [first, own]


FAMILIES: dict[str, tuple[int, Callable[[int], Graph]]] = {
    "fibonacci": (20, fibonacci),
    "many additions": (16, many_additions),
    "lstm": (2, lstm),
    "recurrent": (4, recurrent),
    "ladder of +": (30, repeated(lambda a, b: a + b)),
    "ladder of -": (30, repeated(lambda a, b: a - b * 0.5)),
    "ladder of both": (12, repeated(lambda a, b: a - b.exp() + a.sin())),
    "products": (12, repeated(lambda a, b: a * b)),
    "quotients": (12, repeated(lambda a, b: a / b)),
    "powers": (12, repeated(lambda a, b: (a * b) ** 2.0)),
    "maxima": (30, repeated(lambda a, b: a.maximum(b))),
    "maxima of minima": (4, repeated(lambda a, b: a.maximum(b).minimum(b * 2.0))),
    "negatives": (30, repeated(lambda a, b: -a)),
    "nothing added": (30, repeated(lambda a, b: a + 0.0)),
    "times one": (30, repeated(lambda a, b: a * 1.0)),
    "differences of differences": (12, differences_of_differences),
    "running products": (20, running_products),
    "deep": (4, deep),
    "many small sums": (40, many_small_sums),
    "wide": (4, wide),
    "many classes": (8, many_classes),
    "fourier": (2, fourier),
    "one reader after another": (8, one_reader_after_another),
}  # fmt: skip


def everything(output: Value, parameters: Any) -> Compiled:
    """All that is done with a graph: each pass, the source, the printed program."""
    program = compiled(output, parameters)
    assert program.source
    assert repr(program.program)
    return program


def counted(run: Callable[[], object]) -> Counter[str]:
    """The number of lines of Python that are run, function by function."""
    counts: Counter[str] = Counter()

    def line(frame: FrameType, event: str, _: Any) -> Any:
        """Count one."""
        if event == "line":
            code = frame.f_code
            counts[f"{code.co_filename}:{code.co_firstlineno} {code.co_name}"] += 1
        return line

    before = sys.gettrace()
    sys.settrace(line)
    try:
        run()
    finally:
        sys.settrace(before)
    return counts


@pytest.mark.slow
@pytest.mark.back_ends("numpy")
@pytest.mark.parametrize("name", FAMILIES)
def test_twice_the_graph_takes_twice_the_operations(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In each function, from n to 2n half as much is added as from 2n to 4n: n log n at the most.

    What is quadratic adds four times as much, however little that is at first. Loops, which begin
    at some size, are not looked for.
    """
    monkeypatch.setattr(periods, "_FEWEST", 10**9)
    size, graph = FAMILIES[name]
    demand_growth([graph(times * size) for times in (1, 2, 4)])


@pytest.mark.slow
@pytest.mark.back_ends("numpy")
@pytest.mark.parametrize("name", ["fibonacci", "recurrent", "running products"])
def test_twice_the_steps_of_a_loop_take_twice_the_operations(name: str) -> None:
    """At the most, too."""
    _, graph = FAMILIES[name]
    demand_growth([graph(times * 60) for times in (1, 2, 4)])


def demand_growth(graphs: list[Graph]) -> None:
    """Compare what is done with graphs of three sizes, each twice the one before."""
    everything(*graphs[0])
    small, middle, large = (counted(partial(everything, *each)) for each in graphs)
    steep = {
        function: (small[function], middle[function], found)
        for function, found in large.items()
        if found - middle[function] > 2.6 * (middle[function] - small[function]) + 200
    }
    assert not steep


@pytest.mark.back_ends("numpy", "native")
@pytest.mark.parametrize("name", FAMILIES)
def test_nothing_recurses(name: str) -> None:
    """A deep graph needs no deeper stack than a shallow one."""
    size, graph = FAMILIES[name]
    deep_one = graph(64 if name == "fourier" else min(8 * size, 100))
    assert MACHINE.missing or interpreter_of(())  # what is imported and made once is there
    everything(*graph(size))
    before, now = sys.getrecursionlimit(), len(stack(0))
    sys.setrecursionlimit(now + 60)
    try:
        program = everything(*deep_one)
        assert str(program.stages())
    finally:
        sys.setrecursionlimit(before)


def test_forty_fibonacci_additions() -> None:
    """2,000 as well."""
    output, parameters = fibonacci(40)
    value, gradient = compiled(output, parameters)()
    assert value == output.data
    output.backward()
    assert gradient.tolist() == [each.grad for each in parameters]
    output, parameters = fibonacci(2_000)
    assert compiled(output, parameters)()[0] == output.data


@pytest.mark.back_ends("numpy")
def test_python_itself_compiles_a_module_in_time() -> None:
    """A decision stands before the arrays that are made, of which `step` has thousands."""
    output, parameters = recurrent(3)
    module = engine.compile(output, parameters=parameters).source
    lines = module.partition("def make")[2].splitlines()
    assert lines[2].strip() == "if examples < 1:"
