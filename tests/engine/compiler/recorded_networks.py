"""Networks with penalties, compiled in several ways and compared with themselves.

The value and each derivative x may be off by 1e-12 max(1, |x|), each by itself: a large derivative
hides no error in a small one. Numbers are drawn again where these digits are not steady (see
`tests.oracles.networks.steady`); a program for which none are found is not compared.
"""

import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any, NamedTuple

import numpy as np

import engine
from engine import Value
from engine.graph import topological_order
from tests.engine.compiler.agreeing import TOLERANCE, compiled, eager
from tests.oracles.networks.orders import leaves_of, mapped
from tests.oracles.networks.program import Example, Program
from tests.oracles.networks.steady import is_steady
from tests.oracles.networks.text import function_text, graph_text

# How many times numbers are drawn before a program is passed over.
TRIES = 8

# The value that a compiled program gives for some parameters, or for those of now, and its gradient
# if it has one.
Run = Callable[[Any], tuple[float, Any]]


class Case(NamedTuple):
    """One way to compile a program.

    - `record`: what is compiled, as a graph of the numbers of now.
    - `made`: the compiled program, from that graph.
    - `text`: a program that one can run and that does the same.
    - `inputs`: leaves that are given beside parameters.
    - `bakes`: whether what is computed outside of the graph stays as it was recorded.
    """

    record: Callable[[], Any]
    made: Callable[[Value], Run]
    text: Callable[[Value], str]
    inputs: Sequence[Value] = ()
    bakes: bool = False


class Difference(AssertionError):
    """A compiled program does not give what it should, or nothing at all.

    - `program`, `way`: what was compiled, and how.
    - `text`: a program that one can run and that shows it.
    """

    def __init__(self, program: Program, way: str, text: str, error: BaseException) -> None:
        kinds = "; ".join(f"{part}: {' + '.join(names)}" for part, names in program.kinds.items())
        super().__init__(f"seed {program.seed}, {way}; {kinds}\n\n{text}\n\n"
                         f"{type(error).__name__}: {error}")  # fmt: skip
        self.program, self.way, self.text = program, way, text


def _graph(program: Program, _: Random) -> Case:
    """A recorded graph, in which the numbers of the examples are constants."""
    return _of_graph(program, program.examples, [])


def _graph_with_inputs(program: Program, _: Random) -> Case:
    """A recorded graph whose inputs are the numbers of the examples."""
    looks = program.loss.needs_numbers
    examples = [([*map(Value, x)], y if looks else [*map(Value, y)]) for x, y in program.examples]
    inputs = [each for x, y in examples for each in (*x, *y) if isinstance(each, Value)]
    return _of_graph(program, examples, inputs)


def _of_graph(program: Program, examples: Sequence[Example], inputs: Sequence[Value]) -> Case:
    """The graph of the loss of all examples."""

    def used(output: Value) -> list[Value]:
        """The inputs that are in the graph."""
        graph = {*topological_order(output)}
        return [each for each in inputs if each in graph]

    def made(output: Value) -> Run:
        """The compiled program."""
        given = used(output)
        run = compiled(output, program.parameters, given)
        return lambda numbers: run(numbers, [each.data for each in given] or None)

    return Case(
        record=lambda: program.of_all(examples),
        made=made,
        text=lambda output: graph_text(output, program.parameters, used(output)),
        inputs=inputs,
        bakes=True,
    )


def _recorded(program: Program, _: Random) -> Case:
    """A function without arguments, which records the graph."""

    def record() -> Any:
        """The loss of all examples."""
        return program.of_all(program.examples)

    return Case(
        record=record,
        made=lambda _: engine.compile(record, parameters=program.parameters),
        text=lambda output: graph_text(output, program.parameters),
    )


def _function(program: Program, draw: Random) -> Case:
    """A function of one example, and the mean over all of them."""
    return _of_function(program, draw, gradient=True)


def _outputs(program: Program, draw: Random) -> Case:
    """A function of one example without its gradient; of what it gives, the mean."""
    return _of_function(program, draw, gradient=False)


def _of_function(program: Program, draw: Random, *, gradient: bool) -> Case:
    """A function of one example: of inputs in one array, or in an array for each; and targets."""
    is_apart = draw.random() < 0.3
    xs, ys = (np.array(each) for each in zip(*program.examples, strict=True))
    arrays = [*xs.T, ys] if is_apart else [xs, ys]

    def function(*given: Any) -> Any:
        """The loss of one example."""
        return program.of_one(list(given[:-1]) if is_apart else given[0], given[-1])

    def record() -> Value:
        """The mean over all examples."""
        losses = [program.of_one(x, y) for x, y in program.examples]
        return Value.sum(losses) * (1.0 / len(losses))

    def made(_: Value) -> Run:
        """The compiled function, on all examples."""
        if gradient:
            step = engine.compile(function, parameters=program.parameters)
            return lambda numbers: step(*arrays, parameters=numbers)
        each = engine.compile(function, parameters=program.parameters, gradient=False)
        return lambda numbers: (float(np.mean(each(*arrays, parameters=numbers))), None)

    def text(_: Value) -> str:
        """The function for one example."""
        x, y = ([*map(Value, row)] for row in program.examples[0])
        output = program.of_one(x, y)
        names = {leaf: f"x{i}" if is_apart else f"x[{i}]" for i, leaf in enumerate(x)}
        names.update((leaf, f"y[{i}]") for i, leaf in enumerate(y))
        called = [*(f"x{i}" for i in range(len(x))), "y"] if is_apart else ["x", "y"]
        return function_text(output, program.parameters, names, arrays, called)

    return Case(record, made, text)


WAYS: dict[str, Callable[[Program, Random], Case]] = {
    "graph": _graph,
    "graph with inputs": _graph_with_inputs,
    "recorded by a function": _recorded,
    "function of one example": _function,
    "outputs for each example": _outputs,
}


def ways_for(program: Program) -> list[str]:
    """A graph, in one of three ways, and a function of one example, in one of two."""
    draw = Random(program.seed)
    graph = draw.choice(("graph", "graph", "graph with inputs", "recorded by a function"))
    if program.loss.needs_numbers:
        return [graph]
    return [graph, draw.choice((*["function of one example"] * 5, "outputs for each example"))]


def demand(program: Program, way: str) -> bool:
    """Compile a program in one way, and compare it with eager results; whether digits were.

    They are compared for the numbers that it was compiled with, and for others. Raises Difference.
    """
    draw = Random(program.seed)
    case = WAYS[way](program, draw)
    given, leaves = {*program.known, *case.inputs}, leaves_of(program.parameters)
    output = _settled(program, case, draw, given, program.known)
    if output is None:
        return False
    with _told(program, way, lambda: case.text(output)):
        run = case.made(output)
        _assert_same(run(None), eager(output, leaves))
        again = _settled(program, case, draw, given, leaves)
        if again is not None and not (case.bakes and _has_computed(output, given)):
            numbers = mapped(lambda leaf: leaf.data, program.parameters)
            _assert_same(run(numbers), eager(again, leaves))
    return True


def _settled(
    program: Program,
    case: Case,
    draw: Random,
    given: Collection[Value],
    moving: Collection[Value],
) -> Value | None:
    """A graph whose digits are steady, after some leaves have got other numbers; None if none is.

    `given` are the leaves whose numbers are not computed.
    """
    leaves = leaves_of(program.parameters)
    for _ in range(TRIES):
        program.move(draw, moving)
        output: Value = case.record()
        if is_steady(output, leaves, given):
            return output
    return None


def _has_computed(output: Value, given: Collection[Value]) -> bool:
    """Whether a graph has leaves whose numbers may have been computed, as by `detach()`."""
    return any(not each.inputs and each not in given for each in topological_order(output))


def _assert_same(found: tuple[float, Any], expected: tuple[float, list[float]]) -> None:
    """The same value and derivatives, each to 1e-12 max(1, |x|)."""
    value, gradient = found
    ours = np.array([value, *(() if gradient is None else _flat(gradient))])
    theirs = np.array([expected[0], *expected[1]])[: ours.size]
    is_same = np.abs(ours - theirs) <= TOLERANCE * np.maximum(1.0, np.abs(theirs))
    assert is_same.all(), f"compiled {ours.tolist()}, eager {theirs.tolist()}"


def _flat(nested: Any) -> list[float]:
    """All numbers of nested arrays, in order."""
    if isinstance(nested, dict):
        nested = [*nested.values()]
    if isinstance(nested, list | tuple):
        return [number for each in nested for number in _flat(each)]
    return list(np.ravel(nested))


@contextmanager
def _told(program: Program, way: str, text: Callable[[], str]) -> Iterator[None]:
    """A block in which any error is a difference; lost parameters are no matter."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".* not reach the output", category=UserWarning)
        try:
            yield
        except Exception as error:
            raise Difference(program, way, text(), error) from error
