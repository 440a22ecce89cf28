"""Sequences and images: nested lists of numbers and Values, checked when a layer is called.

a sequence      steps, each a list of numbers           x[step][number]
an image        channels × height × width               x[channel][row][column]
"""

from typing import Any

from .entries import entries, is_row
from .inputs import demand_numbers


def demand_steps(x: Any, size: int | None, what: str) -> list[list[Any]]:
    """The steps of a sequence as lists of `size` numbers or Values; errors call its reader `what`.

    With the size None, all steps are as long as the first one. Raises TypeError for anything but a
    list of lists of numbers, and ValueError if there is no step or for one of another size.
    """
    wanted = (
        f"a list of steps, each a list of {'' if size is None else f'{size} '}numbers or Values"
    )
    steps = _rows(x, "x", what, wanted)
    found = [_rows(step, f"x[{t}]", what, wanted) for t, step in enumerate(steps)]
    if not found:
        raise ValueError(f"x is empty: {what} takes one step or more")
    size = len(found[0]) if size is None else size
    for t, step in enumerate(found):
        _demand_size(step, size, f"x[{t}]", f"{what} takes steps of {size}")
        demand_numbers(step, f"x[{t}]")
    return found


def demand_image(x: Any, count: int | None, what: str) -> list[list[list[Any]]]:
    """The `count` channels of an image, as lists of rows; with the count None, any number of them.

    Raises TypeError for anything but lists of lists of lists of numbers, and ValueError for another
    number of channels, rows of different lengths, or an image without rows or columns.
    """
    wanted = "a list of channels, each a list of rows of numbers or Values"
    channels = _rows(x, "x", what, wanted)
    if count is not None:
        _demand_size(channels, count, "x", f"{what} takes {count} channel{'s' * (count != 1)}")
    rows = [_rows(channel, f"x[{c}]", what, wanted) for c, channel in enumerate(channels)]
    image = [
        [_rows(row, f"x[{c}][{i}]", what, wanted) for i, row in enumerate(channel)]
        for c, channel in enumerate(rows)
    ]
    if not image or not image[0] or not image[0][0]:
        raise ValueError(f"x: {what} takes one channel, row and column or more, got {x!r}")
    height, width = len(image[0]), len(image[0][0])
    for c, channel in enumerate(image):
        _demand_size(channel, height, f"x[{c}]", f"x[0] has {height} rows")
        for i, row in enumerate(channel):
            _demand_size(row, width, f"x[{c}][{i}]", f"x[0][0] has {width} columns")
            demand_numbers(row, f"x[{c}][{i}]")
    return image


def all_numbers(x: Any) -> list[Any]:
    """The numbers and Values in nested lists, in order."""
    return [each for part in entries(x) for each in all_numbers(part)] if is_row(x) else [x]


def _rows(given: Any, name: str, what: str, wanted: str) -> list[Any]:
    """The entries of a row; TypeError for anything else."""
    if not is_row(given):
        raise TypeError(f"{name}: {what} takes {wanted}, got {given!r}")
    return entries(given)


def _demand_size(given: list[Any], size: int, name: str, wanted: str) -> None:
    """Raise ValueError, with what is wanted in words, for a list of another size."""
    if len(given) != size:
        raise ValueError(f"{name}: {wanted}, got {len(given)}")
