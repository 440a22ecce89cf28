"""The scene of a graph: the whole graph or a selection, node by node or folded."""

from ..analysis.naming import Namespace
from ..value import Value
from .by_class import ByClass
from .by_node import ByNode
from .numbers import ALL, BLANK
from .scene import Scene
from .selection import Selection, selection_of


def scene_of(
    output: Value,
    path_to: Value | None = None,
    direction: str | None = None,
    max_boxes: float = 500,
    *,
    fold: bool | None = None,
    around: Value | None = None,
    hops: float = 2,
    names: Namespace | None = None,
    numbers: str = ALL,
    only_path: bool = False,
) -> Scene:
    """The scene of the graph of `output`, whose Values have names as in `naming.py`.

    A graph of more than `max_boxes` boxes, or with `only_path`, is cut to the paths to `path_to`,
    if given. If that is still too large, or with `fold`, it is folded. The boxes have all numbers,
    whatever `numbers` are wanted, and the caption has those of a path only where all are. Arrows
    point to the right, but downwards in a folded picture, which is a long one.

    Raises ValueError for more than `max_boxes` boxes, if `path_to` or `around` is not in the graph,
    or for blanks in a folded picture.
    """
    selection = selection_of(output, path_to, around, hops, names, numbers=numbers)
    by_node = None if only_path else _small(selection, max_boxes)
    if by_node is None and path_to is not None:
        selection = selection.on_paths()
        by_node = _small(selection, max_boxes)
    if selection.operations and (fold or (fold is None and by_node is None)):
        if numbers == BLANK:
            raise ValueError(f"numbers={BLANK!r} leaves blanks for single numbers, and this "
                             "picture is folded: draw a part of it, such as "
                             "draw(output, around=v), or choose numbers='none'")  # fmt: skip
        by_class = ByClass(selection)
        if len(by_class) > max_boxes:
            raise _too_many_kinds(len(selection.order), len(by_class), max_boxes)
        return by_class.scene(direction or "TB")
    if by_node is None:
        raise _too_many_nodes(len(ByNode(selection)), max_boxes)
    return by_node.scene(direction or "LR")


def _small(selection: Selection, max_boxes: float) -> ByNode | None:
    """The selection with a box for each node; None if there are more than `max_boxes`."""
    if len(selection.operations) > max_boxes:
        return None
    by_node = ByNode(selection)
    return by_node if len(by_node) <= max_boxes else None


def _too_many_nodes(count: int, max_boxes: float) -> ValueError:
    """The error for a graph that is not to be folded."""
    return ValueError(
        f"the graph has {count:,} boxes, more than max_boxes={max_boxes:,}: draw it folded "
        "(fold=None), or a part of it, such as draw(output, around=v), "
        f"or raise the limit: draw(output, fold=False, max_boxes={count})"
    )


def _too_many_kinds(nodes: int, count: int, max_boxes: float) -> ValueError:
    """The error for a graph with too many classes."""
    return ValueError(
        f"the graph has {nodes:,} nodes and, folded, {count:,} boxes, more than "
        f"max_boxes={max_boxes:,}: draw a part of it, such as draw(output, around=v), "
        f"or raise the limit: draw(output, max_boxes={count})"
    )
