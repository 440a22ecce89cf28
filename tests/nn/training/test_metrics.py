"""Metrics measure predictions as scikit-learn does."""

import random
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
    ],
)
def test_what_cannot_be_counted_is_refused(
    scores: Any, labels: Any, error: type[Exception], message: str
) -> None:
    """As the losses refuse it."""
    with pytest.raises(error, match=message):
        nn.accuracy(scores, labels)
