"""draw(output): the picture of a graph, shown in Jupyter or saved to a file."""

from pathlib import Path

from ..analysis.naming import Namespace
from ..system.files import FilePath, write_as
from ..system.leaving import numbers_leave
from ..system.limits import duration, limit
from ..system.pages import for_jupyter
from ..value import Value, demand_value
from .compose import scene_of
from .dot import to_dot
from .render import FORMATS, render
from .scene import Drawable, Scene
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
        """The picture as an SVG element, which may stand in a file or, with others, in a page."""
        return finished(render(self.source, "svg", self._time_limit), self._scene)

    def save(self, path: FilePath) -> Path:
        """Write the picture to a file, whole or not at all, in the format of its ending.

        .svg and .dot can always be written, .png and .pdf need the `dot` program. Returns the path.
        Raises ValueError for any other ending, an OSError if no file can be written at `path`, such
        as FileNotFoundError if the folder does not exist, and RenderError if the picture cannot be
        made.
        """
        return write_as(path, FORMATS, self._content)

    def _content(self, format: str) -> bytes:
        """The content of a file in one of the formats."""
        if format == "dot":
            return self.source.encode("utf-8")
        if format == "svg":
            return self.svg().encode("utf-8")
        return render(self.source, format, self._time_limit)

    def _repr_svg_(self) -> str:
        return self.svg()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return for_jupyter(self.svg(), repr(self))

    def __repr__(self) -> str:
        scene = self._scene
        return "\n".join([f"Drawing of {scene.title}: {scene.size}", *scene.caption])


@numbers_leave("draws the numbers of a graph")
def draw(
    output: Value | Drawable,
    path_to: Value | None = None,
    direction: str | None = None,
    max_boxes: float = 500,
    time_limit: float = 60.0,
    *,
    fold: bool | None = None,
    around: Value | None = None,
    hops: float = 2,
    names: Namespace | None = None,
) -> Drawing:
    """Draw the graph of `output`, or a compiled program; gives a Drawing.

        draw(loss)                                      # in Jupyter: the picture
        draw(loss, path_to=w).save("loss.svg")          # or .png, .pdf, .dot
        draw(loss, around=v, hops=3)                    # v and its neighbours
        draw(loss, fold=False, max_boxes=5000)          # every single node

    A box is an operation with its result, or a leaf (blue, round); the output has a double border.
    A box shows symbol, label, data and grad, and an arrow shows the local derivative. In `· × 2`
    the dot stands for the Value at the arrow. Plain numbers stand inside the boxes that use them, a
    leaf that is used several times is drawn once for each use, scopes are frames, and a ladder of
    additions is one Sum. `path_to` emphasises the chain-rule paths to a Value, with arrows as the
    gradient flows, from the output to it; the caption has the largest path with its factors and
    product. Before `backward()` a dash stands for each gradient.

    A graph of more than `max_boxes` boxes is folded: nodes of equal structure (see `fold`) share a
    box, with their number and the range of their data and grads. An arrow then stands for all the
    edges between two boxes, and its width shows the share of the gradient that passes,

        sum of |grad of the consumer * local derivative|  /  sum of |grad of the consumer|

    over these edges. Of such a graph, `path_to` draws only the paths, and each node of the largest
    path has a box of its own.

    - `path_to`: the Value to which paths are emphasised.
    - `direction`: the direction of arrows: LR (left to right), RL, TB (top to bottom) or BT; by
      default LR, and TB for a folded picture.
    - `max_boxes`: the largest number of boxes; a graph with more is folded.
    - `time_limit`: the most seconds that Graphviz may take.
    - `fold`: True to fold a small graph too, False never to fold.
    - `around`: a Value, of which only the neighbourhood is drawn: inputs and uses up to `hops`
      edges away, with a mark wherever the graph goes on. Two uses of a leaf are no neighbours.

    - `names`: names and what they stand for, such as `locals()`, for Values without a label. By
      default those of the program: see engine/analysis/naming.py. {} forbids them.

    A compiled program has a box for each array instruction. For programs, only `max_boxes` and
    `time_limit` apply. For `max_boxes`, `time_limit` and `hops`, inf says that there is no limit.

    Raises TypeError if `output`, `path_to` or `around` is not a Value or `names` is not a mapping
    from text, and ValueError if `output` does not depend on them or both are given, for an unknown
    direction, for `hops` or `max_boxes` below 1 or a `time_limit` of 0 or below, or if the folded
    graph still has more than `max_boxes` boxes.
    """
    most, seconds = limit(max_boxes, "max_boxes"), duration(time_limit, "time_limit")
    if not isinstance(output, Value) and isinstance(output, Drawable):
        return _drawn(output.scene(), most, seconds)
    demand_value(output, "output")
    for name, target in (("path_to", path_to), ("around", around)):
        if target is not None:
            demand_value(target, name)
    if path_to is not None and around is not None:
        raise ValueError("path_to and around cannot be combined: give one of them, "
                         f"got path_to={path_to!r} and around={around!r}")  # fmt: skip
    if direction is not None and direction not in _DIRECTIONS:
        raise ValueError(f"direction must be one of {', '.join(_DIRECTIONS)}, got {direction!r}")
    edges = limit(hops, "hops")
    if fold not in (True, False, None):
        raise ValueError(f"fold must be True, False or None, got {fold!r}")
    scene = scene_of(
        output, path_to, direction, most, fold=fold, around=around, hops=edges, names=names
    )
    return Drawing(scene, seconds)


def _drawn(scene: Scene, max_boxes: float, time_limit: float) -> Drawing:
    """The picture of a scene; ValueError if it has more than `max_boxes` boxes."""
    count = len(scene.boxes)
    if count > max_boxes:
        raise ValueError(f"{scene.title} has {count:,} boxes, more than max_boxes={max_boxes:,}: "
                         f"raise the limit: draw(program, max_boxes={count})")  # fmt: skip
    return Drawing(scene, time_limit)
