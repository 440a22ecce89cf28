"""A scene in the language DOT, which no other file knows.

Labels are data. Backslashes, quotes and ampersands, which DOT would obey, are escaped.
"""

from collections.abc import Sequence
from typing import Any

from ..notation import visible
from ..scope import Scope
from ..system.packages import optional
from ..typesetting.mathematics import plain_label
from ..typesetting.themes import AHEAD, BACKWARD, LOOK, Look
from .layout import Layout
from .scene import BOLD_UP_TO, Box, Edge, Scene

_FONT = "Helvetica,Arial,sans-serif"

# The side on which the name of a frame stands, beside arrows from above or below.
_NAME_OF_FRAME = {"LR": "c", "RL": "c", "TB": "l", "BT": "l"}


def to_dot(scene: Scene, look: Look = LOOK, layout: Layout | None = None) -> str:
    """The scene as a DOT graph; the same scene always gives the same text.

    Arrows point from an input to its consumer, but on an emphasised path as the gradient flows.
    With a `layout` all has its place in the text, and the engine is the one that only draws.
    """
    return _Writer(optional("graphviz", "", "drawing"), look, layout).written(scene)


class _Writer:
    """A scene being written; `graphviz` is the package that knows DOT."""

    def __init__(self, graphviz: Any, look: Look, layout: Layout | None) -> None:
        self._graphviz, self._look, self._layout = graphviz, look, layout
        self._graph = graphviz.Digraph()

    def written(self, scene: Scene) -> str:
        """The scene in DOT."""
        graph, size, theme = self._graph, self._look.sized, self._look.theme
        place = self._layout.whole if self._layout else {}
        graph.attr("graph", rankdir=scene.direction,
                   bgcolor=theme.paper if theme.opaque else "transparent", fontname=_FONT,
                   fontsize=size(13), fontcolor=theme.quiet, labelloc="b", nodesep=size(0.2),
                   ranksep=size(0.45), ordering="in", label=self._text(*scene.caption),
                   **place)  # fmt: skip
        letters = theme.boxes["operation"].letters
        graph.attr("node", shape="box", fontname=_FONT, fontsize=size(11), fontcolor=letters,
                   margin=f"{size(0.16)},{size(0.06)}", height=size(0.3),
                   width=size(0.6))  # fmt: skip
        graph.attr("edge", fontname=_FONT, fontsize=size(10), arrowsize=size(0.7))
        self._add_frame(graph, (), scene.boxes, _NAME_OF_FRAME[scene.direction])
        scope_of = {box.id: box.scope for box in scene.boxes}
        for edge in scene.edges:
            # Arrows between frames span two columns, with room for the leaves of the second.
            columns = "1" if scope_of[edge.tail] == scope_of[edge.head] else "2"
            graph.edge(edge.tail, edge.head, minlen=columns, **self._of_arrow(edge))
        if self._layout:
            self._hold_corners(self._layout)
        return str(graph.source)

    def _add_frame(self, graph: Any, scope: Scope, boxes: Sequence[Box], side: str) -> None:
        """Add the boxes of a scope, and its inner scopes as frames."""
        depth = len(scope)
        deeper: dict[Scope, list[Box]] = {}
        for box in reversed(boxes):  # dot stacks from the bottom
            if len(box.scope) == depth:
                graph.node(box.id, **self._of_box(box))
        for box in boxes:
            if len(box.scope) > depth:
                deeper.setdefault(box.scope[: depth + 1], []).append(box)
        theme = self._look.theme
        for inner, inside in deeper.items():
            name = f"cluster_{inside[0].id}_{depth}"
            place = self._layout.frames[name] if self._layout else {}
            with graph.subgraph(name=name) as frame:
                frame.attr(label=self._text(inner[-1]), labelloc="t", labeljust=side,
                           style="rounded,filled", color=theme.quiet, fillcolor=theme.frame,
                           margin=self._look.sized(10), **place)  # fmt: skip
                self._add_frame(frame, inner, inside, side)

    def _of_box(self, box: Box) -> dict[str, Any]:
        """The DOT attributes of a box."""
        theme, place = self._look.theme, self._layout.boxes[box.id] if self._layout else {}
        kind, stroke = theme.boxes[box.kind], theme.strokes[box.emphasis]
        attributes = {
            "id": box.id,
            "label": self._text(*box.lines),
            "fillcolor": stroke.fill or kind.fill,
            "color": stroke.border or kind.border,
            "style": f"{kind.style},{stroke.dashes}" if stroke.dashes else kind.style,
            "penwidth": stroke.width,
        }
        letters = stroke.letters if box.emphasis == AHEAD else kind.letters
        if letters != theme.boxes["operation"].letters:
            attributes["fontcolor"] = letters
        if box.kind == "output":
            attributes["peripheries"] = "2"
        classes = [f"shared{box.shared}"] if box.shared is not None else []
        if len(plain_label(box.lines[0])) > BOLD_UP_TO:
            classes.append("wide")
        if classes:
            attributes["class"] = " ".join(classes)
        return {**attributes, **place}

    def _of_arrow(self, edge: Edge) -> dict[str, Any]:
        """The DOT attributes of an arrow."""
        stroke, width = self._look.theme.strokes[edge.emphasis], edge.width
        lines = edge.label.split("\n")
        if edge.flow is not None:  # an indented label stands clear of a wide arrow
            lines = [f"  {line}" for line in lines]
        attributes = {
            "label": self._text(*lines),
            "id": edge.id,
            "color": stroke.line,
            "fontcolor": stroke.letters,
            "penwidth": stroke.width,
            "dir": "back" if edge.emphasis in BACKWARD else "forward",
        }
        if width:
            attributes["penwidth"] = width
        if stroke.dashes:
            attributes["style"] = stroke.dashes
        return {**attributes, **(self._layout.arrows[edge.id] if self._layout else {})}

    def _hold_corners(self, layout: Layout) -> None:
        """Add two points that nobody sees, so that each picture of a layout has the same size."""
        left, low, right, high = layout.corners
        for name, place in (("low", f"{left},{low}"), ("high", f"{right},{high}")):
            self._graph.node(name, shape="point", style="invis", width="0", pos=place)

    def _text(self, *lines: str) -> Any:
        """Lines of text as a DOT string that is shown as it is, formulas as plain text.

        The result keeps the type that `escape` gives: plain text in angle brackets would be markup.
        """
        text = visible("\n".join(map(plain_label, lines)))
        return self._graphviz.escape(text.replace("&", "&amp;"))
