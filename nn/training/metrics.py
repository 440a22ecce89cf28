"""Metrics: the quality of predictions as a number, which training reports but does not optimize.

A metric is a function of predictions and targets. A loss is such a function, so every loss is a
metric too. More metrics are in sklearn.metrics.
"""

from ..arguments.matrices import data_of
from ..arguments.targets import Predictions, Targets, class_number, demand_as_many, is_row, paired


def accuracy(scores: Predictions, labels: Targets) -> float:
    """The share of examples, from 0 to 1, whose score predicts their label.

        nn.accuracy([model.score(x) for x in X], [1, -1, 1])    # which side of 0?
        nn.accuracy([model(x) for x in X], [2, 0, 1])           # which of the scores is largest?

    A score above 0 predicts a positive label, any other score a label of 0 or below. With a list of
    scores for each example, one score for each class, and the number of a class as label, the
    largest score predicts the class; of equal scores, the first.

    Raises ValueError if there is no example, if scores and labels differ in shape, or for the
    number of no class; TypeError for scores other than Values and labels other than numbers.
    """
    demand_as_many(scores, labels, "labels")
    if all(map(is_row, scores)) and not any(map(is_row, labels)):
        return _share_of_classes(scores, labels)
    pairs = paired(scores, labels, "labels")
    return sum((score.data > 0) is (label > 0) for score, label in pairs) / len(pairs)


def _share_of_classes(scores: Predictions, labels: Targets) -> float:
    """The share of examples whose largest score is the score of the right class."""
    rights = 0
    for i, (row, label) in enumerate(zip(scores, labels, strict=True)):
        numbers = data_of(row)
        right = class_number(label, len(numbers), i, "labels")
        rights += numbers.index(max(numbers)) == right
    return rights / len(labels)
