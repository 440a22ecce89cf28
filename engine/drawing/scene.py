"""What a picture shows: boxes, edges, frames and emphasis, before anything is said in DOT."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ..analysis.reductions import Turn
from ..scope import Scope
from ..value import Value

# How much a box or edge is emphasised: not at all, as part of some path, as part of the largest.
PLAIN, ON_A_PATH, ON_THE_LARGEST = range(3)

# On which sides of a box the graph goes on.
INPUT, USE = "input", "use"


@dataclass(frozen=True, slots=True)
class Box:
    """A box. `kind` is leaf, operation, output or more; `lines` are its text.

    A box of the kind `more` stands where the graph goes on, though the picture does not. `shared`
    numbers the leaf of which this box is one use among several; None for all others. `value` is
    what the box shows; None if that is not one Value.
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
    """An arrow from the box of an input to the box of what consumes it.

    `flow` is how much gradient passes, from 0 to 1 for the most that passes anywhere in the
    picture; None where that is not shown. `turn` is the edge of the graph; None if it is not one.
    """

    id: str
    tail: str
    head: str
    label: str
    emphasis: int
    hint: str
    flow: float | None = None
    turn: Turn | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a picture shows. The caption tells the emphasised path; it may be empty."""

    title: str
    direction: str
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    caption: tuple[str, ...]

    @property
    def size(self) -> str:
        """How much there is to see: 3 boxes, 2 edges."""
        boxes, edges = len(self.boxes), len(self.edges)
        return f"{boxes} box{'es' * (boxes != 1)}, {edges} edge{'s' * (edges != 1)}"


@runtime_checkable
class Drawable(Protocol):
    """What says by itself what is to be seen of it."""

    def scene(self) -> Scene:
        """All that its picture shows."""


def going_on(side: str, count: int, id: str, scope: Scope, edge_id: str) -> tuple[Box, Edge]:
    """The mark beside the box with that id where so many inputs or uses of it are not drawn."""
    more = f"{count:,} more"
    hint = f"{more} {side}{'s' * (count != 1)}"
    box = Box(f"{id}_{side}", "more", (f"… {more}",), scope, PLAIN, hint)
    tail, head = (box.id, id) if side == INPUT else (id, box.id)
    return box, Edge(edge_id, tail, head, "", PLAIN, hint)
