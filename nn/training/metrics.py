"""Metrics: how well predictions do, as a number to watch; training does not lower or raise it.

A metric is a function of predictions and targets, as a loss is, so every loss is a metric too.
For others, see sklearn.metrics.
"""

from ..arguments.matrices import data_of
from ..arguments.targets import Predictions, Targets, class_number, demand_as_many, is_row, paired


def accuracy(scores: Predictions, labels: Targets) -> float:
    """The share of labels, from 0 to 1, that the scores are right about.

        nn.accuracy([model.score(x) for x in X], [1, -1, 1])    # which side of 0?
        nn.accuracy([model(x) for x in X], [2, 0, 1])           # which of the scores is largest?

    A score above 0 means a positive label, any other score one that is not. Where an example has a
    list of scores, one for each class, and its label is the number of a class, the largest score
    counts: the first of them if some are equal.

    Raises ValueError if there is no example, if scores and labels differ in shape, or for a number
    that is no class; TypeError for what is no Value or no number.
    """
    demand_as_many(scores, labels, "labels")
    if all(map(is_row, scores)) and not any(map(is_row, labels)):
        return _share_of_classes(scores, labels)
    pairs = paired(scores, labels, "labels")
    return sum((score.data > 0) is (label > 0) for score, label in pairs) / len(pairs)


def _share_of_classes(scores: Predictions, labels: Targets) -> float:
    """The share of examples whose largest score is that of the right class."""
    rights = 0
    for i, (row, label) in enumerate(zip(scores, labels, strict=True)):
        numbers = data_of(row)
        right = class_number(label, len(numbers), i, "labels")
        rights += numbers.index(max(numbers)) == right
    return rights / len(labels)
