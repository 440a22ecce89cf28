"""Patches of images and sequences: what a convolution and a pooling see at each place.

Sequences are looked at as images of one row: a channel for each number of a step, a column for each
step. So both are taken apart, and put together again, in the same way.
"""

from collections.abc import Sequence
from typing import Any

from ..arguments.counts import demand_count
from ..arguments.entries import entries, is_row
from ..arguments.nested import demand_image, demand_steps

# Numbers or Values by channel, row and column.
Image = list[list[list[Any]]]


def demand_sides(sides: Any) -> tuple[int, ...]:
    """The sides of a patch: one for sequences, two for images.

    Raises TypeError for anything but a list of whole numbers, and ValueError for another number of
    them, or one below 1.
    """
    wanted = f"sides must be [steps] for sequences or [rows, columns] for images, got {sides!r}"
    if not is_row(sides):
        raise TypeError(wanted)
    given = entries(sides)
    if len(given) not in (1, 2):
        raise ValueError(wanted)
    return tuple(demand_count(side, f"sides[{i}]") for i, side in enumerate(given))


def image_of(x: Any, channels: int | None, sides: Sequence[int], what: str) -> Image:
    """The image that is given, or the sequence as an image of one row; errors as of these."""
    if len(sides) == 2:
        return demand_image(x, channels, what)
    steps = demand_steps(x, channels, what)
    return [[[step[c] for step in steps]] for c in range(len(steps[0]))]


def steps_or_image(image: Image, sides: Sequence[int]) -> list[Any]:
    """An image as it is, or as a sequence if the sides are those of patches of a sequence."""
    if len(sides) == 2:
        return image
    rows = [channel[0] for channel in image]
    return [list(step) for step in zip(*rows, strict=True)]


def padded(image: Image, padding: int, sides: Sequence[int]) -> Image:
    """The image with zeros on all sides; a sequence has none above and below."""
    above = padding if len(sides) == 2 else 0
    return [_framed(channel, above, padding) for channel in image]


def _framed(rows: list[list[Any]], above: int, beside: int) -> list[list[Any]]:
    """The rows of a channel with zeros above and below, and on both sides."""
    wide = [[0.0] * beside + row + [0.0] * beside for row in rows]
    empty = [[0.0] * len(wide[0])] * above
    return empty + wide + empty


def patches(image: Image, sides: Sequence[int], stride: int, what: str) -> list[list[list[Any]]]:
    """The patch at each place, by row and column of the places.

    A patch lists its numbers channel by channel, row by row. Raises ValueError if there is no place
    for one.
    """
    height, width = (1, *sides)[-2:]
    tops = range(0, len(image[0]) - height + 1, stride)
    lefts = range(0, len(image[0][0]) - width + 1, stride)
    if not tops or not lefts:
        raise ValueError(f"x: {what} has patches of {' × '.join(map(str, sides))}, and no place "
                         f"for one in {len(image[0])} × {len(image[0][0])}")  # fmt: skip
    return [
        [
            [x for channel in image for row in channel[i : i + height] for x in row[j : j + width]]
            for j in lefts
        ]
        for i in tops
    ]
