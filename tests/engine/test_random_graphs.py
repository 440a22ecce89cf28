"""Random graphs over all operations: gradients against 50-digit arithmetic and other libraries."""

from collections.abc import Mapping
from itertools import chain, product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine import Value
from tests.oracles.exact import EXACT, error, exact_gradient, is_well_scaled, mp
from tests.oracles.hips import HIPS, hips_gradient
from tests.oracles.programs import ENGINE, ROWS, Program, gradient, operands, random_program, run
from tests.sizes import tries

# How far a gradient may be from the truth, relative to the largest partial. It is 2e-16 at median;
# of 10,000 graphs the worst conditioned has 1e-12, and 7e-11 by PyTorch (`make fuzz`).
BOUND = 1e-9

programs = st.builds(random_program, st.integers(0, 2**32), st.integers(1, 200))


@pytest.mark.parametrize("functions", [ENGINE, EXACT, HIPS], ids=["engine", "exact", "HIPS"])
def test_every_oracle_knows_every_row(functions: Mapping[str, Any]) -> None:
    """No row of the table is missing from an oracle, and none has been removed from the table."""
    assert set(functions) == {op.name for op in ROWS}


@settings(max_examples=tries(300))
@given(programs)
def test_gradients_of_random_graphs_are_exact(program: Program) -> None:
    """The gradient is the true one but for rounding, and HIPS autograd finds the same."""
    truth = exact_gradient(program)
    assume(is_well_scaled(truth))
    assert error(gradient(program), truth) < BOUND
    assert error(hips_gradient(program), truth) < BOUND


def test_pytorch_finds_the_same_gradients() -> None:
    """PyTorch differentiates the same graphs to the same numbers, where it is installed."""
    pytorch = pytest.importorskip("tests.oracles.pytorch", reason="PyTorch is not installed")
    assert set(pytorch.PYTORCH) == {op.name for op in ROWS}
    for seed in range(tries(100)):
        program = random_program(seed, 2 * seed + 1)
        truth = exact_gradient(program)
        if is_well_scaled(truth):
            assert error(pytorch.pytorch_gradient(program), truth) < BOUND


@pytest.mark.parametrize("op", [op for op in ROWS if not op.any_number], ids=str)
def test_exact_derivatives_are_limits_of_differences(op: Any, subtests: pytest.Subtests) -> None:
    """The formulas of the exact oracle agree with mpmath's numerical differentiation."""
    low, high = map(mp.mpf, op.domain)
    result, *slopes = EXACT[op.name]
    for share, (i, slope) in product((0.1, 0.9), enumerate(slopes)):
        with subtests.test(share=share, partial=i):
            point = [low + (high - low) * share, low + (high - low) / 3][: len(slopes)]
            order = tuple(int(i == j) for j in range(len(slopes)))
            assert abs(mp.diff(result, tuple(point), order) - slope(*point)) < 1e-20


def test_an_error_is_relative_to_the_largest_partial() -> None:
    """A small partial counts for little; no number is infinitely wrong."""
    assert error([1.0, 5.0], [mp.mpf(2), mp.mpf(4)]) == 0.25
    assert error([float("nan"), 0.0], [mp.one, mp.zero]) == float("inf")


@given(programs)
def test_every_value_of_a_random_program_is_used(program: Program) -> None:
    """All positions but the last are operands of a later step, and of none before."""
    first = len(program.leaves)
    used = set()
    for place, step in enumerate(program.steps, first):
        positions = {each for each in step.operands if isinstance(each, int)}
        assert positions
        assert max(positions) < place
        used |= positions
    assert used == set(range(first + len(program.steps) - 1))


def test_a_shorter_program_begins_like_a_longer_one() -> None:
    """One seed gives one sequence of steps, so that hypothesis can cut a failing graph short."""
    long, short = random_program(7, 200), random_program(7, 20)
    assert (len(long.steps), len(short.steps)) == (200, 20)
    assert long.leaves == short.leaves
    assert long.steps[:19] == short.steps[:19]


def test_random_programs_hold_what_one_would_write() -> None:
    """Every operation occurs, with plain numbers on either side, and on one Value twice."""
    steps = list(chain.from_iterable(random_program(seed, 200).steps for seed in range(50)))
    assert {step.name for step in steps} == {op.name for op in ROWS}
    for name in ("add", "sub", "mul", "div", "pow"):
        kinds = {tuple(map(type, step.operands)) for step in steps if step.name == name}
        assert kinds == {(int, int), (int, float), (float, int)}
        assert any(step.name == name and len(set(step.operands)) == 1 for step in steps)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "softplus", "erf"])
def test_random_programs_reach_the_tails(name: str) -> None:
    """Inputs beyond 10 occur on both sides."""
    numbers = []
    for seed in range(200):
        program = random_program(seed, 100)
        values = [value.data for value in run(program, list(map(Value, program.leaves)), ENGINE)]
        for step in program.steps:
            numbers += operands(step, values) if step.name == name else []
    assert min(numbers) < -10
    assert max(numbers) > 10
