"""The progress of training: tqdm's bar, in the terminal or as a widget, or a line of text."""

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from engine.notation import short
from engine.system.packages import optional

from .history import History


@contextmanager
def progress_bar(
    done: int, epochs: int, wanted: bool
) -> Iterator[Callable[[History], None] | None]:
    """A bar that grows by one epoch when it is called with the History; None unless `wanted`."""
    if not wanted:
        yield None
        return
    tqdm = _tqdm()
    if tqdm is None:
        try:
            yield lambda history: print(f"\r{_line(history, epochs)}", end="", file=sys.stderr)
        finally:
            print(file=sys.stderr)
        return
    with tqdm(total=epochs, initial=done, unit="epoch", dynamic_ncols=True) as bar:

        def grow(history: History) -> None:
            """Add an epoch to the bar, with the last losses."""
            bar.set_postfix_str(_losses(history), refresh=False)
            bar.update()

        yield grow


def _tqdm() -> Any:
    """The bar of tqdm; None if it is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # in Jupyter without ipywidgets the bar is one of text
        try:
            return optional("tqdm.auto", "progress", "a progress bar").tqdm
        except ImportError as error:
            cause = error.__cause__ if isinstance(error.__cause__, ImportError) else error
            if (cause.name or "").partition(".")[0] != "tqdm":
                raise  # it is there, and lacks something else
            return None


def _line(history: History, epochs: int) -> str:
    """The progress as a line of text, as long as the lines before it."""
    return f"{len(history.loss)}/{epochs} epochs, {_losses(history)}".ljust(70)


def _losses(history: History) -> str:
    """The last losses."""
    columns = {"loss": history.loss, "validation loss": history.validation_loss}
    return ", ".join(f"{name} {short(column[-1])}" for name, column in columns.items() if column)
