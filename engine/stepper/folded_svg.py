"""The picture of a folded run: a box for every class, an arrow for all edges between two.

It is the picture of `draw` for the same graph, with the gradients of this run. Each box has the
number of its class (`data-node="7"`), and each arrow its own (`data-edge="12"`).
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from ..analysis.fold import FoldClass
from ..drawing.dot import to_dot
from ..drawing.render import RenderError, render
from ..drawing.scene import Box, Edge, Scene
from ..drawing.svg import hinted
from .folded_text import in_range, names_of_classes, percent
from .folded_walk import Arrow, Walk
from .marked_svg import STYLE, TIME_LIMIT, with_marks

# The last line of a box, which tells the gradient.
_GRAD = re.compile(r'(data-node="(\d+)">.*?>grad )[^<]*(</text>\n</g>)', re.DOTALL)


class BoxText(NamedTuple):
    """What the box of a class tells; `widest` is the longest text of its gradient on the way."""

    name: str
    size: int
    data: str
    grad: str
    widest: str


def class_names(walk: Walk, scene: Scene) -> list[str]:
    """A name of its own for each class: its label, else its operation, and its place if needed."""
    first_lines = {box.id: box.lines[0] for box in scene.boxes}
    names = [
        first_lines[group.id] if group.kind.label else group.kind.op.title for group in walk.groups
    ]
    return names_of_classes(walk.groups, names)


def folded_picture(walk: Walk, scene: Scene, told: Sequence[BoxText]) -> tuple[str, str]:
    """The SVG with the gradients at the end, and ""; or "" and the reason for no picture."""
    place = {group.id: i for i, group in enumerate(walk.groups)}
    arrows = {
        (walk.groups[arrow.tail].id, walk.groups[arrow.head].id): i
        for i, arrow in enumerate(walk.arrows)
    }
    number = {edge.id: arrows[edge.tail, edge.head] for edge in scene.edges}
    boxes = (_box(box, walk.groups[place[box.id]].kind, told[place[box.id]]) for box in scene.boxes)
    edges = (_edge(edge, walk.arrows[number[edge.id]]) for edge in scene.edges)
    drawn = replace(scene, title=told[-1].name, boxes=tuple(boxes), edges=tuple(edges), caption=())
    marks = {box.id: f'{box.kind}" data-node="{place[box.id]}"' for box in scene.boxes}
    marks.update((id, f'" data-edge="{i}"') for id, i in number.items())
    try:
        svg = hinted(render(to_dot(drawn), "svg", TIME_LIMIT), drawn)
    except (RenderError, ImportError) as error:
        return "", f"There is no picture: {error}"
    svg = with_marks(STYLE.sub("", svg, count=1), marks)
    return _GRAD.sub(lambda m: f"{m[1]}{told[int(m[2])].grad}{m[3]}", svg), ""


def _box(box: Box, kind: FoldClass, told: BoxText) -> Box:
    """The box with the numbers of the run, and what equations call it in its first line."""
    first, *others = box.lines[:-2]
    title = kind.op.title
    called = told.name if "#" in told.name else title
    if kind.label:
        first = told.name if "#" in told.name else first
    elif first.endswith(title):
        first = first.removesuffix(title) + called
    else:
        first, others = called, [first, *others]
    lines = (first, *others, f"data {told.data}", f"grad {told.widest}")
    hint = f"{told.name}, ×{told.size:,}, data {told.data}, grad {told.grad}"
    return replace(box, lines=lines, hint=hint)


def _edge(edge: Edge, arrow: Arrow) -> Edge:
    """The arrow with its share, which is also its width."""
    count, share = len(arrow), percent(arrow.share)
    local = in_range(arrow.local)
    lines = [f"×{count:,}", share] if count > 1 else [local]
    hint = f"{count:,} edge{'s' * (count > 1)}, local derivative {local}, "
    hint += f"{share} of |gradient| passes"
    return replace(edge, label="\n".join(lines), hint=hint, flow=min(1.0, arrow.share))
