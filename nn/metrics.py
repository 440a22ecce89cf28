"""Metrics: how well predictions do, as a number to watch; training does not lower or raise it.

A metric is a function of predictions and targets, as a loss is, so every loss is a metric too.
For others, see sklearn.metrics.
"""

from .targets import Predictions, Targets, paired


def accuracy(scores: Predictions, labels: Targets) -> float:
    """The share of scores, from 0 to 1, on the side of 0 where the label is.

    A score above 0 means a positive label, any other score one that is not. Raises ValueError if
    there is no example, or if scores and labels differ in shape.
    """
    pairs = paired(scores, labels, "labels")
    return sum((score.data > 0) is (label > 0) for score, label in pairs) / len(pairs)
