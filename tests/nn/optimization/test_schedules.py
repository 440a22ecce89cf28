"""Schedules are their formulas, and PyTorch's."""

from math import cos, inf, nan, pi
from typing import Any

import pytest

import nn
from engine import Value

_ALL: list[Any] = [
    nn.ConstantRate(0.5),
    nn.StepDecay(0.5, factor=0.3, every=4),
    nn.LinearDecay(0.5, epochs=10, last=0.1),
    nn.CosineDecay(0.5, epochs=10, last=0.1),
]
_EVERY = pytest.mark.parametrize("schedule", _ALL, ids=[type(each).__name__ for each in _ALL])


@pytest.mark.parametrize("epoch", range(10))
def test_schedules_are_their_formulas(epoch: int) -> None:
    """Written down for ten epochs."""
    constant, step, linear, cosine = (schedule(epoch) for schedule in _ALL)
    assert constant == 0.5
    assert step == pytest.approx(0.5 * 0.3 ** [0, 0, 0, 0, 1, 1, 1, 1, 2, 2][epoch], rel=1e-15)
    assert linear == pytest.approx(0.5 - 0.04 * epoch, rel=1e-15)
    assert cosine == pytest.approx(0.3 + 0.2 * cos(pi * epoch / 10), rel=1e-15)


@pytest.mark.parametrize(
    ("schedule", "theirs", "options"),
    [
        (_ALL[1], "StepLR", {"gamma": 0.3, "step_size": 4}),
        (_ALL[2], "LinearLR", {"start_factor": 1.0, "end_factor": 0.2, "total_iters": 10}),
        (_ALL[3], "CosineAnnealingLR", {"T_max": 10, "eta_min": 0.1}),
    ],
    ids=["step", "linear", "cosine"],
)
def test_schedules_are_pytorchs(schedule: Any, theirs: str, options: dict[str, Any]) -> None:
    """The rates of torch.optim.lr_scheduler, epoch by epoch."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    scheduler = getattr(torch.optim.lr_scheduler, theirs)(optimizer, **options)
    for epoch in range(10):
        assert schedule(epoch) == pytest.approx(scheduler.get_last_lr()[0], rel=1e-12)
        optimizer.step()
        scheduler.step()


@pytest.mark.parametrize("kind", [nn.LinearDecay, nn.CosineDecay])
def test_the_way_down_to_0_never_gets_there(kind: Any) -> None:
    """Epochs that were not planned have the rate of the last, so that they still learn."""
    schedule = kind(0.1, epochs=5)
    assert schedule(4) == schedule(5) == schedule(1000) > 0
    assert kind(0.1, epochs=1)(0) == 0.1


def test_a_rate_of_0_is_a_rate() -> None:
    """As PyTorch has it: nothing moves in such an epoch, and what is remembered goes on."""
    zeros: list[Any] = [
        nn.ConstantRate(0.0),
        nn.StepDecay(0.0),
        nn.LinearDecay(0.0, 4),
        nn.CosineDecay(0, 4),
    ]
    assert [schedule(3) for schedule in zeros] == [0.0] * 4
    w = Value(1.0)
    optimizer = nn.SGD([w], learning_rate=0.0, momentum=0.5)
    assert repr(optimizer) == "SGD(1 parameter, learning_rate=0.0, momentum=0.5)"
    w.grad = 1.0
    optimizer.step()
    assert (w.data, optimizer.state()["velocity"]) == (1.0, [1.0])
    optimizer.learning_rate = nn.LinearDecay(0.0, epochs=4, last=0.4)(2)  # a way up: a warm-up
    optimizer.step()
    assert w.data == pytest.approx(1.0 - 0.2 * 1.5)


@_EVERY
def test_an_optimizer_takes_the_rate_of_a_schedule(schedule: Any) -> None:
    """Between steps, as in a loop of one's own."""
    w = Value(0.0)
    optimizer = nn.SGD([w])
    expected = 0.0
    for epoch in range(6):
        optimizer.learning_rate = schedule(epoch)
        w.grad = -1.0
        optimizer.step()
        expected += schedule(epoch)
    assert w.data == pytest.approx(expected, rel=1e-14)


@_EVERY
@pytest.mark.parametrize(("epoch", "error"), [(-1, ValueError), (0.5, TypeError), ("1", TypeError)])
def test_what_is_no_epoch_is_refused(schedule: Any, epoch: Any, error: type[Exception]) -> None:
    """Epochs count from 0."""
    with pytest.raises(error, match=f"epoch must be .* got {epoch!r}"):
        schedule(epoch)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda f: f.ConstantRate(-1), ValueError, "rate must be at least 0 and finite, got -1"),
        (lambda f: f.ConstantRate(nan), ValueError, "rate must be at least 0 and finite, got nan"),
        (lambda f: f.StepDecay(-1), ValueError, "rate must be at least 0 and finite, got -1"),
        (lambda f: f.StepDecay(1, factor=0), ValueError, "factor must be above 0 .* got 0"),
        (lambda f: f.StepDecay(1, factor=2), ValueError, "factor must be .* at most 1, got 2"),
        (lambda f: f.StepDecay(1, every=0), ValueError, "every must be at least 1, got 0"),
        (
            lambda f: f.LinearDecay(inf, 3),
            ValueError,
            "rate must be at least 0 and finite, got inf",
        ),
        (lambda f: f.LinearDecay(1, 0), ValueError, "epochs must be at least 1, got 0"),
        (lambda f: f.CosineDecay(1, 2.5), TypeError, "epochs must be an int, got 2.5"),
        (lambda f: f.CosineDecay(1, 3, last=-1), ValueError, "last must be at least 0 .* got -1"),
        (lambda f: f.CosineDecay("1", 3), TypeError, "rate must be a real number, got '1'"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(
    make: Any, error: type[Exception], message: str
) -> None:
    """When it is made, not when the epoch comes."""
    with pytest.raises(error, match=message):
        make(nn)
