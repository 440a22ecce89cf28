"""What is drawn of a graph: all of it, or the part that was asked for; node by node, or folded."""

from ..value import Value
from .by_class import Folded
from .by_node import Whole
from .scene import Scene
from .selection import Part, part_of


def scene_of(
    output: Value,
    path_to: Value | None = None,
    direction: str | None = None,
    max_boxes: int = 500,
    *,
    fold: bool | None = None,
    around: Value | None = None,
    hops: int = 2,
) -> Scene:
    """The scene that shows what `output` was made from.

    Of a graph that takes more than `max_boxes` boxes, only what lies on paths to `path_to`. If that
    is still too much, or if it is asked for, folded. Arrows point to the right, and downwards in a
    folded picture, which is a long one.

    Raises ValueError for more boxes than that, or if `path_to` or `around` is not in the graph.
    """
    part = part_of(output, path_to, around, hops)
    whole = _small(part, max_boxes)
    if whole is None and path_to is not None:
        part = part.on_paths()
        whole = _small(part, max_boxes)
    if part.operations and (fold or (fold is None and whole is None)):
        folded = Folded(part)
        if len(folded) > max_boxes:
            raise _too_many_kinds(len(part.order), len(folded), max_boxes)
        return folded.scene(direction or "TB")
    if whole is None:
        raise _too_many_nodes(len(Whole(part)), max_boxes)
    return whole.scene(direction or "LR")


def _small(part: Part, max_boxes: int) -> Whole | None:
    """The part with a box for each node; None if these are too many."""
    if len(part.operations) > max_boxes:
        return None
    whole = Whole(part)
    return whole if len(whole) <= max_boxes else None


def _too_many_nodes(count: int, max_boxes: int) -> ValueError:
    """The error for a graph that is not to be folded."""
    return ValueError(
        f"the graph has {count:,} boxes, more than max_boxes={max_boxes:,}: draw it folded "
        "(fold=None), or a part of it, such as draw(output, around=v), "
        f"or raise the limit: draw(output, fold=False, max_boxes={count})"
    )


def _too_many_kinds(nodes: int, count: int, max_boxes: int) -> ValueError:
    """The error for a graph in which little is alike."""
    return ValueError(
        f"the graph has {nodes:,} nodes and, folded, {count:,} boxes, more than "
        f"max_boxes={max_boxes:,}: draw a part of it, such as draw(output, around=v), "
        f"or raise the limit: draw(output, max_boxes={count})"
    )
