"""History: the losses and metrics of training, epoch by epoch; Jupyter shows it as a figure."""

from dataclasses import dataclass, field
from typing import Any

from engine.notation import short
from engine.system.files import FilePath
from engine.system.packages import optional

from ..pictures.plots import (
    MimeBundle,
    curves,
    for_notebooks,
    new_figure,
    plot_history,
    save_figure,
)


@dataclass(slots=True, repr=False)
class History:
    """The course of training: columns with a number for each epoch.

    - `loss`: the loss over all examples, each batch before its step: the mean or, for a loss that
      is a sum, the sum.
    - `metrics`: each metric of `fit` over all examples, by name: the mean, weighted by the sizes of
      the batches or, for a loss of `nn` with `reduction="sum"`, the sum.
    - `validation_loss`, `validation_metrics`: the same after the epoch over the validation
      examples; empty without validation.
    - `stopped`: the reason why a callback ended training before its last epoch, or "".
    - `interrupted`: true if Ctrl-C ended training.
    """

    loss: list[float] = field(default_factory=list)
    metrics: dict[str, list[float]] = field(default_factory=dict)
    validation_loss: list[float] = field(default_factory=list)
    validation_metrics: dict[str, list[float]] = field(default_factory=dict)
    stopped: str = ""
    interrupted: bool = False

    def columns(self) -> dict[str, list[float]]:
        """Every column by its name: loss, accuracy, validation loss, validation accuracy."""
        columns = {"loss": self.loss, **self.metrics}
        if self.validation_loss:
            columns["validation loss"] = self.validation_loss
        return columns | {f"validation {name}": it for name, it in self.validation_metrics.items()}

    def plot(self, path: FilePath | None = None) -> Any:
        """Draw the loss and the metrics over the epochs; gives the axes, from left to right.

            history.plot()                      # by pyplot: plt.show() opens the window
            history.plot("training.svg")        # or .png, .pdf: to a file, without a window

        Raises ValueError for an ending that matplotlib does not know, an OSError if no file can be
        written at `path`, and ImportError if matplotlib is not installed.
        """
        if path is None:
            return plot_history(self)
        figure = new_figure(curves(self))
        axes = plot_history(self, figure)
        save_figure(figure, path)
        return axes

    def to_pandas(self) -> Any:
        """A DataFrame with a row for each epoch, counted from 1, and the columns of `columns()`.

        Raises ImportError if pandas is not installed.
        """
        frame = optional("pandas", "pandas", "History.to_pandas()").DataFrame(self.columns())
        frame.index = frame.index + 1
        return frame.rename_axis("epoch")

    def __repr__(self) -> str:
        spans = [f"{name} {_span(column)}" for name, column in self.columns().items() if column]
        epochs = f"{len(self.loss)} epoch{'s' * (len(self.loss) != 1)}"
        ends = [self.stopped] * bool(self.stopped) + ["interrupted"] * self.interrupted
        return f"History({'; '.join([epochs, *spans, *ends])})"

    def _repr_mimebundle_(self, **_: object) -> MimeBundle:
        """The curves, or the text alone where there is no matplotlib."""
        try:
            figure = new_figure(curves(self))
        except ImportError:
            return {"text/plain": repr(self)}, {}
        plot_history(self, figure)
        return for_notebooks(figure, repr(self))


def _span(column: list[float]) -> str:
    """The first and the last number of a column."""
    return " → ".join(map(short, column if len(column) == 1 else [column[0], column[-1]]))
