"""The picture of the stepper: a box for every Value, an arrow for every edge.

The picture is the SVG of a drawing in which each box has the number of its Value (`data-node="7"`),
and each arrow the number of its edge (`data-edge="7/0"`: the first edge of node 7). It
shows the end of the run, with room for all that stands there on the way. How they look is in
style/picture.css.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..analysis.captions import NamedWording, hint
from ..analysis.reductions import Turn
from ..analysis.why import why
from ..drawing.by_node import ByNode
from ..drawing.dot import to_dot
from ..drawing.render import RenderError, render
from ..drawing.scene import Edge, Scene
from ..drawing.selection import Selection
from ..drawing.svg import hinted
from ..graph import topological_order
from ..notation import short
from ..value import Value

# The most boxes of a picture, and the most seconds for its layout.
MOST_BOXES, TIME_LIMIT = 300, 30.0

# The numbers that change: of a box data and gradient, in its last lines; of an arrow the only one.
_BOX = re.compile(
    r'(data-node="(\d+)">.*?<text [^>]*>data )[^<]*'
    r"(</text>\n<text [^>]*>grad )[^<]*(</text>\n</g>)",
    re.DOTALL,
)
_ARROW = re.compile(r'(data-edge="([\d/]+)">.*?<text [^>]*>)[^<]*(</text>\n</g>)', re.DOTALL)

# A number of the usual length, for which a box has room: a reader may change the numbers of leaves.
USUAL = "-0.1234"

# In how many digits a number may be printed.
_DIGITS = (4, 5, 6)

_GROUP = re.compile(r'<g id="(\w+)" class="([^"]*)">')
STYLE = re.compile(r"<style>.*?</style>\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TraceWording(NamedWording):
    """The words of the picture of a trace.

    - `names`: a name for each Value, all different.
    - `grads`: the gradient of each Value at the end of the run.
    - `widest`: the longest text of the gradient of each Value on the way.
    """

    grads: Mapping[Value, float]
    widest: Mapping[Value, str]

    def numbers(self, value: Value) -> tuple[str, str]:
        """Room for the data, and for the gradient."""
        return f"data {max(short(value.data), USUAL, key=len)}", f"grad {self.widest[value]}"

    def hint(self, value: Value) -> str:
        """Scope, name, data and gradient at the end."""
        return hint(value.scope, self.names[value], value.data, self.grads[value])


def marked_picture(
    output: Value, wording: TraceWording, index: Mapping[Value, int]
) -> tuple[str, str]:
    """The SVG with the gradients at the end, and ""; or "" and the reason for no picture.

    Each addition has a box of its own, so that the page can mark every operation and every edge.
    """
    by_node = ByNode(Selection(topological_order(output), frozenset()), wording)
    if len(by_node) > MOST_BOXES:
        return "", f"The graph has more than {MOST_BOXES} boxes: too many for a picture."
    scene = by_node.scene("LR")
    turns = {edge.id: edge.turn for edge in scene.edges if edge.turn is not None}
    edges = tuple(_with_room(edge, turns[edge.id], wording) for edge in scene.edges)
    scene = replace(scene, title=wording.names[output], caption=(), edges=edges)
    try:
        svg = hinted(render(to_dot(scene), "svg", TIME_LIMIT), scene)
    except (RenderError, ImportError) as error:
        return "", f"There is no picture: {error}"
    marks = {id: f"{index[turn.node]}/{turn.place}" for id, turn in turns.items()}
    marked = _marked(STYLE.sub("", svg, count=1), scene, index, marks)
    slopes = {marks[id]: short(turn.local) for id, turn in turns.items()}
    marked = _ARROW.sub(lambda match: f"{match[1]}{slopes[match[2]]}{match[3]}", marked)
    return _with_numbers(marked, {str(index[node]): node for node in wording.grads}, wording), ""


def _with_numbers(svg: str, nodes: Mapping[str, Value], wording: TraceWording) -> str:
    """The SVG with the numbers of each box in place of the texts for which it has room."""

    def numbers(match: re.Match[str]) -> str:
        """The lines of a box with its data and its gradient."""
        node = nodes[match[2]]
        return f"{match[1]}{short(node.data)}{match[3]}{short(wording.grads[node])}{match[4]}"

    return _BOX.sub(numbers, svg)


def _with_room(edge: Edge, turn: Turn, wording: TraceWording) -> Edge:
    """The arrow with the longest text of its number, and with the reason for it as the hint."""
    longest = max((short(turn.local, digits) for digits in _DIGITS), key=len)
    return replace(edge, label=longest, hint=str(why(turn.node, turn.place, wording.names)))


def _marked(svg: str, scene: Scene, index: Mapping[Value, int], edges: Mapping[str, str]) -> str:
    """The SVG with the number of the Value or the edge in each box and each arrow."""
    marks = {
        box.id: f'{box.kind}" data-node="{index[box.value]}"'
        for box in scene.boxes
        if box.value is not None
    }
    marks.update((id, f'" data-edge="{edge}"') for id, edge in edges.items())
    return with_marks(svg, marks)


def with_marks(svg: str, marks: Mapping[str, str]) -> str:
    """The SVG with the mark of each id in its group, behind its class; `"` ends the class."""

    def marked(match: re.Match[str]) -> str:
        """The opening tag of a group, without its id, since another picture may have the same."""
        mark = marks.get(match[1], '"')
        return f'<g class="{match[2]} {mark}>'

    return _GROUP.sub(marked, svg)
