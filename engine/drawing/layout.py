"""The layout of a picture: where Graphviz puts its boxes, frames, arrows and words.

Another text may stand where the layout has room for it: so several pictures are laid out alike.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from .render import render

# The place of a thing, in the words of DOT: pos and size of a box, pos and lp of an arrow, and bb
# and lp of a frame.
Placing = Mapping[str, str]

_BOX, _ARROW, _FRAME = ("pos", "width", "height"), ("pos", "lp"), ("bb", "lp", "lwidth", "lheight")


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of a picture.

    - `whole`: of the picture, with its caption.
    - `boxes`, `arrows`: by id.
    - `frames`: by the name of a frame in DOT.
    """

    whole: Placing
    boxes: Mapping[str, Placing]
    arrows: Mapping[str, Placing]
    frames: Mapping[str, Placing]

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """The left, lower, right and upper end of the picture, in points."""
        left, low, right, high = map(float, self.whole["bb"].split(","))
        return left, low, right, high

    def with_arrows(self, arrows: Mapping[str, Placing]) -> "Layout":
        """The layout in which some arrows have another place."""
        return replace(self, arrows={**self.arrows, **arrows})


def layout_of(source: str, time_limit: float) -> Layout:
    """The layout of a DOT graph; raises what `render` raises."""
    found = json.loads(render(source, "json", time_limit))
    things = found.get("objects", [])
    return Layout(
        _place(found, _FRAME),
        {each["id"]: _place(each, _BOX) for each in things if "pos" in each},
        {each["id"]: _place(each, _ARROW) for each in found.get("edges", [])},
        {each["name"]: _place(each, _FRAME) for each in things if "bb" in each},
    )


def _place(thing: Mapping[str, str], words: tuple[str, ...]) -> Placing:
    return {word: thing[word] for word in words if word in thing}
