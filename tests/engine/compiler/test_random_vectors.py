"""Random programs on vectors: compiled equals eager, for these numbers and for others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.compiler.recorded_vectors import demand_function, demand_graph
from tests.sizes import tries

seeds = st.integers(0, 2**32)
sizes = st.integers(1, 14)
few = settings(max_examples=tries(100))


@pytest.mark.slow
@few
@given(seeds, sizes, st.booleans())
def test_a_recorded_graph(seed: int, size: int, wild: bool) -> None:
    """The program of a graph gives what the graph gives, and what one with other numbers gives."""
    demand_graph(seed, size, wild=wild)


@pytest.mark.slow
@few
@given(seeds, sizes, st.booleans(), st.integers(1, 5))
def test_a_function_of_one_example(seed: int, size: int, wild: bool, count: int) -> None:
    """The mean over examples, each with inputs and a choice of its own."""
    demand_function(seed, size, count, wild=wild)


@pytest.mark.slow
def test_digits_are_compared() -> None:
    """Of all smooth graphs, of most functions, and of some wild graphs."""
    smooth = [demand_graph(seed, 5, wild=False) for seed in range(20)]
    functions = [demand_function(seed, 5, 2, wild=False) for seed in range(20)]
    wild = [demand_graph(seed, 5, wild=True) for seed in range(40)]
    assert smooth.count(True) == 20
    assert functions.count(True) > 15
    assert 5 < wild.count(True) < 35
