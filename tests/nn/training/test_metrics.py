"""Metrics measure predictions as scikit-learn does."""

import random
from math import isnan, nan
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

import nn
from engine import Value


def test_accuracy_is_the_share_of_scores_on_the_right_side() -> None:
    """Two of four: 0 is not above 0, so it counts as negative."""
    scores = [Value(0.3), Value(-2.0), Value(5.0), Value(0.0)]
    assert nn.accuracy(scores, [1, 1, -1, -1]) == 0.5


def test_accuracy_is_that_of_scikit_learn() -> None:
    """For guesses by the sign of the score."""
    numbers = random.Random(0)
    scores = [numbers.gauss(0, 1) for _ in range(50)]
    labels = [numbers.choice([-1, 1]) for _ in range(50)]
    expected = accuracy_score(labels, [1 if score > 0 else -1 for score in scores])
    assert nn.accuracy([Value(score) for score in scores], labels) == expected


def test_accuracy_of_several_classes_is_that_of_scikit_learn() -> None:
    """For guesses by the largest of three scores."""
    numbers = random.Random(1)
    scores = [[numbers.gauss(0, 1) for _ in range(3)] for _ in range(60)]
    labels: Any = np.array([numbers.randrange(3) for _ in range(60)])
    expected = accuracy_score(labels, np.argmax(scores, axis=1))
    values = [[Value(score) for score in row] for row in scores]
    assert 0 < expected < 1
    assert nn.accuracy(values, labels) == expected


def test_a_list_of_labels_goes_with_a_list_of_scores() -> None:
    """Several yes-or-no answers for each example: each is counted by itself."""
    scores = [[Value(0.3), Value(-2.0)], [Value(5.0), Value(1.0)]]
    assert nn.accuracy(scores, [[1, 1], [-1, 1]]) == 0.5


@pytest.mark.parametrize("labels", [[1, 1, -1], [-1, 1, 1], [1, 1, 1], [-1, 1, 1, 1, -1]])
def test_rows_of_sides_are_no_probabilities_whatever_their_sum(labels: list[int]) -> None:
    """Even if they add up to 1: to accuracy they mean what they mean to the hinge."""
    scores = _values([[2.0] * len(labels)] * 2)
    assert nn.accuracy(scores, [labels] * 2) == labels.count(1) / len(labels)
    assert nn.hinge(scores, [labels] * 2).data == 3 * labels.count(-1) / len(labels)


def _values(rows: list[list[float]]) -> list[list[Value]]:
    return [[Value(each) for each in row] for row in rows]


@pytest.mark.parametrize("seed", range(5))
def test_one_hot_rows_are_the_numbers_of_their_classes(seed: int) -> None:
    """To accuracy as to cross_entropy, whatever the sign of the scores; probabilities too."""
    numbers = random.Random(seed)
    rows = [[numbers.gauss(2, 1) for _ in range(4)] for _ in range(20)]
    classes = [numbers.randrange(4) for _ in range(20)]
    scores, one_hot = _values(rows), np.eye(4)[classes]
    softer = 0.7 * one_hot + 0.075
    assert nn.cross_entropy(scores, one_hot).data == nn.cross_entropy(scores, classes).data
    expected = accuracy_score(classes, np.argmax(rows, axis=1))
    for labels in (classes, one_hot, one_hot.tolist(), softer, one_hot.astype(bool)):
        assert nn.accuracy(scores, labels) == expected


def test_probabilities_are_scores_as_logits_are() -> None:
    """Those of a softmax: the largest is the largest."""
    scores = [nn.softmax(row) for row in _values([[2.0, 1.0, 0.5], [-3.0, -1.0, -2.0]])]
    assert nn.accuracy(scores, [0, 1]) == nn.accuracy(scores, [[1, 0, 0], [0, 1, 0]]) == 1.0


def test_labels_of_one_score_mean_what_they_mean_to_the_losses() -> None:
    """-1 and 1 as to the hinge, 0 and 1 and probabilities as to the binary cross-entropy."""
    scores = [Value(each) for each in (2.0, -1.0, 3.0, -2.0)]
    for labels in (
        [1, -1, -1, -1],
        [1, 0, 0, 0],
        [0.9, 0.1, 0.2, 0.4],
        [True, False, False, False],
    ):
        assert nn.accuracy(scores, labels) == 0.75


@pytest.mark.parametrize(
    ("rows", "labels"),
    [
        ([nan, 1.0], [1, 1]),
        ([[nan, 1.0], [0.0, 1.0]], [0, 1]),
        ([[1.0, nan], [0.0, 1.0]], [0, 1]),
        ([[1.0, nan], [0.0, 1.0]], [[1, 0], [0, 1]]),
        ([[1.0, nan], [0.0, 1.0]], [[1, 1], [-1, 1]]),
    ],
)
def test_nan_is_no_score(rows: Any, labels: Any) -> None:
    """It is neither the largest, nor on a side of 0, so nothing is known of the share."""
    scores = [_values([each])[0] if isinstance(each, list) else Value(each) for each in rows]
    assert isnan(nn.accuracy(scores, labels))


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("batch_size", [None, 4])
def test_the_accuracy_of_a_model_that_diverged_is_nan(
    compiled: bool, batch_size: int | None
) -> None:
    """As its loss is, for class numbers and for one-hot rows, compiled or not."""
    X, y = [[1e3 * i] for i in range(10)], [0] * 9 + [1]
    for targets in (y, np.eye(2)[y]):
        model = nn.MLP(1, [4, 2], seed=0)
        with pytest.warns(UserWarning, match=r"the loss is nan from epoch \d on"):
            history = nn.fit(
                model, X, targets, loss=nn.cross_entropy, epochs=3, batch_size=batch_size,
                optimizer=nn.SGD(model.parameters(), learning_rate=1e300), compiled=compiled,
                metrics={"accuracy": nn.accuracy}, validation=(X, targets), progress=False,
            )  # fmt: skip
        for column in history.columns().values():
            assert isnan(column[-1])


@pytest.mark.parametrize(
    ("scores", "labels", "error", "message"),
    [
        ([], [], ValueError, "labels and predictions are empty"),
        ([Value(1.0)], [1, -1], ValueError, "labels must be as many as the predictions, got 2"),
        ([1.0], [1], TypeError, "predictions must be Values, got 1.0"),
        ([Value(1.0)], ["a"], TypeError, "labels must be a real number, got 'a'"),
        ([[Value(1.0), Value(2.0)]], [2], ValueError, r"labels\[0\] must be the number of a class"),
        ([[Value(1.0), 2.0]], [1], TypeError, "values must be Values, or lists of them, got 2.0"),
        ([[Value(1.0)], Value(1.0)], [0, 1], ValueError, "labels must have the shape of"),
        ([Value(1.0)] * 2, [1, 2], ValueError, "labels must be -1 and 1, or from 0 to 1, got 2"),
        ([Value(1.0)] * 2, [-1, 0], ValueError, "got both -1 and others below 1"),
        ([Value(1.0)], [[1]], ValueError, "labels must have the shape of the predictions"),
        ([Value(1.0)], [nan], ValueError, "labels must be finite, got nan"),
        ([Value(1.0)], [Value(1.0)], TypeError, "labels must be a real number, got Value"),
        ([[Value(1.0)] * 3], [[1, 0]], ValueError, r"labels\[0\] must hold 3 probabilities"),
        ([[Value(1.0)] * 3], [[1, 1, 0]], ValueError, r"labels\[0\] must be probabilities that"),
        ([[Value(1.0)] * 3], [[0, 0, 0]], ValueError, r"labels\[0\] must be probabilities that"),
        ([[Value(1.0)] * 2], [[0, -1]], ValueError, r"labels\[0\] must be probabilities that"),
        ({1: Value(1.0)}, [1], TypeError, "predictions and labels must be lists"),
    ],
)
def test_what_cannot_be_counted_is_refused(
    scores: Any, labels: Any, error: type[Exception], message: str
) -> None:
    """As the losses refuse it."""
    with pytest.raises(error, match=message):
        nn.accuracy(scores, labels)


def test_there_may_be_many_classes() -> None:
    """The last of 300 is right where its score is the largest."""
    rows = [[Value(float(i == largest)) for i in range(300)] for largest in (299, 298)]
    assert nn.accuracy(rows, [299, 299]) == 0.5
