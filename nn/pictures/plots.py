"""Plots of training and of decision boundaries, with matplotlib.

Each function draws on the given axes, or on new ones, and returns them.
"""

from base64 import b64encode
from functools import partial
from io import BytesIO
from itertools import cycle
from math import isfinite, isnan, nan
from typing import Any, Protocol
from unicodedata import category

from engine import Value
from engine.arguments import demand_function
from engine.system.files import FilePath, write_as
from engine.system.packages import optional
from engine.typesetting.themes import BLUE, GREEN, ORANGE, PURPLE
from engine.value import real_number

from ..arguments.counts import demand_count
from ..arguments.entries import entries, is_row
from ..arguments.examples import examples
from ..module import Module, undisturbed

# The largest number that axes can show.
_TOO_LARGE = 1e100

# A character that fonts have, and that has no width.
_NOTHING = "\u200b"

# The colours of examples and scores below 0 and above; the markers of examples differ too.
_BELOW, _ABOVE = ORANGE, BLUE

# The colours and dashes of the curves of several metrics.
_CURVES = (
    (BLUE,   "-"),
    (ORANGE, "--"),
    (GREEN,  ":"),
    (PURPLE, "-."),
)  # fmt: skip

# The size of one plot in inches, and the pixels of an inch in a file and in Jupyter: half as many
# there, so that plots are sharp on fine screens.
_SIZE = (5.0, 3.6)
_DENSITY, _SHOWN_DENSITY = 144, 72

# What a notebook may show of a thing, by its type, and with what size.
MimeBundle = tuple[dict[str, str], dict[str, dict[str, int]]]


class Course(Protocol):
    """The course of a training: a number for each epoch, of the loss and of each metric.

    The columns of validation are empty without validation examples.
    """

    loss: list[float]
    metrics: dict[str, list[float]]
    validation_loss: list[float]
    validation_metrics: dict[str, list[float]]


def plot_history(history: Course, figure: Any = None) -> list[Any]:
    """The loss over the epochs, and the metrics in a second plot, if there are any.

    Draws on `figure`, or on a new one, and gives the axes, from left to right.
    """
    plots = [plot_loss, plot_metrics][: curves(history)]
    if figure is None:
        pyplot = optional("matplotlib.pyplot", "plot", "plotting")
        figure = pyplot.figure(layout="constrained", figsize=_size(len(plots)))
    columns = figure.subplots(1, len(plots), squeeze=False)[0]
    return [plot(history, axes) for plot, axes in zip(plots, columns, strict=True)]


def curves(history: Course) -> int:
    """The number of plots that `plot_history` draws side by side."""
    return 2 if history.metrics else 1


def plot_loss(history: Course, axes: Any = None) -> Any:
    """The loss of each epoch, on a logarithmic scale if all losses are positive.

    A validation loss has dots. `plot_loss(history).figure.savefig("loss.png")` writes the picture
    to a file.
    """
    axes = _axes(axes)
    drawable = _drawable(history.loss)
    _curve(axes, drawable, color=_ABOVE, label="training")
    if history.validation_loss:
        held_out = _drawable(history.validation_loss)
        _curve(axes, held_out, dotted=True, color=_BELOW, label="validation")
        axes.legend()
        drawable = drawable + held_out
    axes.set(xlabel="epoch", ylabel="loss of the epoch")
    if all(each > 0 for each in drawable):
        axes.set_yscale("log")
    lost = sum(map(isnan, drawable))
    if lost:
        axes.set_title(f"training diverged: {lost} of {len(drawable)} losses are not shown")
    return axes


def plot_metrics(history: Course, axes: Any = None) -> Any:
    """Each metric in each epoch; metrics of validation have dots."""
    axes = _axes(axes)
    styles = cycle(_CURVES)
    for name, column in history.metrics.items():
        colour, line = next(styles)
        style: dict[str, Any] = {"color": colour, "linestyle": line}
        _curve(axes, _drawable(column), label=plain(name), **style)
        if name in history.validation_metrics:
            held_out = _drawable(history.validation_metrics[name])
            _curve(axes, held_out, dotted=True, label=plain(f"validation {name}"), **style)
    axes.set(xlabel="epoch", ylabel="metrics of the epoch")
    if history.metrics:
        axes.legend()
    return axes


def plot_decision_boundary(
    model: Module[Any],
    X: Any,
    y: Any,
    axes: Any = None,
    per_side: int = 60,
) -> Any:
    """The examples, and the score of a model with two inputs over the plane around them.

    On the line the score is 0; colours and markers of examples show the sign of `y`. The score is
    computed at `per_side` times `per_side` points, of which the model remembers nothing. `X` and
    `y` are what `fit` takes.

    Raises ValueError for examples without exactly two inputs and one label, a model that does not
    give one finite number, or `per_side` below 2, and TypeError for labels that are no numbers.
    """
    demand_function(model, "model", "nn.MLP(2, [16, 1])")
    rows, labels = _in_the_plane(X, y)
    count = demand_count(per_side, "per_side")
    if count < 2:
        raise ValueError(f"per_side must be at least 2, the ends of each side, got {per_side!r}")
    sides = [_side([row[i] for row in rows], count) for i in range(2)]
    with undisturbed(model):
        scores = [[_score(model([a, b])) for a in sides[0]] for b in sides[1]]
    axes = _axes(axes)
    largest = max(max(map(abs, row)) for row in scores) or 1.0
    levels = [largest * step / 10 for step in range(-10, 11)]
    colours = optional("matplotlib.colors", "plot", "plotting").LinearSegmentedColormap
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


def _in_the_plane(X: Any, y: Any) -> tuple[list[list[float]], list[float]]:
    """The rows of `X`, of two numbers each, and the labels of `y`, checked."""
    if is_row(X) and is_row(y):
        X, y = [entries(row) if is_row(row) else [row] for row in entries(X)], entries(y)
        if not X or len(X) != len(y) or any(len(row) != 2 for row in X):
            raise ValueError(
                "X must have two numbers in each row, since only those can be drawn "
                "in a plane, and y as many labels as X has rows, at least one"
            )
    rows, targets = examples(X, y)
    return rows, [real_number(each, f"y[{i}]") for i, each in enumerate(targets)]


def plain(text: object) -> str:
    """The text as matplotlib has to get it, so that it comes out as itself.

    There a formula stands between two `$`, a label that is empty or begins with `_` is left out of
    the legend, and characters that cannot be seen are errors or warnings.
    """
    shown = "".join(map(_pictured, str(text))).replace("$", r"\$")
    return shown if shown[:1].strip("_") else _NOTHING + shown


def _pictured(character: str) -> str:
    """A character, or a space or the sign of a lost character for one that no font draws."""
    if character.isspace():
        return character if character == "\n" else " "
    return "\ufffd" if category(character) in ("Cc", "Cs") else character


def new_figure(plots: int = 1) -> Any:
    """A figure for `plots` plots side by side, which pyplot does not know.

    No window shows the figure, and nobody has to close it.
    """
    figure = optional("matplotlib.figure", "plot", "plotting").Figure
    return figure(layout="constrained", figsize=_size(plots))


def for_notebooks(figure: Any, text: str) -> MimeBundle:
    """The figure as a PNG, or a text: what a notebook may show, and how large the PNG is there.

    Jupyter and marimo take the bytes of a PNG as text in base 64.
    """
    width, height = (round(each * _SHOWN_DENSITY) for each in figure.get_size_inches())
    png = b64encode(rendered(figure, "png")).decode()
    size = {"image/png": {"width": width, "height": height}}
    return {"text/plain": text, "image/png": png}, size


def rendered(figure: Any, format: str) -> bytes:
    """The content of a file with the figure: png, svg, pdf or another format of matplotlib."""
    content = BytesIO()
    figure.savefig(content, format=format, dpi=_DENSITY)
    return content.getvalue()


def save_figure(figure: Any, path: FilePath) -> None:
    """Write the figure to a file, whole or not at all, in the format of its ending.

    Raises ValueError for an ending that matplotlib does not know, and an OSError if no file can be
    written at `path`.
    """
    write_as(path, figure.canvas.get_supported_filetypes(), partial(rendered, figure))


def _size(plots: int) -> tuple[float, float]:
    """The width and height of a figure with `plots` plots, in inches."""
    return (_SIZE[0] * plots, _SIZE[1])


def _drawable(numbers: list[float]) -> list[float]:
    """The numbers, with nan in place of numbers that axes cannot show."""
    return [each if abs(each) < _TOO_LARGE else nan for each in numbers]


def _curve(axes: Any, numbers: list[float], *, dotted: bool = False, **style: Any) -> None:
    """Draw the numbers over the epochs, which count from 1; a single number gets a marker."""
    marker = "." if dotted else "o" if len(numbers) == 1 else None
    axes.plot(range(1, len(numbers) + 1), numbers, marker=marker, **style)
    axes.xaxis.get_major_locator().set_params(integer=True)


def _score(output: object) -> float:
    """The number of a model's only output; ValueError if there is no finite one."""
    if not isinstance(output, Value) or not isfinite(output.data):
        raise ValueError(f"the model must give one finite number for each point, got {output!r}")
    return output.data


def _side(numbers: list[float], count: int) -> list[float]:
    """`count` evenly spaced numbers, from a little below `numbers` to a little above."""
    low, high = min(numbers), max(numbers)
    margin = 0.15 * (high - low) or 1.0
    step = (high - low + 2 * margin) / (count - 1)
    return [low - margin + step * i for i in range(count)]


def _axes(axes: Any) -> Any:
    return axes or optional("matplotlib.pyplot", "plot", "plotting").subplots()[1]
