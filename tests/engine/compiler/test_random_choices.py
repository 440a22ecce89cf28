"""Random functions of whole numbers: none is refused, and each is what it is eagerly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.compiler.recorded_choices import demand
from tests.sizes import tries


@pytest.mark.slow
@settings(max_examples=25)
@given(st.integers(0, 2**32), st.integers(1, 8))
def test_a_function_of_whole_numbers(seed: int, examples: int) -> None:
    """Look-ups, coincidences, comparisons of indices, and numbers."""
    demand(seed, examples)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, tries(100), 25))
def test_many_functions(start: int) -> None:
    """As in the fuzzer, some of them."""
    for seed in range(start, start + 25):
        demand(seed, 8)
