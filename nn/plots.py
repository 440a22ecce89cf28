"""Plots of training and of what was learnt, with matplotlib.

Each draws on the given axes, or on new ones, and returns them.
"""

from collections.abc import Iterable
from math import isfinite, isnan, nan
from typing import Any

from engine import Value
from engine.extras import optional

from .module import Module
from .training import History

_PER_SIDE = 60

# Beyond this a loss is not drawn: axes cannot hold it.
_TOO_LARGE = 1e100

# Okabe and Ito's orange and blue, which colour-blind readers tell apart; the markers differ too.
_BELOW, _ABOVE = "#e69f00", "#0072b2"


def plot_loss(history: History, axes: Any = None) -> Any:
    """The mean loss of each epoch, on a logarithmic scale if it is positive throughout.

    `plot_loss(history).figure.savefig("loss.png")` writes it to a file.
    """
    axes = _axes(axes)
    drawable = [each if abs(each) < _TOO_LARGE else nan for each in history.loss]
    axes.plot(range(1, len(drawable) + 1), drawable, color=_ABOVE)
    axes.set(xlabel="epoch", ylabel="mean loss of the epoch")
    if all(each > 0 for each in drawable):
        axes.set_yscale("log")
    lost = sum(map(isnan, drawable))
    if lost:
        axes.set_title(f"training diverged: {lost} of {len(drawable)} losses are not shown")
    return axes


def plot_decision_boundary(
    model: Module[Any],
    X: Iterable[Iterable[float]],
    y: Iterable[float],
    axes: Any = None,
) -> Any:
    """The examples, and the score of a model with two inputs over the plane around them.

    The line is where the score is 0; examples are told apart by the sign of `y`.

    Raises ValueError for examples that do not have two inputs and one label each, or a model that
    does not give one finite number.
    """
    rows, labels = [list(row) for row in X], list(y)
    if not rows or len(rows) != len(labels) or any(len(row) != 2 for row in rows):
        raise ValueError("X must have two numbers in each row, since only those can be drawn in a "
                         "plane, and y as many labels as X has rows, at least one")  # fmt: skip
    sides = [_side([row[i] for row in rows]) for i in range(2)]
    scores = [[_score(model([a, b])) for a in sides[0]] for b in sides[1]]
    axes = _axes(axes)
    largest = max(max(map(abs, row)) for row in scores) or 1.0
    levels = [largest * step / 10 for step in range(-10, 11)]
    colours = optional("matplotlib.colors", "train", "plotting").LinearSegmentedColormap
    shades = colours.from_list("sides", [_BELOW, "white", _ABOVE])
    axes.contourf(*sides, scores, levels=levels, cmap=shades, alpha=0.6)
    axes.contour(*sides, scores, levels=[0], colors="black")
    for marker, colour, chosen in (("o", _BELOW, False), ("^", _ABOVE, True)):
        points = [row for row, label in zip(rows, labels, strict=True) if bool(label > 0) is chosen]
        across, up = [a for a, _ in points], [b for _, b in points]
        sign = "y > 0" if chosen else "y ≤ 0"
        axes.scatter(across, up, c=colour, marker=marker, edgecolors="white", label=sign)
    axes.legend()
    axes.set(xlabel="x[0]", ylabel="x[1]")
    return axes


def _score(output: object) -> float:
    """The number of a model's only output; what cannot be drawn is an error."""
    if not isinstance(output, Value) or not isfinite(output.data):
        raise ValueError(f"the model must give one finite number for each point, got {output!r}")
    return output.data


def _side(numbers: list[float]) -> list[float]:
    """Evenly spaced numbers that reach a little further than the given ones."""
    low, high = min(numbers), max(numbers)
    margin = 0.15 * (high - low) or 1.0
    step = (high - low + 2 * margin) / (_PER_SIDE - 1)
    return [low - margin + step * i for i in range(_PER_SIDE)]


def _axes(axes: Any) -> Any:
    return axes or optional("matplotlib.pyplot", "train", "plotting").subplots()[1]
