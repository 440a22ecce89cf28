"""Whether losses are means or sums is noted by those who ask."""

from threading import Thread
from typing import Any

import pytest

import nn
from engine import Value
from nn.arguments.reductions import note, noted

_PAIR: Any = ([Value(0.5)], [1])
_LOSSES = [
    nn.mean_squared_error, nn.half_squared_error, nn.mean_absolute_error, nn.hinge,
    nn.perceptron_criterion, nn.binary_cross_entropy,
]  # fmt: skip


@pytest.mark.parametrize("loss", _LOSSES)
def test_every_loss_notes_its_reduction(loss: Any) -> None:
    """Also where a function computes several."""
    for reduction in ("mean", "sum"):
        with noted() as reductions:
            loss(*_PAIR, reduction)
        assert reductions == {reduction}
    with noted() as reductions:
        loss(*_PAIR) + nn.cross_entropy([[Value(0.5)]], [0], "sum")
    assert reductions == {"mean", "sum"}


def test_what_notes_nothing_leaves_the_set_empty() -> None:
    """Penalties and metrics are no losses."""
    with noted() as reductions:
        nn.l2_penalty([Value(1.0)], 0.1)
        nn.accuracy(*_PAIR)
    assert reductions == set()


def test_a_block_ends_with_its_notes() -> None:
    """Blocks inside note for themselves, and so do threads."""
    with noted() as outer:
        with noted() as inner:
            note("sum")
        thread = Thread(target=note, args=("mean",))
        thread.start()
        thread.join()
    note("mean")
    assert (outer, inner) == (set(), {"sum"})
