"""The progress bar of training: tqdm's, in the terminal as text and in Jupyter as a widget."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # in Jupyter without ipywidgets the bar is one of text
        what_for = "the progress bar of fit (progress=False does without)"
        tqdm = optional("tqdm.auto", "train", what_for).tqdm
    with tqdm(total=epochs, initial=done, unit="epoch", dynamic_ncols=True) as bar:

        def grow(history: History) -> None:
            """Add an epoch to the bar, with the last losses."""
            columns = {"loss": history.loss, "validation loss": history.validation_loss}
            losses = [f"{name} {short(column[-1])}" for name, column in columns.items() if column]
            bar.set_postfix_str(", ".join(losses), refresh=False)
            bar.update()

        yield grow
