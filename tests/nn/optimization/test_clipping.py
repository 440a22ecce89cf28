"""Clipping shortens gradients that are too long, and leaves all others alone."""

from math import inf, nan
from typing import Any

import numpy as np
import pytest

import nn
from engine import Value

_GRADIENTS = [3.0, -4.0, 0.0, 12.0]  # whose norm is 13


def _parameters(gradients: list[float]) -> list[Value]:
    parameters = [Value(1.0, f"w[{i}]") for i in range(len(gradients))]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient
    return parameters


@pytest.mark.parametrize("largest", [0.5, 6.5, 13.0])
def test_the_norm_is_clipped_and_the_direction_stays(largest: float) -> None:
    """All gradients by the factor largest / 13."""
    parameters = _parameters(_GRADIENTS)
    assert nn.clip_by_norm(parameters, largest) == 13.0
    expected = np.multiply(_GRADIENTS, largest / 13)
    assert [p.grad for p in parameters] == pytest.approx(list(expected), rel=1e-15)


def test_gradients_within_bounds_stay_as_they_are() -> None:
    """To the bit."""
    parameters = _parameters(_GRADIENTS)
    assert nn.clip_by_norm(parameters, 13.5) == 13.0
    nn.clip_by_value(parameters, 12.0)
    assert [p.grad for p in parameters] == _GRADIENTS


def test_values_are_clipped_one_by_one() -> None:
    """To [−3.5, 3.5]."""
    parameters = _parameters(_GRADIENTS)
    nn.clip_by_value(parameters, 3.5)
    assert [p.grad for p in parameters] == [3.0, -3.5, 0.0, 3.5]


def test_clipping_is_pytorchs() -> None:
    """Which divides by the norm and 1e-6."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    tensors = [torch.zeros(1, dtype=torch.float64, requires_grad=True) for _ in _GRADIENTS]
    for clip, name in (
        (nn.clip_by_norm, "clip_grad_norm_"),
        (nn.clip_by_value, "clip_grad_value_"),
    ):
        parameters = _parameters(_GRADIENTS)
        for tensor, gradient in zip(tensors, _GRADIENTS, strict=True):
            tensor.grad = torch.tensor([gradient], dtype=torch.float64)
        getattr(torch.nn.utils, name)(tensors, 2.5)
        clip(parameters, 2.5)
        expected = [tensor.grad.item() for tensor in tensors]
        assert [p.grad for p in parameters] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("size", [1e300, 1e-300])
def test_a_norm_of_any_size_is_found(size: float) -> None:
    """Where the squares would be too large or too small for a float64."""
    parameters = _parameters([3.0 * size, 4.0 * size])
    assert nn.clip_by_norm(parameters, size) == pytest.approx(5.0 * size, rel=1e-15)
    assert [p.grad for p in parameters] == pytest.approx([0.6 * size, 0.8 * size], rel=1e-15)


def test_finite_gradients_with_an_infinite_norm_are_clipped() -> None:
    """The norm of (1.6e308, -1.2e308) is 2e308, which no float64 is; the direction stays."""
    parameters = _parameters([1.6e308, -1.2e308])
    assert nn.clip_by_norm(parameters, 1.0) == inf
    assert [p.grad for p in parameters] == pytest.approx([0.8, -0.6], rel=1e-15)


@pytest.mark.parametrize("make", [nn.SGD, nn.RMSprop, nn.Adam, nn.AdamW])
def test_an_optimizer_clips_before_it_steps(make: Any) -> None:
    """The same as clipping by hand; the setting is part of its state."""
    clipped, by_hand = _parameters(_GRADIENTS), _parameters(_GRADIENTS)
    optimizer = make(clipped, clip_norm=2.0)
    optimizer.step()
    nn.clip_by_norm(by_hand, 2.0)
    make(by_hand).step()
    assert [p.data for p in clipped] == [p.data for p in by_hand]
    assert optimizer.state()["clip_norm"] == 2.0
    assert "clip_norm=2.0" in repr(optimizer)
    with pytest.raises(ValueError, match="clip_norm must be above 0, got 0"):
        optimizer.clip_norm = 0


@pytest.mark.parametrize("clip", [nn.clip_by_norm, nn.clip_by_value])
@pytest.mark.parametrize("gradient", [nan, inf, -inf])
def test_a_gradient_that_is_no_number_is_named(clip: Any, gradient: float) -> None:
    """The error says whose it is and how to find where it came from; none is changed."""
    parameters = _parameters([1e3, gradient])
    with pytest.raises(ValueError, match=r"the gradient of w\[1\] is .*detect_anomaly"):
        clip(parameters, 1.0)
    assert parameters[0].grad == 1e3


@pytest.mark.parametrize("clip", [nn.clip_by_norm, nn.clip_by_value])
@pytest.mark.parametrize(
    ("parameters", "largest", "error", "message"),
    [
        (_parameters([1.0]), 0.0, ValueError, r"largest must be above 0, got 0\.0"),
        (_parameters([1.0]), -1, ValueError, "largest must be above 0, got -1"),
        (_parameters([1.0]), nan, ValueError, "largest must be above 0, got nan"),
        (_parameters([1.0]), "1", TypeError, "largest must be a real number, got '1'"),
        ([], 1.0, ValueError, "parameters is empty"),
        ([3.0], 1.0, TypeError, r"parameters\[0\] must be a Value, got 3\.0"),
    ],
)
def test_what_cannot_be_clipped_is_refused(
    clip: Any, parameters: Any, largest: Any, error: type[Exception], message: str
) -> None:
    """The error names the argument and shows what was given."""
    with pytest.raises(error, match=message):
        clip(parameters, largest)
