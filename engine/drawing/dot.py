"""A scene in the language DOT, which no other file knows.

Labels are data. Backslashes, quotes and ampersands, which DOT would obey, are escaped.
"""

from collections.abc import Sequence
from typing import Any

from ..notation import BLUE, GREEN, GREY, INK, INNER_FILL, INPUT_FILL, OUTPUT_FILL, visible
from ..scope import Scope
from ..system.packages import optional
from .scene import ON_A_PATH, ON_THE_LARGEST, PLAIN, Box, Scene

_FONT = "Helvetica,Arial,sans-serif"

# Two darker vermilions: of emphasised arrows, legible on white and on black, and of their labels.
_PATH, _DARK_PATH = "#c85600", "#8f3d00"

# The number of characters from which a first line in bold is too wide for its box.
_WIDE = 16

# kind         fill         border  shape             letters
_BOXES = {
    "leaf":      (INPUT_FILL,  BLUE,   "rounded,filled", INK),
    "operation": (INNER_FILL,  GREY,   "filled",         INK),
    "output":    (OUTPUT_FILL, GREEN,  "filled,bold",    INK),
    "more":      ("none",      "none", "filled",         GREY),
}  # fmt: skip

# emphasis        line width, border of a box, colour of an edge and of its label
_LINES = {
    PLAIN:          ("1",   None,  GREY,  INK),
    ON_A_PATH:      ("1.8", _PATH, _PATH, _DARK_PATH),
    ON_THE_LARGEST: ("3.5", _PATH, _PATH, _DARK_PATH),
}  # fmt: skip

# The line widths of an arrow without gradient, and of the arrow with the most.
_THINNEST, _WIDEST = 0.3, 5.0

# The side on which the name of a frame stands, beside arrows from above or below.
_NAME_OF_FRAME = {"LR": "c", "RL": "c", "TB": "l", "BT": "l"}


def to_dot(scene: Scene) -> str:
    """The scene as a DOT graph; the same scene always gives the same text.

    Arrows point from an input to its consumer, but on an emphasised path as the gradient flows.
    """
    graphviz = optional("graphviz", "", "drawing")
    graph = graphviz.Digraph()
    graph.attr("graph", rankdir=scene.direction, bgcolor="transparent", fontname=_FONT,
               fontsize="13", fontcolor=GREY, labelloc="b", nodesep="0.2", ranksep="0.45",
               ordering="in", label=_text(graphviz, *scene.caption))  # fmt: skip
    graph.attr("node", shape="box", fontname=_FONT, fontsize="11", fontcolor=INK,
               margin="0.16,0.06", height="0.3", width="0.6")  # fmt: skip
    graph.attr("edge", fontname=_FONT, fontsize="10", arrowsize="0.7")
    _add_frame(graphviz, graph, (), scene.boxes, _NAME_OF_FRAME[scene.direction])
    scope_of = {box.id: box.scope for box in scene.boxes}
    for edge in scene.edges:
        width, _, colour, dark = _LINES[edge.emphasis]
        if edge.flow is not None and edge.emphasis != ON_THE_LARGEST:
            width = f"{_THINNEST + (_WIDEST - _THINNEST) * min(1.0, edge.flow):.2f}"
        # Arrows between frames span two columns, which leaves room for the leaves of the second.
        columns = "1" if scope_of[edge.tail] == scope_of[edge.head] else "2"
        lines = edge.label.split("\n")
        if edge.flow is not None:  # an indented label stands clear of a wide arrow
            lines = [f"  {line}" for line in lines]
        graph.edge(edge.tail, edge.head, label=_text(graphviz, *lines), id=edge.id,
                   color=colour, fontcolor=dark, penwidth=width, minlen=columns,
                   dir="forward" if edge.emphasis == PLAIN else "back")  # fmt: skip
    return str(graph.source)


def _add_frame(graphviz: Any, graph: Any, scope: Scope, boxes: Sequence[Box], side: str) -> None:
    """Add the boxes of a scope, and its inner scopes as frames."""
    depth = len(scope)
    deeper: dict[Scope, list[Box]] = {}
    for box in reversed(boxes):  # dot stacks from the bottom
        if len(box.scope) == depth:
            graph.node(box.id, **_attributes(graphviz, box))
    for box in boxes:
        if len(box.scope) > depth:
            deeper.setdefault(box.scope[: depth + 1], []).append(box)
    for inner, inside in deeper.items():
        with graph.subgraph(name=f"cluster_{inside[0].id}_{depth}") as frame:
            frame.attr(label=_text(graphviz, inner[-1]), labelloc="t", labeljust=side,
                       style="rounded,filled", color=GREY, fillcolor="#80808018",
                       margin="10")  # fmt: skip
            _add_frame(graphviz, frame, inner, inside, side)


def _attributes(graphviz: Any, box: Box) -> dict[str, Any]:
    """The DOT attributes of a box."""
    fill, border, style, letters = _BOXES[box.kind]
    width, emphasised, *_ = _LINES[box.emphasis]
    attributes = {
        "id": box.id,
        "label": _text(graphviz, *box.lines),
        "fillcolor": fill,
        "color": emphasised or border,
        "style": style,
        "penwidth": width,
    }
    if letters != INK:
        attributes["fontcolor"] = letters
    if box.kind == "output":
        attributes["peripheries"] = "2"
    classes = [f"shared{box.shared}"] if box.shared is not None else []
    if len(box.lines[0]) > _WIDE:
        classes.append("wide")
    if classes:
        attributes["class"] = " ".join(classes)
    return attributes


def _text(graphviz: Any, *lines: str) -> Any:
    """Lines of text as a DOT string that is shown as it is.

    The result keeps the type that `escape` gives: plain text in angle brackets would be markup.
    """
    return graphviz.escape(visible("\n".join(lines)).replace("&", "&amp;"))
