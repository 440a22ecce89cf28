"""Networks with penalties as people write them: compiled equals eager, each number to 1e-12."""

from collections import Counter
from collections.abc import Mapping
from random import Random

import pytest

from tests.engine.compiler.recorded_networks import WAYS, demand, ways_for
from tests.oracles.networks.losses import LOSSES
from tests.oracles.networks.orders import ORDERS
from tests.oracles.networks.penalties import PENALTIES
from tests.oracles.networks.program import MODELS, random_program
from tests.sizes import tries

COUNT = 300


@pytest.mark.slow
def test_compiled_networks_are_eager_ones() -> None:
    """The value and all derivatives; few are passed over, and no way is.

    They are 300 in `make long`, each night. A difference shows a program that one can run.
    """
    compared, count = Counter[str](), tries(COUNT)
    for seed in range(count):
        program = random_program(seed)
        ways = ways_for(program)
        way = ways[seed % len(ways)]
        compared[way] += demand(program, way)
    assert compared.total() > 0.97 * count
    assert all(compared[way] for way in WAYS)


def test_all_kinds_are_drawn() -> None:
    """Each model, loss, penalty and order is in one of the 300 programs at least."""
    kinds = [random_program(seed).kinds for seed in range(COUNT)]
    tables: dict[str, Mapping[str, object]] = {
        "model": MODELS,
        "loss": LOSSES,
        "order": ORDERS,
        "penalty": PENALTIES,
    }
    for part, table in tables.items():
        assert {*table} <= {name for each in kinds for name in each[part]}


@pytest.mark.parametrize("way", WAYS)
def test_what_a_difference_shows_can_be_run(way: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The text of a program computes what the program does, to the last digit that is printed."""
    program = random_program(7)
    case = WAYS[way](program, Random(0))
    output = case.record()
    exec(case.text(output), {})
    printed = capsys.readouterr().out
    assert f"{output.data:.12g}"[:12] in printed
