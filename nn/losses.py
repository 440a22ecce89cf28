"""Losses: the distance of predictions from their targets, as one Value.

    mean_squared_error      (prediction - target)^2                    mean over all numbers
    half_squared_error      sum of (prediction - target)^2 / 2         mean over the examples
    mean_absolute_error     |prediction - target|                      mean over all numbers
    hinge                   max(0, 1 - label * score)                  mean over all numbers
    perceptron_criterion    max(0, -label * score)                     mean over all numbers
    binary_cross_entropy    -y log p - (1 - y) log(1 - p)              mean over all numbers
    cross_entropy           -sum of y[i] log p[i]                      mean over the examples

Labels are -1 and 1; p is the sigmoid or the softmax of the logits, which are the predictions. With
`reduction="sum"` a loss is the sum in place of the mean. A loss has the label Loss and the scope
"loss".
"""

from collections.abc import Iterable, Sequence
from math import inf, isfinite, isinf
from typing import Literal

from engine import Value, scope
from engine.arithmetic import number
from engine.system.leaving import is_tracing
from engine.watching.tracing import all_but

from .activations import log_sum_exp, row_of_values, shifted
from .arguments.reductions import note
from .arguments.targets import (
    Predictions,
    ValueTargets,
    aimed,
    beside,
    class_number,
    each_aimed,
    labelled,
    probabilities,
)

Reduction = Literal["mean", "sum"]

# Times any number of classes, exp(_MOST) is a float64; 1 is nothing beside it.
_MOST = 600.0


def mean_squared_error(
    predictions: Predictions, targets: ValueTargets, reduction: Reduction = "mean"
) -> Value:
    """The mean of (prediction - target)^2 over all numbers of all examples.

    The prediction for an example is one number or a sequence of numbers. A target may be a Value,
    to which the gradient flows too, in every loss, except for the number of a class. Raises
    ValueError if there is no example, for a target that is not finite, if predictions and targets
    differ in shape, or for an unknown reduction.
    """
    with scope("loss"):
        pairs = aimed(predictions, targets, "targets")
        terms = [(prediction - target) ** 2 for prediction, target in pairs]
        return _reduced(terms, len(terms), reduction)


def half_squared_error(
    predictions: Predictions, targets: ValueTargets, reduction: Reduction = "mean"
) -> Value:
    """The mean over the examples of half the squared distance, sum of (prediction - target)^2 / 2.

    The half cancels the 2 of the derivative, which is prediction - target. For predictions of one
    number, the loss is half the mean squared error. Raises the errors of `mean_squared_error`.
    """
    with scope("loss"):
        examples = beside(predictions, targets, "targets")
        pairs = each_aimed(examples, "targets")
        terms = [(prediction - target) ** 2 for prediction, target in pairs]
        return _reduced(terms, len(examples), reduction, scale=2)


def mean_absolute_error(
    predictions: Predictions, targets: ValueTargets, reduction: Reduction = "mean"
) -> Value:
    """The mean of |prediction - target| over all numbers of all examples.

    For a prediction equal to its target the gradient is 0. Raises the errors of
    `mean_squared_error`.
    """
    with scope("loss"):
        pairs = aimed(predictions, targets, "targets")
        terms = [abs(prediction - target) for prediction, target in pairs]
        return _reduced(terms, len(terms), reduction)


def hinge(scores: Predictions, labels: ValueTargets, reduction: Reduction = "mean") -> Value:
    """The mean of max(0, 1 - label * score), for labels -1 and 1 (Cortes and Vapnik, 1995).

    Raises ValueError if there is no example, for any other label, if scores and labels differ in
    shape, or for an unknown reduction.
    """
    with scope("loss"):
        pairs = labelled(scores, labels)
        terms = [(1 - label * score).relu() for score, label in pairs]
        return _reduced(terms, len(terms), reduction)


def perceptron_criterion(
    scores: Predictions, labels: ValueTargets, reduction: Reduction = "mean"
) -> Value:
    """The mean of max(0, -label * score), for labels -1 and 1 (Rosenblatt, 1958).

    Only scores on the wrong side of 0 count. A score of exactly 0 has no gradient: start from
    weights that are not all 0. Raises the errors of `hinge`.
    """
    with scope("loss"):
        pairs = labelled(scores, labels)
        terms = [(-label * score).relu() for score, label in pairs]
        return _reduced(terms, len(terms), reduction)


def binary_cross_entropy(
    logits: Predictions, targets: ValueTargets, reduction: Reduction = "mean"
) -> Value:
    """The mean of -y log p - (1 - y) log(1 - p) with p = sigmoid(logit), for targets y in [0, 1].

    The model gives the logits: its last layer is linear. Sigmoid and logarithm are one formula, so
    that nothing overflows, and the gradient by a logit is p - y. Raises ValueError if there is no
    example, for a target outside of [0, 1], if logits and targets differ in shape, or for an
    unknown reduction.
    """
    with scope("loss"):
        pairs = aimed(logits, targets, "targets")
        _demand_probabilities(y for _, y in pairs)
        terms = [_binary_surprise(logit, y) for logit, y in pairs]
        return _reduced(terms, len(terms), reduction)


def cross_entropy(
    logits: Iterable[Iterable[Value]],
    targets: ValueTargets,
    reduction: Reduction = "mean",
) -> Value:
    """The mean over the examples of -sum of y[i] log p[i], with p = softmax(logits).

        nn.cross_entropy([model(x) for x in X], [0, 2, 1])      # the number of the right class
        nn.cross_entropy([model(x)], [[0.9, 0.1, 0.0]])         # or a probability for each

    The model gives the logits, one for each class: its last layer is linear. Softmax and logarithm
    are one formula, so that nothing overflows, and the gradient by the logits is p - y (Bridle,
    1990).

    Raises ValueError if there is no example or not as many targets, for the number of no class,
    probabilities that are negative, do not add up to 1 or are not as many as the logits, or for an
    unknown reduction; TypeError for logits other than Values and targets other than numbers.
    """
    with scope("loss"):
        examples = beside(logits, targets, "targets")
        terms = [_surprise(row, y, i) for i, (row, y) in enumerate(examples)]
        return _reduced(terms, len(terms), reduction)


def _demand_probabilities(targets: Iterable[float | Value]) -> None:
    """Raise ValueError for a target that is a number outside of [0, 1]."""
    for y in targets:
        if not isinstance(y, Value) and not 0 <= y <= 1:
            raise ValueError(f"targets must be from 0 to 1, got {y!r}")


def _binary_surprise(z: Value, y: float | Value) -> Value:
    """-y log p - (1 - y) log(1 - p) = softplus(z) - y z = softplus(-z) + (1 - y) z."""
    if isinstance(y, Value):  # whatever it will be, neither term is negative, and none is lost
        return y * (-z).softplus() + (1 - y) * z.softplus()
    sign, rest = (1.0, y) if y < 0.5 else (-1.0, 1 - y)
    surprise = (sign * z).softplus()  # the form without cancellation
    return surprise - sign * rest * z if rest else surprise


def _surprise(logits: object, target: object, i: int) -> Value:
    """-sum of y[j] log p[j] for example `i`."""
    if not isinstance(logits, list):
        raise TypeError(f"logits[{i}] must be a list of Values, one for each class, got {logits!r};"
                        " binary_cross_entropy takes one logit for two classes")  # fmt: skip
    z = row_of_values(logits)
    if not isinstance(target, list):
        return _surprise_at(z, class_number(target, len(z), i))
    shares = probabilities(target, len(z), i)
    numbers = [each for each in shares if not isinstance(each, Value)]
    if numbers.count(1.0) == 1 and numbers.count(0.0) == len(shares) - 1:
        return _surprise_at(z, shares.index(1.0))
    below = shifted(z)
    total = log_sum_exp(below)  # -log p[j] = log(sum of exp(z)) - z[j]
    # A probability of 0 adds nothing, but a Value that is 0 may become another number.
    pairs = [(y, b) for y, b in zip(shares, below, strict=True) if isinstance(y, Value) or y]
    return Value.sum([y * (total - b) for y, b in pairs])


def _surprise_at(z: list[Value], k: int) -> Value:
    """-log p[k] = log(1 + sum of exp(z[j] - z[k]) over all other j): next to 0 no digit is lost."""
    if is_tracing.get() or not all(-inf < each.data - z[k].data <= _MOST for each in z):
        return _surprise_at_any(shifted(z), k)
    return Value.sum([(each - z[k]).exp() for each in all_but(z, k)]).log1p()


def _surprise_at_any(z: Sequence[Value], k: int) -> Value:
    """The same for any Values, of which the largest is 0.

    With -z[k] = `near` + `far`, of which `near` is at most _MOST, it is log(1 + exp(near) * sum of
    exp(z[j])) + far to the last digit, and nothing overflows.
    """
    others = Value.sum(all_but([each.exp() for each in z], k))
    near, far = (-z[k]).minimum(_MOST), (-z[k]).maximum(_MOST) - _MOST
    return (others * near.exp()).log1p() + far


def _reduced(terms: list[Value], count: int, reduction: str, scale: int = 1) -> Value:
    """The sum of the terms divided by `scale` and, for the mean, by `count`.

    Where the sum of finite terms overflows, each term is divided by itself.
    """
    if reduction not in ("mean", "sum"):
        raise ValueError(f"reduction must be 'mean' or 'sum', got {reduction!r}")
    note(reduction)
    divisor = scale * count if reduction == "mean" else scale
    loss = Value.sum(terms)
    if reduction == "mean" or scale != 1:
        is_lost = isinf(number(loss)) and all(isfinite(number(each)) for each in terms)
        loss = Value.sum([each / divisor for each in terms]) if is_lost else loss / divisor
    loss.label = "Loss"
    return loss
