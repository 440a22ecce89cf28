"""A scene in Mermaid, which GitHub and many wikis draw where a fence says `mermaid`.

Labels are data: what Mermaid would obey in a quoted text is written as an entity of HTML.
See https://mermaid.js.org/syntax/flowchart.html.
"""

import re
from collections.abc import Iterator, Sequence

from ..notation import visible
from ..scope import Scope
from ..typesetting.mathematics import plain_label
from ..typesetting.themes import BACKWARD, PLAIN
from .scene import Box, Edge, Scene

# The corners of a box of each kind.
_CORNERS = {"leaf": ("([", "])"), "operation": ("[", "]"), "output": ("[[", "]]"),
            "more": ("[/", "/]")}  # fmt: skip

# What is obeyed in a quoted text, by the names that HTML has for it.
_OBEYED = str.maketrans({"&": "&amp;", '"': "&quot;", "<": "&lt;", ">": "&gt;", "#": "&num;",
                         "`": "&grave;", "\\": "&bsol;", "$": "&dollar;", "*": "&ast;",
                         "_": "&lowbar;", "~": "&tilde;"})  # fmt: skip


def to_mermaid(scene: Scene) -> str:
    """The scene as a flowchart; arrows of an emphasised path are thick, and go as gradients do."""
    lines = [f"flowchart {scene.direction}", *(f"%% {_comment(line)}" for line in scene.caption)]
    lines += _frame((), scene.boxes)
    lines += [_arrow(edge) for edge in scene.edges]
    return "\n".join([*lines, ""])


def _frame(scope: Scope, boxes: Sequence[Box]) -> Iterator[str]:
    """The boxes of a scope, and its inner scopes as subgraphs."""
    depth = len(scope)
    indent = "  " * (depth + 1)
    deeper: dict[Scope, list[Box]] = {}
    for box in boxes:
        if len(box.scope) == depth:
            before, after = _CORNERS[box.kind]
            yield f"{indent}{box.id}{before}{_text(*box.lines)}{after}"
        else:
            deeper.setdefault(box.scope[: depth + 1], []).append(box)
    for inner, inside in deeper.items():
        yield f"{indent}subgraph frame_{inside[0].id}_{depth} [{_text(inner[-1])}]"
        yield from _frame(inner, inside)
        yield f"{indent}end"


def _arrow(edge: Edge) -> str:
    """An arrow from an input to its consumer, on an emphasised path from the consumer to it."""
    is_turned = edge.emphasis in BACKWARD
    ends = (edge.head, edge.tail) if is_turned else (edge.tail, edge.head)
    line = "-->" if edge.emphasis == PLAIN else "==>"
    label = f"|{_text(edge.label)}|" if edge.label else ""
    return f"  {ends[0]} {line}{label} {ends[1]}"


def _text(*lines: str) -> str:
    """Lines of text that are shown as they are, formulas as plain text."""
    shown = [visible(plain_label(each)) for line in lines for each in line.split("\n")]
    return f'"{"<br>".join(each.translate(_OBEYED) for each in shown)}"'


def _comment(line: str) -> str:
    """A line of the caption; braces would begin a directive."""
    return re.sub(r"[{}]", " ", visible(plain_label(line))).replace("\n", " ")
