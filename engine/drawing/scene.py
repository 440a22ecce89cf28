"""A scene: the boxes, edges, frames and emphasis of a picture, apart from DOT."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ..analysis.reductions import Turn
from ..scope import Scope
from ..typesetting.themes import ON_THE_LARGEST, PLAIN
from ..value import Value

# The most characters of a first line in bold; a longer one would be too wide for its box.
BOLD_UP_TO = 16

# The line widths of an arrow without gradient, and of the arrow with the most.
_THINNEST, _WIDEST = 0.3, 5.0

# The sides of a box on which the graph may go on.
INPUT, USE = "input", "use"


@dataclass(frozen=True, slots=True)
class Box:
    """A box. `kind` is leaf, operation, output or more; `lines` are its text.

    A box of the kind `more` marks a place where the graph goes on beyond the picture. `shared`
    numbers a leaf with several boxes, one for each use; None for any other box. `value` is the only
    Value of the box; None if there are several.
    """

    id: str
    kind: str
    lines: tuple[str, ...]
    scope: Scope
    emphasis: int
    hint: str
    shared: int | None = None
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow from the box of an input to the box of its consumer.

    `flow` is the share of the gradient that passes, from 0 to 1; None for a picture without shares.
    `turn` is the edge of the graph; None if there is not exactly one.
    """

    id: str
    tail: str
    head: str
    label: str
    emphasis: int
    hint: str
    flow: float | None = None
    turn: Turn | None = None

    @property
    def width(self) -> str:
        """The width of an arrow that shows a share of the gradient; "" for any other."""
        if self.flow is None or self.emphasis == ON_THE_LARGEST:
            return ""
        return f"{_THINNEST + (_WIDEST - _THINNEST) * min(1.0, self.flow):.2f}"


@dataclass(frozen=True, slots=True)
class Scene:
    """The content of a picture. The caption describes the emphasised path, or is empty.

    `about` is what is said of the picture as a whole; empty for what is said in English.
    """

    title: str
    direction: str
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    caption: tuple[str, ...]
    about: str = ""

    @property
    def said(self) -> str:
        """What is said of the picture to those who do not see it, besides its caption."""
        return self.about or f"Graph of {self.title}: {self.size}"

    @property
    def size(self) -> str:
        """The numbers of boxes and edges in words: 3 boxes, 2 edges."""
        boxes, edges = len(self.boxes), len(self.edges)
        return f"{boxes} box{'es' * (boxes != 1)}, {edges} edge{'s' * (edges != 1)}"


@runtime_checkable
class Drawable(Protocol):
    """An object that describes its own picture."""

    def scene(self) -> Scene:
        """The content of the picture."""


def going_on(side: str, count: int, id: str, scope: Scope, edge_id: str) -> tuple[Box, Edge]:
    """The mark beside box `id`, of which `count` inputs or uses are not drawn."""
    more = f"{count:,} more"
    hint = f"{more} {side}{'s' * (count != 1)}"
    box = Box(f"{id}_{side}", "more", (f"… {more}",), scope, PLAIN, hint)
    tail, head = (box.id, id) if side == INPUT else (id, box.id)
    return box, Edge(edge_id, tail, head, "", PLAIN, hint)
