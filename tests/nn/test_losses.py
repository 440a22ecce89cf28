"""Losses are their formulas, with the gradients that calculus gives."""

import math
from collections.abc import Callable
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from mpmath import MPContext

import engine
import nn
from engine import Value, assert_gradient, grad, scope
from engine.graph import topological_order

_SCORES = [0.5, -1.25, 3.0, 0.0, -0.75, 2.0]
_TARGETS = [1.0, 1.0, -1.0, -1.0, -1.0, 1.0]
_SHARES = [1.0, 0.0, 0.25, 0.5, 0.9, 1.0]

# The losses of single numbers: targets that fit, the loss of each number, and its slope, by NumPy.
# fmt: off
_FORMULAS: dict[Callable[..., Value], tuple[Any, Callable[..., Any], Callable[..., Any]]] = {
    nn.mean_squared_error:   (_TARGETS, lambda p, t: (p - t) ** 2,
                              lambda p, t: 2 * (p - t)),
    nn.half_squared_error:   (_TARGETS, lambda p, t: (p - t) ** 2 / 2,
                              lambda p, t: p - t),
    nn.mean_absolute_error:  (_TARGETS, lambda p, t: np.abs(p - t),
                              lambda p, t: np.sign(p - t)),
    nn.hinge:                (_TARGETS, lambda p, t: np.maximum(0, 1 - t * p),
                              lambda p, t: np.where(t * p < 1, -t, 0.0)),
    nn.perceptron_criterion: (_TARGETS, lambda p, t: np.maximum(0, -t * p),
                              lambda p, t: np.where(t * p < 0, -t, 0.0)),
    nn.binary_cross_entropy: (_SHARES, lambda p, t: np.log(1 + np.exp(p)) - t * p,
                              lambda p, t: 1 / (1 + np.exp(-p)) - t),
}
# fmt: on
_LOSSES = pytest.mark.parametrize("loss", _FORMULAS)

mp = MPContext()
mp.dps = 1000


def _values(numbers: Any) -> list[Value]:
    return [Value(float(number)) for number in numbers]


def _rows(numbers: Any) -> list[list[Value]]:
    return [_values(row) for row in numbers]


@_LOSSES
def test_a_loss_is_the_mean_of_its_formula(loss: Callable[..., Value]) -> None:
    """Over all numbers, by NumPy; the gradient is the slope over their number."""
    targets, formula, slope = _FORMULAS[loss]
    predictions, numbers = _values(_SCORES), np.array(_SCORES)
    output = loss(predictions, targets)
    output.backward()
    assert output.data == pytest.approx(np.mean(formula(numbers, np.array(targets))), rel=1e-15)
    expected = slope(numbers, np.array(targets)) / 6
    assert [each.grad for each in predictions] == pytest.approx(
        list(expected), rel=1e-14, abs=1e-17
    )


@_LOSSES
def test_a_loss_may_be_the_sum(loss: Callable[..., Value]) -> None:
    """Six times the mean, and so is its gradient."""
    targets, formula, slope = _FORMULAS[loss]
    predictions, numbers = _values(_SCORES), np.array(_SCORES)
    output = loss(predictions, targets, reduction="sum")
    output.backward()
    assert output.data == pytest.approx(np.sum(formula(numbers, np.array(targets))), rel=1e-15)
    expected = slope(numbers, np.array(targets))
    assert [each.grad for each in predictions] == pytest.approx(
        list(expected), rel=1e-14, abs=1e-16
    )
    assert output.label == "Loss"


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (nn.mean_squared_error, "mse_loss"),
        (nn.mean_absolute_error, "l1_loss"),
        (nn.binary_cross_entropy, "binary_cross_entropy_with_logits"),
    ],
)
def test_a_loss_is_pytorchs(ours: Callable[..., Value], theirs: str, reduction: str) -> None:
    """Number and gradient, at scores of any size too."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    scores, targets = [*_SCORES, 1000.0, -1000.0, 30.0], [*_FORMULAS[ours][0], 1.0, 1.0, 0.0]
    tensor = torch.tensor(scores, dtype=torch.float64, requires_grad=True)
    wanted = torch.tensor(targets, dtype=torch.float64)
    expected = getattr(torch.nn.functional, theirs)(tensor, wanted, reduction=reduction)
    expected.backward()
    predictions = _values(scores)
    output = ours(predictions, targets, reduction=reduction)
    output.backward()
    assert output.data == pytest.approx(expected.item(), rel=1e-13)
    assert [each.grad for each in predictions] == pytest.approx(tensor.grad.tolist(), rel=1e-12)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_half_the_squared_distance_is_averaged_over_examples(reduction: Any) -> None:
    """(1/N) Σ ½ |a − y|², with N the number of rows, as in equation (1) of the document 001."""
    rows, targets = np.reshape(_SCORES, (2, 3)), np.reshape(_TARGETS, (2, 3))
    wanted: Any = targets
    each = [np.sum((row - target) ** 2) / 2 for row, target in zip(rows, targets, strict=True)]
    expected = np.mean(each) if reduction == "mean" else np.sum(each)
    found = nn.half_squared_error(_rows(rows), wanted, reduction=reduction)
    assert found.data == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("z", [-1000.0, -40.0, -1e-3, 0.0, 2.5, 36.0, 745.0, 1000.0])
def test_binary_cross_entropy_keeps_its_digits_at_any_size(
    z: float, subtests: pytest.Subtests
) -> None:
    """−y log σ(z) − (1 − y) log σ(−z), by mpmath: also where σ(z) is 1 in float64."""
    p = 1 / (1 + mp.exp(-mp.mpf(z)))
    for y in (0.0, 1e-9, 0.3, 0.5, 0.75, 1.0):
        with subtests.test(y=y):
            logit = Value(z)
            loss = nn.binary_cross_entropy([logit], [y])
            loss.backward()
            exact = -y * mp.log(p) - (1 - mp.mpf(y)) * mp.log(1 - p)
            assert loss.data == pytest.approx(float(exact), rel=1e-14, abs=0)
            assert logit.grad == pytest.approx(float(p - y), rel=1e-13, abs=1e-16 * (0 < y < 1))


@pytest.mark.parametrize("label", [-1, 1])
def test_a_score_on_the_margin_costs_nothing(label: int) -> None:
    """And pushes nothing: relu'(0) = 0, as in PyTorch."""
    score = Value(float(label))
    loss = nn.hinge([score], [label])
    loss.backward()
    assert (loss.data, score.grad) == (0.0, 0.0)


def test_equal_numbers_have_no_absolute_error_and_no_gradient() -> None:
    """The slope of |x| at 0 is 0, as in PyTorch."""
    prediction = Value(2.5)
    loss = nn.mean_absolute_error([prediction], [2.5])
    loss.backward()
    assert (loss.data, prediction.grad) == (0.0, 0.0)


@pytest.mark.parametrize(
    "z",
    [
        [1.0, 2.0, 3.0],
        [0.0, 0.0, 0.0],
        [-3.0, 0.5, 0.25],
        [1000.0, 0.0, -1000.0],
        [0.0, 1e308, 1.0],
    ],
)
def test_the_gradient_of_cross_entropy_is_softmax_minus_target(
    z: list[float], subtests: pytest.Subtests
) -> None:
    """dL/dz = softmax(z) − y, and L = −Σ y log softmax(z), by mpmath."""
    powers = [mp.exp(mp.mpf(each) - max(z)) for each in z]
    total = mp.fsum(powers)
    surprises = [mp.log(total) + max(z) - mp.mpf(each) for each in z]
    targets: list[Any] = [0, 1, 2, [1.0, 0.0, 0.0], [0.2, 0.5, 0.3]]
    for y in targets:
        with subtests.test(y=y):
            logits = _values(z)
            loss = nn.cross_entropy([logits], [y])
            loss.backward()
            target = [float(i == y) for i in range(3)] if isinstance(y, int) else y
            cost = mp.fsum(t * each for t, each in zip(target, surprises, strict=True))
            expected = [float(e / total - t) for e, t in zip(powers, target, strict=True)]
            assert loss.data == pytest.approx(float(cost), rel=1e-14, abs=0)
            assert [each.grad for each in logits] == pytest.approx(expected, rel=1e-14, abs=3e-16)


@pytest.mark.parametrize("margin", [20.0, 30.0, 37.5, 40.0, 300.0, 700.0])
@pytest.mark.parametrize("others", [[0.0], [-0.5, 0.25], [0.0, 0.0, -1000.0]])
def test_a_confident_answer_keeps_all_its_digits(
    margin: float, others: list[float], subtests: pytest.Subtests
) -> None:
    """L = log(1 + S) and dL/dz = e / (1 + S), −S / (1 + S): eagerly, as a row of 0 and 1, compiled.

    Where S is 1e-18 beside 1, p is 1 in float64, and log p and p − y would be 0.
    """
    numbers = [margin, *others]
    e = [mp.exp(mp.mpf(each) - mp.mpf(margin)) for each in others]
    rest = mp.fsum(e)
    expected = [float(each / (1 + rest)) for each in (-rest, *e)]
    logits = _values(numbers)
    step = engine.compile(lambda k: nn.cross_entropy([logits], [k]), parameters=logits)
    found = [step(np.array([0]))]
    for target in (0, [1.0, *(0.0 for _ in others)]):
        loss = nn.cross_entropy([logits], [target])
        found.append((loss.data, grad(loss, logits)))
    for value, slopes in found:
        with subtests.test(value=value):
            assert value == pytest.approx(float(mp.log(1 + rest)), rel=3e-14, abs=0)
            assert list(slopes) == pytest.approx(expected, rel=3e-14, abs=0)


@pytest.mark.parametrize("z", [-745.0, -40.0, 0.0, 40.0, 700.0])
def test_binary_cross_entropy_with_a_value_as_target_keeps_its_digits(
    z: float, subtests: pytest.Subtests
) -> None:
    """As with a number: a compiled program is given its targets as Values."""
    for y in (0.0, 0.3, 1.0):
        with subtests.test(y=y):
            logit = Value(z)
            by_value = nn.binary_cross_entropy([logit], [Value(y)])
            by_number = nn.binary_cross_entropy([logit], [y])
            assert by_value.data == pytest.approx(by_number.data, rel=1e-14, abs=0)
            found, expected = (grad(each, [logit]) for each in (by_value, by_number))
            assert found == pytest.approx(expected, rel=1e-13, abs=1e-16 * (0 < y < 1))


def test_one_class_alone_is_sure() -> None:
    """Its probability is 1: no surprise, and no gradient."""
    z = _values([3.0])
    loss = nn.cross_entropy([z], [0])
    assert (loss.data, grad(loss, z)) == (0.0, (0.0,))


@pytest.mark.parametrize(("loss", "prediction", "target", "each", "slope"), [
    (nn.mean_absolute_error, 1e308, 0.0, 1e308, 0.5),
    (nn.mean_squared_error, 1.2e154, 0.0, 1.44e308, 1.2e154),
    (nn.half_squared_error, 1.3e154, 0.0, 0.845e308, 0.65e154),
    (nn.hinge, -1.7e308, 1, 1.7e308, -0.5),
    (nn.perceptron_criterion, 1e308, -1, 1e308, 0.5),
    (nn.binary_cross_entropy, 1e308, 0, 1e308, 0.5),
    (nn.cross_entropy, [1e308, 0.0], 1, 1e308, 0.5),
])  # fmt: skip
def test_the_mean_of_finite_losses_is_finite(
    loss: Any, prediction: Any, target: Any, each: float, slope: float
) -> None:
    """Also where their sum is not: the terms are divided before they are added."""
    is_list = isinstance(prediction, list)
    predictions = [_values(prediction) if is_list else Value(prediction) for _ in range(2)]
    found = loss(predictions, [target] * 2)
    found.backward()
    assert found.data == pytest.approx(each, rel=1e-15)
    first: Any = predictions[0]
    assert (first[0] if is_list else first).grad == pytest.approx(slope, rel=1e-15)
    assert loss(predictions, [target] * 2, reduction="sum").data == (
        inf if loss is not nn.half_squared_error else pytest.approx(2 * each)
    )


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(
    "targets", [[0, 2, 1], [[0.2, 0.3, 0.5], [1.0, 0.0, 0.0], [0.0, 0.5, 0.5]]]
)
def test_cross_entropy_is_pytorchs(reduction: Any, targets: Any) -> None:
    """For classes and for probabilities, mean and sum over the examples."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    rows = [[0.5, -1.25, 3.0], [1000.0, 0.0, -1000.0], [-2.0, -2.0, 0.25]]
    tensor = torch.tensor(rows, dtype=torch.float64, requires_grad=True)
    kind = torch.float64 if isinstance(targets[0], list) else torch.int64
    expected = torch.nn.functional.cross_entropy(
        tensor, torch.tensor(targets, dtype=kind), reduction=reduction
    )
    expected.backward()
    logits = _rows(rows)
    loss = nn.cross_entropy(logits, targets, reduction=reduction)
    loss.backward()
    assert loss.data == pytest.approx(expected.item(), rel=1e-14)
    found = [[each.grad for each in row] for row in logits]
    assert np.array(found) == pytest.approx(tensor.grad.numpy(), rel=1e-13, abs=1e-16)


@pytest.mark.parametrize("k", [1, np.int64(1), 1.0, np.float32(1.0)])
def test_a_class_may_be_any_whole_number(k: Any) -> None:
    """An int, one of NumPy's, or a float as an array of labels holds it."""
    expected = nn.cross_entropy(_rows([[1.0, 2.0]] * 2), [1, 1]).data
    many: Any = np.array([k, k])
    assert nn.cross_entropy(_rows([[1.0, 2.0]] * 2), [k, k]).data == expected
    assert nn.cross_entropy(_rows([[1.0, 2.0]] * 2), many).data == expected


def test_a_masked_class_costs_nothing() -> None:
    """A logit of −inf for a class that is not wanted: no nan anywhere."""
    logits = _values([1.0, -inf, 1.0])
    for target in (0, [1.0, 0.0, 0.0]):
        for each in logits:
            each.grad = 0.0
        loss = nn.cross_entropy([logits], [target])
        loss.backward()
        assert loss.data == pytest.approx(math.log(2), rel=1e-15)
        assert [each.grad for each in logits] == pytest.approx([-0.5, 0.0, 0.5], rel=1e-15)


def test_cross_entropy_of_two_classes_is_the_binary_one() -> None:
    """With the difference of the two logits."""
    two = nn.cross_entropy([_values([0.75, -0.5])], [0]).data
    assert two == pytest.approx(nn.binary_cross_entropy([Value(1.25)], [1]).data, rel=1e-15)


@pytest.mark.parametrize(("other", "is_short"), [
    (0.5, True), (599.0, True), (600.0, True), (600.5, False), (-1e300, True), (-inf, False),
])  # fmt: skip
def test_the_graph_of_cross_entropy_is_the_short_formula_where_nothing_overflows(
    other: float, is_short: bool
) -> None:
    """log(1 + sum of exp(z[j] - z[k])): what looks for the largest logit is for others."""
    loss = nn.cross_entropy([_values([0.0, other, -1.0])], [0])
    operations = {node.op.name for node in topological_order(loss)}
    assert ("maximum" not in operations) is is_short
    assert {"exp", "log1p"} <= operations


def test_second_derivatives_of_the_losses_agree_with_finite_differences() -> None:
    """The curvature of cross-entropy is pᵢ (δᵢⱼ − pⱼ)."""
    assert_gradient(lambda *z: nn.cross_entropy([z], [1]), 0.5, -1.0, 2.0, order=2)
    assert_gradient(lambda z: nn.binary_cross_entropy([z], [0.25]), 0.5, order=2)
    assert_gradient(lambda z: nn.half_squared_error([z], [0.25]), 0.5, order=2)


@_LOSSES
def test_rows_count_all_their_numbers(loss: Callable[..., Value]) -> None:
    """The sum over two rows of three is the sum over six numbers; where the mean is, it too."""
    targets, _, _ = _FORMULAS[loss]
    rows, wanted = np.reshape(_SCORES, (2, 3)), np.reshape(targets, (2, 3)).tolist()
    for reduction in ("sum", *(("mean",) * (loss is not nn.half_squared_error))):
        flat = loss(_values(_SCORES), targets, reduction)
        assert loss(_rows(rows), wanted, reduction).data == flat.data


@_LOSSES
def test_targets_may_be_any_sequence_of_real_numbers(
    loss: Callable[..., Value], subtests: pytest.Subtests
) -> None:
    """Tuples, ints and NumPy arrays give the same loss as a list of floats."""
    targets, _, _ = _FORMULAS[loss]
    expected = loss(_values(_SCORES), targets).data
    ints = [int(t) if t in (0, 1, -1) else t for t in targets]
    for others in (tuple(targets), np.array(targets), ints):
        with subtests.test(targets=others):
            assert loss(_values(_SCORES), others).data == expected


@_LOSSES
def test_targets_may_be_an_array_of_rows(loss: Callable[..., Value]) -> None:
    """One row for each example with several outputs."""
    targets = np.reshape(_FORMULAS[loss][0], (2, 3))
    rows = _rows(np.reshape(_SCORES, (2, 3)))
    assert loss(rows, targets).data == loss(rows, targets.tolist()).data


@_LOSSES
def test_a_loss_takes_what_a_network_gives(loss: Callable[..., Value]) -> None:
    """Values of a network with one output, lists of one with several."""
    one, two = nn.MLP(2, [3, 1], seed=0), nn.MLP(2, [3, 2], seed=0)
    x, (a, *_, b) = [0.5, -1.0], _FORMULAS[loss][0]
    assert loss([one(x), one(x)], [a, a]).data == pytest.approx(loss([one(x)], [a]).data)
    assert loss([two(x)], [[a, b]], "sum").data == loss(two(x), [a, b], "sum").data


@_LOSSES
def test_a_loss_is_labelled_and_lies_in_a_scope_of_its_own(loss: Callable[..., Value]) -> None:
    """Every operation from the predictions on is made in the scope "loss", inside any other."""
    predictions = _values(_SCORES)
    with scope("step 1"):
        output = loss(predictions, _FORMULAS[loss][0])
    assert (output.label, output.scope) == ("Loss", ("step 1", "loss"))
    made = [output]
    for value in made:
        made += [each for each in value.inputs if each.inputs]
    assert {value.scope for value in made} == {("step 1", "loss")}
    assert {each.label for each in predictions} == {""}


# What does not fit together: predictions, targets, and the error.
_MISFITS: list[tuple[list[Any], Any, type[Exception]]] = [
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
]


@_LOSSES
def test_predictions_and_targets_of_different_shape_or_kind_are_refused(
    loss: Callable[..., Value], subtests: pytest.Subtests
) -> None:
    """The error names the argument, and no scope is left open behind it."""
    for predictions, targets, error in _MISFITS:
        with subtests.test(predictions=predictions, targets=targets):
            with pytest.raises(error, match=r"^(targets|labels)"):
                loss(predictions, targets)
            assert Value(1.0).scope == ()


@pytest.mark.parametrize("loss", [nn.hinge, nn.perceptron_criterion])
@pytest.mark.parametrize("label", [0, 0.5, 2, -1.5])
def test_losses_of_signed_labels_know_only_minus_one_and_one(loss: Any, label: float) -> None:
    """The labels 0 and 1, which many data sets have, are an error and not a quiet mistake."""
    with pytest.raises(ValueError, match=f"labels must be -1 or 1, got {float(label)}"):
        loss([Value(1.0), Value(2.0)], [1, label])


@pytest.mark.parametrize("y", [-1, 1.5, -0.001])
def test_binary_cross_entropy_knows_only_targets_from_0_to_1(y: float) -> None:
    """The labels −1 and 1 are an error and not a quiet mistake."""
    with pytest.raises(ValueError, match=f"targets must be from 0 to 1, got {float(y)}"):
        nn.binary_cross_entropy([Value(1.0), Value(2.0)], [1, y])


@_LOSSES
def test_a_target_that_is_not_finite_is_refused(loss: Any, subtests: pytest.Subtests) -> None:
    """It would make every parameter nan."""
    for number in (nan, inf, -inf):
        message = f"(targets|labels) must be finite, got {number}"
        with subtests.test(number=number), pytest.raises(ValueError, match=message):
            loss([Value(1.0)], [number])


@pytest.mark.parametrize("loss", [*_FORMULAS, nn.cross_entropy])
def test_an_unknown_reduction_is_refused(loss: Any, subtests: pytest.Subtests) -> None:
    """The error names both that there are."""
    predictions = [_values([1.0, 2.0])] if loss is nn.cross_entropy else [Value(1.0)]
    for reduction in ("average", None, "", "none"):
        message = f"reduction must be 'mean' or 'sum', got {reduction!r}"
        with subtests.test(reduction=reduction), pytest.raises(ValueError, match=message):
            loss(predictions, [1], reduction=reduction)


@pytest.mark.parametrize(
    ("logits", "targets", "error", "message"),
    [
        ([], [], ValueError, "targets and predictions are empty"),
        ([_values([1, 2])], [], ValueError, "targets must be as many as the predictions"),
        ([_values([1, 2])], [2], ValueError, r"targets\[0\] .* from 0 to 1, got 2"),
        ([_values([1, 2])], [-1], ValueError, r"targets\[0\] .* from 0 to 1, got -1"),
        ([_values([1, 2])], [0.5], ValueError, r"targets\[0\] .* from 0 to 1, got 0\.5"),
        ([_values([1, 2])], [nan], ValueError, r"targets\[0\] .* from 0 to 1, got nan"),
        ([_values([1, 2])], ["1"], TypeError, r"targets\[0\] must be a real number, got '1'"),
        (
            [_values([1, 2])],
            [[1.0]],
            ValueError,
            r"targets\[0\] must hold 2 probabilities, .* got 1",
        ),
        ([_values([1, 2])], [[0.5, 0.4]], ValueError, r"targets\[0\] .* add up to 1, got \[0\.5"),
        ([_values([1, 2])], [[1.5, -0.5]], ValueError, r"targets\[0\] .* add up to 1, got \[1\.5"),
        ([_values([1, 2])], [[nan, 1.0]], ValueError, r"targets\[0\] .* add up to 1, got \[nan"),
        (
            [Value(1.0)],
            [0],
            TypeError,
            r"logits\[0\] must be a list of Values, .*binary_cross_entropy",
        ),
        ([[]], [0], ValueError, "z is empty"),
        ([[1.0, 2.0]], [0], TypeError, r"z\[0\] must be a Value, got 1\.0"),
        (Value(1.0), [0], TypeError, "must be lists, with one entry for each example"),
    ],
)
def test_cross_entropy_of_what_does_not_fit_is_refused(
    logits: Any, targets: Any, error: type[Exception], message: str
) -> None:
    """The error names the example, and shows what was given."""
    with pytest.raises(error, match=message):
        nn.cross_entropy(logits, targets)
    assert Value(1.0).scope == ()


# What is no list of Values, or no list of targets: predictions, targets, and the error.
_NO_LISTS: list[tuple[Any, Any, type[Exception], str]] = [
    ([1.0], [1.0], TypeError, "predictions must be Values, got 1.0"),
    (Value(1.0), 1.0, TypeError, "must be lists, with one entry for each example"),
    ({Value(1.0)}, [1.0], TypeError, "must be lists, with one entry for each example"),
    ([Value(1.0)], "1", TypeError, "must be lists, with one entry for each example"),
    ([[]], [[]], ValueError, "are empty: there is nothing to take the mean of"),
]


@_LOSSES
def test_what_is_no_list_of_values_is_refused(loss: Any, subtests: pytest.Subtests) -> None:
    """Plain numbers, a single Value and examples without numbers: the error says so."""
    for predictions, targets, error, message in _NO_LISTS:
        with subtests.test(predictions=predictions), pytest.raises(error, match=message):
            loss(predictions, targets)


@pytest.mark.parametrize(
    ("loss", "predictions", "targets"),
    [
        (nn.mean_squared_error, [0.3, -1.2], [0.7, 2.0]),
        (nn.half_squared_error, [[0.3, -1.2]], [[0.7, 2.0]]),
        (nn.mean_absolute_error, [0.3, -1.2], [0.7, 2.0]),
        (nn.binary_cross_entropy, [0.3, -1.2], [0.7, 0.0]),
        (nn.cross_entropy, [[0.3, -1.2, 0.1]], [[0.7, 0.0, 0.3]]),
    ],
)
def test_targets_may_be_values(loss: Any, predictions: Any, targets: Any) -> None:
    """The loss is the same, and its gradient is right by the targets too."""

    def values(numbers: Any) -> Any:
        """Numbers as Values."""
        return [values(each) for each in numbers] if isinstance(numbers, list) else Value(numbers)

    given = values(predictions)
    assert loss(given, values(targets)).data == pytest.approx(loss(given, targets).data, rel=1e-14)
    flat = np.ravel(targets).tolist()
    is_flat = flat == targets
    assert_gradient(lambda *t: loss(given, list(t) if is_flat else [list(t)]), *flat)


@pytest.mark.parametrize("loss", [nn.hinge, nn.perceptron_criterion])
def test_labels_may_be_values(loss: Any) -> None:
    """The derivative by a label is minus the score over the number of examples, if it counts."""
    scores, labels = [Value(0.3), Value(1.2)], [Value(1.0), Value(-1.0)]
    found = loss(scores, labels)
    assert found.data == loss(scores, [1, -1]).data
    found.backward()
    assert [label.grad for label in labels] == [-0.15 * (loss is nn.hinge), -0.6]
    with pytest.raises(ValueError, match=r"labels must be -1 or 1, got Value\(data=0.5"):
        loss(scores, [Value(0.5), Value(1.0)])


def test_a_class_is_no_value() -> None:
    """Nothing can be looked up by what may become another number."""
    with pytest.raises(TypeError, match=r"targets\[0\] must be the number of a class, got Value"):
        nn.cross_entropy([[Value(1.0), Value(2.0)]], [Value(1.0)])
