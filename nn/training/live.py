"""LiveView: a picture of training in Jupyter that follows `fit` while it runs."""

from textwrap import fill
from time import monotonic
from typing import Any

from engine import Value
from engine.system.packages import optional

from ..arguments.examples import examples
from ..module import Module, undisturbed
from ..pictures.plots import (
    MimeBundle,
    curves,
    for_notebooks,
    new_figure,
    plain,
    plot_decision_boundary,
    plot_history,
)
from .history import History

# The shortest time between two pictures in seconds, and the shortest time for training between them
# in multiples of the time for drawing.
_PAUSE = 0.25
_SHARE = 2

# The points on each side of the plane for the score of the model, during training and at its end.
_COARSE, _FINE = 20, 40


class LiveView:
    """A view of the training so far in Jupyter, which `fit` redraws after epochs, in place.

        view = nn.LiveView(model, X, y)
        nn.fit(model, X, y, ..., watch=view)

    The view shows the loss and the metrics. For a model with one output and examples with two
    inputs, it shows the decision boundary too. Between the first picture and the last, drawing
    happens at most four times a second and takes at most a third of the time. The last picture
    shows the end of training, also after an error or an interrupt; `history` is the History so far,
    which `fit` cannot return after an error.

    A training loop of your own stands inside `with view:` and calls `view(history)`.

    Raises RuntimeError outside Jupyter, ValueError if only some of model, X and y are given or X
    and y differ in length, TypeError for anything but a model and numbers, and ImportError if
    IPython or matplotlib is not installed.
    """

    def __init__(self, model: Module[Any] | None = None, X: Any = None, y: Any = None) -> None:
        if len({each is None for each in (model, X, y)}) == 2:
            raise ValueError("model, X and y must be given together, for the decision boundary, or "
                             "not at all, for the curves alone")  # fmt: skip
        _demand_jupyter()
        self._boundary = None if model is None else _boundary(model, *examples(X, y))
        self._begin()

    def _begin(self) -> None:
        """Start with an empty figure and an empty History."""
        self._figure = new_figure()
        self._display: Any = None
        self._due = 0.0
        self.history = History()

    def __enter__(self) -> "LiveView":
        """Begin a new picture, in the cell that runs now."""
        self._begin()
        return self

    def __call__(self, history: History) -> None:
        """Draw the training so far, unless the last picture is too recent."""
        self.history = history
        began = monotonic()
        if began >= self._due:
            self._show(_COARSE)
            took = monotonic() - began
            self._due = began + took + max(_PAUSE, _SHARE * took)

    def __exit__(self, *_: object) -> None:
        """Draw the end of training."""
        if self.history.loss:
            self._show(_FINE)

    def __repr__(self) -> str:
        return f"LiveView of {self.history!r}"

    def _repr_mimebundle_(self, **_: object) -> MimeBundle:
        return for_notebooks(self._figure, repr(self))

    def _show(self, per_side: int) -> None:
        """Draw, and replace the picture shown before."""
        self._draw(per_side)
        if self._display is None:
            display = optional("IPython.display", "notebook", "a live view").display
            self._display = display(self, display_id=True)
        else:
            self._display.update(self)

    def _draw(self, per_side: int) -> None:
        """The curves and, if there is one, the decision boundary beside them."""
        wide = curves(self.history)
        if self._boundary is None:
            self._figure = new_figure(wide)
            plot_history(self.history, self._figure)
            return
        self._figure = new_figure(wide + 1)
        left, right = self._figure.subfigures(1, 2, width_ratios=[wide, 1])
        plot_history(self.history, left)
        axes = right.subplots()
        try:
            plot_decision_boundary(*self._boundary, axes, per_side)
        except ValueError as error:  # a model that diverged; training goes on
            axes.text(0.5, 0.5, plain(fill(str(error), 40)), ha="center", va="center")
            axes.set_axis_off()


def _boundary(
    model: Module[Any], rows: list[list[float]], labels: list[Any]
) -> tuple[Module[Any], list[list[float]], list[Any]] | None:
    """The model and the examples, to draw in the plane; None without two inputs and one output."""
    if not callable(model):
        raise TypeError(f"model must be a module, such as nn.MLP(2, [16, 1]), got {model!r}")
    if any(len(row) != 2 for row in rows):
        return None
    with undisturbed(model):
        is_drawn = isinstance(model(rows[0]), Value)
    return (model, rows, labels) if is_drawn else None


def _demand_jupyter() -> None:
    """Raise RuntimeError outside Jupyter, where no picture can be replaced."""
    shell = optional("IPython", "notebook", "a live view").get_ipython()
    if getattr(shell, "kernel", None) is None:
        raise RuntimeError("LiveView needs Jupyter, and this program does not run in it: leave out "
                           "watch=, and write history.plot('training.png') after fit")  # fmt: skip
