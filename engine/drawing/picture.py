"""draw(output): the picture of a graph, shown in Jupyter or saved to a file."""

from os import PathLike
from pathlib import Path

from ..files import demand_writable, write_whole
from ..gradients import demand_value
from ..value import Value, real_number
from .choice import scene_of
from .dot import to_dot
from .render import FORMATS, render
from .scene import Scene
from .svg import finished

_DIRECTIONS = ("LR", "RL", "TB", "BT")


class Drawing:
    """The picture of a computation graph. Jupyter shows it as SVG."""

    __slots__ = ("_scene", "_time_limit", "source")

    def __init__(self, scene: Scene, time_limit: float) -> None:
        self._scene = scene
        self._time_limit = time_limit
        self.source = to_dot(scene)

    def svg(self) -> str:
        """The picture as an SVG element, which may stand in a file or in a page."""
        return finished(render(self.source, "svg", self._time_limit), self._scene)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the picture to a file, whole or not at all; its ending says how.

        .svg and .dot can always be written, .png and .pdf need the `dot` program. Returns the path.
        Raises ValueError for an ending that is none of these, an OSError if no file can be written
        there, such as FileNotFoundError if the folder does not exist, and RenderError if the
        picture cannot be made.
        """
        target = Path(path)
        format = target.suffix.lower().removeprefix(".")
        if format not in FORMATS:
            known = ", ".join(f".{each}" for each in FORMATS)
            raise ValueError(f"path: the ending must be one of {known}, got {str(path)!r}")
        demand_writable(target)
        if format == "dot":
            content = self.source.encode("utf-8")
        elif format == "svg":
            content = self.svg().encode("utf-8")
        else:
            content = render(self.source, format, self._time_limit)
        write_whole(target, content)
        return target

    def _repr_svg_(self) -> str:
        return self.svg()

    def __repr__(self) -> str:
        scene = self._scene
        return "\n".join([f"Drawing of {scene.title}: {scene.size}", *scene.caption])


def draw(
    output: Value,
    path_to: Value | None = None,
    direction: str | None = None,
    max_boxes: int = 500,
    time_limit: float = 60.0,
    *,
    fold: bool | None = None,
    around: Value | None = None,
    hops: int = 2,
) -> Drawing:
    """Draw everything that `output` was made from; gives a Drawing.

        draw(loss)                                      # in Jupyter: the picture
        draw(loss, path_to=w).save("loss.svg")          # or .png, .pdf, .dot

    A box is an operation with its result, or a leaf (blue, round); the output has a double border.
    A box shows symbol, label, data and grad, and an arrow shows the local derivative. In `· × 2`
    the dot stands for what the arrow brings. Plain numbers stand inside the boxes that use them, a
    leaf that is used several times is drawn once for each use, scopes are frames, and a ladder of
    additions is one Sum. `path_to` emphasises the chain-rule paths to that Value and prints the
    largest one with its factors and product.

    - `direction`: in which way the arrows point, LR (left to right), RL, TB (top to bottom) or BT.
    - `max_boxes`: how many boxes at the most; a graph with more is an error that says how many.
    - `time_limit`: how many seconds Graphviz may take.

    Raises TypeError if `output` or `path_to` is not a Value, and ValueError if `output` does not
    depend on `path_to`, for an unknown direction, or for too many boxes.
    """
    demand_value(output, "output")
    if path_to is not None:
        demand_value(path_to, "path_to")
    real_number(max_boxes, "max_boxes")
    real_number(time_limit, "time_limit")
    if direction is not None and direction not in _DIRECTIONS:
        raise ValueError(f"direction must be one of {', '.join(_DIRECTIONS)}, got {direction!r}")
    scene = scene_of(output, path_to, direction, max_boxes, fold=fold, around=around, hops=hops)
    return Drawing(scene, time_limit)
