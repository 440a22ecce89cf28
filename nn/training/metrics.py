"""Metrics: the quality of predictions as a number, which training reports but does not optimize.

A metric is a function of predictions and targets. A loss is such a function, so every loss is a
metric too. More metrics are in sklearn.metrics.
"""

from math import isnan, nan
from typing import Any

from ..arguments.matrices import data_of
from ..arguments.targets import (
    Predictions,
    Targets,
    are_of_classes,
    beside,
    class_number,
    probabilities,
    sided,
)


def accuracy(scores: Predictions, labels: Targets) -> float:
    """The share of examples, from 0 to 1, whose score predicts their label.

        nn.accuracy([model.score(x) for x in X], [1, -1, 1])    # which side of 0?
        nn.accuracy([model(x) for x in X], [2, 0, 1])           # which of the scores is largest?
        nn.accuracy([model(x) for x in X], [[0, 0, 1], [1, 0, 0], [0, 1, 0]])       # the same

    Scores and labels mean what they mean to the losses. One score for an example predicts the
    positive label if it is above 0, as a logit does; labels are -1 and 1, or from 0 to 1, where
    those above a half are positive. With several scores, one for each class, the largest score
    predicts the class; of equal scores, the first. The label is the number of the class, or a row
    with the probability of each, such as a one-hot row. With a row of labels -1 and 1 for several
    scores, each score is counted by itself.

    If a score is nan, as those of a model that diverged are, the accuracy is nan.

    Raises ValueError if there is no example, if scores and labels differ in shape, for the number
    of no class, and for other labels, such as rows of 0 and 1 that are not one-hot; TypeError for
    scores other than Values and labels other than numbers.
    """
    examples = beside(scores, labels, "labels")
    if are_of_classes(examples):
        rights = [_is_right(*each, i) for i, each in enumerate(examples)]
    else:
        rights = [_agrees(score.data, label) for score, label in sided(examples)]
    return sum(rights) / len(rights)


def _agrees(score: float, label: bool) -> float:
    """1 if a score is above 0 and its label positive, or neither; 0 otherwise, nan for nan."""
    return nan if isnan(score) else (score > 0) is label


def _is_right(row: list[Any], label: Any, i: int) -> float:
    """1 if the largest score is that of the right class, 0 if another is, nan if one is nan."""
    scores: list[float] = data_of(row)
    if isinstance(label, list):
        shares = probabilities(label, len(scores), i, "labels")
        right = shares.index(max(shares))
    else:
        right = class_number(label, len(scores), i, "labels")
    return nan if any(map(isnan, scores)) else scores.index(max(scores)) == right
