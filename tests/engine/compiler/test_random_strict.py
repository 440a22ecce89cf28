"""Random programs compiled strictly: 0 ulp from an eager run."""

import pytest

from tests.engine.compiler.recorded_strict import KINDS
from tests.sizes import tries

# How many programs of each kind in `make long`; those that people write are 810.
COUNTS = {"networks with penalties": 450, "functions of whole numbers": 150, "wild graphs": 300,
          "embeddings and labels": 60, "many examples recorded whole": 150}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_strict_programs_have_the_bits_of_eager_runs(kind: str) -> None:
    """Value, gradient and outputs, for two sets of numbers, with nan and infinities."""
    for seed in range(tries(COUNTS[kind])):
        KINDS[kind](seed)


@pytest.mark.parametrize("kind", KINDS)
def test_some_of_each_kind(kind: str) -> None:
    """As above, a few."""
    for seed in range(4):
        KINDS[kind](seed)
