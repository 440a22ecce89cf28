"""Losses are their formulas, with the gradients that calculus gives."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from engine import Value, scope

_SCORES = [0.5, -1.25, 3.0, 0.0, -0.75, 2.0]
_TARGETS = [1.0, 1.0, -1.0, -1.0, -1.0, 1.0]

_LOSSES = pytest.mark.parametrize("loss", [nn.mean_squared_error, nn.hinge])


def _values(numbers: Any) -> list[Value]:
    return [Value(float(number)) for number in numbers]


def _rows(numbers: Any) -> list[list[Value]]:
    return [_values(row) for row in numbers]


def test_the_mean_squared_error_is_its_formula() -> None:
    """1/n · Σ (prediction − target)², by NumPy."""
    expected = np.mean(np.subtract(_SCORES, _TARGETS) ** 2)
    assert nn.mean_squared_error(_values(_SCORES), _TARGETS).data == pytest.approx(expected)


def test_the_gradient_of_the_mean_squared_error_is_in_proportion_to_the_error() -> None:
    """d/d(prediction) = 2/n · (prediction − target)."""
    predictions = _values(_SCORES)
    nn.mean_squared_error(predictions, _TARGETS).backward()
    expected = 2 / 6 * np.subtract(_SCORES, _TARGETS)
    assert [each.grad for each in predictions] == pytest.approx(list(expected))


def test_the_hinge_loss_is_its_formula() -> None:
    """1/n · Σ max(0, 1 − label · score), by NumPy."""
    expected = np.mean(np.maximum(0.0, 1 - np.multiply(_SCORES, _TARGETS)))
    assert nn.hinge(_values(_SCORES), _TARGETS).data == pytest.approx(expected)


def test_the_gradient_of_the_hinge_loss_is_that_of_scores_inside_the_margin() -> None:
    """d/d(score) = −label / n where label · score < 1, else 0."""
    scores = _values(_SCORES)
    nn.hinge(scores, _TARGETS).backward()
    inside = np.multiply(_SCORES, _TARGETS) < 1
    expected = np.where(inside, np.multiply(_TARGETS, -1 / 6), 0.0)
    assert [each.grad for each in scores] == pytest.approx(list(expected))


@pytest.mark.parametrize("label", [-1, 1])
def test_a_score_on_the_margin_costs_nothing(label: int) -> None:
    """And pushes nothing: relu'(0) = 0, as in PyTorch."""
    score = Value(float(label))
    loss = nn.hinge([score], [label])
    loss.backward()
    assert (loss.data, score.grad) == (0.0, 0.0)


@_LOSSES
def test_rows_count_all_their_numbers(loss: Callable[..., Value]) -> None:
    """The mean over two rows of three is the mean over six numbers."""
    rows, targets = np.reshape(_SCORES, (2, 3)), np.reshape(_TARGETS, (2, 3))
    flat = loss(_values(_SCORES), _TARGETS)
    assert loss(_rows(rows), targets.tolist()).data == flat.data


@_LOSSES
@pytest.mark.parametrize("targets", [tuple(_TARGETS), [1, 1, -1, -1, -1, 1], np.array(_TARGETS)])
def test_targets_may_be_any_sequence_of_real_numbers(
    loss: Callable[..., Value], targets: Any
) -> None:
    """Tuples, ints and NumPy arrays give what a list of floats gives."""
    assert loss(_values(_SCORES), targets).data == loss(_values(_SCORES), _TARGETS).data


@_LOSSES
def test_targets_may_be_an_array_of_rows(loss: Callable[..., Value]) -> None:
    """One row for each example with several outputs."""
    targets = np.reshape(_TARGETS, (2, 3))
    rows = _rows(np.reshape(_SCORES, (2, 3)))
    assert loss(rows, targets).data == loss(rows, targets.tolist()).data


@_LOSSES
def test_a_loss_takes_what_a_network_gives(loss: Callable[..., Value]) -> None:
    """Values of a network with one output, lists of one with several."""
    one, two = nn.MLP(2, [3, 1], seed=0), nn.MLP(2, [3, 2], seed=0)
    x = [0.5, -1.0]
    assert loss([one(x), one(x)], [1, 1]).data == pytest.approx(loss([one(x)], [1]).data)
    assert loss([two(x)], [[1, -1]]).data == loss(two(x), [1, -1]).data


@_LOSSES
def test_a_loss_is_labelled_and_lies_in_a_scope_of_its_own(loss: Callable[..., Value]) -> None:
    """Every operation from the predictions on is made in the scope "loss", inside any other."""
    predictions = _values(_SCORES)
    with scope("step 1"):
        output = loss(predictions, _TARGETS)
    assert (output.label, output.scope) == ("Loss", ("step 1", "loss"))
    made = [output]
    for value in made:
        made += [each for each in value.inputs if each.inputs]
    assert {value.scope for value in made} == {("step 1", "loss")}
    assert {each.label for each in predictions} == {""}


@_LOSSES
@pytest.mark.parametrize(
    ("predictions", "targets", "error"),
    [
        ([], [], ValueError),
        ([Value(1.0)], [], ValueError),
        ([Value(1.0)], [1, 1], ValueError),
        ([[Value(1.0), Value(2.0)]], [[1]], ValueError),
        ([[Value(1.0), Value(2.0)]], [1], ValueError),
        ([Value(1.0)], [[1]], ValueError),
        ([Value(1.0)], np.array([[1.0]]), ValueError),
        ([Value(1.0)], ["1"], TypeError),
        ([[Value(1.0)]], [["1"]], TypeError),
        ([Value(1.0)], [None], TypeError),
    ],
)
def test_predictions_and_targets_of_different_shape_or_kind_are_refused(
    loss: Callable[..., Value], predictions: Any, targets: Any, error: type[Exception]
) -> None:
    """The error names the argument, and no scope is left open behind it."""
    with pytest.raises(error, match=r"^(targets|labels)"):
        loss(predictions, targets)
    assert Value(1.0).scope == ()


@pytest.mark.parametrize("label", [0, 0.5, 2, -1.5, float("nan")])
def test_the_hinge_loss_knows_only_the_labels_minus_one_and_one(label: float) -> None:
    """The labels 0 and 1, which many data sets have, are an error and not a quiet mistake."""
    with pytest.raises(ValueError, match=f"labels must be -1 or 1, got {float(label)}"):
        nn.hinge([Value(1.0), Value(2.0)], [1, label])


@_LOSSES
@pytest.mark.parametrize(
    ("predictions", "targets", "error", "message"),
    [
        ([1.0], [1.0], TypeError, "predictions must be Values, got 1.0"),
        (Value(1.0), 1.0, TypeError, "must be lists, with one entry for each example"),
        ([[]], [[]], ValueError, "are empty: there is nothing to take the mean of"),
    ],
)
def test_what_is_no_list_of_values_is_refused(
    loss: Any, predictions: Any, targets: Any, error: type[Exception], message: str
) -> None:
    """Plain numbers, a single Value and examples without numbers: the error says so."""
    with pytest.raises(error, match=message):
        loss(predictions, targets)
