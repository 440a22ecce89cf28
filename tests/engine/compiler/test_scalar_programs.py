"""Programs of many kinds, unmodified: compiled equals eager, and they lift."""

from collections.abc import Callable
from itertools import permutations
from random import Random

import pytest

import nn
from engine import Value
from tests.engine.compiler.agreeing import assert_same, compiled, eager
from tests.oracles import loops, transformer
from tests.oracles.scalar_programs import SCALAR_PROGRAMS

each_program = pytest.mark.parametrize("name", SCALAR_PROGRAMS)

# How many classes each has, and how many array instructions without the gradient.
SIZES = {
    "convolution": (8, 6),
    "pairs_of_atoms": (9, 9),
    "ratings": (7, 11),
    "recurrent": (59, 61),
    "mixture": (17, 17),
    "normalised_batch": (14, 15),
    "ragged": (8, 21),
    "two_towers": (10, 13),
    "backwards": (6, 10),
    "elimination": (52, 59),
    "hidden_states": (46, 40),
    "neighbours": (12, 10),
    "words": (11, 16),
}


@each_program
def test_compiled_is_eager(name: str) -> None:
    """The value and every derivative."""
    output, parameters = SCALAR_PROGRAMS[name](Value, Random(0))
    assert_same(compiled(output, parameters)(), eager(output, parameters))


@each_program
def test_other_parameters_are_another_recording(name: str) -> None:
    """The program is the same for all numbers: nothing of the first ones stays in it."""
    output, parameters = SCALAR_PROGRAMS[name](Value, Random(0))
    program = compiled(output, parameters)
    moves = Random(1)
    shifted = iter([leaf.data + moves.uniform(-0.1, 0.1) for leaf in parameters])
    known = {leaf.data for leaf in parameters}

    def moved(number: float) -> Value:
        """A Value with the next of the moved numbers, in place of a parameter."""
        return Value(next(shifted) if number in known else number)

    again, leaves = SCALAR_PROGRAMS[name](moved, Random(0))
    assert [leaf.data for leaf in leaves] != [leaf.data for leaf in parameters]
    assert_same(program([leaf.data for leaf in leaves]), eager(again, leaves))


@each_program
def test_programs_are_small(name: str) -> None:
    """However many nodes there are: a class for each step, an instruction or two for each class."""
    output, parameters = SCALAR_PROGRAMS[name](Value, Random(0))
    summary = compiled(output, parameters).summary()
    assert (summary.classes, summary.forward) == SIZES[name]


def test_the_transformer_lifts() -> None:
    """66,000 operations in 52 array instructions, with causal attention of growing lengths."""
    parameters = transformer.weights(Value)
    leaves = [leaf for matrix in parameters.values() for row in matrix for leaf in row]
    loss = transformer.loss(parameters, [3, 1, 4, 1, 5, 9, 2, 6, 5])
    program = compiled(loss, parameters)
    assert program.summary().nodes > 60_000
    assert program.summary().forward == 52
    value, gradient = program()
    found = [x for name in parameters for x in gradient[name].reshape(-1)]
    assert_same((value, found), eager(loss, leaves))


def test_a_transformer_by_loops_lifts() -> None:
    """48,000 operations, of which those at the first position are unlike the others.

    The losses, subtracted one after another, are one sum.
    """
    draw = Random(0)
    leaves: list[Value] = []

    def parameter() -> Value:
        """A small number."""
        leaves.append(Value(draw.gauss(0, 0.2)))
        return leaves[-1]

    loss = loops.Model(parameter).loss([3, 1, 4, 1, 5, 9, 2, 6, 5])
    program = compiled(loss, leaves)
    assert program.summary().nodes > 48_000
    assert program.summary().forward <= 120
    assert_same(program(), eager(loss, leaves))


def a_neuron(penalty: Callable[[Value], Value]) -> tuple[Value, list[Value]]:
    """A neuron on two points, with a penalty on all that it has."""
    neuron = nn.Neuron(2, "identity", seed=1)
    parameters = neuron.parameters()
    losses = Value.sum([neuron(x) ** 2 for x in [[1.0, 2.0], [0.5, -1.0]]])
    return losses + 0.1 * Value.sum(map(penalty, parameters)), parameters


def two_neurons(order: list[int]) -> tuple[Value, list[Value]]:
    """Weights, a bias and another parameter, given in an order."""
    w0, w1, b, q = leaves = [Value(0.3), Value(0.5), Value(0.1), Value(0.9)]
    sums = [Value.sum([b, w0 * s, w1 * t]).tanh() for s, t in ((1.0, 2.0), (0.5, -1.0))]
    return Value.sum(sums) + q * q, [leaves[i] for i in order]


@pytest.mark.parametrize("penalty", [lambda p: p * p, abs, lambda p: p], ids=["L2", "L1", "sum"])
def test_a_penalty_leaves_the_gradient_of_the_data(penalty: Callable[[Value], Value]) -> None:
    """What arrives at weights and bias from the data, and from a penalty on both, is added up."""
    output, parameters = a_neuron(penalty)
    assert_same(compiled(output, parameters)(), eager(output, parameters))


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_parameters_may_be_given_in_any_order(order: list[int]) -> None:
    """Weights in reverse with the bias behind them, among all others."""
    output, parameters = two_neurons(order)
    assert_same(compiled(output, parameters)(), eager(output, parameters))


@pytest.mark.back_ends("numpy", "native", "reference")  # XLA takes 0 + -0 for -0
@pytest.mark.parametrize(
    ("write", "number", "slope"),
    [
        (lambda x: (x * x) * 1e308, 0.1, 2e307),
        (lambda x: (x * x) * 1e308, 0.0, 0.0),
        (lambda x: (x * 1e200).relu() * 1e200, -1e-200, 0.0),
        (lambda x: (x * x) * 5e-324, 0.5, 0.0),
        (lambda x: 0.0 + x * 1.0, -0.0, 1.0),
    ],
)
def test_no_rule_leaves_the_range_of_numbers(
    write: Callable[[Value], Value], number: float, slope: float
) -> None:
    """At its ends, the gradient is the one that is found eagerly, to the bit."""
    x = Value(number)
    output = write(x)
    output.backward()
    value, (gradient,) = compiled(output, [x])()
    assert (value.hex(), gradient.hex()) == (output.data.hex(), x.grad.hex())
    assert x.grad == pytest.approx(slope, rel=1e-15)
