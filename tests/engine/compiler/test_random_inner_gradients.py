"""Functions with gradients inside as people write them: compiled equals eager, to 1e-10."""

from collections import Counter

import pytest

from tests.engine.compiler.compiled_gradients import WAYS, Unlike, demand
from tests.oracles.inner_gradients import BENDS, KINDS, Task, random_task

COUNT = 60


@pytest.mark.slow
def test_compiled_functions_are_eager_ones() -> None:
    """Sixty of them; few are passed over, and no kind is."""
    compared = Counter[str]()
    for seed in range(COUNT):
        task = random_task(seed)
        compared[task.kind] += demand(task, seed, [*WAYS][seed % len(WAYS)])
    assert compared.total() > 0.9 * COUNT
    assert all(compared[kind] for kind in KINDS)


def test_all_bends_are_drawn() -> None:
    """Each of them is in one of the functions at least."""
    assert {*BENDS} == {name for seed in range(COUNT) for name in random_task(seed).bends}


def test_a_function_that_differs_is_found() -> None:
    """One that decides by a number as text, which the trace bakes in."""
    x = random_task(0)
    task = Task("plain", (), lambda a: a[0] * len(f"{a[0]:.0f}"), x.parameters, (1,))
    with pytest.warns(UserWarning, match="keeps what was decided"), pytest.raises(Unlike):
        demand(task, 3, "function of an example")
