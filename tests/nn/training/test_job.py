"""A job says what is wanted, and is checked when it is made."""

from dataclasses import FrozenInstanceError
from functools import partial, wraps
from math import inf, isnan
from typing import Any

import pytest

import nn
from engine import Value
from nn.arguments.examples import Examples
from nn.training.job import Job, Measured, of_epoch


def _job(**wanted: Any) -> Job:
    """A small job, with other wishes."""
    neuron = nn.Neuron(1, seed=0)
    usual: dict[str, Any] = {
        "model": neuron, "loss": nn.hinge, "optimizer": nn.SGD(neuron.parameters()),
        "learnt": Examples([[1.0], [2.0]], [1, -1]), "held_out": None, "epochs": 2,
        "batch_size": None, "metrics": {}, "schedule": None, "watch": None, "callbacks": (),
        "compiled": False,
    }  # fmt: skip
    return Job(**{**usual, **wanted})


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        ({"epochs": 0}, "epochs must be at least 1"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
        ({"loss": "hinge"}, "loss must be a function"),
        ({"optimizer": nn.SGD}, "optimizer must be one for some parameters"),
        ({"metrics": [nn.accuracy]}, "metrics must name functions"),
        ({"callbacks": [nn.EarlyStopping]}, "callbacks must list functions"),
        ({"backend": "jax"}, "backend: 'jax' computes compiled programs; give compiled=True too"),
    ],
)
def test_a_job_that_cannot_be_done_is_not_made(wanted: dict[str, Any], error: str) -> None:
    """The error names the argument."""
    with pytest.raises((TypeError, ValueError), match=error):
        _job(**wanted)


def test_a_job_stays_as_it_was_checked() -> None:
    """What is wanted does not change while it is done."""
    job: Any = _job()
    with pytest.raises(FrozenInstanceError):
        job.epochs = 0


@pytest.mark.parametrize(
    ("metric", "is_blind"),
    [
        (nn.accuracy, True),
        (nn.mean_squared_error, True),
        (wraps(nn.hinge)(lambda predictions, targets: Value(0.0)), False),
        (lambda predictions, targets: 0.0, False),
        (partial(nn.hinge, reduction="sum"), False),
        (lambda predictions, targets: nn.l2_penalty([], 0.1), False),
        (nn.Neuron(2, seed=0), False),
    ],
)
def test_metrics_that_may_look_at_parameters_are_told(metric: Any, is_blind: bool) -> None:
    """Every one may, but for those of which it is known that they do not."""
    assert _job(metrics={"accuracy": nn.accuracy, "other": metric}).is_measured_blindly is is_blind


def test_a_history_has_a_column_for_each_metric() -> None:
    """And another one where something is held out."""
    metrics = {"accuracy": nn.accuracy}
    assert _job(metrics=metrics).history() == nn.History(metrics={"accuracy": []})
    held_out = Examples([[0.0]], [1])
    assert _job(metrics=metrics, held_out=held_out).history() == nn.History(
        metrics={"accuracy": []}, validation_metrics={"accuracy": []}
    )


@pytest.mark.parametrize("function", [nn.hinge, partial(nn.hinge, reduction="sum")])
@pytest.mark.parametrize("place", ["loss", "metrics"])
@pytest.mark.parametrize("among", ["learnt", "held_out"])
def test_every_target_is_shown_to_what_is_known(function: Any, place: str, among: str) -> None:
    """The losses of `nn`, also with settings, as the loss and as metrics."""
    good = Examples([[1.0]] * 300, [1, -1, 1] * 100)
    bad = Examples([[1.0]] * 300, [1, -1, 1] * 99 + [1, 1, 5])
    given = {"loss": nn.mean_squared_error, "learnt": good, "held_out": good, among: bad}
    job = _job(**(given | {place: {"odd": function} if place == "metrics" else function}))
    with pytest.raises(ValueError, match="labels must be -1 or 1, got 5"):
        job.check_targets(Value(0.5))
    _job(loss=function, learnt=good).check_targets(Value(0.5))


def test_functions_of_ones_own_are_called_in_training_only() -> None:
    """With what happens there, and with nothing made up."""

    def never(predictions: Any, targets: Any) -> Any:
        """A loss or metric that must not be called."""
        raise AssertionError(f"called with {predictions} and {targets}")

    job = _job(loss=never, metrics={"never": never, "partly": partial(never, targets=[])})
    job.check_targets(Value(0.5))


def test_an_epoch_adds_sums_and_weighs_all_else() -> None:
    """By the sizes of the batches; what is a sum in some batches only is no sum."""
    batches = [
        (2, [Measured(1.0, True), Measured(1.0, False), Measured(1.0, True)]),
        (1, [Measured(4.0, True), Measured(4.0, False), Measured(4.0, False)]),
    ]
    assert of_epoch(batches) == [5.0, 2.0, 2.0]


def test_the_mean_of_an_epoch_is_finite_if_its_batches_are() -> None:
    """Where their sum overflows too; an infinite loss stays one."""
    for number in (1e308, -1.7e308, inf, -inf):
        batches = [(size, [Measured(number, False)]) for size in (3, 3, 2)]
        assert of_epoch(batches) == [number]
    assert isnan(of_epoch([(1, [Measured(inf, False)]), (1, [Measured(-inf, False)])])[0])
